//! `egard serve`: migrate, start the parts, listen, run the jobs, stop in order.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use services::answer_writer::AnswerWriter;
use services::state::Services;

use super::CliError;
use crate::assemble;
use crate::config::Config;
use crate::http::{self, HttpSettings};
use crate::logs;

/// Runs the server until it is told to stop.
pub(super) fn run(config: &Config) -> Result<(), CliError> {
    logs::start(&config.log, config.log_format);
    let db = assemble::database(config)?;
    for name in store::migrate::run_pending(&db)? {
        tracing::info!(migration = %name, "ran a migration");
    }
    let services = assemble::services(config, db, false)?;
    super::erasures::replay(&services)?;
    serve(config, &services, || {})
}

/// Serves until the process is told to stop; `ready` runs once the port is taken.
pub(super) fn serve(config: &Config, services: &Services, ready: impl FnOnce()) -> Result<(), CliError> {
    let (site, assets) = assemble::site(config)?;
    if assets.islands_hash().is_none() {
        tracing::warn!("this build has no islands: every page works, without live saving");
    }
    let listener = TcpListener::bind(config.listen)
        .map_err(|error| CliError(format!("cannot listen on {}: {error}", config.listen)))?;
    let settings = HttpSettings {
        workers: config.workers,
        shutdown_timeout_s: config.shutdown_timeout_s,
        network: assemble::network(config),
    };
    let writer = AnswerWriter::start(services.clone())
        .map_err(|error| CliError(format!("the answer writer cannot start: {error}")))?;
    let answers = writer.clone();
    let jobs = Jobs::start(services.clone())?;
    let app = assemble::app_settings(config, assets);
    let services = services.clone();
    let result = actix_web::rt::System::new().block_on(async move {
        let server = http::start(listener, services, writer, app, site, settings)?;
        tracing::info!(listen = %config.listen, url = %config.public_url, "serving");
        ready();
        server.await
    });
    answers.stop();
    jobs.stop();
    tracing::info!("stopped");
    result.map_err(|error| CliError(format!("the server failed: {error}")))
}

/// The thread that runs the jobs while the server runs.
struct Jobs {
    stopping: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
}

impl Jobs {
    fn start(services: Services) -> Result<Self, CliError> {
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let thread = std::thread::Builder::new()
            .name("jobs".to_owned())
            .spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    // Each job has logged its own failure.
                    drop(services::jobs::run_due(&services));
                    std::thread::park_timeout(Duration::from_secs(1));
                }
            })
            .map_err(|error| CliError(format!("the job thread cannot start: {error}")))?;
        Ok(Self { stopping, thread })
    }

    /// Lets the job under way end, and waits for it.
    fn stop(self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.thread.thread().unpark();
        if self.thread.join().is_err() {
            tracing::error!("the job thread had stopped with a panic");
        }
    }
}
