//! What answers and settings must be before a calibration starts.

use crate::irt::calibrate::{
    CalibrationError, CalibrationOptions, FEWEST_ITEMS, FEWEST_PERSONS, Models, persons,
};
use crate::irt::item::{Item, Model};
use crate::irt::responses::{CategoryMap, Responses};
use crate::linear::count_u32;

/// Answers ready to be fitted.
pub(super) struct Ready {
    /// The answers, categories merged.
    pub(super) responses: Responses,
    pub(super) maps: Vec<CategoryMap>,
    /// Answers per item and category, merged.
    pub(super) counts: Vec<Vec<u32>>,
    pub(super) models: Vec<Model>,
    pub(super) persons_used: u32,
    pub(super) persons_without_data: u32,
}

/// Refuses settings out of range.
pub(super) fn options(options: &CalibrationOptions) -> Result<(), CalibrationError> {
    let out_of_range = |name, value| Err(CalibrationError::OutOfRange { name, value });
    if !(options.tolerance > 0.0 && options.tolerance <= 0.1) {
        return out_of_range("tolerance", options.tolerance);
    }
    if options.most_cycles == 0 {
        return out_of_range("most_cycles", 0.0);
    }
    if !options.priors.is_valid() {
        return out_of_range("standard deviation of a prior", 0.0);
    }
    nodes(options.nodes)
}

/// Refuses numbers of nodes out of range.
pub(super) fn nodes(nodes: u16) -> Result<(), CalibrationError> {
    if (11..=2_001).contains(&nodes) {
        Ok(())
    } else {
        Err(CalibrationError::OutOfRange { name: "nodes", value: f64::from(nodes) })
    }
}

/// Merges rare categories and refuses answers that cannot be fitted.
pub(super) fn prepared(
    responses: &Responses,
    anchors: &[Option<Item>],
    options: &CalibrationOptions,
) -> Result<Ready, CalibrationError> {
    let (persons_used, persons_without_data) = persons(responses);
    if persons_used < FEWEST_PERSONS {
        return Err(CalibrationError::TooFewPersons { found: persons_used, needed: FEWEST_PERSONS });
    }
    let items = responses.items();
    if count_u32(items) < FEWEST_ITEMS {
        return Err(CalibrationError::TooFewItems { found: count_u32(items), needed: FEWEST_ITEMS });
    }
    if anchors.len() != items {
        let found = anchors.len();
        return Err(CalibrationError::LengthMismatch { what: "anchors", expected: items, found });
    }
    let models = models(options, anchors)?;
    anchors_fit(responses, anchors.iter().map(Option::as_ref))?;
    let (responses, maps) = responses.collapsed_unless(options.least_answers, anchors);
    let counts = responses.counts();
    let free = anchors.iter().zip(&counts).zip(&models).enumerate().filter(|(_, ((a, _), _))| a.is_none());
    for (item, ((_, counts), model)) in free {
        let used = counts.iter().filter(|count| **count > 0).count();
        match (used, counts.iter().position(|count| *count == 0)) {
            (0, _) => return Err(CalibrationError::NoAnswers { item }),
            (1, _) => return Err(CalibrationError::ConstantItem { item }),
            (_, Some(category)) => return Err(CalibrationError::UnusedCategory { item, category }),
            (_, None) => {}
        }
        if *model == Model::TwoParameter && counts.len() != 2 {
            let categories = u8::try_from(counts.len()).unwrap_or(u8::MAX);
            return Err(CalibrationError::NotDichotomous { item, categories });
        }
    }
    Ok(Ready { responses, maps, counts, models, persons_used, persons_without_data })
}

/// The model of each item: the anchor's where there is one.
fn models(options: &CalibrationOptions, anchors: &[Option<Item>]) -> Result<Vec<Model>, CalibrationError> {
    let items = anchors.len();
    let asked = match &options.models {
        Models::All(model) => vec![*model; items],
        Models::PerItem(models) if models.len() == items => models.clone(),
        Models::PerItem(models) => {
            let found = models.len();
            return Err(CalibrationError::LengthMismatch { what: "models", expected: items, found });
        }
    };
    let own = |(asked, anchor): (&Model, &Option<Item>)| anchor.as_ref().map_or(*asked, Item::model);
    Ok(asked.iter().zip(anchors).map(own).collect())
}

/// Refuses answers beyond the categories of known items.
pub(super) fn anchors_fit<'a>(
    responses: &Responses,
    items: impl Iterator<Item = Option<&'a Item>>,
) -> Result<(), CalibrationError> {
    for (item, (known, counts)) in items.zip(responses.counts()).enumerate() {
        let answers = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        if let Some(known) = known.filter(|known| known.categories() < answers) {
            let anchor = known.categories();
            return Err(CalibrationError::AnchorCategories { item, anchor, answers });
        }
    }
    Ok(())
}

impl Responses {
    /// Merges rare categories of the items without an anchor; those with one take its categories.
    fn collapsed_unless(&self, least: u32, anchors: &[Option<Item>]) -> (Self, Vec<CategoryMap>) {
        let (_, merged) = self.collapsed(least);
        let own = |(map, (anchor, k)): (CategoryMap, (&Option<Item>, &u8))| match anchor {
            Some(anchor) => CategoryMap::identity(u8::try_from(anchor.categories()).unwrap_or(*k)),
            None => map,
        };
        let maps: Vec<CategoryMap> =
            merged.into_iter().zip(anchors.iter().zip(self.categories())).map(own).collect();
        (self.mapped(&maps), maps)
    }
}
