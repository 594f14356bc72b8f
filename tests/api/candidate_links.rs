//! Every state of a personal link has a page and a status of its own; open links, lost links and receipts.

use acceptance::{Harness, both};
use chrono::Duration;
use services::campaigns::settings::{OpenLink, OpenLinkChange};
use services::settings::{MailSettings, SmtpSettings};

both!(an_unknown_link_is_a_helpful_404, |h| {
    let answer = h.client().get("/c/nothing-leads-here").expect(404);

    assert_eq!(answer.page().text("h1"), "Ce lien ne mène à aucun test");
    assert_eq!(answer.page().attribute("main a", "href"), "/lost-link");
});

both!(many_unknown_links_are_slowed_down_and_a_valid_one_never, |h| {
    let invited = h.invite(&h.campaign());
    let client = h.client();

    let statuses: Vec<u16> = (0..35).map(|n| client.get(&format!("/c/guess-{n}")).status()).collect();

    assert_eq!(statuses[0], 404);
    assert_eq!(statuses[34], 429);
    assert!(client.get("/c/guess-again").expect(429).header("retry-after").is_some());
    drop(client.see(&invited.path));
});

both!(a_withdrawn_link_is_gone, |h| {
    let invited = h.invite(&h.campaign());
    h.services.revoke_invitation(&h.owner(), &invited.campaign, &invited.id).unwrap();

    let answer = h.client().get(&invited.path).expect(410);

    assert_eq!(answer.page().text("h1"), "Ce lien a été retiré");
    answer.lacks(&invited.name);
});

both!(a_link_of_a_closed_campaign_is_gone_and_says_when, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-10T18:00".to_owned());
    let invited = h.invite(&campaign);
    h.clock.advance(Duration::days(9));

    let answer = h.client().get(&invited.path).expect(410);

    assert_eq!(answer.page().text("h1"), "Cette campagne est close");
    answer.contains("mardi 10");
    drop(
        h.client()
            .post(
                &format!("{}/start", invited.path),
                &[("version", "2001"), ("language", "fr"), ("read", "yes")],
            )
            .expect(303),
    );
    assert_eq!(h.database.count("attempts"), 0);
});

both!(a_finished_link_shows_the_receipt, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 3);

    let page = h.client().see(&attempt.invited.path).page();

    assert!(page.text("h1").contains("vos réponses sont bien arrivées"));
    assert_eq!(page.text("code").len(), 31);
});

both!(a_receipt_is_genuine_and_tells_the_date_alone, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 3);
    let code = h.client().see(&attempt.invited.path).page().text("code");

    let answer = h.client().post("/receipt", &[("code", &code.to_lowercase().replace('-', " "))]).expect(200);

    answer.contains("Ce reçu est authentique");
    answer.contains("2\u{a0}mars\u{a0}2026");
    answer.lacks(&attempt.invited.name);
    answer.lacks("Quillaja");
});

both!(an_invented_receipt_is_not_verifiable, |h| {
    for code in ["", "ABC", "00000-00000-00000-00000-00000-0"] {
        h.client().post("/receipt", &[("code", code)]).expect(200).contains("ne peut pas être vérifié");
    }
});

both!(lost_links_get_the_same_answer_for_every_address, |h| {
    let invited = h.invite(&h.campaign());
    h.run_jobs();
    let before = h.mails().len();

    let known = h.client().post("/lost-link", &[("email", &invited.email.to_uppercase())]);
    let unknown = h.client().post("/lost-link", &[("email", "personne@candidature.example")]);
    h.run_jobs();

    known.expect_redirect("/lost-link?sent");
    unknown.expect_redirect("/lost-link?sent");
    let mails = h.mails();
    assert_eq!(mails.len(), before + 1);
    assert_eq!(h.database.count("mails WHERE kind = 'lost_link'"), 1);
});

both!(lost_links_are_not_sent_without_end, |h| {
    let invited = h.invite(&h.campaign());

    let statuses: Vec<u16> =
        (0..8).map(|_| h.client().post("/lost-link", &[("email", &invited.email)]).status()).collect();

    assert_eq!(statuses[7], 429);
    assert!(h.database.count("mails WHERE kind = 'lost_link'") <= 5);
});

both!(what_is_no_address_is_said_beside_the_field, |h| {
    let answer = h.client().post("/lost-link", &[("email", "pas une adresse")]).expect(422);

    assert_eq!(answer.page().attribute("#email", "value"), "pas une adresse");
    assert!(answer.page().has("#email-error"));
});

fn with_relay(backend: acceptance::database::Backend) -> Harness {
    Harness::with(backend, |setup| {
        setup.settings.mail = MailSettings::Smtp(SmtpSettings {
            url: "smtp://127.0.0.1:9".to_owned(),
            from: "Egard <egard@quillaja.example>".to_owned(),
        });
    })
}

/// A new open link of a campaign of the home organisation, as a path.
fn open_link(h: &Harness) -> String {
    let campaign = h.campaign();
    let owner = h.owner();
    h.services.change_open_link(&owner, &campaign, OpenLinkChange::On).unwrap();
    let settings = h.services.campaign_settings(&owner, &campaign).unwrap();
    let OpenLink::On { address } = settings.open_link else { panic!("{:?}", settings.open_link) };
    address[address.find("/o/").unwrap()..].to_owned()
}

fn signs_up(h: &Harness) {
    let path = open_link(h);
    let page = h.client().see(&path).page();
    let form =
        page.form("main form").set("name", "Ondine Pralin").set("email", "o.pralin@candidature.example");

    let new = h.client().submit(&path, &form).expect(200);
    let known = h.client().submit(&path, &form).expect(200);

    assert_eq!(new.page().text("h1"), "Votre lien est en route");
    assert_eq!(new.page().text("main"), known.page().text("main"));
    assert_eq!(h.database.count("invitations WHERE source = 'open_link'"), 1);
    assert_eq!(h.database.count("mails WHERE kind = 'sign_up'"), 2);
    new.lacks("/c/");
}

#[test]
fn an_open_link_answers_new_and_known_addresses_alike_on_sqlite() {
    signs_up(&with_relay(acceptance::database::Backend::Sqlite));
}

#[test]
fn an_open_link_answers_new_and_known_addresses_alike_on_postgres() {
    signs_up(&with_relay(acceptance::database::Backend::Postgres));
}

both!(an_open_link_is_refused_without_mail, |h| {
    // Turned on while there was a relay: its hash stays when the relay is taken away.
    let campaign = h.campaign();
    let token = "a-token-from-before";
    h.database.execute(&format!(
        "UPDATE campaigns SET open_link_token_hash = '{}', open_link_key_id = 'k1' WHERE id = '{campaign}'",
        services::secrets::token_hash(token)
    ));
    let path = format!("/o/{token}");

    let page = h.client().get(&path).expect(503);
    let posted =
        h.client().post(&path, &[("name", "Ondine"), ("email", "o@candidature.example")]).expect(503);

    page.contains("n’envoie pas encore de messages");
    posted.contains("n’envoie pas encore de messages");
    assert_eq!(h.database.count("invitations"), 0);
});

#[test]
fn the_demonstration_shows_the_link_for_new_addresses_only() {
    let h = Harness::with(acceptance::database::Backend::Sqlite, |setup| setup.settings.is_demo = true);
    let path = open_link(&h);
    let fields = [("name", "Ondine Pralin"), ("email", "o.pralin@candidature.example")];

    h.client().post(&path, &fields).expect(200).contains("/c/");
    h.client().post(&path, &fields).expect(200).lacks("/c/");
}

#[test]
fn a_sign_up_with_broken_fields_keeps_what_was_typed() {
    let h = with_relay(acceptance::database::Backend::Sqlite);
    let path = open_link(&h);

    let answer = h.client().post(&path, &[("name", "Ondine Pralin"), ("email", "o.pralin")]).expect(422);

    let page = answer.page();
    assert_eq!(page.attribute("#name", "value"), "Ondine Pralin");
    assert_eq!(page.attribute("#email", "value"), "o.pralin");
    assert!(page.has("#email-error") && !page.has("#name-error"));
    assert_eq!(h.database.count("invitations"), 0);
}

both!(an_unknown_open_link_is_a_404, |h| {
    drop(h.client().get("/o/nothing").expect(404));
    drop(h.client().post("/o/nothing", &[("name", "a"), ("email", "a@b.example")]).expect(404));
});
