//! The public check of a receipt: genuine and the date, no more.

use actix_web::web;
use leptos::prelude::*;
use serde::Deserialize;
use services::dates;
use services::receipt::ReceiptCheck;

use crate::components::form_field::TextField;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Frame, Width};
use crate::text;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct ReceiptForm {
    #[serde(default)]
    code: String,
}

/// `GET /receipt`
pub(super) async fn show(ctx: Ctx) -> Page {
    draw(&ctx, "", None)
}

/// `POST /receipt`: the code is never in an address.
pub(super) async fn check(ctx: Ctx, form: web::Form<ReceiptForm>) -> Result<Page, Fault> {
    let typed = form.code.clone();
    let checked = ctx.run(move |services| services.check_receipt(&typed)).await?;
    Ok(draw(&ctx, &form.code, Some(checked)))
}

fn draw(ctx: &Ctx, typed: &str, checked: Option<ReceiptCheck>) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.check_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    let typed: String = typed.chars().take(60).collect();
    let result = checked.map(|checked| match checked {
        ReceiptCheck::Genuine { finished_at } => {
            // The public check knows no campaign, so the date is that of UTC.
            let when = dates::long_date(language, finished_at.date());
            let words = text!(language, candidate.check_genuine, when = when.as_str()).to_string();
            ("notice is-good", "check", text!(language, candidate.check_genuine_title), words)
        }
        ReceiptCheck::NotVerifiable => (
            "notice is-care",
            "alert",
            text!(language, candidate.check_unknown_title),
            text!(language, candidate.check_unknown).to_owned(),
        ),
    });
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.check_lede)}</p>
            {result.map(|(class, icon, title, words)| view! {
                <div class=class role="status">
                    <Icon name=icon/>
                    <div><h2>{title}</h2><p>{words}</p></div>
                </div>
            })}
            <form method="post" action="/receipt">
                <TextField
                    name="code" label=text!(language, candidate.receipt_number) value=typed
                    hint=Some(text!(language, candidate.check_hint).to_owned())
                />
                <p class="row"><button class="button is-large">{text!(language, candidate.check_button)}</button></p>
            </form>
        }
        .into_any()
    })
}
