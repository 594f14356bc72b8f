//! The ledger of erasures, replayed at each start and after a restore.

use services::state::Services;

use super::CliError;

/// Erases again whoever the ledger names and the database still holds; returns how many.
pub(super) fn replay(services: &Services) -> Result<usize, CliError> {
    let erased = services::erase_person::replay_erasures(services)?;
    if erased > 0 {
        tracing::warn!(erased, "erased people again that the ledger of erasures names");
    }
    Ok(erased)
}
