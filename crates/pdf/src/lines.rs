//! From text to lines: first fit, ragged, broken where Unicode allows it (UAX 14).

use krilla::text::KrillaGlyph;
use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::content::{Run, Tongue};
use crate::faces::{Faces, Shaped};
use crate::look::Style;

/// Glyphs of one line in one face and one language.
#[derive(Clone, Debug)]
pub(crate) struct Fragment {
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    pub(crate) is_strong: bool,
    pub(crate) language: Option<Tongue>,
    /// From the beginning of the line, points.
    pub(crate) x: f32,
}

/// One line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) fragments: Vec<Fragment>,
    /// Without the blank at its end, points.
    pub(crate) width: f32,
}

/// A piece of text that no line may break, in one face.
struct Piece {
    text: String,
    is_strong: bool,
    language: Option<Tongue>,
    shaped: Shaped,
    /// Without the blank at its end, em.
    ink_width: f32,
    /// Whether a line may end behind it.
    ends: Option<BreakOpportunity>,
}

/// The lines of a text within a width.
pub(crate) fn lines(faces: &Faces, runs: &[Run], style: Style, width: f32) -> Vec<Line> {
    let mut setter = Setter { style, width, done: Vec::new(), line: Line::default(), x: 0.0 };
    let mut word: Vec<Piece> = Vec::new();
    for piece in pieces(faces, runs, style) {
        let ends = piece.ends;
        word.push(piece);
        if let Some(ends) = ends {
            setter.word(faces, std::mem::take(&mut word));
            if ends == BreakOpportunity::Mandatory {
                setter.end_line();
            }
        }
    }
    setter.word(faces, word);
    if !setter.line.fragments.is_empty() {
        setter.end_line();
    }
    setter.done
}

/// The text of all runs, cut where lines may end and where the face changes.
fn pieces(faces: &Faces, runs: &[Run], style: Style) -> Vec<Piece> {
    let runs: Vec<(String, &Run)> = runs.iter().map(|run| (faces.settable(&run.text), run)).collect();
    let whole: String = runs.iter().map(|(text, _)| text.as_str()).collect();
    let breaks: Vec<(usize, BreakOpportunity)> =
        linebreaks(&whole).filter(|(at, _)| *at < whole.len()).collect();
    let mut pieces = Vec::new();
    let mut begin = 0;
    for (text, run) in &runs {
        let end = begin + text.len();
        let mut from = begin;
        let inner = breaks.iter().copied().filter(|(at, _)| *at > begin && *at <= end);
        let mut cuts: Vec<(usize, Option<BreakOpportunity>)> =
            inner.map(|(at, kind)| (at, Some(kind))).collect();
        if cuts.last().is_none_or(|(at, _)| *at < end) {
            cuts.push((end, None));
        }
        for (to, ends) in cuts {
            let text = whole.get(from..to).unwrap_or_default().trim_end_matches('\n');
            pieces.push(piece(faces, text, run, style, ends));
            from = to;
        }
        begin = end;
    }
    pieces
}

fn piece(faces: &Faces, text: &str, run: &Run, style: Style, ends: Option<BreakOpportunity>) -> Piece {
    let is_strong = style.is_strong || run.is_strong;
    let shaped = faces.of(is_strong).shaped(text, style.is_tabular);
    let bare = text.trim_end_matches(' ');
    let blanks: f32 = shaped
        .glyphs
        .iter()
        .filter(|glyph| glyph.text_range.start >= bare.len())
        .map(|glyph| glyph.x_advance)
        .sum();
    let ink_width = shaped.width - blanks;
    Piece { text: text.to_owned(), is_strong, language: run.language, shaped, ink_width, ends }
}

/// Sets words one after the other.
struct Setter {
    style: Style,
    width: f32,
    done: Vec<Line>,
    line: Line,
    x: f32,
}

impl Setter {
    fn word(&mut self, faces: &Faces, word: Vec<Piece>) {
        let Some(last) = word.last() else { return };
        let all: f32 = word.iter().map(|piece| piece.shaped.width).sum();
        let needed = (all - last.shaped.width + last.ink_width) * self.style.size;
        if self.x > 0.0 && self.x + needed > self.width {
            self.end_line();
        }
        for piece in word {
            if self.x + piece.ink_width * self.style.size > self.width + 0.01 {
                self.broken(faces, &piece);
            } else {
                self.put(piece);
            }
        }
    }

    /// A piece that is too long for a line, such as a hash: cut wherever it must be.
    fn broken(&mut self, faces: &Faces, piece: &Piece) {
        let face = faces.of(piece.is_strong);
        for one in piece.text.chars() {
            let text = one.to_string();
            let shaped = face.shaped(&text, self.style.is_tabular);
            let ink_width = if one == ' ' { 0.0 } else { shaped.width };
            if self.x > 0.0 && self.x + ink_width * self.style.size > self.width {
                self.end_line();
            }
            self.put(Piece { text, shaped, ink_width, ends: None, ..*piece });
        }
    }

    fn put(&mut self, piece: Piece) {
        let size = self.style.size;
        if piece.ink_width > 0.0 {
            self.line.width = self.x + piece.ink_width * size;
        }
        let joins =
            self.line.fragments.last_mut().filter(|fragment| {
                fragment.is_strong == piece.is_strong && fragment.language == piece.language
            });
        match joins {
            Some(fragment) => {
                let behind = fragment.text.len();
                fragment.text.push_str(&piece.text);
                fragment.glyphs.extend(piece.shaped.glyphs.into_iter().map(|mut glyph| {
                    glyph.text_range = glyph.text_range.start + behind..glyph.text_range.end + behind;
                    glyph
                }));
            }
            None => self.line.fragments.push(Fragment {
                text: piece.text,
                glyphs: piece.shaped.glyphs,
                is_strong: piece.is_strong,
                language: piece.language,
                x: self.x,
            }),
        }
        self.x += piece.shaped.width * size;
    }

    fn end_line(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
        self.x = 0.0;
    }
}
