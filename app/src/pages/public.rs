//! Pages for everyone: home, legal pages, errors.

pub mod fault_page;
pub mod home;

use actix_web::web;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    vec![RouteEntry { method: "GET", path: "/", access: Access::Public, handler: || web::get().to(home::show) }]
}
