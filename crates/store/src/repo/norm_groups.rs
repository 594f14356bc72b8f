//! Comparison groups and which of them a campaign shows. A group is never changed; it can be retired.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::campaigns::CampaignRow;
use crate::repo::scores::FormOf;
use crate::schema::{
    attempts, campaign_norms, campaigns, invitations, norm_group_campaigns, norm_groups, scores,
};

/// A comparison group.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = norm_groups)]
pub struct NormGroupRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The pack row.
    pub pack_row_id: String,
    /// The form.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// The key.
    pub key_row_id: String,
    /// The snapshot whose scores were taken.
    pub snapshot_id: String,
    /// Its French name.
    pub name_fr: String,
    /// Its English name.
    pub name_en: String,
    /// Its French description; may be empty.
    pub description_fr: String,
    /// Its English description; may be empty.
    pub description_en: String,
    /// The first day on which somebody in it finished, in the zone of the campaign.
    pub from_on: NaiveDate,
    /// The last day.
    pub to_on: NaiveDate,
    /// People in it.
    pub n: i32,
    /// Mean of the scores.
    pub mean: f64,
    /// Standard deviation of the scores, n - 1.
    pub sd: f64,
    /// JSON: how many people have 0 to 100 whole points.
    pub counts: String,
    /// The owner who made it.
    pub made_by: Option<String>,
    /// When, UTC: it is frozen since.
    pub made_at: NaiveDateTime,
    /// When it was retired, UTC.
    pub retired_at: Option<NaiveDateTime>,
}

/// A score that a group may be made of.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct NormScoreRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its campaign.
    pub campaign_id: String,
    /// When it was finished, UTC.
    pub finished_at: Option<NaiveDateTime>,
    /// The score, under the campaign's own weights where it has chosen some.
    pub score: Option<f64>,
    /// The plain score, where the campaign has chosen weights.
    pub plain_score: Option<f64>,
}

/// Adds a group with the campaigns that it was taken from.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &NormGroupRow, campaigns: &[String]) -> Result<(), StoreError> {
    diesel::insert_into(norm_groups::table).values(row).execute(conn)?;
    // As many rows as campaigns were chosen.
    for campaign in campaigns {
        let values =
            (norm_group_campaigns::norm_group_id.eq(&row.id), norm_group_campaigns::campaign_id.eq(campaign));
        diesel::insert_into(norm_group_campaigns::table).values(values).execute(conn)?;
    }
    Ok(())
}

/// A group of an organisation.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such group.
pub fn find(conn: &mut DbConn, organisation: &str, id: &str) -> Result<NormGroupRow, StoreError> {
    Ok(norm_groups::table
        .find(id)
        .filter(norm_groups::organisation_id.eq(organisation))
        .first::<NormGroupRow>(conn)?)
}

/// At most `limit` groups of an organisation, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, organisation: &str, limit: i64) -> Result<Vec<NormGroupRow>, StoreError> {
    Ok(norm_groups::table
        .filter(norm_groups::organisation_id.eq(organisation))
        .order((norm_groups::made_at.desc(), norm_groups::id.desc()))
        .limit(limit)
        .load::<NormGroupRow>(conn)?)
}

/// At most `limit` groups of a form under a key, newest first, retired ones too.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_form(conn: &mut DbConn, of: FormOf<'_>, limit: i64) -> Result<Vec<NormGroupRow>, StoreError> {
    Ok(norm_groups::table
        .filter(norm_groups::organisation_id.eq(of.organisation))
        .filter(norm_groups::pack_row_id.eq(of.pack_row))
        .filter(norm_groups::form_id.eq(of.form))
        .filter(norm_groups::form_version.eq(of.form_version))
        .filter(norm_groups::key_row_id.eq(of.key_row))
        .order((norm_groups::made_at.desc(), norm_groups::id.desc()))
        .limit(limit)
        .load::<NormGroupRow>(conn)?)
}

/// The ids of the campaigns that a group was taken from.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn campaigns_of(conn: &mut DbConn, group: &str) -> Result<BTreeSet<String>, StoreError> {
    Ok(norm_group_campaigns::table
        .filter(norm_group_campaigns::norm_group_id.eq(group))
        .order(norm_group_campaigns::campaign_id.asc())
        .select(norm_group_campaigns::campaign_id)
        .load::<String>(conn)?
        .into_iter()
        .collect())
}

/// The titles of the campaigns that a group was taken from, in order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn titles_of(conn: &mut DbConn, group: &str) -> Result<Vec<String>, StoreError> {
    Ok(norm_group_campaigns::table
        .inner_join(campaigns::table)
        .filter(norm_group_campaigns::norm_group_id.eq(group))
        .order((campaigns::title.asc(), campaigns::id.asc()))
        .select(campaigns::title)
        .load::<String>(conn)?)
}

/// Retires a group: it can be chosen no more.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn retire(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(norm_groups::table.find(id)).set(norm_groups::retired_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Locks the groups of an organisation as a whole: two made at one moment would not know of each other (SQLite has one
/// writer anyway). The lock is that of the row of the organisation's newest snapshot of the form, which is there.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock_form(conn: &mut DbConn, snapshot: &str) -> Result<(), StoreError> {
    use crate::schema::snapshots;
    let query = snapshots::table.find(snapshot).select(snapshots::id);
    if let DbConn::Postgres(inner) = conn {
        query.for_update().first::<String>(inner)?;
    }
    Ok(())
}

/// At most `limit` campaigns of a form that are scored with a key, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn campaigns_of_form(
    conn: &mut DbConn,
    of: FormOf<'_>,
    limit: i64,
) -> Result<Vec<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::organisation_id.eq(of.organisation))
        .filter(campaigns::pack_row_id.eq(of.pack_row))
        .filter(campaigns::form_id.eq(of.form))
        .filter(campaigns::form_version.eq(of.form_version))
        .filter(campaigns::key_row_id.eq(of.key_row))
        .order((campaigns::created_at.desc(), campaigns::id.desc()))
        .limit(limit)
        .load::<CampaignRow>(conn)?)
}

/// At most `limit` scores under a snapshot of finished attempts that may be ranked, in the order of their attempts;
/// people whom the demonstration invented only `with_invented`.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn scores_under(
    conn: &mut DbConn,
    snapshot: &str,
    with_invented: bool,
    limit: i64,
) -> Result<Vec<NormScoreRow>, StoreError> {
    let mut query = scores::table
        .inner_join(attempts::table.inner_join(invitations::table))
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::unranked_reason.is_null())
        .filter(scores::score.is_not_null())
        .filter(attempts::state.eq("finished"))
        .filter(attempts::erased_at.is_null())
        .order(scores::attempt_id.asc())
        .limit(limit)
        .select((
            scores::attempt_id,
            scores::campaign_id,
            attempts::finished_at,
            scores::score,
            scores::plain_score,
        ))
        .into_boxed();
    if !with_invented {
        query = query.filter(invitations::source.ne("demo"));
    }
    Ok(query.load::<NormScoreRow>(conn)?)
}

/// The group that a campaign's reports show.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn chosen(conn: &mut DbConn, campaign: &str) -> Result<Option<NormGroupRow>, StoreError> {
    Ok(campaign_norms::table
        .inner_join(norm_groups::table)
        .filter(campaign_norms::campaign_id.eq(campaign))
        .select(norm_groups::all_columns)
        .first::<NormGroupRow>(conn)
        .optional()?)
}

/// Lets the reports of a campaign show a group, or none.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn choose(
    conn: &mut DbConn,
    campaign: &str,
    group: Option<&str>,
    at: NaiveDateTime,
) -> Result<(), StoreError> {
    diesel::delete(campaign_norms::table.find(campaign)).execute(conn)?;
    if let Some(group) = group {
        let values = (
            campaign_norms::campaign_id.eq(campaign),
            campaign_norms::norm_group_id.eq(group),
            campaign_norms::since.eq(at),
        );
        diesel::insert_into(campaign_norms::table).values(values).execute(conn)?;
    }
    Ok(())
}
