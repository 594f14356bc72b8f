//! The report as a share link shows it: what may be told to somebody outside, and nothing that leads further.

use domain::attempt::AttemptState;
use domain::closed_code::UnknownCode;
use domain::language::Language;
use store::repo::attempts;
use store::repo::share_links::ShareLinkRow;

use super::guide::guide;
use super::{Basis, Report, answer_counts, report_scenarios, report_score};
use crate::error::ServiceError;
use crate::ranking::{CampaignHead, Measure, UnrankedReason, blind_name, snapshot_head};
use crate::rate_first::RatingFirst;
use crate::report::families::family_results;
use crate::state::Services;

/// The reduced report of a link: no name, no place, no key, no decision, no history, no picture or recording.
pub(crate) fn shared_report(
    services: &Services,
    link: &ShareLinkRow,
    language: Language,
) -> Result<Report, ServiceError> {
    let basis = services.read(|conn| {
        let found = attempts::of_ids(conn, std::slice::from_ref(&link.attempt_id))?.pop();
        let attempt = found.ok_or(ServiceError::NotFound)?;
        if attempt.erased_at.is_some() || attempt.state == AttemptState::Started.code() {
            return Err(ServiceError::NotFound);
        }
        Basis::of(conn, &link.organisation_id, attempt)
    })?;
    let form = services.form_with_key(&basis.campaign, basis.key_row())?;
    let now = services.now();
    let fault = |error: UnknownCode| ServiceError::broken_by("a stored code", error);
    services.read(|conn| {
        let (attempt, score) = (&basis.attempt, basis.score.as_ref());
        let snapshot = match score {
            Some(score) => Some(snapshot_head(conn, &score.snapshot_id)?),
            None => None,
        };
        let unranked = score.and_then(|score| score.unranked_reason.as_deref()).map(UnrankedReason::parse);
        let families = family_results(conn, score, &form, language)?;
        let mut scenarios = report_scenarios(conn, attempt, &form, language, false)?;
        for scenario in &mut scenarios {
            // Media are read by members and by the candidate only.
            scenario.media.clear();
        }
        Ok(Report {
            campaign: CampaignHead::of(&basis.campaign, now),
            measure: Measure::of(&form, snapshot),
            // Without an account it leads nowhere, and it is nobody's business.
            public_id: String::new(),
            name: blind_name(attempt.tree_number),
            language: Language::parse(&attempt.language).map_err(fault)?,
            state: AttemptState::parse(&attempt.state).map_err(fault)?,
            score: score.filter(|_| unranked.is_none()).and_then(report_score),
            unranked,
            counts: score.map(answer_counts).unwrap_or_default(),
            place: None,
            version: None,
            group: None,
            norm: None,
            guide: guide(&form, &families),
            families,
            history: Vec::new(),
            scenarios,
            shows_key: false,
            identity: None,
            decisions: Vec::new(),
            rating_first: RatingFirst::default(),
        })
    })
}
