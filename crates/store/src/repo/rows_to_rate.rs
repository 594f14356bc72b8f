//! The people of a ranking version in an order that tells nothing of their places: for reviewers who rate first.
//!
//! Row numbers follow the bands, so neither the order nor the way to the next page uses them.

use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::ranking_rows::{ListedRow, RankingFilter, RankingOrder};
use crate::schema::{attempts, candidate_tags, own_ratings, ranking_rows};

type Backend = <DbConn as diesel::Connection>::Backend;

/// The people of a version, erased ones left out, as far as a filter lets them through; bands, ranks and ties filter
/// nobody here.
macro_rules! people {
    ($version:expr, $filter:expr) => {{
        let mut query = ranking_rows::table
            .inner_join(attempts::table)
            .filter(ranking_rows::ranking_version_id.eq($version.to_owned()))
            .filter(attempts::erased_at.is_null())
            .into_boxed::<Backend>();
        match &$filter.decision {
            None => {}
            Some(None) => query = query.filter(attempts::decision.is_null()),
            Some(Some(decision)) => query = query.filter(attempts::decision.eq(decision.clone())),
        }
        if let Some(language) = &$filter.language {
            query = query.filter(attempts::language.eq(language.clone()));
        }
        if let Some(state) = &$filter.state {
            query = query.filter(attempts::state.eq(state.clone()));
        }
        if let Some((campaign, trees)) = &$filter.trees {
            query = query
                .filter(attempts::campaign_id.eq(campaign.clone()))
                .filter(attempts::tree_number.eq_any(trees.clone()));
        }
        if let Some(tag) = &$filter.tag {
            let tagged = candidate_tags::table
                .filter(candidate_tags::tag_id.eq(tag.clone()))
                .select(candidate_tags::attempt_id);
            query = query.filter(attempts::id.eq_any(tagged));
        }
        if let Some(user) = &$filter.rated_by {
            let own = own_ratings::table
                .filter(own_ratings::attempt_id.eq(attempts::id))
                .filter(own_ratings::user_id.eq(user.clone()));
            query = query.filter(diesel::dsl::exists(own));
        }
        query
    }};
}

/// At most `limit` people of a version after the first `skip`, in the random order, or by score with people without a
/// rank left out. Only a filter on `rated_by` may be ordered by score.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page(
    conn: &mut DbConn,
    version: &str,
    filter: &RankingFilter,
    order: RankingOrder,
    skip: i64,
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    let query = people!(version, filter);
    let query = match order {
        RankingOrder::Random => query.order((ranking_rows::random_order.asc(), attempts::id.asc())),
        RankingOrder::Score => query.filter(ranking_rows::band.is_not_null()).order((
            ranking_rows::score.desc(),
            ranking_rows::random_order.asc(),
            attempts::id.asc(),
        )),
    };
    let columns =
        (attempts::public_id, attempts::tree_number, attempts::language, attempts::state, attempts::decision);
    Ok(query
        .offset(skip)
        .limit(limit)
        .select((ranking_rows::all_columns, columns.nullable()))
        .load::<ListedRow>(conn)?)
}

/// How many people of a version a filter lets through, those without a rank included.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count(
    conn: &mut DbConn,
    version: &str,
    filter: &RankingFilter,
    order: RankingOrder,
) -> Result<i64, StoreError> {
    let query = people!(version, filter);
    let query = match order {
        RankingOrder::Random => query,
        RankingOrder::Score => query.filter(ranking_rows::band.is_not_null()),
    };
    Ok(query.count().get_result(conn)?)
}
