//! What the fields of a posted form mean, per format. Field names are a contract with the pages:
//! `rate`, `emotion-profile` and `rank`: the id of the action with 1 to 4; `best-worst`: `best` and `worst`
//! with an id; `pick`: `pick` once per ticked id; `dialogue`: `node` and `option`; `open`: `text`.

use super::AnswerError;
use crate::ids::ActionId;
use crate::item::dialogue::DialogueItem;
use crate::item::open::{OpenItem, OpenText};
use crate::item::pick::PickItem;
use crate::item::{Item, ItemFormat, Place4, Response, best_worst, open};
use std::collections::BTreeSet;

/// What a posted form changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedAnswer {
    /// The values, slot by slot.
    pub changes: Vec<(ActionId, Response)>,
    /// The text to store beside the value of an open answer.
    pub text: Option<OpenText>,
}

impl PostedAnswer {
    /// Reads the answer fields of a form (without epoch, sequences and buttons). An empty value is a field
    /// left blank and changes nothing.
    ///
    /// # Errors
    /// [`AnswerError`] for a field or a value that the scenario does not have. Whether the values fit what
    /// is stored, [`super::check_changes`] tells.
    pub fn read(item: &Item, fields: &[(&str, &str)]) -> Result<Self, AnswerError> {
        let changes = match item {
            Item::Rate(_) | Item::EmotionProfile(_) | Item::Rank(_) => numbers(item, fields)?,
            Item::BestWorst(definition) => {
                let mut changes = Vec::new();
                for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
                    let slot = [best_worst::best(), best_worst::worst()]
                        .into_iter()
                        .find(|slot| slot.as_str() == *name)
                        .ok_or_else(|| AnswerError::UnknownSlot((*name).to_owned()))?;
                    let index = definition.actions.iter().position(|id| id.as_str() == *value);
                    changes.push((slot.clone(), choice(&slot, index, value)?));
                }
                changes
            }
            Item::Pick(definition) => picks(definition, fields)?,
            Item::Dialogue(definition) => vec![turn(definition, fields)?],
            Item::Open(definition) => return written(definition, fields),
        };
        Ok(Self { changes, text: None })
    }
}

fn numbers(item: &Item, fields: &[(&str, &str)]) -> Result<Vec<(ActionId, Response)>, AnswerError> {
    let format: ItemFormat = item.format();
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let slot = item
                .action_ids()
                .find(|id| id.as_str() == *name)
                .ok_or_else(|| AnswerError::UnknownSlot((*name).to_owned()))?;
            let value = Response::parse(format, value)
                .map_err(|source| AnswerError::NotAValue { slot: slot.clone(), source })?;
            Ok((slot.clone(), value))
        })
        .collect()
}

fn choice(slot: &ActionId, index: Option<usize>, given: &str) -> Result<Response, AnswerError> {
    index
        .and_then(|index| Place4::new(index + 1))
        .map(Response::Choice)
        .ok_or_else(|| AnswerError::UnknownChoice { slot: slot.clone(), given: given.to_owned() })
}

/// Every action, picked or not: a box that is not ticked sends nothing.
fn picks(item: &PickItem, fields: &[(&str, &str)]) -> Result<Vec<(ActionId, Response)>, AnswerError> {
    let mut ticked: BTreeSet<&str> = BTreeSet::new();
    for (name, value) in fields {
        if *name != "pick" || !item.actions.iter().any(|id| id.as_str() == *value) {
            return Err(AnswerError::UnknownSlot(if *name == "pick" { *value } else { *name }.to_owned()));
        }
        ticked.insert(value);
    }
    let change = |id: &ActionId| (id.clone(), Response::Picked(ticked.contains(id.as_str())));
    Ok(item.actions.iter().map(change).collect())
}

fn turn(item: &DialogueItem, fields: &[(&str, &str)]) -> Result<(ActionId, Response), AnswerError> {
    let field = |name: &str| {
        let found = fields.iter().find(|(known, value)| *known == name && !value.is_empty());
        found.map(|(_, value)| *value).ok_or_else(|| AnswerError::UnknownSlot(name.to_owned()))
    };
    if let Some((name, _)) = fields.iter().find(|(name, _)| !matches!(*name, "node" | "option")) {
        return Err(AnswerError::UnknownSlot((*name).to_owned()));
    }
    let (node, option) = (field("node")?, field("option")?);
    let node = item
        .nodes
        .iter()
        .find(|known| known.id.as_str() == node)
        .ok_or_else(|| AnswerError::UnknownSlot(node.to_owned()))?;
    let index = node.options.iter().position(|known| known.id.as_str() == option);
    Ok((node.id.clone(), choice(&node.id, index, option)?))
}

fn written(item: &OpenItem, fields: &[(&str, &str)]) -> Result<PostedAnswer, AnswerError> {
    if let Some((name, _)) = fields.iter().find(|(name, _)| *name != "text") {
        return Err(AnswerError::UnknownSlot((*name).to_owned()));
    }
    let Some((_, text)) = fields.first() else {
        return Err(AnswerError::UnknownSlot("text".to_owned()));
    };
    let text = OpenText::parse(text, item.max_characters)?;
    Ok(PostedAnswer { changes: vec![(open::text(), Response::of_text(&text))], text: Some(text) })
}
