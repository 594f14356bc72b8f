//! What the decisions of a campaign come to: how many, by whom, and how often they merely follow the rank.
//!
//! A share of one says that the ranking could have decided alone, which is what no one may let it do; it cannot say
//! why. It is told with its number and interval, never below ten people.

use domain::decision::DecisionCode;
use domain::ids::CampaignId;
use psychometrics::fairness::impact::Selection;
use psychometrics::fairness::interval::wilson;
use store::repo::campaigns;
use store::repo::decisions::{self, DecidedRow};

use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::ranking::CampaignHead;
use crate::rate_first::unrated;
use crate::state::Services;
use crate::viewer::Staff;

/// Fewest people decided on for a share.
pub const FEWEST_PEOPLE: u32 = 10;
/// More decisions than a campaign holds.
const MOST_DECISIONS: i64 = 500_000;

/// What the decisions of a campaign come to.
#[derive(Clone, Debug)]
pub struct DecisionRecord {
    /// The campaign.
    pub campaign: CampaignHead,
    /// Decisions recorded, each change of mind counted.
    pub decisions: u32,
    /// People decided on, each once.
    pub people: u32,
    /// Names of who decided and how many decisions each recorded, the most first; no name for who is there no more.
    /// Nothing while the viewer has people to rate first: nobody learns who has decided before having rated.
    pub by: Option<Vec<(Option<String>, u32)>>,
    /// How often decisions follow the rank.
    pub follows: FollowsRank,
}

/// How often decisions follow the rank, or why that is not told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FollowsRank {
    /// The viewer has still to rate so many people: it is made from groups.
    RateFirst(i64),
    /// Fewer than [`FEWEST_PEOPLE`] people with a group have been decided on; their number.
    TooFew(u32),
    /// All of them are in one group, or all were decided on alike: there is nothing to follow.
    NothingToFollow(u32),
    /// The share.
    Share(RankShare),
}

/// The share of people whose decision is what the rank alone would have given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankShare {
    /// People whose decision agrees with the rank.
    pub follow: u32,
    /// People decided on who have a group.
    pub n: u32,
    /// People taken further.
    pub further: u32,
    /// The last of the top groups, 0 for A.
    pub last_top_band: i32,
    /// The share, 0 to 1.
    pub share: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

impl Services {
    /// What the decisions of a campaign come to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews the candidates of this campaign.
    pub fn decision_record(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<DecisionRecord, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let decided = decisions::of_campaign(conn, &row.id, MOST_DECISIONS)?;
            let unrated = unrated(conn, viewer, &row.id)?;
            let by = decisions::by_person(conn, &row.id)?
                .into_iter()
                .map(|row| (row.name, u32::try_from(row.decisions).unwrap_or(u32::MAX)))
                .collect();
            let standing = standing(&decided);
            Ok(DecisionRecord {
                campaign: CampaignHead::of(&row, now),
                decisions: u32::try_from(decided.len()).unwrap_or(u32::MAX),
                people: u32::try_from(standing.len()).unwrap_or(u32::MAX),
                by: (unrated == 0).then_some(by),
                follows: match unrated {
                    0 => follows(&ranked(&standing)?)?,
                    people => FollowsRank::RateFirst(people),
                },
            })
        })
    }
}

/// The newest decision about each person.
fn standing(decided: &[DecidedRow]) -> Vec<&DecidedRow> {
    let mut rows: Vec<&DecidedRow> = decided.iter().collect();
    // The rows come oldest first within each person.
    rows.sort_by(|left, right| left.attempt_id.cmp(&right.attempt_id));
    let newest = rows.chunk_by(|left, right| left.attempt_id == right.attempt_id);
    newest.filter_map(|chunk| chunk.last().copied()).collect()
}

/// Whether each person with a group was taken further, and the group that the decision saw.
fn ranked(standing: &[&DecidedRow]) -> Result<Vec<(bool, i32)>, ServiceError> {
    let mut ranked = Vec::new();
    for row in standing {
        let code = DecisionCode::parse(&row.code).map_err(stored)?;
        if let (Some(band), true) = (row.band, code != DecisionCode::Withdrawn) {
            ranked.push((is_further(code), band));
        }
    }
    Ok(ranked)
}

/// Whether a decision takes a person further.
const fn is_further(code: DecisionCode) -> bool {
    matches!(
        code,
        DecisionCode::Shortlist | DecisionCode::Interview | DecisionCode::Offer | DecisionCode::Hired
    )
}

fn follows(ranked: &[(bool, i32)]) -> Result<FollowsRank, ServiceError> {
    let count = |is: &dyn Fn(&(bool, i32)) -> bool| {
        u32::try_from(ranked.iter().filter(|person| is(person)).count()).unwrap_or(u32::MAX)
    };
    let n = count(&|_| true);
    if n < FEWEST_PEOPLE {
        return Ok(FollowsRank::TooFew(n));
    }
    let further = count(&|(further, _)| *further);
    let mut bands: Vec<i32> = ranked.iter().map(|(_, band)| *band).collect();
    bands.sort_unstable();
    bands.dedup();
    if bands.len() < 2 || further == 0 || further == n {
        return Ok(FollowsRank::NothingToFollow(n));
    }
    // The fewest groups from the top that hold as many people as were taken further.
    let holds_enough = |last: &i32| count(&|(_, band)| band <= last) >= further;
    let Some(last_top_band) = bands.into_iter().find(holds_enough) else {
        return Ok(FollowsRank::NothingToFollow(n));
    };
    let follow = count(&|(further, band)| *further == (*band <= last_top_band));
    let selection = Selection::new(follow, n)
        .map_err(|error| ServiceError::broken_by("the share of decisions that follow the rank", error))?;
    let interval = wilson(selection);
    Ok(FollowsRank::Share(RankShare {
        follow,
        n,
        further,
        last_top_band,
        share: selection.rate(),
        low: interval.low,
        high: interval.high,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(groups: &[(usize, bool, i32)]) -> Vec<(bool, i32)> {
        groups.iter().flat_map(|(number, further, band)| vec![(*further, *band); *number]).collect()
    }

    #[test]
    fn decisions_that_take_the_top_group_and_nobody_else_follow_the_rank_in_full() {
        let FollowsRank::Share(share) = follows(&people(&[(4, true, 0), (8, false, 1)])).unwrap() else {
            panic!("no share")
        };

        assert_eq!((share.follow, share.n, share.further, share.last_top_band), (12, 12, 4, 0));
        assert!((share.share - 1.0).abs() < 1e-12 && share.low < 1.0);
    }

    #[test]
    fn the_top_groups_are_the_fewest_that_hold_as_many_as_were_taken_further() {
        // Five further, two of them from the last group: A holds 3, A and B hold 6.
        let groups =
            people(&[(2, true, 0), (1, false, 0), (1, true, 1), (2, false, 1), (2, true, 2), (4, false, 2)]);

        let FollowsRank::Share(share) = follows(&groups).unwrap() else { panic!("no share") };

        assert_eq!((share.further, share.last_top_band), (5, 1));
        // Further in A and B: 3; not further in C: 4.
        assert_eq!((share.follow, share.n), (7, 12));
    }

    #[test]
    fn nothing_is_said_of_few_people_of_one_group_or_of_equal_decisions() {
        assert_eq!(follows(&people(&[(3, true, 0), (6, false, 1)])).unwrap(), FollowsRank::TooFew(9));
        assert_eq!(
            follows(&people(&[(5, true, 0), (6, false, 0)])).unwrap(),
            FollowsRank::NothingToFollow(11)
        );
        assert_eq!(
            follows(&people(&[(5, true, 0), (6, true, 1)])).unwrap(),
            FollowsRank::NothingToFollow(11)
        );
        assert_eq!(
            follows(&people(&[(5, false, 0), (6, false, 1)])).unwrap(),
            FollowsRank::NothingToFollow(11)
        );
    }
}
