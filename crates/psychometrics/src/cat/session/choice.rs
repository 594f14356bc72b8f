//! Which competency comes next.

use crate::cat::rules::CompetencyChoice;
use crate::cat::session::Session;

impl Session<'_> {
    /// The competency still under way that the rules put next; `None` when all have stopped.
    pub(super) fn next_competency(&self) -> Option<usize> {
        match self.rules.competency_choice {
            CompetencyChoice::Content => self.most_of_quota_left(),
            CompetencyChoice::DOptimal => self.most_telling(),
        }
    }

    /// The competencies that have not stopped.
    fn under_way(&self) -> impl Iterator<Item = usize> {
        let reasons = self.reasons.iter().enumerate();
        reasons.filter(|(_, reason)| reason.is_none()).map(|(competency, _)| competency)
    }

    /// The largest share of its quota left; the less precise one of equals.
    fn most_of_quota_left(&self) -> Option<usize> {
        let mut best: Option<(f64, f64, usize)> = None;
        for competency in self.under_way() {
            let Some(level) = self.levels.get(competency) else { continue };
            let most = f64::from(self.rule(competency).most);
            let share = (most - f64::from(level.answered())) / most;
            let is_better = best.is_none_or(|(s, e, _)| share > s || (share == s && level.error() > e));
            if is_better {
                best = Some((share, level.error(), competency));
            }
        }
        best.map(|(_, _, competency)| competency)
    }

    /// The competency with the item that raises the determinant of the posterior precision most.
    ///
    /// An item of one competency adds its information to one cell of the diagonal, so that the determinant
    /// grows by the factor `1 + I_j(θ^) Var(θ_d)` (matrix determinant lemma).
    fn most_telling(&self) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for competency in self.under_way() {
            let Some(level) = self.levels.get(competency) else { continue };
            let informations = self.allowed(competency).filter_map(|(item, share)| {
                Some(self.bank.items().get(item)?.item.information(level.theta()) * share)
            });
            let gain = informations.fold(0.0, f64::max) * level.error() * level.error();
            if best.is_none_or(|(most, _)| gain > most) {
                best = Some((gain, competency));
            }
        }
        best.map(|(_, competency)| competency)
    }
}
