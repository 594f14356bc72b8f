//! Who takes part in a comparison scenario by scenario, read from the organisation's tests of one form and key.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::attempt::Place;
use domain::ids::ScenarioId;
use domain::language::Language;
use domain::points::AttemptPoints;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::demographics::{self, PersonToCompare};
use store::repo::scores::{self, FormOf};
use store::repo::{fairness_editions, ranking_versions, response_events, snapshots};

use crate::candidate::stored;
use crate::error::ServiceError;
use crate::fairness::by_scenario::{Editions, Participant, ScenarioComparison, ScenarioTitle, comparisons};
use crate::fairness::form::said_in;
use crate::fairness::publish::{EditionContent, MOST_EDITIONS};
use crate::fairness::setting::MOST_PEOPLE;
use crate::fairness::tables::PublishedTable;
use crate::packs::LoadedForm;

/// The language of every attempt that may take part, under the snapshot of their scores. It goes through every answer
/// of everyone, so it is read before the transaction that publishes: whoever takes a test meanwhile saves on.
pub(super) struct Languages {
    snapshot: String,
    of: BTreeMap<String, Option<Language>>,
}

impl Languages {
    /// Reads them for a campaign's next edition; nothing before there are scores.
    pub(super) fn read(
        conn: &mut DbConn,
        organisation: &str,
        campaign: &str,
    ) -> Result<Option<Self>, ServiceError> {
        let row = campaigns::find(conn, organisation, campaign)?;
        let Some(version) = ranking_versions::newest(conn, &row.id)? else { return Ok(None) };
        let Some(snapshot) = snapshots::newest(conn, scored_with(&row, &version.key_row_id))? else {
            return Ok(None);
        };
        let editions = published(conn, &row)?;
        let mut campaigns: BTreeSet<&str> = editions.keys().map(|(campaign, _)| campaign.as_str()).collect();
        campaigns.insert(&row.id);
        let campaigns: Vec<&str> = campaigns.into_iter().collect();
        Ok(Some(Self { of: languages(conn, &snapshot.id, &campaigns)?, snapshot: snapshot.id }))
    }
}

fn scored_with<'a>(row: &'a CampaignRow, key_row: &'a str) -> FormOf<'a> {
    FormOf {
        organisation: &row.organisation_id,
        pack_row: &row.pack_row_id,
        form: &row.form_id,
        form_version: row.form_version,
        key_row,
    }
}

/// The comparisons that edition `sequence` of a campaign holds, over the organisation's campaigns of its form and key
/// that have published; the answers that it counts are marked already.
pub(super) fn compared_in(
    conn: &mut DbConn,
    row: &CampaignRow,
    form: &LoadedForm,
    (key_row, sequence): (&str, i32),
    tables: &[PublishedTable],
    languages: Option<&Languages>,
) -> Result<Vec<ScenarioComparison>, ServiceError> {
    let scored = scored_with(row, key_row);
    let Some(snapshot) = snapshots::newest(conn, scored)? else { return Ok(Vec::new()) };
    let Some(languages) = languages.filter(|languages| languages.snapshot == snapshot.id) else {
        // Another snapshot was taken since they were read.
        return Err(ServiceError::Conflict("not_ready"));
    };
    if !scores::attempts_without(conn, scored, &snapshot.id, "", 1)?.is_empty() {
        // People are being scored anew at this moment; an edition made of some of them would stay so.
        return Err(ServiceError::Conflict("not_ready"));
    }
    let mut editions = published(conn, row)?;
    editions.insert((row.id.clone(), sequence), tables.to_vec());
    let campaigns: BTreeSet<String> = editions.keys().map(|(campaign, _)| campaign.clone()).collect();
    let campaigns: Vec<&str> = campaigns.iter().map(String::as_str).collect();
    let people = demographics::people_of_snapshot(conn, &snapshot.id, &campaigns, MOST_PEOPLE)?;
    // Published counts of other forms and keys are of other people.
    let here: BTreeSet<&str> = people.iter().map(|one| one.campaign_id.as_str()).collect();
    editions.retain(|(campaign, _), _| here.contains(campaign.as_str()));
    let people = people
        .iter()
        .map(|one| participant(one, languages.of.get(&one.attempt_id).copied().flatten()))
        .collect::<Result<Vec<_>, _>>()?;
    let before = newest_comparisons(conn, row, form)?.map(|found| found.comparisons).unwrap_or_default();
    comparisons(tables, &editions, &people, &before)
}

/// The scored scenarios of a form by their titles, in the order of the comparisons.
pub(super) fn titles(form: &LoadedForm) -> Vec<ScenarioTitle> {
    let title = |id: &ScenarioId, language: Language| {
        let texts = form.pack.scenario(id)?;
        let prose = texts.prose.get(language).or_else(|| texts.prose.iter().next().map(|(_, prose)| prose));
        prose.map(|prose| prose.title.clone())
    };
    let nobody = AttemptPoints::of(&form.form, &form.key, &BTreeMap::new(), Place::Practice);
    let scored = nobody.scenario_family_points();
    let both = |id: &ScenarioId| ScenarioTitle {
        fr: title(id, Language::Fr).unwrap_or_default(),
        en: title(id, Language::En).unwrap_or_default(),
    };
    scored.iter().map(|(id, _)| both(id)).collect()
}

fn published(conn: &mut DbConn, row: &CampaignRow) -> Result<Editions, ServiceError> {
    let rows = fairness_editions::of_organisation(conn, &row.organisation_id, MOST_EDITIONS)?;
    let mut editions = Editions::new();
    for (edition, _) in rows {
        let content: EditionContent = serde_json::from_str(&edition.content).map_err(stored)?;
        editions.insert((edition.campaign_id, edition.sequence), content.tables);
    }
    Ok(editions)
}

/// The newest published comparisons of a form and key.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedComparisons {
    /// When they were published.
    pub published_on: NaiveDate,
    /// Whether the people are invented.
    pub is_demo: bool,
    /// The scored scenarios.
    pub scenarios: Vec<ScenarioTitle>,
    /// The comparisons.
    pub comparisons: Vec<ScenarioComparison>,
}

/// The newest comparisons that the organisation has published of a form and key; nothing before the first edition.
pub(crate) fn newest_comparisons(
    conn: &mut DbConn,
    row: &CampaignRow,
    form: &LoadedForm,
) -> Result<Option<PublishedComparisons>, ServiceError> {
    let rows = fairness_editions::of_organisation(conn, &row.organisation_id, MOST_EDITIONS)?;
    let mut rows: Vec<_> = rows.into_iter().map(|(edition, _)| edition).collect();
    rows.sort_by(|one, other| (other.published_on, &other.id).cmp(&(one.published_on, &one.id)));
    for edition in rows {
        let content: EditionContent = serde_json::from_str(&edition.content).map_err(stored)?;
        if content.is_of(form) && !content.scenarios.is_empty() {
            return Ok(Some(PublishedComparisons {
                published_on: edition.published_on,
                is_demo: content.is_demo,
                scenarios: content.scenarios,
                comparisons: content.comparisons,
            }));
        }
    }
    Ok(None)
}

/// The language of each attempt that never switched.
fn languages(
    conn: &mut DbConn,
    snapshot: &str,
    campaigns: &[&str],
) -> Result<BTreeMap<String, Option<Language>>, ServiceError> {
    let rows = response_events::languages_of_snapshot(conn, snapshot, campaigns, MOST_PEOPLE)?;
    rows.into_iter()
        .map(|(attempt, first, last)| {
            let one = first.filter(|first| Some(first) == last.as_ref());
            Ok((attempt, one.map(|code| Language::parse(&code)).transpose().map_err(stored)?))
        })
        .collect()
}

fn participant(row: &PersonToCompare, language: Option<Language>) -> Result<Participant, ServiceError> {
    Ok(Participant {
        edition: row.counted_in.map(|sequence| (row.campaign_id.clone(), sequence)),
        said: row.answer.as_ref().map(said_in).transpose()?.unwrap_or_default(),
        language,
        scores: serde_json::from_str(&row.scenario_scores).map_err(stored)?,
        families: serde_json::from_str(&row.family_half_points).map_err(stored)?,
    })
}
