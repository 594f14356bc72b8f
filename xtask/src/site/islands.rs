//! The islands: compiled to wasm by cargo, given their JavaScript half by wasm-bindgen, and made smaller by
//! wasm-opt where a recent one is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::Outcome;
use crate::process::{find_on_path, first_line, run};
use crate::toolchain::{Toolchain, WASM_TARGET};
use crate::workspace::Workspace;

/// Older versions break modules that today's compiler makes.
const OLDEST_WASM_OPT: u32 = 116;

/// What the compiler may emit and every browser of the last years reads.
const WASM_OPT_ARGUMENTS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A wasm-opt that may be used.
pub(super) struct WasmOpt {
    path: PathBuf,
    pub(super) version: String,
}

/// Compiles the package `egard-wasm` and returns the module.
pub(super) fn compile(workspace: &Workspace, toolchain: &Toolchain, profile: &str) -> Outcome<Vec<u8>> {
    let mut cargo = toolchain.cargo_for_wasm("build");
    run(cargo.args(["--package", "egard-wasm", "--profile", profile]))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let path = workspace.target().join(WASM_TARGET).join(folder).join("egard_wasm.wasm");
    fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The wasm-opt on PATH, unless it is too old.
pub(super) fn usable_wasm_opt() -> Option<WasmOpt> {
    let path = find_on_path(&["wasm-opt"])?;
    let version = first_line(&path, "--version")?;
    if version_number(&version).is_some_and(|number| number >= OLDEST_WASM_OPT) {
        return Some(WasmOpt { path, version });
    }
    println!("    {version} is not used: below {OLDEST_WASM_OPT} it breaks the module.");
    None
}

/// The number in `wasm-opt version 116 (version_116)`.
fn version_number(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| word.parse().ok())
}

/// The two files that the page loads, by name. They are first written to the folder `scratch`.
pub(super) fn bind(
    module: Vec<u8>,
    wasm_opt: Option<&WasmOpt>,
    scratch: &Path,
) -> Outcome<[(&'static str, Vec<u8>); 2]> {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes("egard", module);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output =
        bindgen.web(true).and_then(Bindgen::generate_output).map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    let has_snippets = output.snippets().values().any(|list| !list.is_empty());
    if has_snippets || !output.local_modules().is_empty() {
        // They would be imported by a relative path, which an address that names its content does not have.
        return Err("a dependency of egard-wasm brings JavaScript files of its own: do without it".to_owned());
    }
    output.emit(scratch).map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    let wasm = scratch.join("egard_bg.wasm");
    if let Some(tool) = wasm_opt {
        run(Command::new(&tool.path).args(WASM_OPT_ARGUMENTS).arg(&wasm).arg("-o").arg(&wasm))?;
    }
    let read = |path: &Path| fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
    Ok([("egard.js", read(&scratch.join("egard.js"))?), ("egard_bg.wasm", read(&wasm)?)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_opt_says_its_version_number() {
        assert_eq!(version_number("wasm-opt version 108 (version_108)"), Some(108));
        assert_eq!(version_number("wasm-opt version 132"), Some(132));
        assert_eq!(version_number("wasm-opt"), None);
    }
}
