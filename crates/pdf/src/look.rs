//! Sizes, distances and colours, in points; colours are those of the screen, on white.

/// A colour.
pub(crate) type Ink = (u8, u8, u8);

/// Text.
pub(crate) const INK: Ink = (0x16, 0x24, 0x2C);
/// Text that explains.
pub(crate) const SOFT: Ink = (0x44, 0x52, 0x5A);
/// Hairlines.
pub(crate) const RULE: Ink = (0xD5, 0xD2, 0xCA);
/// Firmer lines.
pub(crate) const EDGE: Ink = (0x63, 0x75, 0x7E);
/// The first person, headings and the score.
pub(crate) const ACCENT: Ink = (0x02, 0x53, 0x66);
/// What asks for care.
pub(crate) const CARE: Ink = (0x77, 0x49, 0x14);
/// The ground of what asks for care.
pub(crate) const CARE_WASH: Ink = (0xFF, 0xF6, 0xEA);
/// The second person compared.
pub(crate) const SECOND: Ink = (0x89, 0x4C, 0x14);
/// The third person compared.
pub(crate) const THIRD: Ink = (0x7D, 0x34, 0x61);
/// The lines of an axis.
pub(crate) const GRID: Ink = (0xE0, 0xDE, 0xD7);
/// The middle half of a group.
pub(crate) const NORM: Ink = (0xD1, 0xDB, 0xDF);
/// The customer.
pub(crate) const STRAW: Ink = (0xEE, 0xC1, 0x54);

/// A4.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
/// A4.
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// Left and right.
pub(crate) const SIDE: f32 = 56.0;
/// Where the text of a page begins.
pub(crate) const TOP: f32 = 66.0;
/// Where it ends.
pub(crate) const BOTTOM: f32 = 768.0;
/// The width of the text.
pub(crate) const WIDTH: f32 = PAGE_WIDTH - 2.0 * SIDE;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// Size.
    pub(crate) size: f32,
    /// From one line to the next.
    pub(crate) leading: f32,
    /// Its colour.
    pub(crate) ink: Ink,
    /// Whether all of it is heavier.
    pub(crate) is_strong: bool,
    /// Whether all numerals are equally wide.
    pub(crate) is_tabular: bool,
}

impl Style {
    const fn of(size: f32, leading: f32, ink: Ink) -> Self {
        Self { size, leading, ink, is_strong: false, is_tabular: false }
    }

    /// The same, heavier.
    pub(crate) const fn strong(self) -> Self {
        Self { is_strong: true, ..self }
    }

    /// The same with equally wide numerals.
    pub(crate) const fn tabular(self) -> Self {
        Self { is_tabular: true, ..self }
    }

    /// The same in another colour.
    pub(crate) const fn inked(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// From the top of a line to its baseline: half of the leading's surplus, and the ascent of the face.
    pub(crate) fn baseline(self) -> f32 {
        (self.leading - self.size) / 2.0 + 0.865 * self.size
    }
}

/// The title.
pub(crate) const TITLE: Style = Style::of(23.0, 28.0, INK).strong();
/// A heading of level 2.
pub(crate) const HEADING: Style = Style::of(13.5, 18.0, ACCENT).strong();
/// A heading of level 3.
pub(crate) const SUBHEADING: Style = Style::of(10.0, 14.0, INK).strong();
/// The first sentence.
pub(crate) const LEDE: Style = Style::of(11.5, 16.5, INK);
/// Text.
pub(crate) const BODY: Style = Style::of(9.5, 14.0, INK);
/// Text that explains.
pub(crate) const EXPLAINING: Style = Style::of(9.5, 14.0, SOFT);
/// Small print.
pub(crate) const FINE: Style = Style::of(8.2, 11.8, SOFT);
/// Text of a table.
pub(crate) const CELL: Style = Style::of(8.6, 12.0, INK);
/// Below it.
pub(crate) const CELL_BELOW: Style = Style::of(8.0, 11.2, SOFT);
/// The head of a table.
pub(crate) const HEAD: Style = Style::of(7.6, 10.4, SOFT);
/// The number that everything turns on.
pub(crate) const FIGURE: Style = Style::of(46.0, 50.0, ACCENT).strong();
/// Above and below the text of each page.
pub(crate) const MARGINAL: Style = Style::of(7.4, 10.2, SOFT);
