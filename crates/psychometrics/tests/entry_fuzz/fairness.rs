//! Selection rates, audit tables, strata and score differences.

use psychometrics::fairness::audit::{above_median, audit_table, count_selections};
use psychometrics::fairness::detectable::detectable_ratio;
use psychometrics::fairness::dif::mantel_haenszel::ets_class;
use psychometrics::fairness::dif::shrinkage::empirical_bayes;
use psychometrics::fairness::difference::score_difference;
use psychometrics::fairness::expected::expected_impact;
use psychometrics::fairness::generalised::{CountTable, correlation, general_association, row_mean_scores};
use psychometrics::fairness::impact::{
    Selection, compare, impact_ratio, pooled_z, selections_to_four_fifths,
};
use psychometrics::fairness::interval::{katz_log, miettinen_nurminen, newcombe_difference, wilson};
use psychometrics::fairness::suppression::{is_publishable_after, visibility};

use crate::{Choices, is_share};

pub(crate) fn selection(choices: &mut Choices<'_>) {
    let rows: Vec<Selection> = (0..choices.length(6))
        .filter_map(|_| Selection::new(choices.count(), choices.count()).ok())
        .collect();
    for (group, benchmark) in rows.iter().zip(rows.iter().rev()) {
        let found = compare(*group, *benchmark);
        assert!(found.z.is_finite() && is_share(found.p) && is_share(found.fisher.mid_p), "{found:?}");
        assert!(pooled_z(*group, *benchmark).is_finite());
        assert!(impact_ratio(*group, *benchmark).is_none_or(|ratio| ratio.value().is_finite()));
        assert!(detectable_ratio(*group, *benchmark).is_none_or(is_share));
        assert!(selections_to_four_fifths(*group, *benchmark) <= group.applicants() - group.selected());
        let score = miettinen_nurminen(*group, *benchmark);
        assert!(score.low >= 0.0 && score.high.is_none_or(|high| high >= score.low), "{score:?}");
        for interval in [
            Some(wilson(*group)),
            Some(newcombe_difference(*group, *benchmark)),
            katz_log(*group, *benchmark),
        ] {
            assert!(interval.is_none_or(|i| i.low <= i.high && i.low >= -1.0), "{interval:?}");
        }
    }
    assert_eq!(visibility(&rows).len(), rows.len());
    let _ = is_publishable_after(&rows, &rows);
    let people: Vec<(Option<u8>, bool)> = (0..choices.length(60))
        .map(|_| (Some(choices.below(5)).filter(|g| *g > 0), choices.flag()))
        .collect();
    if let Ok(table) = audit_table(count_selections(people.iter().copied())) {
        assert_eq!(table.n, u64::try_from(people.len()).unwrap());
        assert!(table.rows.iter().all(|row| is_share(row.share)));
    }
    let scores = choices.numbers(15);
    if let Ok(found) = above_median(&scores) {
        let above = found.is_above.iter().filter(|flag| **flag).count();
        assert!(found.median.is_finite() && 2 * above <= scores.len());
    }
}

pub(crate) fn strata(choices: &mut Choices<'_>) {
    let (rows, columns) = (choices.length(4), choices.length(5));
    let tables: Vec<CountTable> = (0..choices.length(4))
        .filter_map(|_| {
            let cells: Vec<Vec<u32>> =
                (0..rows).map(|_| (0..columns).map(|_| choices.count()).collect()).collect();
            CountTable::from_rows(cells).ok()
        })
        .collect();
    let column_scores: Vec<f64> = (0..columns).map(|_| choices.number()).collect();
    let row_scores: Vec<f64> = (0..rows).map(|_| choices.number()).collect();
    for test in [
        general_association(&tables),
        row_mean_scores(&tables, &column_scores),
        correlation(&tables, &row_scores, &column_scores),
        row_mean_scores(&tables, &choices.numbers(5)),
    ]
    .into_iter()
    .flatten()
    {
        assert!(test.statistic >= 0.0 && test.statistic.is_finite() && is_share(test.p), "{test:?}");
    }
    if let Ok(found) = score_difference(&choices.numbers(12), &choices.numbers(12)) {
        assert!(found.d.is_finite() && found.d_interval.low <= found.d_interval.high, "{found:?}");
        assert!(found.g.is_finite() && is_share(found.welch_p), "{found:?}");
    }
    let few = [choices.plain(7), choices.plain(5)];
    if let Ok(found) = score_difference(&few[0], &few[1]) {
        assert!(found.d_se > 0.0 && found.welch_df > 0.0, "{found:?}");
    }
    if let Ok(found) = expected_impact(choices.number(), choices.number(), choices.number()) {
        assert!(is_share(found.group_rate) && is_share(found.other_rate) && found.ratio >= 0.0, "{found:?}");
    }
    let (delta, error) = (choices.number(), choices.number());
    let _ = ets_class(delta, error, choices.number(), choices.number());
    let deltas: Vec<(f64, f64)> =
        (0..choices.length(6)).map(|_| (choices.number(), choices.number())).collect();
    if let Ok(found) = empirical_bayes(&deltas) {
        let sum = |i: &psychometrics::fairness::dif::shrinkage::ShrunkDif| i.p_a + i.p_b + i.p_c;
        assert!(found.items.iter().all(|i| (sum(i) - 1.0).abs() < 1e-6), "{found:?}");
    }
}
