//! Pages of what stands behind the numbers: the manuals and comparison groups of an organisation, and how a campaign's
//! scores go with later outcomes.

pub(in crate::pages) mod charts;
mod list;
mod norm;
mod norm_form;
pub(in crate::pages) mod norm_words;
mod outcomes;
mod validity;
pub(in crate::pages) mod words;

use actix_web::{Route, web};
use services::authz::Permission;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    use Permission::{ManageCampaigns, ManageKeys, ManageOutcomes, ReadManual};
    vec![
        get("/evidence", ReadManual, || web::get().to(list::show)),
        get("/norms/{norm}", ReadManual, || web::get().to(norm::show)),
        post("/norms/{norm}/retire", ManageKeys, || web::post().to(norm::retire)),
        get("/campaigns/{campaign}/norms/new", ManageKeys, || web::get().to(norm_form::show)),
        post("/campaigns/{campaign}/norms/new", ManageKeys, || web::post().to(norm_form::make)),
        post("/campaigns/{campaign}/norm", ManageCampaigns, || web::post().to(validity::choose)),
        get("/campaigns/{campaign}/validity", ReadManual, || web::get().to(validity::show)),
        get("/campaigns/{campaign}/outcomes", ManageOutcomes, || web::get().to(outcomes::show)),
        post("/campaigns/{campaign}/outcomes/check", ManageOutcomes, || web::post().to(outcomes::check)),
        post("/campaigns/{campaign}/outcomes/import", ManageOutcomes, || web::post().to(outcomes::import)),
        post("/campaigns/{campaign}/outcomes/{import}/delete", ManageOutcomes, || {
            web::post().to(outcomes::delete)
        }),
    ]
}

const fn get(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Staff(permission), handler }
}

const fn post(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access: Access::Staff(permission), handler }
}
