//! `egard content personas`: what invented candidates who answer by a habit would score on the forms of a pack.

use std::path::Path;

use domain::content::personas::{
    FEWEST_AHEAD, FEWEST_WRONG_PERCENT, MOST_FOR_HALF_RIGHT, Persona, PersonaScore, persona_scores,
};
use domain::form::{Form, FormScenario, ScenarioRole};
use domain::ids::FormId;
use domain::item::ItemFormat;
use domain::pack::ParsedPack;

use super::folder;
use super::tables::table;
use crate::cli::{CliError, terminal};

/// What to simulate.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PersonasArgs {
    /// Only this form; without it every form of the pack.
    #[arg(long)]
    form: Option<String>,
    /// How many attempts of each persona.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    runs: u32,
    /// The same seed gives the same figures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Prints a table per form. It reports: a limit that is not kept is told and is no failure.
pub(super) fn run(folder: &Path, args: &PersonasArgs) -> Result<(), CliError> {
    let parsed = folder::parse(folder)?;
    terminal::print(&report(&parsed, args)?)
}

pub(super) fn report(parsed: &ParsedPack, args: &PersonasArgs) -> Result<String, CliError> {
    let pack = &parsed.pack;
    let wanted = args
        .form
        .as_deref()
        .map(FormId::parse)
        .transpose()
        .map_err(|error| CliError(format!("--form: {error}")))?;
    let ids = match &wanted {
        Some(id) => vec![id],
        None => pack.forms.iter().map(|form| &form.id).collect(),
    };
    let mut text = format!(
        "Pack {} {}, key {}: means of {} runs, seed {}. The figures judge the forms, not any person.\n",
        pack.id, pack.version, parsed.key.version, args.runs, args.seed
    );
    for id in ids {
        let form = Form::resolve(pack, id).map_err(|error| CliError(error.to_string()))?;
        text.push_str(&format!("\n{}\n", of_form(parsed, &form, args)));
    }
    Ok(text)
}

fn of_form(parsed: &ParsedPack, form: &Form, args: &PersonasArgs) -> String {
    let ParsedPack { key, traits, .. } = parsed;
    let scores = persona_scores(form, key, traits, args.seed, args.runs);
    let careful = scores.iter().find(|score| score.persona == Persona::CarefulAndKind);
    let careful = careful.map_or(0.0, |score| score.mean);
    let row = |score: &PersonaScore| {
        let broken = score.broken_limits(careful);
        let lead = match score.persona {
            Persona::CarefulAndKind => "-".to_owned(),
            _ => format!("{:+.1}", careful - score.mean),
        };
        let wrong = score.wrong_percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent:.0}"));
        let verdict = match score.persona {
            Persona::AlwaysExtreme => "no limit".to_owned(),
            _ if broken.is_empty() => "kept".to_owned(),
            _ => broken.join("; "),
        };
        let figures = [format!("{:.1}", score.mean), format!("{:.1}", score.sd), lead, wrong, verdict];
        std::iter::once(score.persona.code().to_owned()).chain(figures).collect()
    };
    let rows: Vec<Vec<String>> = scores.iter().map(row).collect();
    let mut lines = vec![
        format!("Form {} version {}, chance level {}", form.id, form.version, chance_level(parsed, form)),
        table(&["persona", "mean", "sd", "led by", "wrong side %", "limits"], &rows),
    ];
    let untagged = untagged(parsed, form);
    if untagged > 0 {
        lines.push(format!(
            "  {untagged} scored scenario(s) without traits.toml are answered as if no action had any: the figures \
             of the habits say little."
        ));
    }
    let broken = scores.iter().filter(|score| !score.broken_limits(careful).is_empty()).count();
    lines.push(match broken {
        0 => format!(
            "  Every limit is kept: careful and kind leads by {FEWEST_AHEAD} or more; the half-right habits have at \
             most {MOST_FOR_HALF_RIGHT} and are wrong on {FEWEST_WRONG_PERCENT} % or more."
        ),
        n => format!("  {n} persona(s) break a limit."),
    });
    lines.join("\n")
}

fn chance_level(parsed: &ParsedPack, form: &Form) -> String {
    form.chance_level(&parsed.key).map_or_else(|_| "-".to_owned(), |level| format!("{level:.1}"))
}

/// Scored scenarios whose actions are valued and have no tags.
fn untagged(parsed: &ParsedPack, form: &Form) -> usize {
    let is_untagged = |shown: &&FormScenario| {
        shown.role == ScenarioRole::Scored
            && !matches!(shown.format, ItemFormat::EmotionProfile | ItemFormat::Open)
            && !parsed.traits.cover(&shown.id, shown.item.action_ids())
    };
    form.scenarios().iter().filter(is_untagged).count()
}
