//! Where the built files of the site are: style sheet, islands, icons, each under an address that holds its hash.

use serde::Deserialize;

/// The manifest that the site build writes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assets {
    /// One entry per file.
    pub files: Vec<AssetFile>,
}

/// One file of the site.
#[derive(Clone, Debug, Deserialize)]
pub struct AssetFile {
    /// Path below the site folder, with `/`.
    pub path: String,
    /// The first 16 hexadecimal digits of its SHA-256.
    pub hash: String,
    /// Size as built.
    pub bytes: u64,
    /// Size as served to browsers that take gzip.
    pub gzip_bytes: u64,
}

impl Assets {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When the text is not a manifest.
    pub fn parse(manifest: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(manifest)
    }

    /// The address of a file; one that was not built has an address that answers 404.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let hash =
            self.files.iter().find(|file| file.path == path).map_or("missing", |file| file.hash.as_str());
        format!("/assets/{hash}/{path}")
    }

    /// The hash under which script and module are served together, when the islands were built.
    #[must_use]
    pub fn islands_hash(&self) -> Option<&str> {
        let script = self.files.iter().find(|file| file.path == "pkg/egard.js")?;
        self.files.iter().find(|file| file.path == "pkg/egard_bg.wasm").map(|_| script.hash.as_str())
    }
}
