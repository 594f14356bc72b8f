//! The page between a list and its invitations: what was read, line by line, before anything leaves.

use domain::language::Language;
use leptos::prelude::*;
use services::campaigns::CampaignFacts;
use services::import_csv::encoding::FileEncoding;
use services::import_csv::split::Separator;
use services::import_csv::{LineOutcome, ListLine};
use services::invite::ListCheck;
use services::viewer::Staff;

use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::icon::Icon;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::pages::campaigns::upload::SentList;
use crate::pages::campaigns::words;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::text;

/// Lines shown at most.
const MOST_LINES: usize = 200;

/// The page of a checked list.
pub(super) fn page(
    ctx: &Ctx,
    staff: Staff,
    campaign: &CampaignFacts,
    checked: &ListCheck,
    sent: SentList,
    default_language: Language,
) -> Page {
    let language = ctx.language;
    let title = text!(language, campaigns.check_title);
    let id = campaign.id.to_string();
    let frame = Frame {
        title: format!("{title} – {}", campaign.title),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let new = checked.counts.get(&LineOutcome::New).copied().unwrap_or(0);
    ctx.page(frame, || {
        let lede = if new == 0 {
            text!(language, campaigns.check_lede_none).to_owned()
        } else {
            text!(language, campaigns.check_lede, count = new).to_string()
        };
        view! {
            {campaign_crumbs(language, &id, &campaign.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            <p class="lede"><strong>{lede}</strong></p>
            <p class="soft">{read_as(language, checked, sent.encoding)}</p>
            {counts(language, checked)}
            {form(language, &id, new, sent.text, default_language)}
            {table(language, checked)}
        }
        .into_any()
    })
}

/// How the list was read, in one line.
fn read_as(language: Language, checked: &ListCheck, encoding: Option<FileEncoding>) -> String {
    let encoding = match encoding {
        None => text!(language, campaigns.check_pasted),
        Some(FileEncoding::Utf8) => text!(language, campaigns.check_utf8),
        Some(FileEncoding::Utf16) => text!(language, campaigns.check_utf16),
        Some(FileEncoding::Windows1252) => text!(language, campaigns.check_windows),
    };
    let separator = match checked.separator {
        Separator::Comma => text!(language, campaigns.check_comma),
        Separator::Semicolon => text!(language, campaigns.check_semicolon),
        Separator::Tab => text!(language, campaigns.check_tab),
    };
    let header = if checked.has_header {
        text!(language, campaigns.check_header)
    } else {
        text!(language, campaigns.check_no_header)
    };
    let start = text!(language, campaigns.check_read_as);
    let mut line = format!("{start} {encoding}, {separator}, {header}");
    if !checked.ignored_columns.is_empty() {
        let columns = checked.ignored_columns.join(", ");
        line.push_str(", ");
        line.push_str(&text!(language, campaigns.check_ignored, columns = columns).to_string());
    }
    line.push('.');
    line
}

fn counts(language: Language, checked: &ListCheck) -> AnyView {
    let lines = LineOutcome::ALL
        .into_iter()
        .filter_map(|outcome| checked.counts.get(&outcome).map(|number| (outcome, *number)))
        .map(|(outcome, number)| {
            view! { <div><dt>{words::outcome(language, outcome)}</dt><dd class="num">{number}</dd></div> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="counts">
            <h2 id="counts">{text!(language, campaigns.check_counts)}</h2>
            <dl class="ledger">{lines}</dl>
        </section>
    }
    .into_any()
}

/// The list goes back to the server in the form and is checked again there: what the browser sends is not believed.
fn form(language: Language, campaign: &str, new: usize, list: String, default_language: Language) -> AnyView {
    let import = format!("/campaigns/{campaign}/invitations/import");
    let check = format!("/campaigns/{campaign}/invitations/check");
    let again = format!("/campaigns/{campaign}/invitations/new");
    let submit = (new > 0).then(|| {
        let words = text!(language, campaigns.check_submit, count = new).to_string();
        view! { <button class="button">{words}</button> }
    });
    view! {
        <form method="post" action=import enctype="multipart/form-data">
            <input type="hidden" name="language" value=default_language.code()/>
            <p class="row">{submit}<a href=again>{text!(language, campaigns.check_cancel)}</a></p>
            <details>
                <summary>{text!(language, campaigns.check_correct)}</summary>
                <div class="field">
                    <label for="list">{text!(language, campaigns.check_text)}</label>
                    <TextArea id="list" name="list" value=list rows=12 spellcheck=false/>
                </div>
                <p class="row">
                    <button class="button is-quiet" formaction=check>{text!(language, campaigns.check_again)}</button>
                </p>
            </details>
        </form>
    }
    .into_any()
}

/// The lines shown: those to look at first, then as many others as fit; by number.
fn shown(lines: &[ListLine]) -> Vec<&ListLine> {
    let (to_look_at, others): (Vec<_>, Vec<_>) =
        lines.iter().partition(|line| line.outcome != LineOutcome::New);
    let mut shown: Vec<&ListLine> = to_look_at.into_iter().chain(others).take(MOST_LINES).collect();
    shown.sort_by_key(|line| line.number);
    shown
}

fn table(language: Language, checked: &ListCheck) -> AnyView {
    let shown = shown(&checked.lines);
    let rest = checked.lines.len() - shown.len();
    let rows = shown.into_iter().map(|line| row(language, line)).collect_view();
    let more = (rest > 0).then(|| {
        let words = text!(language, campaigns.check_more, count = rest).to_string();
        view! { <p class="fine">{text!(language, campaigns.check_problems_first)}" "{words}</p> }
    });
    view! {
        {more}
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, campaigns.check_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, campaigns.check_col_line)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.check_col_person)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.check_col_language)}</th>
                        <th role="columnheader" scope="col">{text!(language, campaigns.check_col_outcome)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(language: Language, line: &ListLine) -> impl IntoView + use<> {
    let (class, icon) = match line.outcome {
        LineOutcome::New => ("badge is-good", "check"),
        LineOutcome::DuplicateInList | LineOutcome::AlreadyInvited => ("badge", "info"),
        _ => ("badge is-alert", "alert"),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" data-label=text!(language, campaigns.check_col_line)>{line.number}</th>
            <td role="cell" data-label=text!(language, campaigns.check_col_person)>
                {line.email.clone()}<span class="fine">{line.name.clone()}</span>
            </td>
            <td role="cell" data-label=text!(language, campaigns.check_col_language)>{line.language.clone()}</td>
            <td role="cell" data-label=text!(language, campaigns.check_col_outcome)>
                <span class=class><Icon name=icon/>{words::outcome(language, line.outcome)}</span>
            </td>
        </tr>
    }
}
