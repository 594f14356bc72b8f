//! One combined view of all flags of a person, and whether it opens a human review.

/// Independent families of indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndicatorFamily {
    /// Rapid answers, residual times.
    Speed,
    /// Long runs, low variability, halves that disagree.
    Pattern,
    /// Distance from the others.
    Outlier,
    /// Answers unlikely at the person's own level (l_z*).
    PersonFit,
    /// Pairs of items answered inconsistently.
    Pairs,
    /// Focus loss, paste, several tabs, change of address.
    Events,
}

/// What one indicator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorState {
    /// Computed, nothing found.
    Clear,
    /// Flagged.
    Flagged,
    /// Not computed: too little data, or switched off by an accommodation. Looks like `Clear` to whoever
    /// reads the view.
    Off,
}

/// One indicator of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator {
    /// Its family.
    pub family: IndicatorFamily,
    /// What it says.
    pub state: IndicatorState,
}

/// The combined view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewView {
    /// Flags raised.
    pub flags: u32,
    /// Indicators of the instrument: the same number for everybody, switched off or not.
    pub indicators: u32,
    /// Families with a flag.
    pub families: u32,
    /// Whether at least 2 independent families are flagged: a person looks at it and a retest is offered.
    pub opens_review: bool,
}

/// The combined view "n flags of m indicators". A single flag, or several of one family, change nothing.
///
/// `indicators`: all indicators of the instrument, also those that are off.
///
/// Source: psychometrics.md section 8, decisions.md "People's data". Test
/// `two_families_open_a_review`.
#[must_use]
pub fn review_view(indicators: &[Indicator]) -> ReviewView {
    let flagged: Vec<IndicatorFamily> = indicators
        .iter()
        .filter(|indicator| indicator.state == IndicatorState::Flagged)
        .map(|indicator| indicator.family)
        .collect();
    let mut families = flagged.clone();
    families.sort_unstable();
    families.dedup();
    let families = crate::linear::count_u32(families.len());
    ReviewView {
        flags: crate::linear::count_u32(flagged.len()),
        indicators: crate::linear::count_u32(indicators.len()),
        families,
        opens_review: families >= 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_families_open_a_review() {
        let indicator = |family, state| Indicator { family, state };
        let one_family = [
            indicator(IndicatorFamily::Speed, IndicatorState::Flagged),
            indicator(IndicatorFamily::Speed, IndicatorState::Flagged),
            indicator(IndicatorFamily::Pattern, IndicatorState::Clear),
            indicator(IndicatorFamily::Events, IndicatorState::Off),
        ];
        let mut two = one_family;
        two[2].state = IndicatorState::Flagged;

        let (one, two) = (review_view(&one_family), review_view(&two));

        assert_eq!((one.flags, one.indicators, one.families, one.opens_review), (2, 4, 1, false));
        assert_eq!((two.flags, two.indicators, two.families, two.opens_review), (3, 4, 2, true));
        assert!(!review_view(&[]).opens_review);
    }
}
