//! The weights of a campaign's families: what is published, the choice before the first test, and what other weights
//! would change.

mod outcome;

use std::collections::{BTreeMap, HashMap};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::construct::Family;
use domain::family_weights::MOST;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::error::ServiceError;
use services::ranking::Order;
use services::viewer::Staff;
use services::weights::{Change, WeighedFamily, WeightsPage};
use services::what_if::{WhatIf, WhatIfQuery};

use crate::components::icon::Icon;
use crate::components::plot::decimals;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, measure_words, pilot_notice};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// What was typed, by family code; `order` and `after` stand beside them.
type Typed = HashMap<String, String>;

/// What the page shows besides the published weights.
struct Shown {
    page: WeightsPage,
    /// Nothing where one's own rating comes before any score.
    what_if: Option<WhatIf>,
    order: Order,
    typed: Typed,
    error: Option<&'static str>,
    /// Whether the error belongs to the choice, not to the trial.
    is_choice: bool,
    is_done: bool,
}

/// `GET /campaigns/{campaign}/weights`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    typed: web::Query<Typed>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = typed.into_inner();
    let is_done = typed.get("done").is_some_and(|value| value == "1");
    let (query, error) = read_query(&typed)?;
    let mut shown = load(&ctx, &staff, campaign, query, typed).await?;
    shown.is_done = is_done;
    shown.error = shown.error.or(error);
    Ok(drawn(&ctx, &staff, &shown))
}

/// `POST /campaigns/{campaign}/weights`
pub(super) async fn choose(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<Typed>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = form.into_inner();
    let is_back = typed.get("go").is_some_and(|go| go == "shares");
    let relative =
        if is_back { Ok(None) } else { numbers(&typed).map(|numbers| Some(numbers.unwrap_or_default())) };
    let error = match relative {
        Err(code) => code,
        Ok(relative) => {
            let (asker, id) = (staff.clone(), campaign.clone());
            match ctx.try_run(move |services| services.choose_weights(&asker, &id, relative)).await? {
                Ok(()) => return Ok(see_other(&format!("/campaigns/{campaign}/weights?done=1"))),
                Err(error) => refusal(&error).ok_or_else(|| Fault::from(error))?,
            }
        }
    };
    let mut shown = load(&ctx, &staff, campaign, WhatIfQuery::default(), typed).await?;
    (shown.error, shown.is_choice) = (Some(error), true);
    Ok(drawn(&ctx, &staff, &shown).into_response())
}

/// The word for what a service refuses, where the page can say it.
fn refusal(error: &ServiceError) -> Option<&'static str> {
    match error {
        ServiceError::Invalid(problems) => problems.iter().map(|problem| problem.code).next(),
        ServiceError::Conflict(code) => Some(code),
        _ => None,
    }
}

fn read_query(typed: &Typed) -> Result<(WhatIfQuery, Option<&'static str>), Fault> {
    let given = |name: &str| typed.get(name).filter(|value| !value.is_empty());
    let order = match given("order").map(String::as_str) {
        None | Some("random") => Order::Random,
        Some("score") => Order::Score,
        Some(_) => return Err(Fault::BadRequest),
    };
    let after = given("after").map_or(Ok(0), |number| number.parse()).map_err(|_| Fault::BadRequest)?;
    let (relative, error) = match numbers(typed) {
        Ok(relative) => (relative, None),
        Err(code) => (None, Some(code)),
    };
    Ok((WhatIfQuery { relative, order, after }, error))
}

/// The relative numbers typed; nothing when no family is named.
fn numbers(typed: &Typed) -> Result<Option<BTreeMap<Family, u32>>, &'static str> {
    let mut numbers = BTreeMap::new();
    for family in Family::ALL {
        let Some(text) = typed.get(family.code()) else { continue };
        let number: u32 = text.trim().parse().map_err(|_| "not_a_number")?;
        numbers.insert(*family, number);
    }
    Ok((!numbers.is_empty()).then_some(numbers))
}

async fn load(
    ctx: &Ctx,
    staff: &Staff,
    campaign: CampaignId,
    query: WhatIfQuery,
    typed: Typed,
) -> Result<Shown, Fault> {
    let language = ctx.language;
    let order = query.order;
    let (asker, id) = (staff.clone(), campaign.clone());
    let page = ctx.run(move |services| services.weights(&asker, &id, language)).await?;
    let try_out = |query: WhatIfQuery| {
        let (asker, id) = (staff.clone(), campaign.clone());
        ctx.try_run(move |services| services.what_if(&asker, &id, &query, language))
    };
    let (what_if, error) = match try_out(query.clone()).await? {
        Ok(told) => (Some(told), None),
        Err(ServiceError::Conflict("rating_first")) => (None, None),
        Err(error) => {
            let code = refusal(&error).ok_or_else(|| Fault::from(error))?;
            let plain = WhatIfQuery { relative: None, ..query };
            (try_out(plain).await?.ok(), Some(code))
        }
    };
    Ok(Shown { page, what_if, order, typed, error, is_choice: false, is_done: false })
}

fn drawn(ctx: &Ctx, staff: &Staff, shown: &Shown) -> Page {
    let language = ctx.language;
    let frame = Frame {
        title: text!(language, weights.title, campaign = shown.page.campaign.title.clone()).to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        islands: shown.what_if.as_ref().is_some_and(|told| told.is_open),
    };
    let page = ctx.page(frame, || view(language, shown));
    match shown.error {
        None => page,
        Some("begun") => page.with_status(StatusCode::CONFLICT),
        Some(_) => page.with_status(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

fn view(language: Language, shown: &Shown) -> AnyView {
    let page = &shown.page;
    let done = shown.is_done.then(|| {
        let words = text!(language, weights.done);
        view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
    });
    view! {
        {crumbs(language, &page.campaign, Some(text!(language, weights.heading).to_owned()))}
        <h1>{text!(language, weights.heading)}</h1>
        <p class="lede">{text!(language, weights.lede)}</p>
        <p class="fine">{measure_words(language, &page.measure, &page.campaign.time_zone)}</p>
        {pilot_notice(language, &page.measure)}
        {done}
        {published(language, shown)}
        {trial(language, shown)}
    }
    .into_any()
}

/// What went wrong, above the form that it belongs to.
fn alert(language: Language, error: Option<&'static str>) -> Option<AnyView> {
    let words = match error? {
        "all_zero" => text!(language, weights.error_all_zero).to_owned(),
        "too_large" => text!(language, weights.error_too_large, most = MOST).to_string(),
        "begun" => text!(language, weights.error_begun).to_owned(),
        "not_a_number" => text!(language, weights.error_not_a_number, most = MOST).to_string(),
        _ => text!(language, weights.error_not_measurable).to_owned(),
    };
    Some(
        view! {
            <div class="notice is-care" role="alert"><Icon name="alert"/><p class="flush">{words}</p></div>
        }
        .into_any(),
    )
}

/// A part of 1 in percent.
fn percent(language: Language, part: f64) -> String {
    text!(language, weights.percent, n = decimals(language, 100.0 * part, 1)).to_string()
}

fn published(language: Language, shown: &Shown) -> AnyView {
    let page = &shown.page;
    let words =
        if page.is_chosen { text!(language, weights.is_chosen) } else { text!(language, weights.is_plain) };
    let change = match page.change {
        Change::Open => choice(language, shown),
        Change::Begun => view! { <p class="soft">{text!(language, weights.begun)}</p> }.into_any(),
        Change::NotYours => view! { <p class="soft">{text!(language, weights.not_yours)}</p> }.into_any(),
        Change::NotMeasurable => {
            view! { <p class="soft">{text!(language, weights.not_measurable)}</p> }.into_any()
        }
    };
    let rows = page
        .families
        .iter()
        .map(|family| {
            let measured = if family.is_measurable {
                text!(language, weights.measurable)
            } else {
                text!(language, weights.fixed_part)
            };
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{family.name.clone()}</th>
                    <td class="is-num" role="cell" data-label=text!(language, weights.col_actions)>{family.n_actions}</td>
                    <td class="is-num" role="cell" data-label=text!(language, weights.col_share)>{percent(language, family.share)}</td>
                    <td class="is-num" role="cell" data-label=text!(language, weights.col_weight)><b>{percent(language, family.weight)}</b></td>
                    <td role="cell" data-label=text!(language, weights.col_measured)>{measured}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="published">
            <h2 id="published">{text!(language, weights.published)}</h2>
            <p>{words}</p>
            <div class="table-box">
                <table class="table stacks" role="table" aria-labelledby="published">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, weights.col_family)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, weights.col_actions)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, weights.col_share)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, weights.col_weight)}</th>
                            <th role="columnheader" scope="col">{text!(language, weights.col_measured)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            {change}
        </section>
    }
    .into_any()
}

/// The form that publishes weights, before the first test.
fn choice(language: Language, shown: &Shown) -> AnyView {
    let page = &shown.page;
    let error = alert(language, shown.error.filter(|_| shown.is_choice));
    let typed = shown.is_choice.then_some(&shown.typed);
    let back = page.is_chosen.then(|| {
        view! {
            <button class="button is-quiet" name="go" value="shares">{text!(language, weights.go_shares)}</button>
        }
    });
    view! {
        <form method="post" action=format!("/campaigns/{}/weights", page.campaign.id)>
            {error}
            <p class="soft">{text!(language, weights.choose_intro)}</p>
            {fields(language, "choose", &page.families, typed)}
            <div class="row">
                <button class="button is-primary" name="go" value="choose">{text!(language, weights.go_choose)}</button>
                {back}
            </div>
        </form>
    }
    .into_any()
}

/// The number fields of the families that can be measured.
fn fields(
    language: Language,
    form: &'static str,
    families: &[WeighedFamily],
    typed: Option<&Typed>,
) -> AnyView {
    let fields = families
        .iter()
        .filter(|family| family.is_measurable)
        .map(|family| {
            let code = family.family.code();
            let id = format!("{form}-{code}");
            let value = typed
                .and_then(|typed| typed.get(code))
                .cloned()
                .unwrap_or_else(|| family.relative.unwrap_or(family.n_actions.min(MOST)).to_string());
            view! {
                <div class="field">
                    <label for=id.clone()>{family.name.clone()}</label>
                    <input type="number" id=id name=code value=value min="0" max=MOST step="1" required/>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="row weights">
            <legend>{text!(language, weights.legend, most = MOST).to_string()}</legend>
            {fields}
        </fieldset>
    }
    .into_any()
}

/// What other weights would change.
fn trial(language: Language, shown: &Shown) -> AnyView {
    let body = match &shown.what_if {
        None => view! { <p class="soft">{text!(language, weights.rating_first)}</p> }.into_any(),
        Some(told) if told.version.is_none() => {
            view! { <p class="soft">{text!(language, weights.no_version)}</p> }.into_any()
        }
        Some(told) if !told.is_open => {
            view! { <p class="soft">{text!(language, weights.trial_closed)}</p> }.into_any()
        }
        Some(told) => outcome::view(language, shown, told),
    };
    view! {
        <section class="section" aria-labelledby="trial">
            <h2 id="trial">{text!(language, weights.trial)}</h2>
            {body}
        </section>
    }
    .into_any()
}
