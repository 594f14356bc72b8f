//! Importing later outcomes: a list that is checked line by line before anything is stored. Lines are told by their
//! number, never by what they say.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::{CampaignId, OutcomeImportId};
use domain::language::Language;
use leptos::prelude::*;
use services::campaigns::CampaignFacts;
use services::error::{FieldError, ServiceError};
use services::outcomes::list::{LineOutcome, MAX_LINES};
use services::outcomes::{Criterion, ImportLine, OutcomeCheck};
use services::viewer::Staff;

use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::form_field::ErrorSummary;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::campaigns::fields::field;
use crate::pages::campaigns::upload::{self, SentList};
use crate::pages::evidence::words;
use crate::pages::review::frame::{day, time};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// Lines told at most.
const MOST_LINES: usize = 200;

/// `GET /campaigns/{campaign}/outcomes`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    draw(&ctx, staff, campaign, String::new(), Vec::new()).await
}

/// `POST /campaigns/{campaign}/outcomes/check`
pub(super) async fn check(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, sent) = match sent(&ctx, &staff, &campaign, form).await? {
        Sent::List(campaign, sent) => (campaign, sent),
        Sent::Refused(answer) => return Ok(answer),
    };
    let (asker, of, list) = (staff.clone(), campaign.clone(), sent.text.clone());
    match ctx.try_run(move |services| services.check_outcomes(&asker, &of, &list)).await? {
        Ok(checked) => {
            let facts = facts(&ctx, &staff, campaign).await?;
            Ok(checked_page(&ctx, staff, &facts, &checked, sent.text).into_response())
        }
        Err(error) => again(&ctx, staff, campaign, sent.text, error).await,
    }
}

/// `POST /campaigns/{campaign}/outcomes/import`: the list that was checked, checked again and stored.
pub(super) async fn import(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let (campaign, sent) = match sent(&ctx, &staff, &campaign, form).await? {
        Sent::List(campaign, sent) => (campaign, sent),
        Sent::Refused(answer) => return Ok(answer),
    };
    let (asker, of, list) = (staff.clone(), campaign.clone(), sent.text.clone());
    match ctx.try_run(move |services| services.import_outcomes(&asker, &of, &list)).await? {
        Ok(done) => Ok(see_other(&format!(
            "/campaigns/{campaign}/validity?done=imported&n={}&left={}",
            done.values, done.left_out
        ))),
        Err(error) => again(&ctx, staff, campaign, sent.text, error).await,
    }
}

/// `POST /campaigns/{campaign}/outcomes/{import}/delete`
pub(super) async fn delete(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (campaign, import) = path.into_inner();
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let import = OutcomeImportId::parse(&import).map_err(|_| Fault::NotFound)?;
    let of = campaign.clone();
    let n = ctx
        .run(move |services| {
            services.campaign(&staff, &of)?;
            services.delete_outcomes(&staff, &import)
        })
        .await?;
    Ok(see_other(&format!("/campaigns/{campaign}/validity?done=deleted&n={n}")))
}

/// A list as sent, or the answer that it cannot be read.
enum Sent {
    List(CampaignId, SentList),
    Refused(HttpResponse),
}

async fn sent(ctx: &Ctx, staff: &Staff, campaign: &str, form: Multipart) -> Result<Sent, Fault> {
    let campaign = CampaignId::parse(campaign).map_err(|_| Fault::NotFound)?;
    // The campaign first: a stranger's list is not even read.
    facts(ctx, staff, campaign.clone()).await?;
    let mut sent = upload::read(form).await?;
    match sent.error.take() {
        None => Ok(Sent::List(campaign, sent)),
        Some(error) => {
            let error = ServiceError::Invalid(vec![error]);
            Ok(Sent::Refused(again(ctx, staff.clone(), campaign, sent.text, error).await?))
        }
    }
}

async fn facts(ctx: &Ctx, staff: &Staff, campaign: CampaignId) -> Result<CampaignFacts, Fault> {
    let asker = staff.clone();
    ctx.run(move |services| services.campaign(&asker, &campaign)).await
}

async fn again(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    text: String,
    error: ServiceError,
) -> Result<HttpResponse, Fault> {
    match error {
        ServiceError::Invalid(errors) => {
            let page = draw(ctx, staff, campaign, text, errors).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        error => Err(error.into()),
    }
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    text: String,
    errors: Vec<FieldError>,
) -> Result<Page, Fault> {
    let asker = staff.clone();
    let (found, imports) = ctx
        .run(move |services| {
            Ok((services.campaign(&asker, &campaign)?, services.outcome_imports(&asker, &campaign)?))
        })
        .await?;
    let language = ctx.language;
    Ok(ctx.page(frame(language, staff, &found), || {
        let summary = errors.first().map(|error| {
            let lines = vec![("list".to_owned(), words::error(language, error).to_owned())];
            view! { <ErrorSummary title=text!(language, common.errors_title) errors=lines/> }
        });
        let error = errors.first().map(|error| words::error(language, error).to_owned());
        view! {
            {head(language, &found)}
            <p class="lede">{text!(language, evidence.import_lede)}</p>
            {summary}
            {form(language, found.id.as_str(), text, error)}
            {columns(language)}
            {imports_list(language, &found, &imports)}
        }
        .into_any()
    }))
}

fn frame(language: Language, staff: Staff, found: &CampaignFacts) -> Frame {
    Frame {
        title: format!("{} – {}", text!(language, evidence.import_title), found.title),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    }
}

fn head(language: Language, found: &CampaignFacts) -> AnyView {
    let title = text!(language, evidence.import_title);
    view! {
        {campaign_crumbs(language, found.id.as_str(), &found.title, Some(title.to_owned()))}
        <h1>{title}</h1>
    }
    .into_any()
}

fn form(language: Language, campaign: &str, list: String, error: Option<String>) -> AnyView {
    let hint = Some(text!(language, evidence.list_hint, n = MAX_LINES).to_string());
    view! {
        <form method="post" action=format!("/campaigns/{campaign}/outcomes/check") enctype="multipart/form-data">
            {field("list", text!(language, evidence.list), hint, error, |described, invalid| view! {
                <TextArea id="list" name="list" value=list rows=6 spellcheck=false invalid=invalid described=described/>
            }.into_any())}
            {field("file", text!(language, evidence.file), None, None, |described, _| view! {
                <input type="file" id="file" name="file" accept=".csv,.txt,text/csv,text/plain" aria-describedby=described/>
            }.into_any())}
            <p class="row"><button class="button">{text!(language, evidence.check)}</button></p>
        </form>
    }
    .into_any()
}

fn columns(language: Language) -> AnyView {
    let line = |code: &'static str, words: &'static str| {
        view! { <div><dt><code>{code}</code></dt><dd>{words}</dd></div> }
    };
    view! {
        <section class="section" aria-labelledby="columns">
            <h2 id="columns">{text!(language, evidence.columns)}</h2>
            <dl class="ledger">
                {line("candidate_id, identifiant", text!(language, evidence.column_id))}
                {line("date", text!(language, evidence.column_date))}
                {line("performance, evaluation", text!(language, evidence.column_performance))}
                {line("retained, en_poste", text!(language, evidence.column_retained))}
                {line("retention_days, jours_en_poste", text!(language, evidence.column_days))}
                {line("customer_satisfaction, satisfaction_client", text!(language, evidence.column_satisfaction))}
            </dl>
            <p class="fine">{text!(language, evidence.columns_text)}</p>
        </section>
    }
    .into_any()
}

fn imports_list(language: Language, found: &CampaignFacts, imports: &[ImportLine]) -> Option<AnyView> {
    if imports.is_empty() {
        return None;
    }
    let zone = &found.time_zone;
    let lines = imports
        .iter()
        .map(|line| {
            let date = day(language, zone, line.imported_at);
            let at = time(language, zone, line.imported_at);
            let words =
                text!(language, evidence.import_line, date = date, time = at, n = line.values).to_string();
            let label = text!(language, evidence.import_delete, line = words.clone()).to_string();
            view! {
                <li>
                    {words}
                    <form method="post" action=format!("/campaigns/{}/outcomes/{}/delete", found.id, line.id)>
                        <button class="button is-quiet is-small">{label}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section" aria-labelledby="imports">
                <h2 id="imports">{text!(language, evidence.imports)}</h2>
                <ul class="flow">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

fn checked_page(
    ctx: &Ctx,
    staff: Staff,
    found: &CampaignFacts,
    checked: &OutcomeCheck,
    list: String,
) -> Page {
    let language = ctx.language;
    let n: usize = checked.values.values().sum();
    let people = checked.counts.get(&LineOutcome::New).copied().unwrap_or(0);
    ctx.page(frame(language, staff, found), || {
        let lede = if n == 0 {
            text!(language, evidence.checked_none).to_owned()
        } else {
            text!(language, evidence.checked, n = n, people = people).to_string()
        };
        let ignored = (!checked.ignored_columns.is_empty()).then(|| {
            let columns = checked.ignored_columns.join(", ");
            view! { <p class="soft">{text!(language, evidence.ignored, columns = columns).to_string()}</p> }
        });
        view! {
            {head(language, found)}
            <p class="lede"><strong>{lede}</strong></p>
            {ignored}
            {counts(language, checked)}
            {confirm(language, found.id.as_str(), n, list)}
            {lines(language, checked)}
        }
        .into_any()
    })
}

fn counts(language: Language, checked: &OutcomeCheck) -> AnyView {
    let line = |term: &'static str, n: usize| view! { <div><dt>{term}</dt><dd class="num">{n}</dd></div> };
    let values = Criterion::ALL
        .into_iter()
        .filter_map(|found| Some(line(words::criterion(language, found), *checked.values.get(&found)?)))
        .collect_view();
    let outcomes = LineOutcome::ALL
        .into_iter()
        .filter_map(|outcome| Some(line(words::outcome(language, outcome), *checked.counts.get(&outcome)?)))
        .collect_view();
    view! {
        <section aria-labelledby="counts">
            <h2 id="counts">{text!(language, evidence.counts)}</h2>
            <dl class="ledger">{values}{outcomes}</dl>
        </section>
    }
    .into_any()
}

/// The list goes back to the server in the form and is checked again there: what the browser sends is not believed.
fn confirm(language: Language, campaign: &str, n: usize, list: String) -> AnyView {
    let submit = (n > 0).then(|| {
        let words = text!(language, evidence.confirm, count = n).to_string();
        view! { <button class="button">{words}</button> }
    });
    let back = format!("/campaigns/{campaign}/outcomes");
    view! {
        <form method="post" action=format!("/campaigns/{campaign}/outcomes/import") enctype="multipart/form-data">
            <p class="row">{submit}<a href=back>{text!(language, evidence.cancel)}</a></p>
            <details>
                <summary>{text!(language, evidence.correct)}</summary>
                <div class="field">
                    <label for="list">{text!(language, evidence.list)}</label>
                    <TextArea id="list" name="list" value=list rows=8 spellcheck=false/>
                </div>
                <p class="row">
                    <button class="button is-quiet" formaction=format!("/campaigns/{campaign}/outcomes/check")>
                        {text!(language, evidence.check)}
                    </button>
                </p>
            </details>
        </form>
    }
    .into_any()
}

/// The lines to look at, by number alone.
fn lines(language: Language, checked: &OutcomeCheck) -> Option<AnyView> {
    let wrong: Vec<_> = checked.lines.iter().filter(|line| line.outcome != LineOutcome::New).collect();
    if wrong.is_empty() {
        return None;
    }
    let more = wrong.len().checked_sub(MOST_LINES).filter(|more| *more > 0);
    let more = more
        .map(|n| view! { <p class="fine">{text!(language, evidence.more_lines, count = n).to_string()}</p> });
    let rows = wrong
        .iter()
        .take(MOST_LINES)
        .map(|line| {
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{line.number}</th>
                    <td role="cell">{words::outcome(language, line.outcome)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section" aria-labelledby="lines">
                <h2 id="lines">{text!(language, evidence.lines)}</h2>
                {more}
                <div class="table-box">
                    <table class="table" role="table" aria-labelledby="lines">
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">{text!(language, evidence.line)}</th>
                                <th role="columnheader" scope="col">{text!(language, evidence.line_why)}</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}
