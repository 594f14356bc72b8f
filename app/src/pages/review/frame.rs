//! What the pages of one campaign's results share: crumbs, tabs, versions, the label of a pilot, dates.

use chrono::NaiveDateTime;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::{CampaignHead, Measure};
use services::{dates, zone};

use crate::components::icon::Icon;
use crate::text;

/// The day of a moment in a campaign's time zone.
pub(in crate::pages) fn day(language: Language, zone_name: &str, utc: NaiveDateTime) -> String {
    dates::date(language, zone::local(zone_name, utc).date())
}

/// The time of day of a moment in a campaign's time zone.
pub(in crate::pages) fn time(language: Language, zone_name: &str, utc: NaiveDateTime) -> String {
    dates::time(language, zone::local(zone_name, utc))
}

/// Where this page is; `here` is what stands below the campaign.
pub(in crate::pages) fn crumbs(language: Language, campaign: &CampaignHead, here: Option<String>) -> AnyView {
    let title = campaign.title.clone();
    let (link, last) = match here {
        Some(here) => {
            let path = format!("/campaigns/{}", campaign.id);
            (Some(view! { <li><a href=path>{title}</a></li> }), here)
        }
        None => (None, title),
    };
    view! {
        <nav class="crumbs" aria-label=text!(language, review.crumbs)>
            <ol>
                <li><a href="/campaigns">{text!(language, review.campaigns)}</a></li>
                {link}
                <li aria-current="page">{last}</li>
            </ol>
        </nav>
    }
    .into_any()
}

/// What the scores were made with, in a line.
pub(in crate::pages) fn measure_words(language: Language, measure: &Measure, zone_name: &str) -> String {
    let snapshot = match &measure.snapshot {
        None => text!(language, review.snapshot_none).to_owned(),
        Some(snapshot) if snapshot.n == 0 => text!(language, review.snapshot_prior).to_owned(),
        Some(snapshot) => {
            let date = day(language, zone_name, snapshot.taken_at);
            text!(language, review.snapshot_of, date = date, n = snapshot.n).to_string()
        }
    };
    text!(
        language,
        review.measure_line,
        pack = measure.pack_title.text(language).to_owned(),
        version = measure.pack_version.clone(),
        form = measure.form_id.clone(),
        form_version = measure.form_version,
        key = measure.key_version.clone(),
        snapshot = snapshot
    )
    .to_string()
}

/// What a provisional key or a public pack means for the score.
pub(in crate::pages) fn pilot_notice(language: Language, measure: &Measure) -> Option<AnyView> {
    if !measure.is_provisional && !measure.is_public {
        return None;
    }
    let rest = pilot_words(language, measure);
    Some(
        view! {
            <div class="notice is-care">
                <Icon name="alert"/>
                <p class="flush"><b>{text!(language, review.pilot_title)}</b>" "{rest}</p>
            </div>
        }
        .into_any(),
    )
}

/// Why the score is no evidence yet, after the words that say so.
pub(super) fn pilot_words(language: Language, measure: &Measure) -> String {
    let key = measure.is_provisional.then(|| text!(language, review.pilot_key));
    let public = measure.is_public.then(|| text!(language, review.pilot_public));
    key.into_iter().chain(public).collect::<Vec<_>>().join(" ")
}
