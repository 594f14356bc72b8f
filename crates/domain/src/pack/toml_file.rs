//! One file of a pack as text, with the problems found in it so far. Which fields it holds is none of its
//! business.

use crate::pack::problem::{Problem, ProblemCode};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::DeTable;

/// Largest file, in bytes: some hundred times a scenario.
const MAX_FILE_BYTES: usize = 256 * 1024;
/// One file with the problems found in it.
pub(super) struct TomlFile<'s> {
    path: &'s str,
    text: &'s str,
    problems: RefCell<Vec<Problem>>,
}

/// A value with the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) line: u32,
}

impl<'s> TomlFile<'s> {
    /// The file as text, or the problem that it is none.
    pub(super) fn new(path: &'s str, bytes: &'s [u8]) -> Result<Self, Problem> {
        let problem = |code, line, message| Problem { file: path.to_owned(), line, code, message };
        if bytes.len() > MAX_FILE_BYTES {
            let message = format!("The file has more than {MAX_FILE_BYTES} bytes.");
            return Err(problem(ProblemCode::FileTooLarge, None, message));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
                Ok(Self { path, text, problems: RefCell::default() })
            }
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = line_at(before, before.len());
                let message = "The file is not UTF-8; save it as UTF-8.".to_owned();
                Err(problem(ProblemCode::NotUtf8, Some(line), message))
            }
        }
    }

    /// The document; none after a syntax error, since what is left would give misleading problems.
    pub(super) fn parse(&self) -> Option<Spanned<DeTable<'_>>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let line = error.span().map(|span| self.line(span.start));
            self.note(ProblemCode::Syntax, line, format!("This is not TOML: {}.", error.message()));
        }
        errors.is_empty().then_some(document)
    }

    pub(super) fn note(&self, code: ProblemCode, line: Option<u32>, message: String) {
        self.problems.borrow_mut().push(Problem { file: self.path.to_owned(), line, code, message });
    }

    /// Notes a problem of another file, which this one names.
    pub(super) fn note_elsewhere(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    pub(super) fn line(&self, offset: usize) -> u32 {
        line_at(self.text.as_bytes(), offset)
    }
}

fn line_at(bytes: &[u8], offset: usize) -> u32 {
    let breaks = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}
