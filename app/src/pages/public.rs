//! Pages for everyone: home, legal pages, errors.

mod accessibility;
pub mod fault_page;
mod home;
mod instance;
mod legal;
mod try_one;

use actix_web::{Route, web};

use crate::media::reading;
use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    vec![
        get("/", || web::get().to(home::show)),
        get("/accessibility", || web::get().to(accessibility::show)),
        get("/legal", || web::get().to(legal::notice)),
        get("/privacy", || web::get().to(legal::privacy)),
        get("/try", || web::get().to(try_one::show)),
        RouteEntry {
            method: "POST",
            path: "/try",
            access: Access::Public,
            handler: || web::post().to(try_one::explain),
        },
        get("/try/media/{sha256:[0-9a-f]{64}}", || reading().to(try_one::media)),
        get("/robots.txt", || web::get().to(legal::robots)),
    ]
}

const fn get(path: &'static str, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Public, handler }
}
