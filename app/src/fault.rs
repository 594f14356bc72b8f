//! What goes wrong on a page: a closed list, each with its status, drawn in the visitor's language.
//!
//! A fault carries no cause: causes go to the log once, here, when a use case's error becomes a fault.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};
use services::error::ServiceError;

use crate::context::Ctx;
use crate::pages::public::fault_page;
use crate::pages::staff::way_back;

/// A page that cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// 404: it does not exist, or one may not know that it does.
    #[error("not found")]
    NotFound,
    /// 303 to the sign-in page.
    #[error("not signed in")]
    NotSignedIn,
    /// 401: no test is open in this browser; its personal link opens it.
    #[error("link needed")]
    LinkNeeded,
    /// 400: the request cannot be read.
    #[error("bad request")]
    BadRequest,
    /// 403: the request comes from another site.
    #[error("forbidden origin")]
    ForbiddenOrigin,
    /// 413: the request is too large.
    #[error("too large")]
    TooLarge,
    /// 409: no longer possible.
    #[error("conflict")]
    Conflict,
    /// 422: a field cannot be taken.
    #[error("invalid")]
    Invalid,
    /// 429, with the seconds to wait.
    #[error("throttled")]
    Throttled(u64),
    /// 503: the database cannot take work now.
    #[error("unavailable")]
    Unavailable,
    /// 500: a fault of ours.
    #[error("internal")]
    Internal,
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::NotSignedIn => Self::NotSignedIn,
            ServiceError::Conflict(_) => Self::Conflict,
            ServiceError::Invalid(_) => Self::Invalid,
            ServiceError::Throttled { retry_after_s } => Self::Throttled(retry_after_s),
            ServiceError::Unavailable(cause) => {
                tracing::error!(%cause, "the database is not available");
                Self::Unavailable
            }
            ServiceError::Broken { context, source } => {
                let cause = source.map_or_else(String::new, |source| chain(&*source));
                tracing::error!(%context, %cause, "a use case failed");
                Self::Internal
            }
        }
    }
}

/// An error with all its causes, for the log.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotSignedIn => StatusCode::SEE_OTHER,
            Self::LinkNeeded => StatusCode::UNAUTHORIZED,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::ForbiddenOrigin => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::NotSignedIn => {
                response.insert_header((LOCATION, "/login"));
            }
            Self::Throttled(seconds) => {
                response.insert_header((RETRY_AFTER, seconds.to_string()));
            }
            Self::Unavailable => {
                response.insert_header((RETRY_AFTER, "5"));
            }
            _ => {}
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// Middleware: gives every fault, and every bare error of the framework, a page in the visitor's language.
///
/// # Errors
/// Never by itself; passes on what the inner services return.
pub async fn draw_faults(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // The request must not be cloned before it is routed: actix changes it in place and panics when it is shared.
    let response = next.call(request).await?.map_into_boxed_body();
    let http = response.request().clone();
    let fault = response.response().extensions().get::<Fault>().cloned();
    let fault = fault.or_else(|| bare_fault(&response));
    let Some(fault) = fault else { return Ok(response) };
    if fault == Fault::NotSignedIn {
        return Ok(towards_sign_in(response));
    }
    let Ok(ctx) = Ctx::from_http(&http) else { return Ok(response) };
    let mut page = fault_page::draw(&ctx, &fault).into_response();
    for header in [RETRY_AFTER, LOCATION] {
        if let Some(value) = response.response().headers().get(&header) {
            page.headers_mut().insert(header, value.clone());
        }
    }
    Ok(ServiceResponse::new(http, page))
}

/// Lets the sign-in page lead back to the page that was asked for; a form is not sent twice.
fn towards_sign_in(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if response.request().method() == Method::GET
        && let Ok(path) = HeaderValue::from_str(&way_back::sign_in_path(response.request().path()))
    {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

/// The fault behind an error answer that some layer of the framework made without a page.
fn bare_fault(response: &ServiceResponse<BoxBody>) -> Option<Fault> {
    if response.response().headers().contains_key("content-type") && !is_plain(response) {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Fault::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Fault::TooLarge),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Fault::BadRequest),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Fault::Internal),
        _ => None,
    }
}

fn is_plain(response: &ServiceResponse<BoxBody>) -> bool {
    response
        .response()
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("text/plain"))
}
