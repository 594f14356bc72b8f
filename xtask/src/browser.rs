//! What the browser tests need: Chromium, its driver, and axe-core, which finds faults of accessibility.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::hash;
use crate::process::{capture, find_on_path, run, say};
use crate::workspace::Workspace;

/// The package of axe-core, and what its `axe.min.js` must hash to.
const AXE_PACKAGE: &str = "axe-core@4.10.3";
const AXE_SHA256: &str = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb";

/// Chromium, under the names that systems give it.
pub(crate) fn chromium() -> Option<PathBuf> {
    find_on_path(&["chromium", "chromium-browser", "google-chrome"])
}

/// Chromium's driver.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    find_on_path(&["chromedriver"])
}

/// `axe.min.js`, fetched once into the target folder and checked each time.
pub(crate) fn axe(workspace: &Workspace) -> Outcome<PathBuf> {
    let folder = workspace.target().join("axe");
    let script = folder.join("axe.min.js");
    if is_axe(&script) {
        return Ok(script);
    }
    say(&format!("Fetching {AXE_PACKAGE}"));
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let archive = capture(Command::new("npm").current_dir(&folder).args(["pack", "--silent", AXE_PACKAGE]))?;
    let archive = folder.join(archive.trim());
    run(Command::new("tar")
        .current_dir(&folder)
        .arg("-xzf")
        .arg(&archive)
        .args(["--strip-components=1", "package/axe.min.js"]))?;
    let _ = fs::remove_file(&archive);
    if is_axe(&script) {
        return Ok(script);
    }
    Err(format!("{} is not the axe.min.js of {AXE_PACKAGE}: its SHA-256 differs", script.display()))
}

fn is_axe(script: &Path) -> bool {
    fs::read(script).is_ok_and(|content| hash::sha256(&content) == AXE_SHA256)
}
