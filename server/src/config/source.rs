//! Where settings come from: the defaults, then a TOML file, then the environment.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::SETTINGS;

/// Something wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting, or the file.
    pub name: String,
    /// What is wrong; never a secret.
    pub text: String,
}

/// The raw values, before they are parsed.
#[derive(Clone, Debug, Default)]
pub struct Source {
    values: BTreeMap<&'static str, String>,
    /// What was wrong already while reading.
    pub problems: Vec<Problem>,
}

impl Source {
    /// Reads the file, when there is one, and the environment, which wins.
    #[must_use]
    pub fn read(file: Option<&Path>) -> Self {
        let mut source = Self::default();
        if let Some(file) = file {
            source.read_file(file);
        }
        for setting in SETTINGS {
            if let Ok(value) = std::env::var(variable(setting.name)) {
                source.values.insert(setting.name, value);
            }
        }
        source
    }

    /// Values by name, for tests and for subcommands that fix some settings.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut source = Self::default();
        for (name, value) in pairs {
            source.set(&name, value);
        }
        source
    }

    /// Sets one value over what was read.
    pub fn set(&mut self, name: &str, value: String) {
        match SETTINGS.iter().find(|setting| setting.name == name) {
            Some(setting) => {
                self.values.insert(setting.name, value);
            }
            None => {
                self.problems.push(Problem { name: name.to_owned(), text: "is not a setting".to_owned() })
            }
        }
    }

    /// Whether somebody set a value.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The value of a setting, or its default.
    #[must_use]
    pub fn value(&self, name: &'static str) -> &str {
        let default =
            SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.default);
        self.values.get(name).map_or(default, String::as_str)
    }

    fn read_file(&mut self, file: &Path) {
        let told = |text: String| Problem { name: file.display().to_string(), text };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(told(format!("cannot be read: {error}")));
                return;
            }
        };
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                // Only the message: the excerpt that Display adds could show a secret of the next line.
                self.problems.push(told(format!("is not TOML: {}", toml::de::Error::message(&error))));
                return;
            }
        };
        for (name, value) in table {
            match value {
                toml::Value::String(text) => self.set(&name, text),
                toml::Value::Integer(number) => self.set(&name, number.to_string()),
                toml::Value::Boolean(truth) => self.set(&name, truth.to_string()),
                toml::Value::Array(list) => {
                    let words: Vec<&str> = list.iter().filter_map(toml::Value::as_str).collect();
                    self.set(&name, words.join(","));
                }
                _ => self
                    .problems
                    .push(Problem { name, text: "must be a text, a number or a list".to_owned() }),
            }
        }
    }

    /// Every setting with its value, one a line; secrets only say whether they are set.
    #[must_use]
    pub fn listing(&self) -> String {
        SETTINGS
            .iter()
            .map(|setting| {
                let value = self.value(setting.name);
                let shown = match (setting.is_secret, value.is_empty()) {
                    (_, true) => "(empty)",
                    (true, false) => "(set, not shown)",
                    (false, false) => value,
                };
                format!(
                    "# {}\n# variable {}\n{} = {shown}\n",
                    setting.doc,
                    variable(setting.name),
                    setting.name
                )
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn variable(name: &str) -> String {
    format!("EGARD_{}", name.to_ascii_uppercase())
}
