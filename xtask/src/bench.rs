//! `cargo xtask bench`: builds the release server and lets the bench program of the package `acceptance`
//! measure it, with a PostgreSQL of its own.

mod psychometrics;

use std::ffi::OsString;
use std::process::Command;

use crate::Outcome;
use crate::postgres::{self, Durability, Postgres};
use crate::prerequisites::ensure;
use crate::process::{run, say};
use crate::release::release;
use crate::toolchain::Toolchain;
use crate::workspace::{ACCEPTANCE, Workspace};

/// Builds and measures; the arguments go to the bench program as they are. With the word `psychometrics`
/// first, the measurement engine alone is measured.
pub(crate) fn bench(workspace: &Workspace, mut arguments: Vec<OsString>) -> Outcome<()> {
    // `cargo xtask bench -- --seconds 3` reads as well as without the dashes.
    if arguments.first().is_some_and(|word| word == "--") {
        arguments.remove(0);
    }
    if let Some((word, rest)) = arguments.split_first()
        && word == "psychometrics"
    {
        return psychometrics::bench(workspace, rest);
    }
    ensure(&[postgres::NEED])?;
    let toolchain = Toolchain::find(workspace)?;
    let executable = release(workspace, &toolchain)?;
    let site = workspace.target().join("site");
    say("Building the bench program");
    let mut build = toolchain.cargo();
    build.args(["build", "--release", "--package", ACCEPTANCE, "--bin", "bench"]);
    // As for the server: with another value its package would be built again.
    run(build.env("EGARD_EMBED_SITE", &site))?;
    say("Starting PostgreSQL");
    let postgres = Postgres::start(Durability::Full)?;
    say("Measuring");
    run(Command::new(executable.with_file_name(format!("bench{}", std::env::consts::EXE_SUFFIX)))
        .current_dir(workspace.root())
        .args(arguments)
        .env("EGARD_BIN", &executable)
        .env("EGARD_SITE", site)
        .env("EGARD_TEST_POSTGRES_URL", postgres.url())
        .env("EGARD_POSTGRES_PROGRAMS", postgres.programs()))
}
