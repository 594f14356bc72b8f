//! The people of the organisation: roles, removal, invitations.

mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::{ColleagueInvitationId, UserId};
use domain::language::Language;
use domain::role::Role;
use serde::Deserialize;
use services::authz::{self, Permission};
use services::error::{FieldError, ServiceError};
use services::people::{Member, People};
use services::viewer::Staff;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::staff::login::without_session;
use crate::render::{Page, see_other};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
    invited: Option<String>,
}

/// An invitation, as typed.
#[derive(Clone, Deserialize)]
pub(super) struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    language: String,
}

/// A chosen role.
#[derive(Deserialize)]
pub(super) struct RoleForm {
    #[serde(default)]
    role: String,
}

/// What the page shows besides the people.
#[derive(Default)]
struct Remarks {
    /// What was just done.
    done: Option<&'static str>,
    /// What was refused.
    refused: Option<&'static str>,
    /// The invitation whose link is shown.
    invited: Option<ColleagueInvitationId>,
    /// What was typed into the invitation form.
    typed: Option<InviteForm>,
    /// What is wrong with it.
    errors: Vec<FieldError>,
}

/// `GET /people`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let done = match asked.done.as_deref() {
        Some("role") => Some(text!(ctx.language, staff.people_done_role)),
        Some("removed") => Some(text!(ctx.language, staff.people_done_removed)),
        Some("revoked") => Some(text!(ctx.language, staff.people_done_revoked)),
        _ => None,
    };
    let invited = asked.invited.as_deref().and_then(|id| ColleagueInvitationId::parse(id).ok());
    draw(&ctx, staff, Remarks { done, invited, ..Remarks::default() }).await
}

/// `POST /people/invite`
pub(super) async fn invite(
    ctx: Ctx,
    viewer: SignedIn,
    form: web::Form<InviteForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let typed = form.into_inner();
    let (email, asker) = (typed.email.clone(), staff.clone());
    let role = Role::parse(&typed.role).map_err(|_| ServiceError::invalid("role", "not_valid"));
    let language = Language::parse(&typed.language).unwrap_or(ctx.language);
    let invited = ctx
        .try_run(move |services| {
            // Who may not do this learns nothing about fields.
            authz::require(&asker, Permission::ManagePeople)?;
            services.invite_colleague(&asker, &email, role?, language)
        })
        .await?;
    match invited {
        Ok(id) => Ok(see_other(&format!("/people?invited={id}"))),
        Err(ServiceError::Invalid(errors)) => {
            let remarks = Remarks { typed: Some(typed), errors, ..Remarks::default() };
            let page = draw(&ctx, staff, remarks).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /people/invitations/{invitation}/revoke`
pub(super) async fn revoke(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = ColleagueInvitationId::parse(&id).map_err(|_| Fault::NotFound)?;
    ctx.run(move |services| services.revoke_colleague_invitation(&staff, &id)).await?;
    Ok(see_other("/people?done=revoked"))
}

/// `POST /people/{user}/role`
pub(super) async fn change_role(
    ctx: Ctx,
    viewer: SignedIn,
    user: web::Path<String>,
    form: web::Form<RoleForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let user = UserId::parse(&user).map_err(|_| Fault::NotFound)?;
    let role = Role::parse(&form.role).map_err(|_| ServiceError::invalid("role", "not_valid"));
    let asker = staff.clone();
    let is_self = user == staff.user;
    let changed = ctx
        .try_run(move |services| {
            authz::require(&asker, Permission::ManagePeople)?;
            services.change_role(&asker, &user, role?)
        })
        .await?;
    // Who gave up being an owner has no access to this page any more.
    let path = if is_self { "/account" } else { "/people?done=role" };
    answer(&ctx, staff, changed, see_other(path)).await
}

/// `GET /people/{user}/remove`
pub(super) async fn ask_remove(ctx: Ctx, viewer: SignedIn, user: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (_, member) = member_of(&ctx, &staff, &user).await?;
    Ok(view::remove_page(&ctx, staff, &member))
}

/// `POST /people/{user}/remove`
pub(super) async fn remove(
    ctx: Ctx,
    viewer: SignedIn,
    user: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let user = UserId::parse(&user).map_err(|_| Fault::NotFound)?;
    let is_self = user == staff.user;
    let asker = staff.clone();
    let removed = ctx.try_run(move |services| services.remove_colleague(&asker, &user)).await?;
    let done = if is_self { without_session(&ctx, "/login") } else { see_other("/people?done=removed") };
    answer(&ctx, staff, removed, done).await
}

/// The answer to a change: done, or the page again with what stands against it.
async fn answer(
    ctx: &Ctx,
    staff: Staff,
    result: Result<(), ServiceError>,
    done: HttpResponse,
) -> Result<HttpResponse, Fault> {
    match result {
        Ok(()) => Ok(done),
        Err(ServiceError::Conflict("last_owner")) => {
            let refused = Some(text!(ctx.language, staff.people_conflict_last_owner));
            let page = draw(ctx, staff, Remarks { refused, ..Remarks::default() }).await?;
            Ok(page.with_status(StatusCode::CONFLICT).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn member_of(ctx: &Ctx, staff: &Staff, user: &str) -> Result<(People, Member), Fault> {
    let user = UserId::parse(user).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    let people = ctx.run(move |services| services.people(&asker)).await?;
    let member = people.members.iter().find(|member| member.id == user).cloned().ok_or(Fault::NotFound)?;
    Ok((people, member))
}

async fn draw(ctx: &Ctx, staff: Staff, remarks: Remarks) -> Result<Page, Fault> {
    let asker = staff.clone();
    let people = ctx.run(move |services| services.people(&asker)).await?;
    Ok(view::page(ctx, staff, people, remarks))
}
