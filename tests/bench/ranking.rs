//! Finished people for the ranking: attempts through the use cases, answers through the store, scores and the ranking
//! by the server's own job.

use domain::attempt::{AttemptState, Place};
use domain::ids::CampaignId;
use domain::language::Language;
use services::jobs;
use services::packs::LoadedForm;
use store::repo::attempt_steps::{self, AttemptStep};
use store::repo::attempts::{self, AttemptEnd};
use store::repo::response_events::{self, ResponseEventRow};

use acceptance::fixtures;

use crate::Outcome;
use crate::candidate::rating;
use crate::copies;
use crate::prepare::{Ready, Stage};

/// A campaign with a published ranking.
pub(crate) struct Ranked {
    pub(crate) campaign: CampaignId,
    pub(crate) people: u32,
    /// The public id of somebody in it.
    pub(crate) somebody: String,
}

/// People who take the test; beyond them a ranking holds copies. The job takes its last snapshot at so many.
const THROUGH_THE_TEST: u32 = 1_000;

/// People whose rows are written in one transaction.
const TOGETHER: usize = 200;

/// Makes a campaign that so many people have finished, and its ranking.
pub(crate) fn fill(stage: &Stage, people: u32) -> Outcome<Ranked> {
    eprintln!("{:?}: a ranking of {people}", stage.backend);
    let form = stage.form()?;
    let campaign = fixtures::campaign(&stage.services, &stage.owner, |_| {});
    let through_the_test = people.min(THROUGH_THE_TEST);
    let links = stage.invite(&campaign, usize::try_from(through_the_test)?)?;
    stage.cancel_mails();
    let (mut somebody, mut originals) = (String::new(), Vec::new());
    for (part, links) in links.chunks(TOGETHER).enumerate() {
        let started = links.iter().map(|link| stage.begin(link)).collect::<Outcome<Vec<Ready>>>()?;
        finish(stage, &form, part * TOGETHER, &started)?;
        if let Some(first) = started.first() {
            somebody.clone_from(&first.attempt);
        }
        originals.extend(started);
    }
    let mut report = jobs::run_due(&stage.services);
    if people > through_the_test {
        // The last snapshot that the job takes by itself describes those who took the test; the copies have scores of
        // it, and the version of before makes room for one with everybody.
        copies::add(stage, &campaign, &originals, usize::try_from(people - through_the_test)?)?;
        stage.database().execute(&format!(
            "DELETE FROM ranking_rows WHERE ranking_version_id IN \
             (SELECT id FROM ranking_versions WHERE campaign_id = '{campaign}')"
        ));
        stage.database().execute(&format!("DELETE FROM ranking_versions WHERE campaign_id = '{campaign}'"));
        report = jobs::run_due(&stage.services);
    }
    let made = stage.database().number(&format!(
        "SELECT COALESCE(MAX(n_ranked), 0) FROM ranking_versions WHERE campaign_id = '{campaign}'"
    ));
    if made != i64::from(people) {
        return Err(format!("the ranking holds {made} of {people} people: {report:?}").into());
    }
    Ok(Ranked { campaign, people, somebody })
}

/// Answers everything for some people and ends their tests.
fn finish(stage: &Stage, form: &LoadedForm, first: usize, started: &[Ready]) -> Outcome<()> {
    let now = stage.services.now();
    let review = form.form.length().number(Place::Review);
    let steps: Vec<AttemptStep> = started
        .iter()
        .map(|ready| AttemptStep {
            id: ready.row.clone(),
            position: review,
            shown: review,
            flags: 0,
            language: Language::Fr.code().to_owned(),
            active_ms: 0,
            last_seen_at: now,
        })
        .collect();
    let mut events = Vec::new();
    for (index, ready) in started.iter().enumerate() {
        for (scenario, action) in form.form.actions() {
            let person = first + index;
            let item = action.item.number();
            let key = form.key.category(&scenario.id, &action.id).map_or(2, |category| category.get());
            events.push(ResponseEventRow {
                attempt_id: ready.row.clone(),
                item,
                epoch: 1,
                sequence: 1,
                value: i16::from(simulated(person, item, key)),
                language: Language::Fr.code().to_owned(),
                at: now,
                text: None,
            });
        }
    }
    let end = AttemptEnd { state: AttemptState::Finished.code(), at: now, active_ms: 900_000, receipt: None };
    stage.services.write(|tx| {
        response_events::insert_many(tx.conn, &events)?;
        attempt_steps::write_steps(tx.conn, &steps)?;
        for ready in started {
            attempts::end(tx.conn, &ready.row, &end)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A rating by the key as often as the person is able, else at random: people then spread over the scale.
fn simulated(person: usize, item: i32, key: u8) -> u8 {
    let ability = person % 97;
    let draw = usize::from(rating(person, item + 1_000)) * 31 + usize::from(rating(person, item + 2_000)) * 7;
    if draw % 97 < ability { key } else { rating(person, item) }
}
