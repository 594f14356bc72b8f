//! The pause: half-way it is offered and asks whether all is well; at any time it can be taken.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::attempt::{Epoch, Place};
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use services::answer_writer::{AnswerWriter, Direction, SaveCommand, Step, StepOutcome};
use services::candidate::Sitting;
use services::error::ServiceError;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::answers_form::{Fields, value};
use crate::pages::candidate::conflict;
use crate::pages::candidate::parts::{frame, help_card, moment, path_of};
use crate::pages::candidate::scenario_view::hidden_fields;
use crate::pages::candidate::sitter::{Sitter, fault};
use crate::render::{Page, see_other};
use crate::text;

/// `GET /test/pause`, with `?half` half-way.
pub(super) async fn show(mut ctx: Ctx, sitter: Sitter, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let is_half = request.query_string().split('&').any(|part| part.starts_with("half"));
    let candidate = sitter.0;
    let sitting = ctx.sit(move |services| services.sitting(&candidate)).await?;
    if sitting.closed.is_some() {
        return Ok(see_other("/test/done"));
    }
    ctx.speak_as(&sitting);
    Ok(draw(&ctx, &sitting, is_half).into_response())
}

fn draw(ctx: &Ctx, sitting: &Sitting, is_half: bool) -> Page {
    let language = ctx.language;
    let campaign = &sitting.campaign;
    let title =
        if is_half { text!(language, candidate.half_title) } else { text!(language, candidate.pause_title) };
    let total = sitting.loaded.form.length().scenarios();
    let done = sitting.loaded.form.length().half_way();
    ctx.page(frame(language, campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">
                {if is_half {
                    text!(language, candidate.half_lede, done = done, total = total).to_string()
                } else {
                    text!(language, candidate.pause_lede).to_owned()
                }}
            </p>
            <p class="saved"><Icon name="check"/>{text!(language, candidate.pause_kept)}</p>
            <ul>
                <li>{text!(language, candidate.pause_no_clock)}</li>
                <li>{text!(language, candidate.pause_link)}</li>
                {campaign.closes_at.map(|closes_at| {
                    let when = moment(language, campaign, closes_at);
                    view! { <li>{text!(language, candidate.pause_deadline, when = when.as_str())}</li> }
                })}
            </ul>
            <form method="post" action="/test/pause">
                {hidden_fields(language, sitting)}
                <input type="hidden" name="half" value=if is_half { "yes" } else { "no" }/>
                <p class="row">
                    <button class="button is-large" name="go" value="on">
                        {if is_half { text!(language, candidate.half_go_on) } else { text!(language, candidate.pause_go_on) }}
                        " "<Icon name="right"/>
                    </button>
                    {is_half.then(|| view! {
                        <button class="button is-quiet" name="go" value="pause">{text!(language, candidate.half_pause)}</button>
                    })}
                </p>
            </form>
            <section class="section" aria-labelledby="not-well">
                <h2 id="not-well">{text!(language, candidate.not_well_title)}</h2>
                <p>{text!(language, candidate.not_well_text)}</p>
            </section>
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

/// `POST /test/pause`
pub(super) async fn choose(
    mut ctx: Ctx,
    sitter: Sitter,
    writer: web::Data<AnswerWriter>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let viewer = candidate.clone();
    let sitting = ctx.sit(move |services| services.sitting(&viewer)).await?;
    if sitting.closed.is_some() {
        return Ok(see_other("/test/done"));
    }
    ctx.speak_as(&sitting);
    if value(&fields, "go")? == "pause" {
        ctx.sit(move |services| services.pause_attempt(&candidate)).await?;
        return Ok(see_other("/test/pause"));
    }
    let half_way = Place::Scenario(sitting.loaded.form.length().half_way());
    let is_half = value(&fields, "half") == Ok("yes") && sitting.position == half_way;
    let to = if is_half {
        Direction::After { from: half_way, pause_offered: true }
    } else {
        Direction::To(sitting.position)
    };
    let epoch = value(&fields, "epoch")?.parse().map_err(|_| Fault::BadRequest)?;
    let language = Language::parse(value(&fields, "language")?).map_err(|_| Fault::BadRequest)?;
    let command = SaveCommand {
        cookie: candidate.cookie,
        attempt: PublicId::parse(value(&fields, "attempt")?).map_err(|_| Fault::BadRequest)?,
        epoch: Epoch::from_number(epoch).map_err(|_| Fault::BadRequest)?,
        language: Some(language).filter(|language| sitting.offers(*language)).unwrap_or(sitting.language),
        answers: Vec::new(),
        within: None,
        step: Step { to: Some(to), ..Step::default() },
    };
    match writer.save(command).await {
        Ok(outcome) => match outcome.step {
            StepOutcome::Made { position, .. } => Ok(see_other(&path_of(position))),
            _ => Ok(conflict::draw_taken_over(&ctx, &sitting, sitting.position).into_response()),
        },
        Err(ServiceError::Conflict("other_attempt")) => {
            Ok(conflict::draw_other_attempt(&ctx).into_response())
        }
        Err(error) => Err(fault(error)),
    }
}
