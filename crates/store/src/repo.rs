//! One module a table: what is asked of it and what is written to it.

pub mod audit_rows;
pub mod campaigns;
pub mod invitations;
pub mod leases;
pub mod mails;
