//! How a scenario looks: where one is, the situation, what the customer said, the actions with their scale, the buttons.

use domain::attempt::Place;
use domain::language::Language;
use domain::pack::{Channel, Message, Prose, Scenario, Speaker};
use leptos::prelude::*;
use services::attempt_pages::{Sheet, SheetAction};
use services::candidate::Sitting;
use services::packs::LoadedForm;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::candidate::parts::{frame_of_form, help_card, letter, minutes_of, scale};
use crate::pages::candidate::saved_line::saved_line;
use crate::render::Page;
use crate::text;

/// Draws the page of a scenario for whoever may write.
pub(super) fn draw(ctx: &Ctx, sheet: &Sheet) -> Page {
    let language = ctx.language;
    let sitting = &sheet.sitting;
    let Place::Scenario(number) = sheet.place else {
        return crate::pages::candidate::practice::draw(ctx, sheet, false);
    };
    let total = sitting.loaded.form.length().scenarios();
    let title = text!(language, candidate.scenario_of, n = number, total = total).to_string();
    let mut page = frame_of_form(language, &sitting.campaign, &title);
    page.islands = true;
    ctx.page(page, || {
        view! {
            <div class="progress">
                <h1 id="p">{title}</h1>
                <p class="soft">{text!(language, candidate.minutes_left, minutes = minutes_left(sitting, number))}</p>
                <progress max=total value=number - 1 aria-labelledby="p"></progress>
            </div>
            {situation(language, sheet.into())}
            <form method="post" action=format!("/test/{number}") id="answers">
                {hidden_fields(language, sitting)}
                {rating(language, sheet.into())}
                {saved_line(language, sheet)}
                {buttons(language, sitting, number, total)}
            </form>
            <hr/>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    })
}

/// What the authors expect for this scenario and those after it.
fn minutes_left(sitting: &Sitting, number: u16) -> u32 {
    let loaded = &sitting.loaded;
    let after = loaded.form.scenarios().iter().filter(|shown| shown.place >= Place::Scenario(number));
    let seconds: u32 = after
        .filter_map(|shown| loaded.pack.scenario(&shown.id))
        .map(|scenario| scenario.expected_seconds)
        .sum();
    minutes_of(seconds)
}

/// What stands in every form of a test.
pub(super) fn hidden_fields(language: Language, sitting: &Sitting) -> AnyView {
    view! {
        <input type="hidden" name="attempt" value=sitting.public_id.to_string()/>
        <input type="hidden" name="epoch" value=sitting.epoch.number()/>
        <input type="hidden" name="language" value=language.code()/>
    }
    .into_any()
}

/// A scenario with its answers: of an attempt, or of a visitor who only tries one.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The form, its pack and its key.
    pub(crate) loaded: &'a LoadedForm,
    /// Which scenario of the form.
    pub(crate) place: Place,
    /// Its actions in the order shown.
    pub(crate) actions: &'a [SheetAction],
}

impl<'a> From<&'a Sheet> for Shown<'a> {
    fn from(sheet: &'a Sheet) -> Self {
        Self { loaded: &sheet.sitting.loaded, place: sheet.place, actions: &sheet.actions }
    }
}

impl<'a> Shown<'a> {
    fn scenario(self) -> Option<&'a Scenario> {
        self.loaded.pack.scenario(&self.loaded.form.scenario_at(self.place)?.id)
    }
}

/// The situation and what the customer wrote or said.
pub(crate) fn situation(language: Language, shown: Shown<'_>) -> Option<AnyView> {
    let scenario = shown.scenario()?;
    let prose = scenario.prose.or_first(language)?;
    Some(
        view! {
            <p class="lede">{prose.situation.clone()}</p>
            {message(language, scenario, prose)}
        }
        .into_any(),
    )
}

fn message(language: Language, scenario: &Scenario, prose: &Prose) -> AnyView {
    let name = prose.customer_name.clone();
    let (icon, label) = match scenario.channel {
        Channel::Email => ("mail", text!(language, candidate.from)),
        Channel::Chat => ("chat", text!(language, candidate.chat_with)),
        Channel::Phone => ("phone", text!(language, candidate.call_from)),
        Channel::Counter => ("counter", text!(language, candidate.counter_with)),
    };
    let subject = match &prose.message {
        Message::Email { subject, .. } => Some(subject.clone()),
        Message::Turns(_) => None,
    };
    let note = (scenario.channel == Channel::Phone).then(|| text!(language, candidate.call_transcript));
    view! {
        <article class="message" aria-labelledby="msg">
            <header class="message-head">
                <Icon name=icon/>
                <dl>
                    {match subject {
                        Some(subject) => view! {
                            <div><dt>{label}</dt><dd>{name}</dd></div>
                            <div><dt>{text!(language, candidate.subject)}</dt><dd id="msg">{subject}</dd></div>
                        }.into_any(),
                        None => view! {
                            <div><dt>{label}</dt><dd id="msg">{name}</dd></div>
                            {note.map(|note| view! { <div><dd class="soft">{note}</dd></div> })}
                        }.into_any(),
                    }}
                </dl>
            </header>
            {said(language, scenario, prose)}
        </article>
    }
    .into_any()
}

fn said(language: Language, scenario: &Scenario, prose: &Prose) -> AnyView {
    let turns = match &prose.message {
        Message::Email { paragraphs, .. } => {
            let paragraphs = paragraphs.iter().map(|words| view! { <p>{words.clone()}</p> }).collect_view();
            return view! { <div class="message-body">{paragraphs}</div> }.into_any();
        }
        Message::Turns(turns) => turns,
    };
    let who = |speaker| match speaker {
        Speaker::Customer => prose.customer_name.clone(),
        Speaker::You => text!(language, candidate.you).to_owned(),
        Speaker::Colleague => text!(language, candidate.colleague).to_owned(),
    };
    if let (Channel::Counter | Channel::Phone, [turn]) = (scenario.channel, turns.as_slice()) {
        return view! { <div class="message-body"><p>{turn.text.clone()}</p></div> }.into_any();
    }
    let lines = turns
        .iter()
        .map(|turn| {
            let is_customer = turn.who == Speaker::Customer;
            let class = (turn.who == Speaker::You).then_some("is-you");
            view! {
                <li class=class>
                    <p class="turn-who">
                        {is_customer.then(|| view! {
                            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>" "
                        })}
                        {who(turn.who)}
                    </p>
                    <p class="turn-text">{turn.text.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="chat">{lines}</ol> }.into_any()
}

/// The actions, each on the same scale.
pub(crate) fn rating(language: Language, shown: Shown<'_>) -> AnyView {
    let steps = scale(language).map(|words| view! { <li>{words}</li> }).collect_view();
    let prose = shown.scenario().and_then(|scenario| scenario.prose.or_first(language));
    let items = shown
        .actions
        .iter()
        .enumerate()
        .map(|(index, action)| {
            let words =
                prose.and_then(|prose| prose.action(&action.id)).map_or("", |action| action.text.as_str());
            rating_item(language, index, action, words)
        })
        .collect_view();
    view! {
        <h2 id="q">{text!(language, candidate.question)}</h2>
        <p class="soft">{text!(language, candidate.question_hint)}</p>
        <div class="rating">
            <div class="rating-scale" aria-hidden="true"><span></span><ol>{steps}</ol></div>
            {items}
        </div>
    }
    .into_any()
}

fn rating_item(language: Language, index: usize, action: &SheetAction, words: &str) -> AnyView {
    let item = action.item.number();
    let id = format!("a{item}");
    let named_by = format!("q {id}");
    let given = action.answer.map(|answer| answer.value.number());
    let base = action.answer.map_or(0, |answer| answer.sequence.number());
    let options = scale(language)
        .into_iter()
        .zip(1_u8..)
        .map(|(words, value)| {
            view! {
                <label class="rating-option">
                    <input type="radio" name=format!("v{item}") value=value checked=given == Some(value)/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="rating-item" role="radiogroup" aria-labelledby=named_by>
            <p class="rating-action" id=id>
                <span class="rating-key">{letter(index)}</span>" "<span>{words.to_owned()}</span>
            </p>
            <input type="hidden" name=format!("b{item}") value=base/>
            <div class="rating-options">{options}</div>
        </div>
    }
    .into_any()
}

fn buttons(language: Language, sitting: &Sitting, number: u16, total: u16) -> AnyView {
    let next = if number == total {
        text!(language, candidate.save_and_review)
    } else {
        text!(language, candidate.save_and_continue)
    };
    let previous = if number == 1 {
        text!(language, candidate.back_to_practice).to_owned()
    } else {
        text!(language, candidate.back_to, n = number - 1).to_string()
    };
    let (flag, flag_words) = if sitting.is_flagged(number) {
        ("unflag", text!(language, candidate.unflag))
    } else {
        ("flag", text!(language, candidate.flag))
    };
    let reviews = (number < total && sitting.furthest >= Place::Scenario(total)).then(|| {
        view! {
            <button class="button is-quiet is-small" name="go" value="review">
                {text!(language, candidate.go_to_review)}
            </button>
        }
    });
    view! {
        <p class="row spread">
            <button class="button is-large" name="go" value="next">{next}" "<Icon name="right"/></button>
            <span class="row flush">
                <button class="button is-quiet" name="go" value="previous">{previous}</button>
                <button class="button is-quiet" name="go" value="pause">{text!(language, candidate.pause)}</button>
            </span>
        </p>
        <p class="row">
            <button class="button is-quiet is-small" name="go" value=flag><Icon name="flag"/>{flag_words}</button>
            {reviews}
            {other_language(language, sitting)}
        </p>
    }
    .into_any()
}

/// The button that keeps the answers and goes on in the other language.
pub(super) fn other_language(language: Language, sitting: &Sitting) -> Vec<AnyView> {
    let others = sitting.campaign.languages.iter().filter(|other| **other != language);
    others
        .map(|other| {
            let words = match other {
                Language::Fr => "Français",
                Language::En => "English",
            };
            view! {
                <button class="button is-quiet is-small" name="go" value=other.code() lang=other.code()>{words}</button>
            }
            .into_any()
        })
        .collect()
}
