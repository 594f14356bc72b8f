//! A field of several lines. leptos writes the children of a text area unescaped, as those of a script; so nothing that
//! somebody typed may stand there but through here.

use leptos::prelude::*;

/// Text as it may stand between the tags of a text area: the browser reads back exactly what went in.
#[must_use]
pub fn for_text_area(text: &str) -> String {
    // A line end right after the opening tag is dropped by browsers: one is put there to be dropped.
    let mut escaped = String::with_capacity(text.len() + 1);
    escaped.push('\n');
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A text area with its attributes; the label, the hint and the error stand outside.
#[component]
pub fn TextArea(
    /// Id.
    id: &'static str,
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What stands in it.
    #[prop(into)]
    value: String,
    /// Lines shown.
    rows: u16,
    /// Most characters.
    #[prop(optional_no_strip)]
    maxlength: Option<usize>,
    /// The language of its text, where it is not that of the page.
    #[prop(optional_no_strip)]
    lang: Option<&'static str>,
    /// Whether the browser may mark spelling: not in lists of names.
    #[prop(default = true)]
    spellcheck: bool,
    /// Whether it must be filled in.
    #[prop(default = false)]
    required: bool,
    /// `true` when it is in error.
    #[prop(optional_no_strip)]
    invalid: Option<&'static str>,
    /// Ids of what describes it.
    #[prop(optional_no_strip)]
    described: Option<String>,
) -> impl IntoView {
    view! {
        <textarea id=id name=name rows=rows lang=lang maxlength=maxlength required=required autocomplete="off"
            spellcheck=if spellcheck { "true" } else { "false" }
            aria-invalid=invalid aria-describedby=described autofocus=invalid.is_some()>{for_text_area(&value)}</textarea>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_cannot_end_the_text_area() {
        assert_eq!(for_text_area("a </textarea><b>&amp;"), "\na &lt;/textarea&gt;&lt;b&gt;&amp;amp;");
    }
}
