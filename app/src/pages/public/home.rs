//! The home page: what this is, for whom, what it is worth, who runs it. It claims only what is built.

use domain::language::Language;
use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::public::instance;
use crate::render::Page;
use crate::shell::{Frame, Width};
use crate::text;

/// `GET /`
pub(super) async fn show(ctx: Ctx) -> Page {
    let language = ctx.language;
    // Whoever comes while the database is away still reads the page.
    let can_try = ctx.run(|services| Ok(services.form_to_try()?.is_some())).await.unwrap_or(false);
    let frame =
        Frame { title: text!(language, home.title).to_owned(), width: Width::Mid, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            {hero(language, can_try)}
            <div class="pair">{candidates(language)}{recruiters(language)}</div>
            {worth(language)}
            {never(language)}
            {this_instance(&ctx)}
        }
        .into_any()
    })
}

fn hero(language: Language, can_try: bool) -> AnyView {
    let recruiters = if can_try { "button is-quiet is-large" } else { "button is-large" };
    // Four chairs of the company, and a little apart the customer's.
    let others = ["0", "118", "236", "354"]
        .map(|x| view! { <use class="chair-other" href="#chair" x=x y="0" width="96" height="96"></use> });
    view! {
        <div class="hero">
            <h1>{text!(language, home.hero_title)}</h1>
            <p class="lede">{text!(language, home.hero_lede)}</p>
            <p class="row">
                {can_try.then(|| view! {
                    <a class="button is-large" href="/try">{text!(language, home.hero_try)}</a>
                })}
                <a class=recruiters href="/login">{text!(language, home.hero_recruiters)}</a>
                <a class="button is-quiet is-large" href="/lost-link">{text!(language, home.hero_lost)}</a>
            </p>
            <svg class="chairs" viewBox="0 0 720 89" role="img" aria-label=text!(language, home.hero_chairs)>
                {others.collect_view()}
                <use class="chair-kept" href="#chair" x="560" y="0" width="96" height="96"></use>
            </svg>
        </div>
    }
    .into_any()
}

fn candidates(language: Language) -> AnyView {
    let points = [
        text!(language, home.candidates_1),
        text!(language, home.candidates_2),
        text!(language, home.candidates_3),
    ];
    view! {
        <section id="candidates" aria-labelledby="candidates-title">
            <h2 id="candidates-title">{text!(language, home.candidates_title)}</h2>
            <p>{text!(language, home.candidates_text)}</p>
            {marked(points)}
            <p><a href="/receipt">{text!(language, home.candidates_receipt)}</a></p>
        </section>
    }
    .into_any()
}

fn recruiters(language: Language) -> AnyView {
    let points = [
        text!(language, home.recruiters_1),
        text!(language, home.recruiters_2),
        text!(language, home.recruiters_3),
    ];
    view! {
        <section id="recruiters" aria-labelledby="recruiters-title">
            <h2 id="recruiters-title">{text!(language, home.recruiters_title)}</h2>
            <p>{text!(language, home.recruiters_text)}</p>
            {marked(points)}
        </section>
    }
    .into_any()
}

fn marked(points: [&'static str; 3]) -> AnyView {
    let lines = points.map(|words| view! { <li><Icon name="check"/>{words}</li> });
    view! { <ul class="marked">{lines.collect_view()}</ul> }.into_any()
}

fn worth(language: Language) -> AnyView {
    view! {
        <section class="section" aria-labelledby="worth-title" id="worth">
            <h2 id="worth-title">{text!(language, home.worth_title)}</h2>
            <div class="pair">
                <div class="flow">
                    <p>{text!(language, home.worth_text)}</p>
                    <p class="fine">
                        {text!(language, home.worth_source_authors)}" "
                        <a href="https://doi.org/10.1111/j.1744-6570.2007.00065.x">
                            <i lang="en">"Personnel Psychology"</i>
                        </a>
                    </p>
                    <p>{text!(language, home.worth_ours)}</p>
                </div>
                <figure>{plot(language)}</figure>
            </div>
        </section>
    }
    .into_any()
}

/// The correlation of McDaniel and colleagues (2007), on an axis from 0 to 1.
fn plot(language: Language) -> AnyView {
    view! {
        <svg class="plot is-tall" role="img" aria-label=text!(language, home.worth_plot)>
            <line class="axis" x1="0%" x2="100%" y1="40%" y2="40%"></line>
            <line class="axis" x1="0%" x2="0%" y1="30%" y2="50%"></line>
            <line class="axis" x1="100%" x2="100%" y1="30%" y2="50%"></line>
            <circle class="mark" cx="26%" cy="40%" r="5.5"></circle>
            <text x="0%" y="92%">{text!(language, home.worth_chance)}</text>
            <text class="mid strong" x="26%" y="14%">{text!(language, home.worth_number)}</text>
            <text class="end" x="100%" y="92%">{text!(language, home.worth_certainty)}</text>
        </svg>
    }
    .into_any()
}

fn never(language: Language) -> AnyView {
    let lines = [
        text!(language, home.never_1),
        text!(language, home.never_2),
        text!(language, home.never_3),
        text!(language, home.never_4),
    ]
    .map(|words| view! { <li><Icon name="cross"/>{words}</li> });
    view! {
        <section class="section" aria-labelledby="never-title">
            <h2 id="never-title">{text!(language, home.never_title)}</h2>
            <ul class="marked pair">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn this_instance(ctx: &Ctx) -> AnyView {
    let language = ctx.language;
    let facts = &ctx.app.instance;
    view! {
        <section class="section" aria-labelledby="instance-title">
            <h2 id="instance-title">{text!(language, home.instance_title)}</h2>
            <dl class="ledger">
                <div>
                    <dt>{text!(language, home.instance_operator)}</dt>
                    <dd>{instance::filled(language, &facts.operator)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.instance_data)}</dt>
                    <dd>{instance::filled(language, &facts.hosting)}", "{instance::contact(language, &facts.privacy_contact)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.instance_software)}</dt>
                    <dd>
                        {text!(language, home.instance_software_text, version = ctx.app.version).to_string()}
                        {instance::source(language, &facts.source_url)}
                    </dd>
                </div>
                <div>
                    <dt>{text!(language, home.instance_accessibility)}</dt>
                    <dd>
                        {text!(language, home.instance_accessibility_text)}" "
                        <a href="/accessibility">{text!(language, home.instance_accessibility_link)}</a>
                    </dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}
