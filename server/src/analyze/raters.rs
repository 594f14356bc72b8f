//! Agreement of raters and of a panel.

use psychometrics::panel::verdict::{KeyFormat, OptionReason, RoundReason, ScenarioReason, judge_round};
use psychometrics::panel::{PanelRatings, RatingScale};
use psychometrics::rater::icc::{IccModel, IccUnit, icc};
use psychometrics::rater::kappa::{KappaWeights, weighted_kappa};
use psychometrics::rater::krippendorff::{Scale, krippendorff_alpha, krippendorff_bootstrap_95};
use psychometrics::reliability::omega::BootstrapPlan;
use serde_json::{Value, json};

use crate::analyze::AnalyzeError;
use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// The six intraclass correlations.
pub(super) fn intraclass(table: &Table) -> Result<Report, AnalyzeError> {
    let found = icc(&table.numbers()?).map_err(|e| AnalyzeError::engine("icc", &e))?;
    let mut report = Report::new("icc");
    let rows = found.forms().map(|own| {
        let model = match own.model {
            IccModel::OneWay => "1",
            IccModel::TwoWayRandom => "2",
            IccModel::TwoWayFixed => "3",
        };
        let unit = match own.unit {
            IccUnit::Single => "1",
            IccUnit::Mean => "k",
        };
        let name = format!("ICC({model},{unit})");
        vec![json!(name), json!(own.value), json!(own.low), json!(own.high), json!(own.f), json!(own.p)]
    });
    report.table("icc", &["form", "value", "low_95", "high_95", "f", "p"], rows.collect());
    report.note(format!(
        "{} targets rated by all of {} raters, {} left out.",
        found.targets, found.raters, found.targets_left_out
    ));
    let gate = |holds: bool| if holds { "holds" } else { "does not hold" };
    report.note(format!(
        "ICC(2,1) of at least .60 to stay in the pool: {}. ICC(2,k) of at least .75 for a score of record: {}.",
        gate(found.passes_single_rater_gate()),
        gate(found.passes_record_gate())
    ));
    Ok(report)
}

/// Krippendorff's alpha on four scales, with a bootstrap interval of the ordinal and interval ones.
pub(super) fn krippendorff(table: &Table) -> Result<Report, AnalyzeError> {
    let ratings = table.numbers()?;
    let plan = BootstrapPlan { resamples: 1_000, seed: 1 };
    let mut report = Report::new("kripp");
    let mut rows = Vec::new();
    for (name, scale) in
        [("nominal", Scale::Nominal), ("ordinal", Scale::Ordinal), ("interval", Scale::Interval)]
    {
        let found = krippendorff_alpha(&ratings, scale).map_err(|e| AnalyzeError::engine("kripp", &e))?;
        let interval = krippendorff_bootstrap_95(&ratings, scale, plan).ok();
        rows.push(vec![
            json!(name),
            json!(found.value),
            json!(interval.map(|i| i.low)),
            json!(interval.map(|i| i.high)),
            json!(found.units),
            json!(found.units_left_out),
            json!(found.ratings),
        ]);
    }
    let columns = ["scale", "alpha", "low_95", "high_95", "units", "left_out", "ratings"];
    report.table("kripp", &columns, rows);
    report.note(
        "Intervals: 1,000 bootstrap samples of units, seed 1. At least .667 ordinal to keep a panel round.",
    );
    Ok(report)
}

/// Quadratic weighted kappa of every pair of columns.
pub(super) fn kappas(table: &Table) -> Result<Report, AnalyzeError> {
    let ratings = table.small_numbers(99)?;
    let most = ratings.iter().flatten().flatten().max().copied().unwrap_or(1);
    let column = |place: usize| -> Vec<Option<u32>> {
        ratings.iter().map(|row| row.get(place).copied().flatten().map(u32::from)).collect()
    };
    let mut rows = Vec::new();
    for (i, first) in table.columns().iter().enumerate() {
        for (j, second) in table.columns().iter().enumerate().skip(i + 1) {
            let categories = u32::from(most).max(1) + 1;
            let mut row = vec![json!(first), json!(second)];
            match weighted_kappa(&column(i), &column(j), categories, KappaWeights::Quadratic) {
                Ok(k) => {
                    row.extend([json!(k.value), json!(k.low), json!(k.high), json!(k.n)]);
                    row.push(json!(if k.is_enough { "" } else { "too few answers to show" }));
                }
                Err(error) => {
                    row.extend(std::iter::repeat_n(Value::Null, 4));
                    row.push(json!(error.to_string()));
                }
            }
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return Err(AnalyzeError("kappa: two columns of ratings are needed".to_owned()));
    }
    let mut report = Report::new("kappa");
    report.table("kappa", &["first", "second", "kappa", "low_95", "high_95", "n", "note"], rows);
    report.note("Quadratic weights; one criterion at a time.");
    Ok(report)
}

/// The verdict on a panel round: rows are options (named `scenario_option`), columns experts.
pub(super) fn panel(table: &Table, points: u8) -> Result<Report, AnalyzeError> {
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine("panel", &error);
    let scale = RatingScale::new(points).map_err(|e| failed(&e))?;
    let mut scenarios: Vec<&str> = Vec::new();
    let scenario_of = table.names().iter().map(|name| {
        let scenario = name.rsplit_once('_').map_or(name.as_str(), |(before, _)| before);
        scenarios.iter().position(|known| *known == scenario).unwrap_or_else(|| {
            scenarios.push(scenario);
            scenarios.len() - 1
        })
    });
    let scenario_of: Vec<usize> = scenario_of.collect();
    let ratings =
        PanelRatings::new(scale, scenario_of, table.small_numbers(points)?).map_err(|e| failed(&e))?;
    let alpha = krippendorff_alpha(&table.numbers()?, Scale::Ordinal).ok().map(|found| found.value);
    let found = judge_round(&ratings, KeyFormat::Rating, alpha).map_err(|e| failed(&e))?;
    let mut report = Report::new("panel");
    let rows = table.names().iter().zip(&found.options).map(|(name, option)| {
        let own = &option.agreement;
        let reasons: Vec<String> = option.reasons.iter().map(of_option).collect();
        vec![
            json!(name),
            json!(own.n),
            json!(own.mean),
            json!(own.median),
            json!(own.variance.sqrt()),
            json!(own.r_wg),
            json!(own.ad_m),
            json!(reasons.join(", ")),
        ]
    });
    let columns = ["option", "n", "mean", "median", "sd", "r_wg", "ad_m", "drop_reasons"];
    report.table("options", &columns, rows.collect());
    let rows = scenarios.iter().zip(&found.scenarios).map(|(name, own)| {
        let reasons: Vec<String> = own.reasons.iter().map(of_scenario).collect();
        vec![json!(name), json!(own.options), json!(own.kept), json!(own.r_wg_j), json!(reasons.join(", "))]
    });
    report.table("scenarios", &["scenario", "options", "kept", "r_wg_j", "drop_reasons"], rows.collect());
    let icc = found.icc_2k().map_or_else(|| "not defined".to_owned(), |value| format!("{value:.3}"));
    let alpha = alpha.map_or_else(|| "not defined".to_owned(), |value| format!("{value:.3}"));
    report.note(format!(
        "{} experts; ICC(2,k) {icc} (at least .80 to keep the round), ordinal alpha {alpha} (at least .667).",
        found.experts
    ));
    if found.is_small_panel {
        report.note("Fewer than 8 experts: agreement is unstable.");
    }
    for reason in &found.reasons {
        report.note(format!("The round is not kept: {}.", of_round(*reason)));
    }
    Ok(report)
}

fn of_option(reason: &OptionReason) -> String {
    match reason {
        OptionReason::LowAgreement { .. } => "low r_wg".to_owned(),
        OptionReason::LargeDeviation { .. } => "large deviation".to_owned(),
        OptionReason::Bimodal { low, high } => format!("two camps ({low}, {high})"),
        OptionReason::NearMiddle { .. } => "near the middle".to_owned(),
    }
}

fn of_scenario(reason: &ScenarioReason) -> String {
    match reason {
        ScenarioReason::TooFewOptions { kept } => format!("{kept} options kept"),
        ScenarioReason::LowAgreement { .. } => "low r_wg(J)".to_owned(),
    }
}

fn of_round(reason: RoundReason) -> String {
    match reason {
        RoundReason::LowIcc { icc } => format!("ICC(2,k) {icc:.3} is below .80"),
        RoundReason::LowAlpha { alpha } => format!("Krippendorff's alpha {alpha:.3} is below .667"),
    }
}
