//! `cargo xtask test`: every check and test of the project, stopping at the first stage that fails.
//! Whatever happens, the last line is `N passed, M failed`; a test that was skipped counts as a failure of
//! the whole, because nothing may go unseen.

mod counts;
mod environment;

use std::ffi::OsString;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::process::{follow, run, say};
use crate::site;
use crate::test::counts::Counts;
use crate::test::environment::Environment;
use crate::toolchain::Toolchain;
use crate::workspace::{ACCEPTANCE, PRODUCT, Workspace};
use crate::{Outcome, licences, tidy};

/// Stages that need no running product.
const CHECKS: [&str; 5] = ["format", "clippy", "licences", "tidy", "unit"];

/// What the command line may change.
pub(crate) struct Options {
    /// Stages and acceptance tests to run; all when empty.
    only: Vec<String>,
    /// For the test programs, for instance a part of a test's name.
    arguments: Vec<OsString>,
}

impl Options {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Outcome<Self> {
        let mut options = Self { only: Vec::new(), arguments: Vec::new() };
        while let Some(argument) = parser.next().map_err(crate::explain)? {
            match argument {
                lexopt::Arg::Long("only") => {
                    let names = parser.value().map_err(crate::explain)?;
                    options.only.extend(names.to_string_lossy().split(',').map(str::to_owned));
                }
                lexopt::Arg::Value(value) => options.arguments.push(value),
                other => return Err(crate::explain(other.unexpected())),
            }
        }
        Ok(options)
    }

    fn wants(&self, stage: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == stage)
    }

    /// The acceptance tests asked for by name. None asked for and no stage either means all.
    fn acceptance(&self) -> Vec<&str> {
        self.only.iter().map(String::as_str).filter(|name| !CHECKS.contains(name)).collect()
    }

    fn wants_acceptance(&self) -> bool {
        self.only.is_empty() || !self.acceptance().is_empty()
    }
}

/// Runs the stages and prints the counts.
pub(crate) fn test(workspace: &Workspace, options: Options) -> Outcome<ExitCode> {
    let mut report = Report::default();
    let outcome = stages(workspace, &options, &mut report);
    Ok(report.conclude(outcome))
}

fn stages(workspace: &Workspace, options: &Options, report: &mut Report) -> Outcome<()> {
    let toolchain = report.stage("prerequisites", |_| {
        environment::check_names(workspace, &options.acceptance())?;
        environment::prepare(workspace, options.wants_acceptance(), options.wants("unit"))
    })?;
    if options.wants("format") {
        report.stage("format", |_| run(toolchain.cargo().args(["fmt", "--all", "--check"])))?;
    }
    if options.wants("tidy") {
        report.stage("tidy", |_| tidy::tidy(workspace).map(|text| println!("{text}")))?;
    }
    if options.wants("licences") {
        report.stage("licences", |_| licences::check(workspace).map(|text| println!("{text}")))?;
    }
    if options.wants("clippy") {
        report.stage("clippy", |_| clippy(&toolchain))?;
    }
    let mut environment = Environment::default();
    if options.wants("unit") || options.wants_acceptance() {
        report.stage("postgresql", |_| environment.start_postgres())?;
    }
    if options.wants("unit") {
        report.stage("unit", |counts| unit(&toolchain, &environment, options, counts))?;
    }
    if options.wants_acceptance() {
        report.stage("site", |_| {
            // The weight budget counts what everybody can build, so without wasm-opt.
            let plain = site::Options { wasm_opt: false, ..site::Options::default() };
            environment.site = Some(site::build(workspace, &toolchain, &plain)?);
            Ok(())
        })?;
        report.stage("server", |_| {
            run(toolchain.cargo().args(["build", "--package", "egard-server"]))?;
            environment.server = Some(workspace.executable("debug"));
            environment.find_browser(workspace)
        })?;
        report.stage("acceptance", |counts| acceptance(&toolchain, &environment, options, counts))?;
    }
    Ok(())
}

fn clippy(toolchain: &Toolchain) -> Outcome<()> {
    let mut host = toolchain.cargo();
    host.args(["clippy", "--all-targets"]);
    for package in PRODUCT.iter().chain([&ACCEPTANCE, &"xtask"]) {
        host.args(["--package", package]);
    }
    run(host.args(["--", "-D", "warnings"]))?;
    let mut browser = toolchain.cargo_for_wasm("clippy");
    browser.args(["--package", "egard-wasm", "--package", "egard-app", "--features", "egard-app/hydrate"]);
    run(browser.args(["--", "-D", "warnings"]))
}

/// Tests that sit beside the code, documentation examples included.
fn unit(
    toolchain: &Toolchain,
    environment: &Environment,
    options: &Options,
    counts: &mut Counts,
) -> Outcome<()> {
    let mut product = toolchain.cargo();
    product.args(["test", "--no-fail-fast"]);
    for package in PRODUCT {
        product.args(["--package", package]);
    }
    environment.hand_to(&mut product);
    cargo_test(&mut product, options, counts)?;
    // Apart, so that it shares what `cargo xtask` itself was built from.
    let mut xtask = toolchain.cargo();
    xtask.args(["test", "--package", "xtask"]);
    cargo_test(&mut xtask, options, counts)
}

/// Tests from outside, over HTTP and in a browser.
fn acceptance(
    toolchain: &Toolchain,
    environment: &Environment,
    options: &Options,
    counts: &mut Counts,
) -> Outcome<()> {
    let mut command = toolchain.cargo();
    command.args(["test", "--no-fail-fast", "--package", ACCEPTANCE]);
    for name in options.acceptance() {
        command.args(["--test", name]);
    }
    environment.hand_to(&mut command);
    let before = counts.total();
    cargo_test(&mut command, options, counts)?;
    if counts.total() == before {
        return Err("no acceptance test ran".to_owned());
    }
    Ok(())
}

fn cargo_test(command: &mut Command, options: &Options, counts: &mut Counts) -> Outcome<()> {
    command.arg("--").args(&options.arguments);
    let succeeded = follow(command, |line| counts.read(line))?;
    if succeeded { Ok(()) } else { Err("tests failed, or did not compile".to_owned()) }
}

/// What happened so far.
#[derive(Default)]
struct Report {
    counts: Counts,
    times: Vec<(&'static str, Duration)>,
}

impl Report {
    /// Runs one stage and notes its time.
    fn stage<T>(&mut self, name: &'static str, work: impl FnOnce(&mut Counts) -> Outcome<T>) -> Outcome<T> {
        say(&format!("[{name}]"));
        let start = Instant::now();
        let outcome = work(&mut self.counts).map_err(|message| format!("stage {name}: {message}"));
        self.times.push((name, start.elapsed()));
        outcome
    }

    /// Prints the times, what failed, and the line that machines read.
    fn conclude(mut self, outcome: Outcome<()>) -> ExitCode {
        println!("\n==> Times");
        for (name, time) in &self.times {
            println!("    {name:<14} {:>7.1} s", time.as_secs_f64());
        }
        let total: Duration = self.times.iter().map(|(_, time)| *time).sum();
        println!("    {:<14} {:>7.1} s", "all", total.as_secs_f64());
        if let Err(message) = &outcome {
            println!("\n{message}");
            self.counts.note_failed_stage();
        }
        println!("\n{}", self.counts);
        if outcome.is_ok() && self.counts.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
