//! One adaptive test: the next item, the answer, when it is over, and the trace that reproduces it.

mod choice;
pub mod replay;
mod stopping;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::cat::bank::{Bank, BankItem};
use crate::cat::criterion::Criterion;
use crate::cat::joint::borrowed;
use crate::cat::level::Level;
use crate::cat::rules::{CompetencyRule, INSUFFICIENT_PRECISION, Rules, RulesError};
use crate::irt::score::item_error::unit;
use crate::linear::count;

/// One item shown and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The competency measured.
    pub competency: usize,
    /// The item shown.
    pub item: usize,
    /// The items it was drawn from, best first.
    pub candidates: Vec<usize>,
    /// The answer.
    pub category: u8,
    /// Posterior mean after the answer.
    pub theta: f64,
    /// Posterior standard deviation after the answer.
    pub error: f64,
}

/// All that is needed to reproduce a test, beside its bank and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The seed of the session.
    pub seed: u64,
    /// Items the person had seen before and was not shown.
    pub seen: Vec<usize>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Whether the time was over after the last step.
    pub is_stopped_by_time: bool,
}

/// Why a competency stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Precise enough.
    Precision,
    /// As many items as allowed.
    MostItems,
    /// The best item would hardly add anything.
    SmallGain,
    /// No item left that the rules allow.
    NoItem,
    /// The time was over.
    Time,
}

/// Where a competency stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Posterior mean.
    pub theta: f64,
    /// Posterior standard deviation.
    pub error: f64,
    /// Items answered.
    pub items: u32,
    /// Why it stopped; `None` while it goes on.
    pub reason: Option<StopReason>,
    /// Stopped by time and still less precise than .55: not measured, never a low rank.
    pub is_insufficient: bool,
}

/// Why a session cannot go on as asked.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The rules do not suit the bank.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// No item waits for an answer.
    #[error("no item waits for an answer")]
    NothingAsked,
    /// The item has fewer categories.
    #[error("category {category} of item {item}, which has {categories}")]
    NoSuchCategory {
        /// Item from 0.
        item: usize,
        /// The category given.
        category: u8,
        /// Categories of the item.
        categories: usize,
    },
    /// A replayed step differs from its trace.
    #[error("step {step} of the trace is not reproduced")]
    NotReproduced {
        /// Step from 0.
        step: usize,
    },
}

/// An item that waits for its answer.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    competency: usize,
    item: usize,
    candidates: Vec<usize>,
}

/// A test under way.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    bank: &'a Bank,
    rules: &'a Rules,
    seed: u64,
    seen: Vec<usize>,
    source: ChaCha8Rng,
    levels: Vec<Level>,
    reasons: Vec<Option<StopReason>>,
    is_blocked: Vec<bool>,
    pub(crate) steps: Vec<Step>,
    asked: Option<Asked>,
    selected: Vec<usize>,
    is_stopped_by_time: bool,
}

impl<'a> Session<'a> {
    /// A test that starts at 0 on every competency. `seed` fixes every random draw.
    ///
    /// # Errors
    /// [`SessionError::Rules`].
    pub fn new(bank: &'a Bank, rules: &'a Rules, seed: u64) -> Result<Self, SessionError> {
        Self::retest(bank, rules, seed, &[])
    }

    /// A test as [`Session::new`] that shows none of the items `seen` before (in the last 12 months, in
    /// the product); numbers the bank does not have are ignored. Enemies and families of seen items stay
    /// open: the rule is about the items themselves.
    ///
    /// # Errors
    /// [`SessionError::Rules`].
    ///
    /// Test `a_retest_shows_nothing_seen_before`.
    pub fn retest(bank: &'a Bank, rules: &'a Rules, seed: u64, seen: &[usize]) -> Result<Self, SessionError> {
        rules.check(bank.competencies())?;
        let mut session = Self {
            bank,
            rules,
            seed,
            seen: seen.to_vec(),
            source: ChaCha8Rng::seed_from_u64(seed),
            levels: vec![Level::new(); bank.competencies()],
            reasons: vec![None; bank.competencies()],
            is_blocked: bank.items().iter().map(|own| !own.is_open).collect(),
            steps: Vec::new(),
            asked: None,
            selected: Vec::new(),
            is_stopped_by_time: false,
        };
        seen.iter().for_each(|item| session.block(*item));
        session.settle();
        Ok(session)
    }

    /// The item to show, the same until it is answered; `None` when the test is over.
    ///
    /// The competency with the largest share of its quota left comes next (the less precise one of
    /// equals), or the one that [`CompetencyChoice::DOptimal`](crate::cat::rules::CompetencyChoice) names;
    /// inside it, items are ordered by the criterion times the share left of their format's
    /// quota, and one of the best is drawn.
    ///
    /// Source: maximum priority index, Cheng & Chang 2009, Br J Math Stat Psychol 62:369-383; exposure
    /// Sympson & Hetter 1985. Golden test `cat_2pl`.
    pub fn next_item(&mut self) -> Option<usize> {
        while self.asked.is_none() {
            let competency = self.next_competency()?;
            self.ask(competency);
        }
        self.asked.as_ref().map(|asked| asked.item)
    }

    /// Takes the answer to the item shown; an omitted item is answered with 0.
    ///
    /// # Errors
    /// [`SessionError::NothingAsked`], [`SessionError::NoSuchCategory`].
    pub fn answer(&mut self, category: u8) -> Result<(), SessionError> {
        let asked = self.asked.take().ok_or(SessionError::NothingAsked)?;
        let categories = self.bank.items().get(asked.item).map_or(0, |own| own.item.categories());
        if usize::from(category) >= categories {
            let item = asked.item;
            self.asked = Some(asked);
            return Err(SessionError::NoSuchCategory { item, category, categories });
        }
        let Asked { competency, item, candidates } = asked;
        if let Some(level) = self.levels.get_mut(competency) {
            *level = level.after(self.bank, item, category);
        }
        if let Some(correlations) = &self.rules.correlations {
            self.levels = borrowed(&self.levels, correlations);
        }
        let (theta, error) = self.levels.get(competency).map_or((0.0, 1.0), |l| (l.theta(), l.error()));
        self.steps.push(Step { competency, item, candidates, category, theta, error });
        if self.rules.correlations.is_some() {
            // What was learnt of one competency may make another precise enough.
            self.judge_all();
        } else {
            self.judge(competency);
        }
        self.settle();
        Ok(())
    }

    /// Ends every competency that still goes on.
    pub fn stop_for_time(&mut self) {
        self.asked = None;
        self.is_stopped_by_time = true;
        self.reasons.iter_mut().filter(|r| r.is_none()).for_each(|r| *r = Some(StopReason::Time));
    }

    /// Where each competency stands.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |(level, reason): (&Level, &Option<StopReason>)| Outcome {
            theta: level.theta(),
            error: level.error(),
            items: level.answered(),
            reason: *reason,
            is_insufficient: *reason == Some(StopReason::Time) && level.error() > INSUFFICIENT_PRECISION,
        };
        self.levels.iter().zip(&self.reasons).map(outcome).collect()
    }

    /// The steps so far with the seed.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace {
            seed: self.seed,
            seen: self.seen.clone(),
            steps: self.steps.clone(),
            is_stopped_by_time: self.is_stopped_by_time,
        }
    }

    /// Items selected so far, shown or held back by exposure control.
    pub(crate) fn selected(&self) -> &[usize] {
        &self.selected
    }

    fn rule(&self, competency: usize) -> CompetencyRule {
        self.rules.competencies.get(competency).copied().unwrap_or_default()
    }

    /// Chooses an item of the competency, or stops it when none is left.
    fn ask(&mut self, competency: usize) {
        let mut held_back: Vec<usize> = Vec::new();
        loop {
            let ranked = self.ranked(competency, &held_back);
            let Some(best) = ranked.first().copied().or_else(|| held_back.first().copied()) else {
                self.stop(competency, StopReason::NoItem);
                return;
            };
            let candidates: Vec<usize> =
                ranked.into_iter().take(usize::try_from(self.rules.randomesque).unwrap_or(1)).collect();
            let item = self.drawn(&candidates).unwrap_or(best);
            let control = self.bank.items().get(item).map_or(1.0, |own| own.exposure);
            self.selected.push(item);
            // With every item held back the first one is shown after all.
            let is_shown = candidates.is_empty() || control >= 1.0 || unit(self.source.next_u64()) <= control;
            self.block(item);
            if is_shown {
                self.block_relatives(item);
                self.asked = Some(Asked { competency, item, candidates });
                return;
            }
            held_back.push(item);
        }
    }

    /// The items the rules allow, best first; equal ones in the order of the bank.
    fn ranked(&self, competency: usize, held_back: &[usize]) -> Vec<usize> {
        let Some(level) = self.levels.get(competency) else { return Vec::new() };
        let criterion: Criterion = if level.answered() < self.rules.first_items {
            self.rules.first_criterion
        } else {
            self.rules.criterion
        };
        let mut ranked: Vec<(f64, usize)> = self
            .allowed(competency)
            .filter(|(item, _)| !held_back.contains(item))
            .filter_map(|(item, share)| Some((criterion.value(self.bank, item, level)? * share, item)))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().map(|(_, item)| item).collect()
    }

    /// The items of a competency the rules allow, each with the share left of its format's quota.
    fn allowed(&self, competency: usize) -> impl Iterator<Item = (usize, f64)> {
        let items = self.bank.items().iter().zip(&self.is_blocked).enumerate();
        items
            .filter(move |(_, (own, is_blocked))| own.competency == competency && !**is_blocked)
            .map(|(item, (own, _))| (item, self.format_share(own)))
            .filter(|(_, share)| *share > 0.0)
    }

    /// The share left of the quota of an item's format, 0 to 1.
    fn format_share(&self, own: &BankItem) -> f64 {
        let Some(quota) = self.rules.formats.iter().find(|quota| quota.format == own.format) else {
            return 1.0;
        };
        let is_same = |step: &&Step| self.bank.items().get(step.item).is_some_and(|i| i.format == own.format);
        let shown = count(self.steps.iter().filter(is_same).count());
        ((f64::from(quota.most) - shown) / f64::from(quota.most)).max(0.0)
    }

    fn drawn(&mut self, candidates: &[usize]) -> Option<usize> {
        let many = u64::try_from(candidates.len()).ok().filter(|many| *many > 0)?;
        // One candidate needs no draw.
        let place = if many == 1 { 0 } else { self.source.next_u64() % many };
        candidates.get(usize::try_from(place).unwrap_or(0)).copied()
    }

    fn block(&mut self, item: usize) {
        if let Some(flag) = self.is_blocked.get_mut(item) {
            *flag = true;
        }
    }

    /// Blocks the enemies of an item shown, in both directions, and its stimulus family.
    fn block_relatives(&mut self, item: usize) {
        let Some(shown) = self.bank.items().get(item) else { return };
        for (number, (own, flag)) in self.bank.items().iter().zip(&mut self.is_blocked).enumerate() {
            let is_enemy = shown.enemies.contains(&number) || own.enemies.contains(&item);
            *flag |= is_enemy || (shown.family.is_some() && own.family == shown.family);
        }
    }
}

#[cfg(test)]
mod tests;
