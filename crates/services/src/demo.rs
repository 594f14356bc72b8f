//! The demonstration: an organisation whose candidates are simulated, made through the same use cases as real ones.
//!
//! Everything is told apart by the organisation's mark. No decision is made here: that is for a person; the tables of
//! groups of the closed campaign therefore hold scoring rates alone.

mod names;
mod response_model;
#[cfg(test)]
mod tests;
mod visit;

use std::sync::Arc;

use chrono::{Duration, NaiveDateTime};
use domain::campaign::CampaignInput;
use domain::ids::{CampaignId, OrganisationId, SessionId, UserId};
use domain::language::Language;
use domain::role::Role;
use store::repo::invitations::InvitationRow;
use store::repo::{campaigns, invitations, norm_groups, organisations, users};

use crate::admin::NewUser;
use crate::campaigns::settings::OpenLinkChange;
use crate::candidate::stored;
use crate::clock::HandClock;
use crate::demo::visit::Visit;
use crate::error::ServiceError;
use crate::expire_attempts::expire_attempts;
use crate::fairness::setting::FairnessSettingInput;
use crate::ids::row_uuid;
use crate::invitation_page::LinkPage;
use crate::invite::OnePerson;
use crate::norm_groups::making::NormForm;
use crate::score_attempt::form_of;
use crate::state::Services;
use crate::viewer::Staff;
use crate::{ranking_versions, zone};

/// What a visitor of the demonstration needs.
#[derive(Clone, Debug)]
pub struct DemoLinks {
    /// The recruiter's address.
    pub email: String,
    /// The recruiter's password, which is no secret.
    pub password: String,
    /// A personal link of a French candidate who has not finished.
    pub candidate_fr: String,
    /// The same in English.
    pub candidate_en: String,
    /// The open link of the first campaign.
    pub open_link: String,
    /// A personal link to the test that shows every way of asking.
    pub every_format: String,
}

const ORGANISATION: &str = "Électro Morvan (démonstration)";
const EMAIL: &str = "recruteuse@demo.example";
const PASSWORD: &str = "une-chaise-pour-le-client";
const TIME_ZONE: &str = "Europe/Paris";
/// The seed of every simulated answer.
const SEED: u64 = 20_261_121;
/// People of the demonstration have this long been answering when it is first opened.
const HISTORY: Duration = Duration::days(26);
/// How long its campaigns stay open from then on.
const FUTURE: Duration = Duration::days(60);

/// More people than stop on the way.
const MOST_STOPPED: i64 = 1_000;

/// A campaign of the demonstration.
struct Planned {
    title: &'static str,
    job: &'static str,
    people: u32,
    languages: [Language; 2],
    /// The form; none for the one that campaigns are offered first.
    form: Option<&'static str>,
    /// How long it has been closed when the demonstration is first opened; none while it takes answers. Of a closed one
    /// the tables of groups are published.
    closed_for: Option<Duration>,
}

const CAMPAIGNS: [Planned; 4] = [
    Planned {
        title: "Conseil clientèle, Lyon",
        job: "conseillère ou conseiller clientèle à Lyon",
        people: 300,
        languages: [Language::Fr, Language::En],
        form: None,
        closed_for: None,
    },
    Planned {
        title: "Bilingual support, remote",
        job: "bilingual customer support, remote",
        people: 40,
        languages: [Language::En, Language::Fr],
        form: None,
        closed_for: None,
    },
    Planned {
        title: "Accueil et accompagnement, Dijon",
        job: "conseillère ou conseiller d’accueil à Dijon",
        people: 30,
        languages: [Language::Fr, Language::En],
        form: Some("every-format"),
        closed_for: None,
    },
    Planned {
        title: "Customer support, Chicago",
        job: "customer support, Chicago",
        people: 140,
        languages: [Language::En, Language::Fr],
        form: None,
        closed_for: Some(Duration::days(5)),
    },
];

impl Services {
    /// Refuses a database that holds an organisation which is not a demonstration.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `real_organisation`.
    pub fn refuse_real_organisations(&self) -> Result<(), ServiceError> {
        let all = self.read(|conn| Ok(organisations::page(conn, "", 500)?))?;
        if all.iter().all(|organisation| organisation.is_demo) {
            return Ok(());
        }
        Err(ServiceError::Conflict(
            "this database holds a real organisation: the demonstration needs one of its own",
        ))
    }

    /// Makes the demonstration organisation, its campaigns and its simulated candidates, or finds them; a run that was
    /// cut off goes on where it was.
    ///
    /// # Errors
    /// [`ServiceError`] when the database refuses, or no pack has been imported.
    pub fn prepare_demo(&self) -> Result<DemoLinks, ServiceError> {
        let (viewer, opened_at) = self.demo_staff()?;
        let began = opened_at - HISTORY;
        let clock = Arc::new(HandClock::at(began));
        let past = self.with_clock(clock.clone());
        let mut visits = Vec::new();
        let mut made = Vec::new();
        for (index, planned) in CAMPAIGNS.iter().enumerate() {
            let campaign = past.demo_campaign(&viewer, planned, opened_at)?;
            visits.extend(past.demo_people(&viewer, &campaign, planned, index, began)?);
            made.push(campaign);
        }
        visits.sort_by_key(|visit| visit.at);
        for visit in &visits {
            past.simulate(visit, &clock)?;
        }
        // The last ranking of a closed campaign waits for those who stopped on the way.
        expire_attempts(self, MOST_STOPPED)?;
        ranking_versions::ranking_job(self)?;
        for (planned, campaign) in CAMPAIGNS.iter().zip(&made) {
            if planned.closed_for.is_some() {
                self.publish_if_ready(&viewer, campaign)?;
            }
        }
        let of_form = |form: Option<&str>| {
            let found = CAMPAIGNS.iter().zip(&made).find(|(planned, _)| planned.form == form);
            found.map(|(_, campaign)| campaign)
        };
        let (Some(first), Some(every_format)) = (of_form(None), of_form(Some("every-format"))) else {
            return Err(ServiceError::broken("the demonstration has no campaign"));
        };
        self.demo_norm_group(&viewer, first, began)?;
        self.demo_links(&viewer, first, every_format)
    }

    /// Publishes the tables of groups of a closed campaign, once: another run finds nobody who is not counted.
    fn publish_if_ready(&self, viewer: &Staff, campaign: &CampaignId) -> Result<(), ServiceError> {
        match self.publish_fairness(viewer, campaign, true) {
            Err(ServiceError::Conflict(_)) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The recruiter of the demonstration, and when it was first opened.
    fn demo_staff(&self) -> Result<(Staff, NaiveDateTime), ServiceError> {
        let known = self.read(|conn| Ok(organisations::page(conn, "", 500)?))?;
        let (organisation, opened_at) = match known.into_iter().find(|row| row.is_demo) {
            Some(row) => (OrganisationId::parse(&row.id).map_err(stored)?, row.created_at),
            None => (self.create_organisation(ORGANISATION, true)?, self.now()),
        };
        let user = match self.read(|conn| Ok(users::find_by_email(conn, EMAIL)?))? {
            Some(row) => UserId::parse(&row.id).map_err(stored)?,
            None => {
                let name = "Hélène Vasseur";
                let new = NewUser {
                    email: EMAIL,
                    name,
                    role: Role::Owner,
                    language: Language::Fr,
                    password: PASSWORD,
                };
                self.create_user(&organisation, &new)?
            }
        };
        let staff = Staff {
            user,
            organisation,
            organisation_name: ORGANISATION.to_owned(),
            is_demo: true,
            role: Role::Owner,
            name: "Hélène Vasseur".to_owned(),
            email: EMAIL.to_owned(),
            language: Language::Fr,
            // No session stands behind this viewer: it acts for the operator who runs the demonstration.
            session: SessionId::new(row_uuid(self.now(), self.random())),
            address: None,
        };
        Ok((staff, opened_at))
    }

    fn demo_campaign(
        &self,
        viewer: &Staff,
        planned: &Planned,
        opened_at: NaiveDateTime,
    ) -> Result<CampaignId, ServiceError> {
        let known = self
            .read(|conn| Ok(campaigns::find_by_title(conn, viewer.organisation.as_str(), planned.title)?))?;
        if let Some(row) = known {
            return CampaignId::parse(&row.id).map_err(stored);
        }
        let form = self
            .forms_for_campaigns(viewer)?
            .into_iter()
            .find(|offered| planned.form.is_none_or(|form| offered.form.as_str() == form))
            .ok_or_else(|| ServiceError::broken("the demonstration needs an imported pack"))?;
        let ends = planned.closed_for.map_or(opened_at + FUTURE, |ago| opened_at - ago);
        let closes_at = zone::local(TIME_ZONE, ends);
        // The date of the decision of a closed campaign has come: its tables of groups can be published.
        let to_decide = if planned.closed_for.is_some() { Duration::days(2) } else { Duration::days(14) };
        let input = CampaignInput {
            title: planned.title.to_owned(),
            job: planned.job.to_owned(),
            pack: form.pack.as_str().to_owned(),
            form: form.form.as_str().to_owned(),
            languages: planned.languages.iter().map(|language| language.code().to_owned()).collect(),
            closes_at: closes_at.format("%Y-%m-%dT23:59").to_string(),
            decision_on: (closes_at.date() + to_decide).format("%Y-%m-%d").to_string(),
            time_zone: TIME_ZONE.to_owned(),
            contact: "aide@demo.example".to_owned(),
            notice_fr: String::new(),
            notice_en: String::new(),
        };
        let campaign = self.create_campaign(viewer, &input)?;
        if planned.closed_for.is_some() {
            let asked = FairnessSettingInput { country: "us".to_owned(), form: "full".to_owned() };
            self.change_fairness_setting(viewer, &campaign, &asked)?;
        }
        Ok(campaign)
    }

    /// Invites the people of a campaign and plans when each of them comes, evenly spread over the past.
    fn demo_people(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        planned: &Planned,
        index: usize,
        began: NaiveDateTime,
    ) -> Result<Vec<Visit>, ServiceError> {
        let [first_language, _] = planned.languages;
        let mut list = String::from("email,name,language\n");
        let mut visits = Vec::new();
        let offset = u64::try_from(index).unwrap_or(0) * 1_000;
        let time = HISTORY - planned.closed_for.map_or(Duration::zero(), |ago| ago + Duration::days(1));
        let step = time.num_seconds() / (i64::from(planned.people) + 1);
        for number in 0..planned.people {
            let (name, email) = names::person(index, first_language, number);
            list.push_str(&format!("{email},{name},{}\n", first_language.code()));
            visits.push(Visit {
                campaign: campaign.clone(),
                email,
                seed: SEED + offset + u64::from(number),
                at: began + Duration::seconds(step * (i64::from(number) + 1)),
                languages: planned.languages,
                is_asked_after: planned.closed_for.is_some(),
            });
        }
        self.invite_list(viewer, campaign, &list, first_language)?;
        Ok(visits)
    }

    /// A comparison group of the first campaign's people, which its reports show; made once.
    fn demo_norm_group(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        began: NaiveDateTime,
    ) -> Result<(), ServiceError> {
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        if !self.read(|conn| Ok(norm_groups::of_form(conn, form_of(&row), 1)?))?.is_empty() {
            return Ok(());
        }
        let form = NormForm {
            name_fr: "Candidatures simulées, Lyon".to_owned(),
            name_en: "Simulated candidates, Lyon".to_owned(),
            description_fr: "Toutes les personnes simulées de la première campagne.".to_owned(),
            description_en: "All simulated people of the first campaign.".to_owned(),
            from_on: began.date().to_string(),
            to_on: self.now().date().to_string(),
            campaigns: vec![campaign.to_string()],
        };
        match self.make_norm_group(viewer, campaign, &form) {
            Ok(group) => self.choose_norm_group(viewer, campaign, Some(group.as_str())),
            // Too few people, or too close to a snapshot: the demonstration does without.
            Err(ServiceError::Invalid(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn demo_token(&self, invitation: &InvitationRow) -> Result<String, ServiceError> {
        let link =
            self.personal_link(invitation).ok_or_else(|| ServiceError::broken("a link's secret is lost"))?;
        link.rsplit('/').next().map(str::to_owned).ok_or_else(|| ServiceError::broken("a link has no token"))
    }

    /// The links a visitor is given; a personal link that was used up is replaced by a new person's.
    fn demo_links(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        every_format: &CampaignId,
    ) -> Result<DemoLinks, ServiceError> {
        self.change_open_link(viewer, campaign, OpenLinkChange::On)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let open_link =
            self.open_link(&row).ok_or_else(|| ServiceError::broken("the open link's secret is lost"))?;
        Ok(DemoLinks {
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
            candidate_fr: self.unused_link(viewer, campaign, "Camille Martin", Language::Fr)?,
            candidate_en: self.unused_link(viewer, campaign, "Alex Taylor", Language::En)?,
            open_link,
            every_format: self.unused_link(viewer, every_format, "Dominique Vidal", Language::Fr)?,
        })
    }

    fn unused_link(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        name: &str,
        language: Language,
    ) -> Result<String, ServiceError> {
        for number in 1..1_000 {
            let email = format!("{}.{number}@demo.example", name.to_lowercase().replace(' ', "."));
            let known = self.read(|conn| Ok(invitations::find_by_email(conn, campaign.as_str(), &email)?))?;
            let invitation = match known {
                Some(row) => row,
                None => {
                    let person = OnePerson {
                        name: name.to_owned(),
                        email: email.clone(),
                        language: language.code().to_owned(),
                    };
                    self.invite_one(viewer, campaign, &person)?;
                    let made =
                        self.read(|conn| Ok(invitations::find_by_email(conn, campaign.as_str(), &email)?))?;
                    made.ok_or(ServiceError::NotFound)?
                }
            };
            let page = self.link_page(&self.demo_token(&invitation)?, None)?;
            if matches!(page, LinkPage::Notice(_) | LinkPage::UnderWay(_)) {
                return self
                    .personal_link(&invitation)
                    .ok_or_else(|| ServiceError::broken("a link's secret is lost"));
            }
        }
        Err(ServiceError::broken("the demonstration has run out of people: begin anew"))
    }
}
