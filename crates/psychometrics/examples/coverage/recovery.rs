//! Bias and root mean square error of item parameters by sample size.

use psychometrics::irt::calibrate::{CalibrationOptions, Models, calibrate};
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::irt::standard_errors::StandardErrors;

use crate::rounds;
use crate::svg::{Panel, Series, panels};

const MODELS: [(Model, &str); 3] =
    [(Model::TwoParameter, "2PL"), (Model::Graded, "GRM"), (Model::PartialCredit, "GPCM")];

const SIZES: [u32; 4] = [250, 500, 1_000, 2_000];

/// Errors of one model at one sample size.
pub(crate) struct Recovery {
    model: &'static str,
    people: u32,
    slope: Errors,
    threshold: Errors,
    fits: u64,
}

#[derive(Default)]
struct Errors {
    sum: f64,
    squares: f64,
    n: f64,
}

impl Errors {
    fn add(&mut self, error: f64) {
        self.sum += error;
        self.squares += error * error;
        self.n += 1.0;
    }

    fn bias(&self) -> f64 {
        self.sum / self.n
    }

    fn rmse(&self) -> f64 {
        (self.squares / self.n).sqrt()
    }
}

fn items(model: Model) -> Vec<Item> {
    (0..15_u8)
        .map(|j| {
            let middle = f64::from(j * 4 % 15) * 0.2 - 1.4;
            let thresholds = match model {
                Model::TwoParameter => vec![middle],
                Model::Graded => vec![middle - 0.9, middle, middle + 1.0],
                Model::PartialCredit => vec![middle - 0.5, middle + 0.5, middle + 0.1],
            };
            Item::from_thresholds(model, 0.8 + 0.1 * f64::from(j % 8), &thresholds).unwrap()
        })
        .collect()
}

/// 40 fits of 15 items for each model and size, default options but standard errors.
pub(crate) fn recovery(size: f64) -> Vec<Recovery> {
    let mut found = Vec::new();
    for (model, name) in MODELS {
        let truth = items(model);
        let options = CalibrationOptions {
            models: Models::All(model),
            standard_errors: StandardErrors::None,
            ..CalibrationOptions::default()
        };
        for people in SIZES {
            let (mut slope, mut threshold) = (Errors::default(), Errors::default());
            let fits = rounds(40, size);
            for round in 1..=fits {
                let levels = normal_levels(usize::try_from(people).unwrap(), 0.0, 1.0, round);
                let table = answers(&truth, &levels, 1_000 + round).unwrap();
                let fit = calibrate(&table, &options).unwrap();
                for (estimate, item) in fit.items.iter().zip(&truth) {
                    // A merged category leaves fewer thresholds, which have no counterpart.
                    if estimate.item.categories() == item.categories() {
                        slope.add(estimate.item.slope() - item.slope());
                        let pairs = estimate.item.thresholds().into_iter().zip(item.thresholds());
                        pairs.for_each(|(b, truth)| threshold.add(b - truth));
                    }
                }
            }
            found.push(Recovery { model: name, people, slope, threshold, fits });
        }
    }
    found
}

pub(crate) fn print(found: &[Recovery]) {
    println!("\nRecovery of item parameters, 15 items, default priors");
    for one in found {
        println!(
            "  {:<5} n {:>5}: slope bias {:+.3} RMSE {:.3}, threshold bias {:+.3} RMSE {:.3} ({} fits)",
            one.model,
            one.people,
            one.slope.bias(),
            one.slope.rmse(),
            one.threshold.bias(),
            one.threshold.rmse(),
            one.fits
        );
    }
}

pub(crate) fn figure(found: &[Recovery]) -> String {
    let series = |of: &dyn Fn(&Recovery) -> f64| -> Vec<Series> {
        MODELS
            .iter()
            .map(|(_, name)| Series {
                name,
                points: found
                    .iter()
                    .filter(|one| one.model == *name)
                    .map(|one| (f64::from(one.people), of(one)))
                    .collect(),
            })
            .collect()
    };
    let panel =
        |title, low, high, of: &dyn Fn(&Recovery) -> f64| Panel { title, low, high, series: series(of) };
    let all = [
        panel("slope: root mean square error", 0.0, 0.4, &|one| one.slope.rmse()),
        panel("threshold: root mean square error", 0.0, 0.4, &|one| one.threshold.rmse()),
        panel("slope: bias", -0.1, 0.1, &|one| one.slope.bias()),
        panel("threshold: bias", -0.1, 0.1, &|one| one.threshold.bias()),
    ];
    panels("Recovery by number of people", &all)
}
