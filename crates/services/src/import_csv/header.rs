//! The optional first line that names the columns, in English or French.

use domain::language::Language;

use crate::fold::fold;

/// Where each thing stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// The address.
    pub(super) email: usize,
    /// The given name.
    pub(super) first: Option<usize>,
    /// The family name, or the whole name.
    pub(super) last: Option<usize>,
    /// The language.
    pub(super) language: Option<usize>,
    /// How many columns there are.
    pub(super) width: usize,
    /// Names of the columns that are not used, as typed.
    pub(super) ignored: Vec<String>,
}

/// The columns that a first line names; nothing when it is data.
pub(super) fn columns(cells: &[String]) -> Option<Columns> {
    if cells.iter().any(|cell| cell.contains('@')) {
        return None;
    }
    let mut email = None;
    let mut columns = Columns { width: cells.len(), ..Columns::default() };
    for (index, cell) in cells.iter().enumerate() {
        let slot = match plain(cell).as_str() {
            "email"
            | "e_mail"
            | "mail"
            | "courriel"
            | "email_address"
            | "e_mail_address"
            | "adresse_email"
            | "adresse_e_mail"
            | "adresse_mail"
            | "adresse_electronique" => &mut email,
            "first_name" | "firstname" | "first" | "given_name" | "prenom" => &mut columns.first,
            "last_name" | "lastname" | "last" | "surname" | "family_name" | "nom_de_famille" | "name"
            | "full_name" | "fullname" | "nom" | "nom_complet" | "candidate" | "candidat" => {
                &mut columns.last
            }
            "locale" | "language" | "lang" | "langue" => &mut columns.language,
            "" => continue,
            _ => {
                columns.ignored.push(cell.clone());
                continue;
            }
        };
        // Of two columns for one thing the first counts.
        if slot.is_none() {
            *slot = Some(index);
        } else {
            columns.ignored.push(cell.clone());
        }
    }
    columns.email = email?;
    Some(columns)
}

/// The words of a column name, folded and joined by `_`.
pub(crate) fn plain(cell: &str) -> String {
    let folded = fold(cell.trim());
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("_")
}

/// The language that a cell names, by its code or its name in either language.
pub(super) fn language(cell: &str) -> Option<Language> {
    let folded = fold(cell.trim());
    let primary = folded.split(['-', '_']).next().unwrap_or("");
    match primary {
        "fr" | "fra" | "fre" | "francais" | "french" => Some(Language::Fr),
        "en" | "eng" | "anglais" | "english" => Some(Language::En),
        _ => None,
    }
}

/// Whether a cell can only be meant as a language code: `de`, `pt-BR`.
pub(super) fn looks_like_a_language(cell: &str) -> bool {
    let is_code = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match cell.split_once(['-', '_']) {
        None => is_code(cell) || language(cell).is_some(),
        Some((primary, region)) => {
            is_code(primary) && region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_documented_header_is_read() {
        let columns =
            columns(&cells("email,first_name,last_name,locale,phone,external_id,job_ref,deadline,tags"))
                .unwrap();

        assert_eq!(
            (columns.email, columns.first, columns.last, columns.language),
            (0, Some(1), Some(2), Some(3))
        );
        assert_eq!(columns.ignored, ["phone", "external_id", "job_ref", "deadline", "tags"]);
    }

    #[test]
    fn a_french_header_is_read() {
        let columns = columns(&cells("Nom,Prénom,Adresse e-mail,Langue")).unwrap();

        assert_eq!(
            (columns.email, columns.first, columns.last, columns.language),
            (2, Some(1), Some(0), Some(3))
        );
        assert!(columns.ignored.is_empty());
    }

    #[test]
    fn data_are_no_header() {
        assert_eq!(columns(&cells("a@b.fr,Anne")), None);
        assert_eq!(columns(&cells("Anne,Morin")), None);
    }

    #[test]
    fn the_second_column_of_a_kind_is_ignored() {
        let columns = columns(&cells("email,name,mail")).unwrap();

        assert_eq!(columns.email, 0);
        assert_eq!(columns.ignored, ["mail"]);
    }

    #[test]
    fn languages_are_read_by_code_and_by_name() {
        for cell in ["fr", "FR", "fr-FR", "fr_CA", "Français", "french"] {
            assert_eq!(language(cell), Some(Language::Fr), "{cell}");
        }
        for cell in ["en", "en-GB", "Anglais", "English"] {
            assert_eq!(language(cell), Some(Language::En), "{cell}");
        }
        assert_eq!(language("de"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn names_are_not_taken_for_languages() {
        assert!(looks_like_a_language("de"));
        assert!(looks_like_a_language("pt-BR"));
        for name in ["Li", "Jo", "Zoé", "Marie-Claude", "d'Arc"] {
            assert!(!looks_like_a_language(name), "{name}");
        }
    }
}
