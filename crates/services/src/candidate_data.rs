//! A candidate's own data: what is held, the download of all of it, and its erasure. By the same link as the test.
//!
//! The download holds the key of public packs, whose answers can be looked up anyway, and never that of a private one.

mod in_words;
#[cfg(test)]
mod tests;
mod written;

use chrono::NaiveDateTime;
use domain::attempt::AttemptState;
use domain::candidate_receipt::answers_by_scenario;
use domain::form::{FormAction, FormScenario, ItemIndex};
use domain::ids::{ActionId, InvitationId, OrganisationId};
use domain::item::Item;
use domain::language::Language;
use serde_json::{Value, json};
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::response_events::{self, ResponseEventRow};
use store::repo::scores::ScoreRow;
use store::repo::{human_reviews, invitations, pack_keys, personal_data, scores, snapshots};

use crate::audit::{Action, Entity, Entry};
use crate::candidate::{CampaignFacts, Candidate, stored};
use crate::candidate_data::in_words::{how_scores_are_made, how_to_read_answers};
use crate::candidate_data::written::written_by_people;
use crate::dates::moment;
use crate::erase_person::{ErasureCause, erase_person};
use crate::error::ServiceError;
use crate::fairness::form::{FormOffer, form_offer, told_demographics};
use crate::human_review::OwnReviews;
use crate::human_review::own::own_reviews;
use crate::invitation_page::{Linked, NoticeVersion};
use crate::mail::{self, MailKind, NewMail};
use crate::mail_texts;
use crate::packs::LoadedForm;
use crate::receipt::shown_code;
use crate::secrets::{Purpose, encode_hex};
use crate::state::{Services, Tx};
use crate::stored_answers::last_responses;
use crate::talent_pool::consent::{PoolAsk, pool_ask, told_consent};
use crate::viewer::Actor;

/// More rows of a kind than one person can have.
const MOST_ROWS: i64 = 10_000;

/// What the page of a candidate's data shows.
#[derive(Clone, Debug)]
pub struct DataPage {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The person's name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// The language of their mails.
    pub language: Language,
    /// When they were invited or signed up, UTC.
    pub invited_at: NaiveDateTime,
    /// Their attempt.
    pub attempt: Option<DataAttempt>,
    /// Reviews by a person that they asked for.
    pub reviews: OwnReviews,
    /// The questions about themselves.
    pub about_you: FormOffer,
    /// Whether their result may be seen beside those of other campaigns.
    pub pool: PoolAsk,
}

/// What is held of an attempt.
#[derive(Clone, Debug)]
pub struct DataAttempt {
    /// The notice that was accepted.
    pub notice_version: NoticeVersion,
    /// When it began, UTC.
    pub started_at: NaiveDateTime,
    /// When it was finished or expired, UTC.
    pub finished_at: Option<NaiveDateTime>,
    /// Actions answered.
    pub answers: usize,
    /// Answers given or changed: the log.
    pub events: usize,
    /// Scores made of them.
    pub scores: usize,
}

impl Services {
    /// The person behind a cookie, whether they have started or not.
    pub(crate) fn hold_person(
        &self,
        conn: &mut DbConn,
        candidate: &Candidate,
    ) -> Result<Linked, ServiceError> {
        let cookie = &candidate.cookie;
        let row = match invitations::load(conn, cookie.invitation.as_str()) {
            Err(store::error::StoreError::NotFound) => return Err(ServiceError::NotSignedIn),
            row => row?,
        };
        let is_open = row.revoked_at.is_none() && row.erased_at.is_none();
        if is_open && cookie.is_genuine(self.secrets(), row.generation) {
            Linked::read(conn, row)
        } else {
            Err(ServiceError::NotSignedIn)
        }
    }

    /// What is held of a candidate, in short.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn data_page(&self, candidate: &Candidate) -> Result<DataPage, ServiceError> {
        self.read(|conn| {
            let linked = self.hold_person(conn, candidate)?;
            let attempt = match &linked.attempt {
                None => None,
                Some(attempt) => {
                    let events = response_events::of_attempt(conn, &attempt.id)?;
                    let loaded = self.form_of_campaign(&linked.campaign)?;
                    Some(DataAttempt {
                        notice_version: NoticeVersion(attempt.notice_version),
                        started_at: attempt.started_at,
                        finished_at: attempt.finished_at,
                        answers: last_responses(&loaded.form, &events)?.len(),
                        events: events.len(),
                        scores: scores::of_attempt(conn, &attempt.id, MOST_ROWS)?.len(),
                    })
                }
            };
            let has_ended =
                linked.attempt.as_ref().is_some_and(|row| row.state != AttemptState::Started.code());
            let zone_name = &linked.campaign.time_zone;
            let reviews = own_reviews(conn, &linked.invitation.id, zone_name, has_ended)?;
            Ok(DataPage {
                about_you: form_offer(conn, linked.attempt.as_ref())?,
                pool: pool_ask(conn, linked.attempt.as_ref())?,
                campaign: self.campaign_facts(&linked.campaign, &linked.organisation)?,
                name: linked.invitation.name,
                email: linked.invitation.email,
                language: Language::parse(&linked.invitation.language).map_err(stored)?,
                invited_at: linked.invitation.created_at,
                attempt,
                reviews,
            })
        })
    }

    /// Everything held of a candidate, as JSON. Leaves an audit row.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn download_data(&self, candidate: &Candidate) -> Result<String, ServiceError> {
        self.write(|tx| {
            let linked = self.hold_person(tx.conn, candidate)?;
            let data = self.everything(tx.conn, &linked, tx.now)?;
            tx.audit(Entry {
                organisation: OrganisationId::parse(&linked.invitation.organisation_id).map_err(stored)?,
                actor: Actor::Candidate(InvitationId::parse(&linked.invitation.id).map_err(stored)?),
                action: Action::DataDownloaded,
                entity: Entity::Invitation,
                entity_id: linked.invitation.id,
                detail: String::new(),
                address: candidate.address.clone(),
            });
            serde_json::to_string_pretty(&data).map_err(stored)
        })
    }

    /// Erases a candidate who asked for it.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing, as when they were erased already.
    pub fn erase_me(&self, candidate: &Candidate) -> Result<(), ServiceError> {
        self.write(|tx| {
            let linked = self.hold_person(tx.conn, candidate)?;
            let id = InvitationId::parse(&linked.invitation.id).map_err(stored)?;
            if let Some(recipient) = linked.invitation.email.clone() {
                self.queue_last_mail(tx, &linked, recipient)?;
            }
            erase_person(self, tx, &id, ErasureCause::Candidate, candidate.address.clone())?;
            Ok(())
        })
    }

    /// The mail that says that everything is erased: it belongs to no invitation, and its address goes with it.
    fn queue_last_mail(
        &self,
        tx: &mut Tx<'_>,
        linked: &Linked,
        recipient: String,
    ) -> Result<(), ServiceError> {
        let chosen = linked.attempt.as_ref().map_or(&linked.invitation.language, |attempt| &attempt.language);
        let language = Language::parse(chosen).map_err(stored)?;
        let letter = mail_texts::erased(language, &linked.organisation.name, &linked.campaign.job);
        let new = NewMail {
            organisation: OrganisationId::parse(&linked.invitation.organisation_id).map_err(stored)?,
            kind: MailKind::Erased,
            language,
            invitation: None,
            colleague_invitation: None,
            recipient,
            subject: letter.subject,
            body: letter.body,
        };
        mail::enqueue(tx, self, new)
    }

    fn everything(
        &self,
        conn: &mut DbConn,
        linked: &Linked,
        now: NaiveDateTime,
    ) -> Result<Value, ServiceError> {
        let Linked { invitation, campaign, organisation, attempt } = linked;
        let facts = self.campaign_facts(campaign, organisation)?;
        let loaded = self.form_of_campaign(campaign)?;
        let mut ids = vec![invitation.id.as_str()];
        ids.extend(attempt.iter().map(|attempt| attempt.id.as_str()));
        let reviews = human_reviews::of_invitation(conn, &invitation.id, MOST_ROWS)?;
        ids.extend(reviews.iter().map(|review| review.id.as_str()));
        let log = personal_data::audit_about(conn, &invitation.organisation_id, &ids, MOST_ROWS)?;
        let mails = personal_data::mails_of(conn, &invitation.id, MOST_ROWS)?;
        Ok(json!({
            "document": "egard personal data 1",
            "made_at": moment(now),
            "person": {
                "name": invitation.name,
                "email": invitation.email,
                "language": invitation.language,
                "source": invitation.source,
                "invited_at": moment(invitation.created_at),
            },
            "campaign": {
                "organisation": facts.organisation,
                "title": facts.title,
                "job": facts.job,
                "contact": facts.contact,
                "time_zone": facts.time_zone,
                "closes_at": facts.closes_at.map(moment),
                "decision_on": facts.decision_on,
                "deletion_on": facts.deletion_on,
            },
            "test": attempt.as_ref().map(|attempt| self.test(conn, attempt, &loaded)).transpose()?,
            "reviews_by_a_person": reviews.iter().map(|review| json!({
                "request": review.request,
                "asked_at": moment(review.asked_at),
                "answer_due_on": review.due_on,
                "outcome": review.outcome,
                "answer": review.answer,
                "answered_at": review.answered_at.map(moment),
            })).collect::<Vec<_>>(),
            "about_you": told_demographics(conn, attempt.as_ref())?,
            "pool_of_several_campaigns": told_consent(conn, attempt.as_ref())?,
            "mails": mails.iter().map(|mail| json!({
                "kind": mail.kind,
                "recipient": mail.recipient,
                "subject": mail.subject,
                "body": mail.body,
                "state": mail.state,
                "queued_at": moment(mail.created_at),
                "sent_at": mail.sent_at.map(moment),
            })).collect::<Vec<_>>(),
            "log": log.iter().map(|(row, address)| json!({
                "at": moment(row.at),
                "by": row.actor_kind,
                "what": row.action,
                "detail": row.detail,
                "network_address": address,
            })).collect::<Vec<_>>(),
        }))
    }

    fn test(
        &self,
        conn: &mut DbConn,
        attempt: &AttemptRow,
        loaded: &LoadedForm,
    ) -> Result<Value, ServiceError> {
        let events = response_events::of_attempt(conn, &attempt.id)?;
        let answers = last_responses(&loaded.form, &events)?;
        let rankings = personal_data::rankings_of(conn, &attempt.id, MOST_ROWS)?;
        let mut test = json!({
            "state": attempt.state,
            "language": attempt.language,
            "notice_version": NoticeVersion(attempt.notice_version).shown(),
            "notice_accepted_at": moment(attempt.accepted_at),
            "started_at": moment(attempt.started_at),
            "last_seen_at": moment(attempt.last_seen_at),
            "finished_at": attempt.finished_at.map(moment),
            "time_at_work_ms": attempt.active_ms,
            "flagged_scenarios": (1..=62).filter(|bit| attempt.flags & (1_i64 << bit) != 0).collect::<Vec<i32>>(),
            "order_of_actions": attempt.action_orders,
            "satisfaction": attempt.satisfaction,
            "pack": { "id": loaded.pack.id, "version": loaded.pack.version, "public": loaded.pack.is_public },
            "form": { "id": loaded.form.id, "version": loaded.form.version },
            "answers": answers_by_scenario(&loaded.form, &answers),
            "answer_log": answer_log(&events, loaded)?,
            "scores": self.told_scores(conn, attempt)?,
            "how_to_read_answers": how_to_read_answers(),
            "how_scores_are_made": how_scores_are_made(),
            "key": loaded.pack.is_public.then(|| loaded.key.to_canonical_json()).transpose().map_err(stored)?
                .map(|text| serde_json::from_str::<Value>(&text)).transpose().map_err(stored)?,
            "rankings": rankings.iter().map(|row| json!({
                "made_at": moment(row.made_at),
                "people_ranked": row.n_ranked,
                "band": row.band,
                "rank_from": row.rank_low,
                "rank_to": row.rank_high,
                "no_rank_because": row.unranked_reason,
            })).collect::<Vec<_>>(),
            "receipt": self.told_receipt(attempt)?,
        });
        if let Value::Object(test) = &mut test {
            test.extend(written_by_people(conn, attempt)?);
        }
        Ok(test)
    }

    fn told_scores(&self, conn: &mut DbConn, attempt: &AttemptRow) -> Result<Vec<Value>, ServiceError> {
        let mut told = Vec::new();
        // A re-scoring or a snapshot each add a row: a handful, and at most MOST_ROWS.
        for score in scores::of_attempt(conn, &attempt.id, MOST_ROWS)? {
            let key = pack_keys::find(conn, &score.key_row_id)?;
            let snapshot = snapshots::load(conn, &score.snapshot_id)?;
            told.push(json!({
                "score": told_score(&score),
                "key": {
                    "version": key.version,
                    "provenance": key.provenance,
                    "experts": key.n_experts,
                },
                "statistics": { "taken_at": moment(snapshot.taken_at), "attempts": snapshot.n },
            }));
        }
        Ok(told)
    }

    fn told_receipt(&self, attempt: &AttemptRow) -> Result<Value, ServiceError> {
        let (Some(text), Some(code), Some(key_id)) =
            (&attempt.receipt, &attempt.receipt_code, &attempt.receipt_key_id)
        else {
            return Ok(Value::Null);
        };
        let hmac = self.secrets().mac(key_id, Purpose::Receipt, text.as_bytes());
        Ok(json!({
            "code": shown_code(code),
            "signed_text": text,
            "says": serde_json::from_str::<Value>(text).map_err(stored)?,
            "hmac_sha256": hmac.map(|hmac| encode_hex(&hmac)),
            "secret": key_id,
        }))
    }
}

fn told_score(score: &ScoreRow) -> Value {
    json!({
        "score": score.score,
        "sem": score.sem,
        "low": score.low,
        "high": score.high,
        "actions_scored": score.n_scored,
        "answered": score.n_answered,
        "blank_counted_0": score.n_counted_zero,
        "never_shown": score.n_left_out,
        "no_rank_because": score.unranked_reason,
        "made_at": moment(score.created_at),
    })
}

/// Every answer ever given, with its scenario and what it is about: an action, a turn, a text.
fn answer_log(events: &[ResponseEventRow], loaded: &LoadedForm) -> Result<Vec<Value>, ServiceError> {
    let told = |event: &ResponseEventRow| {
        let item = ItemIndex::from_number(i64::from(event.item)).map_err(stored)?;
        let found = loaded.form.action(item);
        Ok(json!({
            "scenario": found.map(|(scenario, _)| scenario.id.as_str()),
            "format": found.map(|(scenario, _)| scenario.format.tag()),
            "action": found.map(|(_, action)| action.id.as_str()),
            "value": event.value,
            "chosen": found.and_then(|(scenario, slot)| chosen(scenario, slot, event.value)).map(ActionId::as_str),
            "text": event.text,
            "language": event.language,
            "at": moment(event.at),
            "device_number": event.epoch,
            "change_number": event.sequence,
        }))
    };
    events.iter().map(told).collect()
}

/// The action or the reply that a number stands for, where a number stands for one.
fn chosen<'a>(scenario: &'a FormScenario, slot: &FormAction, value: i16) -> Option<&'a ActionId> {
    let index = usize::try_from(value).ok()?.checked_sub(1)?;
    match &scenario.item {
        Item::BestWorst(item) => item.actions.get(index),
        Item::Dialogue(item) => item.node(&slot.id)?.options.get(index).map(|option| &option.id),
        _ => None,
    }
}
