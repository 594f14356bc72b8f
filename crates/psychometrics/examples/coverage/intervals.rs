//! How often intervals of scores, reliabilities and agreement hold the truth.

use psychometrics::irt::item::Item;
use psychometrics::irt::score::{Score, ScorePrior, eap, wle};
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::matrix::ScoreMatrix;
use psychometrics::rater::icc::{IccModel, IccUnit, icc};
use psychometrics::rater::kappa::{KappaWeights, weighted_kappa};
use psychometrics::rater::krippendorff::{Scale, krippendorff_alpha, krippendorff_bootstrap_95};
use psychometrics::reliability::alpha;
use psychometrics::reliability::omega::BootstrapPlan;
use psychometrics::sem::{interval_95, snapshot_sem};

use crate::{Share, rounds};

pub(crate) fn coverage(size: f64) -> Vec<Share> {
    let [means, weighted] = trait_scores();
    let [kappa, ordinal] = agreement(size);
    vec![scores(size), means, weighted, reliability(size), intraclass(size), kappa, ordinal]
}

fn matrix(rows: &[Vec<f64>]) -> ScoreMatrix {
    let cells: Vec<Vec<Option<f64>>> =
        rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
    ScoreMatrix::from_rows(rows.first().map_or(1, Vec::len), &cells).unwrap()
}

/// Scores of 200 people on 12 scenarios, residuals of 20 points cut at 1.8 standard deviations.
fn scores(size: f64) -> Share {
    let mut share = Share::new("score ± 1.96 SEM, 200 people × 12 scenarios");
    for round in 1..=rounds(100, size) {
        let truth = normal_levels(200, 55.0, 5.0, round);
        let noise = normal_levels(200 * 12, 0.0, 1.0, 5_000 + round);
        let rows: Vec<Vec<f64>> = truth
            .iter()
            .zip(noise.chunks(12))
            .map(|(t, z)| z.iter().map(|z| (t + 20.0 * z.clamp(-1.8, 1.8)).clamp(0.0, 100.0)).collect())
            .collect();
        let sem = snapshot_sem(&matrix(&rows)).unwrap().sem;
        for (row, truth) in rows.iter().zip(&truth) {
            let mean = row.iter().sum::<f64>() / 12.0;
            let interval = interval_95(mean, sem).unwrap();
            share.add(interval.low <= *truth && *truth <= interval.high);
        }
    }
    share
}

/// 20,000 people on 20 graded items of four categories.
fn trait_scores() -> [Share; 2] {
    let items: Vec<Item> = (0..20_u8)
        .map(|j| {
            let middle = f64::from(j * 5 % 11) * 0.3 - 1.5;
            Item::graded(0.8 + 0.15 * f64::from(j % 7), &[middle - 0.9, middle, middle + 1.0]).unwrap()
        })
        .collect();
    let levels = normal_levels(20_000, 0.0, 1.0, 3);
    let people = answers(&items, &levels, 4).unwrap();
    let judged = |label: &str, scores: &[Score]| {
        let mut share = Share::new(label);
        for (score, truth) in scores.iter().zip(&levels) {
            share.add((score.theta - truth).abs() <= 1.959_964 * score.error);
        }
        share
    };
    let means = eap(&items, &people, ScorePrior::STANDARD).unwrap();
    let weighted: Vec<Score> = wle(&items, &people).unwrap().into_iter().flatten().collect();
    [
        judged("EAP ± 1.96 posterior SD, 20 items of 4 categories", &means),
        judged("WLE ± 1.96 SE, 20 items of 4 categories", &weighted),
    ]
}

/// Alpha of 10 parallel items with reliability 10 × .25 / (1 + 9 × .25) in samples of 100.
fn reliability(size: f64) -> Share {
    let mut share = Share::new("alpha (Feldt), 100 people × 10 items");
    let truth = 10.0 * 0.25 / (1.0 + 9.0 * 0.25);
    for round in 1..=rounds(2_000, size) {
        let common = normal_levels(100, 0.0, 0.25_f64.sqrt(), round);
        let own = normal_levels(1_000, 0.0, 0.75_f64.sqrt(), 100_000 + round);
        let rows: Vec<Vec<f64>> =
            common.iter().zip(own.chunks(10)).map(|(c, own)| own.iter().map(|e| c + e).collect()).collect();
        let found = alpha(&matrix(&rows)).unwrap();
        share.add(found.low <= truth && truth <= found.high);
    }
    share
}

/// ICC(2,1) of .6 (targets .6, raters .1, residual .3) with 40 targets and 6 raters.
fn intraclass(size: f64) -> Share {
    let mut share = Share::new("ICC(2,1), 40 answers × 6 raters");
    for round in 1..=rounds(2_000, size) {
        let targets = normal_levels(40, 0.0, 0.6_f64.sqrt(), round);
        let raters = normal_levels(6, 0.0, 0.1_f64.sqrt(), 200_000 + round);
        let noise = normal_levels(240, 0.0, 0.3_f64.sqrt(), 300_000 + round);
        let rows: Vec<Vec<f64>> = targets
            .iter()
            .zip(noise.chunks(6))
            .map(|(t, noise)| noise.iter().zip(&raters).map(|(e, r)| t + r + e).collect())
            .collect();
        let found = icc(&matrix(&rows)).unwrap().get(IccModel::TwoWayRandom, IccUnit::Single);
        share.add(found.low <= 0.6 && 0.6 <= found.high);
    }
    share
}

/// Categories 0 to 4 from two noisy looks at the same answers.
fn two_raters(answers: usize, seed: u64) -> Vec<(u32, u32)> {
    let truth = normal_levels(answers, 0.0, 1.0, seed);
    let looks = normal_levels(2 * answers, 0.0, 0.6, 400_000 + seed);
    let category = |x: f64| [-1.2, -0.4, 0.4, 1.2].iter().fold(0_u32, |k, cut| k + u32::from(x > *cut));
    let pair = |(t, look): (&f64, &[f64])| {
        let [a, b] = look else { return (0, 0) };
        (category(t + a), category(t + b))
    };
    truth.iter().zip(looks.chunks(2)).map(pair).collect()
}

/// Quadratic kappa of 200 answers and ordinal alpha of 100, against those of 400,000.
fn agreement(size: f64) -> [Share; 2] {
    let lists = |pairs: &[(u32, u32)]| -> (Vec<Option<u32>>, Vec<Option<u32>>) {
        (pairs.iter().map(|p| Some(p.0)).collect(), pairs.iter().map(|p| Some(p.1)).collect())
    };
    let units = |pairs: &[(u32, u32)]| {
        matrix(&pairs.iter().map(|p| vec![f64::from(p.0), f64::from(p.1)]).collect::<Vec<_>>())
    };
    let kappa_of = |pairs: &[(u32, u32)]| {
        let (a, b) = lists(pairs);
        weighted_kappa(&a, &b, 5, KappaWeights::Quadratic).unwrap()
    };
    let many = two_raters(400_000, 9);
    let kappa_truth = kappa_of(&many).value;
    let alpha_truth = krippendorff_alpha(&units(&many), Scale::Ordinal).unwrap().value;
    let mut kappa = Share::new("quadratic kappa, 200 answers");
    let mut ordinal = Share::new("ordinal alpha (bootstrap), 100 answers × 2 raters");
    for round in 1..=rounds(2_000, size) {
        let found = kappa_of(&two_raters(200, 1_000 + round));
        kappa.add(found.low <= kappa_truth && kappa_truth <= found.high);
    }
    for round in 1..=rounds(1_000, size) {
        let ratings = units(&two_raters(100, 50_000 + round));
        let plan = BootstrapPlan { resamples: 400, seed: round };
        let found = krippendorff_bootstrap_95(&ratings, Scale::Ordinal, plan).unwrap();
        ordinal.add(found.low <= alpha_truth && alpha_truth <= found.high);
    }
    [kappa, ordinal]
}
