//! The views that a member keeps of a ranking: links, and the form that keeps another.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::error::ServiceError;
use services::ranking::{Ranking, RankingQuery};
use services::saved_views::SavedView;

use crate::components::form_field::TextField;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::ranking::asked::{Asked, address};
use crate::pages::review::ranking::{Remark, draw};
use crate::render::see_other;
use crate::signed_in::SignedIn;
use crate::text;

/// The part of an address after `?`, without where in the list one is.
fn written(campaign: &str, query: &RankingQuery) -> String {
    let query = RankingQuery { version: None, after: 0, ..query.clone() };
    address(campaign, &query).split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

/// `POST /campaigns/{campaign}/views`: a name, and the filters as they stood.
pub(in crate::pages::review) async fn save(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    typed: web::Form<Asked>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let query = typed.parse()?;
    let (asker, within, part) = (staff.clone(), campaign.clone(), query.clone());
    let (name, text) = (typed.name.clone(), written(campaign.as_str(), &query));
    let saved = ctx.try_run(move |services| services.save_view(&asker, &within, &name, &part, &text)).await?;
    match saved {
        Ok(()) => Ok(see_other(&address(campaign.as_str(), &query))),
        Err(ServiceError::Invalid(errors)) => {
            let words = match errors.first().map_or("required", |error| error.code) {
                "too_long" => text!(ctx.language, review.views_too_long),
                "too_many" => text!(ctx.language, review.views_too_many),
                "about_a_person" => text!(ctx.language, review.views_person),
                _ => text!(ctx.language, review.views_required),
            };
            let remark =
                Remark { view_name: typed.name.clone(), view_error: Some(words), ..Remark::default() };
            let page = draw(&ctx, staff, campaign, query, remark).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /views/{view}/delete`
pub(in crate::pages::review) async fn delete(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    view: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let view = view.into_inner();
    let campaign = ctx.run(move |services| services.delete_view(&staff, &view)).await?;
    Ok(see_other(&format!("/campaigns/{campaign}")))
}

/// The views kept, and the form that keeps the one shown.
pub(super) fn view(
    language: Language,
    ranking: &Ranking,
    query: &RankingQuery,
    views: &[SavedView],
    remark: &Remark,
) -> AnyView {
    let id = &ranking.campaign.id;
    let kept = views
        .iter()
        .map(|view| {
            let label = text!(language, review.views_delete, name = view.name.clone()).to_string();
            view! {
                <li class="row">
                    <a href=format!("/campaigns/{id}?{}", view.query)>{view.name.clone()}</a>
                    <form method="post" action=format!("/views/{}/delete", view.id)>
                        <button class="button is-quiet is-small" aria-label=label>"×"</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    let none = views.is_empty().then(|| view! { <p class="fine">{text!(language, review.views_none)}</p> });
    let error = remark.view_error.map(str::to_owned);
    let is_open = remark.view_error.is_some();
    view! {
        <details class="card no-print" open=is_open>
            <summary>{text!(language, review.views_title)}</summary>
            {none}
            <ul class="keep">{kept}</ul>
            <form class="filters" method="post" action=format!("/campaigns/{id}/views")>
                {hidden_fields(query)}
                <TextField
                    name="name"
                    id="view-name"
                    label=text!(language, review.views_name)
                    value=remark.view_name.clone()
                    hint=text!(language, review.views_text).to_owned()
                    error=error
                />
                <button class="button is-quiet">{text!(language, review.views_save)}</button>
            </form>
        </details>
    }
    .into_any()
}

/// The filters as hidden fields, read back from their address.
pub(super) fn hidden_fields(query: &RankingQuery) -> AnyView {
    written("x", query)
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
            view! { <input type="hidden" name=name.to_owned() value=value/> }
        })
        .collect_view()
        .into_any()
}
