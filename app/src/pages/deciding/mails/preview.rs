//! A batch of mails before it is sent: how many, who has no address, an example; and the form that sends it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::bulk_mail::{BulkKind, Choice, Confirmed, Preview};
use services::error::ServiceError;
use services::viewer::Staff;

use super::kind_name;
use super::one::{self, Remarks, parsed};
use crate::components::campaign_tabs::campaign_crumbs;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::see_other;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// What a form says, in order.
type Pairs = Vec<(String, String)>;

fn values(pairs: &Pairs, wanted: &str) -> Vec<String> {
    pairs.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).collect()
}

fn value(pairs: &Pairs, wanted: &str) -> String {
    pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn choice_of(pairs: &Pairs) -> Choice {
    Choice { decisions: values(pairs, "decision"), people: values(pairs, "with") }
}

/// `POST /campaigns/{campaign}/mails/{kind}/preview`: posted because it may name many; it changes nothing.
pub(in crate::pages::deciding) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
    typed: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, kind) = parsed(&path)?;
    let choice = choice_of(&typed);
    let (asker, within, wanted) = (staff.clone(), campaign.clone(), choice.clone());
    match ctx.try_run(move |services| services.preview_mails(&asker, &within, kind, &wanted)).await? {
        Ok(preview) => Ok(draw(&ctx, staff, kind, &choice, &preview)),
        Err(error) => again(&ctx, staff, campaign, kind, choice, error).await,
    }
}

/// `POST /campaigns/{campaign}/mails/{kind}/send`
pub(in crate::pages::deciding) async fn send(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
    typed: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, kind) = parsed(&path)?;
    let choice = choice_of(&typed);
    let confirmed = Confirmed {
        batch: value(&typed, "batch"),
        number: value(&typed, "number"),
        seen: value(&typed, "seen"),
    };
    let (asker, within, wanted) = (staff.clone(), campaign.clone(), choice.clone());
    let sent =
        ctx.try_run(move |services| services.send_mails(&asker, &within, kind, &wanted, &confirmed)).await?;
    match sent {
        Ok(number) => Ok(see_other(&format!("/campaigns/{campaign}/mails?sent={number}"))),
        Err(error) => again(&ctx, staff, campaign, kind, choice, error).await,
    }
}

/// The page of the mail again, with what is wrong and who was chosen.
async fn again(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    kind: BulkKind,
    choice: Choice,
    error: ServiceError,
) -> Result<HttpResponse, Fault> {
    let ServiceError::Invalid(errors) = error else { return Err(error.into()) };
    let remarks = Remarks { choice, errors, ..Remarks::default() };
    let page = one::draw(ctx, staff, campaign, kind, remarks).await?;
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

fn draw(ctx: &Ctx, staff: Staff, kind: BulkKind, choice: &Choice, preview: &Preview) -> HttpResponse {
    let language = ctx.language;
    let (id, number) = (&preview.campaign.id, preview.number());
    let title = text!(language, mailing.preview_title, count = number).to_string();
    let frame = Frame {
        title: title.clone(),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let back = format!("/campaigns/{id}/mails/{}", kind.code());
    let page = ctx.page(frame, || {
        view! {
            {campaign_crumbs(language, id, &preview.campaign.title, Some(kind_name(language, kind).to_owned()))}
            <h1>{title}</h1>
            <ul>
                {numbers(language, preview)}
                {without_address(language, preview)}
                {(preview.left_over > 0).then(|| view! {
                    <li>{text!(language, mailing.left_over, count = preview.left_over).to_string()}</li>
                })}
                <li>{text!(language, mailing.no_decision)}</li>
            </ul>
            {examples(language, preview)}
            {(number > 0).then(|| form(language, kind, choice, preview))}
            <p><a href=back>{text!(language, mailing.preview_back)}</a></p>
        }
        .into_any()
    });
    page.into_response()
}

fn numbers(language: Language, preview: &Preview) -> AnyView {
    preview
        .numbers
        .iter()
        .map(|(written, number)| {
            let words = match written {
                Language::Fr => text!(language, mailing.in_french, count = *number).to_string(),
                Language::En => text!(language, mailing.in_english, count = *number).to_string(),
            };
            view! { <li>{words}</li> }
        })
        .collect_view()
        .into_any()
}

fn without_address(language: Language, preview: &Preview) -> Option<AnyView> {
    (preview.without_address > 0).then(|| {
        let names = preview.without_address_names.join(", ");
        let words = text!(language, mailing.without_address, count = preview.without_address, names = names)
            .to_string();
        view! { <li>{words}</li> }.into_any()
    })
}

fn examples(language: Language, preview: &Preview) -> AnyView {
    preview
        .examples
        .iter()
        .map(|(written, letter)| {
            let title = match written {
                Language::Fr => text!(language, mailing.example_fr),
                Language::En => text!(language, mailing.example_en),
            };
            let lines = letter
                .body
                .split('\n')
                .filter(|line| !line.trim().is_empty())
                .map(|line| view! { <p>{line.to_owned()}</p> })
                .collect_view();
            view! {
                <section class="section">
                    <h2>{title}</h2>
                    <div class="card" lang=written.code()>
                        <p><b>{letter.subject.clone()}</b></p>
                        {lines}
                    </div>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn form(language: Language, kind: BulkKind, choice: &Choice, preview: &Preview) -> AnyView {
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let decisions = choice.decisions.iter().map(|code| hidden("decision", code.clone())).collect_view();
    let people = choice.people.iter().map(|id| hidden("with", id.clone())).collect_view();
    let button = text!(language, mailing.send, count = preview.number()).to_string();
    view! {
        <form method="post" action=format!("/campaigns/{}/mails/{}/send", preview.campaign.id, kind.code())>
            {decisions}
            {people}
            {hidden("batch", preview.batch.clone())}
            {hidden("number", preview.number().to_string())}
            {hidden("seen", preview.seen.clone())}
            <p class="row"><button class="button">{button}</button></p>
        </form>
    }
    .into_any()
}
