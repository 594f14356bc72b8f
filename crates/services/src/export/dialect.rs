//! The two CSV dialects and what keeps a spreadsheet from taking a cell for a formula.

use chrono::NaiveDateTime;

use crate::error::ServiceError;
use crate::zone::zone;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// UTF-8, comma, decimal point.
    International,
    /// UTF-8 with a byte order mark, semicolon, decimal comma: what Excel in French opens by a double click.
    ExcelFrench,
}

impl Dialect {
    /// The code in the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::International => "intl",
            Self::ExcelFrench => "excel-fr",
        }
    }

    /// The dialect of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::International, Self::ExcelFrench].into_iter().find(|dialect| dialect.code() == code)
    }

    /// What stands before the first row.
    pub(crate) const fn mark(self) -> &'static [u8] {
        match self {
            Self::International => b"",
            Self::ExcelFrench => b"\xef\xbb\xbf",
        }
    }

    pub(crate) const fn delimiter(self) -> u8 {
        match self {
            Self::International => b',',
            Self::ExcelFrench => b';',
        }
    }

    /// A number with two decimals; nothing is an empty cell.
    pub(crate) fn number(self, value: Option<f64>) -> String {
        let text = value.map_or_else(String::new, |value| format!("{value:.2}"));
        match self {
            Self::International => text,
            Self::ExcelFrench => text.replace('.', ","),
        }
    }

    /// Rows of cells as bytes, each row ending in CR LF. Every cell passes [`harmless`].
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when the writer fails, which it has no reason to.
    pub(crate) fn rows(self, rows: &[Vec<String>]) -> Result<Vec<u8>, ServiceError> {
        let fault = |error: csv::Error| ServiceError::broken_by("writing a CSV file", error);
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter())
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        for row in rows {
            writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(fault)?;
        }
        writer
            .into_inner()
            .map_err(|error| ServiceError::broken("writing a CSV file: ".to_owned() + &error.to_string()))
    }
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe, but for plain numbers.
pub(crate) fn harmless(cell: &str) -> String {
    // Spreadsheets look behind blanks, and some take the full-width signs for the others.
    let begins_a_formula = cell.starts_with(['\t', '\r', '\n'])
        || cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if begins_a_formula && !is_plain_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn is_plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let parts: Vec<&str> = digits.splitn(2, ['.', ',']).collect();
    parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A time as ISO 8601 with its offset in a zone, to the second.
pub(crate) fn iso_time(zone_name: &str, utc: NaiveDateTime) -> String {
    let zone = zone(zone_name).unwrap_or(chrono_tz::Tz::UTC);
    utc.and_utc().with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_made_harmless() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("-12.5", "-12.5"),
            ("+33", "+33"),
            ("-12,5", "-12,5"),
            ("-", "'-"),
            ("-1.2.3", "'-1.2.3"),
            ("Tilleul 27", "Tilleul 27"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn the_dialects_differ_in_mark_separator_and_decimals() {
        let row = |dialect: Dialect| {
            let cells = vec![vec!["a;b,c".to_owned(), dialect.number(Some(74.256)), dialect.number(None)]];
            String::from_utf8(dialect.rows(&cells).unwrap()).unwrap()
        };

        assert_eq!(row(Dialect::International), "\"a;b,c\",74.26,\r\n");
        assert_eq!(row(Dialect::ExcelFrench), "\"a;b,c\";74,26;\r\n");
        assert_eq!(Dialect::ExcelFrench.mark(), "\u{feff}".as_bytes());
    }

    #[test]
    fn codes_are_read_back() {
        assert_eq!(Dialect::parse("intl"), Some(Dialect::International));
        assert_eq!(Dialect::parse("excel-fr"), Some(Dialect::ExcelFrench));
        assert_eq!(Dialect::parse("xlsx"), None);
    }

    #[test]
    fn times_have_the_offset_of_the_campaign() {
        let at = NaiveDateTime::parse_from_str("2026-11-22T13:05:09", "%Y-%m-%dT%H:%M:%S").unwrap();

        assert_eq!(iso_time("Europe/Paris", at), "2026-11-22T14:05:09+01:00");
    }
}
