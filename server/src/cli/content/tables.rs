//! Tables and lines for a terminal: words to the left, figures to the right, two blanks between columns.

/// Rows under a head, without a line break at the end. Columns of figures stand to the right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let first: Vec<String> = head.iter().map(ToString::to_string).collect();
    let all = || std::iter::once(&first).chain(rows);
    let widths: Vec<usize> = (0..head.len())
        .map(|column| all().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let is_figure =
        |cell: &String| cell.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first));
    let are_figures: Vec<bool> =
        (0..head.len()).map(|column| rows.iter().filter_map(|row| row.get(column)).all(is_figure)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .zip(widths.iter().zip(&are_figures))
            .map(|(cell, (wide, are_figures))| {
                let blanks = " ".repeat(wide.saturating_sub(width(cell)));
                if *are_figures { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
            })
            .collect();
        format!("  {}", cells.join("  ")).trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

/// A name with its values.
pub(super) fn line(name: &str, values: impl IntoIterator<Item = String>) -> String {
    format!("  {name:<20} {}", values.into_iter().collect::<Vec<_>>().join(", "))
}

/// The smallest, the median and the largest of some figures, each with what it belongs to; none without
/// figures. The median of an even number is the lower of the two in the middle.
pub(super) fn extremes<N: Copy + PartialOrd, T: Copy>(mut values: Vec<(N, T)>) -> Option<[(N, T); 3]> {
    values.sort_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    let middle = values.len().checked_sub(1)? / 2;
    Some([*values.first()?, *values.get(middle)?, *values.last()?])
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heads() {
        let rows = [vec!["é".to_owned(), "1".to_owned()], vec!["long".to_owned(), "23.5".to_owned()]];

        assert_eq!(table(&["", "n"], &rows), "           n\n  é        1\n  long  23.5");
    }

    #[test]
    fn extremes_are_told_with_their_owners() {
        assert_eq!(
            extremes(vec![(3, "c"), (1, "a"), (2, "b"), (9, "d")]),
            Some([(1, "a"), (2, "b"), (9, "d")])
        );
        assert_eq!(extremes::<u32, ()>(Vec::new()), None);
    }
}
