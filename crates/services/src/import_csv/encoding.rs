//! From bytes to text: a byte order mark decides, then valid UTF-8, then Windows-1252 (what Excel writes in France).

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileEncoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16 with a mark: « Unicode text » of Excel.
    Utf16,
    /// Windows-1252.
    Windows1252,
}

impl FileEncoding {
    /// The code for pages and audit.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The text of a file and how it was written. Never fails: Windows-1252 reads any bytes.
#[must_use]
pub fn decode(bytes: &[u8]) -> (String, FileEncoding) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let (text, _) = encoding.decode_without_bom_handling(rest);
        let name = if encoding == UTF_8 { FileEncoding::Utf8 } else { FileEncoding::Utf16 };
        return (text.into_owned(), name);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), FileEncoding::Utf8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), FileEncoding::Windows1252),
    }
}

/// Whether the bytes are a spreadsheet or another archive or picture rather than text.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    let is_marked_text = Encoding::for_bom(bytes).is_some();
    let is_archive = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    is_archive || (!is_marked_text && bytes.iter().take(4_096).any(|byte| *byte == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_recognised() {
        let utf16: Vec<u8> = "\u{feff}Zoé".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(&[u8], FileEncoding); 4] = [
            ("Zoé".as_bytes(), FileEncoding::Utf8),
            ("\u{feff}Zoé".as_bytes(), FileEncoding::Utf8),
            (&utf16, FileEncoding::Utf16),
            (b"Zo\xe9", FileEncoding::Windows1252),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(decode(bytes), ("Zoé".to_owned(), encoding));
        }
    }

    #[test]
    fn the_euro_sign_and_the_apostrophe_of_windows_are_read() {
        assert_eq!(decode(b"l\x92\xe9t\xe9 \x80").0, "l’été €");
    }

    #[test]
    fn spreadsheets_are_not_text() {
        assert!(is_binary(b"PK\x03\x04rest"));
        assert!(is_binary(b"a\0b"));
        assert!(!is_binary(b"a;b"));
        assert!(!is_binary(b"\xff\xfea\0b\0"));
    }
}
