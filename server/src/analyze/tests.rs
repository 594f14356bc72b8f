//! Every procedure on the data it simulates, and what it says of data that do not suit.

use clap::Parser;
use serde_json::Value;

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    command: AnalyzeCommand,
}

fn analyzed(line: &str) -> Result<String, AnalyzeError> {
    let words = std::iter::once("egard").chain(line.split(' '));
    run(&Line::try_parse_from(words).unwrap().command)
}

/// A file of its own for each test, removed at the end.
struct File(PathBuf);

impl File {
    fn of(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("egard-analyze-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn simulated(name: &str, kind: &str) -> Self {
        Self::of(name, &analyzed(&format!("simulate {kind}")).unwrap())
    }

    fn path(&self) -> std::path::Display<'_> {
        self.0.display()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

fn json(line: &str) -> Value {
    serde_json::from_str(&analyzed(&format!("{line} --json")).unwrap()).unwrap()
}

#[test]
fn items_of_simulated_answers_are_described_and_calibrated() {
    let file = File::simulated("items.csv", "answers");
    let path = file.path();

    let classical = json(&format!("ctt --data {path} --ignore group"));
    let graded = json(&format!("grm --data {path} --ignore group"));
    let partial = analyzed(&format!("gpcm --data {path} --ignore group")).unwrap();

    assert!(classical["reliability"][0]["value"].as_f64().unwrap() > 0.75);
    assert_eq!(classical["items"].as_array().unwrap().len(), 12);
    assert_eq!(graded["items"].as_array().unwrap().len(), 36);
    assert!(graded["items"][0]["slope_se"].as_f64().unwrap() > 0.0);
    assert!(partial.contains("log-likelihood") && partial.contains("item_12"));
    let two = analyzed(&format!("2pl --data {path} --ignore group")).unwrap_err();
    assert!(two.to_string().contains("categories"), "{two}");
}

#[test]
fn the_planted_item_functions_differently() {
    let file = File::simulated("dif.csv", "answers");

    let found = json(&format!("dif --data {} --focal b", file.path()));

    for item in found["logistic"].as_array().unwrap() {
        assert_eq!(item["class"] != "negligible", item["item"] == "item_05", "{item}");
    }
    assert_eq!(found["mantel"][4]["class"], "CC");
    let wrong = analyzed(&format!("dif --data {} --focal z", file.path())).unwrap_err();
    assert!(wrong.to_string().contains("there are a, b"));
}

#[test]
fn selection_rates_have_a_benchmark_and_a_verdict() {
    let file = File::simulated("impact.csv", "selection");

    let found = json(&format!("impact --data {}", file.path()));

    let verdicts: Vec<&str> =
        found["groups"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["benchmark", "adverse impact indicated"]);
    assert!(found["notes"][0].as_str().unwrap().starts_with("60 people of unknown group"));
    let missing = analyzed(&format!("impact --data {} --outcome hired", file.path())).unwrap_err();
    assert!(missing.to_string().contains("no column \"hired\""), "{missing}");
    let scores = File::of("scores.csv", "group,score\na,1\na,5\nb,2\nb,9\n");
    let median = analyzed(&format!("impact --data {} --outcome score", scores.path())).unwrap();
    assert!(median.contains("strictly above the median of the full sample, 3.5"));
}

#[test]
fn raters_and_panels_are_judged() {
    let (ratings, panel) = (File::simulated("icc.csv", "ratings"), File::simulated("panel.csv", "panel"));

    let icc = json(&format!("icc --data {}", ratings.path()));
    let found = json(&format!("panel --data {}", panel.path()));

    assert_eq!(icc["icc"][1]["form"], "ICC(2,1)");
    assert!(icc["icc"][1]["value"].as_f64().unwrap() > 0.6);
    let dropped = |row: &&Value| !row["drop_reasons"].as_str().unwrap().is_empty();
    let options = found["options"].as_array().unwrap();
    let names: Vec<&Value> = options.iter().filter(dropped).map(|row| &row["option"]).collect();
    assert_eq!(names, ["s3_4", "s6_4"]);
}

#[test]
fn agreement_and_ranks_have_intervals() {
    let (ratings, people) =
        (File::simulated("kripp.csv", "ratings"), File::simulated("ranks.csv", "estimates"));

    let alpha = json(&format!("kripp --data {}", ratings.path()));
    let kappa = json(&format!("kappa --data {}", ratings.path()));
    let ranks = json(&format!("ranks --data {}", people.path()));

    let ordinal = &alpha["kripp"][1];
    assert!(ordinal["low_95"].as_f64().unwrap() < ordinal["alpha"].as_f64().unwrap());
    assert_eq!((kappa["kappa"].as_array().unwrap().len(), &kappa["kappa"][0]["n"]), (6, &Value::from(40)));
    let rows = ranks["people"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["rank"]), (30, &Value::from(1)));
    for row in rows {
        let number = |name: &str| row[name].as_u64().unwrap();
        assert!(number("best_all_95") <= number("best_95") && number("best_95") <= number("rank"), "{row}");
        assert!(
            number("rank") <= number("worst_95") && number("worst_95") <= number("worst_all_95"),
            "{row}"
        );
    }
    let missing = analyzed(&format!("ranks --data {}", ratings.path())).unwrap_err();
    assert!(missing.to_string().contains("no column \"estimate\""));
}

#[test]
fn people_are_scored_by_either_kind_of_key() {
    let (key, actions) =
        (File::simulated("key.toml", "key"), File::simulated("rated.csv", "ratings-of-actions"));
    let (bank, levels) = (
        File::simulated("bank.toml", "bank"),
        File::of("levels.csv", "person,item_01,item_02\nx,3,3\ny,0,0\nz,,\n"),
    );

    let points = json(&format!("score --data {} --key {}", actions.path(), key.path()));
    let theta = json(&format!("score --data {} --key {}", levels.path(), bank.path()));
    let adaptive = json(&format!("cat-sim --key {} --people 50", bank.path()));

    assert!(
        points["people"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| (0.0..=100.0).contains(&p["x"].as_f64().unwrap()))
    );
    let eap = |row: usize| theta["people"][row]["eap"].as_f64().unwrap();
    assert!(eap(0) > eap(2) && eap(2) > eap(1) && theta["people"][2]["wle"].is_null());
    assert!(adaptive["precision"][0]["rmse"].as_f64().unwrap() < 0.6);
    let both = File::of("both.toml", "[key]\na = 1\n[items.b]\nslope = 1\nthresholds = [0]\n");
    let refused = analyzed(&format!("score --data {} --key {}", levels.path(), both.path())).unwrap_err();
    assert!(refused.to_string().contains("not both"), "{refused}");
    let unknown = analyzed(&format!("score --data {} --key {}", levels.path(), key.path())).unwrap_err();
    assert_eq!(unknown.to_string(), "column \"item_01\" is not in the key (see --ignore)");
}

#[test]
fn a_file_that_is_not_there_or_not_utf8_is_named() {
    let latin = std::env::temp_dir().join(format!("egard-analyze-{}-latin.csv", std::process::id()));
    std::fs::write(&latin, b"a,b\n1,2\n\xe9,1\n").unwrap();

    let found = analyzed(&format!("ctt --data {}", latin.display())).unwrap_err().to_string();
    std::fs::remove_file(&latin).unwrap();

    assert!(found.contains("line 3 is not UTF-8"), "{found}");
    assert!(analyzed("ctt --data /nowhere/x.csv").unwrap_err().to_string().starts_with("/nowhere/x.csv: "));
}
