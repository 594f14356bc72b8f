//! Debian packages that a task needs: installed when this is Debian and we are root, else named exactly.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::process::{capture, line, say};

/// A program a task cannot do without.
pub(crate) struct Need {
    /// Its Debian package.
    pub(crate) package: &'static str,
    /// What to look for, in words for a person on another system.
    pub(crate) what: &'static str,
    /// Whether it is here.
    pub(crate) is_here: fn() -> bool,
}

/// Makes every need met, or says what to install.
pub(crate) fn ensure(needs: &[Need]) -> Outcome<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_here)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if can_install() {
        say(&format!("Installing {}", packages.join(", ")));
        install(&packages)?;
    }
    let missing: Vec<String> = needs
        .iter()
        .filter(|need| !(need.is_here)())
        .map(|need| format!("  {} (Debian package {})", need.what, need.package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "this machine lacks\n{}\non Debian: sudo apt-get update && sudo apt-get install {}",
        missing.join("\n"),
        packages.join(" ")
    ))
}

/// Whether packages can be installed without asking anyone: Debian's package manager, and root.
pub(crate) fn can_install() -> bool {
    Path::new("/etc/debian_version").is_file() && is_root()
}

/// Installs Debian packages. What the package manager says is shown when it fails only.
pub(crate) fn install(packages: &[&str]) -> Outcome<()> {
    capture(Command::new("apt-get").args(["-qq", "update"]))?;
    let quiet = ["-qq", "-y", "-o=Dpkg::Use-Pty=0", "--no-install-recommends", "install"];
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(quiet).args(packages);
    let output = command.output().map_err(|e| format!("cannot start apt-get: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`{}` failed:\n{}", line(&command), String::from_utf8_lossy(&said)))
}

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
