//! Documents for paper: typed blocks of texts and numbers already in words go in, the bytes of a tagged PDF come out
//! (A4, PDF/UA-1, fonts embedded).
//!
//! Knows no database, no locale file and no rule of the product: which words stand where is the caller's business.
//! Text is shaped by rustybuzz and broken into lines here, ragged and without hyphenation; krilla writes the file and
//! refuses one that breaks a checkable rule of PDF/UA-1.

pub mod content;

mod blocks;
mod charts;
mod faces;
mod lines;
mod look;
mod sheet;
mod structure;
mod table;
mod write;

use crate::content::Document;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font of this crate could not be read.
    #[error("an embedded font cannot be read")]
    Font,
    /// The file would have broken a rule of PDF/UA-1, or could not be put together.
    #[error("the document cannot be written: {0}")]
    Write(String),
}

/// The bytes of a document as a PDF. The same document gives the same bytes.
///
/// # Errors
/// [`PdfError::Write`] when the file would break a rule of PDF/UA-1; no text that a person can type leads there.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PdfError> {
    let faces = faces::faces()?;
    let sheet = blocks::laid_out(document, faces);
    write::written(document, faces, sheet)
}

#[cfg(test)]
mod tests;
