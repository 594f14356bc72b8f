//! The words of mails that a person sends to several candidates, as they come with the program. A campaign may put its
//! own in their place; the marks in braces are filled in for each person.

use domain::language::Language;

use super::Letter;
use crate::bulk_mail::BulkKind;

const FR_REVIEW: &str = "Vous pouvez demander qu’une personne relise votre résultat : ouvrez la page de vos données avec votre lien \
     personnel, ou écrivez à {contact}. La réponse vous parvient au plus tard un mois après.";
const EN_REVIEW: &str = "You can ask for a person to look at your result again: open the page of your data with your personal link, or \
     write to {contact}. The answer reaches you within a month.";

/// The words that come with the program.
#[must_use]
pub fn default_words(kind: BulkKind, language: Language) -> Letter {
    let (subject, middle) = match language {
        Language::Fr => french(kind),
        Language::En => english(kind),
    };
    let (greeting, review) = match language {
        Language::Fr => ("Bonjour {name},", FR_REVIEW),
        Language::En => ("Hello {name},", EN_REVIEW),
    };
    let body = format!("{greeting}\n\n{middle}\n\n{review}\n\n{{organisation}}\n");
    match language {
        Language::Fr => Letter { subject: french_spaces(subject), body: french_spaces(&body) },
        Language::En => Letter { subject: subject.to_owned(), body },
    }
}

/// No-break spaces before the marks that French sets apart.
fn french_spaces(text: &str) -> String {
    text.replace(" :", "\u{a0}:").replace(" ;", "\u{202f};")
}

const fn french(kind: BulkKind) -> (&'static str, &'static str) {
    match kind {
        BulkKind::Thanks => (
            "{organisation} vous remercie",
            "Merci d’avoir pris le temps de répondre à notre test pour le poste suivant : {job}. Vos réponses sont lues par \
             une personne, avec le reste de votre candidature. Nous revenons vers vous dès qu’elle aura décidé.",
        ),
        BulkKind::Feedback => (
            "{organisation} : revoir vos réponses",
            "Vous avez répondu à notre test pour le poste suivant : {job}. Vos réponses et ce qui en a été retenu se \
             trouvent sur la page de vos données, que votre lien personnel ouvre. Si une question vous a paru injuste ou \
             peu claire, dites-le nous : c’est ainsi que nous l’améliorons.",
        ),
        BulkKind::Further => (
            "{organisation} : la suite de votre candidature",
            "Nous aimerions aller plus loin avec vous pour le poste suivant : {job}. Une personne de notre équipe vous \
             contacte pour convenir de la suite. Cette décision a été prise par une personne, après lecture de vos réponses.",
        ),
        BulkKind::Hold => (
            "{organisation} : où en est votre candidature",
            "Votre candidature pour le poste suivant reste ouverte : {job}. Nous ne pouvons pas vous proposer la suite \
             aujourd’hui, et nous revenons vers vous si cela change. Cette décision a été prise par une personne, après \
             lecture de vos réponses.",
        ),
        BulkKind::NotPursued => (
            "{organisation} : réponse à votre candidature",
            "Merci de votre candidature et d’avoir répondu à notre test. Nous ne poursuivons pas avec vous pour le poste \
             suivant : {job}. Une personne a pris cette décision après avoir lu vos réponses ; elle porte sur ce poste et \
             non sur vous, ni sur d’autres postes.",
        ),
    }
}

const fn english(kind: BulkKind) -> (&'static str, &'static str) {
    match kind {
        BulkKind::Thanks => (
            "{organisation} thanks you",
            "Thank you for taking the time to respond to our test for this job: {job}. A person reads your answers with the \
             rest of your application. We will write to you as soon as that person has decided.",
        ),
        BulkKind::Feedback => (
            "{organisation}: look at your answers again",
            "You responded to our test for this job: {job}. Your answers and what was made of them stand on the page of \
             your data, which your personal link opens. If a question seemed unfair or unclear, tell us: that is how we \
             make it better.",
        ),
        BulkKind::Further => (
            "{organisation}: the next step of your application",
            "We would like to go further with you for this job: {job}. Somebody of our team will contact you about the next \
             step. A person took this decision, after reading your answers.",
        ),
        BulkKind::Hold => (
            "{organisation}: where your application stands",
            "Your application for this job stays open: {job}. We cannot offer you the next step today, and will write to \
             you if that changes. A person took this decision, after reading your answers.",
        ),
        BulkKind::NotPursued => (
            "{organisation}: an answer to your application",
            "Thank you for applying and for responding to our test. We are not going further with you for this job: {job}. \
             A person took this decision after reading your answers; it is about this job, and not about you or about \
             other jobs.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk_mail::checked_words;

    #[test]
    fn every_mail_has_words_that_its_own_form_would_take() {
        for kind in BulkKind::ALL {
            for language in Language::all() {
                let letter = default_words(kind, *language);

                assert_eq!(checked_words(kind, &letter.subject, &letter.body), Ok(()), "{kind:?}");
                assert!(letter.body.contains("{name}") && letter.body.contains("{contact}"), "{kind:?}");
            }
        }
    }

    #[test]
    fn french_has_its_own_typography_and_nobody_is_rejected() {
        for kind in BulkKind::ALL {
            let letter = default_words(kind, Language::Fr);
            let text = format!("{}\n{}", letter.subject, letter.body);
            for mark in [" :", " ?", " !", " ;", "'", "rejet", "échou"] {
                assert!(!text.contains(mark), "{mark:?} in {text}");
            }
        }
    }
}
