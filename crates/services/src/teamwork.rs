//! What colleagues do together about a candidate: notes that mention each other, tags, and who looks at whom.
//!
//! Notes of others are hidden until one's own decision, or until one has asked to see who it is: nobody's judgement
//! comes before one's own; where one's own rating comes first, until that rating too. Tags and assignments are seen by all who review, and so should hold facts.

mod writing;

use chrono::{NaiveDate, NaiveDateTime};
use domain::ids::{NoteId, PublicId, TagId, UserId};
use domain::role::Role;
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::notes::{self, AskedRow};
use store::repo::{assignments, campaigns, decisions, tags, users};

use crate::authz::{Permission, allows, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::ranking::blind_name;
use crate::rate_first::is_to_rate;
use crate::report::{is_unblinded, reviewed_attempt};
use crate::state::Services;
use crate::viewer::Staff;
use crate::zone;

/// Longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 2_000;
/// Longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 40;
/// Most tags of an organisation.
pub const MOST_TAGS: i64 = 200;
/// Most notes on one candidate.
pub const MOST_NOTES: i64 = 500;
/// Most colleagues of an organisation that forms list.
const MOST_COLLEAGUES: i64 = 500;
/// Candidates on the list of what one is asked to look at.
pub const MOST_ASKED: i64 = 200;

/// A note as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// What it says; nothing once its author has deleted it.
    pub words: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// Whether it was the viewer.
    pub is_own: bool,
    /// Names of whom it mentions.
    pub mentioned: Vec<String>,
    /// The day, in the campaign's time zone.
    pub on: NaiveDate,
}

/// A colleague that a form lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Whether it is the viewer.
    pub is_viewer: bool,
    /// Whether they are asked to look at the candidate.
    pub is_assigned: bool,
}

/// A tag that a form lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// The word.
    pub name: String,
    /// Whether the candidate bears it.
    pub is_on: bool,
}

/// What colleagues do together about one candidate, as the viewer may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Teamwork {
    /// Notes that the viewer may read, oldest first.
    pub notes: Vec<Note>,
    /// Whether notes of others are hidden, if there are any.
    pub hides_notes: bool,
    /// Whether the viewer has to rate the candidate before notes of others are shown.
    pub waits_for_rating: bool,
    /// Whether a hidden note mentions the viewer.
    pub is_mentioned: bool,
    /// The organisation's tags.
    pub tags: Vec<Tag>,
    /// Everybody who reviews candidates.
    pub colleagues: Vec<Colleague>,
}

/// A candidate that the viewer is asked to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The id in blind addresses.
    pub candidate: String,
    /// The tree name.
    pub name: String,
    /// The campaign.
    pub campaign: String,
    /// Its title.
    pub campaign_title: String,
    /// Whether the viewer has decided.
    pub has_decided: bool,
    /// Whether they are assigned.
    pub is_assigned: bool,
    /// Whether a note mentions them.
    pub is_mentioned: bool,
}

impl Services {
    /// What colleagues do together about a candidate.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the attempt is theirs and has ended.
    pub fn teamwork(&self, viewer: &Staff, candidate: &PublicId) -> Result<Teamwork, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.read(|conn| {
            let attempt = reviewed_attempt(conn, viewer, candidate)?;
            // A note may repeat a score, or a colleague's judgement.
            let waits_for_rating = is_to_rate(conn, viewer, &attempt.campaign_id, &attempt.id)?;
            let is_unblinded = !waits_for_rating && is_unblinded(conn, &attempt.id, viewer)?;
            let (notes, is_mentioned) = told_notes(conn, viewer, &attempt, is_unblinded)?;
            Ok(Teamwork {
                notes,
                hides_notes: !is_unblinded,
                waits_for_rating,
                is_mentioned,
                tags: told_tags(conn, viewer, &attempt.id)?,
                colleagues: colleagues(conn, viewer, &attempt.id)?,
            })
        })
    }

    /// The candidates that the viewer is asked to look at, those without the viewer's decision first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates.
    pub fn asked_of(&self, viewer: &Staff) -> Result<Vec<Asked>, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let (organisation, user) = (viewer.organisation.as_str(), viewer.user.as_str());
        self.read(|conn| {
            let assigned = assignments::of_user(conn, organisation, user, MOST_ASKED)?;
            let mentioned = notes::mentioning(conn, organisation, user, MOST_ASKED)?;
            let mut rows: Vec<AskedRow> = Vec::new();
            for row in assigned.iter().chain(&mentioned) {
                if !rows.contains(row) {
                    rows.push(row.clone());
                }
            }
            let ids: Vec<String> = rows.iter().map(|row| row.attempt_id.clone()).collect();
            let decided = decisions::own_among(conn, user, &ids)?;
            let mut asked: Vec<Asked> = rows
                .into_iter()
                .map(|row| Asked {
                    has_decided: decided.contains(&row.attempt_id),
                    is_assigned: assigned.contains(&row),
                    is_mentioned: mentioned.contains(&row),
                    candidate: row.public_id,
                    name: blind_name(row.tree_number),
                    campaign: row.campaign_id,
                    campaign_title: row.campaign_title,
                })
                .collect();
            asked.sort_by_key(|asked| asked.has_decided);
            Ok(asked)
        })
    }
}

fn told_notes(
    conn: &mut DbConn,
    viewer: &Staff,
    attempt: &AttemptRow,
    is_unblinded: bool,
) -> Result<(Vec<Note>, bool), ServiceError> {
    let campaign = campaigns::load(conn, &attempt.campaign_id)?;
    let user = viewer.user.as_str();
    let mentions = notes::mentions_of_attempt(conn, &attempt.id)?;
    let (mut told, mut is_mentioned) = (Vec::new(), false);
    for (row, author) in notes::of_attempt(conn, &attempt.id, MOST_NOTES)? {
        let is_own = row.author_id == user;
        let mine = || mentions.iter().filter(|(note, ..)| *note == row.id);
        if !is_own && !is_unblinded {
            is_mentioned |= mine().any(|(_, mentioned, _)| mentioned == user);
            continue;
        }
        told.push(Note {
            mentioned: mine().map(|(.., name)| name.clone()).collect(),
            id: NoteId::parse(&row.id).map_err(stored)?,
            words: row.words,
            author,
            is_own,
            on: day(&campaign.time_zone, row.created_at),
        });
    }
    Ok((told, is_mentioned))
}

fn day(zone_name: &str, at: NaiveDateTime) -> NaiveDate {
    zone::local(zone_name, at).date()
}

fn told_tags(conn: &mut DbConn, viewer: &Staff, attempt: &str) -> Result<Vec<Tag>, ServiceError> {
    let on = tags::tags_of(conn, std::slice::from_ref(&attempt.to_owned()))?;
    tags::list(conn, viewer.organisation.as_str(), MOST_TAGS)?
        .into_iter()
        .map(|row| {
            Ok(Tag {
                is_on: on.iter().any(|(_, id, _)| *id == row.id),
                id: TagId::parse(&row.id).map_err(stored)?,
                name: row.name,
            })
        })
        .collect()
}

fn colleagues(conn: &mut DbConn, viewer: &Staff, attempt: &str) -> Result<Vec<Colleague>, ServiceError> {
    let assigned = assignments::of_attempt(conn, attempt)?;
    let mut colleagues = Vec::new();
    for row in users::list(conn, viewer.organisation.as_str(), MOST_COLLEAGUES)? {
        let role = Role::parse(&row.role).map_err(stored)?;
        if allows(role, Permission::ReviewCandidates) {
            colleagues.push(Colleague {
                is_viewer: row.id == viewer.user.as_str(),
                is_assigned: assigned.iter().any(|(id, _)| *id == row.id),
                id: UserId::parse(&row.id).map_err(stored)?,
                name: row.name,
            });
        }
    }
    Ok(colleagues)
}
