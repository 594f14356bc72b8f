//! What the ranking would be with other weights: everyone anew, at once, without touching the record.
//!
//! It works on columns in the memory of the server: per ranked person of one version the published score, its standard
//! error and the points of each family; no id and no name. They are read once per version, which never changes, so
//! that several servers that read the same version say the same; another version, and an erasure, make others. The
//! ranks that stand beside the tried scores are those of the published weights.

pub(crate) mod columns;

use std::collections::BTreeMap;

use domain::construct::Family;
use domain::ids::CampaignId;
use domain::language::Language;
use psychometrics::part_weights::PartWeights;
use psychometrics::rank::bands;
use psychometrics::sem::{StandardError, interval_95};
use store::repo::campaigns;
use store::repo::ranking_rows;
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::{erasures, snapshots};

use self::columns::Columns;
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::ranking::{BlindPerson, CampaignHead, Measure, Order, VersionHead, blind_person, snapshot_head};
use crate::rate_first::unrated;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::Services;
use crate::viewer::Staff;
use crate::weights::{
    WeighedFamily, checked, error_under, measurable, scored_actions, weighed, weights_of_key,
};

/// People on one page.
pub const PAGE_SIZE: usize = 50;

/// Published and tried weights, as what one action of each family counts.
struct Tried {
    published: Vec<f64>,
    tried: Vec<f64>,
    /// Standard error of a complete form under the tried weights.
    complete_form: StandardError,
    /// How many times the published standard error the tried one is.
    error_factor: f64,
}

/// What is asked of other weights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhatIfQuery {
    /// Relative numbers of the families that can be measured; nothing: the published weights.
    pub relative: Option<BTreeMap<Family, u32>>,
    /// The order of the list.
    pub order: Order,
    /// How many people stand before the page.
    pub after: usize,
}

/// The ranking under other weights, one page of it.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What the scores were made with.
    pub measure: Measure,
    /// The version; nothing before the first.
    pub version: Option<VersionHead>,
    /// The families with the tried weights.
    pub families: Vec<WeighedFamily>,
    /// Whether weights can be tried: at least two families can be measured.
    pub is_open: bool,
    /// What it would be; nothing before the first version or where weights cannot be tried.
    pub outcome: Option<Outcome>,
}

/// What the ranking would be.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// People ranked in the version.
    pub n: usize,
    /// People who would be in another band.
    pub n_other_band: usize,
    /// People in the top band as published.
    pub n_top: usize,
    /// Those of them who would still be in it.
    pub n_top_kept: usize,
    /// Standard error of a complete form under the tried weights, points.
    pub sem: f64,
    /// People without anything shown that the tried weights count.
    pub n_without: usize,
    /// The people of the page.
    pub people: Vec<TriedPerson>,
    /// How many people stand before the next page.
    pub next: Option<usize>,
}

/// Someone under other weights.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedPerson {
    /// Who; nothing after an erasure.
    pub person: Option<BlindPerson>,
    /// The score that it would be.
    pub score: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// The band that it would be.
    pub band: i32,
    /// The published score.
    pub published_score: f64,
    /// The published band.
    pub published_band: i32,
    /// Best rank under the published weights.
    pub rank_low: i32,
    /// Worst rank under the published weights.
    pub rank_high: i32,
}

impl Services {
    /// The newest ranking of a campaign under other weights. Nothing is stored.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `weights` (`all_zero`, `too_large`, `too_few`, `not_measurable`);
    /// [`ServiceError::Conflict`] `rating_first` while the viewer has people to rate before any score;
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn what_if(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        query: &WhatIfQuery,
        language: Language,
    ) -> Result<WhatIf, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        let (row, version) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            if unrated(conn, viewer, &row.id)? > 0 {
                return Err(ServiceError::Conflict("rating_first"));
            }
            let version = ranking_versions::newest(conn, &row.id)?;
            Ok((row, version))
        })?;
        let key = version.as_ref().map_or(&row.key_row_id, |version| &version.key_row_id);
        let form = self.form_with_key(&row, key)?;
        let mut told = WhatIf {
            campaign: CampaignHead::of(&row, now),
            measure: Measure::of(&form, None),
            version: None,
            families: weighed(&form, language, None, &[])?,
            is_open: false,
            outcome: None,
        };
        let Some(version) = version else { return Ok(told) };
        told.version = Some(VersionHead::of(&version, false)?);
        let (statistics, head, published, n_erased) = self.read(|conn| {
            let statistics = snapshots::load(conn, &version.snapshot_id)?.statistics;
            let head = snapshot_head(conn, &version.snapshot_id)?;
            let published = weights_of_key(conn, &row.id, &version.key_row_id)?;
            Ok((statistics, head, published, erasures::count_of_campaign(conn, &row.id)?))
        })?;
        told.measure.snapshot = Some(head);
        let statistics = SnapshotStatistics::parse(&statistics)?;
        let measurable = measurable(&statistics);
        told.is_open = measurable.len() >= 2 && statistics.family_residuals.is_some();
        let tried = match &query.relative {
            Some(relative) if told.is_open => Some(checked(relative.clone(), &measurable)?),
            _ => published.clone(),
        };
        told.families = weighed(&form, language, tried.as_ref(), &measurable)?;
        if told.is_open {
            let over = |weights: Option<&domain::family_weights::FamilyWeights>| part_weights(&form, weights);
            let rule = Tried::of(&statistics, &over(published.as_ref())?, &over(tried.as_ref())?)?;
            told.outcome = Some(self.tried(&version, n_erased, &rule, query)?);
        }
        Ok(told)
    }

    fn tried(
        &self,
        version: &RankingVersionRow,
        n_erased: i64,
        rule: &Tried,
        query: &WhatIfQuery,
    ) -> Result<Outcome, ServiceError> {
        let columns = self.read(|conn| self.weighable(conn, version, n_erased))?;
        let ranked = re_rank(&columns, rule, query.order)?;
        let page: Vec<Placed> = ranked.order.iter().skip(query.after).take(PAGE_SIZE).copied().collect();
        let numbers: Vec<i32> =
            page.iter().filter_map(|placed| columns.row_numbers.get(placed.person).copied()).collect();
        let listed = self.read(|conn| Ok(ranking_rows::listed_rows(conn, &version.id, &numbers)?))?;
        let mut listed: BTreeMap<i32, _> =
            listed.into_iter().map(|listed| (listed.row.row_number, listed)).collect();
        let mut people = Vec::with_capacity(page.len());
        for placed in &page {
            let number = columns.row_numbers.get(placed.person).copied().unwrap_or_default();
            // A version that lost its rows meanwhile has nobody to show.
            let Some(listed) = listed.remove(&number) else { continue };
            let error = columns.sems.get(placed.person).copied().unwrap_or_default() * rule.error_factor;
            let error = StandardError::try_from(error).map_err(fault)?;
            let interval = interval_95(placed.score, error).map_err(fault)?;
            people.push(TriedPerson {
                person: blind_person(&listed)?,
                score: placed.score,
                low: interval.low,
                high: interval.high,
                band: placed.band,
                published_score: listed.row.score.unwrap_or_default(),
                published_band: listed.row.band.unwrap_or_default(),
                rank_low: listed.row.rank_low.unwrap_or_default(),
                rank_high: listed.row.rank_high.unwrap_or_default(),
            });
        }
        let next = query.after + PAGE_SIZE;
        Ok(Outcome {
            n: columns.row_numbers.len(),
            n_other_band: ranked.n_other_band,
            n_top: ranked.n_top,
            n_top_kept: ranked.n_top_kept,
            sem: rule.complete_form.get(),
            n_without: ranked.n_without,
            people,
            next: (next < ranked.order.len()).then_some(next),
        })
    }
}

fn part_weights(
    form: &LoadedForm,
    weights: Option<&domain::family_weights::FamilyWeights>,
) -> Result<PartWeights, ServiceError> {
    let actions = scored_actions(form);
    match weights {
        Some(weights) => weights.over(actions),
        None => PartWeights::plain(&actions),
    }
    .map_err(fault)
}

impl Tried {
    fn of(
        statistics: &SnapshotStatistics,
        published: &PartWeights,
        tried: &PartWeights,
    ) -> Result<Self, ServiceError> {
        let complete_form = error_under(statistics, tried)?;
        let before = error_under(statistics, published)?;
        Ok(Self {
            published: published.ratios(),
            tried: tried.ratios(),
            complete_form,
            error_factor: complete_form.get() / before.get(),
        })
    }
}

/// Someone's place under tried weights.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Placed {
    person: usize,
    score: f64,
    band: i32,
}

struct ReRanked {
    order: Vec<Placed>,
    n_other_band: usize,
    n_top: usize,
    n_top_kept: usize,
    n_without: usize,
}

/// Everyone under tried weights, in the order asked for; the random column decides inside a band and between equal
/// scores.
fn re_rank(columns: &Columns, rule: &Tried, order: Order) -> Result<ReRanked, ServiceError> {
    let all = columns.row_numbers.len();
    let mut placed: Vec<Placed> = (0..all)
        .filter_map(|person| Some(Placed { person, score: columns.tried(person, rule)?, band: 0 }))
        .collect();
    let n_without = all - placed.len();
    if !placed.is_empty() {
        let values: Vec<f64> = placed.iter().map(|placed| placed.score).collect();
        let bands = bands(&values, rule.complete_form).map_err(fault)?;
        for (placed, band) in placed.iter_mut().zip(bands) {
            placed.band = i32::try_from(band.index()).map_err(fault)?;
        }
    }
    let before = |placed: &Placed| columns.bands.get(placed.person).copied().unwrap_or_default();
    let random = |placed: &Placed| columns.random.get(placed.person).copied().unwrap_or_default();
    let n_other_band = placed.iter().filter(|own| own.band != before(own)).count();
    let n_top = columns.bands.iter().filter(|band| **band == 0).count();
    let n_top_kept = placed.iter().filter(|own| own.band == 0 && before(own) == 0).count();
    match order {
        Order::Random => placed.sort_unstable_by_key(|own| (own.band, random(own))),
        Order::Score => placed.sort_unstable_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| random(one).cmp(&random(other)))
        }),
    }
    Ok(ReRanked { order: placed, n_other_band, n_top, n_top_kept, n_without })
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("a ranking under other weights", error)
}

#[cfg(test)]
mod tests {
    use super::columns::three_people;
    use super::*;

    fn rule(tried: [f64; 5]) -> Tried {
        Tried {
            published: vec![1.0, 1.0, 0.0, 0.0, 0.0],
            tried: tried.to_vec(),
            complete_form: StandardError::try_from(2.0).unwrap(),
            error_factor: 1.0,
        }
    }

    #[test]
    fn published_weights_change_nothing() {
        let ranked = re_rank(&three_people(), &rule([1.0, 1.0, 0.0, 0.0, 0.0]), Order::Score).unwrap();

        let told: Vec<(usize, f64)> =
            ranked.order.iter().map(|placed| (placed.person, placed.score)).collect();
        assert_eq!(told, [(0, 75.0), (1, 50.0), (2, 20.0)]);
    }

    #[test]
    fn other_weights_turn_the_order_round_and_leave_the_erased_where_they_are() {
        // The second family alone counts: 50 and 100; whoever was erased keeps the bare number.
        let ranked = re_rank(&three_people(), &rule([0.0, 2.0, 0.0, 0.0, 0.0]), Order::Score).unwrap();

        let told: Vec<(usize, f64, i32)> =
            ranked.order.iter().map(|placed| (placed.person, placed.score, placed.band)).collect();
        assert_eq!(told, [(1, 100.0, 0), (0, 50.0, 1), (2, 20.0, 2)]);
        assert_eq!((ranked.n_other_band, ranked.n_top, ranked.n_top_kept), (2, 2, 1));
    }

    #[test]
    fn the_random_column_decides_inside_a_band() {
        let mut columns = three_people();
        columns.scores = vec![75.0, 74.0, 73.0];
        columns.sums = vec![None, None, None];
        let ranked = re_rank(&columns, &rule([1.0, 1.0, 0.0, 0.0, 0.0]), Order::Random).unwrap();

        let told: Vec<usize> = ranked.order.iter().map(|placed| placed.person).collect();
        assert_eq!(told, [2, 1, 0]);
    }

    #[test]
    fn a_family_that_was_never_shown_cannot_be_all_that_counts() {
        let mut columns = three_people();
        columns.sums = vec![Some([[8, 4], [0, 0], [0, 0], [0, 0], [0, 0]]), None, None];
        let ranked = re_rank(&columns, &rule([0.0, 2.0, 0.0, 0.0, 0.0]), Order::Score).unwrap();

        assert_eq!((ranked.n_without, ranked.order.len()), (1, 2));
    }
}
