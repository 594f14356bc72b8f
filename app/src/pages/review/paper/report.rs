//! The report of one candidate for paper.

use documents::content::{Block, Cell, Column, Document, Entry, Holds, Lane, Look, Run, ScoreAxis, Table};
use domain::language::Language;
use services::decision_stages::Stage;
use services::report::{FamilyResult, Report, ReportScore, ToldDecision};
use services::snapshots::statistics::Distribution;

use super::{Front, Reading, answers, coordinate, heading, marked, paragraph};
use crate::components::band::badge_words;
use crate::components::plot::{decimals, whole};
use crate::pages::review::frame::measure_words;
use crate::pages::review::report::aside::{decided_by, moment};
use crate::pages::review::report::beyond::{lived_words, reason_words, score_words, words};
use crate::pages::review::report::{facts, result};
use crate::text;

/// The document.
pub(super) fn document(reading: &Reading<'_>, report: &Report, stages: &[Stage]) -> Document {
    let language = reading.language;
    let campaign = report.campaign.title.clone();
    let measure = measure_words(language, &report.measure, &report.campaign.time_zone);
    let title = text!(language, review.report_title, name = report.name.clone(), campaign = campaign.clone());
    let front = Front {
        title: title.to_string(),
        heading: report.name.clone(),
        kind: text!(language, paper.report_kind, campaign = campaign).to_string(),
        running: title.to_string(),
        foot: format!("{} · {measure}", report.name),
    };
    let mut document = reading.document(front, &report.measure);
    let blocks = &mut document.blocks;
    blocks.push(paragraph(Look::Fine, facts(language, report)));
    blocks.push(reading.made_on(&report.campaign.time_zone));
    blocks.extend(identity(language, report));
    blocks.extend(reading.notices(&report.measure));
    if report.rating_first.hides_scores() {
        blocks.push(paragraph(Look::Body, text!(language, paper.rated_first)));
        blocks.extend(answers::blocks(reading, report));
    } else {
        blocks.extend(overall(language, report));
        blocks.extend(own_rating(language, report));
        blocks.extend(profile(language, report));
        blocks.extend(answers::blocks(reading, report));
        blocks.extend(chair(reading, report));
        blocks.extend(guide(language, report));
        blocks.extend(history(language, report));
    }
    blocks.extend(decisions(language, report, stages));
    document
}

/// Who it is, once the reader has decided or asked. The address stays on the page: paper is handed on.
fn identity(language: Language, report: &Report) -> Option<Block> {
    let known = report.identity.as_ref()?;
    let name = known.name.clone().unwrap_or_else(|| text!(language, review.identity_unknown).to_owned());
    let finished = known.finished_at.map_or_else(|| "–".to_owned(), |at| moment(language, report, at));
    Some(Block::Facts(vec![
        (text!(language, review.identity_name).to_owned(), name),
        (text!(language, review.identity_started).to_owned(), moment(language, report, known.started_at)),
        (text!(language, review.identity_finished).to_owned(), finished),
    ]))
}

fn overall(language: Language, report: &Report) -> Vec<Block> {
    let mut blocks = vec![heading(2, text!(language, review.result_title))];
    match report.score {
        Some(score) => blocks.extend(with_score(language, report, score)),
        None => blocks.push(paragraph(Look::Lede, result::unranked_words(language, report))),
    }
    if let Some(counts) = result::counts_words(language, report) {
        blocks.push(paragraph(Look::Soft, counts));
    }
    blocks
}

fn with_score(language: Language, report: &Report, score: ReportScore) -> Vec<Block> {
    let interval = vec![
        Run::strong(result::interval_words(language, score)),
        Run::plain(format!(" {}", text!(language, review.result_nineteen))),
    ];
    let place = report.place.map_or_else(
        || result::no_place_words(language, report),
        |place| capital(&result::band_words(language, place)),
    );
    let mut blocks = vec![
        Block::Result { figure: whole(score.score), lines: vec![interval, vec![Run::plain(place)]] },
        Block::Axis(axis(language, report, score)),
    ];
    let key = if result::middle_half(report).is_some() {
        text!(language, paper.axis_key_norm)
    } else {
        text!(language, paper.axis_key)
    };
    blocks.push(paragraph(Look::Fine, key));
    if let Some((ranks, version)) = result::ranks_words(language, report) {
        blocks.push(paragraph(Look::Body, format!("{ranks} {version}")));
    }
    blocks.push(paragraph(Look::Soft, result::sem_words(language, report, score)));
    if report.rating_first.unrated == 0 {
        blocks.push(paragraph(Look::Soft, result::group_words(language, report)));
    }
    blocks
}

/// Words that begin a line of their own here.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn axis(language: Language, report: &Report, score: ReportScore) -> ScoreAxis {
    let mut told = text!(
        language,
        paper.axis_told,
        score = whole(score.score),
        low = whole(score.low),
        high = whole(score.high),
        chance = decimals(language, report.measure.chance_level, 1)
    )
    .to_string();
    if let Some((low, high)) = result::middle_half(report) {
        let norm = text!(language, paper.axis_norm, low = whole(low), high = whole(high));
        told = format!("{told} {norm}");
    }
    ScoreAxis {
        told,
        marked: marked(score),
        norm: result::middle_half(report).map(|(low, high)| (coordinate(low), coordinate(high))),
        chance: coordinate(report.measure.chance_level),
    }
}

fn middle_half(group: Distribution) -> (f32, f32) {
    (coordinate(group.q1), coordinate(group.q3))
}

fn own_rating(language: Language, report: &Report) -> Vec<Block> {
    let Some((rating, reason)) = report.rating_first.own.clone() else { return Vec::new() };
    let words = text!(language, deciding.own_rating, rating = rating).to_string();
    vec![
        Block::Paragraph { look: Look::Body, words: vec![Run::strong(words)] },
        paragraph(Look::Body, reason),
    ]
}

fn profile(language: Language, report: &Report) -> Vec<Block> {
    let title = heading(2, text!(language, review.profile_title));
    if report.families.is_empty() {
        return vec![title, paragraph(Look::Body, text!(language, review.profile_none))];
    }
    let column = |head: &'static str, share: u8, holds: Holds| Column { head: head.to_owned(), share, holds };
    let table = Table {
        summary: text!(language, review.profile_caption).to_owned(),
        columns: vec![
            column(text!(language, review.profile_family), 26, Holds::Text),
            column("", 26, Holds::Scores),
            column(text!(language, review.col_score), 15, Holds::Numbers),
            column(text!(language, review.profile_group), 13, Holds::Numbers),
            column(text!(language, review.profile_reading), 20, Holds::Text),
        ],
        rows: report.families.iter().map(|family| profile_row(language, family)).collect(),
    };
    vec![title, Block::Table(table), paragraph(Look::Fine, text!(language, paper.profile_key))]
}

fn profile_row(language: Language, family: &FamilyResult) -> Vec<Cell> {
    let name = Cell::Words(vec![vec![Run::strong(family.name.clone())]]);
    let Some((score, group)) = family.result else {
        let not = format!(
            "{}, {}",
            text!(language, review.profile_not_measurable),
            text!(language, review.profile_interview)
        );
        return vec![name, Cell::Lane(Lane::Empty), Cell::text("–"), Cell::text("–"), Cell::text(not)];
    };
    let interval = |low: f64, high: f64| {
        text!(language, review.interval, low = whole(low), high = whole(high)).to_string()
    };
    vec![
        name,
        Cell::Lane(Lane::Score { marked: marked(score), norm: Some(middle_half(group)) }),
        Cell::Words(vec![
            vec![Run::strong(whole(score.score))],
            vec![Run::plain(interval(score.low, score.high))],
        ]),
        Cell::text(interval(group.q1, group.q3)),
        Cell::text(result::reading(language, score, group)),
    ]
}

fn chair(reading: &Reading<'_>, report: &Report) -> Vec<Block> {
    let language = reading.language;
    let rows: Vec<Vec<Cell>> = report
        .scenarios
        .iter()
        .filter_map(|scenario| {
            let told = lived_words(language, scenario)?;
            let foreign = reading.foreign(scenario.language);
            let name = vec![
                vec![Run::strong(scenario.title.clone()).in_tongue(foreign)],
                vec![Run::plain(scenario.customer.clone()).in_tongue(foreign)],
            ];
            Some(vec![
                Cell::Words(name),
                Cell::text(told.perception),
                Cell::text(told.expectations),
                Cell::text(told.emotion),
                Cell::text(told.experience),
                Cell::text(told.lever),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let column = |head: &'static str, share: u8| Column { head: head.to_owned(), share, holds: Holds::Text };
    let table = Table {
        summary: text!(language, review.chair_title).to_owned(),
        columns: vec![
            column(text!(language, review.chair_customer), 28),
            column(text!(language, review.chair_perception), 14),
            column(text!(language, review.chair_expectations), 14),
            column(text!(language, review.chair_emotion), 14),
            column(text!(language, review.chair_experience), 14),
            column(text!(language, review.chair_lever), 20),
        ],
        rows,
    };
    vec![
        heading(2, text!(language, review.chair_title)),
        paragraph(Look::Soft, text!(language, review.chair_text)),
        Block::Table(table),
    ]
}

fn guide(language: Language, report: &Report) -> Vec<Block> {
    let entries = report
        .guide
        .iter()
        .map(|question| {
            let (ask, listen) = words(language, question.construct);
            let reason = reason_words(language, question.reason);
            Entry {
                words: vec![Run::strong(ask)],
                below: Some(vec![Run::plain(format!("{listen} {reason}"))]),
            }
        })
        .collect();
    vec![
        heading(2, text!(language, review.guide_title)),
        paragraph(Look::Soft, text!(language, review.guide_text)),
        Block::List { is_numbered: true, entries },
    ]
}

fn history(language: Language, report: &Report) -> Vec<Block> {
    if report.history.len() < 2 {
        return Vec::new();
    }
    let column = |head: &'static str, share: u8, holds: Holds| Column { head: head.to_owned(), share, holds };
    let rows = report.history.iter().map(|line| {
        vec![
            Cell::text(line.key_version.clone()),
            Cell::text(line.snapshot_n.to_string()),
            Cell::text(score_words(language, line.score)),
        ]
    });
    let table = Table {
        summary: text!(language, review.history_title).to_owned(),
        columns: vec![
            column(text!(language, review.col_key), 40, Holds::Text),
            column(text!(language, review.history_n), 30, Holds::Numbers),
            column(text!(language, review.col_score), 30, Holds::Numbers),
        ],
        rows: rows.collect(),
    };
    vec![
        heading(2, text!(language, review.history_title)),
        paragraph(Look::Soft, text!(language, review.history_text)),
        Block::Table(table),
    ]
}

/// The decisions that the reader may read.
fn decisions(language: Language, report: &Report, stages: &[Stage]) -> Vec<Block> {
    let mut blocks = vec![heading(2, text!(language, review.decisions_title))];
    if report.decisions.is_empty() {
        blocks.push(paragraph(Look::Soft, text!(language, review.decisions_none)));
    }
    for decision in &report.decisions {
        blocks.push(decided(language, report, stages, decision));
    }
    if report.identity.is_none() {
        blocks.push(paragraph(Look::Fine, text!(language, review.decisions_hidden)));
    }
    blocks
}

fn decided(language: Language, report: &Report, stages: &[Stage], decision: &ToldDecision) -> Block {
    let stage = stages.iter().find(|stage| Some(&stage.id) == decision.stage.as_ref());
    let mut words = badge_words(language, decision.code).to_owned();
    if let Some(stage) = stage {
        words = format!("{words}, {}", stage.name(language));
    }
    let reason = decision.reason.clone().unwrap_or_else(|| text!(language, review.reason_erased).to_owned());
    Block::Quote(vec![documents::content::Quoted {
        who: Some(words),
        is_customer: false,
        words: vec![Run::plain(reason)],
        notes: vec![vec![Run::plain(decided_by(language, report, decision))]],
    }])
}
