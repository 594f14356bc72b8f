//! The form of a campaign, as a new one and a changed one share it.

use chrono_tz::{TZ_VARIANTS, Tz};
use domain::campaign::{CampaignInput, MAX_CONTACT_CHARS, MAX_NOTICE_CHARS, MAX_TITLE_CHARS};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::campaigns::create::OfferedForm;
use services::error::FieldError;

use super::fields::{field, group};
use super::words::{error_of, language_name, summary};
use crate::components::form_field::ErrorSummary;
use crate::components::text_area::TextArea;
use crate::text;

/// What was typed, from the pairs of the form: `languages` comes once per box that is ticked.
pub(super) fn input(pairs: Vec<(String, String)>) -> CampaignInput {
    let mut input = CampaignInput::default();
    for (name, value) in pairs {
        match name.as_str() {
            "title" => input.title = value,
            "job" => input.job = value,
            "form" => {
                let (pack, form) = value.split_once('/').unwrap_or((&value, ""));
                (input.pack, input.form) = (pack.to_owned(), form.to_owned());
            }
            "languages" => input.languages.push(value),
            "closes_at" => input.closes_at = value,
            "decision_on" => input.decision_on = value,
            "time_zone" => input.time_zone = value,
            "contact" => input.contact = value,
            "notice_fr" => input.notice_fr = value,
            "notice_en" => input.notice_en = value,
            _ => {}
        }
    }
    input
}

/// The form of a new campaign, or of one that is changed.
pub(super) struct CampaignForm<'a> {
    pub(super) language: Language,
    pub(super) typed: &'a CampaignInput,
    pub(super) errors: &'a [FieldError],
    pub(super) purpose: Purpose<'a>,
    /// Months after the decision at which people are erased.
    pub(super) months: u32,
}

/// What the form is for.
pub(super) enum Purpose<'a> {
    /// A new campaign with one of these forms.
    New(&'a [OfferedForm]),
    /// Changing the campaign of this id.
    Change(&'a CampaignId),
}

impl CampaignForm<'_> {
    /// The whole form with its errors.
    pub(super) fn draw(&self) -> AnyView {
        let language = self.language;
        let errors = (!self.errors.is_empty()).then(|| {
            let lines = summary(language, self.errors, |field| label_of(language, field));
            view! { <ErrorSummary title=text!(language, campaigns.err_title) errors=lines/> }
        });
        let (action, back, submit) = match self.purpose {
            Purpose::New(_) => {
                ("/campaigns/new".to_owned(), "/campaigns".to_owned(), text!(language, campaigns.new_submit))
            }
            Purpose::Change(id) => (
                format!("/campaigns/{id}/edit"),
                format!("/campaigns/{id}/settings"),
                text!(language, campaigns.edit_submit),
            ),
        };
        view! {
            {errors}
            <p class="soft">{text!(language, common.required_hint)}</p>
            <form method="post" action=action novalidate>
                <h2>{text!(language, campaigns.new_part_job)}</h2>
                {self.line("title", MAX_TITLE_CHARS, &self.typed.title, text!(language, campaigns.f_title_hint))}
                {self.line("job", MAX_TITLE_CHARS, &self.typed.job, text!(language, campaigns.f_job_hint))}
                {self.test()}
                <h2 class="section">{text!(language, campaigns.new_part_dates)}</h2>
                {self.dates()}
                <h2 class="section">{text!(language, campaigns.new_part_words)}</h2>
                {self.line("contact", MAX_CONTACT_CHARS, &self.typed.contact, text!(language, campaigns.f_contact_hint))}
                {self.notice("notice_fr", "fr", &self.typed.notice_fr)}
                {self.notice("notice_en", "en", &self.typed.notice_en)}
                <p class="row">
                    <button class="button">{submit}</button>
                    <a href=back>{text!(language, campaigns.new_cancel)}</a>
                </p>
            </form>
        }
        .into_any()
    }

    fn error(&self, field: &str) -> Option<String> {
        error_of(self.language, self.errors, field)
    }

    fn line(&self, id: &'static str, most: usize, value: &str, hint: &'static str) -> AnyView {
        let label = label_of(self.language, id).1;
        let value = value.to_owned();
        field(id, label, Some(hint.to_owned()), self.error(id), |described, invalid| {
            view! {
                <input type="text" id=id name=id value=value maxlength=most autocomplete="off" required
                    aria-invalid=invalid aria-describedby=described/>
            }
            .into_any()
        })
    }

    /// The choice of the test; nothing when it was made.
    fn test(&self) -> Option<AnyView> {
        let Purpose::New(forms) = self.purpose else { return None };
        Some(
            view! {
                <h2 class="section">{text!(self.language, campaigns.new_part_test)}</h2>
                {self.form_field(forms)}
                {self.languages()}
            }
            .into_any(),
        )
    }

    fn form_field(&self, forms: &[OfferedForm]) -> AnyView {
        let language = self.language;
        let chosen = format!("{}/{}", self.typed.pack, self.typed.form);
        let options = forms
            .iter()
            .map(|form| {
                let value = format!("{}/{}", form.pack, form.form);
                let words = text!(
                    language,
                    campaigns.f_form_option,
                    pack = form.pack_title.text(language).to_owned(),
                    version = form.pack_version.clone(),
                    form = form.form_name.text(language).to_owned(),
                    scenarios = form.scenarios
                )
                .to_string();
                view! { <option value=value.clone() selected=value == chosen>{words}</option> }
            })
            .collect_view();
        let hint = forms.iter().any(|form| form.is_public);
        let hint = hint.then(|| text!(language, campaigns.f_form_public_hint).to_owned());
        let error = self.error("form").or_else(|| self.error("pack"));
        field("form", text!(language, campaigns.f_form), hint, error, |described, invalid| {
            view! { <select id="form" name="form" aria-invalid=invalid aria-describedby=described>{options}</select> }
                .into_any()
        })
    }

    fn languages(&self) -> AnyView {
        let language = self.language;
        let boxes = Language::all()
            .iter()
            .map(|offered| {
                let code = offered.code();
                let is_chosen = self.typed.languages.iter().any(|chosen| chosen == code);
                view! {
                    <label class="choice">
                        <input type="checkbox" name="languages" value=code checked=is_chosen/>
                        " "{language_name(language, *offered)}
                    </label>
                }
            })
            .collect_view();
        let hint = Some(text!(language, campaigns.f_languages_hint).to_owned());
        group("languages", text!(language, campaigns.f_languages), hint, self.error("languages"), boxes)
    }

    fn dates(&self) -> AnyView {
        let language = self.language;
        let decision_hint = text!(language, campaigns.f_decision_on_hint, count = self.months).to_string();
        view! {
            {matches!(self.purpose, Purpose::New(_)).then(|| self.zone())}
            {self.moment("closes_at", "datetime-local", &self.typed.closes_at, text!(language, campaigns.f_closes_at_hint).to_owned())}
            {self.moment("decision_on", "date", &self.typed.decision_on, decision_hint)}
        }
        .into_any()
    }

    fn moment(&self, id: &'static str, kind: &'static str, value: &str, hint: String) -> AnyView {
        let label = label_of(self.language, id).1;
        let value = value.to_owned();
        field(id, label, Some(hint), self.error(id), |described, invalid| {
            view! {
                <input type=kind id=id name=id value=value required=kind == "date"
                    aria-invalid=invalid aria-describedby=described/>
            }
            .into_any()
        })
    }

    fn zone(&self) -> AnyView {
        let chosen = self.typed.time_zone.clone();
        let groups = zones()
            .into_iter()
            .map(|(region, names)| {
                let options = names
                    .into_iter()
                    .map(|name| {
                        let place = name.split_once('/').map_or(name, |(_, place)| place).replace('_', " ");
                        view! { <option value=name selected=name == chosen>{place}</option> }
                    })
                    .collect_view();
                view! { <optgroup label=region>{options}</optgroup> }
            })
            .collect_view();
        let label = text!(self.language, campaigns.f_time_zone);
        field("time_zone", label, None, self.error("time_zone"), |described, invalid| {
            view! {
                <select id="time_zone" name="time_zone" aria-invalid=invalid aria-describedby=described>
                    {groups}
                </select>
            }
            .into_any()
        })
    }

    fn notice(&self, id: &'static str, lang: &'static str, value: &str) -> AnyView {
        let label = label_of(self.language, id).1;
        let hint = text!(self.language, campaigns.f_notice_hint).to_owned();
        let value = value.to_owned();
        field(id, label, Some(hint), self.error(id), |described, invalid| {
            view! {
                <TextArea id=id name=id value=value rows=4 lang=Some(lang) maxlength=Some(MAX_NOTICE_CHARS)
                    invalid=invalid described=described/>
            }
            .into_any()
        })
    }
}

fn label_of(language: Language, field: &str) -> (&'static str, &'static str) {
    match field {
        "title" => ("title", text!(language, campaigns.f_title)),
        "job" => ("job", text!(language, campaigns.f_job)),
        "languages" => ("languages", text!(language, campaigns.f_languages)),
        "closes_at" => ("closes_at", text!(language, campaigns.f_closes_at)),
        "decision_on" => ("decision_on", text!(language, campaigns.f_decision_on)),
        "time_zone" => ("time_zone", text!(language, campaigns.f_time_zone)),
        "contact" => ("contact", text!(language, campaigns.f_contact)),
        "notice_fr" => ("notice_fr", text!(language, campaigns.f_notice_fr)),
        "notice_en" => ("notice_en", text!(language, campaigns.f_notice_en)),
        _ => ("form", text!(language, campaigns.f_form)),
    }
}

/// The zones of places by region, Europe first; older names for the same places are left out.
fn zones() -> Vec<(&'static str, Vec<&'static str>)> {
    const REGIONS: [&str; 9] =
        ["Europe", "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Indian", "Pacific"];
    REGIONS
        .into_iter()
        .map(|region| {
            let is_there = |name: &&str| name.split_once('/').is_some_and(|(first, _)| first == region);
            (region, TZ_VARIANTS.iter().map(|zone| Tz::name(*zone)).filter(is_there).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_names_pack_and_form_in_one_choice() {
        let pairs =
            [("form", "relation-client/screen-12"), ("languages", "fr"), ("languages", "en"), ("other", "x")];

        let input = input(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());

        assert_eq!((input.pack.as_str(), input.form.as_str()), ("relation-client", "screen-12"));
        assert_eq!(input.languages, ["fr", "en"]);
    }

    #[test]
    fn paris_and_every_region_can_be_chosen() {
        let zones = zones();

        assert!(zones.iter().all(|(_, names)| !names.is_empty()));
        assert!(zones[0].1.contains(&"Europe/Paris"));
    }
}
