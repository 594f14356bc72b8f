//! Adaptive testing.

use psychometrics::cat::bank::{Bank, BankItem};
use psychometrics::cat::criterion::Criterion;
use psychometrics::cat::level::Level;
use psychometrics::cat::rules::{CompetencyRule, Rules};
use psychometrics::cat::session::Session;
use psychometrics::cat::session::replay::replay;

use crate::irt::{all_close, bank, numbers};
use crate::{assert_close, number, table, vector};

/// The item (from 1) of the largest value among those not administered (from 1).
fn best(administered: &[f64], value: impl Fn(usize) -> f64) -> usize {
    let is_free = |item: &usize| !administered.contains(&f64::from(u32::try_from(item + 1).unwrap()));
    (0..80).filter(is_free).max_by(|a, b| value(*a).total_cmp(&value(*b))).unwrap() + 1
}

#[test]
fn cat_2pl() {
    let expected = &vector("cat_2pl")["expected"];
    let items = bank();
    let bank = Bank::new(items.iter().map(|item| BankItem::new(item.clone(), 0)).collect()).unwrap();

    let given = &expected["next_given_theta"];
    for (theta, wanted) in numbers(&given["theta"]).into_iter().zip(given["items"].as_array().unwrap()) {
        let level = Level::at(theta).unwrap();
        for (criterion, name) in [
            (Criterion::Information, "MFI"),
            (Criterion::NearestDifficulty, "bOpt"),
            (Criterion::NearestPeak, "thOpt"),
        ] {
            let value = |item: usize| criterion.value(&bank, item, &level).unwrap();
            let found = best(&numbers(&given["administered"]), value);
            assert_eq!(u64::try_from(found).unwrap(), wanted[name].as_u64().unwrap(), "{name}");
        }
    }

    let after = &expected["after"];
    let level = Level::new().after(&bank, 2, 0).after(&bank, 9, 1).after(&bank, 39, 0);
    // catR takes 33 nodes on -4 to 4 here.
    assert_close(level.theta(), number(&after["eap"]), 2e-4, "EAP after three answers");
    for (criterion, name) in [
        (Criterion::Information, "MFI"),
        (Criterion::ExpectedVariance, "MEPV"),
        (Criterion::PosteriorInformation, "MPWI"),
        (Criterion::LikelihoodInformation, "MLWI"),
        (Criterion::KullbackLeibler, "KL"),
        (Criterion::PosteriorKullbackLeibler, "KLP"),
        (Criterion::ExpectedInformation, "MEI"),
    ] {
        let found =
            best(&numbers(&after["administered"]), |item| criterion.value(&bank, item, &level).unwrap());
        assert_eq!(u64::try_from(found).unwrap(), after["nxt"][name].as_u64().unwrap(), "{name}");
    }

    let rules = Rules {
        competencies: vec![CompetencyRule { fewest: 1, most: 25, precision: 0.35 }],
        first_items: 0,
        randomesque: 1,
        smallest_gain: None,
        ..Rules::standard(1)
    };
    let people = table("cat_resp_2pl");
    let traces = expected["trace"].as_array().unwrap();
    assert_eq!(people.len(), traces.len());
    for (answers, wanted) in people.iter().zip(traces) {
        let mut session = Session::new(&bank, &rules, 1).unwrap();
        while let Some(item) = session.next_item() {
            session.answer(answers.get(item).unwrap().parse().unwrap()).unwrap();
        }
        let trace = session.trace();
        let shown: Vec<f64> =
            trace.steps.iter().map(|s| f64::from(u32::try_from(s.item + 1).unwrap())).collect();
        assert_eq!(shown, numbers(&wanted["items"]));
        all_close(trace.steps.iter().map(|s| s.theta), &wanted["theta"], 2e-4, "theta");
        all_close(trace.steps.iter().map(|s| s.error), &wanted["se"], 2e-4, "se");
        assert_eq!(replay(&bank, &rules, &trace), Ok(session.outcomes()));
    }
}
