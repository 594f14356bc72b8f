//! The texts of the pages in both languages, resolved on the server with an explicit language.

use domain::language::Language;

/// The module that the build script writes from the locale files.
#[expect(missing_docs, unreachable_pub, clippy::expect_used, reason = "generated from the locale files")]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

use generated::i18n::Locale;

/// The locale of a language.
#[must_use]
pub const fn locale(language: Language) -> Locale {
    match language {
        Language::Fr => Locale::fr,
        Language::En => Locale::en,
    }
}

/// A text in a language: `text!(language, common.skip)`, with arguments as in `text!(language, home.n, count = 3)`.
#[macro_export]
macro_rules! text {
    ($language:expr, $($rest:tt)*) => {
        leptos_i18n::td_string!($crate::texts::locale($language), $($rest)*)
    };
}
