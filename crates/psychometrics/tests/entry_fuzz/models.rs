//! Curves, links, scores, several traits and adaptive tests.

use psychometrics::cat::bank::{Bank, BankItem};
use psychometrics::cat::compare::{BankChecks, Finished, probability_above};
use psychometrics::cat::criterion::Criterion;
use psychometrics::cat::exposure::sympson_hetter;
use psychometrics::cat::joint::borrowed;
use psychometrics::cat::level::Level;
use psychometrics::cat::rules::{CompetencyChoice, CompetencyRule, FormatQuota, Rules};
use psychometrics::cat::session::Session;
use psychometrics::cat::simulate::simulate;
use psychometrics::format::dialogue::dependent_dialogues;
use psychometrics::irt::calibrate::{CalibrationOptions, calibrate};
use psychometrics::irt::fit::item::item_fit_with;
use psychometrics::irt::fit::local::local_dependence;
use psychometrics::irt::information::{expected_reliability, form_score, standard_error, test_information};
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::ladder::allowed;
use psychometrics::irt::link::drift::link_with_drift;
use psychometrics::irt::link::{Anchor, LinkPoints, mean_geometric_mean, mean_mean};
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::item_error::eap_with_item_error;
use psychometrics::irt::score::{Score, ScorePrior, eap, eap_with_nodes, marginal_reliability};
use psychometrics::irt::several::correlations::trait_correlations;
use psychometrics::irt::several::joint::score::joint_eap_with;
use psychometrics::irt::several::joint_score::joint_map;
use psychometrics::irt::several::{Correlations, Structure};
use psychometrics::irt::simulate::{answers, normal_levels};

use crate::{Choices, is_share};

fn item(choices: &mut Choices<'_>) -> Item {
    let model = [Model::TwoParameter, Model::Graded, Model::PartialCredit][choices.length(3)];
    let thresholds: Vec<f64> = (0..=choices.below(4)).map(|_| choices.number()).collect();
    let slope = choices.number();
    let odd = Item::from_thresholds(model, slope, &thresholds);
    odd.unwrap_or_else(|_| {
        let middle = f64::from(choices.below(9)) / 2.0 - 2.0;
        Item::graded(0.5 + f64::from(choices.below(8)) / 4.0, &[middle - 0.5, middle + 0.7]).unwrap()
    })
}

fn table(choices: &mut Choices<'_>, items: usize) -> Responses {
    let most = 2 + choices.below(3);
    let rows: Vec<Vec<Option<u8>>> = (0..choices.length(30))
        .map(|_| (0..items).map(|_| Some(choices.below(most + 1)).filter(|k| *k < most)).collect())
        .collect();
    Responses::from_rows(items, rows).unwrap()
}

fn is_sound(scores: &[Score]) -> bool {
    scores.iter().all(|s| s.theta.is_finite() && s.error.is_finite() && s.error > 0.0)
}

pub(crate) fn curves(choices: &mut Choices<'_>) {
    let items: Vec<Item> = (0..1 + choices.length(5)).map(|_| item(choices)).collect();
    let (theta, error) = (choices.number(), choices.number());
    assert!(test_information(&items, theta) >= 0.0);
    assert!(standard_error(&items, theta).is_none_or(|se| se > 0.0 && se.is_finite()));
    assert!(is_share(expected_reliability(&items)));
    for form in [items.as_slice(), &[]] {
        let found = form_score(form, theta, error);
        assert!(found.is_none_or(|s| (0.0..=100.0).contains(&s.score) && s.error.is_finite()), "{found:?}");
    }
    let anchors: Vec<Anchor> =
        items.iter().filter_map(|from| Anchor::new(from.clone(), item(choices)).ok()).collect();
    let points = if choices.flag() {
        LinkPoints::GaussHermite(u16::from(choices.next()))
    } else {
        LinkPoints::default()
    };
    if let Ok(found) = link_with_drift(&anchors, points) {
        assert!(found.link.scale > 0.0 && found.link.shift.is_finite(), "{found:?}");
        assert!(found.anchors.iter().all(|a| a.shift.is_finite()), "{found:?}");
    }
    for link in [mean_mean(&anchors), mean_geometric_mean(&anchors)].into_iter().flatten() {
        assert!(link.scale > 0.0 && link.shift.is_finite(), "{link:?}");
    }
    let answered = table(choices, items.len());
    if let Ok(scores) = eap_with_nodes(&items, &answered, ScorePrior::STANDARD, u16::from(choices.next())) {
        assert!(is_sound(&scores));
        assert!(marginal_reliability(&scores).is_none_or(is_share));
    }
    let estimated: Vec<u32> = (0..choices.length(6)).map(|_| choices.count()).collect();
    if let Ok(found) = item_fit_with(&items, &answered, &estimated) {
        assert!(found.iter().flatten().all(|fit| is_share(fit.p) && fit.rmsea >= 0.0), "{found:?}");
    }
    if let Ok(found) = local_dependence(&items, &answered, ScorePrior::STANDARD) {
        let dialogues: Vec<Option<usize>> =
            items.iter().map(|_| choices.flag().then(|| choices.place(3))).collect();
        let _ = dependent_dialogues(&found, &dialogues);
    }
    let _ = allowed(choices.count());
    small_calibration(choices, &answered);
}

fn small_calibration(choices: &mut Choices<'_>, answered: &Responses) {
    let options = CalibrationOptions {
        nodes: 11,
        most_cycles: 5,
        tolerance: 1e-2,
        least_answers: u32::from(choices.below(3)),
        ..CalibrationOptions::default()
    };
    let Ok(fit) = calibrate(answered, &options) else { return };
    let recoded = fit.recoded(answered).unwrap();
    let draws = u32::from(choices.below(5));
    if let Ok(scores) = eap_with_item_error(&fit, &recoded, ScorePrior::STANDARD, draws, 1) {
        assert!(is_sound(&scores));
    }
}

pub(crate) fn several(choices: &mut Choices<'_>) {
    let items: Vec<Item> = (0..1 + choices.length(6)).map(|_| item(choices)).collect();
    let traits: Vec<usize> = items.iter().map(|_| choices.place(3)).collect();
    let r = choices.number();
    let two = [[1.0, r, r, 1.0], [1.0, 0.6, 0.6, 1.0]][choices.length(2)];
    let size = choices.place(4);
    let _ = Correlations::new(size, &two);
    let answered = table(choices, items.len());
    let correlations =
        Correlations::new(2, &two).unwrap_or_else(|_| Correlations::uncorrelated(1 + choices.length(3)));
    let levels = vec![Level::new(); choices.length(4)];
    assert_eq!(borrowed(&levels, &correlations).len(), levels.len());
    let Ok(structure) = Structure::new(&traits) else { return };
    let nodes = u16::from(choices.below(12));
    for found in [
        joint_map(&items, &structure, &correlations, &answered),
        joint_eap_with(&items, &structure, &correlations, &answered, nodes),
    ]
    .into_iter()
    .flatten()
    {
        assert!(found.iter().all(|s| s.theta.iter().all(|t| t.is_finite())), "{found:?}");
        assert!(found.iter().all(|s| s.errors().iter().all(|e| *e > 0.0 && e.is_finite())), "{found:?}");
    }
    if let Ok(scores) = eap(&items, &answered, ScorePrior::STANDARD) {
        let short = scores.get(1..).unwrap_or_default().to_vec();
        assert!(trait_correlations(&[scores.clone(), short]).is_err() || scores.is_empty());
        let same = trait_correlations(&[scores.clone(), scores]);
        assert!(same.map_or(true, |c| c.correlations.at(0, 1).is_some_and(|r| r.abs() <= 1.0)));
    }
}

pub(crate) fn adaptive(choices: &mut Choices<'_>) {
    let n = choices.length(14);
    let items: Vec<BankItem> = (0..n)
        .map(|_| BankItem {
            family: choices.flag().then(|| u32::from(choices.below(4))),
            format: u32::from(choices.below(2)),
            exposure: if choices.below(60) == 0 { choices.number() } else { 1.0 },
            enemies: if choices.below(30) == 0 { vec![choices.place(14)] } else { Vec::new() },
            is_open: choices.below(6) > 0,
            ..BankItem::new(item(choices), choices.place(2))
        })
        .collect();
    let Ok(bank) = Bank::new(items) else { return };
    let rule = CompetencyRule {
        fewest: u32::from(choices.below(3)),
        most: u32::from(choices.below(6)),
        precision: choices.number(),
    };
    let rules = Rules {
        competencies: vec![rule; bank.competencies()],
        competency_choice: if choices.flag() {
            CompetencyChoice::DOptimal
        } else {
            CompetencyChoice::Content
        },
        formats: vec![FormatQuota { format: 0, most: u32::from(choices.below(4)) }],
        criterion: if choices.flag() { Criterion::KullbackLeibler } else { Criterion::ExpectedVariance },
        correlations: choices.flag().then(|| Correlations::uncorrelated(1 + choices.length(2))),
        smallest_gain: choices.flag().then(|| choices.number()),
        ..Rules::standard(bank.competencies())
    };
    let people = choices.length(4);
    let mut levels: Vec<Vec<f64>> =
        normal_levels(people, 0.0, 1.0, 1).into_iter().map(|t| vec![t; bank.competencies()]).collect();
    if choices.below(4) == 0 {
        levels.push(choices.numbers(3));
    }
    if let Ok(found) = simulate(&bank, &rules, &levels, u64::from(choices.next())) {
        assert!(found.exposure.len() == n && found.exposure.iter().all(|share| is_share(*share)));
        assert!(found.competencies.iter().all(|c| c.bias.is_finite() && is_share(c.coverage)), "{found:?}");
    }
    if let Ok(found) = sympson_hetter(&bank, &rules, &levels, choices.number(), 3, 1) {
        assert!(found.controls.iter().all(|k| *k > 0.0 && *k <= 1.0), "{found:?}");
    }
    sitting(choices, &bank, &rules);
}

fn sitting(choices: &mut Choices<'_>, bank: &Bank, rules: &Rules) {
    let seen = [choices.place(14)];
    let Ok(mut session) = Session::retest(bank, rules, 1, &seen) else { return };
    for _ in 0..choices.below(6) {
        if session.next_item().is_none() {
            break;
        }
        if session.answer(choices.below(5)).is_err() {
            session.answer(0).unwrap();
        }
    }
    session.stop_for_time();
    let checks = BankChecks { is_linked: choices.below(9) > 0, is_free_of_dif: true };
    for outcome in session.outcomes() {
        let finished = Finished { rules, outcome };
        assert!(probability_above(&finished, &finished, checks).map_or(true, |p| (p - 0.5).abs() < 1e-12));
    }
    let people = answers(&[item(choices)], &[choices.number()], 1).unwrap();
    assert_eq!(people.persons(), 1);
}
