//! What colleagues do together about a candidate, beside the report: notes, tags, who looks at it.

use domain::language::Language;
use leptos::prelude::*;
use services::dates;
use services::error::FieldError;
use services::teamwork::{Colleague, MAX_NOTE_CHARS, MAX_TAG_CHARS, Note, Teamwork};

use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::components::text_area::TextArea;
use crate::text;

/// What was typed into one of the forms and could not be taken.
#[derive(Default)]
pub(super) struct TeamRemarks {
    /// A note.
    pub(super) note: String,
    /// Ids of whom it mentions.
    pub(super) mentioned: Vec<String>,
    /// A new tag.
    pub(super) new_tag: String,
    /// What is wrong.
    pub(super) errors: Vec<FieldError>,
}

impl TeamRemarks {
    fn error(&self, language: Language, field: &str) -> Option<&'static str> {
        self.errors.iter().find(|error| error.field == field).map(|error| words(language, error))
    }

    fn summary(&self, language: Language, fields: &[&str]) -> Option<AnyView> {
        let lines: Vec<(String, String)> = self
            .errors
            .iter()
            .filter(|error| fields.contains(&error.field))
            .map(|error| (error.field.replace('_', "-"), words(language, error).to_owned()))
            .collect();
        let title = text!(language, common.errors_title);
        (!lines.is_empty()).then(|| view! { <ErrorSummary title=title errors=lines/> }.into_any())
    }
}

fn words(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("note", "required") => text!(language, deciding.error_note_required),
        ("note", "too_long") => text!(language, deciding.error_note_long),
        ("note", "too_many") => text!(language, deciding.error_note_count),
        ("new_tag", "too_long") => text!(language, deciding.error_tag_long),
        ("new_tag", "too_many") => text!(language, deciding.error_tag_count),
        ("note" | "new_tag", _) => text!(language, deciding.error_control),
        _ => text!(language, deciding.error_choice),
    }
}

/// The sections of the column beside the report.
pub(super) fn view(language: Language, candidate: &str, team: &Teamwork, remarks: &TeamRemarks) -> AnyView {
    view! {
        {assignment(language, candidate, team, remarks)}
        {tags(language, candidate, team, remarks)}
        {notes(language, candidate, team, remarks)}
    }
    .into_any()
}

fn assignment(language: Language, candidate: &str, team: &Teamwork, remarks: &TeamRemarks) -> AnyView {
    let names: Vec<String> = team
        .colleagues
        .iter()
        .filter(|colleague| colleague.is_assigned)
        .map(|colleague| name_of(language, colleague))
        .collect();
    let now = if names.is_empty() {
        view! { <p class="soft">{text!(language, deciding.assign_none)}</p> }.into_any()
    } else {
        view! { <ul>{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul> }.into_any()
    };
    let boxes = team
        .colleagues
        .iter()
        .map(|colleague| {
            let name = name_of(language, colleague);
            choice("user", colleague.id.to_string(), name, colleague.is_assigned)
        })
        .collect_view();
    view! {
        <section aria-labelledby="assign">
            <h2 id="assign">{text!(language, deciding.assign_title)}</h2>
            {now}
            {remarks.summary(language, &["user"])}
            <details class="no-print">
                <summary>{text!(language, deciding.assign_change)}</summary>
                <form method="post" action=format!("/candidates/{candidate}/assign")>
                    <fieldset class="field" id="user" tabindex="-1">
                        <legend>{text!(language, deciding.assign_legend)}</legend>
                        {boxes}
                    </fieldset>
                    <button class="button is-quiet is-small">{text!(language, deciding.assign_save)}</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn name_of(language: Language, colleague: &Colleague) -> String {
    let name = colleague.name.clone();
    if colleague.is_viewer { text!(language, deciding.assign_you, name = name).to_string() } else { name }
}

fn choice(name: &'static str, value: String, words: String, is_chosen: bool) -> AnyView {
    view! {
        <label class="choice is-bare">
            <input type="checkbox" name=name value=value checked=is_chosen/>
            " "{words}
        </label>
    }
    .into_any()
}

fn tags(language: Language, candidate: &str, team: &Teamwork, remarks: &TeamRemarks) -> AnyView {
    let borne: Vec<_> = team.tags.iter().filter(|tag| tag.is_on).collect();
    let now = if borne.is_empty() {
        view! { <p class="soft">{text!(language, deciding.tags_none)}</p> }.into_any()
    } else {
        let names = borne
            .into_iter()
            .map(|tag| view! { <li><span class="badge">{tag.name.clone()}</span></li> })
            .collect_view();
        view! { <ul class="row tag-row">{names}</ul> }.into_any()
    };
    let boxes = (!team.tags.is_empty()).then(|| {
        let boxes = team
            .tags
            .iter()
            .map(|tag| choice("tag", tag.id.to_string(), tag.name.clone(), tag.is_on))
            .collect_view();
        view! {
            <fieldset class="field" id="tag" tabindex="-1">
                <legend>{text!(language, deciding.tags_legend)}</legend>
                {boxes}
            </fieldset>
        }
    });
    let error = remarks.error(language, "new_tag");
    let described = if error.is_some() { "new-tag-hint new-tag-error" } else { "new-tag-hint" };
    view! {
        <section aria-labelledby="tags">
            <h2 id="tags">{text!(language, deciding.tags_title)}</h2>
            {now}
            {remarks.summary(language, &["tag", "new_tag"])}
            <details class="no-print" open=error.is_some()>
                <summary>{text!(language, deciding.tags_change)}</summary>
                <p class="fine">{text!(language, deciding.tags_intro)}</p>
                <form method="post" action=format!("/candidates/{candidate}/tags")>
                    {boxes}
                    <div class=if error.is_some() { "field has-error" } else { "field" }>
                        <label for="new-tag">{text!(language, deciding.tags_new)}</label>
                        <p class="hint" id="new-tag-hint">{text!(language, deciding.tags_new_hint)}</p>
                        {error.map(|words| view! { <p class="error" id="new-tag-error">{words}</p> })}
                        <input
                            type="text" id="new-tag" name="new_tag" value=remarks.new_tag.clone() autocomplete="off"
                            maxlength=MAX_TAG_CHARS aria-invalid=error.is_some().then_some("true") autofocus=error.is_some()
                            aria-describedby=described
                        />
                    </div>
                    <button class="button is-quiet is-small">{text!(language, deciding.tags_save)}</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn notes(language: Language, candidate: &str, team: &Teamwork, remarks: &TeamRemarks) -> AnyView {
    let told = team.notes.iter().map(|note| told(language, candidate, note)).collect_view();
    let none = team.notes.is_empty().then(|| {
        view! { <p class="soft">{text!(language, deciding.notes_none)}</p> }
    });
    let hidden = team.hides_notes.then(|| {
        let words = if team.waits_for_rating {
            text!(language, deciding.notes_after_rating)
        } else {
            text!(language, deciding.notes_hidden)
        };
        view! { <p class="fine">{words}</p> }
    });
    let mentioned = team.is_mentioned.then(|| {
        view! {
            <div class="notice"><Icon name="info"/><p class="flush">{text!(language, deciding.notes_mentioned)}</p></div>
        }
    });
    view! {
        <section aria-labelledby="notes">
            <h2 id="notes">{text!(language, deciding.notes_title)}</h2>
            {mentioned}
            {told}
            {none}
            {hidden}
            {note_form(language, candidate, team, remarks)}
        </section>
    }
    .into_any()
}

fn note_form(language: Language, candidate: &str, team: &Teamwork, remarks: &TeamRemarks) -> AnyView {
    let boxes: Vec<AnyView> = team
        .colleagues
        .iter()
        .filter(|colleague| !colleague.is_viewer)
        .map(|colleague| {
            let is_chosen = remarks.mentioned.iter().any(|id| id == colleague.id.as_str());
            choice("mention", colleague.id.to_string(), colleague.name.clone(), is_chosen)
        })
        .collect();
    let mentions = (!boxes.is_empty()).then(|| {
        view! {
            <fieldset class="field" id="mention" tabindex="-1">
                <legend>{text!(language, deciding.note_mention_legend)}</legend>
                {boxes}
            </fieldset>
        }
    });
    let error = remarks.error(language, "note");
    let described = if error.is_some() { "note-hint note-error" } else { "note-hint" };
    view! {
        <form class="no-print" method="post" action=format!("/candidates/{candidate}/notes")>
            {remarks.summary(language, &["note", "mention"])}
            <div class=if error.is_some() { "field has-error" } else { "field" }>
                <label for="note">{text!(language, deciding.note_label)}</label>
                <p class="hint" id="note-hint">{text!(language, deciding.note_hint)}</p>
                {error.map(|words| view! { <p class="error" id="note-error">{words}</p> })}
                <TextArea
                    id="note" name="note" value=remarks.note.clone() rows=3 maxlength=Some(MAX_NOTE_CHARS)
                    required=true invalid=error.is_some().then_some("true") described=Some(described.to_owned())
                />
            </div>
            {mentions}
            <button class="button is-quiet is-small">{text!(language, deciding.note_save)}</button>
        </form>
    }
    .into_any()
}

fn told(language: Language, candidate: &str, note: &Note) -> AnyView {
    let date = dates::date(language, note.on);
    let by = if note.is_own {
        text!(language, deciding.note_by_you, date = date).to_string()
    } else {
        text!(language, deciding.note_by, name = note.author.clone(), date = date).to_string()
    };
    let Some(words) = &note.words else {
        return view! {
            <div class="note">
                <p class="soft">{text!(language, deciding.note_deleted)}</p>
                <p class="fine">{by}</p>
            </div>
        }
        .into_any();
    };
    let lines = words
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect_view();
    let mentions = (!note.mentioned.is_empty()).then(|| {
        let names = note.mentioned.join(", ");
        view! { <p class="fine">{text!(language, deciding.note_mentions, names = names).to_string()}</p> }
    });
    let delete = note.is_own.then(|| {
        let path = format!("/candidates/{candidate}/notes/{}/delete", note.id);
        view! {
            <form class="no-print" method="post" action=path>
                <button class="button is-quiet is-small">{text!(language, deciding.note_delete)}</button>
            </form>
        }
    });
    view! { <div class="note">{lines}{mentions}<p class="fine">{by}</p>{delete}</div> }.into_any()
}
