//! `egard content`: check a pack folder, try its forms, draw forms from it, and import it.

mod bank_figures;
mod build_forms;
mod check;
mod folder;
mod form_figures;
mod import;
mod personas;
mod tables;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::Subcommand;

use super::CliError;
use crate::config::source::Source;

#[derive(Debug, Subcommand)]
pub(super) enum ContentCommand {
    /// Print the content report of a pack, and every problem with its file and line.
    ///
    /// Coverage, reading, lengths, spread, near-duplicates, both languages, customers, dialogues, and what
    /// careless answers would earn. Fails on what the rules forbid; advice is a warning.
    Check {
        /// Folder of the pack (the one with pack.toml).
        folder: PathBuf,
        /// Also print a line for each scenario.
        #[arg(long)]
        each: bool,
    },
    /// Try simulated candidates who answer by a habit, and print what they would score on each form.
    Personas {
        /// Folder of the pack (the one with pack.toml).
        folder: PathBuf,
        #[command(flatten)]
        args: personas::PersonasArgs,
    },
    /// Draw parallel forms from the blueprint of a pack, and print what was balanced and the TOML.
    BuildForms {
        /// Folder of the pack (the one with pack.toml).
        folder: PathBuf,
        #[command(flatten)]
        args: build_forms::BuildFormsArgs,
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

pub(super) fn run(source: &Source, command: &ContentCommand) -> Result<(), CliError> {
    match command {
        ContentCommand::Check { folder, each } => check::run(folder, *each),
        ContentCommand::Personas { folder, args } => personas::run(folder, args),
        ContentCommand::BuildForms { folder, args } => build_forms::run(folder, args),
        ContentCommand::Import { folder, organisation } => {
            import::run(source, folder, organisation.as_deref())
        }
    }
}
