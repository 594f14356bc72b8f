//! Two or three people side by side.

use acceptance::fixtures::{Attempt, shipped_form};
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;

use crate::crowd::ratings;

/// A campaign with three ranked people: two near each other, one far below.
fn three(h: &Harness) -> (CampaignId, Vec<Attempt>) {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempts = [40, 38, 2].map(|exact| h.complete_attempt(&campaign, ratings(&form, exact, 4))).into();
    h.run_jobs();
    (campaign, attempts)
}

fn path(campaign: &CampaignId, people: &[&Attempt]) -> String {
    let with: Vec<String> = people.iter().map(|attempt| format!("with={}", attempt.public_id)).collect();
    format!("/campaigns/{campaign}/compare?{}", with.join("&"))
}

fn name(h: &Harness, attempt: &Attempt) -> String {
    let number = h
        .database
        .number(&format!("SELECT tree_number FROM attempts WHERE public_id = '{}'", attempt.public_id));
    domain::tree::tree_name(u32::try_from(number).unwrap())
}

both!(the_ranking_leads_to_a_comparison_of_those_ticked, |h| {
    let (campaign, attempts) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let ranking = client.see(&format!("/campaigns/{campaign}")).page();
    assert_eq!(ranking.attributes("input[name=with][form=compare]", "value").len(), 3);
    assert_eq!(ranking.attribute("form#compare", "action"), format!("/campaigns/{campaign}/compare"));

    let page = client.see(&path(&campaign, &[&attempts[0], &attempts[1], &attempts[2]]));

    page.contains("Trois personnes, côte à côte");
    page.contains(&format!("{} et {} ne se distinguent pas", name(h, &attempts[0]), name(h, &attempts[1])));
    page.contains(&format!("{} est au-dessus d", name(h, &attempts[0])));
    assert_eq!(page.page().texts("#scores ~ .table-box tbody tr").len(), 1, "no family may be shown yet");
    page.page().one("#ratings");
    page.lacks("@candidature.example");
});

both!(a_comparison_is_noted_for_each_and_is_no_reading_of_the_report, |h| {
    let (campaign, attempts) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.see(&path(&campaign, &[&attempts[0], &attempts[2]])).contains("Deux personnes, côte à côte");

    assert_eq!(h.database.count("audit_rows WHERE action = 'candidate_compared'"), 2);
    assert_eq!(h.database.count("report_openings"), 0);
});

both!(another_language_or_theme_shows_the_same_people, |h| {
    let (campaign, attempts) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let here = path(&campaign, &[&attempts[0], &attempts[2]]);

    let page = client.see(&format!("{here}&theme=dark&lang=fr")).page();

    let english = page.attribute(".bar-tools a[hreflang]", "href");
    assert_eq!(english, format!("{here}&lang=en"));
    client.see(&english).contains("Two people, side by side");
    assert_eq!(page.attribute(".foot a[aria-current]", "href"), format!("{here}&theme=dark"));
});

both!(somebody_is_added_by_the_name_of_their_tree, |h| {
    let (campaign, attempts) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let from = path(&campaign, &[&attempts[0]]);
    let form = client.get(&from).expect(422).page().form("form[action$=compare]");

    let answer = client.submit(&from, &form.clone().set("name", &name(h, &attempts[1]).to_lowercase()));

    answer.expect_redirect(&path(&campaign, &[&attempts[0], &attempts[1]]));
    assert_eq!(form.value("with"), Some(attempts[0].public_id.as_str()));
    let refused = client.submit(&from, &form.set("name", "Camille Durand")).expect(422);
    refused.contains("Personne ne porte ce nom");
    assert_eq!(refused.page().attribute("#name", "value"), "Camille Durand", "what was typed stays");
});

both!(one_person_four_people_or_the_same_twice_are_refused_with_words, |h| {
    let (campaign, attempts) = three(h);
    let fourth = h.complete_attempt(&campaign, |_| 3);
    let client = h.sign_in(&h.user(Role::Recruiter));

    for people in [
        vec![],
        vec![&attempts[0]],
        vec![&attempts[0], &attempts[0]],
        vec![&attempts[0], &attempts[1], &attempts[2], &fourth],
    ] {
        client.get(&path(&campaign, &people)).expect(422).contains("deux ou trois personnes");
    }
    assert_eq!(h.database.count("audit_rows WHERE action = 'candidate_compared'"), 0);
});

both!(people_of_another_campaign_or_organisation_are_not_there, |h| {
    let (campaign, attempts) = three(h);
    let (other, strangers) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.get(&path(&campaign, &[&attempts[0], &strangers[0]])).expect(404);
    client.get(&path(&other, &[&attempts[0], &strangers[0]])).expect(404);
    client.get(&format!("/campaigns/{campaign}/compare?with=x&with=y")).expect(404);
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));
    stranger.get(&path(&campaign, &[&attempts[0], &attempts[1]])).expect(404);
    h.sign_in(&h.user(Role::Auditor)).get(&path(&campaign, &[&attempts[0], &attempts[1]])).expect(404);
});

both!(a_tree_is_found_in_the_ranking, |h| {
    let (campaign, attempts) = three(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let told = name(h, &attempts[1]);

    let path = format!("/campaigns/{campaign}");
    let form = client.see(&path).page().form("form[action$=find]");

    let found = client.follow(&client.submit(&path, &form.clone().set("tree", &told.to_uppercase())));

    let links = found.page().attributes("tr.rank-row th a", "href");
    assert_eq!(links, [format!("/candidates/{}", attempts[1].public_id)]);
    // A name typed by mistake comes back in the page, never in an address.
    let refused = client.submit(&path, &form.set("tree", "Camille Durand")).expect(422);
    refused.contains("Personne ne porte ce nom");
    assert_eq!(refused.page().attribute("#tree", "value"), "Camille Durand");
    client.see(&format!("{path}?tree=Camille")).contains("Personne");
});
