//! Views of a ranking that a member keeps.

use acceptance::client::Client;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;

fn ranked(h: &Harness) -> CampaignId {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    campaign
}

/// Keeps what an address shows under a name.
fn keep(client: &Client, path: &str, name: &str) -> acceptance::response::Response {
    let form = client.see(path).page().form("form[action$='/views']").set("name", name);
    client.submit(path, &form)
}

both!(a_view_brings_its_filters_back_for_its_owner_alone, |h| {
    let campaign = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}?decision=open&language=fr&order=score");

    keep(&client, &path, "À décider, en français").expect_redirect(&path);

    let page = client.see(&format!("/campaigns/{campaign}")).page();
    assert_eq!(page.attribute("ul.keep a", "href"), path);
    assert_eq!(page.text("ul.keep a"), "À décider, en français");
    let other = h.sign_in(&h.user(Role::Recruiter)).see(&format!("/campaigns/{campaign}"));
    other.lacks("À décider, en français");
    assert_eq!(h.database.count("audit_rows WHERE action = 'view_saved'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("décider"));
});

both!(the_same_name_replaces_and_a_view_is_deleted_by_its_owner, |h| {
    let campaign = ranked(h);
    let user = h.user(Role::Recruiter);
    let client = h.sign_in(&user);
    keep(&client, &format!("/campaigns/{campaign}?state=expired"), "Ma vue");
    keep(&client, &format!("/campaigns/{campaign}?state=finished"), "Ma vue");
    assert_eq!(h.database.texts("SELECT query FROM saved_views"), ["state=finished"]);
    let form = client.see(&format!("/campaigns/{campaign}")).page().attribute("ul.keep form", "action");

    h.sign_in(&h.user(Role::Owner)).post(&form, &[]).expect(404);
    client.post(&form, &[]).expect_redirect(&format!("/campaigns/{campaign}"));

    assert_eq!(h.database.count("saved_views"), 0);
    client.post(&form, &[]).expect(404);
});

both!(a_view_without_a_name_with_a_person_or_too_many_is_refused_with_words, |h| {
    let campaign = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/views");

    client.post(&path, &[("name", "  ")]).expect(422).contains("Donnez un nom");
    client.post(&path, &[("name", &"é".repeat(61))]).expect(422).contains("Soixante lettres");
    client.post(&path, &[("name", "x"), ("tree", "Tilleul 27")]).expect(422).contains("nommer une personne");
    client.post(&path, &[("name", "x"), ("band", "é")]).expect(400);
    for number in 0..20 {
        client.post(&path, &[("name", &format!("vue {number}"))]).expect(303);
    }
    let refused = client.post(&path, &[("name", "une de plus")]).expect(422);
    refused.contains("Vingt vues");
    assert_eq!(refused.page().attribute("#view-name", "value"), "une de plus", "what was typed stays");
    assert_eq!(h.database.count("saved_views"), 20);
});
