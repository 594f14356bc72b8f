//! What a planned cut would do by a model: normal scores of equal spread and an assumed difference. No person's data
//! enter, so it may be asked at any time and as often as one likes.

use psychometrics::fairness::expected::{ExpectedImpact, expected_impact};

use crate::error::{FieldError, ServiceError};

/// The assumption as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIfInput {
    /// Assumed difference in hundredths of a standard deviation: others minus group.
    pub difference: String,
    /// Share of the group among applicants, %.
    pub share: String,
    /// Share of applicants to be selected, %.
    pub selected: String,
}

impl Default for WhatIfInput {
    fn default() -> Self {
        Self { difference: "38".to_owned(), share: "50".to_owned(), selected: "20".to_owned() }
    }
}

/// What the model expects.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// Each share selected, %, with what it is expected to do; the one asked for among them.
    pub lines: Vec<(u8, ExpectedImpact)>,
    /// The share asked for, %.
    pub asked: u8,
}

/// Shares beside the one asked for, %.
const USUAL: [u8; 6] = [5, 10, 20, 30, 50, 80];

/// What the model expects of a cut.
///
/// # Errors
/// [`ServiceError::Invalid`] `out_of_range` beside each number that is none or too large or small.
pub fn what_if(typed: &WhatIfInput) -> Result<WhatIf, ServiceError> {
    let number = |text: &str, low: i16, high: i16| {
        text.trim().parse::<i16>().ok().filter(|number| (low..=high).contains(number))
    };
    let difference = number(&typed.difference, -200, 200);
    let share = number(&typed.share, 1, 99);
    let asked = number(&typed.selected, 1, 99).and_then(|number| u8::try_from(number).ok());
    let fields =
        [("difference", difference.is_none()), ("share", share.is_none()), ("selected", asked.is_none())];
    let (Some(difference), Some(share), Some(asked)) = (difference, share, asked) else {
        let broken = fields.into_iter().filter(|(_, is_broken)| *is_broken);
        return Err(ServiceError::Invalid(
            broken.map(|(field, _)| FieldError { field, code: "out_of_range" }).collect(),
        ));
    };
    let mut rates: Vec<u8> = USUAL.to_vec();
    rates.push(asked);
    rates.sort_unstable();
    rates.dedup();
    let mut lines = Vec::with_capacity(rates.len());
    for rate in rates {
        let expected =
            expected_impact(f64::from(difference) / 100.0, f64::from(share) / 100.0, f64::from(rate) / 100.0)
                .map_err(|error| ServiceError::broken_by("an expected ratio", error))?;
        lines.push((rate, expected));
    }
    Ok(WhatIf { lines, asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(difference: &str, share: &str, selected: &str) -> WhatIfInput {
        WhatIfInput {
            difference: difference.to_owned(),
            share: share.to_owned(),
            selected: selected.to_owned(),
        }
    }

    #[test]
    fn the_share_asked_for_is_among_the_usual_ones_in_order() {
        let found = what_if(&typed("38", "50", "25")).unwrap();

        let rates: Vec<u8> = found.lines.iter().map(|(rate, _)| *rate).collect();
        assert_eq!(rates, [5, 10, 20, 25, 30, 50, 80]);
        assert!(found.lines.windows(2).all(|pair| pair[0].1.ratio < pair[1].1.ratio));
        assert_eq!(what_if(&WhatIfInput::default()).unwrap().lines.len(), 6);
    }

    #[test]
    fn numbers_out_of_range_are_told_beside_their_fields() {
        let Err(ServiceError::Invalid(errors)) = what_if(&typed("900", "0", "x")) else { panic!("taken") };

        assert_eq!(
            errors.iter().map(|error| error.field).collect::<Vec<_>>(),
            ["difference", "share", "selected"]
        );
    }
}
