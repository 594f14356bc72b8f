//! Selection rates, tests, audit tables and strata.

#![expect(clippy::indexing_slicing, reason = "a vector of another shape must fail the test")]

use std::collections::BTreeMap;

use psychometrics::fairness::audit::{AuditRow, audit_table, count_selections};
use psychometrics::fairness::difference::score_difference;
use psychometrics::fairness::exact::exact_conditional;
use psychometrics::fairness::generalised::{CountTable, correlation, general_association, row_mean_scores};
use psychometrics::fairness::impact::{Selection, compare, impact_ratio, is_adverse};
use psychometrics::fairness::stratified::{Continuity, Stratum, breslow_day, mantel_haenszel};
use serde_json::Value;

use crate::irt::{all_close, numbers};
use crate::{assert_close, number, table, vector};

fn count(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn selection(selected: &Value, applicants: &Value) -> Selection {
    Selection::new(count(selected), count(applicants)).unwrap()
}

#[test]
fn fair_ugesp_four_fifths() {
    let case = vector("fair_ugesp_four_fifths");
    let (input, expected) = (&case["input"], &case["expected"]);
    let of = |name: &str| selection(&input["selected"][name], &input["applicants"][name]);

    for (name, wanted) in expected["impact_ratio"].as_object().unwrap() {
        let ratio = impact_ratio(of(name), of("white")).unwrap();
        assert_close(ratio.value(), number(wanted), 1e-12, name);
        assert_eq!(is_adverse(of(name), of("white")), expected["adverse"][name].as_bool().unwrap());
    }
    let boundary = input["boundary_cases"].as_array().unwrap();
    for (case, wanted) in boundary.iter().zip(expected["boundary_adverse"].as_array().unwrap()) {
        let (group, benchmark) =
            (selection(&case["x_g"], &case["n_g"]), selection(&case["x_b"], &case["n_b"]));
        assert_eq!(is_adverse(group, benchmark), wanted.as_bool().unwrap(), "{case}");
    }
}

#[test]
fn fair_impact_ci() {
    let expected = &vector("fair_impact_ci")["expected"];
    let of = |selected, applicants| Selection::new(selected, applicants).unwrap();

    for (name, group, benchmark) in [("a", of(12, 40), of(48, 80)), ("b", of(3, 12), of(20, 40))] {
        let (wanted, found) = (&expected[name], compare(group, benchmark));
        let close = |value: f64, key: &str| assert_close(value, number(&wanted[key]), 1e-6, key);
        close(found.ratio.unwrap().value(), "ratio");
        close(found.z, "z_pooled");
        close(found.z_p, "p_z");
        close(found.fisher.p, "fisher_p");
        close(found.odds_ratio.unwrap(), "odds_ratio_sample");
        close(found.cohen_h, "cohen_h");
        let katz = found.katz_interval.unwrap();
        all_close([katz.low, katz.high], &wanted["ci95_katz_log"], 1e-6, "katz");
        let score = found.ratio_interval;
        all_close([score.low, score.high.unwrap()], &wanted["ci95_miettinen_nurminen"], 1e-3, "score");
        let newcombe = found.difference_interval;
        all_close([newcombe.low, newcombe.high], &wanted["newcombe_diff_ci95"], 1e-6, "newcombe");
        all_close([found.rate_interval.low, found.rate_interval.high], &wanted["wilson_1"], 1e-6, "wilson");
    }
}

fn assert_row(row: &AuditRow<Vec<String>>, wanted: &Value) {
    let (found, name) = (&row.comparison, row.category.join(" "));
    let close =
        |value: f64, key: &str| assert_close(value, number(&wanted[key]), 1e-9, &format!("{name} {key}"));
    assert_eq!(row.selection, selection(&wanted["selected"], &wanted["n"]), "{name}");
    close(row.selection.rate(), "rate");
    close(row.share, "share");
    close(found.ratio.unwrap().value(), "impact_ratio");
    close(found.z, "z_score");
    close(found.z_p, "p_value");
    assert_eq!(found.selections_to_four_fifths, count(&wanted["selections_to_four_fifths"]), "{name}");
    for (flag, key) in [
        (row.is_below_least_share, "excluded"),
        (found.is_adverse, "adverse_impact_eeoc"),
        (found.is_beyond_two_sd, "significant_2sd"),
        (found.is_small, "small_sample"),
    ] {
        assert_eq!(flag, wanted[key].as_bool().unwrap(), "{name} {key}");
    }
}

#[test]
fn fair_ll144_selection() {
    let expected = &vector("fair_ll144_selection")["expected"];
    let people = table("ll144_400");

    for (name, columns) in [("sex", vec![0]), ("race_ethnicity", vec![1]), ("intersectional", vec![0, 1])] {
        let category = |row: &Vec<String>| Some(columns.iter().map(|c| row[*c].clone()).collect::<Vec<_>>());
        let counts = count_selections(people.iter().map(|row| (category(row), row[3] == "1")));
        let found = audit_table(counts).unwrap();

        let wanted = expected[name].as_array().unwrap();
        assert_eq!(found.rows.len(), wanted.len());
        for (row, wanted) in found.rows.iter().zip(wanted) {
            let keys = ["sex", "race_ethnicity"].iter().filter_map(|key| wanted[*key].as_str());
            assert_eq!(row.category.join(" "), keys.collect::<Vec<_>>().join(" "));
            assert_row(row, wanted);
        }
    }
}

fn departments() -> Vec<Stratum> {
    let mut strata: BTreeMap<String, Stratum> = BTreeMap::new();
    for row in table("ucb") {
        let stratum = strata.entry(row[2].clone()).or_default();
        let cell = match (row[0].as_str(), row[1].as_str()) {
            ("Admitted", "Male") => &mut stratum.group_yes,
            ("Rejected", "Male") => &mut stratum.group_no,
            ("Admitted", _) => &mut stratum.other_yes,
            _ => &mut stratum.other_no,
        };
        *cell += row[3].parse::<u32>().unwrap();
    }
    strata.into_values().collect()
}

#[test]
fn fair_mh_ucb() {
    let expected = &vector("fair_mh_ucb")["expected"];
    let strata = departments();
    let close = |value: f64, key: &str| assert_close(value, number(&expected[key]), 1e-6, key);

    let corrected = mantel_haenszel(&strata, Continuity::Guarded).unwrap();
    let plain = mantel_haenszel(&strata, Continuity::None).unwrap();
    let exact = exact_conditional(&strata).unwrap();
    let equal = breslow_day(&strata).unwrap();

    let (ratio, interval) = (corrected.odds_ratio.unwrap(), corrected.interval.unwrap());
    close(ratio, "or");
    close(corrected.chi_squared, "chi2_cc");
    close(corrected.p, "p_cc");
    all_close([interval.low, interval.high], &expected["ci"], 1e-6, "ci");
    close(plain.chi_squared, "chi2_nocc");
    close(plain.p, "p_nocc");
    close(exact.p, "exact_p");
    // The reference stops its search for the root at 1e-4; with exact whole-number weights and 60 digits
    // the estimate is 0.90506996134071.
    let conditional = exact.odds_ratio.unwrap();
    assert_close(conditional, number(&expected["cond_mle_or"]), 1e-5, "cond_mle_or");
    assert_close(conditional, 0.905_069_961_340_71, 1e-9, "conditional odds ratio");
    close(equal.chi_squared, "breslow_day");
    close(equal.p, "breslow_day_p");
    let published = &expected["published"];
    for (value, key) in [(corrected.chi_squared, "chi2_cc"), (corrected.p, "p"), (ratio, "common_or")] {
        assert_close(value, number(&published[key]), 6e-5, key);
    }
}

#[test]
fn fair_cmh_jobsat() {
    let case = vector("fair_cmh_jobsat");
    let expected = &case["expected"];
    let mut cells: BTreeMap<String, Vec<Vec<u32>>> = BTreeMap::new();
    for row in table("jobsat_agresti") {
        let (income, satisfaction): (usize, usize) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let stratum = cells.entry(row[2].clone()).or_insert_with(|| vec![vec![0; 4]; 4]);
        stratum[income - 1][satisfaction - 1] += row[3].parse::<u32>().unwrap();
    }
    let strata: Vec<CountTable> = cells.values().map(|rows| CountTable::from_rows(rows).unwrap()).collect();
    let income = numbers(&case["input"]["agresti_scores"]["income"]);
    let satisfaction = numbers(&case["input"]["agresti_scores"]["satisfaction"]);
    let integers = [1.0, 2.0, 3.0, 4.0];

    let general = general_association(&strata).unwrap();
    let scored = correlation(&strata, &income, &satisfaction).unwrap();
    let whole = correlation(&strata, &integers, &integers).unwrap();
    let means = row_mean_scores(&strata, &satisfaction).unwrap();

    assert_eq!((general.df, means.df), (count(&expected["general_df"]), count(&expected["row_mean_df"])));
    let published = &expected["published"];
    for (value, key, printed) in [
        (general.statistic, "general", Some("general")),
        (general.p, "general_p", Some("general_p")),
        (scored.statistic, "correlation_agresti_scores", Some("correlation")),
        (scored.p, "correlation_p", Some("correlation_p")),
        (whole.statistic, "correlation_integer_scores", None),
        (means.statistic, "row_mean_scores", Some("row_means")),
        (means.p, "row_mean_p", Some("row_means_p")),
    ] {
        assert_close(value, number(&expected[key]), 1e-6, key);
        if let Some(printed) = printed {
            assert_close(value, number(&published[printed]), 6e-5, printed);
        }
    }
}

#[test]
fn fair_cohen_d() {
    let case = vector("fair_cohen_d");
    let expected = &case["expected"];

    let found = score_difference(&numbers(&case["input"]["x"]), &numbers(&case["input"]["y"])).unwrap();

    for (value, key) in
        [(found.d, "d"), (found.g, "g"), (found.welch_t, "welch_t"), (found.welch_p, "welch_p")]
    {
        assert_close(value, number(&expected[key]), 1e-6, key);
    }
    all_close([found.d_interval.low, found.d_interval.high], &expected["ci95_d"], 1e-3, "ci95_d");
}
