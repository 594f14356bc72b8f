//! What candidates' pages share: the frame, the help card, the words of the scale, dates in the campaign's time zone.

use chrono::NaiveDateTime;
use domain::attempt::Place;
use domain::ids::ScenarioId;
use domain::language::Language;
use leptos::prelude::*;
use services::candidate::{CampaignFacts, Sitting};
use services::{dates, zone};

use crate::shell::{Bar, Frame};
use crate::text;

/// The frame of a page of a campaign.
pub(super) fn frame(language: Language, campaign: &CampaignFacts, title: &str) -> Frame {
    let whole =
        text!(language, candidate.page_title, title = title, organisation = campaign.organisation.as_str());
    Frame {
        title: whole.to_string(),
        bar: Bar::Candidate {
            organisation: campaign.organisation.clone(),
            is_demo: campaign.is_demo,
            // A language that is not offered would only lead back to this one.
            own_language_button: campaign.languages.len() < 2,
        },
        ..Frame::default()
    }
}

/// The frame of a page whose own form has the button for the other language.
pub(super) fn frame_of_form(language: Language, campaign: &CampaignFacts, title: &str) -> Frame {
    let mut frame = frame(language, campaign, title);
    if let Bar::Candidate { own_language_button, .. } = &mut frame.bar {
        *own_language_button = true;
    }
    frame
}

/// Where to get help: the same card at the foot of every page of a test.
pub(super) fn help_card(language: Language, campaign: &CampaignFacts) -> AnyView {
    view! {
        <section class="card" id="help" aria-labelledby="help-title">
            <h2 id="help-title">{text!(language, candidate.help_title)}</h2>
            <p>{text!(language, candidate.help_write)}" "{contact(&campaign.contact)}</p>
            <p>{text!(language, candidate.help_kept)}</p>
        </section>
    }
    .into_any()
}

/// A contact, as a link when it is an address alone.
pub(super) fn contact(contact: &str) -> AnyView {
    let text = contact.to_owned();
    if domain::email::EmailAddress::parse(contact).is_ok() {
        view! { <a href=format!("mailto:{text}")>{text.clone()}</a> }.into_any()
    } else {
        view! { <span>{text}</span> }.into_any()
    }
}

/// The four steps of the scale, from 1 to 4.
pub(super) fn scale(language: Language) -> [&'static str; 4] {
    [
        text!(language, candidate.scale_1),
        text!(language, candidate.scale_2),
        text!(language, candidate.scale_3),
        text!(language, candidate.scale_4),
    ]
}

/// The word of a rating.
pub(super) fn rating_words(language: Language, value: u8) -> &'static str {
    usize::from(value)
        .checked_sub(1)
        .and_then(|index| scale(language).get(index).copied())
        .unwrap_or(text!(language, candidate.no_answer))
}

/// The letters beside the actions, in the order shown.
pub(super) fn letter(index: usize) -> char {
    u8::try_from(index).ok().filter(|index| *index < 26).map_or('?', |index| char::from(b'A' + index))
}

/// A moment in the campaign's time zone, in words.
pub(super) fn moment(language: Language, campaign: &CampaignFacts, utc: NaiveDateTime) -> String {
    dates::long_moment(language, zone::local(&campaign.time_zone, utc))
}

/// A time of day in the campaign's time zone.
pub(super) fn time(language: Language, campaign: &CampaignFacts, utc: NaiveDateTime) -> String {
    dates::time(language, zone::local(&campaign.time_zone, utc))
}

/// The page of a place.
pub(super) fn path_of(place: Place) -> String {
    match place {
        Place::Practice => "/test/practice".to_owned(),
        Place::Scenario(number) => format!("/test/{number}"),
        Place::Review => "/test/review".to_owned(),
    }
}

/// The title of a scenario in a language.
pub(super) fn scenario_title(sitting: &Sitting, scenario: &ScenarioId, language: Language) -> String {
    let prose = sitting.loaded.pack.scenario(scenario).and_then(|scenario| scenario.prose.or_first(language));
    prose.map_or_else(String::new, |prose| prose.title.clone())
}

/// Minutes, rounded up to the next 5 above ten.
pub(super) fn minutes_of(seconds: u32) -> u32 {
    let minutes = seconds.div_ceil(60).max(1);
    if minutes <= 10 { minutes } else { minutes.div_ceil(5) * 5 }
}
