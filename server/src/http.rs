//! The HTTP server: the route table behind its middleware.

pub mod assets;
mod health;
pub mod middleware;

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::error::UrlencodedError;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use egard_app::context::AppSettings;
use egard_app::{fault, routes};
use services::answer_writer::AnswerWriter;
use services::state::Services;

use crate::http::assets::SiteFiles;
use crate::http::middleware::{NetworkSettings, headers, origin, request};

/// How the server listens and what it believes of the network.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Worker threads.
    pub workers: usize,
    /// Seconds that a shutdown waits for requests under way.
    pub shutdown_timeout_s: u64,
    /// Proxies and origins.
    pub network: NetworkSettings,
}

/// Starts the server on a bound listener.
///
/// # Errors
/// When the listener cannot be used.
pub fn start(
    listener: TcpListener,
    services: Services,
    writer: AnswerWriter,
    app: AppSettings,
    site: SiteFiles,
    settings: HttpSettings,
) -> std::io::Result<Server> {
    let services = web::Data::new(services);
    let writer = web::Data::new(writer);
    let app = web::Data::new(app);
    let site = web::Data::new(site);
    let network = web::Data::new(settings.network.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(services.clone())
            .app_data(writer.clone())
            .app_data(app.clone())
            .app_data(site.clone())
            .app_data(network.clone())
            .app_data(web::FormConfig::default().limit(256 * 1024).error_handler(|error, _| match error {
                UrlencodedError::Overflow { .. } => fault::Fault::TooLarge.into(),
                _ => fault::Fault::BadRequest.into(),
            }))
            .app_data(web::PayloadConfig::new(4 * 1024 * 1024))
            .app_data(web::PathConfig::default().error_handler(|_, _| fault::Fault::NotFound.into()))
            .app_data(web::QueryConfig::default().error_handler(|_, _| fault::Fault::BadRequest.into()))
            .wrap(from_fn(origin::same_origin_writes))
            .wrap(from_fn(fault::draw_faults))
            .wrap(actix_web::middleware::Compress::default())
            .wrap(from_fn(headers::security_headers))
            .wrap(from_fn(request::logged_request))
            .configure(routes::configure)
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready))
            .service(web::resource("/assets/{hash}/{path:.*}").route(web::get().to(assets::serve)))
    })
    .workers(settings.workers)
    .shutdown_timeout(settings.shutdown_timeout_s)
    .listen(listener)?
    .run();
    Ok(server)
}
