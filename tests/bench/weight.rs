//! What a candidate's first pages weigh, compressed as the server compresses them.

use std::sync::Arc;

use acceptance::process::Server;
use memchr::memmem;
use services::attempt_cookie::ATTEMPT_COOKIE;

use crate::Outcome;
use crate::candidate::{Course, Visitor};
use crate::prepare::Stage;
use crate::wire::Connection;

/// Bytes of bodies as sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weight {
    /// The notice, the first page of all.
    pub(crate) notice: usize,
    /// The page of a scenario.
    pub(crate) scenario: usize,
    /// The same, uncompressed.
    pub(crate) scenario_plain: usize,
    /// The style sheet.
    pub(crate) style: usize,
    /// The same, uncompressed.
    pub(crate) style_plain: usize,
    /// Icons and other files that both pages name.
    pub(crate) others: usize,
    /// Scripts and wasm of the island.
    pub(crate) island: usize,
}

impl Weight {
    /// HTML and CSS of the first scenario page, compressed.
    pub(crate) const fn budgeted(&self) -> usize {
        self.scenario + self.style
    }
}

/// Weighs them.
pub(crate) fn weigh(server: &Server, stage: &Stage, course: &Arc<Course>) -> Outcome<Weight> {
    let people = stage.candidates(1, true)?;
    let fresh = stage.candidates(1, false)?;
    stage.cancel_mails();
    let cookie =
        people.waiting.first().and_then(|person| person.sitting.as_ref()).map(|ready| ready.cookie.clone());
    let link = fresh.waiting.first().map(|person| person.link.clone()).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let connection = Connection::open(server.address()).await?;
        let mut visitor = Visitor::new(connection, &server.address().to_string(), Arc::clone(course), true);
        let (notice, _, _) = load(&mut visitor, &link).await?;
        visitor.bring(format!("{ATTEMPT_COOKIE}={}", cookie.unwrap_or_default()));
        let (scenario, scenario_plain, page) = load(&mut visitor, "/test/1").await?;
        let mut weight = Weight { notice, scenario, scenario_plain, ..Weight::default() };
        for path in assets(&page) {
            let (sent, plain, _) = load(&mut visitor, &path).await?;
            if path.ends_with(".css") {
                weight.style += sent;
                weight.style_plain += plain;
            } else if path.ends_with(".js") || path.ends_with(".wasm") {
                weight.island += sent;
            } else {
                weight.others += sent;
            }
        }
        Ok(weight)
    })
}

/// Bytes sent, bytes decompressed, and these bytes.
async fn load(visitor: &mut Visitor, path: &str) -> Outcome<(usize, usize, Vec<u8>)> {
    visitor.get(path).await?;
    let plain = visitor.connection().plain_body()?;
    Ok((visitor.connection().body().len(), plain.len(), plain))
}

/// The files of the site that a page names, each once.
fn assets(page: &[u8]) -> Vec<String> {
    let mut paths: Vec<String> = memmem::find_iter(page, b"/assets/")
        .filter_map(|at| page.get(at..))
        .map(|rest| rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\'' | b' ' | b'>' | b')' | b'`')))
        .map(|bytes| bytes.map(|byte| char::from(*byte)).collect())
        .filter(|path: &String| path.rsplit('/').next().is_some_and(|name| name.contains('.')))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}
