//! Finding parts of a pack by their id.

use crate::construct::Family;
use crate::ids::{ActionId, FormId, ScenarioId};
use crate::language::Language;
use crate::pack::{ActionProse, FormDefinition, Pack, Prose, Scenario};

impl Prose {
    /// The prose of an action.
    #[must_use]
    pub fn action(&self, id: &ActionId) -> Option<&ActionProse> {
        self.actions.iter().find(|action| action.id == *id)
    }
}

impl Pack {
    /// A scenario.
    #[must_use]
    pub fn scenario(&self, id: &ScenarioId) -> Option<&Scenario> {
        self.scenarios.get(id)
    }

    /// A form's definition.
    #[must_use]
    pub fn form(&self, id: &FormId) -> Option<&FormDefinition> {
        self.forms.iter().find(|form| form.id == *id)
    }

    /// The name of a family.
    #[must_use]
    pub fn family_name(&self, family: Family, language: Language) -> &str {
        self.families.iter().find(|text| text.id == family).map_or("", |text| text.name.text(language))
    }
}
