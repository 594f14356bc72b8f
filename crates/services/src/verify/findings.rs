//! What did not agree.

use store::repo::scores::ScoreRow;

use crate::error::ServiceError;
use crate::score_attempt::ScoreNumbers;
use crate::verify::Difference;

/// How far two numbers may lie apart and still be the same: rounding of another build of the program.
const SAME: f64 = 1e-9;

/// The differences found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Difference>);

impl Findings {
    pub(super) fn all(&self) -> &[Difference] {
        &self.0
    }

    /// The first differences.
    pub(super) fn into_first(mut self, most: usize) -> Vec<Difference> {
        self.0.truncate(most);
        self.0
    }

    pub(super) fn compare(
        &mut self,
        candidate: Option<&str>,
        row: i32,
        field: &'static str,
        stored: &str,
        recomputed: &str,
    ) {
        if stored != recomputed {
            self.0.push(Difference {
                candidate: candidate.map(str::to_owned),
                row,
                field,
                stored: stored.to_owned(),
                recomputed: recomputed.to_owned(),
            });
        }
    }

    pub(super) fn compare_numbers(
        &mut self,
        candidate: Option<&str>,
        row: i32,
        field: &'static str,
        stored: Option<f64>,
        recomputed: Option<f64>,
    ) {
        if !is_same(stored, recomputed) {
            self.compare(candidate, row, field, &number(stored), &number(recomputed));
        }
    }

    /// A stored score against the recomputed one.
    pub(super) fn compare_score(
        &mut self,
        candidate: &str,
        row: i32,
        score: &ScoreRow,
        numbers: &ScoreNumbers,
    ) -> Result<(), ServiceError> {
        let person = Some(candidate);
        for (field, stored, recomputed) in [
            ("score", score.score, numbers.score),
            ("sem", score.sem, numbers.sem),
            ("low", score.low, numbers.low),
            ("high", score.high, numbers.high),
            ("plain_score", score.plain_score, numbers.plain_score),
        ] {
            self.compare_numbers(person, row, field, stored, recomputed);
        }
        let total = &numbers.total;
        for (field, stored, recomputed) in [
            ("n_answered", score.n_answered, total.n_answered),
            ("n_counted_zero", score.n_counted_zero, total.n_counted_zero),
            ("n_left_out", score.n_left_out, total.n_left_out),
        ] {
            self.compare(person, row, field, &stored.to_string(), &recomputed.to_string());
        }
        let (stored, recomputed) = (score.unranked_reason.as_deref(), numbers.unranked_reason);
        self.compare(person, row, "unranked_reason", reason(stored), reason(recomputed));
        let broken = |error| ServiceError::broken_by("numbers as JSON", error);
        let scenarios = serde_json::to_string(&numbers.scenario_scores).map_err(broken)?;
        if score.scenario_scores != scenarios {
            self.compare(person, row, "scenario_scores", "stored", "others");
        }
        let families = serde_json::to_string(&numbers.family_half_points).map_err(broken)?;
        if score.family_half_points != families {
            self.compare(person, row, "family_half_points", "stored", "others");
        }
        Ok(())
    }
}

pub(super) fn is_same(stored: Option<f64>, recomputed: Option<f64>) -> bool {
    match (stored, recomputed) {
        (Some(stored), Some(recomputed)) => (stored - recomputed).abs() <= SAME,
        (stored, recomputed) => stored.is_none() && recomputed.is_none(),
    }
}

/// Why somebody is not ranked, or that they are.
pub(super) fn reason(code: Option<&str>) -> &str {
    code.unwrap_or("ranked")
}

pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
