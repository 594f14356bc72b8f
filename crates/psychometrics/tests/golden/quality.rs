//! Response quality.

use psychometrics::matrix::ScoreMatrix;
use psychometrics::quality::lognormal::{fit_times, speeds};
use psychometrics::quality::rapid::{TimeEffort, normative_thresholds, time_effort};

use crate::irt::all_close;
use crate::{assert_close, number, table, vector};

#[test]
fn rq_lnrt_public() {
    let expected = &vector("rq_lnrt_public")["expected"];
    let rows: Vec<Vec<Option<f64>>> = table("lnrt_400x12")
        .iter()
        .map(|cells| cells.iter().map(|cell| cell.parse().ok()).collect())
        .collect();
    let times = ScoreMatrix::from_rows(12, rows).unwrap();

    let limits = normative_thresholds(&times, 0.10).unwrap();
    let wide = normative_thresholds(&times, 0.30).unwrap();
    let effort = time_effort(&times, &limits).unwrap();
    let model = fit_times(&times).unwrap();
    let people = speeds(&model, &times).unwrap();

    all_close(limits.iter().map(|limit| limit.seconds), &expected["nt10_threshold"], 1e-9, "NT10");
    // The vector prints 10 significant digits of these twelfths: 1e-12 holds for ours printed alike.
    let printed = |effort: &TimeEffort| format!("{:.9e}", effort.effort.unwrap()).parse::<f64>().unwrap();
    all_close(effort.iter().take(20).map(printed), &expected["rte_first20"], 1e-12, "RTE");
    let of_wide = time_effort(&times, &wide).unwrap();
    all_close(of_wide.iter().take(20).map(printed), &expected["rte_nt30_first20"], 1e-12, "RTE at 30 %");
    assert!(effort.iter().take(12).all(|e| e.is_flagged) && !effort.iter().skip(12).any(|e| e.is_flagged));
    assert!(model.is_converged);
    all_close(model.items.iter().map(|item| item.intensity), &expected["beta"], 1e-3, "beta");
    all_close(
        model.items.iter().map(|item| item.residual_variance),
        &expected["resid_var"],
        1e-3,
        "resid_var",
    );
    all_close(model.items.iter().map(|item| item.discrimination()), &expected["alpha"], 1e-3, "alpha");
    assert_close(model.speed_variance, number(&expected["tau_var"]), 1e-3, "tau_var");
    assert_close(model.log_likelihood, number(&expected["logLik"]), 0.01, "logLik");
    all_close(people.iter().take(20).map(|p| p.tau), &expected["tau_hat_first20"], 3e-3, "tau");
}
