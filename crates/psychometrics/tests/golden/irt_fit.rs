//! Fit of items, people and local independence, and several traits.

use psychometrics::irt::calibrate::{CalibrationOptions, calibrate};
use psychometrics::irt::fit::item::item_fit;
use psychometrics::irt::fit::local::local_dependence;
use psychometrics::irt::fit::person::{FitLevel, person_fit};
use psychometrics::irt::score::{ScorePrior, eap_with_nodes};
use psychometrics::irt::several::Structure;
use psychometrics::irt::several::joint::calibrate_joint;
use psychometrics::irt::several::joint::score::joint_eap;

use crate::irt::{all_close, all_close_ratio, numbers, responses, two_parameter};
use crate::{assert_close, number, table, vector};

#[test]
fn irt_fit_2pl() {
    let case = vector("irt_fit_2pl");
    let expected = &case["expected"];
    let people = responses("2pl_ld_1500x20");
    let prior = ScorePrior::STANDARD;

    let fit = calibrate(&people, &two_parameter()).unwrap();
    let items = fit.parameters();
    let of_items: Vec<_> = item_fit(&items, &people).unwrap().into_iter().map(Option::unwrap).collect();
    let dependence = local_dependence(&items, &people, prior).unwrap();
    let of_people = person_fit(&items, &people, FitLevel::Eap(prior)).unwrap();
    let scores = eap_with_nodes(&items, &people, prior, 61).unwrap();

    all_close(items.iter().map(|item| item.slope()), &expected["a"], 0.01, "a");
    all_close(items.iter().map(|item| item.intercepts()[0]), &expected["d"], 0.01, "d");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.05, "logLik");
    let statistics: Vec<f64> = of_items.iter().map(|fit| fit.statistic).collect();
    all_close_ratio(&statistics, &expected["S_X2"], 0.005, "S_X2");
    let degrees: Vec<f64> = of_items.iter().map(|fit| f64::from(fit.df)).collect();
    assert_eq!(degrees, numbers(&expected["df"]));
    all_close(of_items.iter().map(|fit| fit.p), &expected["p"], 0.01, "p");
    let misfits: Vec<usize> = (1..=20).filter(|j| of_items[j - 1].p < 0.001).collect();
    assert_eq!(misfits, [18]);
    all_close(dependence.pairs.iter().map(|pair| pair.q3.unwrap()), &expected["Q3_upper"], 0.01, "Q3");
    let largest = dependence.pairs.iter().max_by(|a, b| a.q3.unwrap().total_cmp(&b.q3.unwrap())).unwrap();
    assert_eq!((largest.first + 1, largest.second + 1, largest.is_flagged), (19, 20, true));
    assert_eq!(dependence.pairs.iter().filter(|pair| pair.is_flagged).count(), 1);
    all_close(of_people[..30].iter().map(|p| p.unwrap().l_z), &expected["Zh_eap_first30"], 0.02, "Zh");
    all_close(scores[..30].iter().map(|s| s.theta), &expected["eap_first30"], 0.005, "EAP");
}

#[test]
fn irt_mirt2() {
    let expected = &vector("irt_mirt2")["expected"];
    let people = responses("mirt2_2pl_1500x20");
    let traits: Vec<usize> =
        table("mirt2_2pl_items").iter().map(|cells| cells[3].parse::<usize>().unwrap() - 1).collect();
    let options = CalibrationOptions { nodes: 0, ..two_parameter() };

    let fit = calibrate_joint(&people, &Structure::new(&traits).unwrap(), &options).unwrap();
    let scores = joint_eap(&fit, &people).unwrap();

    assert!(fit.is_converged);
    all_close(fit.items.iter().map(|item| item.slope()), &expected["a"], 0.03, "a");
    all_close(fit.items.iter().map(|item| item.intercepts()[0]), &expected["d"], 0.03, "d");
    assert_close(fit.correlations.at(0, 1).unwrap(), number(&expected["cor"]), 0.01, "cor");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.3, "logLik");
    for (person, score) in scores.iter().take(10).enumerate() {
        all_close(score.theta.clone(), &expected["eap_first10"][person], 0.02, "EAP");
        all_close(score.errors(), &expected["eap_se_first10"][person], 0.02, "EAP se");
    }
    assert!(fit.correlation_errors.unwrap()[0] > 0.01 && fit.standard_errors.unwrap().len() == 20);
}
