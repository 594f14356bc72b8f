//! A campaign's own steps of deciding, what its decisions come to, and that only people decide.

use std::path::{Path, PathBuf};

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;

const REASON: &str = "Écoute et vérifie dans trois situations sur quatre.";
const STEPS: [(&str, &str); 6] = [
    ("name_fr", "Appel de dix minutes"),
    ("name_en", "Ten minute call"),
    ("code", "interview"),
    ("name_fr", "Réponse négative"),
    ("name_en", "Negative answer"),
    ("code", "not_pursued"),
];

fn ranked(h: &Harness) -> Attempt {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    attempt
}

fn set_steps(client: &Client, attempt: &Attempt, steps: &[(&str, &str)]) {
    let path = format!("/campaigns/{}/stages", attempt.invited.campaign);
    client.post(&path, steps).expect_redirect(&format!("{path}?done=saved"));
}

fn step(h: &Harness, name: &str) -> String {
    h.database.texts(&format!("SELECT id FROM decision_stages WHERE name_en = '{name}'")).concat()
}

both!(a_campaigns_own_steps_are_offered_and_kept_with_the_decision, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    set_steps(&client, &attempt, &STEPS);

    let page = client.see(&path);
    page.contains("Appel de dix minutes");
    assert!(!page.page().has("input[name=code][value=interview]"), "the codes give way to the steps");
    let call = step(h, "Ten minute call");
    let form = page.page().form("form[action$=decision]").set("code", &call).set("reason", REASON);
    client.submit(&path, &form).expect_redirect(&format!("{path}?done=decided"));

    assert_eq!(h.database.texts("SELECT code FROM decisions WHERE stage_id IS NOT NULL"), ["interview"]);
    assert_eq!(h.database.texts("SELECT decision FROM attempts"), ["interview"]);
    // Other words are another step: the decision keeps those it was taken in.
    let renamed = STEPS.map(|(field, value)| (field, value.replace("dix", "vingt").replace("Ten", "Twenty")));
    let renamed: Vec<(&str, &str)> = renamed.iter().map(|(field, value)| (*field, value.as_str())).collect();
    set_steps(&client, &attempt, &renamed);
    let told = client.see(&path).page().text("section[aria-labelledby=decisions]");
    assert!(told.contains("Appel de dix minutes"), "{told}");
    let refused = [("code", call.as_str()), ("reason", REASON), ("version", "1")];
    drop(client.post(&format!("{path}/decision"), &refused).expect(422));
    assert_eq!(h.database.count("audit_rows WHERE action = 'stages_changed'"), 2);
});

both!(a_code_or_another_campaigns_step_is_refused_where_there_are_steps, |h| {
    let (one, other) = (ranked(h), ranked(h));
    let client = h.sign_in(&h.user(Role::Recruiter));
    set_steps(&client, &one, &STEPS);
    let call = step(h, "Ten minute call");

    for (attempt, code) in [(&one, "interview"), (&other, call.as_str())] {
        let path = format!("/candidates/{}/decision", attempt.public_id);
        let fields = [("code", code), ("reason", REASON), ("version", "1")];
        client.post(&path, &fields).expect(422).contains("Cette décision ne peut pas être prise ici.");
    }

    assert_eq!(h.database.count("decisions"), 0);
});

both!(a_negative_step_is_as_single_as_the_code_it_stands_for, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    set_steps(&client, &attempt, &STEPS);
    let negative = step(h, "Negative answer");
    let path = format!("/candidates/{}", attempt.public_id);
    let fields = [("code", negative.as_str()), ("reason", REASON), ("version", "1")];

    let refused = client.post(&format!("{path}/decision"), &fields).expect(422);

    refused.contains("Lisez le rapport avant de ne pas poursuivre");
    client.post(&format!("{path}/decision"), &fields).expect_redirect(&format!("{path}?done=decided"));
});

both!(steps_that_cannot_be_taken_are_told_and_kept_in_the_form, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{}/stages", attempt.invited.campaign);
    let long = "x".repeat(61);
    let line = |fr: &str, en: &str, code: &str| {
        [("name_fr", fr.to_owned()), ("name_en", en.to_owned()), ("code", code.to_owned())]
    };
    let many: Vec<_> =
        (0..13).flat_map(|n| line(&format!("Étape {n}"), &format!("Step {n}"), "hold")).collect();

    for (lines, told) in [
        (line("Appel", "", "interview").to_vec(), "Donnez chaque nom dans les deux langues."),
        (line("Appel", "Call", "withdrawn").to_vec(), "Un choix n’est plus possible."),
        (line(&long, "Call", "hold").to_vec(), "Un nom a 60 caractères au plus."),
        ([line("A", "B", "hold"), line("A", "C", "hold")].concat(), "Deux étapes ont le même nom."),
        (many, "Douze étapes au plus."),
    ] {
        let fields: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = client.post(&path, &fields).expect(422);
        answer.contains(told);
        assert_eq!(answer.page().attribute("#stage-1-fr", "value"), lines[0].1);
    }

    assert_eq!(h.database.count("decision_stages"), 0);
});

both!(an_empty_list_goes_back_to_the_codes, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    set_steps(&client, &attempt, &STEPS);

    set_steps(&client, &attempt, &[("name_fr", ""), ("name_en", ""), ("code", "hold")]);

    let page = client.see(&format!("/candidates/{}", attempt.public_id)).page();
    assert!(page.has("input[name=code][value=interview]"));
});

both!(decisions_that_follow_the_rank_are_told_from_ten_people_on, |h| {
    let campaign = h.campaign();
    let attempts: Vec<Attempt> = (0..10).map(|_| h.complete_attempt(&campaign, |_| 2)).collect();
    h.run_jobs();
    // Two groups of five, whatever the scores: here only the counting is tested.
    h.database.execute(
        "UPDATE ranking_rows SET band = 1 WHERE row_number > (SELECT min(row_number) + 4 FROM ranking_rows)",
    );
    let (first, second) = (h.user(Role::Recruiter), h.user(Role::Owner));
    let (one, other) = (h.sign_in(&first), h.sign_in(&second));
    let page = format!("/campaigns/{campaign}/decisions");
    let decide = |client: &Client, attempt: &Attempt, code: &str| {
        let path = format!("/candidates/{}", attempt.public_id);
        drop(client.see(&path));
        let fields = [("code", code), ("reason", REASON), ("version", "1")];
        drop(client.post(&format!("{path}/decision"), &fields).expect(303));
    };
    let of_band = |band: i32| {
        h.database.texts(&format!(
            "SELECT a.public_id FROM ranking_rows r JOIN attempts a ON a.id = r.attempt_id WHERE r.band = {band}"
        ))
    };
    let (top, below) = (of_band(0), of_band(1));
    let is_in = |attempt: &Attempt, band: &[String]| band.contains(&attempt.public_id.to_string());
    for attempt in attempts.iter().filter(|attempt| is_in(attempt, &top)) {
        decide(&one, attempt, "interview");
    }
    let rest: Vec<&Attempt> = attempts.iter().filter(|attempt| is_in(attempt, &below)).collect();
    for attempt in &rest[1..] {
        decide(&other, attempt, "not_pursued");
    }
    one.see(&page)
        .contains("Il faut au moins 10 personnes ; il y en a 9.".replace(" ;", "\u{202f};").as_str());

    decide(&other, rest[0], "hold");

    let told = one.see(&page);
    told.contains("100\u{202f}% des décisions (n = 10");
    told.contains("10 personnes sur 10. 5 sont allées plus loin");
    told.contains(&first.name);
    told.contains(&second.name);
    for attempt in &attempts {
        told.lacks(&attempt.invited.name);
    }
    // A change of mind counts once for the person, and the sixth one taken further is from below.
    decide(&other, rest[0], "interview");
    let told = one.see(&page);
    told.contains("n = 10");
    told.contains("6 sont allées plus loin");
});

both!(no_job_changes_a_decision, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    let fields = [("code", "hold"), ("reason", REASON), ("version", "1")];
    drop(client.post(&format!("{path}/decision"), &fields).expect(303));
    let undecided = h.complete_attempt(&attempt.invited.campaign, |_| 1);
    drop(h.start_attempt(&h.invite(&attempt.invited.campaign)));
    let all =
        "SELECT id || code || COALESCE(user_id, '') || CAST(created_at AS TEXT) FROM decisions ORDER BY id";
    let before = h.database.texts(all);
    let mut ran = std::collections::BTreeSet::new();

    // Ranking, expiry of the one under way, mails, addresses, and at last the erasure of everybody.
    h.services.close_campaign(&h.owner(), &attempt.invited.campaign).unwrap();
    for _ in 0..40 {
        let report = services::jobs::run_due(&h.services);
        for job in report.jobs {
            if let services::jobs::JobResult::Done(_) = job.result {
                ran.insert(job.name);
            }
        }
        h.clock.advance(chrono::Duration::days(30));
    }

    assert_eq!(h.database.texts(all), before);
    let done: Vec<&str> = ran.into_iter().collect();
    assert_eq!(done, ["addresses", "expiry", "mail", "ranking", "retention"], "every job had work");
    drop(undecided);
});

/// The sources of the product without their tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn only_a_persons_decision_is_written_anywhere_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["crates/services/src", "crates/store/src", "app/src", "server/src"] {
        sources(&root.join(folder), &mut files);
    }
    let holding = |word: &str| {
        let mut names: Vec<String> = files
            .iter()
            .filter(|file| std::fs::read_to_string(file).unwrap().contains(word))
            .map(|file| file.strip_prefix(&root).unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };

    // The one use case that adds a row, and the one place that can prove that a person acts.
    assert_eq!(holding("decisions::insert("), ["crates/services/src/decide.rs"]);
    assert_eq!(holding("PersonsAct::of_session"), ["crates/services/src/decide.rs"]);
    // The one statement that writes a row, the one that shows it on the attempt, and the erasure that empties that.
    let repo = |name: &str| [format!("crates/store/src/repo/{name}.rs")];
    assert_eq!(holding("insert_into(decisions::table)"), repo("decisions"));
    assert_eq!(holding(".set(attempts::decision.eq("), repo("decisions"));
    assert_eq!(holding("attempts::decision.eq(None"), repo("attempts"));
    // Nobody goes round diesel.
    for words in ["INSERT INTO decisions", "UPDATE decisions", "UPDATE attempts SET decision"] {
        assert_eq!(holding(words), Vec::<String>::new(), "{words}");
    }
}
