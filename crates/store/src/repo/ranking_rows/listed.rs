//! The people of a ranking version that a page, a filter or an export lists, with what their attempts say.

use diesel::prelude::*;

use super::RankingRow;
use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, candidate_tags, ranking_rows};

/// One person of a page, with what the attempt says.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct ListedRow {
    /// The row.
    pub row: RankingRow,
    /// The attempt; nothing after an erasure.
    pub person: Option<ListedPerson>,
}

/// What a list shows of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ListedPerson {
    /// Its public id.
    pub public_id: String,
    /// Its tree.
    pub tree_number: i32,
    /// Its language.
    pub language: String,
    /// `finished` or `expired`.
    pub state: String,
    /// The last decision.
    pub decision: Option<String>,
}

/// Which people of a version to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RankingFilter {
    /// Only this band.
    pub band: Option<i32>,
    /// Only this last decision; `Some(None)`: nobody has decided yet.
    pub decision: Option<Option<String>>,
    /// Only this language.
    pub language: Option<String>,
    /// Only this state.
    pub state: Option<String>,
    /// Only people with these tree numbers, and the campaign of the version, whose index finds them.
    pub trees: Option<(String, Vec<i32>)>,
    /// Only people with this tag.
    pub tag: Option<String>,
    /// Only people who are not told apart from someone.
    pub tied: Option<TiedWith>,
    /// Only people whom this member has rated, for [`crate::repo::rows_to_rate`].
    pub rated_by: Option<String>,
}

/// Someone whom others are told apart from, or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TiedWith {
    /// Their score.
    pub score: f64,
    /// Its standard error.
    pub sem: f64,
    /// Standard errors of a difference beyond which another person is told apart.
    pub critical_value: f64,
}

/// The order of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankingOrder {
    /// Band, then the random column.
    Random,
    /// Score, highest first; equal scores by the random column.
    Score,
}

type Backend = <DbConn as diesel::Connection>::Backend;

/// The columns of a [`ListedRow`].
macro_rules! listed_columns {
    () => {
        (
            ranking_rows::all_columns,
            (
                attempts::public_id,
                attempts::tree_number,
                attempts::language,
                attempts::state,
                attempts::decision,
            )
                .nullable(),
        )
    };
}

/// A filter on joined rows.
macro_rules! filtered {
    ($version:expr, $filter:expr) => {{
        let mut query = ranking_rows::table
            .left_join(attempts::table)
            .filter(ranking_rows::ranking_version_id.eq($version))
            .into_boxed::<Backend>();
        if let Some(band) = $filter.band {
            query = query.filter(ranking_rows::band.eq(band));
        }
        match &$filter.decision {
            None => {}
            Some(None) => {
                query =
                    query.filter(attempts::id.nullable().is_not_null()).filter(attempts::decision.is_null());
            }
            Some(Some(decision)) => query = query.filter(attempts::decision.eq(decision.clone())),
        }
        if let Some(language) = &$filter.language {
            query = query.filter(attempts::language.nullable().eq(language.clone()));
        }
        if let Some(state) = &$filter.state {
            query = query.filter(attempts::state.nullable().eq(state.clone()));
        }
        if let Some((campaign, trees)) = &$filter.trees {
            query = query
                .filter(attempts::campaign_id.nullable().eq(campaign.clone()))
                .filter(attempts::tree_number.nullable().eq_any(trees.clone()));
        }
        if let Some(tag) = &$filter.tag {
            let tagged = candidate_tags::table
                .filter(candidate_tags::tag_id.eq(tag.clone()))
                .select(candidate_tags::attempt_id.nullable());
            query = query.filter(ranking_rows::attempt_id.eq_any(tagged));
        }
        if let Some(tied) = $filter.tied {
            let squared = tied.critical_value * tied.critical_value;
            query = query.filter(
                ((ranking_rows::score - tied.score) * (ranking_rows::score - tied.score))
                    .le((ranking_rows::sem * ranking_rows::sem + tied.sem * tied.sem) * squared),
            );
        }
        query
    }};
}

/// At most `limit` ranked people of a version after the row numbered `after` (0: from the first), in `order`.
///
/// # Errors
/// [`StoreError::NotFound`] when the version has no row numbered `after`.
pub fn page(
    conn: &mut DbConn,
    version: &str,
    filter: &RankingFilter,
    order: RankingOrder,
    after: i32,
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    let mut query = filtered!(version.to_owned(), filter).filter(ranking_rows::band.is_not_null());
    match order {
        RankingOrder::Random => {
            query = query.filter(ranking_rows::row_number.gt(after)).order(ranking_rows::row_number.asc());
        }
        RankingOrder::Score => {
            if after > 0 {
                let last = ranking_rows::table
                    .find((version, after))
                    .select(ranking_rows::score)
                    .first::<Option<f64>>(conn)?
                    .unwrap_or(0.0);
                query = query.filter(
                    ranking_rows::score
                        .lt(last)
                        .or(ranking_rows::score.eq(last).and(ranking_rows::row_number.gt(after))),
                );
            }
            query = query.order((ranking_rows::score.desc(), ranking_rows::row_number.asc()));
        }
    }
    Ok(query.limit(limit).select(listed_columns!()).load::<ListedRow>(conn)?)
}

/// The numbers of all ranked rows of a version that a filter lets through, in `order`.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn row_numbers(
    conn: &mut DbConn,
    version: &str,
    filter: &RankingFilter,
    order: RankingOrder,
) -> Result<Vec<i32>, StoreError> {
    let query = filtered!(version.to_owned(), filter).filter(ranking_rows::band.is_not_null());
    let query = match order {
        RankingOrder::Random => query.order(ranking_rows::row_number.asc()),
        RankingOrder::Score => query.order((ranking_rows::score.desc(), ranking_rows::row_number.asc())),
    };
    Ok(query.select(ranking_rows::row_number).load::<i32>(conn)?)
}

/// At most `limit` people without a rank after the row numbered `after`, in the random order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn unranked(
    conn: &mut DbConn,
    version: &str,
    filter: &RankingFilter,
    after: i32,
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    Ok(filtered!(version.to_owned(), filter)
        .filter(ranking_rows::band.is_null())
        .filter(ranking_rows::row_number.gt(after))
        .order(ranking_rows::row_number.asc())
        .limit(limit)
        .select(listed_columns!())
        .load::<ListedRow>(conn)?)
}

/// The row of a version by the public id of its attempt.
///
/// # Errors
/// [`StoreError::NotFound`] when the version holds no such attempt.
pub fn listed(conn: &mut DbConn, version: &str, public_id: &str) -> Result<ListedRow, StoreError> {
    Ok(ranking_rows::table
        .left_join(attempts::table)
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(attempts::public_id.eq(public_id))
        .select(listed_columns!())
        .first::<ListedRow>(conn)?)
}

/// The rows of a version with these numbers, in row order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn listed_rows(conn: &mut DbConn, version: &str, rows: &[i32]) -> Result<Vec<ListedRow>, StoreError> {
    Ok(ranking_rows::table
        .left_join(attempts::table)
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(ranking_rows::row_number.eq_any(rows))
        .order(ranking_rows::row_number.asc())
        .select(listed_columns!())
        .load::<ListedRow>(conn)?)
}

/// The public ids of at most `limit` attempts of a version with these tree numbers, in row order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn public_ids_of_trees(
    conn: &mut DbConn,
    version: &str,
    trees: &[i32],
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(ranking_rows::table
        .inner_join(attempts::table)
        .filter(ranking_rows::ranking_version_id.eq(version))
        .filter(attempts::tree_number.eq_any(trees))
        .order(ranking_rows::row_number.asc())
        .limit(limit)
        .select(attempts::public_id)
        .load::<String>(conn)?)
}

/// How many ranked people of a version a filter lets through.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_ranked(conn: &mut DbConn, version: &str, filter: &RankingFilter) -> Result<i64, StoreError> {
    Ok(filtered!(version.to_owned(), filter)
        .filter(ranking_rows::band.is_not_null())
        .count()
        .get_result(conn)?)
}

/// How many people of a version without a rank a filter lets through.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_unranked(conn: &mut DbConn, version: &str, filter: &RankingFilter) -> Result<i64, StoreError> {
    Ok(filtered!(version.to_owned(), filter).filter(ranking_rows::band.is_null()).count().get_result(conn)?)
}
