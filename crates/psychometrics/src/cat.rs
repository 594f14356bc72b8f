//! Computerised adaptive testing: a calibrated bank, a blueprint that is the same for everybody, the
//! choice of the next item, when to stop, a trace that can be replayed, and simulation.
//!
//! Off in the product until every item has 500 answers. Everybody starts at 0; nothing about a person
//! but the answers moves the choice.

pub mod bank;
pub mod compare;
pub mod criterion;
pub mod exposure;
pub mod joint;
pub mod level;
pub mod rules;
pub mod session;
pub mod simulate;
