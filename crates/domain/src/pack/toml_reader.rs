//! Reads TOML tables field by field and notes every problem with its line, where a derived deserialiser
//! would stop at the first. It knows types and texts, not what the fields mean.

use crate::language::Language;
use crate::pack::Localised;
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::{Located, TomlFile};
use chrono::NaiveDate;
use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Longest text, in characters.
const MAX_TEXT_CHARS: usize = 2_000;

/// One table with the fields taken from it so far; the rest is unknown.
pub(super) struct Table<'t> {
    source: &'t TomlFile<'t>,
    /// What it is called in messages, such as `[[action]] 2`; empty for the whole file.
    name: String,
    line: u32,
    entries: &'t DeTable<'t>,
    known: RefCell<Vec<&'static str>>,
}

impl<'t> Table<'t> {
    pub(super) fn root(source: &'t TomlFile<'t>, document: &'t Spanned<DeTable<'t>>) -> Self {
        Self::of(source, String::new(), 1, document.get_ref())
    }

    fn of(source: &'t TomlFile<'t>, name: String, line: u32, entries: &'t DeTable<'t>) -> Self {
        Self { source, name, line, entries, known: RefCell::default() }
    }

    /// The line of its head.
    pub(super) const fn line(&self) -> u32 {
        self.line
    }

    pub(super) fn source(&self) -> &'t TomlFile<'t> {
        self.source
    }

    /// Notes the fields that nothing has asked for.
    pub(super) fn refuse_unknown_fields(&self) {
        let known = self.known.borrow();
        for key in self.entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let line = self.source.line(key.span().start);
            let message = format!(
                "The field \"{}\" is not known{}; known are: {}.",
                key.get_ref(),
                self.place(),
                known.join(", ")
            );
            self.source.note(ProblemCode::UnknownField, Some(line), message);
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A text: not blank, not too long, without markup.
    pub(super) fn text(&self, key: &'static str) -> Option<Located<String>> {
        let found = self.required(key)?;
        self.text_of(found, &format!("\"{key}\""))
    }

    pub(super) fn optional_text(&self, key: &'static str) -> Option<Located<String>> {
        let found = self.optional(key)?;
        self.text_of(found, &format!("\"{key}\""))
    }

    /// A text that is an id or a word of a closed list.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &self,
        key: &'static str,
        code: ProblemCode,
    ) -> Option<Located<T>> {
        let found = self.required(key)?;
        self.parsed_value(found, &format!("\"{key}\""), code)
    }

    /// A list of ids or words, each once unless noted.
    pub(super) fn parsed_list<T: FromStr<Err: Display> + PartialEq>(
        &self,
        key: &'static str,
        code: ProblemCode,
    ) -> Option<Vec<Located<T>>> {
        let found = self.required(key)?;
        let what = format!("each of \"{key}\"");
        let mut list: Vec<Located<T>> = Vec::new();
        let mut is_complete = true;
        for element in self.array(found, key)? {
            match self.parsed_value(element, &what, code) {
                Some(parsed) if list.iter().any(|other| other.value == parsed.value) => {
                    is_complete = false;
                    let message = format!("\"{key}\"{} lists the same value twice.", self.place());
                    self.source.note(ProblemCode::Duplicate, Some(parsed.line), message);
                }
                Some(parsed) => list.push(parsed),
                None => is_complete = false,
            }
        }
        is_complete.then_some(list)
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<Located<String>>> {
        let found = self.required(key)?;
        let what = format!("each of \"{key}\"");
        let elements = self.array(found, key)?;
        // Collected first, so that one broken element does not hide the next.
        let texts: Vec<_> = elements.map(|element| self.text_of(element, &what)).collect();
        texts.into_iter().collect()
    }

    /// A whole number within limits.
    pub(super) fn number(&self, key: &'static str, limits: RangeInclusive<u32>) -> Option<Located<u32>> {
        self.number_or(key, limits, ProblemCode::Malformed)
    }

    /// A whole number that may be negative and may be left out, 0 then.
    pub(super) fn signed_or_zero(
        &self,
        key: &'static str,
        limits: RangeInclusive<i32>,
    ) -> Option<Located<i32>> {
        let Some(found) = self.optional(key) else { return Some(Located { value: 0, line: self.line }) };
        let line = self.source.line(found.span().start);
        let Some(integer) = found.get_ref().as_integer() else {
            return self.wrong_type(found, &format!("\"{key}\""), "a whole number");
        };
        let number = i32::from_str_radix(integer.as_str(), integer.radix()).ok();
        match number.filter(|number| limits.contains(number)) {
            Some(value) => Some(Located { value, line }),
            None => {
                let (from, to) = (limits.start(), limits.end());
                let message =
                    format!("\"{key}\"{} is {integer}; it must be from {from} to {to}.", self.place());
                self.source.note(ProblemCode::Malformed, Some(line), message);
                None
            }
        }
    }

    /// An id or word of a closed list that may be left out.
    pub(super) fn optional_parsed<T: FromStr<Err: Display>>(
        &self,
        key: &'static str,
        code: ProblemCode,
    ) -> Option<Option<Located<T>>> {
        match self.optional(key) {
            Some(found) => self.parsed_value(found, &format!("\"{key}\""), code).map(Some),
            None => Some(None),
        }
    }

    /// A list of ids or words that may be left out.
    pub(super) fn optional_parsed_list<T: FromStr<Err: Display> + PartialEq>(
        &self,
        key: &'static str,
        code: ProblemCode,
    ) -> Option<Vec<Located<T>>> {
        if self.has(key) {
            self.parsed_list(key, code)
        } else {
            self.known.borrow_mut().push(key);
            Some(Vec::new())
        }
    }

    /// A whole number within limits, with its own code when it lies outside.
    pub(super) fn number_or(
        &self,
        key: &'static str,
        limits: RangeInclusive<u32>,
        outside: ProblemCode,
    ) -> Option<Located<u32>> {
        let found = self.required(key)?;
        let line = self.source.line(found.span().start);
        let Some(integer) = found.get_ref().as_integer() else {
            return self.wrong_type(found, &format!("\"{key}\""), "a whole number");
        };
        // A number beyond 64 bits reads as none, which lies outside of any limits too.
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        match number.and_then(|number| u32::try_from(number).ok()).filter(|n| limits.contains(n)) {
            Some(value) => Some(Located { value, line }),
            None => {
                let (from, to) = (limits.start(), limits.end());
                let message =
                    format!("\"{key}\"{} is {integer}; it must be from {from} to {to}.", self.place());
                self.source.note(outside, Some(line), message);
                None
            }
        }
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<Located<bool>> {
        let found = self.required(key)?;
        self.boolean_of(found, key)
    }

    /// A truth value that may be left out.
    pub(super) fn boolean_or(&self, key: &'static str, default: bool) -> Option<Located<bool>> {
        match self.optional(key) {
            Some(found) => self.boolean_of(found, key),
            None => Some(Located { value: default, line: self.line }),
        }
    }

    pub(super) fn date(&self, key: &'static str) -> Option<Located<NaiveDate>> {
        let found = self.required(key)?;
        let line = self.source.line(found.span().start);
        let date = found.get_ref().as_datetime().filter(|at| at.time.is_none()).and_then(|at| at.date);
        match date {
            Some(date) => {
                NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
                    .map(|value| Located { value, line })
            }
            None => {
                self.wrong_type(found, &format!("\"{key}\""), "a date such as 2026-11-21, without quotes")
            }
        }
    }

    /// A table below this one.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'t>> {
        let found = self.required(key)?;
        match found.get_ref().as_table() {
            Some(entries) => {
                let line = self.source.line(found.span().start);
                Some(Table::of(self.source, format!("[{key}]"), line, entries))
            }
            None => self.wrong_type(found, &format!("\"{key}\""), "a table"),
        }
    }

    /// The tables of a list such as `[[action]]`; an empty list reads as a missing field.
    pub(super) fn tables(&self, key: &'static str) -> Option<Vec<Table<'t>>> {
        let found = self.required(key)?;
        let mut tables = Vec::new();
        for (index, element) in self.array(found, key)?.enumerate() {
            let name = format!("[[{key}]] {}", index + 1);
            match element.get_ref().as_table() {
                Some(entries) => {
                    let line = self.source.line(element.span().start);
                    tables.push(Table::of(self.source, name, line, entries));
                }
                None => return self.wrong_type(element, &name, "a table"),
            }
        }
        Some(tables)
    }

    /// As [`Table::tables`], where none is allowed.
    pub(super) fn optional_tables(&self, key: &'static str) -> Option<Vec<Table<'t>>> {
        if self.has(key) {
            self.tables(key)
        } else {
            self.known.borrow_mut().push(key);
            Some(Vec::new())
        }
    }

    /// A table of one text per language, complete for the languages given and without others.
    pub(super) fn localised(&self, key: &'static str, languages: &[Language]) -> Option<Localised<String>> {
        let table = self.table(key)?;
        let mut texts = Vec::new();
        for (name, value) in table.entries.iter() {
            let what = format!("\"{key}.{}\"", name.get_ref());
            match Language::parse(name.get_ref()) {
                Ok(language) if languages.contains(&language) => {
                    texts.push(self.text_of(value, &what).map(|text| (language, text.value)));
                }
                _ => {
                    let line = self.source.line(name.span().start);
                    let message = format!("{what}{} is in no language of the pack.", self.place());
                    self.source.note(ProblemCode::UnknownField, Some(line), message);
                }
            }
        }
        for language in languages.iter().filter(|language| !table.has(language.code())) {
            let message = format!("\"{key}\"{} lacks the language {language}.", self.place());
            self.source.note(ProblemCode::MissingLanguage, Some(table.line), message);
        }
        texts.into_iter().collect()
    }

    fn optional(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.borrow_mut().push(key);
        self.entries.get(key)
    }

    fn required(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        let found = self.optional(key);
        if found.is_none() {
            let message = format!("The field \"{key}\" is missing{}.", self.place());
            self.source.note(ProblemCode::MissingField, Some(self.line), message);
        }
        found
    }

    fn array(
        &self,
        found: &'t Spanned<DeValue<'t>>,
        key: &str,
    ) -> Option<impl Iterator<Item = &'t Spanned<DeValue<'t>>> + use<'t>> {
        match found.get_ref().as_array() {
            Some(elements) => Some(elements.iter()),
            None => self.wrong_type(found, &format!("\"{key}\""), "a list"),
        }
    }

    fn boolean_of(&self, found: &Spanned<DeValue<'t>>, key: &str) -> Option<Located<bool>> {
        let line = self.source.line(found.span().start);
        match found.get_ref().as_bool() {
            Some(value) => Some(Located { value, line }),
            None => self.wrong_type(found, &format!("\"{key}\""), "true or false"),
        }
    }

    fn parsed_value<T: FromStr<Err: Display>>(
        &self,
        found: &Spanned<DeValue<'t>>,
        what: &str,
        code: ProblemCode,
    ) -> Option<Located<T>> {
        let line = self.source.line(found.span().start);
        let Some(text) = found.get_ref().as_str() else {
            return self.wrong_type(found, what, "a text");
        };
        match text.parse() {
            Ok(value) => Some(Located { value, line }),
            Err(error) => {
                let message = format!("{what}{} cannot be \"{text}\": {error}.", self.place());
                self.source.note(code, Some(line), message);
                None
            }
        }
    }

    fn text_of(&self, found: &Spanned<DeValue<'t>>, what: &str) -> Option<Located<String>> {
        let line = self.source.line(found.span().start);
        let Some(text) = found.get_ref().as_str() else {
            return self.wrong_type(found, what, "a text");
        };
        let place = self.place();
        let fault = if text.trim().is_empty() {
            Some((ProblemCode::BlankText, format!("{what}{place} is empty.")))
        } else if text.chars().count() > MAX_TEXT_CHARS {
            Some((
                ProblemCode::TextTooLong,
                format!("{what}{place} has more than {MAX_TEXT_CHARS} characters."),
            ))
        } else {
            text.chars().find(|character| is_bad(*character)).map(|character| {
                let message = format!("{what}{place} holds the character {character:?}; write plain text.");
                (ProblemCode::BadCharacter, message)
            })
        };
        match fault {
            Some((code, message)) => {
                self.source.note(code, Some(line), message);
                None
            }
            None => Some(Located { value: text.to_owned(), line }),
        }
    }

    fn wrong_type<T>(&self, found: &Spanned<DeValue<'_>>, what: &str, wanted: &str) -> Option<T> {
        let line = self.source.line(found.span().start);
        let kind = found.get_ref().type_str();
        let message = format!("{what}{} must be {wanted}, not a TOML {kind}.", self.place());
        self.source.note(ProblemCode::WrongType, Some(line), message);
        None
    }

    fn place(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!(" in {}", self.name) }
    }
}

/// Whether a character has no place in prose: markup, or one that hides or turns text.
fn is_bad(character: char) -> bool {
    matches!(character, '<' | '>') || (character != '\n' && crate::person_name::breaks_a_line(character))
}
