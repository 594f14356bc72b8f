//! The audit: its rows in words, and the verification of its chain.

use actix_web::web;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::audit_trail::{AuditFinding, AuditLine, AuditPage, AuditReport};
use services::viewer::Staff;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::staff::words;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: where the page begins.
#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<i64>,
}

/// `GET /audit`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let before = asked.before;
    let asker = staff.clone();
    let page = ctx.run(move |services| services.audit_page(&asker, before)).await?;
    Ok(draw(&ctx, staff, page, None))
}

/// `POST /audit/verify`: answers with the page, because a result that a reload could not repeat would be worth less.
pub(super) async fn verify(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let asker = staff.clone();
    let (report, page) = ctx
        .run(move |services| {
            let report = services.verify_audit(&asker)?;
            Ok((report, services.audit_page(&asker, None)?))
        })
        .await?;
    Ok(draw(&ctx, staff, page, Some(report)))
}

fn draw(ctx: &Ctx, staff: Staff, page: AuditPage, report: Option<AuditReport>) -> Page {
    let language = ctx.language;
    let title = text!(language, staff.audit_title);
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Audit),
        islands: false,
    };
    ctx.page(frame, || {
        view! {
            <div class="page-head">
                <div>
                    <h1>{title}</h1>
                    <p>{text!(language, staff.audit_intro)}</p>
                </div>
            </div>
            {report.map(|report| result(language, &report))}
            {rows(language, page)}
            <section class="section" aria-labelledby="verify-title">
                <h2 id="verify-title">{text!(language, staff.audit_verify_title)}</h2>
                <p>{text!(language, staff.audit_verify_text)}</p>
                <form method="post" action="/audit/verify">
                    <p class="row"><button class="button">{text!(language, staff.audit_verify_button)}</button></p>
                </form>
            </section>
        }
        .into_any()
    })
}

fn result(language: Language, report: &AuditReport) -> AnyView {
    let (class, icon, words) = match &report.finding {
        AuditFinding::Intact => {
            ("notice is-good", "check", text!(language, staff.audit_result_intact).to_owned())
        }
        AuditFinding::NotVerifiable { first, key_id, .. } => (
            "notice is-care",
            "alert",
            text!(language, staff.audit_result_not_verifiable, first = *first, key = key_id.clone())
                .to_string(),
        ),
        AuditFinding::Missing { sequence } => (
            "notice is-alert",
            "alert",
            text!(language, staff.audit_result_missing, sequence = *sequence).to_string(),
        ),
        AuditFinding::Altered { sequence } => (
            "notice is-alert",
            "alert",
            text!(language, staff.audit_result_altered, sequence = *sequence).to_string(),
        ),
        AuditFinding::WrongHead { last } => (
            "notice is-alert",
            "alert",
            text!(language, staff.audit_result_wrong_head, last = *last).to_string(),
        ),
    };
    view! {
        <section aria-labelledby="result-title">
            <div class=class role="status">
                <Icon name=icon/>
                <div><h2 id="result-title">{text!(language, staff.audit_result_title)}</h2><p>{words}</p></div>
            </div>
            <dl class="ledger">
                <div><dt>{text!(language, staff.audit_result_rows)}</dt><dd class="num">{report.rows}</dd></div>
                <div>
                    <dt>{text!(language, staff.audit_result_head)}</dt>
                    <dd>
                        <span class="num">{report.head_sequence}</span>" "<code>{report.head_hash.clone()}</code>
                        <small class="soft">{text!(language, staff.audit_result_head_text)}</small>
                    </dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}

fn rows(language: Language, page: AuditPage) -> AnyView {
    if page.lines.is_empty() {
        return view! { <p class="soft">{text!(language, staff.audit_none)}</p> }.into_any();
    }
    let total = text!(language, staff.audit_total, count = page.total).to_string();
    let newest = page
        .has_newer
        .then(|| view! { <li><a href="/audit" rel="prev">{text!(language, staff.audit_newest)}</a></li> });
    let older = page.older.map(|before| {
        let path = format!("/audit?before={before}");
        view! { <li><a href=path rel="next">{text!(language, staff.audit_older)}</a></li> }
    });
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, staff.audit_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, staff.audit_number)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.audit_when)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.audit_what)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.audit_who)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.audit_on)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{page.lines.into_iter().map(|line| row(language, line)).collect_view()}</tbody>
            </table>
        </div>
        <nav class="pager" aria-label=text!(language, staff.audit_pages)>
            <p class="fine">{total}</p>
            <ol>{newest}{older}</ol>
        </nav>
    }
    .into_any()
}

fn row(language: Language, line: AuditLine) -> AnyView {
    let action = line.action.map_or(line.action_code, |action| words::action(language, action).to_owned());
    let entity = line.entity.map_or("", |entity| words::entity(language, entity));
    let machine = line.at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let shown = line.at.format("%Y-%m-%d %H:%M:%S").to_string();
    let detail =
        (!line.detail.is_empty()).then(|| view! { <span class="fine"><code>{line.detail}</code></span> });
    let actor = line.actor_id.map(|id| view! { <span class="fine"><code>{id}</code></span> });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="num">{line.sequence}</th>
            <td role="cell" class="num" data-label=text!(language, staff.audit_when)>
                <time datetime=machine>{shown}</time>
            </td>
            <td role="cell" data-label=text!(language, staff.audit_what)><b>{action}</b>{detail}</td>
            <td role="cell" data-label=text!(language, staff.audit_who)>
                {words::actor(language, &line.actor_kind)}" "{actor}
            </td>
            <td role="cell" data-label=text!(language, staff.audit_on)>
                {entity}" "<span class="fine"><code>{line.entity_id}</code></span>
            </td>
        </tr>
    }
    .into_any()
}
