//! The ten constructs that tag actions and the five families that are scored (decisions.md, words).
//! Names in French and English stand in packs and locales, not here.

use crate::closed_code::closed_code;

closed_code! {
    /// One of ten blueprint tags: what an action is about. Descriptive; never scored by itself.
    pub enum Construct {
        /// Emotion recognition in words and context.
        Recognition = "REC",
        /// Emotion understanding: why it arose and what follows.
        Understanding = "UND",
        /// Active listening: asks, reformulates, checks.
        Listening = "LIS",
        /// Perspective taking: sees what is at stake for this customer.
        Perspective = "PER",
        /// Empathic concern: shows care without overpromising.
        Concern = "CON",
        /// Authenticity: honest, own words.
        Authenticity = "AUT",
        /// Managing the customer's emotion: calms, validates, repairs.
        Managing = "MAN",
        /// Regulating one's own emotion.
        Regulation = "REG",
        /// Service orientation: solves, anticipates, follows up.
        Service = "SRV",
        /// Latitude and initiative within the rules.
        Latitude = "LAT",
    }
}

closed_code! {
    /// One of five scored groups of constructs, always in this order.
    pub enum Family {
        /// « Comprendre l’émotion » (REC, UND).
        UnderstandEmotion = "understand-emotion",
        /// « Écouter et vérifier » (LIS).
        ListenAndCheck = "listen-and-check",
        /// « Considérer la personne » (PER, CON, AUT).
        ConsiderThePerson = "consider-the-person",
        /// « Apaiser et réparer » (MAN, REG).
        SootheAndRepair = "soothe-and-repair",
        /// « Agir avec latitude » (SRV, LAT).
        ActWithLatitude = "act-with-latitude",
    }
}

impl Family {
    /// The constructs of the family, in their fixed order.
    #[must_use]
    pub const fn constructs(self) -> &'static [Construct] {
        match self {
            Self::UnderstandEmotion => &[Construct::Recognition, Construct::Understanding],
            Self::ListenAndCheck => &[Construct::Listening],
            Self::ConsiderThePerson => &[Construct::Perspective, Construct::Concern, Construct::Authenticity],
            Self::SootheAndRepair => &[Construct::Managing, Construct::Regulation],
            Self::ActWithLatitude => &[Construct::Service, Construct::Latitude],
        }
    }
}

/// The one family that a construct belongs to.
#[must_use]
pub const fn family_of(construct: Construct) -> Family {
    match construct {
        Construct::Recognition | Construct::Understanding => Family::UnderstandEmotion,
        Construct::Listening => Family::ListenAndCheck,
        Construct::Perspective | Construct::Concern | Construct::Authenticity => Family::ConsiderThePerson,
        Construct::Managing | Construct::Regulation => Family::SootheAndRepair,
        Construct::Service | Construct::Latitude => Family::ActWithLatitude,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_share_out_all_constructs() {
        let listed: Vec<Construct> =
            Family::ALL.iter().flat_map(|family| family.constructs()).copied().collect();

        assert_eq!(listed, Construct::ALL);
    }

    #[test]
    fn a_construct_stands_in_its_own_family() {
        for construct in Construct::ALL {
            assert!(family_of(*construct).constructs().contains(construct));
        }
    }

    #[test]
    fn families_keep_their_order() {
        let codes: Vec<&str> = Family::ALL.iter().map(|family| family.code()).collect();

        assert_eq!(
            codes,
            [
                "understand-emotion",
                "listen-and-check",
                "consider-the-person",
                "soothe-and-repair",
                "act-with-latitude"
            ]
        );
    }
}
