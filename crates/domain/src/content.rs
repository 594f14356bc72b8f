//! What the scenarios of a pack say about each other and about careless answers: pure functions behind
//! `egard content check` and `egard content personas`. They advise authors; none of their numbers is about
//! a person.

pub mod best_path;
pub mod dialogue_facts;
pub mod giveaways;
pub mod near_duplicates;
pub mod parity;
pub mod people;
pub mod personas;
pub mod reading;
pub mod rules;
pub mod traits;
