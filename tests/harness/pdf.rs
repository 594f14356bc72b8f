//! PDFs as this product writes them: their text, page by page, and whether they are tagged. Reads what krilla writes
//! (plain objects, Flate streams, fonts with ToUnicode), not any PDF there is.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem::find;

/// A PDF.
pub struct Pdf {
    bytes: Vec<u8>,
    /// Each object: what stands in it, and its stream.
    objects: BTreeMap<u32, (String, Vec<u8>)>,
}

impl Pdf {
    /// Reads a file; fails the test when it is none.
    #[must_use]
    pub fn read(bytes: Vec<u8>) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7"), "a PDF");
        let mut objects = BTreeMap::new();
        let mut rest: &[u8] = &bytes;
        while let Some(at) = find(rest, b" 0 obj\n") {
            let digits = rest[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let number = String::from_utf8_lossy(&rest[at - digits..at]).parse().expect("a number");
            rest = &rest[at + 7..];
            let end = find(rest, b"endobj").expect("an end");
            let stream = find(&rest[..end], b"stream\n");
            let words = String::from_utf8_lossy(&rest[..stream.unwrap_or(end)]).into_owned();
            let mut content = Vec::new();
            if let Some(stream) = stream {
                // The bytes of a stream may hold any word: its length says where it ends.
                let length: usize = after(&words, "/Length ").parse().expect("a length");
                let body = &rest[stream + 7..stream + 7 + length];
                if words.contains("FlateDecode") {
                    ZlibDecoder::new(body).read_to_end(&mut content).expect("a Flate stream");
                } else {
                    content.extend_from_slice(body);
                }
                rest = &rest[stream + 7 + length..];
            } else {
                rest = &rest[end..];
            }
            objects.insert(number, (words, content));
        }
        Self { bytes, objects }
    }

    /// Whether a word stands in the objects of the file, outside streams.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        self.objects.values().any(|(object, _)| object.contains(words))
    }

    /// How often.
    #[must_use]
    pub fn count(&self, words: &str) -> usize {
        self.objects.values().map(|(object, _)| object.matches(words).count()).sum()
    }

    /// Its size, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The text of each page: one line for each piece that was drawn.
    #[must_use]
    pub fn pages(&self) -> Vec<String> {
        let tree = &self.objects[&1].0;
        let kids = tree.split("/Kids[").nth(1).and_then(|kids| kids.split(']').next()).expect("pages");
        let numbers = kids.split(" 0 R").filter_map(|kid| kid.trim().parse().ok());
        numbers.map(|page: u32| self.page(&self.objects[&page].0)).collect()
    }

    /// All of its text, lines joined by blanks and every blank a plain one.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.pages().join(" ").replace(['\u{a0}', '\u{202f}'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn page(&self, page: &str) -> String {
        let resources = &self.objects[&after(page, "/Resources ").parse().expect("resources")].0;
        let fonts: BTreeMap<String, BTreeMap<u16, String>> = resources
            .split("/f")
            .skip(1)
            .map(|font| {
                let (name, rest) = font.split_once(' ').expect("a font");
                let object = &self.objects[&number(rest).parse().expect("a font")].0;
                let map = &self.objects[&after(object, "/ToUnicode ").parse().expect("a map")].1;
                (format!("f{name}"), unicode(&String::from_utf8_lossy(map)))
            })
            .collect();
        let contents = &self.objects[&after(page, "/Contents ").parse().expect("contents")].1;
        drawn(contents, &fonts)
    }
}

/// The digits behind a word.
fn after<'a>(object: &'a str, words: &str) -> &'a str {
    number(object.split(words).nth(1).unwrap_or_default())
}

fn number(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

/// What each glyph stands for.
fn unicode(map: &str) -> BTreeMap<u16, String> {
    let pair = |line: &str| {
        let mut hex = line.split(['<', '>']).filter(|part| !part.trim().is_empty());
        let (glyph, text) = (hex.next()?, hex.next()?);
        let units: Vec<u16> = (0..text.len())
            .step_by(4)
            .filter_map(|at| u16::from_str_radix(text.get(at..at + 4)?, 16).ok())
            .collect();
        Some((u16::from_str_radix(glyph, 16).ok()?, String::from_utf16_lossy(&units)))
    };
    map.split("beginbfchar")
        .skip(1)
        .flat_map(|part| part.split("endbfchar").next().unwrap_or_default().lines().filter_map(pair))
        .collect()
}

/// The text that a page draws: strings in brackets, two bytes a glyph.
fn drawn(contents: &[u8], fonts: &BTreeMap<String, BTreeMap<u16, String>>) -> String {
    let mut text = String::new();
    let mut font = None;
    let mut at = 0;
    while at < contents.len() {
        match contents[at] {
            b'/' => {
                let name: String = contents[at + 1..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric())
                    .map(|byte| char::from(*byte))
                    .collect();
                if let Some(found) = fonts.get(&name) {
                    font = Some(found);
                    text.push('\n');
                }
                at += 1 + name.len();
            }
            b'(' => {
                let (bytes, end) = string(contents, at + 1);
                for pair in bytes.chunks(2) {
                    let glyph = u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]);
                    text.push_str(font.and_then(|font| font.get(&glyph)).map_or("", String::as_str));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    text
}

/// The bytes of a string in brackets, and where it ends.
fn string(contents: &[u8], from: usize) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let (mut at, mut depth) = (from, 0);
    loop {
        match contents[at] {
            b')' if depth == 0 => return (bytes, at + 1),
            b'\\' => {
                at += 1;
                let octal =
                    contents[at..].iter().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
                if octal > 0 {
                    let value = contents[at..at + octal]
                        .iter()
                        .fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                    bytes.push(u8::try_from(value).expect("a byte"));
                    at += octal;
                    continue;
                }
                bytes.push(match contents[at] {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => other,
                });
            }
            byte => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                bytes.push(byte);
            }
        }
        at += 1;
    }
}
