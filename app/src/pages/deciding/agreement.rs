//! On the page of decisions: whether two people rate each candidate, and how well their ratings agree.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;
use services::two_reviewers::{Agreement, AgreementFigure, Coefficient, FEWEST_RATED_TWICE};

use crate::components::form_field::ErrorSummary;
use crate::components::plot::decimals;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::deciding::decisions::draw;
use crate::render::see_other;
use crate::signed_in::SignedIn;
use crate::text;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct TwoForm {
    #[serde(default)]
    confirmed: String,
}

/// `POST /campaigns/{campaign}/two-reviewers`
pub(super) async fn ask(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<TwoForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let is_confirmed = form.confirmed == "yes";
    let (asker, within) = (staff.clone(), campaign.clone());
    match ctx.try_run(move |services| services.ask_two_reviewers(&asker, &within, is_confirmed)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{campaign}/decisions"))),
        Err(ServiceError::Invalid(errors)) => {
            let error = if errors.iter().any(|error| error.code == "too_few") {
                text!(ctx.language, deciding.two_error_too_few)
            } else {
                text!(ctx.language, deciding.two_error_confirm)
            };
            let page = draw(&ctx, staff, campaign, Some(error)).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The mode, and the form that asks for it.
pub(super) fn mode(language: Language, campaign: &str, is_on: bool, error: Option<&'static str>) -> AnyView {
    let body = if is_on {
        view! { <p><b>{text!(language, deciding.two_is_on)}</b></p> }.into_any()
    } else {
        let title = text!(language, common.errors_title);
        let summary = error.map(|words| {
            let errors = vec![("two-confirmed".to_owned(), words.to_owned())];
            view! { <ErrorSummary title=title errors/> }
        });
        let inline = error.map(|words| view! { <p class="error" id="two-error">{words}</p> });
        let described = error.is_some().then_some("two-error");
        view! {
            <p><b>{text!(language, deciding.first_is_off)}</b></p>
            <form class="flow" method="post" action=format!("/campaigns/{campaign}/two-reviewers")>
                {summary}
                <div class=if error.is_some() { "field has-error" } else { "field" }>
                    {inline}
                    <label class="choice">
                        <input
                            type="checkbox" id="two-confirmed" name="confirmed" value="yes"
                            aria-invalid=error.is_some().then_some("true") aria-describedby=described
                        />
                        " "{text!(language, deciding.two_confirm)}
                    </label>
                </div>
                <p class="row"><button class="button is-quiet">{text!(language, deciding.two_turn_on)}</button></p>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="two">
            <h2 id="two">{text!(language, deciding.two_title)}</h2>
            <p>{text!(language, deciding.two_text)}</p>
            {body}
        </section>
    }
    .into_any()
}

/// How well ratings agree; nothing where nobody was rated twice and nobody needs to be.
pub(super) fn view(language: Language, is_on: bool, told: &Agreement) -> Option<AnyView> {
    if !is_on && told.people == 0 {
        return None;
    }
    let figure = match told.figure {
        AgreementFigure::TooFew => {
            let words = text!(language, deciding.agree_too_few, fewest = FEWEST_RATED_TWICE, n = told.people);
            view! { <p class="soft">{words.to_string()}</p> }.into_any()
        }
        AgreementFigure::NoVariation => {
            view! { <p class="soft">{text!(language, deciding.agree_flat)}</p> }.into_any()
        }
        AgreementFigure::Kappa(kappa) => coefficient(language, text!(language, deciding.agree_kappa), kappa),
        AgreementFigure::Alpha(alpha) => coefficient(language, text!(language, deciding.agree_alpha), alpha),
    };
    let line = |words: &'static str, number: u32| view! { <div><dt>{words}</dt><dd>{number}</dd></div> };
    let counts = (told.people > 0).then(|| {
        view! {
            <dl class="facts">
                {line(text!(language, deciding.agree_people), told.people)}
                {line(text!(language, deciding.agree_equal), told.equal)}
                {line(text!(language, deciding.agree_one_step), told.one_step)}
                {line(text!(language, deciding.agree_wide), told.wide)}
            </dl>
        }
    });
    Some(
        view! {
            <section class="section" aria-labelledby="agree">
                <h2 id="agree">{text!(language, deciding.agree_title)}</h2>
                {counts}
                {figure}
                <p class="fine">{text!(language, deciding.agree_reading)}</p>
            </section>
        }
        .into_any(),
    )
}

fn coefficient(language: Language, name: &'static str, told: Coefficient) -> AnyView {
    let two = |value: f64| decimals(language, value, 2);
    let words = text!(
        language,
        deciding.agree_figure,
        name = name,
        value = two(told.value),
        low = two(told.low),
        high = two(told.high),
        n = told.n
    );
    view! { <p><b>{words.to_string()}</b></p> }.into_any()
}
