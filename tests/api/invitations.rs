//! Inviting people by lists and one by one, and the page that follows them without telling what the ranking hides.

use std::time::{Duration as RealDuration, Instant};

use acceptance::Harness;
use acceptance::both;
use acceptance::client::Client;
use acceptance::response::Response;
use domain::ids::CampaignId;
use domain::role::Role;

fn recruiter(h: &Harness) -> Client {
    h.sign_in(&h.user(Role::Recruiter))
}

fn page_of(campaign: &CampaignId) -> String {
    format!("/campaigns/{campaign}/invitations")
}

/// A form with a file, as a browser sends it.
fn multipart(client: &Client, path: &str, list: &[u8], file: &[u8]) -> Response {
    const BOUNDARY: &str = "----egardformboundary";
    let mut body = Vec::new();
    let mut part = |head: &str, bytes: &[u8]| {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"list\"", list);
    part("name=\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv", file);
    part("name=\"language\"", b"fr");
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    client.request("POST", path).body(&format!("multipart/form-data; boundary={BOUNDARY}"), body).send()
}

fn check(client: &Client, campaign: &CampaignId, list: &[u8], file: &[u8]) -> Response {
    multipart(client, &format!("{}/check", page_of(campaign)), list, file)
}

/// Sends the list of a checked page as its form would.
fn confirm(client: &Client, checked: &Response) -> Response {
    let form = checked.page().form("main form");
    multipart(client, &form.action, form.value("list").unwrap().as_bytes(), b"")
}

const LIST: &str = "email;prénom;nom;langue\r\n\
    zoe.aubepine@exemple.example;Zoé;Aubépine;fr\r\n\
    hors-jeu;Sans;Adresse;fr\r\n\
    \"casse@exemple.example;Guillemet\r\n\
    ZOE.aubepine@exemple.example;Zoé;Doublon;en\r\n\
    bruno.cedre@exemple.example;Bruno;Cèdre;de\r\n\
    ines.cedre@exemple.example;Inès;Cèdre;en\r\n";

both!(a_list_is_checked_line_by_line_before_anything_leaves, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();

    let checked = check(&client, &campaign, LIST.as_bytes(), b"").expect(200);

    let rows = checked.page().texts("tbody tr");
    assert_eq!(rows.len(), 6, "{rows:?}");
    assert!(rows[0].starts_with('2') && rows[0].contains("à inviter"), "{rows:?}");
    assert!(rows[1].contains("adresse incomplète"), "{rows:?}");
    assert!(rows[2].contains("guillemets mal fermés"), "{rows:?}");
    assert!(rows[3].contains("déjà plus haut"), "{rows:?}");
    assert!(rows[4].contains("langue inconnue"), "{rows:?}");
    assert!(rows[5].contains("en") && rows[5].contains("à inviter"), "{rows:?}");
    checked.contains("2 personnes recevront une invitation.");
    checked.contains("points-virgules");
    assert_eq!(h.database.count("invitations"), 0);
    assert_eq!(h.database.count("mails"), 0);
});

both!(a_confirmed_list_is_invited_once, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let checked = check(&client, &campaign, LIST.as_bytes(), b"").expect(200);

    let first = confirm(&client, &checked);
    let second = confirm(&client, &checked);

    let page = client.follow(&first);
    page.contains("2 personnes invitées.");
    page.contains("3 lignes");
    client.follow(&second).contains("Personne de nouveau n’a été invité.");
    page.contains("Inès Cèdre");
    assert_eq!(h.database.count("invitations"), 2);
    assert_eq!(h.database.count("mails"), 2);
    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'candidate_invited'"), 2);
    let again = check(&client, &campaign, LIST.as_bytes(), b"").expect(200);
    again.contains("déjà dans la campagne");
    again.contains("Aucune ligne ne donne une personne à inviter.");
});

both!(what_the_browser_sends_back_is_not_believed, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let import = format!("{}/import", page_of(&campaign));

    let report =
        multipart(&client, &import, b"nobody,Anne\na@exemple.example,Anne\na@exemple.example,Anne", b"");

    let location = report.location();
    assert!(location.ends_with("done=list&invited=1&known=1&broken=1"), "{location}");
    assert_eq!(h.database.count("invitations"), 1);
});

both!(a_windows_1252_file_is_read_and_said_to_be_one, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let file = b"email,pr\xe9nom,nom\r\nzoe@exemple.example,Zo\xe9,L\x92H\xe9ritier\r\n";

    let checked = check(&client, &campaign, b"", file).expect(200);
    let done = confirm(&client, &checked);

    checked.contains("fichier en Windows-1252");
    client.follow(&done).contains("Zoé L’Héritier");
});

both!(texts_with_markup_come_back_whole, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let list = "email,name\nanne@exemple.example,\"Anne </textarea><b>&amp; \"\"Nan\"\"\"\n";

    let checked = check(&client, &campaign, list.as_bytes(), b"").expect(200);
    let done = confirm(&client, &checked);

    assert!(!checked.page().has("main b"));
    assert!(
        client.follow(&done).page().texts("tbody b").contains(&"Anne </textarea><b>&amp; \"Nan\"".to_owned())
    );
});

both!(lists_that_cannot_be_read_are_told_why, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let cases: [(&[u8], &[u8], &str); 4] = [
        (b"", b"", "Collez une liste"),
        (b"a@exemple.example,Anne", b"c@exemple.example,Luc", "gardez l’un des deux"),
        (b"", b"PK\x03\x04\x14\x00\x06\x00", "n’est pas du texte"),
        (b"", &[b'x'; 9 * 1024 * 1024], "dépasse 8\u{a0}Mo"),
    ];

    for (list, file, words) in cases {
        let answer = check(&client, &campaign, list, file).expect(422);
        answer.page().text("#list-error");
        answer.contains(words);
    }
    let kept = check(&client, &campaign, b"a@exemple.example,Anne", b"x").page().text("#list");
    assert_eq!(kept, "a@exemple.example,Anne");
    drop(client.post(&format!("{}/check", page_of(&campaign)), &[("list", "a")]).expect(400));
});

both!(fifty_thousand_lines_are_checked_and_invited, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let mut list = "email;name;locale\r\n".to_owned();
    for number in 0..50_000 {
        list.push_str(&format!("personne.{number}@exemple.example;Prénom Nom {number};fr\r\n"));
    }
    let began = Instant::now();

    let checked = check(&client, &campaign, b"", list.as_bytes()).expect(200);
    let checked_in = began.elapsed();
    let done = confirm(&client, &checked);
    let invited_in = began.elapsed() - checked_in;

    assert!(done.location().ends_with("invited=50000&known=0&broken=0"), "{}", done.location());
    checked.contains("50000 personnes recevront une invitation.");
    assert_eq!(checked.page().all("tbody tr").len(), 200);
    checked.contains("49800 lignes de plus");
    assert_eq!(h.database.count("invitations"), 50_000);
    assert_eq!(h.database.count("mails"), 50_000);
    println!("50,000 lines: checked in {checked_in:?}, invited in {invited_in:?}");
    assert!(checked_in + invited_in < RealDuration::from_secs(300));
});

both!(one_person_is_invited_and_errors_keep_what_was_typed, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let path = format!("{}/new", page_of(&campaign));
    let form = client.see(&path).page().form("form[action$='/one']");

    let broken =
        client.submit(&path, &form.clone().set("name", "Anne Érable").set("email", "anne@nulle-part"));
    let sound = form.set("name", "Anne Érable").set("email", "Anne@Exemple.example");
    let done = client.submit(&path, &sound);
    h.clock.advance(chrono::Duration::minutes(2));
    let twice = client.submit(&path, &sound);

    let page = broken.expect(422).page();
    assert_eq!(page.attribute("#name", "value"), "Anne Érable");
    assert_eq!(page.attribute("#email", "value"), "anne@nulle-part");
    client.follow(&done).contains("anne@exemple.example");
    twice.expect(422).contains("déjà invitée");
});

both!(nobody_is_invited_to_a_closed_campaign, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    h.services.close_campaign(&h.owner(), &campaign).unwrap();

    client.see(&format!("{}/new", page_of(&campaign))).contains("Cette campagne est close");

    drop(check(&client, &campaign, b"a@exemple.example,Anne", b"").expect(409));
    let one = [("name", "Anne"), ("email", "a@exemple.example"), ("language", "fr")];
    drop(client.post(&format!("{}/one", page_of(&campaign)), &one).expect(409));
});

both!(the_page_of_names_tells_nothing_that_the_ranking_hides, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let finished = h.complete_attempt(&campaign, |_| 3);
    let started = h.start_attempt(&h.invite(&campaign));
    let waiting = h.invite(&campaign);
    h.run_jobs();

    let page = client.see(&page_of(&campaign));

    page.contains(&waiting.name);
    let rows = page.page().texts("tbody tr");
    assert_eq!(rows.len(), 3);
    for (name, state) in [
        (&finished.invited.name, "terminé"),
        (&started.invited.name, "commencé"),
        (&waiting.name, "pas commencé"),
    ] {
        assert!(rows.iter().any(|row| row.contains(name.as_str()) && row.contains(state)), "{rows:?}");
    }
    page.lacks(finished.public_id.as_str());
    for column in ["id", "public_id", "started_at", "finished_at"] {
        for value in h
            .database
            .texts(&format!("SELECT CAST({column} AS TEXT) FROM attempts WHERE {column} IS NOT NULL"))
        {
            page.lacks(&value);
        }
    }
    assert!(!page.page().has("time"));
    let numbers = h.database.texts("SELECT CAST(tree_number AS TEXT) FROM attempts");
    for number in numbers {
        page.lacks(&domain::tree::tree_name(number.parse().unwrap()));
    }
});

both!(people_are_found_by_name_without_a_name_in_an_address, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let list: String = (0..120).map(|n| format!("p{n:03}@exemple.example,Élodie Nérée {n:03}\n")).collect();
    drop(multipart(&client, &format!("{}/import", page_of(&campaign)), list.as_bytes(), b"").expect(303));
    let search = |words: &str| {
        let form = client.see(&page_of(&campaign)).page().form("form[role=search]").set("q", words);
        client.submit("", &form).expect(200).page().texts("tbody b")
    };

    let first = client.see(&page_of(&campaign)).page();
    let second = client.see(&first.attribute(".pager a[href*='after=0']", "href")).page();
    let third = client.see(&second.attributes(".pager a", "href").pop().unwrap()).page();

    assert_eq!(first.texts("tbody b").len(), 50);
    assert_eq!(second.texts("tbody b")[0], "Élodie Nérée 050");
    assert_eq!(third.texts("tbody b").len(), 20);
    assert_eq!(search("NEREE 07").len(), 10);
    assert_eq!(search("p11").len(), 10);
    assert_eq!(search("personne de ce nom"), Vec::<String>::new());
    let form = client.see(&page_of(&campaign)).page().form("form[role=search]").set("q", "neree");
    let found = client.submit("", &form).page();
    let next = client.submit("", &found.form(".pager form")).page();
    assert_eq!(next.texts("tbody b")[0], "Élodie Nérée 050");
    assert_eq!(next.attribute("#q", "value"), "neree");
});

both!(people_are_filtered_by_state_and_mail, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let finished = h.complete_attempt(&campaign, |_| 2).invited;
    let refused = h.invite(&campaign);
    h.run_jobs();
    h.database.execute(&format!("UPDATE mails SET state = 'refused' WHERE invitation_id = '{}'", refused.id));
    let shown =
        |code: &str| client.see(&format!("{}?show={code}", page_of(&campaign))).page().texts("tbody b");

    assert_eq!(shown("finished"), [finished.name]);
    assert_eq!(shown("mail"), std::slice::from_ref(&refused.name));
    assert_eq!(shown("pending"), [refused.name]);
    assert_eq!(shown("revoked"), Vec::<String>::new());
});

both!(a_link_is_shown_and_that_is_written_down, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let invited = h.invite(&campaign);
    let shown_before = h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'link_shown'");

    let page = client.see(&format!("{}/{}/link", page_of(&campaign), invited.id)).page();

    assert_eq!(page.attribute("#link", "value"), h.url(&invited.path));
    let shown = h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'link_shown'");
    assert_eq!(shown, shown_before + 1);
});

both!(a_withdrawn_link_and_its_cookie_are_dead_until_renewed, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let attempt = h.start_attempt(&h.invite(&campaign));
    let invited = &attempt.invited;
    let of = |action: &str| format!("{}/{}/{action}", page_of(&campaign), invited.id);
    let sitting = h.sit(&attempt);

    client.post(&of("revoke"), &[]).expect_redirect(&format!("{}?done=revoked", page_of(&campaign)));

    drop(h.client().get(&invited.path).expect(410));
    assert_ne!(sitting.get("/test").status(), 200);
    assert_eq!(h.database.texts("SELECT state FROM mails"), ["cancelled"]);
    client.post(&of("resend"), &[]).expect(409).contains("Ce lien a été retiré");
    let page = client.see(&of("link")).page();
    assert!(!page.has("#link"));

    client.post(&of("renew"), &[]).expect_redirect(&format!("{}?done=renewed", page_of(&campaign)));

    let link = client.see(&of("link")).page().attribute("#link", "value");
    assert_ne!(link, h.url(&invited.path));
    drop(h.client().see(link.strip_prefix(&h.url("")).unwrap()));
    drop(h.client().get(&invited.path).expect(404));
});

both!(a_finished_test_is_not_invited_again, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let finished = h.complete_attempt(&campaign, |_| 3).invited;
    let of = |action: &str| format!("{}/{}/{action}", page_of(&campaign), finished.id);

    for action in ["resend", "renew"] {
        client.post(&of(action), &[]).expect(409).contains("déjà terminé");
    }

    drop(client.post(&of("revoke"), &[]).expect(303));
    client.see(&page_of(&campaign)).contains("terminé");
});

both!(the_link_of_a_test_that_is_over_is_shown_to_nobody, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let finished = h.complete_attempt(&campaign, |_| 2).invited;
    let before = h.database.count("audit_rows WHERE action = 'link_shown'");

    let page = client.see(&format!("{}/{}/link", page_of(&campaign), finished.id));

    assert!(!page.page().has("#link"));
    page.contains("il n’est montré qu’à la personne elle-même");
    page.lacks(finished.token());
    assert_eq!(h.database.count("audit_rows WHERE action = 'link_shown'"), before);
});

both!(a_button_pressed_twice_invites_once, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let path = format!("{}/one", page_of(&campaign));
    let fields = |name: &'static str| [("name", name), ("email", "a@exemple.example"), ("language", "fr")];

    let first = client.post(&path, &fields("Anne Ode")).expect(303).location();
    let second = client.post(&path, &fields("Anne Ode")).expect(303).location();

    assert_eq!(first, second);
    assert_eq!((h.database.count("invitations"), h.database.count("mails")), (1, 1));
    drop(client.post(&path, &fields("Une autre")).expect(422));
    h.clock.advance(chrono::Duration::minutes(2));
    drop(client.post(&path, &fields("Anne Ode")).expect(422));
});

both!(names_that_cannot_be_seen_are_refused, |h| {
    let client = recruiter(h);
    let campaign = h.campaign();
    let path = format!("{}/one", page_of(&campaign));

    for name in ["\u{200B}", "\u{200D}", "Anne\u{202E}Ode", "\u{3164}", "Anne\u{FEFF}"] {
        let fields = [("name", name), ("email", "a@exemple.example"), ("language", "fr")];
        drop(client.post(&path, &fields).expect(422));
    }
    // Persian and some emoji are written with joiners.
    let fields = [("name", "می\u{200C}خواهم"), ("email", "b@exemple.example"), ("language", "fr")];
    drop(client.post(&path, &fields).expect(303));
});
