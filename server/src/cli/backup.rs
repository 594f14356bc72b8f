//! `egard backup` and `egard restore` for SQLite; for PostgreSQL both say to use its own tools.
//!
//! A backup is the database, the heads of the audit chains and the ledger of erasures. A restore refuses without a
//! ledger, because it would bring back people who were erased after the backup.

use std::path::{Path, PathBuf};

use clap::Args;
use store::db::{Db, DbUrl, PoolSettings};

use super::CliError;
use crate::assemble;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// File to write; it must not exist. `<file>.audit.json` and `<file>.erasures.jsonl` are written beside it.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// File that `egard backup` wrote.
    file: PathBuf,
    /// Replace a database that exists.
    #[arg(long)]
    replace: bool,
}

const FOR_POSTGRES: &str =
    "this database is PostgreSQL: use pg_dump and pg_restore, and copy the ledger of erasures";

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn told(what: &Path, error: &std::io::Error) -> CliError {
    CliError(format!("{}: {error}", what.display()))
}

pub(super) fn back_up(config: &Config, args: &BackupArgs) -> Result<(), CliError> {
    if matches!(config.database, DbUrl::Postgres(_)) {
        return Err(CliError(FOR_POSTGRES.to_owned()));
    }
    if args.file.exists() {
        return Err(CliError(format!("{} exists already", args.file.display())));
    }
    let db = assemble::database(config)?;
    store::backup::copy_to(&db, &args.file)?;
    // The ledger is copied after the database: it may know more erasures than the copy, never fewer.
    let ledger = beside(&args.file, ".erasures.jsonl");
    if config.erasure_ledger.exists() {
        std::fs::copy(&config.erasure_ledger, &ledger)
            .map_err(|error| told(&config.erasure_ledger, &error))?;
    } else {
        std::fs::write(&ledger, "").map_err(|error| told(&ledger, &error))?;
    }
    let copy = open(&args.file)?;
    let services = assemble::services(config, copy, false)?;
    let heads = super::audit::heads(&services.verify_all_audits()?);
    let text = serde_json::to_string_pretty(&heads).map_err(|error| CliError(error.to_string()))?;
    let heads_file = beside(&args.file, ".audit.json");
    std::fs::write(&heads_file, text).map_err(|error| told(&heads_file, &error))?;
    println!("Wrote {}, its audit heads and its ledger of erasures.", args.file.display());
    println!("Keep the instance secrets ({}) apart from it.", config.secret_file.display());
    Ok(())
}

pub(super) fn restore(config: &Config, args: &RestoreArgs) -> Result<(), CliError> {
    let DbUrl::Sqlite(target) = &config.database else { return Err(CliError(FOR_POSTGRES.to_owned())) };
    let ledger_of_backup = beside(&args.file, ".erasures.jsonl");
    if !config.erasure_ledger.exists() && !ledger_of_backup.exists() {
        return Err(CliError(format!(
            "there is no ledger of erasures, neither at {} nor beside the backup: restoring could bring back people who \
             were erased. Put the ledger in place first.",
            config.erasure_ledger.display()
        )));
    }
    store::backup::check(&open(&args.file)?)?;
    if target.exists() {
        if !args.replace {
            return Err(CliError(format!(
                "{} exists: say --replace to put the backup in its place",
                target.display()
            )));
        }
        store::backup::settle(&assemble::database(config)?)
            .map_err(|error| CliError(format!("stop the server first: {error}")))?;
    }
    if !config.erasure_ledger.exists() {
        std::fs::copy(&ledger_of_backup, &config.erasure_ledger)
            .map_err(|error| told(&config.erasure_ledger, &error))?;
    }
    let fresh = beside(target, ".restoring");
    std::fs::copy(&args.file, &fresh).map_err(|error| told(&fresh, &error))?;
    for ending in ["-wal", "-shm"] {
        let leftover = beside(target, ending);
        if leftover.exists() {
            std::fs::remove_file(&leftover).map_err(|error| told(&leftover, &error))?;
        }
    }
    std::fs::rename(&fresh, target).map_err(|error| told(target, &error))?;
    let db = assemble::database(config)?;
    store::migrate::run_pending(&db)?;
    let services = assemble::services(config, db, false)?;
    let erased = super::erasures::replay(&services)?;
    println!("Restored {}; erased again {erased} person(s) of the ledger.", target.display());
    Ok(())
}

fn open(file: &Path) -> Result<Db, CliError> {
    if !file.exists() {
        return Err(CliError(format!("{} does not exist", file.display())));
    }
    Ok(Db::open(
        DbUrl::Sqlite(file.to_owned()),
        PoolSettings { max_connections: 2, ..PoolSettings::default() },
    )?)
}
