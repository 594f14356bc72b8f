//! A PostgreSQL of our own for tests and measurements: a new cluster in a temporary folder, on loopback and a
//! free port, gone with the process that asked for it.
//! The server is the child of a small shell script that ends it when its input closes, which happens however
//! this process ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::hash;
use crate::prerequisites::{Need, is_root};
use crate::process::find_on_path;

/// Makes and runs the cluster. Arguments: folder of the programs, port, settings. First line of input: the password,
/// which a list of processes would show as an argument.
/// SIGINT from the terminal is ignored: the script ends the server itself, after the tests have let go.
const SCRIPT: &str = r#"
set -eu
trap '' INT
programs=$1; port=$2
shift 2
read -r password
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/egard-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
printf '%s\n' "$password" > "$folder/password"
"$programs/initdb" --pgdata="$folder/data" --username=egard --pwfile="$folder/password" \
  --auth=scram-sha-256 --encoding=UTF8 --no-locale > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
"$programs/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" -c max_connections=300 "$@" \
  >> "$folder/log" 2>&1 < /dev/null &
server=$!
until grep -q '^ready' "$folder/data/postmaster.pid" 2> /dev/null; do
  kill -0 "$server" 2> /dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.1
done
echo ready
read -r end || true
# An immediate stop: the data is deleted next, and sessions of tests that hang must not delay it.
kill -QUIT "$server" 2> /dev/null || true
wait "$server" || true
"#;

/// What to install.
pub(crate) const NEED: Need = Need {
    package: "postgresql",
    what: "PostgreSQL 13 or later, with initdb",
    is_here: || programs().is_some(),
};

/// What a commit waits for.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// The disk, as in production.
    Full,
    /// Nothing. Tests end the product in the middle of its work, never the machine.
    None,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Full => &[],
            Self::None => &["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
        }
    }
}

/// A running server.
pub(crate) struct Postgres {
    keeper: Child,
    url: String,
    programs: PathBuf,
}

impl Postgres {
    /// Makes a new cluster and waits until it answers.
    pub(crate) fn start(durability: Durability) -> Outcome<Self> {
        let programs = programs().ok_or("PostgreSQL's initdb is not here")?;
        let port = free_port()?;
        let password = password()?;
        let mut command = shell()?;
        command.arg(SCRIPT).arg("egard-postgres").arg(&programs).arg(port.to_string());
        command.args(durability.settings());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command.spawn().map_err(|e| format!("cannot start PostgreSQL: {e}"))?;
        if let Some(stdin) = &mut keeper.stdin {
            writeln!(stdin, "{password}").map_err(|e| format!("cannot start PostgreSQL: {e}"))?;
        }
        let mut printed = String::new();
        if let Some(stdout) = keeper.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            while stdout.read_line(&mut printed).is_ok_and(|length| length > 0) {
                if printed.ends_with("ready\n") {
                    let url = format!("postgres://egard:{password}@127.0.0.1:{port}/postgres");
                    return Ok(Self { keeper, url, programs });
                }
            }
        }
        let _ = keeper.wait();
        Err(format!("PostgreSQL did not start:\n{printed}"))
    }

    /// Where a superuser connects; each test makes its own database there.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its programs, for tests that start and stop a server of their own.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The folder of PostgreSQL's programs: on PATH, or where Debian keeps them, the newest first.
pub(crate) fn programs() -> Option<PathBuf> {
    let is_whole = |programs: &Path| ["initdb", "postgres"].iter().all(|name| programs.join(name).is_file());
    let on_path = find_on_path(&["initdb"]).and_then(|initdb| initdb.parent().map(Path::to_path_buf));
    if on_path.as_deref().is_some_and(is_whole) {
        return on_path;
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let folder = entry.ok()?;
            let version = folder.file_name().to_string_lossy().parse().ok()?;
            let programs = folder.path().join("bin");
            is_whole(&programs).then_some((version, programs))
        })
        .collect();
    folders.sort();
    folders.pop().map(|(_, programs)| programs)
}

/// `sh -c`, as the user postgres when we are root, because initdb refuses root.
fn shell() -> Outcome<Command> {
    if !is_root() {
        let mut command = Command::new("sh");
        command.arg("-c");
        return Ok(command);
    }
    if find_on_path(&["runuser"]).is_none() {
        return Err("PostgreSQL refuses to run as root, and runuser (util-linux) is not here".to_owned());
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh", "-c"]);
    Ok(command)
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| format!("no free port: {e}"))?;
    listener.local_addr().map(|address| address.port()).map_err(|e| format!("no free port: {e}"))
}

/// A password that another user of this machine cannot guess while the tests run.
fn password() -> Outcome<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|e| format!("/dev/urandom: {e}"))?;
    Ok(hash::hex(&bytes))
}
