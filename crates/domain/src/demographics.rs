//! What candidates may say of themselves after the test, and which questions a country lets a campaign ask.
//! Answers serve tables of groups alone; nothing here knows a score, a rank or a decision.

use crate::closed_code::closed_code;

closed_code! {
    /// The country whose law a hiring follows.
    pub enum HiringCountry {
        /// France with its overseas territories: no data on ethnic origin (Cons. const. 2007-557 DC).
        France = "fr",
        /// Belgium.
        Belgium = "be",
        /// Canada.
        Canada = "ca",
        /// Switzerland.
        Switzerland = "ch",
        /// The United Kingdom.
        UnitedKingdom = "gb",
        /// Ireland.
        Ireland = "ie",
        /// Luxembourg.
        Luxembourg = "lu",
        /// The United States.
        UnitedStates = "us",
        /// Any other.
        Other = "other",
    }
}

closed_code! {
    /// Which questions are asked after the test.
    pub enum DemographicForm {
        /// None.
        None = "none",
        /// Sex and age band.
        SexAge = "sex_age",
        /// Sex, age band, and race or ethnicity as the EEO-1 report lists them.
        Full = "full",
    }
}

closed_code! {
    /// Sex, as somebody says it of themselves.
    pub enum Sex {
        /// A woman.
        Female = "female",
        /// A man.
        Male = "male",
        /// Another answer.
        Another = "another",
    }
}

closed_code! {
    /// Age in bands; 40 is where the United States' law on age begins.
    pub enum AgeBand {
        /// Under 30.
        Under30 = "under_30",
        /// 30 to 39.
        From30To39 = "30_to_39",
        /// 40 to 49.
        From40To49 = "40_to_49",
        /// 50 or over.
        From50 = "50_or_over",
    }
}

closed_code! {
    /// Race or ethnicity: the categories of the EEO-1 report, in the order of New York City's Local Law 144.
    pub enum Race {
        /// Hispanic or Latino, of any race.
        Hispanic = "hispanic",
        /// White, not Hispanic or Latino.
        White = "white",
        /// Black or African American, not Hispanic or Latino.
        Black = "black",
        /// Native Hawaiian or Pacific Islander, not Hispanic or Latino.
        Pacific = "pacific",
        /// Asian, not Hispanic or Latino.
        Asian = "asian",
        /// Native American or Alaska Native, not Hispanic or Latino.
        Native = "native",
        /// Two or more races, not Hispanic or Latino.
        TwoOrMore = "two_or_more",
    }
}

closed_code! {
    /// A table of groups.
    pub enum GroupTable {
        /// By sex.
        Sex = "sex",
        /// By age band.
        Age = "age",
        /// By race or ethnicity.
        Race = "race",
        /// By sex and age band.
        SexAge = "sex_age",
        /// By sex and race or ethnicity.
        SexRace = "sex_race",
    }
}

impl GroupTable {
    /// The codes of its groups, in their order; for an intersection those of both partitions.
    #[must_use]
    pub fn codes(self) -> (Vec<&'static str>, Option<Vec<&'static str>>) {
        let sexes = || Sex::ALL.iter().map(|sex| sex.code()).collect();
        let ages = || AgeBand::ALL.iter().map(|age| age.code()).collect();
        let races = || Race::ALL.iter().map(|race| race.code()).collect();
        match self {
            Self::Sex => (sexes(), None),
            Self::Age => (ages(), None),
            Self::Race => (races(), None),
            Self::SexAge => (sexes(), Some(ages())),
            Self::SexRace => (sexes(), Some(races())),
        }
    }

    /// The group of a person as the places of its codes; nothing when what it needs is not known.
    #[must_use]
    pub fn group_of(self, said: &Demographics) -> Option<(usize, usize)> {
        let sex = said.sex.and_then(|sex| Sex::ALL.iter().position(|one| *one == sex));
        let age = said.age.and_then(|age| AgeBand::ALL.iter().position(|one| *one == age));
        let race = said.race.and_then(|race| Race::ALL.iter().position(|one| *one == race));
        match self {
            Self::Sex => Some((sex?, 0)),
            Self::Age => Some((age?, 0)),
            Self::Race => Some((race?, 0)),
            Self::SexAge => Some((sex?, age?)),
            Self::SexRace => Some((sex?, race?)),
        }
    }

    /// The tables of its two partitions, when it crosses two.
    #[must_use]
    pub const fn margins(self) -> Option<(Self, Self)> {
        match self {
            Self::Sex | Self::Age | Self::Race => None,
            Self::SexAge => Some((Self::Sex, Self::Age)),
            Self::SexRace => Some((Self::Sex, Self::Race)),
        }
    }
}

impl DemographicForm {
    /// The tables that its answers allow, those of one partition first.
    #[must_use]
    pub const fn tables(self) -> &'static [GroupTable] {
        match self {
            Self::None => &[],
            Self::SexAge => &[GroupTable::Sex, GroupTable::Age, GroupTable::SexAge],
            Self::Full => GroupTable::ALL,
        }
    }
}

/// The country does not let a campaign ask this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the law of {country} does not allow the form {form}")]
pub struct FormRefused {
    /// The country.
    pub country: HiringCountry,
    /// The form.
    pub form: DemographicForm,
}

impl DemographicForm {
    /// The form, when the law of the country allows it.
    ///
    /// # Errors
    /// [`FormRefused`]: origin is never asked in France.
    pub const fn allowed_in(self, country: HiringCountry) -> Result<Self, FormRefused> {
        match (self, country) {
            (Self::Full, HiringCountry::France) => Err(FormRefused { country, form: self }),
            _ => Ok(self),
        }
    }

    /// Whether sex and age band are asked.
    #[must_use]
    pub const fn asks_sex_and_age(self) -> bool {
        matches!(self, Self::SexAge | Self::Full)
    }

    /// Whether race or ethnicity is asked.
    #[must_use]
    pub const fn asks_race(self) -> bool {
        matches!(self, Self::Full)
    }

    /// Whether every question of `self` is one of `other` too.
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        matches!((self, other), (Self::None, _) | (_, Self::Full) | (Self::SexAge, Self::SexAge))
    }
}

/// A question of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DemographicQuestion {
    /// Sex.
    Sex,
    /// Age band.
    Age,
    /// Race or ethnicity.
    Race,
}

impl DemographicQuestion {
    /// The name of its field.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Race => "race",
        }
    }
}

/// What stands for « I prefer not to answer » in the form. It is stored as nothing.
pub const UNDISCLOSED: &str = "undisclosed";

/// The form as sent. Nothing chosen means « I prefer not to answer ».
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemographicInput {
    /// Sex.
    pub sex: String,
    /// Age band.
    pub age: String,
    /// Race or ethnicity.
    pub race: String,
}

/// What somebody said of themselves; nothing where they were not asked or preferred not to answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demographics {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age band.
    pub age: Option<AgeBand>,
    /// Race or ethnicity.
    pub race: Option<Race>,
}

impl Demographics {
    /// What was sent, as far as the campaign asks it: an answer to a question that is not asked is dropped.
    ///
    /// # Errors
    /// The question whose answer is none of those offered.
    pub fn parse(input: &DemographicInput, form: DemographicForm) -> Result<Self, DemographicQuestion> {
        Ok(Self {
            sex: given(&input.sex, form.asks_sex_and_age(), Sex::parse)
                .map_err(|()| DemographicQuestion::Sex)?,
            age: given(&input.age, form.asks_sex_and_age(), AgeBand::parse)
                .map_err(|()| DemographicQuestion::Age)?,
            race: given(&input.race, form.asks_race(), Race::parse)
                .map_err(|()| DemographicQuestion::Race)?,
        })
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sex.is_none() && self.age.is_none() && self.race.is_none()
    }

    /// As far as a form asks it.
    #[must_use]
    pub fn within(self, form: DemographicForm) -> Self {
        Self {
            sex: self.sex.filter(|_| form.asks_sex_and_age()),
            age: self.age.filter(|_| form.asks_sex_and_age()),
            race: self.race.filter(|_| form.asks_race()),
        }
    }
}

fn given<T, E>(text: &str, is_asked: bool, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, ()> {
    if !is_asked || text.is_empty() || text == UNDISCLOSED {
        return Ok(None);
    }
    parse(text).map(Some).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(sex: &str, age: &str, race: &str) -> DemographicInput {
        DemographicInput { sex: sex.to_owned(), age: age.to_owned(), race: race.to_owned() }
    }

    #[test]
    fn origin_is_never_asked_in_france() {
        assert!(DemographicForm::Full.allowed_in(HiringCountry::France).is_err());
        assert!(DemographicForm::SexAge.allowed_in(HiringCountry::France).is_ok());
        for country in HiringCountry::ALL.iter().filter(|country| **country != HiringCountry::France) {
            assert!(DemographicForm::Full.allowed_in(*country).is_ok());
        }
    }

    #[test]
    fn what_is_not_asked_is_not_kept() {
        let sent = input("female", "under_30", "black");

        let asked = |form| Demographics::parse(&sent, form).unwrap();

        assert!(asked(DemographicForm::None).is_empty());
        assert_eq!(asked(DemographicForm::SexAge).race, None);
        assert_eq!(asked(DemographicForm::SexAge).sex, Some(Sex::Female));
        assert_eq!(asked(DemographicForm::Full).race, Some(Race::Black));
        assert_eq!(asked(DemographicForm::Full).within(DemographicForm::SexAge).race, None);
    }

    #[test]
    fn preferring_not_to_answer_is_nothing_and_nonsense_is_refused() {
        let parse = |input: &DemographicInput| Demographics::parse(input, DemographicForm::Full);

        assert!(parse(&input("undisclosed", "", "undisclosed")).unwrap().is_empty());
        assert_eq!(parse(&input("x", "", "")), Err(DemographicQuestion::Sex));
        assert_eq!(parse(&input("", "31", "")), Err(DemographicQuestion::Age));
        assert_eq!(parse(&input("", "", "human")), Err(DemographicQuestion::Race));
    }

    #[test]
    fn forms_are_ordered_by_what_they_ask() {
        use DemographicForm::{Full, None, SexAge};
        let within: Vec<bool> = [None, SexAge, Full]
            .into_iter()
            .flat_map(|one| [None, SexAge, Full].map(|other| one.is_within(other)))
            .collect();

        assert_eq!(within, [true, true, true, false, true, true, false, false, true]);
    }
}
