//! The notice: who asks, for which job, what is measured and what is not, how it is scored, how long it takes, who sees
//! it, what is kept and for how long. Nothing is stored before its form is sent.

use domain::form::{FormScenario, ScenarioRole};
use domain::item::ItemFormat;
use domain::key::KeyProvenance;
use domain::language::Language;
use leptos::prelude::*;
use services::invitation_page::{FINISHERS_FOR_MEDIAN, Notice, TypicalDuration};

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::candidate::closed_link::data_form;
use crate::pages::candidate::parts::{contact, frame, help_card, moment};
use crate::render::Page;
use crate::text;

mod data;

/// Draws the notice; `problem` says what is missing in its form.
pub(super) fn draw(ctx: &Ctx, token: &str, notice: &Notice, problem: Option<&'static str>) -> Page {
    let language = ctx.language;
    let campaign = &notice.campaign;
    let title = match &notice.name {
        Some(name) => text!(language, candidate.notice_title_name, name = name.as_str()).to_string(),
        None => text!(language, candidate.notice_title).to_owned(),
    };
    let shown = usize::from(notice.loaded.form.length().scenarios());
    let (organisation, job) = (campaign.organisation.as_str(), campaign.job.as_str());
    let is_rated = notice.loaded.form.scenarios().iter().all(|shown| shown.format == ItemFormat::Rate);
    let lede = if is_rated {
        text!(language, candidate.notice_lede, organisation = organisation, n = shown, job = job).to_string()
    } else {
        text!(language, candidate.notice_lede_formats, organisation = organisation, n = shown, job = job)
            .to_string()
    };
    let page = frame(language, campaign, text!(language, candidate.notice_title));
    ctx.page(page, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{lede}</p>
            {facts(language, notice)}
            {own_words(language, notice)}
            {measured(language, notice.loaded.form.asks(ItemFormat::Open))}
            {how_it_counts(language, notice)}
            {data::section(ctx, notice)}
            {form(language, token, notice, problem)}
            {data_form(language, token)}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

fn facts(language: Language, notice: &Notice) -> AnyView {
    let campaign = &notice.campaign;
    let (duration, source) = match notice.duration {
        TypicalDuration::Measured { minutes, finishers } => (
            text!(language, candidate.duration_measured, minutes = minutes).to_string(),
            text!(language, candidate.duration_measured_source, n = finishers).to_string(),
        ),
        TypicalDuration::Expected { minutes } => (
            text!(language, candidate.duration_expected, minutes = minutes).to_string(),
            text!(language, candidate.duration_expected_source, n = FINISHERS_FOR_MEDIAN).to_string(),
        ),
    };
    let deadline = match campaign.closes_at {
        Some(closes_at) => (
            moment(language, campaign, closes_at),
            text!(language, candidate.deadline_zone, zone = campaign.time_zone.as_str()).to_string(),
        ),
        None => (
            text!(language, candidate.deadline_none).to_owned(),
            text!(language, candidate.deadline_none_text, organisation = campaign.organisation.as_str())
                .to_string(),
        ),
    };
    view! {
        <dl class="facts">
            <div>
                <dt>{text!(language, candidate.duration)}</dt>
                <dd>{duration}<small>{source}" "{text!(language, candidate.duration_untimed)}</small></dd>
            </div>
            <div>
                <dt>{text!(language, candidate.deadline_label)}</dt>
                <dd>{deadline.0}<small>{deadline.1}</small></dd>
            </div>
            <div>
                <dt>{text!(language, candidate.if_you_stop)}</dt>
                <dd>
                    {text!(language, candidate.nothing_lost)}
                    <small>{text!(language, candidate.nothing_lost_text)}</small>
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

/// What the employer adds, in the language of the page or in the one there is.
fn own_words(language: Language, notice: &Notice) -> Option<AnyView> {
    let (spoken, words) = notice
        .own_words
        .get(language)
        .map(|words| (language, words))
        .or_else(|| notice.own_words.iter().next())?;
    let paragraphs =
        words.split("\n\n").map(|paragraph| view! { <p>{paragraph.to_owned()}</p> }).collect_view();
    let other = (spoken != language).then(|| spoken.code());
    Some(
        view! {
            <section class="section" aria-labelledby="own">
                <h2 id="own">
                    {text!(language, candidate.own_words, organisation = notice.campaign.organisation.as_str())}
                </h2>
                <div class="flow" lang=other>{paragraphs}</div>
            </section>
        }
        .into_any(),
    )
}

fn measured(language: Language, has_text: bool) -> AnyView {
    let yes = [
        text!(language, candidate.measured_1),
        text!(language, candidate.measured_2),
        text!(language, candidate.measured_3),
        text!(language, candidate.measured_4),
        text!(language, candidate.measured_5),
    ];
    let no = [
        text!(language, candidate.not_measured_1),
        text!(language, candidate.not_measured_2),
        if has_text {
            text!(language, candidate.not_measured_spelling)
        } else {
            text!(language, candidate.not_measured_3)
        },
        text!(language, candidate.not_measured_4),
    ];
    let list = |words: &[&'static str], icon: &'static str| {
        words.iter().map(|words| view! { <li><Icon name=icon/>{*words}</li> }).collect_view()
    };
    view! {
        <div class="pair">
            <section aria-labelledby="measured">
                <h2 id="measured">{text!(language, candidate.measured)}</h2>
                <ul class="marked">{list(&yes, "check")}</ul>
            </section>
            <section aria-labelledby="not-measured">
                <h2 id="not-measured">{text!(language, candidate.not_measured)}</h2>
                <ul class="marked">{list(&no, "cross")}</ul>
            </section>
        </div>
    }
    .into_any()
}

fn how_it_counts(language: Language, notice: &Notice) -> AnyView {
    let loaded = &notice.loaded;
    let has = |format| loaded.form.asks(format);
    // A text to write is told to be on trial where it is asked for.
    let is_hidden_trial =
        |shown: &&FormScenario| shown.role == ScenarioRole::Trial && shown.format != ItemFormat::Open;
    let trial = loaded.form.scenarios().iter().filter(is_hidden_trial).count();
    let is_mixed = ItemFormat::ALL.into_iter().any(|format| {
        !matches!(format, ItemFormat::Rate | ItemFormat::Open | ItemFormat::Dialogue) && has(format)
    });
    let scored = loaded.form.scenarios().iter().filter(|shown| shown.role == ScenarioRole::Scored).count();
    let compared = match loaded.key.provenance {
        KeyProvenance::Authors => text!(language, candidate.key_authors).to_owned(),
        KeyProvenance::Panel => text!(language, candidate.key_panel, n = loaded.key.n_experts).to_string(),
    };
    view! {
        <section class="section" aria-labelledby="how">
            <h2 id="how">{text!(language, candidate.how_title)}</h2>
            {loaded.pack.is_public.then(|| view! {
                <div class="notice is-care">
                    <Icon name="info"/>
                    <div>
                        <h3>{text!(language, candidate.public_title)}</h3>
                        <p>{text!(language, candidate.public_text)}</p>
                    </div>
                </div>
            })}
            <p>{compared}" "{text!(language, candidate.how_points)}</p>
            {is_mixed.then(|| view! { <p>{text!(language, candidate.how_formats)}</p> })}
            {has(ItemFormat::Dialogue).then(|| view! { <p>{text!(language, candidate.how_dialogue)}</p> })}
            {has(ItemFormat::Open).then(|| view! { <p>{text!(language, candidate.how_open)}</p> })}
            <p>{text!(language, candidate.how_useful)}</p>
            <p>
                {text!(language, candidate.how_blank)}" "
                {(trial > 0).then(|| text!(language, candidate.how_trial, scored = scored, count = trial).to_string())}
            </p>
            <p><strong>{text!(language, candidate.person_decides)}</strong>" "{text!(language, candidate.review_right)}</p>
            <details class="answer">
                <summary><b>{text!(language, candidate.aid_question)}</b></summary>
                <p>{text!(language, candidate.aid_answer)}</p>
            </details>
            <details class="answer">
                <summary><b>{text!(language, candidate.offline_question)}</b></summary>
                <p>{text!(language, candidate.offline_answer)}</p>
            </details>
            <details class="answer">
                <summary><b>{text!(language, candidate.other_format_question)}</b></summary>
                <p>{text!(language, candidate.other_format_answer)}" "{contact(&notice.campaign.contact)}</p>
            </details>
        </section>
    }
    .into_any()
}

fn form(language: Language, token: &str, notice: &Notice, problem: Option<&'static str>) -> AnyView {
    let offered = &notice.campaign.languages;
    // What the reader reads this page in is what they most likely want to answer in.
    let usual = if offered.contains(&language) { language } else { notice.language };
    let languages = if offered.len() > 1 {
        let choices = offered
            .iter()
            .map(|choice| {
                let (code, is_usual) = (choice.code(), *choice == usual);
                view! {
                    <label class="choice">
                        <input type="radio" name="language" value=code checked=is_usual/>
                        <span lang=code>{native_name(*choice)}</span>
                    </label>
                }
            })
            .collect_view();
        view! {
            <fieldset class="field">
                <legend>{text!(language, candidate.language_legend)}</legend>
                <p class="hint">{text!(language, candidate.language_hint)}</p>
                {choices}
            </fieldset>
        }
        .into_any()
    } else {
        let only = offered.first().copied().unwrap_or(usual);
        view! { <input type="hidden" name="language" value=only.code()/> }.into_any()
    };
    let class = if problem.is_some() { "field has-error" } else { "field" };
    let described = problem.is_some().then_some("read-error");
    view! {
        <form class="section" method="post" action=format!("/c/{token}/start") aria-labelledby="start">
            <h2 id="start">{text!(language, candidate.start_title)}</h2>
            <input type="hidden" name="version" value=notice.version.0/>
            {languages}
            <div class=class>
                {problem.map(|problem| view! { <p class="error" id="read-error" role="alert">{problem}</p> })}
                <label class="choice">
                    <input
                        type="checkbox" name="read" value="yes" required
                        aria-invalid=problem.is_some().then_some("true") aria-describedby=described
                    />
                    <span>
                        {text!(language, candidate.read)}
                        <span class="hint">
                            {text!(language, candidate.read_version, version = notice.version.shown())}
                        </span>
                    </span>
                </label>
            </div>
            <p class="row">
                <button class="button is-large">{text!(language, candidate.start)}" "<Icon name="right"/></button>
            </p>
            <p class="fine">{text!(language, candidate.start_hint)}</p>
        </form>
    }
    .into_any()
}

/// A language in its own words.
fn native_name(language: Language) -> &'static str {
    match language {
        Language::Fr => "français",
        Language::En => "English",
    }
}
