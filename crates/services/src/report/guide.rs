//! The interview guide of a report: six constructs to ask about, chosen by what the test knows least.
//!
//! A form asks about some constructs with few actions: there an interview adds most. Those questions are the same for
//! everyone who sat the form, so that interviews can be compared. A family may be strong for sure only when the
//! snapshot allows families at all; then two questions let its owner tell it in their own words.

use std::collections::BTreeMap;

use domain::construct::{Construct, Family, family_of};
use domain::form::Coverage;

use crate::packs::LoadedForm;
use crate::report::FamilyResult;

/// Questions of a guide.
const QUESTIONS: usize = 6;

/// Questions about what is strong for sure.
const MOST_STRONG: usize = 2;

/// Why a construct is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideReason {
    /// The form asks about it with few scored actions, so many.
    LeastKnown(u32),
    /// Its family lies above the group's mean, its interval included.
    Strong,
}

/// One question of a guide; its words belong to the construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuideQuestion {
    /// The construct.
    pub construct: Construct,
    /// Why it is asked about.
    pub reason: GuideReason,
}

/// The questions, what is strong first.
pub(super) fn guide(form: &LoadedForm, families: &[FamilyResult]) -> Vec<GuideQuestion> {
    let covered = Coverage::of(&form.form, &form.pack).constructs;
    let known: BTreeMap<Construct, u32> = Construct::ALL
        .iter()
        .map(|construct| (*construct, covered.get(construct).map_or(0, |count| count.actions)))
        .collect();
    questions(&known, families)
}

/// The questions from how many scored actions each construct has.
fn questions(known: &BTreeMap<Construct, u32>, families: &[FamilyResult]) -> Vec<GuideQuestion> {
    let most_asked = |family: Family| {
        known
            .iter()
            .filter(|(construct, _)| family_of(**construct) == family)
            .max_by_key(|(_, n)| **n)
            .map(|(c, _)| *c)
    };
    let mut questions: Vec<GuideQuestion> = families
        .iter()
        .filter(|family| family.result.is_some_and(|(score, group)| score.low > group.mean))
        .filter_map(|family| most_asked(family.family))
        .take(MOST_STRONG)
        .map(|construct| GuideQuestion { construct, reason: GuideReason::Strong })
        .collect();
    let mut least: Vec<(u32, Construct)> = known.iter().map(|(construct, n)| (*n, *construct)).collect();
    least.sort_unstable();
    for (n, construct) in least {
        if questions.len() >= QUESTIONS {
            break;
        }
        if questions.iter().all(|question| question.construct != construct) {
            questions.push(GuideQuestion { construct, reason: GuideReason::LeastKnown(n) });
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ReportScore;
    use crate::snapshots::statistics::Distribution;

    fn family(family: Family, low: f64) -> FamilyResult {
        let score = ReportScore { score: low + 10.0, sem: 5.0, low, high: low + 20.0 };
        let group = Distribution { n: 100, mean: 60.0, sd: Some(9.0), q1: 54.0, median: 60.0, q3: 66.0 };
        FamilyResult { family, name: String::new(), result: Some((score, group)) }
    }

    /// Every construct with another number of actions, the last one with the fewest.
    fn known() -> BTreeMap<Construct, u32> {
        Construct::ALL.iter().rev().zip(0..).map(|(construct, n)| (*construct, 3 * n)).collect()
    }

    #[test]
    fn six_constructs_are_asked_about_the_least_known_first() {
        let questions = questions(&known(), &[]);

        assert_eq!(questions.len(), 6);
        let counts: Vec<u32> = questions
            .iter()
            .map(|question| match question.reason {
                GuideReason::LeastKnown(n) => n,
                GuideReason::Strong => panic!("nothing is strong without families"),
            })
            .collect();
        assert_eq!(counts, [0, 3, 6, 9, 12, 15]);
    }

    #[test]
    fn only_a_family_above_the_mean_for_sure_is_strong_and_two_at_most() {
        let families = [
            family(Family::UnderstandEmotion, 55.0),
            family(Family::ListenAndCheck, 61.0),
            family(Family::ConsiderThePerson, 70.0),
            family(Family::ActWithLatitude, 80.0),
        ];

        let questions = questions(&known(), &families);

        let strong: Vec<Family> = questions
            .iter()
            .filter(|question| question.reason == GuideReason::Strong)
            .map(|question| family_of(question.construct))
            .collect();
        assert_eq!(strong, [Family::ListenAndCheck, Family::ConsiderThePerson]);
        assert_eq!(questions.len(), 6);
    }
}
