//! What the operator says of the instance, and the honest words for what they have not filled in.

use domain::language::Language;
use leptos::prelude::*;

use crate::text;

/// What was filled in, or that it has to be.
pub(super) fn filled(language: Language, field: &str) -> AnyView {
    if field.trim().is_empty() {
        view! { <i class="soft">{text!(language, home.instance_to_fill)}</i> }.into_any()
    } else {
        field.to_owned().into_any()
    }
}

/// A contact: an e-mail address as a link, anything else as text.
pub(super) fn contact(language: Language, field: &str) -> AnyView {
    let field = field.trim();
    if is_address(field) {
        view! { <a href=format!("mailto:{field}")>{field.to_owned()}</a> }.into_any()
    } else {
        filled(language, field)
    }
}

/// A link to the source code, when there is one, after a comma.
pub(super) fn source(language: Language, url: &str) -> Option<AnyView> {
    let url = url.trim();
    is_web_address(url)
        .then(|| view! { ", "<a href=url.to_owned()>{text!(language, home.instance_source)}</a> }.into_any())
}

/// Whether a text can stand in a link to a web page.
pub(super) fn is_web_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

fn is_address(text: &str) -> bool {
    domain::email::EmailAddress::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_web_address("https://code.example/egard"));
        assert!(!is_web_address("javascript:alert(1)"));
        assert!(!is_web_address("code.example"));
        assert!(!is_web_address(""));
    }
}
