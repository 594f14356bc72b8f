//! `bench`: measures the release server on this machine, with the driver beside it. Run it by `cargo xtask bench`.
//!
//! It drives candidates through whole assessments over keep-alive connections to 127.0.0.1, on SQLite and on
//! PostgreSQL, next to ceilings measured in the same run: commits through the store crate, a bare actix server, flushes
//! of a file. After each cell it compares what the database holds with what was acknowledged, and fails on any
//! difference.

mod arguments;
mod bare;
mod candidate;
mod ceilings;
mod cell;
mod copies;
mod figures;
mod goals;
mod machine;
mod pages;
mod prepare;
mod ranking;
mod report;
mod table;
mod verify;
mod weight;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;

use acceptance::database::Backend;
use acceptance::process::Server;

use crate::arguments::Arguments;
use crate::candidate::Course;
use crate::cell::{Cell, Path};
use crate::prepare::Stage;
use crate::report::{BackendReport, Report};

/// Whatever stops a measurement.
pub(crate) type Fault = Box<dyn std::error::Error>;

/// A result of the bench.
pub(crate) type Outcome<T> = Result<T, Fault>;

fn main() -> ExitCode {
    let result = match Arguments::parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) if arguments.is_bare_server => bare::serve(),
        Ok(Some(arguments)) => bench(&arguments),
        Ok(None) => {
            println!("{}", arguments::HELP);
            Ok(())
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &Arguments) -> Outcome<()> {
    let machine = machine::describe();
    eprintln!("{}", machine.line());
    eprintln!("ceilings without a database");
    let bare = bare::measure(arguments.seconds)?;
    let flushes = ceilings::flushes_per_second(arguments.seconds.min(2))?;
    let mut report =
        Report { machine, seconds: arguments.seconds, bare, flushes, backends: Vec::new(), weight: None };
    for backend in &arguments.backends {
        let (measured, weight) = measure(*backend, arguments)?;
        report.backends.push(measured);
        report.weight = report.weight.or(Some(weight));
    }
    println!("{}", report.text());
    if arguments.markdown {
        println!("{}", report.markdown());
    }
    Ok(())
}

/// Everything that is measured on one kind of database.
fn measure(backend: Backend, arguments: &Arguments) -> Outcome<(BackendReport, weight::Weight)> {
    eprintln!("{backend:?}: preparing");
    let stage = Stage::make(backend)?;
    let form = stage.form()?;
    let course = Arc::new(Course::of(&form)?);
    let commits = ceilings::commits(&stage, arguments.seconds.min(2))?;
    let rankings =
        arguments.people.iter().map(|people| ranking::fill(&stage, *people)).collect::<Outcome<Vec<_>>>()?;
    let mut cells = Vec::new();
    for plan in plans(arguments) {
        let people = stage.candidates(plan.people(), plan.path == Path::Save)?;
        cells.push((plan, people));
    }
    stage.cancel_mails();
    let server = start(stage.url());
    eprintln!("{backend:?}: the server is process {}", server.pid());
    let warm = stage.candidates(1, false)?;
    stage.cancel_mails();
    cell::warm_up(&server, &course, &warm)?;
    let mut measured = Vec::new();
    for (plan, people) in cells {
        let run = cell::run(&server, &stage, &course, &plan, &people)?;
        verify::holds_exactly(&stage, &people, &run.logs)?;
        eprintln!("{}", report::cell_line(backend, &run.measured));
        measured.push(run.measured);
    }
    figures::forget_peak(server.pid())?;
    let pages = pages::measure(&server, &stage, &course, &rankings)?;
    let pages_peak_kib = figures::peak_kib(server.pid())?;
    let weight = weight::weigh(&server, &stage, &course)?;
    Ok((BackendReport { backend, commits, cells: measured, pages, pages_peak_kib }, weight))
}

/// The cells in the order measured.
fn plans(arguments: &Arguments) -> Vec<Cell> {
    let seconds = arguments.seconds;
    let cell = |path, candidates, gzip| Cell { path, candidates, seconds, gzip };
    let mut plans = Vec::new();
    for path in [Path::Form, Path::Save] {
        plans.extend(arguments.candidates.iter().map(|candidates| cell(path, *candidates, false)));
    }
    // What browsers do: with scripts both at once, and pages compressed.
    plans.extend([cell(Path::Form, 64, true), cell(Path::Both, 64, true)]);
    plans.retain(|plan| arguments.paths.contains(&plan.path));
    plans
}

/// The server with the settings that it has by default, logs included.
fn start(url: &str) -> Server {
    Server::start(url, &[("EGARD_LOG", "info"), ("EGARD_LOG_FORMAT", "json")])
}
