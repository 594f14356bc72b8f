//! Placeholder of the area candidate.

use crate::routes::RouteEntry;

/// The routes of this area.
#[must_use]
pub const fn routes() -> Vec<RouteEntry> {
    Vec::new()
}
