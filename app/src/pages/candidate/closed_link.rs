//! What a personal link shows once there is no notice to read: a test under way, a finished one, or why it opens none.

use actix_web::http::StatusCode;
use chrono::NaiveDateTime;
use domain::language::Language;
use leptos::prelude::*;
use services::candidate::CampaignFacts;
use services::dates;
use services::invitation_page::{ClosedLink, FinishedLink, LinkPage, UnderWay};

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::candidate::parts::{contact, frame, help_card, moment, time};
use crate::render::Page;
use crate::text;

/// Draws the page of a link that leads to no notice.
pub(super) fn draw(ctx: &mut Ctx, token: &str, page: LinkPage) -> Page {
    match page {
        LinkPage::UnderWay(facts) => {
            ctx.speak_one_of(&facts.campaign.languages, facts.language);
            draw_under_way(ctx, token, &facts)
        }
        LinkPage::Finished(facts) => {
            ctx.speak_one_of(&facts.campaign.languages, facts.language);
            draw_finished(ctx, token, &facts)
        }
        LinkPage::Expired(facts) => draw_gone(ctx, Some(token), &facts, Gone::Expired),
        LinkPage::Revoked(facts) => draw_gone(ctx, None, &facts, Gone::Revoked),
        LinkPage::Erased(facts) => draw_gone(ctx, None, &facts, Gone::Erased),
        // Drawn by the notice's own page.
        LinkPage::Notice(facts) => crate::pages::candidate::notice::draw(ctx, token, &facts, None),
    }
}

fn draw_under_way(ctx: &Ctx, token: &str, facts: &UnderWay) -> Page {
    let language = ctx.language;
    let campaign = &facts.campaign;
    let title = match &facts.name {
        Some(name) => text!(language, candidate.under_way_title_name, name = name.as_str()).to_string(),
        None => text!(language, candidate.under_way_title).to_owned(),
    };
    let (today, seen) = (ctx.services.now().date(), facts.last_seen_at);
    let when =
        if seen.date() == today { time(language, campaign, seen) } else { moment(language, campaign, seen) };
    let main = if facts.seems_in_use {
        text!(language, candidate.under_way_take_over)
    } else {
        text!(language, candidate.under_way_continue)
    };
    let page = frame(language, campaign, &title);
    ctx.page(page, || {
        view! {
            <h1>{title.clone()}</h1>
            <p class="lede">{text!(language, candidate.under_way_kept, organisation = campaign.organisation.as_str())}</p>
            {facts.seems_in_use.then(|| view! {
                <div class="notice is-care">
                    <Icon name="alert"/>
                    <div>
                        <h2>{text!(language, candidate.under_way_in_use, when = when.as_str())}</h2>
                        <p>{text!(language, candidate.under_way_in_use_text)}</p>
                    </div>
                </div>
            })}
            {(!facts.seems_in_use).then(|| view! {
                <p>{text!(language, candidate.under_way_last, when = when.as_str())}</p>
            })}
            {deadline(language, campaign)}
            <form method="post" action=format!("/c/{token}/continue")>
                <p class="row"><button class="button is-large">{main}" "<Icon name="right"/></button></p>
            </form>
            {data_form(language, token)}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

fn draw_finished(ctx: &Ctx, token: &str, facts: &FinishedLink) -> Page {
    let language = ctx.language;
    let campaign = &facts.campaign;
    let title = done_title(language, facts.name.as_deref());
    let when = moment(language, campaign, facts.finished_at);
    let code = facts.receipt_code.clone();
    let page = frame(language, campaign, &title);
    ctx.page(page, || {
        view! {
            <h1>{title.clone()}</h1>
            <p class="lede">
                {text!(language, candidate.done_lede, organisation = campaign.organisation.as_str(), when = when.as_str())}
            </p>
            <p>{text!(language, candidate.finished_no_more)}</p>
            <dl class="ledger">
                {code.map(|code| view! {
                    <div><dt>{text!(language, candidate.receipt_number)}</dt><dd><code>{code}</code></dd></div>
                })}
                <div>
                    <dt>{text!(language, candidate.answer_expected)}</dt>
                    <dd>{dates::long_date(language, campaign.decision_on)}</dd>
                </div>
                <div>
                    <dt>{text!(language, candidate.data_deleted)}</dt>
                    <dd>{dates::long_date(language, campaign.deletion_on)}</dd>
                </div>
            </dl>
            <form method="post" action=format!("/c/{token}/continue")>
                <p class="row">
                    <button class="button is-large">{text!(language, candidate.finished_open)}" "<Icon name="right"/></button>
                </p>
            </form>
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

/// The title of a finished test.
pub(super) fn done_title(language: Language, name: Option<&str>) -> String {
    match name {
        Some(name) => text!(language, candidate.done_title_name, name = name).to_string(),
        None => text!(language, candidate.done_title).to_owned(),
    }
}

/// Why a link opens no test any more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    Expired,
    Revoked,
    Erased,
}

fn draw_gone(ctx: &mut Ctx, token: Option<&str>, facts: &ClosedLink, gone: Gone) -> Page {
    ctx.speak_one_of(&facts.campaign.languages, facts.language);
    let language = ctx.language;
    let campaign = &facts.campaign;
    let organisation = campaign.organisation.as_str();
    let title = match gone {
        Gone::Expired => text!(language, candidate.expired_title),
        Gone::Revoked => text!(language, candidate.revoked_title),
        Gone::Erased => text!(language, candidate.erased_title),
    };
    let lede = match (gone, facts.at.map(|at: NaiveDateTime| moment(language, campaign, at))) {
        (Gone::Expired, Some(when)) => {
            text!(language, candidate.expired_lede, organisation = organisation, when = when.as_str())
                .to_string()
        }
        (Gone::Erased, Some(when)) => {
            text!(language, candidate.erased_lede, when = when.as_str()).to_string()
        }
        (Gone::Revoked, _) => {
            text!(language, candidate.revoked_lede, organisation = organisation).to_string()
        }
        (Gone::Expired | Gone::Erased, None) => String::new(),
    };
    let next = match gone {
        Gone::Expired => text!(language, candidate.expired_next),
        Gone::Revoked => text!(language, candidate.revoked_next),
        Gone::Erased => text!(language, candidate.erased_next),
    };
    let page = frame(language, campaign, title);
    ctx.page(page, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{lede}</p>
            <p>{next}" "{contact(&campaign.contact)}</p>
            {token.map(|token| data_form(language, token))}
            {help_card(language, campaign)}
        }
        .into_any()
    })
    .with_status(StatusCode::GONE)
}

/// Until when the test can be finished.
fn deadline(language: Language, campaign: &CampaignFacts) -> Option<AnyView> {
    let closes_at = campaign.closes_at?;
    let when = moment(language, campaign, closes_at);
    Some(
        view! {
            <p>{text!(language, candidate.deadline, when = when.as_str(), zone = campaign.time_zone.as_str())}</p>
        }
        .into_any(),
    )
}

/// The way to one's data, from the link alone.
pub(super) fn data_form(language: Language, token: &str) -> AnyView {
    view! {
        <form class="section" method="post" action=format!("/c/{token}/data") aria-labelledby="data-title">
            <h2 id="data-title">{text!(language, candidate.data_title)}</h2>
            <p>{text!(language, candidate.data_by_link)}</p>
            <p class="row"><button class="button is-quiet">{text!(language, candidate.data_open)}</button></p>
        </form>
    }
    .into_any()
}
