//! After a cell: the database holds exactly the answers that were acknowledged, each once.

use crate::Outcome;
use crate::candidate::{Acknowledged, Log};
use crate::prepare::{People, Stage};

/// Compares the answers of the people of a cell with what their connections were told.
pub(crate) fn holds_exactly(stage: &Stage, people: &People, logs: &[Log]) -> Outcome<()> {
    let mut told: Vec<Acknowledged> = logs.iter().flat_map(|log| log.acknowledged.iter().copied()).collect();
    told.sort_unstable();
    let campaign = &people.campaign;
    // People are numbered in their addresses.
    let rows = stage.database().texts(&format!(
        "SELECT i.email || ' ' || CAST(e.item AS TEXT) || ' ' || CAST(e.value AS TEXT) FROM response_events e \
         JOIN attempts a ON a.id = e.attempt_id JOIN invitations i ON i.id = a.invitation_id \
         WHERE i.campaign_id = '{campaign}'"
    ));
    let mut held = rows.iter().map(|row| read(row)).collect::<Outcome<Vec<Acknowledged>>>()?;
    held.sort_unstable();
    if held == told {
        return Ok(());
    }
    let missing = told.iter().filter(|answer| held.binary_search(answer).is_err()).count();
    let unasked = held.iter().filter(|answer| told.binary_search(answer).is_err()).count();
    Err(format!(
        "the database holds {} answers, {} were acknowledged: {missing} are missing, {unasked} were never acknowledged",
        held.len(),
        told.len()
    )
    .into())
}

fn read(row: &str) -> Outcome<Acknowledged> {
    let mut words = row.split(' ');
    let mut word = || words.next().ok_or("a row that was not asked for");
    let candidate = word()?.trim_start_matches('c').split('@').next().unwrap_or_default().parse()?;
    Ok(Acknowledged { candidate, item: word()?.parse()?, value: word()?.parse()? })
}
