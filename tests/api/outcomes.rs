//! Later outcomes: imported by the ids of exports, told as aggregates alone, and never part of a score.

use acceptance::client::{Client, Part};
use acceptance::fixtures::{self, Attempt, shipped_form};
use acceptance::response::Response;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;

use crate::crowd::{crowd, ratings};

/// A campaign with one real finished test and `n` more, whose scores are 20, 21, …
fn people(h: &Harness, n: usize) -> Attempt {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempt = h.complete_attempt(&campaign, ratings(&form, 24, 0));
    crowd(h, &campaign, n, |index, _, score| {
        score.score = Some(20.0 + f64::from(u32::try_from(index).unwrap()));
    });
    h.run_jobs();
    attempt
}

/// The ids of exports of a campaign's people, by their score.
fn ids(h: &Harness, campaign: &CampaignId) -> Vec<String> {
    h.database.texts(&format!(
        "SELECT a.public_id FROM attempts a JOIN scores s ON s.attempt_id = a.id \
         WHERE a.campaign_id = '{campaign}' ORDER BY s.score, a.id"
    ))
}

fn send(client: &Client, campaign: &CampaignId, to: &str, list: &str) -> Response {
    let path = format!("/campaigns/{campaign}/outcomes/{to}");
    client.request("POST", &path).multipart(&[("list", list)]).send()
}

/// The numbers and words of the lines to look at.
fn lines(answer: &Response) -> Vec<String> {
    answer.page().texts("#lines ~ .table-box tbody tr")
}

both!(each_line_is_told_by_its_number_and_nothing_is_stored_before_the_confirmation, |h| {
    let attempt = people(h, 3);
    let campaign = &attempt.invited.campaign;
    let ids = ids(h, campaign);
    let under_way = h.start_attempt(&h.invite(campaign));
    let other_form = h.campaign_with(|input| input.form = "every-format".to_owned());
    let elsewhere = h.start_attempt(&h.invite(&other_form));
    h.database
        .execute(&format!("UPDATE attempts SET erased_at = finished_at WHERE public_id = '{}'", ids[3]));
    let client = h.sign_in(&h.user(Role::Recruiter));
    let list = format!(
        "Identifiant;Date;Évaluation;En poste;Prénom\n\
         {};2026-03-02;4,25;oui;Zénobie\n\
         {};2026-03-02;4,25;oui;\n\
         {};2026-03-02;huitante;oui;\n\
         9e0ca1ba-6d0b-4b1b-8e2d-0d3b7c1f5a10;2026-03-02;3;;\n\
         {};2026-03-02;3;;\n\
         {};2026-03-02;3;;\n\
         {};2026-03-02;3;;\n\
         {};2026-03-20;3;;\n\
         {};2026-03-01;3;;\n",
        ids[0], ids[0], ids[1], ids[3], under_way.public_id, elsewhere.public_id, ids[2], ids[2]
    );

    let checked = send(&client, campaign, "check", &list).expect(200);

    checked.contains("Valeurs à enregistrer");
    let told = lines(&checked);
    let expected = [
        "3 personne et date déjà plus haut",
        "4 une valeur n’en est pas une",
        "5 identifiant inconnu",
        "6 données effacées",
        "7 test pas encore terminé",
        "8 autre test",
        "9 date absente, impossible ou à venir",
        "10 date d’avant la campagne",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (line, expected) in told.iter().zip(expected) {
        let tight = |text: &str| text.split_whitespace().collect::<String>();
        assert!(tight(line).starts_with(&tight(expected)), "{line}");
    }
    // What the lines say stands in the list alone, for it to be corrected.
    let page = checked.page();
    assert!(!page.text("main table").contains("huitante") && !page.text("main dl").contains("4,25"));
    checked.contains("Colonnes non utilisées");
    assert_eq!(h.database.count("outcomes"), 0);

    let form = page.form("form[action$=import]");
    let stored = send(&client, campaign, "import", form.value("list").unwrap());

    stored.expect_redirect(&format!("/campaigns/{campaign}/validity?done=imported&n=2&left=8"));
    assert_eq!(h.database.count("outcomes"), 2);
    assert_eq!(h.database.count("audit_rows WHERE action = 'outcomes_imported'"), 1);
    // Once more: nothing more.
    let again = send(&client, campaign, "import", &list);
    again.expect_redirect(&format!("/campaigns/{campaign}/validity?done=imported&n=0&left=9"));
    assert_eq!(h.database.count("outcomes"), 2);
    assert_eq!(h.database.count("audit_rows WHERE action = 'outcomes_imported'"), 1);
});

both!(an_import_changes_no_score_no_rank_no_band_and_no_order, |h| {
    let attempt = people(h, 40);
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Recruiter));
    let of_numbers = |h: &Harness| {
        [
            "SELECT CAST(score AS TEXT) || CAST(sem AS TEXT) || attempt_id || snapshot_id FROM scores ORDER BY id",
            "SELECT COALESCE(attempt_id, '') || CAST(row_number AS TEXT) || COALESCE(CAST(band AS TEXT), '') \
             || COALESCE(CAST(rank_low AS TEXT), '') || COALESCE(CAST(rank_high AS TEXT), '') \
             || ranking_version_id FROM ranking_rows ORDER BY ranking_version_id, row_number",
            "SELECT id || CAST(n AS TEXT) FROM snapshots ORDER BY id",
            "SELECT id || CAST(random_order AS TEXT) || state || COALESCE(decision, '') FROM attempts ORDER BY id",
        ]
        .map(|sql| h.database.texts(sql))
    };
    let before = of_numbers(h);
    let order = client.see(&format!("/campaigns/{campaign}")).page().texts("main tbody th a");
    let list: String = ids(h, campaign)
        .iter()
        .enumerate()
        .map(|(place, id)| {
            format!("{id},2026-03-02,{},{}\n", 40 - place, if place < 20 { "no" } else { "yes" })
        })
        .collect();

    drop(
        send(&client, campaign, "import", &format!("candidate_id,date,performance,retained\n{list}"))
            .expect(303),
    );
    h.clock.advance(chrono::Duration::minutes(10));
    h.run_jobs();

    assert_eq!(h.database.count("outcomes"), 82);
    assert_eq!(of_numbers(h), before);
    assert_eq!(client.see(&format!("/campaigns/{campaign}")).page().texts("main tbody th a"), order);
    // Nothing of it on the pages of one person, nor in exports.
    let report = client.see(&format!("/candidates/{}", attempt.public_id));
    report.lacks("Évaluation du travail");
    client.get(&format!("/campaigns/{campaign}/export")).expect(200).lacks("retained");
});

both!(figures_stand_with_their_number_and_interval, |h| {
    let attempt = people(h, 39);
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    // The outcome is the score itself: the correlation is 1, whatever the range.
    let rows = h.database.texts(&format!(
        "SELECT a.public_id || ',2026-03-02,' || CAST(s.score AS TEXT) FROM attempts a \
         JOIN scores s ON s.attempt_id = a.id WHERE a.campaign_id = '{campaign}'"
    ));
    let list = format!("candidate_id,date,performance\n{}\n", rows.join("\n"));

    drop(send(&client, campaign, "import", &list).expect(303));

    let page = client.see(&format!("/campaigns/{campaign}/validity"));
    page.contains("n = 40");
    page.contains("Corrélation de Pearson");
    page.contains("1,00");
    page.contains("En dessous de 100 personnes, cela prouve peu.");
    page.contains("cas II de Thorndike (1949)");
    page.contains("Seules les personnes embauchées ont des résultats au travail");
    // Quarters of ten.
    assert_eq!(page.page().texts("section[aria-labelledby=criterion-performance] tbody tr").len(), 4);
    assert_eq!(page.page().all("section[aria-labelledby=criterion-performance] tbody svg").len(), 4);
    let manual = client.see(&format!("/campaigns/{campaign}/manual"));
    manual.contains("Évaluation du travail");
    manual.contains("Corrélation de Pearson");
    manual.lacks("aucune donnée sur le travail réel");
    // The auditor reads the figures, and imports nothing.
    let auditor = h.sign_in(&h.user(Role::Auditor));
    let seen = auditor.see(&format!("/campaigns/{campaign}/validity"));
    seen.contains("Corrélation de Pearson");
    seen.lacks(&format!("/campaigns/{campaign}/outcomes"));
    drop(auditor.get(&format!("/campaigns/{campaign}/outcomes")).expect(404));
});

both!(nothing_is_told_of_nine_and_the_manual_waits_for_thirty, |h| {
    let attempt = people(h, 29);
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    let ids = ids(h, campaign);
    let list = |people: &[String]| {
        let rows: String = people
            .iter()
            .enumerate()
            .map(|(place, id)| format!("{id},2026-03-02,{}\n", (place * 7) % 5))
            .collect();
        format!("candidate_id,date,performance\n{rows}")
    };

    drop(send(&client, campaign, "import", &list(&ids[..9])).expect(303));
    let nine = client.see(&format!("/campaigns/{campaign}/validity"));
    nine.contains("Moins de 10 personnes");
    nine.lacks("Corrélation de Pearson");
    drop(send(&client, campaign, "import", &list(&ids[..29])).expect(303));

    let page = client.see(&format!("/campaigns/{campaign}/validity"));
    page.contains("trop peu de personnes pour un seul nombre");
    let manual = client.see(&format!("/campaigns/{campaign}/manual"));
    manual.contains("aucun critère n’a de résultats pour 30 personnes");
    manual.contains("aucune donnée");
    manual.lacks("Corrélation de Pearson");
});

both!(outcomes_go_with_the_person_and_stand_in_their_download, |h| {
    let attempt = people(h, 1);
    let campaign = &attempt.invited.campaign;
    let owner = h.sign_in(&h.user(Role::Owner));
    let list = format!("candidate_id,date,retention_days\n{},2026-03-02,180\n", attempt.public_id);
    drop(send(&owner, campaign, "import", &list).expect(303));
    let client = h.sit(&attempt);

    let told = client.get("/test/data/download").expect(200).json();

    let outcomes = told.to_string();
    assert!(outcomes.contains("later_outcomes") && outcomes.contains("retention_days"), "{outcomes}");
    let form = client.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    client.submit("/test/data/erase", &form).expect_redirect("/erased");
    assert_eq!(h.database.count("outcomes"), 0);
    let again = send(&owner, campaign, "check", &list).expect(200);
    assert!(lines(&again)[0].contains("données effacées"));
});

both!(an_import_can_be_taken_back_by_its_own_organisation, |h| {
    let attempt = people(h, 1);
    let campaign = &attempt.invited.campaign;
    let import = fixtures::outcome_import(&h.services, &h.owner(), &attempt);
    let stranger = h.user_of(&h.organisation(), Role::Owner);
    let theirs = fixtures::campaign(&h.services, &h.staff(&stranger), |_| {});
    let stranger = h.sign_in(&stranger);

    drop(stranger.post(&format!("/campaigns/{theirs}/outcomes/{import}/delete"), &[]).expect(404));
    let list = format!("candidate_id,date,performance\n{},2026-03-02,3\n", attempt.public_id);
    let unknown = send(&stranger, &theirs, "check", &list).expect(200);

    assert!(lines(&unknown)[0].contains("identifiant inconnu"), "who is of another organisation is nobody");
    assert_eq!(h.database.count("outcomes"), 1);
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see(&format!("/campaigns/{campaign}/outcomes")).contains("Effacer cet import");
    let deleted = client.post(&format!("/campaigns/{campaign}/outcomes/{import}/delete"), &[]);
    deleted.expect_redirect(&format!("/campaigns/{campaign}/validity?done=deleted&n=1"));
    assert_eq!(h.database.count("outcomes"), 0);
    assert_eq!(h.database.count("audit_rows WHERE action = 'outcomes_deleted'"), 1);
});

both!(files_of_excel_are_read_and_spreadsheets_refused, |h| {
    let attempt = people(h, 1);
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/outcomes/check");
    let file = |content: &[u8]| {
        let parts = [Part::text("list", ""), Part::file("file", "suivi.csv", content)];
        client.request("POST", &path).parts(&parts).send()
    };
    let mut windows = b"Identifiant;Date;\xc9valuation;Satisfaction client\r\n".to_vec();
    windows.extend(format!("{};02/03/2026;3,5;82\r\n", attempt.public_id).bytes());

    let read = file(&windows).expect(200);
    read.contains("Enregistrer 2 valeurs");

    file(b"PK\x03\x04rest").expect(422).contains("Ce fichier n’est pas du texte");
    file(b"nom;note\nZo\xe9;3\n").expect(422).contains("La première ligne doit nommer");
    assert_eq!(h.database.count("outcomes"), 0);
});
