//! The forms of notes, tags and assignments: each comes back to the report.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::{NoteId, PublicId};
use services::error::ServiceError;
use services::state::Services;
use services::viewer::Staff;

use super::team::TeamRemarks;
use super::{Remarks, draw};
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::see_other;
use crate::signed_in::SignedIn;

type Pairs = web::Form<Vec<(String, String)>>;

/// The values of a field, in the order sent.
fn values(pairs: &[(String, String)], field: &str) -> Vec<String> {
    pairs.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
}

/// `POST /candidates/{candidate}/notes`
pub(in crate::pages::review) async fn add_note(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    let note = values(&pairs, "note").concat();
    let mentioned = values(&pairs, "mention");
    let typed = TeamRemarks { note: note.clone(), mentioned: mentioned.clone(), ..TeamRemarks::default() };
    answer(ctx, viewer, &candidate, "noted#notes", typed, move |services, staff, about| {
        services.add_note(staff, about, &note, &mentioned)
    })
    .await
}

/// `POST /candidates/{candidate}/notes/{note}/delete`
pub(in crate::pages::review) async fn delete_note(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (candidate, note) = path.into_inner();
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let note = NoteId::parse(&note).map_err(|_| Fault::NotFound)?;
    let back = format!("/candidates/{candidate}?done=note_deleted#notes");
    ctx.run(move |services| services.delete_note(&staff, &candidate, &note)).await?;
    Ok(see_other(&back))
}

/// `POST /candidates/{candidate}/tags`
pub(in crate::pages::review) async fn set_tags(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    let (wanted, new) = (values(&pairs, "tag"), values(&pairs, "new_tag").concat());
    let typed = TeamRemarks { new_tag: new.clone(), ..TeamRemarks::default() };
    answer(ctx, viewer, &candidate, "tagged#tags", typed, move |services, staff, about| {
        services.set_tags(staff, about, &wanted, &new)
    })
    .await
}

/// `POST /candidates/{candidate}/assign`
pub(in crate::pages::review) async fn assign(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    let wanted = values(&pairs, "user");
    let typed = TeamRemarks::default();
    answer(ctx, viewer, &candidate, "assigned#assign", typed, move |services, staff, about| {
        services.assign(staff, about, &wanted)
    })
    .await
}

/// Does what a form asks and goes back to the report, or shows it again with what is wrong.
async fn answer(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: &str,
    done: &'static str,
    typed: TeamRemarks,
    work: impl FnOnce(&Services, &Staff, &PublicId) -> Result<(), ServiceError> + Send + 'static,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(candidate).map_err(|_| Fault::NotFound)?;
    let (asker, about) = (staff.clone(), candidate.clone());
    match ctx.try_run(move |services| work(services, &asker, &about)).await? {
        Ok(()) => Ok(see_other(&format!("/candidates/{candidate}?done={done}"))),
        Err(ServiceError::Invalid(errors)) => {
            let team = TeamRemarks { errors, ..typed };
            let page = draw(&ctx, staff, candidate, Remarks { team, ..Remarks::default() }).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
