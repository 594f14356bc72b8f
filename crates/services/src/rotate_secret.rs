//! After a secret got into other hands: every link that still opens something is made anew under the current key.
//! Adding a key to the ring is the command line's part; what old keys made stays checkable.

use std::collections::BTreeMap;

use domain::ids::OrganisationId;
use store::repo::{campaigns, colleague_invitations, invitations, organisations, share_links};

use crate::audit::{Action, Entity, Entry};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::state::{Services, Tx};
use crate::viewer::Actor;

/// Rows renewed in one transaction.
const TOGETHER: i64 = 250;
/// More open invitations of colleagues than an organisation has.
const MOST_COLLEAGUES: i64 = 1_000;

/// What was renewed and has to be handed out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenewedLinks {
    /// Personal links; each has to be sent again from the campaign's invitations.
    pub personal: u64,
    /// Open links of campaigns; each has to be published again.
    pub open: u64,
    /// Invitations of colleagues, which are withdrawn; each colleague has to be invited again.
    pub colleagues: u64,
    /// Links to reports, which are withdrawn; each has to be made again.
    pub shares: u64,
}

impl Services {
    /// Raises the generation of every link that still opens something, under the current key. What is sent from now on
    /// (waiting mails included) bears the new links; what was sent before is dead.
    ///
    /// # Errors
    /// [`ServiceError`] when the database refuses; what was renewed before stays renewed, and running it again is safe.
    pub fn renew_all_links(&self) -> Result<RenewedLinks, ServiceError> {
        let mut renewed = RenewedLinks::default();
        let mut after = String::new();
        while let Some((number, last)) = self.write(|tx| self.renew_personal(tx, &after))? {
            renewed.personal += number;
            after = last;
        }
        after = String::new();
        while let Some((number, last)) = self.write(|tx| self.renew_open(tx, &after))? {
            renewed.open += number;
            after = last;
        }
        after = String::new();
        loop {
            let page = self.read(|conn| Ok(organisations::page(conn, &after, TOGETHER)?))?;
            let Some(last) = page.last().map(|organisation| organisation.id.clone()) else {
                return Ok(renewed);
            };
            for organisation in &page {
                renewed.colleagues += self.write(|tx| withdraw_colleagues(tx, &organisation.id))?;
                renewed.shares += self.write(|tx| withdraw_shares(tx, &organisation.id))?;
            }
            after = last;
        }
    }

    fn renew_personal(&self, tx: &mut Tx<'_>, after: &str) -> Result<Option<(u64, String)>, ServiceError> {
        let rows = invitations::open_links(tx.conn, after, TOGETHER)?;
        let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
        let mut by_organisation = BTreeMap::new();
        for row in rows {
            let generation = row.generation + 1;
            let (hash, key_id) = self.new_link(&row.id, generation)?;
            invitations::renew_link(tx.conn, &row.id, generation, &hash, &key_id, None)?;
            *by_organisation.entry(row.organisation_id).or_default() += 1;
        }
        note(tx, &by_organisation, "personal")?;
        Ok(Some((by_organisation.values().sum(), last)))
    }

    fn renew_open(&self, tx: &mut Tx<'_>, after: &str) -> Result<Option<(u64, String)>, ServiceError> {
        let rows = campaigns::with_open_link(tx.conn, after, TOGETHER)?;
        let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
        let mut by_organisation = BTreeMap::new();
        for row in rows {
            self.renew_open_link(tx, &row)?;
            *by_organisation.entry(row.organisation_id).or_default() += 1;
        }
        note(tx, &by_organisation, "open")?;
        Ok(Some((by_organisation.values().sum(), last)))
    }
}

fn withdraw_colleagues(tx: &mut Tx<'_>, organisation: &str) -> Result<u64, ServiceError> {
    let open = colleague_invitations::list_open(tx.conn, organisation, tx.now, MOST_COLLEAGUES)?;
    let mut withdrawn = 0;
    for row in &open {
        withdrawn += u64::from(colleague_invitations::revoke(tx.conn, organisation, &row.id, tx.now)?);
    }
    note(tx, &BTreeMap::from([(organisation.to_owned(), withdrawn)]), "colleague")?;
    Ok(withdrawn)
}

fn withdraw_shares(tx: &mut Tx<'_>, organisation: &str) -> Result<u64, ServiceError> {
    let withdrawn = share_links::revoke_all(tx.conn, organisation, tx.now)?;
    let withdrawn = u64::try_from(withdrawn).unwrap_or(u64::MAX);
    note(tx, &BTreeMap::from([(organisation.to_owned(), withdrawn)]), "share")?;
    Ok(withdrawn)
}

/// Writes down how many links of a kind each organisation lost.
fn note(tx: &mut Tx<'_>, by_organisation: &BTreeMap<String, u64>, kind: &str) -> Result<(), ServiceError> {
    for (organisation, number) in by_organisation.iter().filter(|(_, number)| **number > 0) {
        tx.audit(Entry {
            organisation: OrganisationId::parse(organisation).map_err(stored)?,
            actor: Actor::Operator,
            action: Action::LinksRenewed,
            entity: Entity::Organisation,
            entity_id: organisation.clone(),
            detail: format!("code={kind};n={number}"),
            address: None,
        });
    }
    Ok(())
}
