//! The items an adaptive test chooses from.

use crate::irt::item::Item;

/// An item of a bank.
#[derive(Debug, Clone, PartialEq)]
pub struct BankItem {
    /// Its parameters, on the scale of its competency.
    pub item: Item,
    /// The competency (from 0) it measures.
    pub competency: usize,
    /// The stimulus family: one item of a family per person.
    pub family: Option<u32>,
    /// The format, for the mix of formats.
    pub format: u32,
    /// Items (from 0) that must not be shown to the same person.
    pub enemies: Vec<usize>,
    /// Sympson-Hetter control: the chance to be shown once selected, above 0 and at most 1.
    pub exposure: f64,
    /// Whether it may be shown; false for items retired or under review.
    pub is_open: bool,
}

impl BankItem {
    /// An open item of a competency, free of families, enemies and exposure control.
    #[must_use]
    pub const fn new(item: Item, competency: usize) -> Self {
        Self { item, competency, family: None, format: 0, enemies: Vec::new(), exposure: 1.0, is_open: true }
    }
}

/// A bank with its curves at the nodes of the posterior.
#[derive(Debug, Clone, PartialEq)]
pub struct Bank {
    items: Vec<BankItem>,
    competencies: usize,
    curves: Vec<NodeCurves>,
}

/// Why items do not make a bank.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BankError {
    /// There is no item.
    #[error("the bank has no item")]
    Empty,
    /// A competency up to the largest has no item.
    #[error("competency {competency} has no item")]
    EmptyCompetency {
        /// Competency from 0.
        competency: usize,
    },
    /// An enemy is not an item of the bank, or the item itself.
    #[error("item {item} has the enemy {enemy}, which is no other item")]
    Enemy {
        /// Item from 0.
        item: usize,
        /// The enemy named.
        enemy: usize,
    },
    /// A list has not one entry per item.
    #[error("{found} entries for {expected} items")]
    LengthMismatch {
        /// Items of the bank.
        expected: usize,
        /// Entries.
        found: usize,
    },
    /// An exposure control is not above 0 and at most 1.
    #[error("item {item}: exposure control {value} is not above 0 and at most 1")]
    Exposure {
        /// Item from 0.
        item: usize,
        /// The value found.
        value: f64,
    },
}

/// People an item may be shown to before it is reviewed.
pub const MOST_EXPOSURES: u64 = 5_000;

/// Number of nodes of a posterior.
pub(crate) const NODES: u16 = 121;

/// Distance of two nodes on -6 to 6.
pub(crate) const STEP: f64 = 0.1;

/// Curves of one item at the nodes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NodeCurves {
    /// Logarithms of the chances, one row per category.
    pub(crate) log_chances: Vec<Vec<f64>>,
    /// Information.
    pub(crate) information: Vec<f64>,
}

/// The nodes, -6 to 6.
pub(crate) fn nodes() -> impl Iterator<Item = f64> + Clone {
    (0..NODES).map(|q| f64::from(q) * STEP - 6.0)
}

impl NodeCurves {
    fn new(item: &Item) -> Self {
        let mut log_chances = vec![Vec::with_capacity(usize::from(NODES)); item.categories()];
        let mut information = Vec::with_capacity(usize::from(NODES));
        for theta in nodes() {
            let curves = item.curves(theta);
            information.push(curves.iter().map(|c| c.probability * c.score * c.score).sum());
            log_chances.iter_mut().zip(curves).for_each(|(row, curve)| row.push(curve.log_probability));
        }
        Self { log_chances, information }
    }
}

impl Bank {
    /// A bank of items; every competency up to the largest has an item.
    ///
    /// # Errors
    /// [`BankError`].
    pub fn new(items: Vec<BankItem>) -> Result<Self, BankError> {
        let largest = items.iter().map(|own| own.competency).max().ok_or(BankError::Empty)?;
        let mut has_item = vec![false; items.len()];
        for own in &items {
            if let Some(flag) = has_item.get_mut(own.competency) {
                *flag = true;
            }
        }
        let is_missing = |competency: &usize| !has_item.get(*competency).copied().unwrap_or(false);
        if let Some(competency) = (0..=largest.min(items.len())).find(is_missing) {
            return Err(BankError::EmptyCompetency { competency });
        }
        for (item, own) in items.iter().enumerate() {
            if let Some(enemy) = own.enemies.iter().find(|enemy| **enemy >= items.len() || **enemy == item) {
                return Err(BankError::Enemy { item, enemy: *enemy });
            }
            if own.exposure.is_nan() || own.exposure <= 0.0 || own.exposure > 1.0 {
                return Err(BankError::Exposure { item, value: own.exposure });
            }
        }
        let curves = items.iter().map(|own| NodeCurves::new(&own.item)).collect();
        Ok(Self { items, competencies: largest + 1, curves })
    }

    /// The items, in order.
    #[must_use]
    pub fn items(&self) -> &[BankItem] {
        &self.items
    }

    /// Number of competencies.
    #[must_use]
    pub const fn competencies(&self) -> usize {
        self.competencies
    }

    /// The same bank with other exposure controls, one per item.
    ///
    /// # Errors
    /// [`BankError::Exposure`], also for a missing one.
    pub fn with_exposure(mut self, controls: &[f64]) -> Result<Self, BankError> {
        for (item, own) in self.items.iter_mut().enumerate() {
            let value = controls.get(item).copied().unwrap_or(0.0);
            if value.is_nan() || value <= 0.0 || value > 1.0 {
                return Err(BankError::Exposure { item, value });
            }
            own.exposure = value;
        }
        Ok(self)
    }

    /// The same bank with items closed for review: those shown to more than 5,000 people and those whose
    /// parameters drifted. Items closed before stay closed.
    ///
    /// `shown` and `has_drifted`: one entry per item, in order.
    ///
    /// # Errors
    /// [`BankError::LengthMismatch`].
    ///
    /// Source: psychometrics.md section 5. Test `worn_and_drifted_items_are_closed`.
    pub fn without_worn_items(mut self, shown: &[u64], has_drifted: &[bool]) -> Result<Self, BankError> {
        let expected = self.items.len();
        for found in [shown.len(), has_drifted.len()] {
            if found != expected {
                return Err(BankError::LengthMismatch { expected, found });
            }
        }
        for ((own, shown), has_drifted) in self.items.iter_mut().zip(shown).zip(has_drifted) {
            own.is_open &= *shown <= MOST_EXPOSURES && !has_drifted;
        }
        Ok(self)
    }

    /// The curves of one item at the nodes.
    pub(crate) fn curves(&self, item: usize) -> Option<&NodeCurves> {
        self.curves.get(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(competency: usize) -> BankItem {
        BankItem::new(Item::two_parameter(1.0, 0.0).unwrap(), competency)
    }

    #[test]
    fn impossible_banks_are_refused() {
        assert_eq!(Bank::new(Vec::new()), Err(BankError::Empty));
        assert_eq!(Bank::new(vec![item(0), item(2)]), Err(BankError::EmptyCompetency { competency: 1 }));
        assert!(Bank::new(vec![item(usize::MAX)]).is_err());
        let enemy = BankItem { enemies: vec![1], ..item(0) };
        assert_eq!(Bank::new(vec![enemy]), Err(BankError::Enemy { item: 0, enemy: 1 }));
        let hidden = BankItem { exposure: 0.0, ..item(0) };
        assert_eq!(Bank::new(vec![hidden]), Err(BankError::Exposure { item: 0, value: 0.0 }));
        let bank = Bank::new(vec![item(0), item(1)]).unwrap();
        assert_eq!((bank.items().len(), bank.competencies()), (2, 2));
        assert!(bank.clone().with_exposure(&[0.5]).is_err() && bank.with_exposure(&[0.5, 1.0]).is_ok());
    }

    #[test]
    fn worn_and_drifted_items_are_closed() {
        let closed = BankItem { is_open: false, ..item(0) };
        let bank = Bank::new(vec![item(0), item(0), item(0), closed]).unwrap();

        let bank = bank.without_worn_items(&[5_000, 5_001, 0, 0], &[false, false, true, false]).unwrap();

        assert_eq!(bank.items().iter().map(|i| i.is_open).collect::<Vec<_>>(), [true, false, false, false]);
        assert!(bank.clone().without_worn_items(&[0; 3], &[false; 4]).is_err());
        assert!(bank.without_worn_items(&[0; 4], &[false; 5]).is_err());
    }
}
