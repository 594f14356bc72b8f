//! Groups: selection rates and differential item functioning.

use psychometrics::fairness::audit::{
    AuditTable, CategoryCounts, above_median, audit_table, count_selections,
};
use psychometrics::fairness::dif::logistic::{LogisticClass, LogisticDif, logistic_dif};
use psychometrics::fairness::dif::mantel::{MantelDif, mantel_dif};
use psychometrics::fairness::dif::mantel_haenszel::mantel_haenszel_dif;
use psychometrics::fairness::dif::{DifOptions, DifReport, Group, Standing};
use psychometrics::fairness::impact::Verdict;
use psychometrics::irt::responses::Responses;
use serde_json::{Value, json};

use crate::analyze::AnalyzeError;
use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// The audit table of one column of groups.
pub(super) fn impact(table: &Table, group: &str, outcome: &str) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("impact", &error);
    let (groups, rest) = table.split(group)?;
    rest.split(outcome)?;
    let others: Vec<String> = rest.columns().iter().filter(|name| *name != outcome).cloned().collect();
    let outcomes = rest.without(&others)?;
    let values: Vec<Option<f64>> =
        outcomes.numbers()?.rows().map(|row| row.first().copied().flatten()).collect();
    let is_yes_or_no = values.iter().flatten().all(|value| *value == 0.0 || *value == 1.0);
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let limit = if is_yes_or_no { 0.5 } else { above_median(&known).map_err(|e| failed(&e))?.median };
    let people = groups.into_iter().zip(&values).filter_map(|(group, value)| {
        let is_unknown = matches!(group.to_lowercase().as_str(), "" | "na" | "unknown" | "inconnu");
        value.map(|value| ((!is_unknown).then_some(group), value > limit))
    });
    let counts: CategoryCounts<String> = count_selections(people);
    let found = audit_table(counts).map_err(|e| failed(&e))?;
    let mut report = impact_report(&found);
    let without = values.len() - known.len();
    if without > 0 {
        report.note(format!("{without} people without an outcome are left out."));
    }
    if !is_yes_or_no {
        report.note(format!("Selected means strictly above the median of the full sample, {limit}."));
    }
    Ok(report)
}

fn impact_report(found: &AuditTable<String>) -> Report {
    let mut report = Report::new("impact");
    let rows = found.rows.iter().map(|row| {
        let own = &row.comparison;
        let verdict = match (row.is_benchmark, own.verdict) {
            (true, _) => "benchmark",
            (_, Verdict::AdverseImpactIndicated) => "adverse impact indicated",
            (_, Verdict::Review) => "review",
            (_, Verdict::NotIndicated) => "not indicated",
        };
        vec![
            json!(row.category),
            json!(row.selection.applicants()),
            json!(row.selection.selected()),
            json!(row.selection.rate()),
            json!(own.ratio.map(|ratio| ratio.value())),
            json!(own.ratio_interval.low),
            json!(own.ratio_interval.high),
            json!(own.z),
            json!(own.p),
            json!(own.selections_to_four_fifths),
            json!(own.is_reversed_by_one),
            json!(own.detectable_ratio),
            json!(verdict),
        ]
    });
    let columns = [
        "group",
        "n",
        "selected",
        "rate",
        "ratio",
        "low_95",
        "high_95",
        "sd",
        "p",
        "to_four_fifths",
        "one_reverses",
        "detectable",
        "verdict",
    ];
    report.table("groups", &columns, rows.collect());
    if let Some(unknown) = found.unknown {
        report.note(format!(
            "{} people of unknown group, {} selected: disclosed, not compared.",
            unknown.applicants(),
            unknown.selected()
        ));
    }
    for row in found.rows.iter().filter(|row| row.is_below_least_share) {
        report.note(format!(
            "{} is below 2 % of the sample: it may be left out of the ratios with a reason.",
            row.category
        ));
    }
    report.note(
        "A ratio below 0.8 (compared in whole numbers) and p below 0.05 (Fisher's exact test for small groups, else z) \
         indicate adverse impact; one of the two asks for a review. `detectable` is the ratio found with 80 % power.",
    );
    report
}

/// Differential item functioning between the two groups of a column.
pub(super) fn dif(table: &Table, group: &str, focal: Option<&str>) -> Result<Report, AnalyzeError> {
    let (names, rest) = table.split(group)?;
    let mut kinds: Vec<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
    kinds.sort();
    kinds.dedup();
    let [first, second] = kinds.as_slice() else {
        return Err(AnalyzeError(format!(
            "dif: column {group:?} holds {} groups, 2 are needed: {}",
            kinds.len(),
            kinds.join(", ")
        )));
    };
    let size = |kind: &String| names.iter().filter(|name| *name == kind).count();
    let focal = match focal {
        Some(name) if kinds.iter().any(|kind| kind == name) => name,
        Some(name) => {
            return Err(AnalyzeError(format!("dif: no group {name:?}; there are {first}, {second}")));
        }
        None if size(first) < size(second) => first,
        None => second,
    };
    let (all, _) = rest.responses()?;
    let used: Vec<usize> =
        (0..names.len()).filter(|p| names.get(*p).is_some_and(|name| !name.is_empty())).collect();
    let row = |p: &usize| -> Vec<Option<u8>> { (0..all.items()).map(|j| all.category(*p, j)).collect() };
    let responses = Responses::with_categories(all.categories(), used.iter().map(row));
    let responses = responses.map_err(|e| AnalyzeError::engine("dif", &e))?;
    let side = |p: &usize| match names.get(*p) {
        Some(name) if name == focal => Group::Focal,
        _ => Group::Reference,
    };
    let groups: Vec<Group> = used.iter().map(side).collect();
    dif_report(&rest, &responses, &groups, focal)
}

fn dif_report(
    table: &Table,
    responses: &Responses,
    groups: &[Group],
    focal: &str,
) -> Result<Report, AnalyzeError> {
    let options = DifOptions::default();
    let failed = |e| AnalyzeError::engine("dif", &e);
    let logistic = logistic_dif(responses, groups, &options).map_err(failed)?;
    let mantel = mantel_dif(responses, groups, &options).map_err(failed)?;
    let mut report = Report::new("dif");
    if responses.categories().iter().all(|categories| *categories == 2) {
        let found = mantel_haenszel_dif(responses, groups, &options).map_err(failed)?;
        let rows = table.columns().iter().zip(&found.items).map(|(name, item)| match item {
            Ok(i) => vec![
                json!(name),
                json!(i.odds_ratio),
                json!(i.delta),
                json!(i.delta_se),
                json!(i.p),
                json!(format!("{:?}", i.class)),
            ],
            Err(e) => {
                vec![json!(name), Value::Null, Value::Null, Value::Null, Value::Null, json!(e.to_string())]
            }
        });
        report.table(
            "mantel_haenszel",
            &["item", "odds_ratio", "delta", "delta_se", "p", "class"],
            rows.collect(),
        );
    }
    report.table(
        "mantel",
        &["item", "chi2", "p", "p_adjusted", "effect", "class"],
        mantel_rows(table, &mantel),
    );
    let columns = ["item", "chi2", "p", "p_adjusted", "p_uniform", "p_non_uniform", "r2_change", "class"];
    report.table("logistic", &columns, logistic_rows(table, &logistic));
    report.note(format!(
        "{} reference and {} focal ({focal}) people; {} left out for a gap. Negative effects: harder for the focal \
         group. Matched on the total score, purified {} time(s).",
        logistic.n_reference, logistic.n_focal, logistic.persons_left_out, logistic.rounds
    ));
    if logistic.standing == Standing::ShrunkOnly {
        report.note("Fewer than 100 focal people: not to be used item by item; shrink the results first.");
    }
    Ok(report)
}

fn mantel_rows(table: &Table, found: &DifReport<MantelDif>) -> Vec<Vec<Value>> {
    let row = |(name, item): (&String, &Result<MantelDif, _>)| match item {
        Ok(i) => vec![
            json!(name),
            json!(i.chi_squared),
            json!(i.p),
            json!(i.p_adjusted),
            json!(i.effect),
            json!(format!("{:?}", i.class)),
        ],
        Err(e) => vec![json!(name), Value::Null, Value::Null, Value::Null, Value::Null, json!(problem(e))],
    };
    table.columns().iter().zip(&found.items).map(row).collect()
}

fn logistic_rows(table: &Table, found: &DifReport<LogisticDif>) -> Vec<Vec<Value>> {
    let row = |(name, item): (&String, &Result<LogisticDif, _>)| match item {
        Ok(i) => {
            let class = match i.class {
                LogisticClass::Negligible => "negligible",
                LogisticClass::Moderate => "moderate",
                LogisticClass::Large => "large",
            };
            vec![
                json!(name),
                json!(i.both.chi_squared),
                json!(i.both.p),
                json!(i.p_adjusted),
                json!(i.uniform.p),
                json!(i.non_uniform.p),
                json!(i.both.r2_change),
                json!(class),
            ]
        }
        Err(e) => {
            let mut row = vec![json!(name)];
            row.extend(std::iter::repeat_n(Value::Null, 6));
            row.push(json!(problem(e)));
            row
        }
    };
    table.columns().iter().zip(&found.items).map(row).collect()
}

fn problem(why: &psychometrics::fairness::dif::ItemProblem) -> String {
    why.to_string()
}
