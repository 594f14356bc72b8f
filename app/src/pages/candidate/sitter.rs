//! The candidate behind a request: the cookie of an attempt, believed only once a use case has checked it.

use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use domain::language::Language;
use services::attempt_cookie::{ATTEMPT_COOKIE, AttemptCookie};
use services::attempt_pages::page_language;
use services::candidate::{Candidate, Sitting};
use services::error::ServiceError;
use services::state::Services;

use crate::context::{Ctx, PeerAddress};
use crate::fault::Fault;
use crate::render::see_other;

/// How long a browser keeps the cookie. The link opens the test again at any time.
const KEPT: Duration = Duration::days(7);

/// Whoever holds the cookie of an attempt. Without one the request ends at the page that asks for the link.
pub(crate) struct Sitter(pub Candidate);

impl FromRequest for Sitter {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let address = request.extensions().get::<PeerAddress>().map(|address| address.0.clone());
        ready(match attempt_cookie(request) {
            Some(cookie) => Ok(Self(Candidate { cookie, address })),
            None => Err(Fault::LinkNeeded),
        })
    }
}

/// The cookie of an attempt, if this browser has one.
pub(crate) struct MaybeCookie(pub Option<AttemptCookie>);

impl FromRequest for MaybeCookie {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(attempt_cookie(request))))
    }
}

/// The cookie of an attempt in a request.
pub(crate) fn attempt_cookie(request: &HttpRequest) -> Option<AttemptCookie> {
    request.cookie(ATTEMPT_COOKIE).and_then(|cookie| AttemptCookie::parse(cookie.value()))
}

/// A refusal as a candidate's page tells it: who has no test open needs their link, not a password.
pub(super) fn fault(error: ServiceError) -> Fault {
    match error {
        ServiceError::NotSignedIn => Fault::LinkNeeded,
        other => other.into(),
    }
}

impl Ctx {
    /// Runs a candidate's use case on a blocking thread.
    ///
    /// # Errors
    /// The use case's error, as a fault.
    pub(super) async fn sit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Services) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Fault> {
        self.try_run(work).await?.map_err(fault)
    }

    /// The language that was chosen here, by query or cookie.
    pub(super) fn chosen_language(&self) -> Option<Language> {
        self.language_chosen.then_some(self.language)
    }

    /// Draws in the language of the test.
    pub(super) fn speak_as(&mut self, sitting: &Sitting) {
        self.language = page_language(sitting, self.chosen_language());
    }

    /// Draws in the language chosen here if it is offered, else in this one if it is, else in the first.
    pub(super) fn speak_one_of(&mut self, offered: &[Language], usual: Language) {
        let chosen = self.chosen_language().filter(|language| offered.contains(language));
        let usual = Some(usual).filter(|language| offered.contains(language));
        if let Some(language) = chosen.or(usual).or(offered.first().copied()) {
            self.language = language;
        }
    }

    /// A redirect that gives this browser the cookie of an attempt.
    pub(super) fn open_on(&self, path: &str, cookie: String) -> HttpResponse {
        self.with_cookies(see_other(path), &[(ATTEMPT_COOKIE, cookie)])
    }

    /// An answer that also opens the attempt in this browser.
    pub(super) fn with_attempt(&self, response: HttpResponse, cookie: String) -> HttpResponse {
        self.with_cookies(response, &[(ATTEMPT_COOKIE, cookie)])
    }

    /// A redirect that also makes this browser remember the language.
    pub(super) fn open_in(&self, path: &str, cookie: Option<String>, language: Language) -> HttpResponse {
        let mut cookies = vec![("egard_lang", language.code().to_owned())];
        cookies.extend(cookie.map(|cookie| (ATTEMPT_COOKIE, cookie)));
        self.with_cookies(see_other(path), &cookies)
    }

    fn with_cookies(&self, mut response: HttpResponse, cookies: &[(&'static str, String)]) -> HttpResponse {
        for (name, value) in cookies {
            let kept = if *name == ATTEMPT_COOKIE { KEPT } else { Duration::days(365) };
            // A name and a value of ours are always a valid header.
            let _ = response.add_cookie(&self.cookie(name, value.clone(), kept));
        }
        response
    }
}
