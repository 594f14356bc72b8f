//! How to read the ranking, and its rule in plain words.

use domain::language::Language;
use leptos::prelude::*;
use services::ranking::Ranking;

use crate::components::plot::decimals;
use crate::components::score_axis::{KeyMark, key_mark};
use crate::pages::review::frame::day;
use crate::text;

/// The column beside the table; nothing before the first version.
pub(super) fn view(language: Language, ranking: &Ranking) -> Option<AnyView> {
    let version = ranking.version.as_ref()?;
    let chance = decimals(language, ranking.measure.chance_level, 1);
    let line = |mark: KeyMark, words: String| view! { <li>{key_mark(mark)}" "<span>{words}</span></li> };
    let sem = decimals(language, version.sem, 1);
    let width = decimals(language, version.band_width, 1);
    Some(
        view! {
            <aside class="flow" aria-label=text!(language, review.aside_reading)>
                <section class="card" id="read" aria-labelledby="read-title">
                    <h2 id="read-title">{text!(language, review.read_title)}</h2>
                    <ul class="keys">
                        {line(KeyMark::Interval, text!(language, review.read_interval).to_owned())}
                        {line(KeyMark::Zone, text!(language, review.read_zone).to_owned())}
                        {line(KeyMark::Chance, text!(language, review.read_chance, chance = chance).to_string())}
                    </ul>
                    <p class="fine">{text!(language, review.read_ranks)}</p>
                </section>
                <details class="card">
                    <summary>{text!(language, review.rule_title)}</summary>
                    <p class="fine">{text!(language, review.rule_bands, width = width, sem = sem).to_string()}</p>
                    <p class="fine">{text!(language, review.rule_clear)}</p>
                    <p class="fine">{text!(language, review.rule_speed)}</p>
                </details>
                {fixed(language, ranking)}
                <p class="no-print">
                    <a href=format!("/campaigns/{}/weights", ranking.campaign.id)>{text!(language, weights.link)}</a>
                </p>
                <p class="no-print">
                    <a href=format!("/campaigns/{}/manual", ranking.campaign.id)>{text!(language, manual.here)}</a>
                </p>
            </aside>
        }
        .into_any(),
    )
}

/// What was fixed and published of the measure, and how to check it.
fn fixed(language: Language, ranking: &Ranking) -> Option<AnyView> {
    let fixed = ranking.preregistration.as_ref()?;
    let campaign = &ranking.campaign;
    let date = day(language, &campaign.time_zone, fixed.published_at);
    let when = if fixed.n_ended == 0 {
        text!(language, review.fixed_before, date = date).to_string()
    } else {
        text!(language, review.fixed_after, date = date, count = fixed.n_ended).to_string()
    };
    Some(
        view! {
            <details class="card">
                <summary>{text!(language, review.fixed_title)}</summary>
                <p class="fine">{when}</p>
                <p class="fine">{text!(language, review.fixed_what)}</p>
                <p class="fine">
                    {text!(language, review.fixed_hash)}" "<code>{fixed.hash.clone()}</code>
                </p>
                <p class="fine">
                    <a href=format!("/campaigns/{}/preregistrations/{}", campaign.id, fixed.hash)>
                        {text!(language, review.fixed_link)}
                    </a>
                </p>
                <p class="fine">
                    {text!(language, review.fixed_verify)}" "
                    <code>{format!("egard verify {}", campaign.id)}</code>
                </p>
            </details>
        }
        .into_any(),
    )
}
