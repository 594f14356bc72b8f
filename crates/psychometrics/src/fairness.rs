//! Fairness: selection rates of groups, exact and approximate tests, differences of scores, tables in
//! strata, audit tables and differential item functioning.
//!
//! Numbers here raise questions for people to answer. None of them enters a score, a rank or a prior,
//! and none is called "fair" or "unbiased". Groups are given by the caller, who keeps them apart from
//! scoring; what too few people could tell about one person is hidden by [`suppression`].

pub mod audit;
pub(crate) mod chance;
pub mod detectable;
pub mod dif;
pub mod difference;
pub mod exact;
pub mod expected;
pub mod generalised;
pub mod impact;
pub mod interval;
pub mod stratified;
pub mod suppression;

/// Why a fairness statistic cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FairnessError {
    /// A group without applicants has no rate.
    #[error("a group has no applicants")]
    NoApplicants,
    /// More people were selected than applied.
    #[error("{selected} selected of {applicants} applicants")]
    MoreSelected {
        /// People selected.
        selected: u32,
        /// People who applied.
        applicants: u32,
    },
    /// A table needs at least one group of known category.
    #[error("no group of known category")]
    NoGroup,
    /// A list holds too few values.
    #[error("{found} values, at least {needed} are needed")]
    TooFewValues {
        /// Values found.
        found: u32,
        /// Values needed.
        needed: u32,
    },
    /// All values are the same.
    #[error("the values do not vary")]
    NoSpread,
    /// A value is infinite, not a number or beyond ±1e100.
    #[error("value number {index} is not a finite number")]
    NotFinite {
        /// Position from 0.
        index: usize,
    },
    /// An argument is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// Which argument.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// Every stratum has an empty margin.
    #[error("no stratum holds both groups and both outcomes")]
    NoUsableStratum,
    /// A table or list has another shape than the first.
    #[error("{what} number {index} has {found} cells, {expected} expected")]
    Shape {
        /// What has the shape.
        what: &'static str,
        /// Position from 0.
        index: usize,
        /// Cells expected.
        expected: usize,
        /// Cells found.
        found: usize,
    },
}
