//! One module a table: what is asked of it and what is written to it.

pub mod audit_rows;
pub mod campaigns;
pub mod colleague_invitations;
pub mod invitations;
pub mod leases;
pub mod mails;
pub mod organisations;
pub mod pack_keys;
pub mod packs;
pub mod sessions;
pub mod throttles;
pub mod users;
