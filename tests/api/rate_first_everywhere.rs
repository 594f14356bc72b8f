//! « My rating first » in every view but the report: nothing of a person's score, group, rank or place is told to a
//! reviewer who has not rated that person.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::response::Response;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;

const REASON: &str = "Vérifie le besoin avant de proposer, sauf pour le colis perdu.";

/// Signs of a score, a group, a rank or a place in the markup of the pages.
const SIGNS: [&str; 10] = [
    "class=\"score\"",
    "class=\"band\"",
    "class=\"interval\"",
    "class=\"figure\"",
    "rank-group",
    "rank-row",
    "Rangs",
    "id=\"read\"",
    "indiscernable",
    "Groupe A",
];

/// A ranked campaign of four very different people that asks for one's own rating first.
fn campaign(h: &Harness) -> (CampaignId, Vec<Attempt>) {
    let campaign = h.campaign();
    let people = (1..=4).map(|rating| h.complete_attempt(&campaign, move |_| rating)).collect();
    h.run_jobs();
    h.services.set_rating_first(&h.owner(), &campaign, true).unwrap();
    (campaign, people)
}

fn rate(client: &Client, attempt: &Attempt) {
    let path = format!("/candidates/{}", attempt.public_id);
    drop(client.see(&path));
    let fields = [("rating", "3"), ("own_reason", REASON)];
    drop(client.post(&format!("{path}/rating"), &fields).expect(303));
}

/// The people of a list, in order.
fn listed(page: &Response) -> Vec<String> {
    let paths = page.page().attributes("th a[href^='/candidates/']", "href");
    paths.into_iter().map(|path| path.replace("/candidates/", "")).collect()
}

/// Everybody in the random order of the database.
fn in_random_order(h: &Harness) -> Vec<String> {
    h.database.texts("SELECT public_id FROM attempts ORDER BY random_order, id")
}

fn lacks_signs(page: &Response) {
    for sign in SIGNS {
        page.lacks(sign);
    }
}

both!(the_ranking_lists_people_at_random_without_a_score_group_or_rank, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");

    let page = client.see(&path);

    lacks_signs(&page);
    assert_eq!(listed(&page), in_random_order(h));
    page.contains("Notez d’abord");
    page.contains("Il vous reste 4 candidatures à noter");
    assert!(!page.page().has("input[name=with]") && !page.page().has("form[action$='/export']"));
    assert!(!page.page().has("select[name=band]"));
    drop(people);
});

both!(no_filter_order_or_page_of_the_ranking_tells_a_place, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");
    let everyone = in_random_order(h);
    let mut refused: Vec<String> = ["A", "B", "C", "D", "Z"].map(|band| format!("?band={band}")).to_vec();
    refused.extend(people.iter().map(|person| format!("?tied={}", person.public_id)));
    let families = domain::construct::Family::ALL.iter();
    refused.extend(families.map(|family| format!("?family={}&least=50", family.code())));

    for query in &refused {
        let page = client.see(&format!("{path}{query}"));
        lacks_signs(&page);
        page.contains("n’est pas appliqué");
        assert_eq!(listed(&page), everyone, "{query}");
    }
    for query in ["?order=score", "?decision=open", "?decision=hold", "?order=score&after=1&band=A"] {
        let page = client.see(&format!("{path}{query}"));
        lacks_signs(&page);
        assert_eq!(listed(&page), Vec::<String>::new(), "{query}");
    }
    for query in ["?language=fr", "?state=finished", "?version=1"] {
        let page = client.see(&format!("{path}{query}"));
        lacks_signs(&page);
        assert_eq!(listed(&page), everyone, "{query}");
    }
    // The next page begins after so many people, not after the number of a row, which follows the groups.
    assert_eq!(listed(&client.see(&format!("{path}?after=3"))), everyone[3..]);
});

both!(the_search_for_a_tree_and_a_kept_view_tell_no_score, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");
    let name = client.see(&format!("/candidates/{}", people[3].public_id)).page().text("h1");

    let found = client.post(&format!("{path}/find"), &[("tree", name.as_str()), ("order", "score")]);
    let kept = [("name", "Les meilleurs"), ("band", "A"), ("order", "score")];
    drop(client.post(&format!("{path}/views"), &kept).expect(303));

    lacks_signs(&client.follow(&found.expect(303)));
    let one = client.post(&format!("{path}/find"), &[("tree", name.as_str())]).expect(303);
    let one = client.follow(&one);
    lacks_signs(&one);
    assert_eq!(listed(&one), [people[3].public_id.to_string()]);
    let view = client.see(&path).page().attribute("ul.keep a", "href");
    let opened = client.see(&view);
    lacks_signs(&opened);
    assert_eq!(listed(&opened), Vec::<String>::new());
});

both!(a_score_appears_for_those_rated_and_for_nobody_else, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}");

    rate(&client, &people[1]);

    let page = client.see(&path);
    assert_eq!(page.page().all(".score").len(), 1);
    for sign in ["class=\"band\"", "Rangs", "rank-group"] {
        page.lacks(sign);
    }
    assert_eq!(listed(&page), in_random_order(h));
    assert_eq!(listed(&client.see(&format!("{path}?order=score"))), [people[1].public_id.to_string()]);
    let report = client.see(&format!("/candidates/{}", people[1].public_id));
    report.contains("class=\"figure\"");
    report.lacks("class=\"band\"");
    report.lacks("Rangs possibles");
    report.contains("il reste 3 candidatures");
});

both!(groups_and_ranks_come_back_once_everyone_is_rated, |h| {
    let (campaign, people) = campaign(h);
    let (client, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));

    people.iter().for_each(|person| rate(&client, person));

    let path = format!("/campaigns/{campaign}");
    let page = client.see(&path);
    page.contains("class=\"band\"");
    assert_eq!(page.page().all(".rank-row").len(), 4);
    client.see(&format!("/candidates/{}", people[0].public_id)).contains("Rangs possibles");
    lacks_signs(&other.see(&path));
});

both!(a_comparison_waits_for_a_rating_of_everyone_in_it, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    rate(&client, &people[0]);
    let path =
        format!("/campaigns/{campaign}/compare?with={}&with={}", people[0].public_id, people[3].public_id);

    let refused = client.get(&path).expect(422);

    lacks_signs(&refused);
    refused.contains("Notez d’abord, comparez ensuite");
    assert_eq!(h.database.count("audit_rows WHERE action = 'candidate_compared'"), 0);
    rate(&client, &people[3]);
    let compared = client.see(&path);
    compared.contains("class=\"figure\"");
    compared.lacks("class=\"band\"");
    compared.lacks("rangs possibles");
});

both!(no_export_leaves_while_somebody_is_unrated, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    people[..3].iter().for_each(|person| rate(&client, person));
    let mut paths = Vec::new();
    for format in ["csv", "excel-fr", "json", "xlsx"] {
        for shape in ["results", "wide", "long"] {
            paths.push(format!("/campaigns/{campaign}/export?format={format}&shape={shape}"));
        }
    }

    for path in &paths {
        let refused = client.get(path).expect(409);
        refused.contains("Notez d’abord, exportez ensuite");
        assert!(refused.header("content-disposition").is_none());
    }

    assert_eq!(h.database.count("audit_rows WHERE action = 'results_exported'"), 0);
    rate(&client, &people[3]);
    for path in &paths {
        drop(client.get(path).expect(200));
    }
});

both!(charts_and_the_share_that_follows_the_rank_wait_too, |h| {
    let (campaign, people) = campaign(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    people[..3].iter().for_each(|person| rate(&client, person));
    let overview = format!("/campaigns/{campaign}/overview");

    let page = client.see(&overview);

    page.contains("il vous reste 1 candidature");
    page.lacks("Médiane");
    page.lacks("Groupe A");
    assert!(!page.page().has("#scores ~ svg") && page.page().has("#funnel"));
    let decisions = client.see(&format!("/campaigns/{campaign}/decisions"));
    decisions.contains("il vous reste 1 candidature");
    decisions.contains("Qui a décidé se lit quand vous aurez noté tout le monde.");
    rate(&client, &people[3]);
    client.see(&overview).lacks("il vous reste");
});

both!(notes_and_decisions_of_others_wait_for_the_rating_even_un_blinded, |h| {
    let (campaign, people) = campaign(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    let path = format!("/candidates/{}", people[0].public_id);
    rate(&one, &people[0]);
    drop(one.post(&format!("{path}/notes"), &[("note", "Score remarquable, 81 points.")]).expect(303));
    let decision = [("code", "hold"), ("reason", "Très au-dessus des autres."), ("version", "1")];
    drop(one.post(&format!("{path}/decision"), &decision).expect(303));

    drop(other.post(&format!("{path}/unblind"), &[]).expect(303));

    let before = other.see(&path);
    before.lacks("81 points");
    before.lacks("Très au-dessus");
    let cells = other.see(&format!("/campaigns/{campaign}")).page().texts("tbody td").concat();
    assert!(!cells.contains("réserve"), "{cells}");
    rate(&other, &people[0]);
    let after = other.see(&path);
    after.contains("81 points");
    after.contains("Très au-dessus");
});

both!(the_audit_holds_no_rating, |h| {
    let (_, people) = campaign(h);

    rate(&h.sign_in(&h.user(Role::Recruiter)), &people[0]);

    let details = h.database.texts("SELECT detail FROM audit_rows WHERE action = 'answers_rated'");
    assert_eq!(details, [""]);
});

both!(other_weights_are_not_tried_before_everyone_is_rated, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    h.services.set_rating_first(&h.owner(), &campaign, true).unwrap();
    let page = h.sign_in(&h.user(Role::Recruiter)).see(&format!("/campaigns/{campaign}/weights"));

    page.contains("votre avis vient avant les scores");
    assert!(!page.text().contains("/candidates/") && !page.text().contains("id=\"outcome\""));
});
