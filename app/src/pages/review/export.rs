//! Files of a campaign: its results, and the text that fixed its measure in advance.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;
use services::export::{Format, Shape, SinkClosed};
use services::viewer::Staff;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::shell::{Bar, Frame, Section};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: how the file is written, and what its rows are.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    format: String,
    #[serde(default)]
    dialect: String,
    #[serde(default)]
    shape: String,
}

/// Bytes of a piece: what waits for a slow reader stays small.
const PIECE: usize = 64 * 1024;

/// Pieces of a file that wait for the network.
const PIECES: usize = 8;

/// `GET /campaigns/{campaign}/export`: authorised and noted first, then handed out as it is read.
pub(super) async fn download(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let format = Format::parse(&asked.format, &asked.dialect).ok_or(Fault::BadRequest)?;
    let shape = Shape::parse(&asked.shape).ok_or(Fault::BadRequest)?;
    let (asker, within) = (staff.clone(), campaign.clone());
    let prepared =
        ctx.try_run(move |services| services.prepare_export(&asker, &within, format, shape)).await?;
    let export = match prepared {
        Err(ServiceError::Conflict("rate_first")) => return Ok(rate_first(&ctx, staff, &campaign)),
        prepared => prepared?,
    };
    let disposition = format!("attachment; filename=\"{}\"", export.name);
    let (sender, receiver) = tokio::sync::mpsc::channel(PIECES);
    let (services, request) = (ctx.services.clone(), ctx.request.clone());
    // Not awaited: the answer goes out while the file is written.
    drop(web::block(move || {
        let mut sink = |bytes: Vec<u8>| {
            let bytes = Bytes::from(bytes);
            (0..bytes.len()).step_by(PIECE).try_for_each(|from| {
                let piece = bytes.slice(from..bytes.len().min(from + PIECE));
                sender.blocking_send(Ok(Bytes::copy_from_slice(&piece))).map_err(|_| SinkClosed)
            })
        };
        if let Err(error) = services.write_export(&export, &mut sink) {
            tracing::warn!(request.id = %request, %error, "an export was cut off");
            // The reader sees a broken download instead of a file that seems whole.
            drop(sender.blocking_send(Err(std::io::Error::other("cut off"))));
        }
    }));
    let body = futures::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.content_type()))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(body))
}

/// Why there is no file while the viewer has people to rate.
fn rate_first(ctx: &Ctx, staff: Staff, campaign: &CampaignId) -> HttpResponse {
    let language = ctx.language;
    let title = text!(language, deciding.first_export_title);
    let frame = Frame {
        title: title.to_owned(),
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let page = ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, deciding.first_export_text)}</p>
            <p><a href=format!("/campaigns/{campaign}")>{text!(language, review.compare_back)}</a></p>
        }
        .into_any()
    });
    page.with_status(StatusCode::CONFLICT).into_response()
}

/// `GET /campaigns/{campaign}/preregistrations/{hash}`: the published text to the byte, so that its hash can be checked.
pub(super) async fn preregistration(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (campaign, hash) = path.into_inner();
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let document = ctx.run(move |services| services.preregistration(&staff, &campaign, &hash)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(document))
}
