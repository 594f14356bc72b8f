//! Two reviewers: two ratings, each without the other, before a decision; for good once asked for.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;

fn ranked(h: &Harness) -> Attempt {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    drop(h.user(Role::Recruiter));
    h.services.ask_two_reviewers(&h.owner(), &attempt.invited.campaign, true).unwrap();
    attempt
}

fn path_of(attempt: &Attempt) -> String {
    format!("/candidates/{}", attempt.public_id)
}

fn rate(client: &Client, attempt: &Attempt, rating: &str, reason: &str) {
    let path = path_of(attempt);
    drop(client.see(&path));
    let fields = [("rating", rating), ("own_reason", reason)];
    drop(client.post(&format!("{path}/rating"), &fields).expect(303));
}

const DECISION: [(&str, &str); 3] =
    [("code", "hold"), ("reason", "À revoir avec la responsable."), ("version", "1")];

both!(a_decision_waits_for_two_ratings_and_says_how_many_are_missing, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    let path = path_of(&attempt);
    let decision = format!("{path}/decision");

    one.see(&path).contains("Notes données\u{a0}: 0 sur 2.");
    rate(&one, &attempt, "4", "Reformule avant de répondre.");

    let waiting = one.see(&path);
    waiting.contains("Notes données\u{a0}: 1 sur 2.");
    assert!(!waiting.page().has("form[action$='/decision']"));
    one.post(&decision, &DECISION).expect(422).contains("deux collègues ont noté");
    other.post(&decision, &DECISION).expect(422).contains("Notez d’abord");
    assert_eq!(h.database.count("decisions"), 0);
    rate(&other, &attempt, "2", "Propose trop vite un avoir.");
    drop(one.post(&decision, &DECISION).expect(303));
    assert_eq!(h.database.count("decisions"), 1);
});

both!(neither_sees_the_others_rating_before_having_rated, |h| {
    let attempt = ranked(h);
    let (first, second) = (h.user(Role::Recruiter), h.user(Role::Recruiter));
    let (one, other) = (h.sign_in(&first), h.sign_in(&second));
    let path = path_of(&attempt);
    rate(&one, &attempt, "4", "Reformule avant de répondre.");

    let before = other.see(&path);

    before.contains("Notes données\u{a0}: 1 sur 2.");
    before.lacks("Reformule avant");
    before.lacks(&format!("{}\u{a0}: 4", first.name));
    let alone = one.see(&path);
    alone.lacks("Écart");
    rate(&other, &attempt, "2", "Propose trop vite un avoir.");
    for client in [&one, &other] {
        let page = client.see(&path);
        page.contains("Écart\u{a0}: 2 points.");
        page.contains("une troisième note");
        page.contains("Reformule avant de répondre.");
        page.contains("Propose trop vite un avoir.");
    }
    let third = h.sign_in(&h.user(Role::Owner)).see(&path);
    third.contains("Notes données\u{a0}: 2 sur 2.");
    third.lacks("Propose trop vite");
    third.lacks("Écart");
});

both!(a_small_gap_asks_for_nothing_and_a_third_rating_ends_the_question, |h| {
    let attempt = ranked(h);
    let people: Vec<Client> = (0..3).map(|_| h.sign_in(&h.user(Role::Recruiter))).collect();

    rate(&people[0], &attempt, "4", "Reformule avant de répondre.");
    rate(&people[1], &attempt, "3", "Reformule presque toujours.");

    let page = people[0].see(&path_of(&attempt));
    page.contains("Écart\u{a0}: 1 point.");
    page.lacks("une troisième note");
    rate(&people[2], &attempt, "1", "N’écoute pas avant de proposer.");
    let page = people[0].see(&path_of(&attempt));
    page.contains("Écart\u{a0}: 3 points.");
    page.lacks("une troisième note");
});

both!(the_mode_is_asked_for_once_and_stays, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let campaign = format!("/campaigns/{}", attempt.invited.campaign);
    let (page, mode) = (format!("{campaign}/decisions"), format!("{campaign}/two-reviewers"));
    drop(h.owner());

    client.post(&mode, &[]).expect(422).contains("ce réglage ne se retire plus");
    assert_eq!(h.database.count("two_reviewers"), 0);
    let form = client.see(&page).page().form("form[action$='/two-reviewers']").set("confirmed", "yes");
    client.submit(&page, &form).expect_redirect(&page);
    drop(client.post(&mode, &[]).expect(303));

    let on = client.see(&page);
    on.contains("pour de bon");
    on.contains("Demandé dans cette campagne.");
    assert!(
        !on.page().has("form[action$='/rating-first']") && !on.page().has("form[action$='/two-reviewers']")
    );
    drop(client.post(&format!("{campaign}/rating-first"), &[("on", "no")]).expect(409));
    assert_eq!(h.database.count("rating_first"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'two_reviewers_asked'"), 1);
});

both!(one_reviewer_alone_cannot_ask_for_two, |h| {
    let campaign = h.campaign();
    let owner = h.owner();

    let refused = h.services.ask_two_reviewers(&owner, &campaign, true);

    assert!(
        matches!(&refused, Err(services::error::ServiceError::Invalid(errors)) if errors[0].code == "too_few"),
        "{refused:?}"
    );
});

both!(agreement_of_few_is_counted_and_not_concluded_from, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    rate(&one, &attempt, "4", "Reformule avant de répondre.");
    let page = format!("/campaigns/{}/decisions", attempt.invited.campaign);
    one.see(&page).contains("il y en a 0.");

    rate(&other, &attempt, "2", "Propose trop vite un avoir.");

    let told = one.see(&page);
    told.contains("il y en a 1. C’est trop peu pour conclure.");
    told.lacks("Kappa");
    assert_eq!(told.page().texts("section[aria-labelledby=agree] dd"), ["1", "0", "0", "1"]);
});
