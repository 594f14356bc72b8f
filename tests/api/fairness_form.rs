//! The questions about oneself after the test: when they are asked, what is kept, and how it goes again.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;
use services::fairness::setting::FairnessSettingInput;

fn ask(h: &Harness, campaign: &CampaignId, country: &str, form: &str) {
    let typed = FairnessSettingInput { country: country.to_owned(), form: form.to_owned() };
    h.services.change_fairness_setting(&h.owner(), campaign, &typed).expect("a setting");
}

fn finished(h: &Harness, form: &str) -> (Client, Attempt) {
    let campaign = h.campaign();
    ask(h, &campaign, "us", form);
    let attempt = h.complete_attempt(&campaign, |_| 3);
    (h.sit(&attempt), attempt)
}

const ANSWERS: [(&str, &str); 3] = [("sex", "female"), ("age", "30_to_39"), ("race", "black")];

both!(nothing_is_asked_unless_somebody_chose_to, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 3);
    let client = h.sit(&attempt);

    client.see("/test/done").lacks("/test/about-you");
    client.see("/test/data").lacks("/test/about-you");
    drop(client.get("/test/about-you").expect(404));
    drop(client.post("/test/about-you", &ANSWERS).expect(404));

    assert_eq!(h.database.count("demographic_answers"), 0);
});

both!(the_questions_come_after_the_end_and_never_before, |h| {
    let campaign = h.campaign();
    ask(h, &campaign, "us", "full");
    let attempt = h.start_attempt(&h.invite(&campaign));
    let client = h.sit(&attempt);

    client.get("/test/about-you").expect_redirect("/test");
    client.post("/test/about-you", &ANSWERS).expect_redirect("/test");
    client.see("/test/data").lacks("/test/about-you");

    assert_eq!(h.database.count("demographic_answers"), 0);
});

both!(answers_are_kept_apart_without_a_person_or_a_time, |h| {
    let (client, _) = finished(h, "full");
    client.see("/test/done").contains("/test/about-you");
    let page = client.see("/test/about-you").page();
    assert_eq!(page.attribute("input[name=sex][checked]", "value"), "undisclosed");
    let form = page.form("main form").set("sex", "female").set("age", "30_to_39").set("race", "black");

    let answer = client.submit("/test/about-you", &form);

    answer.expect_redirect("/test/about-you?done=saved");
    let page = client.follow(&answer).page();
    assert_eq!(page.attribute("input[name=race][checked]", "value"), "black");
    assert_eq!(
        h.database.texts("SELECT sex || ' ' || age_band || ' ' || race FROM demographic_answers"),
        ["female 30_to_39 black"]
    );
    // The id tells neither time nor order: version 4.
    assert_eq!(h.database.texts("SELECT id FROM demographic_answers")[0].as_bytes()[14], b'4');
    assert_eq!(h.database.texts("SELECT detail FROM audit_rows WHERE action = 'demographics_given'"), [""]);
});

both!(every_question_and_the_whole_form_can_be_refused, |h| {
    let (client, _) = finished(h, "full");
    let before = h.database.fingerprint(&[]);

    let form = client.see("/test/about-you").page().form("main form");
    client.submit("/test/about-you", &form).expect_redirect("/test/about-you?done=saved");
    client.post("/test/about-you", &[]).expect_redirect("/test/about-you?done=saved");
    assert_eq!(h.database.fingerprint(&[]), before, "a refusal leaves no trace");

    client.post("/test/about-you", &[("sex", "male")]).expect_redirect("/test/about-you?done=saved");
    assert_eq!(h.database.count("demographic_answers WHERE age_band IS NULL AND race IS NULL"), 1);
    let page = client.post("/test/about-you", &[("sex", "dragon"), ("age", "30_to_39")]).expect(422).page();
    assert!(page.text(".notice.is-alert").contains("Choisissez une des réponses"));
    assert_eq!(page.attribute("input[name=age][checked]", "value"), "30_to_39");
});

both!(answers_are_changed_and_deleted_by_whoever_gave_them, |h| {
    let (client, _) = finished(h, "sex_age");
    drop(client.post("/test/about-you", &ANSWERS).expect(303));
    assert_eq!(h.database.count("demographic_answers WHERE race IS NOT NULL"), 0, "it was not asked");

    drop(client.post("/test/about-you", &[("sex", "another")]).expect(303));
    assert_eq!(h.database.texts("SELECT sex FROM demographic_answers"), ["another"]);
    client.see("/test/data").contains("Changer ou effacer mes réponses");
    assert_eq!(client.get("/test/data/download").expect(200).json()["about_you"]["sex"], "another");

    drop(client.post("/test/about-you", &[("go", "delete")]).expect(303));
    drop(client.post("/test/about-you", &[("go", "delete")]).expect(303));
    assert_eq!(h.database.count("demographic_answers"), 0);
    assert_eq!(h.database.count("demographic_links"), 0);
    assert_eq!(h.database.count("audit_rows WHERE action = 'demographics_deleted'"), 1);
});

both!(an_erasure_takes_the_answers_with_it, |h| {
    let (client, _) = finished(h, "full");
    drop(client.post("/test/about-you", &ANSWERS).expect(303));

    drop(client.post("/test/data/erase", &[("confirmed", "yes")]).expect(303));

    assert_eq!(h.database.count("demographic_answers"), 0);
    assert_eq!(h.database.count("demographic_links"), 0);
});

both!(the_end_of_the_retention_takes_the_answers_with_it, |h| {
    let (client, attempt) = finished(h, "full");
    drop(client.post("/test/about-you", &ANSWERS).expect(303));
    h.services.close_campaign(&h.owner(), &attempt.invited.campaign).expect("closed");
    h.clock.advance(chrono::Duration::days(365 * 4));

    h.run_jobs();

    assert_eq!(h.database.count("invitations WHERE erased_at IS NULL"), 0);
    assert_eq!(h.database.count("demographic_answers"), 0);
});

both!(origin_is_never_asked_in_france, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness/form");
    let form = client.see(&path).page().form("main form");

    let refused = client.submit(&path, &form.clone().set("country", "fr").set("form", "full")).expect(422);

    refused.contains("En France, l’origine des personnes ne peut pas être demandée");
    assert_eq!(
        refused.page().attribute("input[name=form][checked]", "value"),
        "full",
        "what was typed stays"
    );
    assert_eq!(h.database.count("fairness_settings"), 0);
    drop(client.submit(&path, &form.set("country", "fr").set("form", "sex_age")).expect(303));
    for (country, form) in [("mars", "sex_age"), ("us", "everything"), ("", "")] {
        drop(client.post(&path, &[("country", country), ("form", form)]).expect(422));
    }
    assert_eq!(h.database.texts("SELECT country || form FROM fairness_settings"), ["frsex_age"]);
    assert_eq!(h.database.count("audit_rows WHERE action = 'fairness_setting_changed'"), 1);
});

both!(after_the_first_answer_only_less_can_be_asked_and_the_rest_goes, |h| {
    let (client, attempt) = finished(h, "full");
    drop(client.post("/test/about-you", &ANSWERS).expect(303));
    let campaign = attempt.invited.campaign;
    let staff = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness/form");

    drop(staff.post(&path, &[("country", "fr"), ("form", "sex_age")]).expect(303));
    assert_eq!(h.database.texts("SELECT sex || coalesce(race, '-') FROM demographic_answers"), ["female-"]);
    drop(staff.post(&path, &[("country", "us"), ("form", "full")]).expect(422));
    drop(staff.post(&path, &[("country", "fr"), ("form", "none")]).expect(303));
    assert_eq!(h.database.count("demographic_answers"), 0);
    drop(client.get("/test/about-you").expect(404));
});

both!(no_page_of_the_organisation_shows_what_somebody_said, |h| {
    let (client, attempt) = finished(h, "full");
    drop(client.post("/test/about-you", &ANSWERS).expect(303));
    h.run_jobs();
    let staff = h.sign_in(&h.user(Role::Owner));
    let campaign = &attempt.invited.campaign;

    for path in [
        format!("/campaigns/{campaign}"),
        format!("/candidates/{}", attempt.public_id),
        format!("/campaigns/{campaign}/invitations"),
        format!("/campaigns/{campaign}/export"),
        "/audit".to_owned(),
    ] {
        let answer = staff.get(&path).expect(200);
        for word in ["female", "30_to_39", "black", "Femme", "30 à 39"] {
            answer.lacks(word);
        }
    }
});
