//! The table of answers that item response theory reads: rows = people, columns = items, each cell a
//! category from 0 or an explicit gap. Knows nothing of models.

use crate::linear::count_u32;

/// Largest number of categories of one item.
pub const MOST_CATEGORIES: u8 = 64;

/// What a gap is stored as; never a category, because there are at most 64.
pub(crate) const GAP: u8 = u8::MAX;

/// A persons × items table of categories with explicit gaps, contiguous in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responses {
    items: usize,
    persons: usize,
    cells: Vec<u8>,
    categories: Vec<u8>,
}

/// Why answers do not make a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponsesError {
    /// A table needs at least one item.
    #[error("the table has no item")]
    NoItem,
    /// A row has another length than the table.
    #[error("row {row} has {found} answers, {expected} expected")]
    RowLength {
        /// Row number from 0.
        row: usize,
        /// Number of items of the table.
        expected: usize,
        /// Number of answers of the row.
        found: usize,
    },
    /// An answer is not one of the item's categories.
    #[error("row {row}, item {item}: category {found} of {categories}")]
    NoSuchCategory {
        /// Row number from 0.
        row: usize,
        /// Item number from 0.
        item: usize,
        /// The category found, from 0.
        found: u8,
        /// Number of categories of the item.
        categories: u8,
    },
    /// An item is said to have fewer than 2 categories or more than 64.
    #[error("item {item} has {found} categories, 2 to 64 are possible")]
    CategoryCount {
        /// Item number from 0.
        item: usize,
        /// Number of categories.
        found: u8,
    },
    /// A list has not one entry per item.
    #[error("{found} entries for {expected} items")]
    LengthMismatch {
        /// Number of items.
        expected: usize,
        /// Number of entries.
        found: usize,
    },
    /// There is no such item.
    #[error("there is no item {item}")]
    NoSuchItem {
        /// Item number from 0.
        item: usize,
    },
}

impl Responses {
    /// A table from rows of equal length; the number of categories of an item is its largest answer
    /// plus 1, at least 2.
    ///
    /// `items` is the number of items (1 or more); each of `rows` is one person, categories counted
    /// from 0, `None` where there is no answer. No row at all is a table of no people.
    ///
    /// # Errors
    /// [`ResponsesError::NoItem`], [`ResponsesError::RowLength`], [`ResponsesError::NoSuchCategory`]
    /// for an answer of 64 or more.
    pub fn from_rows<R>(items: usize, rows: R) -> Result<Self, ResponsesError>
    where
        R: IntoIterator,
        R::Item: AsRef<[Option<u8>]>,
    {
        let mut table = Self::with_categories(&vec![MOST_CATEGORIES; items], rows)?;
        let mut categories = vec![2; items];
        for row in table.rows() {
            for (largest, cell) in categories.iter_mut().zip(row) {
                if *cell != GAP && *cell >= *largest {
                    *largest = cell.saturating_add(1);
                }
            }
        }
        table.categories = categories;
        Ok(table)
    }

    /// A table of items whose numbers of categories are known, used or not.
    ///
    /// `categories`: one number from 2 to 64 per item; `rows` as in [`Responses::from_rows`].
    ///
    /// # Errors
    /// [`ResponsesError::NoItem`], [`ResponsesError::CategoryCount`], [`ResponsesError::RowLength`],
    /// [`ResponsesError::NoSuchCategory`].
    pub fn with_categories<R>(categories: &[u8], rows: R) -> Result<Self, ResponsesError>
    where
        R: IntoIterator,
        R::Item: AsRef<[Option<u8>]>,
    {
        let items = categories.len();
        if items == 0 {
            return Err(ResponsesError::NoItem);
        }
        let impossible = |(_, found): &(usize, &u8)| !(2..=MOST_CATEGORIES).contains(*found);
        if let Some((item, found)) = categories.iter().enumerate().find(impossible) {
            return Err(ResponsesError::CategoryCount { item, found: *found });
        }
        let mut table = Self { items, persons: 0, cells: Vec::new(), categories: categories.to_vec() };
        for (row, answers) in rows.into_iter().enumerate() {
            let answers = answers.as_ref();
            if answers.len() != items {
                return Err(ResponsesError::RowLength { row, expected: items, found: answers.len() });
            }
            for (item, (answer, categories)) in answers.iter().zip(categories).enumerate() {
                match answer {
                    Some(found) if found >= categories => {
                        let (found, categories) = (*found, *categories);
                        return Err(ResponsesError::NoSuchCategory { row, item, found, categories });
                    }
                    Some(category) => table.cells.push(*category),
                    None => table.cells.push(GAP),
                }
            }
            table.persons += 1;
        }
        Ok(table)
    }

    /// Number of people, with or without an answer.
    #[must_use]
    pub const fn persons(&self) -> usize {
        self.persons
    }

    /// Number of items.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }

    /// Number of categories of each item, 2 to 64.
    #[must_use]
    pub fn categories(&self) -> &[u8] {
        &self.categories
    }

    /// The category (from 0) a person chose; `None` for a gap and outside the table.
    #[must_use]
    pub fn category(&self, person: usize, item: usize) -> Option<u8> {
        if item >= self.items {
            return None;
        }
        self.cells.get(person * self.items + item).copied().filter(|cell| *cell != GAP)
    }

    /// How often each category of each item was chosen: one list per item, one count per category.
    #[must_use]
    pub fn counts(&self) -> Vec<Vec<u32>> {
        let mut counts: Vec<Vec<u32>> = self.categories.iter().map(|k| vec![0; usize::from(*k)]).collect();
        for row in self.rows() {
            for (item, cell) in counts.iter_mut().zip(row) {
                if let Some(count) = item.get_mut(usize::from(*cell)) {
                    *count = count.saturating_add(1);
                }
            }
        }
        counts
    }

    /// Number of people with at least one answer.
    #[must_use]
    pub fn persons_with_data(&self) -> u32 {
        count_u32(self.rows().filter(|row| row.iter().any(|cell| *cell != GAP)).count())
    }

    /// The table of some of the items, in the order given.
    ///
    /// # Errors
    /// [`ResponsesError::NoItem`] for an empty list, [`ResponsesError::NoSuchItem`].
    pub fn select_items(&self, items: &[usize]) -> Result<Self, ResponsesError> {
        if items.is_empty() {
            return Err(ResponsesError::NoItem);
        }
        let column = |item: &usize| {
            self.categories.get(*item).copied().ok_or(ResponsesError::NoSuchItem { item: *item })
        };
        let categories = items.iter().map(column).collect::<Result<Vec<u8>, _>>()?;
        let cells = self
            .rows()
            .flat_map(|row| items.iter().map(|item| row.get(*item).copied().unwrap_or(GAP)))
            .collect();
        Ok(Self { items: items.len(), persons: self.persons, cells, categories })
    }

    /// The rows in order, [`GAP`] where there is no answer.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.cells.chunks_exact(self.items)
    }
}

/// How the categories of one item were merged before fitting: the new category of each old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryMap(Vec<u8>);

impl CategoryMap {
    /// The new category (from 0) of each old one, in order; never falling.
    #[must_use]
    pub fn new_categories(&self) -> &[u8] {
        &self.0
    }

    /// Whether every category stayed as it was.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.0.iter().enumerate().all(|(old, new)| usize::from(*new) == old)
    }

    /// Number of categories after merging, 1 or more.
    #[must_use]
    pub fn len(&self) -> u8 {
        self.0.last().map_or(1, |last| last.saturating_add(1))
    }

    /// Always false: there is at least one category.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// The map that leaves `categories` categories as they are.
    pub(crate) fn identity(categories: u8) -> Self {
        Self((0..categories).collect())
    }

    /// Merges the rarest category below `least` answers, or the rarest of more than `most`, with its rarer
    /// neighbour until none is left or two categories remain. Ties go to the lower category, and to the
    /// lower neighbour.
    pub(crate) fn merging(counts: &[u32], least: u32, most: usize) -> Self {
        let mut groups: Vec<(u32, usize)> = counts.iter().map(|count| (*count, 1)).collect();
        while groups.len() > 2 {
            let rarest = groups.iter().enumerate().min_by_key(|(_, (count, _))| *count);
            let Some((at, (count, _))) = rarest else { break };
            if *count >= least && groups.len() <= most {
                break;
            }
            let size = |k: Option<usize>| k.and_then(|k| groups.get(k)).map(|(count, _)| *count);
            let upper = match (size(at.checked_sub(1)), size(Some(at + 1))) {
                (Some(below), Some(above)) if above < below => at + 1,
                (None, _) => 1,
                _ => at,
            };
            let (count, width) = groups.remove(upper);
            if let Some(group) = groups.get_mut(upper - 1) {
                *group = (group.0.saturating_add(count), group.1 + width);
            }
        }
        let expanded = (0_u8..).zip(&groups).flat_map(|(new, (_, width))| std::iter::repeat_n(new, *width));
        Self(expanded.collect())
    }
}

impl Responses {
    /// The table with categories below `least` answers merged into their rarer neighbour, and the map
    /// of each item. Unused categories are merged at any `least` of 1 or more; two categories are
    /// always left, even when one is rare or unused.
    ///
    /// Source: psychometrics.md 4.2 step 0 (5 answers by default; choice of the neighbour ours); tests
    /// `rare_categories_join_the_rarer_neighbour`, `two_categories_are_never_merged`.
    #[must_use]
    pub fn collapsed(&self, least: u32) -> (Self, Vec<CategoryMap>) {
        let maps: Vec<CategoryMap> =
            self.counts().iter().map(|counts| CategoryMap::merging(counts, least, usize::MAX)).collect();
        (self.mapped(&maps), maps)
    }

    /// The table with every category replaced by the new one of its item's map, so that new people are
    /// scored on the categories of a calibration.
    ///
    /// # Errors
    /// [`ResponsesError::LengthMismatch`] without one map per item, [`ResponsesError::NoSuchCategory`]
    /// for an answer beyond an item's map.
    pub fn recoded(&self, maps: &[CategoryMap]) -> Result<Self, ResponsesError> {
        if maps.len() != self.items {
            return Err(ResponsesError::LengthMismatch { expected: self.items, found: maps.len() });
        }
        for (row, answers) in self.rows().enumerate() {
            for (item, (found, map)) in answers.iter().zip(maps).enumerate() {
                if *found != GAP && usize::from(*found) >= map.0.len() {
                    let categories = u8::try_from(map.0.len()).unwrap_or(u8::MAX);
                    return Err(ResponsesError::NoSuchCategory { row, item, found: *found, categories });
                }
            }
        }
        Ok(self.mapped(maps))
    }

    /// Replaces categories by their map; whatever a map does not know becomes a gap.
    pub(crate) fn mapped(&self, maps: &[CategoryMap]) -> Self {
        let new = |(cell, map): (&u8, &CategoryMap)| map.0.get(usize::from(*cell)).copied().unwrap_or(GAP);
        let cells = self.rows().flat_map(|row| row.iter().zip(maps).map(new)).collect();
        let categories = maps.iter().map(|map| map.len().max(2)).collect();
        Self { items: self.items, persons: self.persons, cells, categories }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_tables_are_refused() {
        let none: [[Option<u8>; 0]; 0] = [];

        assert_eq!(Responses::from_rows(0, none), Err(ResponsesError::NoItem));
        assert_eq!(
            Responses::from_rows(2, [vec![Some(1)]]),
            Err(ResponsesError::RowLength { row: 0, expected: 2, found: 1 })
        );
        assert_eq!(
            Responses::with_categories(&[2, 3], [[Some(1), Some(3)]]),
            Err(ResponsesError::NoSuchCategory { row: 0, item: 1, found: 3, categories: 3 })
        );
        assert_eq!(
            Responses::with_categories(&[2, 65], none),
            Err(ResponsesError::CategoryCount { item: 1, found: 65 })
        );
        assert!(Responses::from_rows(1, [[Some(64)]]).is_err());
    }

    #[test]
    fn categories_are_counted_and_gaps_are_not() {
        let table = Responses::from_rows(2, [[Some(2), None], [Some(0), Some(1)], [None, None]]).unwrap();

        assert_eq!((table.persons(), table.items(), table.persons_with_data()), (3, 2, 2));
        assert_eq!(table.categories(), [3, 2]);
        assert_eq!(table.counts(), [vec![1, 0, 1], vec![0, 1]]);
        assert_eq!((table.category(0, 0), table.category(0, 1), table.category(9, 9)), (Some(2), None, None));
        let second = table.select_items(&[1]).unwrap();
        assert_eq!((second.items(), second.category(1, 0)), (1, Some(1)));
    }

    #[test]
    fn rare_categories_join_the_rarer_neighbour() {
        let map = CategoryMap::merging(&[9, 2, 5, 0, 8], 5, 9);

        // 3 joins 2 (5 before 8), then 1 joins it.
        assert_eq!(map.new_categories(), [0, 1, 1, 1, 2]);
        assert_eq!((map.len(), map.is_identity()), (3, false));
    }

    #[test]
    fn two_categories_are_never_merged() {
        assert!(CategoryMap::merging(&[50, 1], 5, 9).is_identity());
        assert_eq!(CategoryMap::merging(&[0, 0, 50], 5, 9).new_categories(), [0, 0, 1]);
        assert_eq!(CategoryMap::merging(&[1, 1, 1, 1], 5, 9).len(), 2);
    }

    #[test]
    fn new_people_are_scored_on_the_merged_categories() {
        let rows = |answers: &[u8]| answers.iter().map(|a| vec![Some(*a)]).collect::<Vec<_>>();
        let table = Responses::from_rows(1, rows(&[0, 0, 1, 3, 3])).unwrap();

        let (collapsed, maps) = table.collapsed(1);
        let recoded = Responses::from_rows(1, rows(&[2, 3])).unwrap().recoded(&maps).unwrap();

        assert_eq!((collapsed.categories(), collapsed.category(3, 0)), (&[3_u8][..], Some(2)));
        assert_eq!((recoded.category(0, 0), recoded.category(1, 0)), (Some(1), Some(2)));
        assert!(Responses::from_rows(1, rows(&[4])).unwrap().recoded(&maps).is_err());
    }
}
