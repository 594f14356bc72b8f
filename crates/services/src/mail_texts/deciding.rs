//! The mails that follow a person's decision or review. They bear no link: who has lost theirs must still read them.

use domain::human_review::ReviewOutcome;
use domain::language::Language;

use super::{CampaignFacts, Letter, greeting};

const fn outcome_words(language: Language, outcome: ReviewOutcome) -> &'static str {
    match (language, outcome) {
        (Language::Fr, ReviewOutcome::Upheld) => "Après ce réexamen, la conclusion reste la même.",
        (Language::Fr, ReviewOutcome::Changed) => "Après ce réexamen, la décision a été changée.",
        (Language::Fr, ReviewOutcome::CannotReview) => "Le réexamen n’a pas pu être fait.",
        (Language::En, ReviewOutcome::Upheld) => "After this review, the conclusion stays the same.",
        (Language::En, ReviewOutcome::Changed) => "After this review, the decision has been changed.",
        (Language::En, ReviewOutcome::CannotReview) => "The review could not be done.",
    }
}

/// A person has answered a request for a review; `words` are that person's.
#[must_use]
pub fn review_answered(
    language: Language,
    name: Option<&str>,
    facts: CampaignFacts<'_>,
    outcome: ReviewOutcome,
    words: &str,
) -> Letter {
    let CampaignFacts { organisation, job, contact, .. } = facts;
    let (greeting, outcome) = (greeting(language, name), outcome_words(language, outcome));
    match language {
        Language::Fr => Letter {
            subject: format!("{organisation}\u{a0}: réponse à votre demande de réexamen"),
            body: format!(
                "{greeting}\n\n\
                 Vous avez demandé qu’une personne réexamine votre résultat au test de {organisation} (poste\u{a0}: \
                 {job}). Une personne a traité votre demande.\n\n\
                 {outcome} Voici ce qu’elle vous répond\u{a0}:\n\n\
                 {words}\n\n\
                 Cette réponse se trouve aussi sur la page de vos données, que votre lien personnel ouvre. Si elle ne \
                 vous convient pas, écrivez ou appelez\u{a0}: {contact}. Vous pouvez aussi vous adresser à l’autorité \
                 de protection des données de votre pays.\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("{organisation}: an answer to your request for a review"),
            body: format!(
                "{greeting}\n\n\
                 You asked for a person to review your result in the test of {organisation} (job: {job}). A person \
                 has dealt with your request.\n\n\
                 {outcome} This is their answer:\n\n\
                 {words}\n\n\
                 The answer also stands on the page of your data, which your personal link opens. If it does not \
                 satisfy you, write or call: {contact}. You may also turn to the data protection authority of your \
                 country.\n\n\
                 {organisation}\n"
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::LINK_PLACE;

    const FACTS: CampaignFacts<'static> = CampaignFacts {
        organisation: "Électro Morvan",
        job: "Conseillère, conseiller client",
        contact: "aide@exemple.fr",
        closes_at: None,
        time_zone: "Europe/Paris",
    };

    #[test]
    fn an_answer_says_what_came_of_it_and_whom_to_turn_to() {
        for outcome in ReviewOutcome::ALL {
            let french = review_answered(Language::Fr, Some("Zoé"), FACTS, *outcome, "Mes mots.");
            let english = review_answered(Language::En, None, FACTS, *outcome, "My words.");

            for (letter, words) in [(&french, "Mes mots."), (&english, "My words.")] {
                assert!(letter.body.contains(words) && letter.body.contains("aide@exemple.fr"));
                assert!(!letter.body.contains(LINK_PLACE) && !letter.subject.contains('\n'));
            }
            for mark in [" :", " ?", " !", " ;", "'"] {
                assert!(!french.body.contains(mark) && !french.subject.contains(mark), "{mark:?}");
            }
        }
    }
}
