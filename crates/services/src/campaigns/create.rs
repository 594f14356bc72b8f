//! Making a campaign: everything wrong with the form is told at once.

use std::collections::BTreeSet;

use chrono::{Days, Duration, NaiveDateTime};
use chrono_tz::Tz;
use domain::campaign::{
    CampaignDraft, CampaignField, CampaignFieldCode, CampaignFieldError, CampaignInput, CampaignState,
};
use domain::ids::{CampaignId, FormId, PackId};
use domain::language::Language;
use domain::pack::Localised;
use store::repo::campaigns::{self, CampaignRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::{FieldError, ServiceError};
use crate::ids::row_uuid;
use crate::packs::AvailableForm;
use crate::preregister::preregister;
use crate::snapshots::Taker;
use crate::state::Services;
use crate::viewer::Staff;
use crate::zone;

/// A form that the page of a new campaign offers.
#[derive(Clone, Debug)]
pub struct OfferedForm {
    /// The pack.
    pub pack: PackId,
    /// Its version.
    pub pack_version: String,
    /// Its title.
    pub pack_title: Localised<String>,
    /// Its languages.
    pub languages: Vec<Language>,
    /// The form.
    pub form: FormId,
    /// Its name.
    pub form_name: Localised<String>,
    /// How many scenarios candidates meet after the practice.
    pub scenarios: usize,
    /// Whether the pack's answers can be looked up.
    pub is_public: bool,
}

impl Services {
    /// The forms that a new campaign may use: the newest version of each.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not make campaigns.
    pub fn forms_for_campaigns(&self, viewer: &Staff) -> Result<Vec<OfferedForm>, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let mut seen = BTreeSet::new();
        let mut offered = Vec::new();
        // The newest import stands first.
        for available in self.available_forms(&viewer.organisation)? {
            if seen.insert((available.pack.id.clone(), available.form.clone())) {
                offered.extend(offer(&available));
            }
        }
        Ok(offered)
    }

    /// Makes a campaign, open from now on. The same form sent again by the same person within a minute (a button pressed
    /// twice) leads to the campaign that it made.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every field that cannot be taken; [`ServiceError::NotFound`] when the viewer may
    /// not make campaigns.
    pub fn create_campaign(&self, viewer: &Staff, input: &CampaignInput) -> Result<CampaignId, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let forms = self.available_forms(&viewer.organisation)?;
        let (draft, form, closes_at) = checked(input, &forms, self.now())?;
        let languages: Vec<&str> = draft.languages.iter().map(|language| language.code()).collect();
        let loaded = self.form_of(&form.pack_row, &form.key_row, form.form.as_str(), form.form_version)?;
        self.write(|tx| {
            let id = CampaignId::new(row_uuid(tx.now, self.random()));
            let row = CampaignRow {
                id: id.to_string(),
                organisation_id: viewer.organisation.to_string(),
                title: draft.title.clone(),
                job: draft.job.clone(),
                pack_row_id: form.pack_row.to_string(),
                form_id: form.form.to_string(),
                form_version: form.form_version,
                key_row_id: form.key_row.to_string(),
                languages: languages.join(","),
                time_zone: draft.time_zone.clone(),
                closes_at,
                decision_on: draft.decision_on,
                contact: draft.contact.clone(),
                notice_fr: draft.notice_fr.clone(),
                notice_en: draft.notice_en.clone(),
                notice_version: 1,
                open_link_generation: 0,
                open_link_token_hash: None,
                open_link_key_id: None,
                state: CampaignState::Open.code().to_owned(),
                created_by: viewer.user.to_string(),
                created_at: tx.now,
                closed_at: None,
                people_erased_at: None,
                erase_people_on: Some(zone::erased_on(draft.decision_on, self.settings().retention_months)),
            };
            if let Some(made) = campaigns::newest_by(tx.conn, viewer.user.as_str())?
                && tx.now - made.created_at <= PRESSED_TWICE
                && is_same_campaign(&made, &row)
            {
                return CampaignId::parse(&made.id).map_err(stored);
            }
            campaigns::insert(tx.conn, &row)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::CampaignCreated,
                entity: Entity::Campaign,
                entity_id: row.id.clone(),
                detail: format!("pack={};form={};key={}", row.pack_row_id, row.form_id, row.key_row_id),
                address: viewer.address.clone(),
            });
            preregister(self, tx, &row, &loaded, &Taker::staff(viewer))?;
            Ok(id)
        })
    }
}

/// How soon after a form the same one is a button pressed twice.
pub(crate) const PRESSED_TWICE: Duration = Duration::minutes(1);

/// Whether two rows hold the same form, by the same person.
fn is_same_campaign(made: &CampaignRow, new: &CampaignRow) -> bool {
    let new = CampaignRow { id: made.id.clone(), created_at: made.created_at, ..new.clone() };
    *made == new
}

fn offer(available: &AvailableForm) -> Option<OfferedForm> {
    let pack = &available.pack;
    let form = pack.forms.iter().find(|form| form.id == available.form)?;
    Some(OfferedForm {
        pack: pack.id.clone(),
        pack_version: pack.version.clone(),
        pack_title: pack.title.clone(),
        languages: pack.languages.clone(),
        form: form.id.clone(),
        form_name: form.name.clone(),
        scenarios: form.scenarios.len(),
        is_public: pack.is_public,
    })
}

type Checked<'a> = (CampaignDraft, &'a AvailableForm, Option<NaiveDateTime>);

/// The draft, its form and its closing instant in UTC; or everything that is wrong, in the order of the form.
fn checked<'a>(
    input: &CampaignInput,
    forms: &'a [AvailableForm],
    now: NaiveDateTime,
) -> Result<Checked<'a>, ServiceError> {
    let mut errors: Vec<CampaignFieldError> = Vec::new();
    let parsed = CampaignDraft::parse(input);
    if let Err(broken) = &parsed {
        errors.extend(broken);
    }
    let is_sound =
        |field: CampaignField, errors: &[CampaignFieldError]| errors.iter().all(|e| e.field != field);
    // What only the database and the zone list can tell is checked even when other fields are broken.
    let form = forms
        .iter()
        .find(|form| form.pack.id.as_str() == input.pack.trim() && form.form.as_str() == input.form.trim());
    if form.is_none() && is_sound(CampaignField::Pack, &errors) && is_sound(CampaignField::Form, &errors) {
        errors.push(unknown(CampaignField::Form));
    }
    if let Some(form) = form
        && is_sound(CampaignField::Languages, &errors)
        && !input
            .languages
            .iter()
            .all(|code| form.pack.languages.iter().any(|language| language.code() == code))
    {
        errors.push(unknown(CampaignField::Languages));
    }
    let zone = zone::zone(input.time_zone.trim());
    if zone.is_none() && is_sound(CampaignField::TimeZone, &errors) {
        errors.push(unknown(CampaignField::TimeZone));
    }
    let (closes_at, found) = zone.map(|zone| checked_dates(input, zone, now)).unwrap_or_default();
    errors.extend(found);
    match (parsed, form) {
        (Ok(draft), Some(form)) if errors.is_empty() => Ok((draft, form, closes_at)),
        _ => Err(invalid(errors)),
    }
}

/// The errors of a form, in its order.
pub(super) fn invalid(mut errors: Vec<CampaignFieldError>) -> ServiceError {
    errors.sort_by_key(|error| error.field);
    ServiceError::Invalid(errors.into_iter().map(field_error).collect())
}

/// The closing instant, and what the clock and the zone have against the dates; judged while other fields are broken.
pub(super) fn checked_dates(
    input: &CampaignInput,
    zone: Tz,
    now: NaiveDateTime,
) -> (Option<NaiveDateTime>, Vec<CampaignFieldError>) {
    if let Some(draft) = dates_alone(input, &input.decision_on) {
        return dates(&draft, zone, now);
    }
    let Some(draft) = dates_alone(input, FAR_DECISION) else { return (None, Vec::new()) };
    // The decision date is broken by itself or against the closing date; the closing date is judged alone.
    let (_, mut found) = dates(&draft, zone, now);
    found.retain(|error| error.field == CampaignField::ClosesAt);
    (None, found)
}

/// A decision date that no closing date comes after.
const FAR_DECISION: &str = "9999-12-31";

/// A draft of the dates alone, so that they are judged even while other fields are broken; nothing when one of them
/// cannot be read or the two do not agree.
fn dates_alone(input: &CampaignInput, decision_on: &str) -> Option<CampaignDraft> {
    let word = || "x".to_owned();
    CampaignDraft::parse(&CampaignInput {
        title: word(),
        job: word(),
        pack: word(),
        form: word(),
        languages: vec![Language::Fr.code().to_owned()],
        closes_at: input.closes_at.clone(),
        decision_on: decision_on.to_owned(),
        time_zone: input.time_zone.clone(),
        contact: word(),
        notice_fr: String::new(),
        notice_en: String::new(),
    })
    .ok()
}

/// The closing instant, and what is wrong with the dates.
fn dates(
    draft: &CampaignDraft,
    zone: Tz,
    now: NaiveDateTime,
) -> (Option<NaiveDateTime>, Vec<CampaignFieldError>) {
    let local_now = zone::local(zone.name(), now);
    let mut errors = draft.past_dates(local_now);
    let latest = local_now.date().checked_add_days(Days::new(MOST_DAYS_AHEAD)).unwrap_or(local_now.date());
    if draft.decision_on > latest {
        errors.push(CampaignFieldError { field: CampaignField::DecisionOn, code: CampaignFieldCode::TooFar });
    }
    let closes_at = draft.closes_at.map(|local| zone::utc(zone, local));
    if closes_at == Some(None) {
        errors.push(CampaignFieldError {
            field: CampaignField::ClosesAt,
            code: CampaignFieldCode::SkippedHour,
        });
    }
    (closes_at.flatten(), errors)
}

/// How far ahead a decision may lie: people's data are kept until some months after it.
const MOST_DAYS_AHEAD: u64 = 2 * 366;

const fn unknown(field: CampaignField) -> CampaignFieldError {
    CampaignFieldError { field, code: CampaignFieldCode::Unknown }
}

const fn field_error(error: CampaignFieldError) -> FieldError {
    FieldError { field: error.field.code(), code: error.code.code() }
}
