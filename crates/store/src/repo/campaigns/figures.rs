//! How many people of campaigns are where, and what they said: the figures of lists of campaigns.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, invitations};

/// How many people of a campaign are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunnelRow {
    /// Links given out: all but those withdrawn before their test began.
    pub invited: i64,
    /// Tests begun.
    pub started: i64,
    /// Tests finished.
    pub finished: i64,
    /// Finished tests without a decision.
    pub undecided: i64,
}

/// The funnels of some campaigns, by their ids.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn funnels(conn: &mut DbConn, ids: &[String]) -> Result<HashMap<String, FunnelRow>, StoreError> {
    let mut funnels: HashMap<String, FunnelRow> = HashMap::new();
    let unused = diesel::dsl::not(diesel::dsl::exists(
        attempts::table.filter(attempts::invitation_id.eq(invitations::id)).select(attempts::id),
    ));
    let withdrawn: Vec<(String, i64)> = invitations::table
        .filter(invitations::campaign_id.eq_any(ids))
        .filter(invitations::revoked_at.is_not_null())
        .filter(unused)
        .group_by(invitations::campaign_id)
        .select((invitations::campaign_id, diesel::dsl::count_star()))
        .load(conn)?;
    let given: Vec<(String, i64)> = invitations::table
        .filter(invitations::campaign_id.eq_any(ids))
        .group_by(invitations::campaign_id)
        .select((invitations::campaign_id, diesel::dsl::count_star()))
        .load(conn)?;
    let attempted: Vec<(String, String, i64)> = attempts::table
        .filter(attempts::campaign_id.eq_any(ids))
        .group_by((attempts::campaign_id, attempts::state))
        .select((attempts::campaign_id, attempts::state, diesel::dsl::count_star()))
        .load(conn)?;
    let undecided: Vec<(String, i64)> = attempts::table
        .filter(attempts::campaign_id.eq_any(ids))
        .filter(attempts::state.eq("finished"))
        .filter(attempts::finished_at.is_not_null())
        .filter(attempts::decision.is_null())
        .filter(attempts::erased_at.is_null())
        .group_by(attempts::campaign_id)
        .select((attempts::campaign_id, diesel::dsl::count_star()))
        .load(conn)?;
    for (id, number) in given {
        funnels.entry(id).or_default().invited += number;
    }
    for (id, number) in withdrawn {
        funnels.entry(id).or_default().invited -= number;
    }
    for (id, state, number) in attempted {
        let funnel = funnels.entry(id).or_default();
        funnel.started += number;
        if state == "finished" {
            funnel.finished += number;
        }
    }
    for (id, number) in undecided {
        funnels.entry(id).or_default().undecided = number;
    }
    Ok(funnels)
}

/// At most `limit` campaigns of an organisation where people have finished and nobody has decided: id, title and how
/// many, the newest campaign first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn undecided(
    conn: &mut DbConn,
    organisation: &str,
    limit: i64,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    let own = campaigns::table.filter(campaigns::organisation_id.eq(organisation)).select(campaigns::id);
    let counted: Vec<(String, i64)> = attempts::table
        .filter(attempts::campaign_id.eq_any(own))
        .filter(attempts::state.eq("finished"))
        .filter(attempts::finished_at.is_not_null())
        .filter(attempts::decision.is_null())
        .filter(attempts::erased_at.is_null())
        .group_by(attempts::campaign_id)
        .order(attempts::campaign_id.desc())
        .select((attempts::campaign_id, diesel::dsl::count_star()))
        .limit(limit)
        .load(conn)?;
    let ids: Vec<&str> = counted.iter().map(|(id, _)| id.as_str()).collect();
    let titles: HashMap<String, String> = campaigns::table
        .filter(campaigns::id.eq_any(ids))
        .select((campaigns::id, campaigns::title))
        .load::<(String, String)>(conn)?
        .into_iter()
        .collect();
    let titled = |(id, n): (String, i64)| titles.get(&id).cloned().map(|title| (id, title, n));
    Ok(counted.into_iter().filter_map(titled).collect())
}

/// How often each satisfaction answer (1-4) was given in some campaigns, by their ids.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn satisfaction(
    conn: &mut DbConn,
    ids: &[String],
) -> Result<HashMap<String, Vec<(i16, i64)>>, StoreError> {
    let rows: Vec<(String, Option<i16>, i64)> = attempts::table
        .filter(attempts::campaign_id.eq_any(ids))
        .filter(attempts::satisfaction.is_not_null())
        .group_by((attempts::campaign_id, attempts::satisfaction))
        .select((attempts::campaign_id, attempts::satisfaction, diesel::dsl::count_star()))
        .load(conn)?;
    let mut answers: HashMap<String, Vec<(i16, i64)>> = HashMap::new();
    for (id, value, number) in rows {
        answers.entry(id).or_default().extend(value.map(|value| (value, number)));
    }
    Ok(answers)
}
