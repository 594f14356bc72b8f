//! Where things are in the checkout, and which packages make the product.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// Packages of the product, in the order in which they depend on each other. `egard-wasm` is not among them:
/// it is built for the browser only, apart from the others.
pub(crate) const PRODUCT: [&str; 6] =
    ["psychometrics", "domain", "store", "services", "egard-app", "egard-server"];

/// The package of black-box tests.
pub(crate) const ACCEPTANCE: &str = "acceptance";

/// The folders of one checkout.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The checkout that `cargo xtask` was typed in; for a program run without cargo, the one it was compiled in.
    pub(crate) fn here() -> Outcome<Self> {
        let package =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root =
            Path::new(&package).parent().ok_or("the folder of xtask has no parent folder")?.to_path_buf();
        if !root.join("Cargo.toml").is_file() {
            return Err(format!("{} was moved: run `cargo clean -p xtask` and try again", root.display()));
        }
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => {
                std::path::absolute(PathBuf::from(folder)).map_err(|e| format!("CARGO_TARGET_DIR: {e}"))?
            }
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder, also home of everything xtask downloads or generates.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The executable `egard` as the profile folder holds it (`debug`, `demo`, `release`).
    pub(crate) fn executable(&self, profile_folder: &str) -> PathBuf {
        self.target.join(profile_folder).join(format!("egard{}", std::env::consts::EXE_SUFFIX))
    }
}
