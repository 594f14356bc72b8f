//! Scores of people under a key, and simulated adaptive tests.

use std::collections::BTreeMap;
use std::path::Path;

use psychometrics::cat::bank::{Bank, BankItem};
use psychometrics::cat::rules::Rules;
use psychometrics::cat::simulate::simulate;
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::score::{ScorePrior, eap, wle};
use psychometrics::irt::simulate::normal_levels;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::rating::Category;
use psychometrics::score::{ActionState, ScoredAction, scenario_scores, total_score};
use psychometrics::sem::{interval_95, sem_with_missing, snapshot_sem};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::analyze::AnalyzeError;
use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// A key file: `[key]` with the category of each rated action, or `[items.<name>]` with parameters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    /// Category (1 to 4) of each action; the scenario is the part of the name before the last `_`.
    #[serde(default)]
    key: BTreeMap<String, u8>,
    /// Parameters of each item.
    #[serde(default)]
    items: BTreeMap<String, Parameters>,
}

/// Parameters of one item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// `grm` (default), `gpcm` or `2pl`.
    model: Option<String>,
    slope: f64,
    thresholds: Vec<f64>,
}

/// Reads a key; what is wrong is told with its line.
pub(super) fn read_key(path: &Path) -> Result<KeyFile, AnalyzeError> {
    let problem = |what: &dyn std::fmt::Display| AnalyzeError(format!("{}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| problem(&e))?;
    let key: KeyFile = toml::from_str(&text).map_err(|e| problem(&e))?;
    if key.key.is_empty() == key.items.is_empty() {
        return Err(problem(&"either [key] or [items] is needed, not both"));
    }
    Ok(key)
}

fn item(name: &str, own: &Parameters) -> Result<Item, AnalyzeError> {
    let model = match own.model.as_deref() {
        None | Some("grm") => Model::Graded,
        Some("gpcm") => Model::PartialCredit,
        Some("2pl") => Model::TwoParameter,
        Some(other) => {
            return Err(AnalyzeError(format!("item {name:?}: no model {other:?}; grm, gpcm or 2pl")));
        }
    };
    Item::from_thresholds(model, own.slope, &own.thresholds)
        .map_err(|error| AnalyzeError(format!("item {name:?}: {error}")))
}

/// Scores everybody with the kind of key given.
pub(super) fn scored(table: &Table, key: &KeyFile) -> Result<Report, AnalyzeError> {
    if key.items.is_empty() { same_side(table, &key.key) } else { levels(table, &key.items) }
}

fn wanted<'a, T>(table: &Table, of: &'a BTreeMap<String, T>) -> Result<Vec<&'a T>, AnalyzeError> {
    let find = |name: &String| {
        of.get(name).ok_or_else(|| AnalyzeError(format!("column {name:?} is not in the key (see --ignore)")))
    };
    table.columns().iter().map(find).collect()
}

/// Points by the same-side rule: 100 × mean points, with the standard error of measurement.
fn same_side(table: &Table, key: &BTreeMap<String, u8>) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("score", &error);
    let keys: Vec<Category> = wanted(table, key)?
        .into_iter()
        .map(|category| Category::try_from(*category).map_err(|e| failed(&e)))
        .collect::<Result<_, _>>()?;
    let mut scenarios: Vec<&str> = Vec::new();
    let scenario_of: Vec<usize> = table
        .columns()
        .iter()
        .map(|name| {
            let scenario = name.rsplit_once('_').map_or(name.as_str(), |(before, _)| before);
            scenarios.iter().position(|known| *known == scenario).unwrap_or_else(|| {
                scenarios.push(scenario);
                scenarios.len() - 1
            })
        })
        .collect();
    let mut forms = Vec::new();
    for (row, name) in table.small_numbers(4)?.iter().zip(table.names()) {
        let mut form = vec![Vec::new(); scenarios.len()];
        for ((cell, key), scenario) in row.iter().zip(&keys).zip(&scenario_of) {
            let state = match cell {
                None => ActionState::NeverShown,
                Some(rating) => ActionState::Answered(
                    Category::try_from(*rating).map_err(|e| AnalyzeError(format!("{name}: {e}")))?,
                ),
            };
            if let Some(actions) = form.get_mut(*scenario) {
                actions.push(ScoredAction { key: *key, state });
            }
        }
        forms.push(form);
    }
    let rows = forms.iter().map(|form| scenario_scores(form));
    let matrix = ScoreMatrix::from_rows(scenarios.len(), rows).map_err(|e| failed(&e))?;
    let sem = snapshot_sem(&matrix).map_err(|e| failed(&e))?.sem;
    let rows = forms.iter().zip(table.names()).map(|(form, name)| same_side_row(form, name, sem)).collect();
    let mut report = Report::new("score");
    let columns = ["person", "x", "sem", "low_95", "high_95", "answered", "complete_enough"];
    report.table("people", &columns, rows);
    report.note(format!(
        "x is 100 × the mean of the points: 1 for the key's category, 0.5 one step off on the same side, else 0. \
         Standard error of the complete form {:.2}. An empty cell counts as never shown.",
        sem.get()
    ));
    Ok(report)
}

fn same_side_row(
    form: &[Vec<ScoredAction>],
    name: &str,
    sem: psychometrics::sem::StandardError,
) -> Vec<Value> {
    let Ok(total) = total_score(form) else {
        return vec![json!(name), Value::Null, Value::Null, Value::Null, Value::Null, json!(0), json!(false)];
    };
    let own = sem_with_missing(sem, total.scenarios, total.scenarios_answered).unwrap_or(sem);
    let interval = interval_95(total.x, own).ok();
    vec![
        json!(name),
        json!(total.x),
        json!(own.get()),
        json!(interval.map(|i| i.low)),
        json!(interval.map(|i| i.high)),
        json!(total.n_answered),
        json!(total.complete_enough),
    ]
}

/// Levels under known items: posterior mean and weighted likelihood.
fn levels(table: &Table, of: &BTreeMap<String, Parameters>) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("score", &error);
    let parameters = wanted(table, of)?;
    let items: Vec<Item> = table
        .columns()
        .iter()
        .zip(parameters)
        .map(|(name, own)| item(name, own))
        .collect::<Result<_, _>>()?;
    let (responses, is_shifted) = table.responses()?;
    let means = eap(&items, &responses, ScorePrior::STANDARD).map_err(|e| failed(&e))?;
    let weighted = wle(&items, &responses).map_err(|e| failed(&e))?;
    let rows = table.names().iter().zip(means.iter().zip(&weighted)).map(|(name, (eap, wle))| {
        vec![
            json!(name),
            json!(eap.theta),
            json!(eap.error),
            json!(wle.map(|score| score.theta)),
            json!(wle.map(|score| score.error)),
            json!(eap.answered),
        ]
    });
    let mut report = Report::new("score");
    report.table("people", &["person", "eap", "psd", "wle", "wle_se", "answered"], rows.collect());
    if is_shifted {
        report.note("Answers start at 1: 1 was subtracted from all.");
    }
    report.note("One prior, N(0, 1), for everybody. Use the weighted estimates for rank sets.");
    Ok(report)
}

/// Simulated adaptive tests of people at N(0, 1) from the items of a key.
pub(super) fn adaptive(key: &KeyFile, people: u32, seed: u64) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("cat-sim", &error);
    if key.items.is_empty() {
        return Err(AnalyzeError("cat-sim needs a key with [items]".to_owned()));
    }
    let own = |(name, parameters): (&String, &Parameters)| Ok(BankItem::new(item(name, parameters)?, 0));
    let bank = Bank::new(key.items.iter().map(own).collect::<Result<_, AnalyzeError>>()?);
    let bank = bank.map_err(|e| failed(&e))?;
    let count = usize::try_from(people.min(1_000_000)).unwrap_or(0);
    let levels: Vec<Vec<f64>> = normal_levels(count, 0.0, 1.0, seed).into_iter().map(|t| vec![t]).collect();
    let found = simulate(&bank, &Rules::standard(1), &levels, seed).map_err(|e| failed(&e))?;
    let mut report = Report::new("cat-sim");
    let rows = found.competencies.iter().map(|own| {
        vec![json!(people), json!(own.bias), json!(own.rmse), json!(own.mean_error), json!(own.mean_items)]
    });
    report.table("precision", &["people", "bias", "rmse", "mean_error", "mean_items"], rows.collect());
    let rows = key.items.keys().zip(&found.exposure).map(|(name, rate)| vec![json!(name), json!(rate)]);
    report.table("exposure", &["item", "rate"], rows.collect());
    report.note(format!(
        "Largest exposure {:.3}, test overlap {}. Standard rules: stop at a posterior SD of 0.40 or 10 items.",
        found.largest_exposure,
        found.overlap.map_or_else(|| "not defined".to_owned(), |overlap| format!("{overlap:.3}"))
    ));
    Ok(report)
}
