//! The real executable as a process of its own, for what needs one: killing it, stopping it, measuring it.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::folder::Folder;

/// How long a server may take to migrate and listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `egard serve`. It is killed when it goes out of scope.
pub struct Server {
    child: Child,
    address: SocketAddr,
    starts: u32,
    settings: Vec<(String, String)>,
    folder: Folder,
}

impl Server {
    /// Starts the executable on a database; `settings` are variables on top of what tests need.
    ///
    /// # Panics
    /// When it does not become ready, with what it logged.
    pub fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new("process");
        let address = free_address();
        let own = |name: &str, value: String| (name.to_owned(), value);
        let mut all = vec![
            own("EGARD_DATABASE_URL", database_url.to_owned()),
            own("EGARD_DATA_DIR", folder.path().display().to_string()),
            own("EGARD_LISTEN", address.to_string()),
            own("EGARD_SECRETS", crate::secret_line().trim().to_owned()),
            own("EGARD_LOG", "warn".to_owned()),
            own("EGARD_LOG_FORMAT", "text".to_owned()),
        ];
        if let Some(site) = std::env::var_os("EGARD_SITE") {
            all.push(own("EGARD_SITE_DIR", site.to_string_lossy().into_owned()));
        }
        all.extend(settings.iter().map(|(name, value)| own(name, (*value).to_owned())));
        let child = spawn(&all, &folder, 0);
        let mut server = Self { child, address, starts: 0, settings: all, folder };
        server.wait_until_ready();
        server
    }

    /// Where it listens; the same after a restart.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A visitor of it.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Kills it at once (SIGKILL), as a power cut would.
    ///
    /// # Panics
    /// When there is nothing to kill.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("a killed process");
    }

    /// Asks it to stop (SIGTERM) and waits until it has; whether it ended well.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn stop(&mut self) -> bool {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(asked.success(), "the server could not be asked to stop");
        self.child.wait().expect("a stopped process").success()
    }

    /// Starts it again on the same database and address.
    pub fn restart(&mut self) {
        self.starts += 1;
        self.child = spawn(&self.settings, &self.folder, self.starts);
        self.wait_until_ready();
    }

    /// What it logged since the last start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(&self.folder, self.starts)).unwrap_or_default()
    }

    fn wait_until_ready(&mut self) {
        let began = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("egard serve ended with {status}:\n{}", self.log());
            }
            let asked = self.client().request("GET", "/health/ready").try_send();
            if asked.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "egard serve does not become ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what egard serve logged:\n{}", self.log());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a subcommand of the executable to its end, and returns its status, output and errors.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let output = command(settings.iter().map(|(name, value)| (*name, *value)))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the executable");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn spawn(settings: &[(String, String)], folder: &Folder, start: u32) -> Child {
    let log = File::create(log_file(folder, start)).expect("a log file");
    command(settings.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log file"))
        .stderr(log)
        .spawn()
        .expect("the executable")
}

/// The executable with these settings and no others: variables of the tests themselves begin with EGARD_ too.
fn command<'a>(settings: impl Iterator<Item = (&'a str, &'a str)>) -> Command {
    let program = std::env::var_os("EGARD_BIN").map(PathBuf::from).unwrap_or_else(|| {
        panic!(
            "EGARD_BIN is not set: `cargo xtask test` sets it; by hand, `cargo build -p egard-server` and \
            export EGARD_BIN=$PWD/target/debug/egard"
        )
    });
    let mut command = Command::new(program);
    command.env_clear().envs(settings);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

fn log_file(folder: &Folder, start: u32) -> PathBuf {
    folder.path().join(format!("log-{start}"))
}

/// An address that is free now. Another process may take it in between; the server then says so and the test fails.
fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port")
}
