//! Reading CSV: wide or long, with the line and column of whatever is wrong.

use std::collections::BTreeMap;
use std::path::Path;

use psychometrics::irt::responses::Responses;
use psychometrics::matrix::ScoreMatrix;

use crate::analyze::AnalyzeError;

/// Most bytes of a file: a million rows of sixty answers fit.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Names of a column that tells who or what a row is.
const NAMES: [&str; 6] = ["person", "id", "candidate", "target", "option", "personne"];

/// Columns of text with the line of each row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    file: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    lines: Vec<usize>,
    names: Vec<String>,
}

impl Table {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, AnalyzeError> {
        let file = path.display().to_string();
        let problem = |what: &dyn std::fmt::Display| AnalyzeError(format!("{file}: {what}"));
        let size = std::fs::metadata(path).map_err(|e| problem(&e))?.len();
        if size > MOST_BYTES {
            return Err(problem(&format!("{size} bytes, at most {MOST_BYTES} are read")));
        }
        let bytes = std::fs::read(path).map_err(|e| problem(&e))?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::parse(&file, text),
            Err(error) => {
                let before = bytes.iter().take(error.valid_up_to());
                let line = 1 + before.filter(|byte| **byte == b'\n').count();
                Err(problem(&format!("line {line} is not UTF-8; save the file as \"CSV UTF-8\"")))
            }
        }
    }

    /// Reads text: the separator is the one of `,` `;` and tab that the header holds most of.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, AnalyzeError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = text.lines().next().unwrap_or_default();
        let separator = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|own| (header.bytes().filter(|byte| byte == own).count(), *own == b','))
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let problem = |what: String| AnalyzeError(format!("{file}: {what}"));
        let columns: Vec<String> =
            reader.headers().map_err(|e| problem(e.to_string()))?.iter().map(str::to_owned).collect();
        if columns.iter().all(String::is_empty) {
            return Err(problem("the file is empty; line 1 must name the columns".to_owned()));
        }
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, name) in columns.iter().enumerate() {
            if let Some(first) = seen.insert(name, place) {
                let (first, place) = (first + 1, place + 1);
                return Err(problem(format!("line 1: columns {first} and {place} are both named {name:?}")));
            }
        }
        let mut table =
            Self { file: file.to_owned(), columns, rows: Vec::new(), lines: Vec::new(), names: Vec::new() };
        let (mut line, mut counted) = (1, 0);
        for record in reader.records() {
            let record = record.map_err(|e| problem(e.to_string()))?;
            // A record's place is before the empty lines that were skipped to reach it.
            let start =
                record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(counted);
            let skipped = text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let bytes = text.bytes().skip(counted).take((start + skipped).saturating_sub(counted));
            line += bytes.filter(|byte| *byte == b'\n').count();
            counted = start + skipped;
            let (found, expected) = (record.len(), table.columns.len());
            if found != expected {
                return Err(problem(format!("line {line} has {found} cells, the header {expected}")));
            }
            table.rows.push(record.iter().map(str::to_owned).collect());
            table.lines.push(line);
        }
        if table.rows.is_empty() {
            return Err(problem("no row below the header".to_owned()));
        }
        table.widened()?.named()
    }

    /// A long table (person, item, answer) as a wide one; a wide one as it is.
    fn widened(self) -> Result<Self, AnalyzeError> {
        let lower: Vec<String> = self.columns.iter().map(|name| name.to_lowercase()).collect();
        let find = |names: &[&str]| lower.iter().position(|name| names.contains(&name.as_str()));
        let places = (
            find(&NAMES),
            find(&["item", "action", "question", "rater"]),
            find(&["answer", "response", "value", "rating", "score", "réponse"]),
        );
        let (Some(person), Some(item), Some(answer), 3) = (places.0, places.1, places.2, self.columns.len())
        else {
            return Ok(self);
        };
        let mut items: Vec<String> = Vec::new();
        let mut people: Vec<(String, usize)> = Vec::new();
        let mut place_of: BTreeMap<String, usize> = BTreeMap::new();
        let mut item_of: BTreeMap<String, usize> = BTreeMap::new();
        let mut cells: BTreeMap<(usize, usize), String> = BTreeMap::new();
        for (row, line) in self.rows.iter().zip(&self.lines) {
            let cell = |place: usize| row.get(place).cloned().unwrap_or_default();
            let (who, what) = (cell(person), cell(item));
            let p = *place_of.entry(who.clone()).or_insert_with(|| {
                people.push((who.clone(), *line));
                people.len() - 1
            });
            let j = *item_of.entry(what.clone()).or_insert_with(|| {
                items.push(what.clone());
                items.len() - 1
            });
            if cells.insert((p, j), cell(answer)).is_some() {
                let file = &self.file;
                return Err(AnalyzeError(format!(
                    "{file}, line {line}: a second answer of {who:?} to {what:?}"
                )));
            }
        }
        let row =
            |p: usize| (0..items.len()).map(|j| cells.get(&(p, j)).cloned().unwrap_or_default()).collect();
        Ok(Self {
            rows: (0..people.len()).map(row).collect(),
            lines: people.iter().map(|(_, line)| *line).collect(),
            names: people.into_iter().map(|(name, _)| name).collect(),
            columns: items,
            file: self.file,
        })
    }

    /// Takes the column of names out, or numbers the rows.
    fn named(mut self) -> Result<Self, AnalyzeError> {
        if self.names.is_empty() {
            let place = self.columns.iter().position(|name| NAMES.contains(&name.to_lowercase().as_str()));
            self.names = match place {
                Some(place) => {
                    let names = self.column_at(place);
                    self.remove(place);
                    names
                }
                None => (1..=self.rows.len()).map(|row| row.to_string()).collect(),
            };
        }
        if self.columns.is_empty() {
            return Err(AnalyzeError(format!("{}: no column beside the names", self.file)));
        }
        Ok(self)
    }

    fn column_at(&self, place: usize) -> Vec<String> {
        self.rows.iter().map(|row| row.get(place).cloned().unwrap_or_default()).collect()
    }

    fn remove(&mut self, place: usize) {
        self.columns.remove(place);
        self.rows.iter_mut().for_each(|row| {
            row.remove(place);
        });
    }

    fn place(&self, name: &str) -> Result<usize, AnalyzeError> {
        self.columns.iter().position(|column| column == name).ok_or_else(|| {
            AnalyzeError(format!("{}: no column {name:?}; there are {}", self.file, self.columns.join(", ")))
        })
    }

    /// Without some columns.
    pub(super) fn without(mut self, names: &[String]) -> Result<Self, AnalyzeError> {
        for name in names {
            let place = self.place(name)?;
            self.remove(place);
        }
        Ok(self)
    }

    /// One column of text, and the table without it.
    pub(super) fn split(&self, name: &str) -> Result<(Vec<String>, Self), AnalyzeError> {
        let place = self.place(name)?;
        let (column, mut rest) = (self.column_at(place), self.clone());
        rest.remove(place);
        Ok((column, rest))
    }

    /// Names of the items.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Names of the people.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    fn wrong(&self, row: usize, column: usize, cell: &str, wanted: &str) -> AnalyzeError {
        let line = self.lines.get(row).copied().unwrap_or(0);
        let name = self.columns.get(column).map_or("", String::as_str);
        AnalyzeError(format!("{}, line {line}, column {name:?}: {cell:?} is not {wanted}", self.file))
    }

    /// Every cell parsed; empty cells and NA are gaps.
    fn cells<T>(
        &self,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<Vec<Option<T>>>, AnalyzeError> {
        let row = |(r, row): (usize, &Vec<String>)| {
            row.iter()
                .enumerate()
                .map(|(c, cell)| match cell.as_str() {
                    "" | "NA" | "na" | "." => Ok(None),
                    text => parse(text).map(Some).ok_or_else(|| self.wrong(r, c, text, wanted)),
                })
                .collect()
        };
        self.rows.iter().enumerate().map(row).collect()
    }

    /// Whole numbers as categories.
    pub(super) fn small_numbers(&self, most: u8) -> Result<Vec<Vec<Option<u8>>>, AnalyzeError> {
        let wanted = format!("a whole number from 0 to {most}");
        self.cells(&wanted, |text| text.parse::<u8>().ok().filter(|value| *value <= most))
    }

    /// Answers from 0; answers that all start at 1 are shifted, which the flag tells.
    pub(super) fn responses(&self) -> Result<(Responses, bool), AnalyzeError> {
        let mut rows = self.small_numbers(63)?;
        let lowest = rows.iter().flatten().flatten().min().copied();
        let is_shifted = lowest == Some(1);
        if is_shifted {
            rows.iter_mut().flatten().flatten().for_each(|value| *value -= 1);
        }
        let table = Responses::from_rows(self.columns.len(), rows);
        Ok((table.map_err(|e| AnalyzeError::engine(&self.file, &e))?, is_shifted))
    }

    /// Any finite numbers; a decimal comma counts when commas do not separate.
    pub(super) fn numbers(&self) -> Result<ScoreMatrix, AnalyzeError> {
        let rows = self.cells("a number", |text| {
            text.replace(',', ".").parse::<f64>().ok().filter(|value| value.is_finite())
        })?;
        ScoreMatrix::from_rows(self.columns.len(), rows).map_err(|e| AnalyzeError::engine(&self.file, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(text: &str) -> String {
        Table::parse("x.csv", text).and_then(|table| table.responses()).unwrap_err().to_string()
    }

    #[test]
    fn wide_and_long_and_every_separator_read_alike() {
        let wide = Table::parse("x", "person,a,b\nx,0,1\ny,2,\n").unwrap();
        for text in ["\u{feff}person;a;b\r\nx;0;1\r\ny;2;\r\n", "person\ta\tb\nx\t0\t1\ny\t2\tNA\n"] {
            assert_eq!(Table::parse("x", text).unwrap().responses(), wide.responses());
        }
        let long = Table::parse("x", "person,item,answer\nx,a,0\nx,b,1\ny,a,2\n").unwrap();
        assert_eq!((long.columns(), long.names()), (wide.columns(), wide.names()));
        assert_eq!(long.responses(), wide.responses());
        let (shifted, is_shifted) = Table::parse("x", "a,b\n1,2\n3,\"1\"\n").unwrap().responses().unwrap();
        assert_eq!((shifted.category(0, 0), is_shifted), (Some(0), true));
        let decimal = Table::parse("x", "a;b\n1,5;2\n").unwrap().numbers().unwrap();
        assert_eq!(decimal.complete_rows(), vec![vec![1.5, 2.0]]);
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(
            failure("a,b\n0,1\n0,x\n"),
            "x.csv, line 3, column \"b\": \"x\" is not a whole number from 0 to 63"
        );
        assert_eq!(
            failure("a,b\n0,1\n\n0,1.5\n"),
            "x.csv, line 4, column \"b\": \"1.5\" is not a whole number from 0 to 63"
        );
        assert_eq!(failure("a,b\n0,1,2\n"), "x.csv: line 2 has 3 cells, the header 2");
        assert_eq!(failure("a,a\n0,1\n"), "x.csv: line 1: columns 1 and 2 are both named \"a\"");
        assert_eq!(failure(""), "x.csv: the file is empty; line 1 must name the columns");
        assert_eq!(failure("a,b\n"), "x.csv: no row below the header");
        assert_eq!(
            failure("a,b\n0,-1\n"),
            "x.csv, line 2, column \"b\": \"-1\" is not a whole number from 0 to 63"
        );
        assert!(failure("person,item,answer\nx,a,0\nx,a,1\n").contains("line 3: a second answer"));
        assert!(
            Table::parse("x", "a\n1\n").unwrap().split("b").unwrap_err().to_string().contains("no column")
        );
    }
}
