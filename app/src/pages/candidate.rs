//! Pages of candidates: the link, the notice, the test, the end, and one's own data.
//!
//! Every step is a form and a redirect. Reading a page changes nothing; pages are never stored by the browser.

mod about_you;
pub(crate) mod answers_form;
mod closed_link;
mod conflict;
mod data;
mod done;
pub(crate) mod formats;
mod human_review;
mod link;
mod lost_link;
mod media;
mod notice;
mod open_link;
mod parts;
mod pause;
mod pool;
pub(crate) mod practice;
mod receipt;
mod review;
mod saved_line;
mod scenario;
pub(crate) mod scenario_view;
pub(crate) mod sitter;
pub(crate) mod situation;

use actix_web::web;

use crate::media::reading;
use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    let get = |path, access, handler| RouteEntry { method: "GET", path, access, handler };
    let post = |path, access, handler| RouteEntry { method: "POST", path, access, handler };
    let (link, attempt) = (Access::Link, Access::Attempt);
    vec![
        get("/c/{token}", link, || web::get().to(link::show)),
        post("/c/{token}/start", link, || web::post().to(link::start)),
        post("/c/{token}/continue", link, || web::post().to(link::go_on)),
        post("/c/{token}/data", link, || web::post().to(link::open_data)),
        get("/o/{token}", link, || web::get().to(open_link::show)),
        post("/o/{token}", link, || web::post().to(open_link::sign_up)),
        get("/lost-link", Access::Public, || web::get().to(lost_link::show)),
        post("/lost-link", Access::Public, || web::post().to(lost_link::send)),
        get("/receipt", Access::Public, || web::get().to(receipt::show)),
        post("/receipt", Access::Public, || web::post().to(receipt::check)),
        get("/test", attempt, || web::get().to(scenario::here)),
        post("/test/continue", attempt, || web::post().to(conflict::continue_here)),
        get("/test/practice", attempt, || web::get().to(practice::show)),
        post("/test/practice", attempt, || web::post().to(practice::answer)),
        get("/test/pause", attempt, || web::get().to(pause::show)),
        post("/test/pause", attempt, || web::post().to(pause::choose)),
        get("/test/review", attempt, || web::get().to(review::show)),
        post("/test/finish", attempt, || web::post().to(review::finish)),
        get("/test/done", attempt, || web::get().to(done::show)),
        post("/test/satisfaction", attempt, || web::post().to(done::give_satisfaction)),
        get("/test/media/{sha256:[0-9a-f]{64}}", attempt, || reading().to(media::show)),
        get("/test/about-you", attempt, || web::get().to(about_you::show)),
        post("/test/about-you", attempt, || web::post().to(about_you::give)),
        post("/test/pool", attempt, || web::post().to(pool::change)),
        get("/test/data", attempt, || web::get().to(data::show)),
        get("/test/data/download", attempt, || web::get().to(data::download)),
        get("/test/data/erase", attempt, || web::get().to(data::ask_erase)),
        post("/test/data/erase", attempt, || web::post().to(data::erase)),
        post("/test/data/review", attempt, || web::post().to(human_review::ask)),
        get("/test/{n:[0-9]{1,4}}", attempt, || web::get().to(scenario::show)),
        post("/test/{n:[0-9]{1,4}}", attempt, || web::post().to(scenario::answer)),
        get("/erased", Access::Public, || web::get().to(data::erased)),
    ]
}
