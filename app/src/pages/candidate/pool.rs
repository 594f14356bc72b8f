//! The question whether one's result may be seen beside those of other campaigns: after the test, and on the page of
//! one's data at any time. Not answering is refusing.

use actix_web::{HttpResponse, web};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::attempt_pages::page_language;
use services::candidate::CampaignFacts;
use services::dates;
use services::error::ServiceError;
use services::talent_pool::consent::PoolAsk;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::scenario::elsewhere;
use crate::pages::candidate::sitter::Sitter;
use crate::render::see_other;
use crate::text;

/// The page that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The end of the test.
    Done,
    /// One's own data.
    Data,
}

impl Place {
    const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Data => "data",
        }
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    go: String,
    #[serde(default)]
    from: String,
}

/// `POST /test/pool`
pub(super) async fn change(ctx: Ctx, sitter: Sitter, typed: web::Form<Typed>) -> Result<HttpResponse, Fault> {
    let is_given = match typed.go.as_str() {
        "agree" => true,
        "withdraw" => false,
        _ => return Err(Fault::BadRequest),
    };
    let (candidate, chosen) = (sitter.0, ctx.chosen_language());
    let changed = ctx
        .try_run(move |services| {
            let language = page_language(&services.sitting(&candidate)?, chosen);
            services.set_pool_consent(&candidate, is_given, language)
        })
        .await?;
    match changed {
        Ok(()) if typed.from == Place::Data.code() => Ok(see_other("/test/data?done=pool#pool")),
        Ok(()) => Ok(see_other("/test/done?done=pool#pool")),
        Err(ServiceError::Conflict("under_way")) => Ok(see_other("/test")),
        Err(error) => elsewhere(error),
    }
}

/// The question, or what was answered; nothing before the end of the test.
pub(super) fn section(
    language: Language,
    campaign: &CampaignFacts,
    ask: PoolAsk,
    place: Place,
    is_changed: bool,
) -> Option<AnyView> {
    let organisation = campaign.organisation.as_str();
    let (words, done, go, button) = match ask {
        PoolAsk::NotYet => return None,
        PoolAsk::Open => {
            let when = dates::long_date(language, campaign.deletion_on);
            let words = view! {
                <p>{text!(language, pool.ask_what, organisation = organisation).to_string()}</p>
                <p>{text!(language, pool.ask_free)}</p>
                <p>{text!(language, pool.ask_keep, when = when.as_str()).to_string()}" "{text!(language, pool.ask_back)}</p>
            };
            (words.into_any(), text!(language, pool.done_withdrawn), "agree", text!(language, pool.ask_yes))
        }
        PoolAsk::Given => {
            let words = view! {
                <p>{text!(language, pool.given, organisation = organisation).to_string()}</p>
                <p>{text!(language, pool.given_back)}</p>
            };
            (words.into_any(), text!(language, pool.done_given), "withdraw", text!(language, pool.withdraw))
        }
    };
    Some(
        view! {
            <section class="section" aria-labelledby="pool">
                <h2 id="pool">{text!(language, pool.ask_title)}</h2>
                {is_changed.then(|| view! { <p class="saved" role="status"><Icon name="check"/>{done}</p> })}
                {words}
                <form method="post" action="/test/pool">
                    <input type="hidden" name="from" value=place.code()/>
                    <p class="row"><button class="button is-quiet" name="go" value=go>{button}</button></p>
                </form>
            </section>
        }
        .into_any(),
    )
}
