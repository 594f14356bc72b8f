//! The key as a versioned object with a fingerprint. Changing it makes a new version: old results keep
//! theirs.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::linear::{count, count_u32};
use crate::panel::PanelError;
use crate::panel::verdict::RoundVerdict;

/// The key of one option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// The mean of ratings, as sum and number.
    Mean {
        /// Sum of the ratings.
        sum: u32,
        /// Number of ratings.
        n: u32,
    },
    /// Whether the option is one of the panel's modes: ties are all accepted.
    Mode {
        /// Experts who picked it.
        votes: u32,
        /// Whether it is accepted.
        is_accepted: bool,
    },
}

/// One option of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyedOption {
    /// The option's lasting identifier.
    pub id: String,
    /// Its value.
    pub value: KeyValue,
    /// Standard error of the value (mean, or share of votes).
    pub error: f64,
    /// Agreement r_wg; absent for votes.
    pub r_wg: Option<f64>,
    /// Whether it is scored.
    pub is_scored: bool,
}

/// A versioned key.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    version: u32,
    date: String,
    experts: u32,
    icc_2k: Option<f64>,
    alpha: Option<f64>,
    options: Vec<KeyedOption>,
    hash: String,
}

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// The ratings or votes cannot be used.
    #[error(transparent)]
    Panel(#[from] PanelError),
    /// An identifier is empty, stands twice or holds a line break or tab.
    #[error("the identifier {0:?} is empty, stands twice or holds a line break or tab")]
    Identifier(String),
    /// The date is not of the form 2026-11-22.
    #[error("the date {0:?} is not of the form 2026-11-22")]
    Date(String),
}

impl Key {
    /// The key of a judged round: the mean of each option, scored where the verdict keeps it.
    ///
    /// `ids`: the lasting identifier of each option; `version` counts from 1; `date` as 2026-11-22, given by
    /// the caller.
    ///
    /// # Errors
    /// [`KeyError`].
    ///
    /// Test `a_key_changes_its_hash_with_anything_in_it`.
    pub fn of_round(
        verdict: &RoundVerdict,
        ids: &[&str],
        version: u32,
        date: &str,
    ) -> Result<Self, KeyError> {
        let (expected, found) = (verdict.options.len(), ids.len());
        if expected != found {
            return Err(PanelError::LengthMismatch { expected, found }.into());
        }
        let option =
            |(place, (own, id)): (usize, (&crate::panel::verdict::OptionVerdict, &&str))| KeyedOption {
                id: (*id).to_owned(),
                value: KeyValue::Mean { sum: own.agreement.sum, n: own.agreement.n },
                error: own.agreement.key_error,
                r_wg: Some(own.agreement.r_wg),
                is_scored: verdict.is_scored(place),
            };
        let options = verdict.options.iter().zip(ids).enumerate().map(option).collect();
        Self::new(version, date, verdict.experts, verdict.icc_2k(), verdict.alpha, options)
    }

    /// The key of a pick format: the options most experts picked; ties are listed and all accepted.
    ///
    /// `votes`: the option (from 0) each expert picked, `None` for an abstention; `ids`, `version` and `date`
    /// as in [`Key::of_round`].
    ///
    /// # Errors
    /// [`KeyError`]; [`PanelError::TooFewExperts`] below 2 votes, [`PanelError::OutOfRange`] for an option
    /// that is not there.
    ///
    /// Test `ties_of_votes_are_all_accepted`.
    pub fn of_votes(
        votes: &[Option<usize>],
        ids: &[&str],
        version: u32,
        date: &str,
    ) -> Result<Self, KeyError> {
        if ids.is_empty() {
            return Err(PanelError::NoOption.into());
        }
        let given: Vec<usize> = votes.iter().flatten().copied().collect();
        if given.len() < 2 {
            return Err(PanelError::TooFewExperts { found: given.len() }.into());
        }
        if let Some(vote) = given.iter().find(|vote| **vote >= ids.len()) {
            return Err(PanelError::OutOfRange { name: "vote", value: count(*vote) }.into());
        }
        let tally: Vec<u32> =
            (0..ids.len()).map(|o| count_u32(given.iter().filter(|v| **v == o).count())).collect();
        let most = tally.iter().copied().max().unwrap_or(0);
        let n = count(given.len());
        let option = |(id, votes): (&&str, &u32)| {
            let share = f64::from(*votes) / n;
            let value = KeyValue::Mode { votes: *votes, is_accepted: *votes == most };
            let error = (share * (1.0 - share) / n).sqrt();
            KeyedOption { id: (*id).to_owned(), value, error, r_wg: None, is_scored: true }
        };
        let options = ids.iter().zip(&tally).map(option).collect();
        Self::new(version, date, count_u32(given.len()), None, None, options)
    }

    fn new(
        version: u32,
        date: &str,
        experts: u32,
        icc_2k: Option<f64>,
        alpha: Option<f64>,
        options: Vec<KeyedOption>,
    ) -> Result<Self, KeyError> {
        let is_date = date.len() == 10
            && date
                .bytes()
                .enumerate()
                .all(|(k, b)| if k == 4 || k == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !is_date {
            return Err(KeyError::Date(date.to_owned()));
        }
        let mut ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
        ids.sort_unstable();
        let is_broken = |id: &str| id.is_empty() || id.contains(['\n', '\r', '\t']);
        let twice = ids.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        if let Some(id) = ids.iter().find(|id| is_broken(id)).or(twice) {
            return Err(KeyError::Identifier((*id).to_owned()));
        }
        let mut key =
            Self { version, date: date.to_owned(), experts, icc_2k, alpha, options, hash: String::new() };
        for byte in Sha256::digest(key.canonical().as_bytes()) {
            // Writing to a string cannot fail.
            let _ = write!(key.hash, "{byte:02x}");
        }
        Ok(key)
    }

    /// The text the fingerprint is of: one line per fact, options in the order of their identifiers, numbers
    /// in full.
    #[must_use]
    pub fn canonical(&self) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| format!("{v:?}"));
        let mut lines = vec![
            "egard key 1".to_owned(),
            format!("version\t{}", self.version),
            format!("date\t{}", self.date),
            format!("experts\t{}", self.experts),
            format!("icc_2k\t{}", number(self.icc_2k)),
            format!("alpha_ordinal\t{}", number(self.alpha)),
        ];
        let mut options: Vec<&KeyedOption> = self.options.iter().collect();
        options.sort_by(|a, b| a.id.cmp(&b.id));
        lines.extend(options.iter().map(|option| {
            let value = match &option.value {
                KeyValue::Mean { sum, n } => format!("mean\t{sum}\t{n}"),
                KeyValue::Mode { votes, is_accepted } => format!("mode\t{votes}\t{is_accepted}"),
            };
            let (error, r_wg) = (number(Some(option.error)), number(option.r_wg));
            format!("option\t{}\t{value}\t{error}\t{r_wg}\t{}", option.id, option.is_scored)
        }));
        lines.push(String::new());
        lines.join("\n")
    }

    /// The fingerprint: SHA-256 of [`Key::canonical`], 64 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The date, as 2026-11-22.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Number of experts behind it.
    #[must_use]
    pub const fn experts(&self) -> u32 {
        self.experts
    }

    /// The options, in the order given.
    #[must_use]
    pub fn options(&self) -> &[KeyedOption] {
        &self.options
    }
}
