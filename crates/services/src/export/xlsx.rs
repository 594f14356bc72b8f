//! An export as a workbook: typed cells under a frozen head, and a sheet of notes. Rows go to a temporary file in
//! order, so that memory stays small whatever their number.

use std::io::Read;

use chrono::NaiveDateTime;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::error::ServiceError;
use crate::export::cell::Cell;
use crate::export::{Export, Sink};
use crate::state::Services;
use crate::zone;

/// Bytes handed over at a time.
const PIECE: usize = 64 * 1024;

/// Letters that a cell of a spreadsheet holds.
const MOST_LETTERS: usize = 32_767;

pub(super) fn write(services: &Services, export: &Export, sink: &mut Sink<'_>) -> Result<(), ServiceError> {
    let looks = Looks::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(fault)?;
    sheet.set_name(export.shape.code()).map_err(fault)?;
    let heads = export.heads();
    for (column, name) in (0_u16..).zip(&heads) {
        sheet.write_string_with_format(0, column, name, &looks.head).map_err(fault)?;
    }
    sheet.set_freeze_panes(1, 2).map_err(fault)?;
    let mut row = 0_u32;
    export.for_each_chunk(services, &mut |rows| {
        for cells in rows {
            row += 1;
            for (column, cell) in (0_u16..).zip(&cells) {
                looks.write(sheet, row, column, cell, export.zone())?;
            }
        }
        Ok(())
    })?;
    let notes = workbook.add_worksheet_with_constant_memory().map_err(fault)?;
    notes.set_name("notes").map_err(fault)?;
    notes.set_column_width(0, 30).map_err(fault)?;
    notes.set_column_width(1, 70).map_err(fault)?;
    for (row, (name, cell)) in (0_u32..).zip(export.notes()) {
        notes.write_string_with_format(row, 0, name, &looks.head).map_err(fault)?;
        looks.write(notes, row, 1, &cell, export.zone())?;
    }
    let file = tempfile::NamedTempFile::new()
        .map_err(|error| ServiceError::broken_by("a temporary file for a workbook", error))?;
    workbook.save(file.path()).map_err(fault)?;
    hand_over(file.path(), sink)
}

/// The formats of cells.
struct Looks {
    head: Format,
    number: Format,
    time: Format,
}

impl Looks {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold(),
            number: Format::new().set_num_format("0.00"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: &Cell,
        zone_name: &str,
    ) -> Result<(), ServiceError> {
        match cell {
            Cell::Empty => return Ok(()),
            // A string is never a formula in a workbook.
            Cell::Text(text) => {
                let shown: String = text.chars().take(MOST_LETTERS).collect();
                sheet.write_string(row, column, shown)
            }
            Cell::Whole(number) => match i32::try_from(*number) {
                Ok(number) => sheet.write_number(row, column, number),
                Err(_) => sheet.write_string(row, column, number.to_string()),
            },
            Cell::Number(number) => sheet.write_number_with_format(row, column, *number, &self.number),
            Cell::Flag(flag) => sheet.write_boolean(row, column, *flag),
            Cell::Time(at) => {
                let local: NaiveDateTime = zone::local(zone_name, *at);
                sheet.write_datetime_with_format(row, column, local, &self.time)
            }
        }
        .map(|_| ())
        .map_err(fault)
    }
}

fn hand_over(path: &std::path::Path, sink: &mut Sink<'_>) -> Result<(), ServiceError> {
    let lost = |error: std::io::Error| ServiceError::broken_by("a temporary file for a workbook", error);
    let mut file = std::fs::File::open(path).map_err(lost)?;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        if file.by_ref().take(limit).read_to_end(&mut piece).map_err(lost)? == 0 {
            return Ok(());
        }
        sink(piece)?;
    }
}

fn fault(error: XlsxError) -> ServiceError {
    ServiceError::broken_by("writing a workbook", error)
}
