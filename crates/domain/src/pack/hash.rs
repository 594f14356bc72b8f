//! The stored text of a pack and its content hash. The key has its own (in [`crate::key`]): two keys of one
//! content leave the content hash alone.

use crate::canonical_json::{CanonicalJsonError, canonical_json, sha256_hex};
use crate::pack::Pack;

impl Pack {
    /// The pack as it is stored and hashed.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; a pack holds whole numbers only, so that none is expected.
    pub fn to_canonical_json(&self) -> Result<String, CanonicalJsonError> {
        canonical_json(self)
    }

    /// Reads a stored pack. It was checked when it was imported; only its shape is checked again.
    ///
    /// # Errors
    /// When the text is not the JSON of a pack that this version reads.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// SHA-256 of the canonical JSON, in hexadecimal: the hash of the content without the key.
    ///
    /// # Errors
    /// As [`Pack::to_canonical_json`].
    pub fn content_hash(&self) -> Result<String, CanonicalJsonError> {
        self.to_canonical_json().map(|json| sha256_hex(&json))
    }
}
