//! Writing about a candidate: notes, tags, who looks at whom. Each leaves an audit row without a word of it.

use domain::ids::{NoteId, PublicId};
use store::repo::assignments::{self, AssignmentRow};
use store::repo::attempts::{self, AttemptRow};
use store::repo::notes::{self, NoteRow};
use store::repo::tags::{self, TagRow};

use super::{Colleague, MAX_NOTE_CHARS, MAX_TAG_CHARS, MOST_NOTES, MOST_TAGS, Tag, colleagues, told_tags};
use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::human_review::checked;
use crate::ids::row_uuid;
use crate::report::reviewed_attempt;
use crate::state::{Services, Tx};
use crate::viewer::Staff;

impl Services {
    /// Writes a note on a candidate that mentions some colleagues. The last note, sent again word for word by the same
    /// person, stays one.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `note` (`required`, `too_long`, `not_valid`, `too_many`) or `mention`
    /// (`not_valid`); [`ServiceError::NotFound`] when the viewer may not.
    pub fn add_note(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        typed: &str,
        mentioned: &[String],
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = locked(tx, viewer, candidate)?;
            if typed.trim().is_empty() {
                return Err(ServiceError::invalid("note", "required"));
            }
            let words = checked("note", typed, 1, MAX_NOTE_CHARS)?;
            let known = colleagues(tx.conn, viewer, &attempt.id)?;
            let mentioned = chosen("mention", mentioned, &known)?;
            let notes_there = notes::of_attempt(tx.conn, &attempt.id, MOST_NOTES)?;
            if i64::try_from(notes_there.len()).is_ok_and(|number| number >= MOST_NOTES) {
                return Err(ServiceError::invalid("note", "too_many"));
            }
            let is_said = notes_there.last().is_some_and(|(row, _)| {
                row.author_id == viewer.user.as_str() && row.words.as_ref() == Some(&words)
            });
            if is_said {
                return Ok(());
            }
            let id = row_uuid(tx.now, self.random()).to_string();
            let row = NoteRow {
                id: id.clone(),
                organisation_id: attempt.organisation_id,
                campaign_id: attempt.campaign_id,
                attempt_id: attempt.id.clone(),
                author_id: viewer.user.to_string(),
                words: Some(words),
                created_at: tx.now,
                deleted_at: None,
            };
            notes::insert(tx.conn, &row, &mentioned)?;
            let detail = format!("attempt={};mentions={}", attempt.id, mentioned.len());
            note(tx, viewer, Action::NoteWritten, (Entity::Note, id), detail);
            Ok(())
        })
    }

    /// Deletes a note of the viewer: its place stays, its words go. Deleting what is deleted changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer wrote it.
    pub fn delete_note(&self, viewer: &Staff, candidate: &PublicId, id: &NoteId) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = locked(tx, viewer, candidate)?;
            let (id, user) = (id.as_str(), viewer.user.as_str());
            if !notes::is_of_author(tx.conn, &attempt.id, id, user)? {
                return Err(ServiceError::NotFound);
            }
            if notes::delete_own(tx.conn, &attempt.id, id, user, tx.now)? {
                let detail = format!("attempt={}", attempt.id);
                note(tx, viewer, Action::NoteDeleted, (Entity::Note, id.to_owned()), detail);
            }
            Ok(())
        })
    }

    /// Sets the tags of a candidate: those chosen of the organisation's list, and a new one when a word was typed.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `tag` (`not_valid`) or `new_tag` (`too_long`, `not_valid`, `too_many`);
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn set_tags(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        wanted: &[String],
        typed: &str,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = locked(tx, viewer, candidate)?;
            let known = told_tags(tx.conn, viewer, &attempt.id)?;
            if wanted.iter().any(|id| !known.iter().any(|tag| tag.id.as_str() == id)) {
                return Err(ServiceError::invalid("tag", "not_valid"));
            }
            let (mut added, mut removed) = (0, 0);
            for tag in &known {
                let is_wanted = wanted.iter().any(|id| id == tag.id.as_str());
                if is_wanted && !tag.is_on {
                    tags::put(tx.conn, &attempt.id, tag.id.as_str())?;
                    added += 1;
                } else if !is_wanted && tag.is_on {
                    tags::take_off(tx.conn, &attempt.id, tag.id.as_str())?;
                    removed += 1;
                }
            }
            if let Some(new) = self.new_tag(tx, viewer, typed, &known)?
                && !known.iter().any(|tag| tag.id.as_str() == new && (tag.is_on || wanted.contains(&new)))
            {
                tags::put(tx.conn, &attempt.id, &new)?;
                added += 1;
            }
            if added + removed > 0 {
                let detail = format!("added={added};removed={removed}");
                note(tx, viewer, Action::TagsChanged, (Entity::Attempt, attempt.id), detail);
            }
            Ok(())
        })
    }

    /// The id of the tag of a typed word, made unless there is one.
    fn new_tag(
        &self,
        tx: &mut Tx<'_>,
        viewer: &Staff,
        typed: &str,
        known: &[Tag],
    ) -> Result<Option<String>, ServiceError> {
        let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Ok(None);
        }
        let name = checked("new_tag", &name, 1, MAX_TAG_CHARS)?;
        let fold = name.to_lowercase();
        if i64::try_from(known.len()).is_ok_and(|number| number >= MOST_TAGS)
            && !known.iter().any(|tag| tag.name.to_lowercase() == fold)
        {
            return Err(ServiceError::invalid("new_tag", "too_many"));
        }
        let row = TagRow {
            id: row_uuid(tx.now, self.random()).to_string(),
            organisation_id: viewer.organisation.to_string(),
            name,
            fold,
            created_by: viewer.user.to_string(),
            created_at: tx.now,
        };
        Ok(Some(tags::find_or_insert(tx.conn, &row)?.id))
    }

    /// Sets who is asked to look at a candidate.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `user` (`not_valid`); [`ServiceError::NotFound`] when the viewer may not.
    pub fn assign(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        wanted: &[String],
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = locked(tx, viewer, candidate)?;
            let known = colleagues(tx.conn, viewer, &attempt.id)?;
            let wanted = chosen("user", wanted, &known)?;
            let (mut added, mut removed) = (0, 0);
            for colleague in &known {
                let id = colleague.id.as_str();
                let is_wanted = wanted.iter().any(|wanted| wanted == id);
                if is_wanted && !colleague.is_assigned {
                    let row = AssignmentRow {
                        attempt_id: attempt.id.clone(),
                        user_id: id.to_owned(),
                        assigned_by: viewer.user.to_string(),
                        assigned_at: tx.now,
                    };
                    assignments::insert(tx.conn, &row)?;
                    added += 1;
                } else if !is_wanted && colleague.is_assigned {
                    assignments::delete(tx.conn, &attempt.id, id)?;
                    removed += 1;
                }
            }
            if added + removed > 0 {
                let detail = format!("added={added};removed={removed}");
                note(tx, viewer, Action::Assigned, (Entity::Attempt, attempt.id), detail);
            }
            Ok(())
        })
    }
}

/// The attempt, locked against an erasure that would leave what is written here behind.
fn locked(tx: &mut Tx<'_>, viewer: &Staff, candidate: &PublicId) -> Result<AttemptRow, ServiceError> {
    let found = reviewed_attempt(tx.conn, viewer, candidate)?;
    attempts::lock_by_invitation(tx.conn, &found.invitation_id)?
        .filter(|attempt| attempt.erased_at.is_none())
        .ok_or(ServiceError::NotFound)
}

/// The chosen ids, each of a colleague in the list, once.
fn chosen(field: &'static str, ids: &[String], known: &[Colleague]) -> Result<Vec<String>, ServiceError> {
    let mut chosen: Vec<String> = Vec::new();
    for id in ids {
        if !known.iter().any(|colleague| colleague.id.as_str() == id) {
            return Err(ServiceError::invalid(field, "not_valid"));
        }
        if !chosen.contains(id) {
            chosen.push(id.clone());
        }
    }
    Ok(chosen)
}

fn note(tx: &mut Tx<'_>, viewer: &Staff, action: Action, (entity, id): (Entity, String), detail: String) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity,
        entity_id: id,
        detail,
        address: viewer.address.clone(),
    });
}
