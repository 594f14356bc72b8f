//! Decisions by people, and who may know whom before them.

use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;

const REASON: &str = "Écoute et vérifie dans trois situations sur quatre.";

fn ranked(h: &Harness) -> Attempt {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    attempt
}

both!(a_decision_is_kept_with_its_reason_and_the_version_that_was_seen, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    let form = client.see(&path).page().form("form[action$=decision]");

    let answer = client.submit(&path, &form.set("code", "interview").set("reason", REASON));

    answer.expect_redirect(&format!("{path}?done=decided"));
    assert_eq!(
        h.database.texts("SELECT code || ' ' || reason FROM decisions"),
        [format!("interview {REASON}")]
    );
    assert_eq!(
        h.database.number(
            "SELECT count(*) FROM decisions d JOIN ranking_versions v ON v.id = d.ranking_version_id \
             WHERE v.sequence = 1"
        ),
        1
    );
    assert_eq!(h.database.texts("SELECT decision FROM attempts"), ["interview"]);
    assert_eq!(h.database.count("audit_rows WHERE action = 'decision_recorded'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("Écoute"));
    client.follow(&answer).contains(REASON);
    let ranking = client.see(&format!("/campaigns/{}", attempt.invited.campaign));
    assert_eq!(ranking.page().text("tr.rank-row .badge"), "Entretien proposé");
});

both!(a_negative_decision_comes_after_the_report_was_opened, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    let fields = [("code", "not_pursued"), ("reason", REASON), ("version", "1")];

    let refused = client.post(&format!("{path}/decision"), &fields).expect(422);

    refused.contains("Lisez le rapport avant de ne pas poursuivre");
    assert_eq!(refused.page().text("#reason"), REASON, "what was typed stays");
    assert_eq!(h.database.count("decisions"), 0);
    // The refusal showed the report: now it has been opened.
    client.post(&format!("{path}/decision"), &fields).expect_redirect(&format!("{path}?done=decided"));
    // Somebody else's opening is not one's own.
    let other = h.sign_in(&h.user(Role::Recruiter));
    other.post(&format!("{path}/decision"), &fields).expect(422);
    assert_eq!(h.database.count("decisions"), 1);
});

both!(what_is_missing_is_told_beside_the_field, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}/decision", attempt.public_id);
    client.see(&format!("/candidates/{}", attempt.public_id));
    let long = "x".repeat(2_001);

    for (code, reason, told) in [
        ("", REASON, "Choisissez une décision."),
        ("withdrawn", REASON, "Cette décision ne peut pas être prise ici."),
        ("promote", REASON, "Cette décision ne peut pas être prise ici."),
        ("hold", "", "Écrivez une raison."),
        ("hold", "   non   ", "Écrivez au moins une phrase."),
        ("hold", &long, "La raison est trop longue"),
    ] {
        let answer = client.post(&path, &[("code", code), ("reason", reason), ("version", "1")]).expect(422);
        answer.contains(told);
    }
    assert_eq!(h.database.count("decisions"), 0);
    let page = client.get(&format!("/candidates/{}", attempt.public_id)).page();
    assert!(!page.has("input[value=withdrawn]"));
});

both!(a_decision_on_a_ranking_that_is_gone_asks_to_look_again, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}/decision", attempt.public_id);

    for version in ["", "7", "x"] {
        let answer =
            client.post(&path, &[("code", "hold"), ("reason", REASON), ("version", version)]).expect(422);
        answer.contains("Le classement a changé");
        assert_eq!(answer.page().attribute("input[name=version]", "value"), "1");
    }
    assert_eq!(h.database.count("decisions"), 0);
});

both!(a_page_opened_before_a_decision_does_not_overrule_it_unread, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    let (one_tab, other_tab) = (client.see(&path).page(), client.see(&path).page());
    let form = one_tab.form("form[action$=decision]").set("code", "interview").set("reason", REASON);
    client.submit(&path, &form).expect_redirect(&format!("{path}?done=decided"));
    // The button pressed twice is no second decision.
    client.submit(&path, &form).expect_redirect(&format!("{path}?done=decided"));

    let late = other_tab.form("form[action$=decision]").set("code", "not_pursued").set("reason", REASON);
    let refused = client.submit(&path, &late).expect(422);

    refused.contains("Une décision a été prise depuis");
    assert!(refused.page().text("title").starts_with("Erreur\u{a0}: "));
    assert_eq!(refused.page().all("[autofocus]").len(), 1, "the browser goes to what is wrong");
    assert_eq!(h.database.texts("SELECT code FROM decisions"), ["interview"]);
    // The page that was shown again has been seen: confirmed, it counts.
    client
        .submit(&path, &refused.page().form("form[action$=decision]"))
        .expect_redirect(&format!("{path}?done=decided"));
    assert_eq!(h.database.count("decisions"), 2);
});

both!(a_row_of_dots_is_no_reason, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    let form = client.see(&path).page().form("form[action$=decision]").set("code", "hold");

    for reason in ["....................", "1234567890 !", "Oui.      "] {
        client
            .submit(&path, &form.clone().set("reason", reason))
            .expect(422)
            .contains("Écrivez au moins une phrase");
    }

    assert_eq!(h.database.count("decisions"), 0);
});

both!(rows_of_a_version_that_a_decision_names_stay, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}/decision", attempt.public_id);
    client
        .post(&path, &[("code", "hold"), ("reason", REASON), ("version", "1")])
        .expect_redirect(&format!("/candidates/{}?done=decided", attempt.public_id));

    for _ in 0..3 {
        h.clock.advance(chrono::Duration::hours(2));
        h.complete_attempt(&attempt.invited.campaign, |_| 3);
        h.run_jobs();
    }

    let rows = h.database.texts(
        "SELECT v.sequence || ' ' || (SELECT count(*) FROM ranking_rows r WHERE r.ranking_version_id = v.id) \
         FROM ranking_versions v ORDER BY v.sequence",
    );
    assert_eq!(rows, ["1 1", "2 0", "3 3", "4 4"]);
});

both!(others_decisions_and_the_name_appear_after_ones_own, |h| {
    let attempt = ranked(h);
    let (first, second) = (h.user(Role::Recruiter), h.user(Role::Recruiter));
    let (one, other) = (h.sign_in(&first), h.sign_in(&second));
    let path = format!("/candidates/{}", attempt.public_id);
    let decide = |client: &acceptance::client::Client, reason: &str| {
        client
            .post(&format!("{path}/decision"), &[("code", "shortlist"), ("reason", reason), ("version", "1")])
            .expect_redirect(&format!("{path}?done=decided"));
    };
    decide(&one, "La première raison écrite.");

    let before = other.see(&path);
    before.lacks("La première raison écrite.");
    // The lists of whom to mention or to assign name every reviewer: who has decided stands elsewhere.
    let decisions = before.page().text("section[aria-labelledby=decisions]");
    assert!(!decisions.contains(&first.name), "{decisions}");
    before.lacks(&attempt.invited.name);
    decide(&other, "La seconde raison écrite.");
    let after = other.see(&path);

    after.contains("La première raison écrite.");
    assert!(after.page().text("section[aria-labelledby=decisions]").contains(&first.name));
    after.contains(&attempt.invited.name);
    after.contains(&attempt.invited.email);
});

both!(asking_who_it_is_shows_it_to_that_person_only_and_is_audited, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let colleague = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    client.see(&path).lacks(&attempt.invited.name);

    let answer = client.post(&format!("{path}/unblind"), &[]);

    answer.expect_redirect(&format!("{path}?done=unblinded"));
    let page = client.follow(&answer);
    page.contains(&attempt.invited.name);
    page.contains(&attempt.invited.email);
    page.contains("Commencé");
    colleague.see(&path).lacks(&attempt.invited.name);
    assert_eq!(h.database.count("audit_rows WHERE action = 'unblinded'"), 1);
    let ranking = client.see(&format!("/campaigns/{}", attempt.invited.campaign));
    ranking.lacks(&attempt.invited.name);
});

both!(nothing_but_a_live_session_makes_a_decision, |h| {
    use services::decide::DecisionForm;
    use services::error::ServiceError;

    let attempt = ranked(h);
    let user = h.user(Role::Recruiter);
    let mut viewer = h.staff(&user);
    viewer.session = domain::ids::SessionId::parse("0193f2a1-7c00-7abc-8def-0123456789ab").unwrap();
    let form = DecisionForm {
        code: "hold".to_owned(),
        reason: REASON.to_owned(),
        version: "1".to_owned(),
        last: None,
    };

    let refused = h.services.decide(&viewer, &attempt.public_id, &form);

    assert!(matches!(refused, Err(ServiceError::NotSignedIn)));
    for _ in 0..3 {
        h.clock.advance(chrono::Duration::days(1));
        h.run_jobs();
    }
    assert_eq!(h.database.count("decisions"), 0, "no job decides");
    assert_eq!(h.database.count("attempts WHERE decision IS NOT NULL"), 0);
});

both!(a_button_pressed_twice_decides_once, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}/decision", attempt.public_id);
    drop(client.see(&format!("/candidates/{}", attempt.public_id)));
    let fields = |reason: &'static str| [("code", "hold"), ("reason", reason), ("version", "1")];

    drop(client.post(&path, &fields(REASON)).expect(303));
    drop(client.post(&path, &fields(REASON)).expect(303));
    let twice = h.database.count("decisions");
    drop(client.post(&path, &fields("Une autre raison, après réflexion.")).expect(303));
    drop(client.post(&path, &fields(REASON)).expect(303));

    assert_eq!(twice, 1);
    assert_eq!(h.database.count("decisions"), 3, "to change one's mind and back is three decisions");
    assert_eq!(h.database.count("audit_rows WHERE action = 'decision_recorded'"), 3);
});
