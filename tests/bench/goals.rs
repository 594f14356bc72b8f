//! The goals that were set before anything was built, with the ratio reached, and the products that people would take
//! instead, as measured on such a machine with their driver included, one rating a page.

use acceptance::database::Backend;

use crate::cell::{Measured, Path};
use crate::figures::{per_second, real};
use crate::pages::{AS_PDF, Goal};
use crate::report::{BackendReport, Report, mebibytes, name};
use crate::table::{Table, thousands};

/// Candidates at which the goals hold.
const AT: u32 = 64;

/// The goals and what was reached.
pub(crate) fn table(report: &Report) -> Table {
    let mut rows = Vec::new();
    for measured in &report.backends {
        rows.extend(of_backend(measured));
    }
    let head = vec!["goal", "set", "reached", "ratio", "met"];
    Table { title: format!("Goals, at {AT} candidates"), head, rows }
}

fn of_backend(measured: &BackendReport) -> Vec<Vec<String>> {
    let backend = name(measured.backend);
    let mut rows = Vec::new();
    if let Some(cell) = plain_cell(measured, Path::Form) {
        rows.push(at_least(format!("{backend}: form path, steps/s"), 3_000.0, rate(cell)));
        rows.push(at_most(format!("{backend}: form path, p99 ms"), 50.0, cell.steps.percentile_ms(99)));
    }
    if let Some(cell) = plain_cell(measured, Path::Save) {
        let saves = if measured.backend == Backend::Sqlite { 12_000.0 } else { 5_000.0 };
        rows.push(at_least(format!("{backend}: save path, steps/s"), saves, rate(cell)));
        rows.push(at_most(format!("{backend}: save path, p99 ms"), 20.0, cell.saves.percentile_ms(99)));
    }
    let largest = measured.pages.iter().filter_map(|page| match page.goal {
        Some(Goal::Ranking(people)) => Some(people),
        _ => None,
    });
    let largest = largest.max();
    for page in &measured.pages {
        let reached = page.times.percentile_ms(95);
        let set = match page.goal {
            Some(Goal::Ranking(people)) if Some(people) == largest => 100.0,
            Some(Goal::ReRank(people)) if Some(people) == largest => 150.0,
            Some(Goal::Export(people)) if Some(people) == largest => 10_000.0,
            Some(Goal::Report) => 50.0,
            _ => continue,
        };
        rows.push(at_most(format!("{backend}: {}, p95 ms", page.name), set, reached));
    }
    let peak_mb = mebibytes(measured.pages_peak_kib) * 1.048_576;
    rows.push(at_most(format!("{backend}: resident, peak of all pages and exports, MB"), 400.0, peak_mb));
    for page in measured.pages.iter().filter(|page| page.name.ends_with(AS_PDF)) {
        let reached = page.times.percentile_ms(95);
        rows.push(at_most(format!("{backend}: {}, p95 ms", page.name), 1_000.0, reached));
    }
    let peak = measured.cells.iter().map(|cell| cell.peak_kib).max();
    // 100 MB are 97,656 KiB; both sides in MB.
    rows.extend(peak.map(|kib| {
        at_most(format!("{backend}: resident, peak of all cells, MB"), 100.0, mebibytes(kib) * 1.048_576)
    }));
    rows
}

fn plain_cell(measured: &BackendReport, path: Path) -> Option<&Measured> {
    measured.cells.iter().find(|run| run.cell.path == path && run.cell.candidates == AT && !run.cell.gzip)
}

fn rate(measured: &Measured) -> f64 {
    let steps = if measured.cell.path == Path::Save { &measured.saves } else { &measured.steps };
    per_second(steps.count(), measured.elapsed)
}

fn at_least(goal: String, set: f64, reached: f64) -> Vec<String> {
    line(goal, format!("≥ {}", thousands(set)), thousands(reached), reached / set, reached >= set)
}

fn at_most(goal: String, set: f64, reached: f64) -> Vec<String> {
    line(goal, format!("< {set:.0}"), format!("{reached:.1}"), set / reached.max(0.001), reached < set)
}

/// A ratio above 1 is better than the goal, whichever way it points.
fn line(goal: String, set: String, reached: String, ratio: f64, is_met: bool) -> Vec<String> {
    vec![goal, set, reached, format!("{ratio:.2}"), if is_met { "yes" } else { "no" }.to_owned()]
}

/// What others do: answers a second, p99 in seconds at 64 candidates, kB of the first page, MiB.
const OTHERS: [(&str, f64, f64, f64, f64); 2] =
    [("oTree (SQLite; PostgreSQL: 29/s)", 38.0, 1.9, 344.0, 98.0), ("LimeSurvey", 18.0, 6.0, 1_330.0, 618.0)];

/// Egard beside the others.
pub(crate) fn beside_others(report: &Report) -> Table {
    let mut rows: Vec<Vec<String>> = OTHERS
        .iter()
        .map(|(name, answers, p99_s, first_kb, mib)| {
            vec![
                (*name).to_owned(),
                thousands(*answers),
                thousands(p99_s * 1_000.0),
                thousands(*first_kb),
                thousands(*mib),
                "1".to_owned(),
            ]
        })
        .collect();
    let first_kb = report
        .weight
        .as_ref()
        .map_or(0.0, |weight| real(weight.notice + weight.style + weight.others) / 1_000.0);
    for measured in &report.backends {
        for path in [Path::Form, Path::Save] {
            let Some(cell) = plain_cell(measured, path) else { continue };
            let answers = per_second(cell.answers, cell.elapsed);
            let times = if path == Path::Save { &cell.saves } else { &cell.steps };
            rows.push(vec![
                format!("Egard, {} path, {}", path.name(), name(measured.backend)),
                thousands(answers),
                format!("{:.1}", times.percentile_ms(99)),
                format!("{first_kb:.0}"),
                format!("{:.0}", mebibytes(cell.peak_kib)),
                format!("{:.0}", answers / OTHERS.first().map_or(1.0, |other| other.1)),
            ]);
        }
    }
    let head = vec!["product", "answers/s", "p99 ms", "first page kB", "peak MiB", "answers/s, times oTree"];
    Table { title: format!("Beside others, {AT} candidates"), head, rows }
}
