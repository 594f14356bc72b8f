//! A visitor: cookies and one kept-alive connection, no redirects followed unless asked, our Origin on every write.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::response::{Form, Response};
use crate::wire::Connection;

/// A visitor of a server. Another visitor is another client; [`Clone`] is the same visitor in a second tab or device,
/// with the cookies of this moment.
pub struct Client {
    address: SocketAddr,
    cookies: RefCell<BTreeMap<String, String>>,
    language: RefCell<&'static str>,
    connection: RefCell<Option<Connection>>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self {
            address: self.address,
            cookies: self.cookies.clone(),
            language: self.language.clone(),
            connection: RefCell::default(),
        }
    }
}

impl Client {
    /// A visitor without cookies whose browser prefers French.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: RefCell::default(),
            language: RefCell::new("fr"),
            connection: RefCell::default(),
        }
    }

    /// The same visitor with a browser in another language (an Accept-Language header).
    pub fn reading(self, language: &'static str) -> Self {
        self.language.replace(language);
        self
    }

    /// `GET path`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path).send()
    }

    /// `GET path`, which must be 200.
    #[track_caller]
    pub fn see(&self, path: &str) -> Response {
        self.get(path).expect(200)
    }

    /// `POST path` with form fields, as a browser sends a form without files.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request("POST", path).form(fields).send()
    }

    /// Posts a form of a page, to its action or (an empty action) to `page_path`.
    #[track_caller]
    pub fn submit(&self, page_path: &str, form: &Form) -> Response {
        let path = if form.action.is_empty() { page_path } else { &form.action };
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(path, &fields)
    }

    /// The page that a 303 leads to, through at most five of them.
    #[track_caller]
    pub fn follow(&self, response: &Response) -> Response {
        let mut next = self.get(&response.location());
        for _ in 0..5 {
            if next.status() != 303 {
                return next;
            }
            next = self.get(&next.location());
        }
        panic!("redirected without end: {}", next.describe());
    }

    /// A request to be filled in.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let writes = !matches!(method, "GET" | "HEAD" | "OPTIONS");
        Request {
            client: self,
            method: method.to_owned(),
            path: path.to_owned(),
            origin: writes.then(|| format!("http://{}", self.address)),
            headers: Vec::new(),
            body: None,
        }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Names of the cookies that the visitor holds.
    pub fn cookie_names(&self) -> Vec<String> {
        self.cookies.borrow().keys().cloned().collect()
    }

    /// Sets a cookie, as a forger would.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Throws a cookie away.
    pub fn forget_cookie(&self, name: &str) {
        self.cookies.borrow_mut().remove(name);
    }

    /// Where the server listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends and receives once; on a connection that the server has closed in the meantime, once more.
    fn exchange(&self, bytes: &[u8], is_head: bool) -> std::io::Result<crate::wire::Reply> {
        let kept = self.connection.borrow_mut().take();
        if let Some(mut connection) = kept
            && connection.send(bytes).is_ok()
            && let Ok(reply) = connection.receive(is_head)
        {
            self.keep(connection, &reply);
            return Ok(reply);
        }
        let mut connection = Connection::open(self.address)?;
        // A server that refuses a long request early may close before it has read all of it: its answer counts.
        let sent = connection.send(bytes);
        let reply = connection.receive(is_head).map_err(|error| sent.err().unwrap_or(error))?;
        self.keep(connection, &reply);
        Ok(reply)
    }

    fn keep(&self, connection: Connection, reply: &crate::wire::Reply) {
        if !reply.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.connection.replace(Some(connection));
        }
        let mut cookies = self.cookies.borrow_mut();
        for (_, line) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            let attributes = attributes.to_ascii_lowercase();
            if attributes.contains("max-age=0") || attributes.contains("1970") {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}

/// A request that is being filled in.
pub struct Request<'a> {
    client: &'a Client,
    method: String,
    path: String,
    origin: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    /// Sends another Origin, or none at all.
    pub fn origin(mut self, origin: Option<&str>) -> Self {
        self.origin = origin.map(str::to_owned);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Gives form fields as the body.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        self.body("application/x-www-form-urlencoded", encode_form(fields).into_bytes())
    }

    /// Gives form fields as a browser sends a form that may hold files.
    pub fn multipart(self, fields: &[(&str, &str)]) -> Self {
        let parts: Vec<Part<'_>> = fields.iter().map(|(name, text)| Part::text(name, text)).collect();
        self.parts(&parts)
    }

    /// Gives fields and files as a browser sends them together.
    pub fn parts(self, parts: &[Part<'_>]) -> Self {
        let boundary = "----egard-acceptance-boundary";
        let mut body = Vec::new();
        for part in parts {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"", part.name).bytes(),
            );
            if let Some(file) = part.file {
                body.extend(format!("; filename=\"{file}\"\r\ncontent-type: text/csv").bytes());
            }
            body.extend(b"\r\n\r\n");
            body.extend(part.content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        self.body(&format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// Gives JSON as the body.
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.body("application/json", value.to_string().into_bytes())
    }

    /// Gives any body with its type; an empty type sends none.
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        if !content_type.is_empty() {
            self.headers.push(("content-type".to_owned(), content_type.to_owned()));
        }
        self.body = Some(body);
        self
    }

    /// Sends it.
    #[track_caller]
    pub fn send(self) -> Response {
        let asked = format!("{} {}", self.method, self.path);
        match self.try_send() {
            Ok(response) => response,
            Err(error) => panic!("{asked}: no answer: {error}"),
        }
    }

    /// Sends it to a server that may be gone.
    ///
    /// # Errors
    /// When no whole answer came back.
    pub fn try_send(self) -> std::io::Result<Response> {
        let client = self.client;
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", self.method, self.path, client.address);
        let mut line = |name: &str, value: &str| {
            // Writing to a String cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        };
        line("accept-language", *client.language.borrow());
        let cookies = client.cookies.borrow();
        if !cookies.is_empty() {
            let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            line("cookie", &pairs.join("; "));
        }
        drop(cookies);
        if let Some(origin) = &self.origin {
            line("origin", origin);
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        let states_length = self.headers.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
        });
        if let Some(body) = &self.body
            && !states_length
        {
            line("content-length", &body.len().to_string());
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(self.body.unwrap_or_default());
        let reply = client.exchange(&bytes, self.method == "HEAD")?;
        Ok(Response { asked: format!("{} {}", self.method, self.path), reply })
    }
}

/// One part of a form that may hold files.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The name of the field.
    pub name: &'a str,
    /// The name of the file, when it is one.
    pub file: Option<&'a str>,
    /// What stands in it.
    pub content: &'a [u8],
}

impl<'a> Part<'a> {
    /// A field.
    pub const fn text(name: &'a str, text: &'a str) -> Self {
        Self { name, file: None, content: text.as_bytes() }
    }

    /// A file.
    pub const fn file(name: &'a str, file: &'a str, content: &'a [u8]) -> Self {
        Self { name, file: Some(file), content }
    }
}

/// Form fields as `application/x-www-form-urlencoded`.
pub fn encode_form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        encode_into(&mut text, name);
        text.push('=');
        encode_into(&mut text, value);
    }
    text
}

fn encode_into(text: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                text.push(char::from(byte))
            }
            b' ' => text.push('+'),
            // Writing to a String cannot fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
}
