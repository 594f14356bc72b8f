//! Draws parallel forms from the scenarios of a pack: as many as asked for, with shared anchors, each meeting
//! the blueprint, and as equal as can be in families, constructs, channels, emotions, gaps, contexts, key
//! categories and time. Pure and seeded: the same pack, plan and seed give the same forms. What it
//! balanced, or why it cannot, is part of the answer; whether forms are parallel in fact, only data show.

mod features;
mod search;

use crate::ids::ScenarioId;
use crate::item::ItemFormat;
use crate::key::Key;
use crate::pack::{Blueprint, Pack, Scenario};
use crate::shuffle::SplitMix64;
use features::{Requirement, features, names, requirements};
use search::{Bank, Role, search};
use std::collections::BTreeSet;

/// What is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPlan {
    /// How many forms, 1 to 8.
    pub forms: usize,
    /// Scenarios of each form, dialogues left out.
    pub scenarios: usize,
    /// Dialogues of each form.
    pub dialogues: usize,
    /// Those of the scenarios that stand in every form.
    pub anchors: usize,
    /// What every form must hold.
    pub blueprint: Blueprint,
    /// Scenarios that are not drawn, such as practice.
    pub left_out: BTreeSet<ScenarioId>,
}

/// Forms that meet the blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltForms {
    /// The scenarios of each form in the order to show, dialogues spread among them.
    pub forms: Vec<Vec<ScenarioId>>,
    /// The scenarios that stand in every form.
    pub anchors: Vec<ScenarioId>,
    /// What was counted in each form.
    pub balance: Vec<BalanceRow>,
}

/// One thing that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    /// What, such as `family soothe-and-repair` or `channel chat`.
    pub what: String,
    /// The count in each form: actions for families, constructs and key categories, scenarios for the rest,
    /// half minutes for time.
    pub counts: Vec<u32>,
}

impl BalanceRow {
    /// The largest difference between two forms.
    #[must_use]
    pub fn spread(&self) -> u32 {
        let most = self.counts.iter().max().copied().unwrap_or_default();
        most - self.counts.iter().min().copied().unwrap_or_default()
    }
}

/// Why no forms can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotBuild {
    /// The plan asks for nothing, for more than 8 forms, or for more anchors than scenarios.
    #[error("the plan asks for 1 to 8 forms of at least one scenario, with at most as many anchors")]
    Plan,
    /// There are too few scenarios.
    #[error("{needed} scenarios are needed, the pack has {there} to draw from")]
    TooFewScenarios {
        /// Needed.
        needed: usize,
        /// There.
        there: usize,
    },
    /// There are too few dialogues.
    #[error("{needed} dialogues are needed, the pack has {there} to draw from")]
    TooFewDialogues {
        /// Needed.
        needed: usize,
        /// There.
        there: usize,
    },
    /// No way of drawing was found that meets the blueprint; what the nearest one lacks.
    #[error("no forms were found that meet the blueprint; the nearest lack: {}", .0.join("; "))]
    BlueprintUnmet(Vec<String>),
}

/// Draws forms from a pack.
///
/// # Errors
/// [`CannotBuild`] with what is lacking. `BlueprintUnmet` means that none was *found*: the search is thorough
/// but not complete.
pub fn build_forms(pack: &Pack, key: &Key, plan: &FormPlan, seed: u64) -> Result<BuiltForms, CannotBuild> {
    let is_small = (1..=8).contains(&plan.forms) && plan.scenarios + plan.dialogues > 0;
    if !is_small || plan.anchors > plan.scenarios {
        return Err(CannotBuild::Plan);
    }
    let is_drawn = |scenario: &&Scenario| {
        !plan.left_out.contains(&scenario.id) && scenario.item.format() != ItemFormat::Open
    };
    let is_dialogue = |scenario: &&Scenario| scenario.item.format() == ItemFormat::Dialogue;
    let (dialogues, others): (Vec<&Scenario>, Vec<&Scenario>) =
        pack.scenarios.values().filter(is_drawn).partition(is_dialogue);
    let needed = plan.anchors + plan.forms * (plan.scenarios - plan.anchors);
    if others.len() < needed {
        return Err(CannotBuild::TooFewScenarios { needed, there: others.len() });
    }
    let needed = plan.forms * plan.dialogues;
    if dialogues.len() < needed {
        return Err(CannotBuild::TooFewDialogues { needed, there: dialogues.len() });
    }
    let drawn: Vec<&Scenario> = others.iter().chain(&dialogues).copied().collect();
    let bank = Bank {
        features: drawn.iter().map(|scenario| features(scenario, key)).collect(),
        others: others.len(),
        requirements: requirements(&plan.blueprint),
        forms: plan.forms,
    };
    let roles = search(&bank, &starting_roles(plan, others.len(), dialogues.len()), seed);
    let counts: Vec<Vec<u32>> = (0..plan.forms).map(|form| bank.counts(&roles, form)).collect();
    let lacks: Vec<String> = counts
        .iter()
        .enumerate()
        .flat_map(|(form, counts)| lacks(form, counts, &bank.requirements))
        .collect();
    if !lacks.is_empty() {
        return Err(CannotBuild::BlueprintUnmet(lacks));
    }
    let ids = |wanted: &dyn Fn(usize, Role) -> bool| -> Vec<ScenarioId> {
        let chosen = drawn.iter().zip(&roles).enumerate().filter(|(index, (_, role))| wanted(*index, **role));
        chosen.map(|(_, (scenario, _))| scenario.id.clone()).collect()
    };
    let in_form = |form: usize, role: Role| role == Role::Anchor || role == Role::Form(form);
    let forms = (0..plan.forms).map(|form| {
        let plain = ids(&|index, role| index < others.len() && in_form(form, role));
        let talks = ids(&|index, role| index >= others.len() && in_form(form, role));
        in_order(plain, talks, seed)
    });
    Ok(BuiltForms {
        forms: forms.collect(),
        anchors: ids(&|_, role| role == Role::Anchor),
        balance: balance(&counts),
    })
}

/// The roles before the search, in the order of the pack.
fn starting_roles(plan: &FormPlan, others: usize, dialogues: usize) -> Vec<Role> {
    let own = (0..plan.forms).flat_map(|form| vec![Role::Form(form); plan.scenarios - plan.anchors]);
    let anchors = std::iter::repeat_n(Role::Anchor, plan.anchors);
    let plain = anchors.chain(own).chain(std::iter::repeat(Role::Unused)).take(others);
    let talks = (0..plan.forms).flat_map(|form| vec![Role::Form(form); plan.dialogues]);
    plain.chain(talks.chain(std::iter::repeat(Role::Unused)).take(dialogues)).collect()
}

fn lacks(form: usize, counts: &[u32], requirements: &[Requirement]) -> Vec<String> {
    let names = names();
    let lack = |requirement: &Requirement| {
        let there = counts.get(requirement.feature).copied().unwrap_or_default();
        let what = names.get(requirement.feature).map_or("", String::as_str);
        (there < requirement.fewest)
            .then(|| format!("form {}: {what} {there} of {}", form + 1, requirement.fewest))
    };
    requirements.iter().filter_map(lack).collect()
}

fn balance(counts: &[Vec<u32>]) -> Vec<BalanceRow> {
    let row = |(index, what): (usize, String)| {
        let counts: Vec<u32> =
            counts.iter().map(|form| form.get(index).copied().unwrap_or_default()).collect();
        BalanceRow { what, counts }
    };
    let rows = names().into_iter().enumerate().map(row);
    rows.filter(|row| row.counts.iter().any(|count| *count > 0)).collect()
}

/// Scenarios in an order of the seed (the same for an anchor in every form as far as it goes), dialogues at
/// equal distances among them.
fn in_order(mut plain: Vec<ScenarioId>, talks: Vec<ScenarioId>, seed: u64) -> Vec<ScenarioId> {
    let mut random = SplitMix64(seed);
    for place in (1..plain.len()).rev() {
        plain.swap(place, random.below(place + 1));
    }
    let parts = talks.len() + 1;
    let all = plain.len();
    for (index, talk) in talks.into_iter().enumerate().rev() {
        plain.insert((index + 1) * all / parts, talk);
    }
    plain
}

#[cfg(test)]
mod tests;
