//! Two reviewers: in a campaign that asks for it, two colleagues rate a candidate, each without the other, before anyone
//! decides.
//!
//! The mode includes « my rating first » and cannot be turned off: a rule that could be lifted for one candidate would
//! be none. Who has not rated a candidate learns how many have, and nothing else of them.

use domain::ids::CampaignId;
use domain::role::Role;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::rater::kappa::{KappaError, KappaWeights, weighted_kappa};
use psychometrics::rater::krippendorff::{AlphaError, Scale, krippendorff_alpha, krippendorff_bootstrap_95};
use psychometrics::reliability::omega::BootstrapPlan;
use store::conn::DbConn;
use store::repo::{campaigns, own_ratings, two_reviewers, users};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, allows, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::state::Services;
use crate::viewer::Staff;

/// Ratings that a decision needs.
pub const RATINGS_NEEDED: u32 = 2;
/// A gap from which a third rating helps, in steps of the scale.
pub const WIDE_GAP: i16 = 2;
/// Fewest people rated twice for a coefficient of agreement (psychometrics.md 9).
pub const FEWEST_RATED_TWICE: u32 = 30;
/// Ratings that one candidate gets at most.
const MOST_RATINGS: i64 = 500;
/// More ratings than a campaign holds.
const ALL_RATINGS: i64 = 500_000;
/// Members of an organisation looked at.
const MOST_MEMBERS: i64 = 500;
/// Categories of the rating.
const CATEGORIES: u32 = 4;

/// A rating as it is told to somebody who has rated too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRating {
    /// The name of who gave it.
    pub by: String,
    /// Whether it was the viewer.
    pub is_own: bool,
    /// From 1 to 4.
    pub rating: i16,
    /// Why.
    pub reason: String,
}

/// What the mode says of one candidate to a viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TwoRatings {
    /// How many have rated.
    pub number: u32,
    /// What they rated, once the viewer and another one have.
    pub told: Vec<ToldRating>,
}

impl TwoRatings {
    /// How many ratings a decision still waits for.
    #[must_use]
    pub const fn missing(&self) -> u32 {
        RATINGS_NEEDED.saturating_sub(self.number)
    }

    /// How far the ratings lie apart, where the viewer may know.
    #[must_use]
    pub fn gap(&self) -> Option<i16> {
        let ratings = || self.told.iter().map(|told| told.rating);
        Some(ratings().max()? - ratings().min()?)
    }
}

/// How well people who rated the same candidates agree.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Candidates whom at least two people rated.
    pub people: u32,
    /// Those of them with equal ratings.
    pub equal: u32,
    /// Those of them with ratings one step apart at most, equal ones left out.
    pub one_step: u32,
    /// Those of them whose ratings lie further apart.
    pub wide: u32,
    /// The coefficient.
    pub figure: AgreementFigure,
}

/// A coefficient of agreement, or why there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum AgreementFigure {
    /// Fewer than [`FEWEST_RATED_TWICE`] candidates were rated twice.
    #[default]
    TooFew,
    /// Ratings do not vary: agreement cannot be told from a habit.
    NoVariation,
    /// Quadratic weighted kappa: the same two people rated all of them.
    Kappa(Coefficient),
    /// Krippendorff's alpha on the ordinal scale: several people rated.
    Alpha(Coefficient),
}

/// A coefficient with its 95 % interval; 1 is full agreement, 0 what chance gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Candidates that it stands on.
    pub n: u32,
}

impl Services {
    /// Whether a campaign asks for two ratings, and how well those given so far agree.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews the candidates of this campaign.
    pub fn two_reviewers(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<(bool, Agreement), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let (is_on, ratings) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            Ok((
                two_reviewers::is_on(conn, &row.id)?,
                two_reviewers::of_campaign(conn, &row.id, ALL_RATINGS)?,
            ))
        })?;
        Ok((is_on, agreement(&ratings)?))
    }

    /// Lets a campaign ask for two ratings before a decision, from now on and for good; one's own rating comes first
    /// then too. What is on stays on.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `two` (`confirm`: it was not said that this is for good; `too_few`: fewer than two
    /// members review candidates); [`ServiceError::NotFound`] when the viewer may not.
    pub fn ask_two_reviewers(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        is_confirmed: bool,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if two_reviewers::is_on(tx.conn, &row.id)? {
                return Ok(());
            }
            if !is_confirmed {
                return Err(ServiceError::invalid("two", "confirm"));
            }
            if count_reviewers(tx.conn, viewer)? < 2 {
                return Err(ServiceError::invalid("two", "too_few"));
            }
            two_reviewers::turn_on(tx.conn, &row.id, viewer.user.as_str(), tx.now)?;
            if !own_ratings::is_first(tx.conn, &row.id)? {
                own_ratings::set_first(tx.conn, &row.id, true, tx.now)?;
            }
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::TwoReviewersAsked,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: String::new(),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

fn count_reviewers(conn: &mut DbConn, viewer: &Staff) -> Result<usize, ServiceError> {
    let mut reviewers = 0;
    for row in users::list(conn, viewer.organisation.as_str(), MOST_MEMBERS)? {
        let role = Role::parse(&row.role).map_err(stored)?;
        reviewers += usize::from(allows(role, Permission::ReviewCandidates));
    }
    Ok(reviewers)
}

/// What the mode says of an attempt to a viewer; nothing where the campaign does not ask for it.
pub(crate) fn two_ratings(
    conn: &mut DbConn,
    viewer: &Staff,
    campaign: &str,
    attempt: &str,
) -> Result<Option<TwoRatings>, ServiceError> {
    if !two_reviewers::is_on(conn, campaign)? {
        return Ok(None);
    }
    let rows = two_reviewers::told(conn, attempt, MOST_RATINGS)?;
    let number = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let user = viewer.user.as_str();
    let may_know = number >= RATINGS_NEEDED && rows.iter().any(|row| row.user_id == user);
    let told = rows.into_iter().filter(|_| may_know).map(|row| ToldRating {
        is_own: row.user_id == user,
        by: row.name,
        rating: row.rating,
        reason: row.reason,
    });
    Ok(Some(TwoRatings { number, told: told.collect() }))
}

/// How well ratings (attempt, person, rating; those of an attempt together) agree.
fn agreement(ratings: &[(String, String, i16)]) -> Result<Agreement, ServiceError> {
    let units: Vec<&[(String, String, i16)]> =
        ratings.chunk_by(|left, right| left.0 == right.0).filter(|unit| unit.len() > 1).collect();
    let mut agreement = Agreement::default();
    for unit in &units {
        let values = || unit.iter().map(|(.., rating)| *rating);
        let gap = values().max().unwrap_or_default() - values().min().unwrap_or_default();
        agreement.people += 1;
        match gap {
            0 => agreement.equal += 1,
            1 => agreement.one_step += 1,
            _ => agreement.wide += 1,
        }
    }
    if agreement.people >= FEWEST_RATED_TWICE {
        agreement.figure = figure(&units)?;
    }
    Ok(agreement)
}

fn figure(units: &[&[(String, String, i16)]]) -> Result<AgreementFigure, ServiceError> {
    let mut raters: Vec<&str> =
        units.iter().flat_map(|unit| unit.iter().map(|(_, user, _)| user.as_str())).collect();
    raters.sort_unstable();
    raters.dedup();
    let given = |unit: &[(String, String, i16)], rater: &str| {
        unit.iter().find(|(_, user, _)| user == rater).map(|(.., rating)| *rating)
    };
    if let [one, other] = raters.as_slice() {
        let of = |rater: &str| -> Vec<Option<u32>> {
            let category = |rating: i16| u32::try_from(rating - 1).ok();
            units.iter().map(|unit| given(unit, rater).and_then(category)).collect()
        };
        return match weighted_kappa(&of(one), &of(other), CATEGORIES, KappaWeights::Quadratic) {
            Ok(kappa) => Ok(AgreementFigure::Kappa(Coefficient {
                value: kappa.value,
                low: kappa.low,
                high: kappa.high,
                n: kappa.n,
            })),
            Err(KappaError::ConstantRater { .. }) => Ok(AgreementFigure::NoVariation),
            Err(error) => Err(ServiceError::broken_by("the agreement of ratings", error)),
        };
    }
    let rows = units.iter().map(|unit| -> Vec<Option<f64>> {
        raters.iter().map(|rater| given(unit, rater).map(f64::from)).collect()
    });
    let table = ScoreMatrix::from_rows(raters.len(), rows)
        .map_err(|error| ServiceError::broken_by("the agreement of ratings", error))?;
    let plan = BootstrapPlan { resamples: 1_000, seed: 1 };
    let told = krippendorff_alpha(&table, Scale::Ordinal)
        .and_then(|alpha| Ok((alpha, krippendorff_bootstrap_95(&table, Scale::Ordinal, plan)?)));
    match told {
        Ok((alpha, interval)) => Ok(AgreementFigure::Alpha(Coefficient {
            value: alpha.value,
            low: interval.low,
            high: interval.high,
            n: alpha.units,
        })),
        Err(AlphaError::NoVariation | AlphaError::TooManyFailedResamples { .. }) => {
            Ok(AgreementFigure::NoVariation)
        }
        Err(error) => Err(ServiceError::broken_by("the agreement of ratings", error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` candidates, each rated by the people and with the ratings that `rate` gives.
    fn ratings(n: i16, rate: impl Fn(i16) -> Vec<(&'static str, i16)>) -> Vec<(String, String, i16)> {
        (0..n)
            .flat_map(|person| {
                rate(person)
                    .into_iter()
                    .map(move |(user, rating)| (format!("{person:03}"), user.to_owned(), rating))
            })
            .collect()
    }

    #[test]
    fn counts_stand_alone_until_thirty_people_were_rated_twice() {
        let few = ratings(29, |person| vec![("a", person % 4 + 1), ("b", person % 4 + 1)]);

        let told = agreement(&few).unwrap();

        assert_eq!((told.people, told.equal, told.figure), (29, 29, AgreementFigure::TooFew));
    }

    #[test]
    fn two_people_who_always_agree_have_a_kappa_of_one() {
        let same = ratings(30, |person| vec![("a", person % 4 + 1), ("b", person % 4 + 1)]);

        let AgreementFigure::Kappa(kappa) = agreement(&same).unwrap().figure else { panic!("no kappa") };

        assert!((kappa.value - 1.0).abs() < 1e-12, "{kappa:?}");
        assert_eq!(kappa.n, 30);
    }

    #[test]
    fn more_than_two_people_have_an_alpha_and_wide_gaps_are_counted() {
        let several = ratings(40, |person| {
            let other = if person < 4 { 4 - person % 4 } else { person % 4 + 1 };
            vec![(["a", "b"][usize::from(person % 2 == 0)], person % 4 + 1), ("c", other)]
        });

        let told = agreement(&several).unwrap();

        // 1 against 4, 2 against 3, 3 against 2, 4 against 1.
        assert_eq!((told.people, told.equal, told.one_step, told.wide), (40, 36, 2, 2));
        let AgreementFigure::Alpha(alpha) = told.figure else { panic!("no alpha") };
        assert!(alpha.low < alpha.value && alpha.value < 1.0 && alpha.n == 40, "{alpha:?}");
    }

    #[test]
    fn ratings_that_do_not_vary_have_no_coefficient() {
        let flat = ratings(30, |_| vec![("a", 3), ("b", 3)]);

        assert_eq!(agreement(&flat).unwrap().figure, AgreementFigure::NoVariation);
    }

    #[test]
    fn a_person_rated_once_says_nothing_of_agreement() {
        let once = ratings(40, |person| vec![("a", person % 4 + 1)]);

        assert_eq!(agreement(&once).unwrap(), Agreement::default());
    }

    #[test]
    fn the_gap_is_told_only_with_ratings_that_may_be_known() {
        let told = |rating| ToldRating { by: String::new(), is_own: false, rating, reason: String::new() };

        assert_eq!(TwoRatings { number: 1, told: Vec::new() }.gap(), None);
        assert_eq!(TwoRatings { number: 1, told: Vec::new() }.missing(), 1);
        assert_eq!(TwoRatings { number: 3, told: vec![told(1), told(4), told(2)] }.gap(), Some(3));
        assert_eq!(TwoRatings { number: 3, told: Vec::new() }.missing(), 0);
    }
}
