//! SHA-256 as lower-case hexadecimal digits.

use sha2::{Digest, Sha256};

/// The hash of one content.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// One hash over named contents, lengths included so that no two lists of contents look alike.
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// `recipe` changes when the same contents are put to another use.
    pub(crate) fn new(recipe: &str) -> Self {
        let mut fingerprint = Self(Sha256::new());
        fingerprint.add("recipe", recipe.as_bytes());
        fingerprint
    }

    pub(crate) fn add(&mut self, name: &str, content: &[u8]) {
        self.0.update(format!("{} {name} {} ", name.len(), content.len()));
        self.0.update(content);
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Bytes as digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_the_published_one() {
        // FIPS 180-4, example of one block.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_fingerprint_tells_where_one_content_ends() {
        let of = |contents: [&[u8]; 2]| {
            let mut fingerprint = Fingerprint::new("1");
            contents.iter().for_each(|content| fingerprint.add("a", content));
            fingerprint.finish()
        };

        assert_ne!(of([b"1", b"23"]), of([b"12", b"3"]));
    }
}
