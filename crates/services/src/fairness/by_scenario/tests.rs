//! Comparisons of groups scenario by scenario, with invented people.

use domain::demographics::Sex;

use super::*;
use crate::fairness::tables::PublishedRow;

const SCENARIOS: usize = 8;

/// A small generator: the same people each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// People of one group; `shift` half points are taken from the third scenario of those who have them.
fn people(chance: &mut Chance, n: usize, sex: Sex, language: Language, shift: u32) -> Vec<Participant> {
    let mut one = || {
        let level = chance.below(4);
        let cells = (0..SCENARIOS).map(|place| {
            let half_points = u32::try_from(level + chance.below(5)).unwrap();
            let lost = if place == 2 { shift } else { 0 };
            let mut cells = FamilyCells::default();
            cells[0] = [half_points.saturating_sub(lost), 4];
            Some(cells)
        });
        let families: Vec<Option<FamilyCells>> = cells.collect();
        let score = |cells: &Option<FamilyCells>| cells.map(|cells| 12.5 * f64::from(cells[0][0]));
        Participant {
            edition: Some(("c".to_owned(), 1)),
            said: Demographics { sex: Some(sex), ..Demographics::default() },
            language: Some(language),
            scores: families.iter().map(score).collect(),
            families,
        }
    };
    (0..n).map(|_| one()).collect()
}

fn table(rows: &[(&str, Option<u32>)]) -> PublishedTable {
    let row = |(group, n): &(&str, Option<u32>)| PublishedRow {
        group: (*group).to_owned(),
        second: None,
        n: *n,
        above: n.map(|n| n / 2),
        selected: None,
    };
    PublishedTable { table: GroupTable::Sex, unknown: 0, rows: rows.iter().map(row).collect() }
}

fn found(men: usize, women: usize, shift: u32, shown: &[(&str, Option<u32>)]) -> Vec<ScenarioComparison> {
    let mut chance = Chance(20_261_122);
    let mut all = people(&mut chance, men, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, women, Sex::Female, Language::Fr, shift));
    let current = vec![table(shown)];
    let editions = Editions::from([(("c".to_owned(), 1), current.clone())]);
    comparisons(&current, &editions, &all, &[]).unwrap()
}

#[test]
fn a_scenario_that_is_harder_for_one_group_at_the_same_total_is_found() {
    let shown = [("female", Some(160)), ("male", Some(300))];

    let [by_sex] = found(300, 160, 3, &shown).try_into().unwrap();

    assert_eq!(
        (by_sex.by, by_sex.reference.as_str(), by_sex.focal.as_str()),
        (ComparedBy::Sex, "male", "female")
    );
    let compared = by_sex.found.unwrap();
    assert_eq!((compared.n_reference, compared.n_focal, compared.is_shrunk), (300, 160, false));
    let third = compared.scenarios[2].unwrap();
    assert_eq!((third.class, third.is_significant), (DifferenceClass::Large, true));
    let [low, high] = third.interval.unwrap();
    assert!(low < third.effect && high < 0.0, "{third:?}");
    let others = compared.scenarios.iter().enumerate().filter(|(place, _)| *place != 2);
    let flagged = others.filter(|(_, one)| one.unwrap().class == DifferenceClass::Large).count();
    assert_eq!(flagged, 0, "{:?}", compared.scenarios);
}

#[test]
fn few_people_are_shrunk_and_fewer_not_compared() {
    let shown = [("female", Some(60)), ("male", Some(300))];
    let few = found(300, 60, 0, &shown).remove(0).found.unwrap();
    assert!(few.is_shrunk);
    let told: Vec<&ScenarioDifference> = few.scenarios.iter().flatten().collect();
    assert!(told.iter().all(|one| !one.is_significant && one.interval.is_none()));
    let planted = found(300, 60, 4, &shown).remove(0).found.unwrap();
    let third = planted.scenarios[2].unwrap();
    assert!(
        third.effect < -0.17 && third.interval.is_none() && third.large_percent.unwrap() > 0.0,
        "{third:?}"
    );

    assert_eq!(found(300, 49, 3, &shown).remove(0).found, None);
    assert_eq!(found(199, 60, 3, &shown).remove(0).found, None);
}

#[test]
fn groups_that_an_edition_hides_are_not_compared() {
    assert_eq!(found(300, 160, 3, &[("female", None), ("male", None)]), []);
    assert_eq!(found(300, 160, 3, &[("female", None), ("male", Some(300))]), []);
}

#[test]
fn who_switched_language_is_left_out_of_the_comparison_by_language() {
    let mut chance = Chance(7);
    let mut all = people(&mut chance, 220, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, 120, Sex::Male, Language::En, 0));
    for one in &mut all[220..300] {
        one.language = None;
    }

    let [by_language] = comparisons(&[], &Editions::new(), &all, &[]).unwrap().try_into().unwrap();

    assert_eq!((by_language.reference.as_str(), by_language.focal.as_str()), ("fr", "en"));
    assert_eq!(by_language.found, None, "40 are left of 120");
}

#[test]
fn of_a_small_group_whose_differences_are_chance_nothing_is_told() {
    // Effects that vary less than their errors: a posterior of them has no spread at all.
    let alike = |effect| MantelDif { effect, ..one_of(300, 160) };
    let items: Vec<Result<MantelDif, ItemProblem>> =
        [0.01, 0.02, 0.01, 0.02].into_iter().map(alike).map(Ok).collect();

    assert_eq!(shrunk(&items), Some(Vec::new()));
}

/// Any result of the engine.
fn one_of(men: usize, women: usize) -> MantelDif {
    let mut chance = Chance(3);
    let mut all = people(&mut chance, men, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, women, Sex::Female, Language::Fr, 0));
    let rows = categories(&all);
    let rows: Vec<&[Option<u8>]> = rows.iter().map(Vec::as_slice).collect();
    let groups: Vec<Group> =
        (0..all.len()).map(|place| if place < men { Group::Reference } else { Group::Focal }).collect();
    let (units, _) = collapsed_units(&Responses::from_rows(SCENARIOS, &rows).unwrap());
    let report = mantel_dif(&units, &groups, &DifOptions::default()).unwrap();
    report.items.into_iter().flatten().next().unwrap()
}

#[test]
fn languages_are_compared_anew_with_five_people_more_of_each_and_repeated_before() {
    let mut chance = Chance(7);
    let mut all = people(&mut chance, 220, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, 120, Sex::Male, Language::En, 0));
    let none = Editions::new();
    let first = comparisons(&[], &none, &all, &[]).unwrap();
    assert_eq!(first[0].found.as_ref().map(|found| (found.n_reference, found.n_focal)), Some((220, 120)));

    // One has been erased, and four have come.
    let fewer = &all[..339];
    assert_eq!(comparisons(&[], &none, fewer, &first).unwrap(), first);
    let mut more = all.clone();
    more.extend(people(&mut chance, 40, Sex::Male, Language::Fr, 0));
    more.extend(people(&mut chance, 4, Sex::Male, Language::En, 0));
    assert_eq!(comparisons(&[], &none, &more, &first).unwrap(), first);

    more.extend(people(&mut chance, 1, Sex::Male, Language::En, 0));
    let second = comparisons(&[], &none, &more, &first).unwrap();
    assert_eq!(second[0].found.as_ref().map(|found| (found.n_reference, found.n_focal)), Some((260, 125)));
}

#[test]
fn that_a_handful_took_the_other_language_is_not_told() {
    let mut chance = Chance(7);
    let mut all = people(&mut chance, 220, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, 4, Sex::Male, Language::En, 0));

    assert_eq!(comparisons(&[], &Editions::new(), &all, &[]).unwrap(), []);
}

#[test]
fn people_in_rows_that_their_own_edition_hides_take_no_part() {
    let mut chance = Chance(20_261_122);
    let mut all = people(&mut chance, 300, Sex::Male, Language::Fr, 0);
    all.extend(people(&mut chance, 160, Sex::Female, Language::Fr, 0));
    for one in &mut all[300..420] {
        one.edition = Some(("d".to_owned(), 1));
    }
    let current = vec![table(&[("female", Some(40)), ("male", Some(300))])];
    let hidden = vec![table(&[("female", None), ("male", None)])];
    let editions = Editions::from([(("c".to_owned(), 1), current.clone()), (("d".to_owned(), 1), hidden)]);

    let by_sex = comparisons(&current, &editions, &all, &[]).unwrap().remove(0);

    assert_eq!(by_sex.found, None, "40 of 160 are in a row that is shown");
}
