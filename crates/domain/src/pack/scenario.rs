//! Reads `scenario.toml`: tags, timing, actions and their key categories, without prose.

use crate::construct::{Construct, Family, family_of};
use crate::ids::{ActionId, ScenarioId};
use crate::item::rate::{MAX_ACTIONS, MIN_ACTIONS, RateItem, RatedAction};
use crate::item::{Item, ItemFormat};
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::{Located, TomlFile};
use crate::pack::toml_reader::Table;
use crate::pack::{Channel, Context, Emotion, ExpectationGap};
use psychometrics::rating::Category;

/// A scenario without its prose; the lines serve the checks across files.
pub(super) struct ScenarioOutline {
    pub(super) id: ScenarioId,
    pub(super) version: u32,
    pub(super) item: Item,
    pub(super) channel: Channel,
    pub(super) context: Context,
    pub(super) expected_seconds: u32,
    pub(super) emotion: Emotion,
    pub(super) expectation_gap: ExpectationGap,
    /// The key category of each action, in the order of the actions.
    pub(super) categories: Vec<Category>,
    /// The line of the first action.
    pub(super) actions_line: u32,
}

pub(super) fn read_scenario(source: &TomlFile<'_>, folder: &str) -> Option<ScenarioOutline> {
    let document = source.parse()?;
    let root = Table::root(source, &document);
    let id = root.parsed::<ScenarioId>("id", ProblemCode::Malformed);
    if let Some(id) = &id
        && id.value.as_str() != folder
    {
        let message = format!("The id is \"{}\" and the folder \"{folder}\"; they must agree.", id.value);
        source.note(ProblemCode::IdMismatch, Some(id.line), message);
    }
    let version = root.number("version", 1..=1_000_000);
    let format = format(&root);
    let channel = root.parsed::<Channel>("channel", ProblemCode::UnknownValue);
    let context = root.parsed::<Context>("context", ProblemCode::UnknownValue);
    let expected_seconds = root.number("expected_seconds", 10..=900);
    let customer = root.table("customer");
    let emotion = customer.as_ref().and_then(|c| c.parsed::<Emotion>("emotion", ProblemCode::UnknownValue));
    let expectation_gap = customer
        .as_ref()
        .and_then(|c| c.parsed::<ExpectationGap>("expectation_gap", ProblemCode::UnknownValue));
    if let Some(customer) = &customer {
        customer.refuse_unknown_fields();
    }
    // A later format has other fields: its actions are not read as ratings.
    if format.is_none() && root.has("format") {
        return None;
    }
    let tables = root.tables("action");
    let actions = tables.as_ref().and_then(|tables| actions(source, tables));
    root.refuse_unknown_fields();
    let (actions, categories) = actions?.into_iter().unzip();
    let ItemFormat::Rate = format?;
    Some(ScenarioOutline {
        id: id?.value,
        version: version?.value,
        item: Item::Rate(RateItem { format_version: ItemFormat::Rate.version(), actions }),
        channel: channel?.value,
        context: context?.value,
        expected_seconds: expected_seconds?.value,
        emotion: emotion?.value,
        expectation_gap: expectation_gap?.value,
        categories,
        actions_line: tables?.first().map_or(1, Table::line),
    })
}

fn format(root: &Table<'_>) -> Option<ItemFormat> {
    let tag = root.text("format");
    let version = root.number("format_version", 1..=1_000);
    let tag = tag?;
    // A later version of a format is told even when its number is broken.
    match ItemFormat::parse(&tag.value, version.as_ref().map_or(1, |version| version.value)) {
        Ok(format) => version.map(|_| format),
        Err(error) => {
            let message = format!("{}.", capitalised(&error.to_string()));
            root.source().note(ProblemCode::FormatNotSupported, Some(tag.line), message);
            None
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn actions(source: &TomlFile<'_>, tables: &[Table<'_>]) -> Option<Vec<(RatedAction, Category)>> {
    if !(MIN_ACTIONS..=MAX_ACTIONS).contains(&tables.len()) {
        let message = format!(
            "The scenario has {} actions; it must have {MIN_ACTIONS} or {MAX_ACTIONS}.",
            tables.len()
        );
        source.note(ProblemCode::ActionCount, tables.first().map(Table::line), message);
    }
    let read: Vec<Option<(RatedAction, Category)>> =
        tables.iter().map(|table| action(source, table)).collect();
    for (index, table) in tables.iter().enumerate() {
        let id = read.get(index).and_then(Option::as_ref).map(|(action, _)| &action.id);
        let is_earlier = |other: &Option<(RatedAction, Category)>| {
            id.is_some() && other.as_ref().map(|(action, _)| &action.id) == id
        };
        if let Some(id) = id
            && read.iter().take(index).any(is_earlier)
        {
            let message = format!("The action \"{id}\" stands here twice.");
            source.note(ProblemCode::Duplicate, Some(table.line()), message);
        }
    }
    read.into_iter().collect()
}

fn action(source: &TomlFile<'_>, table: &Table<'_>) -> Option<(RatedAction, Category)> {
    let id = table.parsed::<ActionId>("id", ProblemCode::Malformed);
    let key = table.number_or("key", 1..=4, ProblemCode::KeyOutOfRange);
    let family = table.parsed::<Family>("family", ProblemCode::UnknownValue);
    let constructs = table.parsed_list::<Construct>("constructs", ProblemCode::UnknownValue);
    let scored = table.boolean_or("scored", true);
    table.refuse_unknown_fields();
    if let Some(constructs) = &constructs {
        check_first_construct(source, table, family.as_ref(), constructs);
    }
    let category = u8::try_from(key?.value).ok().and_then(|number| Category::try_from(number).ok())?;
    let action = RatedAction {
        id: id?.value,
        family: family?.value,
        constructs: constructs?.into_iter().map(|construct| construct.value).collect(),
        scored: scored?.value,
    };
    Some((action, category))
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
