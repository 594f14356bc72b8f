//! `cargo xtask demo`: from a checkout to a running product with made-up people in it.
//! Builds what is missing and hands over to `egard demo`, which makes the secret, the database and the
//! demonstration organisation, and serves.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use lexopt::ValueExt;

use crate::Outcome;
use crate::process::{run, say};
use crate::site;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// What the command line may change.
pub(crate) struct Options {
    port: u16,
    database_url: Option<String>,
    fresh: bool,
}

impl Options {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Outcome<Self> {
        let mut options = Self { port: 3000, database_url: None, fresh: false };
        while let Some(argument) = parser.next().map_err(crate::explain)? {
            match argument {
                lexopt::Arg::Long("port") => {
                    options.port = parser.value().and_then(|value| value.parse()).map_err(crate::explain)?;
                }
                lexopt::Arg::Long("database-url") => {
                    let url = parser.value().and_then(ValueExt::string);
                    options.database_url = Some(url.map_err(crate::explain)?);
                }
                lexopt::Arg::Long("fresh") => options.fresh = true,
                other => return Err(crate::explain(other.unexpected())),
            }
        }
        Ok(options)
    }
}

/// Sets up and serves the demonstration until it is stopped.
pub(crate) fn demo(workspace: &Workspace, options: Options) -> Outcome<()> {
    is_free(options.port)?;
    let toolchain = Toolchain::find(workspace)?;
    say(&format!("Compiler: {}", toolchain.version()));
    let data = workspace.root().join("var/demo");
    if options.fresh && options.database_url.is_none() && data.exists() {
        say("Deleting the data of the last demonstration (var/demo)");
        fs::remove_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    }
    let site = site::build(workspace, &toolchain, &site::Options::default())?;
    say("Building the server");
    run(toolchain.cargo().args(["build", "--package", "egard-server", "--profile", "demo"]))?;

    say("Starting the demonstration; stop it with Ctrl-C");
    let mut server = Command::new(workspace.executable("demo"));
    server.current_dir(workspace.root()).arg("demo").args(["--port", &options.port.to_string()]);
    server.arg("--site").arg(site).arg("--data-dir").arg(data);
    if let Some(url) = &options.database_url {
        server.args(["--database-url", url]);
        if options.fresh {
            // A database that somebody named is emptied by the server alone, which refuses a real organisation.
            server.arg("--fresh");
        }
    }
    hand_over(server)
}

/// Says early that the address is taken, before anything is built.
fn is_free(port: u16) -> Outcome<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(e) => Err(format!("port {port} cannot be used ({e}); choose another with --port")),
    }
}

/// Becomes the server, so that it alone receives Ctrl-C and other signals.
#[cfg(unix)]
fn hand_over(mut server: Command) -> Outcome<()> {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(format!("cannot start `{}`: {error}", crate::process::line(&server)))
}

#[cfg(not(unix))]
fn hand_over(mut server: Command) -> Outcome<()> {
    run(&mut server)
}
