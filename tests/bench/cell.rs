//! One cell: so many connections for so many seconds on one path, and what it cost.

use std::cell::Cell as Shared;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::process::Server;
use tokio::task::LocalSet;

use crate::Outcome;
use crate::candidate::{Course, Log, Visitor};
use crate::figures::{self, Latencies};
use crate::prepare::{People, Stage};
use crate::wire::Connection;

/// How answers reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Every step a post, a redirect, a page.
    Form,
    /// The island's calls alone, one rating each.
    Save,
    /// Both, as a browser with scripts: each rating saved when given, each scenario left by its form.
    Both,
}

impl Path {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Save => "save",
            Self::Both => "both",
        }
    }
}

/// What to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) path: Path,
    /// Connections, each with one candidate at a time.
    pub(crate) candidates: u32,
    pub(crate) seconds: u32,
    /// Whether answers are asked for compressed.
    pub(crate) gzip: bool,
}

impl Cell {
    /// People to prepare: more than can be served in the time.
    pub(crate) fn people(&self) -> usize {
        let a_second = if self.candidates < 4 { 150 } else { 450 };
        usize::try_from(self.seconds).unwrap_or(60) * a_second
    }
}

/// What a cell has shown.
pub(crate) struct Measured {
    pub(crate) cell: Cell,
    pub(crate) elapsed: Duration,
    /// Steps by forms.
    pub(crate) steps: Latencies,
    /// Save calls.
    pub(crate) saves: Latencies,
    pub(crate) answers: usize,
    pub(crate) requests: u64,
    /// Assessments begun and ended within the cell.
    pub(crate) finished: u64,
    /// Processor time of the server, of PostgreSQL, and of this driver.
    pub(crate) server_cpu: Duration,
    pub(crate) database_cpu: Option<Duration>,
    pub(crate) driver_cpu: Duration,
    /// Most memory resident in the server during the cell, KiB.
    pub(crate) peak_kib: u64,
}

/// A cell with what each connection saw.
pub(crate) struct Run {
    pub(crate) measured: Measured,
    pub(crate) logs: Vec<Log>,
}

/// One whole assessment by each way, so that nothing measured is the first of its kind.
pub(crate) fn warm_up(server: &Server, course: &Arc<Course>, people: &People) -> Outcome<()> {
    let cell = Cell { path: Path::Form, candidates: 1, seconds: 10, gzip: false };
    drive(server, course, &cell, people).map(drop)
}

/// Runs a cell.
pub(crate) fn run(
    server: &Server,
    stage: &Stage,
    course: &Arc<Course>,
    cell: &Cell,
    people: &People,
) -> Outcome<Run> {
    figures::forget_peak(server.pid())?;
    let sessions = stage.database_processes();
    let before =
        (figures::cpu(server.pid())?, figures::cpu_of_all(&sessions), figures::cpu(std::process::id())?);
    let (logs, elapsed) = drive(server, course, cell, people)?;
    let after =
        (figures::cpu(server.pid())?, figures::cpu_of_all(&sessions), figures::cpu(std::process::id())?);
    let all = |pick: fn(&Log) -> &Vec<Duration>| {
        Latencies::of(logs.iter().flat_map(|log| pick(log).iter().copied()))
    };
    let measured = Measured {
        cell: *cell,
        elapsed,
        steps: all(|log| &log.steps),
        saves: all(|log| &log.saves),
        answers: logs.iter().map(|log| log.acknowledged.len()).sum(),
        requests: logs.iter().map(|log| log.requests).sum(),
        finished: logs.iter().map(|log| log.finished).sum(),
        server_cpu: after.0.saturating_sub(before.0),
        database_cpu: (!sessions.is_empty()).then(|| after.1.saturating_sub(before.1)),
        driver_cpu: after.2.saturating_sub(before.2),
        peak_kib: figures::peak_kib(server.pid())?,
    };
    Ok(Run { measured, logs })
}

/// Opens the connections, then lets all of them work at once; how long it took until the last step was over.
fn drive(
    server: &Server,
    course: &Arc<Course>,
    cell: &Cell,
    people: &People,
) -> Outcome<(Vec<Log>, Duration)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (address, people) = (server.address(), Rc::new(people.waiting.clone()));
    let next = Rc::new(Shared::new(0_usize));
    let working = async {
        let mut visitors = Vec::new();
        for _ in 0..cell.candidates {
            let connection = Connection::open(address).await?;
            visitors.push(Visitor::new(connection, &address.to_string(), Arc::clone(course), cell.gzip));
        }
        let began = Instant::now();
        let until = began + Duration::from_secs(u64::from(cell.seconds));
        let tasks: Vec<_> = visitors
            .into_iter()
            .map(|mut visitor| {
                visitor.stop_at(until);
                let (people, next, path) = (Rc::clone(&people), Rc::clone(&next), cell.path);
                tokio::task::spawn_local(async move {
                    let mut queue = std::iter::from_fn(|| {
                        let number = next.replace(next.get() + 1);
                        people.get(number).map(|prepared| (number, Arc::clone(prepared)))
                    });
                    visitor
                        .work(path, &mut queue)
                        .await
                        .map(|()| visitor.log)
                        .map_err(|error| error.to_string())
                })
            })
            .collect();
        let mut logs = Vec::new();
        for task in tasks {
            logs.push(task.await??);
        }
        let ended = logs.iter().filter_map(|log| log.ended).max().unwrap_or(began);
        Ok((logs, ended.saturating_duration_since(began)))
    };
    let patience = Duration::from_secs(u64::from(cell.seconds) + 60);
    let bounded = async { tokio::time::timeout(patience, working).await };
    LocalSet::new().block_on(&runtime, bounded).map_err(|_| "a cell did not end")?
}
