//! Severity of raters: the many-facet rating scale model.
//!
//! `logit(P_k / P_(k-1)) = θ_i - δ_c - ρ_r - τ_k`: person (or answer) i, criterion c, rater r, step k.
//! Severities and thresholds sum to 0; persons are normal with mean 0 and an estimated spread. Raters
//! must be linked by persons rated twice, and persons allotted at random.

pub mod drift;
mod fit;
mod report;

use crate::linear::count_u32;

/// Most raters of one fit.
pub const MOST_RATERS: usize = 300;

/// Double-rated persons a rater needs before adjusted scores may be used (psychometrics.md section 0).
pub const FEWEST_DOUBLE_RATED: u32 = 30;

/// Spread of severities, in logits, above which adjusted scores are shown beside raw ones.
pub const SEVERITY_SPREAD: f64 = 0.5;

/// One rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating {
    /// The person (or answer) rated, numbered from 0.
    pub person: usize,
    /// The criterion, numbered from 0.
    pub criterion: usize,
    /// The rater, numbered from 0.
    pub rater: usize,
    /// The category given, from 0.
    pub category: u8,
}

/// What a number of a [`FacetError`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// A criterion.
    Criterion,
    /// A rater.
    Rater,
    /// A category.
    Category,
}

/// Why severities cannot be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FacetError {
    /// There is no rating.
    #[error("there is no rating")]
    Empty,
    /// Categories are not 2 to 20.
    #[error("{0} categories, 2 to 20 are possible")]
    Categories(u8),
    /// A rating is not one of the categories.
    #[error("rating number {index} has a category that does not exist")]
    NoSuchCategory {
        /// Position of the rating from 0.
        index: usize,
    },
    /// A rater rated the same person on the same criterion twice.
    #[error("rater {rater} rated person {person} twice on criterion {criterion}")]
    Twice {
        /// Person number.
        person: usize,
        /// Criterion number.
        criterion: usize,
        /// Rater number.
        rater: usize,
    },
    /// Too few persons or raters, or too many raters.
    #[error("{persons} persons and {raters} raters; 10 persons and 2 to 300 raters are needed")]
    Size {
        /// Persons with a rating.
        persons: usize,
        /// Raters.
        raters: usize,
    },
    /// A number below the largest one is not used by any rating (a category never given counts too).
    #[error("{facet:?} {index} has no rating")]
    Unused {
        /// Which facet.
        facet: Facet,
        /// Number from 0.
        index: usize,
    },
    /// Only lowest or only highest ratings: the parameter would be infinite.
    #[error("{facet:?} {index} has only extreme ratings")]
    Extreme {
        /// Which facet.
        facet: Facet,
        /// Number from 0.
        index: usize,
    },
    /// A step of the fit had no solution.
    #[error("the ratings do not determine the parameters")]
    Singular,
}

/// Something to know before using a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetWarning {
    /// The last cycle still moved parameters.
    NotConverged,
    /// Raters fall into groups that share no person: severities compare groups only if persons were
    /// allotted at random.
    Disconnected {
        /// Number of groups.
        groups: u32,
    },
    /// A rater shares too few persons with others for adjusted scores ([`FEWEST_DOUBLE_RATED`]).
    FewDoubleRated {
        /// Rater number.
        rater: usize,
        /// Persons shared.
        found: u32,
    },
    /// The information matrix is not positive definite: no standard errors.
    NoStandardErrors,
}

/// An estimate in logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The estimate.
    pub value: f64,
    /// Its standard error; absent when it could not be computed.
    pub error: Option<f64>,
}

/// A rater's result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaterSeverity {
    /// Severity in logits, above 0 for severe raters; all sum to 0.
    pub severity: Parameter,
    /// Ratings given.
    pub ratings: u32,
    /// Persons another rater rated too.
    pub double_rated: u32,
    /// Information-weighted mean square, 1 expected; 0.6 to 1.4 accepted.
    pub infit: f64,
    /// Unweighted mean square, 1 expected; 0.6 to 1.4 accepted.
    pub outfit: f64,
    /// Mean correlation of residuals of two criteria; above 0.3 suggests a halo. Absent with one
    /// criterion or fewer than 10 persons rated on two.
    pub halo: Option<f64>,
}

impl RaterSeverity {
    /// Whether infit or outfit is outside 0.6 to 1.4.
    #[must_use]
    pub fn is_misfitting(&self) -> bool {
        !(0.6..=1.4).contains(&self.infit) || !(0.6..=1.4).contains(&self.outfit)
    }

    /// Whether residuals of criteria correlate above 0.3.
    #[must_use]
    pub fn has_halo(&self) -> bool {
        self.halo.is_some_and(|halo| halo > 0.3)
    }
}

/// A person's result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonMeasure {
    /// Posterior mean in logits; absent with the standard deviation for persons without a rating.
    pub measure: Option<Parameter>,
    /// Mean category given, 0 to categories - 1.
    pub raw: Option<f64>,
    /// Expected category at the measure, by raters of severity 0 over all criteria: the "fair" score. It
    /// is shrunk towards the mean when there are few ratings.
    pub fair: Option<f64>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetFit {
    /// One result per rater.
    pub raters: Vec<RaterSeverity>,
    /// Difficulty of each criterion, logits.
    pub criteria: Vec<Parameter>,
    /// Thresholds τ of the steps, logits; they sum to 0.
    pub thresholds: Vec<Parameter>,
    /// Standard deviation of persons, logits.
    pub person_sd: Parameter,
    /// One result per person.
    pub persons: Vec<PersonMeasure>,
    /// Log-likelihood of the ratings.
    pub log_likelihood: f64,
    /// Cycles of the fit.
    pub cycles: u32,
    /// Whether parameters had stopped moving.
    pub is_converged: bool,
    /// What to know before use.
    pub warnings: Vec<FacetWarning>,
}

impl FacetFit {
    /// Largest less smallest severity, logits.
    #[must_use]
    pub fn severity_range(&self) -> f64 {
        let values = || self.raters.iter().map(|rater| rater.severity.value);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    }

    /// Whether fair scores are shown beside raw ones: raters differ by more than 0.5 logit
    /// ([`SEVERITY_SPREAD`]) and each has [`FEWEST_DOUBLE_RATED`] persons in common with others.
    #[must_use]
    pub fn should_adjust(&self) -> bool {
        self.is_converged
            && self.severity_range() > SEVERITY_SPREAD
            && self.raters.iter().all(|rater| rater.double_rated >= FEWEST_DOUBLE_RATED)
    }
}

/// Ratings checked and numbered.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    /// Ratings of each person.
    pub(crate) persons: Vec<Vec<Rating>>,
    pub(crate) criteria: usize,
    pub(crate) raters: usize,
    pub(crate) categories: usize,
}

/// Severities of raters by marginal maximum likelihood (EM, 61 nodes).
///
/// `ratings`: one entry per person × criterion × rater that was given, in any order; `categories`: how
/// many there are (2 to 20), all of them used. The result does not depend on the order of ratings.
/// Standard errors come from the cross-product of the persons' scores.
///
/// Fit statistics average over each person's posterior, so that 1 is expected under the model whatever
/// the number of ratings.
///
/// # Errors
/// [`FacetError`] as its variants say.
///
/// Source: Linacre 1989, Many-facet Rasch measurement; Andrich 1978, Psychometrika 43:561-573 (rating
/// scale); Bock & Aitkin 1981 (EM). Tests `severities_come_back_from_a_simulation`,
/// `the_fit_is_at_a_maximum`.
pub fn rater_severity(ratings: &[Rating], categories: u8) -> Result<FacetFit, FacetError> {
    let checked = Checked::new(ratings, categories, true)?;
    let fitted = fit::fit(&checked, None)?;
    Ok(report::report(&checked, &fitted))
}

impl Checked {
    /// Checks ratings; `refuses_extremes` unless a prior keeps parameters finite.
    pub(crate) fn new(
        ratings: &[Rating],
        categories: u8,
        refuses_extremes: bool,
    ) -> Result<Self, FacetError> {
        if ratings.is_empty() {
            return Err(FacetError::Empty);
        }
        if !(2..=20).contains(&categories) {
            return Err(FacetError::Categories(categories));
        }
        if let Some(index) = ratings.iter().position(|rating| rating.category >= categories) {
            return Err(FacetError::NoSuchCategory { index });
        }
        let mut sorted = ratings.to_vec();
        sorted.sort_unstable();
        let place = |rating: &Rating| (rating.person, rating.criterion, rating.rater);
        if let Some((first, _)) = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| place(a) == place(b))
        {
            let (person, criterion, rater) = place(first);
            return Err(FacetError::Twice { person, criterion, rater });
        }
        let most =
            |of: fn(&Rating) -> usize| sorted.iter().map(of).max().map_or(0, |most| most.saturating_add(1));
        let (raters, criteria) = (most(|r| r.rater), most(|r| r.criterion));
        let rated = sorted.chunk_by(|a, b| a.person == b.person).count();
        let last_person = most(|r| r.person);
        // Numbers far beyond the ratings are typing errors, and would only fill memory.
        let is_sparse = last_person > 10 * sorted.len() + 1_000;
        if rated < 10 || !(2..=MOST_RATERS).contains(&raters) || is_sparse || criteria > sorted.len() {
            return Err(FacetError::Size { persons: rated, raters });
        }
        let mut persons: Vec<Vec<Rating>> = vec![Vec::new(); last_person];
        for rating in &sorted {
            if let Some(list) = persons.get_mut(rating.person) {
                list.push(*rating);
            }
        }
        let categories = usize::from(categories);
        used(&sorted, Facet::Rater, raters, categories, refuses_extremes, |r| r.rater)?;
        used(&sorted, Facet::Criterion, criteria, categories, refuses_extremes, |r| r.criterion)?;
        used(&sorted, Facet::Category, categories, categories, false, |r| usize::from(r.category))?;
        Ok(Self { persons, criteria, raters, categories })
    }

    /// Persons each rater shares with another.
    pub(crate) fn double_rated(&self) -> Vec<u32> {
        let mut shared = vec![0_u32; self.raters];
        for person in &self.persons {
            let raters = raters_of(person);
            if raters.len() > 1 {
                raters.iter().filter_map(|r| shared.get_mut(*r).map(|n| *n += 1)).for_each(drop);
            }
        }
        shared
    }

    /// Groups of raters linked by common persons.
    pub(crate) fn groups(&self) -> u32 {
        let mut group: Vec<usize> = (0..self.raters).collect();
        for person in &self.persons {
            let raters = raters_of(person);
            let of = |r: &usize| group.get(*r).copied().unwrap_or(0);
            let members: Vec<usize> = raters.iter().map(of).collect();
            if let Some(least) = members.iter().min().copied() {
                group.iter_mut().filter(|g| members.contains(g)).for_each(|g| *g = least);
            }
        }
        group.sort_unstable();
        group.dedup();
        count_u32(group.len())
    }
}

fn raters_of(person: &[Rating]) -> Vec<usize> {
    let mut raters: Vec<usize> = person.iter().map(|rating| rating.rater).collect();
    raters.sort_unstable();
    raters.dedup();
    raters
}

/// Checks that every number of a facet is used and, on request, not only with extreme ratings.
fn used(
    ratings: &[Rating],
    facet: Facet,
    size: usize,
    categories: usize,
    refuses_extremes: bool,
    of: fn(&Rating) -> usize,
) -> Result<(), FacetError> {
    let mut sums = vec![(0_usize, 0_usize); size];
    for rating in ratings {
        if let Some((n, sum)) = sums.get_mut(of(rating)) {
            *n += 1;
            *sum += usize::from(rating.category);
        }
    }
    if let Some(index) = sums.iter().position(|(n, _)| *n == 0) {
        return Err(FacetError::Unused { facet, index });
    }
    let is_extreme = |(n, sum): &(usize, usize)| *sum == 0 || *sum == n * (categories - 1);
    match sums.iter().position(is_extreme) {
        Some(index) if refuses_extremes => Err(FacetError::Extreme { facet, index }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
