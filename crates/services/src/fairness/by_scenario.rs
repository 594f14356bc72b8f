//! Scenario by scenario: whether people of two groups with the same total do differently on one scenario (differential
//! item functioning).
//!
//! It is part of an edition and frozen with it. Who takes part stands in a row of their group that an edition shows, so
//! that the numbers of people printed are sums of published counts; two groups are compared in an edition only when it
//! shows both, so that each of them has at least 5 people more than in the comparison before. Nothing here changes a
//! score: a flag asks people to look at the content, or to take a scenario out for everybody.

use std::collections::{BTreeMap, BTreeSet};

use domain::demographics::{Demographics, GroupTable};
use domain::language::Language;
use psychometrics::fairness::dif::mantel::{MantelDif, PolytomousClass, mantel_dif};
use psychometrics::fairness::dif::shrinkage::empirical_bayes_of_means;
use psychometrics::fairness::dif::{DifError, DifOptions, Group, ItemProblem, Standing};
use psychometrics::format::Pomp;
use psychometrics::format::category::{MOST_CATEGORIES, collapsed_units, share_category};
use psychometrics::irt::responses::{self, Responses};
use serde::{Deserialize, Serialize};

use crate::error::ServiceError;
use crate::fairness::tables::PublishedTable;
use crate::score_attempt::FamilyCells;

/// What two groups differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedBy {
    /// Sex.
    Sex,
    /// Age band.
    Age,
    /// Race or ethnicity.
    Race,
    /// The language of the test.
    Language,
}

/// A scored scenario, in the order of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioTitle {
    /// Its title in French, or in the language there is.
    pub fr: String,
    /// Its title in English, or in the language there is.
    pub en: String,
}

/// Two groups compared scenario by scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioComparison {
    /// What they differ in.
    pub by: ComparedBy,
    /// Code of the larger group.
    pub reference: String,
    /// Code of the other group.
    pub focal: String,
    /// What was found; nothing when a group has too few people, and then nothing tells how few.
    pub found: Option<Compared>,
}

/// What the comparison of two groups found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// People of the larger group: a sum of published counts, those who took their answers back since included.
    pub n_reference: u32,
    /// People of the other group, counted likewise.
    pub n_focal: u32,
    /// Whether a group is so small that the differences are shrunk towards their mean.
    pub is_shrunk: bool,
    /// One entry per scored scenario; nothing where the groups cannot be compared. Empty where chance alone explains
    /// the differences of a small group, of which nothing more can be told.
    pub scenarios: Vec<Option<ScenarioDifference>>,
}

/// How far two groups of the same total differ on one scenario.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioDifference {
    /// The smaller group minus the larger one, in standard deviations, to two decimals.
    pub effect: f64,
    /// Its 95 % interval, low and high; nothing when shrunk: that of a posterior leaves out how little is known of
    /// its prior.
    pub interval: Option<[f64; 2]>,
    /// How large it is.
    pub class: DifferenceClass,
    /// Whether the test is significant at 5 % with all scenarios of the comparison taken together; never when shrunk.
    pub is_significant: bool,
    /// Probability of a large difference, %; only when shrunk.
    pub large_percent: Option<f64>,
}

/// The size of a difference: the classes AA, BB and CC of ETS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceClass {
    /// Negligible: nothing to do.
    Negligible,
    /// Moderate: the content is read again.
    Moderate,
    /// Large: out of the score of everybody, under a new version.
    Large,
}

/// One person of a form and key, in a campaign that has an edition.
#[derive(Clone, Debug)]
pub(super) struct Participant {
    /// The edition that counted them: campaign and number.
    pub(super) edition: Option<(String, i32)>,
    /// What they said of themselves.
    pub(super) said: Demographics,
    /// The one language of their answers; nothing when they switched.
    pub(super) language: Option<Language>,
    /// The score of each scored scenario, 0 to 100.
    pub(super) scores: Vec<Option<f64>>,
    /// Half points of each scored scenario by family.
    pub(super) families: Vec<Option<FamilyCells>>,
}

/// Editions by campaign and number.
pub(super) type Editions = BTreeMap<(String, i32), Vec<PublishedTable>>;

/// A person's group in a comparison.
type Placed<'a> = (&'a str, usize);

/// People more in a language than when it was compared last; with fewer, the difference of two comparisons tells of a
/// few people.
const LEAST_MORE: u32 = 5;

/// Every comparison of an edition: by each partition that it shows two groups of, and by language; `before` are the
/// newest published ones of the same form and key.
pub(super) fn comparisons(
    current: &[PublishedTable],
    editions: &Editions,
    people: &[Participant],
    before: &[ScenarioComparison],
) -> Result<Vec<ScenarioComparison>, ServiceError> {
    let categories = categories(people);
    let mut found = Vec::new();
    for table in current {
        let Some(by) = partition(table.table) else { continue };
        let counts = counts_of(table, editions);
        let placed: Vec<Placed<'_>> = people
            .iter()
            .enumerate()
            .filter_map(|(place, one)| Some((shown_group(table.table, editions, one)?, place)))
            .collect();
        found.extend(pairs(by, &counts, &placed, &categories)?);
    }
    found.extend(by_language(people, &categories, before)?);
    Ok(found)
}

/// The comparison by language. Who was in an earlier one may be erased since, and nobody's own language is published as
/// a count: it is made anew only when each language has [`LEAST_MORE`] people more, and is repeated as it was before.
fn by_language(
    people: &[Participant],
    categories: &[Vec<Option<u8>>],
    before: &[ScenarioComparison],
) -> Result<Vec<ScenarioComparison>, ServiceError> {
    let placed: Vec<Placed<'_>> =
        people.iter().enumerate().filter_map(|(place, one)| Some((one.language?.code(), place))).collect();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (code, _) in &placed {
        *counts.entry(code).or_default() += 1;
    }
    // That a handful took the other language is nobody's business.
    let counts: Vec<(&str, u32)> = counts.into_iter().filter(|(_, n)| *n >= LEAST_MORE).collect();
    let of = |code: &str| counts.iter().find(|(own, _)| *own == code).map_or(0, |(_, n)| *n);
    let before: Vec<&ScenarioComparison> =
        before.iter().filter(|one| one.by == ComparedBy::Language).collect();
    let is_too_near = |one: &&ScenarioComparison| {
        one.found.as_ref().is_some_and(|found| {
            of(&one.reference) < found.n_reference.saturating_add(LEAST_MORE)
                || of(&one.focal) < found.n_focal.saturating_add(LEAST_MORE)
        })
    };
    if before.iter().any(is_too_near) {
        return Ok(before.into_iter().cloned().collect());
    }
    pairs(ComparedBy::Language, &counts, &placed, categories)
}

const fn partition(table: GroupTable) -> Option<ComparedBy> {
    match table {
        GroupTable::Sex => Some(ComparedBy::Sex),
        GroupTable::Age => Some(ComparedBy::Age),
        GroupTable::Race => Some(ComparedBy::Race),
        GroupTable::SexAge | GroupTable::SexRace => None,
    }
}

/// The groups that an edition shows, with their published people in all editions.
fn counts_of<'a>(current: &'a PublishedTable, editions: &Editions) -> Vec<(&'a str, u32)> {
    let shown = current.rows.iter().filter(|row| row.n.is_some());
    let sum = |code: &str| {
        let tables = editions.values().flatten().filter(|table| table.table == current.table);
        let rows = tables.flat_map(|table| &table.rows).filter(|row| row.group == code);
        rows.filter_map(|row| row.n).fold(0, u32::saturating_add)
    };
    shown.map(|row| (row.group.as_str(), sum(&row.group))).collect()
}

/// The code of a person's group, when the edition that counted them shows it.
fn shown_group(table: GroupTable, editions: &Editions, one: &Participant) -> Option<&'static str> {
    let (place, _) = table.group_of(&one.said)?;
    let code = *table.codes().0.get(place)?;
    let published = editions.get(one.edition.as_ref()?)?.iter().find(|found| found.table == table)?;
    published.rows.iter().any(|row| row.group == code && row.n.is_some()).then_some(code)
}

/// The largest group against each of the others.
fn pairs(
    by: ComparedBy,
    counts: &[(&str, u32)],
    placed: &[Placed<'_>],
    categories: &[Vec<Option<u8>>],
) -> Result<Vec<ScenarioComparison>, ServiceError> {
    // Of equal groups the first one, so that the same data give the same comparison.
    let largest = counts.iter().map(|(_, n)| *n).max();
    let Some((reference, n_reference)) = counts.iter().find(|(_, n)| Some(*n) == largest) else {
        return Ok(Vec::new());
    };
    let others = counts.iter().filter(|(code, _)| code != reference);
    others
        .map(|(focal, n_focal)| {
            let side = |code: &str| match code {
                code if code == *reference => Some(Group::Reference),
                code if code == *focal => Some(Group::Focal),
                _ => None,
            };
            let (mut rows, mut groups) = (Vec::new(), Vec::new());
            for (code, place) in placed {
                if let (Some(group), Some(row)) = (side(code), categories.get(*place)) {
                    groups.push(group);
                    rows.push(row.as_slice());
                }
            }
            let found = compared(&rows, &groups)?.map(|(is_shrunk, scenarios)| Compared {
                n_reference: *n_reference,
                n_focal: *n_focal,
                is_shrunk,
                scenarios,
            });
            Ok(ScenarioComparison {
                by,
                reference: (*reference).to_owned(),
                focal: (*focal).to_owned(),
                found,
            })
        })
        .collect()
}

type Differences = (bool, Vec<Option<ScenarioDifference>>);

/// What is found of two groups; nothing when one of them has too few people without a gap.
fn compared(rows: &[&[Option<u8>]], groups: &[Group]) -> Result<Option<Differences>, ServiceError> {
    let items = rows.first().map_or(0, |row| row.len());
    let fault = |error| ServiceError::broken_by("the categories of scenarios", error);
    if items == 0 {
        return Ok(None);
    }
    let (units, _) = collapsed_units(&Responses::from_rows(items, rows).map_err(fault)?);
    let report = match mantel_dif(&units, groups, &DifOptions::default()) {
        Ok(report) => report,
        Err(DifError::TooFewPersons { .. } | DifError::TooFewItems { .. }) => return Ok(None),
        Err(error) => return Err(ServiceError::broken_by("a comparison of groups by scenario", error)),
    };
    match report.standing {
        Standing::Operational => {
            let found = report.items.iter().map(|item| item.as_ref().ok().map(as_found)).collect();
            Ok(Some((false, found)))
        }
        Standing::ShrunkOnly => Ok(shrunk(&report.items).map(|found| (true, found))),
    }
}

fn as_found(item: &MantelDif) -> ScenarioDifference {
    let half = 1.96 * item.effect_se;
    ScenarioDifference {
        effect: rounded(item.effect),
        interval: Some([rounded(item.effect - half), rounded(item.effect + half)]),
        class: match item.class {
            PolytomousClass::AA => DifferenceClass::Negligible,
            PolytomousClass::BB => DifferenceClass::Moderate,
            PolytomousClass::CC => DifferenceClass::Large,
        },
        is_significant: item.p_adjusted < 0.05,
        large_percent: None,
    }
}

/// The differences shrunk towards their mean; nothing when fewer than two can be compared, none when they vary no more
/// than chance alone makes them: the posterior would then show every scenario alike and no doubt at all.
fn shrunk(items: &[Result<MantelDif, ItemProblem>]) -> Option<Vec<Option<ScenarioDifference>>> {
    let effects: Vec<(f64, f64)> = items.iter().flatten().map(|item| (item.effect, item.effect_se)).collect();
    let found = empirical_bayes_of_means(&effects).ok()?;
    if found.prior_variance <= 0.0 {
        return Some(Vec::new());
    }
    let mut posterior = found.items.into_iter();
    let found = items.iter().map(|item| {
        let own = item.as_ref().ok().and_then(|_| posterior.next())?;
        let class = if own.p_c >= 0.5 {
            DifferenceClass::Large
        } else if own.p_b + own.p_c >= 0.5 {
            DifferenceClass::Moderate
        } else {
            DifferenceClass::Negligible
        };
        Some(ScenarioDifference {
            effect: rounded(own.mean),
            interval: None,
            class,
            is_significant: false,
            large_percent: Some((100.0 * own.p_c).round()),
        })
    });
    Some(found.collect())
}

/// To two decimals: more would tell more about the people than about the scenario.
fn rounded(number: f64) -> f64 {
    // No negative zero.
    (number * 100.0).round() / 100.0 + 0.0
}

/// Each person's category on each scored scenario: the sum of half points where its actions have points of their own,
/// else one of six classes of its score.
fn categories(people: &[Participant]) -> Vec<Vec<Option<u8>>> {
    let sum =
        |cells: &FamilyCells| cells.iter().map(|[half_points, _]| *half_points).fold(0, u32::saturating_add);
    let has_actions = |cells: &FamilyCells| cells.iter().any(|[_, actions]| *actions > 0);
    let (mut with_actions, mut too_long) = (BTreeSet::new(), BTreeSet::new());
    for (place, cells) in people.iter().flat_map(|one| one.families.iter().enumerate()) {
        let Some(cells) = cells else { continue };
        if has_actions(cells) {
            with_actions.insert(place);
        }
        if sum(cells) >= u32::from(responses::MOST_CATEGORIES) {
            too_long.insert(place);
        }
    }
    let category = |one: &Participant, place: usize, score: Option<f64>| {
        let score = score?;
        if with_actions.contains(&place) && !too_long.contains(&place) {
            return u8::try_from(sum(&one.families.get(place).copied().flatten()?)).ok();
        }
        Some(share_category(Pomp::of(score, 0.0, 100.0).ok()?, MOST_CATEGORIES))
    };
    people
        .iter()
        .map(|one| one.scores.iter().enumerate().map(|(place, score)| category(one, place, *score)).collect())
        .collect()
}

#[cfg(test)]
mod tests;
