//! Ranks with their confidence sets.

use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::large::marginal_rank_sets_of_many;
use psychometrics::rank::sets::{RankSetOptions, Rows, marginal_rank_sets, simultaneous_rank_sets};
use psychometrics::rank::{Estimate, displayed_ranks};
use psychometrics::sem::StandardError;
use serde_json::{Value, json};

use crate::analyze::AnalyzeError;
use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// Most people whose sets are computed for the whole list at once.
const MOST_TOGETHER: usize = 300;

/// Most people whose sets are computed by the exact method.
const MOST_EXACT: usize = 2_000;

/// Displayed ranks and confidence sets; the columns `estimate` and `se`, better is higher.
pub(super) fn ranked(table: &Table) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("ranks", &error);
    let (_, without_estimate) = table.split("estimate")?;
    let (_, others) = without_estimate.split("se")?;
    let pairs = table.clone().without(others.columns())?;
    // The two columns stand in any order.
    let is_first = pairs.columns().first().is_some_and(|name| name == "estimate");
    let mut people = Vec::new();
    let mut names = Vec::new();
    let mut apart = Vec::new();
    for (row, name) in pairs.numbers()?.rows().zip(table.names()) {
        let cell = |place: usize| row.get(place).copied().flatten();
        let (value, se) = if is_first { (cell(0), cell(1)) } else { (cell(1), cell(0)) };
        let (Some(value), Some(se)) = (value, se) else {
            apart.push(name.as_str());
            continue;
        };
        let error = StandardError::try_from(se).map_err(|e| AnalyzeError(format!("{name}: {e}")))?;
        people.push(Estimate::new(value, error).map_err(|e| failed(&e))?);
        names.push(name);
    }
    let options = RankSetOptions::default();
    let joint = || JointEstimates::independent(&people).map_err(|e| failed(&e));
    let marginal = match people.len() {
        0..=MOST_EXACT => marginal_rank_sets(&joint()?, Rows::All, &options),
        _ => marginal_rank_sets_of_many(&people, &options),
    };
    let marginal = marginal.map_err(|e| failed(&e))?;
    let together = match people.len() {
        0..=MOST_TOGETHER => {
            Some(simultaneous_rank_sets(&joint()?, Rows::All, &options).map_err(|e| failed(&e))?)
        }
        _ => None,
    };
    let values: Vec<f64> = people.iter().map(|person| person.value()).collect();
    let shown = displayed_ranks(&values).map_err(|e| failed(&e))?;
    let mut rows: Vec<(u32, Vec<Value>)> = Vec::new();
    for (place, ((name, person), (rank, set))) in
        names.iter().zip(&people).zip(shown.iter().zip(&marginal)).enumerate()
    {
        let all = together.as_ref().and_then(|sets| sets.get(place)).map(|set| set.range);
        let mut row = vec![json!(name), json!(person.value()), json!(person.error().get()), json!(rank)];
        row.extend([json!(set.range.best), json!(set.range.worst)]);
        row.extend([json!(all.map(|range| range.best)), json!(all.map(|range| range.worst))]);
        rows.push((*rank, row));
    }
    rows.sort_by_key(|(rank, _)| *rank);
    let mut report = Report::new("ranks");
    let columns = ["person", "estimate", "se", "rank", "best_95", "worst_95", "best_all_95", "worst_all_95"];
    report.table("people", &columns, rows.into_iter().map(|(_, row)| row).collect());
    report.note(format!(
        "best to worst: ranks not excluded for this person alone at 95 %; all: for the whole list at once{}. \
         Equal estimates share a rank.",
        if together.is_some() { "" } else { " (too many people)" }
    ));
    if !apart.is_empty() {
        report.note(format!("Not ranked, without an estimate or error: {}.", apart.join(", ")));
    }
    Ok(report)
}
