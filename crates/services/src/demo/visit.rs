//! One simulated candidate's visit, through the same use cases as a real one's.

use std::sync::Arc;

use chrono::{Duration, NaiveDateTime};
use domain::attempt::{Epoch, Sequence};
use domain::form::{FormAction, FormScenario};
use domain::ids::{ActionId, CampaignId, PublicId};
use domain::item::answer::path;
use domain::item::open::OpenText;
use domain::item::points::Categories;
use domain::item::{Item, ItemFormat};
use domain::language::Language;
use store::repo::{attempts, invitations};

use crate::answer_writer::{Direction, SaveCommand, SentAnswer, SentValue, Step, batch};
use crate::attempt_cookie::AttemptCookie;
use crate::candidate::Candidate;
use crate::clock::HandClock;
use crate::demo::response_model::{Course, Simulee};
use crate::error::ServiceError;
use crate::finish_attempt::FinishRequest;
use crate::invitation_page::LinkPage;
use crate::packs::LoadedForm;
use crate::start_attempt::StartRequest;
use crate::state::Services;

/// Someone who is to be simulated.
pub(super) struct Visit {
    pub(super) campaign: CampaignId,
    pub(super) email: String,
    pub(super) seed: u64,
    pub(super) at: NaiveDateTime,
    pub(super) languages: [Language; 2],
    /// Whether they are asked about themselves after the test.
    pub(super) is_asked_after: bool,
}

impl Services {
    /// Lets one simulated candidate come, unless they have been here already.
    pub(super) fn simulate(&self, visit: &Visit, clock: &HandClock) -> Result<(), ServiceError> {
        let found = self.read(|conn| {
            let Some(invitation) = invitations::find_by_email(conn, visit.campaign.as_str(), &visit.email)?
            else {
                return Ok(None);
            };
            let attempt = attempts::find_by_invitation(conn, &invitation.id)?;
            Ok(attempt.is_none().then_some(invitation))
        })?;
        let Some(invitation) = found else { return Ok(()) };
        let mut simulee = Simulee::new(visit.seed);
        clock.set(clock.now_or_later(visit.at));
        let token = self.demo_token(&invitation)?;
        let LinkPage::Notice(notice) = self.link_page(&token, None)? else { return Ok(()) };
        let scenarios =
            u16::try_from(notice.loaded.form.scenarios().len().saturating_sub(1)).unwrap_or(u16::MAX);
        let course = simulee.course(scenarios);
        if course == Course::Absent {
            return Ok(());
        }
        let [first, second] = visit.languages;
        let language = if simulee.takes_second_language() { second } else { first };
        let request =
            StartRequest { notice_version: notice.version.0, language, cookie: None, address: None };
        let opened = self.start_attempt(&token, &request)?;
        let cookie = AttemptCookie::parse(&opened.cookie)
            .ok_or_else(|| ServiceError::broken("a fresh attempt cookie cannot be read"))?;
        let loaded = notice.loaded;
        let candidate = Candidate { cookie: cookie.clone(), address: None };
        Sitter { services: self, clock, loaded, cookie, language }.sit(&mut simulee, course)?;
        if course == Course::Finishes && visit.is_asked_after {
            clock.advance(Duration::seconds(20));
            self.give_simulated_demographics(&candidate, visit.seed)?;
        }
        Ok(())
    }
}

/// One simulated candidate at work.
struct Sitter<'a> {
    services: &'a Services,
    clock: &'a HandClock,
    loaded: Arc<LoadedForm>,
    cookie: AttemptCookie,
    language: Language,
}

impl Sitter<'_> {
    fn sit(&self, simulee: &mut Simulee, course: Course) -> Result<(), ServiceError> {
        let candidate = Candidate { cookie: self.cookie.clone(), address: None };
        let sitting = self.services.sitting(&candidate)?;
        let scenarios = self.loaded.form.scenarios();
        for (index, scenario) in scenarios.iter().enumerate() {
            let stops_here = matches!(course, Course::Stops(after) if index > usize::from(after));
            if stops_here {
                return Ok(());
            }
            self.answer(simulee, scenario, &sitting.public_id, sitting.epoch)?;
        }
        self.clock.advance(Duration::seconds(45));
        let request = FinishRequest {
            attempt: sitting.public_id.clone(),
            epoch: sitting.epoch,
            language: self.language,
        };
        self.services.finish_attempt(&candidate, &request)?;
        if let Some(value) = simulee.satisfaction() {
            self.clock.advance(Duration::seconds(20));
            self.services.give_satisfaction(&candidate, i16::from(value))?;
        }
        if simulee.joins_pool() {
            self.clock.advance(Duration::seconds(15));
            self.services.set_pool_consent(&candidate, true, self.language)?;
        }
        Ok(())
    }

    fn answer(
        &self,
        simulee: &mut Simulee,
        scenario: &FormScenario,
        attempt: &PublicId,
        epoch: Epoch,
    ) -> Result<(), ServiceError> {
        let definition = self.loaded.pack.scenario(&scenario.id);
        let seconds = simulee.seconds(definition.map_or(60, |found| found.expected_seconds));
        let sent = self.sent_answers(simulee, scenario);
        let onward = Some(Direction::After { from: scenario.place, pause_offered: true });
        let command = |answers: Vec<SentAnswer>, to: Option<Direction>| SaveCommand {
            cookie: self.cookie.clone(),
            attempt: attempt.clone(),
            epoch,
            language: self.language,
            answers,
            within: Some(scenario.place),
            step: Step { to, ..Step::default() },
        };
        if scenario.format != ItemFormat::Dialogue {
            self.clock.advance(Duration::seconds(seconds));
            return self.save(&command(sent, onward));
        }
        // One turn after the other, as the pages send them; then on.
        let turns = i64::try_from(sent.len()).unwrap_or(1).max(1);
        for turn in sent {
            self.clock.advance(Duration::seconds(seconds / turns));
            self.save(&command(vec![turn], None))?;
        }
        self.save(&command(Vec::new(), onward))
    }

    /// The answers to one scenario; those of a dialogue in the order of its turns.
    fn sent_answers(&self, simulee: &mut Simulee, scenario: &FormScenario) -> Vec<SentAnswer> {
        let none = Categories::new();
        let key = self.loaded.key.categories.get(&scenario.id).unwrap_or(&none);
        let values = simulee.answer(&scenario.item, key);
        let sent =
            |slot: &FormAction, value: SentValue| SentAnswer { item: slot.item, base: Sequence::NONE, value };
        if let Item::Open(item) = &scenario.item {
            let text =
                simulee.text(self.language).and_then(|text| OpenText::parse(text, item.max_characters).ok());
            let slot = scenario.actions.first();
            return slot
                .zip(text)
                .map(|(slot, text)| sent(slot, SentValue::Text(text)))
                .into_iter()
                .collect();
        }
        let of_slot = |id: &ActionId| {
            let slot = scenario.actions.iter().find(|slot| slot.id == *id)?;
            Some(sent(slot, (*values.get(id)?).into()))
        };
        match &scenario.item {
            Item::Dialogue(item) => {
                path(item, &values).sent.iter().filter_map(|turn| of_slot(&turn.node.id)).collect()
            }
            _ => scenario.actions.iter().filter_map(|slot| of_slot(&slot.id)).collect(),
        }
    }

    fn save(&self, command: &SaveCommand) -> Result<(), ServiceError> {
        match batch::store(self.services, &[command])?.into_iter().next() {
            Some(Ok(outcome)) if outcome.is_complete() => Ok(()),
            Some(Err(error)) => Err(error),
            _ => Err(ServiceError::broken("a simulated answer was not taken")),
        }
    }
}
