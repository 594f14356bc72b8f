//! Two or three people side by side for paper.

use documents::content::{Block, Cell, Column, Document, Holds, Lane, Look, Run, Table};
use domain::language::Language;
use services::compare::{ComparedDialogue, ComparedRating, Comparison, Pair};
use services::report::ReportScore;

use super::{Front, Reading, heading, marked, paragraph};
use crate::components::band::badge_words;
use crate::components::plot::whole;
use crate::pages::evidence::norm_words::{group_sentence, percentile_words};
use crate::pages::review::compare::tables::{name, reading_words};
use crate::pages::review::compare::{heading as compare_heading, made_with, pair_words, ranks_words};
use crate::pages::review::report::answers::words::rating_words;
use crate::text;

/// The document.
pub(super) fn document(reading: &Reading<'_>, comparison: &Comparison) -> Document {
    let language = reading.language;
    let campaign = comparison.campaign.title.clone();
    let title = text!(language, review.compare_title, campaign = campaign.clone()).to_string();
    let front = Front {
        heading: compare_heading(language, comparison).to_owned(),
        kind: text!(language, paper.compare_kind, campaign = campaign).to_string(),
        running: title.clone(),
        title,
        foot: made_with(language, comparison),
    };
    let mut document = reading.document(front, &comparison.measure);
    let blocks = &mut document.blocks;
    blocks.push(paragraph(Look::Lede, pair_words(language, comparison)));
    blocks.push(paragraph(Look::Fine, text!(language, review.compare_alone)));
    blocks.push(reading.made_on(&comparison.campaign.time_zone));
    blocks.extend(reading.notices(&comparison.measure));
    blocks.push(heading(2, text!(language, paper.people)));
    blocks.push(Block::Table(people(language, comparison)));
    blocks.extend(comparison.norm.as_ref().map(|norm| {
        let group = group_sentence(language, &comparison.campaign.time_zone, norm);
        paragraph(Look::Fine, group)
    }));
    blocks.push(heading(2, text!(language, review.compare_scores)));
    blocks.push(Block::Table(scores(language, comparison)));
    if comparison.families.is_empty() {
        blocks.push(paragraph(Look::Fine, text!(language, review.profile_none)));
    }
    blocks.push(heading(2, text!(language, review.compare_ratings)));
    if comparison.ratings.is_empty() {
        blocks.push(paragraph(Look::Body, text!(language, review.compare_ratings_none)));
    } else {
        blocks.push(Block::Table(ratings(reading, comparison)));
    }
    for told in &comparison.dialogues {
        blocks.extend(dialogue(reading, comparison, told));
    }
    document
}

/// Who they are, under the names of their trees: score, place, the last decision.
fn people(language: Language, comparison: &Comparison) -> Table {
    let column = |head: &'static str, share: u8| Column { head: head.to_owned(), share, holds: Holds::Text };
    let rows = comparison.people.iter().map(|person| {
        let score = match person.score {
            Some(score) => {
                let norm = comparison.norm.as_ref();
                let percentile = norm.and_then(|norm| percentile_words(language, norm, score));
                let lines = [Run::strong(whole(score.score)), Run::plain(interval(language, score))];
                lines.into_iter().chain(percentile.map(Run::plain)).map(|line| vec![line]).collect()
            }
            None => vec![vec![Run::plain(text!(language, review.compare_no_score))]],
        };
        let standing = person.place.map_or_else(
            || "–".to_owned(),
            |place| {
                let letters = services::ranking::band_letters(place.band.band);
                let group = text!(language, review.group_name, band = letters);
                format!("{group}, {}", ranks_words(language, place))
            },
        );
        let decision = person
            .person
            .decision
            .map_or_else(|| text!(language, review.badge_open), |code| badge_words(language, code));
        vec![
            Cell::Words(vec![vec![Run::strong(person.person.name.clone())]]),
            Cell::Words(score),
            Cell::text(standing),
            Cell::text(decision),
        ]
    });
    Table {
        summary: text!(language, paper.people).to_owned(),
        columns: vec![
            column(text!(language, paper.person), 20),
            column(text!(language, review.col_score), 36),
            column(text!(language, paper.standing), 26),
            column(text!(language, review.col_decision), 18),
        ],
        rows: rows.collect(),
    }
}

fn interval(language: Language, score: ReportScore) -> String {
    text!(language, review.interval, low = whole(score.low), high = whole(score.high)).to_string()
}

/// A column for each of the people.
fn columns(comparison: &Comparison, share: u8, holds: fn(usize) -> Holds) -> impl Iterator<Item = Column> {
    (0..comparison.people.len()).map(move |person| Column {
        head: name(comparison, person),
        share,
        holds: holds(person),
    })
}

fn scores(language: Language, comparison: &Comparison) -> Table {
    let head = text!(language, review.compare_reading).to_owned();
    let mut all = vec![
        Column { head, share: 34, holds: Holds::Text },
        Column { head: String::new(), share: 34, holds: Holds::Scores },
    ];
    all.extend(columns(comparison, 14, Holds::Person));
    let totals: Vec<Option<ReportScore>> = comparison.people.iter().map(|person| person.score).collect();
    let sure: Vec<Pair> = comparison.pairs.iter().filter(|pair| pair.is_sure()).copied().collect();
    let row = |title: String, results: &[Option<ReportScore>], sure: &[Pair]| {
        let reading = reading_words(language, comparison, sure);
        let mut cells = vec![
            Cell::Words(vec![vec![Run::strong(title)], vec![Run::plain(reading)]]),
            Cell::Lane(Lane::People(results.iter().map(|result| result.map(marked)).collect())),
        ];
        cells.extend(results.iter().map(|result| match result {
            Some(score) => Cell::Words(vec![
                vec![Run::strong(whole(score.score))],
                vec![Run::plain(interval(language, *score))],
            ]),
            None => Cell::text("–"),
        }));
        cells
    };
    let mut rows = vec![row(text!(language, review.compare_total).to_owned(), &totals, &sure)];
    rows.extend(
        comparison.families.iter().map(|family| row(family.name.clone(), &family.results, &family.sure)),
    );
    Table { summary: text!(language, review.compare_scores_caption).to_owned(), columns: all, rows }
}

fn ratings(reading: &Reading<'_>, comparison: &Comparison) -> Table {
    let language = reading.language;
    let head = text!(language, review.col_action).to_owned();
    let mut all = vec![Column { head, share: 40, holds: Holds::Text }];
    if comparison.shows_key {
        let head = text!(language, review.col_key).to_owned();
        all.push(Column { head, share: 15, holds: Holds::Text });
    }
    all.extend(columns(comparison, 16, Holds::PersonText));
    let row = |rating: &ComparedRating| {
        let foreign = reading.foreign(rating.language);
        let scenario =
            text!(language, review.compare_scenario, n = rating.number, title = rating.title.clone());
        let mut cells = vec![Cell::Words(vec![
            vec![Run::plain(rating.action.clone()).in_tongue(foreign)],
            vec![Run::plain(scenario.to_string())],
        ])];
        if comparison.shows_key {
            cells.push(Cell::text(rating.key.map_or("–", |key| rating_words(language, key))));
        }
        cells.extend(rating.given.iter().map(|given| Cell::text(rating_words(language, *given))));
        cells
    };
    let rows = comparison.ratings.iter().map(row).collect();
    Table { summary: text!(language, review.compare_ratings_caption).to_owned(), columns: all, rows }
}

/// A dialogue as each of them led it, turn beside turn.
fn dialogue(reading: &Reading<'_>, comparison: &Comparison, told: &ComparedDialogue) -> Vec<Block> {
    let language = reading.language;
    let foreign = reading.foreign(told.language);
    let title = text!(language, review.compare_dialogue, n = told.number, title = told.title.clone());
    let most = told.paths.iter().map(Vec::len).max().unwrap_or(0);
    let head = text!(language, paper.turn).to_owned();
    let mut all = vec![Column { head, share: 12, holds: Holds::Text }];
    all.extend(columns(comparison, 44, Holds::PersonText));
    let rows = (0..most.max(1)).map(|turn| {
        let mut cells = vec![Cell::text((turn + 1).to_string())];
        cells.extend(told.paths.iter().map(|path| match path.get(turn) {
            Some(turn) => Cell::Words(vec![vec![Run::plain(turn.said.clone()).in_tongue(foreign)]]),
            None if path.is_empty() && turn == 0 => Cell::text(text!(language, review.dialogue_blank)),
            None => Cell::text("–"),
        }));
        cells
    });
    vec![
        heading(2, title.to_string()),
        paragraph(Look::Fine, text!(language, review.compare_dialogue_text)),
        Block::Table(Table { summary: title.to_string(), columns: all, rows: rows.collect() }),
    ]
}
