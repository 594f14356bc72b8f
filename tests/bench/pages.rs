//! How long single pages take, one request after the other: the candidate's, the ranking in several views, a report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::process::Server;
use domain::language::Language;
use egard_app::signed_in::SESSION_COOKIE;
use services::attempt_cookie::ATTEMPT_COOKIE;

use crate::Outcome;
use crate::candidate::{Course, Visitor};
use crate::figures::Latencies;
use crate::prepare::Stage;
use crate::ranking::Ranked;
use crate::wire::Connection;

/// Requests of each page at most.
const MOST_REQUESTS: usize = 300;
/// Time that one page may take altogether.
const LONGEST: Duration = Duration::from_secs(8);

/// Which goal a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The ranking of so many people.
    Ranking(u32),
    /// Everyone of so many under other weights.
    ReRank(u32),
    /// A report.
    Report,
    /// An export of so many.
    Export(u32),
}

/// What one page took.
pub(crate) struct PageTime {
    pub(crate) name: String,
    /// The goal that it has, if it has one.
    pub(crate) goal: Option<Goal>,
    pub(crate) times: Latencies,
    pub(crate) bytes: usize,
}

/// How the names of documents end.
pub(crate) const AS_PDF: &str = " as PDF";

/// A page to ask for.
struct Asked {
    name: String,
    goal: Option<Goal>,
    path: String,
    cookie: String,
}

/// Times the pages.
pub(crate) fn measure(
    server: &Server,
    stage: &Stage,
    course: &Arc<Course>,
    rankings: &[Ranked],
) -> Outcome<Vec<PageTime>> {
    let asked = asked(stage, rankings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut times = Vec::new();
        for page in asked {
            let connection = Connection::open(server.address()).await?;
            let host = server.address().to_string();
            let mut visitor = Visitor::new(connection, &host, Arc::clone(course), false);
            visitor.bring(page.cookie);
            visitor.get(&page.path).await?;
            let began = Instant::now();
            let mut each = Vec::new();
            while each.len() < MOST_REQUESTS && began.elapsed() < LONGEST {
                each.push(visitor.get(&page.path).await?);
            }
            let bytes = visitor.connection().body().len();
            let times_of_page = Latencies::of(each.into_iter());
            times.push(PageTime { name: page.name, goal: page.goal, times: times_of_page, bytes });
        }
        Ok(times)
    })
}

fn asked(stage: &Stage, rankings: &[Ranked]) -> Outcome<Vec<Asked>> {
    let people = stage.candidates(2, true)?;
    stage.cancel_mails();
    let [waiting, _] = people.waiting.as_slice() else { return Err("two people were prepared".into()) };
    let begun = waiting.sitting.as_ref().ok_or("nobody has begun")?;
    let candidate = format!("{ATTEMPT_COOKIE}={}", begun.cookie);
    let staff = format!("{SESSION_COOKIE}={}", stage.session()?);
    let fresh = stage.candidates(1, false)?;
    stage.cancel_mails();
    let link = fresh.waiting.first().map(|person| person.link.clone()).unwrap_or_default();
    let page = |name: &str, path: &str, cookie: &str| Asked {
        name: name.to_owned(),
        goal: None,
        path: path.to_owned(),
        cookie: cookie.to_owned(),
    };
    let mut asked = vec![
        page("notice", &link, ""),
        page("practice", "/test/practice", &candidate),
        page("scenario", "/test/7", &candidate),
        page("review", "/test/review", &candidate),
        page("campaigns", "/campaigns", &staff),
    ];
    for ranked in rankings {
        let path = format!("/campaigns/{}", ranked.campaign);
        let people = ranked.people;
        asked.push(Asked {
            goal: Some(Goal::Ranking(people)),
            ..page(&format!("ranking of {people}, first page"), &path, &staff)
        });
        let middle = format!("{path}?after={}", people / 2);
        asked.push(page(&format!("ranking of {people}, from the middle"), &middle, &staff));
        asked.push(page(&format!("ranking of {people}, by score"), &format!("{path}?order=score"), &staff));
        asked.push(page(&format!("ranking of {people}, band B"), &format!("{path}?band=B"), &staff));
        let report = format!("/candidates/{}", ranked.somebody);
        asked.push(Asked {
            goal: Some(Goal::Report),
            ..page(&format!("report of one of {people}"), &report, &staff)
        });
        asked.push(page(&format!("overview of {people}"), &format!("{path}/overview"), &staff));
        let weights = stage.services.weights(&stage.owner, &ranked.campaign, Language::Fr)?;
        let relative: Vec<String> = (1_u32..)
            .zip(weights.families.iter().filter(|family| family.is_measurable))
            .map(|(number, family)| format!("{}={number}", family.family))
            .collect();
        if relative.len() >= 2 {
            asked.push(Asked {
                goal: Some(Goal::ReRank(people)),
                ..page(
                    &format!("other weights over {people}"),
                    &format!("{path}/weights?{}", relative.join("&")),
                    &staff,
                )
            });
        }
        for format in ["csv", "excel-fr", "json", "xlsx"] {
            asked.push(Asked {
                goal: Some(Goal::Export(people)),
                ..page(
                    &format!("export of {people}, {format}"),
                    &format!("{path}/export?format={format}"),
                    &staff,
                )
            });
        }
        let pdf = format!("{report}/report.pdf");
        asked.push(page(&format!("report of one of {people}{AS_PDF}"), &pdf, &staff));
    }
    Ok(asked)
}
