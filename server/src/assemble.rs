//! From a configuration to running parts: secrets, database, services, site.

use std::path::Path;
use std::sync::Arc;

use egard_app::assets::Assets;
use egard_app::context::AppSettings;
use services::clock::{Clock, SystemClock};
use services::random::{Random, SystemRandom};
use services::secrets::SecretRing;
use services::settings::Settings;
use services::state::Services;
use store::db::{Db, DbUrl, PoolSettings};

use crate::config::Config;
use crate::embedded;
use crate::http::assets::SiteFiles;
use crate::http::middleware::NetworkSettings;

/// Why the parts cannot be put together; the text is for whoever runs the program.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct AssembleError(pub String);

/// Reads the instance secrets.
///
/// # Errors
/// When there are none, or they cannot be read.
pub fn secrets(config: &Config) -> Result<SecretRing, AssembleError> {
    if let Some(ring) = &config.secrets {
        return Ok(ring.clone());
    }
    let file = &config.secret_file;
    let text = std::fs::read_to_string(file).map_err(|error| {
        AssembleError(format!(
            "the instance secrets cannot be read from {}: {error}. Make them with `egard admin new-secret`, keep a copy \
             apart from the database, and name the file in EGARD_SECRET_FILE.",
            file.display()
        ))
    })?;
    SecretRing::parse(&text).map_err(|error| AssembleError(format!("{}: {error}", file.display())))
}

/// Adds a fresh secret to the ring's file, making the file (readable by its owner only) when there is none.
///
/// # Errors
/// When the file cannot be written.
pub fn add_secret(file: &Path, id: &str) -> Result<(), AssembleError> {
    use std::io::Write;
    let mut bytes = [0; 32];
    SystemRandom.fill(&mut bytes);
    let told =
        |error: std::io::Error| AssembleError(format!("{} cannot be written: {error}", file.display()));
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(file).map_err(told)?;
    file.write_all(SecretRing::line(id, bytes).as_bytes()).and_then(|()| file.sync_all()).map_err(told)
}

/// Opens the database, making the folder of a SQLite file.
///
/// # Errors
/// When it cannot be opened.
pub fn database(config: &Config) -> Result<Db, AssembleError> {
    if let DbUrl::Sqlite(path) = &config.database
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| AssembleError(format!("{} cannot be made: {error}", folder.display())))?;
    }
    let settings = PoolSettings { max_connections: config.database_connections, ..PoolSettings::default() };
    Db::open(config.database.clone(), settings)
        .map_err(|error| AssembleError(format!("{}: {error}", config.database.redacted())))
}

/// The use cases over an open database.
///
/// # Errors
/// When the secrets cannot be read.
pub fn services(config: &Config, db: Db, is_demo: bool) -> Result<Services, AssembleError> {
    services_with(config, db, is_demo, Arc::new(SystemClock), Arc::new(SystemRandom))
}

/// The use cases with a clock and a generator of one's own.
///
/// # Errors
/// As [`services`].
pub fn services_with(
    config: &Config,
    db: Db,
    is_demo: bool,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Services, AssembleError> {
    let settings = Settings {
        public_url: config.public_url.clone(),
        erasure_ledger: config.erasure_ledger.clone(),
        argon2: config.argon2,
        mail: config.mail.clone(),
        is_demo,
        retention_months: config.retention_months,
        address_retention_days: config.address_retention_days,
    };
    Ok(Services::new(db, clock, random, secrets(config)?, settings))
}

/// The site: from the configured folder, else from the executable, else nothing (every flow works without it, plain).
///
/// # Errors
/// When a configured folder holds no built site.
pub fn site(config: &Config) -> Result<(SiteFiles, Assets), AssembleError> {
    match &config.site_dir {
        Some(folder) => SiteFiles::read(folder)
            .map_err(|error| AssembleError(format!("no built site in {}: {error}", folder.display()))),
        None => SiteFiles::from_embedded(embedded::SITE_FILES)
            .map_err(|error| AssembleError(format!("the site in the executable cannot be read: {error}"))),
    }
}

/// What the pages need to know.
#[must_use]
pub fn app_settings(config: &Config, assets: Assets) -> AppSettings {
    AppSettings {
        assets,
        secure_cookies: config.public_url.starts_with("https://"),
        instance: config.instance.clone(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// What the server believes of the network.
#[must_use]
pub fn network(config: &Config) -> NetworkSettings {
    NetworkSettings {
        trusted_proxies: config.trusted_proxies.clone(),
        public_origin: Some(config.public_url.clone()),
        https: config.public_url.starts_with("https://"),
    }
}
