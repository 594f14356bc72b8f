//! Running other programs, and saying which one failed and how.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::Outcome;

/// Announces a step.
pub(crate) fn say(step: &str) {
    println!("==> {step}");
}

/// Runs a program on the terminal; any exit status but success is an error.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    succeed(command, status)
}

/// Runs a program and returns what it printed; its errors still go to the terminal.
pub(crate) fn capture(command: &mut Command) -> Outcome<String> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|e| cannot_start(command, &e))?;
    succeed(command, output.status)?;
    String::from_utf8(output.stdout).map_err(|_| format!("{}: its output is not text", line(command)))
}

/// What a program prints first, or nothing when it cannot be run. For questions such as `--version`.
pub(crate) fn first_line(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().map(str::to_owned)).flatten()
}

/// Runs a program, printing its lines as they come and handing each to `read`. Says whether it succeeded.
pub(crate) fn follow(command: &mut Command, mut read: impl FnMut(&str)) -> Outcome<bool> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|e| cannot_start(command, &e))?;
    if let Some(stdout) = child.stdout.take() {
        for text in BufReader::new(stdout).split(b'\n') {
            let text = text.map_err(|e| format!("{}: {e}", line(command)))?;
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            read(&text);
        }
    }
    let status = child.wait().map_err(|e| format!("{}: {e}", line(command)))?;
    Ok(status.success())
}

/// The first program of these names on PATH.
pub(crate) fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
    })
}

/// A command about as one would type it, for messages.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = program.file_name().into_iter().chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn succeed(command: &Command, status: ExitStatus) -> Outcome<()> {
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", line(command))) }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start `{}`: {error}", line(command))
}
