//! The export of results.

use acceptance::{Harness, both};
use domain::role::Role;

/// The cells of a file, without its mark; no cell of these tests holds a separator.
fn cells(text: &str, separator: char) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split("\r\n")
        .filter(|line| !line.is_empty())
        .map(|line| line.split(separator).map(|cell| cell.trim_matches('"').to_owned()).collect())
        .collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let index = rows[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("no column {name}"));
    rows[1..].iter().map(|row| row[index].clone()).collect()
}

fn ranked(h: &Harness) -> acceptance::fixtures::Attempt {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 2);
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    attempt
}

both!(everyone_is_exported_with_versions_and_without_names, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let answer = client.see(&format!("/campaigns/{}/export?dialect=intl", attempt.invited.campaign));

    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = answer.header("content-disposition").unwrap_or_default();
    assert!(name.starts_with("attachment; filename=\"egard-recrutement-vetiver-"), "{name}");
    assert!(name.ends_with("-v1-results-intl.csv\""), "{name}");
    let text = answer.text();
    let rows = cells(&text, ',');
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.len() == services::export::COLUMNS.len()));
    assert!(column(&rows, "candidate_id").contains(&attempt.public_id.to_string()));
    assert_eq!(column(&rows, "key_provenance"), ["authors", "authors"]);
    assert_eq!(column(&rows, "is_pilot"), ["true", "true"]);
    assert_eq!(column(&rows, "is_demonstration"), ["false", "false"]);
    assert_eq!(column(&rows, "ranking_version"), ["1", "1"]);
    assert!(column(&rows, "score_0_100").iter().all(|score| score.contains('.')));
    for name in ["name", "email", "started_at", "finished_at"] {
        assert_eq!(column(&rows, name), ["", ""], "{name}");
    }
    assert!(!text.contains("Fuxia"));
    assert_eq!(h.database.count("audit_rows WHERE action = 'results_exported'"), 1);
});

both!(excel_in_french_gets_its_mark_its_separator_and_its_comma, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Owner));

    let answer = client.see(&format!("/campaigns/{}/export?dialect=excel-fr", attempt.invited.campaign));

    assert_eq!(answer.bytes()[..3], [0xef, 0xbb, 0xbf]);
    let rows = cells(&answer.text(), ';');
    assert!(column(&rows, "score_0_100").iter().all(|score| score.contains(',') && !score.contains('.')));
});

both!(a_name_appears_for_who_may_know_it_and_never_as_a_formula, |h| {
    let attempt = ranked(h);
    h.database.execute(&format!(
        "UPDATE invitations SET name = '=HYPERLINK(1)' WHERE id = '{}'",
        attempt.invited.id
    ));
    let user = h.user(Role::Recruiter);
    let client = h.sign_in(&user);
    client.post(&format!("/candidates/{}/unblind", attempt.public_id), &[]);
    let path = format!("/campaigns/{}/export", attempt.invited.campaign);

    let rows = cells(&client.see(&path).text(), ',');
    let others = cells(&h.sign_in(&h.user(Role::Recruiter)).see(&path).text(), ',');

    let mut names = column(&rows, "name");
    names.sort();
    assert_eq!(names, ["", "'=HYPERLINK(1)"]);
    let started = column(&rows, "started_at").concat();
    assert!(started.starts_with("2026-03-02T10:00:00+01:00"), "{started}");
    assert_eq!(column(&others, "name"), ["", ""]);
});

both!(an_empty_campaign_exports_its_heads_alone, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let answer = client.see(&format!("/campaigns/{campaign}/export"));

    assert_eq!(cells(&answer.text(), ',').len(), 1);
    client.get(&format!("/campaigns/{campaign}/export?dialect=xlsx")).expect(400);
    client.get(&format!("/campaigns/{campaign}/export?format=ods")).expect(400);
    client.get(&format!("/campaigns/{campaign}/export?shape=tall")).expect(400);
    let json = client.see(&format!("/campaigns/{campaign}/export?format=json")).json();
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(0));
});

both!(an_export_goes_on_beyond_its_chunks, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 2);
    crate::crowd::crowd(h, &campaign, 1_199, |index, _, score| {
        score.score = Some(f64::from(u32::try_from(index % 80).unwrap()));
    });
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let rows = cells(&client.see(&format!("/campaigns/{campaign}/export")).text(), ',');

    let mut ids = column(&rows, "candidate_id");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1_200);
});

both!(json_holds_numbers_notes_and_no_names, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let answer = client.see(&format!("/campaigns/{}/export?format=json", attempt.invited.campaign));

    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let told = answer.json();
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row["score_0_100"].is_f64() && row["name"].is_null()));
    assert!(rows.iter().all(|row| row["rank_low"] == 1 && row["rank_high"] == 2));
    assert_eq!(told["notes"]["ranking_method"], "rank_sets");
    assert_eq!(told["notes"]["is_pilot"], true);
    let hash = h.database.texts("SELECT hash FROM preregistrations").remove(0);
    assert_eq!(told["notes"]["preregistration_sha256"], hash);
    assert!(!answer.text().contains("Fuxia"));
});

both!(a_row_an_answer_and_a_column_an_answer_say_the_same, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{}/export?format=json", attempt.invited.campaign);

    let long = client.see(&format!("{path}&shape=long")).json();
    let wide = client.see(&format!("{path}&shape=wide")).json();

    let long = long["rows"].as_array().unwrap().clone();
    let wide = wide["rows"].as_array().unwrap().clone();
    assert_eq!(wide.len(), 2);
    let stored = h.database.count("response_events");
    assert!(long.len() > 60, "{}", long.len());
    assert!(i64::try_from(long.len()).unwrap() <= stored);
    for row in &long {
        let column = format!(
            "s{}.{}.{}",
            row["scenario_number"],
            row["scenario_id"].as_str().unwrap(),
            row["answer_id"].as_str().unwrap()
        );
        let person = wide.iter().find(|person| person["candidate_id"] == row["candidate_id"]).unwrap();
        assert_eq!(person[&column], row["value"], "{column}");
    }
    assert!(long.iter().all(|row| row.get("points").is_none() && row.get("key").is_none()));
});

both!(a_workbook_opens_with_its_sheets_its_frozen_head_and_typed_cells, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let answer = client.see(&format!("/campaigns/{}/export?format=xlsx", attempt.invited.campaign));

    let name = answer.header("content-disposition").unwrap_or_default();
    assert!(name.ends_with("-v1-results.xlsx\""), "{name}");
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes())).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut book.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let names = part("xl/workbook.xml");
    assert!(names.contains("name=\"results\"") && names.contains("name=\"notes\""), "{names}");
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("state=\"frozen\""));
    assert!(sheet.contains("<row r=\"3\"") && !sheet.contains("<row r=\"4\""));
    assert!(sheet.contains("score_0_100") && !sheet.contains("<f>"), "no cell is a formula");
    let score =
        h.database.texts("SELECT CAST(score AS TEXT) FROM ranking_rows ORDER BY row_number").remove(0);
    let whole = score.split('.').next().unwrap();
    assert!(sheet.contains(&format!("<v>{whole}")), "the score {score} is a number");
    assert!(part("xl/worksheets/sheet2.xml").contains("preregistration_sha256"));
});

both!(a_stranger_exports_nothing_in_any_format, |h| {
    let attempt = ranked(h);
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));

    for format in ["csv", "json", "xlsx"] {
        let path = format!("/campaigns/{}/export?format={format}", attempt.invited.campaign);
        stranger.get(&path).expect(404);
        h.sign_in(&h.user(Role::Auditor)).get(&path).expect(404);
    }
    assert_eq!(h.database.count("audit_rows WHERE action = 'results_exported'"), 0);
});
