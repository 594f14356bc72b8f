//! A candidate at work: from the link to the end by forms, by the island's calls, or by both as a browser with scripts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::attempt::Place;
use memchr::memmem;
use services::attempt_cookie::ATTEMPT_COOKIE;
use services::packs::LoadedForm;

use crate::Outcome;
use crate::cell::Path;
use crate::prepare::Prepared;
use crate::wire::{Connection, Head};

/// One scenario on the way.
pub(crate) struct Stop {
    /// The path of its page and of its form.
    path: String,
    /// The numbers of its actions.
    items: Vec<i32>,
    /// What its page holds.
    mark: String,
    /// Where its form leads.
    next: String,
    /// Whether the half-way pause comes after it.
    pauses: bool,
}

/// The way through a form.
pub(crate) struct Course(Vec<Stop>);

impl Course {
    pub(crate) fn of(loaded: &LoadedForm) -> Outcome<Self> {
        let length = loaded.form.length();
        let stops = loaded.form.scenarios().iter().map(|scenario| {
            let items: Vec<i32> = scenario.actions.iter().map(|action| action.item.number()).collect();
            let first = items.first().ok_or("a scenario without actions")?;
            let pauses = scenario.place == Place::Scenario(length.half_way());
            let next = if pauses { Place::Scenario(length.half_way()) } else { scenario.place };
            let next = length.after(next).map_or_else(|| "/test/review".to_owned(), path_of);
            Ok(Stop {
                path: path_of(scenario.place),
                mark: format!("name=\"v{first}\""),
                items,
                next,
                pauses,
            })
        });
        stops.collect::<Outcome<_>>().map(Self)
    }
}

fn path_of(place: Place) -> String {
    match place {
        Place::Practice => "/test/practice".to_owned(),
        Place::Scenario(number) => format!("/test/{number}"),
        Place::Review => "/test/review".to_owned(),
    }
}

/// An answer that the server has said to be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Acknowledged {
    /// Whose, as a number among the prepared.
    pub(crate) candidate: usize,
    pub(crate) item: i32,
    pub(crate) value: u8,
}

/// What happened on one connection.
#[derive(Default)]
pub(crate) struct Log {
    /// Duration of each step by forms.
    pub(crate) steps: Vec<Duration>,
    /// Duration of each save call.
    pub(crate) saves: Vec<Duration>,
    pub(crate) requests: u64,
    pub(crate) finished: u64,
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// When the last step of this connection was over.
    pub(crate) ended: Option<Instant>,
}

/// A browser on one connection.
pub(crate) struct Visitor {
    connection: Connection,
    course: Arc<Course>,
    /// The lines that every request has.
    common: String,
    cookies: String,
    attempt: String,
    epoch: String,
    request: Vec<u8>,
    until: Instant,
    pub(crate) log: Log,
}

/// Whether there is time for more.
type GoesOn = bool;

impl Visitor {
    pub(crate) fn new(connection: Connection, host: &str, course: Arc<Course>, gzip: bool) -> Self {
        let encoding = if gzip { "accept-encoding: gzip\r\n" } else { "" };
        Self {
            connection,
            course,
            common: format!("host: {host}\r\norigin: http://{host}\r\naccept-language: fr\r\n{encoding}"),
            cookies: String::new(),
            attempt: String::new(),
            epoch: String::new(),
            request: Vec::with_capacity(2 * 1024),
            until: Instant::now(),
            log: Log::default(),
        }
    }

    /// Stops at this moment, after the step under way.
    pub(crate) const fn stop_at(&mut self, until: Instant) {
        self.until = until;
    }

    /// One candidate after the other until time or candidates run out.
    pub(crate) async fn work(
        &mut self,
        path: Path,
        next: &mut impl Iterator<Item = (usize, Arc<Prepared>)>,
    ) -> Outcome<()> {
        while Instant::now() < self.until {
            let Some((number, prepared)) = next.next() else { break };
            let goes_on = match path {
                Path::Form => self.whole(number, &prepared, false).await?,
                Path::Both => self.whole(number, &prepared, true).await?,
                Path::Save => self.saves_alone(number, &prepared).await?,
            };
            if !goes_on {
                break;
            }
        }
        self.log.ended = Some(Instant::now());
        Ok(())
    }

    /// The whole assessment by forms; `with_saves`, each rating is saved as it is given, as the island does.
    async fn whole(&mut self, number: usize, prepared: &Prepared, with_saves: bool) -> Outcome<GoesOn> {
        let course = Arc::clone(&self.course);
        self.open(prepared).await?;
        for stop in &course.0 {
            if !self.connection.is_compressed()
                && memmem::find(self.connection.body(), stop.mark.as_bytes()).is_none()
            {
                return Err(format!("the page of {} does not hold {}", stop.path, stop.mark).into());
            }
            if with_saves && !self.save_all(number, &stop.items).await? {
                return Ok(false);
            }
            if !self.answer(number, stop, with_saves).await? {
                return Ok(false);
            }
        }
        let form = format!("{}&confirmed=yes", self.form_start());
        self.step("/test/finish", &form, "/test/done").await?;
        self.log.finished += 1;
        Ok(Instant::now() < self.until)
    }

    /// From the link to the practice.
    async fn open(&mut self, prepared: &Prepared) -> Outcome<()> {
        self.cookies.clear();
        self.get(&prepared.link).await?;
        let page = self.connection.plain_body()?;
        let version = value_of(&page, "version").ok_or("the notice has no version")?;
        let form = format!("version={version}&language=fr&read=yes");
        self.step(&format!("{}/start", prepared.link), &form, "/test/practice").await?;
        let page = self.connection.plain_body()?;
        self.attempt = value_of(&page, "attempt").ok_or("the practice has no attempt")?;
        self.epoch = value_of(&page, "epoch").ok_or("the practice has no epoch")?;
        Ok(())
    }

    /// One scenario: its ratings by its form, then the pages between it and the next.
    async fn answer(&mut self, number: usize, stop: &Stop, is_saved: bool) -> Outcome<GoesOn> {
        let mut form = self.form_start();
        let base = u8::from(is_saved);
        for item in &stop.items {
            form.push_str(&format!("&b{item}={base}&v{item}={}", rating(number, *item)));
        }
        let is_practice = stop.path == "/test/practice";
        let go = if is_practice { "explain" } else { "next" };
        let arrives = if is_practice {
            "/test/practice?explained"
        } else if stop.pauses {
            "/test/pause?half"
        } else {
            &stop.next
        };
        self.step(&stop.path, &format!("{form}&go={go}"), arrives).await?;
        if !is_saved {
            self.acknowledge(number, &stop.items);
        }
        if Instant::now() >= self.until {
            return Ok(false);
        }
        if is_practice {
            let form = format!("{}&go=next", self.form_start());
            self.step(&stop.path, &form, &stop.next).await?;
        } else if stop.pauses {
            let form = format!("{}&half=yes&go=on", self.form_start());
            self.step("/test/pause", &form, &stop.next).await?;
        }
        Ok(Instant::now() < self.until)
    }

    fn form_start(&self) -> String {
        format!("attempt={}&epoch={}&language=fr", self.attempt, self.epoch)
    }

    fn acknowledge(&mut self, number: usize, items: &[i32]) {
        let acknowledged = items.iter().map(|item| Acknowledged {
            candidate: number,
            item: *item,
            value: rating(number, *item),
        });
        self.log.acknowledged.extend(acknowledged);
    }

    /// Saves every answer of an attempt that has seen every scenario.
    async fn saves_alone(&mut self, number: usize, prepared: &Prepared) -> Outcome<GoesOn> {
        let ready = prepared.sitting.as_ref().ok_or("this candidate has not started")?;
        self.cookies = format!("{ATTEMPT_COOKIE}={}", ready.cookie);
        self.attempt.clone_from(&ready.attempt);
        "1".clone_into(&mut self.epoch);
        let course = Arc::clone(&self.course);
        for stop in &course.0 {
            if !self.save_all(number, &stop.items).await? {
                return Ok(false);
            }
        }
        self.log.finished += 1;
        Ok(true)
    }

    async fn save_all(&mut self, number: usize, items: &[i32]) -> Outcome<GoesOn> {
        for item in items {
            let body = format!(
                "{{\"answer\":{{\"attempt\":\"{}\",\"epoch\":{},\"language\":\"fr\",\"item\":{item},\"base\":0,\"value\":{}}}}}",
                self.attempt,
                self.epoch,
                rating(number, *item)
            );
            let began = Instant::now();
            let head = self.send("POST", "/api/ui/save_answer", "application/json", &body).await?;
            let is_first =
                self.connection.is_compressed() || self.connection.body().starts_with(b"{\"sequence\":1,");
            if head.status != 200 || !is_first {
                return Err(self.surprise("/api/ui/save_answer", &head));
            }
            self.log.saves.push(began.elapsed());
            self.acknowledge(number, &[*item]);
            if Instant::now() >= self.until {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A step: the post, the redirects, the next page whole.
    async fn step(&mut self, path: &str, form: &str, arrives: &str) -> Outcome<()> {
        let began = Instant::now();
        let mut head = self.send("POST", path, "application/x-www-form-urlencoded", form).await?;
        let mut at = path.to_owned();
        for _ in 0..4 {
            if head.status != 303 {
                break;
            }
            at = head.location.take().ok_or("a redirect to nowhere")?;
            head = self.send("GET", &at, "", "").await?;
        }
        if head.status != 200 || at != arrives {
            return Err(format!("{} instead of {arrives}", self.surprise(&at, &head)).into());
        }
        self.log.steps.push(began.elapsed());
        Ok(())
    }

    /// Reads a page that must be there.
    pub(crate) async fn get(&mut self, path: &str) -> Outcome<Duration> {
        let began = Instant::now();
        let head = self.send("GET", path, "", "").await?;
        if head.status == 200 { Ok(began.elapsed()) } else { Err(self.surprise(path, &head)) }
    }

    /// Comes with a cookie from elsewhere.
    pub(crate) fn bring(&mut self, cookie: String) {
        self.cookies = cookie;
    }

    /// The last page.
    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Outcome<Head> {
        use std::io::Write;
        self.request.clear();
        write!(self.request, "{method} {path} HTTP/1.1\r\n{}", self.common)?;
        if !self.cookies.is_empty() {
            write!(self.request, "cookie: {}\r\n", self.cookies)?;
        }
        if !kind.is_empty() {
            write!(self.request, "content-type: {kind}\r\ncontent-length: {}\r\n", body.len())?;
        }
        write!(self.request, "\r\n{body}")?;
        let head = self.connection.exchange(&self.request).await?;
        self.log.requests += 1;
        for cookie in &head.cookies {
            self.keep(cookie);
        }
        Ok(head)
    }

    fn keep(&mut self, cookie: &str) {
        let name = cookie.split('=').next().unwrap_or_default();
        let others: Vec<&str> = self
            .cookies
            .split("; ")
            .filter(|kept| !kept.is_empty() && kept.split('=').next() != Some(name))
            .collect();
        self.cookies = others.into_iter().chain([cookie]).collect::<Vec<_>>().join("; ");
    }

    fn surprise(&self, path: &str, head: &Head) -> crate::Fault {
        let body = self.connection.plain_body().unwrap_or_default();
        let text: String = String::from_utf8_lossy(&body).chars().take(600).collect();
        format!("{path}: {} {:?}: {text}", head.status, head.location).into()
    }
}

/// The rating that a candidate gives, the same each time.
pub(crate) fn rating(candidate: usize, item: i32) -> u8 {
    let seed = u64::try_from(candidate).unwrap_or(0) ^ (u64::from(item.unsigned_abs()) << 32);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    1 + u8::try_from((mixed >> 40) % 4).unwrap_or(0)
}

/// The value of a field of a page.
fn value_of(page: &[u8], name: &str) -> Option<String> {
    let field = page.get(memmem::find(page, format!("name=\"{name}\"").as_bytes())?..)?;
    let start = memmem::find(field, b"value=\"")? + 7;
    let rest = field.get(start..)?;
    let end = memchr::memchr(b'"', rest)?;
    String::from_utf8(rest.get(..end)?.to_vec()).ok()
}
