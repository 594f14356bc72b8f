//! The scores that no ranking shows, recomputed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use store::repo::attempts::{self, AttemptRow};
use store::repo::campaigns::CampaignRow;
use store::repo::scores::{self, ScoreRow};
use store::repo::snapshots;

use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::score_attempt::ScoreNumbers;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::Services;
use crate::verify::findings::Findings;
use crate::verify::{CHUNK, OutsideCheck, TOLD};
use crate::weights::{ScoringRule, weights_of_key};

/// What the scores of one snapshot follow.
type Followed = (Arc<LoadedForm>, ScoringRule);

impl Services {
    /// Recomputes the scores of a campaign that no ranking shows.
    pub(super) fn check_outside(&self, campaign: &CampaignRow) -> Result<OutsideCheck, ServiceError> {
        let mut followed: HashMap<String, Followed> = HashMap::new();
        let mut found = Findings::default();
        let (mut n_equal, mut n_different) = (0_usize, 0_usize);
        let mut after = String::new();
        loop {
            let rows = self.read(|conn| Ok(scores::outside_rankings(conn, &campaign.id, &after, CHUNK)?))?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            let attempts = self.attempts_of(&rows)?;
            for row in &rows {
                // Erased since the rows were read.
                let Some(attempt) = attempts.get(&row.attempt_id) else { continue };
                let (form, rule) = match followed.entry(row.snapshot_id.clone()) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(self.followed(campaign, row)?),
                };
                let numbers = self.read(|conn| ScoreNumbers::of(conn, form, rule, attempt))?;
                let before = found.all().len();
                found.compare_score(&attempt.public_id, 0, row, &numbers)?;
                let count = if found.all().len() == before { &mut n_equal } else { &mut n_different };
                *count = count.saturating_add(1);
            }
        }
        Ok(OutsideCheck { n_equal, n_different, differences: found.into_first(TOLD) })
    }

    fn attempts_of(&self, rows: &[ScoreRow]) -> Result<HashMap<String, AttemptRow>, ServiceError> {
        let ids: Vec<String> = rows.iter().map(|row| row.attempt_id.clone()).collect();
        let found = self.read(|conn| Ok(attempts::of_ids(conn, &ids)?))?;
        Ok(found.into_iter().map(|attempt| (attempt.id.clone(), attempt)).collect())
    }

    /// The form and the rule of a score: its key, the statistics frozen in its snapshot, the campaign's weights.
    fn followed(&self, campaign: &CampaignRow, row: &ScoreRow) -> Result<Followed, ServiceError> {
        let form = self.loaded(campaign, &row.key_row_id)?;
        let rule = self.read(|conn| {
            let snapshot = snapshots::load(conn, &row.snapshot_id)?;
            let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
            let weights = weights_of_key(conn, &campaign.id, &row.key_row_id)?;
            ScoringRule::of(&form, &statistics, weights.as_ref())
        })?;
        Ok((form, rule))
    }
}
