//! Public entry points under proptest: bytes become odd tables, numbers, lists and places, and every call
//! gives a result within its bounds or an error, never a panic and never NaN. What the other fuzz tests
//! (`irt_fuzz`, `format_fuzz`, `rank_fuzz`, `fairness`, `properties`) do not call is called here.
//!
//! `PROPTEST_CASES` runs more cases than the default of 256 a test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a case that cannot be built must fail the test"
)]

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};

use psychometrics::matrix::ScoreMatrix;

#[path = "entry_fuzz/classical.rs"]
mod classical;
#[path = "entry_fuzz/fairness.rs"]
mod fairness;
#[path = "entry_fuzz/formats.rs"]
mod formats;
#[path = "entry_fuzz/models.rs"]
mod models;
#[path = "entry_fuzz/quality.rs"]
mod quality;

/// Choices read from bytes; zero once they are used up, so that every case ends.
struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    fn next(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// 0 to `limit - 1`.
    fn below(&mut self, limit: u8) -> u8 {
        self.next() % limit
    }

    fn length(&mut self, limit: u8) -> usize {
        usize::from(self.below(limit))
    }

    fn flag(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// A count that is sometimes 0 and sometimes the largest there is.
    fn count(&mut self) -> u32 {
        match self.next() {
            0 => 0,
            255 => u32::MAX,
            n if n < 200 => u32::from(n) % 60,
            n => u32::from(n) * 1_000_003,
        }
    }

    /// A place in a list that is sometimes beyond any.
    fn place(&mut self, limit: u8) -> usize {
        match self.next() {
            255 => usize::MAX,
            254 => usize::from(limit) + 1,
            n => usize::from(n % limit),
        }
    }

    /// A number that is sometimes huge, tiny, equal to others, infinite or none.
    fn number(&mut self) -> f64 {
        let plain = f64::from(self.next()) / 32.0 - 4.0;
        match self.below(24) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => plain * 1e99,
            4 => plain * 1e300,
            5 => plain * 1e-160,
            6 => 0.0,
            7..14 => plain.round(),
            _ => plain,
        }
    }

    fn numbers(&mut self, limit: u8) -> Vec<f64> {
        (0..self.length(limit)).map(|_| self.number()).collect()
    }

    /// Numbers that are all finite.
    fn plain(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| f64::from(self.next()) / 16.0 - 8.0).collect()
    }

    /// A table in one of the ways data go wrong: empty, one person, one column, constant, all missing, gaps
    /// in the categories, copies of a column, numbers of every size.
    fn table(&mut self, people: u8, columns: u8) -> Option<ScoreMatrix> {
        let (rows, width) = (self.length(people), 1 + self.length(columns));
        let style = self.below(8);
        let cells: Vec<Vec<Option<f64>>> = (0..rows)
            .map(|_| {
                let first = f64::from(self.below(5));
                (0..width)
                    .map(|_| match style {
                        0 => None,
                        1 => Some(3.0),
                        2 => Some(first),
                        3 => Some(f64::from(self.below(2)) * 4.0),
                        4 => Some(self.number()),
                        5 => Some(first + f64::from(self.below(3)) * 1e-9),
                        6 => Some(f64::from(self.below(5))).filter(|x| *x > 0.0),
                        _ => Some(first + f64::from(self.below(4))),
                    })
                    .collect()
            })
            .collect();
        ScoreMatrix::from_rows(width, &cells).ok()
    }
}

fn is_share(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

fn config() -> ProptestConfig {
    // Cases that failed are added to the tests by hand; no file is written beside them.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn classical_statistics(bytes in vec(any::<u8>(), 0..400)) {
        classical::statistics(&mut Choices::new(&bytes));
    }

    #[test]
    fn formulas_of_one_person(bytes in vec(any::<u8>(), 0..120)) {
        classical::formulas(&mut Choices::new(&bytes));
    }

    #[test]
    fn lists_of_people(bytes in vec(any::<u8>(), 0..120)) {
        classical::lists(&mut Choices::new(&bytes));
    }

    #[test]
    fn selection_and_audit(bytes in vec(any::<u8>(), 0..120)) {
        fairness::selection(&mut Choices::new(&bytes));
    }

    #[test]
    fn strata_and_differences(bytes in vec(any::<u8>(), 0..300)) {
        fairness::strata(&mut Choices::new(&bytes));
    }

    #[test]
    fn formats_and_keys(bytes in vec(any::<u8>(), 0..300)) {
        formats::formats(&mut Choices::new(&bytes));
    }

    #[test]
    fn panels(bytes in vec(any::<u8>(), 0..300)) {
        formats::panels(&mut Choices::new(&bytes));
    }

    #[test]
    fn quality_of_a_sample(bytes in vec(any::<u8>(), 0..500)) {
        quality::sample(&mut Choices::new(&bytes));
    }

    #[test]
    fn curves_links_and_scores(bytes in vec(any::<u8>(), 0..300)) {
        models::curves(&mut Choices::new(&bytes));
    }

    #[test]
    fn several_traits(bytes in vec(any::<u8>(), 0..300)) {
        models::several(&mut Choices::new(&bytes));
    }

    #[test]
    fn adaptive_simulations(bytes in vec(any::<u8>(), 0..120)) {
        models::adaptive(&mut Choices::new(&bytes));
    }
}
