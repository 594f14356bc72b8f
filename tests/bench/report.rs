//! What is printed: the tables of a run, the goals with the ratio reached, and what others do on such a machine.

use acceptance::database::Backend;

use crate::bare::Bare;
use crate::ceilings::Commits;
use crate::cell::{Measured, Path};
use crate::figures::{Latencies, per_second, real};
use crate::goals;
use crate::machine::Machine;
use crate::pages::PageTime;
use crate::table::{Table, thousands};
use crate::weight::Weight;

/// A whole run.
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) seconds: u32,
    pub(crate) bare: Bare,
    pub(crate) flushes: f64,
    pub(crate) backends: Vec<BackendReport>,
    pub(crate) weight: Option<Weight>,
}

/// One kind of database.
pub(crate) struct BackendReport {
    pub(crate) backend: Backend,
    pub(crate) commits: Commits,
    pub(crate) cells: Vec<Measured>,
    pub(crate) pages: Vec<PageTime>,
    /// The most that the server held in memory while single pages were asked for.
    pub(crate) pages_peak_kib: u64,
}

/// The name of a database.
pub(crate) const fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}

impl Report {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let tables: Vec<String> = self.tables().iter().map(Table::text).collect();
        format!("{}\n\n{}", self.measured_on(), tables.join("\n"))
    }

    /// For docs/performance.md.
    pub(crate) fn markdown(&self) -> String {
        let tables: Vec<String> = self.tables().iter().map(Table::markdown).collect();
        format!("{}\n\n{}", self.measured_on(), tables.join("\n"))
    }

    fn measured_on(&self) -> String {
        format!(
            "Measured with the driver on the same machine, {} s a cell: {}.",
            self.seconds,
            self.machine.line()
        )
    }

    fn tables(&self) -> Vec<Table> {
        let mut tables = vec![goals::table(self), goals::beside_others(self), self.ceilings()];
        tables.extend(self.backends.iter().map(cells));
        tables.push(self.pages());
        tables.extend(self.weight.as_ref().map(weights));
        tables
    }

    fn ceilings(&self) -> Table {
        let row = |what: String, rate: String, note: String| vec![what, rate, note];
        let took = |times: &Latencies| format!("p99 {:.1} ms", times.percentile_ms(99));
        let mut rows = vec![
            row("flushes of 4 KiB to the disk".to_owned(), thousands(self.flushes), String::new()),
            row(
                "bare actix: requests of 2 bytes, 64 connections".to_owned(),
                thousands(self.bare.requests.a_second),
                took(&self.bare.requests.times),
            ),
            row(
                "bare actix: post, redirect, page of 16 KiB".to_owned(),
                thousands(self.bare.steps.a_second),
                took(&self.bare.steps.times),
            ),
        ];
        for measured in &self.backends {
            let backend = name(measured.backend);
            let commits = &measured.commits;
            rows.push(row(
                format!("{backend}: answers, one a commit"),
                thousands(commits.single),
                String::new(),
            ));
            rows.push(row(
                format!("{backend}: answers, 64 a commit"),
                thousands(commits.grouped),
                String::new(),
            ));
        }
        Table { title: "Ceilings of this machine".to_owned(), head: vec!["what", "a second", ""], rows }
    }

    fn pages(&self) -> Table {
        let mut rows = Vec::new();
        for measured in &self.backends {
            for page in &measured.pages {
                let times = &page.times;
                let mut row = vec![format!("{}: {}", name(measured.backend), page.name)];
                row.extend([50, 95, 99].map(|in_100| format!("{:.2}", times.percentile_ms(in_100))));
                row.extend([format!("{:.1}", real(page.bytes) / 1_000.0), times.count().to_string()]);
                rows.push(row);
            }
        }
        let head = vec!["page", "p50 ms", "p95 ms", "p99 ms", "kB, plain", "requests"];
        Table { title: "Single pages, one request after the other".to_owned(), head, rows }
    }
}

/// The columns of a cell.
const CELL: [&str; 13] = [
    "path",
    "candidates",
    "steps/s",
    "answers/s",
    "requests/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "server CPU µs/answer",
    "database CPU µs/answer",
    "driver CPU",
    "peak MiB",
    "finished",
];

fn cells(measured: &BackendReport) -> Table {
    let title = format!("{}: candidates through the assessment", name(measured.backend));
    Table { title, head: CELL.to_vec(), rows: measured.cells.iter().flat_map(cell_rows).collect() }
}

/// A line about a cell that has just ended.
pub(crate) fn cell_line(backend: Backend, measured: &Measured) -> String {
    let rows = cell_rows(measured);
    let lines = rows.iter().map(|row| {
        let fields = CELL.iter().zip(row).skip(1).map(|(name, value)| format!("{name} {value}"));
        format!(
            "{}: {}: {}",
            name(backend),
            row.first().map_or("", String::as_str),
            fields.collect::<Vec<_>>().join(", ")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One row per kind of step in the cell.
fn cell_rows(measured: &Measured) -> Vec<Vec<String>> {
    let path = measured.cell.path;
    let mut kinds = Vec::new();
    if path != Path::Save {
        kinds.push((if path == Path::Both { "both: pages" } else { "form" }, &measured.steps));
    }
    if path != Path::Form {
        kinds.push((if path == Path::Both { "both: saves" } else { "save" }, &measured.saves));
    }
    kinds.into_iter().map(|(kind, times)| cell_row(measured, kind, times)).collect()
}

fn cell_row(measured: &Measured, kind: &str, times: &Latencies) -> Vec<String> {
    let elapsed = measured.elapsed;
    let an_answer = |spent: std::time::Duration| {
        format!("{:.0}", spent.as_secs_f64() * 1e6 / real(measured.answers.max(1)))
    };
    let mut row = vec![
        if measured.cell.gzip { format!("{kind}, gzip") } else { kind.to_owned() },
        measured.cell.candidates.to_string(),
        thousands(per_second(times.count(), elapsed)),
        thousands(per_second(measured.answers, elapsed)),
        thousands(per_second(usize::try_from(measured.requests).unwrap_or(0), elapsed)),
    ];
    row.extend([50, 95, 99].map(|in_100| format!("{:.1}", times.percentile_ms(in_100))));
    row.extend([
        an_answer(measured.server_cpu),
        measured.database_cpu.map_or_else(|| "–".to_owned(), an_answer),
        format!("{:.0} %", 100.0 * measured.driver_cpu.as_secs_f64() / elapsed.as_secs_f64().max(0.001)),
        format!("{:.0}", mebibytes(measured.peak_kib)),
        measured.finished.to_string(),
    ]);
    row
}

/// KiB as MiB.
pub(crate) fn mebibytes(kib: u64) -> f64 {
    u32::try_from(kib).map_or(f64::from(u32::MAX), f64::from) / 1_024.0
}

fn weights(weight: &Weight) -> Table {
    let row = |what: &str, bytes: usize| vec![what.to_owned(), format!("{:.1}", real(bytes) / 1_000.0)];
    let rows = vec![
        row("notice, HTML, gzip", weight.notice),
        row("scenario, HTML, gzip", weight.scenario),
        row("scenario, HTML, plain", weight.scenario_plain),
        row("style sheet, gzip", weight.style),
        row("style sheet, plain", weight.style_plain),
        row("icons and others, gzip", weight.others),
        row("island: scripts and wasm, gzip", weight.island),
        row("scenario, HTML and CSS, gzip (budget 40)", weight.budgeted()),
    ];
    Table { title: "Weight of a candidate's pages".to_owned(), head: vec!["what", "kB"], rows }
}
