//! Pages of reviewers: the ranking of a campaign, the report of a candidate, people side by side, the export, the scoring.

mod compare;
mod export;
pub(in crate::pages) mod frame;
mod manual;
mod media;
mod overview;
mod paper;
mod ranking;
mod report;
mod scoring;
mod share;
mod shared;
mod weights;

use actix_web::{Route, web};
use services::authz::Permission;

use crate::media::reading;
use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    use Permission::{Export, ManageCampaigns, ManageKeys, ReadManual, ReviewCandidates};
    vec![
        get("/campaigns/{campaign}", ReviewCandidates, || web::get().to(ranking::show)),
        get("/campaigns/{campaign}/export", Export, || web::get().to(export::download)),
        post("/campaigns/{campaign}/find", ReviewCandidates, || web::post().to(ranking::find)),
        post("/campaigns/{campaign}/compare", ReviewCandidates, || web::post().to(compare::add)),
        post("/campaigns/{campaign}/views", ReviewCandidates, || web::post().to(ranking::views::save)),
        post("/views/{view}/delete", ReviewCandidates, || web::post().to(ranking::views::delete)),
        get("/campaigns/{campaign}/manual", ReadManual, || web::get().to(manual::show)),
        get("/campaigns/{campaign}/manual.pdf", ReadManual, || web::get().to(paper::manual)),
        get("/campaigns/{campaign}/compare.pdf", ReviewCandidates, || web::get().to(paper::compare)),
        get("/candidates/{candidate}/report.pdf", ReviewCandidates, || web::get().to(paper::report)),
        get("/campaigns/{campaign}/overview", ReviewCandidates, || web::get().to(overview::show)),
        get("/campaigns/{campaign}/compare", ReviewCandidates, || web::get().to(compare::show)),
        get("/campaigns/{campaign}/preregistrations/{hash}", ReviewCandidates, || {
            web::get().to(export::preregistration)
        }),
        get("/campaigns/{campaign}/weights", ReviewCandidates, || web::get().to(weights::show)),
        post("/campaigns/{campaign}/weights", ManageCampaigns, || web::post().to(weights::choose)),
        get("/campaigns/{campaign}/scoring", ManageKeys, || web::get().to(scoring::show)),
        post("/campaigns/{campaign}/snapshots", ManageKeys, || web::post().to(scoring::take)),
        post("/campaigns/{campaign}/rescore", ManageKeys, || web::post().to(scoring::rescore)),
        get("/campaigns/{campaign}/media/{sha256:[0-9a-f]{64}}", ReviewCandidates, || {
            reading().to(media::show)
        }),
        get("/candidates/{candidate}", ReviewCandidates, || web::get().to(report::show)),
        post("/candidates/{candidate}/decision", ReviewCandidates, || web::post().to(report::decide)),
        post("/candidates/{candidate}/notes", ReviewCandidates, || {
            web::post().to(report::team_forms::add_note)
        }),
        post("/candidates/{candidate}/notes/{note}/delete", ReviewCandidates, || {
            web::post().to(report::team_forms::delete_note)
        }),
        post("/candidates/{candidate}/tags", ReviewCandidates, || {
            web::post().to(report::team_forms::set_tags)
        }),
        post("/candidates/{candidate}/assign", ReviewCandidates, || {
            web::post().to(report::team_forms::assign)
        }),
        post("/candidates/{candidate}/rating", ReviewCandidates, || web::post().to(report::rating::rate)),
        get("/candidates/{candidate}/shares", ReviewCandidates, || web::get().to(share::show)),
        post("/candidates/{candidate}/shares", ReviewCandidates, || web::post().to(share::make)),
        post("/candidates/{candidate}/shares/{share}/revoke", ReviewCandidates, || {
            web::post().to(share::revoke)
        }),
        RouteEntry {
            method: "GET",
            path: "/s/{token}",
            access: Access::Link,
            handler: || web::get().to(shared::show),
        },
        post("/candidates/{candidate}/unblind", ReviewCandidates, || web::post().to(report::unblind)),
    ]
}

const fn get(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Staff(permission), handler }
}

const fn post(path: &'static str, permission: Permission, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access: Access::Staff(permission), handler }
}
