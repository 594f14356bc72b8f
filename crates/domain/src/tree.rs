//! Blind names: each candidate of a campaign is a tree and a number (« Tilleul 27 »), the same in French and
//! English. Which candidate gets which number is drawn at random by `services`; the name itself tells nothing.

/// How many names have two parts; the numbers from here on get a third.
pub const TWO_PART_NAMES: u32 = 9_900;

/// Trees by their French names, none of them a person's name or a word with a colour of praise or blame.
/// The order is part of the stored data: append nothing, change nothing.
pub const TREES: [&str; 100] = [
    "Abricotier",
    "Acacia",
    "Ailante",
    "Alisier",
    "Amandier",
    "Aralia",
    "Arbousier",
    "Arganier",
    "Aubépine",
    "Aulne",
    "Avocatier",
    "Badamier",
    "Bambou",
    "Baobab",
    "Bouleau",
    "Bourdaine",
    "Bruyère",
    "Buis",
    "Cacaoyer",
    "Caféier",
    "Camélia",
    "Camphrier",
    "Cannelier",
    "Caroubier",
    "Catalpa",
    "Cédratier",
    "Cèdre",
    "Cerisier",
    "Charme",
    "Châtaignier",
    "Chêne",
    "Citronnier",
    "Cocotier",
    "Cognassier",
    "Cormier",
    "Cornouiller",
    "Cotonnier",
    "Cyprès",
    "Dattier",
    "Épicéa",
    "Érable",
    "Eucalyptus",
    "Févier",
    "Figuier",
    "Filao",
    "Frangipanier",
    "Frêne",
    "Fusain",
    "Genévrier",
    "Ginkgo",
    "Giroflier",
    "Goyavier",
    "Grenadier",
    "Hêtre",
    "Hévéa",
    "Houx",
    "Jujubier",
    "Kaki",
    "Kapokier",
    "Laurier",
    "Lilas",
    "Magnolia",
    "Mandarinier",
    "Manguier",
    "Marronnier",
    "Mélèze",
    "Merisier",
    "Micocoulier",
    "Mimosa",
    "Mirabellier",
    "Mûrier",
    "Muscadier",
    "Myrte",
    "Néflier",
    "Noisetier",
    "Noyer",
    "Olivier",
    "Oranger",
    "Orme",
    "Osier",
    "Palmier",
    "Papayer",
    "Paulownia",
    "Pêcher",
    "Peuplier",
    "Pin",
    "Pistachier",
    "Platane",
    "Poirier",
    "Pommier",
    "Prunier",
    "Robinier",
    "Sapin",
    "Saule",
    "Séquoia",
    "Sorbier",
    "Sureau",
    "Tamaris",
    "Teck",
    "Tilleul",
];

/// The blind name of a number, any number: distinct numbers give distinct names.
#[must_use]
pub fn tree_name(number: u32) -> String {
    let trees = u32::try_from(TREES.len()).unwrap_or(u32::MAX);
    let tree = usize::try_from(number % trees).ok().and_then(|index| TREES.get(index)).copied();
    let tree = tree.unwrap_or_default();
    let within = number % TWO_PART_NAMES / trees + 1;
    match number / TWO_PART_NAMES {
        0 => format!("{tree} {within:02}"),
        round => format!("{tree} {within:02}-{}", u64::from(round) + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_a_hundred_different_trees() {
        assert_eq!(TREES.iter().collect::<HashSet<_>>().len(), 100);
    }

    #[test]
    fn a_name_is_a_tree_and_a_number() {
        assert_eq!(tree_name(0), "Abricotier 01");
        assert_eq!(tree_name(99), "Tilleul 01");
        assert_eq!(tree_name(2_699), "Tilleul 27");
        assert_eq!(tree_name(9_899), "Tilleul 99");
    }

    #[test]
    fn later_numbers_get_a_third_part() {
        assert_eq!(tree_name(9_900), "Abricotier 01-2");
        assert_eq!(tree_name(19_799), "Tilleul 99-2");
        assert_eq!(tree_name(19_800), "Abricotier 01-3");
        assert!(tree_name(u32::MAX).len() < 32);
    }

    #[test]
    fn no_two_numbers_share_a_name() {
        let names: HashSet<String> = (0..30_000).map(tree_name).collect();

        assert_eq!(names.len(), 30_000);
    }
}
