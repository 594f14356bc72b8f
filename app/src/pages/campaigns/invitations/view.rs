//! What the pages of invitations look like.

use domain::invitation::InvitationState;
use domain::language::Language;
use leptos::prelude::*;
use services::invitation_list::{
    InvitationFilter, InvitationPage, InvitationQuery, InvitedPerson, MailStatus,
};
use services::personal_link::PersonalLink;
use services::viewer::Staff;

use super::Remarks;
use crate::components::campaign_tabs::{CampaignTab, campaign_crumbs, campaign_tabs};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::pages::campaigns::fields::{done, refused};
use crate::pages::campaigns::words;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::text;

/// The page of invitations.
pub(super) fn page(
    ctx: &Ctx,
    staff: Staff,
    found: InvitationPage,
    query: &InvitationQuery,
    remarks: Remarks,
) -> Page {
    let language = ctx.language;
    let title = text!(language, campaigns.inv_title);
    let (id, campaign) = (found.campaign.id.to_string(), found.campaign.title.clone());
    let tabs = campaign_tabs(language, &staff, &id, CampaignTab::Invitations);
    let frame = Frame {
        title: format!("{title} – {campaign}"),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    ctx.page(frame, || {
        let add = (!found.campaign.is_over).then(|| {
            let path = format!("/campaigns/{id}/invitations/new");
            view! { <p class="row"><a class="button" href=path>{text!(language, campaigns.inv_add)}</a></p> }
        });
        let is_narrowed = query.filter.is_some() || !query.search.trim().is_empty();
        let body = if found.total == 0 && !is_narrowed {
            empty(language)
        } else {
            people(language, &id, &found, query, is_narrowed)
        };
        view! {
            {campaign_crumbs(language, &id, &campaign, Some(title.to_owned()))}
            <div class="page-head">
                <div><h1>{campaign}</h1><p class="fine">{counts(language, &found)}</p></div>
                {add}
            </div>
            {tabs}
            {done(remarks.done)}
            {refused(remarks.refused)}
            {body}
        }
        .into_any()
    })
}

fn counts(language: Language, found: &InvitationPage) -> String {
    let here = text!(language, campaigns.inv_count, count = found.total).to_string();
    if found.erased == 0 {
        return format!("{here}.");
    }
    let erased = text!(language, campaigns.inv_erased, count = found.erased).to_string();
    format!("{here} {erased}.")
}

fn empty(language: Language) -> AnyView {
    view! {
        <div class="empty">
            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
            <h2>{text!(language, campaigns.inv_empty_title)}</h2>
            <p class="soft">{text!(language, campaigns.inv_empty_text)}</p>
        </div>
    }
    .into_any()
}

fn people(
    language: Language,
    campaign: &str,
    found: &InvitationPage,
    query: &InvitationQuery,
    is_narrowed: bool,
) -> AnyView {
    let table = if found.people.is_empty() {
        view! { <p class="soft">{text!(language, campaigns.inv_none)}</p> }.into_any()
    } else {
        table(language, campaign, &found.people)
    };
    view! {
        <p class="soft">{text!(language, campaigns.inv_blind)}</p>
        {search_form(language, campaign, query, is_narrowed)}
        {table}
        {pager(language, campaign, found, query)}
    }
    .into_any()
}

fn search_form(language: Language, campaign: &str, query: &InvitationQuery, is_narrowed: bool) -> AnyView {
    let shown = query.filter.map_or("", InvitationFilter::code);
    let states = [
        InvitationState::Pending,
        InvitationState::Started,
        InvitationState::Finished,
        InvitationState::Expired,
        InvitationState::Revoked,
    ];
    let mut options = vec![("", text!(language, campaigns.inv_show_all))];
    options.extend(states.map(|state| (state.code(), words::state(language, state))));
    options.push((InvitationFilter::MailTrouble.code(), text!(language, campaigns.inv_show_mail)));
    let options = options
        .into_iter()
        .map(|(code, words)| view! { <option value=code selected=code == shown>{words}</option> })
        .collect_view();
    let clear = is_narrowed.then(|| {
        let path = format!("/campaigns/{campaign}/invitations");
        view! { <a href=path>{text!(language, campaigns.inv_search_clear)}</a> }
    });
    let search = query.search.clone();
    view! {
        <form class="filters" method="post" action=format!("/campaigns/{campaign}/invitations/search") role="search">
            <div class="field">
                <label for="q">{text!(language, campaigns.inv_search)}</label>
                <input type="search" id="q" name="q" value=search autocomplete="off"/>
            </div>
            <div class="field">
                <label for="show">{text!(language, campaigns.inv_show)}</label>
                <select id="show" name="show">{options}</select>
            </div>
            <button class="button is-quiet">{text!(language, campaigns.inv_search_button)}</button>
            {clear}
        </form>
    }
    .into_any()
}

fn table(language: Language, campaign: &str, people: &[InvitedPerson]) -> AnyView {
    let rows = people.iter().map(|person| row(language, campaign, person)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table" aria-describedby="reading">
                <caption class="visually-hidden">{text!(language, campaigns.inv_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, campaigns.inv_col_person)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.inv_col_mail)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.inv_col_test)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.inv_col_actions)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <p class="fine" id="reading">{text!(language, campaigns.inv_reading)}</p>
    }
    .into_any()
}

fn row(language: Language, campaign: &str, person: &InvitedPerson) -> impl IntoView + use<> {
    let path = format!("/campaigns/{campaign}/invitations/{}", person.id);
    let label = text!(language, campaigns.inv_open_link_label, name = person.name.clone()).to_string();
    let resend = person.can_be_mailed().then(|| {
        let label = text!(language, campaigns.inv_resend_label, name = person.name.clone()).to_string();
        view! {
            <form method="post" action=format!("{path}/resend")>
                <button class="button is-quiet is-small" aria-label=label>{text!(language, campaigns.inv_resend)}</button>
            </form>
        }
    });
    let origin = if person.signed_up {
        format!(", {}", text!(language, campaigns.inv_signed_up))
    } else {
        String::new()
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <b>{person.name.clone()}</b>
                <span class="fine">{format!("{}{origin}", person.email)}</span>
            </th>
            <td role="cell" data-label=text!(language, campaigns.inv_col_mail)>{mail_badge(language, person.mail)}</td>
            <td role="cell" data-label=text!(language, campaigns.inv_col_test)>{state_badge(language, person.state)}</td>
            <td role="cell">
                <div class="row">
                    <a href=format!("{path}/link") aria-label=label>{text!(language, campaigns.inv_open_link)}</a>
                    {resend}
                </div>
            </td>
        </tr>
    }
}

fn mail_badge(language: Language, mail: Option<MailStatus>) -> AnyView {
    let (words, class, icon) = words::mail(language, mail);
    view! { <span class=class>{icon.map(|name| view! { <Icon name/> })}{words}</span> }.into_any()
}

fn state_badge(language: Language, state: InvitationState) -> AnyView {
    let class = match state {
        InvitationState::Finished => "badge is-good",
        InvitationState::Started => "badge is-accent",
        InvitationState::Pending | InvitationState::Expired | InvitationState::Revoked => "badge",
    };
    view! { <span class=class>{words::state(language, state)}</span> }.into_any()
}

/// Further pages of a search are posted too: its words stay out of the address.
fn pager(
    language: Language,
    campaign: &str,
    found: &InvitationPage,
    query: &InvitationQuery,
) -> Option<AnyView> {
    if found.next.is_none() && query.after.is_none() {
        return None;
    }
    let path = format!("/campaigns/{campaign}/invitations");
    let show = query.filter.map_or("", InvitationFilter::code);
    let is_search = !query.search.trim().is_empty();
    let to = |after: Option<String>, words: &'static str| {
        let after = after.unwrap_or_default();
        if is_search {
            let search = query.search.clone();
            view! {
                <form method="post" action=format!("{path}/search")>
                    <input type="hidden" name="q" value=search/>
                    <input type="hidden" name="show" value=show/>
                    <input type="hidden" name="after" value=after/>
                    <button class="button is-quiet is-small">{words}</button>
                </form>
            }
            .into_any()
        } else {
            view! { <a href=format!("{path}?show={show}&after={after}")>{words}</a> }.into_any()
        }
    };
    let first =
        query.after.is_some().then(|| view! { <li>{to(None, text!(language, campaigns.inv_first))}</li> });
    let next = found.next.as_ref().map(|id| {
        view! { <li>{to(Some(id.to_string()), text!(language, campaigns.inv_next))}</li> }
    });
    Some(
        view! { <nav class="pager" aria-label=text!(language, campaigns.pager)><ol>{first}{next}</ol></nav> }
            .into_any(),
    )
}

/// The page of one person's link.
pub(super) fn link_page(ctx: &Ctx, staff: Staff, link: PersonalLink) -> Page {
    let language = ctx.language;
    let (id, campaign) = (link.campaign.id.to_string(), link.campaign.title.clone());
    let person = link.person;
    let title = text!(language, campaigns.person_link);
    let frame = Frame {
        title: format!("{title} – {campaign}"),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let is_over = link.campaign.is_over;
    ctx.page(frame, || {
        let back = format!("/campaigns/{id}/invitations");
        view! {
            {campaign_crumbs(language, &id, &campaign, Some(title.to_owned()))}
            <h1>{person.name.clone()}</h1>
            <p class="soft">{person.email.clone()}</p>
            {link_field(language, &person, link.address, link.is_over)}
            <dl class="ledger">
                <div><dt>{text!(language, campaigns.person_mail)}</dt><dd>{mail_badge(language, person.mail)}</dd></div>
                <div><dt>{text!(language, campaigns.person_test)}</dt><dd>{state_badge(language, person.state)}</dd></div>
                <div>
                    <dt>{text!(language, campaigns.person_language)}</dt>
                    <dd>{words::language_name(language, person.language)}</dd>
                </div>
            </dl>
            {actions(language, &id, &person, is_over)}
            <p><a href=back>{text!(language, campaigns.person_back)}</a></p>
        }
        .into_any()
    })
}

fn link_field(language: Language, person: &InvitedPerson, address: Option<String>, is_over: bool) -> AnyView {
    match address {
        Some(address) => view! {
            <div class="field">
                <label for="link">{text!(language, campaigns.person_link)}</label>
                <p class="hint" id="link-hint">{text!(language, campaigns.person_link_hint)}</p>
                <input type="text" id="link" value=address readonly autocomplete="off" aria-describedby="link-hint"/>
            </div>
        }
        .into_any(),
        None => {
            let words = if person.is_withdrawn {
                text!(language, campaigns.person_link_revoked)
            } else if is_over {
                text!(language, campaigns.person_link_over)
            } else {
                text!(language, campaigns.person_link_lost)
            };
            view! { <div class="notice is-care"><Icon name="alert"/><p>{words}</p></div> }.into_any()
        }
    }
}

fn actions(language: Language, campaign: &str, person: &InvitedPerson, is_over: bool) -> AnyView {
    let path = format!("/campaigns/{campaign}/invitations/{}", person.id);
    let action = |code: &str, button: &'static str, hint: &'static str| {
        view! {
            <form method="post" action=format!("{path}/{code}")>
                <p><button class="button is-quiet">{button}</button></p>
                <p class="hint">{hint}</p>
            </form>
        }
        .into_any()
    };
    let can_renew = !is_over && person.state != InvitationState::Finished;
    let resend = person.can_be_mailed().then(|| {
        let hint = text!(language, campaigns.person_resend_hint);
        action("resend", text!(language, campaigns.person_resend), hint)
    });
    let renew = can_renew.then(|| {
        action("renew", text!(language, campaigns.person_renew), text!(language, campaigns.person_renew_hint))
    });
    let revoke = (!person.is_withdrawn).then(|| {
        action(
            "revoke",
            text!(language, campaigns.person_revoke),
            text!(language, campaigns.person_revoke_hint),
        )
    });
    view! { <div class="section flow">{resend}{renew}{revoke}</div> }.into_any()
}
