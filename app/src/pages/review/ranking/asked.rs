//! A part of the ranking as it stands in an address or a form, and back.

use domain::attempt::AttemptState;
use domain::construct::Family;
use domain::decision::DecisionCode;
use domain::ids::PublicId;
use domain::language::Language;
use serde::Deserialize;
use services::ranking::{Column, DecisionFilter, Order, RankingQuery, band_letters};

use crate::fault::Fault;

/// The query as it stands in the address; empty values mean nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::pages::review) struct Asked {
    #[serde(default)]
    band: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    tree: String,
    #[serde(default)]
    tied: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    family: String,
    #[serde(default)]
    least: String,
    /// Codes of columns with dots between; of a form, `chosen` and the boxes beside it.
    #[serde(default)]
    columns: String,
    #[serde(default)]
    column_lane: String,
    #[serde(default)]
    column_ranks: String,
    #[serde(default)]
    column_decision: String,
    #[serde(default)]
    column_language: String,
    #[serde(default)]
    column_state: String,
    #[serde(default)]
    column_tags: String,
    /// The name of a view to be kept; posted, never in an address.
    #[serde(default)]
    pub(super) name: String,
}

impl Asked {
    pub(super) fn parse(&self) -> Result<RankingQuery, Fault> {
        let bad = |_| Fault::BadRequest;
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let decision = match given(&self.decision).as_deref() {
            None => None,
            Some("open") => Some(DecisionFilter::Open),
            Some(code) => Some(DecisionFilter::Code(DecisionCode::parse(code).map_err(bad)?)),
        };
        Ok(RankingQuery {
            band: given(&self.band)
                .map(|letters| band_number(&letters).ok_or(Fault::BadRequest))
                .transpose()?,
            decision,
            language: given(&self.language).map(|code| Language::parse(&code).map_err(bad)).transpose()?,
            state: given(&self.state).map(|code| AttemptState::parse(&code).map_err(bad)).transpose()?,
            tree: given(&self.tree).map(|tree| tree.chars().take(MOST_TYPED).collect()),
            tied: given(&self.tied)
                .map(|id| PublicId::parse(&id).map_err(|_| Fault::NotFound))
                .transpose()?,
            tag: given(&self.tag),
            family: self.threshold()?,
            columns: self.columns()?,
            order: match self.order.as_str() {
                "" | "random" => Order::Random,
                "score" => Order::Score,
                _ => return Err(Fault::BadRequest),
            },
            version: given(&self.version)
                .map(|number| number.parse().map_err(|_| Fault::BadRequest))
                .transpose()?,
            after: given(&self.after)
                .map_or(Ok(0), |number| number.parse().map_err(|_| Fault::BadRequest))?,
        })
    }
}

/// What [`Asked::columns`] is where the boxes of a form say it.
pub(super) const CHOSEN: &str = "chosen";

impl Asked {
    /// A family and a number from 0 to 100; either alone asks for nothing.
    fn threshold(&self) -> Result<Option<(Family, u8)>, Fault> {
        if self.family.is_empty() || self.least.is_empty() {
            return Ok(None);
        }
        let family = Family::parse(&self.family).map_err(|_| Fault::BadRequest)?;
        let least: u8 = self.least.trim().parse().map_err(|_| Fault::BadRequest)?;
        if least > 100 {
            return Err(Fault::BadRequest);
        }
        Ok(Some((family, least)))
    }

    fn columns(&self) -> Result<Option<Vec<Column>>, Fault> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        if self.columns != CHOSEN {
            let codes = self.columns.split('.').filter(|code| *code != NO_COLUMN);
            let columns = codes.map(|code| Column::parse(code).ok_or(Fault::BadRequest));
            return columns.collect::<Result<_, _>>().map(Some);
        }
        let is_on = |column: &Column| {
            !match column {
                Column::Lane => &self.column_lane,
                Column::Ranks => &self.column_ranks,
                Column::Decision => &self.column_decision,
                Column::Language => &self.column_language,
                Column::State => &self.column_state,
                Column::Tags => &self.column_tags,
            }
            .is_empty()
        };
        let chosen: Vec<Column> = Column::ALL.into_iter().filter(is_on).collect();
        Ok(Some(chosen).filter(|chosen| *chosen != Column::USUAL))
    }
}

/// What stands for no column at all.
const NO_COLUMN: &str = "none";

/// More letters than any tree name has.
const MOST_TYPED: usize = 60;

/// A typed text as it may stand in an address.
fn percent_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The number of a band by its letters; nothing for what no band is called.
fn band_number(letters: &str) -> Option<i32> {
    let is_plain = (1..=4).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    is_plain.then(|| letters.bytes().fold(0, |number, byte| number * 26 + i32::from(byte - b'A') + 1) - 1)
}

/// The address of a part of the ranking.
pub(super) fn address(campaign: &str, query: &RankingQuery) -> String {
    let mut parts = Vec::new();
    if let Some(band) = query.band {
        parts.push(format!("band={}", band_letters(band)));
    }
    match query.decision {
        None => {}
        Some(DecisionFilter::Open) => parts.push("decision=open".to_owned()),
        Some(DecisionFilter::Code(code)) => parts.push(format!("decision={code}")),
    }
    parts.extend(query.language.map(|language| format!("language={language}")));
    parts.extend(query.state.map(|state| format!("state={state}")));
    parts.extend(query.tree.as_ref().map(|tree| format!("tree={}", percent_encoded(tree))));
    parts.extend(query.tied.as_ref().map(|candidate| format!("tied={candidate}")));
    parts.extend(query.tag.as_ref().map(|tag| format!("tag={}", percent_encoded(tag))));
    if let Some((family, least)) = query.family {
        parts.push(format!("family={family}&least={least}"));
    }
    if let Some(columns) = &query.columns {
        let codes: Vec<&str> = columns.iter().map(|column| column.code()).collect();
        parts.push(format!(
            "columns={}",
            if codes.is_empty() { NO_COLUMN.to_owned() } else { codes.join(".") }
        ));
    }
    if query.order == Order::Score {
        parts.push("order=score".to_owned());
    }
    parts.extend(query.version.map(|version| format!("version={version}")));
    if query.after > 0 {
        parts.push(format!("after={}", query.after));
    }
    let mark = if parts.is_empty() { "" } else { "?" };
    format!("/campaigns/{campaign}{mark}{}", parts.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIED: &str = "8b7f4c3e-1f0a-4d55-9c68-0d9c6f0e7a11";

    #[test]
    fn letters_are_read_back() {
        for band in [0, 1, 25, 26, 27, 700, 18_277] {
            assert_eq!(band_number(&band_letters(band)), Some(band));
        }
        for letters in ["", "a", "A1", "AAAAA", "É"] {
            assert_eq!(band_number(letters), None, "{letters}");
        }
    }

    #[test]
    fn an_address_is_read_back() {
        let query = RankingQuery {
            band: Some(1),
            decision: Some(DecisionFilter::Code(DecisionCode::Hold)),
            language: Some(Language::En),
            state: Some(AttemptState::Expired),
            tree: Some("Érable 3".to_owned()),
            tied: Some(PublicId::parse(TIED).unwrap()),
            tag: Some("t".to_owned()),
            family: Some((Family::ListenAndCheck, 60)),
            columns: Some(vec![Column::Ranks, Column::Tags]),
            order: Order::Score,
            version: Some(3),
            after: 50,
        };

        let address = address("x", &query);

        assert_eq!(
            address,
            format!(
                "/campaigns/x?band=B&decision=hold&language=en&state=expired&tree=%C3%89rable%203\
                 &tied={TIED}&tag=t&family=listen-and-check&least=60&columns=ranks.tags&order=score&version=3&after=50"
            )
        );
        let asked = Asked {
            band: "B".to_owned(),
            decision: "hold".to_owned(),
            language: "en".to_owned(),
            state: "expired".to_owned(),
            tree: "Érable 3".to_owned(),
            tied: TIED.to_owned(),
            order: "score".to_owned(),
            version: "3".to_owned(),
            after: "50".to_owned(),
            tag: "t".to_owned(),
            family: "listen-and-check".to_owned(),
            least: "60".to_owned(),
            columns: "ranks.tags".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.parse(), Ok(query));
        assert_eq!(Asked::default().parse(), Ok(RankingQuery::default()));
    }

    #[test]
    fn columns_are_boxes_in_a_form_and_codes_in_an_address() {
        let asked = |columns: &str, tags: &str| Asked {
            columns: columns.to_owned(),
            column_lane: "1".to_owned(),
            column_ranks: "1".to_owned(),
            column_decision: "1".to_owned(),
            column_tags: tags.to_owned(),
            ..Asked::default()
        };

        assert_eq!(asked(CHOSEN, "").parse().unwrap().columns, None, "the usual ones");
        let all = [Column::Lane, Column::Ranks, Column::Decision, Column::Tags];
        assert_eq!(asked(CHOSEN, "1").parse().unwrap().columns, Some(all.to_vec()));
        let none = Asked { columns: CHOSEN.to_owned(), ..Asked::default() }.parse().unwrap();
        assert_eq!(none.columns, Some(Vec::new()));
        assert_eq!(address("x", &none), "/campaigns/x?columns=none");
        let read = Asked { columns: "none".to_owned(), ..Asked::default() }.parse().unwrap();
        assert_eq!(read.columns, Some(Vec::new()));
        assert_eq!(asked("name", "").parse(), Err(Fault::BadRequest));
    }

    #[test]
    fn a_threshold_is_a_family_and_a_number() {
        let asked = |family: &str, least: &str| {
            Asked { family: family.to_owned(), least: least.to_owned(), ..Asked::default() }.parse()
        };

        assert_eq!(asked("listen-and-check", "").unwrap().family, None);
        assert_eq!(asked("", "50").unwrap().family, None);
        for (family, least) in [("name", "50"), ("listen-and-check", "101"), ("listen-and-check", "-1")] {
            assert_eq!(asked(family, least), Err(Fault::BadRequest), "{family} {least}");
        }
    }

    #[test]
    fn an_unknown_value_is_a_bad_request() {
        let asked = Asked { order: "name".to_owned(), ..Asked::default() };

        assert_eq!(asked.parse(), Err(Fault::BadRequest));
    }
}
