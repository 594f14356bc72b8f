//! What a scenario tells: the situation, and the customer's words in the look of their channel.

use domain::language::Language;
use domain::pack::{Channel, Message, Prose, Scenario, Speaker};
use leptos::prelude::*;

use crate::components::figures::figures;
use crate::components::icon::Icon;
use crate::pages::candidate::formats::dialogue::exchange;
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// The situation, what the customer wrote or said, and what is seen or heard beside it; `media_folder` is the path that
/// serves the latter.
pub(crate) fn situation(language: Language, shown: Shown<'_>, media_folder: &str) -> Option<AnyView> {
    let scenario = shown.scenario()?;
    let (spoken, prose) = match scenario.prose.get(language) {
        Some(prose) => (language, prose),
        None => scenario.prose.iter().next()?,
    };
    // Who comes back has read it: nothing is paced again.
    let is_new = shown.actions.iter().all(|action| action.answer.is_none());
    Some(
        view! {
            <p class="lede">{prose.situation.clone()}</p>
            {message(language, scenario, prose, exchange(language, shown), is_new)}
            {figures(language, spoken, &prose.media, media_folder)}
        }
        .into_any(),
    )
}

fn message(
    language: Language,
    scenario: &Scenario,
    prose: &Prose,
    exchange: Vec<AnyView>,
    is_new: bool,
) -> AnyView {
    let is_paced = is_new && exchange.is_empty() && is_chat_of_several(scenario, prose);
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
                {is_paced.then(|| view! { <a class="show-all fine" href="#said">{text!(language, candidate.show_all)}</a> })}
            </header>
            {said(language, scenario, prose, exchange, is_paced)}
        </article>
    }
    .into_any()
}

/// Whether the messages of a chat may come one after the other. All of them stand in the page from the start; the style
/// sheet lets them appear, unless motion is unwelcome or the link is followed.
fn is_chat_of_several(scenario: &Scenario, prose: &Prose) -> bool {
    scenario.channel == Channel::Chat && matches!(&prose.message, Message::Turns(turns) if turns.len() > 1)
}

fn said(
    language: Language,
    scenario: &Scenario,
    prose: &Prose,
    exchange: Vec<AnyView>,
    is_paced: bool,
) -> AnyView {
    let turns = match &prose.message {
        Message::Email { paragraphs, .. } => {
            let paragraphs = paragraphs.iter().map(|words| view! { <p>{words.clone()}</p> }).collect_view();
            let exchange =
                (!exchange.is_empty()).then(|| view! { <ol class="chat is-exchange">{exchange}</ol> });
            return view! { <div class="message-body">{paragraphs}</div>{exchange} }.into_any();
        }
        Message::Turns(turns) => turns,
    };
    let who = |speaker| match speaker {
        Speaker::Customer => prose.customer_name.clone(),
        Speaker::You => text!(language, candidate.you).to_owned(),
        Speaker::Colleague => text!(language, candidate.colleague).to_owned(),
    };
    let is_alone = exchange.is_empty() && scenario.item.dialogue().is_none();
    if let (true, Channel::Counter | Channel::Phone, [turn]) = (is_alone, scenario.channel, turns.as_slice())
    {
        return view! { <div class="message-body"><p>{turn.text.clone()}</p></div> }.into_any();
    }
    let lines = turns
        .iter()
        .map(|turn| match turn.who {
            Speaker::You => line(who(turn.who), &turn.text, false),
            Speaker::Customer => line(who(turn.who), &turn.text, true),
            Speaker::Colleague => colleague(who(turn.who), &turn.text),
        })
        .collect_view();
    let looks = [
        (matches!(scenario.channel, Channel::Phone | Channel::Counter), " is-spoken"),
        (is_paced, " is-paced"),
        (!exchange.is_empty(), " is-exchange"),
    ];
    let looks = looks.iter().filter(|(is_so, _)| *is_so).map(|(_, look)| *look);
    let class: String = std::iter::once("chat").chain(looks).collect();
    view! { <ol class=class id=is_paced.then_some("said")>{lines}{exchange}</ol> }.into_any()
}

/// What one of the two has said: the customer on the left with the chair, the candidate on the right.
pub(super) fn line(who: String, words: &str, is_customer: bool) -> AnyView {
    view! {
        <li class=(!is_customer).then_some("is-you")>
            <p class="turn-who">
                {is_customer.then(|| view! { <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>" " })}
                {who}
            </p>
            <p class="turn-text">{words.to_owned()}</p>
        </li>
    }
    .into_any()
}

fn colleague(who: String, words: &str) -> AnyView {
    view! { <li><p class="turn-who">{who}</p><p class="turn-text">{words.to_owned()}</p></li> }.into_any()
}
