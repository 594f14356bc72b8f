//! Reads the nodes of a dialogue from `scenario.toml` and tells each broken rule of its graph at the line of
//! the node.

use crate::ids::ActionId;
use crate::item::dialogue::customer::{CustomerState, MAX_EMOTION, MAX_LEVEL, MIN_EMOTION, Moves};
use crate::item::dialogue::graph::{GraphFault, MAX_TURNS_APART, graph_faults};
use crate::item::dialogue::{
    DialogueItem, DialogueNode, DialogueOption, MAX_NODES, MAX_OPTIONS, MAX_TURNS, MIN_OPTIONS, MIN_TURNS,
};
use crate::item::{Item, ItemFormat};
use crate::pack::actions::{category, family_and_constructs, note_twice};
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::TomlFile;
use crate::pack::toml_reader::Table;
use psychometrics::rating::Category;

pub(super) fn dialogue_item(source: &TomlFile<'_>, root: &Table<'_>) -> Option<(Item, Vec<Category>, u32)> {
    let start = root.table("start").and_then(|table| start(&table));
    let tables = root.tables("node")?;
    if tables.len() > MAX_NODES {
        let message = format!("The dialogue has {} nodes; it may have {MAX_NODES}.", tables.len());
        source.note(ProblemCode::OptionCount, tables.first().map(Table::line), message);
        return None;
    }
    let read: Vec<Option<(DialogueNode, Vec<Category>)>> =
        tables.iter().map(|table| node(source, table)).collect();
    let ids: Vec<Option<&ActionId>> =
        read.iter().map(|node| node.as_ref().map(|(node, _)| &node.id)).collect();
    note_twice(source, &tables, &ids);
    let are_distinct = (1..ids.len()).all(|index| {
        let (earlier, rest) = ids.split_at(index);
        rest.first().is_none_or(|id| !earlier.contains(id))
    });
    let (nodes, categories): (Vec<DialogueNode>, Vec<Vec<Category>>) =
        read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let item = DialogueItem { format_version: ItemFormat::Dialogue.version(), start: start?, nodes };
    note_options_twice(source, &tables, &item);
    if are_distinct {
        for fault in graph_faults(&item) {
            let (code, node, message) = words(fault);
            let place = item.nodes.iter().zip(&tables).find(|(known, _)| Some(&known.id) == node.as_ref());
            let line = place.map(|(_, table)| table).or(tables.first()).map(Table::line);
            source.note(code, line, message);
        }
    }
    let line = tables.first().map_or(1, Table::line);
    Some((Item::Dialogue(item), categories.concat(), line))
}

fn start(table: &Table<'_>) -> Option<CustomerState> {
    let perception = table.number("perception", 0..=MAX_LEVEL.unsigned_abs());
    let expectations = table.number("expectations", 0..=MAX_LEVEL.unsigned_abs());
    let emotion = table.number("emotion_percent", MIN_EMOTION.unsigned_abs()..=MAX_EMOTION.unsigned_abs());
    table.refuse_unknown_fields();
    let number = |found: u32| i32::try_from(found).ok();
    Some(CustomerState {
        perception: number(perception?.value)?,
        expectations: number(expectations?.value)?,
        emotion_percent: number(emotion?.value)?,
    })
}

fn node(source: &TomlFile<'_>, table: &Table<'_>) -> Option<(DialogueNode, Vec<Category>)> {
    let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
    let family = family_and_constructs(source, table);
    let scored = table.boolean_or("scored", true);
    let tables = table.tables("option");
    table.refuse_unknown_fields();
    let tables = tables?;
    if !(MIN_OPTIONS..=MAX_OPTIONS).contains(&tables.len()) {
        let message =
            format!("The node has {} options; it must have {MIN_OPTIONS} or {MAX_OPTIONS}.", tables.len());
        source.note(ProblemCode::OptionCount, Some(table.line()), message);
    }
    let read: Vec<Option<(DialogueOption, Category)>> = tables.iter().map(option).collect();
    let (options, categories): (Vec<DialogueOption>, Vec<Category>) =
        read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let (family, constructs) = family?;
    let scored = scored?.value;
    if scored && categories.iter().min() == categories.iter().max() {
        let message = "The options of a scored node differ in their key.".to_owned();
        source.note(ProblemCode::KeyUnfit, Some(table.line()), message);
    }
    Some((DialogueNode { id: id?.value, family, constructs, scored, options }, categories))
}

fn option(table: &Table<'_>) -> Option<(DialogueOption, Category)> {
    let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
    let category = category(table);
    let next = table.optional_parsed::<ActionId>("next", ProblemCode::Malformed);
    let perception = table.signed_or_zero("perception", -4..=4);
    let expectations = table.signed_or_zero("expectations", -4..=4);
    let emotion = table.signed_or_zero("emotion_percent", -80..=80);
    table.refuse_unknown_fields();
    let moves = Moves {
        perception: perception?.value,
        expectations: expectations?.value,
        emotion_percent: emotion?.value,
    };
    Some((DialogueOption { id: id?.value, next: next?.map(|next| next.value), moves }, category?))
}

/// Ids of options are unique in the whole dialogue, since keys and prose name them without their node.
fn note_options_twice(source: &TomlFile<'_>, tables: &[Table<'_>], item: &DialogueItem) {
    let mut seen: Vec<&ActionId> = Vec::new();
    for (node, table) in item.nodes.iter().zip(tables) {
        for option in &node.options {
            if seen.contains(&&option.id) {
                let message = format!("The option \"{}\" stands in the dialogue twice.", option.id);
                source.note(ProblemCode::Duplicate, Some(table.line()), message);
            }
            seen.push(&option.id);
        }
    }
}

fn words(fault: GraphFault) -> (ProblemCode, Option<ActionId>, String) {
    match fault {
        GraphFault::UnknownNode { node, option, next } => {
            let message = format!("The option \"{option}\" goes on at \"{next}\", which is no node.");
            (ProblemCode::UnknownNode, Some(node), message)
        }
        GraphFault::Unreachable { node } => {
            let message = format!("Nothing leads to the node \"{node}\".");
            (ProblemCode::UnreachableNode, Some(node), message)
        }
        GraphFault::Cycle { node } => {
            let message = format!("The node \"{node}\" may come a second time.");
            (ProblemCode::DialogueCycle, Some(node), message)
        }
        GraphFault::TooLongApart { node, turns } => {
            let message = format!(
                "Branches from \"{node}\" stay apart for {turns} turns; they rejoin within {MAX_TURNS_APART}."
            );
            (ProblemCode::BranchesApart, Some(node), message)
        }
        GraphFault::Turns { fewest, most } => {
            let message = format!(
                "The paths have {fewest} to {most} turns; every path has {MIN_TURNS} to {MAX_TURNS}."
            );
            (ProblemCode::DialogueTurns, None, message)
        }
        GraphFault::UnevenFamilies { node, family, fewest, most } => {
            let message = format!(
                "The ways on from \"{node}\" hold {fewest} to {most} scored nodes of {family}; every path \
                 holds the same number."
            );
            (ProblemCode::UnevenPaths, Some(node), message)
        }
    }
}
