//! The invitations of a campaign: who was invited, what became of their mail, whether they have started and finished.

mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::{CampaignId, InvitationId};
use domain::language::Language;
use serde::Deserialize;
use services::error::ServiceError;
use services::invitation_list::{InvitationFilter, InvitationQuery};
use services::state::Services;
use services::viewer::Staff;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: a part of the list, and what was just done. No name and no address ever stands here.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    done: String,
    invited: Option<u32>,
    known: Option<u32>,
    broken: Option<u32>,
}

/// A search. It is posted, because names do not belong in addresses.
#[derive(Default, Deserialize)]
pub(super) struct SearchForm {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: String,
}

/// What the page shows besides the people.
#[derive(Default)]
struct Remarks {
    done: Vec<String>,
    refused: Option<&'static str>,
}

/// `GET /campaigns/{campaign}/invitations`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let done = done_words(ctx.language, &asked);
    let search = SearchForm { q: String::new(), show: asked.show.clone(), after: asked.after.clone() };
    draw(&ctx, staff, &campaign, search, Remarks { done, refused: None }).await
}

/// `POST /campaigns/{campaign}/invitations/search`: reads, changes nothing.
pub(super) async fn search(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<SearchForm>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    draw(&ctx, staff, &campaign, form.into_inner(), Remarks::default()).await
}

/// `GET /campaigns/{campaign}/invitations/{invitation}/link`
pub(super) async fn link(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, invitation) = ids(&path)?;
    let asker = staff.clone();
    let link = ctx.run(move |services| services.shown_link(&asker, &campaign, &invitation)).await?;
    Ok(view::link_page(&ctx, staff, link))
}

/// `POST /campaigns/{campaign}/invitations/{invitation}/resend`
pub(super) async fn resend(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    change(ctx, viewer, path, "resent", Services::resend_invitation).await
}

/// `POST /campaigns/{campaign}/invitations/{invitation}/renew`
pub(super) async fn renew(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    change(ctx, viewer, path, "renewed", Services::renew_invitation).await
}

/// `POST /campaigns/{campaign}/invitations/{invitation}/revoke`
pub(super) async fn revoke(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    change(ctx, viewer, path, "revoked", Services::revoke_invitation).await
}

type Change = fn(&Services, &Staff, &CampaignId, &InvitationId) -> Result<(), ServiceError>;

/// Changes an invitation and goes back to the list; what stands against it is said there.
async fn change(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
    done: &str,
    work: Change,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, invitation) = ids(&path)?;
    let (asker, asked) = (staff.clone(), campaign.clone());
    let result = ctx.try_run(move |services| work(services, &asker, &asked, &invitation)).await?;
    let language = ctx.language;
    let refused = match result {
        Ok(()) => return Ok(see_other(&format!("/campaigns/{campaign}/invitations?done={done}"))),
        Err(ServiceError::Conflict("closed")) => text!(language, campaigns.refused_closed),
        Err(ServiceError::Conflict("finished")) => text!(language, campaigns.refused_finished),
        Err(ServiceError::Conflict("revoked")) => text!(language, campaigns.refused_revoked),
        Err(ServiceError::Conflict("key_lost")) => text!(language, campaigns.refused_key_lost),
        Err(error) => return Err(error.into()),
    };
    let remarks = Remarks { refused: Some(refused), ..Remarks::default() };
    let page = draw(&ctx, staff, campaign.as_str(), SearchForm::default(), remarks).await?;
    Ok(page.with_status(StatusCode::CONFLICT).into_response())
}

fn ids((campaign, invitation): &(String, String)) -> Result<(CampaignId, InvitationId), Fault> {
    let campaign = CampaignId::parse(campaign).map_err(|_| Fault::NotFound)?;
    let invitation = InvitationId::parse(invitation).map_err(|_| Fault::NotFound)?;
    Ok((campaign, invitation))
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: &str,
    search: SearchForm,
    remarks: Remarks,
) -> Result<Page, Fault> {
    let id = CampaignId::parse(campaign).map_err(|_| Fault::NotFound)?;
    let after = match search.after.as_str() {
        "" => None,
        after => Some(InvitationId::parse(after).map_err(|_| Fault::NotFound)?),
    };
    let query = InvitationQuery {
        after,
        search: search.q.chars().take(200).collect(),
        filter: InvitationFilter::parse(&search.show),
    };
    let (asker, sent) = (staff.clone(), query.clone());
    let page = ctx.run(move |services| services.invitations(&asker, &id, &sent)).await?;
    Ok(view::page(ctx, staff, page, &query, remarks))
}

fn done_words(language: Language, asked: &Asked) -> Vec<String> {
    let word = |words: &str| vec![words.to_owned()];
    match asked.done.as_str() {
        "one" => word(text!(language, campaigns.done_single)),
        "resent" => word(text!(language, campaigns.done_resent)),
        "renewed" => word(text!(language, campaigns.done_renewed)),
        "revoked" => word(text!(language, campaigns.done_revoked)),
        "list" => {
            let mut words = Vec::new();
            match asked.invited.unwrap_or(0) {
                0 => words.push(text!(language, campaigns.done_list_none).to_owned()),
                invited => words.push(text!(language, campaigns.done_list, count = invited).to_string()),
            }
            if let Some(known) = asked.known.filter(|number| *number > 0) {
                words.push(text!(language, campaigns.done_list_known, count = known).to_string());
            }
            if let Some(broken) = asked.broken.filter(|number| *number > 0) {
                words.push(text!(language, campaigns.done_list_broken, count = broken).to_string());
            }
            words
        }
        _ => Vec::new(),
    }
}
