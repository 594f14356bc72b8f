//! Reads all files of a pack, compares them with each other and gathers every problem. What belongs to one
//! file is in the reader of that file; what is advice is in [`super::advice`].

use crate::content::traits::{Trait, Traits};
use crate::ids::{ActionId, ScenarioId};
use crate::key::Key;
use crate::language::Language;
use crate::pack::advice::scenario_advice;
use crate::pack::manifest::{Head, Manifest, read_manifest};
use crate::pack::media::Media;
use crate::pack::media_reader::{FolderFiles, differing};
use crate::pack::problem::{Problem, ProblemCode};
use crate::pack::prose::{ProseOutline, read_prose};
use crate::pack::scenario::{ScenarioOutline, read_scenario};
use crate::pack::toml_file::TomlFile;
use crate::pack::traits::read_traits;
use crate::pack::{Localised, PACK_FORMAT, Pack, PackFile, Scenario};
use psychometrics::rating::Category;
use std::collections::{BTreeMap, BTreeSet};

const MANIFEST: &str = "pack.toml";
const DEFINITION: &str = "scenario.toml";
const TRAITS: &str = "traits.toml";

/// The pack with its key, as far as everything could be read, and all problems in the order of files and
/// lines: the manifest first.
pub(super) fn check(files: &[PackFile]) -> (Option<(Pack, Key, Traits)>, Vec<Problem>) {
    let mut problems = Vec::new();
    let folder = Folder::sort(files, &mut problems);
    let manifest = match folder.manifest {
        Some(file) => read(file, &mut problems, read_manifest),
        None => {
            let message = "The pack has no pack.toml.".to_owned();
            problems.push(problem(MANIFEST, ProblemCode::MissingFile, message));
            None
        }
    };
    // Without a list of languages, prose is read in those that are there.
    let languages = manifest.as_ref().map(|manifest| manifest.languages.clone()).unwrap_or_default();
    let mut scenarios = BTreeMap::new();
    for (id, files) in &folder.scenarios {
        if let Some(scenario) = read_folder(id, files, &languages, &mut problems) {
            scenarios.insert(scenario.0.id.clone(), scenario);
        }
    }
    let pack = manifest.and_then(|manifest| assemble(manifest, scenarios, &folder, &mut problems));
    problems.sort_by(|a, b| {
        let place = |problem: &Problem| (problem.file != MANIFEST, problem.file.clone(), problem.line);
        place(a).cmp(&place(b))
    });
    // Two languages may name one broken file.
    problems.dedup();
    (pack, problems)
}

/// The files by what they are.
#[derive(Default)]
struct Folder<'f> {
    manifest: Option<&'f PackFile>,
    scenarios: BTreeMap<&'f str, ScenarioFiles<'f>>,
}

#[derive(Default)]
struct ScenarioFiles<'f> {
    definition: Option<&'f PackFile>,
    traits: Option<&'f PackFile>,
    prose: BTreeMap<Language, &'f PackFile>,
    /// What is neither TOML nor for people: media, if a prose names it.
    others: FolderFiles<'f>,
}

impl<'f> Folder<'f> {
    fn sort(files: &'f [PackFile], problems: &mut Vec<Problem>) -> Self {
        let mut folder = Self::default();
        let mut seen = BTreeSet::new();
        let mut others = Vec::new();
        for file in files {
            if !seen.insert(file.path.as_str()) {
                let message = "The file stands in the pack twice.".to_owned();
                problems.push(problem(&file.path, ProblemCode::Duplicate, message));
                continue;
            }
            let parts: Vec<&str> = file.path.split('/').collect();
            match parts.as_slice() {
                [MANIFEST] => folder.manifest = Some(file),
                ["scenarios", id, DEFINITION] => {
                    folder.scenarios.entry(id).or_default().definition = Some(file);
                }
                ["scenarios", id, TRAITS] => {
                    folder.scenarios.entry(id).or_default().traits = Some(file);
                }
                ["scenarios", id, name] if prose_language(name).is_some() => {
                    if let Some(language) = prose_language(name) {
                        folder.scenarios.entry(id).or_default().prose.insert(language, file);
                    }
                }
                ["scenarios", id, name] if !name.ends_with(".toml") && !name.ends_with(".md") => {
                    others.push((*id, *name, file));
                }
                _ => problems.extend(stray(file)),
            }
        }
        // A folder that holds nothing to read is no scenario.
        for (id, name, file) in others {
            match folder.scenarios.get_mut(id) {
                Some(scenario) => drop(scenario.others.insert(name, file)),
                None => problems.extend(stray(file)),
            }
        }
        folder
    }
}

fn prose_language(name: &str) -> Option<Language> {
    name.strip_suffix(".toml").and_then(|code| Language::parse(code).ok())
}

/// A file that is not read: TOML was meant to be read, Markdown is for people, anything else is told.
fn stray(file: &PackFile) -> Option<Problem> {
    if file.path.ends_with(".toml") {
        let message = "The pack format knows no such file; see docs/pack-format.md.".to_owned();
        Some(problem(&file.path, ProblemCode::UnexpectedFile, message))
    } else if file.path.ends_with(".md") {
        None
    } else {
        let message = "The file is not part of the pack format and was not read.".to_owned();
        Some(problem(&file.path, ProblemCode::IgnoredFile, message))
    }
}

fn read<T>(
    file: &PackFile,
    problems: &mut Vec<Problem>,
    reader: impl FnOnce(&TomlFile<'_>) -> Option<T>,
) -> Option<T> {
    match TomlFile::new(&file.path, &file.bytes) {
        Ok(source) => {
            let value = reader(&source);
            problems.extend(source.into_problems());
            value
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

type ActionTraits = BTreeMap<ActionId, BTreeSet<Trait>>;
/// A scenario with its key categories and its traits.
type ReadScenario = (Scenario, BTreeMap<ActionId, Category>, Option<ActionTraits>);

/// A scenario with what belongs to it, when its files are whole.
fn read_folder(
    id: &str,
    files: &ScenarioFiles<'_>,
    languages: &[Language],
    problems: &mut Vec<Problem>,
) -> Option<ReadScenario> {
    let outline = match files.definition {
        Some(file) => read(file, problems, |source| read_scenario(source, id)),
        None => {
            let message = "The scenario has no definition.".to_owned();
            problems.push(problem(&path(id, DEFINITION), ProblemCode::MissingFile, message));
            None
        }
    };
    for language in languages.iter().filter(|language| !files.prose.contains_key(language)) {
        let message = format!("The scenario has no prose in the language {language}.");
        let name = format!("{language}.toml");
        problems.push(problem(&path(id, &name), ProblemCode::MissingLanguage, message));
    }
    let mut prose = Vec::new();
    for (language, file) in &files.prose {
        if !languages.is_empty() && !languages.contains(language) {
            let message = format!("The pack is not in the language {language}; see its \"languages\".");
            problems.push(problem(&file.path, ProblemCode::UnexpectedFile, message));
            continue;
        }
        let outline = outline.as_ref();
        prose.push(
            read(file, problems, |source| read_prose(source, outline, &files.others))
                .map(|read| (*language, read)),
        );
    }
    let traits =
        files.traits.map(|file| read(file, problems, |source| read_traits(source, outline.as_ref())));
    problems.extend(media_problems(id, files, &prose));
    let outline = outline?;
    let whole: Vec<&(Language, ProseOutline)> = prose.iter().flatten().collect();
    let definition = path(id, DEFINITION);
    problems.extend(scenario_advice(
        &definition,
        &outline,
        |language| path(id, &format!("{language}.toml")),
        &whole,
    ));
    let prose: Vec<(Language, ProseOutline)> = prose.into_iter().collect::<Option<_>>()?;
    let categories = outline.item.action_ids().cloned().zip(outline.categories.iter().copied()).collect();
    Some((scenario(outline, prose), categories, traits.flatten()))
}

/// Media that differ between the languages, and files that no prose names; both only when all prose could be read.
fn media_problems(
    id: &str,
    files: &ScenarioFiles<'_>,
    prose: &[Option<(Language, ProseOutline)>],
) -> Vec<Problem> {
    let Some(prose) = prose.iter().map(Option::as_ref).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let kinds = |outline: &ProseOutline| -> Vec<_> {
        outline.prose.media.iter().map(Media::kind).zip(outline.media_lines.iter().copied()).collect()
    };
    let Some(((first_language, first), rest)) = prose.split_first() else { return Vec::new() };
    let file_of = |language: &Language| format!("{language}.toml");
    let first_file = file_of(first_language);
    let mut problems: Vec<Problem> = rest
        .iter()
        .filter_map(|(language, outline)| {
            differing(&path(id, &file_of(language)), &kinds(outline), &first_file, &kinds(first))
        })
        .collect();
    let named: BTreeSet<&str> = prose
        .iter()
        .flat_map(|(_, outline)| outline.prose.media.iter().flat_map(Media::files))
        .map(|file| file.name.as_str())
        .collect();
    let unnamed = files.others.iter().filter(|(name, _)| !named.contains(*name));
    problems.extend(unnamed.filter_map(|(_, file)| stray(file)));
    problems
}

fn scenario(outline: ScenarioOutline, prose: Vec<(Language, ProseOutline)>) -> Scenario {
    Scenario {
        id: outline.id,
        version: outline.version,
        item: outline.item,
        channel: outline.channel,
        context: outline.context,
        expected_seconds: outline.expected_seconds,
        emotion: outline.emotion,
        expectation_gap: outline.expectation_gap,
        prose: prose
            .into_iter()
            .map(|(language, outline)| (language, outline.prose))
            .collect::<Localised<_>>(),
    }
}

type ReadScenarios = BTreeMap<ScenarioId, ReadScenario>;

/// Puts the parts together and checks the forms, which need all of them.
fn assemble(
    manifest: Manifest,
    scenarios: ReadScenarios,
    folder: &Folder<'_>,
    problems: &mut Vec<Problem>,
) -> Option<(Pack, Key, Traits)> {
    let folders: BTreeSet<&str> = folder.scenarios.keys().copied().collect();
    let forms = manifest.forms?;
    for form in &forms {
        problems.extend(form.list_problems(&folders));
    }
    problems.extend(unused_scenarios(&forms, &folders));
    let mut categories = BTreeMap::new();
    let mut whole = BTreeMap::new();
    let mut traits = Traits::default();
    for (id, (scenario, of_scenario, of_actions)) in scenarios {
        categories.insert(id.clone(), of_scenario);
        if let Some(of_actions) = of_actions {
            traits.insert(id.clone(), of_actions);
        }
        whole.insert(id, scenario);
    }
    let Head {
        id,
        version,
        is_public,
        licence,
        authors,
        title,
        description,
        families,
        constructs,
        sources,
        key,
    } = manifest.head?;
    let key = Key {
        version: key.version,
        provenance: key.provenance,
        n_experts: key.n_experts,
        date: key.date,
        categories,
    };
    let pack = Pack {
        format: PACK_FORMAT,
        id,
        version,
        is_public,
        languages: manifest.languages,
        licence,
        authors,
        title,
        description,
        families,
        constructs,
        blueprint: manifest.blueprint?,
        forms: forms.iter().map(|form| form.definition.clone()).collect(),
        sources,
        scenarios: whole,
    };
    for form in &forms {
        problems.extend(form.blueprint_problems(&pack));
    }
    Some((pack, key, traits))
}

fn unused_scenarios<'a>(
    forms: &'a [crate::pack::form::FormOutline],
    folders: &'a BTreeSet<&str>,
) -> impl Iterator<Item = Problem> + 'a {
    let is_used = |id: &str| {
        forms.iter().any(|form| {
            let definition = &form.definition;
            definition.practice.as_str() == id || definition.scenarios.iter().any(|used| used.as_str() == id)
        })
    };
    folders.iter().filter(move |id| !is_used(id)).map(|id| {
        let message = "No form shows this scenario.".to_owned();
        problem(&path(id, DEFINITION), ProblemCode::UnusedScenario, message)
    })
}

fn path(id: &str, name: &str) -> String {
    format!("scenarios/{id}/{name}")
}

fn problem(file: &str, code: ProblemCode, message: String) -> Problem {
    Problem { file: file.to_owned(), line: None, code, message }
}
