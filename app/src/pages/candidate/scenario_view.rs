//! The page of a scenario: where one is, the situation, what is asked, the buttons.

use domain::attempt::{Place, Sequence};
use domain::form::{FormScenario, ScenarioRole};
use domain::ids::ActionId;
use domain::item::{ItemFormat, Response};
use domain::language::Language;
use domain::pack::{Prose, Scenario};
use leptos::prelude::*;
use services::answer_writer::{SentAnswer, SentValue};
use services::attempt_pages::{Sheet, SheetAction};
use services::candidate::Sitting;
use services::packs::LoadedForm;
use services::stored_answers::GivenAnswer;

use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::candidate::answers_form::SEND_TURN;
use crate::pages::candidate::formats::{afterwards, asked, awaits_turn, refusal};
use crate::pages::candidate::media;
use crate::pages::candidate::parts::{frame_of_form, help_card, minutes_of};
use crate::pages::candidate::saved_line::saved_line;
use crate::pages::candidate::situation::situation;
use crate::render::Page;
use crate::text;

/// Answers of a form that were not taken together, and why.
#[derive(Clone, Copy)]
pub(super) struct Refused<'a> {
    /// A code of [`refusal`].
    pub(super) code: &'a str,
    /// What was sent: it stands in the page again.
    pub(super) answers: &'a [SentAnswer],
}

/// Draws the page of a scenario for whoever may write, after a refusal with what was sent.
pub(super) fn draw(ctx: &Ctx, sheet: &Sheet, refused: Option<Refused<'_>>) -> Page {
    let language = ctx.language;
    let sitting = &sheet.sitting;
    let Place::Scenario(number) = sheet.place else {
        return crate::pages::candidate::practice::draw(ctx, sheet, false);
    };
    let actions = refused.map_or_else(|| sheet.actions.clone(), |refused| with_sent(sheet, refused.answers));
    let shown = Shown { actions: &actions, ..sheet.into() };
    let awaits_turn = awaits_turn(shown);
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
            {refused.map(|refused| view! {
                <ErrorSummary
                    title=text!(language, candidate.refused_title)
                    errors=vec![("answers".to_owned(), refusal(language, refused.code).to_owned())]
                />
            })}
            {practice_note(language, shown)}
            {situation(language, shown, media::FOLDER)}
            <form method="post" action=format!("/test/{number}") id="answers">
                {hidden_fields(language, sitting)}
                {asked(language, shown)}
                {saved_line(language, sheet)}
                {buttons(language, sitting, (number, total), awaits_turn)}
            </form>
            {afterwards(language, shown)}
            <hr/>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    })
}

/// The slots of a sheet with what a form has sent for them, over what is stored.
fn with_sent(sheet: &Sheet, sent: &[SentAnswer]) -> Vec<SheetAction> {
    let format = sheet.sitting.loaded.form.scenario_at(sheet.place).map(|scenario| scenario.format);
    let mut actions = sheet.actions.clone();
    for action in &mut actions {
        let Some(sent) = sent.iter().find(|sent| sent.item == action.item) else { continue };
        let (value, text) = match &sent.value {
            SentValue::Number(number) => {
                (format.and_then(|format| Response::from_number(format, *number).ok()), None)
            }
            SentValue::Text(text) => (Some(Response::of_text(text)), Some(text.as_str().to_owned())),
        };
        let (sequence, at) = action
            .answer
            .as_ref()
            .map_or((Sequence::NONE, sheet.sitting.last_seen_at), |stored| (stored.sequence, stored.at));
        if let Some(value) = value.filter(|_| format != Some(ItemFormat::Dialogue)) {
            action.answer = Some(GivenAnswer { value, text, sequence, at });
        }
    }
    actions
}

/// Says of a scenario for practice among the others that it does not count.
fn practice_note(language: Language, shown: Shown<'_>) -> Option<AnyView> {
    let is_practice = shown.resolved()?.role == ScenarioRole::Practice;
    is_practice.then(|| view! { <p class="soft">{text!(language, candidate.practice_among)}</p> }.into_any())
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
    /// Its slots with their answers.
    pub(crate) actions: &'a [SheetAction],
    /// The ids of what is shown, in the order shown.
    pub(crate) shown: &'a [ActionId],
}

impl<'a> From<&'a Sheet> for Shown<'a> {
    fn from(sheet: &'a Sheet) -> Self {
        Self {
            loaded: &sheet.sitting.loaded,
            place: sheet.place,
            actions: &sheet.actions,
            shown: &sheet.shown,
        }
    }
}

impl<'a> Shown<'a> {
    /// The scenario as the pack has it.
    pub(super) fn scenario(self) -> Option<&'a Scenario> {
        self.loaded.pack.scenario(&self.resolved()?.id)
    }

    /// The scenario as the form has it.
    pub(super) fn resolved(self) -> Option<&'a FormScenario> {
        self.loaded.form.scenario_at(self.place)
    }

    /// Its texts.
    pub(super) fn prose(self, language: Language) -> Option<&'a Prose> {
        self.scenario()?.prose.or_first(language)
    }

    /// The words of an action, an emotion, an option.
    pub(super) fn words(self, language: Language, id: &ActionId) -> String {
        let words = self.prose(language).and_then(|prose| prose.action(id));
        words.map_or_else(String::new, |words| words.text.clone())
    }
}

fn buttons(language: Language, sitting: &Sitting, (number, total): (u16, u16), awaits_turn: bool) -> AnyView {
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
            <button class="button is-quiet is-small" name="go" value="review" formnovalidate>
                {text!(language, candidate.go_to_review)}
            </button>
        }
    });
    let main = if awaits_turn {
        view! {
            <button class="button is-large" name="go" value=SEND_TURN>
                {text!(language, candidate.dialogue_send)}" "<Icon name="right"/>
            </button>
        }
        .into_any()
    } else {
        view! { <button class="button is-large" name="go" value="next">{next}" "<Icon name="right"/></button> }.into_any()
    };
    // Only sending a turn needs one to be chosen.
    let novalidate = awaits_turn;
    view! {
        <p class="row spread">
            {main}
            <span class="row flush">
                <button class="button is-quiet" name="go" value="previous" formnovalidate=novalidate>{previous}</button>
                <button class="button is-quiet" name="go" value="pause" formnovalidate=novalidate>
                    {text!(language, candidate.pause)}
                </button>
            </span>
        </p>
        <p class="row">
            <button class="button is-quiet is-small" name="go" value=flag formnovalidate=novalidate>
                <Icon name="flag"/>{flag_words}
            </button>
            {awaits_turn.then(|| view! {
                <button class="button is-quiet is-small" name="go" value="next" formnovalidate>
                    {text!(language, candidate.dialogue_leave)}
                </button>
            })}
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
                <button class="button is-quiet is-small" name="go" value=other.code() lang=other.code() formnovalidate>
                    {words}
                </button>
            }
            .into_any()
        })
        .collect()
}
