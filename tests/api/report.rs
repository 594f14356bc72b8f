//! The report of one candidate.

use acceptance::fixtures::{shipped_form, shipped_pack};
use acceptance::{Harness, both};
use domain::role::Role;

use crate::crowd::{answer_some, crowd, ratings};

both!(opening_a_report_is_noted_and_audited, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.see(&format!("/candidates/{}", attempt.public_id));
    client.see(&format!("/candidates/{}", attempt.public_id));

    assert_eq!(h.database.count("report_openings"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'report_opened'"), 2);
});

both!(a_report_shows_total_interval_band_and_ranks_and_no_name, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempt = h.complete_attempt(&campaign, ratings(&form, 20, 10));
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/candidates/{}", attempt.public_id));

    page.contains("sur 100, de ");
    page.contains("dans dix-neuf cas sur vingt");
    page.contains("groupe A, seule personne du groupe.");
    page.contains("Rangs possibles\u{a0}: 1 à 1, sur 1 personnes classées.");
    page.contains("Marge d’erreur\u{a0}: 6,6 points");
    page.contains("Pas de groupe de comparaison");
    page.contains("ne sont pas mesurables séparément");
    page.contains("Nom masqué jusqu’à votre décision.");
    page.contains("Pilote\u{a0}: le score n’est pas encore une preuve.");
    page.lacks(&attempt.invited.name);
    page.lacks(&attempt.invited.email);
    page.lacks("percentile");
    let parsed = page.page();
    assert_eq!(parsed.texts("details.answer").len(), 13);
    assert!(parsed.texts("details.answer summary").iter().any(|line| line.contains("à l’essai")));
    assert!(parsed.has("details.answer svg line.target"), "the key stands beside the answer");
});

both!(who_finished_after_the_last_ranking_is_told_that_it_follows, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 2);
    h.run_jobs();
    let late = h.complete_attempt(&campaign, |_| 3);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/candidates/{}", late.public_id));

    page.contains("Test terminé après le dernier classement");
});

both!(thirty_people_make_a_comparison_group, |h| {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 2);
    crowd(h, &campaign, 28, |index, _, score| {
        score.score = Some(30.0 + f64::from(u8::try_from(index).unwrap()));
    });
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", attempt.public_id);
    client.see(&path).contains("il faut au moins 30 personnes");

    h.complete_attempt(&campaign, |_| 3);
    h.clock.advance(chrono::Duration::minutes(10));
    h.run_jobs();

    let page = client.see(&path);
    page.contains("les 30 personnes classées de cette campagne, au 2\u{a0}mars\u{a0}2026");
    assert!(page.page().has("svg.plot.is-tall rect.norm"));
});

/// A campaign on a private pack of the home organisation.
fn private_attempt(h: &Harness) -> String {
    let mut parsed = shipped_pack();
    parsed.pack.is_public = false;
    parsed.pack.version = "7.0.0".to_owned();
    let organisation = h.home();
    h.services.import_pack(Some(&organisation), &parsed).unwrap();
    let campaign = h.campaign();
    let row = "SELECT id FROM packs WHERE version = '7.0.0'";
    h.database.execute(&format!(
        "UPDATE campaigns SET pack_row_id = ({row}), \
         key_row_id = (SELECT id FROM pack_keys WHERE pack_row_id = ({row})) WHERE id = '{campaign}'"
    ));
    h.complete_attempt(&campaign, |_| 2).public_id.to_string()
}

both!(the_key_of_a_private_pack_is_for_owners, |h| {
    let public_id = private_attempt(h);
    let rationale = shipped_pack()
        .pack
        .scenarios
        .values()
        .find(|scenario| scenario.id.as_str() == "billed-twice")
        .and_then(|scenario| scenario.prose.get(domain::language::Language::Fr).cloned())
        .map(|prose| prose.actions[0].rationale.split('’').max_by_key(|part| part.len()).unwrap().to_owned())
        .unwrap();
    let path = format!("/candidates/{public_id}");

    let recruiter = h.sign_in(&h.user(Role::Recruiter)).see(&path);
    let owner = h.sign_in(&h.user(Role::Owner)).see(&path);

    recruiter.contains("n’est pas ouvert à votre rôle");
    recruiter.lacks(&rationale);
    assert!(!recruiter.page().has("line.target"));
    assert!(!recruiter.page().texts("details.answer summary").iter().any(|line| line.contains("points sur")));
    owner.contains(&rationale);
    assert!(owner.page().has("line.target"));
});

both!(what_may_not_be_seen_is_not_found, |h| {
    let campaign = h.campaign();
    let finished = h.complete_attempt(&campaign, |_| 2);
    let running = h.start_attempt(&h.invite(&campaign));
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.get(&format!("/candidates/{}", running.public_id)).expect(404);
    client.get("/candidates/0193f2a1-7c00-7abc-8def-0123456789ab").expect(404);
    client.get("/candidates/tilleul-27").expect(404);
    for user in [h.user_of(&h.organisation(), Role::Owner), h.user(Role::Author), h.user(Role::Auditor)] {
        let stranger = h.sign_in(&user);
        let path = format!("/candidates/{}", finished.public_id);
        stranger.get(&path).expect(404);
        stranger.post(&format!("{path}/unblind"), &[]).expect(404);
        stranger
            .post(&format!("{path}/decision"), &[("code", "hold"), ("reason", "Une bonne raison.")])
            .expect(404);
    }
    assert_eq!(h.database.count("report_openings"), 0);
    assert_eq!(h.database.count("decisions"), 0);
    h.database.execute("UPDATE attempts SET erased_at = finished_at");
    client.get(&format!("/candidates/{}", finished.public_id)).expect(404);
});

both!(an_attempt_without_a_rank_has_a_report_without_a_score, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-03T09:00".to_owned());
    let attempt = answer_some(h, &h.invite(&campaign), 4, |_| Some(2));
    h.clock.advance(chrono::Duration::days(2));
    h.run_jobs();
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/candidates/{}", attempt.public_id));

    page.contains("Pas de score ni de rang");
    page.contains("jamais affichée, laissée de côté");
    assert!(!page.page().has(".result .figure"));
});

both!(a_report_reads_in_english_too, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/candidates/{}?lang=en", attempt.public_id));

    page.contains("nineteen times out of twenty");
    page.contains("Name hidden until your decision.");
    page.lacks("personnes classées");
});
