//! Reads `fr.toml` and `en.toml`: the prose of a scenario in one language.

use crate::ids::ActionId;
use crate::item::ItemFormat;
use crate::pack::media_reader::{FolderFiles, read_media};
use crate::pack::problem::ProblemCode;
use crate::pack::scenario::ScenarioOutline;
use crate::pack::toml_file::TomlFile;
use crate::pack::toml_reader::Table;
use crate::pack::{ActionProse, Channel, Message, Prose, Speaker, Turn};

/// The prose with the lines that the checks across files and the advice need.
pub(super) struct ProseOutline {
    pub(super) prose: Prose,
    /// The line of the situation.
    pub(super) situation_line: u32,
    /// The line of each action's text, in the order of the actions.
    pub(super) text_lines: Vec<u32>,
    /// The line of each of the media.
    pub(super) media_lines: Vec<u32>,
}

/// Reads prose; without an outline (its own file is broken) the channel and the actions are not compared.
pub(super) fn read_prose(
    source: &TomlFile<'_>,
    outline: Option<&ScenarioOutline>,
    files: &FolderFiles<'_>,
) -> Option<ProseOutline> {
    let document = source.parse()?;
    let root = Table::root(source, &document);
    let title = root.text("title");
    let situation = root.text("situation");
    let customer = root.table("customer");
    let customer_name = customer.as_ref().and_then(|customer| customer.text("name"));
    let customer_gender =
        customer.as_ref().and_then(|customer| customer.optional_parsed("gender", ProblemCode::UnknownValue));
    if let Some(customer) = &customer {
        customer.refuse_unknown_fields();
    }
    let message = root.table("message").and_then(|table| message(source, &table, outline));
    let media = read_media(source, &root, files);
    let format = outline.map(|outline| outline.item.format());
    let question = (format == Some(ItemFormat::Open) || format.is_none() && root.has("question"))
        .then(|| root.text("question"));
    // An open answer has no actions, and a dialogue calls them options.
    let actions = match format {
        Some(ItemFormat::Open) => Some(Vec::new()),
        Some(ItemFormat::Dialogue) => actions(source, &root, "option", outline),
        None if root.has("option") => actions(source, &root, "option", outline),
        None if root.has("question") => Some(Vec::new()),
        _ => actions(source, &root, "action", outline),
    };
    root.refuse_unknown_fields();
    let question = match question {
        Some(question) => Some(question?.value),
        None => None,
    };
    let (actions, text_lines) = actions?.into_iter().unzip();
    let situation = situation?;
    let (media, media_lines) = media?.into_iter().map(|media| (media.value, media.line)).unzip();
    Some(ProseOutline {
        prose: Prose {
            title: title?.value,
            situation: situation.value,
            customer_name: customer_name?.value,
            customer_gender: customer_gender?.map(|gender| gender.value),
            message: message?,
            media,
            question,
            actions,
        },
        situation_line: situation.line,
        text_lines,
        media_lines,
    })
}

fn message(source: &TomlFile<'_>, table: &Table<'_>, outline: Option<&ScenarioOutline>) -> Option<Message> {
    let is_email = match outline {
        Some(outline) => outline.channel == Channel::Email,
        None => table.has("paragraphs"),
    };
    let (stranger, kind) = if is_email { ("turn", "an e-mail") } else { ("paragraphs", "a conversation") };
    if table.has(stranger) {
        let message = format!(
            "The channel makes this {kind}: it has {}, not \"{stranger}\".",
            if is_email { "\"subject\" and \"paragraphs\"" } else { "[[message.turn]]" }
        );
        source.note(ProblemCode::MessageKind, Some(table.line()), message);
        return None;
    }
    let message = if is_email { email(source, table) } else { turns(source, table) };
    table.refuse_unknown_fields();
    message
}

fn email(source: &TomlFile<'_>, table: &Table<'_>) -> Option<Message> {
    let subject = table.text("subject");
    let paragraphs = table.texts("paragraphs")?;
    if paragraphs.is_empty() {
        let message = "\"paragraphs\" is empty.".to_owned();
        source.note(ProblemCode::BlankText, Some(table.line()), message);
        return None;
    }
    Some(Message::Email {
        subject: subject?.value,
        paragraphs: paragraphs.into_iter().map(|paragraph| paragraph.value).collect(),
    })
}

fn turns(source: &TomlFile<'_>, table: &Table<'_>) -> Option<Message> {
    let tables = table.tables("turn")?;
    if tables.is_empty() {
        let message = "\"turn\" is empty.".to_owned();
        source.note(ProblemCode::BlankText, Some(table.line()), message);
        return None;
    }
    let read: Vec<Option<Turn>> = tables
        .iter()
        .map(|turn| {
            let who = turn.parsed::<Speaker>("who", ProblemCode::UnknownValue);
            let text = turn.text("text");
            turn.refuse_unknown_fields();
            Some(Turn { who: who?.value, text: text?.value })
        })
        .collect();
    read.into_iter().collect::<Option<_>>().map(Message::Turns)
}

/// The tables of one name, `action` or `option`; the latter have the customer's reply too.
fn actions(
    source: &TomlFile<'_>,
    root: &Table<'_>,
    name: &'static str,
    outline: Option<&ScenarioOutline>,
) -> Option<Vec<(ActionProse, u32)>> {
    let tables = root.tables(name)?;
    let ids: Vec<_> =
        tables.iter().map(|table| table.parsed::<ActionId>("id", ProblemCode::Malformed)).collect();
    let read: Vec<Option<(ActionProse, u32)>> = tables
        .iter()
        .zip(&ids)
        .map(|(table, id)| {
            let text = table.text("text");
            let reply = (name == "option").then(|| table.text("reply"));
            let rationale = table.text("rationale");
            table.refuse_unknown_fields();
            let text = text?;
            let id = id.as_ref()?.value.clone();
            let reply = match reply {
                Some(reply) => Some(reply?.value),
                None => None,
            };
            Some((ActionProse { id, text: text.value, reply, rationale: rationale?.value }, text.line))
        })
        .collect();
    let ids: Vec<_> = ids.into_iter().collect::<Option<_>>()?;
    if let Some(outline) = outline
        && !outline.item.action_ids().eq(ids.iter().map(|id| &id.value))
    {
        let mut expected = outline.item.action_ids();
        let first_wrong = ids.iter().find(|id| expected.next() != Some(&id.value));
        let line = first_wrong.map(|id| id.line).or_else(|| tables.last().map(Table::line));
        let list = outline.item.action_ids().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("The {name}s must be those of scenario.toml, in its order: {list}.");
        source.note(ProblemCode::ActionsDiffer, line, message);
        return None;
    }
    read.into_iter().collect()
}
