//! Tags, versions and stored numbers of every format.

use super::*;
use open::OpenText;

#[test]
fn every_format_is_read_by_its_tag() {
    for format in ItemFormat::ALL {
        assert_eq!(ItemFormat::parse(format.tag(), format.version()), Ok(format));
    }
}

#[test]
fn later_formats_and_versions_are_refused_clearly() {
    let later = [("video", 1), ("best-worst", 2), ("rate", 2), ("rate", 0), ("Rate", 1), ("", 1)];
    for (format, version) in later {
        let error = ItemFormat::parse(format, version).unwrap_err();

        assert!(error.to_string().contains("is not supported by this version"), "{error}");
    }
}

#[test]
fn a_value_is_one_digit_from_1_to_4() {
    for number in 1..=4u8 {
        for format in [ItemFormat::Rate, ItemFormat::EmotionProfile, ItemFormat::Rank, ItemFormat::BestWorst]
        {
            let response = Response::parse(format, &number.to_string()).unwrap();

            assert_eq!(response.number(), number);
            assert_eq!(Response::from_number(format, number), Ok(response));
        }
    }
    for text in ["0", "5", "", "01", "+1", " 1", "1.0", "-1", "one", "４"] {
        for format in ItemFormat::ALL {
            assert!(Response::parse(format, text).is_err(), "{text}");
        }
    }
}

#[test]
fn a_pick_is_1_or_2() {
    assert_eq!(Response::from_number(ItemFormat::Pick, 1), Ok(Response::Picked(false)));
    assert_eq!(Response::from_number(ItemFormat::Pick, 2).map(Response::number), Ok(2));
    assert_eq!(Response::from_number(ItemFormat::Pick, 3), Err(ResponseError::OutOfRange));
}

#[test]
fn a_text_is_stored_as_1_and_an_emptied_one_as_2() {
    let text = OpenText::parse("Bonjour", 100).unwrap();

    assert_eq!(Response::of_text(&text).number(), 1);
    assert_eq!(Response::of_text(&OpenText::parse(" \n", 100).unwrap()).number(), 2);
    assert_eq!(Response::from_number(ItemFormat::Open, 1), Err(ResponseError::NeedsText));
    assert_eq!(Response::from_number(ItemFormat::Open, 2), Ok(Response::Text(None)));
}

#[test]
fn only_whole_scenarios_of_other_formats_weigh_four() {
    let weights = ItemFormat::ALL.map(ItemFormat::weight);

    assert_eq!(weights, [1, 4, 4, 4, 4, 4, 1]);
}
