//! From a view to an answer: one pass to a string, with the status, the cookies and the content policy.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::nonce::{Nonce, provide_nonce};
use leptos::prelude::*;
use leptos::reactive::owner::Owner;

use crate::context::{Ctx, Theme};
use crate::shell::{self, Frame};
use crate::text;

/// An answer with a drawn page.
pub struct Page {
    status: StatusCode,
    html: String,
    policy: String,
    cookies: Vec<Cookie<'static>>,
    /// What stands before the title when the page shows a form again that was refused.
    refused: &'static str,
}

impl Page {
    /// Answers with another status than 200; with 422 the title says that something has to be corrected.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        if status == StatusCode::UNPROCESSABLE_ENTITY {
            self.html = self.html.replacen("<title>", &format!("<title>{}", self.refused), 1);
        }
        self.status = status;
        self
    }

    /// Adds a cookie to the answer.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_SECURITY_POLICY, self.policy));
        for cookie in self.cookies {
            response.cookie(cookie);
        }
        response.body(self.html)
    }
}

impl Responder for Page {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

/// The answer to a form that was taken: 303 to where the person goes on.
#[must_use]
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

impl Ctx {
    /// Draws a page. `content` runs inside leptos' owner, so that it may hold islands.
    pub fn page(&self, frame: Frame, content: impl FnOnce() -> AnyView) -> Page {
        let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new_islands())));
        let (html, nonce) = owner.with(|| {
            provide_nonce();
            let nonce = use_context::<Nonce>().map(|nonce| nonce.to_string()).unwrap_or_default();
            let with_islands = frame.islands;
            let body = content();
            let scripts = with_islands.then(|| self.island_scripts()).flatten();
            let html = without_markers_in_text(shell::document(self, &frame, body, scripts).to_html());
            let html = without_preloads(html);
            (html, with_islands.then_some(nonce))
        });
        owner.cleanup();
        Page {
            status: StatusCode::OK,
            html,
            policy: content_policy(nonce.as_deref()),
            cookies: self.chosen_cookies(),
            refused: text!(self.language, common.refused_title),
        }
    }

    /// The tags that start the islands, when they were built.
    fn island_scripts(&self) -> Option<AnyView> {
        let hash = self.app.assets.islands_hash()?;
        let options =
            LeptosOptions::builder().output_name("egard").site_pkg_dir(format!("assets/{hash}/pkg")).build();
        Some(view! { <HydrationScripts options islands=true/> }.into_any())
    }

    /// A cookie with the flags that all of ours have.
    #[must_use]
    pub fn cookie(&self, name: &'static str, value: String, max_age: Duration) -> Cookie<'static> {
        Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.app.secure_cookies)
            .max_age(max_age)
            .finish()
    }

    /// A cookie that takes another away.
    #[must_use]
    pub fn no_cookie(&self, name: &'static str) -> Cookie<'static> {
        self.cookie(name, String::new(), Duration::ZERO)
    }

    fn chosen_cookies(&self) -> Vec<Cookie<'static>> {
        let mut cookies = Vec::new();
        if let Some(language) = self.language_to_store {
            cookies.push(self.cookie("egard_lang", language.code().to_owned(), Duration::days(365)));
        }
        if let Some(theme) = self.theme_to_store {
            cookies.push(match theme.map(Theme::code) {
                Some(code) => self.cookie("egard_theme", code.to_owned(), Duration::days(365)),
                None => self.no_cookie("egard_theme"),
            });
        }
        cookies
    }
}

/// Takes away the marker `<!>` that leptos puts behind erased children where a browser would show it as typed text.
/// Text of people cannot be hit: their `<` is escaped.
fn without_markers_in_text(html: String) -> String {
    const IN_TITLE: &str = "<!></title>";
    const IN_TEXT_AREA: &str = "<!></textarea>";
    let html = html.replacen(IN_TITLE, "</title>", 1);
    if html.contains(IN_TEXT_AREA) { html.replace(IN_TEXT_AREA, "</textarea>") } else { html }
}

/// Takes away leptos' request to load the islands' program at once. The program starts when the browser is idle and asks
/// for its file itself; a browser without scripts would load a hundred kilobytes for nothing.
fn without_preloads(mut html: String) -> String {
    const START: &str = "<link rel=\"preload\"";
    if let Some(start) = html.find(START)
        && let Some(length) = html.get(start..).and_then(|rest| rest.find('>'))
    {
        html.replace_range(start..=start.saturating_add(length), "");
    }
    html
}

/// What a page may load: nothing from elsewhere, and scripts only where an island stands.
fn content_policy(nonce: Option<&str>) -> String {
    let scripts = nonce.map_or_else(String::new, |nonce| {
        format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'; ")
    });
    format!(
        "default-src 'none'; {scripts}style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}
