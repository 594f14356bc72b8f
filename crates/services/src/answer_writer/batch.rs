//! One transaction of the answer writer: lock, read, judge in memory, write. Seven statements, however many commands.
//!
//! A refused answer is an outcome, not an error: it never undoes what others in the batch have stored.

mod incoming;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use domain::attempt::save::{IncomingAnswer, SaveVerdict, StoredAnswer, StoredAnswers, judge_save};
use domain::attempt::{AttemptFacts, AttemptState, Epoch, Place, Sequence};
use domain::form::{FormAction, FormScenario, ItemIndex};
use domain::ids::{ActionId, KeyRowId, PackRowId};
use domain::item::answer::{SlotValues, check_changes};
use domain::item::{ItemFormat, Response};
use domain::language::Language;
use store::repo::attempt_steps::{self, AttemptStep, WriterCampaign, WriterRow};
use store::repo::response_events::{self, ResponseEventRow};

use crate::answer_writer::batch::incoming::{Incoming, refused};
use crate::answer_writer::{
    ANSWERS_FIELD, Direction, ItemOutcome, SaveCommand, SaveOutcome, SentAnswer, SentValue, Step, StepOutcome,
};
use crate::candidate::{active_ms_at, closing_time, flag_bit, languages_of, place, stored};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::state::{Services, Tx};
use crate::stored_answers::response_of;

/// Most changes of one answer. Nobody changes their mind so often; without a limit one person could fill the disk.
const MOST_CHANGES: i32 = 500;
/// Most versions of one text, which is kept as it is typed.
const MOST_DRAFTS: i32 = 2_000;

/// An attempt while a batch is judged.
struct Desk {
    row: WriterRow,
    loaded: Arc<LoadedForm>,
    languages: Vec<Language>,
    facts: AttemptFacts,
    /// The events of the actions that the batch touches.
    events: HashMap<i32, Vec<StoredAnswer>>,
    is_changed: bool,
}

/// Stores commands in one transaction; one outcome each, in order.
///
/// # Errors
/// When the transaction as a whole failed: then nothing was stored.
pub(crate) fn store(
    services: &Services,
    commands: &[&SaveCommand],
) -> Result<Vec<Result<SaveOutcome, ServiceError>>, ServiceError> {
    services.write(|tx| {
        let mut desks = lay_desks(services, tx, commands)?;
        let mut new_events = Vec::new();
        let outcomes = commands
            .iter()
            .map(|command| {
                let desk = desks
                    .get_mut(command.cookie.invitation.as_str())
                    .filter(|desk| desk.admits(services, command))
                    .ok_or(ServiceError::NotSignedIn)?;
                desk.take(command, tx.now, &mut new_events)
            })
            .collect();
        response_events::insert_many(tx.conn, &new_events)?;
        let steps: Vec<AttemptStep> =
            desks.into_values().filter(|desk| desk.is_changed).map(Desk::into_step).collect();
        attempt_steps::write_steps(tx.conn, &steps)?;
        Ok(outcomes)
    })
}

/// Locks and reads the attempts of a batch, and the events of the actions it touches.
fn lay_desks(
    services: &Services,
    tx: &mut Tx<'_>,
    commands: &[&SaveCommand],
) -> Result<HashMap<String, Desk>, ServiceError> {
    let mut invitations: Vec<&str> =
        commands.iter().map(|command| command.cookie.invitation.as_str()).collect();
    invitations.sort_unstable();
    invitations.dedup();
    let mut forms: HashMap<String, Arc<LoadedForm>> = HashMap::new();
    let mut desks = HashMap::new();
    for row in attempt_steps::lock_for_writing(tx.conn, &invitations)? {
        let loaded = match forms.get(&row.campaign.id) {
            Some(loaded) => Arc::clone(loaded),
            None => {
                let loaded = form_of(services, &row.campaign)?;
                forms.insert(row.campaign.id.clone(), Arc::clone(&loaded));
                loaded
            }
        };
        desks.insert(row.attempt.invitation_id.clone(), Desk::of(row, loaded)?);
    }
    read_events(tx, commands, &mut desks)?;
    Ok(desks)
}

fn form_of(services: &Services, campaign: &WriterCampaign) -> Result<Arc<LoadedForm>, ServiceError> {
    services.form_of(
        &PackRowId::parse(&campaign.pack_row_id).map_err(stored)?,
        &KeyRowId::parse(&campaign.key_row_id).map_err(stored)?,
        &campaign.form_id,
        campaign.form_version,
    )
}

fn read_events(
    tx: &mut Tx<'_>,
    commands: &[&SaveCommand],
    desks: &mut HashMap<String, Desk>,
) -> Result<(), ServiceError> {
    let mut pairs: Vec<(&str, i32)> = Vec::new();
    let mut texts: Vec<(&str, i32)> = Vec::new();
    for command in commands {
        if let Some(desk) = desks.get(command.cookie.invitation.as_str()) {
            let attempt = desk.row.attempt.id.as_str();
            for answer in &command.answers {
                let found = if matches!(answer.value, SentValue::Text(_)) { &mut texts } else { &mut pairs };
                found.extend(desk.items_beside(answer.item).into_iter().map(|item| (attempt, item)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut events = response_events::of_pairs(tx.conn, &pairs)?;
    texts.sort_unstable();
    texts.dedup();
    for (attempt, item) in texts {
        // Of a text only what may be compared: a page is at most one version behind what it sends again.
        events.extend(response_events::newest(tx.conn, attempt, item, 2)?);
    }
    let invitation_of: HashMap<String, String> =
        desks.iter().map(|(invitation, desk)| (desk.row.attempt.id.clone(), invitation.clone())).collect();
    for event in events {
        let desk = invitation_of.get(&event.attempt_id).and_then(|invitation| desks.get_mut(invitation));
        if let Some(desk) = desk {
            let answer = desk.stored_answer(&event)?;
            desk.events.entry(event.item).or_default().push(answer);
        }
    }
    Ok(())
}

impl Desk {
    fn of(row: WriterRow, loaded: Arc<LoadedForm>) -> Result<Self, ServiceError> {
        let campaign = &row.campaign;
        let facts = AttemptFacts {
            state: AttemptState::parse(&row.attempt.state).map_err(stored)?,
            epoch: Epoch::from_number(i64::from(row.attempt.epoch)).map_err(stored)?,
            furthest: place(&loaded.form, row.attempt.shown)?,
            closes_at: closing_time(&campaign.state, campaign.closes_at, campaign.closed_at)?,
        };
        let languages = languages_of(&campaign.languages)?;
        Ok(Self { row, loaded, languages, facts, events: HashMap::new(), is_changed: false })
    }

    /// Whether the cookie opens this attempt.
    fn admits(&self, services: &Services, command: &SaveCommand) -> bool {
        self.row.attempt.erased_at.is_none()
            && self.row.revoked_at.is_none()
            && command.cookie.is_genuine(services.secrets(), self.row.generation)
    }

    fn stored_answer(&self, event: &ResponseEventRow) -> Result<StoredAnswer, ServiceError> {
        let item = ItemIndex::from_number(i64::from(event.item)).map_err(stored)?;
        let (scenario, _) = self
            .loaded
            .form
            .action(item)
            .ok_or_else(|| ServiceError::broken("an event of an action that the form does not have"))?;
        Ok(StoredAnswer {
            epoch: Epoch::from_number(i64::from(event.epoch)).map_err(stored)?,
            sequence: Sequence::from_number(i64::from(event.sequence)).map_err(stored)?,
            value: response_of(scenario.format, event)?,
        })
    }

    /// Whether a box that was never ticked is still empty, or a text that was never written.
    fn is_still_blank(&self, answer: &Incoming) -> bool {
        matches!(answer.value, Response::Picked(false) | Response::Text(None))
            && self.events.get(&answer.item.number()).is_none_or(Vec::is_empty)
    }

    /// The numbers whose events decide about an answer to this one: its own, or all of a scenario that is judged whole.
    fn items_beside(&self, item: ItemIndex) -> Vec<i32> {
        match self.loaded.form.action(item) {
            Some((scenario, _)) if scenario.format.is_judged_whole() => {
                scenario.actions.iter().map(|slot| slot.item.number()).collect()
            }
            _ => vec![item.number()],
        }
    }

    /// Judges a command; what is to be stored is appended to `new_events`.
    fn take(
        &mut self,
        command: &SaveCommand,
        now: NaiveDateTime,
        new_events: &mut Vec<ResponseEventRow>,
    ) -> Result<SaveOutcome, ServiceError> {
        self.refuse_malformed(command)?;
        let answers: Vec<Incoming> = command
            .answers
            .iter()
            .map(|answer| Incoming::read(&self.loaded.form, answer))
            .filter(|answer| !answer.as_ref().is_ok_and(|answer| self.is_still_blank(answer)))
            .collect::<Result<_, _>>()?;
        self.refuse_what_does_not_go_together(command, &answers, now)?;
        let mut items = Vec::with_capacity(answers.len());
        for answer in answers {
            items.push(self.take_answer(command, answer, now, new_events));
        }
        let step = if items.iter().all(|item| item.verdict.is_acknowledged()) {
            self.take_step(command.epoch, command.step, now)
        } else {
            StepOutcome::LeftAlone
        };
        let stored_something = items.iter().any(|item| item.verdict == SaveVerdict::Store);
        if stored_something || matches!(step, StepOutcome::Made { .. }) {
            let attempt = &mut self.row.attempt;
            attempt.active_ms = active_ms_at(attempt.active_ms, attempt.last_seen_at, now);
            attempt.last_seen_at = now.max(attempt.last_seen_at);
            self.is_changed = true;
        }
        Ok(SaveOutcome { at: now, items, step })
    }

    /// Refuses, before anything is stored, what no page of this attempt would send.
    fn refuse_malformed(&self, command: &SaveCommand) -> Result<(), ServiceError> {
        if command.attempt.as_str() != self.row.attempt.public_id {
            return Err(ServiceError::Conflict("other_attempt"));
        }
        let languages = [Some(command.language), command.step.language];
        if languages.into_iter().flatten().any(|language| !self.languages.contains(&language)) {
            return Err(ServiceError::invalid("language", "not_offered"));
        }
        let is_here = |answer: &SentAnswer| {
            let found = self.loaded.form.action(answer.item);
            found.is_some_and(|(scenario, _)| command.within.is_none_or(|place| place == scenario.place))
        };
        if !command.answers.iter().all(is_here) {
            return Err(ServiceError::invalid("item", "unknown"));
        }
        if command.answers.iter().any(|answer| self.is_worn_out(command.epoch, answer)) {
            return Err(ServiceError::Conflict("too_many_changes"));
        }
        let scenarios = self.loaded.form.length().scenarios();
        if command.step.flag.is_some_and(|(scenario, _)| scenario == 0 || scenario > scenarios) {
            return Err(ServiceError::invalid("flag", "unknown"));
        }
        Ok(())
    }

    /// Whether an action has been changed more often than anyone changes their mind, and this is yet another change.
    fn is_worn_out(&self, epoch: Epoch, answer: &SentAnswer) -> bool {
        let events = self.events.get(&answer.item.number()).map(Vec::as_slice).unwrap_or_default();
        let is_known = |event: &StoredAnswer| event.epoch == epoch && event.sequence == answer.base.next();
        let most = if matches!(answer.value, SentValue::Text(_)) { MOST_DRAFTS } else { MOST_CHANGES };
        // Sequences grow by one with each change.
        let changes = events.iter().map(|event| event.sequence.number()).max().unwrap_or(0);
        changes >= most && !events.iter().any(is_known)
    }

    /// Refuses answers that do not go together with each other or with what is stored, before any of them is.
    fn refuse_what_does_not_go_together(
        &self,
        command: &SaveCommand,
        answers: &[Incoming],
        now: NaiveDateTime,
    ) -> Result<(), ServiceError> {
        let mut places: Vec<Place> =
            answers.iter().filter(|answer| answer.is_judged_whole).map(|answer| answer.place).collect();
        places.dedup();
        for place in places {
            let Some(scenario) = self.loaded.form.scenario_at(place) else { continue };
            let here = || answers.iter().filter(|answer| answer.place == place);
            let verdicts: Vec<SaveVerdict> =
                here().map(|answer| self.judge(command, answer, now).0).collect();
            if verdicts.iter().any(|verdict| matches!(verdict, SaveVerdict::Conflict { .. })) {
                let is_dialogue = scenario.format == ItemFormat::Dialogue;
                let code = if is_dialogue { "turn_sent_already" } else { "changed_elsewhere" };
                return Err(ServiceError::invalid(ANSWERS_FIELD, code));
            }
            if !verdicts.iter().all(|verdict| verdict.is_acknowledged()) {
                // Taken over, closed, never shown: every answer is refused, with its reason.
                continue;
            }
            let changes: Vec<(ActionId, Response)> = here()
                .filter_map(|answer| {
                    let slot = scenario.actions.iter().find(|slot| slot.item == answer.item)?;
                    Some((slot.id.clone(), answer.value))
                })
                .collect();
            check_changes(&scenario.item, &self.values(scenario), &changes)
                .map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    /// The answers that stand in a scenario.
    fn values(&self, scenario: &FormScenario) -> SlotValues {
        let last = |slot: &FormAction| {
            let events = self.events.get(&slot.item.number())?;
            let last = events.iter().max_by_key(|event| event.sequence)?;
            Some((slot.id.clone(), last.value))
        };
        scenario.actions.iter().filter_map(last).collect()
    }

    /// What becomes of an answer, and the event that it would be.
    fn judge(
        &self,
        command: &SaveCommand,
        answer: &Incoming,
        now: NaiveDateTime,
    ) -> (SaveVerdict, StoredAnswer) {
        let incoming = IncomingAnswer {
            epoch: command.epoch,
            sequence: answer.base.next(),
            base: answer.base,
            value: answer.value,
        };
        let events = self.events.get(&answer.item.number()).map(Vec::as_slice).unwrap_or_default();
        let held = StoredAnswers::among(events, &incoming);
        let verdict = match (judge_save(&self.facts, now.and_utc(), answer.place, held, incoming), held.last)
        {
            // The page was rendered from this very answer: nothing new to keep.
            (SaveVerdict::Store, Some(last)) if last.value == answer.value => {
                SaveVerdict::AlreadyStored { last }
            }
            (verdict, _) => verdict,
        };
        let event =
            StoredAnswer { epoch: incoming.epoch, sequence: incoming.sequence, value: incoming.value };
        (verdict, event)
    }

    fn take_answer(
        &mut self,
        command: &SaveCommand,
        answer: Incoming,
        now: NaiveDateTime,
        new_events: &mut Vec<ResponseEventRow>,
    ) -> ItemOutcome {
        let (verdict, event) = self.judge(command, &answer, now);
        let item = answer.item.number();
        let events = self.events.entry(item).or_default();
        if verdict == SaveVerdict::Store {
            events.push(event);
            new_events.push(ResponseEventRow {
                attempt_id: self.row.attempt.id.clone(),
                item,
                epoch: event.epoch.number(),
                sequence: event.sequence.number(),
                value: i16::from(answer.value.number()),
                language: command.language.code().to_owned(),
                at: now,
                text: answer.text,
            });
        }
        let last = events.iter().max_by_key(|event| event.sequence).copied();
        ItemOutcome { item: answer.item, verdict, last }
    }

    fn take_step(&mut self, epoch: Epoch, step: Step, now: NaiveDateTime) -> StepOutcome {
        let length = self.loaded.form.length();
        let here = length.place(i64::from(self.row.attempt.position)).unwrap_or(self.facts.furthest);
        let (to, is_half_way) = match step.to {
            None => (here, false),
            Some(Direction::To(place)) => (place, false),
            Some(Direction::Before(from)) => (length.before(from).unwrap_or(from), false),
            Some(Direction::After { from, pause_offered }) => {
                let half_way = Place::Scenario(length.half_way());
                if from == half_way && self.facts.furthest == half_way && !pause_offered {
                    (from, true)
                } else {
                    (length.after(from).unwrap_or(from), false)
                }
            }
        };
        let furthest = match self.facts.judge_move(now.and_utc(), epoch, to, length) {
            Ok(furthest) => furthest,
            Err(refused) => return StepOutcome::Refused(refused),
        };
        self.facts.furthest = furthest;
        let attempt = &mut self.row.attempt;
        attempt.position = length.number(to);
        attempt.shown = length.number(furthest);
        if let Some((scenario, is_set)) = step.flag
            && let Some(bit) = flag_bit(scenario)
        {
            attempt.flags = if is_set { attempt.flags | bit } else { attempt.flags & !bit };
        }
        if let Some(language) = step.language {
            language.code().clone_into(&mut attempt.language);
        }
        StepOutcome::Made { position: to, furthest, is_half_way }
    }

    fn into_step(self) -> AttemptStep {
        let attempt = self.row.attempt;
        AttemptStep {
            id: attempt.id,
            position: attempt.position,
            shown: attempt.shown,
            flags: attempt.flags,
            language: attempt.language,
            active_ms: attempt.active_ms,
            last_seen_at: attempt.last_seen_at,
        }
    }
}
