//! Documents of every kind of block, and texts that nobody expected.

use proptest::prelude::*;

use crate::blocks::laid_out;
use crate::content::{
    Block, Cell, Column, Document, Entry, Holds, Lane, Look, Marked, PageWords, Quoted, Run, ScoreAxis,
    Table, Tongue,
};
use crate::faces::faces;
use crate::lines::lines;
use crate::look::{BODY, BOTTOM, TOP};
use crate::pdf;

fn document(blocks: Vec<Block>) -> Document {
    Document {
        language: Tongue::French,
        title: "Tilleul 27, Conseil".to_owned(),
        heading: "Tilleul 27".to_owned(),
        kind: "Rapport de test".to_owned(),
        running: "Tilleul 27, Conseil".to_owned(),
        mark: Some("Pilote\u{a0}: le score n’est pas encore une preuve.".to_owned()),
        foot: "Test «\u{a0}Clients\u{a0}» 1.0.0, barème 1.0.".to_owned(),
        page: PageWords { before: "Page ".to_owned(), between: " sur ".to_owned() },
        blocks,
    }
}

const SENTENCE: &str =
    "Elle reformule ce que vit le client avant de proposer quoi que ce soit, et vérifie\u{202f}; ";

fn plain(text: &str) -> Vec<Run> {
    vec![Run::plain(text)]
}

fn marked() -> Marked {
    Marked { low: 50.5, score: 62.0, high: 73.5 }
}

fn column(head: &str, share: u8, holds: Holds) -> Column {
    Column { head: head.to_owned(), share, holds }
}

fn answers(rows: usize) -> Block {
    let ends = Holds::Categories("pas du tout".to_owned(), "tout à fait".to_owned());
    Block::Table(Table {
        summary: "Situation 1\u{a0}: réponse, barème et points".to_owned(),
        columns: vec![
            column("Action", 46, Holds::Text),
            column("", 20, ends),
            column("Réponse", 14, Holds::Text),
            column("Points", 10, Holds::Numbers),
        ],
        rows: (0..rows)
            .map(|_| {
                vec![
                    Cell::Words(vec![plain(SENTENCE), plain("Elle nomme ce que ressent la personne.")]),
                    Cell::Lane(Lane::Category { answer: Some(2), key: Some(4) }),
                    Cell::text("«\u{a0}Plutôt oui\u{a0}»"),
                    Cell::text("0,5"),
                ]
            })
            .collect(),
    })
}

fn compared() -> Block {
    Block::Table(Table {
        summary: "Scores".to_owned(),
        columns: vec![
            column("Ce qui est mesuré", 34, Holds::Text),
            column("", 34, Holds::Scores),
            column("Tilleul 27", 14, Holds::Person(0)),
            column("Érable 3", 14, Holds::PersonText(1)),
            column("Orme 8", 14, Holds::Person(2)),
        ],
        rows: vec![vec![
            Cell::text("Ensemble"),
            Cell::Lane(Lane::People(vec![Some(marked()), None, Some(marked())])),
            Cell::text("62"),
            Cell::text(""),
            Cell::text("62"),
        ]],
    })
}

/// Every kind of block, over several pages.
fn everything() -> Document {
    let quoted = |is_customer: bool, words: &str| Quoted {
        who: Some("Sami Roussel".to_owned()),
        is_customer,
        words: vec![Run::plain(words).in_tongue(Some(Tongue::English))],
        notes: vec![plain("Barème\u{a0}: «\u{a0}plutôt oui\u{a0}».")],
    };
    let entry = |below: bool| Entry {
        words: vec![Run::strong("Racontez une fois où un client était furieux.")],
        below: below.then(|| plain(&SENTENCE.repeat(2))),
    };
    let heading = |level: u16, words: &str| Block::Heading {
        level,
        words: Run::plain(words),
        aside: (level == 3).then(|| "2,5 points sur 4".to_owned()),
    };
    let told = "Score 62, de 50 à 74.".to_owned();
    let (norm, chance) = (Some((48.0, 66.0)), 37.5);
    document(vec![
        Block::Paragraph { look: Look::Fine, words: plain("Nom masqué jusqu’à votre décision.") },
        Block::Facts(vec![("Nom".to_owned(), "Zoë Œrsted".to_owned())]),
        Block::Notice(vec![Run::strong("Pilote."), Run::plain(format!(" {}", SENTENCE.repeat(2)))]),
        heading(2, "Résultat d’ensemble"),
        Block::Result {
            figure: "62".to_owned(),
            lines: vec![vec![
                Run::strong("sur 100, de 50 à 74"),
                Run::plain(" dans dix-neuf cas sur vingt."),
            ]],
        },
        Block::Axis(ScoreAxis { told, marked: marked(), norm, chance }),
        Block::Paragraph { look: Look::Body, words: plain(&SENTENCE.repeat(4)) },
        heading(3, "1. Facturé deux fois"),
        answers(30),
        compared(),
        Block::Quote(vec![quoted(true, "Where is my parcel?"), quoted(false, &SENTENCE.repeat(30))]),
        heading(2, "Guide d’entretien"),
        Block::List { is_numbered: true, entries: vec![entry(true), entry(false)] },
        Block::List { is_numbered: false, entries: vec![entry(true)] },
    ])
}

fn says(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn every_kind_of_block_makes_a_tagged_file_that_keeps_pdf_ua() {
    let bytes = pdf(&everything()).unwrap();

    assert!(bytes.starts_with(b"%PDF-1.7"));
    for words in [
        "/StructTreeRoot",
        "/Lang(fr)",
        "/S/H1",
        "/S/H2",
        "/S/H3",
        "/S/Figure",
        "/S/Table",
        "/S/THead",
        "/S/TH",
        "/Scope/Row",
        "/Scope/Column",
        "/S/TD",
        "/S/L",
        "/S/Lbl",
        "/S/LBody",
        "/S/BlockQuote",
        "/FontFile3",
        "/DisplayDocTitle true",
        "pdfuaid",
    ] {
        assert!(says(&bytes, words), "{words}");
    }
}

#[test]
fn a_document_without_words_is_written_all_the_same() {
    let heading = || Block::Heading { level: 2, words: Run::plain("\u{200B} "), aside: Some(String::new()) };
    let mut empty =
        document(vec![heading(), Block::Paragraph { look: Look::Lede, words: Vec::new() }, heading()]);
    (empty.title, empty.heading, empty.kind) = (String::new(), String::new(), String::new());

    let bytes = pdf(&empty).unwrap();

    assert!(says(&bytes, "/S/H2"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert!(pdf(&everything()).unwrap() == pdf(&everything()).unwrap());
}

#[test]
fn rows_stay_on_the_page_and_the_head_of_a_table_comes_again() {
    let sheet = laid_out(&everything(), faces().unwrap());

    let pages = sheet.pages();

    assert!(pages.len() > 2);
    assert!(pages.iter().flatten().any(|placed| placed.is_repeated_head));
    for page in &pages {
        let last = page.last().unwrap();
        assert!(!last.is_repeated_head);
        let row = &sheet.rows[last.index];
        assert!(last.y >= TOP && last.y + row.height <= BOTTOM + 0.1, "{}", last.y + row.height);
    }
    let kept = pages.iter().rev().skip(1).filter(|page| sheet.rows[page.last().unwrap().index].keeps).count();
    assert_eq!(kept, 0, "no heading stands alone at the end of a page");
    let drawn: usize = pages.iter().flatten().filter(|placed| !placed.is_repeated_head).count();
    assert_eq!(drawn, sheet.rows.len(), "nothing is lost");
}

#[test]
fn no_line_is_wider_than_its_room_and_no_word_is_lost() {
    let faces = faces().unwrap();
    let hash = "0123456789abcdef".repeat(4);
    let text = format!("{SENTENCE}{hash} {SENTENCE}");

    let set = lines(faces, &plain(&text), BODY, 120.0);

    assert!(set.iter().all(|line| line.width <= 120.1), "{set:?}");
    let joined: String = set.iter().flat_map(|line| &line.fragments).map(|part| part.text.as_str()).collect();
    assert_eq!(joined, text);
}

#[test]
fn a_line_never_begins_with_a_french_sign_of_punctuation() {
    let faces = faces().unwrap();
    for width in (60..200_u8).step_by(7) {
        let set = lines(faces, &plain(&SENTENCE.repeat(2)), BODY, f32::from(width));

        let begins_badly = set
            .iter()
            .filter_map(|line| line.fragments.first())
            .filter(|first| first.text.starts_with([';', '\u{202f}']))
            .count();
        assert_eq!(begins_badly, 0, "{width}");
    }
}

#[test]
fn numerals_are_equally_wide_in_columns() {
    let face = faces().unwrap().of(false);

    let widths = ["111", "888", "074"].map(|text| face.shaped(text, true).width);

    assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-6), "{widths:?}");
}

#[test]
fn letters_of_french_are_all_there_and_what_is_not_becomes_a_box() {
    let faces = faces().unwrap();
    let french = "ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸàâçéèêëîïôœùûüÿÆæ«\u{a0}»\u{202f};’…–−×√²€≥";

    assert_eq!(faces.settable(french), french);
    assert_eq!(faces.settable("a\u{1F600}\u{FE0F}b\u{200B}\u{7}"), "a\u{25A1}b");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a person types, the file keeps the rules of PDF/UA.
    #[test]
    fn any_text_can_be_written(texts in proptest::collection::vec("\\PC{0,60}|.{0,40}|[\\u{0}-\\u{10ffff}]{0,30}", 6)) {
        let word = |at: usize| texts[at].clone();
        let mut document = document(vec![
            Block::Heading { level: 2, words: Run::plain(word(0)), aside: Some(word(1)) },
            Block::Paragraph { look: Look::Body, words: vec![Run::plain(word(2)), Run::strong(word(3))] },
            Block::Table(Table {
                summary: word(4),
                columns: vec![column(&texts[5], 1, Holds::Text), column(&texts[0], 9, Holds::Numbers)],
                rows: vec![vec![Cell::text(word(1)), Cell::text(word(2))]],
            }),
            Block::Quote(vec![Quoted { who: Some(word(3)), is_customer: true, words: plain(&texts[4]), notes: vec![] }]),
            Block::List { is_numbered: true, entries: vec![Entry { words: plain(&texts[5]), below: Some(plain("")) }] },
        ]);
        (document.foot, document.heading, document.title) = (word(5), word(0), word(1));

        prop_assert!(pdf(&document).is_ok(), "{:?}", pdf(&document).err());
    }
}
