//! Mails to several candidates: chosen by decision or by hand, seen before they leave, sent once, deciding nothing.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;

/// A campaign with people whose tests have ended, and a reviewer.
fn campaign(h: &Harness, people: u8) -> (CampaignId, Vec<Attempt>, Client) {
    let campaign = h.campaign();
    let people = (0..people).map(|rating| h.complete_attempt(&campaign, move |_| rating % 4 + 1)).collect();
    h.run_jobs();
    (campaign, people, h.sign_in(&h.user(Role::Recruiter)))
}

fn decide(client: &Client, attempt: &Attempt, code: &str) {
    let path = format!("/candidates/{}", attempt.public_id);
    drop(client.see(&path));
    let fields = [("code", code), ("reason", "Décidé après lecture des réponses."), ("version", "1")];
    drop(client.post(&format!("{path}/decision"), &fields).expect(303));
}

fn mails(campaign: &CampaignId, kind: &str) -> String {
    format!("/campaigns/{campaign}/mails/{kind}")
}

/// Looks at a batch and sends it.
fn send(client: &Client, page: &str, choice: &[(&str, &str)]) -> String {
    let preview = client.post(&format!("{page}/preview"), choice).expect(200);
    let form = preview.page().form("form[action$='/send']");
    client.submit(page, &form).expect(303).location()
}

/// How many mails of a kind there are.
fn count(h: &Harness, kind: &str) -> i64 {
    h.database.count(&format!("mails WHERE kind = '{kind}'"))
}

both!(an_outcome_reaches_those_with_that_decision_and_nobody_else, |h| {
    let (campaign, people, client) = campaign(h, 4);
    decide(&client, &people[0], "not_pursued");
    decide(&client, &people[1], "interview");
    decide(&client, &people[2], "hold");
    let page = mails(&campaign, "outcome_not_pursued");
    let everyone: Vec<(&str, String)> =
        people.iter().map(|person| ("with", person.public_id.to_string())).collect();
    let mut choice: Vec<(&str, &str)> =
        everyone.iter().map(|(name, value)| (*name, value.as_str())).collect();
    choice.extend([("decision", "not_pursued"), ("decision", "hold"), ("decision", "open")]);

    send(&client, &page, &choice);

    let recipients = h.database.texts("SELECT recipient FROM mails WHERE kind = 'outcome_not_pursued'");
    assert_eq!(recipients, [people[0].invited.email.as_str()]);
    let body = h.database.texts("SELECT body FROM mails WHERE kind = 'outcome_not_pursued'").remove(0);
    assert!(body.starts_with(&format!("Bonjour {},", people[0].invited.name)), "{body}");
    assert!(body.contains("aide@quillaja.example") && body.contains("relise votre résultat"), "{body}");
    assert!(!body.contains('{'), "{body}");
    h.run_jobs();
    assert_eq!(h.database.texts("SELECT state FROM mails WHERE kind = 'outcome_not_pursued'"), ["accepted"]);
});

both!(mailing_takes_no_decision_and_needs_one_taken_before, |h| {
    let (campaign, people, client) = campaign(h, 2);
    let page = mails(&campaign, "outcome_not_pursued");
    let id = people[0].public_id.to_string();

    for choice in [vec![("decision", "not_pursued")], vec![("decision", "open")], vec![("with", id.as_str())]]
    {
        client.post(&format!("{page}/preview"), &choice).expect(422).contains("ne désigne personne");
        let mut sending = choice.clone();
        sending.extend([("batch", "0190a0a0-0000-7000-8000-000000000001"), ("number", "1"), ("seen", "")]);
        client.post(&format!("{page}/send"), &sending).expect(422).contains("ne désigne personne");
    }
    drop(send(&client, &mails(&campaign, "thanks"), &[("decision", "open")]));

    assert_eq!(count(h, "outcome_not_pursued"), 0);
    assert_eq!(count(h, "thanks"), 2);
    assert_eq!(h.database.count("decisions"), 0);
    assert_eq!(h.database.texts("SELECT COALESCE(decision, '-') FROM attempts"), ["-", "-"]);
});

both!(a_form_posted_twice_sends_once, |h| {
    let (campaign, _, client) = campaign(h, 3);
    let page = mails(&campaign, "thanks");
    let preview = client.post(&format!("{page}/preview"), &[("decision", "open")]).expect(200);
    preview.contains("Envoyer 3 messages");
    let form = preview.page().form("form[action$='/send']");

    let first = client.submit(&page, &form).expect(303).location();
    let second = client.submit(&page, &form).expect(303).location();

    assert!(first.ends_with("sent=3") && second.ends_with("sent=0"), "{first} {second}");
    client.see(&second).contains("rien n’est parti une seconde fois");
    assert_eq!(count(h, "thanks"), 3);
    assert_eq!(h.database.count("mail_batches"), 1);
    let details = h.database.texts("SELECT detail FROM audit_rows WHERE action = 'mails_queued'");
    assert_eq!(details.len(), 1);
    assert!(details[0].starts_with("code=thanks;n=3;without_address=0;batch="), "{}", details[0]);
});

both!(those_who_had_it_are_left_out_by_decision_and_may_be_chosen_by_hand, |h| {
    let (campaign, people, client) = campaign(h, 2);
    let page = mails(&campaign, "thanks");
    let id = people[1].public_id.to_string();
    drop(send(&client, &page, &[("with", &id)]));

    drop(send(&client, &page, &[("decision", "open")]));

    let recipients = h.database.texts("SELECT recipient FROM mails WHERE kind = 'thanks' ORDER BY recipient");
    let mut expected: Vec<&str> = people.iter().map(|person| person.invited.email.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(recipients, expected);
    client
        .post(&format!("{page}/preview"), &[("decision", "open")])
        .expect(422)
        .contains("ne désigne personne");
    drop(client.post(&format!("{page}/preview"), &[("with", &id)]).expect(200));
});

both!(what_has_changed_since_the_preview_stops_the_sending, |h| {
    let (campaign, people, client) = campaign(h, 2);
    let page = mails(&campaign, "thanks");
    let form = |client: &Client| {
        let preview = client.post(&format!("{page}/preview"), &[("decision", "open")]).expect(200);
        preview.page().form("form[action$='/send']")
    };
    let (seen, reworded) = (form(&client), form(&client));

    decide(&client, &people[0], "hold");
    client.submit(&page, &seen).expect(422).contains("ont changé depuis votre vérification");
    let words = [
        ("subject_fr", "Merci"),
        ("body_fr", "Merci {name} d’avoir répondu."),
        ("subject_en", "Thanks"),
        ("body_en", "Thank you {name} for your answers."),
    ];
    drop(client.post(&format!("{page}/words"), &words).expect(303));
    client.submit(&page, &reworded.set("number", "1")).expect(422).contains("ont changé");

    assert_eq!(count(h, "thanks"), 0);
    drop(client.submit(&page, &form(&client)).expect(303));
    let body = h.database.texts("SELECT body FROM mails WHERE kind = 'thanks'");
    assert_eq!(body, [format!("Merci {} d’avoir répondu.\n", people[1].invited.name)]);
});

both!(the_sender_reads_no_name_of_who_is_blind, |h| {
    let (campaign, people, client) = campaign(h, 2);
    h.database.execute(&format!("UPDATE invitations SET email = NULL WHERE id = '{}'", people[0].invited.id));
    let page = mails(&campaign, "thanks");

    let pages =
        [client.see(&page), client.post(&format!("{page}/preview"), &[("decision", "open")]).expect(200)];

    for shown in &pages {
        for person in &people {
            shown.lacks(&person.invited.name);
            shown.lacks(&person.invited.email);
        }
    }
    pages[1].contains("1 personne choisie n’a pas d’adresse");
    pages[1].contains("Camille Exemple");
    assert_eq!(count(h, "thanks"), 0);
    drop(send(&client, &page, &[("decision", "open")]));
    assert_eq!(count(h, "thanks"), 1);
});

both!(the_erased_the_withdrawn_and_strangers_are_not_written_to, |h| {
    let (campaign, people, client) = campaign(h, 3);
    let person = h.sit(&people[0]);
    let form = person.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    person.submit("/test/data/erase", &form).expect_redirect("/erased");
    h.services.revoke_invitation(&h.owner(), &campaign, &people[1].invited.id).unwrap();
    h.database.execute(&format!(
        "UPDATE attempts SET decision = 'withdrawn' WHERE public_id = '{}'",
        people[2].public_id
    ));
    let other = h.campaign();
    let stranger = h.complete_attempt(&other, |_| 3).public_id.to_string();
    let ids: Vec<String> = people.iter().map(|person| person.public_id.to_string()).collect();
    let mut choice: Vec<(&str, &str)> = ids.iter().map(|id| ("with", id.as_str())).collect();
    choice.extend([("with", stranger.as_str()), ("decision", "withdrawn"), ("decision", "open")]);

    let page = mails(&campaign, "thanks");
    client.post(&format!("{page}/preview"), &choice).expect(422).contains("ne désigne personne");

    assert_eq!(count(h, "thanks"), 0);
});

both!(words_are_checked_and_kept_as_typed, |h| {
    let (campaign, _, client) = campaign(h, 1);
    let page = mails(&campaign, "outcome_hold");
    let typed = [
        ("subject_fr", "Votre candidature"),
        ("body_fr", "Bonjour {prenom}, votre candidature reste ouverte. {contact}"),
        ("subject_en", ""),
        ("body_en", "Your application stays open for now."),
    ];

    let refused = client.post(&format!("{page}/words"), &typed).expect(422);

    refused.contains("seuls {name}, {job}, {organisation} et {contact} sont connus");
    assert_eq!(refused.page().text("#body-fr"), typed[1].1);
    assert_eq!(h.database.count("mail_templates"), 0);
    let good = [
        ("subject_fr", "Votre candidature"),
        ("body_fr", "Bonjour {name}, votre candidature reste ouverte. {contact}"),
        ("subject_en", "Your application"),
        ("body_en", "Hello {name}, your application stays open. {contact}"),
    ];
    drop(client.post(&format!("{page}/words"), &good).expect(303));
    drop(client.post(&format!("{page}/words"), &good).expect(303));
    assert_eq!(h.database.count("mail_templates"), 2);
    assert_eq!(h.database.count("audit_rows WHERE action = 'mail_words_changed'"), 1);
    client.see(&page).contains("Les mots de cette campagne.");
});

both!(who_has_people_to_rate_writes_to_those_already_rated, |h| {
    let (campaign, people, client) = campaign(h, 2);
    decide(&client, &people[0], "hold");
    h.services.set_rating_first(&h.owner(), &campaign, true).unwrap();
    let page = mails(&campaign, "outcome_hold");

    client.see(&page).contains("ne convient encore à personne");

    client
        .post(&format!("{page}/preview"), &[("decision", "hold")])
        .expect(422)
        .contains("ne désigne personne");
    let report = format!("/candidates/{}", people[0].public_id);
    let rating = [("rating", "3"), ("own_reason", "Reformule avant de répondre.")];
    drop(client.post(&format!("{report}/rating"), &rating).expect(303));
    drop(send(&client, &page, &[("decision", "hold")]));
    assert_eq!(count(h, "outcome_hold"), 1);
});

both!(an_erasure_empties_the_mail_and_the_download_holds_it, |h| {
    let (campaign, people, client) = campaign(h, 1);
    drop(send(&client, &mails(&campaign, "thanks"), &[("decision", "open")]));
    let person = h.sit(&people[0]);

    let data = person.get("/test/data/download").expect(200).json();
    let form = person.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    person.submit("/test/data/erase", &form).expect_redirect("/erased");

    assert!(data["mails"].to_string().contains("thanks"), "{}", data["mails"]);
    assert_eq!(h.database.count("mails WHERE kind = 'thanks' AND (recipient IS NOT NULL OR body <> '')"), 0);
});

both!(people_of_both_languages_read_their_own, |h| {
    let (campaign, _, client) = campaign(h, 2);
    h.database.execute("UPDATE attempts SET language = 'en' WHERE id = (SELECT MIN(id) FROM attempts)");

    let preview =
        client.post(&format!("{}/preview", mails(&campaign, "thanks")), &[("decision", "open")]).expect(200);

    preview.contains("Hello Camille Exemple");
    preview.contains("Bonjour Camille Exemple");
    drop(send(&client, &mails(&campaign, "thanks"), &[("decision", "open")]));
    let hello = "mails WHERE kind = 'thanks' AND language = 'en' AND body LIKE 'Hello %'";
    assert_eq!(h.database.count(hello), 1);
});
