//! The filters of the ranking, and the choice of the order inside groups.

use domain::attempt::AttemptState;
use domain::decision::DecisionCode;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::{Column, DecisionFilter, Order, Ranking, RankingQuery, band_letters};

use crate::components::band::badge_words;
use crate::components::filter::{Choice, filter};
use crate::components::icon::Icon;
use crate::pages::review::ranking::Remark;
use crate::pages::review::ranking::asked::{CHOSEN, address};
use crate::pages::review::ranking::views::hidden_fields;
use crate::text;

/// The form of the filters, a GET.
pub(super) fn view(language: Language, ranking: &Ranking, query: &RankingQuery, remark: &Remark) -> AnyView {
    let path = format!("/campaigns/{}", ranking.campaign.id);
    let note = ranking.n_matching.map(|n| {
        let total = ranking.version.as_ref().map_or(0, |version| version.n_ranked);
        view! {
            <p class="fine">
                {text!(language, review.filter_note, n = n, total = total).to_string()}" "
                <a href=path.clone()>{text!(language, review.filter_reset)}</a>
            </p>
        }
    });
    let order =
        (query.order == Order::Score).then(|| view! { <input type="hidden" name="order" value="score"/> });
    let tied = query.tied.as_ref().filter(|_| ranking.to_rate.is_none()).map(|candidate| {
        let candidate = candidate.to_string();
        view! { <input type="hidden" name="tied" value=candidate/> }
    });
    view! {
        {tied_note(language, ranking)}
        <form class="filters no-print" method="get" action=path.clone() aria-label=text!(language, review.filters)>
            {ranking.to_rate.is_none().then(|| {
                let bands = bands(ranking, query);
                filter("band", text!(language, review.filter_band), text!(language, review.filter_all_m), bands)
            })}
            {filter(
                "decision",
                text!(language, review.filter_decision),
                text!(language, review.filter_all_f),
                decisions(language, query),
            )}
            {filter(
                "language",
                text!(language, review.filter_language),
                text!(language, review.filter_all_f),
                languages(language, query),
            )}
            {filter("state", text!(language, review.filter_state), text!(language, review.filter_all_f), states(language, query))}
            {tags(language, ranking, query)}
            {threshold(language, ranking, query)}
            {order}
            {tied}
            {ranking.to_rate.is_none().then(|| columns(language, query))}
            <button class="button is-quiet">{text!(language, review.filter_apply)}</button>
        </form>
        {find(language, ranking, query, remark)}
        {note}
    }
    .into_any()
}

/// The tags of the organisation, when it has any.
fn tags(language: Language, ranking: &Ranking, query: &RankingQuery) -> Option<AnyView> {
    let choice = |(id, name): &(String, String)| (id.clone(), name.clone(), query.tag.as_ref() == Some(id));
    let choices: Vec<Choice> = ranking.tags.iter().map(choice).collect();
    (!choices.is_empty()).then(|| {
        filter("tag", text!(language, review.filter_tag), text!(language, review.filter_all_f), choices)
    })
}

/// A family and the least that its interval must reach, where families can be measured.
fn threshold(language: Language, ranking: &Ranking, query: &RankingQuery) -> Option<AnyView> {
    if ranking.families.is_empty() {
        return None;
    }
    let choices = ranking.families.iter().map(|(family, name)| {
        let is_chosen = query.family.is_some_and(|(chosen, _)| chosen == *family);
        (family.code().to_owned(), name.clone(), is_chosen)
    });
    let least = query.family.map_or_else(String::new, |(_, least)| least.to_string());
    Some(
        view! {
            {filter(
                "family",
                text!(language, review.filter_family),
                text!(language, review.filter_all_f),
                choices.collect(),
            )}
            <div class="field">
                <label for="filter-least">{text!(language, review.filter_least)}</label>
                <input id="filter-least" name="least" type="number" min="0" max="100" step="1" value=least/>
            </div>
        }
        .into_any(),
    )
}

/// Which columns the list shows.
fn columns(language: Language, query: &RankingQuery) -> AnyView {
    let boxes = Column::ALL
        .into_iter()
        .map(|column| {
            let words = match column {
                Column::Lane => text!(language, review.col_lane),
                Column::Ranks => text!(language, review.col_ranks),
                Column::Decision => text!(language, review.col_decision),
                Column::Language => text!(language, review.filter_language),
                Column::State => text!(language, review.filter_state),
                Column::Tags => text!(language, review.col_tags),
            };
            let name = format!("column_{}", column.code());
            view! {
                <label class="choice is-bare">
                    <input type="checkbox" name=name value="1" checked=query.shows(column)/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="columns">
            <summary>{text!(language, review.columns)}</summary>
            <fieldset>
                <legend class="visually-hidden">{text!(language, review.columns)}</legend>
                <input type="hidden" name="columns" value=CHOSEN/>
                {boxes}
            </fieldset>
        </details>
    }
    .into_any()
}

/// The form that finds a tree. It is posted: a name typed here by mistake does not belong in an address.
fn find(language: Language, ranking: &Ranking, query: &RankingQuery, remark: &Remark) -> AnyView {
    let typed = remark.tree.clone().or_else(|| query.tree.clone()).unwrap_or_default();
    let class = if remark.tree.is_some() { "field has-error" } else { "field" };
    let is_wrong = remark.tree.is_some();
    let error = is_wrong.then(|| {
        view! { <p class="error" id="tree-error">{text!(language, review.compare_nobody)}</p> }
    });
    let query = RankingQuery { tree: None, ..query.clone() };
    view! {
        <form class="filters no-print" method="post" action=format!("/campaigns/{}/find", ranking.campaign.id)>
            {hidden_fields(&query)}
            <div class=class>
                <label for="tree">{text!(language, review.filter_tree)}</label>
                {error}
                <input
                    id="tree"
                    name="tree"
                    type="search"
                    maxlength="60"
                    value=typed
                    placeholder="Tilleul 27"
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=is_wrong.then_some("tree-error")
                />
            </div>
            <button class="button is-quiet">{text!(language, review.filter_find)}</button>
        </form>
    }
    .into_any()
}

/// Whom everyone shown is not told apart from.
fn tied_note(language: Language, ranking: &Ranking) -> Option<AnyView> {
    let person = ranking.tied_with.as_ref()?;
    let words = text!(language, review.tied_note, name = person.name.clone()).to_string();
    Some(view! { <div class="notice"><Icon name="info"/><p class="flush">{words}</p></div> }.into_any())
}

fn bands(ranking: &Ranking, query: &RankingQuery) -> Vec<Choice> {
    let choice = |band: i32| (band_letters(band), band_letters(band), query.band == Some(band));
    ranking.bands.iter().map(|head| choice(head.band)).collect()
}

fn decisions(language: Language, query: &RankingQuery) -> Vec<Choice> {
    let open = (
        "open".to_owned(),
        text!(language, review.badge_open).to_owned(),
        query.decision == Some(DecisionFilter::Open),
    );
    let choice = |code: &DecisionCode| {
        let is_chosen = query.decision == Some(DecisionFilter::Code(*code));
        (code.code().to_owned(), badge_words(language, *code).to_owned(), is_chosen)
    };
    std::iter::once(open).chain(DecisionCode::ALL.iter().map(choice)).collect()
}

fn languages(language: Language, query: &RankingQuery) -> Vec<Choice> {
    let choice = |tested: &Language| {
        let words = match tested {
            Language::Fr => text!(language, review.language_fr),
            Language::En => text!(language, review.language_en),
        };
        (tested.code().to_owned(), words.to_owned(), query.language == Some(*tested))
    };
    Language::all().iter().map(choice).collect()
}

fn states(language: Language, query: &RankingQuery) -> Vec<Choice> {
    let choice = |state: AttemptState, words: &'static str| {
        (state.code().to_owned(), words.to_owned(), query.state == Some(state))
    };
    vec![
        choice(AttemptState::Finished, text!(language, review.state_finished)),
        choice(AttemptState::Expired, text!(language, review.state_expired)),
    ]
}

/// Which order people of one group stand in, and the way to the other.
pub(super) fn order_line(language: Language, ranking: &Ranking, query: &RankingQuery) -> AnyView {
    let (words, other, link) = match query.order {
        Order::Random => {
            (text!(language, review.order_random), Order::Score, text!(language, review.order_score_link))
        }
        Order::Score => {
            (text!(language, review.order_score), Order::Random, text!(language, review.order_random_link))
        }
    };
    let other = RankingQuery { order: other, after: 0, version: None, ..query.clone() };
    view! {
        <p class="fine">
            {words}" "<a class="no-print" href=address(&ranking.campaign.id, &other)>{link}</a>
        </p>
    }
    .into_any()
}
