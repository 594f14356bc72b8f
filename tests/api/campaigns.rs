//! Campaigns: making, listing, closing them, and their open links.

use std::collections::BTreeSet;

use acceptance::Harness;
use acceptance::both;
use acceptance::client::Client;
use acceptance::database::Backend;
use chrono::Duration;
use domain::ids::CampaignId;
use domain::role::Role;
use services::jobs::{JobResult, run_due};
use services::settings::{MailSettings, SmtpSettings};

fn recruiter(h: &Harness) -> Client {
    h.sign_in(&h.user(Role::Recruiter))
}

/// A server whose mails would go through a relay (which nobody listens as).
fn with_relay(backend: Backend) -> Harness {
    Harness::with(backend, |setup| {
        let url = "smtp://127.0.0.1:9".to_owned();
        setup.settings.mail =
            MailSettings::Smtp(SmtpSettings { url, from: "Egard <a@egard.example>".to_owned() });
    })
}

fn settings_path(campaign: &CampaignId) -> String {
    format!("/campaigns/{campaign}/settings")
}

both!(an_organisation_without_campaigns_is_told_how_to_begin, |h| {
    let page = recruiter(h).see("/campaigns");

    page.contains("Aucune campagne pour l’instant");
    assert!(page.page().has("a[href='/campaigns/new']"));
});

both!(a_campaign_is_made_with_the_form, |h| {
    let client = recruiter(h);
    let form = client
        .see("/campaigns/new")
        .page()
        .form("main form")
        .set("title", "Conseillers 2026")
        .set("job", "Conseillère ou conseiller client")
        .set("closes_at", "2026-03-20T18:00")
        .set("decision_on", "2026-04-15")
        .set("notice_fr", "Bienvenue.\r\nPrenez votre temps.");

    let made = client.submit("/campaigns/new", &form);

    let page = client.follow(&made);
    page.contains("Conseillers 2026");
    page.contains("vendredi 20\u{a0}mars\u{a0}2026 à\u{a0}18\u{a0}h\u{a0}00 (Europe/Paris)");
    page.contains("samedi 15\u{a0}avril\u{a0}2028");
    page.contains("Prenez votre temps.");
    client.see("/campaigns").contains("Conseillers 2026");
    assert_eq!(
        h.database.texts("SELECT CAST(closes_at AS TEXT) FROM campaigns")[0].get(..16),
        Some("2026-03-20 17:00")
    );
});

both!(every_error_is_told_at_once_and_nothing_typed_is_lost, |h| {
    let client = recruiter(h);
    let form = client
        .see("/campaigns/new")
        .page()
        .form("main form")
        .set("title", " ")
        .set("job", "Un poste bien à part")
        .set("form", "relation-client/unknown-form")
        .set("closes_at", "2026-03-01T18:00")
        .set("decision_on", "2026-02-20")
        .set("contact", "")
        .set("notice_en", "Words that must not be lost.")
        .without("languages");

    let answer = client.submit("/campaigns/new", &form).expect(422);

    let page = answer.page();
    let errors = page.attributes(".notice.is-alert a", "href");
    for field in ["#title", "#form", "#languages", "#closes_at", "#decision_on", "#contact"] {
        assert!(errors.iter().any(|href| href == field), "{field} of {errors:?}");
    }
    assert_eq!(page.attribute("#job", "value"), "Un poste bien à part");
    assert_eq!(page.attribute("#closes_at", "value"), "2026-03-01T18:00");
    assert_eq!(page.text("#notice_en"), "Words that must not be lost.");
    assert_eq!(page.attribute("#title", "aria-invalid"), "true");
    assert_eq!(h.database.count("campaigns"), 0);
});

both!(an_hour_that_the_clocks_leave_out_is_no_closing_time, |h| {
    let client = recruiter(h);
    let form = client
        .see("/campaigns/new")
        .page()
        .form("main form")
        .set("title", "Printemps")
        .set("job", "Conseil")
        .set("closes_at", "2026-03-29T02:30")
        .set("decision_on", "2026-04-15");

    let page = client.submit("/campaigns/new", &form).expect(422).page();

    assert_eq!(page.attributes(".notice.is-alert a", "href"), ["#closes_at"]);
});

both!(the_list_shows_the_funnel_and_figures_from_five_people_on, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    for _ in 0..4 {
        drop(h.complete_attempt(&campaign, |_| 3));
    }
    drop(h.start_attempt(&h.invite(&campaign)));
    drop(h.invite(&campaign));

    let before = client.see("/campaigns").page().texts("tbody td");
    drop(h.complete_attempt(&campaign, |_| 3));
    h.database.execute("UPDATE attempts SET active_ms = 1500000, satisfaction = 4 WHERE state = 'finished'");
    let after = client.see("/campaigns").page().texts("tbody td");

    assert_eq!(before[1..6], ["6", "5", "4 (67\u{202f}%)", "–", "–"]);
    assert_eq!(after[1..7], ["7", "6", "5 (71\u{202f}%)", "25\u{a0}min", "5 sur 5", "5 personnes"]);
});

both!(what_awaits_a_person_comes_from_facts, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    client.see("/campaigns").contains("Rien pour l’instant");
    let refused = h.invite(&campaign);
    drop(h.complete_attempt(&campaign, |_| 3));
    h.database.execute(&format!("UPDATE mails SET state = 'refused' WHERE invitation_id = '{}'", refused.id));

    let page = client.see("/campaigns");

    page.contains("1 personne a terminé et attend une décision");
    page.contains("1 invitation non remise");
    let path = page.page().attribute(".marked a", "href");
    client.see(&path).contains(&refused.name);
    // A moment later: which of two mails is the newer one is a matter of time.
    h.clock.advance(Duration::minutes(1));
    h.services.resend_invitation(&h.owner(), &campaign, &refused.id).unwrap();
    client.see("/campaigns").lacks("non remise");
});

both!(campaigns_are_filtered_by_state, |h| {
    let open = h.campaign_with(|input| input.title = "Ouverte Anémone".to_owned());
    let closed = h.campaign_with(|input| input.title = "Fermée Bleuet".to_owned());
    let over = h.campaign_with(|input| {
        input.title = "Échue Cyclamen".to_owned();
        input.closes_at = "2026-03-10T18:00".to_owned();
    });
    h.services.close_campaign(&h.owner(), &closed).unwrap();
    h.clock.advance(Duration::days(10));
    let client = recruiter(h);

    let titles = |path: &str| {
        let links = client.see(path).page().attributes("tbody th a", "href");
        links.into_iter().map(|href| href.rsplit('/').next().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };

    // As sets: the clock of the test stands still, so that none of them is the newest.
    assert_eq!(titles("/campaigns?state=open"), BTreeSet::from([open.to_string()]));
    assert_eq!(titles("/campaigns?state=closed"), BTreeSet::from([over.to_string(), closed.to_string()]));
    assert_eq!(titles("/campaigns").len(), 3);
});

both!(closing_ends_tests_under_way_and_makes_the_last_ranking, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    drop(h.complete_attempt(&campaign, |_| 3));
    let under_way = h.start_attempt(&h.invite(&campaign));
    let waiting = h.invite(&campaign);
    let question = client.see(&format!("/campaigns/{campaign}/close"));
    question.contains("1 personne est en train de répondre");
    question.contains("1 personne invitée n’a pas commencé");

    let closed = client.submit("", &question.page().form("main form"));
    let report = run_due(&h.services);

    client.follow(&closed).contains("La campagne est close.");
    assert!(!report.has_failed(), "{report:?}");
    assert_eq!(report.result("expiry"), Some(JobResult::Done(1)));
    let state = format!("SELECT state FROM attempts WHERE public_id = '{}'", under_way.public_id);
    assert_eq!(h.database.texts(&state), ["expired"]);
    assert_eq!(h.database.texts("SELECT reason FROM ranking_versions"), ["close"]);
    drop(h.client().get(&waiting.path).expect(410));
    drop(client.get(&format!("/campaigns/{campaign}/close")).expect(409));
    drop(client.post(&format!("/campaigns/{campaign}/close"), &[]).expect(303));
    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'campaign_closed'"), 1);
});

both!(an_open_link_is_refused_without_mail, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();

    let page = client.see(&settings_path(&campaign));
    let answer = client.post(&format!("/campaigns/{campaign}/open-link"), &[("change", "on")]);

    page.contains("Ce serveur n’envoie pas d’e-mails");
    drop(answer.expect(409));
    assert_eq!(h.database.texts("SELECT COALESCE(open_link_token_hash, '') FROM campaigns"), [""]);
});

fn an_open_link_is_turned_on_renewed_and_off(h: &Harness) {
    let client = recruiter(h);
    let campaign = h.campaign();
    let path = format!("/campaigns/{campaign}/open-link");
    let shown = || {
        let address = client.see(&settings_path(&campaign)).page().attribute("#open-link", "value");
        address.strip_prefix(&h.url("")).unwrap().to_owned()
    };

    drop(client.post(&path, &[("change", "on")]).expect(303));
    let first = shown();
    drop(h.client().see(&first));
    drop(client.post(&path, &[("change", "on")]).expect(303));
    assert_eq!(shown(), first);
    drop(client.post(&path, &[("change", "renew")]).expect(303));
    let second = shown();
    drop(h.client().get(&first).expect(404));
    drop(h.client().see(&second));
    drop(client.post(&path, &[("change", "off")]).expect(303));
    drop(h.client().get(&second).expect(404));

    assert!(!client.see(&settings_path(&campaign)).page().has("#open-link"));
    drop(client.post(&path, &[("change", "nonsense")]).expect(422));
}

mod an_open_link_is_turned_on_renewed_and_off {
    use super::{Backend, with_relay};

    #[test]
    fn sqlite() {
        super::an_open_link_is_turned_on_renewed_and_off(&with_relay(Backend::Sqlite));
    }

    #[test]
    fn postgres() {
        super::an_open_link_is_turned_on_renewed_and_off(&with_relay(Backend::Postgres));
    }
}

both!(a_stranger_and_an_auditor_find_no_campaign, |h| {
    let campaign = h.campaign();
    let invited = h.invite(&campaign);
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));
    let auditor = h.sign_in(&h.user(Role::Auditor));
    let gets = ["settings", "close", "invitations", "invitations/new"];
    let posts = [
        "open-link",
        "close",
        "invitations/search",
        "invitations/one",
        "invitations/check",
        "invitations/import",
    ];

    for client in [&stranger, &auditor] {
        for path in gets {
            drop(client.get(&format!("/campaigns/{campaign}/{path}")).expect(404));
        }
        for path in posts {
            drop(client.post(&format!("/campaigns/{campaign}/{path}"), &[]).expect(404));
        }
        drop(client.get(&format!("/campaigns/{campaign}/invitations/{}/link", invited.id)).expect(404));
        for path in ["resend", "renew", "revoke"] {
            drop(
                client
                    .post(&format!("/campaigns/{campaign}/invitations/{}/{path}", invited.id), &[])
                    .expect(404),
            );
        }
    }
    stranger.see("/campaigns").lacks("Vétiver");
    drop(auditor.get("/campaigns").expect(404));
});

both!(an_invitation_is_not_found_under_another_campaign, |h| {
    let client = recruiter(h);
    let invited = h.invite(&h.campaign());
    let other = h.campaign();

    drop(client.get(&format!("/campaigns/{other}/invitations/{}/link", invited.id)).expect(404));
    drop(client.post(&format!("/campaigns/{other}/invitations/{}/revoke", invited.id), &[]).expect(404));
    drop(client.get(&format!("/campaigns/{other}/invitations?after={}", invited.id)).expect(404));
});

both!(the_pages_speak_english_too, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();

    client.see("/campaigns?lang=en").contains("What awaits a person");

    client.see("/campaigns/new").contains("Open the campaign");
    client.see(&settings_path(&campaign)).contains("Pilot: the score is not evidence yet.");
    client.see(&format!("/campaigns/{campaign}/invitations")).contains("Nobody has been invited yet");
});

both!(a_button_pressed_twice_makes_one_campaign, |h| {
    let client = recruiter(h);
    let form = client
        .see("/campaigns/new")
        .page()
        .form("main form")
        .set("title", "Une fois")
        .set("job", "Conseil")
        .set("decision_on", "2026-04-15");

    let first = client.submit("/campaigns/new", &form).expect(303).location();
    let second = client.submit("/campaigns/new", &form).expect(303).location();
    drop(client.submit("/campaigns/new", &form.clone().set("title", "Deux fois")).expect(303));
    h.clock.advance(Duration::minutes(2));
    let later = client.submit("/campaigns/new", &form).expect(303).location();

    assert_eq!(first, second);
    assert_ne!(first, later);
    assert_eq!(h.database.count("campaigns"), 3);
});

both!(the_median_of_an_even_number_lies_between_the_two_in_the_middle, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    for minutes in [10, 10, 10, 30, 30, 30] {
        let attempt = h.complete_attempt(&campaign, |_| 3);
        let id = attempt.public_id;
        let ms = minutes * 60_000;
        h.database.execute(&format!("UPDATE attempts SET active_ms = {ms} WHERE public_id = '{id}'"));
    }

    assert_eq!(client.see("/campaigns").page().texts("tbody td")[4], "20\u{a0}min");
});
