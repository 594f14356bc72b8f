//! The questions about oneself after the test: optional as a whole and one by one, changed and deleted at any time.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::demographics::{AgeBand, DemographicInput, HiringCountry, Race, Sex, UNDISCLOSED};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::dates;
use services::error::{FieldError, ServiceError};
use services::fairness::form::{DemographicPage, FormOffer};

use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::parts::{frame, help_card};
use crate::pages::candidate::scenario::elsewhere;
use crate::pages::candidate::sitter::Sitter;
use crate::pages::fairness::words;
use crate::render::{Page, see_other};
use crate::text;

/// Where the form is.
const PATH: &str = "/test/about-you";

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct AboutForm {
    #[serde(default)]
    sex: String,
    #[serde(default)]
    age: String,
    #[serde(default)]
    race: String,
    #[serde(default)]
    go: String,
}

/// `GET /test/about-you`
pub(super) async fn show(
    mut ctx: Ctx,
    sitter: Sitter,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    match ctx.try_run(move |services| services.demographic_page(&candidate)).await? {
        Ok(page) => {
            ctx.speak_as(&page.sitting);
            let typed = typed_as_given(&page);
            Ok(draw(&ctx, &page, &typed, &[], asked.done == "saved").into_response())
        }
        Err(ServiceError::Conflict("under_way")) => Ok(see_other("/test")),
        Err(error) => elsewhere(error),
    }
}

/// `POST /test/about-you`
pub(super) async fn give(
    mut ctx: Ctx,
    sitter: Sitter,
    form: web::Form<AboutForm>,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let AboutForm { sex, age, race, go } = form.into_inner();
    let typed = DemographicInput { sex, age, race };
    let (asked, sent) = (candidate.clone(), typed.clone());
    let done = ctx
        .try_run(move |services| match go.as_str() {
            "delete" => services.delete_demographics(&asked),
            _ => services.give_demographics(&asked, &sent),
        })
        .await?;
    match done {
        Ok(()) => Ok(see_other("/test/about-you?done=saved")),
        Err(ServiceError::Invalid(errors)) => {
            let page = ctx.sit(move |services| services.demographic_page(&candidate)).await?;
            ctx.speak_as(&page.sitting);
            let page = draw(&ctx, &page, &typed, &errors, false);
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(ServiceError::Conflict("under_way")) => Ok(see_other("/test")),
        Err(error) => elsewhere(error),
    }
}

fn typed_as_given(page: &DemographicPage) -> DemographicInput {
    let given = page.given.unwrap_or_default();
    let or_none = |code: Option<&'static str>| code.unwrap_or(UNDISCLOSED).to_owned();
    DemographicInput {
        sex: or_none(given.sex.map(Sex::code)),
        age: or_none(given.age.map(AgeBand::code)),
        race: or_none(given.race.map(Race::code)),
    }
}

fn draw(
    ctx: &Ctx,
    page: &DemographicPage,
    typed: &DemographicInput,
    errors: &[FieldError],
    is_saved: bool,
) -> Page {
    let language = ctx.language;
    let campaign = &page.sitting.campaign;
    let title = text!(language, fairness.about_title);
    let organisation = campaign.organisation.as_str();
    let when = dates::long_date(language, campaign.deletion_on);
    let saved = match (is_saved, page.given.is_some()) {
        (false, _) => None,
        (true, true) => Some(text!(language, fairness.about_saved)),
        (true, false) => Some(text!(language, fairness.about_none_kept)),
    };
    let summary = (!errors.is_empty()).then(|| {
        let lines = errors
            .iter()
            .map(|error| (error.field.to_owned(), text!(language, fairness.about_unknown).to_owned()))
            .collect();
        view! { <ErrorSummary title=text!(language, fairness.err_title) errors=lines/> }
    });
    ctx.page(frame(language, campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, fairness.about_lede)}</p>
            {saved.map(|words| view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p>{words}</p></div>
            })}
            {summary}
            <ul>
                <li>{text!(language, fairness.about_why, organisation = organisation).to_string()}</li>
                <li>{text!(language, fairness.about_who, organisation = organisation).to_string()}</li>
                <li>{text!(language, fairness.about_no_effect)}</li>
                <li>{text!(language, fairness.about_where, when = when.as_str()).to_string()}</li>
                <li>{text!(language, fairness.about_back)}</li>
                {(page.country == HiringCountry::France).then(|| view! { <li>{text!(language, fairness.about_france)}</li> })}
            </ul>
            <form method="post" action=PATH>
                {questions(language, page, typed, errors)}
                <p class="row">
                    <button class="button is-large">{text!(language, fairness.about_submit)}</button>
                    <a href="/test/done">{text!(language, fairness.about_refuse)}</a>
                </p>
            </form>
            {page.given.is_some().then(|| view! {
                <form method="post" action=PATH>
                    <p class="row">
                        <button class="button is-quiet" name="go" value="delete">{text!(language, fairness.about_delete)}</button>
                    </p>
                </form>
            })}
            <p><a href="/test/data">{text!(language, fairness.about_data)}</a></p>
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

type Choices = Vec<(&'static str, &'static str)>;

fn questions(
    language: Language,
    page: &DemographicPage,
    typed: &DemographicInput,
    errors: &[FieldError],
) -> Vec<AnyView> {
    let is_wrong = |field: &str| errors.iter().any(|error| error.field == field);
    let mut asked = Vec::new();
    if page.form.asks_sex_and_age() {
        let sexes: Choices = Sex::ALL.iter().map(|sex| (sex.code(), words::sex(language, *sex))).collect();
        let ages: Choices = AgeBand::ALL.iter().map(|age| (age.code(), words::age(language, *age))).collect();
        asked.push(("sex", text!(language, fairness.q_sex), None, sexes, &typed.sex));
        asked.push(("age", text!(language, fairness.q_age), None, ages, &typed.age));
    }
    if page.form.asks_race() {
        let races: Choices =
            Race::ALL.iter().map(|race| (race.code(), words::race(language, *race))).collect();
        let hint = Some(text!(language, fairness.q_race_hint));
        asked.push(("race", text!(language, fairness.q_race), hint, races, &typed.race));
    }
    asked
        .into_iter()
        .map(|(name, legend, hint, choices, chosen)| {
            question(language, name, legend, hint, &choices, chosen, is_wrong(name))
        })
        .collect()
}

fn question(
    language: Language,
    name: &'static str,
    legend: &'static str,
    hint: Option<&'static str>,
    choices: &[(&'static str, &'static str)],
    chosen: &str,
    is_wrong: bool,
) -> AnyView {
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
    let ids = [(hint.is_some(), hint_id.clone()), (is_wrong, error_id.clone())];
    let described: Vec<String> =
        ids.into_iter().filter(|(is_there, _)| *is_there).map(|(_, id)| id).collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let chosen = if chosen.is_empty() { UNDISCLOSED } else { chosen };
    let options = choices
        .iter()
        .copied()
        .chain([(UNDISCLOSED, text!(language, fairness.q_undisclosed))])
        .map(|(value, words)| {
            view! {
                <label class="choice">
                    <input type="radio" name=name value=value checked=value == chosen/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class=if is_wrong { "field has-error" } else { "field" } id=name aria-describedby=described tabindex="-1">
            <legend>{legend}</legend>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {is_wrong.then(|| view! { <p class="error" id=error_id>{text!(language, fairness.about_unknown)}</p> })}
            {options}
        </fieldset>
    }
    .into_any()
}

/// The way to the form from the pages after the test; nothing when there is none.
pub(super) fn section(language: Language, offer: FormOffer) -> Option<AnyView> {
    let (words, link) = match offer {
        FormOffer::Nothing => return None,
        FormOffer::Open => (text!(language, fairness.offer_open), text!(language, fairness.offer_open_link)),
        FormOffer::Given => {
            (text!(language, fairness.offer_given), text!(language, fairness.offer_given_link))
        }
    };
    Some(
        view! {
            <section class="section" aria-labelledby="about-you">
                <h2 id="about-you">{text!(language, fairness.about_title)}</h2>
                <p>{words}</p>
                <p class="row"><a class="button is-quiet" href=PATH>{link}</a></p>
            </section>
        }
        .into_any(),
    )
}
