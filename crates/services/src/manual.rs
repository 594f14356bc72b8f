//! The technical manual of a campaign's measure: what the test is meant to show, what it is made of, and what the data
//! say of it so far. Made anew from stored statistics at each opening, so that it cannot fall behind them.

use std::sync::Arc;

use domain::form::Coverage;
use domain::ids::CampaignId;
use domain::language::Language;
use store::repo::{campaigns, ranking_versions, snapshots};

use crate::authz::{Permission, allows, require};
use crate::error::ServiceError;
use crate::fairness::participants::{PublishedComparisons, newest_comparisons};
use crate::norm_groups::{NormHead, offered};
use crate::outcomes::validity::{CriterionValidity, validity_of_form};
use crate::packs::LoadedForm;
use crate::preregister::{PreregistrationHead, preregistration_head};
use crate::ranking::{CampaignHead, Measure, SnapshotHead, VersionHead};
use crate::score_attempt::form_of;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::Services;
use crate::viewer::Staff;

/// Snapshots listed at most.
const MOST: i64 = 20;

/// A technical manual.
#[derive(Clone, Debug)]
pub struct Manual {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What it is scored with.
    pub measure: Measure,
    /// The form with its pack.
    pub form: Arc<LoadedForm>,
    /// What the form covers.
    pub coverage: Coverage,
    /// The statistics that scores refer to now; nothing before the first score.
    pub statistics: Option<SnapshotStatistics>,
    /// The titles of the scored scenarios, in the order of the statistics.
    pub titles: Vec<String>,
    /// Earlier statistics, newest first.
    pub snapshots: Vec<SnapshotHead>,
    /// The newest ranking.
    pub version: Option<VersionHead>,
    /// What was fixed in advance.
    pub preregistration: Option<PreregistrationHead>,
    /// The comparison groups of its form and key.
    pub norms: Vec<NormHead>,
    /// How scores go with later outcomes, over every campaign of its form and key.
    pub validity: Vec<CriterionValidity>,
    /// Groups compared scenario by scenario.
    pub comparisons: ManualComparisons,
}

/// What the manual says of groups compared scenario by scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ManualComparisons {
    /// The reader may not see published tables of groups.
    NotForReader,
    /// Nothing is published of the form and key.
    None,
    /// What was published last.
    Published(PublishedComparisons),
}

impl Services {
    /// The technical manual of a campaign's measure. It holds no value of the key and nothing about one person.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reads manuals and the campaign is theirs.
    pub fn manual(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        language: Language,
    ) -> Result<Manual, ServiceError> {
        require(viewer, Permission::ReadManual)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = self.form_with_key(&row, &row.key_row_id)?;
        let now = self.now();
        self.read(|conn| {
            let version = ranking_versions::newest(conn, &row.id)?;
            let rows = snapshots::list(conn, form_of(&row), MOST)?;
            let statistics =
                rows.first().map(|newest| SnapshotStatistics::parse(&newest.statistics)).transpose()?;
            let snapshots: Vec<SnapshotHead> = rows
                .into_iter()
                .map(|row| SnapshotHead { id: row.id, n: row.n, taken_at: row.taken_at })
                .collect();
            let title = |id| {
                let texts = form.pack.scenario(id);
                let prose = texts.and_then(|texts| {
                    texts.prose.get(language).or_else(|| texts.prose.iter().next().map(|(_, prose)| prose))
                });
                prose.map(|prose| prose.title.clone()).unwrap_or_default()
            };
            let scenarios = statistics.iter().flat_map(|statistics| &statistics.scenarios);
            let comparisons = match allows(viewer.role, Permission::ReadFairness) {
                false => ManualComparisons::NotForReader,
                true => newest_comparisons(conn, &row, &form)?
                    .map_or(ManualComparisons::None, ManualComparisons::Published),
            };
            Ok(Manual {
                comparisons,
                campaign: CampaignHead::of(&row, now),
                measure: Measure::of(&form, snapshots.first().cloned()),
                coverage: Coverage::of(&form.form, &form.pack),
                titles: scenarios.map(|scenario| title(&scenario.id)).collect(),
                statistics,
                snapshots,
                version: version.as_ref().map(|version| VersionHead::of(version, false)).transpose()?,
                preregistration: preregistration_head(conn, &row.id, &row.key_row_id)?,
                norms: offered(conn, &row)?,
                validity: validity_of_form(conn, &row)?,
                form: Arc::clone(&form),
            })
        })
    }
}
