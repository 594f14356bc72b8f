//! `egard analyze`: statistics of the measurement engine on a CSV file, for analysts.
//!
//! Reads a file and prints tables or JSON; the database and the settings are not touched. All numbers
//! come from the crate `psychometrics`.

mod groups;
mod items;
mod ranks;
mod raters;
mod report;
mod scores;
mod simulate;
mod table;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::analyze::report::Report;
use crate::analyze::table::Table;

/// What to compute.
#[derive(Debug, Subcommand)]
pub(crate) enum AnalyzeCommand {
    /// Classical test theory: alpha, omega, item-rest correlations.
    Ctt(Input),
    /// Graded response model: calibrate items of ordered categories.
    Grm(Input),
    /// Generalised partial credit model.
    Gpcm(Input),
    /// Two-parameter model: items of two categories.
    #[command(name = "2pl")]
    TwoParameter(Input),
    /// Score people with a key: points by the same-side rule, or levels under known items.
    Score(Input),
    /// Simulate adaptive tests from the bank of a key.
    CatSim(CatInput),
    /// Selection rates of groups: impact ratio, tests, verdict.
    Impact(GroupInput),
    /// Differential item functioning between two groups.
    Dif(GroupInput),
    /// Intraclass correlations: rows are targets, columns raters.
    Icc(Input),
    /// Krippendorff's alpha: rows are units, columns raters, gaps allowed.
    Kripp(Input),
    /// Quadratic weighted kappa of every pair of raters: rows are answers, columns raters.
    Kappa(Input),
    /// Ranks with confidence sets: the columns person, estimate, se.
    Ranks(Input),
    /// Agreement of a panel of experts: rows are options, columns experts.
    Panel(PanelInput),
    /// Write simulated data to try the others on.
    Simulate(simulate::SimulateArgs),
}

/// Where the data are and how to answer.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// CSV file in UTF-8, separated by `,` `;` or tabs. Wide: one row a person, one column an item, and
    /// optionally a column `person`. Long: the columns person, item, answer.
    #[arg(long)]
    data: PathBuf,
    /// TOML file with a key or item parameters.
    #[arg(long)]
    key: Option<PathBuf>,
    /// Columns that are no items, separated by commas.
    #[arg(long, value_delimiter = ',')]
    ignore: Vec<String>,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Data with a column that tells the group.
#[derive(Debug, Args)]
pub(crate) struct GroupInput {
    #[command(flatten)]
    input: Input,
    /// Column of the group.
    #[arg(long, default_value = "group")]
    group: String,
    /// impact: column of the outcome, 0 or 1, or of a score (then "selected" means above the median).
    #[arg(long, default_value = "selected")]
    outcome: String,
    /// dif: the group of interest; by default the smaller one.
    #[arg(long)]
    focal: Option<String>,
}

/// A bank and how many people to simulate.
#[derive(Debug, Args)]
pub(crate) struct CatInput {
    /// TOML file with item parameters (`[items]`).
    #[arg(long)]
    key: PathBuf,
    /// People to simulate.
    #[arg(long, default_value_t = 500)]
    people: u32,
    /// Seed of the simulation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Ratings of a panel.
#[derive(Debug, Args)]
pub(crate) struct PanelInput {
    #[command(flatten)]
    input: Input,
    /// Points of the rating scale, which starts at 1.
    #[arg(long, default_value_t = 4)]
    points: u8,
}

/// Why there is no result; the text is for the terminal.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct AnalyzeError(String);

impl AnalyzeError {
    /// An error of the engine, with where it happened.
    fn engine(procedure: &str, error: &impl std::fmt::Display) -> Self {
        Self(format!("{procedure}: {error} (rows, items and persons count from 0)"))
    }
}

/// Computes and returns what to print.
///
/// # Errors
/// [`AnalyzeError`] when the data cannot be read or do not suit the procedure.
pub(crate) fn run(command: &AnalyzeCommand) -> Result<String, AnalyzeError> {
    use psychometrics::irt::item::Model;
    match command {
        AnalyzeCommand::Ctt(input) => on(input, items::classical),
        AnalyzeCommand::Grm(input) => on(input, |table| items::calibrated(table, Model::Graded)),
        AnalyzeCommand::Gpcm(input) => on(input, |table| items::calibrated(table, Model::PartialCredit)),
        AnalyzeCommand::TwoParameter(input) => {
            on(input, |table| items::calibrated(table, Model::TwoParameter))
        }
        AnalyzeCommand::Score(input) => {
            let path = input.key.as_ref().ok_or(AnalyzeError("score needs --key".to_owned()))?;
            let key = scores::read_key(path)?;
            on(input, |table| scores::scored(table, &key))
        }
        AnalyzeCommand::CatSim(input) => {
            let report = scores::adaptive(&scores::read_key(&input.key)?, input.people, input.seed)?;
            Ok(report.print(input.json))
        }
        AnalyzeCommand::Impact(own) => {
            on(&own.input, |table| groups::impact(table, &own.group, &own.outcome))
        }
        AnalyzeCommand::Dif(own) => {
            on(&own.input, |table| groups::dif(table, &own.group, own.focal.as_deref()))
        }
        AnalyzeCommand::Icc(input) => on(input, raters::intraclass),
        AnalyzeCommand::Kripp(input) => on(input, raters::krippendorff),
        AnalyzeCommand::Kappa(input) => on(input, raters::kappas),
        AnalyzeCommand::Ranks(input) => on(input, ranks::ranked),
        AnalyzeCommand::Panel(own) => on(&own.input, |table| raters::panel(table, own.points)),
        AnalyzeCommand::Simulate(args) => simulate::simulated(args),
    }
}

fn on(
    input: &Input,
    procedure: impl FnOnce(&Table) -> Result<Report, AnalyzeError>,
) -> Result<String, AnalyzeError> {
    let table = Table::read(&input.data)?.without(&input.ignore)?;
    Ok(procedure(&table)?.print(input.json))
}

/// The text under `egard analyze --help`.
pub(crate) const EXAMPLES: &str = "\
Try it on simulated data:

  egard analyze simulate answers > answers.csv       600 people, 12 items of 4 categories, 2 groups
  egard analyze ctt  --data answers.csv --ignore group
  egard analyze grm  --data answers.csv --ignore group
  egard analyze dif  --data answers.csv --group group
  egard analyze simulate selection > selection.csv   who was selected, by group
  egard analyze impact --data selection.csv
  egard analyze simulate ratings > ratings.csv       40 answers, 4 raters
  egard analyze icc --data ratings.csv               likewise kripp and kappa
  egard analyze simulate estimates > estimates.csv   30 people with standard errors
  egard analyze ranks --data estimates.csv
  egard analyze simulate panel > panel.csv           24 options rated by 10 experts
  egard analyze panel --data panel.csv
  egard analyze simulate bank > bank.toml            60 items with parameters
  egard analyze cat-sim --key bank.toml
  egard analyze simulate key > key.toml              a key of ratings, for `score`
  egard analyze simulate ratings-of-actions > actions.csv
  egard analyze score --data actions.csv --key key.toml

Every procedure takes --json. Missing answers are empty cells or NA.";
