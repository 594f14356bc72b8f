//! The rules of Egard: ids, closed vocabularies, state machines, item formats, content packs, and how
//! answers become points. Everything here is pure: time, randomness and text come in as arguments.
//! It knows nothing of SQL, HTTP or HTML, and keeps no statistics of its own (crate `psychometrics`).

pub mod attempt;
pub mod campaign;
pub mod candidate_receipt;
pub mod canonical_json;
pub mod closed_code;
pub mod construct;
pub mod content;
pub mod decision;
pub mod demographics;
pub mod email;
pub mod family_weights;
pub mod form;
pub mod form_building;
pub mod human_review;
pub mod ids;
pub mod invitation;
pub mod item;
pub mod key;
pub mod language;
pub mod pack;
pub mod person_name;
pub mod points;
pub mod preregistration;
pub mod role;
pub mod shuffle;
pub mod tree;
