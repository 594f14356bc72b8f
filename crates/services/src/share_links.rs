//! Share links: one candidate's report, reduced and blind, for somebody without an account, for 1 to 30 days.
//!
//! A link shows the total with its interval, the families where they may be shown, what was answered and the interview
//! guide. It never shows a name, a place among others, the key, a note or a decision, whoever made it and whatever they
//! know. Opening one writes a count and an audit row, nothing else. A link that is over, withdrawn, of an erased person or of
//! nobody is one and the same 404.

use chrono::{Duration, NaiveDateTime};
use domain::ids::{OrganisationId, PublicId};
use domain::language::Language;
use domain::role::Role;
use store::conn::DbConn;
use store::repo::share_links::{self, ShareLinkRow};
use store::repo::{attempts, campaigns, organisations, own_ratings, users};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, allows, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::ranking::{CampaignHead, blind_name};
use crate::rate_first::is_to_rate;
use crate::report::shared::shared_report;
use crate::report::{Report, reviewed_attempt};
use crate::secrets::{Purpose, token_hash};
use crate::state::{Services, Tx};
use crate::viewer::{Actor, Staff};

/// Longest life of a link, in days.
pub const MOST_DAYS: i64 = 30;
/// Links of one candidate that open something at the same time.
pub const MOST_LIVE: usize = 10;
/// Links of a candidate listed at most.
const MOST_LISTED: i64 = 100;
/// A link is withdrawn, never renewed.
pub(crate) const SHARE_GENERATION: i32 = 1;

/// The links of a candidate.
#[derive(Clone, Debug)]
pub struct ShareLinks {
    /// The campaign.
    pub campaign: CampaignHead,
    /// The id in blind addresses.
    pub candidate: String,
    /// The tree name.
    pub name: String,
    /// Whether the viewer has to rate the candidate before sharing.
    pub waits_for_rating: bool,
    /// Links that open something, newest first.
    pub live: Vec<ShareLink>,
    /// How many open nothing any more.
    pub ended: usize,
}

/// One link.
#[derive(Clone)]
pub struct ShareLink {
    /// Its id.
    pub id: String,
    /// The name of who made it.
    pub by: String,
    /// Whether it was the viewer.
    pub is_own: bool,
    /// Until when it opens something, UTC.
    pub expires_at: NaiveDateTime,
    /// How often it was opened.
    pub openings: i32,
    /// The whole address, for who made it; nothing for others, or when its key is lost.
    pub address: Option<String>,
}

// An address opens the report: it never reaches a log by accident.
impl std::fmt::Debug for ShareLink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ShareLink").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a link shows.
#[derive(Clone, Debug)]
pub struct SharedReport {
    /// The organisation that shares.
    pub organisation: String,
    /// Whether its data are a demonstration.
    pub is_demo: bool,
    /// Until when the link opens something, UTC.
    pub expires_at: NaiveDateTime,
    /// The reduced report.
    pub report: Report,
}

impl Services {
    /// The links of a candidate.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the attempt is theirs and has ended.
    pub fn share_links(&self, viewer: &Staff, candidate: &PublicId) -> Result<ShareLinks, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let attempt = reviewed_attempt(conn, viewer, candidate)?;
            let campaign = campaigns::find(conn, viewer.organisation.as_str(), &attempt.campaign_id)?;
            let rows = share_links::of_attempt(conn, &attempt.id, MOST_LISTED)?;
            let all = rows.len();
            let live: Vec<ShareLink> = rows
                .into_iter()
                .filter(|(row, _)| is_live(row, now))
                .map(|(row, by)| {
                    let is_own = row.made_by == viewer.user.as_str();
                    ShareLink {
                        address: if is_own { self.share_link(&row.id, &row.secret_key_id) } else { None },
                        id: row.id,
                        by,
                        is_own,
                        expires_at: row.expires_at,
                        openings: row.openings,
                    }
                })
                .collect();
            Ok(ShareLinks {
                campaign: CampaignHead::of(&campaign, now),
                candidate: attempt.public_id.clone(),
                name: blind_name(attempt.tree_number),
                waits_for_rating: is_to_rate(conn, viewer, &campaign.id, &attempt.id)?,
                ended: all - live.len(),
                live,
            })
        })
    }

    /// Makes a link that opens a candidate's report for so many days.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `days` (`not_valid`: 1 to 30; `rate_first`: the viewer has to rate the candidate first;
    /// `too_many`: [`MOST_LIVE`] open the report already); [`ServiceError::NotFound`] when the viewer may not.
    pub fn make_share_link(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        days: &str,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let found = reviewed_attempt(tx.conn, viewer, candidate)?;
            // Locked against an erasure that would leave the link behind.
            let attempt = attempts::lock_by_invitation(tx.conn, &found.invitation_id)?
                .filter(|attempt| attempt.erased_at.is_none())
                .ok_or(ServiceError::NotFound)?;
            let days = days.trim().parse::<i64>().ok().filter(|days| (1..=MOST_DAYS).contains(days));
            let days = days.ok_or_else(|| ServiceError::invalid("days", "not_valid"))?;
            if is_to_rate(tx.conn, viewer, &attempt.campaign_id, &attempt.id)? {
                return Err(ServiceError::invalid("days", "rate_first"));
            }
            let rows = share_links::of_attempt(tx.conn, &attempt.id, MOST_LISTED)?;
            if rows.iter().filter(|(row, _)| is_live(row, tx.now)).count() >= MOST_LIVE {
                return Err(ServiceError::invalid("days", "too_many"));
            }
            let id = row_uuid(tx.now, self.random()).to_string();
            let key_id = self.secrets().current_id().to_owned();
            let token = self
                .secrets()
                .link_token(&key_id, Purpose::ShareLink, &id, SHARE_GENERATION)
                .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
            let row = ShareLinkRow {
                id: id.clone(),
                organisation_id: attempt.organisation_id.clone(),
                campaign_id: attempt.campaign_id.clone(),
                attempt_id: attempt.id.clone(),
                made_by: viewer.user.to_string(),
                token_hash: token_hash(&token),
                secret_key_id: key_id,
                created_at: tx.now,
                expires_at: tx.now + Duration::days(days),
                revoked_at: None,
                openings: 0,
            };
            share_links::insert(tx.conn, &row)?;
            note(tx, viewer, Action::ReportShared, id, format!("attempt={};days={days}", attempt.id));
            Ok(())
        })
    }

    /// Withdraws a link of a candidate, whoever made it. Withdrawing what is withdrawn changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the candidate has no such link or the viewer may not.
    pub fn revoke_share_link(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        link: &str,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = reviewed_attempt(tx.conn, viewer, candidate)?;
            let rows = share_links::of_attempt(tx.conn, &attempt.id, MOST_LISTED)?;
            if !rows.iter().any(|(row, _)| row.id == link) {
                return Err(ServiceError::NotFound);
            }
            if share_links::revoke(tx.conn, &attempt.id, link, tx.now)? {
                let detail = format!("attempt={}", attempt.id);
                note(tx, viewer, Action::ShareRevoked, link.to_owned(), detail);
            }
            Ok(())
        })
    }

    /// What a link shows, after the opening has been counted and noted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that opens nothing (any more), [`ServiceError::Throttled`] when too many of
    /// them came from this address.
    pub fn open_share(
        &self,
        token: &str,
        address: Option<&str>,
        language: Language,
    ) -> Result<SharedReport, ServiceError> {
        let (hash, now) = (token_hash(token), self.now());
        let found = self.read(|conn| match share_links::find_live(conn, &hash, now)? {
            Some(row) if opens(conn, &row)? => Ok(Some(row)),
            _ => Ok(None),
        })?;
        let Some(row) = found else { return Err(self.unknown_token(address)) };
        let report = shared_report(self, &row, language)?;
        let organisation = self
            .read(|conn| Ok(organisations::find(conn, &row.organisation_id)?))?
            .ok_or(ServiceError::NotFound)?;
        self.write(|tx| {
            if !share_links::count_opening(tx.conn, &row.id, tx.now)? {
                return Err(ServiceError::NotFound);
            }
            tx.audit(Entry {
                organisation: OrganisationId::parse(&row.organisation_id).map_err(stored)?,
                // Whoever holds the link: the instance knows nobody behind it.
                actor: Actor::Job("share_link"),
                action: Action::ShareOpened,
                entity: Entity::ShareLink,
                entity_id: row.id.clone(),
                detail: format!("attempt={}", row.attempt_id),
                address: address.map(str::to_owned),
            });
            Ok(())
        })?;
        Ok(SharedReport {
            organisation: organisation.name,
            is_demo: organisation.is_demo,
            expires_at: row.expires_at,
            report,
        })
    }
}

fn is_live(row: &ShareLinkRow, now: NaiveDateTime) -> bool {
    row.revoked_at.is_none() && row.expires_at > now
}

/// Whether who made a link may still see what it shows: a member who reviews candidates, and who has rated this one
/// where one's own rating comes first.
fn opens(conn: &mut DbConn, row: &ShareLinkRow) -> Result<bool, ServiceError> {
    // Nobody once removed.
    let Some(maker) = users::find(conn, &row.organisation_id, &row.made_by)? else { return Ok(false) };
    let role = Role::parse(&maker.role).map_err(stored)?;
    if !allows(role, Permission::ReviewCandidates) {
        return Ok(false);
    }
    Ok(!own_ratings::is_first(conn, &row.campaign_id)?
        || own_ratings::find(conn, &row.attempt_id, &row.made_by)?.is_some())
}

fn note(tx: &mut Tx<'_>, viewer: &Staff, action: Action, id: String, detail: String) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::ShareLink,
        entity_id: id,
        detail,
        address: viewer.address.clone(),
    });
}
