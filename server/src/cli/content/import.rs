//! `egard content import`: put a pack into the database.

use std::path::Path;

use domain::ids::OrganisationId;
use services::packs::ImportOutcome;

use super::{check, folder};
use crate::assemble;
use crate::cli::{CliError, terminal};
use crate::config::source::Source;

/// Imports a pack that the format accepts. What the rules about the pack as a whole forbid is told and keeps
/// nothing out: the limits are for authors, and whose pack it is decides.
pub(super) fn run(source: &Source, folder: &Path, organisation: Option<&str>) -> Result<(), CliError> {
    let parsed = folder::parse(folder)?;
    terminal::print(&check::problems(&parsed).text)?;
    let config = crate::cli::parsed(source)?;
    let db = assemble::database(&config)?;
    store::migrate::run_pending(&db)?;
    let services = assemble::services(&config, db, false)?;
    let organisation = organisation
        .map(OrganisationId::parse)
        .transpose()
        .map_err(|error| CliError(format!("--organisation: {error}")))?;
    let done = services.import_pack(organisation.as_ref(), &parsed)?;
    terminal::print(&format!("{}\n", words(done)))
}

fn words(done: ImportOutcome) -> &'static str {
    match done {
        ImportOutcome::PackAdded => "Imported the pack and its key.",
        ImportOutcome::KeyAdded => "The pack was there already; imported its new key.",
        ImportOutcome::NothingNew => "The pack and its key were there already, unchanged.",
    }
}
