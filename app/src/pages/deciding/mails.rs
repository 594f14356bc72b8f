//! Mails to several candidates of a campaign: which there are, what was sent, and the page of each.

pub(super) mod one;
pub(super) mod preview;

use actix_web::web;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::bulk_mail::{Batch, BulkKind};
use services::dates;

use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: how many were just sent.
#[derive(Deserialize)]
pub(super) struct Asked {
    sent: Option<u32>,
}

/// What a mail is called.
pub(super) fn kind_name(language: Language, kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Thanks => text!(language, mailing.thanks),
        BulkKind::Feedback => text!(language, mailing.feedback),
        BulkKind::Further => text!(language, mailing.further),
        BulkKind::Hold => text!(language, mailing.hold),
        BulkKind::NotPursued => text!(language, mailing.not_pursued),
    }
}

/// Whom a mail is for.
pub(super) fn kind_text(language: Language, kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Thanks => text!(language, mailing.thanks_text),
        BulkKind::Feedback => text!(language, mailing.feedback_text),
        BulkKind::Further => text!(language, mailing.further_text),
        BulkKind::Hold => text!(language, mailing.hold_text),
        BulkKind::NotPursued => text!(language, mailing.not_pursued_text),
    }
}

/// `GET /campaigns/{campaign}/mails`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    let (head, batches) = ctx.run(move |services| services.mail_batches(&asker, &campaign)).await?;
    let language = ctx.language;
    let title = text!(language, mailing.title);
    let frame = Frame {
        title: format!("{title} – {}", head.title),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let done = asked.sent.map(|number| match number {
        0 => text!(language, mailing.sent_before).to_owned(),
        number => text!(language, mailing.sent, count = number).to_string(),
    });
    Ok(ctx.page(frame, || {
        let done = done.map(|words| {
            view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div>
            }
        });
        let kinds = BulkKind::ALL.map(|kind| {
            let path = format!("/campaigns/{}/mails/{}", head.id, kind.code());
            view! {
                <div class="card">
                    <h2><a href=path>{kind_name(language, kind)}</a></h2>
                    <p class="flush">{kind_text(language, kind)}</p>
                </div>
            }
        });
        view! {
            {campaign_crumbs(language, &head.id, &head.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            {done}
            <p class="lede">{text!(language, mailing.intro)}</p>
            <div class="flow">{kinds.collect_view()}</div>
            {sent(language, &batches)}
        }
        .into_any()
    }))
}

fn sent(language: Language, batches: &[Batch]) -> AnyView {
    let heads = [
        text!(language, mailing.col_mail),
        text!(language, mailing.col_number),
        text!(language, mailing.col_by),
        text!(language, mailing.col_on),
    ]
    .map(|words| view! { <th role="columnheader" scope="col">{words}</th> });
    let rows = batches.iter().map(|batch| {
        let kind = batch.kind.map_or("–", |kind| kind_name(language, kind));
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{kind}</th>
                <td role="cell" data-label=text!(language, mailing.col_number)>{batch.mails}</td>
                <td role="cell" data-label=text!(language, mailing.col_by)>{batch.by.clone()}</td>
                <td role="cell" data-label=text!(language, mailing.col_on)>{dates::date(language, batch.on)}</td>
            </tr>
        }
    });
    let body = if batches.is_empty() {
        view! { <p class="soft">{text!(language, mailing.none_sent)}</p> }.into_any()
    } else {
        view! {
            <div class="table-box">
                <table class="table stacks" role="table" aria-labelledby="sent">
                    <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
                    <tbody role="rowgroup">{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="sent">
            <h2 id="sent">{text!(language, mailing.sent_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}
