//! `cargo xtask bench psychometrics`: the measurement engine beside the package `mirt` of PyPI, in one run,
//! on the same simulated tables and the same cores.
//!
//! Processor time stands beside wall time, so that ratios hold on a machine with other work.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Outcome;
use crate::process::{capture, first_line, run, say};
use crate::workspace::Workspace;

/// The peer, with its version: another one would move the goals.
const PEER: &str = "mirt==1.2.0";

/// Its driver.
const DRIVER: &str = include_str!("mirt_speed.py");

/// What one program measured: task, then what, then the number.
type Figures = BTreeMap<String, BTreeMap<String, f64>>;

/// One line of the table.
struct Goal {
    task: &'static str,
    label: &'static str,
    /// Which time counts.
    time: &'static str,
    limit: Limit,
}

/// What a goal compares with.
enum Limit {
    /// At most this share of the peer's time.
    Share(f64),
    /// At most so many milliseconds.
    Ms(f64),
}

const GOALS: [Goal; 9] = [
    Goal {
        task: "grm_small",
        label: "GRM 2,000 × 30 × 4, one core, CPU",
        time: "cpu",
        limit: Limit::Share(0.5),
    },
    Goal { task: "eap", label: "EAP of 2,000, one core", time: "cpu", limit: Limit::Ms(5.0) },
    Goal { task: "wle", label: "WLE of 2,000, one core", time: "cpu", limit: Limit::Ms(50.0) },
    Goal {
        task: "grm_large",
        label: "GRM 10,000 × 60 × 5, two cores, wall",
        time: "wall",
        limit: Limit::Share(1.0 / 3.0),
    },
    Goal {
        task: "dif",
        label: "DIF of 24 items, 2,000 people (logistic and Mantel, purified)",
        time: "cpu",
        limit: Limit::Ms(50.0),
    },
    Goal {
        task: "cat_step",
        label: "one adaptive step, bank of 1,000, maximum information",
        time: "cpu",
        limit: Limit::Ms(0.2),
    },
    Goal {
        task: "cat_step_variance",
        label: "the same, expected posterior variance",
        time: "cpu",
        limit: Limit::Ms(2.0),
    },
    Goal { task: "ranks_200", label: "rank sets of 200", time: "cpu", limit: Limit::Ms(500.0) },
    Goal { task: "ranks_100000", label: "rank sets of 100,000", time: "cpu", limit: Limit::Ms(2000.0) },
];

/// Builds, measures both and prints the table; `--markdown` prints it alone, for docs/performance.md.
pub(crate) fn bench(workspace: &Workspace, arguments: &[OsString]) -> Outcome<()> {
    let is_markdown = match arguments {
        [] => false,
        [one] if one == "--markdown" => true,
        _ => return Err("bench psychometrics takes --markdown only".to_owned()),
    };
    let folder = workspace.target().join("bench-psychometrics");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let python = peer(&folder)?;
    let driver = folder.join("mirt_speed.py");
    std::fs::write(&driver, DRIVER).map_err(|e| format!("{}: {e}", driver.display()))?;
    let engine = engine(workspace)?;
    say("Simulating the tables");
    run(Command::new(&engine).arg("data").arg(&folder))?;
    let (mut ours, mut theirs) = (Figures::new(), Figures::new());
    for (size, cores) in [("small", "1"), ("large", "2")] {
        say(&format!("Measuring the {size} tables on {cores} core(s): ours, then mirt"));
        read(&on_cores(Command::new(&engine).arg(size).arg(&folder), cores)?, &mut ours)?;
        let mut peer = Command::new(&python);
        read(&on_cores(peer.arg("-I").arg(&driver).arg(size).arg(&folder), cores)?, &mut theirs)?;
        let likelihood = capture(
            Command::new(&engine)
                .arg("judge")
                .arg(folder.join(format!("{size}.csv")))
                .arg(folder.join(format!("mirt_{size}.csv"))),
        )?;
        let value = likelihood.trim().parse().map_err(|_| format!("no likelihood in {likelihood:?}"))?;
        theirs.entry(format!("grm_{size}")).or_default().insert("log_likelihood".to_owned(), value);
    }
    print_table(&ours, &theirs, is_markdown);
    Ok(())
}

/// What a command prints when it may use so many cores.
fn on_cores(command: &mut Command, cores: &str) -> Outcome<String> {
    for name in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(name, cores);
    }
    capture(command)
}

/// The example that measures, built for release.
fn engine(workspace: &Workspace) -> Outcome<PathBuf> {
    say("Building the engine for release");
    // Not the tool chain of the site: nothing here runs in a browser.
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    run(cargo.current_dir(workspace.root()).args([
        "build",
        "--release",
        "--package",
        "psychometrics",
        "--example",
        "engine_speed",
    ]))?;
    let name = format!("engine_speed{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target().join("release").join("examples").join(name))
}

/// A Python environment of our own that has the peer; made once.
fn peer(folder: &Path) -> Outcome<PathBuf> {
    let environment = folder.join("python");
    let python = environment.join("bin").join("python");
    let has_peer = first_line(&python, "--version").is_some()
        && Command::new(&python)
            .args(["-I", "-c", "import mirt"])
            .status()
            .is_ok_and(|status| status.success());
    if !has_peer {
        say(&format!("Making a Python environment with {PEER}"));
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PEER]))?;
    }
    Ok(python)
}

/// Reads one JSON object a line; other lines are ignored.
fn read(text: &str, figures: &mut Figures) -> Outcome<()> {
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let value: Value = serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?;
        let task = value.get("task").and_then(Value::as_str).unwrap_or_default().to_owned();
        let numbers = value.as_object().into_iter().flatten();
        let own = figures.entry(task).or_default();
        own.extend(numbers.filter_map(|(name, number)| Some((name.clone(), number.as_f64()?))));
    }
    Ok(())
}

fn print_table(ours: &Figures, theirs: &Figures, is_markdown: bool) {
    let figure = |figures: &Figures, task: &str, name: &str| figures.get(task)?.get(name).copied();
    if !is_markdown {
        say("Times in milliseconds, medians; wall time in brackets");
    }
    println!(
        "| task | ours | mirt 1.2.0 | ours / mirt | goal | reached |\n| --- | ---: | ---: | ---: | --- | --- |"
    );
    for goal in &GOALS {
        let both = |figures: &Figures| {
            let (cpu, wall) = (figure(figures, goal.task, "cpu")?, figure(figures, goal.task, "wall")?);
            // Steps of an adaptive test last a part of a millisecond.
            let digits = if cpu < 1e-3 { 3 } else { 1 };
            Some(format!("{:.digits$} ({:.digits$})", cpu * 1e3, wall * 1e3))
        };
        let (own, peer) = (figure(ours, goal.task, goal.time), figure(theirs, goal.task, goal.time));
        let ratio = own.zip(peer).map(|(own, peer)| own / peer);
        let (words, is_met) = match goal.limit {
            Limit::Share(share) => (format!("ratio at most {share:.2}"), ratio.map(|ratio| ratio <= share)),
            Limit::Ms(ms) => (format!("at most {ms} ms"), own.map(|own| own * 1e3 <= ms)),
        };
        println!(
            "| {} | {} | {} | {} | {words} | {} |",
            goal.label,
            both(ours).unwrap_or_else(|| "not measured".to_owned()),
            both(theirs).unwrap_or_default(),
            ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            match is_met {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not measured",
            }
        );
    }
    println!();
    for task in ["grm_small", "grm_large"] {
        let [own, peer] = [ours, theirs].map(|f| figure(f, task, "log_likelihood").unwrap_or(f64::NAN));
        let [own_cycles, peer_cycles] = [ours, theirs].map(|f| figure(f, task, "cycles").unwrap_or(0.0));
        println!(
            "{task}: log-likelihood on 121 nodes {own:.4} in {own_cycles} cycles, mirt {peer:.4} in \
             {peer_cycles}.\n"
        );
    }
}
