//! Names for files that somebody downloads.

use crate::fold::fold;

/// Most characters of a part: a title may be long.
const MOST: usize = 48;

/// A part of a file's name: lower case letters without accents and figures, single hyphens between;
/// empty when nothing of it is left.
#[must_use]
pub fn file_part(name: &str) -> String {
    let mut part = String::new();
    for one in fold(name).chars() {
        if one.is_ascii_alphanumeric() {
            part.push(one);
        } else if !part.is_empty() && !part.ends_with('-') {
            part.push('-');
        }
        if part.len() == MOST {
            break;
        }
    }
    part.truncate(part.trim_end_matches('-').len());
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_names_are_plain() {
        assert_eq!(file_part("Érable 3"), "erable-3");
        assert_eq!(file_part("Chêne \"27\""), "chene-27");
        assert_eq!(file_part("Conseil clientèle, Lyon"), "conseil-clientele-lyon");
        assert_eq!(file_part("…"), "");
        assert_eq!(file_part(&"a".repeat(200)).len(), MOST);
    }
}
