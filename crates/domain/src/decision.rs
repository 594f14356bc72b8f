//! Decisions by people: the closed codes, who may record which, and the reason that goes with them.
//! A negative decision is single and human; nothing here can make one from a score.

use crate::closed_code::closed_code;

/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 2_000;

closed_code! {
    /// What was decided about one candidate.
    pub enum DecisionCode {
        /// Put on the short list.
        Shortlist = "shortlist",
        /// « Proposer un entretien ».
        Interview = "interview",
        /// An offer is made.
        Offer = "offer",
        /// Hired.
        Hired = "hired",
        /// « Garder en réserve ».
        Hold = "hold",
        /// « Ne pas poursuivre »: the only negative decision.
        NotPursued = "not_pursued",
        /// The candidate's own withdrawal.
        Withdrawn = "withdrawn",
    }
}

/// Whose act a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionMaker {
    /// A logged-in person of the organisation whose role lets them decide.
    Reviewer,
    /// The candidate, by their own link.
    Candidate,
}

impl DecisionCode {
    /// Whether the decision goes against the candidate.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::NotPursued)
    }

    /// Whether this person may record this decision: withdrawal belongs to the candidate alone, everything
    /// else to reviewers alone.
    #[must_use]
    pub const fn may_be_recorded_by(self, maker: DecisionMaker) -> bool {
        match maker {
            DecisionMaker::Candidate => matches!(self, Self::Withdrawn),
            DecisionMaker::Reviewer => !matches!(self, Self::Withdrawn),
        }
    }
}

/// What must be known before a decision may be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionFacts {
    /// Whose act it is.
    pub maker: DecisionMaker,
    /// The maker has opened the report of this candidate.
    pub report_was_opened: bool,
    /// How many candidates the same act would decide about.
    pub candidates: u32,
}

/// Why a decision is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefused {
    /// This decision belongs to somebody else.
    #[error("this decision is not this person's to record")]
    NotTheirs,
    /// A reviewer's decision needs a reason.
    #[error("a reason is missing")]
    ReasonMissing,
    /// A reason has at most [`MAX_REASON_CHARS`] characters and no control characters but line breaks.
    #[error("the reason is too long or holds control characters")]
    ReasonInvalid,
    /// A negative decision is made after the report was opened.
    #[error("the report was not opened before a negative decision")]
    ReportNotOpened,
    /// A negative decision is made about one candidate at a time.
    #[error("a negative decision is about one candidate at a time")]
    NotSingle,
}

/// A decision that may be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub code: DecisionCode,
    /// The reviewer's reason, trimmed. A candidate may withdraw without one.
    pub reason: Option<String>,
}

impl Decision {
    /// Checks a decision before it is recorded.
    ///
    /// # Errors
    /// [`DecisionRefused`], the first rule that is broken.
    pub fn parse(code: DecisionCode, reason: &str, facts: DecisionFacts) -> Result<Self, DecisionRefused> {
        if !code.may_be_recorded_by(facts.maker) {
            return Err(DecisionRefused::NotTheirs);
        }
        if code.is_negative() && facts.candidates != 1 {
            return Err(DecisionRefused::NotSingle);
        }
        if code.is_negative() && !facts.report_was_opened {
            return Err(DecisionRefused::ReportNotOpened);
        }
        let reason = reason.trim().replace("\r\n", "\n");
        if reason.chars().count() > MAX_REASON_CHARS
            || reason.chars().any(|character| character.is_control() && character != '\n')
        {
            return Err(DecisionRefused::ReasonInvalid);
        }
        match (reason.is_empty(), facts.maker) {
            (true, DecisionMaker::Reviewer) => Err(DecisionRefused::ReasonMissing),
            (true, DecisionMaker::Candidate) => Ok(Self { code, reason: None }),
            (false, _) => Ok(Self { code, reason: Some(reason) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVIEWER: DecisionFacts =
        DecisionFacts { maker: DecisionMaker::Reviewer, report_was_opened: true, candidates: 1 };
    const CANDIDATE: DecisionFacts =
        DecisionFacts { maker: DecisionMaker::Candidate, report_was_opened: false, candidates: 1 };

    #[test]
    fn only_not_pursued_is_negative() {
        let negative: Vec<_> = DecisionCode::ALL.iter().filter(|code| code.is_negative()).collect();

        assert_eq!(negative, [&DecisionCode::NotPursued]);
    }

    #[test]
    fn a_candidate_may_withdraw_and_nothing_else() {
        for code in DecisionCode::ALL {
            let withdraws = *code == DecisionCode::Withdrawn;

            assert_eq!(code.may_be_recorded_by(DecisionMaker::Candidate), withdraws);
            assert_eq!(code.may_be_recorded_by(DecisionMaker::Reviewer), !withdraws);
        }
    }

    #[test]
    fn a_reviewer_gives_a_reason() {
        let refused = Decision::parse(DecisionCode::Interview, "  \n", REVIEWER);

        assert_eq!(refused, Err(DecisionRefused::ReasonMissing));
    }

    #[test]
    fn a_reason_is_trimmed() {
        let decision = Decision::parse(DecisionCode::Hold, " Bien, \r\nmais plus tard ", REVIEWER).unwrap();

        assert_eq!(decision.reason.as_deref(), Some("Bien, \nmais plus tard"));
    }

    #[test]
    fn a_candidate_withdraws_without_a_reason() {
        let decision = Decision::parse(DecisionCode::Withdrawn, "", CANDIDATE).unwrap();

        assert_eq!(decision.reason, None);
    }

    #[test]
    fn a_negative_decision_needs_the_report_opened() {
        let facts = DecisionFacts { report_was_opened: false, ..REVIEWER };

        let refused = Decision::parse(DecisionCode::NotPursued, "Peu d’écoute", facts);

        assert_eq!(refused, Err(DecisionRefused::ReportNotOpened));
    }

    #[test]
    fn a_negative_decision_is_about_one_candidate() {
        let facts = DecisionFacts { candidates: 2, ..REVIEWER };

        assert_eq!(
            Decision::parse(DecisionCode::NotPursued, "Peu d’écoute", facts),
            Err(DecisionRefused::NotSingle)
        );
        assert!(Decision::parse(DecisionCode::Interview, "Écoute juste", facts).is_ok());
    }

    #[test]
    fn control_characters_and_long_texts_are_no_reason() {
        for reason in ["a\u{0}b".to_owned(), "a".repeat(MAX_REASON_CHARS + 1)] {
            assert_eq!(
                Decision::parse(DecisionCode::Offer, &reason, REVIEWER),
                Err(DecisionRefused::ReasonInvalid)
            );
        }
    }
}
