//! Two or three people side by side: what separates them, what does not, and where their answers differ.

pub(super) mod tables;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::{CampaignId, PublicId};
use domain::language::Language;
use leptos::prelude::*;
use services::compare::{ComparedPerson, Comparison, MOST, Pair};
use services::error::ServiceError;
use services::norm_groups::NormGroup;
use services::report::Place;
use services::viewer::Staff;

use crate::components::band::{Band, DecisionBadge};
use crate::components::icon::Icon;
use crate::components::plot::{decimals, whole};
use crate::components::score_axis::person_key;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::evidence::norm_words::{norm_group, percentile_words};
use crate::pages::review::frame::{crumbs, day, measure_words, pilot_notice};
use crate::render::see_other;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// What an address or a form says, in order.
pub(super) type Pairs = Vec<(String, String)>;

/// The people named by `with`, one more than a comparison holds at most.
pub(super) fn people_of(pairs: &Pairs) -> Result<Vec<PublicId>, Fault> {
    pairs
        .iter()
        .filter(|(name, _)| name == "with")
        .take(MOST + 1)
        .map(|(_, id)| PublicId::parse(id).map_err(|_| Fault::NotFound))
        .collect()
}

/// `GET /campaigns/{campaign}/compare?with=…&with=…`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let people = people_of(&asked)?;
    draw(&ctx, staff, &campaign, &people, Typed::default()).await
}

/// `POST /campaigns/{campaign}/compare`: adds somebody by the name of their tree. Posted, because a name typed here by
/// mistake does not belong in an address; it changes nothing.
pub(super) async fn add(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    typed: web::Form<Pairs>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let people = people_of(&typed)?;
    let name =
        typed.iter().find(|(name, _)| name == "name").map(|(_, value)| value.trim()).unwrap_or_default();
    let name: String = name.chars().take(60).collect();
    let (asker, within, wanted) = (staff.clone(), campaign.clone(), name.clone());
    match ctx.try_run(move |services| services.candidate_by_tree(&asker, &within, &wanted)).await? {
        Ok(found) => Ok(see_other(&address("compare", campaign.as_str(), people.iter().chain([&found])))),
        Err(ServiceError::Invalid(errors)) => {
            let error = if errors.iter().any(|error| error.code == "several") {
                text!(ctx.language, review.compare_several)
            } else {
                text!(ctx.language, review.compare_nobody)
            };
            draw(&ctx, staff, &campaign, &people, Typed { name, error: Some(error) }).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The name as typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    name: String,
    error: Option<&'static str>,
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: &CampaignId,
    people: &[PublicId],
    typed: Typed,
) -> Result<HttpResponse, Fault> {
    let (asker, within, language) = (staff.clone(), campaign.clone(), ctx.language);
    let asked = people.to_vec();
    let told = ctx.try_run(move |services| services.compare(&asker, &within, &asked, language)).await?;
    let frame = |title: String| Frame {
        title,
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    let adder = Adder { campaign, people, typed: &typed.name, error: typed.error };
    match told {
        Ok(comparison) => {
            let title = text!(language, review.compare_title, campaign = comparison.campaign.title.clone())
                .to_string();
            let page = ctx.page(frame(title), || page(language, &comparison, &adder));
            let is_wrong = typed.error.is_some();
            let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            Ok(page.with_status(status).into_response())
        }
        Err(ServiceError::Invalid(errors)) if errors.iter().any(|error| error.code == "rate_first") => {
            let title = text!(language, deciding.first_compare_title).to_owned();
            let page = ctx.page(frame(title), || rate_first(language, campaign, people));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(ServiceError::Invalid(_)) => {
            let title = text!(language, review.compare_choose_title).to_owned();
            let page = ctx.page(frame(title), || choose(language, &adder));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn address<'a>(page: &str, campaign: &str, people: impl Iterator<Item = &'a PublicId>) -> String {
    let with: Vec<String> = people.map(|person| format!("with={person}")).collect();
    format!("/campaigns/{campaign}/{page}?{}", with.join("&"))
}

/// The form that adds somebody by tree name.
struct Adder<'a> {
    campaign: &'a CampaignId,
    people: &'a [PublicId],
    typed: &'a str,
    error: Option<&'static str>,
}

impl Adder<'_> {
    fn view(&self, language: Language) -> Option<AnyView> {
        if self.people.len() >= MOST {
            return None;
        }
        let kept = self
            .people
            .iter()
            .map(|person| view! { <input type="hidden" name="with" value=person.to_string()/> })
            .collect_view();
        let class = if self.error.is_some() { "field has-error" } else { "field" };
        let described = self.error.map(|_| "name-error");
        let error = self.error.map(|words| view! { <p class="error" id="name-error">{words}</p> });
        Some(
            view! {
                <form class="filters no-print" method="post" action=format!("/campaigns/{}/compare", self.campaign)>
                    {kept}
                    <div class=class>
                        <label for="name">{text!(language, review.compare_add)}</label>
                        {error}
                        <input
                            id="name"
                            name="name"
                            type="search"
                            maxlength="60"
                            required
                            placeholder="Tilleul 27"
                            value=self.typed.to_owned()
                            aria-invalid=self.error.map(|_| "true")
                            aria-describedby=described
                        />
                    </div>
                    <button class="button is-quiet">{text!(language, review.compare_add_button)}</button>
                </form>
            }
            .into_any(),
        )
    }
}

/// Who is not rated yet is compared with nobody.
fn rate_first(language: Language, campaign: &CampaignId, people: &[PublicId]) -> AnyView {
    let reports = (1_usize..)
        .zip(people)
        .map(|(number, person)| {
            let words = text!(language, deciding.first_compare_report, number = number).to_string();
            view! { <li><a href=format!("/candidates/{person}")>{words}</a></li> }
        })
        .collect_view();
    view! {
        <h1>{text!(language, deciding.first_compare_title)}</h1>
        <p class="lede">{text!(language, deciding.first_compare_text)}</p>
        <ul>{reports}</ul>
        {back(language, campaign.as_str())}
    }
    .into_any()
}

fn choose(language: Language, adder: &Adder<'_>) -> AnyView {
    view! {
        <h1>{text!(language, review.compare_choose_title)}</h1>
        <p class="lede">{text!(language, review.compare_choose_text)}</p>
        {adder.view(language)}
        {back(language, adder.campaign.as_str())}
    }
    .into_any()
}

fn back(language: Language, campaign: &str) -> AnyView {
    view! {
        <p class="row no-print">
            <a class="button is-quiet" href=format!("/campaigns/{campaign}")>
                <Icon name="left"/>{text!(language, review.compare_back)}
            </a>
        </p>
    }
    .into_any()
}

/// How many people stand side by side.
pub(super) fn heading(language: Language, comparison: &Comparison) -> &'static str {
    if comparison.people.len() == 2 {
        text!(language, review.compare_two)
    } else {
        text!(language, review.compare_three)
    }
}

/// What the numbers were made with.
pub(super) fn made_with(language: Language, comparison: &Comparison) -> String {
    let zone = &comparison.campaign.time_zone;
    let version = text!(
        language,
        review.result_version,
        sequence = comparison.version.sequence,
        date = day(language, zone, comparison.version.made_at)
    );
    format!("{} {version}", measure_words(language, &comparison.measure, zone))
}

fn page(language: Language, comparison: &Comparison, adder: &Adder<'_>) -> AnyView {
    let cards = comparison
        .people
        .iter()
        .enumerate()
        .map(|(index, person)| card(language, index, person, comparison.norm.as_ref()))
        .collect_view();
    let pdf = address("compare.pdf", &comparison.campaign.id, adder.people.iter());
    view! {
        {crumbs(language, &comparison.campaign, Some(text!(language, review.compare_here).to_owned()))}
        <h1>{heading(language, comparison)}</h1>
        <p class="lede">{pair_words(language, comparison)}</p>
        <p class="fine">{text!(language, review.compare_alone)}</p>
        <p class="fine">{made_with(language, comparison)}</p>
        {pilot_notice(language, &comparison.measure)}
        <p class="no-print"><a class="button is-quiet" href=pdf>{text!(language, paper.download)}</a></p>
        {comparison.norm.as_ref().map(|norm| norm_group(language, &comparison.campaign.time_zone, norm))}
        <div class="trio is-cards">{cards}</div>
        {adder.view(language)}
        {tables::scores(language, comparison)}
        {tables::ratings(language, comparison)}
        {tables::dialogues(language, comparison)}
        {back(language, &comparison.campaign.id)}
    }
    .into_any()
}

fn card(language: Language, index: usize, person: &ComparedPerson, norm: Option<&NormGroup>) -> AnyView {
    let heading = format!("person-{index}");
    let labelled = heading.clone();
    let score = match person.score {
        Some(score) => {
            let interval = text!(language, review.interval, low = whole(score.low), high = whole(score.high))
                .to_string();
            let place = person.place.map(|place| {
                view! { <br/><Band band=place.band.band/>" "{ranks_words(language, place)} }
            });
            let percentile = norm.and_then(|norm| percentile_words(language, norm, score));
            let percentile = percentile.map(|words| view! { <p>{words}</p> });
            view! {
                <div class="result is-small"><p class="figure">{whole(score.score)}</p><p>{interval}{place}</p></div>
                {percentile}
            }
            .into_any()
        }
        None => view! { <p>{text!(language, review.compare_no_score)}</p> }.into_any(),
    };
    let path = format!("/candidates/{}", person.person.public_id);
    view! {
        <section class="card" aria-labelledby=labelled>
            <h2 id=heading>{person_key(index)}" "<a href=path>{person.person.name.clone()}</a></h2>
            {score}
            <p><DecisionBadge language decision=person.person.decision/></p>
        </section>
    }
    .into_any()
}

/// The ranks of a place.
pub(super) fn ranks_words(language: Language, place: Place) -> String {
    if place.rank_low == place.rank_high {
        text!(language, review.rank_alone, low = place.rank_low).to_string()
    } else {
        text!(language, review.ranks, low = place.rank_low, high = place.rank_high).to_string()
    }
}

/// A sentence for each pair: apart for sure, or not, with the chances.
pub(super) fn pair_words(language: Language, comparison: &Comparison) -> String {
    if comparison.pairs.is_empty() {
        return text!(language, review.compare_no_pair).to_owned();
    }
    let sentences: Vec<String> =
        comparison.pairs.iter().map(|pair| pair_sentence(language, comparison, pair)).collect();
    sentences.join(" ")
}

/// A limit above 0 in whole points, or with the decimals that show that it is above 0.
fn short_of_nothing(language: Language, limit: f64) -> String {
    let digits = (1..=3).find(|digits| limit * 10_f64.powi(*digits) >= 0.5).unwrap_or(3);
    if limit >= 0.5 { whole(limit) } else { decimals(language, limit, usize::try_from(digits).unwrap_or(3)) }
}

fn pair_sentence(language: Language, comparison: &Comparison, pair: &Pair) -> String {
    let name =
        |at: usize| comparison.people.get(at).map(|person| person.person.name.clone()).unwrap_or_default();
    let (above, below) = (name(pair.above), name(pair.below));
    let told = &pair.difference;
    let chances = whole(100.0 * told.p_above.min(0.99));
    if pair.is_sure() {
        text!(
            language,
            review.pair_sure,
            above = above,
            below = below,
            value = whole(told.value),
            low = short_of_nothing(language, told.low),
            high = whole(told.high),
            chances = chances
        )
        .to_string()
    } else {
        text!(language, review.pair_unsure, above = above, below = below, chances = chances).to_string()
    }
}
