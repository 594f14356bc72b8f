//! `egard content build-forms`: draw parallel forms from the blueprint, show what was balanced, and print them
//! as TOML for `pack.toml`. Nothing is written: a person looks at the forms first.

use std::collections::BTreeSet;
use std::path::Path;

use domain::form_building::{BalanceRow, BuiltForms, FormPlan, build_forms};
use domain::ids::{FormId, ScenarioId};
use domain::item::ItemFormat;
use domain::pack::{ParsedPack, Scenario};

use super::folder;
use super::tables::table;
use crate::cli::{CliError, terminal};

/// What to draw.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BuildFormsArgs {
    /// Beginning of the forms' ids; a letter is added when there are several.
    #[arg(long, default_value = "drawn")]
    id: String,
    /// How many parallel forms.
    #[arg(long, default_value_t = 2)]
    forms: usize,
    /// Scenarios of each form, dialogues left out.
    #[arg(long, default_value_t = 24)]
    scenarios: usize,
    /// Dialogues of each form.
    #[arg(long, default_value_t = 0)]
    dialogues: usize,
    /// How many of the scenarios stand in every form.
    #[arg(long, default_value_t = 0)]
    anchors: usize,
    /// Formats to draw from besides dialogues.
    #[arg(long, value_delimiter = ',', default_value = "rate")]
    formats: Vec<String>,
    /// Scenarios not to draw; those for practice never are.
    #[arg(long, value_delimiter = ',')]
    leave_out: Vec<String>,
    /// The practice scenario; without it that of the pack's first form.
    #[arg(long)]
    practice: Option<String>,
    /// The same seed draws the same forms.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Prints the balance and the TOML.
pub(super) fn run(folder: &Path, args: &BuildFormsArgs) -> Result<(), CliError> {
    let parsed = folder::parse(folder)?;
    terminal::print(&drawn(&parsed, args)?)
}

/// The balance as comments and the forms as TOML, so that the whole output may stand in `pack.toml`.
pub(super) fn drawn(parsed: &ParsedPack, args: &BuildFormsArgs) -> Result<String, CliError> {
    let pack = &parsed.pack;
    let practice = match &args.practice {
        Some(id) => known(parsed, "--practice", id)?,
        None => {
            let first = pack.forms.first().map(|form| form.practice.clone());
            first.ok_or_else(|| {
                CliError("the pack has no form to take the practice from: --practice".into())
            })?
        }
    };
    let ids = form_ids(args)?;
    let plan = FormPlan {
        forms: args.forms,
        scenarios: args.scenarios,
        dialogues: args.dialogues,
        anchors: args.anchors,
        blueprint: pack.blueprint.clone(),
        left_out: left_out(parsed, args, &practice)?,
    };
    let built = build_forms(pack, &parsed.key, &plan, args.seed).map_err(|error| {
        CliError(format!("no forms can be drawn from {} {}: {error}", pack.id, pack.version))
    })?;
    let practice_dialogue = practice_dialogue(parsed).filter(|_| args.dialogues > 0);
    let mut text = comments(parsed, args, &ids, &built);
    for (id, scenarios) in ids.iter().zip(&built.forms) {
        text.push_str(&toml(parsed, id, &practice, practice_dialogue.as_ref(), scenarios));
    }
    Ok(text)
}

/// The ids of the forms: one alone keeps the beginning as it is.
fn form_ids(args: &BuildFormsArgs) -> Result<Vec<FormId>, CliError> {
    let letters = ('a'..='z').take(args.forms);
    let id = |letter: char| match args.forms {
        1 => args.id.clone(),
        _ => format!("{}-{letter}", args.id),
    };
    letters
        .map(|letter| FormId::parse(&id(letter)).map_err(|error| CliError(format!("--id: {error}"))))
        .collect()
}

fn known(parsed: &ParsedPack, option: &str, id: &str) -> Result<ScenarioId, CliError> {
    let found = ScenarioId::parse(id).map_err(|error| CliError(format!("{option}: {error}")))?;
    match parsed.pack.scenario(&found) {
        Some(_) => Ok(found),
        None => Err(CliError(format!("{option}: the pack has no scenario \"{id}\""))),
    }
}

/// What is not drawn: practice of any form, what the author names, and formats not asked for.
fn left_out(
    parsed: &ParsedPack,
    args: &BuildFormsArgs,
    practice: &ScenarioId,
) -> Result<BTreeSet<ScenarioId>, CliError> {
    for tag in &args.formats {
        if !ItemFormat::ALL.iter().any(|format| format.tag() == tag) {
            let tags = ItemFormat::ALL.map(|format| format.tag().to_owned()).join(", ");
            return Err(CliError(format!("--formats: \"{tag}\" is not one of: {tags}")));
        }
    }
    let forms = &parsed.pack.forms;
    let mut left_out: BTreeSet<ScenarioId> = BTreeSet::from([practice.clone()]);
    left_out.extend(forms.iter().map(|form| form.practice.clone()));
    left_out.extend(forms.iter().flat_map(|form| form.practice_also.iter().cloned()));
    for id in &args.leave_out {
        left_out.insert(known(parsed, "--leave-out", id)?);
    }
    let is_other = |scenario: &&Scenario| {
        let format = scenario.item.format();
        format != ItemFormat::Dialogue && !args.formats.iter().any(|tag| tag == format.tag())
    };
    left_out.extend(parsed.pack.scenarios.values().filter(is_other).map(|scenario| scenario.id.clone()));
    Ok(left_out)
}

/// The dialogue that forms of the pack have for practice, to be shown before the first that counts.
fn practice_dialogue(parsed: &ParsedPack) -> Option<ScenarioId> {
    let mut practice = parsed.pack.forms.iter().flat_map(|form| &form.practice_also);
    practice.find(|id| is_dialogue(parsed, id)).cloned()
}

fn is_dialogue(parsed: &ParsedPack, id: &ScenarioId) -> bool {
    parsed.pack.scenario(id).is_some_and(|scenario| scenario.item.format() == ItemFormat::Dialogue)
}

fn comments(parsed: &ParsedPack, args: &BuildFormsArgs, ids: &[FormId], built: &BuiltForms) -> String {
    let mut heads = vec![String::new()];
    heads.extend(ids.iter().map(ToString::to_string));
    heads.push("apart".to_owned());
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let row = |row: &BalanceRow| {
        let counts =
            row.counts.iter().chain(std::iter::once(&row.spread())).map(u32::to_string).collect::<Vec<_>>();
        std::iter::once(row.what.clone()).chain(counts).collect()
    };
    let rows: Vec<Vec<String>> = built.balance.iter().map(row).collect();
    let anchors = built.anchors.iter().map(ScenarioId::as_str).collect::<Vec<_>>().join(", ");
    let text = format!(
        "Drawn from {} {} with seed {}: {} form(s) of {} scenarios and {} dialogues.\n\
         Counts: actions for families, constructs and the key, else scenarios.\n\n{}\n\n\
         In every form: {}.\n\
         Equal counts do not make forms equal in difficulty: only data show that.",
        parsed.pack.id,
        parsed.pack.version,
        args.seed,
        args.forms,
        args.scenarios,
        args.dialogues,
        table(&heads, &rows),
        if anchors.is_empty() { "nothing" } else { &anchors },
    );
    text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

fn toml(
    parsed: &ParsedPack,
    id: &FormId,
    practice: &ScenarioId,
    practice_dialogue: Option<&ScenarioId>,
    scenarios: &[ScenarioId],
) -> String {
    let mut shown: Vec<&ScenarioId> = scenarios.iter().collect();
    if let (Some(practice), Some(first)) =
        (practice_dialogue, shown.iter().position(|id| is_dialogue(parsed, id)))
    {
        shown.insert(first, practice);
    }
    let list: String = shown.iter().map(|id| format!("  \"{id}\",\n")).collect();
    let names = parsed.pack.languages.iter().map(|language| format!("{language} = \"{id}\""));
    let names = names.collect::<Vec<_>>().join(", ");
    let also = practice_dialogue.map_or_else(String::new, |id| format!("practice_also = [\"{id}\"]\n"));
    format!(
        "\n[[form]]\nid = \"{id}\"\nversion = 1\nname = {{ {names} }}\npractice = \"{practice}\"\n\
         scenarios = [\n{list}]\n{also}"
    )
}
