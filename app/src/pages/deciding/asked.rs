//! What a person is asked to look at: candidates assigned to them, and those where a note mentions them.

use domain::language::Language;
use leptos::prelude::*;
use services::teamwork::Asked;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /for-me`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let asker = staff.clone();
    let asked = ctx.run(move |services| services.asked_of(&asker)).await?;
    let language = ctx.language;
    let title = text!(language, deciding.asked_title);
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::ForMe),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        view! {
            <div class="page-head">
                <div><h1>{title}</h1><p>{text!(language, deciding.asked_intro)}</p></div>
            </div>
            {list(language, &asked)}
        }
        .into_any()
    }))
}

fn list(language: Language, asked: &[Asked]) -> AnyView {
    if asked.is_empty() {
        return view! { <p class="soft">{text!(language, deciding.asked_none)}</p> }.into_any();
    }
    let heads = [
        text!(language, deciding.review_person),
        text!(language, deciding.review_campaign),
        text!(language, deciding.asked_why),
        text!(language, deciding.asked_decision),
    ]
    .map(|words| view! { <th role="columnheader" scope="col">{words}</th> });
    let rows = asked.iter().map(|asked| row(language, asked)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, deciding.asked_caption)}</caption>
                <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(language: Language, asked: &Asked) -> AnyView {
    let why: Vec<&'static str> = [
        (asked.is_assigned, text!(language, deciding.asked_assigned)),
        (asked.is_mentioned, text!(language, deciding.asked_mentioned)),
    ]
    .into_iter()
    .filter_map(|(is_so, words)| is_so.then_some(words))
    .collect();
    let decision = if asked.has_decided {
        text!(language, deciding.asked_decided)
    } else {
        text!(language, deciding.asked_to_decide)
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <a href=format!("/candidates/{}", asked.candidate)><b>{asked.name.clone()}</b></a>
            </th>
            <td role="cell" data-label=text!(language, deciding.review_campaign)>
                <a href=format!("/campaigns/{}", asked.campaign)>{asked.campaign_title.clone()}</a>
            </td>
            <td role="cell" data-label=text!(language, deciding.asked_why)>{why.join(", ")}</td>
            <td role="cell" data-label=text!(language, deciding.asked_decision)>{decision}</td>
        </tr>
    }
    .into_any()
}
