//! One scenario for whoever wants to see what the test is like: rated like the others, explained, and kept nowhere.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::attempt::{Place, Sequence};
use domain::item::Response;
use leptos::prelude::*;
use services::answer_writer::SentValue;
use services::attempt_pages::SheetAction;
use services::packs::LoadedForm;
use services::stored_answers::GivenAnswer;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::media::answer;
use crate::pages::candidate::answers_form::{Fields, answers};
use crate::pages::candidate::formats::asked;
use crate::pages::candidate::practice::explanation;
use crate::pages::candidate::scenario_view::Shown;
use crate::pages::candidate::situation::situation;
use crate::render::Page;
use crate::shell::Frame;
use crate::text;

/// `GET /try`
pub(super) async fn show(ctx: Ctx) -> Result<Page, Fault> {
    let loaded = ctx.run(move |services| services.form_to_try()).await?.ok_or(Fault::NotFound)?;
    let actions = actions_of(&loaded);
    Ok(draw(&ctx, &loaded, &actions, false))
}

/// `POST /try`: the explanation. Nothing of it is kept.
pub(super) async fn explain(ctx: Ctx, fields: Fields) -> Result<HttpResponse, Fault> {
    let loaded = ctx.run(move |services| services.form_to_try()).await?.ok_or(Fault::NotFound)?;
    let mut actions = actions_of(&loaded);
    let format = loaded.form.scenario_at(Place::Practice).map(|shown| shown.format).ok_or(Fault::NotFound)?;
    let at = ctx.services.now();
    for sent in answers(&fields)? {
        let action = actions.iter_mut().find(|action| action.item == sent.item).ok_or(Fault::BadRequest)?;
        let SentValue::Number(number) = sent.value else { return Err(Fault::BadRequest) };
        let value = Response::from_number(format, number).map_err(|_| Fault::BadRequest)?;
        action.answer = Some(GivenAnswer { value, text: None, sequence: Sequence::NONE, at });
    }
    Ok(draw(&ctx, &loaded, &actions, true).into_response())
}

/// `GET /try/media/{sha256}`
pub(super) async fn media(
    ctx: Ctx,
    request: HttpRequest,
    sha256: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let sha256 = sha256.into_inner();
    answer(&ctx, &request, move |services| services.media_to_try(&sha256)).await?.map_err(Fault::from)
}

/// The actions of the practice in the order of the pack, without answers.
fn actions_of(loaded: &LoadedForm) -> Vec<SheetAction> {
    let practice = loaded.form.scenario_at(Place::Practice);
    let actions = practice.map(|shown| shown.actions.as_slice()).unwrap_or_default();
    actions
        .iter()
        .map(|action| SheetAction { item: action.item, id: action.id.clone(), answer: None })
        .collect()
}

fn draw(ctx: &Ctx, loaded: &LoadedForm, actions: &[SheetAction], is_explained: bool) -> Page {
    let language = ctx.language;
    let title = text!(language, home.try_title);
    let order: Vec<_> = actions.iter().map(|action| action.id.clone()).collect();
    let shown = Shown { loaded, place: Place::Practice, actions, shown: &order };
    let frame = Frame { title: title.to_owned(), ..Frame::default() };
    ctx.page(frame, || {
        let body = if is_explained {
            view! {
                {explanation(language, shown)}
                <p class="row">
                    <a class="button" href="/try">{text!(language, home.try_again)}</a>
                    <a href="/">{text!(language, home.try_home)}</a>
                </p>
            }
            .into_any()
        } else {
            view! {
                <form method="post" action="/try">
                    {asked(language, shown)}
                    <p class="row">
                        <button class="button is-large">
                            {text!(language, home.try_explain)}" "<Icon name="right"/>
                        </button>
                    </p>
                </form>
            }
            .into_any()
        };
        view! {
            <h1>{title}</h1>
            <p class="soft">{text!(language, home.try_hint)}</p>
            {situation(language, shown, "/try/media")}
            {body}
        }
        .into_any()
    })
}
