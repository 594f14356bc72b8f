//! A real browser over the WebDriver protocol: Chromium without a network beyond this machine.
//!
//! The protocol is JSON over HTTP, and the few commands that tests need fit here; what WebDriver cannot do (themes,
//! sizes, whole-page pictures) goes through Chromium's own protocol. A command that fails fails the test with what the
//! browser said and the console so far.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::wire::Connection;

/// The key that the protocol puts before an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long a condition may take to come true before the test fails.
const PATIENCE: Duration = Duration::from_secs(15);

/// Keys by their WebDriver names.
pub mod key {
    /// The tabulator.
    pub const TAB: &str = "\u{e004}";
    /// Enter.
    pub const ENTER: &str = "\u{e007}";
    /// Escape.
    pub const ESCAPE: &str = "\u{e00c}";
    /// The space bar.
    pub const SPACE: &str = " ";
    /// Arrow to the right.
    pub const RIGHT: &str = "\u{e014}";
    /// Arrow down.
    pub const DOWN: &str = "\u{e015}";
}

/// Who looks: how wide, in which language and theme, with or without scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// What Accept-Language says.
    pub language: &'static str,
    /// Whether the device prefers a dark theme.
    pub is_dark: bool,
    /// Whether scripts run.
    pub scripts: bool,
}

impl Viewer {
    /// Someone with a phone, reading French by day, with scripts.
    pub const PHONE: Self = Self { width: 390, language: "fr", is_dark: false, scripts: true };
    /// Someone at a desk, reading French by day, with scripts.
    pub const DESK: Self = Self { width: 1280, ..Self::PHONE };

    /// As a part of a file's name: `fr-390-light-js`.
    pub fn slug(&self) -> String {
        let theme = if self.is_dark { "dark" } else { "light" };
        let scripts = if self.scripts { "js" } else { "nojs" };
        format!("{}-{}-{theme}-{scripts}", self.language, self.width)
    }
}

/// A browser with a fresh profile; it ends with the test.
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    connection: RefCell<Option<Connection>>,
    session: String,
    console: RefCell<Vec<String>>,
    width: Cell<u32>,
    _profile: Folder,
}

/// An element of the page that is open.
#[derive(Clone, Debug)]
pub struct Element(String);

impl Browser {
    /// Starts a browser for a viewer.
    ///
    /// # Panics
    /// When Chromium or its driver is not there.
    pub fn start(viewer: Viewer) -> Self {
        let profile = Folder::new("chromium");
        let (driver, address) = start_driver();
        let mut browser = Self {
            driver,
            address,
            connection: RefCell::default(),
            session: String::new(),
            console: RefCell::default(),
            width: Cell::new(viewer.width),
            _profile: profile,
        };
        let created = browser.call("POST", "/session", &capabilities(viewer, &browser));
        browser.session = created["sessionId"].as_str().expect("a session").to_owned();
        browser.look_as(viewer);
        browser
    }

    /// Becomes another viewer, as far as that goes without a new profile: scripts stay as they were.
    pub fn look_as(&self, viewer: Viewer) {
        self.width.set(viewer.width);
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": viewer.width, "height": 900, "deviceScaleFactor": 1, "mobile": viewer.width < 600}),
        );
        let theme = if viewer.is_dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"features": [
                {"name": "prefers-color-scheme", "value": theme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]}),
        );
        self.devtools("Network.enable", &json!({}));
        self.devtools(
            "Network.setExtraHTTPHeaders",
            &json!({"headers": {"Accept-Language": viewer.language}}),
        );
    }

    /// Opens an address and waits until it has loaded.
    pub fn open(&self, url: &str) {
        self.command("POST", "/url", &json!({"url": url}));
    }

    /// Reloads the page.
    pub fn reload(&self) {
        self.command("POST", "/refresh", &json!({}));
    }

    /// Goes back one page.
    pub fn back(&self) {
        self.command("POST", "/back", &json!({}));
    }

    /// The address of the page that is open.
    pub fn url(&self) -> String {
        self.command("GET", "/url", &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// The path of the page that is open, without its query.
    pub fn path(&self) -> String {
        let url = self.url();
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        path.split(['?', '#']).next().unwrap_or("/").to_owned()
    }

    /// The page's mark-up as the browser holds it.
    pub fn source(&self) -> String {
        self.command("GET", "/source", &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// Sets a cookie of the page that is open.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.command("POST", "/cookie", &json!({"cookie": {"name": name, "value": value, "path": "/"}}));
    }

    /// Every element that matches.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.command("POST", "/elements", &json!({"using": "css selector", "value": selector}));
        let ids = found.as_array().cloned().unwrap_or_default();
        ids.iter().filter_map(|id| id[ELEMENT].as_str()).map(|id| Element(id.to_owned())).collect()
    }

    /// The first element that matches, once there is one.
    #[track_caller]
    pub fn one(&self, selector: &str) -> Element {
        let mut found = None;
        self.wait(&format!("something that matches {selector}"), |browser| {
            found = browser.all(selector).into_iter().next();
            found.is_some()
        });
        found.expect("just found")
    }

    /// Whether something matches now.
    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// Clicks the first element that matches.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.one(selector);
        self.click_on(&element);
    }

    /// Clicks an element. A navigation that this begins has ended when this returns.
    #[track_caller]
    pub fn click_on(&self, element: &Element) {
        self.command("POST", &format!("/element/{}/click", element.0), &json!({}));
    }

    /// Types into the first element that matches, after what is there.
    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.one(selector);
        self.command("POST", &format!("/element/{}/value", element.0), &json!({"text": text}));
    }

    /// Presses keys one after another, wherever the focus is.
    pub fn press(&self, keys: &[&str]) {
        let steps: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
            })
            .collect();
        self.command(
            "POST",
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keys", "actions": steps}]}),
        );
    }

    /// The text of the first element that matches, as it is shown.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        self.text_of(&self.one(selector))
    }

    /// The text of an element, as it is shown.
    pub fn text_of(&self, element: &Element) -> String {
        let text = self.command("GET", &format!("/element/{}/text", element.0), &Value::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// An attribute of an element.
    pub fn attribute(&self, element: &Element, name: &str) -> Option<String> {
        let value = self.command("GET", &format!("/element/{}/attribute/{name}", element.0), &Value::Null);
        value.as_str().map(str::to_owned)
    }

    /// Whether an element is shown (not only present).
    pub fn is_shown(&self, element: &Element) -> bool {
        self.command("GET", &format!("/element/{}/displayed", element.0), &Value::Null) == Value::Bool(true)
    }

    /// Whether a box or radio button is ticked.
    pub fn is_ticked(&self, element: &Element) -> bool {
        self.command("GET", &format!("/element/{}/selected", element.0), &Value::Null) == Value::Bool(true)
    }

    /// The element that has the focus.
    pub fn focused(&self) -> Element {
        let element = self.command("GET", "/element/active", &Value::Null);
        Element(element[ELEMENT].as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page (its body, with `return`) and returns its value; a promise is awaited.
    #[track_caller]
    pub fn script(&self, script: &str) -> Value {
        self.command("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// A command of Chromium's own protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command("POST", "/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Cuts the network off, or joins it again.
    pub fn set_offline(&self, offline: bool) {
        self.devtools(
            "Network.emulateNetworkConditions",
            &json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
        );
    }

    /// Waits until something is so.
    #[track_caller]
    pub fn wait(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(
                began.elapsed() < PATIENCE,
                "no {what} on {}\nconsole: {:?}\n{}",
                self.url(),
                self.console(),
                self.source()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Everything that the console said so far: errors, warnings, reports of the content policy.
    pub fn console(&self) -> Vec<String> {
        let lines = self.command("POST", "/se/log", &json!({"type": "browser"}));
        let mut console = self.console.borrow_mut();
        for line in lines.as_array().cloned().unwrap_or_default() {
            console.push(format!(
                "{}: {}",
                line["level"].as_str().unwrap_or_default(),
                line["message"].as_str().unwrap_or_default()
            ));
        }
        console.clone()
    }

    /// Fails when the console said anything.
    #[track_caller]
    pub fn expect_silent_console(&self) {
        let console = self.console();
        assert!(console.is_empty(), "the console is not empty on {}:\n{}", self.url(), console.join("\n"));
    }

    /// How many CSS pixels the page is wider than its window.
    pub fn overflow(&self) -> i64 {
        let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
        let content = metrics["cssContentSize"]["width"].as_f64().unwrap_or_default();
        // A phone makes its window as wide as what overflows: the viewer's width counts.
        let window = f64::from(self.width.get());
        // Whole pixels: a fraction is the browser's rounding.
        #[expect(clippy::as_conversions, reason = "widths of pages are small whole numbers")]
        let overflow = (content - window).floor() as i64;
        overflow
    }

    /// A picture of the whole page, as a PNG file.
    pub fn picture(&self) -> Vec<u8> {
        let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
        let size = &metrics["cssContentSize"];
        let shot = self.devtools(
            "Page.captureScreenshot",
            &json!({
                "format": "png",
                "captureBeyondViewport": true,
                "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
            }),
        );
        let text = shot["data"].as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(text).expect("a picture")
    }

    /// Keeps a picture under `target/screenshots/<name>.png`, for people to look at.
    pub fn keep_picture(&self, name: &str) {
        let folder = screenshots();
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        std::fs::write(folder.join(format!("{name}.png")), self.picture()).expect("a picture on disk");
    }

    #[track_caller]
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("/session/{}{path}", self.session), body)
    }

    #[track_caller]
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.try_call(method, path, body) {
            Ok(value) => value,
            Err(error) => panic!("{method} {path} {body}: {error}"),
        }
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut kept = self.connection.borrow_mut();
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).map_err(|error| error.to_string())?,
        };
        connection.send(request.as_bytes()).map_err(|error| error.to_string())?;
        let reply = connection.receive(false).map_err(|error| error.to_string())?;
        *kept = Some(connection);
        let answer: Value = serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
        let value = answer["value"].clone();
        match value["error"].as_str() {
            Some(error) if reply.status != 200 => {
                Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default()))
            }
            _ => Ok(value),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.try_call("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Where pictures are kept.
pub fn screenshots() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"));
    target.join("screenshots")
}

/// A program that `cargo xtask test` names by a variable; by hand the usual one on PATH.
fn program(variable: &str, usual: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from)
}

fn start_driver() -> (Child, SocketAddr) {
    let program = program("EGARD_CHROMEDRIVER", "chromedriver");
    let mut driver = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{} does not start ({error}): `cargo xtask test` installs it", program.display())
        });
    let stdout = driver.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(stdout).lines();
    let port = lines.by_ref().find_map(|line| {
        let line = line.ok()?;
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    // The pipe is read to its end, so that the driver never waits for somebody to read it.
    std::thread::spawn(move || lines.for_each(drop));
    let port = port.expect("chromedriver told no port");
    (driver, SocketAddr::from(([127, 0, 0, 1], port)))
}

fn capabilities(viewer: Viewer, browser: &Browser) -> Value {
    let profile = format!("--user-data-dir={}", browser._profile.path().display());
    let arguments = [
        "--headless=new",
        // Chromium refuses its sandbox to root, and tests in containers run as root.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-client-side-phishing-detection",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-sync",
        "--metrics-recording-only",
        "--password-store=basic",
        // Whatever a page or the browser itself wants from elsewhere is not found.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        &profile,
    ];
    let scripts = if viewer.scripts { 1 } else { 2 };
    json!({"capabilities": {"alwaysMatch": {
        "browserName": "chrome",
        "goog:loggingPrefs": {"browser": "ALL"},
        "timeouts": {"pageLoad": 30_000, "script": 60_000},
        "goog:chromeOptions": {
            "binary": program("EGARD_CHROMIUM", "/usr/bin/chromium"),
            "args": arguments,
            "prefs": {"profile.managed_default_content_settings.javascript": scripts},
        },
    }}})
}
