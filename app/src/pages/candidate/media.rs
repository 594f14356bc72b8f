//! The pictures, recordings and films of a test: for the candidate who has come to the scenario that shows them.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::context::Ctx;
use crate::fault::Fault;
use crate::media::answer;
use crate::pages::candidate::sitter::{Sitter, fault};

/// Where [`show`] answers.
pub(super) const FOLDER: &str = "/test/media";

/// `GET /test/media/{sha256}`
pub(super) async fn show(
    ctx: Ctx,
    sitter: Sitter,
    request: HttpRequest,
    sha256: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let sha256 = sha256.into_inner();
    answer(&ctx, &request, move |services| services.attempt_media(&sitter.0, &sha256)).await?.map_err(fault)
}
