//! How scores are made and what the stored numbers mean, in words, for a candidate's download.

use serde_json::{Value, json};

/// How answers of every format become a score, in both languages.
pub(super) fn how_scores_are_made() -> Value {
    json!({ "fr": SCORES_FR, "en": SCORES_EN })
}

/// What the numbers of the answers mean, in both languages.
pub(super) fn how_to_read_answers() -> Value {
    json!({ "fr": ANSWERS_FR, "en": ANSWERS_EN })
}

const SCORES_FR: &str = "\
    Chaque réponse est comparée à la réponse attendue, le barème. Une action notée donne 1 point si la note \
    est la même, un demi-point si elle est à un degré du même côté, 0 sinon. Un tour de dialogue compté donne \
    jusqu’à 1 point : 1 pour la réplique la plus efficace de celles proposées à ce moment, 0 pour la moins \
    efficace, une part entre les deux ; les tours qui restaient d’un dialogue arrêté en route comptent 0. Une \
    situation d’une autre forme donne jusqu’à 4 points, comme quatre actions notées. La plus et la moins \
    efficace : chaque choix vaut la moitié des points : tous s’il est celui du barème, la moitié d’entre eux \
    pour une action entre les deux, aucun à l’envers ou sans réponse. Actions à choisir : une part égale pour chaque action juste. \
    Actions à classer : d’autant plus que les places sont proches de celles du barème, 0 pour l’ordre inverse \
    ou incomplet. Force de cinq émotions : une part égale pour chaque émotion, entière pour la même force, la \
    moitié pour la force voisine du même côté. Un texte libre n’est pas noté : ni par une machine, ni encore \
    par des personnes. Le score est 100 fois la moyenne des points de ce qui compte ; ce qui a été vu et \
    laissé sans réponse compte 0, une situation jamais vue ne compte pas, ni l’entraînement, ni une situation \
    à l’essai. « sem » est l’erreur type de mesure ; « low » et « high » bornent l’intervalle à 95 %.";
const SCORES_EN: &str = "\
    Each answer is compared with the expected one, the key. A rated action gives 1 point when the rating is \
    the same, half a point when it is one step off on the same side, else 0. A turn of a dialogue that counts \
    gives up to 1 point: 1 for the most effective reply offered at that moment, 0 for the least, a share in \
    between; the turns still to come of a dialogue that was left count 0. A situation that asks in another \
    way gives up to 4 points, as four rated actions do. Most and least effective: each choice is worth half of the points: all of them when it is the key’s, \
    half of them for an action in between, none the wrong way round or left blank. Actions to choose: an equal share for each right one. Actions to put in order: the more, the \
    closer the places are to those of the key; 0 for the reverse or an incomplete order. Strength of five \
    emotions: an equal share for each, in full for the same strength, half for the neighbouring one on the \
    same side. A text of your own is not scored: by no machine, and not yet by people. The score is 100 times \
    the mean of the points of all that counts; what was seen and left blank counts 0, a situation never seen \
    is left out, and neither practice nor a situation on trial counts. “sem” is the standard error of \
    measurement; “low” and “high” bound the 95% interval.";
const ANSWERS_FR: &str = "\
    « value » est un nombre : pour une action, de 1 (pas du tout efficace) à 4 (tout à fait) ; pour une \
    émotion, de 1 (absente) à 4 (très forte) ; pour une action à choisir, 2 si elle est choisie, sinon 1 ; \
    pour une action à classer, sa place ; pour « best », « worst » et un tour de dialogue, le rang dans le \
    fichier du test de l’action ou de la réplique que nomme « chosen » ; pour un texte, 1 s’il est écrit, 2 \
    s’il est vidé. Dans « answers », un texte est remplacé par son empreinte SHA-256 : le texte se trouve \
    dans « answer_log ».";
const ANSWERS_EN: &str = "\
    “value” is a number: for an action, from 1 (not at all effective) to 4 (entirely); for an emotion, from 1 \
    (absent) to 4 (very strong); for an action to choose, 2 when chosen, else 1; for an action to put in \
    order, its place; for “best”, “worst” and a turn of a dialogue, the place in the test’s file of the \
    action or the reply that “chosen” names; for a text, 1 when written, 2 when emptied. In “answers” a text \
    is replaced by its SHA-256 digest: the text itself stands in “answer_log”.";
