//! The report of one candidate, with the form of the reviewer's decision beside it.

pub(super) mod answers;
pub(super) mod aside;
pub(super) mod beyond;
pub(super) mod rating;
pub(super) mod result;
mod team;
pub(super) mod team_forms;
mod two_ratings;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::attempt::AttemptState;
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::decide::DecisionForm;
use services::decision_stages::Stage;
use services::error::{FieldError, ServiceError};
use services::report::Report;
use services::teamwork::Teamwork;
use services::viewer::Staff;

use self::rating::RatingRemarks;
use self::team::TeamRemarks;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, measure_words, pilot_notice};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done, and what to show open.
#[derive(Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
    /// `all` shows every scenario open, for paper.
    open: Option<String>,
}

/// The decision as typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
    last: Option<String>,
}

/// What the page shows besides the report.
#[derive(Default)]
struct Remarks {
    done: Option<&'static str>,
    typed: Typed,
    errors: Vec<FieldError>,
    team: TeamRemarks,
    rating: RatingRemarks,
    opens_all: bool,
}

/// `GET /candidates/{candidate}`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let done = match asked.done.as_deref() {
        Some("decided") => Some(text!(ctx.language, review.decision_done)),
        Some("rated") => Some(text!(ctx.language, deciding.rating_done)),
        Some("noted") => Some(text!(ctx.language, deciding.note_done)),
        Some("note_deleted") => Some(text!(ctx.language, deciding.note_done_deleted)),
        Some("tagged") => Some(text!(ctx.language, deciding.tags_done)),
        Some("assigned") => Some(text!(ctx.language, deciding.assign_done)),
        Some("unblinded") => Some(text!(ctx.language, review.unblind_done)),
        _ => None,
    };
    let opens_all = asked.open.as_deref() == Some("all");
    draw(&ctx, staff, candidate, Remarks { done, opens_all, ..Remarks::default() }).await
}

/// `POST /candidates/{candidate}/decision`
pub(super) async fn decide(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let typed = typed.into_inner();
    let form = DecisionForm {
        code: typed.code.clone(),
        reason: typed.reason.clone(),
        version: typed.version.clone(),
        last: typed.last.clone(),
    };
    let (asker, about) = (staff.clone(), candidate.clone());
    match ctx.try_run(move |services| services.decide(&asker, &about, &form)).await? {
        Ok(()) => Ok(see_other(&format!("/candidates/{candidate}?done=decided"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, candidate, Remarks { typed, errors, ..Remarks::default() }).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /candidates/{candidate}/unblind`
pub(super) async fn unblind(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    candidate: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let path = format!("/candidates/{candidate}?done=unblinded");
    ctx.run(move |services| services.unblind(&staff, &candidate)).await?;
    Ok(see_other(&path))
}

/// What stands beside the report.
struct Beside {
    team: Teamwork,
    /// Every stage that the campaign's decisions have or had.
    stages: Vec<Stage>,
}

async fn draw(ctx: &Ctx, staff: Staff, candidate: PublicId, remarks: Remarks) -> Result<Page, Fault> {
    let (asker, language) = (staff.clone(), ctx.language);
    let (report, beside) = ctx
        .run(move |services| {
            let report = services.open_report(&asker, &candidate, language)?;
            let team = services.teamwork(&asker, &candidate)?;
            let stages = services.all_decision_stages(&asker, &report.campaign.id)?;
            Ok((report, Beside { team, stages }))
        })
        .await?;
    let title = text!(
        language,
        review.report_title,
        name = report.name.clone(),
        campaign = report.campaign.title.clone()
    );
    let frame = Frame {
        title: title.to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &report, &beside, &remarks)))
}

fn page(language: Language, report: &Report, beside: &Beside, remarks: &Remarks) -> AnyView {
    let done = remarks.done.map(|words| {
        view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
    });
    let pdf = format!("/candidates/{}/report.pdf", report.public_id);
    view! {
        {crumbs(language, &report.campaign, Some(report.name.clone()))}
        <div class="page-head">
            <div>
                <h1>{report.name.clone()}</h1>
                <p class="fine">{facts(language, report)}</p>
                <p class="fine">{measure_words(language, &report.measure, &report.campaign.time_zone)}</p>
            </div>
            <p class="no-print"><a class="button is-quiet" href=pdf>{text!(language, paper.download)}</a></p>
        </div>
        {done}
        {pilot_notice(language, &report.measure)}
        <div class="with-aside">
            <div class="flow">
                {main(language, report, remarks)}
            </div>
            {aside::view(language, report, beside, remarks)}
        </div>
    }
    .into_any()
}

/// The report itself; before the viewer's own rating, where the campaign asks for it, the answers alone.
fn main(language: Language, report: &Report, remarks: &Remarks) -> AnyView {
    let answers = answers::view(language, report, remarks.opens_all);
    if report.rating_first.hides_scores() {
        let form = rating::form(language, report, &remarks.rating);
        return view! { {answers}{form} }.into_any();
    }
    view! {
        {result::view(language, report)}
        {rating::given(language, report)}
        {result::profile(language, report)}
        {answers}
        {beyond::chair(language, report)}
        {beyond::guide(language, report)}
        {beyond::history(language, report)}
    }
    .into_any()
}

/// What is known of the test and of who took it.
pub(super) fn facts(language: Language, report: &Report) -> String {
    let name = match report.identity {
        Some(_) => text!(language, review.report_open),
        None => text!(language, review.report_blind),
    };
    let tested = match report.language {
        Language::Fr => text!(language, review.report_language_fr),
        Language::En => text!(language, review.report_language_en),
    };
    let mut words = format!("{name} {tested}");
    if report.state == AttemptState::Expired {
        words.push(' ');
        words.push_str(text!(language, review.report_expired));
    }
    words
}
