//! Which part of a ranking somebody asks for.

use domain::attempt::AttemptState;
use domain::construct::Family;
use domain::decision::DecisionCode;
use domain::ids::PublicId;
use domain::language::Language;
use store::repo::ranking_rows::{self, RankingFilter, TiedWith};

use crate::ranking::search::tree_numbers;

/// In which order people of one band stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The random column: inside a band no order has a meaning.
    #[default]
    Random,
    /// By score, which says nothing about neighbours.
    Score,
}

/// What a ranking may show beside the person and the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The score on its scale.
    Lane,
    /// The ranks.
    Ranks,
    /// The last decision.
    Decision,
    /// The language of the test.
    Language,
    /// How the test ended.
    State,
    /// The tags.
    Tags,
}

impl Column {
    /// All of them, in the order shown.
    pub const ALL: [Self; 6] =
        [Self::Lane, Self::Ranks, Self::Decision, Self::Language, Self::State, Self::Tags];
    /// Those shown when nobody chooses.
    pub const USUAL: [Self; 3] = [Self::Lane, Self::Ranks, Self::Decision];

    /// The code in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lane => "lane",
            Self::Ranks => "ranks",
            Self::Decision => "decision",
            Self::Language => "language",
            Self::State => "state",
            Self::Tags => "tags",
        }
    }

    /// The column of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }
}

/// Which decision to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionFilter {
    /// Nobody has decided yet.
    Open,
    /// The last decision is this one.
    Code(DecisionCode),
}

/// What part of a ranking to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankingQuery {
    /// Only this band, 0 for A.
    pub band: Option<i32>,
    /// Only this decision.
    pub decision: Option<DecisionFilter>,
    /// Only this language of the test.
    pub language: Option<Language>,
    /// Only those who finished, or whose time ran out.
    pub state: Option<AttemptState>,
    /// Only people whose tree name this asks for.
    pub tree: Option<String>,
    /// Only people with this tag, by its id.
    pub tag: Option<String>,
    /// Only people whose score of a family reaches a number from 0 to 100, with its interval.
    pub family: Option<(Family, u8)>,
    /// The columns shown; nothing: those of [`Column::USUAL`].
    pub columns: Option<Vec<Column>>,
    /// Only people who are not told apart from this one.
    pub tied: Option<PublicId>,
    /// The order inside bands.
    pub order: Order,
    /// The version by its number: the one that paging began in; the newest otherwise.
    pub version: Option<i32>,
    /// The last row of the page before.
    pub after: i32,
}

impl RankingQuery {
    /// Whether some people are hidden.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.band.is_some()
            || self.decision.is_some()
            || self.language.is_some()
            || self.state.is_some()
            || self.tied.is_some()
            || self.tree.is_some()
            || self.tag.is_some()
            || self.family.is_some()
    }

    /// Whether nothing but [`Self::tied`] hides anyone: then its row tells how many are left.
    pub(super) fn is_tied_alone(&self) -> bool {
        self.tied.is_some() && !Self { tied: None, ..self.clone() }.is_filtered()
    }

    /// The band, when nothing else hides anyone: its head tells how many are in it.
    pub(super) fn band_alone(&self) -> Option<i32> {
        self.band.filter(|_| !Self { band: None, ..self.clone() }.is_filtered())
    }

    /// `tied`: the row of [`Self::tied`].
    pub(super) fn filter(&self, campaign: &str, tied: Option<TiedWith>) -> RankingFilter {
        RankingFilter {
            band: self.band,
            decision: self.decision.map(|decision| match decision {
                DecisionFilter::Open => None,
                DecisionFilter::Code(code) => Some(code.code().to_owned()),
            }),
            language: self.language.map(|language| language.code().to_owned()),
            state: self.state.map(|state| state.code().to_owned()),
            // A name that no tree has finds nobody.
            trees: self
                .tree
                .as_deref()
                .map(|tree| (campaign.to_owned(), tree_numbers(tree).unwrap_or_default())),
            tied,
            tag: self.tag.clone(),
            rated_by: None,
        }
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn shows(&self, column: Column) -> bool {
        self.columns.as_deref().unwrap_or(&Column::USUAL).contains(&column)
    }

    pub(super) const fn row_order(&self) -> ranking_rows::RankingOrder {
        match self.order {
            Order::Random => ranking_rows::RankingOrder::Random,
            Order::Score => ranking_rows::RankingOrder::Score,
        }
    }
}
