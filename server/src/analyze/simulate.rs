//! Simulated files to try the procedures on.

use clap::{Args, ValueEnum};
use psychometrics::irt::item::Item;
use psychometrics::irt::simulate::{answers, normal_levels};

use crate::analyze::AnalyzeError;

/// What to write, to standard output.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Which kind of file.
    #[arg(value_enum)]
    kind: Kind,
    /// People (answers, selection, ratings-of-actions).
    #[arg(long, default_value_t = 600)]
    people: u32,
    /// Seed: the same seed writes the same file.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Kinds of simulated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Answers to 12 items of 4 categories in two groups; item_05 is harder for group b.
    Answers,
    /// Who was selected, by group.
    Selection,
    /// 40 answers rated 0 to 4 by 4 raters.
    Ratings,
    /// Estimates of 30 people with standard errors.
    Estimates,
    /// 24 options of 6 scenarios rated 1 to 4 by 10 experts.
    Panel,
    /// Item parameters of a bank of 60 items, TOML.
    Bank,
    /// A key of 12 scenarios of 4 rated actions, TOML.
    Key,
    /// Ratings of those actions.
    RatingsOfActions,
}

/// The text of the file.
pub(super) fn simulated(args: &SimulateArgs) -> Result<String, AnalyzeError> {
    let people = usize::try_from(args.people.clamp(10, 1_000_000)).unwrap_or(10);
    match args.kind {
        Kind::Answers => answer_file(people, args.seed),
        Kind::Selection => Ok(selection_file(people, args.seed)),
        Kind::Ratings => Ok(rating_file(args.seed)),
        Kind::Estimates => Ok(estimate_file(args.seed)),
        Kind::Panel => Ok(panel_file(args.seed)),
        Kind::Bank => Ok(bank_file()),
        Kind::Key => Ok(key_file()),
        Kind::RatingsOfActions => Ok(action_file(people, args.seed)),
    }
}

fn bank(count: u16, shift_of_fifth: f64) -> Result<Vec<Item>, AnalyzeError> {
    (0..count)
        .map(|j| {
            let shift = if j == 4 { shift_of_fifth } else { 0.0 };
            let (slope, b) = parameters(j);
            Item::graded(slope, &b.map(|b| b + shift)).map_err(|e| AnalyzeError::engine("simulate", &e))
        })
        .collect()
}

fn parameters(j: u16) -> (f64, [f64; 3]) {
    let middle = f64::from(j * 7 % 13) * 0.2 - 1.2;
    (1.0 + f64::from(j % 5) * 0.2, [middle - 1.0, middle, middle + 1.0])
}

fn answer_file(people: usize, seed: u64) -> Result<String, AnalyzeError> {
    let (fair, other) = (bank(12, 0.0)?, bank(12, 0.9)?);
    let half = people / 2;
    let mut text = "person,group".to_owned();
    (1..=12).for_each(|j| text.push_str(&format!(",item_{j:02}")));
    text.push('\n');
    for (group, items, first, count) in [("a", fair, 0, people - half), ("b", other, people - half, half)] {
        let levels = normal_levels(count, 0.0, 1.0, seed + u64::from(group == "b"));
        let table = answers(&items, &levels, seed + 2).map_err(|e| AnalyzeError::engine("simulate", &e))?;
        for person in 0..table.persons() {
            text.push_str(&format!("p{:04},{group}", first + person + 1));
            (0..12).for_each(|j| text.push_str(&format!(",{}", table.category(person, j).unwrap_or(0))));
            text.push('\n');
        }
    }
    Ok(text)
}

fn selection_file(people: usize, seed: u64) -> String {
    let mut text = "person,group,selected\n".to_owned();
    for (place, level) in normal_levels(people, 0.0, 1.0, seed).into_iter().enumerate() {
        let (group, cut) = match place % 10 {
            0..=5 => ("a", 0.3),
            6..=8 => ("b", 0.75),
            _ => ("", 0.3),
        };
        text.push_str(&format!("p{:04},{group},{}\n", place + 1, u8::from(level > cut)));
    }
    text
}

/// The number of cuts below a value: a whole number on a short scale.
fn on_scale(value: f64, cuts: &[f64]) -> usize {
    cuts.iter().filter(|cut| value > **cut).count()
}

fn rating_file(seed: u64) -> String {
    let quality = normal_levels(40, 0.0, 1.0, seed);
    let errors = normal_levels(160, 0.0, 0.5, seed + 1);
    let mut text = "target,rater_1,rater_2,rater_3,rater_4\n".to_owned();
    for (place, (quality, errors)) in quality.iter().zip(errors.chunks(4)).enumerate() {
        let cells = errors.iter().map(|e| on_scale(quality + e, &[-1.2, -0.4, 0.4, 1.2]).to_string());
        text.push_str(&format!("t{:02},{}\n", place + 1, cells.collect::<Vec<_>>().join(",")));
    }
    text
}

fn estimate_file(seed: u64) -> String {
    let mut text = "person,estimate,se\n".to_owned();
    for (place, value) in normal_levels(30, 60.0, 12.0, seed).into_iter().enumerate() {
        text.push_str(&format!("p{:02},{value:.1},{}\n", place + 1, 4 + place % 3));
    }
    text
}

fn panel_file(seed: u64) -> String {
    let errors = normal_levels(240, 0.0, 0.35, seed);
    let mut text = "option".to_owned();
    (1..=10).for_each(|expert| text.push_str(&format!(",expert_{expert:02}")));
    text.push('\n');
    for (option, errors) in (0_u16..24).zip(errors.chunks(10)) {
        // Every twelfth option divides the panel.
        let middle = match option % 4 {
            0 => 1.0,
            1 => 4.0,
            2 => 2.0,
            _ => 3.4,
        };
        let cells = errors.iter().enumerate().map(|(expert, error)| {
            let own = if option % 12 == 11 && expert % 2 == 0 { 1.0 } else { middle };
            (1 + on_scale(own + error, &[1.5, 2.5, 3.5])).to_string()
        });
        let cells = cells.collect::<Vec<_>>().join(",");
        text.push_str(&format!("s{}_{},{cells}\n", option / 4 + 1, option % 4 + 1));
    }
    text
}

fn bank_file() -> String {
    let mut text = "# Item parameters: slope and thresholds of the graded response model.\n".to_owned();
    for j in 0..60 {
        let (slope, [b1, b2, b3]) = parameters(j);
        text.push_str(&format!(
            "\n[items.item_{:02}]\nslope = {slope:.2}\nthresholds = [{b1:.2}, {b2:.2}, {b3:.2}]\n",
            j + 1
        ));
    }
    text
}

/// Scenario, action and key category of the 48 actions.
fn actions() -> impl Iterator<Item = (u16, u16, u16)> {
    (0..48).map(|j| (j / 4 + 1, j % 4 + 1, 1 + (j * 7 + j / 4) % 4))
}

fn key_file() -> String {
    let mut text =
        "# The key's category of each action, 1 (never) to 4 (always); scenario_action.\n[key]\n".to_owned();
    actions().for_each(|(scenario, action, key)| text.push_str(&format!("s{scenario}_{action} = {key}\n")));
    text
}

fn action_file(people: usize, seed: u64) -> String {
    let mut text = "person".to_owned();
    actions().for_each(|(scenario, action, _)| text.push_str(&format!(",s{scenario}_{action}")));
    text.push('\n');
    let spread = normal_levels(people, 0.9, 0.25, seed);
    let errors = normal_levels(people * 48, 0.0, 1.0, seed + 1);
    for (place, (spread, errors)) in spread.iter().zip(errors.chunks(48)).enumerate() {
        let cells = errors.iter().zip(actions()).map(|(error, (_, _, key))| {
            let cuts = [1.5, 2.5, 3.5];
            (1 + on_scale(f64::from(key) + error * spread.max(0.1), &cuts)).to_string()
        });
        text.push_str(&format!("p{:04},{}\n", place + 1, cells.collect::<Vec<_>>().join(",")));
    }
    text
}
