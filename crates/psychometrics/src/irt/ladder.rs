//! The sample-size ladder: which procedures a number of candidates allows.

/// Which models of item response theory may be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedModels {
    /// None: classical statistics only.
    None,
    /// One common slope with priors, for diagnostics only.
    CommonSlope,
    /// Graded or two-parameter with priors, categories of at least 10 answers, scores provisional.
    Provisional,
    /// Graded and partial credit, operational.
    Operational,
    /// Several traits and bifactor comparisons too.
    SeveralTraits,
}

/// What a number of candidates with usable data allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Candidates with usable data.
    pub candidates: u32,
    /// Whether item statistics may be shown, with their intervals.
    pub shows_item_statistics: bool,
    /// Whether an item may be dropped for its statistics alone (below 100 only when its item-rest
    /// correlation is under 0 and the upper 95 % limit under .10).
    pub drops_on_statistics: bool,
    /// Which models may be fitted.
    pub models: AllowedModels,
    /// Fewest answers a category must have before it is merged.
    pub least_answers: u32,
    /// Whether scores from item response theory must be labelled provisional.
    pub labels_scores_provisional: bool,
    /// Whether item fit, local dependence and person fit run.
    pub runs_fit: bool,
    /// Whether differential item functioning runs, when its groups are large enough.
    pub runs_dif: bool,
    /// Whether adaptive testing may open.
    pub opens_adaptive: bool,
    /// Whether forced-choice scoring may open.
    pub opens_forced_choice: bool,
}

/// What `candidates` with usable data allow: below 30, 30, 100, 200, 500 and 1,000.
///
/// Adaptive testing counts answers per item, not candidates: ask with the answers of the item that has
/// fewest.
///
/// Source: psychometrics.md 4.8 (Drasgow 1989; Reise & Yu 1990; Kieftenbeld & Natesan 2012; Jiang,
/// Wang & Weiss 2016); test `the_ladder_rises_at_its_steps`.
#[must_use]
pub const fn allowed(candidates: u32) -> Allowed {
    let models = match candidates {
        0..100 => AllowedModels::None,
        100..200 => AllowedModels::CommonSlope,
        200..500 => AllowedModels::Provisional,
        500..1_000 => AllowedModels::Operational,
        _ => AllowedModels::SeveralTraits,
    };
    Allowed {
        candidates,
        shows_item_statistics: candidates >= 30,
        drops_on_statistics: candidates >= 100,
        models,
        least_answers: if candidates < 500 { 10 } else { 5 },
        labels_scores_provisional: candidates < 500,
        runs_fit: candidates >= 500,
        runs_dif: candidates >= 500,
        opens_adaptive: candidates >= 500,
        opens_forced_choice: candidates >= 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_rises_at_its_steps() {
        let steps = [29, 30, 99, 100, 199, 200, 499, 500, 999, 1_000].map(allowed);

        assert_eq!(
            steps.map(|s| s.shows_item_statistics),
            [29, 30, 99, 100, 199, 200, 499, 500, 999, 1_000].map(|n| n >= 30)
        );
        assert_eq!(steps[2].models, AllowedModels::None);
        assert_eq!(
            (steps[3].models, steps[4].models),
            (AllowedModels::CommonSlope, AllowedModels::CommonSlope)
        );
        assert_eq!((steps[5].models, steps[5].least_answers), (AllowedModels::Provisional, 10));
        assert!(steps[6].labels_scores_provisional && !steps[7].labels_scores_provisional);
        assert!(!steps[6].opens_adaptive && steps[7].opens_adaptive && !steps[8].opens_forced_choice);
        assert!(steps[9].opens_forced_choice && steps.windows(2).all(|w| w[0].models <= w[1].models));
    }
}
