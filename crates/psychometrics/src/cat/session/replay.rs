//! Running a stored test again, step by step.

use crate::cat::bank::Bank;
use crate::cat::rules::Rules;
use crate::cat::session::{Outcome, Session, SessionError, Trace};

/// Runs a trace again on its bank and rules and gives back where each competency stood.
///
/// # Errors
/// [`SessionError::NotReproduced`] at the first step whose item, candidates, level or error differ by a
/// single bit; [`SessionError::Rules`], [`SessionError::NoSuchCategory`].
///
/// Test `a_trace_is_reproduced_and_a_changed_one_refused`.
pub fn replay(bank: &Bank, rules: &Rules, trace: &Trace) -> Result<Vec<Outcome>, SessionError> {
    let mut session = Session::retest(bank, rules, trace.seed, &trace.seen)?;
    for (number, step) in trace.steps.iter().enumerate() {
        if session.next_item() != Some(step.item) {
            return Err(SessionError::NotReproduced { step: number });
        }
        session.answer(step.category)?;
        if session.steps.last() != Some(step) {
            return Err(SessionError::NotReproduced { step: number });
        }
    }
    if trace.is_stopped_by_time {
        session.stop_for_time();
    }
    Ok(session.outcomes())
}
