//! Two or three people of one campaign side by side, under their tree names: what separates them, and what does not.
//!
//! A comparison shows answers and notes each opening in the audit. It is no report: it does not count as having read
//! one.

#[cfg(test)]
mod tests;

use domain::construct::Family;
use domain::ids::{CampaignId, PublicId};
use domain::language::Language;
use psychometrics::rank::Estimate;
use psychometrics::rank::composite::{Difference, difference};
use psychometrics::sem::StandardError;
use store::conn::DbConn;
use store::repo::campaigns;
use store::repo::ranking_rows::{self, ListedRow};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::scores;

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, allows, require};
use crate::error::ServiceError;
use crate::norm_groups::{NormGroup, chosen_norm};
use crate::packs::LoadedForm;
use crate::ranking::search::tree_numbers;
use crate::ranking::{BlindPerson, CampaignHead, Measure, VersionHead, blind_person, snapshot_head};
use crate::rate_first::{is_to_rate, unrated};
use crate::report::families::family_results;
use crate::report::scenarios::{ReportAnswer, ReportScenario, ReportTurn, Said, report_scenarios};
use crate::report::{FamilyResult, Place, ReportScore, place_of, report_score, reviewed_attempt};
use crate::state::Services;
use crate::viewer::Staff;

/// Fewest people of a comparison.
pub const FEWEST: usize = 2;

/// Most people of a comparison.
pub const MOST: usize = 3;

/// Ratings told at most, those that lie furthest apart.
const MOST_RATINGS: usize = 6;

/// Two or three people.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What the scores were made with.
    pub measure: Measure,
    /// The version that places come from.
    pub version: VersionHead,
    /// The people, as they were asked for.
    pub people: Vec<ComparedPerson>,
    /// What separates each pair of them that has scores.
    pub pairs: Vec<Pair>,
    /// The families that may be shown, each with one result per person; empty when none may.
    pub families: Vec<ComparedFamily>,
    /// Ratings on which they differ most.
    pub ratings: Vec<ComparedRating>,
    /// The dialogues, as each of them led it.
    pub dialogues: Vec<ComparedDialogue>,
    /// Whether the key stands beside the ratings.
    pub shows_key: bool,
    /// The comparison group that the campaign chose.
    pub norm: Option<NormGroup>,
}

/// One of the people.
#[derive(Clone, Debug)]
pub struct ComparedPerson {
    /// Who, as far as may be known.
    pub person: BlindPerson,
    /// The score, when there is one that may be ranked.
    pub score: Option<ReportScore>,
    /// The place in the version.
    pub place: Option<Place>,
}

/// What separates two people, by their positions in [`Comparison::people`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The one with the higher score, or the first of two equal ones.
    pub above: usize,
    /// The other.
    pub below: usize,
    /// The difference, first less second, points, with its 95 % interval and the chance that it is above 0.
    pub difference: Difference,
}

impl Pair {
    /// Whether the interval of the difference leaves 0 out.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.difference.low > 0.0
    }
}

/// One family.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedFamily {
    /// Its name.
    pub name: String,
    /// One per person; nothing for who has none.
    pub results: Vec<Option<ReportScore>>,
    /// The pairs whose difference leaves 0 out.
    pub sure: Vec<Pair>,
}

/// A rating on which people differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRating {
    /// The number of its scenario.
    pub number: u16,
    /// The title of its scenario.
    pub title: String,
    /// The action.
    pub action: String,
    /// The language of the texts.
    pub language: Language,
    /// The key's category, for who may see it.
    pub key: Option<u8>,
    /// One per person.
    pub given: Vec<u8>,
}

/// A dialogue as each person led it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedDialogue {
    /// The number of its scenario.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The language of the texts.
    pub language: Language,
    /// The turns of each person.
    pub paths: Vec<Vec<ReportTurn>>,
}

impl Services {
    /// Two or three people of a campaign side by side, after the opening has been noted.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `with` unless there are two or three different people (`two_or_three`), or while the
    /// viewer has one of them to rate first (`rate_first`); [`ServiceError::NotFound`]
    /// unless the viewer reviews candidates, the campaign is theirs and its newest ranking holds them all.
    pub fn compare(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        candidates: &[PublicId],
        language: Language,
    ) -> Result<Comparison, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let (row, version) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let version = ranking_versions::newest(conn, &row.id)?;
            Ok((row, version))
        })?;
        let mut different = candidates.to_vec();
        different.sort_unstable();
        different.dedup();
        if different.len() != candidates.len() || !(FEWEST..=MOST).contains(&candidates.len()) {
            return Err(ServiceError::invalid("with", "two_or_three"));
        }
        let version = version.ok_or(ServiceError::NotFound)?;
        let form = self.form_with_key(&row, &version.key_row_id)?;
        let shows_key = allows(viewer.role, Permission::SeeKeys) || form.pack.is_public;
        let read = Reading {
            services: self,
            viewer,
            version: &version,
            form: &form,
            language,
            shows_key,
            tells_places: false,
        };
        let now = self.now();
        let (measure, norm, read) = self.read(|conn| {
            for candidate in candidates {
                let attempt = reviewed_attempt(conn, viewer, candidate)?;
                if is_to_rate(conn, viewer, &row.id, &attempt.id)? {
                    return Err(ServiceError::invalid("with", "rate_first"));
                }
            }
            let tells_places = unrated(conn, viewer, &row.id)? == 0;
            let read = Reading { tells_places, ..read };
            let snapshot = snapshot_head(conn, &version.snapshot_id)?;
            let norm = chosen_norm(conn, &row, &version.key_row_id)?;
            let people: Vec<ReadPerson> =
                candidates.iter().map(|candidate| read.person(conn, candidate)).collect::<Result<_, _>>()?;
            Ok((Measure::of(&form, Some(snapshot)), norm, people))
        })?;
        self.write(|tx| {
            for person in &read {
                tx.audit(Entry {
                    organisation: viewer.organisation.clone(),
                    actor: viewer.actor(),
                    action: Action::CandidateCompared,
                    entity: Entity::Attempt,
                    entity_id: person.attempt_id.clone(),
                    detail: format!("n={}", read.len()),
                    address: viewer.address.clone(),
                });
            }
            Ok(())
        })?;
        let scores: Vec<Option<ReportScore>> = read.iter().map(|person| person.told.score).collect();
        Ok(Comparison {
            campaign: CampaignHead::of(&row, now),
            measure,
            version: VersionHead::of(&version, false)?,
            pairs: pairs(&scores)?,
            families: families(&read)?,
            ratings: ratings(&read),
            dialogues: dialogues(&read),
            shows_key,
            norm,
            people: read.into_iter().map(|person| person.told).collect(),
        })
    }

    /// The person of a campaign's newest ranking with this tree name.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `name` when nobody or more than one person is called so; [`ServiceError::NotFound`]
    /// unless the viewer reviews candidates and the campaign is theirs.
    pub fn candidate_by_tree(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        name: &str,
    ) -> Result<PublicId, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let unknown = || ServiceError::invalid("name", "nobody");
        let numbers = tree_numbers(name).ok_or_else(unknown)?;
        let found = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let Some(version) = ranking_versions::newest(conn, &row.id)? else { return Ok(Vec::new()) };
            Ok(ranking_rows::public_ids_of_trees(conn, &version.id, &numbers, 2)?)
        })?;
        match found.as_slice() {
            [one] => PublicId::parse(one).map_err(|error| ServiceError::broken_by("a stored id", error)),
            [] => Err(unknown()),
            _ => Err(ServiceError::invalid("name", "several")),
        }
    }
}

/// What stays the same from person to person.
struct Reading<'a> {
    services: &'a Services,
    viewer: &'a Staff,
    version: &'a RankingVersionRow,
    form: &'a LoadedForm,
    language: Language,
    shows_key: bool,
    /// Whether groups and ranks may be told: not while the viewer has people to rate first.
    tells_places: bool,
}

/// One person with what the tables of the page are made from.
struct ReadPerson {
    attempt_id: String,
    told: ComparedPerson,
    families: Vec<FamilyResult>,
    scenarios: Vec<ReportScenario>,
}

impl Reading<'_> {
    fn person(&self, conn: &mut DbConn, candidate: &PublicId) -> Result<ReadPerson, ServiceError> {
        let attempt = reviewed_attempt(conn, self.viewer, candidate)?;
        let listed: ListedRow = ranking_rows::listed(conn, &self.version.id, candidate.as_str())?;
        let score = scores::find(conn, &attempt.id, &self.version.key_row_id, &self.version.snapshot_id)?;
        let ranked = score.as_ref().filter(|score| score.unranked_reason.is_none());
        Ok(ReadPerson {
            told: ComparedPerson {
                person: blind_person(&listed)?.ok_or(ServiceError::NotFound)?,
                score: ranked.and_then(report_score),
                place: if self.tells_places {
                    place_of(self.services, conn, self.version, &listed.row)?
                } else {
                    None
                },
            },
            families: family_results(conn, score.as_ref(), self.form, self.language)?,
            scenarios: report_scenarios(conn, &attempt, self.form, self.language, self.shows_key)?,
            attempt_id: attempt.id,
        })
    }
}

/// Every pair of people who both have a score, the higher one first.
fn pairs(scores: &[Option<ReportScore>]) -> Result<Vec<Pair>, ServiceError> {
    let mut pairs = Vec::new();
    for (first, one) in scores.iter().enumerate() {
        for (second, other) in scores.iter().enumerate().skip(first + 1) {
            let (Some(one), Some(other)) = (one, other) else { continue };
            let is_first = one.score >= other.score;
            let (above, below) = if is_first { (first, second) } else { (second, first) };
            let (high, low) = if is_first { (one, other) } else { (other, one) };
            let difference = difference(estimate(high)?, estimate(low)?, 0.0).map_err(fault)?;
            pairs.push(Pair { above, below, difference });
        }
    }
    Ok(pairs)
}

fn estimate(score: &ReportScore) -> Result<Estimate, ServiceError> {
    let error = StandardError::try_from(score.sem).map_err(fault)?;
    Estimate::new(score.score, error).map_err(fault)
}

/// The families that at least one person has a result of.
fn families(people: &[ReadPerson]) -> Result<Vec<ComparedFamily>, ServiceError> {
    let of = |person: &ReadPerson, family: Family| {
        person.families.iter().find(|result| result.family == family).and_then(|result| result.result)
    };
    let mut compared = Vec::new();
    for family in Family::ALL {
        let results: Vec<Option<ReportScore>> =
            people.iter().map(|person| of(person, *family).map(|(score, _)| score)).collect();
        let name = people.iter().flat_map(|person| &person.families).find(|result| result.family == *family);
        if let Some(named) = name.filter(|_| results.iter().any(Option::is_some)) {
            let sure = pairs(&results)?.into_iter().filter(Pair::is_sure).collect();
            compared.push(ComparedFamily { name: named.name.clone(), results, sure });
        }
    }
    Ok(compared)
}

/// The ratings that lie furthest apart among those that everyone gave, in the order of the form where equally far.
fn ratings(people: &[ReadPerson]) -> Vec<ComparedRating> {
    let Some(first) = people.first() else { return Vec::new() };
    let mut found = Vec::new();
    for (at, scenario) in first.scenarios.iter().enumerate() {
        let ReportAnswer::Actions(actions) = &scenario.answer else { continue };
        for (place, action) in actions.iter().enumerate() {
            let given: Option<Vec<u8>> = people.iter().map(|person| rating(person, at, place)).collect();
            let key = action.key.as_ref().and_then(|key| category(&key.says));
            let Some(given) = given else { continue };
            found.push(ComparedRating {
                number: scenario.number,
                title: scenario.title.clone(),
                action: action.text.clone(),
                language: scenario.language,
                key,
                given,
            });
        }
    }
    found.retain(|rating| spread(rating) >= 2);
    found.sort_by_key(|rating| std::cmp::Reverse(spread(rating)));
    found.truncate(MOST_RATINGS);
    found
}

fn rating(person: &ReadPerson, scenario: usize, action: usize) -> Option<u8> {
    let ReportAnswer::Actions(actions) = &person.scenarios.get(scenario)?.answer else { return None };
    category(actions.get(action)?.answer.as_ref()?)
}

const fn category(said: &Said) -> Option<u8> {
    match said {
        Said::Rating(category) => Some(*category),
        _ => None,
    }
}

fn spread(rating: &ComparedRating) -> u8 {
    let most = rating.given.iter().max().copied().unwrap_or_default();
    most - rating.given.iter().min().copied().unwrap_or_default()
}

fn dialogues(people: &[ReadPerson]) -> Vec<ComparedDialogue> {
    let Some(first) = people.first() else { return Vec::new() };
    first
        .scenarios
        .iter()
        .enumerate()
        .filter(|(_, scenario)| matches!(scenario.answer, ReportAnswer::Dialogue(_)))
        .map(|(at, scenario)| ComparedDialogue {
            number: scenario.number,
            title: scenario.title.clone(),
            language: scenario.language,
            paths: people.iter().map(|person| path(person, at)).collect(),
        })
        .collect()
}

fn path(person: &ReadPerson, scenario: usize) -> Vec<ReportTurn> {
    match person.scenarios.get(scenario).map(|scenario| &scenario.answer) {
        Some(ReportAnswer::Dialogue(dialogue)) => dialogue.turns.clone(),
        _ => Vec::new(),
    }
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("a comparison", error)
}
