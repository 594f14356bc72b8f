//! The pictures, recordings and films of a campaign's form, beside the answers in its reports.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::CampaignId;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::media::answer;
use crate::signed_in::SignedIn;

/// Where [`show`] answers for a campaign.
pub(super) fn folder(campaign: &str) -> String {
    format!("/campaigns/{campaign}/media")
}

/// `GET /campaigns/{campaign}/media/{sha256}`
pub(super) async fn show(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (campaign, sha256) = path.into_inner();
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let found = answer(&ctx, &request, move |services| services.campaign_media(&staff, &campaign, &sha256));
    found.await?.map_err(Fault::from)
}
