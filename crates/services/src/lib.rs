//! The use cases of Egard: each authorises its viewer, opens one transaction and leaves an audit row in it.
//!
//! There is no HTTP, no HTML and no SQL text here. Time, randomness and mail come through ports, so that tests and
//! the demonstration can put their own in place.

pub mod account;
pub mod admin;
pub mod answer_writer;
pub mod attempt_cookie;
pub mod attempt_pages;
pub mod audit;
pub mod audit_trail;
pub mod authz;
pub mod campaigns;
pub mod candidate;
pub mod candidate_data;
pub mod clock;
pub mod dates;
pub mod decide;
pub mod demo;
pub mod erase_person;
mod erasure_ledger;
pub mod error;
pub mod expire_attempts;
pub mod export_csv;
pub mod finish_attempt;
mod fold;
pub mod ids;
pub mod import_csv;
pub mod invitation_list;
pub mod invitation_page;
pub mod invite;
pub mod jobs;
pub mod join;
pub mod links;
pub mod lost_link;
pub mod mail;
mod mail_delivery;
pub mod mail_texts;
pub mod pack_overview;
pub mod packs;
pub mod password;
pub mod people;
pub mod personal_link;
pub mod random;
pub mod ranking;
pub mod ranking_versions;
pub mod receipt;
pub mod report;
pub mod rescore;
mod retention;
pub mod rotate_secret;
mod score_attempt;
pub mod secrets;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod snapshots;
pub mod start_attempt;
pub mod state;
pub mod stored_answers;
#[cfg(test)]
mod testing;
pub(crate) mod throttle;
pub mod typical_time;
pub mod unblind;
pub mod viewer;
pub mod zone;
