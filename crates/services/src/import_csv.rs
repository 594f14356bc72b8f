//! A pasted or uploaded list of people, read line by line: each line becomes a person to invite or says what is wrong
//! with it. Pure: who is in the campaign already, the use case adds.

pub mod encoding;
pub(crate) mod header;
pub mod split;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use domain::email::{EmailAddress, EmailError};
use domain::language::Language;
use domain::person_name::{NameError, PersonName};

use crate::import_csv::header::Columns;
use crate::import_csv::split::{Lines, Separator, SplitLine};

/// Largest list, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most lines with something in them.
pub const MAX_LINES: usize = 100_000;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineOutcome {
    /// A person to invite.
    New,
    /// The address stands on a line above.
    DuplicateInList,
    /// The address is in the campaign already.
    AlreadyInvited,
    /// There is no address.
    MissingEmail,
    /// The address is not one.
    InvalidEmail,
    /// There is no name.
    MissingName,
    /// The name is too long or holds control characters.
    InvalidName,
    /// The language is none that Egard speaks.
    UnknownLanguage,
    /// The campaign does not offer the language.
    LanguageNotOffered,
    /// More cells than columns.
    TooManyColumns,
    /// A quote is opened and not closed.
    BrokenQuotes,
    /// The line is too long.
    LineTooLong,
}

impl LineOutcome {
    /// Every outcome, in the order of pages.
    pub const ALL: [Self; 12] = [
        Self::New,
        Self::DuplicateInList,
        Self::AlreadyInvited,
        Self::MissingEmail,
        Self::InvalidEmail,
        Self::MissingName,
        Self::InvalidName,
        Self::UnknownLanguage,
        Self::LanguageNotOffered,
        Self::TooManyColumns,
        Self::BrokenQuotes,
        Self::LineTooLong,
    ];

    /// Whether the line has to be corrected before its person can be invited.
    #[must_use]
    pub const fn is_error(self) -> bool {
        !matches!(self, Self::New | Self::DuplicateInList | Self::AlreadyInvited)
    }
}

/// A person to invite.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Address.
    pub email: EmailAddress,
    /// Name.
    pub name: PersonName,
    /// Language of their mails.
    pub language: Language,
}

/// One line of the list. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct ListLine {
    /// Its number in the text, from 1.
    pub number: u32,
    /// The address as typed.
    pub email: String,
    /// The name as typed.
    pub name: String,
    /// The language as typed, or the code of the one taken.
    pub language: String,
    /// What becomes of it.
    pub outcome: LineOutcome,
    /// The person, on a line that is [`LineOutcome::New`] or only known already.
    pub person: Option<Person>,
}

/// A list that was read.
pub struct ParsedList {
    /// What stands between its cells.
    pub separator: Separator,
    /// Whether its first line names the columns.
    pub has_header: bool,
    /// Columns that are not used, as their header names them.
    pub ignored_columns: Vec<String>,
    /// Its lines, in order.
    pub lines: Vec<ListLine>,
}

/// Why a list cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListProblem {
    /// Nothing in it.
    Empty,
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// More than [`MAX_LINES`].
    TooManyLines,
    /// A spreadsheet file or other binary data.
    NotText,
}

impl ListProblem {
    /// The code for pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLarge => "too_large",
            Self::TooManyLines => "too_many_lines",
            Self::NotText => "not_text",
        }
    }
}

/// What a campaign offers.
#[derive(Clone, Copy, Debug)]
pub struct ListOptions<'a> {
    /// Languages offered.
    pub languages: &'a [Language],
    /// The language of lines that name none.
    pub default_language: Language,
}

/// Reads a list.
///
/// # Errors
/// [`ListProblem`] when there is nothing in it that could be reported line by line.
pub fn parse(text: &str, options: ListOptions<'_>) -> Result<ParsedList, ListProblem> {
    if text.len() > MAX_BYTES {
        return Err(ListProblem::TooLarge);
    }
    // Carriage returns alone end lines too: lists from old Macintoshes and some terminals.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let separator = Separator::sniff(&text);
    let mut rows = Lines::new(&text, separator).peekable();
    let header = match rows.peek() {
        Some((_, SplitLine::Cells(cells))) => header::columns(cells),
        _ => None,
    };
    if header.is_some() {
        rows.next();
    }
    let mut reader = Reader { options, header, seen: HashSet::new(), lines: Vec::new() };
    for (number, row) in rows {
        if reader.lines.len() >= MAX_LINES {
            return Err(ListProblem::TooManyLines);
        }
        reader.read(number, row);
    }
    if reader.lines.is_empty() {
        return Err(ListProblem::Empty);
    }
    Ok(ParsedList {
        separator,
        has_header: reader.header.is_some(),
        ignored_columns: reader.header.map(|columns| columns.ignored).unwrap_or_default(),
        lines: reader.lines,
    })
}

struct Reader<'a> {
    options: ListOptions<'a>,
    header: Option<Columns>,
    seen: HashSet<String>,
    lines: Vec<ListLine>,
}

/// The texts of one person, as typed.
#[derive(Default)]
struct Typed {
    email: String,
    name: String,
    language: String,
    too_many: bool,
}

impl Reader<'_> {
    fn read(&mut self, number: u32, row: SplitLine) {
        let cells = match row {
            SplitLine::Cells(cells) => cells,
            SplitLine::BrokenQuotes => return self.broken(number, LineOutcome::BrokenQuotes),
            SplitLine::TooLong => return self.broken(number, LineOutcome::LineTooLong),
        };
        if let Some(columns) = &self.header {
            let typed = by_header(columns, &cells);
            return self.judge(number, typed);
        }
        let people = cells.iter().filter(|cell| !cell.is_empty());
        if people.clone().count() > 1 && people.clone().all(|cell| is_address(cell)) {
            // « Anne <a@b.fr>; Luc <c@d.fr> », as copied from a mail program.
            for cell in cells.into_iter().filter(|cell| !cell.is_empty()) {
                self.judge(number, by_place(&[cell]));
            }
        } else {
            self.judge(number, by_place(&cells));
        }
    }

    fn broken(&mut self, number: u32, outcome: LineOutcome) {
        let (email, name, language) = Default::default();
        self.lines.push(ListLine { number, email, name, language, outcome, person: None });
    }

    fn judge(&mut self, number: u32, typed: Typed) {
        let (mut outcome, person) = match self.person(&typed) {
            Ok(person) => (LineOutcome::New, Some(person)),
            Err(outcome) => (outcome, None),
        };
        if let Some(person) = &person
            && !self.seen.insert(person.email.identity())
        {
            outcome = LineOutcome::DuplicateInList;
        }
        let language = person.as_ref().map_or(typed.language, |person| person.language.code().to_owned());
        self.lines.push(ListLine { number, email: typed.email, name: typed.name, language, outcome, person });
    }

    fn person(&self, typed: &Typed) -> Result<Person, LineOutcome> {
        if typed.too_many {
            return Err(LineOutcome::TooManyColumns);
        }
        let email = EmailAddress::parse(&typed.email).map_err(|error| match error {
            EmailError::Empty => LineOutcome::MissingEmail,
            _ => LineOutcome::InvalidEmail,
        })?;
        let name = PersonName::parse(&typed.name).map_err(|error| match error {
            NameError::Empty => LineOutcome::MissingName,
            NameError::TooLong | NameError::ControlCharacter => LineOutcome::InvalidName,
        })?;
        let language = match typed.language.as_str() {
            "" => self.options.default_language,
            code => header::language(code).ok_or(LineOutcome::UnknownLanguage)?,
        };
        if !self.options.languages.contains(&language) {
            return Err(LineOutcome::LanguageNotOffered);
        }
        Ok(Person { email, name, language })
    }
}

fn by_header(columns: &Columns, cells: &[String]) -> Typed {
    let cell = |index: Option<usize>| index.and_then(|index| cells.get(index)).map_or("", String::as_str);
    let (in_name, email) = with_angles(cell(Some(columns.email)));
    let name = joined(&[cell(columns.first), cell(columns.last)]);
    Typed {
        email,
        name: if name.is_empty() { in_name } else { name },
        language: cell(columns.language).to_owned(),
        too_many: cells.iter().skip(columns.width).any(|cell| !cell.is_empty()),
    }
}

/// Cells without a header: the first that is an address is the address, a last one that is a language code is the language,
/// one or two others are the name.
fn by_place(cells: &[String]) -> Typed {
    let mut typed = Typed::default();
    let mut names: Vec<&str> = Vec::new();
    let at = cells.iter().position(|cell| is_address(cell));
    let at = at.or_else(|| cells.iter().position(|cell| cell.contains('@')));
    let mut in_name = String::new();
    if let Some(cell) = at.and_then(|at| cells.get(at)) {
        (in_name, typed.email) = with_angles(cell);
    }
    names.extend(
        cells
            .iter()
            .enumerate()
            .filter(|(index, cell)| Some(*index) != at && !cell.is_empty())
            .map(|(_, cell)| cell.as_str()),
    );
    if let Some(last) = names.last()
        && (names.len() > 1 || !in_name.is_empty())
        && header::looks_like_a_language(last)
    {
        (*last).clone_into(&mut typed.language);
        names.pop();
    }
    typed.too_many = names.len() > 2;
    names.insert(0, &in_name);
    typed.name = joined(&names);
    typed
}

/// The name and the address of `Name <address>`; an empty name when there is only an address.
fn with_angles(cell: &str) -> (String, String) {
    match cell.trim_end().strip_suffix('>').and_then(|cell| cell.rsplit_once('<')) {
        Some((name, email)) => (name.trim().trim_matches('"').trim().to_owned(), email.trim().to_owned()),
        None => (String::new(), cell.to_owned()),
    }
}

fn is_address(cell: &str) -> bool {
    EmailAddress::parse(&with_angles(cell).1).is_ok()
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
