//! The weights of a campaign's families: chosen before its first test begins, where an earlier snapshot shows that the
//! families can be measured, published with the measure, and part of every score from then on.
//!
//! The published text is where they live: what scores and what was published cannot disagree.

use std::collections::BTreeMap;

use domain::attempt::Place;
use domain::construct::Family;
use domain::family_weights::{FamilyWeights, FamilyWeightsError};
use domain::ids::CampaignId;
use domain::language::Language;
use domain::points::AttemptPoints;
use domain::preregistration::Chosen;
use psychometrics::mixed::PARTS;
use psychometrics::part_weights::{PartResiduals, PartWeights, weighted_sem, weighted_total};
use psychometrics::score::TotalScore;
use psychometrics::sem::StandardError;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::{attempts, preregistrations, snapshots};

use crate::authz::{Permission, allows, require};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::preregister::{chosen_in, chosen_weights, publish};
use crate::ranking::{CampaignHead, Measure, SnapshotHead};
use crate::score_attempt::{campaign_form, form_of};
use crate::snapshots::Taker;
use crate::snapshots::statistics::{SnapshotStatistics, Verdict};
use crate::state::Services;
use crate::viewer::Staff;

/// The weights of a campaign as its page shows them.
#[derive(Clone, Debug)]
pub struct WeightsPage {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What it is scored with.
    pub measure: Measure,
    /// The five families, in their order.
    pub families: Vec<WeighedFamily>,
    /// Whether the weights are those of the form, or chosen.
    pub is_chosen: bool,
    /// Whether they may be changed, by this viewer.
    pub change: Change,
}

/// A family of a campaign beside its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct WeighedFamily {
    /// The family.
    pub family: Family,
    /// Its name in the pack.
    pub name: String,
    /// Its scored actions.
    pub n_actions: u32,
    /// Its share of the scored actions, 0 to 1.
    pub share: f64,
    /// Its weight in the score, 0 to 1.
    pub weight: f64,
    /// The relative number chosen for it.
    pub relative: Option<u32>,
    /// Whether the newest snapshot shows that it can be measured, so that its weight may be chosen.
    pub is_measurable: bool,
}

/// Whether weights may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// They may.
    Open,
    /// A test has begun: they are fixed.
    Begun,
    /// Fewer than two families can be measured.
    NotMeasurable,
    /// Someone else may.
    NotYours,
}

/// How a campaign makes a score out of points.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScoringRule {
    /// The standard error of a complete form.
    pub(crate) complete_form: StandardError,
    /// What one action of each family counts, where weights were chosen.
    pub(crate) ratios: Option<Vec<f64>>,
}

impl ScoringRule {
    /// The rule of a form under frozen statistics and chosen weights.
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when stored numbers do not go together.
    pub(crate) fn of(
        form: &LoadedForm,
        statistics: &SnapshotStatistics,
        weights: Option<&FamilyWeights>,
    ) -> Result<Self, ServiceError> {
        let plain = statistics.complete_form()?;
        let Some(weights) = weights else { return Ok(Self { complete_form: plain, ratios: None }) };
        let over = weights.over(scored_actions(form)).map_err(fault)?;
        Ok(Self { complete_form: error_under(statistics, &over)?, ratios: Some(over.ratios()) })
    }

    /// The score of record, 0 to 100; nothing when nothing with a weight was shown.
    pub(crate) fn score(&self, total: &TotalScore, points: &AttemptPoints) -> Option<f64> {
        let Some(ratios) = &self.ratios else { return Some(total.x) };
        let sums = points.family_points();
        let whole = f64::from(PARTS);
        let of_family = |family: &Family| {
            sums.get(family)
                .map_or((0.0, 0.0), |sum| (f64::from(sum.parts) / whole, f64::from(sum.n_counted)))
        };
        weighted_total(ratios, &Family::ALL.iter().map(of_family).collect::<Vec<_>>())
    }
}

/// The standard error of a complete form under weights.
///
/// # Errors
/// [`ServiceError::Broken`] when the statistics give none.
pub(crate) fn error_under(
    statistics: &SnapshotStatistics,
    weights: &PartWeights,
) -> Result<StandardError, ServiceError> {
    let residuals = statistics.family_residuals.as_ref().map(|residuals| PartResiduals {
        mean_products: residuals.mean_products.iter().map(|row| row.to_vec()).collect(),
        persons_used: residuals.persons_used,
        scenarios: statistics.n_scenarios,
    });
    weighted_sem(statistics.complete_form()?, weights, residuals.as_ref(), statistics.n_scenarios)
        .map_err(fault)
}

/// The scored actions of each family of a form under its key, in the order of [`Family::ALL`].
pub(crate) fn scored_actions(form: &LoadedForm) -> [u32; 5] {
    let nobody = AttemptPoints::of(&form.form, &form.key, &BTreeMap::new(), Place::Practice);
    let sums = nobody.family_points();
    let mut actions = [0; 5];
    for (n, family) in actions.iter_mut().zip(Family::ALL) {
        *n = sums.get(family).map_or(0, |sum| sum.n_scored);
    }
    actions
}

/// The weights that a campaign has chosen; nothing when its families weigh by their shares.
///
/// # Errors
/// [`ServiceError::Broken`] when the published text cannot be read.
pub(crate) fn weights_in_force(
    conn: &mut DbConn,
    campaign: &str,
) -> Result<Option<FamilyWeights>, ServiceError> {
    Ok(chosen_weights(conn, campaign)?.and_then(|chosen| chosen.weights))
}

/// The weights that the text of one key says.
///
/// # Errors
/// [`ServiceError::Broken`] when the published text cannot be read.
pub(crate) fn weights_of_key(
    conn: &mut DbConn,
    campaign: &str,
    key_row: &str,
) -> Result<Option<FamilyWeights>, ServiceError> {
    match preregistrations::newest_of_key(conn, campaign, key_row)? {
        Some(row) => Ok(chosen_in(&row)?.and_then(|chosen| chosen.weights)),
        None => weights_in_force(conn, campaign),
    }
}

/// The families that frozen statistics show to be measurable.
pub(crate) fn measurable(statistics: &SnapshotStatistics) -> Vec<Family> {
    let families = statistics.families.iter();
    families.filter(|family| family.verdict == Verdict::Reportable).map(|family| family.family).collect()
}

/// The newest frozen statistics of a campaign's form and key; nothing before the first.
pub(crate) fn newest_statistics(
    conn: &mut DbConn,
    campaign: &CampaignRow,
) -> Result<Option<(SnapshotHead, SnapshotStatistics)>, ServiceError> {
    let Some(row) = snapshots::newest(conn, form_of(campaign))? else { return Ok(None) };
    let statistics = SnapshotStatistics::parse(&row.statistics)?;
    Ok(Some((SnapshotHead { id: row.id, n: row.n, taken_at: row.taken_at }, statistics)))
}

impl Services {
    /// The weights of a campaign's families.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn weights(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        language: Language,
    ) -> Result<WeightsPage, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = campaign_form(self, &row)?;
        let now = self.now();
        self.read(|conn| {
            let newest = newest_statistics(conn, &row)?;
            let measurable = newest.as_ref().map_or_else(Vec::new, |(_, statistics)| measurable(statistics));
            let weights = weights_in_force(conn, &row.id)?;
            let change = if attempts::count_of_campaign(conn, &row.id)? > 0 {
                Change::Begun
            } else if measurable.len() < 2 {
                Change::NotMeasurable
            } else if allows(viewer.role, Permission::ManageCampaigns) {
                Change::Open
            } else {
                Change::NotYours
            };
            Ok(WeightsPage {
                campaign: CampaignHead::of(&row, now),
                measure: Measure::of(&form, newest.map(|(head, _)| head)),
                families: weighed(&form, language, weights.as_ref(), &measurable)?,
                is_chosen: weights.is_some(),
                change,
            })
        })
    }

    /// Chooses the weights of a campaign's families, or goes back to their shares, and publishes the measure with them.
    /// What is in force already changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `weights` (`all_zero`, `too_large`, `too_few`, `not_measurable`);
    /// [`ServiceError::Conflict`] `begun` once a test has begun; [`ServiceError::NotFound`] when the viewer may not.
    pub fn choose_weights(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        relative: Option<BTreeMap<Family, u32>>,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let before =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = campaign_form(self, &before)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if row.key_row_id != before.key_row_id {
                return Err(ServiceError::Conflict("begun"));
            }
            if attempts::count_of_campaign(tx.conn, &row.id)? > 0 {
                return Err(ServiceError::Conflict("begun"));
            }
            let newest = newest_statistics(tx.conn, &row)?;
            let measurable = newest.map_or_else(Vec::new, |(_, statistics)| measurable(&statistics));
            let weights = relative.map(|relative| checked(relative, &measurable)).transpose()?;
            let last = chosen_weights(tx.conn, &row.id)?;
            if last.as_ref().and_then(|chosen| chosen.weights.as_ref()) == weights.as_ref() {
                return Ok(());
            }
            let revision = last.map_or(0, |chosen| chosen.revision) + 1;
            publish(self, tx, &row, &form, Some(Chosen { revision, weights }), &Taker::staff(viewer))
        })
    }
}

/// Weights as they may be chosen or tried where these families can be measured.
///
/// # Errors
/// [`ServiceError::Invalid`] as [`Services::choose_weights`].
pub(crate) fn checked(
    relative: BTreeMap<Family, u32>,
    measurable: &[Family],
) -> Result<FamilyWeights, ServiceError> {
    if relative.keys().any(|family| !measurable.contains(family)) {
        return Err(ServiceError::invalid("weights", "not_measurable"));
    }
    FamilyWeights::new(relative).map_err(|error| {
        let code = match error {
            FamilyWeightsError::TooFew => "too_few",
            FamilyWeightsError::TooLarge => "too_large",
            FamilyWeightsError::AllZero => "all_zero",
            FamilyWeightsError::UnknownFamily => "not_measurable",
        };
        ServiceError::invalid("weights", code)
    })
}

/// The five families with their weights.
pub(crate) fn weighed(
    form: &LoadedForm,
    language: Language,
    weights: Option<&FamilyWeights>,
    measurable: &[Family],
) -> Result<Vec<WeighedFamily>, ServiceError> {
    let actions = scored_actions(form);
    let over = match weights {
        Some(weights) => weights.over(actions),
        None => PartWeights::plain(&actions),
    }
    .map_err(fault)?;
    let numbers = over.weights().iter().zip(over.shares()).zip(actions);
    let families = Family::ALL.iter().copied().zip(numbers);
    Ok(families
        .map(|(family, ((weight, share), n_actions))| WeighedFamily {
            family,
            name: form.pack.family_name(family, language).to_owned(),
            n_actions,
            share: *share,
            weight: *weight,
            relative: weights.and_then(|weights| weights.relative(family)),
            is_measurable: measurable.contains(&family),
        })
        .collect())
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("the weights of a campaign", error)
}
