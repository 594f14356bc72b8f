//! Campaigns: one row per hiring, scoped by organisation except where a link or a job leads to it.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::campaigns;

mod figures;

pub use self::figures::{FunnelRow, funnels, satisfaction, undecided};

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = campaigns)]
pub struct CampaignRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// Title, seen by candidates and recruiters.
    pub title: String,
    /// The job.
    pub job: String,
    /// The version of the pack.
    pub pack_row_id: String,
    /// The form of the pack.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// The key that attempts are scored with.
    pub key_row_id: String,
    /// Codes of the languages offered, joined by commas.
    pub languages: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// When it closes by itself, UTC.
    pub closes_at: Option<NaiveDateTime>,
    /// Date of the decision, in the time zone.
    pub decision_on: NaiveDate,
    /// Whom candidates ask for help.
    pub contact: String,
    /// The employer's words in the French notice.
    pub notice_fr: Option<String>,
    /// The employer's words in the English notice.
    pub notice_en: Option<String>,
    /// Version of the notice, which acceptances name.
    pub notice_version: i32,
    /// Generation of the open link, raised each time it is renewed or turned off.
    pub open_link_generation: i32,
    /// Hash of the token of the open link; nothing when it is off.
    pub open_link_token_hash: Option<String>,
    /// The key that made it.
    pub open_link_key_id: Option<String>,
    /// `open` or `closed`.
    pub state: String,
    /// Who made it.
    pub created_by: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When it was closed, UTC.
    pub closed_at: Option<NaiveDateTime>,
    /// When the last person in it was erased at the end of the retention, UTC.
    pub people_erased_at: Option<NaiveDateTime>,
    /// The day in the time zone on which its people are erased; nothing in a campaign older than this column.
    pub erase_people_on: Option<NaiveDate>,
}

/// What may be changed of a campaign while it takes answers.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = campaigns)]
#[diesel(treat_none_as_null = true)]
pub struct CampaignChange {
    /// Title.
    pub title: String,
    /// The job.
    pub job: String,
    /// When it closes by itself, UTC.
    pub closes_at: Option<NaiveDateTime>,
    /// Date of the decision, in the time zone.
    pub decision_on: NaiveDate,
    /// Whom candidates ask for help.
    pub contact: String,
    /// The employer's words in the French notice.
    pub notice_fr: Option<String>,
    /// The employer's words in the English notice.
    pub notice_en: Option<String>,
    /// Version of the notice.
    pub notice_version: i32,
    /// The day on which its people are erased.
    pub erase_people_on: Option<NaiveDate>,
}

/// Adds a campaign.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &CampaignRow) -> Result<(), StoreError> {
    diesel::insert_into(campaigns::table).values(row).execute(conn)?;
    Ok(())
}

/// A campaign of an organisation.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such campaign.
pub fn find(conn: &mut DbConn, organisation: &str, id: &str) -> Result<CampaignRow, StoreError> {
    Ok(campaigns::table
        .find(id)
        .filter(campaigns::organisation_id.eq(organisation))
        .first::<CampaignRow>(conn)?)
}

/// A campaign of an organisation, locked until the transaction ends (SQLite has one writer anyway).
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such campaign.
pub fn lock(conn: &mut DbConn, organisation: &str, id: &str) -> Result<CampaignRow, StoreError> {
    let query = campaigns::table.find(id).filter(campaigns::organisation_id.eq(organisation));
    Ok(match conn {
        DbConn::Postgres(inner) => query.for_update().first::<CampaignRow>(inner)?,
        DbConn::Sqlite(inner) => query.first::<CampaignRow>(inner)?,
    })
}

/// The campaign that a row already in hand (an invitation, an attempt) belongs to.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such campaign.
pub fn load(conn: &mut DbConn, id: &str) -> Result<CampaignRow, StoreError> {
    Ok(campaigns::table.find(id).first::<CampaignRow>(conn)?)
}

/// The campaign that an open link leads to, by the hash of its token.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_open_link(conn: &mut DbConn, token_hash: &str) -> Result<Option<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::open_link_token_hash.eq(token_hash))
        .first::<CampaignRow>(conn)
        .optional()?)
}

/// Which campaigns a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// Those that take answers at a time.
    OpenAt(NaiveDateTime),
    /// Those that take no answers any more at a time.
    OverAt(NaiveDateTime),
}

/// At most `limit` campaigns of an organisation made before the one given, the newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page(
    conn: &mut DbConn,
    organisation: &str,
    wanted: Wanted,
    before: Option<(NaiveDateTime, &str)>,
    limit: i64,
) -> Result<Vec<CampaignRow>, StoreError> {
    let mut query = campaigns::table
        .filter(campaigns::organisation_id.eq(organisation))
        .order((campaigns::created_at.desc(), campaigns::id.desc()))
        .limit(limit)
        .into_boxed();
    let has_time = |now: NaiveDateTime| campaigns::closes_at.is_null().or(campaigns::closes_at.gt(now));
    query = match wanted {
        Wanted::All => query,
        Wanted::OpenAt(now) => query.filter(campaigns::state.eq("open")).filter(has_time(now)),
        Wanted::OverAt(now) => {
            query.filter(campaigns::state.eq("closed").or(campaigns::closes_at.le(now).assume_not_null()))
        }
    };
    if let Some((at, id)) = before {
        let earlier = campaigns::created_at.lt(at);
        let same_time = campaigns::created_at.eq(at).and(campaigns::id.lt(id.to_owned()));
        query = query.filter(earlier.or(same_time));
    }
    Ok(query.load::<CampaignRow>(conn)?)
}

/// Gives the open link a generation, a token's hash and its key; without a hash it is off.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_open_link(
    conn: &mut DbConn,
    id: &str,
    generation: i32,
    token_hash: Option<&str>,
    key_id: Option<&str>,
) -> Result<(), StoreError> {
    diesel::update(campaigns::table.find(id))
        .set((
            campaigns::open_link_generation.eq(generation),
            campaigns::open_link_token_hash.eq(token_hash),
            campaigns::open_link_key_id.eq(key_id),
        ))
        .execute(conn)?;
    Ok(())
}

/// The newest campaign that a member has made.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest_by(conn: &mut DbConn, user: &str) -> Result<Option<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::created_by.eq(user))
        .order((campaigns::created_at.desc(), campaigns::id.desc()))
        .first::<CampaignRow>(conn)
        .optional()?)
}

/// Changes a campaign that this transaction has locked.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn change(conn: &mut DbConn, id: &str, change: &CampaignChange) -> Result<(), StoreError> {
    diesel::update(campaigns::table.find(id)).set(change).execute(conn)?;
    Ok(())
}

/// Closes a campaign.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn close(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(campaigns::table.find(id))
        .set((campaigns::state.eq("closed"), campaigns::closed_at.eq(Some(at))))
        .execute(conn)?;
    Ok(())
}

/// At most `limit` campaigns with people in them whose day of erasure is `day` or before; of those that have no such
/// day, the ones decided on `decided` or before. The longest decided first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn to_erase_by(
    conn: &mut DbConn,
    day: NaiveDate,
    decided: NaiveDate,
    limit: i64,
) -> Result<Vec<CampaignRow>, StoreError> {
    let has_come = campaigns::erase_people_on.le(day).assume_not_null();
    let is_older = campaigns::erase_people_on.is_null().and(campaigns::decision_on.le(decided));
    Ok(campaigns::table
        .filter(campaigns::people_erased_at.is_null())
        .filter(has_come.or(is_older))
        .order((campaigns::decision_on.asc(), campaigns::id.asc()))
        .limit(limit)
        .load::<CampaignRow>(conn)?)
}

/// Writes down that nobody is left in a campaign.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_people_erased(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(campaigns::table.find(id)).set(campaigns::people_erased_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// At most `limit` open campaigns after an id whose open link is on, in id order: for the rotation of secrets.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn with_open_link(conn: &mut DbConn, after: &str, limit: i64) -> Result<Vec<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::open_link_token_hash.is_not_null())
        .filter(campaigns::id.gt(after))
        .order(campaigns::id.asc())
        .limit(limit)
        .load::<CampaignRow>(conn)?)
}

/// The oldest campaign of an organisation with a title.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_title(
    conn: &mut DbConn,
    organisation: &str,
    title: &str,
) -> Result<Option<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::organisation_id.eq(organisation))
        .filter(campaigns::title.eq(title))
        .order((campaigns::created_at.asc(), campaigns::id.asc()))
        .first::<CampaignRow>(conn)
        .optional()?)
}
