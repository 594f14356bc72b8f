//! The answers themselves, for people who analyse them: a column an answer, or a row an answer. Points and key stay
//! out: an analyst who may see the key has it.

use std::collections::{BTreeMap, HashMap};

use domain::attempt::Place;
use domain::form::{FormAction, FormScenario, ItemIndex, ScenarioRole};
use store::conn::DbConn;
use store::repo::ranking_rows::ListedRow;
use store::repo::response_events::{self, ResponseEventRow};

use crate::error::ServiceError;
use crate::export::Export;
use crate::export::cell::Cell;
use crate::export::results::person_cells;
use crate::packs::LoadedForm;
use crate::ranking::band_letters;
use crate::stored_answers::{GivenAnswer, given_answers};

/// The columns of a row an answer.
pub(super) const LONG_COLUMNS: [&str; 17] = [
    "candidate_id",
    "tree_name",
    "status",
    "language",
    "test_version",
    "form_id",
    "form_version",
    "key_version",
    "ranking_version",
    "scenario_number",
    "scenario_id",
    "scenario_version",
    "format",
    "is_scored",
    "answer_id",
    "value",
    "text",
];

/// The columns of a row a person before their answers.
const WIDE_COLUMNS: [&str; 16] = [
    "candidate_id",
    "tree_name",
    "status",
    "language",
    "test_version",
    "form_id",
    "form_version",
    "key_version",
    "ranking_version",
    "score_0_100",
    "sem",
    "low_95",
    "high_95",
    "band",
    "rank_low",
    "rank_high",
];

/// Everything that takes an answer, practice left out, in the order of the form.
fn answered(form: &LoadedForm) -> impl Iterator<Item = (u16, &FormScenario, &FormAction)> {
    form.form.scenarios().iter().filter(|scenario| scenario.role != ScenarioRole::Practice).flat_map(
        |scenario| {
            let number = match scenario.place {
                Place::Scenario(number) => number,
                Place::Practice | Place::Review => 0,
            };
            scenario.actions.iter().map(move |action| (number, scenario, action))
        },
    )
}

/// How many answers a complete attempt holds.
pub(super) fn slots(form: &LoadedForm) -> usize {
    answered(form).count()
}

/// The columns of a row a person: `s3.first-contact.call-back` for what was said of that action in scenario 3.
pub(super) fn wide_heads(form: &LoadedForm) -> Vec<String> {
    let answers =
        answered(form).map(|(number, scenario, action)| format!("s{number}.{}.{}", scenario.id, action.id));
    WIDE_COLUMNS.iter().map(|name| (*name).to_owned()).chain(answers).collect()
}

pub(super) fn wide_rows(
    export: &Export,
    conn: &mut DbConn,
    chunk: &[ListedRow],
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let given = given_of(export, conn, chunk)?;
    let row = |listed: &ListedRow| {
        let mut cells = person_cells(listed);
        cells.extend(version_cells(export));
        cells.extend(ranking_cells(listed));
        let own = listed.row.attempt_id.as_ref().and_then(|id| given.get(id));
        cells.extend(answered(&export.form).map(|(_, _, action)| {
            match own.and_then(|own| own.get(&action.item)) {
                Some(GivenAnswer { text: Some(text), .. }) => Cell::Text(text.clone()),
                Some(answer) => Cell::Whole(i64::from(answer.value.number())),
                None => Cell::Empty,
            }
        }));
        cells
    };
    Ok(chunk.iter().map(row).collect())
}

/// What the answers belong to: a file of plain text has no other place to say so.
fn version_cells(export: &Export) -> Vec<Cell> {
    let form = &export.form;
    vec![
        Cell::Text(form.pack.version.clone()),
        Cell::Text(form.form.id.as_str().to_owned()),
        Cell::Whole(i64::from(form.form.version)),
        Cell::Text(form.key.version.clone()),
        export.ranking.as_ref().map_or(Cell::Empty, |told| Cell::Whole(i64::from(told.version.sequence))),
    ]
}

fn ranking_cells(listed: &ListedRow) -> Vec<Cell> {
    let row = &listed.row;
    let ranked = |value: Option<f64>| Cell::of_number(value.filter(|_| row.band.is_some()));
    vec![
        ranked(row.score),
        ranked(row.sem),
        ranked(row.low),
        ranked(row.high),
        row.band.map_or(Cell::Empty, |band| Cell::Text(band_letters(band))),
        Cell::of_whole(row.rank_low),
        Cell::of_whole(row.rank_high),
    ]
}

pub(super) fn long_rows(
    export: &Export,
    conn: &mut DbConn,
    chunk: &[ListedRow],
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let given = given_of(export, conn, chunk)?;
    let mut rows = Vec::new();
    for listed in chunk {
        let Some(own) = listed.row.attempt_id.as_ref().and_then(|id| given.get(id)) else { continue };
        for (number, scenario, action) in answered(&export.form) {
            let Some(answer) = own.get(&action.item) else { continue };
            let mut cells = person_cells(listed);
            cells.extend(version_cells(export));
            cells.extend([
                Cell::Whole(i64::from(number)),
                Cell::Text(scenario.id.as_str().to_owned()),
                Cell::Whole(i64::from(scenario.version)),
                Cell::Text(scenario.format.tag().to_owned()),
                Cell::Flag(scenario.role == ScenarioRole::Scored),
                Cell::Text(action.id.as_str().to_owned()),
                Cell::Whole(i64::from(answer.value.number())),
                Cell::of_text(answer.text.as_deref()),
            ]);
            rows.push(cells);
        }
    }
    Ok(rows)
}

/// The answers of a chunk's people that stand, by attempt.
fn given_of(
    export: &Export,
    conn: &mut DbConn,
    chunk: &[ListedRow],
) -> Result<HashMap<String, BTreeMap<ItemIndex, GivenAnswer>>, ServiceError> {
    let ids: Vec<String> = chunk.iter().filter_map(|listed| listed.row.attempt_id.clone()).collect();
    let mut events: HashMap<String, Vec<ResponseEventRow>> = HashMap::new();
    for event in response_events::of_attempts(conn, &ids)? {
        events.entry(event.attempt_id.clone()).or_default().push(event);
    }
    events
        .into_iter()
        .map(|(attempt, events)| Ok((attempt, given_answers(&export.form.form, &events)?)))
        .collect()
}
