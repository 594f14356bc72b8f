//! One mail of a campaign: its words in both languages, and the choice of whom it goes to.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::decision::DecisionCode;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::bulk_mail::{
    BulkKind, BulkPage, Choice, MAX_BODY_CHARS, MAX_SUBJECT_CHARS, MOST_LISTED, Recipient, TemplateForm,
};
use services::error::{FieldError, ServiceError};
use services::viewer::Staff;

use super::{kind_name, kind_text};
use crate::components::band::badge_words;
use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The words as typed.
#[derive(Clone, Default, Deserialize)]
pub(in crate::pages::deciding) struct TypedWords {
    #[serde(default)]
    subject_fr: String,
    #[serde(default)]
    body_fr: String,
    #[serde(default)]
    subject_en: String,
    #[serde(default)]
    body_en: String,
}

/// The query: what was just done.
#[derive(Deserialize)]
pub(in crate::pages::deciding) struct Asked {
    #[serde(default)]
    done: String,
}

/// What the page shows besides.
#[derive(Default)]
pub(super) struct Remarks {
    /// Words that could not be taken.
    pub(super) words: Option<TypedWords>,
    /// Who was chosen.
    pub(super) choice: Choice,
    /// What is wrong.
    pub(super) errors: Vec<FieldError>,
    /// Whether words were just saved.
    pub(super) done: bool,
}

/// The campaign and the mail of a path.
pub(super) fn parsed(path: &(String, String)) -> Result<(CampaignId, BulkKind), Fault> {
    let campaign = CampaignId::parse(&path.0).map_err(|_| Fault::NotFound)?;
    Ok((campaign, BulkKind::parse(&path.1).ok_or(Fault::NotFound)?))
}

/// `GET /campaigns/{campaign}/mails/{kind}`
pub(in crate::pages::deciding) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, kind) = parsed(&path)?;
    let done = asked.done == "words";
    draw(&ctx, staff, campaign, kind, Remarks { done, ..Remarks::default() }).await
}

/// `POST /campaigns/{campaign}/mails/{kind}/words`
pub(in crate::pages::deciding) async fn change(
    ctx: Ctx,
    viewer: SignedIn,
    path: web::Path<(String, String)>,
    typed: web::Form<TypedWords>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, kind) = parsed(&path)?;
    let typed = typed.into_inner();
    let form = TemplateForm {
        subject_fr: typed.subject_fr.clone(),
        body_fr: typed.body_fr.clone(),
        subject_en: typed.subject_en.clone(),
        body_en: typed.body_en.clone(),
    };
    let (asker, within) = (staff.clone(), campaign.clone());
    match ctx.try_run(move |services| services.change_words(&asker, &within, kind, &form)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{campaign}/mails/{}?done=words", kind.code()))),
        Err(ServiceError::Invalid(errors)) => {
            let remarks = Remarks { words: Some(typed), errors, ..Remarks::default() };
            let page = draw(&ctx, staff, campaign, kind, remarks).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    kind: BulkKind,
    remarks: Remarks,
) -> Result<Page, Fault> {
    let asker = staff.clone();
    let told = ctx.run(move |services| services.bulk_page(&asker, &campaign, kind)).await?;
    let language = ctx.language;
    let title = kind_name(language, kind);
    let frame = Frame {
        title: format!("{title} – {}", told.campaign.title),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let done = remarks.done.then(|| {
            let words = text!(language, mailing.words_done);
            view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div>
            }
        });
        view! {
            {campaign_crumbs(language, &told.campaign.id, &told.campaign.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            {done}
            <p class="lede">{kind_text(language, kind)}</p>
            {summary(language, &remarks)}
            {people(language, kind, &told, &remarks)}
            {words(language, kind, &told, &remarks)}
            <p><a href=format!("/campaigns/{}/mails", told.campaign.id)>{text!(language, mailing.back)}</a></p>
        }
        .into_any()
    }))
}

fn summary(language: Language, remarks: &Remarks) -> Option<AnyView> {
    if remarks.errors.is_empty() {
        return None;
    }
    let lines = remarks.errors.iter().map(|error| {
        let id = if error.field == "number" { "people" } else { error.field };
        (id.replace('_', "-"), error_words(language, error).to_owned())
    });
    let errors = lines.collect();
    Some(view! { <ErrorSummary title=text!(language, common.errors_title) errors/> }.into_any())
}

fn error_words(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("people", "nobody") => text!(language, mailing.error_nobody),
        ("people", "too_many") => text!(language, mailing.error_too_many),
        ("people", _) => text!(language, mailing.error_people),
        ("number", _) => text!(language, mailing.error_changed),
        (_, "unknown_mark") => text!(language, mailing.error_mark),
        (_, "no_contact") => text!(language, mailing.error_contact),
        (_, "too_long") => text!(language, mailing.error_long),
        (_, "not_valid") => text!(language, mailing.error_control),
        _ => text!(language, mailing.error_short),
    }
}

/// A decision in words.
fn decision_words(language: Language, decision: Option<DecisionCode>) -> &'static str {
    decision.map_or_else(|| text!(language, review.badge_open), |code| badge_words(language, code))
}

fn people(language: Language, kind: BulkKind, told: &BulkPage, remarks: &Remarks) -> AnyView {
    let path = format!("/campaigns/{}/mails/{}/preview", told.campaign.id, kind.code());
    let body = if told.people.is_empty() {
        view! { <p class="soft" id="people">{text!(language, mailing.nobody)}</p> }.into_any()
    } else {
        view! {
            <form class="flow" method="post" action=path id="people" tabindex="-1">
                {by_decision(language, &told.people, remarks)}
                {by_hand(language, &told.people, remarks)}
                <p class="row"><button class="button">{text!(language, mailing.preview)}</button></p>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="whom">
            <h2 id="whom">{text!(language, mailing.whom)}</h2>
            <p class="soft">{text!(language, mailing.whom_text)}</p>
            {body}
        </section>
    }
    .into_any()
}

/// A box for each decision that somebody has who has not had this mail.
fn by_decision(language: Language, people: &[Recipient], remarks: &Remarks) -> AnyView {
    let mut decisions: Vec<Option<DecisionCode>> = people.iter().map(|person| person.decision).collect();
    decisions.dedup();
    let known = std::iter::once(None).chain(DecisionCode::ALL.iter().copied().map(Some));
    let boxes = known
        .filter(|decision| decisions.contains(decision))
        .map(|decision| {
            let value = decision.map_or("open", DecisionCode::code);
            let new = people.iter().filter(|person| person.decision == decision && !person.had).count();
            let words = text!(
                language,
                mailing.decision_box,
                decision = decision_words(language, decision),
                number = new
            )
            .to_string();
            let is_chosen = remarks.choice.decisions.iter().any(|chosen| chosen == value);
            view! {
                <label class="choice is-bare">
                    <input type="checkbox" name="decision" value=value checked=is_chosen/>" "{words}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>{text!(language, mailing.by_decision)}</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

fn by_hand(language: Language, people: &[Recipient], remarks: &Remarks) -> AnyView {
    let boxes = people
        .iter()
        .take(MOST_LISTED)
        .map(|person| {
            let is_chosen = remarks.choice.people.contains(&person.public_id);
            let had = person.had.then(|| text!(language, mailing.had));
            let none = (!person.has_address).then(|| text!(language, mailing.no_address));
            let more: Vec<&str> =
                std::iter::once(decision_words(language, person.decision)).chain(had).chain(none).collect();
            view! {
                <label class="choice is-bare">
                    <input type="checkbox" name="with" value=person.public_id.clone() checked=is_chosen/>
                    " "{person.name.clone()}" "<span class="fine">{more.join(", ")}</span>
                </label>
            }
        })
        .collect_view();
    let left = people.len().saturating_sub(MOST_LISTED);
    let more = (left > 0).then(|| {
        view! { <p class="fine">{text!(language, mailing.not_listed, count = left).to_string()}</p> }
    });
    let is_open = !remarks.choice.people.is_empty();
    view! {
        <details open=is_open>
            <summary>{text!(language, mailing.by_hand)}</summary>
            <fieldset class="field">
                <legend class="visually-hidden">{text!(language, mailing.by_hand)}</legend>
                {boxes}
            </fieldset>
            {more}
        </details>
    }
    .into_any()
}

fn words(language: Language, kind: BulkKind, told: &BulkPage, remarks: &Remarks) -> AnyView {
    let of = |wanted: Language| {
        let letter = told.words.iter().find(|(written, _)| *written == wanted).map(|(_, letter)| letter);
        letter.map(|letter| (letter.subject.clone(), letter.body.clone())).unwrap_or_default()
    };
    let typed = remarks.words.clone().unwrap_or_else(|| {
        let ((subject_fr, body_fr), (subject_en, body_en)) = (of(Language::Fr), of(Language::En));
        TypedWords { subject_fr, body_fr, subject_en, body_en }
    });
    let origin =
        if told.is_own { text!(language, mailing.words_own) } else { text!(language, mailing.words_default) };
    let is_open = remarks.words.is_some();
    let path = format!("/campaigns/{}/mails/{}/words", told.campaign.id, kind.code());
    view! {
        <section class="section" aria-labelledby="words">
            <h2 id="words">{text!(language, mailing.words)}</h2>
            <p class="soft">{origin}</p>
            <details open=is_open>
                <summary>{text!(language, mailing.words_change)}</summary>
                <form class="flow" method="post" action=path>
                    <p class="fine" id="marks">{text!(language, mailing.marks)}</p>
                    {subject(language, "subject_fr", "subject-fr", "fr", typed.subject_fr, remarks)}
                    {body(language, "body_fr", "body-fr", "fr", typed.body_fr, remarks)}
                    {subject(language, "subject_en", "subject-en", "en", typed.subject_en, remarks)}
                    {body(language, "body_en", "body-en", "en", typed.body_en, remarks)}
                    <p class="row"><button class="button is-quiet">{text!(language, mailing.words_save)}</button></p>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn error_of(language: Language, remarks: &Remarks, field: &str) -> Option<&'static str> {
    remarks.errors.iter().find(|error| error.field == field).map(|error| error_words(language, error))
}

fn subject(
    language: Language,
    name: &'static str,
    id: &'static str,
    lang: &'static str,
    value: String,
    remarks: &Remarks,
) -> AnyView {
    let label = match lang {
        "fr" => text!(language, mailing.subject_fr),
        _ => text!(language, mailing.subject_en),
    };
    let error = error_of(language, remarks, name);
    let error_id = format!("{id}-error");
    let described = if error.is_some() { format!("marks {error_id}") } else { "marks".to_owned() };
    view! {
        <div class=if error.is_some() { "field has-error" } else { "field" }>
            <label for=id>{label}</label>
            {error.map(|words| view! { <p class="error" id=error_id>{words}</p> })}
            <input
                type="text" id=id name=name value=value lang=lang maxlength=MAX_SUBJECT_CHARS autocomplete="off" required
                aria-invalid=error.is_some().then_some("true") aria-describedby=described
            />
        </div>
    }
    .into_any()
}

fn body(
    language: Language,
    name: &'static str,
    id: &'static str,
    lang: &'static str,
    value: String,
    remarks: &Remarks,
) -> AnyView {
    let label = match lang {
        "fr" => text!(language, mailing.body_fr),
        _ => text!(language, mailing.body_en),
    };
    let error = error_of(language, remarks, name);
    let error_id = format!("{id}-error");
    let described = if error.is_some() { format!("marks {error_id}") } else { "marks".to_owned() };
    view! {
        <div class=if error.is_some() { "field has-error" } else { "field" }>
            <label for=id>{label}</label>
            {error.map(|words| view! { <p class="error" id=error_id>{words}</p> })}
            <TextArea
                id=id name=name value=value rows=12 maxlength=Some(MAX_BODY_CHARS) lang=Some(lang) required=true
                invalid=error.is_some().then_some("true") described=Some(described)
            />
        </div>
    }
    .into_any()
}
