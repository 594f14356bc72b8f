//! The figures of all scenarios of a pack together: what there is, how it reads, how the languages and the
//! actions compare, who the customers are, and what the dialogues are made of.

use domain::content::dialogue_facts::dialogue_facts;
use domain::content::near_duplicates::near_duplicates;
use domain::content::parity::disparities;
use domain::content::people::CustomerBalance;
use domain::content::reading::{HARD_LIX, scenario_reading};
use domain::content::traits::Trait;
use domain::ids::ActionId;
use domain::item::{Item, ItemFormat, points};
use domain::language::Language;
use domain::pack::media::MediaKind;
use domain::pack::problem::ProblemCode;
use domain::pack::{Gender, ParsedPack, Scenario};

use super::tables::{extremes, line, table};

/// The sections of the report that are about the bank, in their order.
pub(super) fn sections(parsed: &ParsedPack) -> Vec<String> {
    let mut sections = vec![
        head(parsed),
        reading(parsed),
        lengths(parsed),
        spread(parsed),
        texts(parsed),
        customers(parsed),
    ];
    sections.extend(dialogues(parsed));
    sections
}

/// One line per scenario.
pub(super) fn scenarios(parsed: &ParsedPack) -> String {
    let languages = &parsed.pack.languages;
    let of = |scenario: &Scenario| {
        let mut row = vec![scenario.id.to_string(), scenario.item.format().tag().to_owned()];
        for language in languages {
            let reading = scenario_reading(scenario, *language).unwrap_or_default();
            row.push(reading.words.to_string());
            row.push(reading.lix().to_string());
            row.push(
                ratio(scenario, *language).map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
            );
        }
        row.push(categories(parsed, scenario).iter().map(u8::to_string).collect::<Vec<_>>().join(" "));
        row
    };
    let rows: Vec<Vec<String>> = parsed.pack.scenarios.values().map(of).collect();
    let mut heads = vec!["scenario".to_owned(), "format".to_owned()];
    for language in languages {
        heads.extend(["words", "LIX", "length"].map(|what| format!("{language} {what}")));
    }
    heads.push("key".to_owned());
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    format!("Each scenario\n{}", table(&heads, &rows))
}

fn head(parsed: &ParsedPack) -> String {
    let ParsedPack { pack, key, .. } = parsed;
    let formats = ItemFormat::ALL.into_iter().filter_map(|format| {
        let n = pack.scenarios.values().filter(|scenario| scenario.item.format() == format).count();
        (n > 0).then(|| format!("{} {n}", format.tag()))
    });
    let forms = pack.forms.iter().map(|form| form.id.to_string());
    let tags = Trait::ALL.iter().map(|tag| {
        let with = |scenario: &Scenario| {
            scenario.item.action_ids().filter(|id| parsed.traits.has(&scenario.id, id, *tag)).count()
        };
        format!("{tag} {}", pack.scenarios.values().map(with).sum::<usize>())
    });
    let tagged = pack.scenarios.values().filter(|scenario| {
        scenario.item.format() != ItemFormat::Open
            && parsed.traits.cover(&scenario.id, scenario.item.action_ids())
    });
    let media = MediaKind::ALL.iter().filter_map(|kind| {
        let of = |scenario: &Scenario| scenario.prose.iter().next().map(|(_, prose)| prose.media.clone());
        let all = pack.scenarios.values().filter_map(of).flatten();
        let n = all.filter(|media| media.kind() == *kind).count();
        (n > 0).then(|| format!("{kind} {n}"))
    });
    let media: Vec<String> = media.collect();
    let bytes: usize = parsed.media.iter().map(|file| file.bytes.len()).sum();
    let media = (!media.is_empty())
        .then(|| line("media", media.into_iter().chain([format!("{} KiB", bytes.div_ceil(1024))])));
    let lines = [
        format!("Pack {} {}: {} scenarios.", pack.id, pack.version, pack.scenarios.len()),
        format!("Key {} ({}, {} experts).", key.version, key.provenance.code(), key.n_experts),
        line("formats", formats),
        line("forms", forms),
        line("scenarios with tags", [tagged.count().to_string()]),
        line("actions by tag", tags),
    ];
    lines.into_iter().chain(media).collect::<Vec<_>>().join("\n")
}

fn reading(parsed: &ParsedPack) -> String {
    let row = |language: &Language| {
        let all: Vec<_> = parsed
            .pack
            .scenarios
            .values()
            .filter_map(|scenario| Some((scenario_reading(scenario, *language)?, scenario.id.as_str())))
            .collect();
        let [fewest, words, most] = extremes(all.iter().map(|(read, id)| (read.words, *id)).collect())?;
        let [lowest, lix, highest] = extremes(all.iter().map(|(read, id)| (read.lix(), *id)).collect())?;
        let hard = all.iter().filter(|(read, _)| read.lix() >= HARD_LIX).count();
        let figures = [fewest.0, words.0, most.0, lowest.0, lix.0, highest.0].map(|n| n.to_string());
        let mut row = vec![language.to_string()];
        row.extend(figures);
        row.extend([hard.to_string(), highest.1.to_owned()]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = parsed.pack.languages.iter().filter_map(row).collect();
    let hard = format!("LIX {HARD_LIX}+");
    let heads = ["", "words", "median", "most", "LIX", "median", "most", hard.as_str(), "hardest"];
    format!(
        "Reading: scene, question and actions of a scenario (all options of a dialogue)\n{}",
        table(&heads, &rows)
    )
}

fn lengths(parsed: &ParsedPack) -> String {
    let row = |language: &Language| {
        let of = |scenario: &'_ Scenario| ratio(scenario, *language);
        let all = parsed.pack.scenarios.values();
        let ratios = all.filter_map(|scenario| Some((of(scenario)?, scenario.id.as_str()))).collect();
        let [lowest, median, highest] = extremes::<f64, &str>(ratios)?;
        let mut row = vec![language.to_string()];
        row.extend([lowest.0, median.0, highest.0].map(|ratio| format!("{ratio:.2}")));
        row.push(highest.1.to_owned());
        Some(row)
    };
    let rows: Vec<Vec<String>> = parsed.pack.languages.iter().filter_map(row).collect();
    format!(
        "Option length ratio: longest to shortest action of a scenario or node, in characters\n{}",
        table(&["", "lowest", "median", "highest", "in"], &rows)
    )
}

/// The longest action that is read beside others, over the shortest; the largest of a dialogue's nodes.
fn ratio(scenario: &Scenario, language: Language) -> Option<f64> {
    let prose = scenario.prose.get(language)?;
    let length = |id: &ActionId| {
        let characters = prose.action(id)?.text.chars().count();
        u32::try_from(characters).ok().map(f64::from)
    };
    let of_group = |ids: Vec<&ActionId>| {
        let lengths: Vec<f64> = ids.into_iter().filter_map(length).collect();
        let (longest, shortest) =
            (lengths.iter().copied().reduce(f64::max)?, lengths.iter().copied().reduce(f64::min)?);
        (shortest > 0.0).then(|| longest / shortest)
    };
    match &scenario.item {
        Item::EmotionProfile(_) | Item::Open(_) => None,
        Item::Dialogue(definition) => {
            let ids =
                definition.nodes.iter().map(|node| node.options.iter().map(|option| &option.id).collect());
            ids.filter_map(of_group).reduce(f64::max)
        }
        item => of_group(item.action_ids().collect()),
    }
}

fn categories(parsed: &ParsedPack, scenario: &Scenario) -> Vec<u8> {
    let category = |id| parsed.key.category(&scenario.id, id).map(|category| category.get());
    scenario.item.action_ids().filter_map(category).collect()
}

fn spread(parsed: &ParsedPack) -> String {
    let valued: Vec<Vec<u8>> = parsed
        .pack
        .scenarios
        .values()
        .filter(|scenario| !matches!(scenario.item, Item::EmotionProfile(_) | Item::Open(_)))
        .map(|scenario| categories(parsed, scenario))
        .collect();
    let holding = |wanted: &[u8]| {
        let n = valued.iter().filter(|keys| wanted.iter().all(|number| keys.contains(number))).count();
        format!("{n} of {}", valued.len())
    };
    let times = |number: u8| {
        let n = valued.iter().flatten().filter(|key| **key == number).count();
        format!("{n} keyed {number}")
    };
    [
        "Action spread (emotions left out)".to_owned(),
        line("actions", (1..=4).map(times)),
        line("a 1 and a 4", [holding(&[1, 4])]),
        line("all of 1 to 4", [holding(&[1, 2, 3, 4])]),
    ]
    .join("\n")
}

fn texts(parsed: &ParsedPack) -> String {
    let pack = &parsed.pack;
    let per_language = |count: &dyn Fn(Language) -> usize| {
        pack.languages.iter().map(|language| format!("{language} {}", count(*language))).collect::<Vec<_>>()
    };
    let tone = |language: Language| {
        let file = format!("/{language}.toml");
        let is_tone = |problem: &&domain::pack::problem::Problem| {
            problem.code == ProblemCode::ToneWord && problem.file.ends_with(&file)
        };
        parsed.warnings.iter().filter(is_tone).count()
    };
    let words = |language: Language| {
        let of =
            |scenario: &Scenario| scenario_reading(scenario, language).map_or(0, |reading| reading.words);
        f64::from(pack.scenarios.values().map(of).sum::<u32>())
    };
    let (french, english) = (words(Language::Fr), words(Language::En));
    let mut lines = vec![
        "Texts".to_owned(),
        line("near-duplicates", per_language(&|language| near_duplicates(pack, language).len())),
        line("tone words", per_language(&tone)),
    ];
    if french > 0.0 && english > 0.0 {
        let parity = format!("{:.2} words for each English one", french / english);
        lines.push(line("French", [parity, format!("{} difference(s)", disparities(pack).len())]));
    }
    lines.join("\n")
}

fn customers(parsed: &ParsedPack) -> String {
    let mut lines = vec!["Customers".to_owned()];
    for language in &parsed.pack.languages {
        let balance = CustomerBalance::of(&parsed.pack, *language);
        let count = |gender| balance.genders.get(&gender).copied().unwrap_or_default();
        lines.push(line(
            language.code(),
            [
                format!("{} women", count(Gender::Woman)),
                format!("{} men", count(Gender::Man)),
                format!("{} not told", balance.untold.len()),
                format!("{} names used again", balance.repeated_names.len()),
            ],
        ));
        let emotions = balance.by_emotion.iter().map(|(emotion, genders)| {
            let count = |gender| genders.get(&gender).copied().unwrap_or_default();
            format!("{emotion} {}+{}", count(Gender::Woman), count(Gender::Man))
        });
        lines.push(line("  women+men", emotions));
    }
    lines.join("\n")
}

fn dialogues(parsed: &ParsedPack) -> Option<String> {
    let ParsedPack { pack, key, .. } = parsed;
    let hundredths = |value: i32| format!("{:+.1}", f64::from(value) / 100.0);
    let row = |scenario: &Scenario| {
        let facts = dialogue_facts(scenario.item.dialogue()?)?;
        let chance = key.categories.get(&scenario.id).map(|key| points::chance(&scenario.item, key));
        let chance = chance.map(|(points, weight)| 100.0 * points / f64::from(weight.max(1)));
        let scored: Vec<String> =
            facts.scored.iter().map(|(family, nodes)| format!("{family} {nodes}")).collect();
        Some(vec![
            scenario.id.to_string(),
            facts.nodes.to_string(),
            facts.ways.to_string(),
            format!("{}-{}", facts.turns.0, facts.turns.1),
            hundredths(facts.start),
            hundredths(facts.lowest),
            hundredths(facts.highest),
            chance.map_or_else(|| "-".to_owned(), |chance| format!("{chance:.1}")),
            scored.join(", "),
        ])
    };
    let rows: Vec<Vec<String>> = pack.scenarios.values().filter_map(row).collect();
    let heads =
        ["", "nodes", "ways", "turns", "start", "lowest", "highest", "chance", "scored nodes of each way"];
    (!rows.is_empty()).then(|| {
        format!("Dialogues, with (P - A) x E at the start and at the ends\n{}", table(&heads, &rows))
    })
}
