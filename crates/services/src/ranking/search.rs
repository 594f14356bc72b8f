//! Finding people by their tree names: « Tilleul 27 » for one, « tilleul » for all of that tree.

use domain::tree::{TREES, TWO_PART_NAMES, tree_name};

use crate::fold::fold;

/// The name that a typed text asks for, as it is written: « Tilleul 27 », or « Tilleul » for all of that tree; nothing
/// when no tree is called so. What stands in an address is then never a name that somebody typed by mistake.
#[must_use]
pub fn tree_asked(text: &str) -> Option<String> {
    match tree_numbers(text)?.as_slice() {
        [one] => u32::try_from(*one).ok().map(tree_name),
        [first, ..] => tree_name(u32::try_from(*first).ok()?).split(' ').next().map(str::to_owned),
        [] => None,
    }
}

/// The numbers whose tree names a text asks for; nothing when no tree is called so. The name of a tree alone asks for
/// its two-part names.
pub(crate) fn tree_numbers(text: &str) -> Option<Vec<i32>> {
    let folded = fold(text.trim());
    let mut words = folded.split_whitespace();
    let (tree, rest) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let index = (0_u32..).zip(TREES).find(|(_, name)| fold(name) == tree).map(|(index, _)| index)?;
    let trees = u32::try_from(TREES.len()).ok()?;
    let of_tree = (0..TWO_PART_NAMES / trees).map(|round| index + round * trees);
    let numbers: Vec<u32> = match rest {
        None => of_tree.collect(),
        Some(rest) => {
            let (within, round) = rest.split_once('-').unwrap_or((rest, "1"));
            let (within, round) = (within.parse::<u32>().ok()?, round.parse::<u32>().ok()?);
            let base = of_tree.clone().nth(usize::try_from(within.checked_sub(1)?).ok()?)?;
            let number = round.checked_sub(1)?.checked_mul(TWO_PART_NAMES)?.checked_add(base)?;
            vec![number]
        }
    };
    numbers.into_iter().map(i32::try_from).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_by_itself() {
        for number in (0..60_000).step_by(37) {
            assert_eq!(tree_numbers(&tree_name(number)), Some(vec![i32::try_from(number).unwrap()]));
        }
    }

    #[test]
    fn accents_capitals_blanks_and_a_leading_zero_do_not_matter() {
        assert_eq!(tree_numbers("  epicea 7 "), tree_numbers("Épicéa 07"));
    }

    #[test]
    fn a_tree_alone_asks_for_all_of_it() {
        let numbers = tree_numbers("Tilleul").unwrap();

        assert_eq!(numbers.len(), 99);
        assert!(
            numbers.iter().all(|number| tree_name(u32::try_from(*number).unwrap()).starts_with("Tilleul "))
        );
    }

    #[test]
    fn what_is_asked_for_is_written_as_the_trees_are() {
        assert_eq!(tree_asked(" epicea 7").as_deref(), Some("Épicéa 07"));
        assert_eq!(tree_asked("TILLEUL").as_deref(), Some("Tilleul"));
        assert_eq!(tree_asked("Camille Durand"), None);
    }

    #[test]
    fn what_no_tree_is_called_is_nothing() {
        for text in
            ["", "Camille", "Tilleul 0", "Tilleul 100", "Tilleul 27 28", "Tilleul x", "Tilleul 99999999999"]
        {
            assert_eq!(tree_numbers(text), None, "{text}");
        }
    }
}
