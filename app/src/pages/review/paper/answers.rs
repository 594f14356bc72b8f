//! The answers of a report for paper: every scenario open, in every format, beside the key for who may see it.

use documents::content::{Block, Cell, Column, Holds, Lane, Look, Quoted, Run, Table, Words};
use domain::item::ItemFormat;
use domain::pack::media::Media;
use domain::pack::{Message, Speaker};
use services::report::Report;
use services::report::scenarios::{ReportAction, ReportAnswer, ReportDialogue, ReportScenario, ReportTurn};

use super::{Reading, heading, paragraph};
use crate::pages::review::report::answers::actions::{
    answer_words, caption, place, points_words, shows_points,
};
use crate::pages::review::report::answers::words::{parts_as_points, rating_words, said_words, state_words};
use crate::pages::review::report::answers::{Told, how_it_earns, intro_words, remark};
use crate::text;

/// All scenarios.
pub(super) fn blocks(reading: &Reading<'_>, report: &Report) -> Vec<Block> {
    let language = reading.language;
    let mut blocks = vec![
        heading(2, text!(language, review.answers_title)),
        paragraph(Look::Soft, intro_words(language, report)),
    ];
    for scenario in &report.scenarios {
        let told = Told { language, scenario, shows_key: report.shows_key };
        blocks.extend(scenario_blocks(&One { reading, told }));
    }
    blocks
}

/// One scenario, and who reads it.
struct One<'a> {
    reading: &'a Reading<'a>,
    told: Told<'a>,
}

impl One<'_> {
    const fn scenario(&self) -> &ReportScenario {
        self.told.scenario
    }

    /// Words of the pack, which may be in another language than the document.
    fn own(&self, words: impl Into<String>) -> Run {
        Run::plain(words).in_tongue(self.reading.foreign(self.scenario().language))
    }

    fn own_strong(&self, words: impl Into<String>) -> Run {
        Run { is_strong: true, ..self.own(words) }
    }
}

fn scenario_blocks(one: &One<'_>) -> Vec<Block> {
    let (language, scenario) = (one.told.language, one.scenario());
    let remark = remark(language, scenario);
    let mut blocks = vec![
        Block::Heading {
            level: 3,
            words: one.own(format!("{}. {}", scenario.number, scenario.title)),
            aside: (!remark.is_empty()).then_some(remark),
        },
        Block::Paragraph { look: Look::Soft, words: vec![one.own(scenario.situation.clone())] },
    ];
    let mut small = scenario.families.join(", ");
    if let (Some(_), Some(how)) = (scenario.points, how_it_earns(language, scenario.format)) {
        let parts = [small.as_str(), how];
        small = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ");
    }
    if !small.is_empty() {
        blocks.push(paragraph(Look::Fine, small));
    }
    blocks.extend(scenario.message.as_ref().map(|words| message(one, words)));
    blocks.extend(scenario.media.iter().map(|shown| media(one, shown)));
    match &scenario.answer {
        ReportAnswer::Actions(actions) => blocks.push(Block::Table(table(one, actions))),
        ReportAnswer::Dialogue(dialogue) => blocks.extend(exchange(one, dialogue)),
        ReportAnswer::Open { question, text } => blocks.extend(open(one, question, text.as_deref())),
    }
    blocks
}

/// What a picture, a recording or a film says, in words.
fn media(one: &One<'_>, shown: &Media) -> Block {
    let language = one.told.language;
    let told = |transcript: &[String]| transcript.join(" ");
    let words = match shown {
        Media::Picture { alt, .. } => text!(language, paper.picture, words = alt.clone()).to_string(),
        Media::Audio { transcript, .. } => text!(language, paper.audio, words = told(transcript)).to_string(),
        Media::Video { transcript, .. } => text!(language, paper.video, words = told(transcript)).to_string(),
    };
    Block::Paragraph { look: Look::Fine, words: vec![one.own(words)] }
}

fn table(one: &One<'_>, actions: &[ReportAction]) -> Table {
    let (language, told) = (one.told.language, one.told);
    let format = told.scenario.format;
    let column = |head: &'static str, share: u8, holds: Holds| Column { head: head.to_owned(), share, holds };
    let is_emotion = format == ItemFormat::EmotionProfile;
    let about =
        if is_emotion { text!(language, review.col_emotion) } else { text!(language, review.col_action) };
    let mut columns = vec![column(about, 47, Holds::Text)];
    let has_lane = matches!(format, ItemFormat::Rate | ItemFormat::EmotionProfile);
    if has_lane {
        columns.push(column("", 18, ends(one, is_emotion)));
    }
    columns.push(column(text!(language, review.col_answer), 16, Holds::Text));
    if told.shows_key {
        columns.push(column(text!(language, review.col_key), 16, Holds::Text));
    }
    if shows_points(told) {
        columns.push(column(text!(language, review.col_points), 8, Holds::Numbers));
    }
    let rows = actions.iter().map(|action| row(one, action, has_lane)).collect();
    Table { summary: caption(told), columns, rows }
}

/// The words of both ends of the scale.
fn ends(one: &One<'_>, is_emotion: bool) -> Holds {
    let language = one.told.language;
    let (low, high) = if is_emotion {
        (text!(language, review.strength_low), text!(language, review.strength_high))
    } else {
        (text!(language, review.scale_low), text!(language, review.scale_high))
    };
    Holds::Categories(low.to_owned(), high.to_owned())
}

fn row(one: &One<'_>, action: &ReportAction, has_lane: bool) -> Vec<Cell> {
    let (language, told) = (one.told.language, one.told);
    let key = action.key.as_ref();
    let mut name = vec![vec![one.own(action.text.clone())]];
    name.extend(key.map(|key| vec![one.own(key.rationale.clone())]));
    let mut cells = vec![Cell::Words(name)];
    if has_lane {
        let key = key.and_then(|key| place(key.says));
        cells.push(Cell::Lane(Lane::Category { answer: action.answer.and_then(place), key }));
    }
    cells.push(Cell::text(answer_words(told, action)));
    if told.shows_key {
        cells.push(Cell::text(key.map_or_else(|| "–".to_owned(), |key| said_words(language, key.says))));
    }
    if shows_points(told) {
        // That a scenario on trial does not count stands in its heading.
        let points = if told.scenario.is_scored { points_words(language, key) } else { "–".to_owned() };
        cells.push(Cell::text(points));
    }
    cells
}

/// The words that the scenario begins with.
fn message(one: &One<'_>, message: &Message) -> Block {
    let language = one.told.language;
    let customer = &one.scenario().customer;
    match message {
        Message::Email { subject, paragraphs } => Block::Quote(vec![Quoted {
            who: Some(format!("{customer}, {subject}")),
            is_customer: true,
            words: vec![one.own(paragraphs.join("\n"))],
            notes: Vec::new(),
        }]),
        Message::Turns(turns) => Block::Quote(
            turns
                .iter()
                .map(|turn| {
                    let who = match turn.who {
                        Speaker::Customer => customer.clone(),
                        Speaker::You => text!(language, review.speaker_service).to_owned(),
                        Speaker::Colleague => text!(language, review.speaker_colleague).to_owned(),
                    };
                    said(who, turn.who == Speaker::Customer, vec![one.own(turn.text.clone())], Vec::new())
                })
                .collect(),
        ),
    }
}

fn said(who: String, is_customer: bool, words: Words, notes: Vec<Words>) -> Quoted {
    Quoted { who: Some(who), is_customer, words, notes }
}

fn exchange(one: &One<'_>, dialogue: &ReportDialogue) -> Vec<Block> {
    let language = one.told.language;
    if dialogue.turns.is_empty() {
        let words = if one.scenario().is_shown {
            text!(language, review.dialogue_blank)
        } else {
            text!(language, review.answer_not_shown)
        };
        return vec![paragraph(Look::Body, words)];
    }
    let turns = (1_u32..).zip(&dialogue.turns).flat_map(|(number, turn)| turn_said(one, number, turn));
    let mut blocks = vec![Block::Quote(turns.collect())];
    if !dialogue.has_ended {
        blocks.push(paragraph(Look::Body, text!(language, review.dialogue_stopped)));
    }
    if let Some((start, end)) = dialogue.states {
        blocks.push(paragraph(Look::Fine, state_words(language, start, end)));
    }
    blocks
}

fn turn_said(one: &One<'_>, number: u32, turn: &ReportTurn) -> Vec<Quoted> {
    let language = one.told.language;
    let who = text!(language, review.turn_said, n = number).to_string();
    let mut notes: Vec<Words> = Vec::new();
    if let Some(key) = &turn.key {
        let category =
            text!(language, review.turn_key, category = rating_words(language, key.category)).to_string();
        let points = key.parts.map(|parts| {
            let points = parts_as_points(language, parts);
            format!(" {}", text!(language, review.turn_points, count = 1_u32, points = points))
        });
        let first = format!("{category}{} ", points.unwrap_or_default());
        notes.push(vec![Run::plain(first), one.own(key.rationale.clone())]);
        if let Some(better) = &key.better {
            let words = format!("{} ", text!(language, review.turn_better));
            notes.push(vec![Run::plain(words), one.own(better.clone())]);
        }
    }
    if !turn.is_scored {
        notes.push(vec![Run::plain(text!(language, review.turn_not_counted))]);
    }
    let mut turns = vec![said(who, false, vec![one.own(turn.said.clone())], notes)];
    if let Some(reply) = &turn.reply {
        let customer = one.scenario().customer.clone();
        turns.push(said(customer, true, vec![one.own(reply.clone())], Vec::new()));
    }
    turns
}

/// A text as it was written, line by line.
fn open(one: &One<'_>, question: &str, text: Option<&str>) -> Vec<Block> {
    let language = one.told.language;
    let answer = match text {
        Some(text) => Block::Quote(vec![Quoted {
            who: None,
            is_customer: false,
            words: vec![Run::plain(text)],
            notes: Vec::new(),
        }]),
        None if one.scenario().is_shown => paragraph(Look::Body, text!(language, review.answer_blank)),
        None => paragraph(Look::Body, text!(language, review.answer_not_shown)),
    };
    let question = Block::Paragraph { look: Look::Body, words: vec![one.own_strong(question)] };
    vec![question, answer, paragraph(Look::Fine, text!(language, review.open_not_scored))]
}
