//! Pages around decisions that are not one candidate's report: what a campaign's decisions come to, its stages,
//! reviews that candidates ask for, and what one is asked to look at.

mod agreement;
mod asked;
mod decisions;
mod mails;
mod review_page;
mod reviews;
mod stages;

use actix_web::{Route, web};
use services::authz::Permission::ReviewCandidates;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    vec![
        get("/campaigns/{campaign}/decisions", || web::get().to(decisions::show)),
        post("/campaigns/{campaign}/rating-first", || web::post().to(decisions::set_rating_first)),
        post("/campaigns/{campaign}/two-reviewers", || web::post().to(agreement::ask)),
        get("/campaigns/{campaign}/stages", || web::get().to(stages::show)),
        post("/campaigns/{campaign}/stages", || web::post().to(stages::save)),
        get("/campaigns/{campaign}/mails", || web::get().to(mails::show)),
        get("/campaigns/{campaign}/mails/{kind}", || web::get().to(mails::one::show)),
        post("/campaigns/{campaign}/mails/{kind}/words", || web::post().to(mails::one::change)),
        post("/campaigns/{campaign}/mails/{kind}/preview", || web::post().to(mails::preview::show)),
        post("/campaigns/{campaign}/mails/{kind}/send", || web::post().to(mails::preview::send)),
        get("/for-me", || web::get().to(asked::show)),
        get("/reviews", || web::get().to(reviews::show)),
        get("/reviews/{review}", || web::get().to(review_page::show)),
        post("/reviews/{review}/take", || web::post().to(review_page::take)),
        post("/reviews/{review}/answer", || web::post().to(review_page::answer)),
    ]
}

const fn get(path: &'static str, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access: Access::Staff(ReviewCandidates), handler }
}

const fn post(path: &'static str, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access: Access::Staff(ReviewCandidates), handler }
}
