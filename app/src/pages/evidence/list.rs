//! The manuals and comparison groups of an organisation: the first page of who checks a test.

use domain::language::Language;
use leptos::prelude::*;
use services::authz::{Permission, allows};
use services::norm_groups::{EvidencePage, ManualLine, NormHead};
use services::viewer::Staff;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::evidence::words::head_line;
use crate::pages::review::frame::measure_words;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /evidence`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let asker = staff.clone();
    let told = ctx.run(move |services| services.evidence(&asker)).await?;
    let language = ctx.language;
    let title = text!(language, evidence.list_title);
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Mid,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Evidence),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, evidence.list_lede)}</p>
            {manuals(language, &staff, &told)}
            {groups(language, &staff, &told)}
        }
        .into_any()
    }))
}

fn manuals(language: Language, staff: &Staff, told: &EvidencePage) -> AnyView {
    let lines = told.manuals.iter().map(|line| manual(language, staff, line)).collect_view();
    let none = told
        .manuals
        .is_empty()
        .then(|| view! { <p class="soft">{text!(language, evidence.manuals_none)}</p> });
    view! {
        <section class="section" aria-labelledby="manuals">
            <h2 id="manuals">{text!(language, evidence.manuals)}</h2>
            <p>{text!(language, evidence.manuals_text)}</p>
            {none}
            <ul class="flow">{lines}</ul>
        </section>
    }
    .into_any()
}

fn manual(language: Language, staff: &Staff, line: &ManualLine) -> AnyView {
    let id = &line.campaign.id;
    let measure = measure_words(language, &line.measure, &line.campaign.time_zone);
    let make = allows(staff.role, Permission::ManageKeys).then(|| {
        let words = text!(language, evidence.make_from, campaign = line.campaign.title.clone()).to_string();
        view! { <a href=format!("/campaigns/{id}/norms/new")>{words}</a> }
    });
    let validity = text!(language, evidence.validity_of, campaign = line.campaign.title.clone()).to_string();
    view! {
        <li>
            <b><a href=format!("/campaigns/{id}/manual")>{line.campaign.title.clone()}</a></b>
            <p class="fine">{measure}</p>
            <p class="row"><a href=format!("/campaigns/{id}/validity")>{validity}</a>{make}</p>
        </li>
    }
    .into_any()
}

fn groups(language: Language, staff: &Staff, told: &EvidencePage) -> AnyView {
    let lines = told.groups.iter().map(|head| group(language, staff.is_demo, head)).collect_view();
    let none =
        told.groups.is_empty().then(|| view! { <p class="soft">{text!(language, evidence.groups_none)}</p> });
    view! {
        <section class="section" aria-labelledby="groups">
            <h2 id="groups">{text!(language, evidence.groups)}</h2>
            <p>{text!(language, evidence.groups_text)}</p>
            {none}
            <ul class="flow">{lines}</ul>
        </section>
    }
    .into_any()
}

fn group(language: Language, is_demo: bool, head: &NormHead) -> AnyView {
    let demo =
        is_demo.then(|| view! { " "<span class="badge is-care">{text!(language, evidence.demo)}</span> });
    let retired =
        head.retired_at.map(|_| view! { " "<span class="badge">{text!(language, evidence.retired)}</span> });
    // An organisation has no zone of its own.
    view! {
        <li>
            <b><a href=format!("/norms/{}", head.id)>{head.name(language).to_owned()}</a></b>{demo}{retired}
            <p class="fine">{head_line(language, "UTC", head)}</p>
        </li>
    }
    .into_any()
}
