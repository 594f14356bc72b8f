//! Tables of lists and what becomes of their lines.

use std::time::{Duration, Instant};

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

const BOTH: ListOptions<'static> =
    ListOptions { languages: &[Language::Fr, Language::En], default_language: Language::Fr };

fn lines(text: &str) -> Vec<(u32, String, String, String, LineOutcome)> {
    let list = parse(text, BOTH).unwrap_or_else(|problem| panic!("{problem:?}"));
    list.lines.into_iter().map(|l| (l.number, l.email, l.name, l.language, l.outcome)).collect()
}

fn outcomes(text: &str) -> Vec<LineOutcome> {
    lines(text).into_iter().map(|line| line.4).collect()
}

fn line(
    number: u32,
    email: &str,
    name: &str,
    language: &str,
    outcome: LineOutcome,
) -> (u32, String, String, String, LineOutcome) {
    (number, email.to_owned(), name.to_owned(), language.to_owned(), outcome)
}

#[test]
fn every_separator_gives_the_same_people() {
    for separator in [",", ";", "\t"] {
        let text = ["a@b.fr|Anne Morin|en", "c@d.fr|Luc|Petit"].join("\r\n").replace('|', separator);

        assert_eq!(
            lines(&text),
            [
                line(1, "a@b.fr", "Anne Morin", "en", LineOutcome::New),
                line(2, "c@d.fr", "Luc Petit", "fr", LineOutcome::New),
            ]
        );
    }
}

#[test]
fn a_header_puts_the_columns_in_any_order() {
    let text = "Nom;Prénom;Courriel;Langue;Téléphone\nMorin;Anne;a@b.fr;anglais;01\nPetit;Luc;c@d.fr;;02";

    let list = parse(text, BOTH).ok().unwrap();

    assert!(list.has_header);
    assert_eq!(list.ignored_columns, ["Téléphone"]);
    assert_eq!(
        lines(text),
        [
            line(2, "a@b.fr", "Anne Morin", "en", LineOutcome::New),
            line(3, "c@d.fr", "Luc Petit", "fr", LineOutcome::New),
        ]
    );
}

#[test]
fn addresses_copied_from_a_mail_program_are_read() {
    let text = "Anne Morin <a@b.fr>; \"Petit, Luc\" <c@d.fr>\nDupont, Zoé <e@f.fr>";

    let people: Vec<(String, String)> =
        lines("Anne Morin <a@b.fr>; Luc Petit <c@d.fr>").into_iter().map(|line| (line.1, line.2)).collect();

    assert_eq!(
        people,
        [("a@b.fr".to_owned(), "Anne Morin".to_owned()), ("c@d.fr".to_owned(), "Luc Petit".to_owned())]
    );
    assert!(parse(text, BOTH).is_ok());
    assert_eq!(lines("Dupont, Zoé <e@f.fr>")[0].2, "Zoé Dupont");
}

#[test]
fn each_fault_has_its_outcome() {
    use LineOutcome as O;
    let long_name = "x".repeat(121);
    let cases = [
        ("a@b.fr,Anne", O::New),
        ("anne.example.fr,Anne", O::MissingEmail),
        ("anne@example,Anne", O::InvalidEmail),
        ("a b@c.fr,Anne", O::InvalidEmail),
        ("a@b.fr", O::MissingName),
        ("a@b.fr,", O::MissingName),
        ("a@b.fr,Anne,de", O::UnknownLanguage),
        ("a@b.fr,Anne,Marie,Morin", O::TooManyColumns),
        ("\"a@b.fr,Anne", O::BrokenQuotes),
        ("a@b.fr,An\u{202e}ne", O::InvalidName),
    ];
    for (text, outcome) in cases {
        assert_eq!(outcomes(text), [outcome], "{text}");
    }
    assert_eq!(outcomes(&format!("a@b.fr,{long_name}")), [O::InvalidName]);
}

#[test]
fn a_language_that_the_campaign_lacks_is_told() {
    let french = ListOptions { languages: &[Language::Fr], default_language: Language::Fr };

    let list = parse("a@b.fr,Anne,en", french).ok().unwrap();

    assert_eq!(list.lines[0].outcome, LineOutcome::LanguageNotOffered);
}

#[test]
fn the_second_line_of_an_address_is_a_duplicate() {
    let text = "a@b.fr,Anne\nA@B.FR,Anne Morin\nc@d.fr,Luc";

    assert_eq!(outcomes(text), [LineOutcome::New, LineOutcome::DuplicateInList, LineOutcome::New]);
}

#[test]
fn a_broken_line_does_not_stop_the_others() {
    let text = "email,name\na@b.fr,Anne\n\"c@d.fr,Luc\nnobody,Zoé\ne@f.fr,Ève\n";

    assert_eq!(
        lines(text).iter().map(|line| (line.0, line.4)).collect::<Vec<_>>(),
        [
            (2, LineOutcome::New),
            (3, LineOutcome::BrokenQuotes),
            (4, LineOutcome::InvalidEmail),
            (5, LineOutcome::New),
        ]
    );
}

#[test]
fn a_row_with_more_cells_than_the_header_is_told() {
    assert_eq!(outcomes("email,name\na@b.fr,Anne,extra"), [LineOutcome::TooManyColumns]);
    assert_eq!(outcomes("email,name\na@b.fr,Anne,,"), [LineOutcome::New]);
}

#[test]
fn names_that_look_like_formulas_are_text() {
    let lines =
        lines("a@b.fr;\"=HYPERLINK(\"\"http://x\"\")\"\nc@d.fr;@SUM(A1)\ne@f.fr;+33 Luc\ng@h.fr;-Zoé");

    assert_eq!(lines[0].2, "=HYPERLINK(\"http://x\")");
    assert_eq!(lines[0].4, LineOutcome::New);
    assert_eq!((lines[2].2.as_str(), lines[3].2.as_str()), ("+33 Luc", "-Zoé"));
}

#[test]
fn windows_1252_is_read_whole() {
    let bytes = b"email;pr\xe9nom;nom\r\na@b.fr;Zo\xe9;L\x92H\xe9ritier\r\n";
    let (text, encoding) = encoding::decode(bytes);

    assert_eq!(encoding, encoding::FileEncoding::Windows1252);
    assert_eq!(lines(&text), [line(2, "a@b.fr", "Zoé L’Héritier", "fr", LineOutcome::New)]);
}

#[test]
fn any_line_end_will_do() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["\u{feff}email,name", "a@b.fr,Anne", "", "c@d.fr,Luc"].join(end);

        assert_eq!(
            lines(&text).iter().map(|line| (line.0, line.4)).collect::<Vec<_>>(),
            [(2, LineOutcome::New), (4, LineOutcome::New)]
        );
    }
}

#[test]
fn a_list_without_lines_is_empty() {
    for text in ["", "  \n\n", "email,name\n", ";;\n;;;\n"] {
        assert_eq!(parse(text, BOTH).err(), Some(ListProblem::Empty), "{text:?}");
    }
}

#[test]
fn a_list_has_its_limits() {
    assert_eq!(parse(&"x".repeat(MAX_BYTES + 1), BOTH).err(), Some(ListProblem::TooLarge));
    assert_eq!(parse(&"a\n".repeat(MAX_LINES + 1), BOTH).err(), Some(ListProblem::TooManyLines));
}

#[test]
fn fifty_thousand_lines_are_read_quickly() {
    let text: String = (0..50_000)
        .map(|n| {
            format!("person{n}@example.fr;Prénom{n} Nom{n};{}\r\n", if n % 2 == 0 { "fr" } else { "en" })
        })
        .collect();
    let began = Instant::now();

    let list = parse(&text, BOTH).ok().unwrap();

    assert_eq!(list.lines.iter().filter(|line| line.outcome == LineOutcome::New).count(), 50_000);
    // Far above what it takes (about half a second unoptimised), far below what a person would notice as broken.
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn no_text_makes_it_panic() {
    const PIECES: [&str; 22] = [
        "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\r", "@", "<", ">", "a@b.fr", "email", "nom", "fr",
        "de", "é", "\u{feff}", "\u{0}", "\u{202e}", "=", " ",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..20_000 {
        let length = random.next_u32() % 24;
        let text: String =
            (0..length).map(|_| PIECES[usize::try_from(random.next_u32()).unwrap() % PIECES.len()]).collect();

        if let Ok(list) = parse(&text, BOTH) {
            assert!(
                list.lines.iter().all(|line| (line.outcome == LineOutcome::New) <= line.person.is_some())
            );
        }
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for _ in 0..2_000 {
        let mut bytes = vec![0; usize::try_from(random.next_u32() % 64).unwrap()];
        random.fill_bytes(&mut bytes);

        let (text, _) = encoding::decode(&bytes);

        let _ = parse(&text, BOTH);
    }
}
