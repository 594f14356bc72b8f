//! Reads `scenario.toml`: tags, timing, what the format asks and the key categories, without prose.

use crate::ids::{ActionId, ScenarioId};
use crate::item::best_worst::{self, BestWorstItem};
use crate::item::emotion_profile::{EMOTIONS, EmotionProfileItem};
use crate::item::open::{MAX_LIMIT, MIN_LIMIT, OpenItem};
use crate::item::pick::{self, PickItem};
use crate::item::points::{Categories, is_scorable};
use crate::item::rank::{self, RankItem};
use crate::item::rate::RateItem;
use crate::item::{Item, ItemFormat};
use crate::pack::actions::{family_and_constructs, listed_actions, rated_actions};
use crate::pack::dialogue::dialogue_item;
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::TomlFile;
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
    /// The key category of each action, emotion or option, in the order of [`Item::action_ids`].
    pub(super) categories: Vec<Category>,
    /// The line of the first action or node.
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
    let item = format.and_then(|format| item(source, &root, format));
    root.refuse_unknown_fields();
    let (item, categories, actions_line) = item?;
    let channel = channel?;
    if item.dialogue().is_some() && channel.value == Channel::Email {
        let message = "A dialogue is held by chat, on the phone or at the counter, not by e-mail.".to_owned();
        source.note(ProblemCode::MessageKind, Some(channel.line), message);
    }
    Some(ScenarioOutline {
        id: id?.value,
        version: version?.value,
        item,
        channel: channel.value,
        context: context?.value,
        expected_seconds: expected_seconds?.value,
        emotion: emotion?.value,
        expectation_gap: expectation_gap?.value,
        categories,
        actions_line,
    })
}

type ReadItem = (Item, Vec<Category>, u32);

fn item(source: &TomlFile<'_>, root: &Table<'_>, format: ItemFormat) -> Option<ReadItem> {
    let format_version = format.version();
    let read = match format {
        ItemFormat::Rate => {
            let tables = root.tables("action")?;
            let (actions, categories) = rated_actions(source, &tables)?.into_iter().unzip();
            let line = tables.first().map_or(1, Table::line);
            return Some((Item::Rate(RateItem { format_version, actions }), categories, line));
        }
        ItemFormat::Dialogue => dialogue_item(source, root)?,
        ItemFormat::Open => {
            let limit = root.number("max_characters", MIN_LIMIT..=MAX_LIMIT);
            let (family, constructs) = family_and_constructs(source, root)?;
            let max_characters = limit?.value;
            return Some((
                Item::Open(OpenItem { format_version, family, constructs, max_characters }),
                Vec::new(),
                1,
            ));
        }
        _ => listed(source, root, format)?,
    };
    let (item, categories, line) = read;
    let key: Categories = item.action_ids().cloned().zip(categories.iter().copied()).collect();
    if let Some(unfit) = unfit(&item, &key) {
        source.note(ProblemCode::KeyUnfit, Some(line), unfit);
    }
    Some((item, categories, line))
}

/// The formats whose actions stand in a plain list and score one family together.
fn listed(source: &TomlFile<'_>, root: &Table<'_>, format: ItemFormat) -> Option<ReadItem> {
    let format_version = format.version();
    let family = family_and_constructs(source, root);
    let picks = match format {
        ItemFormat::Pick => Some(root.number("picks", pick::MIN_PICKS..=pick::MAX_PICKS)),
        _ => None,
    };
    let tables = root.tables("action")?;
    let count = match format {
        ItemFormat::Pick => pick::MIN_ACTIONS..=pick::MAX_ACTIONS,
        ItemFormat::EmotionProfile => EMOTIONS..=EMOTIONS,
        ItemFormat::Rank => rank::ACTIONS..=rank::ACTIONS,
        _ => best_worst::ACTIONS..=best_worst::ACTIONS,
    };
    let read = listed_actions(source, &tables, count);
    let (family, constructs) = family?;
    let (actions, categories): (Vec<ActionId>, Vec<Category>) = read?.into_iter().unzip();
    let item = match (format, picks) {
        (ItemFormat::Pick, picks) => {
            let picks = picks??.value;
            Item::Pick(PickItem { format_version, family, constructs, picks, actions })
        }
        (ItemFormat::Rank, _) => Item::Rank(RankItem { format_version, family, constructs, actions }),
        (ItemFormat::EmotionProfile, _) => {
            Item::EmotionProfile(EmotionProfileItem { format_version, family, constructs, emotions: actions })
        }
        _ => Item::BestWorst(BestWorstItem { format_version, family, constructs, actions }),
    };
    Some((item, categories, tables.first().map_or(1, Table::line)))
}

/// What the key lacks for the format, in words.
fn unfit(item: &Item, key: &Categories) -> Option<String> {
    let wanted = match item {
        Item::Rank(definition) => {
            let mut numbers: Vec<u8> = key.values().map(|category| category.get()).collect();
            numbers.sort_unstable();
            let is_whole = numbers == [1, 2, 3, 4] || definition.actions.len() != rank::ACTIONS;
            return (!is_whole)
                .then(|| "The four actions to rank are keyed 4, 3, 2 and 1, each once.".to_owned());
        }
        Item::Pick(definition) => format!("Exactly {} actions are keyed 3 or 4.", definition.picks),
        Item::BestWorst(_) => "The best and the worst action differ in their key.".to_owned(),
        _ => return None,
    };
    (!is_scorable(item, key)).then_some(wanted)
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
