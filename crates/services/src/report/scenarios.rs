//! What a candidate answered, scenario by scenario, beside the key for people who may see it.

use domain::attempt::was_shown;
use domain::construct::Family;
use domain::form::{FormScenario, ScenarioRole};
use domain::item::Response;
use domain::language::Language;
use domain::points::answers_beside_key;
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::response_events;

use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::score_attempt::furthest;
use crate::stored_answers::last_responses;

/// One scenario of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportScenario {
    /// Its number in the test, from 1.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The situation.
    pub situation: String,
    /// The language of the texts, when the pack lacks the one asked for.
    pub language: Language,
    /// Whether it counts; a trial scenario does not.
    pub is_scored: bool,
    /// Whether it was shown.
    pub is_shown: bool,
    /// The names of the families that its scored actions belong to.
    pub families: Vec<String>,
    /// Half points and actions counted; nothing for who may not see the key, and where nothing counts.
    pub points: Option<(u32, u32)>,
    /// Its actions in the order of the pack.
    pub actions: Vec<ReportAction>,
}

/// One action of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAction {
    /// What one would do.
    pub text: String,
    /// The rating given, 1 to 4.
    pub answer: Option<u8>,
    /// The key, for who may see it and where there is one.
    pub key: Option<ReportKey>,
}

/// The key of one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportKey {
    /// The category, 1 to 4.
    pub category: u8,
    /// Why.
    pub rationale: String,
    /// Half points given; nothing where the action does not count or was never shown.
    pub half_points: Option<u32>,
}

/// The scenarios of an attempt, practice left out.
///
/// # Errors
/// [`ServiceError::Broken`] when stored answers or content cannot be read.
pub(crate) fn report_scenarios(
    conn: &mut DbConn,
    attempt: &AttemptRow,
    form: &LoadedForm,
    language: Language,
    shows_key: bool,
) -> Result<Vec<ReportScenario>, ServiceError> {
    let events = response_events::of_attempt(conn, &attempt.id)?;
    let answers = last_responses(&form.form, &events)?;
    let furthest = furthest(form, attempt)?;
    let shown = form.form.scenarios().iter().filter(|scenario| scenario.role != ScenarioRole::Practice);
    (1..)
        .zip(shown)
        .map(|(number, scenario)| {
            let texts = form
                .pack
                .scenario(&scenario.id)
                .ok_or_else(|| ServiceError::broken("a form names a scenario that its pack lacks"))?;
            let (text_language, prose) = texts
                .prose
                .get(language)
                .map(|prose| (language, prose))
                .or_else(|| texts.prose.iter().next())
                .ok_or_else(|| ServiceError::broken("a scenario has no prose"))?;
            let beside = answers_beside_key(&form.form, &form.key, &answers, furthest, scenario.place);
            let actions: Vec<ReportAction> = scenario
                .actions
                .iter()
                .map(|action| {
                    let text = prose.action(&action.id);
                    let beside = beside.iter().find(|beside| beside.action == action.id);
                    ReportAction {
                        text: text.map_or_else(String::new, |text| text.text.clone()),
                        answer: answers.get(&action.item).copied().map(Response::number),
                        key: beside.filter(|_| shows_key).map(|beside| ReportKey {
                            category: beside.scored.key.get(),
                            rationale: text.map_or_else(String::new, |text| text.rationale.clone()),
                            half_points: beside
                                .scored
                                .points()
                                .filter(|_| beside.is_scored)
                                .map(|points| u32::from(points.halves())),
                        }),
                    }
                })
                .collect();
            Ok(ReportScenario {
                number,
                title: prose.title.clone(),
                situation: prose.situation.clone(),
                language: text_language,
                is_scored: scenario.role == ScenarioRole::Scored,
                is_shown: was_shown(scenario.place, furthest),
                families: family_names(form, scenario, language),
                points: points_of(&actions),
                actions,
            })
        })
        .collect()
}

/// Half points and actions counted of the actions whose key may be seen.
fn points_of(actions: &[ReportAction]) -> Option<(u32, u32)> {
    let counted = || actions.iter().filter_map(|action| action.key.as_ref()?.half_points);
    let n = u32::try_from(counted().count()).unwrap_or(u32::MAX);
    (n > 0).then(|| (counted().sum(), n))
}

fn family_names(form: &LoadedForm, scenario: &FormScenario, language: Language) -> Vec<String> {
    Family::ALL
        .iter()
        .filter(|family| scenario.actions.iter().any(|action| action.is_scored && action.family == **family))
        .map(|family| form.pack.family_name(*family, language).to_owned())
        .collect()
}
