//! The words of a mail in a campaign: those that come with the program until somebody puts others in their place, the
//! marks in braces that stand for a person's own, and how they are filled in.

use domain::ids::CampaignId;
use domain::language::Language;
use store::repo::campaigns;
use store::repo::mail_templates::{self, MailTemplateRow};

use super::BulkKind;
use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::{FieldError, ServiceError};
use crate::mail_texts::Letter;
use crate::mail_texts::bulk::default_words;
use crate::state::Services;
use crate::viewer::Staff;

/// Longest subject, in characters.
pub const MAX_SUBJECT_CHARS: usize = 150;
/// Longest text, in characters.
pub const MAX_BODY_CHARS: usize = 5_000;
/// Fewest characters of a text.
const MIN_BODY_CHARS: usize = 20;
/// What may stand in braces.
const MARKS: [&str; 4] = ["name", "job", "organisation", "contact"];

/// The words of one mail as typed, in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateForm {
    /// French subject.
    pub subject_fr: String,
    /// French text.
    pub body_fr: String,
    /// English subject.
    pub subject_en: String,
    /// English text.
    pub body_en: String,
}

/// What a mail is filled in with.
#[derive(Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) job: &'a str,
    pub(super) organisation: &'a str,
    pub(super) contact: &'a str,
}

impl Services {
    /// Puts a campaign's own words in the place of those of one mail, in both languages.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `subject_fr`, `body_fr`, `subject_en`, `body_en` (`required`, `too_short`,
    /// `too_long`, `not_valid`, `unknown_mark`, `no_contact`); [`ServiceError::NotFound`] when the viewer may not.
    pub fn change_words(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        kind: BulkKind,
        form: &TemplateForm,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let mut errors = Vec::new();
            let mut letters = Vec::new();
            let typed = [
                (Language::Fr, "subject_fr", &form.subject_fr, "body_fr", &form.body_fr),
                (Language::En, "subject_en", &form.subject_en, "body_en", &form.body_en),
            ];
            for (language, subject_field, subject, body_field, body) in typed {
                let letter = Letter { subject: subject.trim().to_owned(), body: normal(body) };
                if let Err((is_body, code)) = checked_words(kind, &letter.subject, &letter.body) {
                    errors.push(FieldError { field: if is_body { body_field } else { subject_field }, code });
                }
                letters.push((language, letter));
            }
            if !errors.is_empty() {
                return Err(ServiceError::Invalid(errors));
            }
            let own = mail_templates::of_kind(tx.conn, &row.id, kind.code())?;
            if words_of(&own, kind) == letters {
                return Ok(());
            }
            for (language, letter) in letters {
                let template = MailTemplateRow {
                    campaign_id: row.id.clone(),
                    kind: kind.code().to_owned(),
                    language: language.code().to_owned(),
                    subject: letter.subject,
                    body: letter.body,
                    changed_by: viewer.user.to_string(),
                    changed_at: tx.now,
                };
                mail_templates::put(tx.conn, &template)?;
            }
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::MailWordsChanged,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("code={}", kind.code()),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

/// The words of a mail in every language: the campaign's own, or those that come with the program.
pub(super) fn words_of(own: &[MailTemplateRow], kind: BulkKind) -> Vec<(Language, Letter)> {
    Language::all()
        .iter()
        .map(|language| {
            let row = own.iter().find(|row| row.language == language.code());
            let letter = row.map(|row| Letter { subject: row.subject.clone(), body: row.body.clone() });
            (*language, letter.unwrap_or_else(|| default_words(kind, *language)))
        })
        .collect()
}

/// A typed text with plain line ends.
fn normal(text: &str) -> String {
    format!("{}\n", text.replace("\r\n", "\n").replace('\r', "\n").trim())
}

/// Whether words may be sent: which of the two is wrong (`true`: the text) and why.
///
/// # Errors
/// The field and a closed code.
pub fn checked_words(kind: BulkKind, subject: &str, body: &str) -> Result<(), (bool, &'static str)> {
    let length = |text: &str| text.trim().chars().count();
    if length(subject) == 0 {
        return Err((false, "required"));
    }
    if length(subject) > MAX_SUBJECT_CHARS {
        return Err((false, "too_long"));
    }
    if subject.chars().any(char::is_control) {
        return Err((false, "not_valid"));
    }
    if length(body) < MIN_BODY_CHARS {
        return Err((true, "too_short"));
    }
    if length(body) > MAX_BODY_CHARS {
        return Err((true, "too_long"));
    }
    if body.chars().any(|character| character.is_control() && character != '\n') {
        return Err((true, "not_valid"));
    }
    for (text, is_body) in [(subject, false), (body, true)] {
        if parts(text).is_none() {
            return Err((is_body, "unknown_mark"));
        }
    }
    // Who is told an outcome must know whom to ask.
    if kind.is_outcome() && !body.contains("{contact}") {
        return Err((true, "no_contact"));
    }
    Ok(())
}

/// A piece of a text: as it stands, or a mark.
enum Part<'a> {
    Text(&'a str),
    Mark(&'a str),
}

/// The pieces of a text; nothing when braces do not close or hold no known mark.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (mark, left) = after.split_once('}')?;
        if before.contains('}') || !MARKS.contains(&mark) {
            return None;
        }
        parts.push(Part::Text(before));
        parts.push(Part::Mark(mark));
        rest = left;
    }
    if rest.contains('}') {
        return None;
    }
    parts.push(Part::Text(rest));
    Some(parts)
}

/// The letter of one person. What is filled in is read once: a name with braces in it stays a name. A brace of a person
/// becomes a round one, so that nothing typed stands where the link of a mail goes.
pub(super) fn filled(letter: &Letter, filling: Filling<'_>) -> Letter {
    let fill = |text: &str| {
        let mut out = String::new();
        for part in parts(text).unwrap_or_else(|| vec![Part::Text(text)]) {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Mark("name") => match filling.name {
                    Some(name) => out.push_str(&round(name)),
                    // « Bonjour, » rather than « Bonjour , ».
                    None => out.truncate(out.trim_end_matches(' ').len()),
                },
                Part::Mark("job") => out.push_str(&round(filling.job)),
                Part::Mark("organisation") => out.push_str(&round(filling.organisation)),
                Part::Mark(_) => out.push_str(&round(filling.contact)),
            }
        }
        out
    };
    let subject = fill(&letter.subject).replace(char::is_control, " ");
    Letter { subject, body: fill(&letter.body) }
}

fn round(text: &str) -> String {
    text.replace('{', "(").replace('}', ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(body: &str) -> Letter {
        Letter { subject: "{organisation}, {job}".to_owned(), body: body.to_owned() }
    }

    const FILLING: Filling<'static> = Filling {
        name: Some("Zoé {job} {link}"),
        job: "Conseil",
        organisation: "Électro Morvan",
        contact: "aide@exemple.fr",
    };

    #[test]
    fn a_name_is_filled_in_once_and_never_becomes_a_mark_or_a_link() {
        let told = filled(&letter("Bonjour {name}, écrivez à {contact}."), FILLING);

        assert_eq!(told.subject, "Électro Morvan, Conseil");
        assert_eq!(told.body, "Bonjour Zoé (job) (link), écrivez à aide@exemple.fr.");
    }

    #[test]
    fn without_a_name_the_greeting_stays_a_greeting() {
        let told = filled(&letter("Bonjour {name}, merci."), Filling { name: None, ..FILLING });

        assert_eq!(told.body, "Bonjour, merci.");
    }

    #[test]
    fn what_is_in_braces_must_be_known_and_closed() {
        let body =
            |text: &str| checked_words(BulkKind::Thanks, "Merci", &format!("{text} et merci encore à vous."));

        assert_eq!(body("Bonjour {name}"), Ok(()));
        for text in ["{prenom}", "{link}", "{score}", "{name", "name}", "{{name}}", "{}"] {
            assert_eq!(body(text), Err((true, "unknown_mark")), "{text}");
        }
        assert_eq!(
            checked_words(BulkKind::Thanks, "{rank}", "Merci d’avoir répondu."),
            Err((false, "unknown_mark"))
        );
    }

    #[test]
    fn an_outcome_says_whom_to_ask() {
        let body = "Nous ne poursuivons pas avec vous pour ce poste.";

        assert_eq!(checked_words(BulkKind::NotPursued, "Réponse", body), Err((true, "no_contact")));
        assert_eq!(checked_words(BulkKind::Thanks, "Merci", body), Ok(()));
    }

    #[test]
    fn lengths_and_control_characters_are_looked_at() {
        let long = "a".repeat(MAX_BODY_CHARS + 1);

        assert_eq!(checked_words(BulkKind::Thanks, " ", "Merci d’avoir répondu."), Err((false, "required")));
        assert_eq!(
            checked_words(BulkKind::Thanks, "a\nb", "Merci d’avoir répondu."),
            Err((false, "not_valid"))
        );
        assert_eq!(checked_words(BulkKind::Thanks, "Merci", "Merci."), Err((true, "too_short")));
        assert_eq!(checked_words(BulkKind::Thanks, "Merci", &long), Err((true, "too_long")));
        let bell = "Merci d’avoir répondu.\u{7}";
        assert_eq!(checked_words(BulkKind::Thanks, "Merci", bell), Err((true, "not_valid")));
    }
}
