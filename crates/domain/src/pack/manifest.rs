//! Reads `pack.toml`: everything of a pack that is not a scenario.

use crate::construct::{Construct, Family};
use crate::ids::PackId;
use crate::key::KeyProvenance;
use crate::language::Language;
use crate::pack::form::{FormOutline, read_form};
use crate::pack::problem::ProblemCode;
use crate::pack::toml_file::{Located, TomlFile};
use crate::pack::toml_reader::Table;
use crate::pack::{Blueprint, ConstructText, FamilyText, Localised, PACK_FORMAT, Source};
use chrono::NaiveDate;

/// The manifest; parts that could not be read are noted as problems and missing here.
pub(super) struct Manifest {
    /// Languages of the pack, as far as they could be read.
    pub(super) languages: Vec<Language>,
    pub(super) head: Option<Head>,
    pub(super) blueprint: Option<Blueprint>,
    pub(super) forms: Option<Vec<FormOutline>>,
}

/// Everything that needs no look at the scenarios.
pub(super) struct Head {
    pub(super) id: PackId,
    pub(super) version: String,
    pub(super) is_public: bool,
    pub(super) licence: String,
    pub(super) authors: Vec<String>,
    pub(super) title: Localised<String>,
    pub(super) description: Localised<String>,
    pub(super) families: Vec<FamilyText>,
    pub(super) constructs: Vec<ConstructText>,
    pub(super) sources: Vec<Source>,
    pub(super) key: KeyHead,
}

/// The key without its categories.
pub(super) struct KeyHead {
    pub(super) version: String,
    pub(super) provenance: KeyProvenance,
    pub(super) n_experts: u32,
    pub(super) date: NaiveDate,
}

pub(super) fn read_manifest(source: &TomlFile<'_>) -> Option<Manifest> {
    let document = source.parse()?;
    let root = Table::root(source, &document);
    let format = root.number("format", PACK_FORMAT..=PACK_FORMAT);
    let id = root.parsed::<PackId>("id", ProblemCode::Malformed);
    let version = version(&root);
    let is_public = root.boolean("public");
    let languages = languages(&root);
    let licence = root.text("licence");
    let authors = root.texts("authors");
    let title = root.localised("title", &languages);
    let description = root.localised("description", &languages);
    let key = key_head(&root);
    let families = families(&root, &languages);
    let constructs = constructs(&root, &languages);
    let blueprint = blueprint(&root);
    let forms = forms(&root, &languages);
    let sources = sources(&root);
    root.refuse_unknown_fields();
    let head = (|| {
        format?;
        Some(Head {
            id: id?.value,
            version: version?,
            is_public: is_public?.value,
            licence: licence?.value,
            authors: authors?.into_iter().map(|author| author.value).collect(),
            title: title?,
            description: description?,
            families: families?,
            constructs: constructs?,
            sources: sources?,
            key: key?,
        })
    })();
    Some(Manifest { languages, head, blueprint, forms })
}

fn version(root: &Table<'_>) -> Option<String> {
    let version = root.text("version")?;
    let is_number =
        |part: &str| part.len() <= 6 && part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
    if version.value.split('.').count() == 3 && version.value.split('.').all(is_number) {
        Some(version.value)
    } else {
        let message = format!("\"version\" is \"{}\"; it must look like 1.0.0.", version.value);
        root.source().note(ProblemCode::Malformed, Some(version.line), message);
        None
    }
}

fn languages(root: &Table<'_>) -> Vec<Language> {
    let Some(list) = root.parsed_list::<Language>("languages", ProblemCode::UnknownValue) else {
        return Vec::new();
    };
    if list.is_empty() {
        let message = "\"languages\" is empty; a pack has at least one language.".to_owned();
        root.source().note(ProblemCode::MissingLanguage, Some(root.line()), message);
    }
    list.into_iter().map(|language| language.value).collect()
}

fn key_head(root: &Table<'_>) -> Option<KeyHead> {
    let table = root.table("key")?;
    let version = table.text("version");
    let provenance = table.parsed::<KeyProvenance>("provenance", ProblemCode::UnknownValue);
    let n_experts = table.number("n_experts", 0..=10_000);
    let date = table.date("date");
    table.refuse_unknown_fields();
    let head = KeyHead {
        version: version?.value,
        provenance: provenance?.value,
        n_experts: n_experts.as_ref()?.value,
        date: date?.value,
    };
    let fault = match (head.provenance, head.n_experts) {
        (KeyProvenance::Authors, 1..) => "A key by the authors has n_experts = 0: nobody else has rated.",
        (KeyProvenance::Panel, 0) => "A key by a panel names its number of experts.",
        _ => return Some(head),
    };
    root.source().note(ProblemCode::Experts, n_experts.map(|number| number.line), fault.to_owned());
    None
}

fn families(root: &Table<'_>, languages: &[Language]) -> Option<Vec<FamilyText>> {
    let tables = root.tables("family")?;
    let read: Vec<Option<FamilyText>> = tables
        .iter()
        .map(|table| {
            let id = table.parsed::<Family>("id", ProblemCode::UnknownValue);
            let constructs = table.parsed_list::<Construct>("constructs", ProblemCode::UnknownValue);
            let name = table.localised("name", languages);
            table.refuse_unknown_fields();
            let (id, constructs) = (id?, constructs?);
            let listed: Vec<Construct> = constructs.iter().map(|construct| construct.value).collect();
            if listed != id.value.constructs() {
                let message = format!(
                    "The family {} has the constructs {}, in this order.",
                    id.value,
                    join(id.value.constructs().iter())
                );
                root.source().note(ProblemCode::Families, Some(table.line()), message);
            }
            Some(FamilyText { id: id.value, name: name? })
        })
        .collect();
    let families: Vec<FamilyText> = read.into_iter().collect::<Option<_>>()?;
    if families.iter().map(|family| family.id).eq(Family::ALL.iter().copied()) {
        Some(families)
    } else {
        let message = format!("The families are, in this order: {}.", join(Family::ALL.iter()));
        root.source().note(ProblemCode::Families, tables.first().map(Table::line), message);
        None
    }
}

fn constructs(root: &Table<'_>, languages: &[Language]) -> Option<Vec<ConstructText>> {
    let tables = root.tables("construct")?;
    let read: Vec<Option<ConstructText>> = tables
        .iter()
        .map(|table| {
            let id = table.parsed::<Construct>("id", ProblemCode::UnknownValue);
            let name = table.localised("name", languages);
            let definition = table.localised("definition", languages);
            table.refuse_unknown_fields();
            Some(ConstructText { id: id?.value, name: name?, definition: definition? })
        })
        .collect();
    let constructs: Vec<ConstructText> = read.into_iter().collect::<Option<_>>()?;
    let is_listed = |construct: &&Construct| constructs.iter().any(|text| text.id == **construct);
    if constructs.len() == Construct::ALL.len() && Construct::ALL.iter().all(|c| is_listed(&c)) {
        Some(constructs)
    } else {
        let message = format!("The constructs are, each once: {}.", join(Construct::ALL.iter()));
        root.source().note(ProblemCode::Constructs, tables.first().map(Table::line), message);
        None
    }
}

fn blueprint(root: &Table<'_>) -> Option<Blueprint> {
    let table = root.table("blueprint")?;
    let per_family = table.number("min_scored_actions_per_family", 0..=1_000);
    let per_construct = table.number("min_actions_per_construct", 0..=1_000);
    let channels = table.parsed_list("channels", ProblemCode::UnknownValue);
    let emotions = table.parsed_list("emotions", ProblemCode::UnknownValue);
    table.refuse_unknown_fields();
    Some(Blueprint {
        min_scored_actions_per_family: per_family?.value,
        min_actions_per_construct: per_construct?.value,
        channels: values(channels?),
        emotions: values(emotions?),
    })
}

fn forms(root: &Table<'_>, languages: &[Language]) -> Option<Vec<FormOutline>> {
    let read: Vec<Option<FormOutline>> =
        root.tables("form")?.iter().map(|table| read_form(table, languages)).collect();
    let forms: Vec<FormOutline> = read.into_iter().collect::<Option<_>>()?;
    for (index, form) in forms.iter().enumerate() {
        if forms.iter().take(index).any(|earlier| earlier.definition.id == form.definition.id) {
            let message = format!("The form {} stands here twice.", form.definition.id);
            root.source().note(ProblemCode::Duplicate, Some(form.line), message);
        }
    }
    Some(forms)
}

fn sources(root: &Table<'_>) -> Option<Vec<Source>> {
    let read: Vec<Option<Source>> = root
        .optional_tables("source")?
        .iter()
        .map(|table| {
            let text = table.text("text");
            let url = table.optional_text("url");
            table.refuse_unknown_fields();
            if let Some(url) = &url
                && !url.value.starts_with("https://")
            {
                let message = format!("\"url\" is \"{}\"; it must start with https://.", url.value);
                root.source().note(ProblemCode::Malformed, Some(url.line), message);
            }
            Some(Source { text: text?.value, url: url.map(|url| url.value) })
        })
        .collect();
    read.into_iter().collect()
}

fn values<T>(list: Vec<Located<T>>) -> Vec<T> {
    list.into_iter().map(|located| located.value).collect()
}

fn join<'a, T: std::fmt::Display + 'a>(values: impl Iterator<Item = &'a T>) -> String {
    values.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
