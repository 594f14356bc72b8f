//! Canonical JSON: one text per value, for hashes and receipts. Object keys sorted by their UTF-8 bytes, no
//! blanks, strings escaped only where JSON demands it, whole numbers only. Readers in other languages can
//! rebuild it from these rules.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Why a value has no canonical JSON.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalJsonError {
    /// A number with a fraction or beyond 64 bits has several spellings.
    #[error("{0} is not a whole number of 64 bits")]
    NotAWholeNumber(String),
    /// The value cannot be written as JSON at all.
    #[error("the value is not JSON")]
    NotJson(#[from] serde_json::Error),
}

/// The canonical JSON of a value.
///
/// # Errors
/// [`CanonicalJsonError`] when the value holds a float or is no JSON.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String, CanonicalJsonError> {
    let value = serde_json::to_value(value)?;
    let mut text = String::new();
    write_value(&value, &mut text)?;
    Ok(text)
}

/// SHA-256 of a text or of bytes, in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content.as_ref()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn write_value(value: &Value, text: &mut String) -> Result<(), CanonicalJsonError> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) if number.is_i64() || number.is_u64() => text.push_str(&number.to_string()),
        Value::Number(number) => return Err(CanonicalJsonError::NotAWholeNumber(number.to_string())),
        Value::String(string) => text.push_str(&serde_json::to_string(string)?),
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(value, text)?;
            }
            text.push(']');
        }
        Value::Object(object) => {
            // serde_json keeps keys in the order of insertion when any crate of the build asks it to.
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&serde_json::to_string(key)?);
                text.push(':');
                write_value(value, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_blanks_left_out() {
        let value = json!({ "b": [1, -2, null], "a": { "é": true, "z": "l’été \"\n" }, "B": {} });

        let text = canonical_json(&value).unwrap();

        assert_eq!(text, r#"{"B":{},"a":{"z":"l’été \"\n","é":true},"b":[1,-2,null]}"#);
    }

    #[test]
    fn fractions_are_refused() {
        assert!(matches!(
            canonical_json(&json!({ "x": 0.5 })),
            Err(CanonicalJsonError::NotAWholeNumber(number)) if number == "0.5"
        ));
    }

    #[test]
    fn hashes_are_the_published_ones() {
        // FIPS 180-2, appendix B.1.
        let hash = sha256_hex("abc");

        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
