//! From rows to the file: draws the pages, tags what is drawn, and lets krilla check PDF/UA-1.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::{Document as File, SerializeSettings};

use crate::PdfError;
use crate::content::{Document, Tongue};
use crate::faces::Faces;
use crate::lines::Fragment;
use crate::look::{CARE, Ink, MARGINAL, PAGE_HEIGHT, PAGE_WIDTH, RULE, SIDE, Style, WIDTH};
use crate::sheet::{Drawn, Form, Item, Pen, Placed, Row, Sheet, plain};
use crate::structure::{NodeId, Structure};

/// The file.
///
/// # Errors
/// [`PdfError::Write`] when krilla refuses it.
pub(crate) fn written(document: &Document, faces: &Faces, mut sheet: Sheet) -> Result<Vec<u8>, PdfError> {
    let refused = |error: String| PdfError::Write(error);
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| refused(format!("{error:?}")))?;
    let mut file = File::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let pages = sheet.pages();
    let mut outline = Outline::new();
    for (number, placed) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).unwrap_or_default();
        let mut page = file.start_page_with(settings);
        let mut surface = page.surface();
        let mut painter = Painter { surface: &mut surface, faces, page: number };
        painter.margins(document, pages.len());
        for one in placed {
            let rows = if one.is_repeated_head { &sheet.heads } else { &sheet.rows };
            let Some(row) = rows.get(one.index) else { continue };
            painter.row(one, row, &mut sheet.structure);
            if let Some(words) = &row.bookmark {
                let top = Point::from_xy(0.0, (one.y - 6.0).max(0.0));
                outline.push_child(OutlineNode::new(words.clone(), XyzDestination::new(number, top)));
            }
        }
        surface.finish();
        page.finish();
    }
    file.set_outline(outline);
    file.set_tag_tree(sheet.structure.tree(document.language));
    file.set_metadata(
        Metadata::new()
            .title(title(faces, document))
            .language(document.language.tag().to_owned())
            .creator("Egard".to_owned())
            .producer("Egard".to_owned()),
    );
    file.finish().map_err(|error| refused(format!("{error:?}")))
}

/// The title of the file; the heading stands in where it is empty.
fn title(faces: &Faces, document: &Document) -> String {
    let titles = [&document.title, &document.heading].map(|words| faces.settable(words));
    titles.into_iter().find(|words| !words.trim().is_empty()).unwrap_or_else(|| "–".to_owned())
}

/// Draws one page.
struct Painter<'a, 'b> {
    surface: &'a mut Surface<'b>,
    faces: &'a Faces,
    page: usize,
}

/// A mark on the page, and what it is tagged as.
struct Mark<'a> {
    node: Option<NodeId>,
    language: Option<Tongue>,
    ink: Stain<'a>,
}

enum Stain<'a> {
    Text { fragment: &'a Fragment, style: Style, x: f32, y: f32 },
    Form { form: &'a Form, fill: Option<Ink>, pen: Option<Pen>, y: f32 },
}

impl Painter<'_, '_> {
    fn row(&mut self, placed: &Placed, row: &Row, structure: &mut Structure) {
        let mut open: Option<(Option<NodeId>, Option<Tongue>)> = None;
        for mark in row.items.iter().flat_map(|item| marks(item, placed.y)) {
            // A head that is repeated was read on its first page.
            let node = mark.node.filter(|_| !placed.is_repeated_head);
            if open != Some((node, mark.language)) {
                if open.is_some() {
                    self.surface.end_tagged();
                }
                self.begin(node, mark.language, placed, row, structure);
                open = Some((node, mark.language));
            }
            self.stain(&mark.ink);
        }
        if open.is_some() {
            self.surface.end_tagged();
        }
    }

    fn begin(
        &mut self,
        node: Option<NodeId>,
        language: Option<Tongue>,
        placed: &Placed,
        row: &Row,
        structure: &mut Structure,
    ) {
        let Some(node) = node else {
            self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
            return;
        };
        let tag = if structure.is_figure(node) {
            structure.placed(node, self.page, Rect::from_xywh(SIDE, placed.y, WIDTH, row.height));
            ContentTag::Other
        } else {
            ContentTag::Span(SpanTag::empty().with_lang(language.map(Tongue::tag)))
        };
        let content = self.surface.start_tagged(tag);
        structure.drawn(node, content);
    }

    fn stain(&mut self, ink: &Stain<'_>) {
        match ink {
            Stain::Text { fragment, style, x, y } => self.text(fragment, *style, *x, *y),
            Stain::Form { form, fill, pen, y } => self.form(form, *fill, *pen, *y),
        }
    }

    fn text(&mut self, fragment: &Fragment, style: Style, x: f32, y: f32) {
        self.surface.set_fill(Some(filled(style.ink)));
        self.surface.set_stroke(None);
        self.surface.draw_glyphs(
            Point::from_xy(x + fragment.x, y),
            &fragment.glyphs,
            self.faces.of(fragment.is_strong).font.clone(),
            &fragment.text,
            style.size,
            false,
        );
    }

    fn form(&mut self, form: &Form, fill: Option<Ink>, pen: Option<Pen>, y: f32) {
        let Some(path) = path(form, y) else { return };
        self.surface.set_fill(fill.map(filled));
        self.surface.set_stroke(pen.map(|(ink, width, dash)| Stroke {
            paint: colour(ink).into(),
            width,
            dash: dash.map(|(on, off)| StrokeDash { array: vec![on, off], offset: 0.0 }),
            ..Stroke::default()
        }));
        self.surface.draw_path(&path);
    }

    /// What stands above and below the text of each page.
    fn margins(&mut self, document: &Document, pages: usize) {
        let page = self.page + 1;
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
        let mut right = SIDE + WIDTH;
        if let Some(mark) = &document.mark {
            let style = MARGINAL.strong().inked(CARE);
            for line in plain(self.faces, mark, style, WIDTH * 0.6).iter().take(1) {
                right -= line.width;
                self.fragments(&line.fragments, style, right, 42.0);
            }
        }
        let running = if self.page == 0 { "Egard" } else { &document.running };
        let style = if self.page == 0 { MARGINAL.strong() } else { MARGINAL };
        for line in plain(self.faces, running, style, right - SIDE - 16.0).iter().take(1) {
            self.fragments(&line.fragments, style, SIDE, 42.0);
        }
        self.surface.end_tagged();
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let top = 786.0;
        self.form(&Form::Line((SIDE, top), (SIDE + WIDTH, top)), None, Some((RULE, 0.5, None)), 0.0);
        let number = format!("{}{page}{}{pages}", document.page.before, document.page.between);
        let style = MARGINAL;
        let mut room = WIDTH;
        for line in plain(self.faces, &number, style, WIDTH) {
            self.fragments(&line.fragments, style, SIDE + WIDTH - line.width, top + 13.0);
            room -= line.width + 24.0;
        }
        let mut y = top + 13.0;
        for line in plain(self.faces, &document.foot, MARGINAL, room).iter().take(3) {
            self.fragments(&line.fragments, MARGINAL, SIDE, y);
            y += MARGINAL.leading;
        }
        self.surface.end_tagged();
    }

    fn fragments(&mut self, fragments: &[Fragment], style: Style, x: f32, y: f32) {
        for fragment in fragments {
            self.text(fragment, style, x, y);
        }
    }
}

/// The marks of an item, moved down to its row.
fn marks(item: &Item, down: f32) -> Vec<Mark<'_>> {
    let node = item.node;
    match &item.drawn {
        Drawn::Text { line, style, x, y } => line
            .fragments
            .iter()
            .map(|fragment| Mark {
                node,
                language: fragment.language,
                ink: Stain::Text { fragment, style: *style, x: *x, y: y + down },
            })
            .collect(),
        Drawn::Form { form, fill, pen } => {
            vec![Mark { node, language: None, ink: Stain::Form { form, fill: *fill, pen: *pen, y: down } }]
        }
    }
}

fn colour((red, green, blue): Ink) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn filled(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn path(form: &Form, down: f32) -> Option<Path> {
    // How far the handles of a quarter circle reach.
    const HANDLE: f32 = 0.552_285;
    let mut path = PathBuilder::new();
    match form {
        Form::Rect(x, y, width, height) => path.push_rect(Rect::from_xywh(*x, y + down, *width, *height)?),
        Form::Line(from, to) => {
            path.move_to(from.0, from.1 + down);
            path.line_to(to.0, to.1 + down);
        }
        Form::Circle((x, y), r) => {
            let (x, y, r, h) = (*x, y + down, *r, HANDLE * r);
            path.move_to(x + r, y);
            path.cubic_to(x + r, y + h, x + h, y + r, x, y + r);
            path.cubic_to(x - h, y + r, x - r, y + h, x - r, y);
            path.cubic_to(x - r, y - h, x - h, y - r, x, y - r);
            path.cubic_to(x + h, y - r, x + r, y - h, x + r, y);
            path.close();
        }
        Form::Polygon(corners) => {
            for (index, (x, y)) in corners.iter().enumerate() {
                if index == 0 {
                    path.move_to(*x, y + down);
                } else {
                    path.line_to(*x, y + down);
                }
            }
            path.close();
        }
    }
    path.finish()
}
