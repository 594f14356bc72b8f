//! One ranking version recomputed.

use std::collections::HashMap;

use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::campaigns::CampaignRow;
use store::repo::ranking_rows::{self, RankingRow};
use store::repo::ranking_versions::RankingVersionRow;
use store::repo::scores::{self, RankableRow, ScoreRow};
use store::repo::snapshots;

use crate::audit::{Action, Entity};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::ranking_versions::{RANK_METHOD, rank_people};
use crate::score_attempt::ScoreNumbers;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::verify::findings::{Findings, is_same, number, reason};
use crate::verify::{CHUNK, TOLD, VersionCheck, noted};
use crate::weights::{ScoringRule, weights_of_key};

/// A version recomputed; nothing when its rows are gone.
pub(super) fn check(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    version: &RankingVersionRow,
    form: &LoadedForm,
) -> Result<Option<VersionCheck>, ServiceError> {
    let snapshot = snapshots::load(conn, &version.snapshot_id)?;
    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
    let weights = weights_of_key(conn, &campaign.id, &version.key_row_id)?;
    let rule = ScoringRule::of(form, &statistics, weights.as_ref())?;
    let complete_form = rule.complete_form;
    let mut recomputing = Recomputing { rule, form, snapshot: &snapshot.id, found: Findings::default() };
    let mut rows = Vec::new();
    let mut people = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row: &RankingRow| row.row_number);
        let chunk = ranking_rows::rows_after(conn, &version.id, after, CHUNK)?;
        if chunk.is_empty() {
            break;
        }
        people.extend(recomputing.recomputed_people(conn, &chunk)?);
        rows.extend(chunk);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    recomputing.found.compare(None, 0, "sem", &number(Some(version.sem)), &number(Some(complete_form.get())));
    let n_ranked = rows.iter().filter(|row| row.band.is_some()).count();
    recomputing.found.compare(None, 0, "n_ranked", &version.n_ranked.to_string(), &n_ranked.to_string());
    let header = format!(
        "reason={};sequence={};n={};ranked={}",
        version.reason, version.sequence, version.n_finished, version.n_ranked
    );
    let noted = noted(conn, campaign, Action::RankingMade, Entity::RankingVersion, &version.id)?;
    let told = noted.first().map_or_else(|| "missing".to_owned(), |(detail, _)| detail.clone());
    recomputing.found.compare(None, 0, "audit", &header, &told);
    let ranks_compared = version.rank_method == RANK_METHOD;
    if ranks_compared {
        recomputing.compare_ranks(&rows, people)?;
    }
    Ok(Some(recomputing.told(version.sequence, ranks_compared, &rows)))
}

/// What a version is held against, and what did not agree.
struct Recomputing<'a> {
    rule: ScoringRule,
    form: &'a LoadedForm,
    snapshot: &'a str,
    found: Findings,
}

/// The name under which a row takes part in a recomputed ranking: the row's own number, whoever it is.
fn row_name(row: &RankingRow) -> String {
    row.row_number.to_string()
}

impl Recomputing<'_> {
    /// The people of some rows with recomputed scores; erased ones with the bare numbers that are left.
    fn recomputed_people(
        &mut self,
        conn: &mut DbConn,
        rows: &[RankingRow],
    ) -> Result<Vec<(RankableRow, Option<String>)>, ServiceError> {
        let ids: Vec<String> = rows.iter().filter_map(|row| row.attempt_id.clone()).collect();
        let attempts: HashMap<String, AttemptRow> =
            attempts::of_ids(conn, &ids)?.into_iter().map(|attempt| (attempt.id.clone(), attempt)).collect();
        let scores: HashMap<String, ScoreRow> = scores::of_attempts(conn, self.snapshot, &ids)?
            .into_iter()
            .map(|score| (score.attempt_id.clone(), score))
            .collect();
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let attempt = row.attempt_id.as_ref().and_then(|id| attempts.get(id));
            let (person, candidate) = match attempt {
                Some(attempt) => {
                    let numbers = ScoreNumbers::of(conn, self.form, &self.rule, attempt)?;
                    let candidate = attempt.public_id.clone();
                    self.compare_score(row, scores.get(&attempt.id), &numbers, &candidate)?;
                    let (shown, own) = (row.random_order.to_string(), attempt.random_order.to_string());
                    self.found.compare(Some(&candidate), row.row_number, "random_order", &shown, &own);
                    (recomputed(row, attempt, &numbers), Some(candidate))
                }
                None => (bare(row), None),
            };
            people.push((person, candidate));
        }
        Ok(people)
    }

    /// The score row of a person, and the numbers that the ranking shows, against the recomputed ones.
    fn compare_score(
        &mut self,
        row: &RankingRow,
        score: Option<&ScoreRow>,
        numbers: &ScoreNumbers,
        candidate: &str,
    ) -> Result<(), ServiceError> {
        let (person, place) = (Some(candidate), row.row_number);
        let Some(score) = score else {
            self.found.compare(person, place, "score_row", "missing", "present");
            return Ok(());
        };
        self.found.compare_score(candidate, place, score, numbers)?;
        for (field, stored, shown, recomputed) in [
            ("score", score.score, row.score, numbers.score),
            ("sem", score.sem, row.sem, numbers.sem),
            ("low", score.low, row.low, numbers.low),
            ("high", score.high, row.high, numbers.high),
        ] {
            // One wrong number is told once.
            if is_same(stored, recomputed) {
                self.found.compare_numbers(person, place, field, shown, stored);
            }
        }
        let (shown, stored) = (row.unranked_reason.as_deref(), score.unranked_reason.as_deref());
        self.found.compare(person, place, "unranked_reason", reason(shown), reason(stored));
        Ok(())
    }

    /// Bands, rank sets and order against those of a ranking made anew.
    fn compare_ranks(
        &mut self,
        rows: &[RankingRow],
        people: Vec<(RankableRow, Option<String>)>,
    ) -> Result<(), ServiceError> {
        let names: HashMap<String, Option<String>> =
            people.iter().map(|(person, candidate)| (person.attempt_id.clone(), candidate.clone())).collect();
        let anew =
            rank_people("", people.into_iter().map(|(person, _)| person).collect(), self.rule.complete_form)?;
        let anew: HashMap<String, RankingRow> =
            anew.into_iter().filter_map(|row| Some((row.attempt_id.clone()?, row))).collect();
        let whole = |value: Option<i32>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        for row in rows {
            let name = row_name(row);
            let Some(made) = anew.get(&name) else { continue };
            let person = names.get(&name).and_then(Option::as_deref);
            for (field, stored, recomputed) in [
                ("band", row.band, made.band),
                ("rank_low", row.rank_low, made.rank_low),
                ("rank_high", row.rank_high, made.rank_high),
                ("row_number", Some(row.row_number), Some(made.row_number)),
            ] {
                self.found.compare(person, row.row_number, field, &whole(stored), &whole(recomputed));
            }
            let (stored, recomputed) = (row.critical_value, made.critical_value);
            self.found.compare_numbers(person, row.row_number, "critical_value", stored, recomputed);
        }
        Ok(())
    }

    fn told(self, sequence: i32, ranks_compared: bool, rows: &[RankingRow]) -> VersionCheck {
        let mut places: Vec<i32> = self.found.all().iter().map(|difference| difference.row).collect();
        places.sort_unstable();
        places.dedup();
        let n_equal = rows
            .iter()
            .filter(|row| row.attempt_id.is_some() && places.binary_search(&row.row_number).is_err())
            .count();
        VersionCheck {
            sequence,
            ranks_compared,
            n_equal,
            n_not_verifiable: rows.iter().filter(|row| row.attempt_id.is_none()).count(),
            n_different: places.len(),
            differences: self.found.into_first(TOLD),
        }
    }
}

fn recomputed(row: &RankingRow, attempt: &AttemptRow, numbers: &ScoreNumbers) -> RankableRow {
    RankableRow {
        attempt_id: row_name(row),
        random_order: attempt.random_order,
        score: numbers.score,
        sem: numbers.sem,
        low: numbers.low,
        high: numbers.high,
        unranked_reason: numbers.unranked_reason.map(str::to_owned),
    }
}

fn bare(row: &RankingRow) -> RankableRow {
    RankableRow {
        attempt_id: row_name(row),
        random_order: row.random_order,
        score: row.score,
        sem: row.sem,
        low: row.low,
        high: row.high,
        unranked_reason: row.unranked_reason.clone(),
    }
}
