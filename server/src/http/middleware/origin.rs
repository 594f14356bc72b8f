//! Writes come from our own pages: Origin is checked, then Sec-Fetch-Site, then Referer.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use egard_app::fault::Fault;

use crate::http::middleware::NetworkSettings;

/// Refuses a write that another site sent.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn same_origin_writes(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if is_write(request.method()) && !comes_from_here(&request) {
        return Ok(request.into_response(Fault::ForbiddenOrigin.error_response()));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn comes_from_here(request: &ServiceRequest) -> bool {
    let public_origin =
        request.app_data::<web::Data<NetworkSettings>>().and_then(|network| network.public_origin.as_deref());
    let host = text(request.headers(), "host").unwrap_or("");
    let is_ours = |origin: &str| {
        let place = origin.split_once("://").map_or("", |(_, place)| place);
        (!host.is_empty() && place == host) || public_origin.is_some_and(|ours| ours == origin)
    };
    if let Some(origin) = text(request.headers(), "origin") {
        return is_ours(origin);
    }
    if let Some(site) = text(request.headers(), "sec-fetch-site") {
        return site == "same-origin";
    }
    text(request.headers(), "referer").is_some_and(|referer| {
        let end = referer.match_indices('/').nth(2).map_or(referer.len(), |(at, _)| at);
        referer.get(..end).is_some_and(is_ours)
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
