//! `egard demo`: everything a visitor needs, made once and served.

use std::path::PathBuf;

use clap::Args;
use services::demo::DemoLinks;
use services::state::Services;

use super::{CliError, erasures, serve};
use crate::assemble;
use crate::config::source::Source;
use crate::embedded;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Port to listen on.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Database to use instead of a file in the data folder. One that holds a real organisation is refused.
    #[arg(long)]
    database_url: Option<String>,
    /// Folder of the demonstration's files.
    #[arg(long, default_value = "var/demo")]
    data_dir: PathBuf,
    /// Folder of a built site.
    #[arg(long)]
    site: Option<PathBuf>,
    /// Begin anew: drop what the database holds. Refused when it holds a real organisation.
    #[arg(long)]
    fresh: bool,
    /// Make everything, print the links, and end without serving.
    #[arg(long)]
    prepare_only: bool,
}

/// The mark of a secret that the demonstration made for itself.
const SECRET_ID: &str = "demo-1";

pub(super) fn run(mut source: Source, args: &DemoArgs) -> Result<(), CliError> {
    source.set("data_dir", args.data_dir.display().to_string());
    source.set("listen", format!("127.0.0.1:{}", args.port));
    if let Some(url) = &args.database_url {
        source.set("database_url", url.clone());
    }
    if let Some(site) = &args.site {
        source.set("site_dir", site.display().to_string());
    }
    let mut config = super::parsed(&source)?;
    // Links, cookies and the origin check must agree on one name of this machine.
    config.public_url = format!("http://127.0.0.1:{}", args.port);
    crate::logs::start(&config.log, config.log_format);
    if config.secrets.is_none() && !config.secret_file.exists() {
        say("Making the instance secret.");
        assemble::add_secret(&config.secret_file, SECRET_ID)?;
    }
    say(&format!("Opening {}.", config.database.redacted()));
    let db = assemble::database(&config)?;
    store::migrate::run_pending(&db)?;
    let mut services = assemble::services(&config, db, true)?;
    services.refuse_real_organisations()?;
    if args.fresh {
        say("Emptying the database.");
        store::migrate::revert_all(services.db())?;
        store::migrate::run_pending(services.db())?;
        if config.erasure_ledger.exists() {
            std::fs::remove_file(&config.erasure_ledger).map_err(|error| CliError(error.to_string()))?;
        }
        services = assemble::services(&config, services.db().clone(), true)?;
    }
    erasures::replay(&services)?;
    let links = prepare(&services)?;
    if args.prepare_only {
        announce(&config.public_url, &links);
        return Ok(());
    }
    let url = config.public_url.clone();
    serve::serve(&config, &services, move || announce(&url, &links))
}

fn prepare(services: &Services) -> Result<DemoLinks, CliError> {
    say("Loading the pack « Relation client ».");
    services.import_pack(None, &embedded_pack()?)?;
    say("Making the demonstration organisation (simulated candidates take the test; this happens once).");
    Ok(services.prepare_demo()?)
}

/// The public pack inside the executable.
pub(super) fn embedded_pack() -> Result<domain::pack::ParsedPack, CliError> {
    let files: Vec<domain::pack::PackFile> = embedded::PACK_FILES
        .iter()
        .filter(|(path, _)| !path.ends_with(".md"))
        .map(|(path, bytes)| domain::pack::PackFile { path: (*path).to_owned(), bytes: bytes.to_vec() })
        .collect();
    domain::pack::Pack::parse(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError(format!("the pack in the executable has problems:\n{}", lines.join("\n")))
    })
}

fn say(text: &str) {
    println!("demo: {text}");
}

fn announce(url: &str, links: &DemoLinks) {
    println!();
    println!("Egard is served on {url}  (stop with Ctrl-C)");
    println!();
    println!("  Recruiter          {url}/login");
    println!("    e-mail           {}", links.email);
    println!("    password         {}", links.password);
    println!("  Candidate, French  {}", links.candidate_fr);
    println!("  Candidate, English {}", links.candidate_en);
    println!("  Open link          {}", links.open_link);
    println!("  Every format       {}", links.every_format);
    println!();
    println!("Everything in this organisation is simulated and marked as a demonstration.");
}
