//! How the scores of a ranking version are spread, held in the memory of the server.
//!
//! The ranked scores of a version never change: an erasure takes the person out of a row and leaves the number. Each
//! server therefore reads them once per version, and several servers say the same.

use std::sync::{Arc, Mutex, PoisonError};

use psychometrics::descriptive::histogram;
use store::conn::DbConn;
use store::repo::ranking_rows;

use super::BandHead;
use crate::error::ServiceError;
use crate::ranking_versions::MOST_PEOPLE;
use crate::snapshots::statistics::{Distribution, distribution};
use crate::state::Services;

/// Bins of the score axis, 5 points each.
const SCORE_BINS: u32 = 20;

/// Versions held in memory: less than a kilobyte each.
const MOST_HELD: usize = 256;

/// The spread of a version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VersionSpread {
    /// Its bands, the top one first.
    pub(crate) bands: Vec<BandHead>,
    /// Its ranked scores; nothing when nobody is ranked.
    pub(crate) scores: Option<Distribution>,
    /// Ranked people per bin of 5 points, from 0 up.
    pub(crate) bins: Vec<u32>,
}

impl VersionSpread {
    fn read(conn: &mut DbConn, version: &str) -> Result<Self, ServiceError> {
        let scores = ranking_rows::ranked_scores(conn, version, MOST_PEOPLE)?;
        Ok(Self {
            bands: band_heads(conn, version)?,
            scores: distribution(&scores)?,
            bins: histogram(&scores, 0.0, 100.0, SCORE_BINS),
        })
    }
}

/// The bands of a version with the ranks that each holds.
fn band_heads(conn: &mut DbConn, version: &str) -> Result<Vec<BandHead>, ServiceError> {
    let mut before = 0;
    let rows = ranking_rows::bands(conn, version)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let head = BandHead {
                band: row.band.unwrap_or_default(),
                n: row.n,
                highest: row.highest.unwrap_or_default(),
                lowest: row.lowest.unwrap_or_default(),
                first_rank: before + 1,
                last_rank: before + row.n,
            };
            before += row.n;
            head
        })
        .collect())
}

/// Versions held in memory, the last used first.
#[derive(Debug, Default)]
pub(crate) struct SpreadCache(Mutex<Vec<(String, Arc<VersionSpread>)>>);

impl SpreadCache {
    fn known(&self, version: &str) -> Option<Arc<VersionSpread>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = held.iter().position(|(own, _)| own == version)?;
        let entry = held.remove(place);
        let spread = Arc::clone(&entry.1);
        held.insert(0, entry);
        Some(spread)
    }

    fn keep(&self, version: &str, spread: &Arc<VersionSpread>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.iter().all(|(own, _)| own != version) {
            held.insert(0, (version.to_owned(), Arc::clone(spread)));
            held.truncate(MOST_HELD);
        }
    }
}

impl Services {
    /// The spread of a version that still has its rows.
    pub(crate) fn spread(
        &self,
        conn: &mut DbConn,
        version: &str,
    ) -> Result<Arc<VersionSpread>, ServiceError> {
        if let Some(known) = self.spread_cache().known(version) {
            return Ok(known);
        }
        // Two who come at once read it twice and find the same.
        let spread = Arc::new(VersionSpread::read(conn, version)?);
        self.spread_cache().keep(version, &spread);
        Ok(spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_stay() {
        let cache = SpreadCache::default();
        for number in 0..MOST_HELD {
            cache.keep(&number.to_string(), &Arc::new(VersionSpread::default()));
        }

        assert!(cache.known("0").is_some());
        cache.keep("one more", &Arc::new(VersionSpread::default()));

        assert!(cache.known("0").is_some() && cache.known("one more").is_some());
        assert!(cache.known("1").is_none(), "the longest unused goes");
    }
}
