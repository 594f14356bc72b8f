//! Long simulations of coverage, recovery and speed, with figures:
//! `cargo run --release -p psychometrics --example coverage -- [folder] [size]`.
//!
//! `folder` takes the SVG files (docs/figures by default); `size` multiplies the number of rounds (1 by
//! default, 0.1 for a quick look). Every number follows from fixed seeds but the times.

#![expect(clippy::unwrap_used, reason = "a simulation that cannot run must stop")]

mod intervals;
mod ranks;
mod recovery;
mod speed;
mod svg;

use std::path::{Path, PathBuf};
use std::time::Instant;

/// How often something held.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    label: String,
    hits: f64,
    rounds: f64,
}

impl Share {
    pub(crate) fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), hits: 0.0, rounds: 0.0 }
    }

    pub(crate) fn add(&mut self, held: bool) {
        self.rounds += 1.0;
        self.hits += if held { 1.0 } else { 0.0 };
    }

    pub(crate) fn value(&self) -> f64 {
        self.hits / self.rounds
    }

    /// Standard error of the share.
    pub(crate) fn error(&self) -> f64 {
        (self.value() * (1.0 - self.value()) / self.rounds).sqrt()
    }
}

pub(crate) fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

/// `n` rounds times the size asked for, 20 at least.
pub(crate) fn rounds(n: u32, size: f64) -> u64 {
    (1..=u64::from(n))
        .take_while(|round| {
            *round <= 20 || u32::try_from(*round).is_ok_and(|r| f64::from(r) <= size * f64::from(n))
        })
        .max()
        .unwrap()
}

fn print(title: &str, shares: &[Share]) {
    println!("\n{title}");
    for share in shares {
        let percent = 100.0 * share.value();
        println!(
            "  {:<58} {percent:6.2} % ± {:.2} ({} rounds)",
            share.label,
            196.0 * share.error(),
            share.rounds
        );
    }
}

fn write(folder: &Path, name: &str, svg: &str) {
    let path = folder.join(name);
    std::fs::write(&path, svg).unwrap();
    println!("  {} ({} bytes)", path.display(), svg.len());
}

/// Says on the error stream how long a part took, so that long runs are seen to move.
fn progress(part: &str, since: &mut Instant) {
    eprintln!("{part}: {:.1} s", since.elapsed().as_secs_f64());
    *since = Instant::now();
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "docs/figures".to_owned()));
    let size: f64 = arguments.next().map_or(1.0, |size| size.parse().unwrap());
    std::fs::create_dir_all(&folder).unwrap();

    let mut since = Instant::now();
    let found = ranks::coverage(size);
    progress("rank sets", &mut since);
    print(
        "Rank sets, 20 people, 95 % nominal (simultaneous: all sets at once; marginal: least covered person)",
        &found,
    );
    let title = "Coverage of 95 % rank sets";
    write(&folder, "psychometrics-rank-coverage.svg", &svg::dots(title, &found));

    let found = intervals::coverage(size);
    progress("intervals", &mut since);
    print("Intervals, 95 % nominal", &found);
    write(&folder, "psychometrics-interval-coverage.svg", &svg::dots("Coverage of 95 % intervals", &found));

    let found = recovery::recovery(size);
    progress("recovery", &mut since);
    recovery::print(&found);
    write(&folder, "psychometrics-recovery.svg", &recovery::figure(&found));

    speed::measure();
    progress("times", &mut since);
    speed::measure_a_million();
    progress("a million people", &mut since);
}
