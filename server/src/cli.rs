//! The subcommands: what each is called, and the one place where they report to the terminal.

mod admin;
mod audit;
mod backup;
mod content;
mod demo;
mod erasures;
mod serve;
mod terminal;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::analyze::{self, AnalyzeCommand, AnalyzeError};
use crate::assemble::{self, AssembleError};
use crate::config::Config;
use crate::config::source::Source;

/// Egard: scenario tests for customer-service jobs, and an honest ranking.
///
/// Settings come from a TOML file (--config, or EGARD_CONFIG) and from EGARD_* variables, which win.
/// `egard config check` lists them all.
#[derive(Debug, Parser)]
#[command(name = "egard", version, max_term_width = 100)]
struct Cli {
    /// TOML file with settings.
    #[arg(long, global = true, env = "EGARD_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database when needed, then serve the product.
    Serve,
    /// Bring the database to the newest schema and end.
    Migrate,
    /// Make a demonstration organisation with simulated candidates, then serve it.
    Demo(demo::DemoArgs),
    /// Organisations, people and secrets.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Check, try, draw from and import content packs.
    #[command(subcommand)]
    Content(content::ContentCommand),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Read and verify the audit.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Recompute every score, interval and rank of a campaign, and fail when one differs from what is stored.
    Verify(verify::VerifyArgs),
    /// Statistics of the measurement engine on a CSV file: items, scores, groups, raters.
    #[command(subcommand, after_help = analyze::EXAMPLES)]
    Analyze(AnalyzeCommand),
    /// Copy the SQLite database, while it is in use, to a new file.
    Backup(backup::BackupArgs),
    /// Put a backup in place of the SQLite database; the server must be stopped.
    Restore(backup::RestoreArgs),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print every setting with its value, secrets hidden, and every problem at once.
    Check,
}

/// Why a subcommand failed; the text is for the terminal.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct CliError(String);

impl From<AssembleError> for CliError {
    fn from(error: AssembleError) -> Self {
        Self(error.0)
    }
}

impl From<AnalyzeError> for CliError {
    fn from(error: AnalyzeError) -> Self {
        Self(error.to_string())
    }
}

impl From<services::error::ServiceError> for CliError {
    fn from(error: services::error::ServiceError) -> Self {
        use services::error::ServiceError;
        Self(match error {
            ServiceError::Invalid(fields) => {
                let list: Vec<String> =
                    fields.iter().map(|field| format!("{}: {}", field.field, field.code)).collect();
                list.join("; ")
            }
            ServiceError::Unavailable(cause) => format!("the database is not available: {cause}"),
            ServiceError::Broken { context, source } => match source {
                Some(source) => format!("{context}: {source}"),
                None => context,
            },
            other => other.to_string(),
        })
    }
}

impl From<store::error::StoreError> for CliError {
    fn from(error: store::error::StoreError) -> Self {
        Self(match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        })
    }
}

/// Runs the subcommand that the command line names.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("egard: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), CliError> {
    let source = Source::read(cli.config.as_deref());
    match cli.command {
        Command::Config(ConfigCommand::Check) => {
            print!("{}", source.listing());
            parsed(&source)?;
            println!("\nNo problem found.");
            Ok(())
        }
        Command::Demo(args) => demo::run(source, &args),
        Command::Serve => serve::run(&parsed(&source)?),
        Command::Migrate => migrate(&parsed(&source)?),
        Command::Admin(command) => admin::run(&parsed(&source)?, command),
        Command::Content(command) => content::run(&source, &command),
        Command::Audit(command) => audit::run(&parsed(&source)?, &command),
        Command::Verify(args) => verify::run(&parsed(&source)?, &args),
        Command::Analyze(command) => terminal::print(&analyze::run(&command)?),
        Command::Backup(args) => backup::back_up(&parsed(&source)?, &args),
        Command::Restore(args) => backup::restore(&parsed(&source)?, &args),
    }
}

/// Parses the settings, or tells every problem.
fn parsed(source: &Source) -> Result<Config, CliError> {
    Config::parse(source).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("  {}: {}", problem.name, problem.text)).collect();
        CliError(format!("the configuration has {} problem(s):\n{}", problems.len(), lines.join("\n")))
    })
}

fn migrate(config: &Config) -> Result<(), CliError> {
    let db = assemble::database(config)?;
    let names = store::migrate::run_pending(&db)?;
    if names.is_empty() {
        println!("The database is up to date.");
    }
    for name in names {
        println!("Ran {name}.");
    }
    Ok(())
}
