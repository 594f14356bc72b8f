//! `cargo xtask bench`: builds the release server and lets the bench program of the package `acceptance`
//! measure it, with a PostgreSQL of its own.

use std::ffi::OsString;

use crate::Outcome;
use crate::postgres::{self, Postgres};
use crate::prerequisites::{Need, ensure};
use crate::process::{run, say};
use crate::site;
use crate::toolchain::Toolchain;
use crate::workspace::{ACCEPTANCE, Workspace};

/// Builds and measures; the arguments go to the bench program as they are.
pub(crate) fn bench(workspace: &Workspace, arguments: Vec<OsString>) -> Outcome<()> {
    ensure(&[Need {
        package: "postgresql",
        what: "PostgreSQL 13 or later, with initdb",
        is_here: || postgres::programs().is_some(),
    }])?;
    let toolchain = Toolchain::find(workspace)?;
    let site = site::build(workspace, &toolchain, &site::Options::default())?;
    say("Building the server for release");
    run(toolchain.cargo().args(["build", "--release", "--package", "egard-server"]))?;
    say("Building the bench program");
    let program = ["--release", "--package", ACCEPTANCE, "--bin", "bench"];
    run(toolchain.cargo().arg("build").args(program))?;
    say("Starting PostgreSQL");
    let postgres = Postgres::start()?;
    say("Measuring");
    run(toolchain
        .cargo()
        .args(["run", "--quiet"])
        .args(program)
        .arg("--")
        .args(arguments)
        .env("EGARD_BIN", workspace.executable("release"))
        .env("EGARD_SITE", site)
        .env("EGARD_TEST_POSTGRES_URL", postgres.url())
        .env("EGARD_POSTGRES_PROGRAMS", postgres.programs()))
}
