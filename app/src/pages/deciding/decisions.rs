//! What the decisions of a campaign come to: how many, by whom, and how often they merely follow the rank.

use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::decision_record::{DecisionRecord, FEWEST_PEOPLE, FollowsRank, RankShare};
use services::ranking::band_letters;
use services::two_reviewers::Agreement;
use services::viewer::Staff;

use crate::components::campaign_tabs::{CampaignTab, campaign_crumbs, campaign_tabs};
use crate::components::plot::whole;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::deciding::agreement;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}/decisions`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    draw(&ctx, staff, campaign, None).await
}

/// The modes of a campaign.
struct Modes {
    is_first: bool,
    is_two: bool,
    agreement: Agreement,
    /// What was wrong with the form of the second one.
    error: Option<&'static str>,
}

/// The page, with what was wrong with the form of two reviewers.
pub(super) async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    error: Option<&'static str>,
) -> Result<Page, Fault> {
    let asker = staff.clone();
    let (record, is_first, (is_two, agreement)) = ctx
        .run(move |services| {
            Ok((
                services.decision_record(&asker, &campaign)?,
                services.is_rating_first(&asker, &campaign)?,
                services.two_reviewers(&asker, &campaign)?,
            ))
        })
        .await?;
    let modes = Modes { is_first, is_two, agreement, error };
    let language = ctx.language;
    let title = text!(language, deciding.tab_decisions);
    let frame = Frame {
        title: format!("{title} – {}", record.campaign.title),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &record, &modes)))
}

/// What the form of the mode sends.
#[derive(Deserialize)]
pub(super) struct ModeForm {
    #[serde(default)]
    on: String,
}

/// `POST /campaigns/{campaign}/rating-first`
pub(super) async fn set_rating_first(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
    form: web::Form<ModeForm>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let path = format!("/campaigns/{campaign}/decisions");
    let is_on = form.on == "yes";
    ctx.run(move |services| services.set_rating_first(&staff, &campaign, is_on)).await?;
    Ok(see_other(&path))
}

fn page(language: Language, staff: &Staff, record: &DecisionRecord, modes: &Modes) -> AnyView {
    let title = text!(language, deciding.tab_decisions);
    let id = &record.campaign.id;
    view! {
        {campaign_crumbs(language, id, &record.campaign.title, Some(title.to_owned()))}
        <div class="page-head">
            <div><h1>{title}</h1></div>
            <p class="row">
                <a class="button is-quiet" href=format!("/campaigns/{id}/mails")>
                    {text!(language, mailing.title)}
                </a>
                <a class="button is-quiet" href=format!("/campaigns/{id}/stages")>
                    {text!(language, deciding.stages_link)}
                </a>
            </p>
        </div>
        {campaign_tabs(language, staff, id, CampaignTab::Decisions)}
        <dl class="facts">
            <div><dt>{text!(language, deciding.record_decisions)}</dt><dd>{record.decisions}</dd></div>
            <div><dt>{text!(language, deciding.record_people)}</dt><dd>{record.people}</dd></div>
        </dl>
        {by(language, record)}
        {follows(language, record)}
        {agreement::view(language, modes.is_two, &modes.agreement)}
        {rating_first(language, id, modes)}
        {agreement::mode(language, id, modes.is_two, modes.error)}
    }
    .into_any()
}

fn rating_first(language: Language, campaign: &str, modes: &Modes) -> AnyView {
    let (state, button, value) = if modes.is_first {
        (text!(language, deciding.first_is_on), text!(language, deciding.first_turn_off), "no")
    } else {
        (text!(language, deciding.first_is_off), text!(language, deciding.first_turn_on), "yes")
    };
    view! {
        <section class="section" aria-labelledby="first">
            <h2 id="first">{text!(language, deciding.first_title)}</h2>
            <p>{text!(language, deciding.first_text)}</p>
            <p><b>{state}</b></p>
            {if modes.is_two {
                view! { <p class="fine">{text!(language, deciding.first_with_two)}</p> }.into_any()
            } else {
                view! {
                    <form method="post" action=format!("/campaigns/{campaign}/rating-first")>
                        <input type="hidden" name="on" value=value/>
                        <p class="row"><button class="button is-quiet">{button}</button></p>
                    </form>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

fn by(language: Language, record: &DecisionRecord) -> AnyView {
    let Some(deciders) = &record.by else {
        return view! {
            <section class="section" aria-labelledby="by">
                <h2 id="by">{text!(language, deciding.record_by)}</h2>
                <p class="soft">{text!(language, deciding.record_by_later)}</p>
            </section>
        }
        .into_any();
    };
    let rows = deciders
        .iter()
        .map(|(name, number)| {
            let name = name.clone().unwrap_or_else(|| text!(language, deciding.record_gone).to_owned());
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{name}</th>
                    <td role="cell" class="is-num" data-label=text!(language, deciding.record_decisions)>{*number}</td>
                </tr>
            }
        })
        .collect_view();
    let body = if deciders.is_empty() {
        view! { <p class="soft">{text!(language, deciding.record_none)}</p> }.into_any()
    } else {
        view! {
            <div class="table-box">
                <table class="table" role="table" aria-labelledby="by">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, deciding.record_who)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, deciding.record_decisions)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="by">
            <h2 id="by">{text!(language, deciding.record_by)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn follows(language: Language, record: &DecisionRecord) -> AnyView {
    let body = match record.follows {
        FollowsRank::RateFirst(people) => {
            let words = text!(language, deciding.first_overview, count = people).to_string();
            view! { <p class="soft">{words}</p> }.into_any()
        }
        FollowsRank::TooFew(n) => {
            let words = text!(language, deciding.follows_too_few, fewest = FEWEST_PEOPLE, n = n).to_string();
            view! { <p class="soft">{words}</p> }.into_any()
        }
        FollowsRank::NothingToFollow(n) => {
            let words = text!(language, deciding.follows_nothing, n = n).to_string();
            view! { <p class="soft">{words}</p> }.into_any()
        }
        FollowsRank::Share(share) => told(language, share),
    };
    view! {
        <section class="section" aria-labelledby="follows">
            <h2 id="follows">{text!(language, deciding.follows_title)}</h2>
            <p>{text!(language, deciding.follows_definition)}</p>
            {body}
            <p class="fine">{text!(language, deciding.follows_reading)}</p>
        </section>
    }
    .into_any()
}

fn told(language: Language, share: RankShare) -> AnyView {
    let percent = |part: f64| whole(part * 100.0);
    let figure = text!(
        language,
        deciding.follows_share,
        share = percent(share.share),
        low = percent(share.low),
        high = percent(share.high),
        n = share.n
    )
    .to_string();
    let first = band_letters(0);
    let last = band_letters(share.last_top_band);
    let groups = if share.last_top_band == 0 { first } else { format!("{first}–{last}") };
    let how = text!(
        language,
        deciding.follows_how,
        follow = share.follow,
        n = share.n,
        further = share.further,
        groups = groups
    )
    .to_string();
    view! { <p><b>{figure}</b></p><p>{how}</p> }.into_any()
}
