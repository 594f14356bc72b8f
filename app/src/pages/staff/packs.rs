//! The packs, for authors: version, key, coverage, check.

use domain::construct::{Construct, Family};
use domain::form::Count;
use domain::language::Language;
use domain::pack::{Blueprint, Channel, Emotion, Pack};
use leptos::prelude::*;
use services::pack_overview::{FormOverview, KeyOverview, PackOverview};

use crate::components::icon::Icon;
use crate::components::moment::day_words;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /packs`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let language = ctx.language;
    let asker = staff.clone();
    let packs = ctx.run(move |services| services.pack_overviews(&asker)).await?;
    let title = text!(language, staff.packs_title);
    let intro =
        text!(language, staff.packs_intro, organisation = staff.organisation_name.clone()).to_string();
    let bar = Bar::Staff(Box::new(staff), Section::Packs);
    let frame = Frame { title: title.to_owned(), width: Width::Mid, bar, islands: false };
    Ok(ctx.page(frame, || {
        let none = packs.is_empty();
        view! {
            <h1>{title}</h1>
            <p>{intro}</p>
            {none.then(|| view! { <p class="soft">{text!(language, staff.packs_none)}</p> })}
            {packs.into_iter().enumerate().map(|(index, pack)| section(language, index, &pack)).collect_view()}
        }
        .into_any()
    }))
}

fn section(language: Language, index: usize, overview: &PackOverview) -> AnyView {
    let pack = &overview.pack;
    let id = format!("pack-{index}");
    let (badge, class, explanation) = if pack.is_public {
        (text!(language, staff.pack_public), "badge is-care", text!(language, staff.pack_public_text))
    } else {
        (text!(language, staff.pack_private), "badge is-good", text!(language, staff.pack_private_text))
    };
    let languages = pack.languages.iter().map(|language| language.code()).collect::<Vec<_>>().join(", ");
    let forms = overview.forms.iter().map(|form| form_section(language, pack, form, &id)).collect_view();
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <h2 id=id.clone()>
                {pack.title.text(language).to_owned()}", "
                {text!(language, staff.pack_version, version = pack.version.clone()).to_string()}
            </h2>
            <p>{pack.description.text(language).to_owned()}</p>
            <dl class="ledger">
                <div>
                    <dt><span class=class>{badge}</span></dt>
                    <dd>{explanation}</dd>
                </div>
                <div><dt>{text!(language, staff.pack_key)}</dt><dd>{key_words(language, overview.key.as_ref())}</dd></div>
                <div><dt>{text!(language, staff.pack_languages)}</dt><dd>{languages}</dd></div>
                <div><dt>{text!(language, staff.pack_licence)}</dt><dd>{pack.licence.clone()}</dd></div>
                <div>
                    <dt>{text!(language, staff.pack_imported)}</dt>
                    <dd>{day_words(language, overview.imported_at.date())}</dd>
                </div>
                <div>
                    <dt>{text!(language, staff.pack_check)}</dt>
                    <dd>{text!(language, staff.pack_check_errors)}</dd>
                </div>
            </dl>
            {forms}
        </section>
    }
    .into_any()
}

fn key_words(language: Language, key: Option<&KeyOverview>) -> String {
    let Some(key) = key else { return text!(language, staff.pack_key_none).to_owned() };
    let version = key.version.clone();
    if key.is_provisional {
        text!(language, staff.pack_key_authors, version = version).to_string()
    } else {
        text!(language, staff.pack_key_panel, version = version, count = key.n_experts).to_string()
    }
}

fn form_section(language: Language, pack: &Pack, form: &FormOverview, pack_html_id: &str) -> AnyView {
    let name = form.definition.name.text(language).to_owned();
    let title = text!(language, staff.form_title, name = name, version = form.definition.version).to_string();
    let id = format!("{pack_html_id}-{}", form.definition.id);
    let (class, icon, verdict) = if form.meets_blueprint {
        ("notice is-good", "check", text!(language, staff.form_blueprint_met))
    } else {
        ("notice is-care", "alert", text!(language, staff.form_blueprint_unmet))
    };
    let blueprint = &pack.blueprint;
    view! {
        <h3 id=id>{title}</h3>
        <p>{summary(language, form)}</p>
        <div class=class><Icon name=icon/><p>{verdict}</p></div>
        {families(language, pack, form)}
        {constructs(language, pack, form)}
        <dl class="ledger">
            <div><dt>{text!(language, staff.form_channels)}</dt><dd>{channels(language, blueprint, form)}</dd></div>
            <div><dt>{text!(language, staff.form_emotions)}</dt><dd>{emotions(language, blueprint, form)}</dd></div>
        </dl>
    }
    .into_any()
}

fn summary(language: Language, form: &FormOverview) -> String {
    let scored = form.coverage.scored;
    let minutes = form.coverage.expected_seconds.div_ceil(60);
    match form.chance_level {
        Some(chance) => {
            let chance = one_decimal(language, chance);
            text!(
                language,
                staff.form_summary,
                scenarios = scored.scenarios,
                actions = scored.actions,
                minutes = minutes,
                chance = chance
            )
            .to_string()
        }
        None => text!(
            language,
            staff.form_summary_no_key,
            scenarios = scored.scenarios,
            actions = scored.actions,
            minutes = minutes
        )
        .to_string(),
    }
}

fn one_decimal(language: Language, number: f64) -> String {
    let text = format!("{number:.1}");
    match language {
        Language::Fr => text.replace('.', ","),
        Language::En => text,
    }
}

fn families(language: Language, pack: &Pack, form: &FormOverview) -> AnyView {
    let wanted = pack.blueprint.min_scored_actions_per_family;
    let rows = Family::ALL
        .iter()
        .map(|family| {
            let name = pack.family_name(*family, language).to_owned();
            (name, form.coverage.families.get(family).copied().unwrap_or_default())
        })
        .collect();
    let caption = text!(language, staff.form_coverage_families);
    table(language, caption, text!(language, staff.form_family), wanted, rows)
}

fn constructs(language: Language, pack: &Pack, form: &FormOverview) -> AnyView {
    let wanted = pack.blueprint.min_actions_per_construct;
    let rows = Construct::ALL
        .iter()
        .map(|construct| {
            let text = pack.constructs.iter().find(|text| text.id == *construct);
            let name = text.map_or(construct.code(), |text| text.name.text(language)).to_owned();
            (name, form.coverage.constructs.get(construct).copied().unwrap_or_default())
        })
        .collect();
    let caption = text!(language, staff.form_coverage_constructs);
    table(language, caption, text!(language, staff.form_construct), wanted, rows)
}

fn table(
    language: Language,
    caption: &'static str,
    head: &'static str,
    wanted: u32,
    rows: Vec<(String, Count)>,
) -> AnyView {
    let plan = text!(language, staff.form_wanted_at_least, number = wanted).to_string();
    let rows = rows
        .into_iter()
        .map(|(name, count)| {
            let (class, icon, verdict) = if count.actions >= wanted {
                ("badge is-good", "check", text!(language, staff.form_met))
            } else {
                ("badge is-care", "alert", text!(language, staff.form_unmet))
            };
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{name}</th>
                    <td role="cell" class="is-num" data-label=text!(language, staff.form_actions)>{count.actions}</td>
                    <td role="cell" class="is-num" data-label=text!(language, staff.form_scenarios)>{count.scenarios}</td>
                    <td role="cell" data-label=text!(language, staff.form_wanted)>
                        {plan.clone()}" "<span class=class><Icon name=icon/>{verdict}</span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{head}</th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, staff.form_actions)}</th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, staff.form_scenarios)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.form_wanted)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn channels(language: Language, blueprint: &Blueprint, form: &FormOverview) -> String {
    let counted = Channel::ALL.iter().filter_map(|channel| {
        let count = form.coverage.channels.get(channel).copied().unwrap_or_default();
        let name = match channel {
            Channel::Email => text!(language, staff.channel_email),
            Channel::Chat => text!(language, staff.channel_chat),
            Channel::Phone => text!(language, staff.channel_phone),
            Channel::Counter => text!(language, staff.channel_counter),
        };
        listed(language, name, count, blueprint.channels.contains(channel))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn emotions(language: Language, blueprint: &Blueprint, form: &FormOverview) -> String {
    let counted = Emotion::ALL.iter().filter_map(|emotion| {
        let count = form.coverage.emotions.get(emotion).copied().unwrap_or_default();
        let name = match emotion {
            Emotion::Anger => text!(language, staff.emotion_anger),
            Emotion::Worry => text!(language, staff.emotion_worry),
            Emotion::Disappointment => text!(language, staff.emotion_disappointment),
            Emotion::Shame => text!(language, staff.emotion_shame),
            Emotion::Confusion => text!(language, staff.emotion_confusion),
            Emotion::Joy => text!(language, staff.emotion_joy),
        };
        listed(language, name, count, blueprint.emotions.contains(emotion))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// A name with how often it occurs; one that neither occurs nor is wanted is left out.
fn listed(language: Language, name: &'static str, count: u32, is_wanted: bool) -> Option<String> {
    (count > 0 || is_wanted).then(|| text!(language, staff.count_of, name = name, count = count).to_string())
}
