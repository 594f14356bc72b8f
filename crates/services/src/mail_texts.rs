//! The texts of mails, one function a kind and both languages in each. Plain text; `{link}` stands where the link goes.
//!
//! What people typed (names, titles) is put in as it is: it is one line long, and plain text has no mark-up.

pub mod bulk;
pub mod deciding;

use chrono::{NaiveDate, NaiveDateTime};
use domain::language::Language;

use crate::dates;

/// Subject and body of a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Subject, on one line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// What the mails to candidates say of their campaign.
#[derive(Clone, Copy)]
pub struct CampaignFacts<'a> {
    /// The organisation that asks.
    pub organisation: &'a str,
    /// The job.
    pub job: &'a str,
    /// Whom to ask for help.
    pub contact: &'a str,
    /// When the campaign closes, in its time zone.
    pub closes_at: Option<NaiveDateTime>,
    /// The name of the zone.
    pub time_zone: &'a str,
}

fn greeting(language: Language, name: Option<&str>) -> String {
    match (language, name) {
        (Language::Fr, Some(name)) => format!("Bonjour {name},"),
        (Language::Fr, None) => "Bonjour,".to_owned(),
        (Language::En, Some(name)) => format!("Hello {name},"),
        (Language::En, None) => "Hello,".to_owned(),
    }
}

fn deadline(language: Language, facts: CampaignFacts<'_>) -> String {
    let Some(closes_at) = facts.closes_at else { return String::new() };
    let moment = dates::long_moment(language, closes_at);
    let zone = facts.time_zone;
    match language {
        Language::Fr => format!("À terminer avant le {moment} (fuseau horaire {zone}).\n\n"),
        Language::En => format!("Please finish before {moment} ({zone} time).\n\n"),
    }
}

/// How a personal link works: the same paragraph wherever one is mailed.
fn how_the_link_works(language: Language) -> &'static str {
    match language {
        Language::Fr => {
            "Ce lien vous est personnel : ne le transmettez pas. Aucun compte n’est à créer. Vous pouvez vous \
             arrêter quand vous voulez et reprendre au même endroit avec le même lien, sur un téléphone ou un \
             ordinateur : chaque réponse est enregistrée."
        }
        Language::En => {
            "This link is yours alone: please do not pass it on. There is no account to create. You can stop whenever \
             you like and carry on at the same place with the same link, on a phone or a computer: every answer is \
             saved."
        }
    }
}

fn help(language: Language, facts: CampaignFacts<'_>) -> String {
    let contact = facts.contact;
    match language {
        Language::Fr => {
            format!("Une question, un empêchement, besoin d’un aménagement ? Écrivez ou appelez : {contact}")
        }
        Language::En => {
            format!("A question, something in the way, an adjustment you need? Write or call: {contact}")
        }
    }
}

/// A person is invited to a campaign.
#[must_use]
pub fn invitation(language: Language, name: Option<&str>, facts: CampaignFacts<'_>) -> Letter {
    let CampaignFacts { organisation, job, .. } = facts;
    let (greeting, link, deadline, help) = (
        greeting(language, name),
        how_the_link_works(language),
        deadline(language, facts),
        help(language, facts),
    );
    match language {
        Language::Fr => Letter {
            subject: format!("{organisation} vous invite à un test : {job}"),
            body: format!(
                "{greeting}\n\n\
                 {organisation} vous invite à répondre à des situations de service client, pour le poste suivant : \
                 {job}.\n\n\
                 Votre lien personnel :\n{{link}}\n\n\
                 {deadline}{link}\n\n\
                 Avant de commencer, une page vous dit ce qui est mesuré et ce qui ne l’est pas, qui verra votre \
                 résultat et combien de temps il est gardé. Une personne décide, jamais le test seul.\n\n\
                 {help}\n\n\
                 Merci du temps que vous y consacrez.\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("{organisation} invites you to take a test: {job}"),
            body: format!(
                "{greeting}\n\n\
                 {organisation} invites you to respond to customer service situations, for this job: {job}.\n\n\
                 Your personal link:\n{{link}}\n\n\
                 {deadline}{link}\n\n\
                 Before you begin, a page tells you what is measured and what is not, who will see your result and \
                 how long it is kept. A person decides, never the test alone.\n\n\
                 {help}\n\n\
                 Thank you for the time you give to it.\n\
                 {organisation}\n"
            ),
        },
    }
}

/// A person signed up by the open link.
#[must_use]
pub fn sign_up(language: Language, name: Option<&str>, facts: CampaignFacts<'_>) -> Letter {
    let CampaignFacts { organisation, job, .. } = facts;
    let (greeting, link, deadline, help) = (
        greeting(language, name),
        how_the_link_works(language),
        deadline(language, facts),
        help(language, facts),
    );
    match language {
        Language::Fr => Letter {
            subject: format!("Votre lien pour le test de {organisation}"),
            body: format!(
                "{greeting}\n\n\
                 Voici le lien que vous avez demandé pour répondre au test de {organisation}, pour le poste suivant : \
                 {job}.\n\n\
                 {{link}}\n\n\
                 {deadline}{link}\n\n\
                 Si vous n’avez rien demandé, laissez ce message : sans action de votre part, il ne se passe rien.\n\n\
                 {help}\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("Your link for the test of {organisation}"),
            body: format!(
                "{greeting}\n\n\
                 Here is the link you asked for, to take the test of {organisation} for this job: {job}.\n\n\
                 {{link}}\n\n\
                 {deadline}{link}\n\n\
                 If you did not ask for anything, leave this message be: nothing happens unless you act.\n\n\
                 {help}\n\n\
                 {organisation}\n"
            ),
        },
    }
}

/// A person has lost their link.
#[must_use]
pub fn lost_link(language: Language, name: Option<&str>, facts: CampaignFacts<'_>) -> Letter {
    let CampaignFacts { organisation, job, .. } = facts;
    let (greeting, link, deadline, help) = (
        greeting(language, name),
        how_the_link_works(language),
        deadline(language, facts),
        help(language, facts),
    );
    match language {
        Language::Fr => Letter {
            subject: format!("Votre lien retrouvé : {organisation}"),
            body: format!(
                "{greeting}\n\n\
                 Quelqu’un, sans doute vous, a demandé à recevoir de nouveau ce lien vers le test de {organisation} \
                 (poste : {job}).\n\n\
                 {{link}}\n\n\
                 C’est le même lien qu’avant, et vos réponses déjà données vous y attendent.\n\n\
                 {deadline}{link}\n\n\
                 {help}\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("Your link again: {organisation}"),
            body: format!(
                "{greeting}\n\n\
                 Someone, most likely you, asked to receive this link to the test of {organisation} again (job: \
                 {job}).\n\n\
                 {{link}}\n\n\
                 It is the same link as before, and the answers you have already given are waiting there.\n\n\
                 {deadline}{link}\n\n\
                 {help}\n\n\
                 {organisation}\n"
            ),
        },
    }
}

/// A person has finished.
#[must_use]
pub fn receipt(
    language: Language,
    name: Option<&str>,
    facts: CampaignFacts<'_>,
    receipt_code: &str,
    decision_on: NaiveDate,
) -> Letter {
    let CampaignFacts { organisation, job, contact, .. } = facts;
    let greeting = greeting(language, name);
    let day = dates::long_date(language, decision_on);
    match language {
        Language::Fr => Letter {
            subject: format!("{organisation} : vos réponses sont bien arrivées"),
            body: format!(
                "{greeting}\n\n\
                 Merci. Vos réponses au test de {organisation} (poste : {job}) sont bien arrivées, et vous n’avez plus \
                 rien à faire.\n\n\
                 Une personne lira votre résultat avec votre candidature ; la décision est prévue au plus tard le \
                 {day}.\n\n\
                 Votre reçu porte le numéro {receipt_code}. Pour le revoir, télécharger vos données ou les effacer, \
                 utilisez votre lien personnel :\n{{link}}\n\n\
                 Une question ? Écrivez ou appelez : {contact}\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("{organisation}: your answers have arrived"),
            body: format!(
                "{greeting}\n\n\
                 Thank you. Your answers to the test of {organisation} (job: {job}) have arrived, and there is nothing \
                 left for you to do.\n\n\
                 A person will read your result together with your application; the decision is due by {day}.\n\n\
                 Your receipt has the number {receipt_code}. To see it again, download your data or erase them, use \
                 your personal link:\n{{link}}\n\n\
                 A question? Write or call: {contact}\n\n\
                 {organisation}\n"
            ),
        },
    }
}

/// A colleague is invited to the organisation; `expires_on` is the last day of the link.
#[must_use]
pub fn colleague(language: Language, organisation: &str, invited_by: &str, expires_on: NaiveDate) -> Letter {
    let day = dates::long_date(language, expires_on);
    match language {
        Language::Fr => Letter {
            subject: format!("{invited_by} vous invite à rejoindre {organisation} sur Egard"),
            body: format!(
                "Bonjour,\n\n\
                 {invited_by} vous invite à rejoindre l’équipe de recrutement de {organisation} sur Egard, qui fait \
                 passer des tests de situations de service client et aide à les lire avec mesure.\n\n\
                 Pour choisir votre mot de passe et commencer :\n{{link}}\n\n\
                 Ce lien vous est personnel et sert une seule fois, jusqu’au {day}. Si cette invitation vous surprend, \
                 laissez-la : sans action de votre part, il ne se passe rien.\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("{invited_by} invites you to join {organisation} on Egard"),
            body: format!(
                "Hello,\n\n\
                 {invited_by} invites you to join the hiring team of {organisation} on Egard, which runs tests of \
                 customer service situations and helps to read them fairly.\n\n\
                 To choose your password and begin:\n{{link}}\n\n\
                 This link is yours alone and works once, until {day}. If this invitation surprises you, leave it be: \
                 nothing happens unless you act.\n\n\
                 {organisation}\n"
            ),
        },
    }
}

/// A person's data were erased at their request. There is no link: it leads nowhere any more.
#[must_use]
pub fn erased(language: Language, organisation: &str, job: &str) -> Letter {
    match language {
        Language::Fr => Letter {
            subject: format!("{organisation} : vos données ont été effacées"),
            body: format!(
                "Bonjour,\n\n\
                 Comme vous l’avez demandé, votre nom, votre adresse, vos réponses au test de {organisation} (poste : \
                 {job}) et le résultat qui en venait ont été effacés. Votre lien ne fonctionne plus.\n\n\
                 Ce message est le dernier que nous vous envoyons au sujet de ce test ; l’adresse à laquelle il part \
                 est effacée elle aussi.\n\n\
                 {organisation}\n"
            ),
        },
        Language::En => Letter {
            subject: format!("{organisation}: your data have been erased"),
            body: format!(
                "Hello,\n\n\
                 As you asked, your name, your address, your answers to the test of {organisation} (job: {job}) and \
                 the result made from them have been erased. Your link no longer works.\n\n\
                 This is the last message we send you about this test; the address it goes to is erased as well.\n\n\
                 {organisation}\n"
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::LINK_PLACE;

    fn facts() -> CampaignFacts<'static> {
        CampaignFacts {
            organisation: "Électro Morvan",
            job: "Conseillère, conseiller client",
            contact: "aide@exemple.fr",
            closes_at: NaiveDateTime::parse_from_str("2026-12-04T18:00", "%Y-%m-%dT%H:%M").ok(),
            time_zone: "Europe/Paris",
        }
    }

    fn letters(language: Language) -> Vec<(Letter, bool)> {
        let day = "2026-12-15".parse().unwrap();
        vec![
            (invitation(language, Some("Zoé Étienne"), facts()), true),
            (sign_up(language, Some("Zoé Étienne"), facts()), true),
            (lost_link(language, None, facts()), true),
            (receipt(language, Some("Zoé Étienne"), facts(), "EG-1", day), true),
            (colleague(language, "Électro Morvan", "Hélène Vasseur", day), true),
            (erased(language, "Électro Morvan", "Conseillère"), false),
        ]
    }

    #[test]
    fn every_mail_has_its_link_once_or_not_at_all() {
        for language in Language::all() {
            for (letter, has_link) in letters(*language) {
                assert_eq!(
                    letter.body.matches(LINK_PLACE).count(),
                    usize::from(has_link),
                    "{}",
                    letter.subject
                );
                assert!(!letter.subject.contains('\n'));
            }
        }
    }

    #[test]
    fn french_has_its_own_typography() {
        for (letter, _) in letters(Language::Fr) {
            let text = format!("{}\n{}", letter.subject, letter.body);
            for mark in [" :", " ?", " !", " ;", "'"] {
                assert!(!text.contains(mark), "{mark:?} in {}", letter.subject);
            }
        }
    }

    #[test]
    fn an_invitation_names_who_asks_and_until_when() {
        let letter = invitation(Language::Fr, Some("Zoé"), facts());

        assert!(letter.body.starts_with("Bonjour Zoé,"));
        assert!(letter.body.contains("vendredi 4\u{a0}décembre\u{a0}2026 à\u{a0}18\u{a0}h\u{a0}00"));
        assert!(letter.subject.contains("Électro Morvan"));
    }
}
