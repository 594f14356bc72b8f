//! The people of a version for a reviewer who still has some of them to rate: in the random order, with the scores of
//! those already rated and of nobody else.
//!
//! Groups and possible ranks belong to everyone together, so they stay away until everyone is rated: the place of those
//! already rated would tell something of the others. Filters by group, by the score of a family or by « not told apart
//! from » are not applied, and a filter by decision or the order by score shows only people already rated. Pages are counted, because the number
//! of a row follows the groups.

use store::conn::DbConn;
use store::repo::own_ratings;
use store::repo::ranking_rows::{ListedRow, RankingFilter};
use store::repo::{rows_to_rate, tags};

use super::{BlindPerson, MOST_TAGS, Order, PAGE_SIZE, RankingQuery, UnrankedReason, blind_person};
use crate::error::ServiceError;
use crate::viewer::Staff;

/// A list to rate, one page of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToRate {
    /// People of the campaign whom the viewer has not rated.
    pub unrated: i64,
    /// People whom the filter lets through.
    pub n: i64,
    /// Whether a filter was asked for that would tell of people not rated yet, and was not applied.
    pub is_filter_refused: bool,
    /// Whether only people already rated are listed.
    pub is_rated_only: bool,
    /// The people of this page.
    pub people: Vec<PersonToRate>,
    /// How many come before the next page.
    pub next: Option<i32>,
}

/// One person of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonToRate {
    /// Who; without a decision while not rated.
    pub person: BlindPerson,
    /// What may be known.
    pub known: Known,
}

/// What a viewer may know of a person's score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    /// Nothing yet: to be rated first.
    Nothing,
    /// The score with its 95 % limits.
    Score {
        /// The score.
        score: f64,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        high: f64,
    },
    /// Why there is no rank.
    NoRank(UnrankedReason),
}

/// One page of a version for a viewer who has `unrated` people to rate.
pub(super) fn to_rate(
    conn: &mut DbConn,
    viewer: &Staff,
    (campaign, version): (&str, &str),
    unrated: i64,
    query: &RankingQuery,
) -> Result<ToRate, ServiceError> {
    let user = viewer.user.as_str();
    if let Some(tag) = &query.tag {
        let own = tags::list(conn, viewer.organisation.as_str(), MOST_TAGS)?;
        if !own.iter().any(|known| known.id == *tag) {
            return Err(ServiceError::NotFound);
        }
    }
    let is_rated_only = query.decision.is_some() || query.order == Order::Score;
    let filter = RankingFilter {
        band: None,
        tied: None,
        rated_by: is_rated_only.then(|| user.to_owned()),
        ..query.filter(campaign, None)
    };
    let (order, skip) = (query.row_order(), query.after.max(0));
    let mut rows = rows_to_rate::page(conn, version, &filter, order, i64::from(skip), PAGE_SIZE + 1)?;
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let has_more = rows.len() > page_size;
    rows.truncate(page_size);
    let shown = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    let ids: Vec<String> = rows.iter().filter_map(|listed| listed.row.attempt_id.clone()).collect();
    let rated = own_ratings::own_among(conn, user, &ids)?;
    let mut people = Vec::new();
    for listed in &rows {
        let is_rated = listed.row.attempt_id.as_ref().is_some_and(|id| rated.contains(id));
        people.extend(person(listed, is_rated)?);
    }
    Ok(ToRate {
        unrated,
        n: rows_to_rate::count(conn, version, &filter, order)?,
        is_filter_refused: query.band.is_some() || query.tied.is_some() || query.family.is_some(),
        is_rated_only,
        people,
        next: has_more.then(|| skip.saturating_add(shown)),
    })
}

fn person(listed: &ListedRow, is_rated: bool) -> Result<Option<PersonToRate>, ServiceError> {
    let Some(person) = blind_person(listed)? else { return Ok(None) };
    if !is_rated {
        let person = BlindPerson { decision: None, ..person };
        return Ok(Some(PersonToRate { person, known: Known::Nothing }));
    }
    let row = &listed.row;
    let known = match (row.band, row.score, row.low, row.high) {
        (Some(_), Some(score), Some(low), Some(high)) => Known::Score { score, low, high },
        _ => Known::NoRank(UnrankedReason::parse(row.unranked_reason.as_deref().unwrap_or_default())),
    };
    Ok(Some(PersonToRate { person, known }))
}
