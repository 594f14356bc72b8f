//! A PostgreSQL server of a test's own, to be stopped and started again in the middle of the work.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folder::Folder;

/// A server with a cluster of its own; it is stopped when it goes out of scope.
pub struct Cluster {
    programs: PathBuf,
    folder: Folder,
    port: u16,
    is_running: bool,
}

impl Cluster {
    /// Makes a cluster and starts it.
    #[must_use]
    pub fn start() -> Self {
        let programs = std::env::var_os("EGARD_POSTGRES_PROGRAMS").map(PathBuf::from).unwrap_or_else(|| {
            panic!("EGARD_POSTGRES_PROGRAMS is not set: `cargo xtask test` sets it; by hand, tests/postgres.sh prints it")
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let mut cluster = Self { programs, folder: Folder::new("cluster"), port, is_running: false };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(cluster.folder.path()));
        }
        let data = cluster.data();
        let options = ["-U", "egard", "--auth=trust", "--encoding=UTF8", "--no-locale", "-D", &data];
        run(cluster.program("initdb").args(options));
        cluster.resume();
        cluster
    }

    /// The address of its first database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://egard@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it at once, as a crash would.
    pub fn stop(&mut self) {
        run(self.program("pg_ctl").args(["stop", "-w", "-m", "immediate", "-D", &self.data()]));
        self.is_running = false;
    }

    /// Starts it again.
    pub fn resume(&mut self) {
        let folder = self.folder.path().display().to_string();
        let options = format!("-k {folder} -h 127.0.0.1 -p {}", self.port);
        let log = format!("{folder}/log");
        run(self.program("pg_ctl").args(["start", "-w", "-D", &self.data(), "-l", &log, "-o", &options]));
        self.is_running = true;
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// A program of PostgreSQL, as the user postgres when we are root, which it refuses to run as.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.is_running {
            let mut stop = self.program("pg_ctl");
            let _ = stop.args(["stop", "-w", "-m", "immediate", "-D", &self.data()]).output();
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}

/// Runs a program to its end. Its output goes to files: a server that it leaves behind would keep a pipe open.
fn run(command: &mut Command) {
    let status = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();
    assert!(status.as_ref().is_ok_and(|status| status.success()), "{command:?}: {status:?}");
}
