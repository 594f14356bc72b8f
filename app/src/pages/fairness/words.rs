//! Words for the closed codes of this area: categories, countries, forms.

use domain::demographics::{AgeBand, DemographicForm, HiringCountry, Race, Sex};
use domain::language::Language;

use crate::text;

/// A sex.
pub(crate) fn sex(language: Language, sex: Sex) -> &'static str {
    match sex {
        Sex::Female => text!(language, fairness.sex_female),
        Sex::Male => text!(language, fairness.sex_male),
        Sex::Another => text!(language, fairness.sex_another),
    }
}

/// An age band.
pub(crate) fn age(language: Language, age: AgeBand) -> &'static str {
    match age {
        AgeBand::Under30 => text!(language, fairness.age_under_30),
        AgeBand::From30To39 => text!(language, fairness.age_30_to_39),
        AgeBand::From40To49 => text!(language, fairness.age_40_to_49),
        AgeBand::From50 => text!(language, fairness.age_50_or_over),
    }
}

/// A race or ethnicity.
pub(crate) fn race(language: Language, race: Race) -> &'static str {
    match race {
        Race::Hispanic => text!(language, fairness.race_hispanic),
        Race::White => text!(language, fairness.race_white),
        Race::Black => text!(language, fairness.race_black),
        Race::Pacific => text!(language, fairness.race_pacific),
        Race::Asian => text!(language, fairness.race_asian),
        Race::Native => text!(language, fairness.race_native),
        Race::TwoOrMore => text!(language, fairness.race_two_or_more),
    }
}

/// A country.
pub(super) fn country(language: Language, country: HiringCountry) -> &'static str {
    match country {
        HiringCountry::France => text!(language, fairness.country_fr),
        HiringCountry::Belgium => text!(language, fairness.country_be),
        HiringCountry::Canada => text!(language, fairness.country_ca),
        HiringCountry::Switzerland => text!(language, fairness.country_ch),
        HiringCountry::UnitedKingdom => text!(language, fairness.country_gb),
        HiringCountry::Ireland => text!(language, fairness.country_ie),
        HiringCountry::Luxembourg => text!(language, fairness.country_lu),
        HiringCountry::UnitedStates => text!(language, fairness.country_us),
        HiringCountry::Other => text!(language, fairness.country_other),
    }
}

/// What a form asks.
pub(super) fn form(language: Language, form: DemographicForm) -> (&'static str, &'static str) {
    match form {
        DemographicForm::None => {
            (text!(language, fairness.form_none), text!(language, fairness.form_none_hint))
        }
        DemographicForm::SexAge => {
            (text!(language, fairness.form_sex_age), text!(language, fairness.form_sex_age_hint))
        }
        DemographicForm::Full => {
            (text!(language, fairness.form_full), text!(language, fairness.form_full_hint))
        }
    }
}
