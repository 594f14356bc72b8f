//! The same pages for paper: the report, the comparison and the manual as PDF. Opening one is opening the page: the
//! same use case, so the same right, the same blindness and the same row in the audit.

mod answers;
mod compare;
mod manual;
mod report;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use documents::content::{Block, Document, Look, Marked, PageWords, Run, Tongue};
use domain::ids::{CampaignId, PublicId};
use domain::language::Language;
use services::error::ServiceError;
use services::file_name::file_part;
use services::ranking::Measure;
use services::report::ReportScore;
use services::viewer::Staff;

use super::compare::{Pairs, people_of};
use super::frame::{day, pilot_words};
use crate::context::Ctx;
use crate::fault::Fault;
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /candidates/{candidate}/report.pdf`
pub(super) async fn report(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let language = ctx.language;
    let (name, bytes) = ctx
        .run(move |services| {
            let report = services.open_report(&staff, &candidate, language)?;
            let stages = services.all_decision_stages(&staff, &report.campaign.id)?;
            let reading = Reading { language, staff: &staff, now: services.now() };
            let name = format!("{}-{}", text!(language, paper.file_report), file_part(&report.name));
            Ok((name, written(&report::document(&reading, &report, &stages))?))
        })
        .await?;
    Ok(answer(&name, bytes))
}

/// `GET /campaigns/{campaign}/compare.pdf?with=…&with=…`
pub(super) async fn compare(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let people = people_of(&asked)?;
    let language = ctx.language;
    let (name, bytes) = ctx
        .run(move |services| {
            let comparison = services.compare(&staff, &campaign, &people, language)?;
            let reading = Reading { language, staff: &staff, now: services.now() };
            let names: Vec<String> =
                comparison.people.iter().map(|person| file_part(&person.person.name)).collect();
            let name = format!("{}-{}", text!(language, paper.file_compare), names.join("-"));
            Ok((name, written(&compare::document(&reading, &comparison))?))
        })
        .await?;
    Ok(answer(&name, bytes))
}

/// `GET /campaigns/{campaign}/manual.pdf`
pub(super) async fn manual(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let language = ctx.language;
    let (name, bytes) = ctx
        .run(move |services| {
            let told = services.manual(&staff, &campaign, language)?;
            let reading = Reading { language, staff: &staff, now: services.now() };
            let name = format!("{}-{}", text!(language, paper.file_manual), file_part(&told.campaign.title));
            Ok((name, written(&manual::document(&reading, &told))?))
        })
        .await?;
    Ok(answer(&name, bytes))
}

/// Who reads, in which language, when.
struct Reading<'a> {
    language: Language,
    staff: &'a Staff,
    now: chrono::NaiveDateTime,
}

impl Reading<'_> {
    /// A document without blocks; `title` is of its window, `heading` of its first page.
    fn document(&self, words: Front, measure: &Measure) -> Document {
        Document {
            language: tongue(self.language),
            title: words.title,
            heading: words.heading,
            kind: words.kind,
            running: words.running,
            mark: self.mark(measure),
            foot: words.foot,
            page: PageWords {
                before: format!("{} ", text!(self.language, paper.page)),
                between: format!(" {} ", text!(self.language, paper.of)),
            },
            blocks: Vec::new(),
        }
    }

    /// What every page says of the standing of its numbers.
    fn mark(&self, measure: &Measure) -> Option<String> {
        let demo = self.staff.is_demo.then(|| text!(self.language, common.demo_title));
        let is_pilot = measure.is_provisional || measure.is_public;
        let pilot = is_pilot.then(|| text!(self.language, review.pilot_title));
        let marks: Vec<&str> = demo.into_iter().chain(pilot).collect();
        (!marks.is_empty()).then(|| marks.join(" "))
    }

    /// The same in full, above what it is about.
    fn notices(&self, measure: &Measure) -> Vec<Block> {
        let mut notices = Vec::new();
        let language = self.language;
        if measure.is_provisional || measure.is_public {
            let rest = format!(" {}", pilot_words(language, measure));
            notices.push(Block::Notice(vec![
                Run::strong(text!(language, review.pilot_title)),
                Run::plain(rest),
            ]));
        }
        if self.staff.is_demo {
            let rest = format!(" {}", text!(language, common.demo_text));
            notices
                .push(Block::Notice(vec![Run::strong(text!(language, common.demo_title)), Run::plain(rest)]));
        }
        notices
    }

    /// When it was made, and for whom.
    fn made_on(&self, zone: &str) -> Block {
        let date = day(self.language, zone, self.now);
        let words =
            text!(self.language, paper.made_on, date = date, reader = self.staff.name.clone()).to_string();
        paragraph(Look::Fine, words)
    }

    /// The language of a text where it is not that of the document.
    fn foreign(&self, language: Language) -> Option<Tongue> {
        (language != self.language).then(|| tongue(language))
    }
}

/// The words of a document's first page and of its margins.
struct Front {
    title: String,
    heading: String,
    kind: String,
    running: String,
    foot: String,
}

fn tongue(language: Language) -> Tongue {
    match language {
        Language::Fr => Tongue::French,
        Language::En => Tongue::English,
    }
}

fn heading(level: u16, words: impl Into<String>) -> Block {
    Block::Heading { level, words: Run::plain(words), aside: None }
}

fn paragraph(look: Look, words: impl Into<String>) -> Block {
    Block::Paragraph { look, words: vec![Run::plain(words)] }
}

/// A score as it is drawn.
fn marked(score: ReportScore) -> Marked {
    Marked { low: coordinate(score.low), score: coordinate(score.score), high: coordinate(score.high) }
}

/// A place on the axis from 0 to 100, to a tenth; drawing needs no more.
fn coordinate(value: f64) -> f32 {
    let within = if value.is_finite() { value.clamp(0.0, 100.0) } else { 0.0 };
    format!("{within:.1}").parse().unwrap_or(0.0)
}

fn written(document: &Document) -> Result<Vec<u8>, ServiceError> {
    documents::pdf(document).map_err(|error| ServiceError::broken_by("a document", error))
}

fn answer(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_on_the_axis() {
        assert_eq!(coordinate(62.04).to_string(), "62");
        assert_eq!(coordinate(-3.0).to_string(), "0");
        assert_eq!(coordinate(130.0).to_string(), "100");
        assert_eq!(coordinate(f64::NAN).to_string(), "0");
    }
}
