//! From text to lines of cells. A line is the unit of report, so an open quote costs its own line, not the whole rest
//! of the file (which is why the csv crate, made for well-formed files, is not used here).

/// Longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 4_096;
/// How many physical lines a quoted cell may span.
const MAX_JOINED: usize = 5;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A comma.
    Comma,
    /// A semicolon.
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    const PREFERRED: [Self; 3] = [Self::Tab, Self::Semicolon, Self::Comma];

    const fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }

    /// The code for pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    /// The separator that stands in most of the first lines; of equals, the one least likely to stand in a name.
    #[must_use]
    pub fn sniff(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(30).collect();
        let count = |separator: Self| {
            lines.iter().filter(|line| stands_outside_quotes(line, separator.character())).count()
        };
        let mut best = (0, Self::Comma);
        for separator in Self::PREFERRED {
            let lines_with = count(separator);
            if lines_with > best.0 {
                best = (lines_with, separator);
            }
        }
        best.1
    }
}

fn stands_outside_quotes(line: &str, wanted: char) -> bool {
    let mut quoted = false;
    line.chars().any(|character| {
        quoted ^= character == '"';
        !quoted && character == wanted
    })
}

/// One line of cells, or why it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitLine {
    /// Trimmed cells.
    Cells(Vec<String>),
    /// A quote is opened and not closed, or closed in the middle of a cell.
    BrokenQuotes,
    /// More than [`MAX_LINE_BYTES`].
    TooLong,
}

/// Walks through the lines of a text; line numbers count from 1 and name the first physical line.
pub struct Lines<'a> {
    rest: std::iter::Peekable<std::str::Lines<'a>>,
    number: u32,
    separator: Separator,
}

impl<'a> Lines<'a> {
    /// The lines of a text whose line ends are `\n` or `\r\n`.
    #[must_use]
    pub fn new(text: &'a str, separator: Separator) -> Self {
        Self { rest: text.lines().peekable(), number: 0, separator }
    }
}

impl Iterator for Lines<'_> {
    type Item = (u32, SplitLine);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = self.rest.next()?;
            self.number = self.number.saturating_add(1);
            let number = self.number;
            if line.trim().is_empty() {
                continue;
            }
            if line.len() > MAX_LINE_BYTES {
                return Some((number, SplitLine::TooLong));
            }
            let split = match cells(line, self.separator) {
                Ok(cells) => SplitLine::Cells(cells),
                Err(Open::AtTheEnd) => self.joined(line),
                Err(Open::InTheMiddle) => SplitLine::BrokenQuotes,
            };
            // Lines of nothing but separators, as spreadsheets leave them.
            if !matches!(&split, SplitLine::Cells(cells) if cells.iter().all(String::is_empty)) {
                return Some((number, split));
            }
        }
    }
}

impl Lines<'_> {
    /// A line with an open quote, together with the few lines that close it; alone when none does.
    fn joined(&mut self, first: &str) -> SplitLine {
        let mut whole = first.to_owned();
        let mut ahead = self.rest.clone();
        for taken in 1..MAX_JOINED {
            let Some(line) = ahead.next() else { break };
            whole.push('\n');
            whole.push_str(line);
            if whole.len() > MAX_LINE_BYTES {
                break;
            }
            if let Ok(cells) = cells(&whole, self.separator) {
                self.rest = ahead;
                self.number = self.number.saturating_add(u32::try_from(taken).unwrap_or(0));
                return SplitLine::Cells(cells);
            }
        }
        SplitLine::BrokenQuotes
    }
}

/// Where a quote was left open.
enum Open {
    AtTheEnd,
    InTheMiddle,
}

/// The cells of one line by RFC 4180: a cell that begins with a quote ends with one, and doubles those within.
fn cells(line: &str, separator: Separator) -> Result<Vec<String>, Open> {
    let separator = separator.character();
    let mut cells = Vec::new();
    let mut characters = line.chars().peekable();
    loop {
        while characters.next_if(|c| *c != separator && c.is_whitespace() && *c != '\n').is_some() {}
        let mut cell = String::new();
        if characters.next_if_eq(&'"').is_some() {
            loop {
                match characters.next() {
                    Some('"') if characters.next_if_eq(&'"').is_some() => cell.push('"'),
                    Some('"') => break,
                    Some(character) => cell.push(character),
                    None => return Err(Open::AtTheEnd),
                }
            }
            while characters.next_if(|c| *c != separator && c.is_whitespace()).is_some() {}
            if characters.peek().is_some_and(|c| *c != separator) {
                return Err(Open::InTheMiddle);
            }
        } else {
            while let Some(character) = characters.next_if(|c| *c != separator) {
                cell.push(character);
            }
        }
        cells.push(cell.trim().to_owned());
        if characters.next().is_none() {
            return Ok(cells);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(u32, SplitLine)> {
        Lines::new(text, Separator::sniff(text)).collect()
    }

    fn line(cells: &[&str]) -> SplitLine {
        SplitLine::Cells(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn the_separator_is_found() {
        let cases = [
            ("a,b\nc,d", Separator::Comma),
            ("a;b\nc;d", Separator::Semicolon),
            ("a\tb\nc\td", Separator::Tab),
            ("Dupont, Anne;a@b.fr\nMorin, Luc;c@d.fr", Separator::Semicolon),
            ("\"x;y\",a\n\"z;t\",b", Separator::Comma),
            ("a@b.fr", Separator::Comma),
            ("", Separator::Comma),
        ];
        for (text, separator) in cases {
            assert_eq!(Separator::sniff(text), separator, "{text}");
        }
    }

    #[test]
    fn quotes_are_read_by_rfc_4180() {
        let text = "\"Anne \"\"Nan\"\" Morin\",a@b.fr\r\n \"c\" , d\r\n";

        assert_eq!(split(text), [(1, line(&["Anne \"Nan\" Morin", "a@b.fr"])), (2, line(&["c", "d"]))]);
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        let text = "\"Anne,a@b.fr\nLuc,c@d.fr\nZoé,e@f.fr";

        assert_eq!(
            split(text),
            [(1, SplitLine::BrokenQuotes), (2, line(&["Luc", "c@d.fr"])), (3, line(&["Zoé", "e@f.fr"]))]
        );
    }

    #[test]
    fn a_quoted_cell_may_span_lines() {
        let text = "\"12 rue\nde la Paix\",a@b.fr\nLuc,c@d.fr";

        assert_eq!(
            split(text),
            [(1, line(&["12 rue\nde la Paix", "a@b.fr"])), (3, line(&["Luc", "c@d.fr"]))]
        );
    }

    #[test]
    fn text_behind_a_closing_quote_is_told() {
        assert_eq!(split("\"Anne\"x,a@b.fr"), [(1, SplitLine::BrokenQuotes)]);
    }

    #[test]
    fn empty_lines_count_and_say_nothing() {
        assert_eq!(split("\n\na,b\n,,\n  \nc,d"), [(3, line(&["a", "b"])), (6, line(&["c", "d"]))]);
    }

    #[test]
    fn a_trailing_separator_is_an_empty_cell() {
        assert_eq!(split("a,b,"), [(1, line(&["a", "b", ""]))]);
    }

    #[test]
    fn an_endless_line_is_told() {
        let text = format!("a,b\n{}\nc,d", "x".repeat(5_000));

        assert_eq!(split(&text)[1], (2, SplitLine::TooLong));
        assert_eq!(split(&text)[2], (3, line(&["c", "d"])));
    }
}
