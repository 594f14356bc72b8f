//! What a procedure found, as tables for a terminal or JSON for machines.

use serde_json::{Map, Value, json};

/// Tables with notes; cells are JSON values.
#[derive(Debug, PartialEq)]
pub(super) struct Report {
    procedure: &'static str,
    notes: Vec<String>,
    tables: Vec<ReportTable>,
}

/// One table.
#[derive(Debug, PartialEq)]
struct ReportTable {
    name: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Report {
    pub(super) const fn new(procedure: &'static str) -> Self {
        Self { procedure, notes: Vec::new(), tables: Vec::new() }
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a table; every row has one cell per column.
    pub(super) fn table(&mut self, name: &'static str, columns: &[&'static str], rows: Vec<Vec<Value>>) {
        self.tables.push(ReportTable { name, columns: columns.to_vec(), rows });
    }

    pub(super) fn print(&self, is_json: bool) -> String {
        if is_json { self.json() } else { self.text() }
    }

    fn json(&self) -> String {
        let mut object = Map::new();
        object.insert("procedure".to_owned(), json!(self.procedure));
        object.insert("notes".to_owned(), json!(self.notes));
        for table in &self.tables {
            let row = |row: &Vec<Value>| -> Value {
                let cells = table.columns.iter().zip(row);
                Value::Object(cells.map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect())
            };
            object.insert(table.name.to_owned(), table.rows.iter().map(row).collect());
        }
        let mut text = serde_json::to_string_pretty(&Value::Object(object)).unwrap_or_default();
        text.push('\n');
        text
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for table in &self.tables {
            text.push_str(&format!("{}\n", table.name.replace('_', " ")));
            let heads = table.columns.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>();
            let body: Vec<Vec<String>> =
                table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
            let width = |column: usize| {
                let cells = body.iter().chain([&heads]).filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            };
            let widths: Vec<usize> = (0..heads.len()).map(width).collect();
            for (place, row) in [&heads].into_iter().chain(&body).enumerate() {
                // Words of the first column stand left, everything else right.
                let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                });
                text.push_str(&format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end()));
                if place == 0 {
                    let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>();
                    text.push_str(&format!("  {}\n", rule.join("  ")));
                }
            }
            text.push('\n');
        }
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        text
    }
}

/// A cell as a person reads it: three decimals, more for small probabilities.
fn shown(cell: &Value) -> String {
    match cell {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(value) if !number.is_i64() && !number.is_u64() => {
                if value != 0.0 && value.abs() < 0.0005 {
                    format!("{value:.1e}")
                } else {
                    format!("{value:.3}")
                }
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_on_a_terminal_and_as_json() {
        let mut report = Report::new("ctt");
        report.table(
            "items",
            &["item", "mean_score"],
            vec![vec![json!("a"), json!(1.5)], vec![json!("bb"), Value::Null]],
        );
        report.note("2 people.");

        assert_eq!(
            report.print(false),
            "items\n  item  mean score\n  ────  ──────────\n  a          1.500\n  bb             –\n\n2 people.\n"
        );
        let json: Value = serde_json::from_str(&report.print(true)).unwrap();
        assert_eq!(json["items"][0]["mean_score"], json!(1.5));
        assert_eq!((&json["procedure"], &json["items"][1]["mean_score"]), (&json!("ctt"), &Value::Null));
    }
}
