//! The technical manual for paper: the same parts as the page.

use documents::content::{Block, Cell, Column, Document, Entry, Holds, Look, Run, Table};
use services::manual::Manual;

use super::{Front, Reading, heading, paragraph};
use crate::pages::review::frame::measure_words;
use crate::pages::review::manual::tables::ManualTable;
use crate::pages::review::manual::{Piece, parts};
use crate::text;

/// The document.
pub(super) fn document(reading: &Reading<'_>, told: &Manual) -> Document {
    let language = reading.language;
    let campaign = told.campaign.title.clone();
    let title = text!(language, manual.title, campaign = campaign.clone()).to_string();
    let front = Front {
        heading: text!(language, manual.heading).to_owned(),
        kind: text!(language, paper.manual_kind, campaign = campaign).to_string(),
        running: title.clone(),
        title,
        foot: measure_words(language, &told.measure, &told.campaign.time_zone),
    };
    let mut document = reading.document(front, &told.measure);
    let blocks = &mut document.blocks;
    blocks.push(paragraph(Look::Lede, text!(language, manual.lede)));
    blocks.push(reading.made_on(&told.campaign.time_zone));
    blocks.extend(reading.notices(&told.measure));
    for part in parts(language, told) {
        blocks.push(heading(2, part.title));
        blocks.extend(part.pieces.into_iter().map(block));
    }
    document
}

fn block(piece: Piece) -> Block {
    match piece {
        Piece::Paragraph(words) => paragraph(Look::Body, words),
        Piece::List(lines) => Block::List {
            is_numbered: false,
            entries: lines
                .into_iter()
                .map(|words| Entry { words: vec![Run::plain(words)], below: None })
                .collect(),
        },
        Piece::Table(table) => Block::Table(drawn(table)),
    }
}

/// The longest cell of a column says how much room it has; heads may break.
fn drawn(table: ManualTable) -> Table {
    let columns = table.heads.iter().enumerate().map(|(index, (words, is_number))| {
        let cells = table.rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count());
        let longest = cells.max().unwrap_or(0).max(words.chars().count() / 2).clamp(9, 30);
        let holds = if *is_number { Holds::Numbers } else { Holds::Text };
        Column { head: (*words).to_owned(), share: u8::try_from(longest).unwrap_or(30), holds }
    });
    let row = |row: Vec<String>| row.into_iter().map(Cell::text).collect();
    Table {
        summary: table.caption.to_owned(),
        columns: columns.collect(),
        rows: table.rows.into_iter().map(row).collect(),
    }
}
