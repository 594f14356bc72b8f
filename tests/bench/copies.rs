//! More people than are worth letting take the test: copies of those who did, with their scores and without their
//! answers, written as the use cases would have written them.

use domain::ids::CampaignId;
use store::error::StoreError;
use store::repo::attempts::{self, AttemptRow};
use store::repo::invitations::{self, InvitationRow};
use store::repo::scores::{self, ScoreRow};
use uuid::Uuid;

use crate::Outcome;
use crate::prepare::{Ready, Stage};

/// People written in one transaction.
const TOGETHER: usize = 1_000;

/// Adds `n` copies, going round through the people given.
pub(crate) fn add(stage: &Stage, campaign: &CampaignId, originals: &[Ready], n: usize) -> Outcome<()> {
    let known = stage.services.read(|conn| {
        originals
            .iter()
            .map(|ready| {
                let attempt = attempts::find_public(conn, stage.owner.organisation.as_str(), &ready.attempt)?;
                let invitation = invitations::load(conn, &attempt.invitation_id)?;
                let score = scores::newest(conn, &attempt.id)?;
                Ok((invitation, attempt, score))
            })
            .collect::<Result<Vec<_>, services::error::ServiceError>>()
    })?;
    let known: Vec<_> =
        known.into_iter().filter_map(|(guest, attempt, score)| Some((guest, attempt, score?))).collect();
    if known.is_empty() {
        return Err("nobody has a score to be copied".into());
    }
    let mut tree = i32::try_from(
        stage.services.read(|conn| Ok(attempts::count_of_campaign(conn, campaign.as_str())?))?,
    )? + 1_000_000;
    let mut round = known.iter().cycle();
    for first in (0..n).step_by(TOGETHER) {
        let mut people = Vec::with_capacity(TOGETHER);
        for (guest, attempt, score) in round.by_ref().take(TOGETHER.min(n - first)) {
            tree += 1;
            people.push(copy(guest, attempt, score, tree));
        }
        stage.services.db().write::<(), StoreError>(|conn| {
            let guests: Vec<InvitationRow> = people.iter().map(|(guest, _, _)| guest.clone()).collect();
            invitations::insert_many(conn, &guests)?;
            for (_, attempt, _) in &people {
                attempts::insert(conn, attempt)?;
            }
            let rows: Vec<ScoreRow> = people.iter().map(|(_, _, score)| score.clone()).collect();
            scores::insert_many(conn, &rows)
        })?;
    }
    Ok(())
}

/// One more of the same person.
fn copy(
    guest: &InvitationRow,
    attempt: &AttemptRow,
    score: &ScoreRow,
    tree_number: i32,
) -> (InvitationRow, AttemptRow, ScoreRow) {
    let new = || Uuid::new_v4().hyphenated().to_string();
    let (id, sitting) = (new(), new());
    // Any number from 0 that tells nothing.
    let [a, b, c, d, e, f, g, h, ..] = Uuid::new_v4().into_bytes();
    let random_order = i64::from_be_bytes([a, b, c, d, e, f, g, h]) & i64::MAX;
    (
        InvitationRow {
            id: id.clone(),
            token_hash: new(),
            email: Some(format!("{id}@candidature.example")),
            ..guest.clone()
        },
        AttemptRow {
            id: sitting.clone(),
            public_id: new(),
            invitation_id: id,
            random_order,
            tree_number,
            receipt: None,
            receipt_code: None,
            receipt_key_id: None,
            ..attempt.clone()
        },
        ScoreRow { id: new(), attempt_id: sitting, ..score.clone() },
    )
}
