//! The charts: the score on its axis, and the lanes of tables.

use crate::content::{Lane, Marked, ScoreAxis};
use crate::faces::Faces;
use crate::look::{ACCENT, EDGE, GRID, INK, Ink, MARGINAL, NORM, SECOND, SOFT, Style, THIRD};
use crate::sheet::{Drawn, Form, Item, Pen, Row, plain};
use crate::structure::NodeId;

/// A stretch of a row that a chart is drawn on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// Its left end.
    pub(crate) x: f32,
    /// Its width.
    pub(crate) width: f32,
    /// Its top.
    pub(crate) y: f32,
    /// Its height.
    pub(crate) height: f32,
}

impl Stretch {
    /// Where a value from 0 to 100 stands.
    fn at(self, value: f32) -> f32 {
        self.x + self.width * value.clamp(0.0, 100.0) / 100.0
    }

    fn middle(self) -> f32 {
        self.y + self.height / 2.0
    }

    fn upright(self, value: f32) -> Form {
        Form::Line((self.at(value), self.y), (self.at(value), self.y + self.height))
    }

    fn strip(self, (low, high): (f32, f32), y: f32, height: f32) -> Form {
        Form::Rect(self.at(low), y, (self.at(high) - self.at(low)).max(0.1), height)
    }
}

/// The places of an axis that have a number.
const TICKS: [(f32, &str); 5] = [(0.0, "0"), (25.0, "25"), (50.0, "50"), (75.0, "75"), (100.0, "100")];

/// A chart's forms, all of one node or of none.
struct Brush<'a> {
    row: &'a mut Row,
    node: Option<NodeId>,
}

impl Brush<'_> {
    fn form(&mut self, form: Form, fill: Option<Ink>, pen: Option<Pen>) {
        self.row.items.push(Item { drawn: Drawn::Form { form, fill, pen }, node: self.node });
    }

    fn line(&mut self, form: Form, ink: Ink, width: f32) {
        self.form(form, None, Some((ink, width, None)));
    }

    fn grid(&mut self, on: Stretch) {
        for (value, _) in TICKS {
            self.line(on.upright(value), GRID, 0.7);
        }
    }

    fn interval(&mut self, on: Stretch, marked: Marked, y: f32, ink: Ink) {
        let line = Form::Line((on.at(marked.low), y), (on.at(marked.high), y));
        self.line(line, ink, 1.5);
    }

    fn text(&mut self, faces: &Faces, text: &str, x: f32, y: f32, anchor: f32) {
        let style = AXIS;
        for line in plain(faces, text, style, f32::MAX) {
            let x = x - anchor * line.width;
            self.row.set(line, style, x, y, self.node);
        }
    }
}

/// The numbers of an axis.
const AXIS: Style = MARGINAL.tabular();

/// Height of a row with the large axis.
pub(crate) const AXIS_HEIGHT: f32 = 46.0;

/// The score of a report.
pub(crate) fn axis(faces: &Faces, row: &mut Row, node: NodeId, axis: &ScoreAxis, (x, width): (f32, f32)) {
    let on = Stretch { x: x + 6.0, width: width - 12.0, y: 2.0, height: 29.0 };
    let mut brush = Brush { row, node: Some(node) };
    if let Some(norm) = axis.norm {
        brush.form(on.strip(norm, on.y, on.height), Some(NORM), None);
    }
    brush.grid(on);
    brush.form(on.upright(axis.chance), None, Some((SOFT, 1.2, Some((2.0, 2.6)))));
    brush.interval(on, axis.marked, on.middle(), ACCENT);
    for end in [axis.marked.low, axis.marked.high] {
        let stop = Form::Line((on.at(end), on.middle() - 4.0), (on.at(end), on.middle() + 4.0));
        brush.line(stop, ACCENT, 1.5);
    }
    brush.form(Form::Circle((on.at(axis.marked.score), on.middle()), 5.0), Some(ACCENT), None);
    numbers(&mut brush, faces, on, on.y + on.height + 3.0);
}

fn numbers(brush: &mut Brush<'_>, faces: &Faces, on: Stretch, y: f32) {
    for (value, text) in TICKS {
        // The numbers of both ends stay within.
        let anchor = if value <= 0.0 {
            0.0
        } else if value >= 100.0 {
            1.0
        } else {
            0.5
        };
        brush.text(faces, text, on.at(value), y, anchor);
    }
}

/// The numbers of the axis above a column of scores.
pub(crate) fn head_of_scores(faces: &Faces, row: &mut Row, on: Stretch) {
    numbers(&mut Brush { row, node: None }, faces, on, on.y);
}

/// The words of both ends above a column of categories.
pub(crate) fn head_of_categories(faces: &Faces, row: &mut Row, on: Stretch, ends: (&str, &str)) {
    let mut brush = Brush { row, node: None };
    brush.text(faces, ends.0, on.x, on.y, 0.0);
    brush.text(faces, ends.1, on.x + on.width, on.y, 1.0);
}

/// A chart in a cell; what it shows stands in words beside it.
pub(crate) fn lane(row: &mut Row, lane: &Lane, on: Stretch) {
    let mut brush = Brush { row, node: None };
    match lane {
        Lane::Score { marked, norm } => {
            brush.grid(on);
            if let Some(norm) = norm {
                brush.form(on.strip(*norm, on.middle() - 5.0, 10.0), Some(NORM), None);
            }
            brush.interval(on, *marked, on.middle(), ACCENT);
            brush.form(person_form(0, on.at(marked.score), on.middle(), 3.2), Some(ACCENT), None);
        }
        Lane::People(people) => {
            brush.grid(on);
            let step = on.height / f32::from(u8::try_from(people.len()).unwrap_or(1).max(1));
            let mut y = on.y + step / 2.0;
            for (person, marked) in people.iter().enumerate() {
                if let Some(marked) = marked {
                    brush.interval(on, *marked, y, person_ink(person));
                    let form = person_form(person, on.at(marked.score), y, 3.2);
                    brush.form(form, Some(person_ink(person)), None);
                }
                y += step;
            }
        }
        Lane::Category { answer, key } => category(&mut brush, on, *answer, *key),
        Lane::Empty => {}
    }
}

/// Where a category from 1 to 4 stands.
fn category_place(category: u8) -> f32 {
    8.0 + 28.0 * f32::from(category.clamp(1, 4) - 1)
}

fn category(brush: &mut Brush<'_>, on: Stretch, answer: Option<u8>, key: Option<u8>) {
    let y = on.middle();
    let short = |value: f32, half: f32| Form::Line((on.at(value), y - half), (on.at(value), y + half));
    brush.line(Form::Line((on.at(8.0), y), (on.at(92.0), y)), EDGE, 0.7);
    for one in 1..=4 {
        brush.line(short(category_place(one), 2.2), EDGE, 0.7);
    }
    if let Some(key) = key {
        brush.line(short(category_place(key), 6.5), INK, 1.8);
    }
    if let Some(answer) = answer {
        brush.form(Form::Circle((on.at(category_place(answer)), y), 3.2), Some(ACCENT), None);
    }
}

/// The colour of one of the people compared.
pub(crate) const fn person_ink(person: usize) -> Ink {
    match person {
        0 => ACCENT,
        1 => SECOND,
        _ => THIRD,
    }
}

/// Round, square or diamond: the form tells people apart before the colour does.
pub(crate) fn person_form(person: usize, x: f32, y: f32, r: f32) -> Form {
    match person {
        0 => Form::Circle((x, y), r),
        1 => Form::Rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
        _ => {
            let r = 1.25 * r;
            Form::Polygon(vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)])
        }
    }
}
