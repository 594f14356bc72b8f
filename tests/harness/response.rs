//! An answer of the server and what tests ask of it; whatever fails shows the request and the body.

use std::io::Read;

use scraper::{ElementRef, Html, Selector};

use crate::wire::Reply;

/// An answer together with the request that it answers.
#[derive(Clone, Debug)]
pub struct Response {
    /// The request in words, for messages: `POST /login`.
    pub asked: String,
    /// What came back.
    pub reply: Reply,
}

impl Response {
    /// The status code.
    pub const fn status(&self) -> u16 {
        self.reply.status
    }

    /// The first header of a name given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.reply.header(name)
    }

    /// Fails unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status() == status, "expected {status}, got {}", self.describe());
        self
    }

    /// Fails unless this is a 303 to exactly this path.
    #[track_caller]
    pub fn expect_redirect(&self, path: &str) {
        assert!(
            self.status() == 303 && self.header("location") == Some(path),
            "expected a 303 to {path}, got {}",
            self.describe()
        );
    }

    /// Where a 303 leads.
    #[track_caller]
    pub fn location(&self) -> String {
        assert!(self.status() == 303, "expected a 303, got {}", self.describe());
        match self.header("location") {
            Some(location) => location.to_owned(),
            None => panic!("a 303 without a location: {}", self.describe()),
        }
    }

    /// The body as text, decompressed.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// The body as bytes, decompressed.
    pub fn bytes(&self) -> Vec<u8> {
        if self.header("content-encoding") != Some("gzip") {
            return self.reply.body.clone();
        }
        let mut plain = Vec::new();
        match flate2::read::GzDecoder::new(self.reply.body.as_slice()).read_to_end(&mut plain) {
            Ok(_) => plain,
            Err(error) => panic!("{}: the gzip body is broken: {error}", self.asked),
        }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        match serde_json::from_slice(&self.bytes()) {
            Ok(value) => value,
            Err(error) => panic!("not JSON ({error}): {}", self.describe()),
        }
    }

    /// Fails unless the body holds this text.
    #[track_caller]
    pub fn contains(&self, text: &str) {
        assert!(self.text().contains(text), "no {text:?} in {}", self.describe());
    }

    /// Fails when the body holds this text.
    #[track_caller]
    pub fn lacks(&self, text: &str) {
        assert!(!self.text().contains(text), "there is {text:?} in {}", self.describe());
    }

    /// The body as a parsed page.
    #[track_caller]
    pub fn page(&self) -> Page {
        let kind = self.header("content-type").unwrap_or("");
        assert!(kind.starts_with("text/html"), "not a page: {}", self.describe());
        Page { html: Html::parse_document(&self.text()), described: self.describe() }
    }

    /// Everything, for the message of a failure.
    pub fn describe(&self) -> String {
        let headers: Vec<String> =
            self.reply.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let text = self.text();
        // Of a page the part between head and foot says what happened.
        let from = text.find("<main").unwrap_or(0);
        let to = text.find("</main>").unwrap_or(text.len());
        let shown = text.get(from..to).unwrap_or(&text);
        format!("{} → {}\n{}\n\n{shown}", self.asked, self.status(), headers.join("\n"))
    }
}

/// A parsed page. Selectors are CSS; a selector that matches nothing fails with the page.
#[derive(Debug)]
pub struct Page {
    html: Html,
    described: String,
}

impl Page {
    /// Every element that matches.
    #[track_caller]
    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        match Selector::parse(selector) {
            Ok(parsed) => self.html.select(&parsed).collect(),
            Err(error) => panic!("{selector:?} is no selector: {error}"),
        }
    }

    /// The first element that matches.
    #[track_caller]
    pub fn one(&self, selector: &str) -> ElementRef<'_> {
        match self.all(selector).first() {
            Some(element) => *element,
            None => panic!("nothing matches {selector:?} in {}", self.described),
        }
    }

    /// Whether anything matches.
    #[track_caller]
    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// The text of the first element that matches, white space folded.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        text_of(self.one(selector))
    }

    /// The texts of every element that matches, white space folded.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text_of).collect()
    }

    /// An attribute of the first element that matches.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        match self.one(selector).value().attr(name) {
            Some(value) => value.to_owned(),
            None => panic!("{selector:?} has no {name} in {}", self.described),
        }
    }

    /// An attribute of every element that matches and has it.
    #[track_caller]
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let values = self.all(selector).into_iter().filter_map(|element| element.value().attr(name));
        values.map(str::to_owned).collect()
    }

    /// What a browser would post for a form that nobody touched: hidden and filled fields, chosen options.
    #[track_caller]
    pub fn form(&self, selector: &str) -> Form {
        let form = self.one(selector);
        let mut fields = Vec::new();
        for element in descendants(form, "input, select, textarea") {
            let (Some(name), None) = (element.value().attr("name"), element.value().attr("disabled")) else {
                continue;
            };
            if let Some(value) = untouched_value(element) {
                fields.push((name.to_owned(), value));
            }
        }
        let action = form.value().attr("action").unwrap_or("").to_owned();
        Form { action, fields }
    }
}

/// A form as a browser holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted; empty means the page's own address.
    pub action: String,
    /// Names and values in order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Sets a field: every value of that name gives way to this one.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a field out, as an unticked box or a blank choice would.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn descendants<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|parsed| element.select(&parsed).collect()).unwrap_or_default()
}

fn untouched_value(element: ElementRef<'_>) -> Option<String> {
    let value = element.value();
    let kind = value.attr("type").unwrap_or("text");
    match value.name() {
        "textarea" => Some(element.text().collect()),
        "select" => {
            let options = descendants(element, "option");
            let chosen = options.iter().find(|option| option.value().attr("selected").is_some());
            chosen.or_else(|| options.first()).map(|option| match option.value().attr("value") {
                Some(value) => value.to_owned(),
                None => text_of(*option),
            })
        }
        _ if matches!(kind, "submit" | "button" | "reset" | "image" | "file") => None,
        _ if matches!(kind, "radio" | "checkbox") => {
            value.attr("checked").map(|_| value.attr("value").unwrap_or("on").to_owned())
        }
        _ => Some(value.attr("value").unwrap_or("").to_owned()),
    }
}

/// The text of an element with its white space folded, as a reader sees it.
pub fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
