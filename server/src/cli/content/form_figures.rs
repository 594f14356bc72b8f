//! The figures of one form: what it covers, how its key is spread, and what careless answers would earn.

use domain::content::giveaways::giveaways;
use domain::content::personas::{HALF_RIGHT, wrong_percent};
use domain::form::{Coverage, Form, KeyBalance};
use domain::pack::ParsedPack;

use super::tables::line;
use crate::cli::CliError;

/// The section of the report about a form.
pub(super) fn section(parsed: &ParsedPack, form: &Form) -> Result<String, CliError> {
    let ParsedPack { pack, key, traits, .. } = parsed;
    let coverage = Coverage::of(form, pack);
    let mut lines = vec![format!(
        "Form {} version {}: {} scored actions in {} scenarios, about {} min.",
        form.id,
        form.version,
        coverage.scored.actions,
        coverage.scored.scenarios,
        coverage.expected_seconds.div_ceil(60)
    )];
    let counted = |code: &str, count: &domain::form::Count| {
        format!("  {code:<20} {:>3} actions in {:>2} scenarios", count.actions, count.scenarios)
    };
    lines.extend(coverage.families.iter().map(|(family, count)| counted(family.code(), count)));
    lines.extend(coverage.constructs.iter().map(|(construct, count)| counted(construct.code(), count)));
    lines.push(line("channels", coverage.channels.iter().map(|(code, n)| format!("{code} {n}"))));
    lines.push(line("contexts", coverage.contexts.iter().map(|(code, n)| format!("{code} {n}"))));
    lines.push(line("emotions", coverage.emotions.iter().map(|(code, n)| format!("{code} {n}"))));
    lines.push(line("gaps", coverage.expectation_gaps.iter().map(|(code, n)| format!("{code} {n}"))));
    let balance =
        KeyBalance::of(form, key).map_err(|error| CliError(format!("form {}: {error}", form.id)))?;
    lines.push(line("key categories 1-4", balance.categories.iter().map(u32::to_string)));
    lines
        .push(line("score of always 1-4", balance.constant_scores.iter().map(|score| format!("{score:.1}"))));
    lines.push(line("chance level", [format!("{:.1}", balance.chance_level)]));
    for language in &pack.languages {
        let found = giveaways(pack, form, key, traits, *language);
        let Some(random) = found.first().map(|giveaway| giveaway.random) else { continue };
        let rules = found.iter().map(|own| format!("{} {:+.1}", own.rule, own.score - own.random));
        let random = std::iter::once(format!("one at random {random:.1}"));
        lines.push(line(&format!("favouring, {language}"), random.chain(rules)));
    }
    let wrong = HALF_RIGHT.iter().filter_map(|persona| {
        wrong_percent(*persona, form, key, traits).map(|percent| format!("{persona} {percent:.0} %"))
    });
    lines.push(line("on the wrong side", wrong));
    Ok(lines.join("\n"))
}
