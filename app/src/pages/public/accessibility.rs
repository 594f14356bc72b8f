//! The accessibility statement: what is aimed at, what is done, what is known to be missing, whom to tell.

use domain::language::Language;
use leptos::prelude::*;

use crate::context::Ctx;
use crate::pages::public::instance;
use crate::render::Page;
use crate::shell::Frame;
use crate::text;

/// `GET /accessibility`
pub(super) async fn show(ctx: Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, home.a11y_title);
    let frame = Frame { title: title.to_owned(), ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p>{text!(language, home.a11y_intro, version = ctx.app.version).to_string()}</p>
            <h2>{text!(language, home.a11y_state_title)}</h2>
            <p>{text!(language, home.a11y_state_text)}</p>
            <h2>{text!(language, home.a11y_done_title)}</h2>
            {done(language)}
            <h2>{text!(language, home.a11y_gaps_title)}</h2>
            {gaps(language)}
            <h2>{text!(language, home.a11y_how_title)}</h2>
            <p>{text!(language, home.a11y_how_text)}</p>
            <h2>{text!(language, home.a11y_contact_title)}</h2>
            <p>
                {text!(language, home.a11y_contact_text)}" "
                {instance::contact(language, &ctx.app.instance.help_contact)}
            </p>
            <p>{text!(language, home.a11y_contact_test)}</p>
            <p>{text!(language, home.a11y_recourse)}</p>
        }
        .into_any()
    })
}

fn done(language: Language) -> AnyView {
    let lines = [
        text!(language, home.a11y_done_1),
        text!(language, home.a11y_done_2),
        text!(language, home.a11y_done_3),
        text!(language, home.a11y_done_4),
        text!(language, home.a11y_done_5),
    ];
    view! { <ul>{lines.map(|words| view! { <li>{words}</li> }).collect_view()}</ul> }.into_any()
}

fn gaps(language: Language) -> AnyView {
    let lines = [
        text!(language, home.a11y_gaps_1),
        text!(language, home.a11y_gaps_2),
        text!(language, home.a11y_gaps_3),
        text!(language, home.a11y_gaps_4),
    ];
    view! { <ul>{lines.map(|words| view! { <li>{words}</li> }).collect_view()}</ul> }.into_any()
}
