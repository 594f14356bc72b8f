//! Keys from a panel of experts: agreement on each option, what to drop and why, the key as a versioned
//! object, and how much of the candidates' scores hangs on who sat on the panel.
//!
//! Experts rate alone; a discussion round is another version. Nothing is trimmed. The uncertainty of the
//! key is common to all candidates and never part of a standard error of measurement or of a rank.

pub mod agreement;
pub mod consensus;
pub mod key;
pub mod uncertainty;
pub mod verdict;

use crate::matrix::ScoreMatrix;

/// A rating scale from 1 to a number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatingScale(u8);

impl RatingScale {
    /// A scale of 2 to 100 points.
    ///
    /// # Errors
    /// [`PanelError::Scale`].
    pub const fn new(points: u8) -> Result<Self, PanelError> {
        if points < 2 || points > 100 { Err(PanelError::Scale { points }) } else { Ok(Self(points)) }
    }

    /// Number of points A.
    #[must_use]
    pub const fn points(self) -> u8 {
        self.0
    }

    /// Variance of ratings drawn evenly from the scale, `(A² - 1) / 12`: 2 for 5 points.
    #[must_use]
    pub fn null_variance(self) -> f64 {
        let points = f64::from(self.0);
        (points * points - 1.0) / 12.0
    }
}

/// Ratings of options by experts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelRatings {
    scale: RatingScale,
    experts: usize,
    scenario_of_option: Vec<usize>,
    rows: Vec<Vec<Option<u8>>>,
}

/// Why a panel cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PanelError {
    /// The scale has not 2 to 100 points.
    #[error("a scale of {points} points, 2 to 100 are possible")]
    Scale {
        /// Points given.
        points: u8,
    },
    /// There is no option.
    #[error("there is no option")]
    NoOption,
    /// Fewer than 2 experts.
    #[error("{found} experts, at least 2 are needed")]
    TooFewExperts {
        /// Experts found.
        found: usize,
    },
    /// An option has another number of ratings than the panel has experts.
    #[error("option {option} has {found} ratings, {expected} expected")]
    RowLength {
        /// Option from 0.
        option: usize,
        /// Experts.
        expected: usize,
        /// Ratings found.
        found: usize,
    },
    /// A rating is not on the scale.
    #[error("option {option}, expert {expert}: {rating} is not on the scale")]
    OffScale {
        /// Option from 0.
        option: usize,
        /// Expert from 0.
        expert: usize,
        /// The rating.
        rating: u8,
    },
    /// An option has fewer than 2 ratings.
    #[error("option {option} has {found} ratings, at least 2 are needed")]
    TooFewRatings {
        /// Option from 0.
        option: usize,
        /// Ratings found.
        found: usize,
    },
    /// A list has another length.
    #[error("{found} entries, {expected} expected")]
    LengthMismatch {
        /// Length expected.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// A number is not finite or outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// What the number is.
        name: &'static str,
        /// The number.
        value: f64,
    },
    /// Fewer candidates than needed.
    #[error("{found} candidates, at least {needed} are needed")]
    TooFewCandidates {
        /// Candidates found.
        found: u32,
        /// Candidates needed.
        needed: u32,
    },
}

impl PanelRatings {
    /// The ratings of a panel: `rows` holds one list per option with one rating (1 to A) per expert, `None`
    /// where an expert gave none; `scenario_of_option` one entry per option.
    ///
    /// # Errors
    /// [`PanelError::NoOption`], [`PanelError::TooFewExperts`], [`PanelError::RowLength`],
    /// [`PanelError::OffScale`], [`PanelError::TooFewRatings`], [`PanelError::LengthMismatch`].
    pub fn new(
        scale: RatingScale,
        scenario_of_option: Vec<usize>,
        rows: Vec<Vec<Option<u8>>>,
    ) -> Result<Self, PanelError> {
        let experts = rows.first().map(Vec::len).ok_or(PanelError::NoOption)?;
        if experts < 2 {
            return Err(PanelError::TooFewExperts { found: experts });
        }
        if scenario_of_option.len() != rows.len() {
            let (expected, found) = (rows.len(), scenario_of_option.len());
            return Err(PanelError::LengthMismatch { expected, found });
        }
        for (option, row) in rows.iter().enumerate() {
            if row.len() != experts {
                return Err(PanelError::RowLength { option, expected: experts, found: row.len() });
            }
            let is_off = |rating: &Option<u8>| rating.is_some_and(|r| r < 1 || r > scale.0);
            if let Some((expert, rating)) = row.iter().enumerate().find(|(_, rating)| is_off(rating)) {
                return Err(PanelError::OffScale { option, expert, rating: rating.unwrap_or(0) });
            }
            let found = row.iter().flatten().count();
            if found < 2 {
                return Err(PanelError::TooFewRatings { option, found });
            }
        }
        Ok(Self { scale, experts, scenario_of_option, rows })
    }

    /// The scale.
    #[must_use]
    pub const fn scale(&self) -> RatingScale {
        self.scale
    }

    /// Number of experts.
    #[must_use]
    pub const fn experts(&self) -> usize {
        self.experts
    }

    /// The scenario of each option.
    #[must_use]
    pub fn scenario_of_option(&self) -> &[usize] {
        &self.scenario_of_option
    }

    /// The ratings as a table for the agreement of raters: rows = options, columns = experts.
    #[must_use]
    pub fn table(&self) -> Option<ScoreMatrix> {
        let numbers = |row: &Vec<Option<u8>>| row.iter().map(|r| r.map(f64::from)).collect::<Vec<_>>();
        ScoreMatrix::from_rows(self.experts, self.rows.iter().map(numbers)).ok()
    }

    /// The ratings, option by option.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Option<u8>>] {
        &self.rows
    }
}

#[cfg(test)]
mod tests;
