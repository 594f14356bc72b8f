//! Folding of text for comparison by eye: lower case, Latin letters without their accents, the same on every database.

/// The text in lower case without accents.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match base(character) {
            Some(letters) => folded.push_str(letters),
            // Accents that stand as characters of their own, after their letter.
            None if ('\u{300}'..='\u{36f}').contains(&character) => {}
            None => folded.push(character),
        }
    }
    folded
}

/// The letters without accent that stand for a lower-case letter with one.
const fn base(character: char) -> Option<&'static str> {
    Some(match character {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '’' | '\u{2bc}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_are_folded() {
        assert_eq!(fold("Zoé ÉTIENNE-Nuñez"), "zoe etienne-nunez");
        assert_eq!(fold("e\u{301}"), "e");
        assert_eq!(fold("Œuvre, d’Arc"), "oeuvre, d'arc");
        assert_eq!(fold("Łukasz Ştefan"), "lukasz stefan");
    }

    #[test]
    fn other_writing_stays() {
        assert_eq!(fold("李 Ольга"), "李 ольга");
    }
}
