//! One log line a request: its id, the pattern of its route (never the path, which may hold a token), status, time.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use egard_app::context::{PeerAddress, RequestId};
use uuid::Uuid;

use crate::http::middleware::NetworkSettings;

/// Gives the request an id and an address, and logs its end.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn logged_request(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = Uuid::new_v4().simple().to_string();
    if let Some(address) = visitor_address(&request) {
        request.extensions_mut().insert(PeerAddress(address));
    }
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let began = Instant::now();
    let mut response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "(no route)".to_owned());
    let status = response.status().as_u16();
    let elapsed_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(request.id = %id, http.method = %method, http.route = %route, http.status = status, elapsed_us, "request failed");
    } else {
        tracing::info!(request.id = %id, http.method = %method, http.route = %route, http.status = status, elapsed_us, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// The visitor's address: of the connection, or what a trusted proxy in front says.
fn visitor_address(request: &ServiceRequest) -> Option<String> {
    let peer = request.peer_addr()?.ip();
    let trusted = request
        .app_data::<web::Data<NetworkSettings>>()
        .is_some_and(|network| network.trusted_proxies.contains(&peer));
    if !trusted {
        return Some(peer.to_string());
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    // The last entry is the one that our own proxy added; those before it may have been typed by anyone.
    let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
    Some(last.and_then(|text| text.parse::<std::net::IpAddr>().ok()).unwrap_or(peer).to_string())
}
