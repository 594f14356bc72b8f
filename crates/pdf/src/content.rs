//! What a document is made of. Every text and number is already in the words of one language.

/// A language that a document or a part of it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// French.
    French,
    /// English.
    English,
}

impl Tongue {
    /// The tag of the language.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its language.
    pub language: Tongue,
    /// Its title, which a reader's window shows.
    pub title: String,
    /// The first heading.
    pub heading: String,
    /// What stands above the title: what kind of document it is, and of what.
    pub kind: String,
    /// What stands at the top of each page from the second on.
    pub running: String,
    /// What each page says of the standing of its numbers, at the top.
    pub mark: Option<String>,
    /// What each page says at the bottom: what the numbers were made with.
    pub foot: String,
    /// The words of a page number.
    pub page: PageWords,
    /// The parts, in the order of reading.
    pub blocks: Vec<Block>,
}

/// The words around the numbers of a page: `before 2 between 4`.
#[derive(Clone, Debug)]
pub struct PageWords {
    /// Before the number of the page.
    pub before: String,
    /// Between it and the number of pages.
    pub between: String,
}

/// A piece of text of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text; a line feed begins a new line.
    pub text: String,
    /// Whether it is heavier than the rest.
    pub is_strong: bool,
    /// Its language, where it is not that of the document.
    pub language: Option<Tongue>,
}

impl Run {
    /// Plain text in the language of the document.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_strong: false, language: None }
    }

    /// Heavier text.
    pub fn strong(text: impl Into<String>) -> Self {
        Self { is_strong: true, ..Self::plain(text) }
    }

    /// The same in another language; nothing keeps that of the document.
    #[must_use]
    pub fn in_tongue(self, language: Option<Tongue>) -> Self {
        Self { language, ..self }
    }
}

/// Text that belongs together.
pub type Words = Vec<Run>;

/// How large and dark a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The sentence that a document begins with.
    Lede,
    /// Text.
    Body,
    /// Text that explains.
    Soft,
    /// Small print.
    Fine,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading of a part, level 2 or 3.
    Heading {
        /// The level; 1 is the title.
        level: u16,
        /// Its words.
        words: Run,
        /// What stands at the end of its line.
        aside: Option<String>,
    },
    /// A paragraph.
    Paragraph {
        /// How it looks.
        look: Look,
        /// Its words.
        words: Words,
    },
    /// A paragraph that must not be missed.
    Notice(Words),
    /// A number that everything turns on, with lines beside it.
    Result {
        /// The number.
        figure: String,
        /// The lines.
        lines: Vec<Words>,
    },
    /// A score on its axis.
    Axis(ScoreAxis),
    /// A table.
    Table(Table),
    /// A list; each entry has a first paragraph and more below it.
    List {
        /// Numbered, or with dots.
        is_numbered: bool,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// What somebody wrote or said, set apart by a line at its side.
    Quote(Vec<Quoted>),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
}

/// An entry of a list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it says.
    pub words: Words,
    /// What stands below.
    pub below: Option<Words>,
}

/// Something that was written or said.
#[derive(Clone, Debug)]
pub struct Quoted {
    /// Who said it.
    pub who: Option<String>,
    /// Whether it was the customer's side: its line is straw.
    pub is_customer: bool,
    /// What was said.
    pub words: Words,
    /// Remarks below.
    pub notes: Vec<Words>,
}

/// A score with its interval, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marked {
    /// Lower limit.
    pub low: f32,
    /// The score.
    pub score: f32,
    /// Upper limit.
    pub high: f32,
}

/// A score on the axis from 0 to 100.
#[derive(Clone, Debug)]
pub struct ScoreAxis {
    /// What it shows, in words.
    pub told: String,
    /// The score.
    pub marked: Marked,
    /// The middle half of a group.
    pub norm: Option<(f32, f32)>,
    /// Where answers at random fall.
    pub chance: f32,
}

/// A table. Its first column names the rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the table tells, for who does not see it.
    pub summary: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, one cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width.
    pub share: u8,
    /// What it holds.
    pub holds: Holds,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// Numbers, set to the right.
    Numbers,
    /// Numbers of one of the people compared, whose shape stands in the head.
    Person(usize),
    /// Text about one of the people compared.
    PersonText(usize),
    /// Scores on the axis from 0 to 100.
    Scores,
    /// Categories from 1 to 4, with the words of both ends.
    Categories(String, String),
}

/// A cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Lines of text, the first as it is, the others small.
    Words(Vec<Words>),
    /// A chart. It only repeats what other cells say, so nobody has to see it.
    Lane(Lane),
}

impl Cell {
    /// A line of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Words(vec![vec![Run::plain(text)]])
    }
}

/// A chart in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Lane {
    /// A score over the middle half of a group.
    Score {
        /// The score.
        marked: Marked,
        /// The middle half.
        norm: Option<(f32, f32)>,
    },
    /// One score per person compared.
    People(Vec<Option<Marked>>),
    /// An answer from 1 to 4 beside the key.
    Category {
        /// The answer.
        answer: Option<u8>,
        /// The key.
        key: Option<u8>,
    },
    /// Nothing.
    Empty,
}
