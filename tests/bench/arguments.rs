//! The command line of the bench.

use acceptance::database::{BACKENDS, Backend};

use crate::Outcome;
use crate::cell::Path;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Measures the release server. Options:
  --seconds N         length of each cell (default 5, at most 60)
  --only DATABASE     sqlite or postgres (default both)
  --candidates LIST   connections at once, by commas (default 1,16,64,256)
  --paths LIST        form, save, both, by commas (default all)
  --people LIST       sizes of the rankings, by commas (default 300,100000)
  --markdown          also print the tables of docs/performance.md";

/// What to measure.
pub(crate) struct Arguments {
    pub(crate) seconds: u32,
    pub(crate) backends: Vec<Backend>,
    pub(crate) candidates: Vec<u32>,
    pub(crate) paths: Vec<Path>,
    pub(crate) people: Vec<u32>,
    pub(crate) markdown: bool,
    /// Be the bare server that this program measures as a ceiling.
    pub(crate) is_bare_server: bool,
}

impl Arguments {
    /// Reads the command line; nothing when only help is asked for.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Option<Self>> {
        let mut arguments = Self {
            seconds: 5,
            backends: BACKENDS.to_vec(),
            candidates: vec![1, 16, 64, 256],
            paths: vec![Path::Form, Path::Save, Path::Both],
            people: vec![300, 100_000],
            markdown: false,
            is_bare_server: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--seconds" => arguments.seconds = within(&value()?, 1, 60)?,
                "--only" => arguments.backends = vec![backend(&value()?)?],
                "--candidates" => arguments.candidates = list(&value()?, |text| within(text, 1, 1_000))?,
                "--paths" => arguments.paths = list(&value()?, path)?,
                "--people" => arguments.people = list(&value()?, |text| within(text, 1, 200_000))?,
                "--markdown" => arguments.markdown = true,
                "--bare-server" => arguments.is_bare_server = true,
                _ => return Err(format!("unknown option {word}\n{HELP}").into()),
            }
        }
        Ok(Some(arguments))
    }
}

fn list<T>(text: &str, read: impl Fn(&str) -> Outcome<T>) -> Outcome<Vec<T>> {
    text.split(',').filter(|part| !part.is_empty()).map(read).collect()
}

fn within(text: &str, least: u32, most: u32) -> Outcome<u32> {
    let number: u32 = text.parse().map_err(|_| format!("{text} is no number"))?;
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{text} is not {least} to {most}").into())
    }
}

fn backend(text: &str) -> Outcome<Backend> {
    match text {
        "sqlite" => Ok(Backend::Sqlite),
        "postgres" => Ok(Backend::Postgres),
        _ => Err(format!("{text} is neither sqlite nor postgres").into()),
    }
}

fn path(text: &str) -> Outcome<Path> {
    match text {
        "form" => Ok(Path::Form),
        "save" => Ok(Path::Save),
        "both" => Ok(Path::Both),
        _ => Err(format!("{text} is none of form, save, both").into()),
    }
}
