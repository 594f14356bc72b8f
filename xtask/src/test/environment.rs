//! What tests find around them: a PostgreSQL server, the built product and a browser, named by variables.
//!
//! `EGARD_TEST_POSTGRES_URL` a superuser's address, where each test makes its own database;
//! `EGARD_POSTGRES_PROGRAMS` the folder of initdb and postgres; `EGARD_BIN` the executable `egard`;
//! `EGARD_SITE` the folder of the site; `EGARD_CHROMIUM`, `EGARD_CHROMEDRIVER`; `EGARD_AXE` axe.min.js.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::Outcome;
use crate::browser;
use crate::postgres::{self, Durability, Postgres};
use crate::prerequisites::{Need, ensure};
use crate::process::{capture, find_on_path};
use crate::toolchain::Toolchain;
use crate::workspace::{ACCEPTANCE, Workspace};

const BROWSER: [Need; 3] = [
    Need {
        package: "chromium",
        what: "Chromium, as chromium or google-chrome on PATH",
        is_here: || browser::chromium().is_some(),
    },
    Need {
        package: "chromium-driver",
        what: "chromedriver on PATH, of the same version as the browser",
        is_here: || browser::chromedriver().is_some(),
    },
    Need {
        package: "npm",
        what: "npm, to fetch axe-core for the accessibility tests",
        is_here: || find_on_path(&["npm"]).is_some(),
    },
];

/// Finds the compiler and installs what the tests asked for need.
pub(super) fn prepare(workspace: &Workspace, acceptance: bool, unit: bool) -> Outcome<Toolchain> {
    let toolchain = Toolchain::find(workspace)?;
    println!("    {}", toolchain.version());
    if acceptance && !toolchain.compiles_wasm() {
        return Err("the islands cannot be compiled here, so they cannot be tested".to_owned());
    }
    let mut needs = Vec::new();
    if acceptance || unit {
        needs.push(postgres::NEED);
    }
    if acceptance {
        needs.extend(BROWSER);
    }
    ensure(&needs)?;
    Ok(toolchain)
}

/// Refuses a name that is no stage and no test of the package `acceptance`.
pub(super) fn check_names(workspace: &Workspace, names: &[&str]) -> Outcome<()> {
    if names.is_empty() {
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = capture(Command::new(cargo).current_dir(workspace.root()).args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
    ]))?;
    let known = acceptance_tests(&metadata)?;
    match names.iter().find(|name| !known.iter().any(|known| known == *name)) {
        Some(name) => Err(format!(
            "--only {name}: there is {} and, among acceptance tests, {}",
            super::CHECKS.join(", "),
            known.join(", ")
        )),
        None => Ok(()),
    }
}

/// Names of the test programs of the package `acceptance`.
fn acceptance_tests(metadata: &str) -> Outcome<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let list = |value: &Value, key: &str| -> Vec<Value> {
        value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let is_named = |value: &Value, name: &str| value.get("name").and_then(Value::as_str) == Some(name);
    Ok(list(&metadata, "packages")
        .iter()
        .filter(|package| is_named(package, ACCEPTANCE))
        .flat_map(|package| list(package, "targets"))
        .filter(|target| list(target, "kind").iter().any(|kind| kind == "test"))
        .filter_map(|target| target.get("name").and_then(Value::as_str).map(str::to_owned))
        .collect())
}

/// What is running or built so far.
#[derive(Default)]
pub(super) struct Environment {
    postgres: Option<Postgres>,
    pub(super) server: Option<PathBuf>,
    pub(super) site: Option<PathBuf>,
    chromium: Option<PathBuf>,
    chromedriver: Option<PathBuf>,
    axe: Option<PathBuf>,
}

impl Environment {
    pub(super) fn start_postgres(&mut self) -> Outcome<()> {
        self.postgres = Some(Postgres::start(Durability::None)?);
        Ok(())
    }

    pub(super) fn find_browser(&mut self, workspace: &Workspace) -> Outcome<()> {
        self.chromium = browser::chromium();
        self.chromedriver = browser::chromedriver();
        self.axe = Some(browser::axe(workspace)?);
        Ok(())
    }

    /// Names everything there is in the variables of a command.
    pub(super) fn hand_to(&self, command: &mut Command) {
        if let Some(postgres) = &self.postgres {
            command.env("EGARD_TEST_POSTGRES_URL", postgres.url());
            command.env("EGARD_POSTGRES_PROGRAMS", postgres.programs());
        }
        for (name, path) in [
            ("EGARD_BIN", &self.server),
            ("EGARD_SITE", &self.site),
            ("EGARD_CHROMIUM", &self.chromium),
            ("EGARD_CHROMEDRIVER", &self.chromedriver),
            ("EGARD_AXE", &self.axe),
        ] {
            if let Some(path) = path {
                command.env(name, path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acceptance_tests_are_the_test_programs_of_their_package() {
        let metadata = r#"{"packages":[
            {"name":"other","targets":[{"name":"x","kind":["test"]}]},
            {"name":"acceptance","targets":[
                {"name":"acceptance","kind":["lib"]},
                {"name":"api","kind":["test"]},
                {"name":"bench","kind":["bin"]},
                {"name":"browser","kind":["test"]}]}]}"#;

        assert_eq!(acceptance_tests(metadata).unwrap(), ["api", "browser"]);
    }
}
