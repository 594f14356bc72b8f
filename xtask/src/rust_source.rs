//! Reads Rust source just well enough to tell code from comments and text, and where functions end.
//! It is no parser: it may be wrong about code that macros build, and is used for advice only.

/// One line of a source file, split.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The code, with the content of strings and characters left out.
    pub(crate) code: String,
    /// The comment, without its slashes and stars.
    pub(crate) comment: String,
}

/// What the reader is inside of.
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// Splits a file into lines of code and comment.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut state = State::Code;
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let mut used = next.len_utf8();
        match state {
            _ if next == '\n' => {
                lines.push(std::mem::take(&mut line));
                if matches!(state, State::LineComment) {
                    state = State::Code;
                }
            }
            State::Code => (state, used) = code(rest, next, &mut line),
            State::LineComment => line.comment.push(next),
            State::BlockComment(depth) => {
                (state, used) = match (rest.get(..2), depth) {
                    (Some("*/"), 1) => (State::Code, 2),
                    (Some("*/"), _) => (State::BlockComment(depth.saturating_sub(1)), 2),
                    (Some("/*"), _) => (State::BlockComment(depth.saturating_add(1)), 2),
                    _ => {
                        line.comment.push(next);
                        (state, used)
                    }
                };
            }
            State::Text => match next {
                '\\' => used = escaped(rest),
                '"' => state = State::Code,
                _ => {}
            },
            State::RawText(hashes) => {
                let end = format!("\"{}", "#".repeat(hashes));
                if rest.starts_with(&end) {
                    used = end.len();
                    state = State::Code;
                }
            }
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    lines.push(line);
    lines
}

/// One step inside code: the state after it and the bytes it used.
fn code(rest: &str, next: char, line: &mut Line) -> (State, usize) {
    if rest.starts_with("//") {
        return (State::LineComment, 2);
    }
    if rest.starts_with("/*") {
        return (State::BlockComment(1), 2);
    }
    let may_be_raw = line.code.ends_with('b')
        || !line.code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
    if next == 'r' && may_be_raw {
        let after = rest.get(1..).unwrap_or_default();
        let hashes = after.len().saturating_sub(after.trim_start_matches('#').len());
        if after.get(hashes..).is_some_and(|after| after.starts_with('"')) {
            return (State::RawText(hashes), hashes.saturating_add(2));
        }
    }
    match next {
        '"' => (State::Text, 1),
        '\'' => (State::Code, character(rest)),
        _ => {
            line.code.push(next);
            (State::Code, next.len_utf8())
        }
    }
}

/// Bytes of a character literal, or of the quote alone when it starts a lifetime.
fn character(rest: &str) -> usize {
    let after = rest.get(1..).unwrap_or_default();
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => {
            after.get(2..).and_then(|after| after.find('\'')).map_or(1, |length| length.saturating_add(4))
        }
        (Some(one), Some('\'')) => one.len_utf8().saturating_add(2),
        _ => 1,
    }
}

/// Bytes of an escape; the end of the line is left to the caller, who counts lines.
fn escaped(rest: &str) -> usize {
    match rest.chars().nth(1) {
        Some('\n') | None => 1,
        Some(next) => next.len_utf8().saturating_add(1),
    }
}

/// A function and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line it starts on, from 1.
    pub(crate) line: usize,
    pub(crate) length: usize,
}

/// The functions with a body. One inside another counts for both.
pub(crate) fn functions(lines: &[Line]) -> Vec<Function> {
    let starts = (1..).zip(lines).filter_map(|(number, line)| {
        let after = line.code.split("fn ").nth(1).filter(|_| starts_function(&line.code))?;
        let name: String = after.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect();
        (!name.is_empty()).then_some((number, name))
    });
    starts
        .filter_map(|(number, name)| {
            let from = usize::saturating_sub(number, 1);
            let length = body_length(lines.get(from..).unwrap_or_default())?;
            Some(Function { name, line: number, length })
        })
        .collect()
}

fn starts_function(code: &str) -> bool {
    let qualifiers = code.split("fn ").next().unwrap_or_default();
    qualifiers.split_whitespace().all(|word| {
        word.starts_with("pub") || matches!(word, "const" | "async" | "unsafe" | "extern" | "in" | "crate)")
    })
}

/// Lines up to the brace that closes the first one opened; nothing when a semicolon comes first.
fn body_length(lines: &[Line]) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (length, line) in (1..).zip(lines) {
        for next in line.code.chars() {
            match next {
                '(' | '[' => brackets = brackets.saturating_add(1),
                ')' | ']' => brackets = brackets.saturating_sub(1),
                '{' => braces = braces.saturating_add(1),
                '}' if braces == 1 => return Some(length),
                '}' => braces = braces.saturating_sub(1),
                ';' if braces == 0 && brackets == 0 => return None,
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(source: &str) -> Vec<String> {
        lines(source).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn comments_and_strings_are_told_from_code() {
        let lines = lines("let a = \"// no\"; // yes\n/* one /* two */ still */ b();\nr#\"\"{\"#; c");

        assert_eq!(lines[0], Line { code: "let a = ; ".into(), comment: " yes".into() });
        assert_eq!(lines[1], Line { code: " b();".into(), comment: " one  two  still ".into() });
        assert_eq!(lines[2].code, "; c");
    }

    #[test]
    fn quotes_of_characters_and_lifetimes_do_not_open_strings() {
        let code = code_of("f('\"', '\\'', '{', 'é', '\\u{1F600}') -> &'static str // x");

        assert_eq!(code, ["f(, , , , ) -> &static str "]);
    }

    #[test]
    fn a_string_over_several_lines_keeps_the_line_count() {
        assert_eq!(code_of("a(\"one \\\n two\n three\");\nb"), ["a(", "", ");", "b"]);
    }

    #[test]
    fn functions_end_at_their_brace() {
        let source = "pub(crate) fn one(\n  a: [u8; 2],\n) {\n  if a { b }\n}\nfn two();\nconst fn three() {}\nlet f: fn (u8);";

        let found = functions(&lines(source));

        assert_eq!(
            found,
            [
                Function { name: "one".into(), line: 1, length: 5 },
                Function { name: "three".into(), line: 7, length: 1 },
            ]
        );
    }
}
