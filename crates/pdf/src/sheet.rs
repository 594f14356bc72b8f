//! Rows of what is to be drawn, and how they come to stand on pages.

use crate::faces::Faces;
use crate::lines::{Line, lines};
use crate::look::{BOTTOM, Ink, Style, TOP};
use crate::structure::{NodeId, Structure};

/// A form, in points from the top left of its row.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Left, top, width, height.
    Rect(f32, f32, f32, f32),
    /// From, to.
    Line((f32, f32), (f32, f32)),
    /// Middle, radius.
    Circle((f32, f32), f32),
    /// Corners.
    Polygon(Vec<(f32, f32)>),
}

/// A line's colour, width and dashes.
pub(crate) type Pen = (Ink, f32, Option<(f32, f32)>);

/// What is drawn.
#[derive(Clone, Debug)]
pub(crate) enum Drawn {
    /// A line of text; its place is that of the baseline's beginning.
    Text { line: Line, style: Style, x: f32, y: f32 },
    /// A form.
    Form { form: Form, fill: Option<Ink>, pen: Option<Pen> },
}

/// Something to draw, and the node that it belongs to; nothing where it only adorns.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) drawn: Drawn,
    pub(crate) node: Option<NodeId>,
}

/// What no page break goes through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Space before it, except at the top of a page.
    pub(crate) gap: f32,
    pub(crate) height: f32,
    pub(crate) items: Vec<Item>,
    /// Whether it stands on the page of the next one.
    pub(crate) keeps: bool,
    /// The head that is repeated when a page begins with this row.
    pub(crate) head: Option<usize>,
    /// The entry of the outline that leads here.
    pub(crate) bookmark: Option<String>,
}

impl Row {
    /// Adds a form that only adorns.
    pub(crate) fn adorn(&mut self, form: Form, fill: Option<Ink>, pen: Option<Pen>) {
        self.items.push(Item { drawn: Drawn::Form { form, fill, pen }, node: None });
    }

    /// Adds a line of text whose top is at `y`.
    pub(crate) fn set(&mut self, line: Line, style: Style, x: f32, y: f32, node: Option<NodeId>) {
        let drawn = Drawn::Text { line, style, x, y: y + style.baseline() };
        self.items.push(Item { drawn, node });
    }

    /// Adds lines of text below `y`; the end of the last one.
    pub(crate) fn set_all(
        &mut self,
        lines: Vec<Line>,
        style: Style,
        (x, y): (f32, f32),
        node: Option<NodeId>,
    ) -> f32 {
        let mut y = y;
        for line in lines {
            self.set(line, style, x, y, node);
            y += style.leading;
        }
        y
    }
}

/// All that is to be drawn.
#[derive(Default)]
pub(crate) struct Sheet {
    pub(crate) rows: Vec<Row>,
    /// Heads of tables, repeated on each page of theirs.
    pub(crate) heads: Vec<Row>,
    pub(crate) structure: Structure,
}

/// A row at its place on a page.
pub(crate) struct Placed {
    pub(crate) y: f32,
    /// Its number among the rows, or among the heads.
    pub(crate) index: usize,
    pub(crate) is_repeated_head: bool,
}

impl Sheet {
    /// Adds text of its own row for each line; two lines at least stay together.
    pub(crate) fn text(&mut self, set: Vec<Line>, style: Style, x: f32, gap: f32, node: NodeId) {
        let n = set.len();
        for (index, line) in set.into_iter().enumerate() {
            let keeps = index + 1 < n && (index == 0 || index + 2 == n);
            let mut row = Row {
                gap: if index == 0 { gap } else { 0.0 },
                height: style.leading,
                keeps,
                ..Row::default()
            };
            row.set(line, style, x, 0.0, Some(node));
            self.rows.push(row);
        }
    }

    /// The pages.
    pub(crate) fn pages(&self) -> Vec<Vec<Placed>> {
        let mut pages = vec![Vec::new()];
        let mut y = TOP;
        let mut index = 0;
        while index < self.rows.len() {
            let end = self.together(index);
            let group = self.rows.get(index..end).unwrap_or_default();
            let height: f32 = group.iter().map(|row| row.gap + row.height).sum();
            let is_at_top = pages.last().is_none_or(Vec::is_empty);
            if !is_at_top && y + height > BOTTOM + 0.01 {
                pages.push(Vec::new());
                y = TOP;
            }
            for (row, at) in group.iter().zip(index..) {
                // A group that no page holds breaks after all.
                if y > TOP && y + row.gap + row.height > BOTTOM + 0.01 {
                    pages.push(Vec::new());
                    y = TOP;
                }
                let Some(page) = pages.last_mut() else { continue };
                if page.is_empty() {
                    if let Some(head) = row.head {
                        y += self.repeat(page, head, y);
                    }
                } else {
                    y += row.gap;
                }
                page.push(Placed { y, index: at, is_repeated_head: false });
                y += row.height;
            }
            index = end;
        }
        pages
    }

    fn repeat(&self, page: &mut Vec<Placed>, head: usize, y: f32) -> f32 {
        page.push(Placed { y, index: head, is_repeated_head: true });
        self.heads.get(head).map_or(0.0, |row| row.height)
    }

    /// The end of the rows that stay on one page with this one.
    fn together(&self, from: usize) -> usize {
        let kept = self.rows.iter().skip(from).take_while(|row| row.keeps).count();
        (from + kept + 1).min(self.rows.len())
    }
}

/// The lines of plain text.
pub(crate) fn plain(faces: &Faces, text: &str, style: Style, width: f32) -> Vec<Line> {
    lines(faces, &[crate::content::Run::plain(text)], style, width)
}
