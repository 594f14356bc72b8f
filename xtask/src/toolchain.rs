//! Which cargo and rustc build the product, and whether they can compile for the browser.
//! Server and browser must be built by one compiler, because island names hash its view of the source; so the
//! fallback compiler, when needed, is used for both halves.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::prerequisites;
use crate::process::{capture, find_on_path, first_line, run, say};
use crate::workspace::Workspace;

/// The target the islands are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler with the source of its standard library, and the linker for wasm.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// The compiler in use.
pub(crate) struct Toolchain {
    root: PathBuf,
    cargo: PathBuf,
    /// Set only for the fallback; else cargo finds its own.
    rustc: Option<PathBuf>,
    wasm: Wasm,
}

/// How the standard library for the browser is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wasm {
    /// Installed with the compiler.
    Installed,
    /// Compiled from its source along with the islands.
    FromSource,
    /// Not to be had: the site goes without islands.
    Missing,
}

impl Toolchain {
    /// Finds the compiler and makes it able to compile for the browser if it can be.
    pub(crate) fn find(workspace: &Workspace) -> Outcome<Self> {
        let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let mut toolchain =
            Self { root: workspace.root().to_path_buf(), cargo, rustc: None, wasm: Wasm::Installed };
        if toolchain.has_wasm_library() {
            return Ok(toolchain);
        }
        if find_on_path(&["rustup"]).is_some() {
            say(&format!("Adding the target {WASM_TARGET} with rustup"));
            let added = run(Command::new("rustup").args(["target", "add", WASM_TARGET]));
            if added.is_ok() && toolchain.has_wasm_library() {
                return Ok(toolchain);
            }
        }
        toolchain.fall_back()?;
        Ok(toolchain)
    }

    /// Tries to compile the standard library for the browser from source.
    fn fall_back(&mut self) -> Outcome<()> {
        let linker = find_on_path(&["wasm-ld"]).is_some();
        if self.has_library_source(Path::new("rustc")) && linker {
            self.wasm = Wasm::FromSource;
            return Ok(());
        }
        if prerequisites::can_install() {
            say("Installing Debian's compiler for the browser");
            // Refused names or a closed network leave the machine as it was: the site then goes without wasm.
            let _ = prerequisites::install(&DEBIAN_PACKAGES);
        }
        let rustc = PathBuf::from("/usr/bin/rustc");
        if self.has_library_source(&rustc) && find_on_path(&["wasm-ld"]).is_some() {
            say("Both halves are built by Debian's compiler");
            self.cargo = PathBuf::from("/usr/bin/cargo");
            self.rustc = Some(rustc);
            self.wasm = Wasm::FromSource;
            return Ok(());
        }
        self.wasm = Wasm::Missing;
        println!(
            "    This machine cannot compile for {WASM_TARGET}: rustup could not add the target, and the \
             Debian packages {} are not there.\n    Going on without it: every page works, none is enhanced.",
            DEBIAN_PACKAGES.join(", ")
        );
        Ok(())
    }

    /// Whether the islands can be compiled.
    pub(crate) fn compiles_wasm(&self) -> bool {
        self.wasm != Wasm::Missing
    }

    /// The compiler's own name and version.
    pub(crate) fn version(&self) -> String {
        first_line(self.rustc_path(), "--version").unwrap_or_else(|| "rustc of unknown version".to_owned())
    }

    /// `cargo`, in the root of the checkout. What `cargo run` told this program about its own package is
    /// removed, so that nested builds see the environment that a build from the terminal sees.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        if let Some(rustc) = &self.rustc {
            command.env("RUSTC", rustc).env_remove("RUSTUP_TOOLCHAIN");
        }
        command
    }

    /// `cargo <subcommand>` for the browser.
    pub(crate) fn cargo_for_wasm(&self, subcommand: &str) -> Command {
        let mut command = self.cargo();
        command.args([subcommand, "--target", WASM_TARGET]);
        if self.wasm == Wasm::FromSource {
            command
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld")
                .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features="]);
        }
        command
    }

    fn rustc_path(&self) -> &Path {
        self.rustc.as_deref().unwrap_or(Path::new("rustc"))
    }

    fn has_wasm_library(&self) -> bool {
        let arguments = ["--print", "target-libdir", "--target", WASM_TARGET];
        capture(Command::new(self.rustc_path()).args(arguments))
            .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
    }

    fn has_library_source(&self, rustc: &Path) -> bool {
        let manifest = "lib/rustlib/src/rust/library/std/Cargo.toml";
        let is_there = !rustc.is_absolute() || rustc.is_file();
        is_there
            && capture(Command::new(rustc).args(["--print", "sysroot"]))
                .is_ok_and(|folder| Path::new(folder.trim()).join(manifest).is_file())
    }
}
