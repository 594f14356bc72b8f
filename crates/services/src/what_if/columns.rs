//! The ranked people of a version in the memory of the server, column by column.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::construct::Family;
use psychometrics::part_weights::weighted_total;
use psychometrics::sem::{StandardError, interval_95};
use store::conn::DbConn;
use store::repo::ranking_rows::{self, WeighableRow};
use store::repo::ranking_versions::RankingVersionRow;

use super::Tried;
use crate::error::ServiceError;
use crate::score_attempt::FamilyCells;
use crate::state::Services;

/// Versions held in memory at a time: about 5 MB each for 100,000 people.
const MOST_HELD: usize = 4;

/// Rows read at a time while a version is taken into memory.
const CHUNK: i64 = 5_000;

/// Versions held in memory, the last used first.
#[derive(Debug, Default)]
pub(crate) struct WeighableCache(Mutex<Vec<(Which, Arc<Columns>)>>);

/// A version, and how many people of its campaign were erased when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Which {
    version: String,
    n_erased: i64,
}

impl WeighableCache {
    /// The columns of a version: those in memory, or read now. Who asks meanwhile waits for the same reading.
    fn get(
        &self,
        which: &Which,
        read: impl FnOnce() -> Result<Columns, ServiceError>,
    ) -> Result<Arc<Columns>, ServiceError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().position(|(own, _)| own == which).map(|place| held.remove(place));
        let entry = match found {
            Some(entry) => entry,
            None => {
                // Nobody erased may stay in an older reading of the same version.
                held.retain(|(own, _)| own.version != which.version);
                (which.clone(), Arc::new(read()?))
            }
        };
        let columns = Arc::clone(&entry.1);
        held.insert(0, entry);
        held.truncate(MOST_HELD);
        Ok(columns)
    }
}

/// The ranked people of a version, column by column.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(super) row_numbers: Vec<i32>,
    pub(super) random: Vec<i64>,
    pub(super) bands: Vec<i32>,
    pub(super) scores: Vec<f64>,
    pub(super) sems: Vec<f64>,
    /// Half points and actions counted per family; none for people erased since.
    pub(super) sums: Vec<Option<[[u16; 2]; 5]>>,
}

impl Columns {
    fn read(conn: &mut DbConn, version: &RankingVersionRow) -> Result<Self, ServiceError> {
        let mut columns = Self::default();
        loop {
            let after = columns.row_numbers.last().copied().unwrap_or_default();
            let measure = (version.key_row_id.as_str(), version.snapshot_id.as_str());
            let rows = ranking_rows::weighable(conn, &version.id, measure, after, CHUNK)?;
            if rows.is_empty() {
                return Ok(columns);
            }
            rows.into_iter().try_for_each(|row| columns.push(&row))?;
        }
    }

    fn push(&mut self, row: &WeighableRow) -> Result<(), ServiceError> {
        self.row_numbers.push(row.row_number);
        self.random.push(row.random_order);
        self.bands.push(row.band.unwrap_or_default());
        self.scores.push(row.score.unwrap_or_default());
        self.sems.push(row.sem.unwrap_or_default());
        self.sums.push(row.family_half_points.as_deref().map(summed).transpose()?);
        Ok(())
    }

    /// The row numbers of the people whose score of a family, with its interval, reaches `least`: those whose upper
    /// limit is not below it. Erased people are in nobody's list.
    pub(crate) fn reaching(&self, family: Family, least: f64, error: StandardError) -> HashSet<i32> {
        let index = Family::ALL.iter().position(|own| *own == family).unwrap_or_default();
        let reaches = |sums: &Option<[[u16; 2]; 5]>| {
            let [half, n] = sums.as_ref().and_then(|sums| sums.get(index).copied()).unwrap_or_default();
            n > 0
                && interval_95(50.0 * f64::from(half) / f64::from(n), error)
                    .is_ok_and(|interval| interval.high >= least)
        };
        let people = self.row_numbers.iter().zip(&self.sums);
        people.filter(|(_, sums)| reaches(sums)).map(|(number, _)| *number).collect()
    }

    /// The score of someone under tried weights: the published one, moved by what the weights change. Erased people
    /// keep the published one.
    pub(super) fn tried(&self, person: usize, rule: &Tried) -> Option<f64> {
        let published = *self.scores.get(person)?;
        let Some(sums) = self.sums.get(person)? else { return Some(published) };
        let sums = sums.map(|[half, n]| (f64::from(half) / 2.0, f64::from(n)));
        let before = weighted_total(&rule.published, &sums)?;
        let after = weighted_total(&rule.tried, &sums)?;
        Some((published + after - before).clamp(0.0, 100.0))
    }
}

/// The family sums of a stored score.
fn summed(text: &str) -> Result<[[u16; 2]; 5], ServiceError> {
    let cells: Vec<Option<FamilyCells>> =
        serde_json::from_str(text).map_err(|error| ServiceError::broken_by("stored family points", error))?;
    let mut sums = [[0_u16; 2]; 5];
    for scenario in cells.iter().flatten() {
        for (sum, cell) in sums.iter_mut().zip(scenario) {
            for (sum, add) in sum.iter_mut().zip(cell) {
                *sum = sum.saturating_add(u16::try_from(*add).unwrap_or(u16::MAX));
            }
        }
    }
    Ok(sums)
}

impl Services {
    /// The columns of a version. The caller's connection comes first and the lock of the memory second, everywhere: a
    /// thread that holds the lock never waits for a connection.
    pub(crate) fn weighable(
        &self,
        conn: &mut DbConn,
        version: &RankingVersionRow,
        n_erased: i64,
    ) -> Result<Arc<Columns>, ServiceError> {
        let which = Which { version: version.id.clone(), n_erased };
        self.weighable_cache().get(&which, || Columns::read(conn, version))
    }
}

/// Three people; families of 4 and 4 actions, the rest empty.
#[cfg(test)]
pub(super) fn three_people() -> Columns {
    let sums = |a: u16, b: u16| Some([[a, 4], [b, 4], [0, 0], [0, 0], [0, 0]]);
    Columns {
        row_numbers: vec![1, 2, 3],
        random: vec![30, 20, 10],
        bands: vec![0, 0, 1],
        scores: vec![75.0, 50.0, 20.0],
        sems: vec![2.0; 3],
        sums: vec![sums(8, 4), sums(0, 8), None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_from_a_stored_score() {
        let text = "[[[3,4],[1,1],[0,0],[0,0],[0,0]],null,[[2,4],[0,1],[0,0],[0,0],[0,0]]]";

        assert_eq!(summed(text).unwrap(), [[5, 8], [1, 2], [0, 0], [0, 0], [0, 0]]);
        assert!(summed("{}").is_err());
    }

    #[test]
    fn an_erasure_makes_another_reading() {
        let cache = WeighableCache::default();
        let which = |n_erased| Which { version: "v".to_owned(), n_erased };
        let read = |n: i32| move || Ok(Columns { row_numbers: vec![n], ..Columns::default() });

        assert_eq!(cache.get(&which(0), read(1)).unwrap().row_numbers, [1]);
        assert_eq!(cache.get(&which(0), read(2)).unwrap().row_numbers, [1]);
        assert_eq!(cache.get(&which(1), read(3)).unwrap().row_numbers, [3]);
        assert_eq!(cache.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_threshold_lets_through_whom_the_interval_does_not_rule_out() {
        let columns = three_people();
        let error = StandardError::try_from(10.0).unwrap();
        let reaching = |least| {
            let mut found: Vec<i32> =
                columns.reaching(Family::ListenAndCheck, least, error).into_iter().collect();
            found.sort_unstable();
            found
        };

        // 50 and 100 in the second family, 19.6 points to either side; nothing is known of the erased one.
        assert_eq!(reaching(0.0), [1, 2]);
        assert_eq!(reaching(69.0), [1, 2]);
        assert_eq!(reaching(70.0), [2]);
    }
}
