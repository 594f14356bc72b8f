//! Pages of signed-in people that are not about candidates: sign-in, account, people, audit, packs.

mod account;
mod audit;
mod join;
mod login;
mod packs;
mod people;
pub mod way_back;
mod words;

use actix_web::{Route, web};
use services::authz::Permission;

use crate::routes::{Access, RouteEntry};

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    use Access::{Link, Public, Staff};
    use Permission::{CheckPacks, ManagePeople, OwnAccount, ReadAudit};
    vec![
        get("/login", Public, || web::get().to(login::show)),
        post("/login", Public, || web::post().to(login::sign_in)),
        post("/logout", Staff(OwnAccount), || web::post().to(login::sign_out)),
        get("/join/{token}", Link, || web::get().to(join::show)),
        post("/join/{token}", Link, || web::post().to(join::join)),
        get("/account", Staff(OwnAccount), || web::get().to(account::show)),
        post("/account/language", Staff(OwnAccount), || web::post().to(account::choose_language)),
        post("/account/password", Staff(OwnAccount), || web::post().to(account::change_password)),
        post("/account/sessions/end-all", Staff(OwnAccount), || web::post().to(account::end_all)),
        post("/account/sessions/{session}/end", Staff(OwnAccount), || web::post().to(account::end_session)),
        get("/people", Staff(ManagePeople), || web::get().to(people::show)),
        post("/people/invite", Staff(ManagePeople), || web::post().to(people::invite)),
        post("/people/invitations/{invitation}/revoke", Staff(ManagePeople), || {
            web::post().to(people::revoke)
        }),
        post("/people/{user}/role", Staff(ManagePeople), || web::post().to(people::change_role)),
        get("/people/{user}/remove", Staff(ManagePeople), || web::get().to(people::ask_remove)),
        post("/people/{user}/remove", Staff(ManagePeople), || web::post().to(people::remove)),
        get("/audit", Staff(ReadAudit), || web::get().to(audit::show)),
        post("/audit/verify", Staff(ReadAudit), || web::post().to(audit::verify)),
        get("/packs", Staff(CheckPacks), || web::get().to(packs::show)),
    ]
}

const fn get(path: &'static str, access: Access, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "GET", path, access, handler }
}

const fn post(path: &'static str, access: Access, handler: fn() -> Route) -> RouteEntry {
    RouteEntry { method: "POST", path, access, handler }
}
