//! Notes, tags and assignments: who reads them when, and that nothing of them is left of somebody erased.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;
use serde_json::Value;

const NOTE: &str = "Parle néerlandais et polonais, disponible en janvier.";

fn ranked(h: &Harness) -> Attempt {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    attempt
}

fn path_of(attempt: &Attempt) -> String {
    format!("/candidates/{}", attempt.public_id)
}

fn decide(client: &Client, path: &str) {
    let fields = [("code", "hold"), ("reason", "À revoir avec la responsable."), ("version", "1")];
    client.post(&format!("{path}/decision"), &fields).expect_redirect(&format!("{path}?done=decided"));
}

both!(a_note_is_hidden_from_others_until_they_have_decided, |h| {
    let attempt = ranked(h);
    let (first, second) = (h.user(Role::Recruiter), h.user(Role::Recruiter));
    let (one, other) = (h.sign_in(&first), h.sign_in(&second));
    let path = path_of(&attempt);

    let fields = [("note", NOTE), ("mention", second.id.as_str())];
    one.post(&format!("{path}/notes"), &fields).expect_redirect(&format!("{path}?done=noted#notes"));

    one.see(&path).contains(NOTE);
    let before = other.see(&path);
    before.lacks(NOTE);
    before.contains("Une note des autres vous mentionne.");
    other.see("/for-me").contains("Mention dans une note");
    decide(&other, &path);
    let after = other.see(&path);
    after.contains(NOTE);
    after.contains(&format!("Mentionne\u{a0}: {}", second.name));
    assert_eq!(h.database.count("audit_rows WHERE action = 'note_written'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("polonais"));
});

both!(a_note_shows_after_an_audited_unblinding_too, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Owner)), h.sign_in(&h.user(Role::Recruiter)));
    let path = path_of(&attempt);
    drop(one.post(&format!("{path}/notes"), &[("note", NOTE)]).expect(303));
    other.see(&path).lacks(NOTE);

    drop(other.post(&format!("{path}/unblind"), &[]).expect(303));

    other.see(&path).contains(NOTE);
});

both!(only_its_author_deletes_a_note_and_its_place_stays, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Owner)));
    let path = path_of(&attempt);
    drop(one.post(&format!("{path}/notes"), &[("note", NOTE)]).expect(303));
    let note = h.database.texts("SELECT id FROM notes").concat();
    let delete = format!("{path}/notes/{note}/delete");
    decide(&other, &path);

    drop(other.post(&delete, &[]).expect(404));
    other.see(&path).contains(NOTE);
    one.post(&delete, &[]).expect_redirect(&format!("{path}?done=note_deleted#notes"));
    drop(one.post(&delete, &[]).expect(303));

    let page = other.see(&path);
    page.lacks(NOTE);
    page.contains("Note supprimée par son auteur ou son autrice.");
    assert_eq!(h.database.count("notes WHERE words IS NOT NULL"), 0);
    assert_eq!(h.database.count("audit_rows WHERE action = 'note_deleted'"), 1);
});

both!(a_note_that_cannot_be_taken_is_told_and_kept, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let stranger = h.user_of(&h.organisation(), Role::Recruiter);
    let rater = h.user(Role::Rater);
    let path = format!("{}/notes", path_of(&attempt));
    let long = "é".repeat(2_001);

    client.post(&path, &[("note", "  ")]).expect(422).contains("Écrivez la note.");
    let answer = client.post(&path, &[("note", &long)]).expect(422);
    answer.contains("La note est trop longue");
    assert_eq!(answer.page().text("#note"), long);
    // Neither somebody of another organisation nor a colleague who may not read candidates can be mentioned.
    for id in [stranger.id.as_str(), rater.id.as_str(), "x"] {
        let answer = client.post(&path, &[("note", NOTE), ("mention", id)]).expect(422);
        answer.contains("Un choix n’est plus possible.");
        assert_eq!(answer.page().text("#note"), NOTE);
    }
    assert_eq!(h.database.count("notes"), 0);
    drop(client.post(&path, &[("note", NOTE)]).expect(303));
    drop(client.post(&path, &[("note", NOTE)]).expect(303));
    assert_eq!(h.database.count("notes"), 1, "a button pressed twice writes once");
});

both!(tags_are_chosen_from_the_list_or_added_to_it_in_one_form, |h| {
    let campaign = h.campaign();
    let (first, second) = (h.complete_attempt(&campaign, |_| 2), h.complete_attempt(&campaign, |_| 3));
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = path_of(&first);

    drop(client.post(&format!("{path}/tags"), &[("new_tag", "  Temps   partiel ")]).expect(303));
    let tag = h.database.texts("SELECT id FROM tags").concat();
    let other = path_of(&second);
    // The same word in other letters is the same tag.
    drop(client.post(&format!("{other}/tags"), &[("new_tag", "TEMPS PARTIEL")]).expect(303));
    drop(client.post(&format!("{other}/tags"), &[("tag", &tag), ("new_tag", "Polonais")]).expect(303));

    assert_eq!(h.database.texts("SELECT name FROM tags ORDER BY fold"), ["Polonais", "Temps partiel"]);
    assert_eq!(client.see(&path).page().text(".tag-row"), "Temps partiel");
    assert_eq!(h.database.count("candidate_tags"), 3);
    drop(client.post(&format!("{path}/tags"), &[("new_tag", "")]).expect(303));
    assert_eq!(h.database.count("candidate_tags"), 2, "what is not ticked is taken off");
    let long = "x".repeat(41);
    let refused = client.post(&format!("{path}/tags"), &[("new_tag", &long)]).expect(422);
    refused.contains("Cette étiquette est trop longue");
    assert_eq!(refused.page().attribute("#new-tag", "value"), long);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("olonais"));
});

both!(a_tag_of_another_organisation_cannot_be_put_on, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    drop(client.post(&format!("{}/tags", path_of(&attempt)), &[("new_tag", "Polonais")]).expect(303));
    let tag = h.database.texts("SELECT id FROM tags").concat();
    let owner = h.user_of(&h.organisation(), Role::Owner);
    let staff = h.staff(&owner);
    let campaign = acceptance::fixtures::campaign(&h.services, &staff, |_| {});
    let theirs = acceptance::fixtures::start(
        &h.services,
        &acceptance::fixtures::invite(&h.services, &staff, &campaign),
    );
    acceptance::fixtures::answer_all(&h.services, h.writer(), &theirs, |_| 2);
    acceptance::fixtures::finish(&h.services, &theirs);
    let stranger = h.sign_in(&owner);

    stranger.see(&path_of(&theirs)).lacks("Polonais");
    drop(stranger.post(&format!("{}/tags", path_of(&theirs)), &[("tag", &tag)]).expect(422));

    assert_eq!(h.database.count("candidate_tags"), 1);
});

both!(assigned_colleagues_find_the_candidate_on_their_list, |h| {
    let attempt = ranked(h);
    let second = h.user(Role::Recruiter);
    let (one, other) = (h.sign_in(&h.user(Role::Owner)), h.sign_in(&second));
    let path = path_of(&attempt);

    one.post(&format!("{path}/assign"), &[("user", second.id.as_str())])
        .expect_redirect(&format!("{path}?done=assigned#assign"));

    let list = other.see("/for-me");
    list.contains(&path);
    list.contains("À prendre");
    list.lacks(&attempt.invited.name);
    one.see("/for-me").lacks(&path);
    decide(&other, &path);
    other.see("/for-me").contains("Prise");
    drop(one.post(&format!("{path}/assign"), &[]).expect(303));
    other.see("/for-me").lacks(&path);
    assert_eq!(
        h.database.texts("SELECT detail FROM audit_rows WHERE action = 'assigned' ORDER BY sequence"),
        ["added=1;removed=0", "added=0;removed=1"]
    );
});

both!(an_erasure_leaves_no_note_no_tag_and_no_assignment, |h| {
    let attempt = ranked(h);
    let user = h.user(Role::Recruiter);
    let client = h.sign_in(&user);
    let path = path_of(&attempt);
    let id = user.id.as_str();
    drop(client.post(&format!("{path}/notes"), &[("note", NOTE), ("mention", id)]).expect(303));
    drop(client.post(&format!("{path}/tags"), &[("new_tag", "Polonais")]).expect(303));
    drop(client.post(&format!("{path}/assign"), &[("user", id)]).expect(303));
    let candidate = h.client();
    let page = candidate.see(&attempt.invited.path).page();
    drop(candidate.submit(&attempt.invited.path, &page.form("form[action$='/continue']")).expect(303));

    let data = candidate.get("/test/data/download").expect(200).json();
    assert_eq!(data["test"]["notes"][0]["note"], Value::from(NOTE));
    assert_eq!(data["test"]["tags"][0], Value::from("Polonais"));
    let form = candidate.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    candidate.submit("/test/data/erase", &form).expect_redirect("/erased");

    for table in ["notes", "note_mentions", "candidate_tags", "assignments"] {
        assert_eq!(h.database.count(table), 0, "{table}");
    }
    drop(client.post(&format!("{path}/notes"), &[("note", NOTE)]).expect(404));
    client.see("/for-me").lacks(&path);
});
