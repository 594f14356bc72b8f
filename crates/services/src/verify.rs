//! Verifying a campaign: every score, interval and rank of its rankings recomputed from stored answers, key, snapshot
//! and membership, and held against what is stored. Reads only.
//!
//! An erased person's row keeps its bare number, which ranks others and cannot be recomputed: such rows are counted as
//! not verifiable. The frozen statistics of a snapshot are taken as they are; whoever was in them may be erased.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use domain::ids::{CampaignId, KeyRowId, PackRowId};
use domain::key::Key;
use domain::pack::Pack;
use domain::preregistration::{Preregistration, document_hash};
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, RankingRow};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::scores::{self, RankableRow, ScoreRow};
use store::repo::{audit_rows, pack_keys, packs, preregistrations, snapshots};

use crate::audit::{Action, Entity};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::preregister::document_of;
use crate::ranking_versions::{RANK_METHOD, rank_people};
use crate::score_attempt::ScoreNumbers;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::Services;
use crate::weights::{ScoringRule, weights_of_key};

/// More versions or texts than one campaign has.
const MOST: i64 = 10_000;

/// Rows read at a time.
const CHUNK: i64 = 500;

/// Differences told one by one for a version; more are counted.
const TOLD: usize = 20;

/// How far two numbers may lie apart and still be the same: rounding of another build of the program.
const SAME: f64 = 1e-9;

/// What verifying a campaign found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The campaign.
    pub campaign: String,
    /// The published texts, oldest first.
    pub texts: Vec<TextCheck>,
    /// The ranking versions that still have rows, oldest first.
    pub versions: Vec<VersionCheck>,
}

impl Verification {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.texts.iter().all(|text| text.difference.is_none())
            && self.versions.iter().all(|version| version.n_different == 0)
    }
}

/// One published text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCheck {
    /// Its number.
    pub sequence: i32,
    /// Its hash.
    pub hash: String,
    /// Tests that had ended when it was published.
    pub n_ended: i32,
    /// What does not agree.
    pub difference: Option<&'static str>,
}

/// One ranking version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCheck {
    /// Its number.
    pub sequence: i32,
    /// Whether bands and ranks were recomputed; versions of an earlier method show other ranks, which are not.
    pub ranks_compared: bool,
    /// Rows recomputed that say the same.
    pub n_equal: usize,
    /// Rows of erased people.
    pub n_not_verifiable: usize,
    /// Rows, or facts of the version, that differ.
    pub n_different: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// Something that is not what was recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The public id of the attempt; nothing for a fact of the whole version, or an erased person's row.
    pub candidate: Option<String>,
    /// The row in the version; 0 for the version itself.
    pub row: i32,
    /// What differs.
    pub field: &'static str,
    /// As stored.
    pub stored: String,
    /// As recomputed.
    pub recomputed: String,
}

impl Services {
    /// Recomputes every ranking of a campaign. For the operator's command line: it names no person.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown campaign; [`ServiceError::Broken`] when stored content cannot be read
    /// at all.
    pub fn verify_campaign(&self, campaign: &CampaignId) -> Result<Verification, ServiceError> {
        let row = self.read(|conn| Ok(campaigns::load(conn, campaign.as_str())?))?;
        let mut texts = Vec::new();
        let noted =
            self.read(|conn| noted(conn, &row, Action::MeasurePreregistered, Entity::Campaign, &row.id))?;
        for text in self.read(|conn| Ok(preregistrations::list(conn, &row.id, MOST)?))?.into_iter().rev() {
            let form = self.loaded(&row, &text.key_row_id)?;
            let told = format!("sequence={};hash={};ended={}", text.sequence, text.hash, text.n_ended);
            let is_noted = noted.contains(&(told, text.published_at));
            let difference = self.read(|conn| {
                let chosen = Preregistration::parse(&text.document).ok().and_then(|fixed| fixed.chosen);
                let now = document_of(conn, &row.id, &form, chosen)?;
                Ok(if document_hash(&text.document) != text.hash {
                    Some("hash")
                } else if !is_noted {
                    Some("audit")
                } else if now != text.document {
                    Some("content")
                } else {
                    changed_content(conn, &form)?
                })
            })?;
            let (sequence, hash, n_ended) = (text.sequence, text.hash, text.n_ended);
            texts.push(TextCheck { sequence, hash, n_ended, difference });
        }
        let mut versions = Vec::new();
        for version in self.read(|conn| Ok(ranking_versions::list(conn, &row.id, MOST)?))?.into_iter().rev() {
            let form = self.loaded(&row, &version.key_row_id)?;
            versions.extend(self.read(|conn| check_version(conn, &row, &version, &form))?);
        }
        Ok(Verification { campaign: row.id, texts, versions })
    }

    fn loaded(
        &self,
        campaign: &CampaignRow,
        key_row: &str,
    ) -> Result<std::sync::Arc<LoadedForm>, ServiceError> {
        let fault = |error| ServiceError::broken_by("the ids of a campaign", error);
        let pack_row = PackRowId::parse(&campaign.pack_row_id).map_err(fault)?;
        let key_row = KeyRowId::parse(key_row).map_err(fault)?;
        self.form_of(&pack_row, &key_row, &campaign.form_id, campaign.form_version)
    }
}

/// What the audit says was done to something: each detail with its time.
fn noted(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    action: Action,
    entity: Entity,
    id: &str,
) -> Result<Vec<(String, NaiveDateTime)>, ServiceError> {
    let organisation = &campaign.organisation_id;
    let rows = audit_rows::of_entity(conn, organisation, action.code(), entity.code(), id, MOST)?;
    Ok(rows.into_iter().map(|row| (row.detail, row.at)).collect())
}

/// Whether the stored pack or key is no longer what its own hash says.
fn changed_content(conn: &mut DbConn, form: &LoadedForm) -> Result<Option<&'static str>, ServiceError> {
    let pack = packs::find(conn, form.pack_row.as_str())?;
    let is_pack = Pack::from_json(&pack.content)
        .is_ok_and(|read| read.content_hash().is_ok_and(|hash| hash == pack.content_hash));
    if !is_pack {
        return Ok(Some("pack"));
    }
    let key = pack_keys::find(conn, form.key_row.as_str())?;
    let is_key =
        Key::from_json(&key.content).is_ok_and(|read| read.hash().is_ok_and(|hash| hash == key.content_hash));
    Ok((!is_key).then_some("key"))
}

/// A version recomputed; nothing when its rows are gone.
fn check_version(
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
    let mut found = Findings { rule, form, snapshot: &snapshot.id, differences: Vec::new() };
    let mut rows = Vec::new();
    let mut people = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row: &RankingRow| row.row_number);
        let chunk = ranking_rows::rows_after(conn, &version.id, after, CHUNK)?;
        if chunk.is_empty() {
            break;
        }
        people.extend(found.recomputed_people(conn, &chunk)?);
        rows.extend(chunk);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    found.compare(None, 0, "sem", &number(Some(version.sem)), &number(Some(complete_form.get())));
    let n_ranked = rows.iter().filter(|row| row.band.is_some()).count();
    found.compare(None, 0, "n_ranked", &version.n_ranked.to_string(), &n_ranked.to_string());
    let header = format!(
        "reason={};sequence={};n={};ranked={}",
        version.reason, version.sequence, version.n_finished, version.n_ranked
    );
    let noted = noted(conn, campaign, Action::RankingMade, Entity::RankingVersion, &version.id)?;
    let told = noted.first().map_or_else(|| "missing".to_owned(), |(detail, _)| detail.clone());
    found.compare(None, 0, "audit", &header, &told);
    let ranks_compared = version.rank_method == RANK_METHOD;
    if ranks_compared {
        found.compare_ranks(&rows, people)?;
    }
    Ok(Some(found.told(version.sequence, ranks_compared, &rows)))
}

/// What a version is held against, and what did not agree.
struct Findings<'a> {
    rule: ScoringRule,
    form: &'a LoadedForm,
    snapshot: &'a str,
    differences: Vec<Difference>,
}

/// The name under which a row takes part in a recomputed ranking: the row's own number, whoever it is.
fn row_name(row: &RankingRow) -> String {
    row.row_number.to_string()
}

impl Findings<'_> {
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
                    self.compare(Some(&candidate), row.row_number, "random_order", &shown, &own);
                    (recomputed(row, attempt, &numbers), Some(candidate))
                }
                None => (bare(row), None),
            };
            people.push((person, candidate));
        }
        Ok(people)
    }

    fn compare(
        &mut self,
        candidate: Option<&str>,
        row: i32,
        field: &'static str,
        stored: &str,
        recomputed: &str,
    ) {
        if stored != recomputed {
            self.differences.push(Difference {
                candidate: candidate.map(str::to_owned),
                row,
                field,
                stored: stored.to_owned(),
                recomputed: recomputed.to_owned(),
            });
        }
    }

    fn compare_numbers(
        &mut self,
        candidate: Option<&str>,
        row: i32,
        field: &'static str,
        stored: Option<f64>,
        recomputed: Option<f64>,
    ) {
        let is_same = match (stored, recomputed) {
            (Some(stored), Some(recomputed)) => (stored - recomputed).abs() <= SAME,
            (stored, recomputed) => stored.is_none() && recomputed.is_none(),
        };
        if !is_same {
            self.compare(candidate, row, field, &number(stored), &number(recomputed));
        }
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
            self.compare(person, place, "score_row", "missing", "present");
            return Ok(());
        };
        for (field, stored, shown, recomputed) in [
            ("score", score.score, row.score, numbers.score),
            ("sem", score.sem, row.sem, numbers.sem),
            ("low", score.low, row.low, numbers.low),
            ("high", score.high, row.high, numbers.high),
        ] {
            let before = self.differences.len();
            self.compare_numbers(person, place, field, stored, recomputed);
            // One wrong number is told once.
            if self.differences.len() == before {
                self.compare_numbers(person, place, field, shown, stored);
            }
        }
        self.compare_numbers(person, place, "plain_score", score.plain_score, numbers.plain_score);
        let total = &numbers.total;
        for (field, stored, recomputed) in [
            ("n_answered", score.n_answered, total.n_answered),
            ("n_counted_zero", score.n_counted_zero, total.n_counted_zero),
            ("n_left_out", score.n_left_out, total.n_left_out),
        ] {
            self.compare(person, place, field, &stored.to_string(), &recomputed.to_string());
        }
        let reason = |code: Option<&str>| code.unwrap_or("ranked").to_owned();
        let stored = reason(score.unranked_reason.as_deref());
        self.compare(person, place, "unranked_reason", &stored, &reason(numbers.unranked_reason));
        let shown = reason(row.unranked_reason.as_deref());
        self.compare(person, place, "unranked_reason", &shown, &stored);
        let broken = |error| ServiceError::broken_by("numbers as JSON", error);
        let families = serde_json::to_string(&numbers.family_half_points).map_err(broken)?;
        let scenarios = serde_json::to_string(&numbers.scenario_scores).map_err(broken)?;
        if score.scenario_scores != scenarios {
            self.compare(person, place, "scenario_scores", "stored", "others");
        }
        if score.family_half_points != families {
            self.compare(person, place, "family_half_points", "stored", "others");
        }
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
                self.compare(person, row.row_number, field, &whole(stored), &whole(recomputed));
            }
            let (stored, recomputed) = (row.critical_value, made.critical_value);
            self.compare_numbers(person, row.row_number, "critical_value", stored, recomputed);
        }
        Ok(())
    }

    fn told(mut self, sequence: i32, ranks_compared: bool, rows: &[RankingRow]) -> VersionCheck {
        let mut places: Vec<i32> = self.differences.iter().map(|difference| difference.row).collect();
        places.sort_unstable();
        places.dedup();
        let n_equal = rows
            .iter()
            .filter(|row| row.attempt_id.is_some() && places.binary_search(&row.row_number).is_err())
            .count();
        self.differences.truncate(TOLD);
        VersionCheck {
            sequence,
            ranks_compared,
            n_equal,
            n_not_verifiable: rows.iter().filter(|row| row.attempt_id.is_none()).count(),
            n_different: places.len(),
            differences: self.differences,
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

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
