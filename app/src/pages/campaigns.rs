//! Campaigns: the list, a new one, its settings and end, its invitations.

mod edit;
pub(in crate::pages) mod fields;
mod form;
mod invitations;
mod invite;
mod list;
mod new;
mod settings;
pub(in crate::pages) mod upload;
mod words;

use actix_web::{Route, web};
use services::authz::Permission::ManageCampaigns;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    vec![
        get("/campaigns", || web::get().to(list::show)),
        get("/campaigns/new", || web::get().to(new::show)),
        post("/campaigns/new", || web::post().to(new::create)),
        get("/campaigns/{campaign}/settings", || web::get().to(settings::show)),
        get("/campaigns/{campaign}/edit", || web::get().to(edit::show)),
        post("/campaigns/{campaign}/edit", || web::post().to(edit::change)),
        post("/campaigns/{campaign}/open-link", || web::post().to(settings::change_link)),
        get("/campaigns/{campaign}/close", || web::get().to(settings::ask_close)),
        post("/campaigns/{campaign}/close", || web::post().to(settings::close)),
        get("/campaigns/{campaign}/invitations", || web::get().to(invitations::show)),
        post("/campaigns/{campaign}/invitations/search", || web::post().to(invitations::search)),
        get("/campaigns/{campaign}/invitations/new", || web::get().to(invite::show)),
        post("/campaigns/{campaign}/invitations/one", || web::post().to(invite::invite_one)),
        post("/campaigns/{campaign}/invitations/check", || web::post().to(invite::check)),
        post("/campaigns/{campaign}/invitations/import", || web::post().to(invite::import)),
        get("/campaigns/{campaign}/invitations/{invitation}/link", || web::get().to(invitations::link)),
        post("/campaigns/{campaign}/invitations/{invitation}/resend", || web::post().to(invitations::resend)),
        post("/campaigns/{campaign}/invitations/{invitation}/renew", || web::post().to(invitations::renew)),
        post("/campaigns/{campaign}/invitations/{invitation}/revoke", || web::post().to(invitations::revoke)),
    ]
}

const fn get(path: &'static str, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Staff(ManageCampaigns), handler }
}

const fn post(path: &'static str, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access: Access::Staff(ManageCampaigns), handler }
}
