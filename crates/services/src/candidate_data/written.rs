//! What people wrote about a candidate, for the candidate's download: decisions, notes, tags, links to the report, later
//! outcomes. Names of colleagues are
//! their own data and left out.

use serde_json::{Map, Value, json};
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::{assignments, decisions, notes, outcomes, own_ratings, share_links, tags};

use super::MOST_ROWS;
use crate::dates::moment;
use crate::decision_stages::stages_of;
use crate::error::ServiceError;

/// Decisions and ratings with their reasons, notes, tags, and how many colleagues are asked to look.
pub(super) fn written_by_people(
    conn: &mut DbConn,
    attempt: &AttemptRow,
) -> Result<Map<String, Value>, ServiceError> {
    let told = decisions::of_attempt(conn, &attempt.id, MOST_ROWS)?;
    let stages = stages_of(conn, &attempt.campaign_id)?;
    let written = notes::of_attempt(conn, &attempt.id, MOST_ROWS)?;
    let borne = tags::tags_of(conn, std::slice::from_ref(&attempt.id))?;
    let stage = |id: &Option<String>| {
        let id = id.as_ref()?;
        let stage = stages.iter().find(|stage| stage.id == *id)?;
        Some(json!({ "fr": stage.name_fr, "en": stage.name_en }))
    };
    let decisions = told.iter().map(|told| {
        json!({
            "decision": told.decision.code,
            "stage": stage(&told.decision.stage_id),
            "reason": told.decision.reason,
            "at": moment(told.decision.created_at),
        })
    });
    let notes = written.iter().map(|(note, _)| json!({ "note": note.words, "at": moment(note.created_at) }));
    let rated = own_ratings::of_attempt(conn, &attempt.id, MOST_ROWS)?;
    let ratings = rated
        .iter()
        .map(|row| json!({ "rating_1_to_4": row.rating, "reason": row.reason, "at": moment(row.rated_at) }));
    let later = outcomes::of_attempt(conn, &attempt.id, MOST_ROWS)?;
    let later = later.iter().map(|row| {
        json!({
            "criterion": row.criterion,
            "value": row.value,
            "measured_on": row.measured_on.to_string(),
            "imported_at": moment(row.imported_at),
        })
    });
    let shared = share_links::of_attempt(conn, &attempt.id, MOST_ROWS)?;
    let links = shared.iter().map(|(link, _)| {
        json!({
            "made_at": moment(link.created_at),
            "expires_at": moment(link.expires_at),
            "withdrawn_at": link.revoked_at.map(moment),
            "openings": link.openings,
        })
    });
    let asked = assignments::of_attempt(conn, &attempt.id)?.len();
    Ok(Map::from_iter([
        ("decisions".to_owned(), decisions.collect::<Value>()),
        ("ratings_by_people".to_owned(), ratings.collect::<Value>()),
        ("notes".to_owned(), notes.collect::<Value>()),
        ("later_outcomes".to_owned(), later.collect::<Value>()),
        ("tags".to_owned(), borne.into_iter().map(|(.., name)| name).collect::<Value>()),
        ("links_to_the_report".to_owned(), links.collect::<Value>()),
        ("colleagues_asked_to_look".to_owned(), Value::from(asked)),
    ]))
}
