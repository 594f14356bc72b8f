//! Whether the process lives, and whether it can do its work: for supervisors and load balancers.

use actix_web::{HttpResponse, web};
use services::state::Services;

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(r#"{"status":"live"}"#)
}

/// `GET /health/ready`: the database answers and its schema is the one that this program knows.
pub(crate) async fn ready(services: web::Data<Services>) -> HttpResponse {
    let migrated = web::block(move || services.is_migrated()).await;
    match migrated {
        Ok(Ok(true)) => HttpResponse::Ok().content_type("application/json").body(r#"{"status":"ready"}"#),
        Ok(Ok(false)) => HttpResponse::ServiceUnavailable()
            .content_type("application/json")
            .body(r#"{"status":"not migrated"}"#),
        _ => HttpResponse::ServiceUnavailable()
            .content_type("application/json")
            .insert_header(("retry-after", "5"))
            .body(r#"{"status":"database not available"}"#),
    }
}
