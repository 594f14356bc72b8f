//! `site.json`: the list of files that the server reads at start, so that it can serve each under an address
//! that names its content.
//! Shape: `{"files":[{"path":"pkg/egard.js","hash":"16 hex digits","bytes":1,"gzip_bytes":1}]}`, ordered by
//! path; `gzip_bytes` is null for a file without a `.gz` sibling.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Outcome;
use crate::hash;

/// As served, and as the weight budget counts.
const GZIP_LEVEL: u32 = 6;

/// Kinds of file that are compressed already.
const COMPRESSED: [&str; 8] = [".png", ".jpg", ".jpeg", ".webp", ".avif", ".woff2", ".gz", ".ico"];

/// One file of the site.
pub(super) struct Entry {
    path: String,
    hash: String,
    size_bytes: usize,
    /// The compressed copy, where it is smaller.
    pub(super) gzip: Option<Vec<u8>>,
}

impl Entry {
    pub(super) fn of(path: &str, content: &[u8]) -> Outcome<Self> {
        let hash = hash::sha256(content).chars().take(16).collect();
        let gzip = if COMPRESSED.iter().any(|ending| path.ends_with(ending)) {
            None
        } else {
            Some(gzip(content).map_err(|e| format!("{path}: {e}"))?)
        };
        let gzip = gzip.filter(|copy| copy.len() < content.len());
        Ok(Self { path: path.to_owned(), hash, size_bytes: content.len(), gzip })
    }

    fn gzip_bytes(&self) -> Option<usize> {
        self.gzip.as_ref().map(Vec::len)
    }
}

/// The text of `site.json`.
pub(super) fn json(entries: &[Entry]) -> String {
    let files: Vec<serde_json::Value> = entries
        .iter()
        .map(|entry| {
            serde_json::json!({
                "path": entry.path,
                "hash": entry.hash,
                "bytes": entry.size_bytes,
                "gzip_bytes": entry.gzip_bytes(),
            })
        })
        .collect();
    serde_json::json!({ "files": files }).to_string()
}

/// Sizes for the terminal.
pub(super) fn table(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        let gzip = entry.gzip_bytes().map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        text.push_str(&format!("    {:<28} {:>9} bytes, {gzip:>8} gzip\n", entry.path, entry.size_bytes));
    }
    text.trim_end().to_owned()
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
    encoder.write_all(content)?;
    encoder.finish()
}
