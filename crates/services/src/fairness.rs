//! Groups: what candidates may say of themselves after the test, and the tables of rates made of it.
//!
//! What people said is reached from here alone (and by erasure and a person's own download), and leaves as counts of
//! published tables only. Nothing here feeds a score, a rank, a report or an export.

pub mod auditors_file;
pub mod by_scenario;
pub mod form;
pub mod monitor;
pub mod participants;
pub mod publish;
pub mod rates;
pub mod setting;
mod simulated;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod what_if;
