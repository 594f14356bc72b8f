//! Statistics of items: classical test theory and calibration.

use psychometrics::irt::calibrate::{CalibrationOptions, CalibrationWarning, Models, calibrate};
use psychometrics::irt::item::Model;
use psychometrics::irt::score::{ScorePrior, eap, marginal_reliability};
use psychometrics::reliability::omega::omega_total;
use psychometrics::reliability::{alpha, item_statistics};
use serde_json::{Value, json};

use crate::analyze::AnalyzeError;
use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// Alpha with its interval, omega total, and each item's mean, spread and item-rest correlation.
pub(super) fn classical(table: &Table) -> Result<Report, AnalyzeError> {
    let scores = table.numbers()?;
    let failed = |e| AnalyzeError::engine("ctt", &e);
    let alpha = alpha(&scores).map_err(failed)?;
    let omega = omega_total(&scores);
    let items = item_statistics(&scores).map_err(failed)?;
    let mut report = Report::new("ctt");
    let omega_row = match &omega {
        Ok(omega) => vec![json!("omega total"), json!(omega.value), Value::Null, Value::Null],
        Err(error) => vec![json!(format!("omega total: {error}")), Value::Null, Value::Null, Value::Null],
    };
    let alpha_row = vec![json!("alpha"), json!(alpha.value), json!(alpha.low), json!(alpha.high)];
    report.table("reliability", &["coefficient", "value", "low_95", "high_95"], vec![alpha_row, omega_row]);
    let rows = table.columns().iter().zip(&items).map(|(name, item)| {
        let rest = item.item_rest_r;
        let flag = match rest {
            Some(r) if r < 0.0 => "review for dropping",
            Some(r) if r < 0.10 => "low",
            _ => "",
        };
        let (mean, sd, dropped) = (item.mean, item.sd, item.alpha_if_dropped);
        vec![json!(name), json!(mean), json!(sd), json!(rest), json!(dropped), json!(flag)]
    });
    let columns = ["item", "mean", "sd", "item_rest_r", "alpha_if_dropped", "flag"];
    report.table("items", &columns, rows.collect());
    let basis = &alpha.basis;
    report.note(format!(
        "{} people without a gap, {} left out; {} items that vary.",
        basis.persons_used, basis.persons_left_out, basis.items_used
    ));
    if basis.persons_used < 30 {
        report.note("Fewer than 30 people: read the interval, not the value.");
    }
    Ok(report)
}

/// Item parameters by marginal maximum likelihood, with standard errors and warnings.
pub(super) fn calibrated(table: &Table, model: Model) -> Result<Report, AnalyzeError> {
    let procedure = match model {
        Model::TwoParameter => "2pl",
        Model::Graded => "grm",
        Model::PartialCredit => "gpcm",
    };
    let failed = |error: &dyn std::fmt::Display| AnalyzeError::engine(procedure, &error);
    let (responses, is_shifted) = table.responses()?;
    let options = CalibrationOptions { models: Models::All(model), ..CalibrationOptions::default() };
    let fit = calibrate(&responses, &options).map_err(|e| failed(&e))?;
    let recoded = fit.recoded(&responses).map_err(|e| failed(&e))?;
    let scores = eap(&fit.parameters(), &recoded, ScorePrior::STANDARD).map_err(|e| failed(&e))?;
    let mut report = Report::new(procedure);
    let mut rows = Vec::new();
    for (name, own) in table.columns().iter().zip(&fit.items) {
        let errors = own.threshold_se.clone().unwrap_or_default();
        for (k, b) in own.item.thresholds().into_iter().enumerate() {
            let (slope, slope_se) = match k {
                0 => (json!(own.item.slope()), json!(own.slope_se)),
                _ => (Value::Null, Value::Null),
            };
            rows.push(vec![
                json!(if k == 0 { name.as_str() } else { "" }),
                slope,
                slope_se,
                json!(k + 1),
                json!(b),
                json!(errors.get(k)),
                json!(own.answers),
            ]);
        }
    }
    let columns = ["item", "slope", "slope_se", "threshold", "b", "b_se", "answers"];
    report.table("items", &columns, rows);
    report.note(format!(
        "log-likelihood {:.4}, AIC {:.2}, BIC {:.2}; {} people ({} without an answer), {} free parameters, \
         {} cycles{}.",
        fit.log_likelihood,
        fit.aic(),
        fit.bic(),
        fit.persons_used,
        fit.persons_without_data,
        fit.free_parameters,
        fit.cycles,
        if fit.is_converged { "" } else { ", NOT CONVERGED" }
    ));
    if let Some(reliability) = marginal_reliability(&scores) {
        report.note(format!("Marginal reliability of the EAP scores {reliability:.3}."));
    }
    if is_shifted {
        report.note("Answers start at 1: 1 was subtracted from all.");
    }
    for warning in &fit.warnings {
        report.note(format!("Warning: {}.", warned(*warning, table.columns())));
    }
    Ok(report)
}

fn warned(warning: CalibrationWarning, names: &[String]) -> String {
    let name = |item: usize| names.get(item).map_or("?", String::as_str);
    match warning {
        CalibrationWarning::NotConverged => "the calibration did not converge".to_owned(),
        CalibrationWarning::CategoriesMerged { item } => {
            format!("rare categories of {} were merged", name(item))
        }
        CalibrationWarning::SparseCategory { item, answers } => {
            format!("a category of {} has only {answers} answers", name(item))
        }
        CalibrationWarning::NotDiscriminating { item } => format!("{} does not discriminate", name(item)),
        CalibrationWarning::SlopeAtUpperBound { item } => {
            format!("the slope of {} is at its upper bound", name(item))
        }
        CalibrationWarning::NoStandardErrors => "standard errors are not available".to_owned(),
    }
}
