//! What a page knows of its request: the services, the language, the theme, and who asks.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use domain::language::Language;
use services::error::ServiceError;
use services::state::Services;

use crate::assets::Assets;
use crate::fault::Fault;

/// What the server tells the pages once, at start.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The built files of the site.
    pub assets: Assets,
    /// Whether cookies are marked Secure (served over HTTPS).
    pub secure_cookies: bool,
    /// Who runs this instance, for the public pages.
    pub instance: Instance,
    /// The version of the program.
    pub version: &'static str,
}

/// Who runs this instance: the fields of the legal pages. Empty fields say that the operator has not filled them in.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// Name of the body that runs the instance.
    pub operator: String,
    /// Its postal address.
    pub address: String,
    /// Where people write about their data.
    pub privacy_contact: String,
    /// Where the data are kept.
    pub hosting: String,
    /// Where people write for help.
    pub help_contact: String,
    /// Address of the source code.
    pub source_url: String,
}

/// A theme that the visitor forced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The code in the cookie and in the page.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        match code {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// The id that the log and an error page share.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// What every handler takes first.
#[derive(Clone)]
pub struct Ctx {
    /// The use cases.
    pub services: Services,
    /// Settings of the pages.
    pub app: Arc<AppSettings>,
    /// The language of the page.
    pub language: Language,
    /// Whether the language was chosen (by query or cookie) rather than guessed from the browser.
    pub language_chosen: bool,
    /// Set when this request chose a language, so that the answer stores it.
    pub language_to_store: Option<Language>,
    /// The theme that was forced, if any.
    pub theme: Option<Theme>,
    /// Set when this request chose a theme (`Some(None)`: back to automatic).
    pub theme_to_store: Option<Option<Theme>>,
    /// The path of the request, without its query.
    pub path: String,
    /// Its query without the language, the theme and what was just done: what the page is about.
    query: String,
    /// The network address of the visitor, when the server knows it.
    pub address: Option<String>,
    /// The id of the request.
    pub request: String,
}

/// The visitor's address, put into the request by the server's middleware.
#[derive(Clone, Debug)]
pub struct PeerAddress(pub String);

impl Ctx {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the server was put together without services.
    pub fn from_http(request: &HttpRequest) -> Result<Self, Fault> {
        let services = request.app_data::<web::Data<Services>>().ok_or(Fault::Internal)?;
        let app = request.app_data::<web::Data<AppSettings>>().ok_or(Fault::Internal)?;
        let asked_language = query_value(request, "lang").and_then(|code| Language::parse(&code).ok());
        let kept_language =
            request.cookie("egard_lang").and_then(|cookie| Language::parse(cookie.value()).ok());
        let asked_theme = query_value(request, "theme");
        let kept_theme = request.cookie("egard_theme").and_then(|cookie| Theme::parse(cookie.value()));
        let theme_to_store = asked_theme.map(|code| Theme::parse(&code));
        let extensions = request.extensions();
        Ok(Self {
            services: services.get_ref().clone(),
            app: Arc::clone(app),
            language: asked_language.or(kept_language).unwrap_or_else(|| browser_language(request)),
            language_chosen: asked_language.or(kept_language).is_some(),
            language_to_store: asked_language,
            theme: theme_to_store.unwrap_or(kept_theme),
            theme_to_store,
            path: request.path().to_owned(),
            query: lasting_query(request.query_string()),
            address: extensions.get::<PeerAddress>().map(|address| address.0.clone()),
            request: extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone()),
        })
    }

    /// Takes the language that a signed-in person or an attempt keeps, unless the visitor chose one here.
    pub fn prefer_language(&mut self, language: Language) {
        if !self.language_chosen {
            self.language = language;
        }
    }

    /// A link to this page, about the same things, that chooses a language or a theme.
    #[must_use]
    pub fn here_with(&self, name: &str, value: &str) -> String {
        let between = if self.query.is_empty() { "" } else { "&" };
        format!("{}?{}{between}{name}={value}", self.path, self.query)
    }

    /// Runs a use case on a blocking thread.
    ///
    /// # Errors
    /// The use case's error, as a fault.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Services) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Fault> {
        self.try_run(work).await?.map_err(Fault::from)
    }

    /// Runs a use case on a blocking thread and hands its error back, for pages that show it beside a form.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when no thread could be had.
    pub async fn try_run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Services) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<Result<T, ServiceError>, Fault> {
        let services = self.services.clone();
        web::block(move || work(&services)).await.map_err(|_| Fault::Unavailable)
    }
}

impl FromRequest for Ctx {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_http(request))
    }
}

/// The pairs of a query that stay when the language or the theme changes.
fn lasting_query(query: &str) -> String {
    let lasts = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !pair.is_empty() && !["lang", "theme", "done"].contains(&name)
    };
    query.split('&').filter(lasts).collect::<Vec<_>>().join("&")
}

fn query_value(request: &HttpRequest, name: &str) -> Option<String> {
    request.query_string().split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// The better liked of the two languages in Accept-Language; French when it says nothing of either.
fn browser_language(request: &HttpRequest) -> Language {
    let header = request.headers().get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut best: Option<(f32, Language)> = None;
    for part in header.split(',') {
        let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
        let weight: f32 = weight.trim().parse().unwrap_or(0.0);
        let primary = tag.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
        if let Ok(language) = Language::parse(&primary)
            && best.is_none_or(|(heaviest, _)| weight > heaviest)
        {
            best = Some((weight, language));
        }
    }
    best.map_or(Language::Fr, |(_, language)| language)
}
