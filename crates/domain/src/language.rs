//! The languages of the product. A pack and a campaign choose among them.

use crate::closed_code::closed_code;

closed_code! {
    /// A language of texts and screens.
    pub enum Language {
        /// French.
        Fr = "fr",
        /// English.
        En = "en",
    }
}

impl Language {
    /// Every language, French first.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for language in Language::all() {
            assert_eq!(Language::parse(language.code()), Ok(*language));
        }
    }

    #[test]
    fn an_unknown_code_is_told_with_those_that_exist() {
        let error = Language::parse("de").unwrap_err();

        assert_eq!(error.to_string(), "\"de\" is not one of: fr, en");
    }
}
