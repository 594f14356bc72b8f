//! `egard content`: check a pack folder, and import it.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::form::{Coverage, Form, KeyBalance};
use domain::ids::OrganisationId;
use domain::pack::{Pack, PackFile, ParsedPack};
use services::packs::ImportOutcome;

use super::CliError;
use crate::assemble;
use crate::config::source::Source;

#[derive(Debug, Subcommand)]
pub(super) enum ContentCommand {
    /// Print every problem of a pack with its file and line, and what its forms cover.
    Check {
        /// Folder of the pack (the one with pack.toml).
        folder: PathBuf,
    },
    /// Check a pack and put it into the database. The same version with other content is refused.
    Import {
        /// Folder of the pack (the one with pack.toml).
        folder: PathBuf,
        /// Id of the organisation that alone may use it; without it every organisation of this instance may.
        #[arg(long)]
        organisation: Option<String>,
    },
}

pub(super) fn run(source: &Source, command: ContentCommand) -> Result<(), CliError> {
    match command {
        ContentCommand::Check { folder } => check(&folder).map(|_| ()),
        ContentCommand::Import { folder, organisation } => {
            let parsed = check(&folder)?;
            let config = super::parsed(source)?;
            let db = assemble::database(&config)?;
            store::migrate::run_pending(&db)?;
            let services = assemble::services(&config, db, false)?;
            let organisation = organisation
                .map(|id| OrganisationId::parse(&id))
                .transpose()
                .map_err(|error| CliError(format!("--organisation: {error}")))?;
            let done = services.import_pack(organisation.as_ref(), &parsed)?;
            println!("{}", words(done));
            Ok(())
        }
    }
}

fn words(done: ImportOutcome) -> &'static str {
    match done {
        ImportOutcome::PackAdded => "Imported the pack and its key.",
        ImportOutcome::KeyAdded => "The pack was there already; imported its new key.",
        ImportOutcome::NothingNew => "The pack and its key were there already, unchanged.",
    }
}

fn check(folder: &Path) -> Result<ParsedPack, CliError> {
    let files = read_folder(folder)
        .map_err(|error| CliError(format!("{} cannot be read: {error}", folder.display())))?;
    if files.is_empty() {
        return Err(CliError(format!("{} holds no .toml file", folder.display())));
    }
    let parsed = Pack::parse(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError(format!("{}\n{} problem(s) in {}", lines.join("\n"), lines.len(), folder.display()))
    })?;
    for warning in &parsed.warnings {
        println!("{warning}");
    }
    report(&parsed)?;
    Ok(parsed)
}

/// What the forms of a pack cover, as tables for a terminal.
fn report(parsed: &ParsedPack) -> Result<(), CliError> {
    let pack = &parsed.pack;
    println!(
        "Pack {} {}: {} scenarios, {} warning(s).",
        pack.id,
        pack.version,
        pack.scenarios.len(),
        parsed.warnings.len()
    );
    println!(
        "Key {} ({}, {} experts).",
        parsed.key.version,
        parsed.key.provenance.code(),
        parsed.key.n_experts
    );
    for definition in &pack.forms {
        let form = Form::resolve(pack, &definition.id).map_err(|error| CliError(error.to_string()))?;
        let coverage = Coverage::of(&form, pack);
        println!(
            "\nForm {} version {}: {} scored actions in {} scenarios, about {} min.",
            definition.id,
            definition.version,
            coverage.scored.actions,
            coverage.scored.scenarios,
            coverage.expected_seconds.div_ceil(60)
        );
        for (family, count) in &coverage.families {
            println!(
                "  {:<22} {:>3} actions in {:>2} scenarios",
                family.code(),
                count.actions,
                count.scenarios
            );
        }
        for (construct, count) in &coverage.constructs {
            println!(
                "  {:<22} {:>3} actions in {:>2} scenarios",
                construct.code(),
                count.actions,
                count.scenarios
            );
        }
        line("channels", coverage.channels.iter().map(|(code, n)| format!("{} {n}", code.code())));
        line("contexts", coverage.contexts.iter().map(|(code, n)| format!("{} {n}", code.code())));
        line("emotions", coverage.emotions.iter().map(|(code, n)| format!("{} {n}", code.code())));
        line("gaps", coverage.expectation_gaps.iter().map(|(code, n)| format!("{} {n}", code.code())));
        let balance = KeyBalance::of(&form, &parsed.key).map_err(|error| CliError(error.to_string()))?;
        line("key categories 1-4", balance.categories.iter().map(u32::to_string));
        line("score of always 1-4", balance.constant_scores.iter().map(|score| format!("{score:.1}")));
        println!("  {:<22} {:.1}", "chance level", balance.chance_level);
    }
    Ok(())
}

fn line(name: &str, values: impl Iterator<Item = String>) {
    println!("  {name:<22} {}", values.collect::<Vec<_>>().join(", "));
}

/// The TOML files below a folder, with their paths inside it.
fn read_folder(folder: &Path) -> std::io::Result<Vec<PackFile>> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<PackFile>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push(PackFile { path: inside, bytes: std::fs::read(&path)? });
        }
    }
    Ok(())
}
