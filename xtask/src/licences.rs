//! Checks that the licence of every dependency, on every platform, is one that `deny.toml` allows.
//! It reads the same file as cargo-deny and answers the same question without a tool to install.

use std::fs;

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

use crate::Outcome;
use crate::process::capture;
use crate::workspace::Workspace;

/// What `deny.toml` says about licences.
struct Policy {
    allow: Vec<Licensee>,
    /// Crates that may have one more licence each.
    exceptions: Vec<(String, Licensee)>,
}

/// One dependency as cargo describes it.
struct Dependency {
    name: String,
    version: String,
    licence: Option<String>,
}

/// Checks all dependencies; says how many there are, or which must not be used.
pub(crate) fn check(workspace: &Workspace) -> Outcome<String> {
    let path = workspace.root().join("deny.toml");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let policy = policy(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = capture(std::process::Command::new(cargo).current_dir(workspace.root()).args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let dependencies = dependencies(&metadata)?;
    let refused: Vec<String> = dependencies.iter().filter_map(|one| objection(one, &policy)).collect();
    if refused.is_empty() {
        return Ok(format!(
            "    {} dependencies, all under licences that deny.toml allows",
            dependencies.len()
        ));
    }
    Err(format!("licences that deny.toml does not allow:\n{}", refused.join("\n")))
}

fn policy(text: &str) -> Outcome<Policy> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
    let licences = table.get("licenses").and_then(toml::Value::as_table).ok_or("[licenses] is missing")?;
    let mut exceptions = Vec::new();
    for exception in licences.get("exceptions").and_then(toml::Value::as_array).into_iter().flatten() {
        let name =
            exception.get("crate").and_then(toml::Value::as_str).ok_or("an exception names no crate")?;
        for licence in names(exception.get("allow"))? {
            exceptions.push((name.to_owned(), licence));
        }
    }
    Ok(Policy { allow: names(licences.get("allow"))?, exceptions })
}

fn names(list: Option<&toml::Value>) -> Outcome<Vec<Licensee>> {
    let list = list.and_then(toml::Value::as_array).ok_or("`allow` is not a list")?;
    list.iter()
        .map(|name| {
            let name = name.as_str().ok_or("`allow` holds something else than text")?;
            Licensee::parse(name).map_err(|e| e.to_string())
        })
        .collect()
}

/// The packages of `cargo metadata` that are not our own.
fn dependencies(metadata: &str) -> Outcome<Vec<Dependency>> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata: no packages")?;
    let text = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        .filter(|package| package.get("source").is_some_and(|source| !source.is_null()))
        .map(|package| Dependency {
            name: text(package, "name").unwrap_or_default(),
            version: text(package, "version").unwrap_or_default(),
            licence: text(package, "license"),
        })
        .collect())
}

/// Why a dependency must not be used, if it must not.
fn objection(dependency: &Dependency, policy: &Policy) -> Option<String> {
    let name = format!("  {} {}", dependency.name, dependency.version);
    let Some(licence) = &dependency.licence else {
        return Some(format!("{name}: it names no licence"));
    };
    let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(e) => return Some(format!("{name}: {licence:?} cannot be read: {}", e.reason)),
    };
    let of_this_crate = policy.exceptions.iter().filter(|(crate_name, _)| *crate_name == dependency.name);
    let allowed: Vec<&Licensee> =
        policy.allow.iter().chain(of_this_crate.map(|(_, licence)| licence)).collect();
    let is_allowed =
        expression.evaluate(|requirement| allowed.iter().any(|licence| licence.satisfies(requirement)));
    (!is_allowed).then(|| format!("{name}: {licence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"
[licenses]
allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
exceptions = [{ crate = "special", allow = ["MPL-2.0"] }]
"#;

    fn objection_to(name: &str, licence: &str) -> Option<String> {
        let licence = (!licence.is_empty()).then(|| licence.to_owned());
        let dependency = Dependency { name: name.to_owned(), version: "1.0.0".to_owned(), licence };
        objection(&dependency, &policy(DENY).unwrap())
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert_eq!(objection_to("a", "GPL-3.0-only OR MIT"), None);
        assert_eq!(objection_to("a", "Apache-2.0/MIT"), None);
        assert_eq!(objection_to("a", "Apache-2.0 WITH LLVM-exception"), None);
    }

    #[test]
    fn every_licence_that_must_be_kept_must_be_allowed() {
        assert_eq!(objection_to("a", "MIT AND ISC").unwrap(), "  a 1.0.0: MIT AND ISC");
        assert_eq!(objection_to("a", "Apache-2.0").unwrap(), "  a 1.0.0: Apache-2.0");
    }

    #[test]
    fn a_missing_or_unreadable_licence_is_refused() {
        assert_eq!(objection_to("a", "").unwrap(), "  a 1.0.0: it names no licence");
        assert!(objection_to("a", "Ours").is_some());
    }

    #[test]
    fn an_exception_holds_for_its_crate_only() {
        assert_eq!(objection_to("special", "MPL-2.0"), None);
        assert!(objection_to("a", "MPL-2.0").is_some());
    }

    #[test]
    fn our_own_packages_are_not_dependencies() {
        let metadata = r#"{"packages":[
            {"name":"ours","version":"0.1.0","license":null,"source":null},
            {"name":"theirs","version":"1.2.3","license":"MIT","source":"registry+x"}]}"#;

        let found = dependencies(metadata).unwrap();

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "theirs");
    }

    #[test]
    fn the_policy_of_this_checkout_can_be_read() {
        let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../deny.toml")).unwrap();

        assert!(policy(&text).unwrap().allow.len() > 5);
    }
}
