//! The ranking: what it says, whom it shows, how it is paged and when it follows.

use std::collections::BTreeSet;

use acceptance::both;
use acceptance::client::Client;
use acceptance::fixtures::shipped_form;
use domain::ids::CampaignId;
use domain::role::Role;

use crate::crowd::{answer_some, crowd, ratings};

/// The public ids linked from every page, in order, following « page suivante ».
fn walk(client: &Client, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = path.to_owned();
    for _ in 0..20 {
        let page = client.see(&next).page();
        found.extend(
            page.attributes("tr.rank-row th a", "href")
                .into_iter()
                .map(|href| href.trim_start_matches("/candidates/").to_owned()),
        );
        match page.attributes("a[rel=next]", "href").first() {
            Some(href) => next.clone_from(href),
            None => return found,
        }
    }
    panic!("paging does not end");
}

fn all(h: &acceptance::Harness, filter: &str) -> BTreeSet<String> {
    h.database.texts(&format!("SELECT public_id FROM attempts WHERE {filter}")).into_iter().collect()
}

/// 120 people besides the first, scores from 20 to 80 with many ties, some English, some expired.
fn hall(h: &acceptance::Harness) -> CampaignId {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    h.complete_attempt(&campaign, ratings(&form, 20, 8));
    crowd(h, &campaign, 120, |index, attempt, score| {
        let points = f64::from(u8::try_from(index * 7 % 61).unwrap());
        score.score = Some(20.0 + points);
        if index % 3 == 0 {
            attempt.language = "en".to_owned();
        }
        if index % 10 == 0 {
            attempt.state = "expired".to_owned();
        }
    });
    h.run_jobs();
    campaign
}

both!(before_anybody_has_finished_the_page_says_so, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}"));

    page.contains("Personne n’a encore terminé");
    assert_eq!(page.page().attribute(".empty a", "href"), format!("/campaigns/{campaign}/invitations"));
    h.complete_attempt(&campaign, |_| 3);
    client.see(&format!("/campaigns/{campaign}")).contains("Le classement se prépare");
});

both!(the_ranking_says_how_many_with_which_versions_and_under_tree_names, |h| {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 3);
    h.invite(&campaign);
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}"));

    page.contains("Tests clos\u{a0}: 1. Invitations\u{a0}: 2.");
    page.contains("Classement n°\u{a0}1 du 2\u{a0}mars\u{a0}2026");
    page.contains("Pilote\u{a0}: le score n’est pas encore une preuve.");
    page.contains("marge d’erreur de départ");
    page.contains("Le pointillé marque 37,5");
    page.lacks(&attempt.invited.name);
    page.lacks(&attempt.invited.email);
    let parsed = page.page();
    assert_eq!(parsed.attribute("tr.rank-row th a", "href"), format!("/candidates/{}", attempt.public_id));
    assert_eq!(parsed.text("tr.rank-group b"), "Groupe A");
    assert!(parsed.has("tr.rank-row svg.plot circle.mark"));
    let english = client.see(&format!("/campaigns/{campaign}?lang=en"));
    english.contains("Pilot: the score is not evidence yet.");
});

both!(pages_are_complete_and_stable_in_both_orders, |h| {
    let campaign = hall(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");

    let random = walk(&client, &path);
    let by_score = walk(&client, &format!("{path}?order=score"));

    let everyone = all(h, "state <> 'started'");
    assert_eq!(random.len(), 121);
    assert_eq!(random.iter().cloned().collect::<BTreeSet<_>>(), everyone);
    assert_eq!(by_score.len(), 121);
    assert_eq!(by_score.iter().cloned().collect::<BTreeSet<_>>(), everyone);
    assert_eq!(random, walk(&client, &path), "the same again");
    let order = |column: &str| {
        h.database.texts(&format!(
            "SELECT a.public_id FROM ranking_rows r JOIN attempts a ON a.id = r.attempt_id ORDER BY {column}"
        ))
    };
    assert_eq!(random, order("r.band, r.random_order"));
    assert_eq!(by_score, order("r.score DESC, r.row_number"));
});

both!(filters_hide_people_and_change_no_band, |h| {
    let campaign = hall(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");
    h.database.execute("UPDATE attempts SET decision = 'hold' WHERE language = 'en' AND state = 'finished'");
    let in_band_b = "id IN (SELECT attempt_id FROM ranking_rows WHERE band = 1)";

    for (query, condition) in [
        ("language=en", "language = 'en'".to_owned()),
        ("state=expired", "state = 'expired'".to_owned()),
        ("band=B", in_band_b.to_owned()),
        ("decision=hold", "decision = 'hold'".to_owned()),
        ("decision=open", "decision IS NULL".to_owned()),
        ("band=B&language=fr&decision=open", format!("{in_band_b} AND language = 'fr' AND decision IS NULL")),
        ("language=en&order=score", "language = 'en'".to_owned()),
        ("decision=open&order=score&band=", "decision IS NULL".to_owned()),
    ] {
        let found = walk(&client, &format!("{path}?{query}"));
        let set: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(set.len(), found.len(), "{query}: somebody twice");
        assert_eq!(set, all(h, &condition), "{query}");
    }
    let whole = client.see(&path).page().text("tr.rank-group .fine");
    let part = client.see(&format!("{path}?language=en")).page().text("tr.rank-group .fine");
    assert_eq!(whole, part, "the heading counts the whole campaign");
    client.see(&format!("{path}?band=Z")).contains("Aucune candidature ne correspond");
});

both!(a_query_that_cannot_be_read_is_a_bad_request, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));

    for query in
        ["order=name", "band=7", "decision=maybe", "language=de", "state=started2", "after=x", "version=1.5"]
    {
        client.get(&format!("/campaigns/{campaign}?{query}")).expect(400);
    }
});

both!(strangers_and_other_roles_find_nothing, |h| {
    let campaign = h.campaign();
    let foreign = h.user_of(&h.organisation(), Role::Owner);
    for user in [foreign, h.user(Role::Author), h.user(Role::Auditor), h.user(Role::Rater)] {
        let client = h.sign_in(&user);
        for path in ["", "/export", "/scoring"] {
            client.get(&format!("/campaigns/{campaign}{path}")).expect(404);
        }
    }
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.get("/campaigns/0193f2a1-7c00-7abc-8def-0123456789ab").expect(404);
    client.get("/campaigns/nonsense").expect(404);
    client.get(&format!("/campaigns/{campaign}/scoring")).expect(404);
});

both!(people_without_a_rank_stand_apart_with_the_reason, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-03T09:00".to_owned());
    h.complete_attempt(&campaign, |_| 2);
    answer_some(h, &h.invite(&campaign), 4, |_| Some(2));
    h.clock.advance(chrono::Duration::days(2));
    h.run_jobs();
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}"));

    let parsed = page.page();
    assert_eq!(parsed.texts("tr.rank-row").len(), 1);
    let apart = parsed.text("section[aria-labelledby=unranked] tbody tr");
    assert!(apart.contains("moins de 80\u{202f}% des actions comptées"), "{apart}");
    assert!(apart.contains("Clos avant la fin"), "{apart}");
});

both!(a_version_follows_after_five_minutes_and_at_close, |h| {
    let campaign = h.campaign();
    let versions =
        || h.database.texts("SELECT reason || ' ' || n_finished FROM ranking_versions ORDER BY sequence");
    h.complete_attempt(&campaign, |_| 2);
    h.run_jobs();
    assert_eq!(versions(), ["job 1"], "the first comes at once");

    h.complete_attempt(&campaign, |_| 3);
    h.clock.advance(chrono::Duration::minutes(4));
    h.run_jobs();
    assert_eq!(versions().len(), 1, "too early");
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see(&format!("/campaigns/{campaign}")).contains("1 personne a terminé depuis");

    h.clock.advance(chrono::Duration::minutes(2));
    h.run_jobs();
    h.run_jobs();
    assert_eq!(versions(), ["job 1", "job 2"]);

    h.clock.advance(chrono::Duration::hours(1));
    h.run_jobs();
    assert_eq!(versions().len(), 2, "nothing new, nothing made");

    h.complete_attempt(&campaign, |_| 4);
    h.run_jobs();
    h.services.close_campaign(&h.owner(), &campaign).unwrap();
    h.run_jobs();
    assert_eq!(versions(), ["job 1", "job 2", "job 3", "close 3"], "closing does not wait");
    h.run_jobs();
    assert_eq!(versions().len(), 4);
});

both!(old_versions_keep_their_header_and_lose_their_rows, |h| {
    let campaign = h.campaign();
    let rows = || {
        h.database.texts(
            "SELECT v.sequence || ' ' || (SELECT count(*) FROM ranking_rows r WHERE r.ranking_version_id = v.id) \
             FROM ranking_versions v ORDER BY v.sequence",
        )
    };
    for _ in 0..2 {
        h.complete_attempt(&campaign, |_| 2);
        h.run_jobs();
        h.clock.advance(chrono::Duration::minutes(10));
    }
    assert_eq!(rows(), ["1 1", "2 2"], "a page still open may name the first");

    h.clock.advance(chrono::Duration::hours(2));
    h.complete_attempt(&campaign, |_| 2);
    h.run_jobs();

    assert_eq!(rows(), ["1 0", "2 2", "3 3"], "the second has just been followed");

    h.clock.advance(chrono::Duration::minutes(61));
    h.complete_attempt(&campaign, |_| 2);
    h.run_jobs();

    assert_eq!(rows(), ["1 0", "2 0", "3 3", "4 4"]);
});

both!(paging_goes_on_in_the_version_it_began_in, |h| {
    let campaign = hall(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let first = client.see(&format!("/campaigns/{campaign}")).page();
    let next = first.attribute("a[rel=next]", "href");
    let expected = client.see(&next).page().attributes("tr.rank-row th a", "href");

    h.complete_attempt(&campaign, |_| 4);
    h.clock.advance(chrono::Duration::minutes(10));
    h.run_jobs();

    let page = client.see(&next);
    page.contains("Vous lisez un classement qui n’est plus le dernier.");
    assert_eq!(page.page().attributes("tr.rank-row th a", "href"), expected);
});

both!(erased_people_leave_the_bare_number, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 2);
    let gone = h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    h.database.execute(&format!(
        "UPDATE ranking_rows SET attempt_id = NULL \
         WHERE attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
        gone.public_id
    ));
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}"));

    page.contains("Données effacées");
    page.lacks(gone.public_id.as_str());
    assert_eq!(page.page().texts("tr.rank-row").len(), 2);
});

both!(ten_thousand_candidates_are_paged_without_reading_them_all, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 2);
    crowd(h, &campaign, 10_000, |index, _, score| {
        score.score = Some(f64::from(u32::try_from(index % 9_700).unwrap()) / 100.0);
    });
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see(&format!("/campaigns/{campaign}"));

    let began = std::time::Instant::now();
    let page = client.see(&format!("/campaigns/{campaign}?order=score"));
    let took = began.elapsed();

    assert_eq!(page.page().texts("tr.rank-row").len(), 50);
    // An unoptimised build on a busy machine; the bench measures the real one.
    assert!(took < std::time::Duration::from_secs(3), "{took:?}");
});

both!(the_people_whom_somebody_is_not_told_apart_from_are_one_link_away, |h| {
    let campaign = hall(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let row = "SELECT a.public_id || ' ' || (r.rank_high - r.rank_low) FROM ranking_rows r \
               JOIN attempts a ON a.id = r.attempt_id WHERE r.rank_low > 1 ORDER BY r.row_number LIMIT 1";
    let told = h.database.texts(row).remove(0);
    let (candidate, others) = told.split_once(' ').unwrap();
    let path = format!("/campaigns/{campaign}?tied={candidate}");

    let shown: BTreeSet<String> = walk(&client, &path).into_iter().collect();

    assert_eq!(shown.len(), others.parse::<usize>().unwrap() + 1);
    assert!(shown.contains(candidate));
    // The scores and their errors alone decide.
    let rows = h.database.texts(
        "SELECT a.public_id || ' ' || r.score || ' ' || r.sem || ' ' || r.critical_value FROM ranking_rows r \
         JOIN attempts a ON a.id = r.attempt_id",
    );
    let people: Vec<(&str, [f64; 3])> = rows
        .iter()
        .map(|row| {
            let (id, numbers) = row.split_once(' ').unwrap();
            let mut numbers = numbers.split(' ').map(|number| number.parse().unwrap());
            (id, std::array::from_fn(|_| numbers.next().unwrap()))
        })
        .collect();
    let (_, [own, own_sem, limit]) = *people.iter().find(|(id, _)| *id == candidate).unwrap();
    let expected: BTreeSet<String> = people
        .iter()
        .filter(|(_, [score, sem, _])| (score - own).abs() <= limit * sem.hypot(own_sem))
        .map(|(id, _)| (*id).to_owned())
        .collect();
    assert_eq!(shown, expected);
    client.see(&path).contains("ne permet pas d’en distinguer");
    client.get(&format!("/campaigns/{campaign}?tied=8b7f4c3e-1f0a-4d55-9c68-0d9c6f0e7a11")).expect(404);
});

both!(a_ranking_of_the_earlier_method_is_followed_by_one_with_rank_sets, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    h.database.execute("UPDATE ranking_versions SET rank_method = 'pairwise'");
    h.clock.advance(chrono::Duration::minutes(6));

    h.run_jobs();

    let methods =
        h.database.texts("SELECT rank_method || ' ' || reason FROM ranking_versions ORDER BY sequence");
    assert_eq!(methods, ["pairwise job", "rank_sets rescore"]);
});

both!(a_tag_and_chosen_columns_make_a_part_of_the_ranking, |h| {
    let campaign = hall(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let tagged =
        h.database.texts("SELECT public_id FROM attempts WHERE state = 'finished' ORDER BY id").remove(3);
    client.post(&format!("/candidates/{tagged}/tags"), &[("new_tag", "Polonais")]).expect(303);
    let tag = h.database.texts("SELECT id FROM tags").remove(0);
    let path = format!("/campaigns/{campaign}?tag={tag}");

    assert_eq!(walk(&client, &path), [tagged]);
    assert!(
        !client.see(&path).text().contains("<li>Polonais</li>"),
        "the column is not among the usual ones"
    );
    let chosen = client.see(&format!("{path}&columns=chosen&column_tags=1&column_language=1"));
    assert_eq!(chosen.page().texts("tr.rank-row td li"), ["Polonais"], "{}", chosen.text());
    let heads = chosen.page().texts("table.ranking thead th");
    assert_eq!(heads.len(), 5, "{heads:?}");
    assert!(!chosen.text().contains("rank-profile"));
    client.see(&format!("{path}&columns=none"));
    client.get(&format!("{path}&columns=email")).expect(400);
    client.get(&format!("/campaigns/{campaign}?tag=nothing")).expect(404);
    // Another organisation's tag is nobody's here.
    let owner = h.user_of(&h.organisation(), Role::Owner);
    h.sign_in(&owner).get(&path).expect(404);
});
