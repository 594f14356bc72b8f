//! What the page of people looks like.

use domain::language::Language;
use domain::role::Role;
use leptos::prelude::*;
use services::error::FieldError;
use services::people::{Member, OpenInvitation, People};
use services::viewer::Staff;

use super::{InviteForm, Remarks};
use crate::components::form_field::{ErrorSummary, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::moment::{Moment, day_words};
use crate::context::Ctx;
use crate::pages::staff::words;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::text;

/// The page of people.
pub(super) fn page(ctx: &Ctx, staff: Staff, people: People, remarks: Remarks) -> Page {
    let language = ctx.language;
    let title = text!(language, staff.people_title);
    let organisation = staff.organisation_name.clone();
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Mid,
        bar: Bar::Staff(Box::new(staff), Section::People),
        islands: false,
    };
    ctx.page(frame, || {
        let link = remarks.invited.and_then(|id| people.invitations.iter().find(|open| open.id == id));
        view! {
            <h1>{title}</h1>
            <p>{text!(language, staff.people_intro, organisation = organisation).to_string()}</p>
            {remarks.done.map(|words| view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p>{words}</p></div>
            })}
            {remarks.refused.map(|words| view! {
                <div class="notice is-alert" role="alert"><Icon name="alert"/><p>{words}</p></div>
            })}
            {link.map(|open| invited_notice(language, open))}
            {(!remarks.errors.is_empty()).then(|| summary(language, &remarks.errors))}
            {members_table(language, people.members)}
            {invite_section(language, remarks.typed.as_ref(), &remarks.errors)}
            {invitations_section(language, people.invitations)}
        }
        .into_any()
    })
}

/// The page that asks before a member is removed.
pub(super) fn remove_page(ctx: &Ctx, staff: Staff, member: &Member) -> Page {
    let language = ctx.language;
    let title = text!(language, staff.remove_title, name = member.name.clone()).to_string();
    let frame = Frame {
        title: title.clone(),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::People),
        islands: false,
    };
    let action = format!("/people/{}/remove", member.id);
    let email = member.email.clone();
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p>{email}</p>
            <ul>
                <li>{text!(language, staff.remove_access)}</li>
                <li>{text!(language, staff.remove_kept)}</li>
                <li>{text!(language, staff.remove_email)}</li>
            </ul>
            <form method="post" action=action>
                <p class="row">
                    <button class="button">{text!(language, staff.remove_button)}</button>
                    <a href="/people">{text!(language, staff.remove_cancel)}</a>
                </p>
            </form>
        }
        .into_any()
    })
}

fn invited_notice(language: Language, open: &OpenInvitation) -> AnyView {
    let label = text!(language, staff.people_invited_label, email = open.email.clone()).to_string();
    let link = open.link.clone().map(|link| {
        view! {
            <p>{text!(language, staff.people_invited_text)}</p>
            <div class="field">
                <label for="invited-link">{label}</label>
                <input type="text" id="invited-link" value=link readonly autocomplete="off"/>
            </div>
        }
    });
    view! {
        <div class="notice is-good" role="status">
            <Icon name="check"/>
            <div><h2>{text!(language, staff.people_invited_title)}</h2>{link}</div>
        </div>
    }
    .into_any()
}

fn members_table(language: Language, members: Vec<Member>) -> AnyView {
    let rows = members.into_iter().map(|member| member_row(language, member)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, staff.people_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, staff.people_member)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_role)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_since)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_actions)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn member_row(language: Language, member: Member) -> AnyView {
    let you = member.is_viewer.then(|| {
        view! { " "<span class="badge is-accent">{text!(language, staff.people_you)}</span> }
    });
    let since = day_words(language, member.since.date());
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <b>{member.name.clone()}</b>{you}<span class="fine">{member.email.clone()}</span>
            </th>
            <td role="cell" data-label=text!(language, staff.people_role)>
                {words::role(language, member.role)}
                <span class="fine">{words::role_rights(language, member.role)}</span>
            </td>
            <td role="cell" data-label=text!(language, staff.people_since)>{since}</td>
            <td role="cell">{member_actions(language, &member)}</td>
        </tr>
    }
    .into_any()
}

fn member_actions(language: Language, member: &Member) -> AnyView {
    if member.is_last_owner {
        return view! { <span class="fine">{text!(language, staff.people_last_owner)}</span> }.into_any();
    }
    let select_label = text!(language, staff.people_change_label, name = member.name.clone()).to_string();
    let remove_label = text!(language, staff.people_remove_label, name = member.name.clone()).to_string();
    view! {
        <details>
            <summary>{text!(language, staff.people_change)}</summary>
            <form method="post" action=format!("/people/{}/role", member.id)>
                <SelectField
                    name="role"
                    id=format!("role-{}", member.id)
                    label=select_label
                    options=words::role_options(language)
                    chosen=member.role.code()
                />
                <p><button class="button is-quiet is-small">{text!(language, staff.people_change_button)}</button></p>
            </form>
        </details>
        <a href=format!("/people/{}/remove", member.id) aria-label=remove_label>
            {text!(language, staff.people_remove)}
        </a>
    }
    .into_any()
}

fn summary(language: Language, errors: &[FieldError]) -> AnyView {
    let label = |field: &str| match field {
        "role" => ("invite-role", text!(language, staff.people_role)),
        _ => ("email", text!(language, staff.people_invite_email)),
    };
    let errors = words::summary(language, errors, label);
    view! { <ErrorSummary title=text!(language, common.errors_title) errors=errors/> }.into_any()
}

fn invite_section(language: Language, typed: Option<&InviteForm>, errors: &[FieldError]) -> AnyView {
    let email = typed.map_or_else(String::new, |typed| typed.email.clone());
    let role = typed.map_or(Role::Recruiter.code(), |typed| &typed.role).to_owned();
    let mail_language = typed.map_or(language.code(), |typed| &typed.language).to_owned();
    view! {
        <section class="section" aria-labelledby="invite-title">
            <h2 id="invite-title">{text!(language, staff.people_invite_title)}</h2>
            <p>{text!(language, staff.people_invite_text)}</p>
            <form method="post" action="/people/invite">
                <TextField
                    name="email"
                    kind="email"
                    label=text!(language, staff.people_invite_email)
                    value=email
                    error=words::error_of(language, errors, "email")
                />
                <SelectField
                    name="role"
                    id="invite-role"
                    label=text!(language, staff.people_role)
                    options=words::role_options(language)
                    chosen=role
                    error=words::error_of(language, errors, "role")
                />
                <SelectField
                    name="language"
                    id="invite-language"
                    label=text!(language, staff.people_invite_language)
                    options=words::language_options()
                    chosen=mail_language
                />
                <p class="row"><button class="button">{text!(language, staff.people_invite_button)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn invitations_section(language: Language, invitations: Vec<OpenInvitation>) -> AnyView {
    let body = if invitations.is_empty() {
        view! { <p class="soft">{text!(language, staff.people_invitations_none)}</p> }.into_any()
    } else {
        invitations_table(language, invitations)
    };
    view! {
        <section class="section" aria-labelledby="invitations-title">
            <h2 id="invitations-title">{text!(language, staff.people_invitations_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn invitations_table(language: Language, invitations: Vec<OpenInvitation>) -> AnyView {
    let rows = invitations.into_iter().map(|open| invitation_row(language, open)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, staff.people_invitations_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, staff.people_invite_email)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_role)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_invitation_until)}</th>
                        <th role="columnheader" scope="col">{text!(language, staff.people_actions)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn invitation_row(language: Language, open: OpenInvitation) -> AnyView {
    let label = text!(language, staff.people_invitation_revoke_label, email = open.email.clone()).to_string();
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{open.email}</th>
            <td role="cell" data-label=text!(language, staff.people_role)>{words::role(language, open.role)}</td>
            <td role="cell" data-label=text!(language, staff.people_invitation_until)>
                <Moment language=language at=open.expires_at/>
            </td>
            <td role="cell">
                <form method="post" action=format!("/people/invitations/{}/revoke", open.id)>
                    <button class="button is-quiet is-small" aria-label=label>
                        {text!(language, staff.people_invitation_revoke)}
                    </button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
