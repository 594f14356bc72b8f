//! The rows of ranking versions, each version as a whole; who of them is on a page is in [`listed`].
//!
//! Row numbers follow the default order: band, then the random column; people without a rank come last.

use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{ranking_rows, scores};

mod listed;

pub use self::listed::{
    ListedPerson, ListedRow, RankingFilter, RankingOrder, TiedWith, count_ranked, count_unranked, listed,
    listed_rows, page, public_ids_of_trees, row_numbers, unranked,
};

/// One person in a ranking version.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = ranking_rows)]
pub struct RankingRow {
    /// The version.
    pub ranking_version_id: String,
    /// Place in the default order, from 1. Tells nothing inside a band.
    pub row_number: i32,
    /// The attempt; nothing after an erasure.
    pub attempt_id: Option<String>,
    /// The score.
    pub score: Option<f64>,
    /// Its standard error.
    pub sem: Option<f64>,
    /// Lower 95 % limit.
    pub low: Option<f64>,
    /// Upper 95 % limit.
    pub high: Option<f64>,
    /// The band from the top, 0 for A; nothing without a rank.
    pub band: Option<i32>,
    /// Best rank.
    pub rank_low: Option<i32>,
    /// Worst rank.
    pub rank_high: Option<i32>,
    /// The random column.
    pub random_order: i64,
    /// Why there is no rank.
    pub unranked_reason: Option<String>,
    /// Standard errors of a difference beyond which another person is told apart from this one.
    pub critical_value: Option<f64>,
}

/// A band of a version.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct BandRow {
    /// The band from the top, 0 for A.
    pub band: Option<i32>,
    /// How many people.
    pub n: i64,
    /// Their lowest score.
    pub lowest: Option<f64>,
    /// Their highest score.
    pub highest: Option<f64>,
}

/// Adds the rows of a version.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert_many(conn: &mut DbConn, rows: &[RankingRow]) -> Result<(), StoreError> {
    // 13 columns a row: 1,000 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(1_000) {
        match conn {
            DbConn::Postgres(inner) => {
                diesel::insert_into(ranking_rows::table).values(chunk).execute(inner)?
            }
            DbConn::Sqlite(inner) => diesel::insert_into(ranking_rows::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// What trying other weights needs of a ranked row; no name, no id.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct WeighableRow {
    /// Its place in the default order.
    pub row_number: i32,
    /// The random column.
    pub random_order: i64,
    /// The band.
    pub band: Option<i32>,
    /// The score.
    pub score: Option<f64>,
    /// Its standard error.
    pub sem: Option<f64>,
    /// JSON: half points and actions counted of each family; nothing after an erasure.
    pub family_half_points: Option<String>,
}

/// At most `limit` ranked rows of a version after the row numbered `after`, in row order, each with the points of its
/// score under a key and a snapshot. All three columns of the scores' own index are named: with fewer of them SQLite
/// looks for each person among everyone of the snapshot.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn weighable(
    conn: &mut DbConn,
    version: &str,
    (key_row, snapshot): (&str, &str),
    after: i32,
    limit: i64,
) -> Result<Vec<WeighableRow>, StoreError> {
    Ok(ranking_rows::table
        .left_join(
            scores::table.on(scores::attempt_id
                .nullable()
                .eq(ranking_rows::attempt_id)
                .and(scores::key_row_id.eq(key_row))
                .and(scores::snapshot_id.eq(snapshot))),
        )
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::row_number.gt(after))
        .filter(ranking_rows::band.is_not_null())
        .order(ranking_rows::row_number.asc())
        .limit(limit)
        .select((
            ranking_rows::row_number,
            ranking_rows::random_order,
            ranking_rows::band,
            ranking_rows::score,
            ranking_rows::sem,
            scores::family_half_points.nullable(),
        ))
        .load::<WeighableRow>(conn)?)
}

/// The bands of a version, the top one first; people without a rank are not counted.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn bands(conn: &mut DbConn, version: &str) -> Result<Vec<BandRow>, StoreError> {
    Ok(ranking_rows::table
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::band.is_not_null())
        .group_by(ranking_rows::band)
        .order(ranking_rows::band.asc())
        .select((ranking_rows::band, count_star(), min(ranking_rows::score), max(ranking_rows::score)))
        .load::<BandRow>(conn)?)
}

/// At most `limit` rows of a version after the row numbered `after` (0: from the first), in row order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn rows_after(
    conn: &mut DbConn,
    version: &str,
    after: i32,
    limit: i64,
) -> Result<Vec<RankingRow>, StoreError> {
    Ok(ranking_rows::table
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::row_number.gt(after))
        .order(ranking_rows::row_number.asc())
        .limit(limit)
        .load::<RankingRow>(conn)?)
}

/// The row of an attempt in a version.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, version: &str, attempt: &str) -> Result<Option<RankingRow>, StoreError> {
    Ok(ranking_rows::table
        .filter(ranking_rows::attempt_id.eq(attempt))
        .filter(ranking_rows::ranking_version_id.eq(version))
        .first::<RankingRow>(conn)
        .optional()?)
}

/// How many people of a version have not been erased since.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_people(conn: &mut DbConn, version: &str) -> Result<i64, StoreError> {
    Ok(ranking_rows::table
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::attempt_id.is_not_null())
        .count()
        .get_result(conn)?)
}

/// How many rows a version has, people erased since included.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_rows(conn: &mut DbConn, version: &str) -> Result<i64, StoreError> {
    Ok(ranking_rows::table.filter(ranking_rows::ranking_version_id.eq(version)).count().get_result(conn)?)
}

/// Whether a version still has its rows.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn has_rows(conn: &mut DbConn, version: &str) -> Result<bool, StoreError> {
    let rows = ranking_rows::table.filter(ranking_rows::ranking_version_id.eq(version));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn)?)
}

/// At most `limit` scores of the ranked people of a version, in row order: the comparison group.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn ranked_scores(conn: &mut DbConn, version: &str, limit: i64) -> Result<Vec<f64>, StoreError> {
    Ok(ranking_rows::table
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::band.is_not_null())
        .order(ranking_rows::row_number.asc())
        .limit(limit)
        .select(ranking_rows::score)
        .load::<Option<f64>>(conn)?
        .into_iter()
        .flatten()
        .collect())
}

/// Deletes the rows of a version whose header stays; how many there were.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn prune(conn: &mut DbConn, version: &str) -> Result<usize, StoreError> {
    Ok(diesel::delete(ranking_rows::table.filter(ranking_rows::ranking_version_id.eq(version)))
        .execute(conn)?)
}
