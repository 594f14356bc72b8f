//! What is deleted when its time is over: the people of a campaign on the day that they were told, and network
//! addresses after their own, shorter time.

use chrono::{Days, Duration, Months, NaiveDateTime};
use domain::campaign::CampaignState;
use domain::ids::{InvitationId, OrganisationId};
use store::repo::audit_rows;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations;

use crate::audit::{Action, Entity, Entry};
use crate::erase_person::{ErasureCause, erase_person};
use crate::error::ServiceError;
use crate::jobs::Lease;
use crate::state::{Services, Tx};
use crate::viewer::Actor;
use crate::zone;

/// People erased in one transaction.
const TOGETHER: i64 = 25;
/// People erased in one run.
const MOST_PEOPLE: u64 = 500;
/// Campaigns looked at in one run.
const MOST_CAMPAIGNS: i64 = 50;
/// Addresses deleted in one transaction.
const MOST_ADDRESSES: i64 = 2_000;

/// Whether the time of a campaign's people is over.
pub(crate) fn has_due_people(services: &Services) -> Result<bool, ServiceError> {
    Ok(!due_campaigns(services)?.is_empty())
}

/// The campaigns whose people are to be erased today or were to be before.
fn due_campaigns(services: &Services) -> Result<Vec<CampaignRow>, ServiceError> {
    let (now, months) = (services.now(), services.settings().retention_months);
    // No zone is more than a day ahead of UTC; a month too short for the day is at most three days shorter.
    let latest = now.date().checked_add_days(Days::new(4)).unwrap_or(now.date());
    let Some(decided) = latest.checked_sub_months(Months::new(months)) else { return Ok(Vec::new()) };
    let found = services.read(|conn| Ok(campaigns::to_erase_by(conn, latest, decided, MOST_CAMPAIGNS)?))?;
    let has_come =
        |campaign: &CampaignRow| zone::local(&campaign.time_zone, now).date() >= services.erased_on(campaign);
    Ok(found.into_iter().filter(has_come).collect())
}

/// Erases people whose time is over; returns how many.
pub(crate) fn erase_due_people(services: &Services, lease: &mut Lease<'_>) -> Result<u64, ServiceError> {
    let mut erased = 0;
    for campaign in due_campaigns(services)? {
        loop {
            if erased >= MOST_PEOPLE || !lease.is_held()? {
                return Ok(erased);
            }
            match services.write(|tx| erase_some(services, tx, &campaign))? {
                Some(number) => erased += number,
                None => break,
            }
        }
    }
    Ok(erased)
}

/// Erases a few people; nothing when nobody was left and the campaign is done.
fn erase_some(
    services: &Services,
    tx: &mut Tx<'_>,
    campaign: &CampaignRow,
) -> Result<Option<u64>, ServiceError> {
    let people = invitations::not_erased(tx.conn, &campaign.id, TOGETHER)?;
    let mut erased = 0;
    for id in &people {
        let id = InvitationId::parse(id)
            .map_err(|error| ServiceError::broken_by("the id of an invitation", error))?;
        erased += u64::from(erase_person(services, tx, &id, ErasureCause::Retention, None)?);
    }
    if !people.is_empty() {
        return Ok(Some(erased));
    }
    if campaign.state == CampaignState::Open.code() {
        campaigns::close(tx.conn, &campaign.id, tx.now)?;
    }
    campaigns::set_people_erased(tx.conn, &campaign.id, tx.now)?;
    tx.audit(Entry {
        organisation: OrganisationId::parse(&campaign.organisation_id)
            .map_err(|error| ServiceError::broken_by("the organisation of a campaign", error))?,
        actor: Actor::Job("retention"),
        action: Action::CampaignClosed,
        entity: Entity::Campaign,
        entity_id: campaign.id.clone(),
        detail: "code=people_erased".to_owned(),
        address: None,
    });
    Ok(None)
}

/// The time before which network addresses are deleted.
fn oldest_address(services: &Services) -> NaiveDateTime {
    services.now() - Duration::days(i64::from(services.settings().address_retention_days))
}

/// Whether there are network addresses whose time is over.
pub(crate) fn has_old_addresses(services: &Services) -> Result<bool, ServiceError> {
    let before = oldest_address(services);
    services.read(|conn| Ok(audit_rows::address_organisations(conn, before, 1)?.into_iter().next().is_some()))
}

/// Deletes network addresses whose time is over; returns how many.
pub(crate) fn delete_old_addresses(services: &Services, lease: &mut Lease<'_>) -> Result<u64, ServiceError> {
    let before = oldest_address(services);
    let mut deleted = 0;
    loop {
        if !lease.is_held()? {
            return Ok(deleted);
        }
        let organisations = services.read(|conn| Ok(audit_rows::address_organisations(conn, before, 50)?))?;
        if organisations.is_empty() {
            return Ok(deleted);
        }
        for organisation in organisations {
            deleted += services.write(|tx| delete_some(tx, &organisation, before))?;
        }
    }
}

fn delete_some(tx: &mut Tx<'_>, organisation: &str, before: NaiveDateTime) -> Result<u64, ServiceError> {
    let number = audit_rows::delete_addresses(tx.conn, organisation, before, MOST_ADDRESSES)?;
    tx.audit(Entry {
        organisation: OrganisationId::parse(organisation)
            .map_err(|error| ServiceError::broken_by("the organisation of an address", error))?,
        actor: Actor::Job("addresses"),
        action: Action::AddressesDeleted,
        entity: Entity::Organisation,
        entity_id: organisation.to_owned(),
        detail: format!("n={number}"),
        address: None,
    });
    Ok(u64::try_from(number).unwrap_or(u64::MAX))
}
