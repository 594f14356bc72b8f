//! `egard content check`: the content report of a pack, its problems, and whether it keeps the rules.

use std::path::Path;

use domain::content::rules::findings;
use domain::form::Form;
use domain::pack::ParsedPack;
use domain::pack::problem::Severity;

use super::{bank_figures, folder, form_figures};
use crate::cli::{CliError, terminal};

/// Prints the report; fails when the pack cannot be read or breaks a rule that forbids it.
pub(super) fn run(folder: &Path, each: bool) -> Result<(), CliError> {
    let parsed = folder::parse(folder)?;
    let problems = problems(&parsed);
    terminal::print(&format!("{}{}", figures(&parsed, each)?, problems.text))?;
    if problems.errors == 0 {
        return Ok(());
    }
    Err(CliError(format!("{} limit(s) are not kept in {}", problems.errors, folder.display())))
}

/// What the rules say of a pack.
pub(super) struct Problems {
    /// One line each, and their numbers.
    pub(super) text: String,
    /// How many forbid it.
    pub(super) errors: usize,
}

/// The advice within files, then what the rules say of the whole pack.
pub(super) fn problems(parsed: &ParsedPack) -> Problems {
    let findings = findings(parsed);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = parsed.warnings.len() + findings.len() - errors;
    let within = parsed.warnings.iter().map(ToString::to_string);
    let lines: Vec<String> = within.chain(findings.iter().map(ToString::to_string)).collect();
    let blank = if lines.is_empty() { "" } else { "\n" };
    Problems {
        text: format!("{}{blank}{errors} error(s), {warnings} warning(s).\n", lines.join("\n")),
        errors,
    }
}

/// The figures of the bank and of each form.
pub(super) fn figures(parsed: &ParsedPack, each: bool) -> Result<String, CliError> {
    let mut sections = bank_figures::sections(parsed);
    if each {
        sections.push(bank_figures::scenarios(parsed));
    }
    for definition in &parsed.pack.forms {
        let form =
            Form::resolve(&parsed.pack, &definition.id).map_err(|error| CliError(error.to_string()))?;
        sections.push(form_figures::section(parsed, &form)?);
    }
    Ok(sections.iter().map(|section| format!("{section}\n\n")).collect())
}
