//! Reading values that stand in every language of a pack.

use crate::language::Language;
use crate::pack::Localised;

impl<T> Localised<T> {
    /// The value in a language of the pack.
    #[must_use]
    pub fn get(&self, language: Language) -> Option<&T> {
        self.0.get(&language)
    }

    /// The value in this language, or in the first language there is when the pack lacks it.
    #[must_use]
    pub fn or_first(&self, language: Language) -> Option<&T> {
        self.get(language).or_else(|| self.0.values().next())
    }

    /// All values with their languages.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &T)> {
        self.0.iter().map(|(language, value)| (*language, value))
    }
}

impl Localised<String> {
    /// The text in this language, or in the first language there is.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.or_first(language).map_or("", String::as_str)
    }
}

impl<T> FromIterator<(Language, T)> for Localised<T> {
    fn from_iter<I: IntoIterator<Item = (Language, T)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}
