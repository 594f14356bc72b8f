//! The one table of routes: it builds the application, and the access test walks through it.

use actix_web::{Route, web};
use services::authz::Permission;

use crate::pages::{campaigns, candidate, deciding, evidence, fairness, pool, public, review, staff};

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Whoever holds the token in the path.
    Link,
    /// Whoever holds the cookie of an attempt.
    Attempt,
    /// Signed-in people whose role has this permission; a stranger of another organisation gets a 404.
    Staff(Permission),
}

/// One line of the table.
#[derive(Clone, Copy)]
pub struct RouteEntry {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with actix' placeholders.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Makes the handler.
    pub handler: fn() -> Route,
}

/// Every page and form of the application.
#[must_use]
pub fn table() -> Vec<RouteEntry> {
    [
        public::routes(),
        candidate::routes(),
        staff::routes(),
        campaigns::routes(),
        review::routes(),
        deciding::routes(),
        fairness::routes(),
        evidence::routes(),
        pool::routes(),
    ]
    .concat()
}

/// Adds the table to an actix application.
pub fn configure(config: &mut web::ServiceConfig) {
    // Entries of one path stand together in one resource, so that another method on it is a 404 with a page.
    let mut table = table();
    table.sort_by_key(|entry| entry.path);
    for entries in table.chunk_by(|left, right| left.path == right.path) {
        let Some(path) = entries.first().map(|entry| entry.path) else { continue };
        let resource =
            entries.iter().fold(web::resource(path), |resource, entry| resource.route((entry.handler)()));
        config.service(resource);
    }
    // Server functions register themselves; the access test asks them all by `server_fn_paths`.
    config.service(web::resource("/api/ui/{name}").route(leptos_actix::handle_server_fns()));
}
