//! `cargo xtask tidy`: what the style guide asks to look at and no compiler checks.
//! Two findings are faults and fail: work left without an issue number, and a module that does not say what it
//! owns. The others are advice for whoever reviews.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::process::capture;
use crate::rust_source::{Line, functions, lines};
use crate::workspace::Workspace;

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 4] = ["utils", "helpers", "common", "manager"];

/// Words for work left, in two halves so that this file does not find itself.
const WORK_LEFT: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Kinds of file looked at, beside Rust.
const OTHER_ENDINGS: [&str; 4] = [".css", ".sql", ".toml", ".sh"];

#[derive(Default)]
struct Findings {
    faults: Vec<String>,
    advice: Vec<String>,
}

/// Looks at every file that git knows or would add. Returns the advice, or fails with the faults too.
pub(crate) fn tidy(workspace: &Workspace) -> Outcome<String> {
    let list = capture(Command::new("git").current_dir(workspace.root()).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let is_looked_at =
        |path: &&str| path.ends_with(".rs") || OTHER_ENDINGS.iter().any(|ending| path.ends_with(ending));
    // A file that git still lists may have been deleted from the work tree.
    let sources: Vec<(&str, String)> = list
        .lines()
        .filter(is_looked_at)
        .filter_map(|path| Some((path, fs::read_to_string(workspace.root().join(path)).ok()?)))
        .collect();
    let test_only: BTreeSet<String> =
        sources.iter().flat_map(|(path, source)| test_modules(path, source)).collect();
    let mut findings = Findings::default();
    for (path, source) in &sources {
        if path.ends_with(".rs") {
            let is_test = test_only.contains(*path) || path.starts_with("tests/") || path.contains("/tests/");
            look_at_rust(path, source, is_test, &mut findings);
        } else {
            look_at_comments(path, source.lines(), &mut findings);
        }
    }
    let advice = format!("{}\n    {} to look at", findings.advice.join("\n"), findings.advice.len());
    if findings.faults.is_empty() {
        return Ok(advice.trim_start_matches('\n').to_owned());
    }
    Err(format!("{advice}\nfaults:\n{}", findings.faults.join("\n")))
}

/// Files of the modules that a file declares for its tests alone.
fn test_modules(path: &str, source: &str) -> Vec<String> {
    let folder = match path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    };
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter_map(|pair| match pair {
            ["#[cfg(test)]", declaration] => declaration.strip_suffix(';')?.split("mod ").nth(1),
            _ => None,
        })
        .map(|name| format!("{folder}/{name}.rs"))
        .collect()
}

fn look_at_rust(path: &str, source: &str, is_test: bool, findings: &mut Findings) {
    let lines = lines(source);
    look_at_comments(path, lines.iter().map(|line| line.comment.as_str()), findings);
    if !has_module_docs(source) {
        findings.faults.push(format!("    {path}:1: the module does not say what it owns (//!)"));
    }
    let length = source.lines().count();
    if length > LONGEST_FILE {
        findings.advice.push(format!("    {path}: {length} lines"));
    }
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if stem.is_some_and(|stem| stem.split(['_', '-']).any(|word| EMPTY_NAMES.contains(&word))) {
        findings.advice.push(format!("    {path}: the name does not say what the file holds"));
    }
    for function in functions(&lines).iter().filter(|function| function.length > LONGEST_FUNCTION) {
        findings
            .advice
            .push(format!("    {path}:{}: `{}` has {} lines", function.line, function.name, function.length));
    }
    if !is_test {
        findings.advice.extend(panics(&lines).map(|line| format!("    {path}:{line}: may panic")));
    }
}

/// Whether `//!` comes before any code.
fn has_module_docs(source: &str) -> bool {
    source
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("#!"))
        .is_some_and(|line| line.starts_with("//!"))
}

/// Lines outside the tests of a file that stop the program when they are wrong.
fn panics(lines: &[Line]) -> impl Iterator<Item = usize> {
    (1_usize..)
        .zip(lines)
        .take_while(|(_, line)| line.code.trim() != "#[cfg(test)]" || line.code.starts_with(' '))
        .filter(|(_, line)| line.code.contains(".unwrap()") || line.code.contains(".expect("))
        .map(|(number, _)| number)
}

fn look_at_comments<'a>(path: &str, comments: impl Iterator<Item = &'a str>, findings: &mut Findings) {
    for (number, comment) in (1_usize..).zip(comments) {
        if WORK_LEFT.iter().any(|word| is_unnumbered(comment, word)) {
            findings.faults.push(format!("    {path}:{number}: work left without an issue, (#123)"));
        }
    }
}

/// Whether the word stands in the comment without `(#123)` behind it.
fn is_unnumbered(comment: &str, word: &str) -> bool {
    let mut pieces = comment.split(word);
    let mut before = pieces.next().unwrap_or_default();
    pieces.any(|after| {
        let inside_a_word =
            before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        before = after;
        let number =
            after.strip_prefix("(#").and_then(|after| after.split_once(')')).map(|(number, _)| number);
        let is_numbered = number
            .is_some_and(|number| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()));
        !inside_a_word && !is_numbered
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: &str = WORK_LEFT[0];

    #[test]
    fn work_left_needs_the_number_of_an_issue() {
        assert!(!is_unnumbered(&format!("{WORD}(#12): later"), WORD));
        assert!(is_unnumbered(&format!("{WORD}: later"), WORD));
        assert!(is_unnumbered(&format!("{WORD}(#): later"), WORD));
        assert!(is_unnumbered(&format!("{WORD}(#1) and {WORD}"), WORD));
        assert!(!is_unnumbered("MASTODON", WORD));
    }

    #[test]
    fn module_docs_come_before_code() {
        assert!(has_module_docs("\n//! Owns it.\n"));
        assert!(has_module_docs("#![cfg(test)]\n//! Owns it.\n"));
        assert!(!has_module_docs("use a;\n//! Late.\n"));
        assert!(!has_module_docs(""));
    }

    #[test]
    fn tests_of_a_file_may_panic() {
        let lines = lines("fn a() { b().unwrap(); }\n// c.unwrap()\n#[cfg(test)]\nmod t { d.unwrap() }");

        assert_eq!(panics(&lines).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn modules_for_tests_alone_are_found() {
        let source = "mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod sample;\n";

        assert_eq!(test_modules("x/src/pack.rs", source), ["x/src/pack/tests.rs", "x/src/pack/sample.rs"]);
        assert_eq!(test_modules("x/src/lib.rs", "#[cfg(test)]\nmod tests;"), ["x/src/tests.rs"]);
    }

    #[test]
    fn a_module_without_docs_and_a_bad_name_are_found() {
        let mut findings = Findings::default();

        look_at_rust("src/http_helpers.rs", "fn a() {}\n", false, &mut findings);

        assert_eq!(findings.faults.len(), 1);
        assert_eq!(findings.advice, ["    src/http_helpers.rs: the name does not say what the file holds"]);
    }
}
