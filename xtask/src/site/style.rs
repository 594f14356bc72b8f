//! The style sheets of `app/style`, joined in the order of `app/style/order.txt` and minified.
//! No target browsers are given to the minifier: it then keeps light-dark(), oklch(), nesting, layers and
//! container queries as they were written.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};

use crate::Outcome;

/// One file of `app/style`.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) source: String,
}

/// Reads the style sheets in their order. Every sheet must be listed, and every listed sheet be there.
pub(super) fn read(folder: &Path) -> Outcome<Vec<Sheet>> {
    let order_path = folder.join("order.txt");
    let order = fs::read_to_string(&order_path).map_err(|e| format!("{}: {e}", order_path.display()))?;
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let name = entry.map_err(|e| format!("{}: {e}", folder.display()))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if name.ends_with(".css") {
            found.insert(name);
        }
    }
    let mut sheets = Vec::new();
    for name in order_of(&order, &found).map_err(|e| format!("{}: {e}", order_path.display()))? {
        let path = folder.join(&name);
        let source = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        sheets.push(Sheet { name, source });
    }
    Ok(sheets)
}

/// The names that `order.txt` lists: one on a line, `#` starts a comment.
fn order_of(text: &str, found: &BTreeSet<String>) -> Outcome<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let name = line.split('#').next().unwrap_or_default().trim();
        if name.is_empty() {
            continue;
        }
        if !found.contains(name) {
            return Err(format!("line {number}: there is no file {name}"));
        }
        if names.iter().any(|known| known == name) {
            return Err(format!("line {number}: {name} is listed twice"));
        }
        names.push(name.to_owned());
    }
    match found.iter().find(|name| !names.contains(name)) {
        Some(name) => Err(format!("{name} is not listed")),
        None => Ok(names),
    }
}

/// One minified style sheet out of all. An error names file, line and column.
pub(super) fn minify(sheets: &[Sheet]) -> Outcome<String> {
    let mut joined = String::new();
    for sheet in sheets {
        let options =
            ParserOptions { filename: format!("app/style/{}", sheet.name), ..ParserOptions::default() };
        let mut parsed = StyleSheet::parse(&sheet.source, options).map_err(|e| e.to_string())?;
        parsed.minify(MinifyOptions::default()).map_err(|e| e.to_string())?;
        let printed = parsed
            .to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })
            .map_err(|e| e.to_string())?;
        joined.push_str(&printed.code);
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn minified(source: &str) -> String {
        minify(&[Sheet { name: "a.css".to_owned(), source: source.to_owned() }]).unwrap()
    }

    #[test]
    fn order_keeps_the_lines_and_drops_comments() {
        let order = order_of("# first\nb.css\n\n a.css # why\n", &names(&["a.css", "b.css"]));

        assert_eq!(order.unwrap(), ["b.css", "a.css"]);
    }

    #[test]
    fn order_refuses_missing_unlisted_and_repeated_sheets() {
        assert_eq!(order_of("a.css\n", &names(&[])).unwrap_err(), "line 1: there is no file a.css");
        assert_eq!(order_of("", &names(&["a.css"])).unwrap_err(), "a.css is not listed");
        assert_eq!(
            order_of("a.css\na.css", &names(&["a.css"])).unwrap_err(),
            "line 2: a.css is listed twice"
        );
    }

    #[test]
    fn modern_css_is_not_rewritten_for_older_browsers() {
        let css = minified(
            "@layer base, page, last;\n@layer page { .a { color: light-dark(oklch(60% 0.1 200), #fff);\
             &:hover { margin-inline: 1rem } } }\n\
             @container (inline-size > 30rem) { .a { inset: 0; display: flex } }",
        );

        for kept in [
            "@layer base;@layer page{",
            "}@layer last;",
            "light-dark(oklch(60% .1 200),#fff)",
            "&:hover{margin-inline:1rem}",
            "@container (inline-size>30rem)",
        ] {
            assert!(css.contains(kept), "{kept} is missing in {css}");
        }
        assert!(!css.contains("-webkit-"), "{css}");
    }

    #[test]
    fn an_error_names_the_file_and_line() {
        let sheet = Sheet { name: "a.css".to_owned(), source: ".a {}\n.b { color: red".to_owned() + "\n} }" };

        let error = minify(&[sheet]).unwrap_err();

        assert!(error.contains("app/style/a.css:2") || error.contains("app/style/a.css:3"), "{error}");
    }
}
