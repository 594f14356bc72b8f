//! From blocks to rows: what each part of a document looks like, and what it is in the structure.

use crate::charts::{AXIS_HEIGHT, axis};
use crate::content::{Block, Document, Entry, Look, Quoted, Run, ScoreAxis, Words};
use crate::faces::Faces;
use crate::lines::{Line, lines};
use crate::look::{
    ACCENT, BODY, CARE, CARE_WASH, CELL, EDGE, EXPLAINING, FIGURE, FINE, HEADING, LEDE, RULE, SIDE, STRAW,
    SUBHEADING, Style, TITLE, WIDTH,
};
use crate::sheet::{Form, Row, Sheet, plain};
use crate::structure::{NodeId, Role};
use crate::table::table;

/// The rows of a document.
pub(crate) fn laid_out(document: &Document, faces: &Faces) -> Sheet {
    let mut layout = Layout { faces, sheet: Sheet::default() };
    layout.title(document);
    let (mut is_led_in, mut is_small) = (false, false);
    for block in &document.blocks {
        let is_paragraph = matches!(block, Block::Paragraph { .. });
        let is_led = matches!(block, Block::Table(_) | Block::Quote(_) | Block::List { .. } | Block::Axis(_));
        // Words stay with what they lead to, and all of them below a small heading.
        if is_led_in && (is_led || is_small && is_paragraph) {
            layout.keep_last();
        }
        is_small = matches!(block, Block::Heading { level: 3.., .. }) || is_small && is_paragraph;
        is_led_in = is_paragraph;
        layout.block(block);
    }
    layout.sheet
}

struct Layout<'a> {
    faces: &'a Faces,
    sheet: Sheet,
}

impl Layout<'_> {
    fn title(&mut self, document: &Document) {
        let kind = self.sheet.structure.add(None, Role::Paragraph);
        let style = FINE.strong().inked(ACCENT);
        let set = plain(self.faces, &document.kind, style, WIDTH);
        self.sheet.text(set, style, SIDE, 0.0, kind);
        self.keep_last();
        let words = self.titled(&Run::plain(document.heading.clone()));
        let node = self.sheet.structure.add(None, Role::Heading(1, words.text.clone()));
        let set = plain(self.faces, &words.text, TITLE, WIDTH);
        let first = self.sheet.rows.len();
        self.sheet.text(set, TITLE, SIDE, 1.0, node);
        self.bookmark(first, &words.text);
        self.keep_last();
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, words, aside } => self.heading(*level, words, aside.as_deref()),
            Block::Paragraph { look, words } => self.paragraph(*look, words),
            Block::Notice(words) => self.notice(words),
            Block::Result { figure, lines } => self.result(figure, lines),
            Block::Axis(drawn) => self.axis(drawn),
            Block::Table(drawn) => table(self.faces, &mut self.sheet, drawn),
            Block::List { is_numbered, entries } => self.list(*is_numbered, entries),
            Block::Quote(quoted) => self.quote(quoted),
            Block::Facts(facts) => self.facts(facts),
        }
    }

    /// What was added last stays on the page of what comes next.
    fn keep_last(&mut self) {
        if let Some(row) = self.sheet.rows.last_mut() {
            row.keeps = true;
        }
    }

    fn bookmark(&mut self, row: usize, words: &str) {
        if let Some(row) = self.sheet.rows.get_mut(row) {
            row.bookmark = Some(self.faces.settable(words));
        }
    }

    /// The words of a heading as they are set; one without any would break PDF/UA.
    fn titled(&self, words: &Run) -> Run {
        let text = self.faces.settable(&words.text);
        let text = if text.trim().is_empty() { "–".to_owned() } else { text };
        Run { text, ..words.clone() }
    }

    fn heading(&mut self, level: u16, words: &Run, aside: Option<&str>) {
        let words = &self.titled(words);
        let node = self.sheet.structure.add(None, Role::Heading(level, words.text.clone()));
        let (style, gap) = if level == 2 { (HEADING, 22.0) } else { (SUBHEADING, 15.0) };
        let beside = aside.map(|aside| plain(self.faces, aside, FINE, WIDTH)).unwrap_or_default();
        let room = beside.iter().map(|line| line.width + 14.0).fold(0.0, f32::max);
        let set = lines(self.faces, std::slice::from_ref(words), style, WIDTH - room);
        let first = self.sheet.rows.len();
        for (index, line) in set.into_iter().enumerate() {
            let gap = if index == 0 { gap } else { 0.0 };
            let mut row = Row { gap, height: style.leading, keeps: true, ..Row::default() };
            row.set(line, style, SIDE, 0.0, Some(node));
            self.sheet.rows.push(row);
        }
        if let Some(row) = self.sheet.rows.get_mut(first) {
            for line in beside {
                let x = SIDE + WIDTH - line.width;
                let down = style.baseline() - FINE.baseline();
                row.set(line, FINE, x, down, Some(node));
            }
        }
        if level == 2 {
            self.bookmark(first, &words.text);
        }
        if let Some(row) = self.sheet.rows.last_mut() {
            row.height += 2.0;
        }
    }

    fn paragraph(&mut self, look: Look, words: &Words) {
        let (style, gap) = match look {
            Look::Lede => (LEDE, 8.0),
            Look::Body => (BODY, 5.0),
            Look::Soft => (EXPLAINING, 5.0),
            Look::Fine => (FINE, 4.0),
        };
        let node = self.sheet.structure.add(None, Role::Paragraph);
        let set = lines(self.faces, words, style, WIDTH);
        self.sheet.text(set, style, SIDE, gap, node);
    }

    fn notice(&mut self, words: &Words) {
        const INSET: f32 = 12.0;
        let node = self.sheet.structure.add(None, Role::Paragraph);
        let style = BODY.inked(CARE);
        let set = lines(self.faces, words, style, WIDTH - 2.0 * INSET);
        let mut row = Row { gap: 10.0, ..Row::default() };
        let height = style.leading * lengths(&set) + 16.0;
        row.adorn(Form::Rect(SIDE, 0.0, WIDTH, height), Some(CARE_WASH), None);
        row.adorn(Form::Rect(SIDE, 0.0, 2.5, height), Some(CARE), None);
        row.set_all(set, style, (SIDE + INSET, 8.0), Some(node));
        row.height = height;
        self.sheet.rows.push(row);
    }

    fn result(&mut self, figure: &str, told: &[Words]) {
        let first = self.sheet.structure.add(None, Role::Paragraph);
        let figure = plain(self.faces, figure, FIGURE, WIDTH);
        let beside = figure.iter().map(|line| line.width).fold(0.0, f32::max) + 20.0;
        let style = LEDE;
        let set: Vec<Vec<Line>> =
            told.iter().map(|words| lines(self.faces, words, style, WIDTH - beside)).collect();
        let text = style.leading * set.iter().map(|lines| lengths(lines)).sum::<f32>();
        let height = text.max(FIGURE.leading);
        let mut row = Row { gap: 8.0, height, keeps: true, ..Row::default() };
        row.set_all(figure, FIGURE, (SIDE, (height - FIGURE.leading) / 2.0), Some(first));
        let mut y = (height - text) / 2.0;
        for lines in set {
            let node = self.sheet.structure.add(None, Role::Paragraph);
            y = row.set_all(lines, style, (SIDE + beside, y), Some(node));
        }
        self.sheet.rows.push(row);
    }

    fn axis(&mut self, drawn: &ScoreAxis) {
        let node = self.sheet.structure.add(None, Role::Figure(drawn.told.clone()));
        let mut row = Row { gap: 10.0, height: AXIS_HEIGHT, ..Row::default() };
        axis(self.faces, &mut row, node, drawn, (SIDE, WIDTH));
        self.sheet.rows.push(row);
    }

    fn list(&mut self, is_numbered: bool, entries: &[Entry]) {
        const INSET: f32 = 18.0;
        let list = self.sheet.structure.add(None, Role::List(is_numbered));
        for (number, entry) in (1_u32..).zip(entries) {
            let item = self.sheet.structure.add(Some(list), Role::Entry);
            let label = self.sheet.structure.add(Some(item), Role::Label);
            let body = self.sheet.structure.add(Some(item), Role::EntryBody);
            let words = self.sheet.structure.add(Some(body), Role::Paragraph);
            let first = self.sheet.rows.len();
            let set = lines(self.faces, &entry.words, BODY, WIDTH - INSET);
            self.sheet.text(set, BODY, SIDE + INSET, 6.0, words);
            if let Some(below) = &entry.below {
                self.keep_last();
                let node = self.sheet.structure.add(Some(body), Role::Paragraph);
                let set = lines(self.faces, below, EXPLAINING, WIDTH - INSET);
                self.sheet.text(set, EXPLAINING, SIDE + INSET, 0.5, node);
            }
            let (sign, style) = if is_numbered {
                (format!("{number}."), BODY.strong().inked(ACCENT).tabular())
            } else {
                ("•".to_owned(), BODY.inked(ACCENT))
            };
            let sign = plain(self.faces, &sign, style, INSET);
            if let Some(row) = self.sheet.rows.get_mut(first) {
                row.set_all(sign, style, (SIDE, 0.0), Some(label));
                // The label is read before what it labels.
                row.items.rotate_right(1);
            }
        }
    }

    fn quote(&mut self, quoted: &[Quoted]) {
        const INSET: f32 = 13.0;
        let quote = self.sheet.structure.add(None, Role::Quote);
        for (index, one) in quoted.iter().enumerate() {
            let mut set: Vec<(Line, Style, NodeId)> = Vec::new();
            let mut add = |layout: &mut Self, words: &[Run], style: Style| {
                let node = layout.sheet.structure.add(Some(quote), Role::Paragraph);
                let all = lines(layout.faces, words, style, WIDTH - INSET);
                set.extend(all.into_iter().map(|line| (line, style, node)));
            };
            if let Some(who) = &one.who {
                add(self, &[Run::strong(who.clone())], FINE);
            }
            add(self, &one.words, CELL);
            for note in &one.notes {
                add(self, note, FINE);
            }
            let ink = if one.is_customer { STRAW } else { EDGE };
            let n = set.len();
            for (at, (line, style, node)) in set.into_iter().enumerate() {
                let gap = if at > 0 {
                    0.0
                } else if index == 0 {
                    7.0
                } else {
                    6.0
                };
                // Short turns stay whole; a long text breaks, not at its ends.
                let keeps = at + 1 < n && (n < 16 || at == 0 || at + 2 >= n);
                let mut row = Row { gap, height: style.leading, keeps, ..Row::default() };
                row.adorn(Form::Rect(SIDE + 2.0, 0.0, 2.0, style.leading), Some(ink), None);
                row.set(line, style, SIDE + INSET, 0.0, Some(node));
                self.sheet.rows.push(row);
            }
        }
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        const LABEL: f32 = 110.0;
        for (index, (name, value)) in facts.iter().enumerate() {
            let node = self.sheet.structure.add(None, Role::Paragraph);
            let names = plain(self.faces, name, EXPLAINING, LABEL - 10.0);
            let values = plain(self.faces, value, BODY, WIDTH - LABEL);
            let height = BODY.leading * lengths(&names).max(lengths(&values)) + 5.0;
            let gap = if index == 0 { 6.0 } else { 0.0 };
            let mut row = Row { gap, height, ..Row::default() };
            row.set_all(names, EXPLAINING, (SIDE, 2.5), Some(node));
            row.set_all(values, BODY, (SIDE + LABEL, 2.5), Some(node));
            let rule = Form::Line((SIDE, height), (SIDE + WIDTH, height));
            row.adorn(rule, None, Some((RULE, 0.5, None)));
            self.sheet.rows.push(row);
        }
    }
}

/// How many lines, for lengths.
fn lengths(lines: &[Line]) -> f32 {
    f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX))
}
