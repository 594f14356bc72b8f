//! A part of the pool as it stands in an address or a form, and back. Pages are counted: no address names a person.

use domain::decision::DecisionCode;
use domain::ids::CampaignId;
use domain::language::Language;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use services::ranking::DecisionFilter;
use services::talent_pool::{PoolGroup, PoolQuery};

use crate::components::band::badge_words;
use crate::components::filter::Choice;
use crate::fault::Fault;
use crate::text;

/// The query as it stands in the address; empty values mean nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    test: String,
    #[serde(default)]
    campaign: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    tag: String,
    /// From 1.
    #[serde(default)]
    page: String,
}

impl Asked {
    pub(super) fn parse(&self) -> Result<PoolQuery, Fault> {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let campaign = given(&self.campaign);
        let page = match given(&self.page) {
            None => 0,
            Some(page) => page
                .parse::<u32>()
                .ok()
                .and_then(|page| page.checked_sub(1))
                .and_then(|page| usize::try_from(page).ok())
                .ok_or(Fault::BadRequest)?,
        };
        Ok(PoolQuery {
            test: given(&self.test),
            campaign: campaign.map(|id| CampaignId::parse(&id).map_err(|_| Fault::NotFound)).transpose()?,
            decision: match self.decision.as_str() {
                "" => None,
                "open" => Some(DecisionFilter::Open),
                code => Some(DecisionFilter::Code(DecisionCode::parse(code).map_err(|_| Fault::BadRequest)?)),
            },
            tag: given(&self.tag),
            page,
        })
    }
}

/// The address of a part of the pool.
pub(super) fn address(query: &PoolQuery) -> String {
    let encoded = |text: &String| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut parts = Vec::new();
    parts.extend(query.test.as_ref().map(|test| format!("test={}", encoded(test))));
    parts.extend(query.campaign.as_ref().map(|campaign| format!("campaign={campaign}")));
    match query.decision {
        None => {}
        Some(DecisionFilter::Open) => parts.push("decision=open".to_owned()),
        Some(DecisionFilter::Code(code)) => parts.push(format!("decision={code}")),
    }
    parts.extend(query.tag.as_ref().map(|tag| format!("tag={}", encoded(tag))));
    if query.page > 0 {
        parts.push(format!("page={}", query.page.saturating_add(1)));
    }
    let mark = if parts.is_empty() { "" } else { "?" };
    format!("/pool{mark}{}", parts.join("&"))
}

/// The campaigns that people of this test come from.
pub(super) fn campaigns(group: &PoolGroup, query: &PoolQuery) -> Vec<Choice> {
    let asked = query.campaign.as_ref().map(CampaignId::as_str);
    let choice = |(id, title): &(String, String)| (id.clone(), title.clone(), asked == Some(id.as_str()));
    group.campaigns.iter().map(choice).collect()
}

/// The tags of the organisation.
pub(super) fn tags(group: &PoolGroup, query: &PoolQuery) -> Vec<Choice> {
    let choice = |(id, name): &(String, String)| (id.clone(), name.clone(), query.tag.as_ref() == Some(id));
    group.tags.iter().map(choice).collect()
}

/// Nothing decided yet, and every decision.
pub(super) fn decisions(language: Language, query: &PoolQuery) -> Vec<Choice> {
    let is_open = query.decision == Some(DecisionFilter::Open);
    let open = ("open".to_owned(), text!(language, review.badge_open).to_owned(), is_open);
    let choice = |code: &DecisionCode| {
        let is_chosen = query.decision == Some(DecisionFilter::Code(*code));
        (code.code().to_owned(), badge_words(language, *code).to_owned(), is_chosen)
    };
    std::iter::once(open).chain(DecisionCode::ALL.iter().map(choice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMPAIGN: &str = "0198f2c4-7d1e-7c3a-9f00-3a5b6c7d8e9f";

    #[test]
    fn an_address_is_read_back() {
        let query = PoolQuery {
            test: Some("k.1.screen-12".to_owned()),
            campaign: Some(CampaignId::parse(CAMPAIGN).unwrap()),
            decision: Some(DecisionFilter::Code(DecisionCode::Hold)),
            tag: Some("t".to_owned()),
            page: 1,
        };

        let address = address(&query);

        assert_eq!(
            address,
            format!("/pool?test=k%2E1%2Escreen%2D12&campaign={CAMPAIGN}&decision=hold&tag=t&page=2")
        );
        let asked = Asked {
            test: "k.1.screen-12".to_owned(),
            campaign: CAMPAIGN.to_owned(),
            decision: "hold".to_owned(),
            tag: "t".to_owned(),
            page: "2".to_owned(),
        };
        assert_eq!(asked.parse(), Ok(query));
        assert_eq!(Asked::default().parse(), Ok(PoolQuery::default()));
        assert_eq!(super::address(&PoolQuery::default()), "/pool");
    }

    #[test]
    fn a_page_is_a_number_from_1_on() {
        let asked = |page: &str| Asked { page: page.to_owned(), ..Asked::default() }.parse();

        assert_eq!(asked("1").unwrap().page, 0);
        for page in ["0", "-1", "x", "4294967296"] {
            assert_eq!(asked(page), Err(Fault::BadRequest), "{page}");
        }
        let bad = Asked { decision: "best".to_owned(), ..Asked::default() };
        assert_eq!(bad.parse(), Err(Fault::BadRequest));
    }
}
