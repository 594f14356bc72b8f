//! Names and addresses of simulated people: invented, on a domain that receives no mail.

use domain::language::Language;

const FIRST_FR: [&str; 20] = [
    "Amina", "Baptiste", "Chloé", "Driss", "Élodie", "Fabien", "Gaëlle", "Hugo", "Inès", "Jérôme", "Karima",
    "Léa", "Mathis", "Nadia", "Olivier", "Pauline", "Quentin", "Rokia", "Sofiane", "Thuy",
];
const LAST_FR: [&str; 17] = [
    "Arnaud",
    "Belkacem",
    "Chevalier",
    "Diallo",
    "Étienne",
    "Faure",
    "Garnier",
    "Haddad",
    "Iglesias",
    "Jacquet",
    "Kowalski",
    "Lambert",
    "Morel",
    "Nguyen",
    "Perrin",
    "Roussel",
    "Traoré",
];
const FIRST_EN: [&str; 13] = [
    "Aisha", "Ben", "Chidi", "Daisy", "Ewan", "Freya", "Grace", "Harpreet", "Isla", "Jack", "Keisha", "Liam",
    "Maria",
];
const LAST_EN: [&str; 12] = [
    "Ahmed", "Bennett", "Clarke", "Doyle", "Evans", "Fraser", "Hughes", "Okafor", "Patel", "Quinn", "Reyes",
    "Singh",
];

/// The name and the address of a simulated person; the address tells campaigns and numbers apart.
pub(super) fn person(campaign: usize, language: Language, number: u32) -> (String, String) {
    let (first, last): (&[&str], &[&str]) = match language {
        Language::Fr => (&FIRST_FR, &LAST_FR),
        Language::En => (&FIRST_EN, &LAST_EN),
    };
    let place = usize::try_from(number).unwrap_or(0);
    // The first two campaigns begin at the same place of two lists; later ones pair the names otherwise.
    let shifted = place + 5 * (campaign / 2);
    // The two lengths share no factor, so that a pair of names comes back only after all the others.
    let name = match (first.get(place % first.len()), last.get(shifted % last.len())) {
        (Some(first), Some(last)) => format!("{first} {last}"),
        _ => String::new(),
    };
    (name, format!("simulated-{}-{number}@demo.example", campaign + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_people_share_a_name_or_an_address() {
        let people: Vec<_> = (0..300).map(|number| person(0, Language::Fr, number)).collect();

        assert_eq!(people.iter().map(|(name, _)| name).collect::<HashSet<_>>().len(), 300);
        assert_eq!(people.iter().map(|(_, email)| email).collect::<HashSet<_>>().len(), 300);
        let english: HashSet<String> = (0..150).map(|number| person(3, Language::En, number).0).collect();
        assert_eq!(english.len(), 150);
    }
}
