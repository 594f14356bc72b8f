//! Every route and every server function, called by everybody who must not, and by somebody who may.
//!
//! The table in `lines` has a line for each; one that is missing fails the test, and so does a placeholder without a value.
//! A call that is refused must also change nothing in the database.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt, User};
use acceptance::response::Response;
use acceptance::{Harness, Setup, both};
use domain::ids::CampaignId;
use domain::language::Language;
use domain::role::Role;
use egard_app::routes::{Access, RouteEntry, table};
use services::attempt_cookie::AttemptCookie;
use services::authz::{Permission, allows};
use services::campaigns::settings::{OpenLink, OpenLinkChange};
use services::candidate::Candidate;
use services::settings::{MailSettings, SmtpSettings};
use services::viewer::Staff;

use self::lines::{FUNCTIONS, LINES, call_of, expected};

/// Somewhere for every call: people of every role, a campaign with people at every point, and a stranger.
struct World {
    people: Vec<(User, Client)>,
    stranger: Client,
    candidate: Client,
    values: BTreeMap<&'static str, String>,
    strange_campaign: String,
}

/// A view of the owner's own.
fn saved_view(services: &services::state::Services, owner: &Staff, campaign: &CampaignId) -> String {
    let query = services::ranking::RankingQuery::default();
    services.save_view(owner, campaign, "Toutes", &query, "").unwrap();
    services.saved_views(owner, campaign).unwrap().remove(0).id
}

impl World {
    fn new(h: &Harness) -> Self {
        let services = &h.services;
        let organisation = h.organisation();
        let users: Vec<User> = Role::ALL.iter().map(|role| h.user_of(&organisation, *role)).collect();
        let people: Vec<(User, Client)> =
            users.into_iter().map(|user| (user.clone(), h.sign_in(&user))).collect();
        let owner = h.staff(&people[0].0);
        let campaign = fixtures::campaign(services, &owner, |_| {});
        let pending = fixtures::invite(services, &owner, &campaign);
        let under_way = fixtures::start(services, &fixtures::invite(services, &owner, &campaign));
        let finished = fixtures::start(services, &fixtures::invite(services, &owner, &campaign));
        fixtures::answer_all(services, h.writer(), &finished, |_| 3);
        fixtures::finish(services, &finished);
        h.run_jobs();
        let open_link = open_link(h, &owner, &campaign);
        let colleague = colleague(h, &owner);
        let share = share(h, &owner, &finished);
        let strange_owner = h.user_of(&h.organisation(), Role::Owner);
        let strange_campaign = fixtures::campaign(services, &h.staff(&strange_owner), |_| {});
        let values = BTreeMap::from([
            ("campaign", campaign.to_string()),
            ("invitation", pending.id.to_string()),
            ("candidate", finished.public_id.to_string()),
            ("note", note(h, &owner, &finished)),
            ("reviewer", owner.user.to_string()),
            ("review", review(h, &owner, &finished)),
            ("attempt", under_way.public_id.to_string()),
            ("user", h.user_of(&organisation, Role::Rater).id.to_string()),
            ("session", owner.session.to_string()),
            (
                "hash",
                h.database
                    .texts(&format!("SELECT hash FROM preregistrations WHERE campaign_id = '{campaign}'"))
                    .remove(0),
            ),
            ("view", saved_view(services, &owner, &campaign)),
            ("norm", fixtures::norm_group(services, &campaign)),
            ("import", fixtures::outcome_import(services, &owner, &finished)),
            ("n", "1".to_owned()),
            ("kind", "thanks".to_owned()),
            ("sha256", "0".repeat(64)),
            ("/c", pending.token().to_owned()),
            ("/c started", under_way.invited.token().to_owned()),
            ("/o", open_link),
            ("/join", colleague.0),
            ("/s", share.0),
            ("share", share.1),
            ("colleague", colleague.1),
            ("notice", notice_version(h, &pending)),
            ("key", fixtures::shipped_form(services, &owner).key_row.to_string()),
        ]);
        Self {
            people,
            stranger: h.sign_in(&strange_owner),
            candidate: h.sit(&under_way),
            values,
            strange_campaign: strange_campaign.to_string(),
        }
    }

    fn value(&self, path: &str, name: &str) -> Option<String> {
        let key = match name {
            "token" if path.starts_with("/c/") && !path.ends_with("/start") && path != "/c/{token}" => {
                "/c started"
            }
            "token" => ["/c", "/o", "/join", "/s"].into_iter().find(|prefix| path.starts_with(prefix))?,
            "invitation" if path.starts_with("/people/") => "colleague",
            other => other,
        };
        self.values.get(key).cloned()
    }

    /// The path of a route with a value in every placeholder.
    fn path(&self, pattern: &str) -> String {
        let mut path = String::new();
        for part in pattern.split('/').skip(1) {
            path.push('/');
            match part.strip_prefix('{') {
                Some(inside) => {
                    let name = inside.trim_end_matches('}').split(':').next().unwrap_or_default();
                    let value = self.value(pattern, name);
                    path.push_str(&value.unwrap_or_else(|| panic!("{pattern}: no value for {{{name}}}")));
                }
                None => path.push_str(part),
            }
        }
        path
    }

    fn call(&self, client: &Client, entry: &RouteEntry, path: &str) -> Response {
        if entry.method == "GET" {
            return client.get(path);
        }
        let fields: Vec<(&str, String)> = expected(entry)
            .map(|line| line.form)
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| {
                let world =
                    value.strip_prefix('{').and_then(|name| self.values.get(name.trim_end_matches('}')));
                (*name, world.cloned().unwrap_or_else(|| (*value).to_owned()))
            })
            .collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if expected(entry).is_some_and(|line| line.is_multipart) {
            return client.request("POST", path).multipart(&fields).send();
        }
        client.post(path, &fields)
    }
}

/// Open links need a relay for mails; nothing listens there, and nothing needs to.
fn with_relay(setup: &mut Setup) {
    let (url, from) = ("smtp://127.0.0.1:1".to_owned(), "Egard <tests@quillaja.example>".to_owned());
    setup.settings.mail = MailSettings::Smtp(SmtpSettings { url, from });
}

fn open_link(h: &Harness, owner: &Staff, campaign: &CampaignId) -> String {
    h.services.change_open_link(owner, campaign, OpenLinkChange::On).unwrap();
    match h.services.campaign_settings(owner, campaign).unwrap().open_link {
        OpenLink::On { address, .. } => address.rsplit('/').next().unwrap().to_owned(),
        other => panic!("the open link is {other:?}"),
    }
}

/// The id of a note of the owner's.
fn note(h: &Harness, owner: &Staff, attempt: &Attempt) -> String {
    h.services.add_note(owner, &attempt.public_id, "Disponible en janvier.", &[]).unwrap();
    h.services.teamwork(owner, &attempt.public_id).unwrap().notes[0].id.to_string()
}

/// The token and the id of a link to a report.
fn share(h: &Harness, owner: &Staff, attempt: &Attempt) -> (String, String) {
    h.services.make_share_link(owner, &attempt.public_id, "7").unwrap();
    let link = h.services.share_links(owner, &attempt.public_id).unwrap().live.remove(0);
    (link.address.unwrap().rsplit('/').next().unwrap().to_owned(), link.id)
}

/// The id of a review that a candidate asked for.
fn review(h: &Harness, owner: &Staff, attempt: &Attempt) -> String {
    let cookie = AttemptCookie::parse(&attempt.cookie).unwrap();
    h.services.ask_human_review(&Candidate { cookie, address: None }, "").unwrap();
    h.services.human_reviews(owner, false).unwrap()[0].id.to_string()
}

/// The token and the id of a colleague's invitation.
fn colleague(h: &Harness, owner: &Staff) -> (String, String) {
    let email = format!("colleague.{}@quillaja.example", fixtures::number());
    let id = h.services.invite_colleague(owner, &email, Role::Rater, Language::Fr).unwrap();
    let link = h.services.colleague_link(id.as_str(), h.services.secrets().current_id()).unwrap();
    (link.rsplit('/').next().unwrap().to_owned(), id.to_string())
}

fn notice_version(h: &Harness, invited: &fixtures::Invited) -> String {
    let page = h.client().get(&invited.path).page();
    page.attribute("input[name=version]", "value")
}

#[test]
fn every_route_has_a_line_here_and_every_line_a_route() {
    let routes: BTreeSet<String> = table().iter().map(call_of).collect();
    let lines: BTreeSet<String> = LINES.iter().map(|line| line.call.to_owned()).collect();

    let missing: Vec<&String> = routes.difference(&lines).collect();
    let left_over: Vec<&String> = lines.difference(&routes).collect();

    assert!(
        missing.is_empty() && left_over.is_empty(),
        "without a line: {missing:#?}\nwithout a route: {left_over:#?}"
    );
    assert_eq!(routes.len(), table().len(), "a route stands twice in the table");
    assert_eq!(lines.len(), LINES.len(), "a line stands twice here");
}

#[test]
fn every_server_function_has_a_line_here() {
    let found: BTreeSet<(String, String)> = server_fn::actix::server_fn_paths()
        .map(|(path, method)| (method.to_string(), path.to_owned()))
        .collect();
    let known: BTreeSet<(String, String)> =
        FUNCTIONS.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();

    assert_eq!(found, known);
}

both!(server_functions_answer_nobody_and_strangers_as_the_table_says, with_relay, |h| {
    let world = World::new(h);
    let before = h.database.fingerprint(&[]);

    for (method, path, without, with_nonsense) in FUNCTIONS {
        let nonsense = serde_json::json!({});
        for client in [&h.client(), &world.people[0].1, &world.stranger] {
            drop(client.request(method, path).json(&answer(&world)).send().expect(*without));
        }
        drop(world.candidate.request(method, path).json(&nonsense).send().expect(*with_nonsense));
        drop(world.candidate.request(method, path).origin(None).json(&nonsense).send().expect(403));
    }

    assert_eq!(h.database.fingerprint(&[]), before, "a refused call changed something");
});

fn answer(world: &World) -> serde_json::Value {
    serde_json::json!({"answer": {
        "attempt": world.values["attempt"], "epoch": 1, "language": "fr", "item": 0, "base": 0, "value": 2,
    }})
}

both!(nobody_gets_in_without_signing_in, with_relay, |h| {
    let world = World::new(h);
    let before = h.database.fingerprint(&[]);

    for entry in table() {
        let path = world.path(entry.path);
        match entry.access {
            Access::Staff(_) => {
                for client in [h.client(), world.candidate.clone(), forged(h)] {
                    let answer = world.call(&client, &entry, &path);
                    assert!(
                        answer.status() == 303 && answer.location().starts_with("/login"),
                        "{}",
                        answer.describe()
                    );
                }
            }
            Access::Attempt => {
                for client in [h.client(), world.people[0].1.clone(), forged(h)] {
                    drop(world.call(&client, &entry, &path).expect(401));
                }
            }
            Access::Public | Access::Link => {}
        }
    }

    assert_eq!(h.database.fingerprint(&[]), before, "a refused call changed something");
});

/// A visitor with cookies of the right shape that this instance never made.
fn forged(h: &Harness) -> Client {
    let client = h.client();
    client.set_cookie("egard_session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let invitation = "0190a0a0-0000-7000-8000-000000000001";
    client.set_cookie(
        "egard_attempt",
        &format!("k1.{invitation}.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    );
    client
}

both!(roles_without_the_permission_are_told_nothing_exists, with_relay, |h| {
    let world = World::new(h);
    let before = h.database.fingerprint(&["sessions"]);

    for entry in table() {
        let Access::Staff(permission) = entry.access else { continue };
        for (user, client) in world.people.iter().filter(|(user, _)| !allows(user.role, permission)) {
            let answer = world.call(client, &entry, &world.path(entry.path));
            assert_eq!(answer.status(), 404, "as {}: {}", user.role, answer.describe());
        }
    }

    assert_eq!(h.database.fingerprint(&["sessions"]), before, "a refused call changed something");
});

both!(strangers_of_another_organisation_are_told_nothing_exists, with_relay, |h| {
    let world = World::new(h);
    let before = h.database.fingerprint(&["sessions"]);

    for entry in table().into_iter().filter(|entry| matches!(entry.access, Access::Staff(_))) {
        let path = world.path(entry.path);
        if path == entry.path {
            continue;
        }
        drop(world.call(&world.stranger, &entry, &path).expect(404));
        // Their own campaign with somebody else's person in it.
        let mixed = path.replace(&world.values["campaign"], &world.strange_campaign);
        if mixed != path && entry.path.contains("{invitation}") {
            drop(world.call(&world.stranger, &entry, &mixed).expect(404));
        }
        // What no organisation has looks the same.
        let nowhere = path.replace(&world.values["campaign"], "0190a0a0-0000-7000-8000-000000000001");
        if nowhere != path {
            drop(world.call(&world.stranger, &entry, &nowhere).expect(404));
        }
    }

    assert_eq!(h.database.fingerprint(&["sessions"]), before, "a refused call changed something");
});

both!(lists_of_a_stranger_hold_nothing_of_ours, with_relay, |h| {
    let world = World::new(h);
    let (owner, _) = &world.people[0];

    for entry in table().into_iter().filter(|entry| entry.method == "GET" && !entry.path.contains('{')) {
        let Access::Staff(_) = entry.access else { continue };
        let page = world.call(&world.stranger, &entry, entry.path);
        for name in ["campaign", "invitation", "candidate", "attempt", "user"] {
            page.lacks(&world.values[name]);
        }
        page.lacks(&owner.email);
        page.lacks(&owner.name);
    }
});

both!(unknown_links_are_not_found, with_relay, |h| {
    let world = World::new(h);
    let visitor = h.client();

    for entry in table().into_iter().filter(|entry| entry.access == Access::Link) {
        let path = world.path(entry.path);
        let token = world.value(entry.path, "token").unwrap();
        let flipped = if token.starts_with('A') { "B" } else { "A" };
        for other in
            [format!("{flipped}{}", &token[1..]), "x".to_owned(), format!("{token}A"), token.to_lowercase()]
        {
            // Guessing is slowed down; that has tests of its own.
            h.database.execute("DELETE FROM throttles");
            drop(world.call(&visitor, &entry, &path.replace(&token, &other)).expect(404));
        }
    }
});

both!(whoever_may_is_answered, with_relay, |h| {
    let mut wrong = Vec::new();
    let reading = World::new(h);
    for entry in table() {
        // Each write begins in a world that no other write has changed.
        let fresh = (entry.method != "GET").then(|| World::new(h));
        let world = fresh.as_ref().unwrap_or(&reading);
        let path = world.path(entry.path);
        let clients: Vec<(String, Client)> = match entry.access {
            Access::Public | Access::Link => vec![("nobody".to_owned(), h.client())],
            Access::Attempt => vec![("the candidate".to_owned(), world.candidate.clone())],
            Access::Staff(permission) => may(world, permission, entry.method == "GET"),
        };
        for (who, client) in clients {
            let answer = world.call(&client, &entry, &path);
            if let Some(line) = expected(&entry)
                && answer.status() != line.status
            {
                wrong.push(format!(
                    "{} as {who}: expected {}, got {}",
                    call_of(&entry),
                    line.status,
                    answer.describe()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
});

/// Those of the organisation whose role has a permission: all of them may read, and the first of them writes.
fn may(world: &World, permission: Permission, all: bool) -> Vec<(String, Client)> {
    let may = world.people.iter().filter(|(user, _)| allows(user.role, permission));
    let may = may.map(|(user, client)| (user.role.to_string(), client.clone()));
    if all { may.collect() } else { may.take(1).collect() }
}

both!(withdrawn_links_and_ended_sessions_open_nothing, with_relay, |h| {
    let world = World::new(h);
    let (user, client) = &world.people[0];
    let owner = h.staff(user);
    let attempt: Attempt = h.start_attempt(&fixtures::invite(
        &h.services,
        &owner,
        &CampaignId::parse(&world.values["campaign"]).unwrap(),
    ));
    let sitting = h.sit(&attempt);
    drop(sitting.get("/test/practice").expect(200));

    h.services.revoke_invitation(&owner, &attempt.invited.campaign, &attempt.invited.id).unwrap();
    h.services.sign_out_everywhere(&owner).unwrap();

    drop(sitting.get("/test/practice").expect(401));
    assert_eq!(client.get("/campaigns").status(), 303);
});
