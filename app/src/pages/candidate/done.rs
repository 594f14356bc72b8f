//! The end: thanks, what happens next, one question about the test itself, the receipt, and the way to one's data.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::attempt_pages::{DonePage, ShownReceipt};
use services::candidate::{CampaignFacts, Sitting};
use services::dates;
use services::error::ServiceError;
use services::fairness::form::FormOffer;
use services::talent_pool::consent::PoolAsk;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::about_you;
use crate::pages::candidate::closed_link::done_title;
use crate::pages::candidate::parts::{contact, frame, help_card, moment, scale};
use crate::pages::candidate::pool::{self, Place};
use crate::pages::candidate::sitter::Sitter;
use crate::render::{Page, see_other};
use crate::text;

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// `GET /test/done`
pub(super) async fn show(ctx: Ctx, sitter: Sitter, asked: web::Query<Asked>) -> Result<HttpResponse, Fault> {
    show_again(ctx, sitter, false, asked.done == "pool").await
}

/// What is asked after the end, beside the one question about the test.
struct Offers {
    about_you: FormOffer,
    pool: PoolAsk,
    /// Whether [`Self::pool`] was just answered.
    is_pool_changed: bool,
}

impl Offers {
    fn view(&self, language: Language, campaign: &CampaignFacts) -> AnyView {
        view! {
            {about_you::section(language, self.about_you)}
            {pool::section(language, campaign, self.pool, Place::Done, self.is_pool_changed)}
        }
        .into_any()
    }
}

async fn show_again(
    mut ctx: Ctx,
    sitter: Sitter,
    is_unanswered: bool,
    is_pool_changed: bool,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let shown = ctx
        .try_run(move |services| {
            let (about_you, pool) = (services.demographic_offer(&candidate)?, services.pool_ask(&candidate)?);
            Ok((services.done_page(&candidate)?, Offers { about_you, pool, is_pool_changed }))
        })
        .await?;
    match shown {
        Ok((done, offers)) => {
            ctx.speak_as(&done.sitting);
            let page = match &done.receipt {
                Some(receipt) => draw(&ctx, &done, receipt, &offers, is_unanswered),
                None => draw_closed(&ctx, &done.sitting, &offers),
            };
            let status = if is_unanswered { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            Ok(page.with_status(status).into_response())
        }
        Err(error) => crate::pages::candidate::scenario::elsewhere(error),
    }
}

fn draw(ctx: &Ctx, done: &DonePage, receipt: &ShownReceipt, offers: &Offers, is_unanswered: bool) -> Page {
    let language = ctx.language;
    let sitting = &done.sitting;
    let campaign = &sitting.campaign;
    let title = done_title(language, sitting.name.as_deref());
    let when = moment(language, campaign, sitting.finished_at.unwrap_or(sitting.last_seen_at));
    let decision_on = dates::long_date(language, campaign.decision_on);
    ctx.page(frame(language, campaign, text!(language, candidate.done_title)), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">
                {text!(language, candidate.done_lede, organisation = campaign.organisation.as_str(), when = when.as_str())}
                " "{text!(language, candidate.finished_no_more)}
            </p>
            <section aria-labelledby="next">
                <h2 id="next">{text!(language, candidate.next_title)}</h2>
                <ol>
                    <li>{text!(language, candidate.next_read, organisation = campaign.organisation.as_str())}</li>
                    <li>{text!(language, candidate.next_decision, when = decision_on.as_str())}</li>
                    <li>{text!(language, candidate.next_review)}" "{contact(&campaign.contact)}</li>
                </ol>
            </section>
            {satisfaction(language, sitting, is_unanswered)}
            {offers.view(language, campaign)}
            {ledger(language, sitting, receipt)}
            {data_section(language)}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

fn satisfaction(language: Language, sitting: &Sitting, is_unanswered: bool) -> AnyView {
    let given = sitting.satisfaction;
    let options = scale(language)
        .into_iter()
        .zip(1_i16..)
        .map(|(words, value)| {
            view! {
                <label class="rating-option">
                    <input type="radio" name="value" value=value checked=given == Some(value) required/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="section" method="post" action="/test/satisfaction" aria-labelledby="opinion">
            <fieldset>
                <legend><h2 id="opinion" class="flush">{text!(language, candidate.satisfaction_question)}</h2></legend>
                <p class="soft">{text!(language, candidate.satisfaction_hint)}</p>
                {is_unanswered.then(|| view! {
                    <p class="error" role="alert">{text!(language, candidate.satisfaction_missing)}</p>
                })}
                <div class="rating-options">{options}</div>
            </fieldset>
            {given.is_some().then(|| view! {
                <p class="saved" role="status"><Icon name="check"/>{text!(language, candidate.satisfaction_thanks)}</p>
            })}
            <p class="row">
                <button class="button is-quiet">
                    {if given.is_some() { text!(language, candidate.satisfaction_change) } else { text!(language, candidate.satisfaction_send) }}
                </button>
            </p>
        </form>
    }
    .into_any()
}

fn ledger(language: Language, sitting: &Sitting, shown: &ShownReceipt) -> AnyView {
    let campaign = &sitting.campaign;
    let receipt = &shown.receipt;
    let from = moment(language, campaign, sitting.started_at);
    let to = moment(language, campaign, sitting.finished_at.unwrap_or(sitting.last_seen_at));
    let total = receipt.answers.answered + receipt.answers.blank;
    let answered = usize::try_from(receipt.answers.answered).unwrap_or(usize::MAX);
    let answers = text!(language, candidate.receipt_answers_n, count = answered, total = total).to_string();
    let versions = text!(
        language,
        candidate.receipt_versions_text,
        pack = receipt.pack.id.as_str(),
        version = receipt.pack.version.as_str(),
        key = receipt.key.version.as_str()
    )
    .to_string();
    view! {
        <section class="section" aria-labelledby="receipt">
            <h2 id="receipt">{text!(language, candidate.receipt_title)}</h2>
            <dl class="ledger">
                <div><dt>{text!(language, candidate.receipt_number)}</dt><dd><code>{shown.code.clone()}</code></dd></div>
                <div><dt>{text!(language, candidate.receipt_begun)}</dt><dd>{from}</dd></div>
                <div><dt>{text!(language, candidate.receipt_finished)}</dt><dd>{to}</dd></div>
                <div><dt>{text!(language, candidate.answers)}</dt><dd>{answers}</dd></div>
                <div><dt>{text!(language, candidate.receipt_versions)}</dt><dd>{versions}</dd></div>
                <div>
                    <dt>{text!(language, candidate.receipt_print)}</dt>
                    <dd><code>{receipt.answers.sha256.clone()}</code></dd>
                </div>
                <div>
                    <dt>{text!(language, candidate.data_deleted)}</dt>
                    <dd>{dates::long_date(language, campaign.deletion_on)}</dd>
                </div>
            </dl>
            <p class="row"><a href="/receipt">{text!(language, candidate.receipt_check)}</a></p>
        </section>
    }
    .into_any()
}

/// The ways to one's data.
fn data_section(language: Language) -> AnyView {
    view! {
        <section class="section" aria-labelledby="my-data">
            <h2 id="my-data">{text!(language, candidate.data_title)}</h2>
            <dl class="ledger">
                <div>
                    <dt><a href="/test/data">{text!(language, candidate.data_see)}</a></dt>
                    <dd>{text!(language, candidate.data_see_text)}</dd>
                </div>
                <div>
                    <dt><a href="/test/data/download" download>{text!(language, candidate.data_download)}</a></dt>
                    <dd>{text!(language, candidate.data_download_text)}</dd>
                </div>
                <div>
                    <dt><a href="/test/data/erase">{text!(language, candidate.data_erase)}</a></dt>
                    <dd>{text!(language, candidate.data_erase_text)}</dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}

/// The end of a test that the campaign's closing ended.
fn draw_closed(ctx: &Ctx, sitting: &Sitting, offers: &Offers) -> Page {
    let language = ctx.language;
    let campaign = &sitting.campaign;
    let title = text!(language, candidate.expired_title);
    ctx.page(frame(language, campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.closed_under_way, organisation = campaign.organisation.as_str())}</p>
            <p>{text!(language, candidate.expired_next)}" "{contact(&campaign.contact)}</p>
            {offers.view(language, campaign)}
            {data_section(language)}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

/// What the form of the one question sends.
#[derive(Deserialize)]
pub(super) struct SatisfactionForm {
    #[serde(default)]
    value: String,
}

/// `POST /test/satisfaction`
pub(super) async fn give_satisfaction(
    ctx: Ctx,
    sitter: Sitter,
    form: web::Form<SatisfactionForm>,
) -> Result<HttpResponse, Fault> {
    let value = form.value.parse::<i16>().unwrap_or(0);
    let candidate = sitter.0.clone();
    match ctx.try_run(move |services| services.give_satisfaction(&candidate, value)).await? {
        Ok(()) => Ok(see_other("/test/done")),
        Err(ServiceError::Invalid(_)) => show_again(ctx, sitter, true, false).await,
        Err(error) => crate::pages::candidate::scenario::elsewhere(error),
    }
}
