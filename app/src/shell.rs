//! The frame of every page: head, bar, banner, main, foot.

use domain::language::Language;
use leptos::prelude::*;

use crate::components::icon::{Icon, SPRITE};
use crate::context::{Ctx, Theme};
use crate::text;

/// How wide the column of a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Sign-in and other small forms.
    Slim,
    /// Reading width: candidates.
    #[default]
    Reading,
    /// The home page.
    Mid,
    /// Tables.
    Wide,
}

/// What stands in the bar.
#[derive(Clone, Debug, Default)]
pub enum Bar {
    /// The instance's name and the way to sign in.
    #[default]
    Public,
    /// A candidate's page: the organisation that asks, and help on the page itself.
    Candidate {
        /// The organisation that asks.
        organisation: String,
        /// Whether its data are a demonstration.
        is_demo: bool,
        /// Whether the language link is left out because the page's form has a button for it.
        own_language_button: bool,
    },
    /// A signed-in person's page.
    Staff(Box<services::viewer::Staff>, Section),
}

/// The entry of the main navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Campaigns and everything below.
    Campaigns,
    /// What one is asked to look at.
    ForMe,
    /// People of several campaigns.
    Pool,
    /// Reviews that candidates asked for.
    Reviews,
    /// Tables of groups across campaigns.
    Fairness,
    /// Packs.
    Packs,
    /// Manuals and comparison groups.
    Evidence,
    /// Colleagues.
    People,
    /// The audit.
    Audit,
    /// One's own account.
    Account,
}

/// What a page tells its frame.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The title, without the product's name.
    pub title: String,
    /// The width of the column.
    pub width: Width,
    /// The bar.
    pub bar: Bar,
    /// Whether the page holds an island.
    pub islands: bool,
}

/// The whole document.
pub fn document(ctx: &Ctx, frame: &Frame, body: AnyView, scripts: Option<AnyView>) -> impl IntoView + use<> {
    let language = ctx.language;
    let title = format!("{} – Egard", frame.title);
    let width = match frame.width {
        Width::Slim => "page is-slim",
        Width::Reading => "page",
        Width::Mid => "page is-mid",
        Width::Wide => "page is-wide",
    };
    let is_demo = match &frame.bar {
        Bar::Public => false,
        Bar::Candidate { is_demo, .. } => *is_demo,
        Bar::Staff(staff, _) => staff.is_demo,
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.code() data-theme=ctx.theme.map(Theme::code)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="icon" href=ctx.app.assets.url("chair.svg") type="image/svg+xml"/>
                <link rel="stylesheet" href=ctx.app.assets.url("egard.css")/>
                {scripts}
            </head>
            <body>
                <svg class="sprite" aria-hidden="true" inner_html=SPRITE></svg>
                <a class="skip-link" href="#main">{text!(language, common.skip)}</a>
                {bar(ctx, &frame.bar)}
                {is_demo.then(|| demo_banner(language))}
                <main id="main" class=width tabindex="-1">{body}</main>
                {foot(ctx, &frame.bar)}
            </body>
        </html>
    }
}

fn demo_banner(language: Language) -> AnyView {
    view! {
        <aside class="banner" aria-label=text!(language, common.demo_title)>
            <Icon name="info"/>
            <span><b>{text!(language, common.demo_title)}</b>" "{text!(language, common.demo_text)}</span>
        </aside>
    }
    .into_any()
}

fn bar(ctx: &Ctx, bar: &Bar) -> AnyView {
    let language = ctx.language;
    let (home, beside, nav) = match bar {
        Bar::Public => ("/", None, None),
        Bar::Candidate { organisation, .. } => (
            "/",
            Some(view! { <small>{text!(language, common.for_organisation)}" "<b>{organisation.clone()}</b></small> }.into_any()),
            None,
        ),
        Bar::Staff(staff, section) => ("/campaigns", None, Some(staff_nav(language, staff, *section))),
    };
    let with_language_link = !matches!(bar, Bar::Candidate { own_language_button: true, .. });
    let tools = match bar {
        Bar::Public => view! { <a href="/login">{text!(language, common.sign_in)}</a> }.into_any(),
        Bar::Candidate { .. } => {
            view! { <a href="#help"><Icon name="help"/>{text!(language, common.help)}</a> }.into_any()
        }
        Bar::Staff(staff, _) => view! { <a class="who" href="/account">{staff.name.clone()}</a> }.into_any(),
    };
    let other = text!(language, common.other_language_code);
    view! {
        <header class="bar">
            <a class="brand" href=home>
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <span>"Egard "{beside}</span>
            </a>
            {nav}
            <div class="bar-tools">
                {with_language_link.then(|| view! {
                    <a href=ctx.here_with("lang", other) hreflang=other lang=other>{text!(language, common.other_language)}</a>
                })}
                {tools}
            </div>
        </header>
    }
    .into_any()
}

fn staff_nav(language: Language, staff: &services::viewer::Staff, current: Section) -> AnyView {
    use services::authz::{Permission, allows};
    let entries = [
        (
            Section::Campaigns,
            Permission::ManageCampaigns,
            "/campaigns",
            text!(language, common.nav_campaigns),
        ),
        (Section::Pool, Permission::ReviewCandidates, "/pool", text!(language, pool.nav)),
        (Section::ForMe, Permission::ReviewCandidates, "/for-me", text!(language, deciding.nav_asked)),
        (Section::Reviews, Permission::ReviewCandidates, "/reviews", text!(language, deciding.nav_reviews)),
        (Section::Fairness, Permission::ReadFairness, "/fairness", text!(language, fairness.monitor_title)),
        (Section::Packs, Permission::CheckPacks, "/packs", text!(language, common.nav_packs)),
        (Section::Evidence, Permission::ReadManual, "/evidence", text!(language, evidence.nav)),
        (Section::People, Permission::ManagePeople, "/people", text!(language, common.nav_people)),
        (Section::Audit, Permission::ReadAudit, "/audit", text!(language, common.nav_audit)),
        (Section::Account, Permission::OwnAccount, "/account", text!(language, common.nav_account)),
    ];
    let links = entries
        .into_iter()
        .filter(|(_, permission, _, _)| allows(staff.role, *permission))
        .map(|(section, _, path, label)| {
            let here = (section == current).then_some("page");
            view! { <li><a href=path aria-current=here>{label}</a></li> }
        })
        .collect_view();
    view! {
        <button class="bar-menu" type="button" popovertarget="menu">{text!(language, common.nav_menu)}</button>
        <nav class="bar-nav" id="menu" popover="auto" aria-label=text!(language, common.nav_main)><ul>{links}</ul></nav>
    }
    .into_any()
}

fn foot(ctx: &Ctx, bar: &Bar) -> AnyView {
    let language = ctx.language;
    let themes = [
        (None, "auto", text!(language, common.theme_auto)),
        (Some(Theme::Light), "light", text!(language, common.theme_light)),
        (Some(Theme::Dark), "dark", text!(language, common.theme_dark)),
    ]
    .into_iter()
    .map(|(theme, code, label)| {
        let here = (theme == ctx.theme).then_some("true");
        view! { " "<a href=ctx.here_with("theme", code) aria-current=here rel="nofollow">{label}</a> }
    })
    .collect_view();
    let my_data = matches!(bar, Bar::Candidate { .. })
        .then(|| view! { <li><a href="/test/data">{text!(language, common.foot_my_data)}</a></li> });
    view! {
        <footer class="foot">
            <ul>
                {my_data}
                <li><a href="/accessibility">{text!(language, common.foot_accessibility)}</a></li>
                <li><a href="/privacy">{text!(language, common.foot_privacy)}</a></li>
                <li><a href="/legal">{text!(language, common.foot_legal)}</a></li>
                <li>{text!(language, common.foot_source, version = ctx.app.version)}</li>
                <li>{text!(language, common.theme)}{themes}</li>
            </ul>
        </footer>
    }
    .into_any()
}
