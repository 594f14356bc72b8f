//! The four-fifths rule, the verdict and what has no number.

use super::*;

fn of(selected: u32, applicants: u32) -> Selection {
    Selection::new(selected, applicants).unwrap()
}

#[test]
fn no_exact_four_fifths_table_is_adverse() {
    // All tables up to 40 applicants whose ratio is exactly 4/5.
    let mut tables = 0;
    for (n_g, n_b) in (1..=40).flat_map(|n| (1..=40).map(move |m| (n, m))) {
        for x_b in 1..=n_b {
            let four = 4 * x_b * n_g;
            if four % (5 * n_b) == 0 {
                tables += 1;
                let group = of(four / (5 * n_b), n_g);
                assert!(!is_adverse(group, of(x_b, n_b)));
                assert_eq!(selections_to_four_fifths(group, of(x_b, n_b)), 0);
                let ratio = impact_ratio(group, of(x_b, n_b)).unwrap();
                assert_eq!((ratio.numerator(), ratio.denominator()), (4, 5));
            }
        }
    }
    assert!(tables > 1_000, "{tables}");
}

#[test]
fn one_more_selection_may_reverse_the_rule() {
    // 3 of 8 against 4 of 8 is 0.75; 4 of 8 would be 1.
    let near = compare(of(3, 8), of(4, 8));
    let far = compare(of(10, 100), of(60, 100));

    assert!(near.is_adverse && near.is_reversed_by_one && near.is_small);
    assert_eq!((near.verdict, near.test), (Verdict::Review, RateTest::FisherExact));
    assert!(far.is_adverse && !far.is_reversed_by_one && far.is_beyond_two_sd);
    assert_eq!((far.verdict, far.test), (Verdict::AdverseImpactIndicated, RateTest::TwoSd));
    assert_eq!(far.selections_to_four_fifths, 38);
}

#[test]
fn nobody_selected_has_no_ratio_and_no_made_up_number() {
    let none = compare(of(0, 50), of(0, 40));
    let zero = compare(of(0, 50), of(20, 40));
    let all = compare(of(50, 50), of(40, 40));

    assert_eq!((none.ratio, none.is_adverse, none.z, none.p), (None, false, 0.0, 1.0));
    assert_eq!((zero.ratio.unwrap().value(), zero.katz_interval), (0.0, None));
    assert!(zero.ratio_interval.low == 0.0 && zero.ratio_interval.high.unwrap() < 0.3);
    assert_eq!((all.ratio.unwrap().value(), all.fisher.p, all.z), (1.0, 1.0, 0.0));
    let interval = all.ratio_interval;
    assert!(interval.low > 0.8 && interval.low < 1.0 && interval.high.unwrap() > 1.0);
}

#[test]
fn impossible_counts_are_refused_and_huge_ones_compared() {
    assert_eq!(Selection::new(0, 0), Err(FairnessError::NoApplicants));
    assert_eq!(Selection::new(3, 2), Err(FairnessError::MoreSelected { selected: 3, applicants: 2 }));
    let (group, benchmark) = (of(3_200_000_000, 4_000_000_000), of(4_000_000_000, 4_000_000_000));
    assert!(!is_adverse(group, benchmark) && is_adverse(of(3_199_999_999, 4_000_000_000), benchmark));
    assert_eq!(impact_ratio(group, benchmark).unwrap().value(), 0.8);
}
