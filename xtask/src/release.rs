//! `cargo xtask release`: one executable that carries the site and the public pack, for production.

use std::path::PathBuf;

use crate::Outcome;
use crate::process::{run, say};
use crate::site;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Builds target/release/egard and returns its path.
pub(crate) fn release(workspace: &Workspace, toolchain: &Toolchain) -> Outcome<PathBuf> {
    let site = site::build(workspace, toolchain, &site::Options::default())?;
    say("Building the server for release");
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--release", "--package", "egard-server"]).env("EGARD_EMBED_SITE", site);
    run(&mut cargo)?;
    let executable = workspace.executable("release");
    println!("    {}", executable.display());
    Ok(executable)
}
