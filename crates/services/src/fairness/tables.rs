//! From people to counts: the tables of an edition, with everything hidden that could tell about one person.
//!
//! What leaves this module holds published counts alone. A table's n and its share above the median stand or fall
//! together; a selection may be hidden where the n is shown, never the other way round. People whose group is known in
//! one partition alone stand in no printed cell of an intersection, and are protected there like a cell: a margin minus
//! the printed cells of its line would show them.

use domain::demographics::{Demographics, GroupTable};
use psychometrics::fairness::audit::count_selections;
use psychometrics::fairness::impact::Selection;
use psychometrics::fairness::suppression::{
    CrossedCell, LEAST_CELL, Visibility, visibility, visibility_crossed,
};
use serde::{Deserialize, Serialize};

/// One person as the tables count them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// What they said of themselves.
    pub(super) said: Demographics,
    /// Whether their score is strictly above the median of everybody in the tables.
    pub(super) is_above: bool,
    /// Whether they were selected.
    pub(super) is_selected: bool,
}

/// A table as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// Which.
    pub table: GroupTable,
    /// People whose group is not known: counted and disclosed, never compared.
    pub unknown: u32,
    /// The groups that somebody is in, in their order.
    pub rows: Vec<PublishedRow>,
}

/// One group as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRow {
    /// Code of the group.
    pub group: String,
    /// Code in the second partition of an intersection.
    pub second: Option<String>,
    /// People; nothing when hidden.
    pub n: Option<u32>,
    /// Those of them above the median; nothing when hidden.
    pub above: Option<u32>,
    /// Those of them who were selected; nothing when hidden or when nobody at all was selected.
    pub selected: Option<u32>,
}

/// A group's place, its people above the median, and its people selected.
type Group = ((usize, usize), Selection, Selection);

/// What may be shown of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    place: (usize, usize),
    people: bool,
    selected: bool,
}

/// The tables of these people. `has_selection`: whether somebody was selected at all.
pub(super) fn published_tables(
    tables: &[GroupTable],
    people: &[Counted],
    has_selection: bool,
) -> Vec<PublishedTable> {
    let alone = margins(tables, people, has_selection);
    let mut published = Vec::new();
    for table in tables {
        let (groups, unknown) = groups_of(*table, people);
        let margin =
            |of: GroupTable| alone.iter().find(|(table, _)| *table == of).map_or(&[][..], |(_, seen)| seen);
        let crossed = table.margins().map(|(first, second)| {
            let half_known = half_known((first, second), people);
            seen_crossed(&groups, &half_known, margin(first), margin(second), has_selection)
        });
        let seen = crossed.as_deref().unwrap_or_else(|| margin(*table));
        published.push(PublishedTable { table: *table, unknown, rows: rows_of(*table, &groups, seen) });
    }
    published
}

/// What may be shown of each partition. The sum of a partition without the sum of another is the people known in one
/// of the two alone: where they are few, one of the two sums must not be had.
fn margins(tables: &[GroupTable], people: &[Counted], has_selection: bool) -> Vec<(GroupTable, Vec<Seen>)> {
    let mut seen: Vec<(GroupTable, Vec<Seen>)> = Vec::new();
    for table in tables.iter().copied().filter(|table| table.margins().is_none()) {
        let (groups, _) = groups_of(table, people);
        let mut own = seen_alone(&groups, has_selection);
        for (other, others) in &seen {
            let half: Vec<Cell> = half_known((*other, table), people);
            let is_told = |of: fn(&Cell) -> Selection| {
                [true, false].into_iter().any(|is_first| {
                    let side = half.iter().filter(|cell| cell.0.0.is_some() == is_first).map(of);
                    is_few(side)
                })
            };
            let are_both = |of: fn(&Seen) -> bool| own.iter().all(of) && others.iter().all(of);
            if are_both(|seen| seen.people) && is_told(|cell| cell.1) {
                hide_one(
                    &mut own,
                    &groups,
                    |cell| cell.1,
                    |seen| (seen.people, seen.selected) = (false, false),
                );
            } else if are_both(|seen| seen.selected) && is_told(|cell| cell.2) {
                hide_one(&mut own, &groups, |cell| cell.2, |seen| seen.selected = false);
            }
        }
        seen.push((table, own));
    }
    seen
}

/// Whether there are people, and fewer than five of them on one side of a count.
fn is_few(counts: impl Iterator<Item = Selection>) -> bool {
    let sum = |(all, yes): (u32, u32), count: Selection| {
        (all.saturating_add(count.applicants()), yes.saturating_add(count.selected()))
    };
    let (all, yes) = counts.fold((0, 0), sum);
    all > 0 && yes.min(all.saturating_sub(yes)) < LEAST_CELL
}

/// Hides the smallest group, which then follows from no sum; not the one of the highest rate, which the others are
/// compared with.
fn hide_one(seen: &mut [Seen], groups: &[Group], of: fn(&Group) -> Selection, hide: fn(&mut Seen)) {
    let places = || groups.iter().map(of).enumerate();
    let highest = places().max_by(|(_, a), (_, b)| a.cmp_rate(*b)).map(|(place, _)| place);
    let others = places().filter(|(place, _)| Some(*place) != highest);
    let smallest = others.min_by_key(|(_, count)| count.applicants()).map(|(place, _)| place);
    smallest.and_then(|place| seen.get_mut(place)).into_iter().for_each(hide);
}

fn groups_of(table: GroupTable, people: &[Counted]) -> (Vec<Group>, u32) {
    let above = count_selections(people.iter().map(|one| (table.group_of(&one.said), one.is_above)));
    let selected = count_selections(people.iter().map(|one| (table.group_of(&one.said), one.is_selected)));
    let groups = above.groups.into_iter().zip(selected.groups);
    let groups = groups.map(|((place, above), (_, selected))| (place, above, selected)).collect();
    (groups, above.unknown.map_or(0, Selection::applicants))
}

/// One partition: everybody of known group in one single group would be told by the table itself.
fn seen_alone(groups: &[Group], has_selection: bool) -> Vec<Seen> {
    let above: Vec<Selection> = groups.iter().map(|(_, above, _)| *above).collect();
    let selected: Vec<Selection> = groups.iter().map(|(_, _, selected)| *selected).collect();
    let people = visibility(&above);
    let chosen = visibility(&selected);
    let is_one = groups.len() < 2;
    let look = |((place, ..), (people, chosen)): (&Group, (&Visibility, &Visibility))| {
        let people = !is_one && *people == Visibility::Shown;
        Seen { place: *place, people, selected: has_selection && people && *chosen == Visibility::Shown }
    };
    groups.iter().zip(people.iter().zip(&chosen)).map(look).collect()
}

/// A cell of an intersection as suppression sees it, with the people above the median and those selected.
type Cell = ((Option<usize>, Option<usize>), Selection, Selection);

/// The people of an intersection who are known in one of its two partitions alone.
fn half_known((first, second): (GroupTable, GroupTable), people: &[Counted]) -> Vec<Cell> {
    let place = |said: &Demographics| {
        let group = |table: GroupTable| table.group_of(said).map(|(place, _)| place);
        match (group(first), group(second)) {
            (None, None) | (Some(_), Some(_)) => None,
            half => Some(half),
        }
    };
    let above = count_selections(people.iter().map(|one| (place(&one.said), one.is_above))).groups;
    let selected = count_selections(people.iter().map(|one| (place(&one.said), one.is_selected))).groups;
    above.into_iter().zip(selected).map(|((place, above), (_, selected))| (place, above, selected)).collect()
}

/// Two partitions crossed: what a margin hides, the cells must not give away.
fn seen_crossed(
    groups: &[Group],
    half_known: &[Cell],
    first: &[Seen],
    second: &[Seen],
    has_selection: bool,
) -> Vec<Seen> {
    let whole = groups.iter().map(|((a, b), above, selected)| ((Some(*a), Some(*b)), *above, *selected));
    let all: Vec<Cell> = whole.chain(half_known.iter().copied()).collect();
    let shows = |margin: &[Seen], place: Option<usize>, of: fn(&Seen) -> bool| {
        // People of unknown group have no row of their own that could be hidden.
        place.is_none_or(|place| margin.iter().any(|seen| seen.place.0 == place && of(seen)))
    };
    let cells = |selection: fn(&Cell) -> Selection, of: fn(&Seen) -> bool, hidden: &[bool]| {
        let cell = |(cell, is_hidden): (&Cell, &bool)| {
            let (a, b) = cell.0;
            let is_hidden = *is_hidden || !shows(first, a, of) || !shows(second, b, of);
            CrossedCell { first: a, second: b, selection: selection(cell), is_hidden }
        };
        all.iter().zip(hidden).map(cell).collect::<Vec<_>>()
    };
    let none = vec![false; all.len()];
    let people = visibility_crossed(&cells(|cell| cell.1, |seen| seen.people, &none));
    let hidden: Vec<bool> = people.iter().map(|seen| *seen != Visibility::Shown).collect();
    let chosen = visibility_crossed(&cells(|cell| cell.2, |seen| seen.selected, &hidden));
    let look = |((place, ..), (people, chosen)): (&Group, (&Visibility, &Visibility))| {
        let people = *people == Visibility::Shown;
        Seen { place: *place, people, selected: has_selection && people && *chosen == Visibility::Shown }
    };
    groups.iter().zip(people.iter().zip(&chosen)).map(look).collect()
}

fn rows_of(table: GroupTable, groups: &[Group], seen: &[Seen]) -> Vec<PublishedRow> {
    let (first, second) = table.codes();
    let code =
        |codes: &[&'static str], place: usize| codes.get(place).copied().unwrap_or_default().to_owned();
    let row = |((place, above, selected), seen): (&Group, &Seen)| PublishedRow {
        group: code(&first, place.0),
        second: second.as_ref().map(|second| code(second, place.1)),
        n: seen.people.then(|| above.applicants()),
        above: seen.people.then(|| above.selected()),
        selected: seen.selected.then(|| selected.selected()),
    };
    groups.iter().zip(seen).map(row).collect()
}

#[cfg(test)]
mod tests {
    use domain::demographics::{AgeBand, DemographicForm, Race, Sex};

    use super::*;

    /// People of one group: how many, how many above the median, how many selected.
    fn some(said: Demographics, n: usize, above: usize, selected: usize) -> Vec<Counted> {
        (0..n).map(|i| Counted { said, is_above: i < above, is_selected: i < selected }).collect()
    }

    fn person(sex: Option<Sex>, age: Option<AgeBand>) -> Demographics {
        Demographics { sex, age, race: None }
    }

    fn tables(people: &[Counted]) -> Vec<PublishedTable> {
        published_tables(DemographicForm::SexAge.tables(), people, true)
    }

    #[test]
    fn counts_of_large_groups_are_shown_and_unknown_people_counted() {
        let mut people = some(person(Some(Sex::Female), None), 30, 16, 10);
        people.extend(some(person(Some(Sex::Male), None), 28, 12, 8));
        people.extend(some(Demographics::default(), 7, 3, 1));

        let [sex, age, both] = tables(&people).try_into().unwrap();

        assert_eq!(sex.unknown, 7);
        assert_eq!(
            sex.rows.iter().map(|row| (row.n, row.above, row.selected)).collect::<Vec<_>>(),
            [(Some(30), Some(16), Some(10)), (Some(28), Some(12), Some(8))]
        );
        assert_eq!((age.unknown, age.rows.len()), (65, 0));
        assert_eq!((both.unknown, both.rows.len()), (65, 0));
    }

    #[test]
    fn a_small_group_is_hidden_with_another_one() {
        let mut people = some(person(Some(Sex::Female), None), 30, 16, 10);
        people.extend(some(person(Some(Sex::Male), None), 28, 12, 8));
        people.extend(some(person(Some(Sex::Another), None), 3, 2, 1));

        let sex = tables(&people).remove(0);

        let shown: Vec<Option<u32>> = sex.rows.iter().map(|row| row.n).collect();
        assert_eq!(shown, [Some(30), None, None], "the total would give the small one away");
    }

    #[test]
    fn few_selections_hide_the_selection_and_keep_the_rest() {
        let mut people = some(person(Some(Sex::Female), None), 30, 16, 2);
        people.extend(some(person(Some(Sex::Male), None), 28, 12, 9));

        let sex = tables(&people).remove(0);

        assert_eq!(
            sex.rows.iter().map(|row| (row.n, row.selected)).collect::<Vec<_>>(),
            [(Some(30), None), (Some(28), None)]
        );
    }

    #[test]
    fn a_table_of_one_group_shows_nothing() {
        let people = some(person(Some(Sex::Female), None), 40, 20, 10);

        assert_eq!(tables(&people).remove(0).rows[0].n, None);
    }

    #[test]
    fn the_sums_of_two_partitions_do_not_tell_of_few_known_in_one_alone() {
        let (female, male) = (Some(Sex::Female), Some(Sex::Male));
        let bands = [AgeBand::Under30, AgeBand::From30To39, AgeBand::From40To49, AgeBand::From50];
        let mut people = Vec::new();
        for (place, band) in bands.into_iter().enumerate() {
            people.extend(some(person(female, Some(band)), 12 + place, 6, 6));
            people.extend(some(person(male, Some(band)), 14 + place, 7, 7));
        }
        let whole = tables(&people);
        assert!(whole[0].rows.iter().chain(&whole[1].rows).all(|row| row.above.is_some()));
        // Four people say their age alone, one of them above the median.
        people.extend(some(person(None, Some(AgeBand::From50)), 4, 1, 0));
        // The youngest, the smallest group, stand above the others.
        people
            .iter_mut()
            .filter(|one| one.said.age == Some(AgeBand::Under30))
            .take(20)
            .for_each(|one| one.is_above = true);

        let [sex, age, _] = tables(&people).try_into().unwrap();

        assert!(sex.rows.iter().all(|row| row.above.is_some()));
        let shown: Vec<bool> = age.rows.iter().map(|row| row.above.is_some()).collect();
        assert_eq!(
            shown,
            [true, false, true, true],
            "the smallest of those that are compared with the highest"
        );
    }

    #[test]
    fn intersections_never_show_what_a_margin_hides() {
        let (young, old) = (Some(AgeBand::Under30), Some(AgeBand::From50));
        let mut people = Vec::new();
        for (sex, n) in [(Sex::Female, 40), (Sex::Male, 36)] {
            people.extend(some(person(Some(sex), young), n, n / 2, n / 3));
            people.extend(some(person(Some(sex), old), n, n / 2, n / 3));
        }
        people.extend(some(person(Some(Sex::Another), young), 4, 2, 1));

        let [sex, _, both] = tables(&people).try_into().unwrap();

        assert_eq!(sex.rows.iter().map(|row| row.n).collect::<Vec<_>>(), [Some(80), None, None]);
        for row in both.rows.iter().filter(|row| row.group != "female") {
            assert_eq!(row.n, None, "{row:?}");
        }
    }

    /// Every number that a reader can work out: shown counts, and per line what the margin leaves.
    #[test]
    fn nobody_smaller_than_five_can_be_worked_out_of_random_tables() {
        let mut state = 20_261_122_u64;
        let mut next = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((state >> 33) % most).unwrap()
        };
        for _ in 0..300 {
            let mut people = Vec::new();
            for sex in Sex::ALL {
                for race in Race::ALL {
                    let n = next(30);
                    let said = Demographics { sex: Some(*sex), age: None, race: Some(*race) };
                    let size = u64::try_from(n + 1).unwrap();
                    people.extend(some(said, n, next(size), next(size)));
                }
                let said = Demographics { sex: Some(*sex), age: None, race: None };
                people.extend(some(said, next(4), next(2), next(2)));
            }
            people.extend(some(Demographics { race: Some(Race::White), ..Demographics::default() }, 2, 1, 0));
            let tables = published_tables(DemographicForm::Full.tables(), &people, true);
            for table in &tables {
                for row in &table.rows {
                    for count in [row.above, row.selected].into_iter().flatten() {
                        let n = row.n.unwrap();
                        assert!(count >= 5 && n - count >= 5, "{row:?}");
                    }
                }
                let hidden = table.rows.iter().filter(|row| row.n.is_none()).count();
                // One alone is hidden where the sum of another partition would tell of few people, below.
                assert!(hidden != 1 || table.table == GroupTable::Race, "{:?}", table.table);
            }
            // The sum of one partition minus that of the other: who is known in one alone.
            let sums: Vec<Option<(u32, u32)>> = [GroupTable::Sex, GroupTable::Race]
                .iter()
                .map(|of| {
                    let rows = &tables.iter().find(|table| table.table == *of).unwrap().rows;
                    let add = |(n, above), row: &PublishedRow| Some((n + row.n?, above + row.above?));
                    rows.iter().try_fold((0, 0), add)
                })
                .collect();
            if let [Some(_), Some(_)] = sums[..] {
                let few = |sex: bool| {
                    let is_half =
                        |one: &&Counted| one.said.sex.is_some() == sex && one.said.race.is_some() != sex;
                    let half: Vec<&Counted> = people.iter().filter(is_half).collect();
                    let above = half.iter().filter(|one| one.is_above).count();
                    !half.is_empty() && above.min(half.len() - above) < 5
                };
                assert!(!few(true) && !few(false));
            }
            let cross = tables.iter().find(|table| table.table == GroupTable::SexRace).unwrap();
            for (margin, is_first) in [(GroupTable::Sex, true), (GroupTable::Race, false)] {
                for line in &tables.iter().find(|table| table.table == margin).unwrap().rows {
                    let of = |row: &&PublishedRow| {
                        let code = if is_first { &row.group } else { row.second.as_ref().unwrap() };
                        *code == line.group
                    };
                    let cells: Vec<&PublishedRow> = cross.rows.iter().filter(of).collect();
                    let hidden = cells.iter().filter(|row| row.n.is_none()).count();
                    assert!(line.n.is_some() || hidden == cells.len(), "a hidden margin has a shown cell");
                    // What the margin leaves of its line: the hidden cells and who is not in the table.
                    for of in [|row: &PublishedRow| row.above, |row: &PublishedRow| row.selected] {
                        let (Some(n), Some(count)) = (line.n, of(line)) else { continue };
                        let shown = || cells.iter().filter(|cell| of(cell).is_some());
                        let left = n - shown().filter_map(|cell| cell.n).sum::<u32>();
                        let counted = count - shown().filter_map(|cell| of(cell)).sum::<u32>();
                        assert!(left == 0 || counted.min(left - counted) >= 5, "{line:?} {cells:?}");
                    }
                }
            }
        }
    }
}
