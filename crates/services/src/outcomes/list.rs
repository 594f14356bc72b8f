//! A list of outcomes, read line by line: each line names a person by the id of exports, a day and at least one value,
//! or says what is wrong with it. Pure: who that person is, the use case asks.
//!
//! Columns, by their names in French or English: the id (`candidate_id`, `identifiant`), the day (`date`), and any of
//! `performance`, `retained` (`en_poste`), `retention_days` (`jours_en_poste`), `customer_satisfaction`
//! (`satisfaction_client`). Days are `2026-03-02` or `02/03/2026`; numbers have a point or a comma.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::ids::PublicId;

use crate::fold::fold;
use crate::import_csv::header::plain;
use crate::import_csv::split::{Lines, Separator, SplitLine};
use crate::import_csv::{ListProblem, MAX_BYTES};
use crate::outcomes::Criterion;

/// Most lines with something in them: people who were hired, kept in one transaction.
pub const MAX_LINES: usize = 10_000;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineOutcome {
    /// Something in it is stored.
    New,
    /// Person and day stand on a line above.
    DuplicateInList,
    /// All of its values are stored already for that day.
    AlreadyStored,
    /// No test of the organisation has this id.
    UnknownId,
    /// The person's data were erased.
    ErasedPerson,
    /// The person took another test than that of the campaign.
    OtherForm,
    /// The person's test has not ended.
    NotFinished,
    /// The day lies before the person's campaign: no work that followed the test.
    BeforeCampaign,
    /// There is no id.
    MissingId,
    /// There is no day, none that exists, or one to come.
    BadDate,
    /// A value is none.
    BadNumber,
    /// There is no value.
    NothingToStore,
    /// More cells than columns.
    TooManyColumns,
    /// A quote is opened and not closed.
    BrokenQuotes,
    /// The line is too long.
    LineTooLong,
}

impl LineOutcome {
    /// Every outcome, in the order of pages.
    pub const ALL: [Self; 15] = [
        Self::New,
        Self::DuplicateInList,
        Self::AlreadyStored,
        Self::UnknownId,
        Self::ErasedPerson,
        Self::OtherForm,
        Self::NotFinished,
        Self::BeforeCampaign,
        Self::MissingId,
        Self::BadDate,
        Self::BadNumber,
        Self::NothingToStore,
        Self::TooManyColumns,
        Self::BrokenQuotes,
        Self::LineTooLong,
    ];
}

/// A sound line.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    /// The id of exports.
    pub public_id: String,
    /// The day that the values are of.
    pub measured_on: NaiveDate,
    /// The values.
    pub values: Vec<(Criterion, f64)>,
}

/// A list that was read.
pub struct ParsedOutcomes {
    /// What stands between its cells.
    pub separator: Separator,
    /// Columns that are not used.
    pub ignored_columns: Vec<String>,
    /// Its lines by number, in order.
    pub lines: Vec<(u32, Result<Wanted, LineOutcome>)>,
}

/// Reads a list. `today`: the last day that a value may be of.
///
/// # Errors
/// The code of the problem when nothing in it can be told line by line: those of [`ListProblem`], or `no_header` when
/// the first line does not name an id, a day and a value.
pub fn parse(text: &str, today: NaiveDate) -> Result<ParsedOutcomes, &'static str> {
    if text.len() > MAX_BYTES {
        return Err(ListProblem::TooLarge.code());
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let separator = Separator::sniff(&text);
    let mut rows = Lines::new(&text, separator);
    let columns = match rows.next() {
        None => return Err(ListProblem::Empty.code()),
        Some((_, SplitLine::Cells(cells))) => Columns::of(&cells).ok_or("no_header")?,
        Some(_) => return Err("no_header"),
    };
    let mut seen = HashSet::new();
    let mut lines = Vec::new();
    for (number, row) in rows {
        if lines.len() >= MAX_LINES {
            return Err(ListProblem::TooManyLines.code());
        }
        let read = match row {
            SplitLine::Cells(cells) => columns.read(&cells, today),
            SplitLine::BrokenQuotes => Err(LineOutcome::BrokenQuotes),
            SplitLine::TooLong => Err(LineOutcome::LineTooLong),
        };
        let read = read.and_then(|wanted| {
            let is_first = seen.insert((wanted.public_id.clone(), wanted.measured_on));
            if is_first { Ok(wanted) } else { Err(LineOutcome::DuplicateInList) }
        });
        lines.push((number, read));
    }
    if lines.is_empty() {
        return Err(ListProblem::Empty.code());
    }
    Ok(ParsedOutcomes { separator, ignored_columns: columns.ignored, lines })
}

/// Where each thing stands.
struct Columns {
    id: usize,
    date: usize,
    criteria: Vec<(Criterion, usize)>,
    width: usize,
    ignored: Vec<String>,
}

impl Columns {
    fn of(cells: &[String]) -> Option<Self> {
        let (mut id, mut date, mut criteria, mut ignored) = (None, None, Vec::new(), Vec::new());
        for (index, cell) in cells.iter().enumerate() {
            // Of two columns for one thing the first counts.
            let is_used = match plain(cell).as_str() {
                "candidate_id" | "public_id" | "candidate" | "identifiant" | "id_candidat"
                | "candidature" => id.is_none() && id.replace(index).is_none(),
                "date" | "measured_on" | "date_of_measure" | "date_mesure" | "date_de_mesure"
                | "mesure_le" => date.is_none() && date.replace(index).is_none(),
                "" => true,
                name => match criterion(name) {
                    Some(found) if !criteria.iter().any(|(known, _)| *known == found) => {
                        criteria.push((found, index));
                        true
                    }
                    _ => false,
                },
            };
            if !is_used {
                ignored.push(cell.clone());
            }
        }
        let (id, date) = (id?, date?);
        (!criteria.is_empty()).then_some(Self { id, date, criteria, width: cells.len(), ignored })
    }

    fn read(&self, cells: &[String], today: NaiveDate) -> Result<Wanted, LineOutcome> {
        let cell = |index: usize| cells.get(index).map_or("", |cell| cell.trim());
        if cells.iter().skip(self.width).any(|cell| !cell.is_empty()) {
            return Err(LineOutcome::TooManyColumns);
        }
        let id = cell(self.id).to_lowercase();
        if id.is_empty() {
            return Err(LineOutcome::MissingId);
        }
        // What has not the form of an id names nobody.
        let public_id = PublicId::parse(&id).map_err(|_| LineOutcome::UnknownId)?.to_string();
        let measured_on = day(cell(self.date)).filter(|day| *day <= today).ok_or(LineOutcome::BadDate)?;
        let mut values = Vec::new();
        for (criterion, index) in &self.criteria {
            let typed = cell(*index);
            if !typed.is_empty() {
                values.push((*criterion, value(*criterion, typed).ok_or(LineOutcome::BadNumber)?));
            }
        }
        if values.is_empty() {
            return Err(LineOutcome::NothingToStore);
        }
        Ok(Wanted { public_id, measured_on, values })
    }
}

fn criterion(name: &str) -> Option<Criterion> {
    match name {
        "performance" | "performance_rating" | "rating" | "note_de_performance" | "evaluation" => {
            Some(Criterion::Performance)
        }
        "retained" | "still_employed" | "stayed" | "en_poste" | "maintien" | "reste" => {
            Some(Criterion::Retained)
        }
        "retention_days" | "days_employed" | "days" | "jours_en_poste" | "jours" => {
            Some(Criterion::RetentionDays)
        }
        "customer_satisfaction"
        | "satisfaction"
        | "csat"
        | "satisfaction_client"
        | "satisfaction_des_clients" => Some(Criterion::CustomerSatisfaction),
        _ => None,
    }
}

fn day(typed: &str) -> Option<NaiveDate> {
    let found = NaiveDate::parse_from_str(typed, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(typed, "%d/%m/%Y"))
        .ok()?;
    // A year of two digits is read as one of the first century.
    (found >= NaiveDate::from_ymd_opt(2000, 1, 1)?).then_some(found)
}

fn value(criterion: Criterion, typed: &str) -> Option<f64> {
    if criterion == Criterion::Retained {
        return match fold(typed).as_str() {
            "oui" | "o" | "yes" | "y" | "vrai" | "true" | "1" => Some(1.0),
            "non" | "n" | "no" | "faux" | "false" | "0" => Some(0.0),
            _ => None,
        };
    }
    // « inf », « 1e9 » and « NaN » are no numbers here.
    if !typed
        .chars()
        .all(|character| character.is_ascii_digit() || matches!(character, '.' | ',' | '-' | '+'))
    {
        return None;
    }
    let number: f64 = typed.replace(',', ".").parse().ok()?;
    let (least, most) = match criterion {
        Criterion::RetentionDays => (0.0, 40_000.0),
        _ => (-1_000.0, 1_000.0),
    };
    (number.is_finite() && (least..=most).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f";
    const OTHER: &str = "4f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
    }

    fn outcomes(text: &str) -> Vec<(u32, Option<LineOutcome>)> {
        let parsed = parse(text, today()).unwrap();
        parsed.lines.iter().map(|(number, line)| (*number, line.as_ref().err().copied())).collect()
    }

    #[test]
    fn french_and_english_headers_say_the_same() {
        let english = format!("candidate_id,date,performance,retained\n{ID},2026-02-01,3.5,yes\n");
        let french = format!("Identifiant;Date de mesure;Évaluation;En poste\n{ID};01/02/2026;3,5;oui\n");

        for text in [english, french] {
            let parsed = parse(&text, today()).unwrap();
            let (number, line) = &parsed.lines[0];
            let wanted = line.as_ref().ok().unwrap();
            assert_eq!((*number, wanted.public_id.as_str()), (2, ID));
            assert_eq!(wanted.measured_on, NaiveDate::from_ymd_opt(2026, 2, 1).unwrap());
            assert_eq!(wanted.values, [(Criterion::Performance, 3.5), (Criterion::Retained, 1.0)]);
        }
    }

    #[test]
    fn each_fault_is_told_by_its_line() {
        let text = format!(
            "candidate_id,date,performance\n\
             {ID},2026-02-01,3\n\
             {ID},2026-02-01,4\n\
             ,2026-02-01,3\n\
             somebody,2026-02-01,3\n\
             {OTHER},2026-02-30,3\n\
             {OTHER},2026-03-03,3\n\
             {OTHER},01/02/26,3\n\
             {OTHER},2026-02-01,three\n\
             {OTHER},2026-02-01,NaN\n\
             {OTHER},2026-02-01,1e5\n\
             {OTHER},2026-02-01,\n\
             {OTHER},2026-02-01,3,4\n\
             \"{OTHER},2026-02-01,3\n"
        );

        use LineOutcome::{
            BadDate, BadNumber, BrokenQuotes, DuplicateInList, MissingId, NothingToStore, TooManyColumns,
            UnknownId,
        };
        let expected = [
            None,
            Some(DuplicateInList),
            Some(MissingId),
            Some(UnknownId),
            Some(BadDate),
            Some(BadDate),
            Some(BadDate),
            Some(BadNumber),
            Some(BadNumber),
            Some(BadNumber),
            Some(NothingToStore),
            Some(TooManyColumns),
            Some(BrokenQuotes),
        ];
        let found = outcomes(&text);
        assert_eq!(found.iter().map(|(_, outcome)| *outcome).collect::<Vec<_>>(), expected);
        assert_eq!(found[0].0, 2);
    }

    #[test]
    fn a_list_that_names_no_columns_is_refused_whole() {
        let problem = |text: &str| parse(text, today()).err();

        assert_eq!(problem(""), Some("required"));
        assert_eq!(problem("candidate_id,date,performance\n"), Some("required"));
        assert_eq!(problem(&format!("{ID},2026-02-01,3\n")), Some("no_header"));
        assert_eq!(problem("candidate_id,performance\n"), Some("no_header"));
        assert_eq!(problem("candidate_id,date,shoe_size\n"), Some("no_header"));
    }

    #[test]
    fn columns_that_are_not_used_are_named() {
        let parsed =
            parse(&format!("candidate_id,name,date,days,jours\n{ID},Zoé,2026-02-01,30,31\n"), today())
                .unwrap();

        assert_eq!(parsed.ignored_columns, ["name", "jours"]);
        assert_eq!(parsed.lines[0].1.as_ref().ok().unwrap().values, [(Criterion::RetentionDays, 30.0)]);
    }

    #[test]
    fn values_stay_within_what_a_scale_can_be() {
        assert_eq!(value(Criterion::RetentionDays, "-1"), None);
        assert_eq!(value(Criterion::RetentionDays, "40001"), None);
        assert_eq!(value(Criterion::CustomerSatisfaction, "-12,5"), Some(-12.5));
        assert_eq!(value(Criterion::Performance, "1001"), None);
        for (typed, expected) in [("OUI", Some(1.0)), ("Non", Some(0.0)), ("2", None), ("peut-être", None)] {
            assert_eq!(value(Criterion::Retained, typed), expected, "{typed}");
        }
    }
}
