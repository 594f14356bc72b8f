//! Tables: one row each, hairlines only, the head repeated on every page.

use crate::charts::{Stretch, head_of_categories, head_of_scores, lane, person_form, person_ink};
use crate::content::{Cell, Column, Holds, Lane, Run, Table, Words};
use crate::faces::Faces;
use crate::lines::{Line, lines};
use crate::look::{CELL, CELL_BELOW, EDGE, HEAD, RULE, SIDE, Style, WIDTH};
use crate::sheet::{Form, Row, Sheet, plain};
use crate::structure::{NodeId, Role};

/// Between two columns.
const GUTTER: f32 = 9.0;
/// Above and below the text of a row.
const PADDING: f32 = 4.2;
/// The room of a person's shape in a head.
const SHAPE: f32 = 10.0;

/// A column at its place.
struct Placed<'a> {
    column: &'a Column,
    x: f32,
    width: f32,
}

impl Placed<'_> {
    fn is_lane(&self) -> bool {
        matches!(self.column.holds, Holds::Scores | Holds::Categories(..))
    }

    fn is_right(&self) -> bool {
        matches!(self.column.holds, Holds::Numbers | Holds::Person(_))
    }

    const fn person(&self) -> Option<usize> {
        match self.column.holds {
            Holds::Person(person) | Holds::PersonText(person) => Some(person),
            _ => None,
        }
    }

    /// Where a line of a width begins.
    fn begin(&self, line: &Line) -> f32 {
        if self.is_right() { self.x + self.width - line.width } else { self.x }
    }
}

/// Adds a table to the sheet.
pub(crate) fn table(faces: &Faces, sheet: &mut Sheet, table: &Table) {
    let columns = placed(&table.columns);
    let node = sheet.structure.add(None, Role::Table(table.summary.clone()));
    let part = sheet.structure.add(Some(node), Role::TableHead);
    let row = sheet.structure.add(Some(part), Role::Row);
    let nodes: Vec<NodeId> = columns
        .iter()
        .filter(|column| !column.is_lane())
        .map(|_| sheet.structure.add(Some(row), Role::ColumnHead))
        .collect();
    let head = head(faces, &columns, &nodes);
    sheet.heads.push(head.clone());
    let repeated = sheet.heads.len() - 1;
    sheet.rows.push(Row { gap: 8.0, keeps: true, ..head });
    let body = sheet.structure.add(Some(node), Role::TableBody);
    for cells in &table.rows {
        let node = sheet.structure.add(Some(body), Role::Row);
        let mut row = Row { head: Some(repeated), ..Row::default() };
        let mut set = Vec::new();
        for (column, cell) in columns.iter().zip(cells) {
            if let (false, Cell::Words(words)) = (column.is_lane(), cell) {
                let role = if set.is_empty() { Role::RowHead } else { Role::Cell };
                let node = sheet.structure.add(Some(node), role);
                set.push(cell_lines(faces, column, words));
                put(&mut row, column, set.last().map(Vec::as_slice).unwrap_or_default(), node);
            }
        }
        let text: f32 = set.iter().map(height).fold(0.0, f32::max);
        row.height = text.max(least(cells)) + 2.0 * PADDING;
        lanes(&mut row, &columns, cells);
        let rule = Form::Line((SIDE, row.height), (SIDE + WIDTH, row.height));
        row.adorn(rule, None, Some((RULE, 0.5, None)));
        sheet.rows.push(row);
    }
}

fn placed(columns: &[Column]) -> Vec<Placed<'_>> {
    let shares: f32 = columns.iter().map(|column| f32::from(column.share)).sum();
    let gutters = GUTTER * f32::from(u8::try_from(columns.len().saturating_sub(1)).unwrap_or(0));
    let mut x = SIDE;
    columns
        .iter()
        .map(|column| {
            let width = (WIDTH - gutters) * f32::from(column.share) / shares.max(1.0);
            let placed = Placed { column, x, width };
            x += width + GUTTER;
            placed
        })
        .collect()
}

/// The head: words at the bottom of their cells, axes where charts stand below.
fn head(faces: &Faces, columns: &[Placed<'_>], nodes: &[NodeId]) -> Row {
    let mut row = Row::default();
    let room = |column: &Placed<'_>| column.width - column.person().map_or(0.0, |_| SHAPE);
    let set: Vec<Vec<Line>> = columns
        .iter()
        .map(|column| {
            if column.is_lane() { Vec::new() } else { plain(faces, &column.column.head, HEAD, room(column)) }
        })
        .collect();
    let most = set.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let height = HEAD.leading * count(most) + PADDING;
    let mut nodes = nodes.iter();
    for (column, lines) in columns.iter().zip(set) {
        if column.is_lane() {
            let on =
                Stretch { x: column.x, width: column.width, y: height - PADDING - HEAD.leading, height: 0.0 };
            match &column.column.holds {
                Holds::Categories(low, high) => head_of_categories(faces, &mut row, on, (low, high)),
                _ => head_of_scores(faces, &mut row, on),
            }
            continue;
        }
        let node = nodes.next().copied();
        let mut y = height - PADDING - HEAD.leading * count(lines.len());
        for (index, line) in lines.into_iter().enumerate() {
            let mut x = column.begin(&line);
            if let (Some(person), 0) = (column.person(), index) {
                let middle = y + HEAD.leading / 2.0;
                let shape = if column.is_right() { x - 6.0 } else { x + 3.0 };
                row.adorn(person_form(person, shape, middle, 3.0), Some(person_ink(person)), None);
            }
            if column.person().is_some() && !column.is_right() {
                x += SHAPE;
            }
            row.set(line, HEAD, x, y, node);
            y += HEAD.leading;
        }
    }
    row.height = height;
    row.adorn(Form::Line((SIDE, height), (SIDE + WIDTH, height)), None, Some((EDGE, 0.7, None)));
    row
}

/// Lines with how they are set.
type Set = Vec<(Line, Style)>;

fn cell_lines(faces: &Faces, column: &Placed<'_>, words: &[Words]) -> Set {
    let empty = [vec![Run::plain("–")]];
    let is_empty = words.iter().flatten().all(|run| run.text.trim().is_empty());
    let words = if is_empty { &empty } else { words };
    let of = |(index, words): (usize, &Words)| {
        let style = if index == 0 { CELL } else { CELL_BELOW };
        let style = if column.is_right() { style.tabular() } else { style };
        lines(faces, words, style, column.width)
            .into_iter()
            .map(move |line| (line, style))
            .collect::<Vec<_>>()
    };
    words.iter().enumerate().flat_map(of).collect()
}

fn put(row: &mut Row, column: &Placed<'_>, set: &[(Line, Style)], node: NodeId) {
    let mut y = PADDING;
    for (line, style) in set {
        row.set(line.clone(), *style, column.begin(line), y, Some(node));
        y += style.leading;
    }
}

fn lanes(row: &mut Row, columns: &[Placed<'_>], cells: &[Cell]) {
    let height = row.height;
    for (column, cell) in columns.iter().zip(cells) {
        if let Cell::Lane(drawn) = cell {
            // Scores hang on one scale down the table; categories stand beside the first line.
            let height =
                if matches!(drawn, Lane::Category { .. }) { CELL.leading + 2.0 * PADDING } else { height };
            lane(row, drawn, Stretch { x: column.x, width: column.width, y: 0.0, height });
        }
    }
}

/// The least height of what stands in a row.
fn least(cells: &[Cell]) -> f32 {
    let of = |cell: &Cell| match cell {
        Cell::Lane(Lane::People(people)) => 9.0 * count(people.len()),
        Cell::Lane(_) => CELL.leading,
        Cell::Words(_) => 0.0,
    };
    cells.iter().map(of).fold(0.0, f32::max)
}

fn height(set: &Set) -> f32 {
    set.iter().map(|(_, style)| style.leading).sum()
}

/// A number of lines, for lengths.
fn count(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}
