//! People for the tests of scores and rankings: some who answer exactly so, and crowds made from one of them.

use acceptance::Harness;
use acceptance::fixtures::{Attempt, Invited};
use domain::attempt::Sequence;
use domain::form::ItemIndex;
use domain::ids::CampaignId;
use services::answer_writer::{AnswerWriter, Direction, SaveCommand, SentAnswer, SentValue, Step};
use services::attempt_cookie::AttemptCookie;
use services::candidate::Candidate;
use services::packs::LoadedForm;
use store::error::StoreError;
use store::repo::attempts::AttemptRow;
use store::repo::invitations::InvitationRow;
use store::repo::response_events::ResponseEventRow;
use store::repo::scores::ScoreRow;
use store::repo::{attempts, invitations, response_events, scores};
use uuid::Uuid;

/// The numbers of the scored actions with the key's category, in order.
pub fn scored_items(form: &LoadedForm) -> Vec<(i32, u8)> {
    form.form
        .scored_actions()
        .filter_map(|(scenario, action)| {
            let category = form.key.category(&scenario.id, &action.id)?;
            Some((action.item.number(), category.get()))
        })
        .collect()
}

/// Ratings that give the first `full` scored actions a point, the next `half` half a point, and the rest none.
pub fn ratings(form: &LoadedForm, full: usize, half: usize) -> impl Fn(i32) -> u8 + use<> {
    let items = scored_items(form);
    move |item| match items.iter().position(|(scored, _)| *scored == item) {
        Some(place) => {
            let key = items[place].1;
            match place {
                place if place < full => key,
                place if place < full + half => [2, 1, 4, 3][usize::from(key) - 1],
                _ => 5 - key,
            }
        }
        None => 1,
    }
}

/// The score that [`ratings`] gives.
pub fn expected_score(form: &LoadedForm, full: usize, half: usize) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    100.0 * (count(full) + count(half) / 2.0) / count(scored_items(form).len())
}

/// Goes through the first `scenarios` scenarios (the practice is the first) and answers what `rating` rates.
pub fn answer_some(
    h: &Harness,
    invited: &Invited,
    scenarios: usize,
    rating: impl Fn(i32) -> Option<u8>,
) -> Attempt {
    let attempt = h.start_attempt(invited);
    let cookie = AttemptCookie::parse(&attempt.cookie).unwrap();
    let candidate = Candidate { cookie: cookie.clone(), address: None };
    let sitting = h.services.sitting(&candidate).unwrap();
    let writer = AnswerWriter::start(h.services.clone()).unwrap();
    for scenario in sitting.loaded.form.scenarios().iter().take(scenarios) {
        let sent = |item: ItemIndex| {
            let number = rating(item.number())?;
            Some(SentAnswer { item, base: Sequence::NONE, value: SentValue::Number(number) })
        };
        let step = Direction::After { from: scenario.place, pause_offered: true };
        let outcome = writer.save_blocking(SaveCommand {
            cookie: cookie.clone(),
            attempt: attempt.public_id.clone(),
            epoch: sitting.epoch,
            language: sitting.language,
            answers: scenario.actions.iter().filter_map(|action| sent(action.item)).collect(),
            within: Some(scenario.place),
            step: Step { to: Some(step), ..Step::default() },
        });
        assert!(outcome.unwrap().is_complete());
    }
    writer.stop();
    attempt
}

/// Adds `n` people to a campaign where somebody has finished: copies of that person without their answers, changed by
/// `change`. The job takes no snapshot of them, since it would find nothing answered.
pub fn crowd(
    h: &Harness,
    campaign: &CampaignId,
    n: usize,
    change: impl Fn(usize, &mut AttemptRow, &mut ScoreRow),
) {
    add(h, campaign, n, false, change);
    h.database.execute("UPDATE snapshots SET n = 1000");
}

/// Adds `n` people to a campaign where somebody has finished: copies of that person with the same answers.
pub fn alike(h: &Harness, campaign: &CampaignId, n: usize) {
    add(h, campaign, n, true, |_, _, _| {});
}

/// Rows as the use cases would have written them.
fn add(
    h: &Harness,
    campaign: &CampaignId,
    n: usize,
    with_answers: bool,
    change: impl Fn(usize, &mut AttemptRow, &mut ScoreRow),
) {
    let public_id = h.database.texts(&format!(
        "SELECT public_id FROM attempts WHERE campaign_id = '{campaign}' AND state = 'finished' LIMIT 1"
    ));
    let organisation = h.home();
    h.services
        .db()
        .write::<(), StoreError>(|conn| {
            let attempt = attempts::find_public(conn, organisation.as_str(), &public_id[0])?;
            let invitation = invitations::load(conn, &attempt.invitation_id)?;
            let score = scores::newest(conn, &attempt.id)?.unwrap();
            let events =
                if with_answers { response_events::of_attempt(conn, &attempt.id)? } else { Vec::new() };
            let first_tree = i32::try_from(attempts::count_of_campaign(conn, campaign.as_str())?).unwrap();
            let mut people = Vec::with_capacity(n);
            for index in 0..n {
                let mut person = copy(&invitation, &attempt, &score);
                person.1.tree_number = 100_000 + first_tree + i32::try_from(index).unwrap();
                change(index, &mut person.1, &mut person.2);
                people.push(person);
            }
            let guests: Vec<InvitationRow> = people.iter().map(|(guest, _, _)| guest.clone()).collect();
            invitations::insert_many(conn, &guests)?;
            for (_, attempt, _) in &people {
                attempts::insert(conn, attempt)?;
                let answers = events.iter().cloned();
                let answers =
                    answers.map(|event| ResponseEventRow { attempt_id: attempt.id.clone(), ..event });
                response_events::insert_many(conn, &answers.collect::<Vec<_>>())?;
            }
            let rows: Vec<ScoreRow> = people.into_iter().map(|(_, _, score)| score).collect();
            scores::insert_many(conn, &rows)
        })
        .unwrap();
}

/// One more of the same person.
fn copy(
    invitation: &InvitationRow,
    attempt: &AttemptRow,
    score: &ScoreRow,
) -> (InvitationRow, AttemptRow, ScoreRow) {
    let new = || Uuid::new_v4().hyphenated().to_string();
    let (guest, sitting) = (new(), new());
    // Any number that tells nothing.
    let random_order = i64::from_be_bytes(Uuid::new_v4().into_bytes()[8..].try_into().unwrap()) & i64::MAX;
    (
        InvitationRow {
            id: guest.clone(),
            token_hash: new(),
            email: Some(format!("{guest}@candidature.example")),
            ..invitation.clone()
        },
        AttemptRow {
            id: sitting.clone(),
            public_id: new(),
            invitation_id: guest,
            random_order,
            receipt: None,
            receipt_code: None,
            receipt_key_id: None,
            ..attempt.clone()
        },
        ScoreRow { id: new(), attempt_id: sitting, ..score.clone() },
    )
}
