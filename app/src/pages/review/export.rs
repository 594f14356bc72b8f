//! The results of a campaign as a CSV file.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use serde::Deserialize;
use services::export_csv::dialect::Dialect;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::signed_in::SignedIn;

/// The query: which dialect.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    dialect: String,
}

/// `GET /campaigns/{campaign}/export`
pub(super) async fn download(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let dialect = match asked.dialect.as_str() {
        "" => Dialect::International,
        code => Dialect::parse(code).ok_or(Fault::BadRequest)?,
    };
    let file = ctx.run(move |services| services.export_results(&staff, &campaign, dialect)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file.bytes))
}
