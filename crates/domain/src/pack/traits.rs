//! Reads `traits.toml`: what each action of a scenario looks like without the key.

use crate::content::traits::Trait;
use crate::ids::ActionId;
use crate::pack::problem::ProblemCode;
use crate::pack::scenario::ScenarioOutline;
use crate::pack::toml_file::TomlFile;
use crate::pack::toml_reader::Table;
use std::collections::{BTreeMap, BTreeSet};

/// The traits; without an outline (its own file is broken) the actions are not compared.
pub(super) fn read_traits(
    source: &TomlFile<'_>,
    outline: Option<&ScenarioOutline>,
) -> Option<BTreeMap<ActionId, BTreeSet<Trait>>> {
    let document = source.parse()?;
    let root = Table::root(source, &document);
    let tables = root.tables("action");
    root.refuse_unknown_fields();
    let tables = tables?;
    let read: Vec<Option<(ActionId, BTreeSet<Trait>)>> = tables
        .iter()
        .map(|table| {
            let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
            let traits = table.parsed_list::<Trait>("traits", ProblemCode::UnknownValue);
            table.refuse_unknown_fields();
            Some((id?.value, traits?.into_iter().map(|found| found.value).collect()))
        })
        .collect();
    let read: Vec<(ActionId, BTreeSet<Trait>)> = read.into_iter().collect::<Option<_>>()?;
    if let Some(outline) = outline
        && !outline.item.action_ids().eq(read.iter().map(|(id, _)| id))
    {
        let mut expected = outline.item.action_ids();
        let first_wrong = read.iter().position(|(id, _)| expected.next() != Some(id));
        let table = first_wrong.and_then(|index| tables.get(index)).or(tables.last());
        let list = outline.item.action_ids().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("The actions must be those of scenario.toml, in its order: {list}.");
        source.note(ProblemCode::ActionsDiffer, table.map(Table::line), message);
        return None;
    }
    Some(read.into_iter().collect())
}
