//! The practice: one scenario that never counts, rated like the others, then explained action by action.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::attempt::Place;
use domain::language::Language;
use leptos::prelude::*;
use services::answer_writer::AnswerWriter;
use services::attempt_pages::Sheet;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::answers_form::Fields;
use crate::pages::candidate::conflict;
use crate::pages::candidate::formats::asked;
use crate::pages::candidate::media;
use crate::pages::candidate::parts::{frame_of_form, help_card, letter, rating_words};
use crate::pages::candidate::saved_line::saved_line;
use crate::pages::candidate::scenario::{answer_at, elsewhere};
use crate::pages::candidate::scenario_view::{Shown, hidden_fields, other_language};
use crate::pages::candidate::sitter::Sitter;
use crate::pages::candidate::situation::situation;
use crate::render::Page;
use crate::text;

/// `GET /test/practice`, with `?explained` after the ratings.
pub(super) async fn show(mut ctx: Ctx, sitter: Sitter, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let is_explained = request.query_string().split('&').any(|part| part.starts_with("explained"));
    match ctx.try_run(move |services| services.scenario_sheet(&candidate, Place::Practice)).await? {
        Ok(sheet) => {
            ctx.speak_as(&sheet.sitting);
            let page = if sheet.sitting.is_writer {
                draw(&ctx, &sheet, is_explained)
            } else {
                conflict::draw_taken_over(&ctx, &sheet.sitting, Place::Practice)
            };
            Ok(page.into_response())
        }
        Err(error) => elsewhere(error),
    }
}

/// `POST /test/practice`
pub(super) async fn answer(
    mut ctx: Ctx,
    sitter: Sitter,
    writer: web::Data<AnswerWriter>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    answer_at(&mut ctx, &sitter.0, &writer, Place::Practice, &fields).await
}

/// Draws the practice, before or after its explanation.
pub(super) fn draw(ctx: &Ctx, sheet: &Sheet, is_explained: bool) -> Page {
    let language = ctx.language;
    let sitting = &sheet.sitting;
    let total = sitting.loaded.form.length().scenarios();
    let title = if is_explained {
        text!(language, candidate.practice_explained)
    } else {
        text!(language, candidate.practice_title)
    };
    let mut page = frame_of_form(language, &sitting.campaign, title);
    page.islands = !is_explained;
    ctx.page(page, || {
        let body = if is_explained {
            view! {
                {explanation(language, sheet.into())}
                <p class="row spread">
                    <button class="button is-large" name="go" value="next">
                        {text!(language, candidate.practice_begin, n = total)}" "<Icon name="right"/>
                    </button>
                    <a href="/test/practice">{text!(language, candidate.practice_again)}</a>
                </p>
                <p class="row">{other_language(language, sitting)}</p>
            }
            .into_any()
        } else {
            view! {
                {asked(language, sheet.into())}
                {saved_line(language, sheet)}
                <p class="row spread">
                    <button class="button is-large" name="go" value="explain">
                        {text!(language, candidate.practice_explain)}" "<Icon name="right"/>
                    </button>
                    <button class="button is-quiet" name="go" value="pause">{text!(language, candidate.pause)}</button>
                </p>
                <p class="row">{other_language(language, sitting)}</p>
            }
            .into_any()
        };
        view! {
            <h1>{title}</h1>
            <p class="soft">{text!(language, candidate.practice_hint)}</p>
            {situation(language, sheet.into(), media::FOLDER)}
            <form method="post" action="/test/practice" id="answers">
                {hidden_fields(language, sitting)}
                {body}
            </form>
            <hr/>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    })
}

/// Each action with the answer given, the one expected, and why.
pub(crate) fn explanation(language: Language, shown: Shown<'_>) -> Option<AnyView> {
    let loaded = shown.loaded;
    let id = &loaded.form.scenario_at(shown.place)?.id;
    let prose = loaded.pack.scenario(id)?.prose.or_first(language)?;
    let items = shown
        .actions
        .iter()
        .enumerate()
        .filter_map(|(index, action)| {
            let words = prose.action(&action.id)?;
            let given = action.answer.as_ref().map_or(0, |answer| answer.value.number());
            let expected = loaded.key.category(id, &action.id).map_or(0, |category| category.get());
            Some(view! {
                <section class="note flow">
                    <h3>{letter(index)}". "{words.text.clone()}</h3>
                    <dl class="ledger">
                        <div><dt>{text!(language, candidate.your_answer)}</dt><dd>{rating_words(language, given)}</dd></div>
                        <div><dt>{text!(language, candidate.expected_answer)}</dt><dd>{rating_words(language, expected)}</dd></div>
                    </dl>
                    <p>{words.rationale.clone()}</p>
                </section>
            })
        })
        .collect_view();
    Some(
        view! {
            <h2>{text!(language, candidate.explanation_title)}</h2>
            <p class="soft">{text!(language, candidate.explanation_hint)}</p>
            {items}
        }
        .into_any(),
    )
}
