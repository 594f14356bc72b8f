//! The two faces of the documents, and how text becomes glyphs.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, ShapePlan, UnicodeBuffer, script};

use crate::PdfError;

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
const STRONG: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// What stands for a character that the faces lack.
const MISSING: char = '\u{25A1}';

/// A face in both of its forms.
pub(crate) struct Face {
    /// For the file.
    pub(crate) font: Font,
    /// For measuring.
    shaper: rustybuzz::Face<'static>,
    /// What shaping does in this face; making a plan takes far longer than using it.
    plan: ShapePlan,
    /// The same with equally wide numerals.
    tabular: ShapePlan,
}

/// The faces.
pub(crate) struct Faces {
    regular: Face,
    strong: Face,
}

/// Glyphs of a text that has no break in it.
#[derive(Clone, Debug)]
pub(crate) struct Shaped {
    /// Advances are in em.
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In em.
    pub(crate) width: f32,
}

/// The faces, read once per process.
///
/// # Errors
/// [`PdfError::Font`] when a file of this crate is damaged.
pub(crate) fn faces() -> Result<&'static Faces, PdfError> {
    static FACES: OnceLock<Option<Faces>> = OnceLock::new();
    FACES
        .get_or_init(|| Some(Faces { regular: Face::read(REGULAR)?, strong: Face::read(STRONG)? }))
        .as_ref()
        .ok_or(PdfError::Font)
}

impl Faces {
    /// The face of a weight.
    pub(crate) const fn of(&self, is_strong: bool) -> &Face {
        if is_strong { &self.strong } else { &self.regular }
    }

    /// A text without what cannot be set: unknown characters become a box, invisible ones go, and so no text can make
    /// a file that PDF/UA forbids.
    pub(crate) fn settable(&self, text: &str) -> String {
        text.chars()
            .filter_map(|one| match one {
                '\n' => Some('\n'),
                '\t' => Some(' '),
                one if is_unseen(one) => None,
                one if self.has(one) => Some(one),
                _ => Some(MISSING),
            })
            .collect()
    }

    fn has(&self, one: char) -> bool {
        let is_known = |face: &Face| face.shaper.glyph_index(one).is_some_and(|glyph| glyph.0 != 0);
        is_known(&self.regular) && is_known(&self.strong)
    }
}

/// Controls, and characters that only steer how others are drawn.
fn is_unseen(one: char) -> bool {
    one.is_control()
        || matches!(one,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let shaper = rustybuzz::Face::from_slice(bytes, 0)?;
        // Contextual forms would turn "->" into an arrow: what was typed is shown as typed.
        let plain = Feature::new(Tag::from_bytes(b"calt"), 0, ..);
        let wide = Feature::new(Tag::from_bytes(b"tnum"), 1, ..);
        let plan = |features: &[Feature]| {
            ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, features)
        };
        let (plan, tabular) = (plan(&[plain]), plan(&[plain, wide]));
        Some(Self { font: Font::new(bytes.into(), 0)?, shaper, plan, tabular })
    }

    /// The glyphs of a settable text.
    pub(crate) fn shaped(&self, text: &str, is_tabular: bool) -> Shaped {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let plan = if is_tabular { &self.tabular } else { &self.plan };
        let output = rustybuzz::shape_with_plan(&self.shaper, plan, buffer);
        let em = self.font.units_per_em();
        let of_em = |units: i32| i16::try_from(units).map_or(0.0, f32::from) / em;
        let at = |cluster: u32| usize::try_from(cluster).unwrap_or(usize::MAX).min(text.len());
        let infos = output.glyph_infos();
        let mut width = 0.0;
        let glyphs = infos
            .iter()
            .zip(output.glyph_positions())
            .map(|(info, position)| {
                let start = at(info.cluster);
                let end = infos.iter().map(|other| at(other.cluster)).filter(|at| *at > start).min();
                let advance = of_em(position.x_advance);
                width += advance;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    advance,
                    of_em(position.x_offset),
                    of_em(position.y_offset),
                    0.0,
                    start..end.unwrap_or(text.len()),
                    None,
                )
            })
            .collect();
        Shaped { glyphs, width }
    }
}
