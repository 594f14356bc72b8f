//! How scores go with later outcomes: aggregates over many people, computed at each opening and kept nowhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::ids::CampaignId;
use psychometrics::descriptive::describe;
use psychometrics::validity::{
    Corrected, Correlation, ExpectancyCell, FEWEST_FOR_VALIDITY, OutcomeKind, corrected_for_range,
    expectancy, pearson, spearman,
};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::norm_groups::scores_under;
use store::repo::outcomes::{self, ScoredOutcomeRow};
use store::repo::snapshots;

use crate::authz::{Permission, allows, require};
use crate::error::ServiceError;
use crate::norm_groups::NormChoice;
use crate::outcomes::{Criterion, ImportLine};
use crate::packs::LoadedForm;
use crate::ranking::{CampaignHead, Measure, snapshot_head};
use crate::ranking_versions::MOST_PEOPLE;
use crate::score_attempt::{campaign_form, form_of};
use crate::state::Services;
use crate::viewer::Staff;

/// People below whom nothing is told, for pages.
pub const PEOPLE_FOR_VALIDITY: u32 = FEWEST_FOR_VALIDITY;
/// People below whom the interval alone is told, for pages.
pub const PEOPLE_FOR_ESTIMATE: u32 = psychometrics::validity::POINT_ESTIMATE_FROM;
/// People below whom a validity proves little, for pages.
pub const PEOPLE_FOR_PROOF: u32 = psychometrics::validity::PROVES_LITTLE_BELOW;

/// Whose outcomes are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Every campaign of the form and key.
    #[default]
    Form,
    /// One campaign.
    Campaign,
}

impl Scope {
    /// The score to look at: across campaigns the plain one, since each may weigh its families in its own way.
    fn score(self, score: Option<f64>, plain: Option<f64>) -> Option<f64> {
        match self {
            Self::Form => plain.or(score),
            Self::Campaign => score,
        }
    }
}

/// How scores go with one criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct CriterionValidity {
    /// The criterion.
    pub criterion: Criterion,
    /// People with a score and an outcome.
    pub n: u32,
    /// The campaigns that they are from.
    pub campaigns: usize,
    /// The first and the last day that a value is of.
    pub days: (NaiveDate, NaiveDate),
    /// What is told from 10 people on.
    pub told: Option<ToldValidity>,
}

/// What is told of enough people.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldValidity {
    /// Pearson's correlation; point-biserial for yes and no. Nothing when nothing varies.
    pub pearson: Option<Correlation>,
    /// Spearman's.
    pub spearman: Option<Correlation>,
    /// Pearson's, corrected for direct restriction of range.
    pub corrected: Option<Corrected>,
    /// People in the ranking of those campaigns, whose scatter the correction takes.
    pub n_everybody: u32,
    /// Standard deviation of their scores.
    pub sd_everybody: Option<f64>,
    /// Standard deviation of the scores of people with an outcome.
    pub sd_selected: Option<f64>,
    /// The outcome by groups of scores, the lowest first; empty under 20 people.
    pub cells: Vec<ExpectancyCell>,
}

/// The page of a campaign's evidence.
#[derive(Clone, Debug)]
pub struct ValidityPage {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What its scores are made with.
    pub measure: Measure,
    /// Whose outcomes.
    pub scope: Scope,
    /// One entry per criterion of which there is an outcome.
    pub criteria: Vec<CriterionValidity>,
    /// The comparison group of its reports.
    pub norms: NormChoice,
    /// The imports, for who manages outcomes.
    pub imports: Option<Vec<ImportLine>>,
}

impl Services {
    /// How scores of a campaign, or of every campaign of its form and key, go with later outcomes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reads manuals and the campaign is theirs.
    pub fn validity(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        scope: Scope,
    ) -> Result<ValidityPage, ServiceError> {
        require(viewer, Permission::ReadManual)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = campaign_form(self, &row)?;
        let norms = self.norm_choice(viewer, campaign)?;
        let imports = if allows(viewer.role, Permission::ManageOutcomes) {
            Some(self.outcome_imports(viewer, campaign)?)
        } else {
            None
        };
        let now = self.now();
        self.read(|conn| {
            Ok(ValidityPage {
                measure: measure(conn, &row, &form)?,
                criteria: validity(conn, &row, scope)?,
                campaign: CampaignHead::of(&row, now),
                scope,
                norms,
                imports,
            })
        })
    }
}

fn measure(conn: &mut DbConn, row: &CampaignRow, form: &LoadedForm) -> Result<Measure, ServiceError> {
    let newest = snapshots::newest(conn, form_of(row))?;
    let newest = newest.map(|newest| snapshot_head(conn, &newest.id)).transpose()?;
    Ok(Measure::of(form, newest))
}

/// The validity over every campaign of a campaign's form and key, for the manual.
///
/// # Errors
/// That the database cannot be asked.
pub(crate) fn validity_of_form(
    conn: &mut DbConn,
    campaign: &CampaignRow,
) -> Result<Vec<CriterionValidity>, ServiceError> {
    validity(conn, campaign, Scope::Form)
}

fn validity(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    scope: Scope,
) -> Result<Vec<CriterionValidity>, ServiceError> {
    let Some(snapshot) = snapshots::newest(conn, form_of(campaign))? else { return Ok(Vec::new()) };
    let mut rows = outcomes::with_scores(conn, &campaign.organisation_id, &snapshot.id, MOST_PEOPLE)?;
    if scope == Scope::Campaign {
        rows.retain(|row| row.campaign_id == campaign.id);
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let everybody = scores_under(conn, &snapshot.id, true, MOST_PEOPLE)?;
    Criterion::ALL
        .into_iter()
        .filter_map(|criterion| Pairs::of(criterion, &rows, scope))
        .map(|pairs| {
            let of_campaigns =
                everybody.iter().filter(|row| pairs.campaigns.contains(row.campaign_id.as_str()));
            let scores: Vec<f64> =
                of_campaigns.filter_map(|row| scope.score(row.score, row.plain_score)).collect();
            Ok(pairs.told(&scores))
        })
        .collect()
}

/// The scores and outcomes of one criterion, the latest of each person.
struct Pairs<'a> {
    criterion: Criterion,
    scores: Vec<f64>,
    values: Vec<f64>,
    campaigns: BTreeSet<&'a str>,
    days: (NaiveDate, NaiveDate),
}

impl<'a> Pairs<'a> {
    fn of(criterion: Criterion, rows: &'a [ScoredOutcomeRow], scope: Scope) -> Option<Self> {
        let latest: BTreeMap<&str, &ScoredOutcomeRow> = rows
            .iter()
            .filter(|row| row.criterion == criterion.code() && row.score.is_some())
            .map(|row| (row.attempt_id.as_str(), row))
            .collect();
        let days = latest.values().map(|row| row.measured_on);
        let days = (days.clone().min()?, days.max()?);
        Some(Self {
            criterion,
            scores: latest.values().filter_map(|row| scope.score(row.score, row.plain_score)).collect(),
            values: latest.values().map(|row| row.value).collect(),
            campaigns: latest.values().map(|row| row.campaign_id.as_str()).collect(),
            days,
        })
    }

    fn told(&self, everybody: &[f64]) -> CriterionValidity {
        let n = u32::try_from(self.scores.len()).unwrap_or(u32::MAX);
        CriterionValidity {
            criterion: self.criterion,
            n,
            campaigns: self.campaigns.len(),
            days: self.days,
            told: (n >= FEWEST_FOR_VALIDITY).then(|| self.figures(everybody)),
        }
    }

    fn figures(&self, everybody: &[f64]) -> ToldValidity {
        let kind = match self.criterion {
            Criterion::Retained => OutcomeKind::YesNo,
            _ => OutcomeKind::Number,
        };
        let sd = |scores: &[f64]| describe(scores).ok().and_then(|described| described.sd);
        let (sd_everybody, sd_selected) = (sd(everybody), sd(&self.scores));
        // What has no variance has no correlation, and the page says so.
        let pearson = pearson(&self.scores, &self.values).ok();
        let corrected = match (pearson, sd_everybody, sd_selected) {
            (Some(found), Some(everybody), Some(selected)) => corrected_for_range(found, everybody, selected),
            _ => None,
        };
        ToldValidity {
            pearson,
            spearman: spearman(&self.scores, &self.values).ok(),
            corrected,
            n_everybody: u32::try_from(everybody.len()).unwrap_or(u32::MAX),
            sd_everybody,
            sd_selected,
            cells: expectancy(&self.scores, &self.values, kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(person: u32, score: f64, value: f64, day: u32) -> ScoredOutcomeRow {
        ScoredOutcomeRow {
            attempt_id: format!("{person:03}"),
            campaign_id: if person < 5 { "one" } else { "two" }.to_owned(),
            criterion: "performance".to_owned(),
            measured_on: NaiveDate::from_ymd_opt(2026, 1, day).unwrap(),
            value,
            score: Some(score),
            plain_score: None,
        }
    }

    #[test]
    fn the_latest_value_of_a_person_counts_once() {
        let rows = [row(1, 50.0, 1.0, 1), row(1, 50.0, 4.0, 20), row(2, 60.0, 2.0, 5)];

        let pairs = Pairs::of(Criterion::Performance, &rows, Scope::Form).unwrap();

        assert_eq!((pairs.scores.as_slice(), pairs.values.as_slice()), (&[50.0, 60.0][..], &[4.0, 2.0][..]));
        assert!(Pairs::of(Criterion::Retained, &rows, Scope::Form).is_none());
    }

    #[test]
    fn nothing_is_told_of_fewer_than_ten_and_little_of_ten() {
        let rows: Vec<ScoredOutcomeRow> =
            (0..10).map(|person| row(person, f64::from(person), f64::from(person * person), 1)).collect();
        let everybody: Vec<f64> = (0..40_u32).map(f64::from).collect();

        let nine = Pairs::of(Criterion::Performance, &rows[..9], Scope::Form).unwrap().told(&everybody);
        let ten = Pairs::of(Criterion::Performance, &rows, Scope::Form).unwrap().told(&everybody);

        assert_eq!((nine.n, nine.told), (9, None));
        let told = ten.told.unwrap();
        assert!(told.cells.is_empty(), "ten people are no two cells of ten");
        assert_eq!(told.spearman.unwrap().r, 1.0);
        // The scatter of forty people is wider than that of the ten: the corrected figure is larger.
        assert!(told.corrected.unwrap().u > 3.0);
        assert_eq!(ten.campaigns, 2);
    }

    #[test]
    fn outcomes_that_do_not_vary_have_no_correlation() {
        let rows: Vec<ScoredOutcomeRow> =
            (0..12).map(|person| row(person, f64::from(person), 3.0, 1)).collect();

        let told =
            Pairs::of(Criterion::Performance, &rows, Scope::Form).unwrap().told(&[1.0, 2.0]).told.unwrap();

        assert_eq!((told.pearson, told.spearman, told.corrected), (None, None, None));
    }
}
