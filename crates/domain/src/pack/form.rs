//! The forms of a manifest: reads them, and checks them against the scenarios and the blueprint.

use crate::construct::{Construct, Family};
use crate::form::{Coverage, Form, ScenarioRole};
use crate::ids::{FormId, ScenarioId};
use crate::item::ItemFormat;
use crate::language::Language;
use crate::pack::problem::{Problem, ProblemCode};
use crate::pack::toml_file::Located;
use crate::pack::toml_reader::Table;
use crate::pack::{Blueprint, FormDefinition, Pack};
use std::collections::BTreeSet;

/// A form with the lines of what it names.
pub(super) struct FormOutline {
    pub(super) definition: FormDefinition,
    pub(super) line: u32,
    practice_line: u32,
    scenario_lines: Vec<u32>,
    trial_lines: Vec<u32>,
    practice_also_lines: Vec<u32>,
}

pub(super) fn read_form(table: &Table<'_>, languages: &[Language]) -> Option<FormOutline> {
    let id = table.parsed::<FormId>("id", ProblemCode::Malformed);
    let version = table.number("version", 1..=1_000_000);
    let name = table.localised("name", languages);
    let practice = table.parsed::<ScenarioId>("practice", ProblemCode::Malformed);
    let scenarios = table.parsed_list::<ScenarioId>("scenarios", ProblemCode::Malformed);
    let trial = table.optional_parsed_list::<ScenarioId>("trial", ProblemCode::Malformed);
    let practice_also = table.optional_parsed_list::<ScenarioId>("practice_also", ProblemCode::Malformed);
    table.refuse_unknown_fields();
    let (practice, scenarios, trial, practice_also) = (practice?, scenarios?, trial?, practice_also?);
    let lines = |list: &[Located<ScenarioId>]| list.iter().map(|scenario| scenario.line).collect();
    Some(FormOutline {
        line: table.line(),
        practice_line: practice.line,
        scenario_lines: lines(&scenarios),
        trial_lines: lines(&trial),
        practice_also_lines: lines(&practice_also),
        definition: FormDefinition {
            id: id?.value,
            version: version?.value,
            name: name?,
            practice: practice.value,
            scenarios: scenarios.into_iter().map(|scenario| scenario.value).collect(),
            trial: trial.into_iter().map(|scenario| scenario.value).collect(),
            practice_also: practice_also.into_iter().map(|scenario| scenario.value).collect(),
        },
    })
}

impl FormOutline {
    /// The scenarios it names, each with its line.
    fn named(&self) -> impl Iterator<Item = (&ScenarioId, u32)> {
        let practice = std::iter::once((&self.definition.practice, self.practice_line));
        let lines = self.scenario_lines.iter().copied();
        practice.chain(self.definition.scenarios.iter().zip(lines))
    }

    /// Problems of the lists themselves; `folders` are the scenario folders of the pack, broken ones included.
    pub(super) fn list_problems(&self, folders: &BTreeSet<&str>) -> Vec<Problem> {
        let id = &self.definition.id;
        let mut problems: Vec<Problem> = self
            .named()
            .filter(|(scenario, _)| !folders.contains(scenario.as_str()))
            .map(|(scenario, line)| {
                let message =
                    format!("The form {id} names the scenario \"{scenario}\", which does not exist.");
                manifest_problem(ProblemCode::UnknownScenario, line, message)
            })
            .collect();
        if self.definition.scenarios.contains(&self.definition.practice) {
            let message = format!("The practice of the form {id} also stands among its scenarios.");
            problems.push(manifest_problem(ProblemCode::PracticeNotApart, self.practice_line, message));
        }
        for (trial, line) in self.definition.trial.iter().zip(&self.trial_lines) {
            if !self.definition.scenarios.contains(trial) {
                let message = format!("The trial \"{trial}\" does not stand among the scenarios of {id}.");
                problems.push(manifest_problem(ProblemCode::TrialNotInForm, *line, message));
            }
        }
        for (practice, line) in self.definition.practice_also.iter().zip(&self.practice_also_lines) {
            if !self.definition.scenarios.contains(practice) {
                let message =
                    format!("The practice \"{practice}\" does not stand among the scenarios of {id}.");
                problems.push(manifest_problem(ProblemCode::TrialNotInForm, *line, message));
            }
            if self.definition.trial.contains(practice) {
                let message = format!("\"{practice}\" is practice and on trial in the form {id}.");
                problems.push(manifest_problem(ProblemCode::PracticeNotApart, *line, message));
            }
        }
        if self.definition.scenarios.is_empty() {
            let message = format!("The form {id} has no scenario.");
            problems.push(manifest_problem(ProblemCode::BlueprintUnmet, self.line, message));
        }
        problems
    }

    /// What the form lacks of the blueprint; nothing is said while the form cannot be resolved.
    pub(super) fn blueprint_problems(&self, pack: &Pack) -> Vec<Problem> {
        let Ok(form) = Form::resolve(pack, &self.definition.id) else { return Vec::new() };
        let open = form
            .scenarios()
            .iter()
            .find(|scenario| scenario.format == ItemFormat::Open && scenario.role == ScenarioRole::Scored);
        let open = open.map(|scenario| {
            let message = format!(
                "The open answer \"{}\" must stand in \"trial\" of the form {}: nothing scores it yet.",
                scenario.id, self.definition.id
            );
            manifest_problem(ProblemCode::OpenScored, self.line, message)
        });
        let coverage = Coverage::of(&form, pack);
        unmet(&coverage, &pack.blueprint)
            .into_iter()
            .map(|lack| {
                let message = format!("The form {} has {lack}.", self.definition.id);
                manifest_problem(ProblemCode::BlueprintUnmet, self.line, message)
            })
            .chain(open)
            .collect()
    }
}

fn unmet(coverage: &Coverage, blueprint: &Blueprint) -> Vec<String> {
    let (per_family, per_construct) =
        (blueprint.min_scored_actions_per_family, blueprint.min_actions_per_construct);
    let count = |number: Option<&crate::form::Count>| number.map_or(0, |count| count.actions);
    let families = Family::ALL.iter().filter_map(|family| {
        let actions = count(coverage.families.get(family));
        (actions < per_family)
            .then(|| format!("{actions} scored actions of {family}; the blueprint asks for {per_family}"))
    });
    let constructs = Construct::ALL.iter().filter_map(|construct| {
        let actions = count(coverage.constructs.get(construct));
        (actions < per_construct).then(|| {
            format!("{actions} scored actions tagged {construct}; the blueprint asks for {per_construct}")
        })
    });
    let channels = blueprint
        .channels
        .iter()
        .filter(|channel| !coverage.channels.contains_key(channel))
        .map(|channel| format!("no scored scenario by {channel}, which the blueprint asks for"));
    let emotions = blueprint
        .emotions
        .iter()
        .filter(|emotion| !coverage.emotions.contains_key(emotion))
        .map(|emotion| format!("no scored scenario of {emotion}, which the blueprint asks for"));
    families.chain(constructs).chain(channels).chain(emotions).collect()
}

fn manifest_problem(code: ProblemCode, line: u32, message: String) -> Problem {
    Problem { file: "pack.toml".to_owned(), line: Some(line), code, message }
}
