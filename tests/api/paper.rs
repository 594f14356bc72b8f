//! The report, the comparison and the manual as PDF.

use acceptance::client::Client;
use acceptance::fixtures::{Attempt, shipped_form};
use acceptance::pdf::Pdf;
use acceptance::{Harness, both};
use domain::role::Role;

use crate::crowd::ratings;

fn report_of(client: &Client, attempt: &Attempt, query: &str) -> Pdf {
    let answer = client.get(&format!("/candidates/{}/report.pdf{query}", attempt.public_id)).expect(200);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Pdf::read(answer.bytes())
}

fn tree_name(h: &Harness, attempt: &Attempt) -> String {
    let number = h
        .database
        .number(&format!("SELECT tree_number FROM attempts WHERE public_id = '{}'", attempt.public_id));
    domain::tree::tree_name(u32::try_from(number).unwrap())
}

both!(a_report_on_paper_is_tagged_and_tells_what_the_page_tells, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempt = h.complete_attempt(&campaign, ratings(&form, 20, 10));
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let figure = client.see(&format!("/candidates/{}", attempt.public_id)).page().text(".figure");

    let pdf = report_of(&client, &attempt, "");

    assert!(pdf.says("/StructTreeRoot") && pdf.says("/Lang(fr)") && pdf.says("/Marked true"));
    assert!(pdf.says("/S/H1") && pdf.says("/S/Table") && pdf.says("/S/TH") && pdf.says("/Scope/Row"));
    assert_eq!(pdf.count("/S/Figure"), 1, "the axis");
    assert!(pdf.says("/Alt"), "the axis is told in words");
    assert_eq!(pdf.count("/Type/FontDescriptor"), pdf.count("/FontFile3 "), "every font is embedded");
    let text = pdf.text();
    let name = tree_name(h, &attempt);
    for words in [
        name.as_str(),
        &format!(" {figure} sur 100, de "),
        "dans dix-neuf cas sur vingt.",
        "Pas de groupe de comparaison",
        "ne sont pas mesurables séparément",
        "Réponse par réponse",
        "Guide d’entretien",
        "Nom masqué jusqu’à votre décision.",
        "Le barème a été écrit par les auteurs du test",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains(&attempt.invited.name) && !text.contains(&attempt.invited.email), "{text}");
    let pages = pdf.pages();
    for (page, number) in pages.iter().zip(1..) {
        let page = page.replace(['\u{a0}', '\u{202f}'], " ");
        assert!(page.contains(&format!("Page {number} sur {}", pages.len())), "{page}");
        assert!(page.contains("Pilote : le score n’est pas encore une preuve."), "{page}");
        assert!(page.contains(&format!("{name} · Test «")), "{page}");
    }
    assert!(pdf.size() < 300_000, "{} bytes", pdf.size());
});

both!(a_report_on_paper_counts_as_opening_it_and_keeps_its_file_name_blind, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);

    let answer = client.get(&format!("{path}/report.pdf?lang=en")).expect(200);

    let name = answer.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment; filename=\"egard-report-") && name.ends_with(".pdf\""), "{name}");
    assert!(name.is_ascii());
    assert_eq!(h.database.count("report_openings"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'report_opened'"), 1);
    let pdf = Pdf::read(answer.bytes());
    assert!(pdf.says("/Lang(en)"));
    assert!(pdf.text().contains("Interview guide") && pdf.text().contains("Page 1 of "));
});

both!(a_name_stands_on_paper_once_it_may_be_known, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.post(&format!("/candidates/{}/unblind", attempt.public_id), &[]).expect(303);

    let answer = client.get(&format!("/candidates/{}/report.pdf", attempt.public_id)).expect(200);

    let file = answer.header("content-disposition").unwrap().to_lowercase();
    let first = attempt.invited.name.split(' ').next().unwrap().to_lowercase();
    assert!(!file.contains(&first), "{file}");
    let pdf = Pdf::read(answer.bytes());
    assert!(pdf.text().contains(&attempt.invited.name));
    assert!(!pdf.says(&attempt.invited.name), "no name in the title or the outline");
    assert!(!pdf.text().contains(&attempt.invited.email), "paper is handed on: no address");
});

both!(what_may_not_be_read_is_not_on_paper_either, |h| {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 2);
    let running = h.start_attempt(&h.invite(&campaign));
    let path = format!("/candidates/{}/report.pdf", attempt.public_id);
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.get(&format!("/candidates/{}/report.pdf", running.public_id)).expect(404);
    client.get("/candidates/tilleul-27/report.pdf").expect(404);
    for user in [h.user_of(&h.organisation(), Role::Owner), h.user(Role::Author), h.user(Role::Auditor)] {
        h.sign_in(&user).get(&path).expect(404);
    }

    assert_eq!(h.database.count("report_openings"), 0);
});

both!(where_one_rates_first_paper_shows_the_answers_alone, |h| {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 2);
    h.run_jobs();
    h.services.set_rating_first(&h.owner(), &campaign, true).unwrap();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let text = report_of(&client, &attempt, "").text();

    assert!(text.contains("Résultat masqué") && text.contains("Réponse par réponse"), "{text}");
    assert!(
        !text.contains("sur 100") && !text.contains("Rangs possibles") && !text.contains("Barème"),
        "{text}"
    );
});

both!(a_comparison_and_a_manual_have_a_paper_of_their_own, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempts = [40, 2].map(|exact| h.complete_attempt(&campaign, ratings(&form, exact, 4)));
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let with: Vec<String> = attempts.iter().map(|attempt| format!("with={}", attempt.public_id)).collect();
    let path = format!("/campaigns/{campaign}/compare.pdf?{}", with.join("&"));

    let compared = Pdf::read(client.get(&path).expect(200).bytes());
    let manual = Pdf::read(client.get(&format!("/campaigns/{campaign}/manual.pdf")).expect(200).bytes());

    let text = compared.text();
    assert!(text.contains("Deux personnes, côte à côte"), "{text}");
    assert!(text.contains(&format!("{} est au-dessus d", tree_name(h, &attempts[0]))), "{text}");
    assert!(!text.contains("@candidature.example") && compared.says("/Scope/Column"), "{text}");
    assert_eq!(h.database.count("audit_rows WHERE action = 'candidate_compared'"), 2);
    assert_eq!(h.database.count("report_openings"), 0, "a comparison is no reading of a report");
    let text = manual.text();
    for words in
        ["Manuel technique", "À quoi sert le test", "Moins de 30 personnes", "Validité : aucune donnée"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let one = format!("/campaigns/{campaign}/compare.pdf?{}", with[0]);
    client.get(&one).expect(422);
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));
    stranger.get(&path).expect(404);
    stranger.get(&format!("/campaigns/{campaign}/manual.pdf")).expect(404);
    h.sign_in(&h.user(Role::Rater)).get(&format!("/campaigns/{campaign}/manual.pdf")).expect(404);
});
