//! The pages of one campaign, as tabs, and where one is.

use domain::language::Language;
use leptos::prelude::*;
use services::authz::{Permission, allows};
use services::viewer::Staff;

use crate::text;

/// A page of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignTab {
    /// The ranking.
    Ranking,
    /// The charts.
    Overview,
    /// The decisions.
    Decisions,
    /// The invitations.
    Invitations,
    /// The tables of groups.
    Fairness,
    /// The comparison group and later outcomes.
    Validity,
    /// The scoring.
    Scoring,
    /// The settings.
    Settings,
}

/// The tabs that a member may open; `campaign` is its id.
pub fn campaign_tabs(language: Language, staff: &Staff, campaign: &str, current: CampaignTab) -> AnyView {
    use CampaignTab::{Decisions, Fairness, Invitations, Overview, Ranking, Scoring, Settings, Validity};
    let entries = [
        (Ranking, Permission::ReviewCandidates, "", text!(language, campaigns.tab_ranking)),
        (Overview, Permission::ReviewCandidates, "/overview", text!(language, campaigns.tab_overview)),
        (Decisions, Permission::ReviewCandidates, "/decisions", text!(language, deciding.tab_decisions)),
        (
            Invitations,
            Permission::ManageCampaigns,
            "/invitations",
            text!(language, campaigns.tab_invitations),
        ),
        (Fairness, Permission::ReadFairness, "/fairness", text!(language, fairness.monitor_title)),
        (Validity, Permission::ReadManual, "/validity", text!(language, evidence.tab)),
        (Scoring, Permission::ManageKeys, "/scoring", text!(language, campaigns.tab_scoring)),
        (Settings, Permission::ManageCampaigns, "/settings", text!(language, campaigns.tab_settings)),
    ];
    let links = entries
        .into_iter()
        .filter(|(_, permission, _, _)| allows(staff.role, *permission))
        .map(|(tab, _, path, words)| {
            let here = (tab == current).then_some("page");
            view! { <li><a href=format!("/campaigns/{campaign}{path}") aria-current=here>{words}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=text!(language, campaigns.tabs)><ul>{links}</ul></nav> }.into_any()
}

/// Where a page of a campaign is: the list, the campaign by its id and title, and what stands below it.
pub fn campaign_crumbs(language: Language, campaign: &str, title: &str, here: Option<String>) -> AnyView {
    let title = title.to_owned();
    let (link, last) = match here {
        Some(here) => {
            let path = format!("/campaigns/{campaign}");
            (Some(view! { <li><a href=path>{title}</a></li> }), here)
        }
        None => (None, title),
    };
    view! {
        <nav class="crumbs" aria-label=text!(language, campaigns.crumbs)>
            <ol>
                <li><a href="/campaigns">{text!(language, campaigns.list_title)}</a></li>
                {link}
                <li aria-current="page">{last}</li>
            </ol>
        </nav>
    }
    .into_any()
}

/// Where the page of a new campaign is.
pub fn campaign_crumbs_new(language: Language, here: &'static str) -> AnyView {
    view! {
        <nav class="crumbs" aria-label=text!(language, campaigns.crumbs)>
            <ol>
                <li><a href="/campaigns">{text!(language, campaigns.list_title)}</a></li>
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}
