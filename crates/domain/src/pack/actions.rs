//! Reads the `[[action]]` tables of `scenario.toml`: rated actions with their own family, and the plain
//! actions or emotions of the formats that score one family for the whole scenario.

use crate::construct::{Construct, Family, family_of};
use crate::ids::ActionId;
use crate::item::rate::{MAX_ACTIONS, MIN_ACTIONS, RatedAction};
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::{Located, TomlFile};
use crate::pack::toml_reader::Table;
use psychometrics::rating::Category;
use std::ops::RangeInclusive;

/// Rated actions, each with its key.
pub(super) fn rated_actions(
    source: &TomlFile<'_>,
    tables: &[Table<'_>],
) -> Option<Vec<(RatedAction, Category)>> {
    note_count(source, tables, MIN_ACTIONS..=MAX_ACTIONS);
    let read: Vec<Option<(RatedAction, Category)>> =
        tables.iter().map(|table| rated_action(source, table)).collect();
    let ids: Vec<Option<&ActionId>> =
        read.iter().map(|action| action.as_ref().map(|(action, _)| &action.id)).collect();
    note_twice(source, tables, &ids);
    read.into_iter().collect()
}

/// Actions or emotions with their key, as many as the format asks for.
pub(super) fn listed_actions(
    source: &TomlFile<'_>,
    tables: &[Table<'_>],
    count: RangeInclusive<usize>,
) -> Option<Vec<(ActionId, Category)>> {
    note_count(source, tables, count);
    let read: Vec<Option<(ActionId, Category)>> = tables
        .iter()
        .map(|table| {
            let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
            let category = category(table);
            table.refuse_unknown_fields();
            Some((id?.value, category?))
        })
        .collect();
    let ids: Vec<Option<&ActionId>> = read.iter().map(|action| action.as_ref().map(|(id, _)| id)).collect();
    note_twice(source, tables, &ids);
    read.into_iter().collect()
}

/// The family and the tags of a scenario, an action or a node; the first tag belongs to the family.
pub(super) fn family_and_constructs(
    source: &TomlFile<'_>,
    table: &Table<'_>,
) -> Option<(Family, Vec<Construct>)> {
    let family = table.parsed::<Family>("family", ProblemCode::UnknownValue);
    let constructs = table.parsed_list::<Construct>("constructs", ProblemCode::UnknownValue);
    if let Some(constructs) = &constructs {
        check_first_construct(source, table, family.as_ref(), constructs);
    }
    Some((family?.value, constructs?.into_iter().map(|construct| construct.value).collect()))
}

/// The authors' category.
pub(super) fn category(table: &Table<'_>) -> Option<Category> {
    let key = table.number_or("key", 1..=4, ProblemCode::KeyOutOfRange)?;
    u8::try_from(key.value).ok().and_then(|number| Category::try_from(number).ok())
}

/// Notes ids that stand here twice.
pub(super) fn note_twice(source: &TomlFile<'_>, tables: &[Table<'_>], ids: &[Option<&ActionId>]) {
    for (index, (table, id)) in tables.iter().zip(ids).enumerate() {
        if let Some(id) = id
            && ids.iter().take(index).any(|earlier| *earlier == Some(*id))
        {
            let message = format!("The id \"{id}\" stands here twice.");
            source.note(ProblemCode::Duplicate, Some(table.line()), message);
        }
    }
}

fn note_count(source: &TomlFile<'_>, tables: &[Table<'_>], count: RangeInclusive<usize>) {
    if !count.contains(&tables.len()) {
        let (fewest, most) = (count.start(), count.end());
        let wanted = if fewest == most { format!("{fewest}") } else { format!("{fewest} to {most}") };
        let message = format!("The scenario has {} actions; it must have {wanted}.", tables.len());
        source.note(ProblemCode::ActionCount, tables.first().map(Table::line), message);
    }
}

fn rated_action(source: &TomlFile<'_>, table: &Table<'_>) -> Option<(RatedAction, Category)> {
    let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
    let category = category(table);
    let family = family_and_constructs(source, table);
    let scored = table.boolean_or("scored", true);
    table.refuse_unknown_fields();
    let (family, constructs) = family?;
    Some((RatedAction { id: id?.value, family, constructs, scored: scored?.value }, category?))
}

fn check_first_construct(
    source: &TomlFile<'_>,
    table: &Table<'_>,
    family: Option<&Located<Family>>,
    constructs: &[Located<Construct>],
) {
    match (constructs.first(), family) {
        (None, _) => {
            let message = "\"constructs\" is empty; an action has at least one.".to_owned();
            source.note(ProblemCode::MissingField, Some(table.line()), message);
        }
        (Some(first), Some(family)) if family_of(first.value) != family.value => {
            let message = format!(
                "The first construct, {}, belongs to {}, not to {}.",
                first.value,
                family_of(first.value),
                family.value
            );
            source.note(ProblemCode::WrongFamily, Some(first.line), message);
        }
        _ => {}
    }
}
