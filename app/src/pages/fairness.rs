//! Pages about groups: what a campaign asks after the test, the monitor of one campaign and across campaigns.
//!
//! They show published tables, and nothing about one person.

mod across;
mod monitor;
mod rates;
pub(crate) mod scenarios;
mod setting;
mod what_if;
pub(crate) mod words;

use actix_web::{Route, web};
use services::authz::Permission;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    use Permission::{ManageCampaigns, ReadFairness};
    vec![
        get("/fairness", ReadFairness, || web::get().to(across::show)),
        get("/campaigns/{campaign}/fairness", ReadFairness, || web::get().to(monitor::show)),
        get("/campaigns/{campaign}/fairness/ll144.csv", ReadFairness, || {
            web::get().to(monitor::auditors_file)
        }),
        post("/campaigns/{campaign}/fairness/publish", ManageCampaigns, || web::post().to(monitor::publish)),
        get("/campaigns/{campaign}/fairness/form", ManageCampaigns, || web::get().to(setting::show)),
        post("/campaigns/{campaign}/fairness/form", ManageCampaigns, || web::post().to(setting::change)),
    ]
}

const fn get(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Staff(permission), handler }
}

const fn post(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access: Access::Staff(permission), handler }
}
