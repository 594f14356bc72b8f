//! `egard verify`: recompute the rankings of a campaign and hold them against what is stored.

use clap::Args;
use domain::ids::CampaignId;
use services::verify::{Difference, OutsideCheck, TextCheck, VersionCheck};

use super::CliError;
use crate::assemble;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The id of the campaign, as its address in the browser shows it.
    campaign: String,
}

pub(super) fn run(config: &Config, arguments: &VerifyArgs) -> Result<(), CliError> {
    let campaign = CampaignId::parse(&arguments.campaign)
        .map_err(|_| CliError(format!("\"{}\" is not the id of a campaign", arguments.campaign)))?;
    let services = assemble::services(config, assemble::database(config)?, false)?;
    let found = services.verify_campaign(&campaign)?;
    println!("campaign {}", found.campaign);
    if found.texts.is_empty() {
        println!("preregistration: none, so nothing was fixed before the scores");
    }
    found.texts.iter().for_each(tell_text);
    if found.versions.is_empty() {
        println!("rankings: none yet");
    }
    found.versions.iter().for_each(tell_version);
    tell_outside(&found.outside);
    if found.is_equal() {
        println!("Everything that can be recomputed is equal.");
        return Ok(());
    }
    Err(CliError("what is stored differs from what was recomputed".to_owned()))
}

fn tell_text(text: &TextCheck) {
    let words = text.difference.map_or_else(
        || "equal".to_owned(),
        |what| format!("DIFFERS: {what} is no longer what was published"),
    );
    let before = match text.n_ended {
        0 => "before the first score".to_owned(),
        n => format!("when {n} test(s) had ended"),
    };
    println!("preregistration {}  {}  published {before}  {words}", text.sequence, text.hash);
}

fn tell_version(version: &VersionCheck) {
    println!(
        "ranking {}  equal {}  not verifiable, n = {}  different {}",
        version.sequence, version.n_equal, version.n_not_verifiable, version.n_different
    );
    if !version.ranks_compared {
        println!("  its bands and ranks follow an earlier method and were not recomputed");
    }
    version.differences.iter().for_each(tell_difference);
}

fn tell_outside(outside: &OutsideCheck) {
    let OutsideCheck { n_equal, n_different, differences } = outside;
    if n_equal + n_different > 0 {
        println!(
            "scores that no ranking shows (history, or ranked next)  equal {n_equal}  different {n_different}"
        );
    }
    differences.iter().for_each(tell_difference);
}

fn tell_difference(difference: &Difference) {
    let whose = match (&difference.candidate, difference.row) {
        (Some(candidate), 0) => format!("candidate {candidate}"),
        (Some(candidate), row) => format!("row {row}, candidate {candidate}"),
        (None, 0) => "the version itself".to_owned(),
        (None, row) => format!("row {row}, an erased person"),
    };
    println!(
        "  DIFFERS {whose}: {} stored {}, recomputed {}",
        difference.field, difference.stored, difference.recomputed
    );
}
