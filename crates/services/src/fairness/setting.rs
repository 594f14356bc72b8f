//! What a campaign asks about people after the test: nothing, unless somebody chose otherwise.

use domain::demographics::{DemographicForm, HiringCountry};
use domain::ids::CampaignId;
use store::conn::DbConn;
use store::repo::campaigns;
use store::repo::demographics;
use store::repo::fairness_editions;
use store::repo::fairness_settings::{self, FairnessSettingRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::campaigns::CampaignFacts;
use crate::candidate::stored;
use crate::error::{FieldError, ServiceError};
use crate::state::{Services, Tx};
use crate::viewer::Staff;

/// More answers than one campaign can have.
pub(super) const MOST_PEOPLE: i64 = 1_000_000;

/// What a campaign asks, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairnessSetting {
    /// The country whose law the hiring follows.
    pub country: HiringCountry,
    /// Which questions.
    pub form: DemographicForm,
}

impl Default for FairnessSetting {
    fn default() -> Self {
        Self { country: HiringCountry::France, form: DemographicForm::None }
    }
}

/// What the page of the setting shows.
#[derive(Clone, Debug)]
pub struct FairnessSettingPage {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// What is asked.
    pub setting: FairnessSetting,
    /// Whether somebody has answered: from then on the form can only be narrowed.
    pub has_answers: bool,
}

/// The setting as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FairnessSettingInput {
    /// Code of the country.
    pub country: String,
    /// Code of the form.
    pub form: String,
}

/// What a campaign in hand asks.
pub(super) fn setting_of(conn: &mut DbConn, campaign: &str) -> Result<FairnessSetting, ServiceError> {
    let Some(row) = fairness_settings::of_campaign(conn, campaign)? else {
        return Ok(FairnessSetting::default());
    };
    Ok(FairnessSetting {
        country: HiringCountry::parse(&row.country).map_err(stored)?,
        form: DemographicForm::parse(&row.form).map_err(stored)?,
    })
}

impl Services {
    /// What a campaign asks about people after the test.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn fairness_setting(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<FairnessSettingPage, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let (row, setting, has_answers) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let setting = setting_of(conn, &row.id)?;
            let has_answers = !demographics::links_of_campaign(conn, &row.id, 1)?.is_empty();
            Ok((row, setting, has_answers))
        })?;
        Ok(FairnessSettingPage { campaign: self.facts_of_campaign(&row)?, setting, has_answers })
    }

    /// Sets what a campaign asks. Once somebody has answered, it can only ask less, and what is asked no more is
    /// deleted; published tables stay as they are. Setting what is set changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for `country` or `form`: `unknown`, `not_in_country`, `wider`;
    /// [`ServiceError::Conflict`] `over` when a form is asked for in a campaign whose people are erased;
    /// [`ServiceError::NotFound`] when the viewer may not change it.
    pub fn change_fairness_setting(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        typed: &FairnessSettingInput,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let setting = checked(typed)?;
            let before = setting_of(tx.conn, &row.id)?;
            if before == setting {
                return Ok(());
            }
            let has_answers = !demographics::links_of_campaign(tx.conn, &row.id, 1)?.is_empty();
            let has_editions =
                !fairness_editions::of_campaign(tx.conn, &row.organisation_id, &row.id, 1)?.is_empty();
            if (has_answers || has_editions) && !setting.form.is_within(before.form) {
                return Err(ServiceError::invalid("form", "wider"));
            }
            if row.people_erased_at.is_some() && setting.form != DemographicForm::None {
                return Err(ServiceError::Conflict("over"));
            }
            let deleted = forget_what_is_asked_no_more(tx, &row.id, setting.form)?;
            fairness_settings::put(
                tx.conn,
                &FairnessSettingRow {
                    campaign_id: row.id.clone(),
                    organisation_id: row.organisation_id,
                    country: setting.country.code().to_owned(),
                    form: setting.form.code().to_owned(),
                },
            )?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::FairnessSettingChanged,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("country={};form={};deleted={deleted}", setting.country, setting.form),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

fn checked(typed: &FairnessSettingInput) -> Result<FairnessSetting, ServiceError> {
    let country = HiringCountry::parse(&typed.country);
    let form = DemographicForm::parse(&typed.form);
    let mut errors = Vec::new();
    if country.is_err() {
        errors.push(FieldError { field: "country", code: "unknown" });
    }
    if form.is_err() {
        errors.push(FieldError { field: "form", code: "unknown" });
    }
    match (country, form) {
        (Ok(country), Ok(form)) => match form.allowed_in(country) {
            Ok(form) => Ok(FairnessSetting { country, form }),
            Err(_) => Err(ServiceError::invalid("form", "not_in_country")),
        },
        _ => Err(ServiceError::Invalid(errors)),
    }
}

/// Deletes the answers to questions that a form leaves out; says which.
fn forget_what_is_asked_no_more(
    tx: &mut Tx<'_>,
    campaign: &str,
    form: DemographicForm,
) -> Result<&'static str, ServiceError> {
    match form {
        DemographicForm::None => {
            for link in demographics::links_of_campaign(tx.conn, campaign, MOST_PEOPLE)? {
                demographics::take_back(tx.conn, &link)?;
            }
            Ok("all")
        }
        DemographicForm::SexAge => {
            demographics::forget_race(tx.conn, campaign)?;
            Ok("race")
        }
        DemographicForm::Full => Ok("none"),
    }
}
