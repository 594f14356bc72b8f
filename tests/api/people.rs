//! The people of an organisation: invitations, roles, removal; and that an organisation keeps an owner.

use acceptance::Harness;
use acceptance::both;
use acceptance::client::Client;
use acceptance::fixtures::{PASSWORD, User};
use chrono::Duration;
use domain::role::Role;
use services::error::ServiceError;

const NEW: &str = "r.vandeputte@elsewhere.example";

/// Invites through the form and returns the path of the link that the page shows.
fn invite(h: &Harness, owner: &Client, email: &str, role: &str) -> String {
    let form = owner
        .see("/people")
        .page()
        .form("form[action='/people/invite']")
        .set("email", email)
        .set("role", role);
    let shown = owner.follow(&owner.submit("/people", &form));
    let link = shown.page().attribute("#invited-link", "value");
    link.strip_prefix(&h.url("")).expect("a link to this server").to_owned()
}

fn join(client: &Client, path: &str, password: &str) -> acceptance::response::Response {
    client.post(path, &[("name", "Romane Vandeputte"), ("password", password), ("again", password)])
}

fn owners(h: &Harness) -> (User, User) {
    (h.user(Role::Owner), h.user(Role::Owner))
}

both!(an_invited_colleague_joins_with_the_link, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));
    let path = invite(h, &owner, NEW, "recruiter");
    let guest = h.client();
    guest.see(&path).contains(NEW);

    join(&guest, &path, PASSWORD).expect_redirect("/campaigns");

    guest.see("/account").contains("Romane Vandeputte");
    owner.see("/people").contains(NEW);
    drop(guest.get("/people").expect(404));
    drop(h.client().get(&path).expect(410));
    drop(join(&h.client(), &path, PASSWORD).expect(410));
});

both!(the_mail_holds_a_place_for_the_link_and_not_the_link, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));

    let path = invite(h, &owner, NEW, "auditor");

    let bodies = h.database.texts("SELECT body FROM mails WHERE kind = 'colleague'");
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].contains("{link}"));
    assert!(!bodies[0].contains(&path));
});

both!(the_link_is_shown_once, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));

    let path = invite(h, &owner, NEW, "auditor");

    owner.see("/people").lacks(&path);
});

both!(a_second_invitation_takes_the_first_back, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));
    let first = invite(h, &owner, NEW, "recruiter");

    let second = invite(h, &owner, NEW, "auditor");

    drop(h.client().get(&first).expect(410));
    join(&h.client(), &second, PASSWORD).expect_redirect("/audit");
});

both!(a_link_lives_seven_days, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));
    let path = invite(h, &owner, NEW, "recruiter");

    h.clock.advance(Duration::days(7) - Duration::seconds(1));
    drop(h.client().see(&path));
    h.clock.advance(Duration::seconds(1));

    drop(h.client().get(&path).expect(410));
    drop(join(&h.client(), &path, PASSWORD).expect(410));
});

both!(an_invitation_can_be_taken_back, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));
    let path = invite(h, &owner, NEW, "recruiter");
    let action = owner.see("/people").page().attribute("form[action$='/revoke']", "action");

    owner.post(&action, &[]).expect_redirect("/people?done=revoked");

    drop(h.client().get(&path).expect(410));
    drop(owner.post(&action, &[]).expect(404));
});

both!(an_unknown_link_is_a_404_and_many_of_them_wait, |h| {
    let visitor = h.client();
    for number in 0..30 {
        drop(visitor.get(&format!("/join/made-up-{number}")).expect(404));
    }

    drop(visitor.get("/join/made-up-30").expect(429));
});

both!(what_was_typed_is_kept_when_a_password_cannot_be_taken, |h| {
    let owner = h.sign_in(&h.user(Role::Owner));
    let path = invite(h, &owner, NEW, "recruiter");

    let page = join(&h.client(), &path, "too short").expect(422).page();

    assert_eq!(page.attribute("#name", "value"), "Romane Vandeputte");
    assert_eq!(page.attribute("#password", "aria-invalid"), "true");
    assert_eq!(h.database.number("SELECT count(*) FROM users WHERE name = 'Romane Vandeputte'"), 0);
});

both!(an_account_elsewhere_is_told_to_the_holder_of_the_link_only, |h| {
    let stranger = h.user_of(&h.organisation(), Role::Recruiter);
    let owner = h.sign_in(&h.user(Role::Owner));

    let path = invite(h, &owner, &stranger.email, "recruiter");

    let refused = join(&h.client(), &path, PASSWORD).expect(422);
    assert!(refused.page().has("[role=alert]"));
});

both!(a_member_cannot_be_invited_again, |h| {
    let (owner, other) = owners(h);
    let client = h.sign_in(&owner);

    let page = client
        .post("/people/invite", &[("email", &other.email), ("role", "recruiter"), ("language", "fr")])
        .expect(422)
        .page();

    assert_eq!(page.attribute("#email", "value"), other.email);
    assert!(page.text("#email-error").contains("déjà un compte"));
});

both!(a_broken_address_or_role_is_told_beside_its_field, |h| {
    let client = h.sign_in(&h.user(Role::Owner));

    let address =
        client.post("/people/invite", &[("email", "nowhere"), ("role", "owner"), ("language", "fr")]);
    let role = client.post("/people/invite", &[("email", NEW), ("role", "king"), ("language", "fr")]);

    assert!(address.expect(422).page().has("#email-error"));
    assert!(role.expect(422).page().has("#invite-role-error"));
});

both!(a_removed_colleague_is_out_at_once, |h| {
    let (owner, gone) = owners(h);
    let (client, theirs) = (h.sign_in(&owner), h.sign_in(&gone));
    let invited = invite(h, &theirs, NEW, "owner");
    let path = format!("/people/{}/remove", gone.id);
    let form = client.see(&path).page().form("main form");

    client.submit(&path, &form).expect_redirect("/people?done=removed");

    theirs.get("/account").expect_redirect("/login?next=/account");
    let again = h.services.sign_in(&gone.email, PASSWORD, None);
    assert!(matches!(again, Err(ServiceError::Invalid(_))));
    drop(h.client().get(&invited).expect(410));
    client.see("/people").lacks(&gone.email);
    drop(client.get(&path).expect(404));
});

both!(the_address_of_a_removed_colleague_stays_taken, |h| {
    let (owner, gone) = owners(h);
    let client = h.sign_in(&owner);
    client.post(&format!("/people/{}/remove", gone.id), &[]).expect_redirect("/people?done=removed");

    let page = client
        .post("/people/invite", &[("email", &gone.email), ("role", "recruiter"), ("language", "fr")])
        .expect(422)
        .page();

    assert!(page.text("#email-error").contains("ne sert qu’une fois"));
});

both!(an_organisation_keeps_an_owner, |h| {
    let owner = h.user(Role::Owner);
    let client = h.sign_in(&owner);

    drop(client.post(&format!("/people/{}/remove", owner.id), &[]).expect(409));
    drop(client.post(&format!("/people/{}/role", owner.id), &[("role", "auditor")]).expect(409));

    drop(client.see("/people"));
});

both!(a_new_role_holds_from_the_next_page_on, |h| {
    let (owner, other) = owners(h);
    let (client, theirs) = (h.sign_in(&owner), h.sign_in(&other));

    client
        .post(&format!("/people/{}/role", other.id), &[("role", "auditor")])
        .expect_redirect("/people?done=role");

    drop(theirs.get("/people").expect(404));
    drop(theirs.see("/audit"));
    let details = h.database.texts("SELECT detail FROM audit_rows WHERE action = 'colleague_role_changed'");
    assert_eq!(details, ["from=owner to=auditor"]);
});

both!(an_owner_who_gives_the_role_up_is_led_to_their_account, |h| {
    let (_, other) = owners(h);
    let client = h.sign_in(&other);

    client.post(&format!("/people/{}/role", other.id), &[("role", "recruiter")]).expect_redirect("/account");
});

both!(people_of_another_organisation_do_not_exist, |h| {
    let elsewhere = h.organisation();
    let stranger = h.user_of(&elsewhere, Role::Owner);
    let victim = h.user_of(&elsewhere, Role::Recruiter);
    let invited = invite(h, &h.sign_in(&stranger), NEW, "recruiter");
    let invitation = h.database.texts("SELECT id FROM colleague_invitations")[0].clone();
    let client = h.sign_in(&h.user(Role::Owner));

    drop(client.get(&format!("/people/{}/remove", victim.id)).expect(404));
    drop(client.post(&format!("/people/{}/remove", victim.id), &[]).expect(404));
    drop(client.post(&format!("/people/{}/role", victim.id), &[("role", "auditor")]).expect(404));
    drop(client.post(&format!("/people/invitations/{invitation}/revoke"), &[]).expect(404));

    client.see(&format!("/people?invited={invitation}")).lacks(&invited);
    client.see("/people").lacks(&victim.email);
    assert_eq!(h.database.number("SELECT count(*) FROM users WHERE removed_at IS NOT NULL"), 0);
    drop(h.client().see(&invited));
});

both!(every_role_meets_every_route_of_this_area_as_the_table_says, |h| {
    use egard_app::pages::staff;
    use egard_app::routes::Access;

    for role in Role::ALL {
        for entry in staff::routes() {
            let Access::Staff(permission) = entry.access else { continue };
            // A session each: some routes end it.
            let client = h.sign_in(&h.user(*role));
            let path = entry.path.split('/').map(|part| {
                if part.starts_with('{') { "0193f2a1-7c00-7abc-8def-0123456789ab" } else { part }
            });
            let path = path.collect::<Vec<_>>().join("/");

            let answer = match entry.method {
                "GET" => client.get(&path),
                _ => client.post(&path, &[("role", "auditor")]),
            };

            let may = services::authz::allows(*role, permission);
            let is_there = answer.status() != 404;
            assert_eq!(is_there, may && !entry.path.contains('{'), "{role} {}", answer.describe());
            let anonymous = match entry.method {
                "GET" => h.client().get(&path),
                _ => h.client().post(&path, &[]),
            };
            assert!(anonymous.location().starts_with("/login"), "{}", anonymous.describe());
        }
    }
});
