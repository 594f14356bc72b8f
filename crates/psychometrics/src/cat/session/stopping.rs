//! When a competency stops.

use crate::cat::criterion::expected_error;
use crate::cat::session::{Session, StopReason};

impl Session<'_> {
    /// Stops every competency that has no item left, or none worth showing once it has its fewest items.
    pub(super) fn settle(&mut self) {
        for competency in 0..self.levels.len() {
            if self.reasons.get(competency).copied().flatten().is_some() {
                continue;
            }
            let is_complete =
                self.levels.get(competency).is_some_and(|l| l.answered() >= self.rule(competency).fewest);
            // Items are ranked only when a small gain could stop the competency.
            if is_complete && self.rules.smallest_gain.is_some() {
                match self.ranked(competency, &[]).first() {
                    None => self.stop(competency, StopReason::NoItem),
                    Some(best) if self.hardly_gains(competency, *best) => {
                        self.stop(competency, StopReason::SmallGain);
                    }
                    Some(_) => {}
                }
            } else if self.allowed(competency).next().is_none() {
                self.stop(competency, StopReason::NoItem);
            }
        }
    }

    /// Whether an item is expected to add less than the rules ask for.
    fn hardly_gains(&self, competency: usize, best: usize) -> bool {
        let (Some(gain), Some(level)) = (self.rules.smallest_gain, self.levels.get(competency)) else {
            return false;
        };
        let Some(curves) = self.bank.curves(best) else { return false };
        level.answered() >= self.rule(competency).fewest
            && level.error() - expected_error(curves, level) < gain
    }

    pub(super) fn judge_all(&mut self) {
        for competency in 0..self.levels.len() {
            if self.reasons.get(competency).copied().flatten().is_none() {
                self.judge(competency);
            }
        }
    }

    pub(super) fn judge(&mut self, competency: usize) {
        let rule = self.rule(competency);
        let Some(level) = self.levels.get(competency) else { return };
        if level.answered() >= rule.fewest && level.error() <= rule.precision {
            self.stop(competency, StopReason::Precision);
        } else if level.answered() >= rule.most {
            self.stop(competency, StopReason::MostItems);
        }
    }

    pub(super) fn stop(&mut self, competency: usize, reason: StopReason) {
        if let Some(cell) = self.reasons.get_mut(competency) {
            *cell = Some(reason);
        }
    }
}
