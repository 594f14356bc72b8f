//! Changing a campaign that takes answers: what may change, what stays, and what was promised.

use acceptance::Harness;
use acceptance::both;
use acceptance::client::Client;
use acceptance::response::Form;
use domain::ids::CampaignId;
use domain::role::Role;

fn edit_path(campaign: &CampaignId) -> String {
    format!("/campaigns/{campaign}/edit")
}

fn edit_form(client: &Client, campaign: &CampaignId) -> Form {
    client.see(&edit_path(campaign)).page().form("main form")
}

fn erased_on(h: &Harness) -> String {
    h.database.texts("SELECT CAST(erase_people_on AS TEXT) FROM campaigns").swap_remove(0)
}

fn notice_version(h: &Harness) -> i64 {
    h.database.number("SELECT notice_version FROM campaigns")
}

both!(words_and_dates_are_changed_and_the_test_stays, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let before = h.database.texts("SELECT pack_row_id || form_id || key_row_id || languages FROM campaigns");
    let form = edit_form(&client, &campaign)
        .set("title", "Un titre nouveau")
        .set("job", "Un poste nouveau")
        .set("closes_at", "2026-04-20T18:00")
        .set("decision_on", "2026-05-15")
        .set("contact", "autre@exemple.example")
        .set("notice_en", "Welcome.\r\nTake your time.");

    let done = client.submit(&edit_path(&campaign), &form);

    let page = client.follow(&done);
    page.contains("La campagne a été modifiée.");
    for words in ["Un titre nouveau", "Un poste nouveau", "20\u{a0}avril\u{a0}2026", "autre@exemple.example"]
    {
        page.contains(words);
    }
    page.contains("15\u{a0}mai\u{a0}2028");
    assert_eq!(
        h.database.texts("SELECT pack_row_id || form_id || key_row_id || languages FROM campaigns"),
        before
    );
    assert_eq!(notice_version(h), 2);
    assert_eq!(
        h.database.texts("SELECT detail FROM audit_rows WHERE action = 'campaign_changed'"),
        ["fields=title,job,closes_at,decision_on,contact,notice_en;notice=2"]
    );
    h.client().see(&h.invite(&campaign).path).contains("Un poste nouveau");
});

both!(a_change_of_nothing_writes_nothing, |h| {
    let campaign = h.campaign_with(|input| input.notice_fr = "Bonjour.\r\nÀ bientôt.".to_owned());
    let client = h.sign_in(&h.user(Role::Recruiter));
    let form = edit_form(&client, &campaign);

    drop(client.submit(&edit_path(&campaign), &form).expect(303));

    assert_eq!(notice_version(h), 1);
    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'campaign_changed'"), 0);
});

both!(a_notice_read_before_the_change_is_shown_anew, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let invited = h.invite(&campaign);
    let candidate = h.client();
    let read = candidate.see(&invited.path).page().form("main form");
    let form = edit_form(&client, &campaign).set("contact", "autre@exemple.example");
    drop(client.submit(&edit_path(&campaign), &form).expect(303));

    drop(candidate.submit(&invited.path, &read));

    assert_eq!(h.database.count("attempts"), 0);
    candidate.see(&invited.path).contains("autre@exemple.example");
});

both!(the_promised_day_of_erasure_is_not_put_off, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let change = |date: &str| {
        let form = edit_form(&client, &campaign).set("closes_at", "").set("decision_on", date);
        drop(client.submit(&edit_path(&campaign), &form).expect(303));
        erased_on(h)
    };

    let nobody_yet = change("2026-06-10");
    drop(h.start_attempt(&h.invite(&campaign)));
    let put_off = change("2026-09-10");
    let brought_forward = change("2026-05-10");

    assert_eq!([nobody_yet, put_off, brought_forward], ["2028-06-10", "2028-06-10", "2028-05-10"]);
});

both!(every_error_of_a_change_is_told_and_a_date_that_stays_is_not_judged, |h| {
    let campaign = h.campaign_with(|input| {
        input.closes_at = String::new();
        input.decision_on = "2026-03-05".to_owned();
    });
    h.clock.advance(chrono::Duration::days(30));
    let client = h.sign_in(&h.user(Role::Recruiter));
    let form = edit_form(&client, &campaign).set("title", "").set("closes_at", "2026-02-01T12:00");

    let page = client.submit(&edit_path(&campaign), &form).expect(422).page();

    assert_eq!(page.attributes(".notice.is-alert a", "href"), ["#title", "#closes_at"]);
    assert_eq!(page.attribute("#closes_at", "value"), "2026-02-01T12:00");
    let form = edit_form(&client, &campaign).set("title", "Encore ouverte");
    drop(client.submit(&edit_path(&campaign), &form).expect(303));
});

both!(a_campaign_that_is_over_changes_no_more, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let form = edit_form(&client, &campaign).set("title", "Trop tard");
    h.services.close_campaign(&h.owner(), &campaign).unwrap();

    drop(client.submit(&edit_path(&campaign), &form).expect(409));

    drop(client.get(&edit_path(&campaign)).expect(409));
    assert_eq!(h.database.number("SELECT COUNT(*) FROM campaigns WHERE title = 'Trop tard'"), 0);
    assert!(!client.see(&format!("/campaigns/{campaign}/settings")).page().has("a[href$='/edit']"));
});
