//! Looking at a batch before it is sent, and sending it once.

use domain::ids::CampaignId;
use domain::language::Language;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::mail_templates::{self, MailBatchRow};
use store::repo::organisations;
use uuid::Uuid;

use super::words::{Filling, filled, words_of};
use super::{BulkKind, Choice, MOST_LISTED, MOST_TOGETHER, Preview, Suited, chosen, invitation_of, suited};
use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::mail::{self, NewMail};
use crate::mail_texts::Letter;
use crate::ranking::CampaignHead;
use crate::secrets::token_hash;
use crate::state::Services;
use crate::viewer::Staff;

/// What a form that sends says was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// An id of the form's own: posted twice, it sends once.
    pub batch: String,
    /// How many mails.
    pub number: String,
    /// What [`Preview::seen`] said.
    pub seen: String,
}

/// The people of a batch and what they are written.
struct Batch {
    recipients: Vec<Suited>,
    /// Tree names of chosen people without an address.
    without_address: Vec<String>,
    left_over: usize,
    words: Vec<(Language, Letter)>,
    organisation: String,
}

impl Services {
    /// What a batch would be: how many mails, who has no address, and an example per language. It writes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `people` (`required`, `nobody`, `too_many` one by one); [`ServiceError::NotFound`] when
    /// the viewer may not.
    pub fn preview_mails(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        kind: BulkKind,
        choice: &Choice,
    ) -> Result<Preview, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let batch = batch(conn, viewer, &row, kind, choice)?;
            let numbers: Vec<(Language, usize)> = Language::all()
                .iter()
                .map(|language| {
                    let written = batch.recipients.iter().filter(|person| person.language == *language);
                    (*language, written.count())
                })
                .filter(|(_, number)| *number > 0)
                .collect();
            let examples = batch
                .words
                .iter()
                .filter(|(language, _)| numbers.iter().any(|(written, _)| written == language))
                .map(|(language, letter)| {
                    let name = Some("Camille Exemple");
                    (*language, filled(letter, filling(&row, &batch.organisation, name)))
                })
                .collect();
            Ok(Preview {
                campaign: CampaignHead::of(&row, now),
                numbers,
                without_address: batch.without_address.len(),
                without_address_names: batch.without_address.iter().take(20).cloned().collect(),
                left_over: batch.left_over,
                examples,
                batch: row_uuid(now, self.random()).to_string(),
                seen: seen(&batch.words),
            })
        })
    }

    /// Sends a batch, once: one mail for each person, in their language, stored like every mail. A mail that tells an
    /// outcome takes no decision.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `people` as for a preview, or `number` (`changed`: people, decisions or words are not
    /// what was seen); [`ServiceError::NotFound`] when the viewer may not.
    pub fn send_mails(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        kind: BulkKind,
        choice: &Choice,
        confirmed: &Confirmed,
    ) -> Result<usize, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let changed = || ServiceError::invalid("number", "changed");
        let id = Uuid::parse_str(&confirmed.batch).map_err(|_| changed())?.to_string();
        self.write(|tx| {
            // Locked, so that a form posted twice side by side is met by the first.
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if mail_templates::is_sent(tx.conn, &id)? {
                return Ok(0);
            }
            let batch = batch(tx.conn, viewer, &row, kind, choice)?;
            let number = batch.recipients.len();
            if number == 0 || confirmed.number != number.to_string() || confirmed.seen != seen(&batch.words) {
                return Err(changed());
            }
            let mut mails = Vec::new();
            for person in &batch.recipients {
                let Some(recipient) = person.row.email.clone() else { continue };
                let letter = batch.words.iter().find(|(language, _)| *language == person.language);
                let (_, letter) = letter.ok_or_else(|| ServiceError::broken("a mail without words"))?;
                let name = person.row.name.as_deref();
                let letter = filled(letter, filling(&row, &batch.organisation, name));
                mails.push(NewMail {
                    organisation: viewer.organisation.clone(),
                    kind: kind.mail_kind(),
                    language: person.language,
                    invitation: Some(invitation_of(&person.row)?),
                    colleague_invitation: None,
                    recipient,
                    subject: letter.subject,
                    body: letter.body,
                });
            }
            mail::enqueue_many(tx, self, mails)?;
            let noted = MailBatchRow {
                id: id.clone(),
                organisation_id: row.organisation_id.clone(),
                campaign_id: row.id.clone(),
                kind: kind.code().to_owned(),
                mails: i32::try_from(number).unwrap_or(i32::MAX),
                made_by: viewer.user.to_string(),
                made_at: tx.now,
            };
            mail_templates::insert_batch(tx.conn, &noted)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::MailsQueued,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!(
                    "code={};n={number};without_address={};batch={id}",
                    kind.code(),
                    batch.without_address.len()
                ),
                address: viewer.address.clone(),
            });
            Ok(number)
        })
    }
}

fn batch(
    conn: &mut DbConn,
    viewer: &Staff,
    campaign: &CampaignRow,
    kind: BulkKind,
    choice: &Choice,
) -> Result<Batch, ServiceError> {
    if choice.people.len() > MOST_LISTED {
        return Err(ServiceError::invalid("people", "too_many"));
    }
    let people = chosen(suited(conn, viewer, campaign, kind)?, choice)?;
    let (mut recipients, without): (Vec<Suited>, Vec<Suited>) =
        people.into_iter().partition(|person| person.told.has_address);
    let left_over = recipients.len().saturating_sub(MOST_TOGETHER);
    recipients.truncate(MOST_TOGETHER);
    let organisation = organisations::find(conn, &campaign.organisation_id)?.ok_or(ServiceError::NotFound)?;
    let own = mail_templates::of_kind(conn, &campaign.id, kind.code())?;
    Ok(Batch {
        recipients,
        without_address: without.into_iter().map(|person| person.told.name).collect(),
        left_over,
        words: words_of(&own, kind),
        organisation: organisation.name,
    })
}

fn filling<'a>(campaign: &'a CampaignRow, organisation: &'a str, name: Option<&'a str>) -> Filling<'a> {
    Filling { name, job: &campaign.job, organisation, contact: &campaign.contact }
}

/// A mark of the words, so that a form knows whether they are still those.
fn seen(words: &[(Language, Letter)]) -> String {
    let all: Vec<&str> =
        words.iter().flat_map(|(_, letter)| [letter.subject.as_str(), letter.body.as_str()]).collect();
    token_hash(&all.join("\u{0}"))
}
