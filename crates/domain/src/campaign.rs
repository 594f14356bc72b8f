//! A campaign: one hiring for one job. This module owns its states and the checked draft of a new one.
//! Time zones are names here; what instant a local time is, `services` works out.

use crate::closed_code::closed_code;
use crate::ids::{FormId, PackId};
use crate::language::Language;
use crate::person_name::{breaks_a_line, is_blank};
use chrono::{NaiveDate, NaiveDateTime};

/// Longest title and longest job, in characters.
pub const MAX_TITLE_CHARS: usize = 120;
/// Longest contact, in characters.
pub const MAX_CONTACT_CHARS: usize = 200;
/// Longest notice text, in characters.
pub const MAX_NOTICE_CHARS: usize = 4_000;

closed_code! {
    /// Whether a campaign takes answers.
    pub enum CampaignState {
        /// Links work until the closing date.
        Open = "open",
        /// No link starts or continues a test any more.
        Closed = "closed",
    }
}

closed_code! {
    /// A field of the campaign form.
    pub enum CampaignField {
        /// Title, seen by candidates and recruiters.
        Title = "title",
        /// The job.
        Job = "job",
        /// The pack.
        Pack = "pack",
        /// The form of the pack.
        Form = "form",
        /// Languages offered.
        Languages = "languages",
        /// Closing date and time, in the campaign's time zone.
        ClosesAt = "closes_at",
        /// Date by which decisions are made.
        DecisionOn = "decision_on",
        /// Name of the time zone.
        TimeZone = "time_zone",
        /// Whom candidates ask for help.
        Contact = "contact",
        /// The employer's own words in the French notice.
        NoticeFr = "notice_fr",
        /// The employer's own words in the English notice.
        NoticeEn = "notice_en",
    }
}

closed_code! {
    /// What is wrong with a field.
    pub enum CampaignFieldCode {
        /// Nothing was given.
        Missing = "missing",
        /// Too many characters.
        TooLong = "too_long",
        /// Control characters in the text.
        BadCharacter = "bad_character",
        /// Not an id, not a language, not a date, not the name of a zone.
        Malformed = "malformed",
        /// The same language twice.
        Repeated = "repeated",
        /// Not known to the instance, such as a zone, a form or a language the pack lacks; set by `services`.
        Unknown = "unknown",
        /// The decision date lies before the closing date.
        BeforeClosing = "before_closing",
        /// The date lies in the past.
        Past = "past",
        /// The date lies further ahead than data may be kept for; set by `services`.
        TooFar = "too_far",
        /// The clocks of the zone leave this hour out; set by `services`.
        SkippedHour = "skipped_hour",
    }
}

/// One error of the campaign form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CampaignFieldError {
    /// The field.
    pub field: CampaignField,
    /// What is wrong with it.
    pub code: CampaignFieldCode,
}

/// The campaign form as typed. Empty texts mean "not given".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignInput {
    /// Title.
    pub title: String,
    /// Job.
    pub job: String,
    /// Pack id.
    pub pack: String,
    /// Form id.
    pub form: String,
    /// Language codes.
    pub languages: Vec<String>,
    /// Local date and time `2026-12-01T18:00`, as a `datetime-local` field sends it.
    pub closes_at: String,
    /// Local date `2026-12-15`.
    pub decision_on: String,
    /// IANA name such as `Europe/Paris`.
    pub time_zone: String,
    /// Contact.
    pub contact: String,
    /// Notice text in French.
    pub notice_fr: String,
    /// Notice text in English.
    pub notice_en: String,
}

/// A campaign that may be opened, but for what only the database and the zone list can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignDraft {
    /// Title, 1 to 120 characters on one line.
    pub title: String,
    /// Job, 1 to 120 characters on one line.
    pub job: String,
    /// The pack.
    pub pack: PackId,
    /// The form of the pack.
    pub form: FormId,
    /// Languages offered: at least one, each once, in the order of [`Language::all`].
    pub languages: Vec<Language>,
    /// Closing date and time in the zone, when the campaign closes by itself.
    pub closes_at: Option<NaiveDateTime>,
    /// Date by which decisions are made, in the zone; not before the closing date.
    pub decision_on: NaiveDate,
    /// Name of an IANA time zone by its form; `services` looks it up.
    pub time_zone: String,
    /// Whom candidates ask for help, 1 to 200 characters on one line.
    pub contact: String,
    /// The employer's own words in French, at most 4,000 characters.
    pub notice_fr: Option<String>,
    /// The employer's own words in English, at most 4,000 characters.
    pub notice_en: Option<String>,
}

impl CampaignDraft {
    /// Checks the form of a new campaign; every broken field is reported, in the order of the form.
    ///
    /// # Errors
    /// The list of field errors, never empty.
    pub fn parse(input: &CampaignInput) -> Result<Self, Vec<CampaignFieldError>> {
        let mut errors = Errors::default();
        let title = errors.keep(CampaignField::Title, one_line(&input.title, MAX_TITLE_CHARS));
        let job = errors.keep(CampaignField::Job, one_line(&input.job, MAX_TITLE_CHARS));
        let pack = errors.keep(CampaignField::Pack, content_id(&input.pack, PackId::parse));
        let form = errors.keep(CampaignField::Form, content_id(&input.form, FormId::parse));
        let languages = errors.keep(CampaignField::Languages, languages(&input.languages));
        let closes_at = errors.keep(CampaignField::ClosesAt, closing(&input.closes_at));
        let decision_on =
            errors.keep(CampaignField::DecisionOn, decision_date(&input.decision_on, closes_at.flatten()));
        let time_zone = errors.keep(CampaignField::TimeZone, zone_name(&input.time_zone));
        let contact = errors.keep(CampaignField::Contact, one_line(&input.contact, MAX_CONTACT_CHARS));
        let notice_fr = errors.keep(CampaignField::NoticeFr, notice(&input.notice_fr));
        let notice_en = errors.keep(CampaignField::NoticeEn, notice(&input.notice_en));
        let draft = (|| {
            Some(Self {
                title: title?,
                job: job?,
                pack: pack?,
                form: form?,
                languages: languages?,
                closes_at: closes_at?,
                decision_on: decision_on?,
                time_zone: time_zone?,
                contact: contact?,
                notice_fr: notice_fr?,
                notice_en: notice_en?,
            })
        })();
        draft.ok_or(errors.0)
    }

    /// The dates that have passed at a local time in the campaign's zone.
    #[must_use]
    pub fn past_dates(&self, local_now: NaiveDateTime) -> Vec<CampaignFieldError> {
        let mut errors = Errors::default();
        if self.closes_at.is_some_and(|closing| closing <= local_now) {
            errors.add(CampaignField::ClosesAt, CampaignFieldCode::Past);
        }
        if self.decision_on < local_now.date() {
            errors.add(CampaignField::DecisionOn, CampaignFieldCode::Past);
        }
        errors.0
    }
}

#[derive(Default)]
struct Errors(Vec<CampaignFieldError>);

impl Errors {
    fn add(&mut self, field: CampaignField, code: CampaignFieldCode) {
        self.0.push(CampaignFieldError { field, code });
    }

    fn keep<T>(&mut self, field: CampaignField, outcome: Result<T, CampaignFieldCode>) -> Option<T> {
        outcome.map_err(|code| self.add(field, code)).ok()
    }
}

fn one_line(text: &str, max_chars: usize) -> Result<String, CampaignFieldCode> {
    let text = text.trim();
    if is_blank(text) {
        Err(CampaignFieldCode::Missing)
    } else if text.chars().count() > max_chars {
        Err(CampaignFieldCode::TooLong)
    } else if text.chars().any(breaks_a_line) {
        Err(CampaignFieldCode::BadCharacter)
    } else {
        Ok(text.to_owned())
    }
}

fn content_id<T, E>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, CampaignFieldCode> {
    match text.trim() {
        "" => Err(CampaignFieldCode::Missing),
        id => parse(id).map_err(|_| CampaignFieldCode::Malformed),
    }
}

fn languages(codes: &[String]) -> Result<Vec<Language>, CampaignFieldCode> {
    let mut languages = Vec::new();
    for code in codes {
        let language = Language::parse(code).map_err(|_| CampaignFieldCode::Malformed)?;
        if languages.contains(&language) {
            return Err(CampaignFieldCode::Repeated);
        }
        languages.push(language);
    }
    languages.sort_unstable();
    if languages.is_empty() { Err(CampaignFieldCode::Missing) } else { Ok(languages) }
}

fn closing(text: &str) -> Result<Option<NaiveDateTime>, CampaignFieldCode> {
    match text.trim() {
        "" => Ok(None),
        text => ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(Some)
            .ok_or(CampaignFieldCode::Malformed),
    }
}

fn decision_date(text: &str, closes_at: Option<NaiveDateTime>) -> Result<NaiveDate, CampaignFieldCode> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CampaignFieldCode::Missing);
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| CampaignFieldCode::Malformed)?;
    match closes_at {
        Some(closing) if date < closing.date() => Err(CampaignFieldCode::BeforeClosing),
        _ => Ok(date),
    }
}

fn zone_name(text: &str) -> Result<String, CampaignFieldCode> {
    let text = text.trim();
    let may_stand = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    if text.is_empty() {
        Err(CampaignFieldCode::Missing)
    } else if text.len() > 64 || !text.chars().all(may_stand) {
        Err(CampaignFieldCode::Malformed)
    } else {
        Ok(text.to_owned())
    }
}

fn notice(text: &str) -> Result<Option<String>, CampaignFieldCode> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        Ok(None)
    } else if text.chars().count() > MAX_NOTICE_CHARS {
        Err(CampaignFieldCode::TooLong)
    } else if text.chars().any(|c| breaks_a_line(c) && c != '\n') {
        Err(CampaignFieldCode::BadCharacter)
    } else {
        Ok(Some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> CampaignInput {
        CampaignInput {
            title: " Conseillers 2027 ".to_owned(),
            job: "Conseillère, conseiller client".to_owned(),
            pack: "relation-client".to_owned(),
            form: "screen-12".to_owned(),
            languages: vec!["en".to_owned(), "fr".to_owned()],
            closes_at: "2026-12-01T18:00".to_owned(),
            decision_on: "2026-12-15".to_owned(),
            time_zone: "Europe/Paris".to_owned(),
            contact: "Nadia, recrutement@exemple.fr".to_owned(),
            notice_fr: String::new(),
            notice_en: " Welcome.\r\nTake your time. ".to_owned(),
        }
    }

    fn errors_of(input: &CampaignInput) -> Vec<(CampaignField, CampaignFieldCode)> {
        CampaignDraft::parse(input).unwrap_err().iter().map(|error| (error.field, error.code)).collect()
    }

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn a_complete_form_becomes_a_draft() {
        let draft = CampaignDraft::parse(&input()).unwrap();

        assert_eq!(draft.title, "Conseillers 2027");
        assert_eq!(draft.languages, [Language::Fr, Language::En]);
        assert_eq!(draft.closes_at, Some(local("2026-12-01T18:00")));
        assert_eq!(draft.decision_on.to_string(), "2026-12-15");
        assert_eq!(draft.notice_fr, None);
        assert_eq!(draft.notice_en.as_deref(), Some("Welcome.\nTake your time."));
    }

    #[test]
    fn an_empty_form_names_every_missing_field() {
        use CampaignField as F;

        let errors = errors_of(&CampaignInput::default());

        let fields =
            [F::Title, F::Job, F::Pack, F::Form, F::Languages, F::DecisionOn, F::TimeZone, F::Contact];
        assert_eq!(errors, fields.map(|field| (field, CampaignFieldCode::Missing)));
    }

    #[test]
    fn each_rule_has_its_code() {
        use CampaignField as F;
        use CampaignFieldCode as C;
        type Change = fn(&mut CampaignInput);
        let cases: [(Change, F, C); 14] = [
            (|i| i.title = "a".repeat(121), F::Title, C::TooLong),
            (|i| i.title = "a\nb".to_owned(), F::Title, C::BadCharacter),
            (|i| i.job = " ".to_owned(), F::Job, C::Missing),
            (|i| i.pack = "Relation Client".to_owned(), F::Pack, C::Malformed),
            (|i| i.form = "../x".to_owned(), F::Form, C::Malformed),
            (|i| i.languages = vec!["de".to_owned()], F::Languages, C::Malformed),
            (|i| i.languages = vec!["fr".to_owned(), "fr".to_owned()], F::Languages, C::Repeated),
            (|i| i.closes_at = "1er décembre".to_owned(), F::ClosesAt, C::Malformed),
            (|i| i.decision_on = "2026-02-30".to_owned(), F::DecisionOn, C::Malformed),
            (|i| i.decision_on = "2026-11-30".to_owned(), F::DecisionOn, C::BeforeClosing),
            (|i| i.time_zone = "Europe; DROP".to_owned(), F::TimeZone, C::Malformed),
            (|i| i.contact = "a".repeat(201), F::Contact, C::TooLong),
            (|i| i.notice_fr = "a".repeat(4_001), F::NoticeFr, C::TooLong),
            (|i| i.notice_en = "a\u{7}".to_owned(), F::NoticeEn, C::BadCharacter),
        ];
        for (change, field, code) in cases {
            let mut input = input();
            change(&mut input);

            assert_eq!(errors_of(&input), [(field, code)]);
        }
    }

    #[test]
    fn the_closing_date_is_optional() {
        let input = CampaignInput { closes_at: String::new(), ..input() };

        assert_eq!(CampaignDraft::parse(&input).unwrap().closes_at, None);
    }

    #[test]
    fn the_decision_may_fall_on_the_closing_day() {
        let input = CampaignInput { decision_on: "2026-12-01".to_owned(), ..input() };

        assert!(CampaignDraft::parse(&input).is_ok());
    }

    #[test]
    fn dates_in_the_past_are_told() {
        let draft = CampaignDraft::parse(&input()).unwrap();
        let past = |text| draft.past_dates(local(text)).iter().map(|e| e.field).collect::<Vec<_>>();

        assert_eq!(past("2026-12-01T17:59"), []);
        assert_eq!(past("2026-12-01T18:00"), [CampaignField::ClosesAt]);
        assert_eq!(past("2026-12-16T00:00"), [CampaignField::ClosesAt, CampaignField::DecisionOn]);
    }
}
