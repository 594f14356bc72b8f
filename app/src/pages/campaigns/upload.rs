//! A form that may hold a file, read with a bound on what is kept in memory.

use actix_multipart::{Field, Multipart, MultipartError};
use domain::language::Language;
use futures::TryStreamExt;
use services::error::FieldError;
use services::import_csv::encoding::{FileEncoding, decode, is_binary};
use services::import_csv::{ListProblem, MAX_BYTES};

use crate::fault::Fault;

/// A line of text in a form.
const MAX_WORD_BYTES: usize = 64;

/// A list of people as sent.
#[derive(Default)]
pub(in crate::pages) struct SentList {
    /// The list, pasted or from the file.
    pub(in crate::pages) text: String,
    /// How the file was written; nothing for a pasted list.
    pub(in crate::pages) encoding: Option<FileEncoding>,
    /// The language of lines that name none.
    pub(in crate::pages) language: Option<Language>,
    /// Why it cannot be read.
    pub(in crate::pages) error: Option<FieldError>,
}

/// Reads the form: `list` (text), `file` and `language`.
///
/// # Errors
/// [`Fault::BadRequest`] when it is not such a form.
pub(in crate::pages) async fn read(mut form: Multipart) -> Result<SentList, Fault> {
    let (mut pasted, mut file, mut language) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_too_large = false;
    while let Some(mut field) = form.try_next().await.map_err(bad)? {
        let (kept, most) = match field.name() {
            Some("list") => (&mut pasted, MAX_BYTES),
            Some("file") => (&mut file, MAX_BYTES),
            Some("language") => (&mut language, MAX_WORD_BYTES),
            _ => continue,
        };
        is_too_large |= !fill(&mut field, kept, most).await?;
    }
    let (text, encoding) = if file.is_empty() {
        (String::from_utf8_lossy(&pasted).into_owned(), None)
    } else {
        from_file(&file)
    };
    let problem = |code| Some(FieldError { field: "list", code });
    let error = if is_too_large {
        problem(ListProblem::TooLarge.code())
    } else if !file.is_empty() && !pasted.trim_ascii().is_empty() {
        problem("both")
    } else if is_binary(&file) {
        problem(ListProblem::NotText.code())
    } else {
        None
    };
    let language = std::str::from_utf8(&language).ok().and_then(|code| Language::parse(code.trim()).ok());
    // What was pasted is shown again beside an error; a file's bytes are not.
    let text = if error.is_some() { String::from_utf8_lossy(&pasted).into_owned() } else { text };
    Ok(SentList { text, encoding, language, error })
}

fn from_file(bytes: &[u8]) -> (String, Option<FileEncoding>) {
    let (text, encoding) = decode(bytes);
    (text, Some(encoding))
}

/// Reads a part of the form; whether all of it fitted. What does not is read and thrown away, so that the browser
/// shows the answer instead of a broken connection.
async fn fill(field: &mut Field, kept: &mut Vec<u8>, most: usize) -> Result<bool, Fault> {
    /// More than this is not even read to its end.
    const PATIENCE: usize = 8 * MAX_BYTES;
    let mut seen = 0;
    while let Some(chunk) = field.try_next().await.map_err(bad)? {
        seen += chunk.len();
        if seen > PATIENCE {
            return Err(Fault::TooLarge);
        }
        if seen <= most {
            kept.extend_from_slice(&chunk);
        } else {
            kept.clear();
        }
    }
    Ok(seen <= most)
}

fn bad(_: MultipartError) -> Fault {
    Fault::BadRequest
}
