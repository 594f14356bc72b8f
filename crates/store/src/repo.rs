//! One module a table: what is asked of it and what is written to it.

pub mod attempt_steps;
pub mod attempts;
pub mod audit_rows;
pub mod campaigns;
pub mod colleague_invitations;
pub mod decisions;
pub mod erasures;
pub mod human_reviews;
pub mod invitations;
pub mod leases;
pub mod mails;
pub mod organisations;
pub mod pack_keys;
pub mod packs;
pub mod personal_data;
pub mod preregistrations;
pub mod ranking_rows;
pub mod ranking_versions;
pub mod report_openings;
pub mod response_events;
pub mod scores;
pub mod sessions;
pub mod snapshots;
pub mod throttles;
pub mod unblindings;
pub mod users;
