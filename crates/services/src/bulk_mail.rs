//! Mails to several candidates of a campaign: thanks, feedback, and what a decision means for them.
//!
//! A mail only tells. It takes no decision, and one about an outcome goes to nobody without that decision. People are
//! chosen one by one or by the decision that stands; neither a score nor a rank nor a group can choose them, because
//! nothing here reads one. Who has people left to rate first writes to those already rated.

mod sending;
mod words;

use domain::decision::DecisionCode;
use domain::ids::{CampaignId, InvitationId};
use domain::language::Language;
use store::conn::DbConn;
use store::repo::campaigns::CampaignRow;
use store::repo::mail_templates::{self, WritableRow};
use store::repo::{campaigns, own_ratings};

use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::mail::MailKind;
use crate::mail_texts::Letter;
use crate::ranking::{CampaignHead, blind_name};
use crate::state::Services;
use crate::viewer::Staff;
use crate::zone;

pub use self::sending::Confirmed;
pub use self::words::{MAX_BODY_CHARS, MAX_SUBJECT_CHARS, TemplateForm, checked_words};

/// People written to at once.
pub const MOST_TOGETHER: usize = 1_000;
/// People that the form lists to be chosen one by one.
pub const MOST_LISTED: usize = 200;
/// More people than the tests of a campaign have.
const MOST_PEOPLE: i64 = 200_000;
/// Batches listed.
const MOST_BATCHES: i64 = 50;

/// Which mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkKind {
    /// Thanks for the time given.
    Thanks,
    /// Where one's answers can be read again.
    Feedback,
    /// The person is taken further.
    Further,
    /// The application stays open.
    Hold,
    /// The person is not taken further.
    NotPursued,
}

impl BulkKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Thanks, Self::Feedback, Self::Further, Self::Hold, Self::NotPursued];

    /// The code as stored and in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.mail_kind().code()
    }

    /// The kind of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    const fn mail_kind(self) -> MailKind {
        match self {
            Self::Thanks => MailKind::Thanks,
            Self::Feedback => MailKind::Feedback,
            Self::Further => MailKind::OutcomeFurther,
            Self::Hold => MailKind::OutcomeHold,
            Self::NotPursued => MailKind::OutcomeNotPursued,
        }
    }

    /// Whether it tells what a decision means.
    #[must_use]
    pub const fn is_outcome(self) -> bool {
        matches!(self, Self::Further | Self::Hold | Self::NotPursued)
    }

    /// Whether somebody with this decision may get it.
    #[must_use]
    pub const fn suits(self, decision: Option<DecisionCode>) -> bool {
        use DecisionCode::{Hired, Hold, Interview, NotPursued, Offer, Shortlist, Withdrawn};
        match (self, decision) {
            (_, Some(Withdrawn)) => false,
            (Self::Thanks | Self::Feedback, _)
            | (Self::Further, Some(Shortlist | Interview | Offer | Hired))
            | (Self::Hold, Some(Hold))
            | (Self::NotPursued, Some(NotPursued)) => true,
            _ => false,
        }
    }
}

/// Somebody who may be written to, as the form shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The id in blind addresses.
    pub public_id: String,
    /// The tree name.
    pub name: String,
    /// The decision that stands.
    pub decision: Option<DecisionCode>,
    /// Whether such a mail went to them before, or waits.
    pub had: bool,
    /// Whether there is an address to write to.
    pub has_address: bool,
}

/// What was sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Which mail; nothing for one of a later version.
    pub kind: Option<BulkKind>,
    /// How many.
    pub mails: i32,
    /// Who sent it.
    pub by: String,
    /// The day, in the campaign's time zone.
    pub on: chrono::NaiveDate,
}

/// The page of one mail.
#[derive(Clone)]
pub struct BulkPage {
    /// The campaign.
    pub campaign: CampaignHead,
    /// The words in both languages.
    pub words: Vec<(Language, Letter)>,
    /// Whether they are the campaign's own.
    pub is_own: bool,
    /// The people whom this mail suits, in the random order.
    pub people: Vec<Recipient>,
}

/// Who was chosen: everyone with one of the decisions who has not had this mail, and people one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Codes of decisions; `open` for nobody has decided.
    pub decisions: Vec<String>,
    /// Public ids.
    pub people: Vec<String>,
}

/// What a batch would be.
#[derive(Clone)]
pub struct Preview {
    /// The campaign.
    pub campaign: CampaignHead,
    /// How many mails would be sent, per language.
    pub numbers: Vec<(Language, usize)>,
    /// How many chosen people have no address, those whose names the viewer may not know included.
    pub without_address: usize,
    /// The tree names of the first of them.
    pub without_address_names: Vec<String>,
    /// How many more were chosen than are written to at once.
    pub left_over: usize,
    /// One example per language that is written in, for an invented person.
    pub examples: Vec<(Language, Letter)>,
    /// An id for the form that sends: posted twice, it sends once.
    pub batch: String,
    /// What was seen: sending asks for it again, so that nobody sends other words than those.
    pub seen: String,
}

impl Preview {
    /// How many mails would be sent.
    #[must_use]
    pub fn number(&self) -> usize {
        self.numbers.iter().map(|(_, number)| number).sum()
    }
}

impl Services {
    /// The campaign and what was sent together in it, newest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn mail_batches(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<(CampaignHead, Vec<Batch>), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let batches = mail_templates::batches(conn, &row.id, MOST_BATCHES)?;
            let told = batches.into_iter().map(|(batch, by)| Batch {
                kind: BulkKind::parse(&batch.kind),
                mails: batch.mails,
                by,
                on: zone::local(&row.time_zone, batch.made_at).date(),
            });
            Ok((CampaignHead::of(&row, now), told.collect()))
        })
    }

    /// The page of one mail: its words, and whom it suits.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn bulk_page(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        kind: BulkKind,
    ) -> Result<BulkPage, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let own = mail_templates::of_kind(conn, &row.id, kind.code())?;
            let people = suited(conn, viewer, &row, kind)?;
            Ok(BulkPage {
                campaign: CampaignHead::of(&row, now),
                words: words::words_of(&own, kind),
                is_own: !own.is_empty(),
                people: people.into_iter().map(|person| person.told).collect(),
            })
        })
    }
}

/// Somebody whom a mail suits.
struct Suited {
    row: WritableRow,
    told: Recipient,
    language: Language,
}

/// The people whom a mail suits and about whom the viewer may know their decision.
fn suited(
    conn: &mut DbConn,
    viewer: &Staff,
    campaign: &CampaignRow,
    kind: BulkKind,
) -> Result<Vec<Suited>, ServiceError> {
    let mut rows = mail_templates::writable(conn, &campaign.id, MOST_PEOPLE)?;
    if own_ratings::is_first(conn, &campaign.id)? {
        let ids: Vec<String> = rows.iter().map(|row| row.attempt_id.clone()).collect();
        let rated = own_ratings::own_among(conn, viewer.user.as_str(), &ids)?;
        let rated: std::collections::HashSet<String> = rated.into_iter().collect();
        rows.retain(|row| rated.contains(&row.attempt_id));
    }
    let had = mail_templates::had(conn, &campaign.id, kind.code())?;
    let had: std::collections::HashSet<String> = had.into_iter().collect();
    let mut people = Vec::new();
    for row in rows {
        let decision = row.decision.as_deref().map(DecisionCode::parse).transpose().map_err(stored)?;
        if !kind.suits(decision) {
            continue;
        }
        let told = Recipient {
            public_id: row.public_id.clone(),
            name: blind_name(row.tree_number),
            decision,
            had: had.contains(&row.invitation_id),
            has_address: row.email.is_some(),
        };
        people.push(Suited { language: Language::parse(&row.language).map_err(stored)?, row, told });
    }
    Ok(people)
}

/// Those who were chosen, in the random order, each once.
fn chosen(people: Vec<Suited>, choice: &Choice) -> Result<Vec<Suited>, ServiceError> {
    if choice.decisions.is_empty() && choice.people.is_empty() {
        return Err(ServiceError::invalid("people", "required"));
    }
    let code = |person: &Suited| person.told.decision.map_or("open", DecisionCode::code);
    let picked: Vec<Suited> = people
        .into_iter()
        .filter(|person| {
            let by_decision =
                choice.decisions.iter().any(|chosen| chosen == code(person)) && !person.told.had;
            by_decision || choice.people.contains(&person.told.public_id)
        })
        .collect();
    if picked.is_empty() { Err(ServiceError::invalid("people", "nobody")) } else { Ok(picked) }
}

/// The id of an invitation in a mail.
fn invitation_of(row: &WritableRow) -> Result<InvitationId, ServiceError> {
    InvitationId::parse(&row.invitation_id).map_err(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_goes_to_nobody_without_that_decision() {
        for kind in BulkKind::ALL.into_iter().filter(|kind| kind.is_outcome()) {
            assert!(!kind.suits(None), "{kind:?}");
        }
        let negative: Vec<DecisionCode> = DecisionCode::ALL
            .iter()
            .copied()
            .filter(|code| BulkKind::NotPursued.suits(Some(*code)))
            .collect();
        assert_eq!(negative, [DecisionCode::NotPursued]);
    }

    #[test]
    fn nobody_who_has_withdrawn_is_written_to() {
        assert!(BulkKind::ALL.iter().all(|kind| !kind.suits(Some(DecisionCode::Withdrawn))));
    }

    #[test]
    fn every_decision_but_a_withdrawal_has_one_outcome() {
        for code in DecisionCode::ALL.iter().filter(|code| **code != DecisionCode::Withdrawn) {
            let suits = BulkKind::ALL.iter().filter(|kind| kind.is_outcome() && kind.suits(Some(*code)));
            assert_eq!(suits.count(), 1, "{code}");
        }
    }

    #[test]
    fn codes_are_read_back() {
        assert!(BulkKind::ALL.iter().all(|kind| BulkKind::parse(kind.code()) == Some(*kind)));
        assert_eq!(BulkKind::parse("invitation"), None);
    }
}
