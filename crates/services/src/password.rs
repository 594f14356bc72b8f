//! Passwords: which may be chosen, and their argon2id hashes.
//!
//! Hashing is slow on purpose: call it on a blocking thread and outside any transaction.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::ServiceError;
use crate::random::Random;
use crate::settings::Argon2Settings;

/// Fewest characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Most bytes of a password: long sentences are welcome, megabytes are not.
pub const MAX_PASSWORD_BYTES: usize = 128;

/// Passwords of twelve characters or more that everybody guesses first, in lower case. Words of the product and of
/// sign-in pages, keyboard runs and repeated short favourites; longer lists of leaks add little behind a throttle.
const COMMON: [&str; 40] = [
    "passwordpassword",
    "password1234",
    "password12345",
    "password123456",
    "password1234567",
    "mypassword123",
    "motdepasse123",
    "motdepasse1234",
    "motdepassemotdepasse",
    "monmotdepasse",
    "monmotdepasse1",
    "azertyuiopqsdf",
    "azertyuiop123",
    "azertyazerty",
    "azerty123456",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "qwertyqwerty",
    "qwerty123456",
    "qwertyuiop12",
    "azertyuiop12",
    "123456789012",
    "1234567890123",
    "1234567890abc",
    "123456123456",
    "123123123123",
    "abcdefghijkl",
    "abcdefghijklm",
    "abcd1234abcd",
    "changemechangeme",
    "changezmoi123",
    "welcome12345",
    "bienvenue123",
    "bienvenue1234",
    "administrator",
    "administrateur",
    "administrator1",
    "iloveyou1234",
    "letmeinletmein",
    "recrutement123",
];

/// Why a password may not be chosen: the code for the field, or nothing.
///
/// `about` are words that stand for the person (e-mail, name): a password that holds one of at least four characters
/// is refused, as is one made of a single character or a common one.
#[must_use]
pub fn refusal(password: &str, about: &[&str]) -> Option<&'static str> {
    if password.is_empty() {
        return Some("required");
    }
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return Some("password_too_short");
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return Some("password_too_long");
    }
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    if characters.all(|character| Some(character) == first) || COMMON.contains(&lower.as_str()) {
        return Some("password_common");
    }
    about.iter().any(|text| speaks_of(&lower, text)).then_some("password_personal")
}

/// Whether a password in lower case holds the text or one of its words of at least four characters.
fn speaks_of(password: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .filter(|word| !matches!(*word, "mail" | "gmail" | "example" | "exemple" | "orange" | "free"))
        .any(|word| password.contains(word) && password.chars().count() < word.chars().count() + 8)
        || (text.len() >= 4 && password == text)
}

/// Hashes a password with a fresh salt, in PHC form.
///
/// # Errors
/// [`ServiceError::Broken`] when the configured parameters cannot be used; [`ServiceError::Throttled`] when too many
/// people are at it at once.
pub(crate) fn hash(
    settings: Argon2Settings,
    random: &dyn Random,
    password: &str,
) -> Result<String, ServiceError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let salt = SaltString::encode_b64(&bytes).map_err(|error| broken("salt", &error))?;
    let _place = Place::take()?;
    let hash = hasher(settings)?
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| broken("hashing a password", &error))?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a stored hash. Without a stored hash, the same work is done and the answer is no.
///
/// # Errors
/// As [`hash`], and [`ServiceError::Broken`] when the stored hash cannot be read.
pub(crate) fn verify(
    settings: Argon2Settings,
    stored: Option<&str>,
    password: &str,
) -> Result<bool, ServiceError> {
    let dummy = dummy_hash(settings);
    let parsed = PasswordHash::new(stored.unwrap_or(&dummy))
        .map_err(|error| broken("reading a password hash", &error))?;
    let _place = Place::take()?;
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        // The dummy is the hash of nothing anybody can type, but a no must not rest on that.
        Ok(()) => Ok(stored.is_some()),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(broken("verifying a password", &error)),
    }
}

/// Whether a stored hash was made with other parameters than those configured now.
pub(crate) fn is_outdated(settings: Argon2Settings, stored: &str) -> bool {
    let current = format!("$argon2id$v=19${}$", parameters(settings));
    !stored.starts_with(&current)
}

fn parameters(settings: Argon2Settings) -> String {
    format!("m={},t={},p={}", settings.memory_kib, settings.iterations, settings.parallelism)
}

/// A hash with the configured parameters that costs as much to verify as a real one.
fn dummy_hash(settings: Argon2Settings) -> String {
    let zeros = "A".repeat(43);
    format!("$argon2id$v=19${}${}${zeros}", parameters(settings), "A".repeat(22))
}

fn hasher(settings: Argon2Settings) -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
        .map_err(|error| broken("argon2 parameters", &error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(context: &str, error: &argon2::password_hash::Error) -> ServiceError {
    ServiceError::broken(format!("{context}: {error}"))
}

/// How many hashes are computed at once; each takes its memory and a core.
const AT_ONCE: usize = 2;
/// How many may stand in line; a flood of sign-ins must not hold every blocking thread that candidates need too.
const IN_LINE: usize = 16;

static QUEUE: Queue = Queue { state: Mutex::new((0, 0)), freed: Condvar::new() };

/// Hashes under way and waiting.
struct Queue {
    state: Mutex<(usize, usize)>,
    freed: Condvar,
}

/// The right to compute a hash, given back when dropped.
struct Place;

impl Place {
    fn take() -> Result<Self, ServiceError> {
        let mut state = QUEUE.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 >= AT_ONCE {
            if state.1 >= IN_LINE {
                return Err(ServiceError::Throttled { retry_after_s: 2 });
            }
            state.1 += 1;
            state = QUEUE
                .freed
                .wait_while(state, |state| state.0 >= AT_ONCE)
                .unwrap_or_else(PoisonError::into_inner);
            state.1 -= 1;
        }
        state.0 += 1;
        Ok(Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        QUEUE.state.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
        QUEUE.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    const QUICK: Argon2Settings = Argon2Settings { memory_kib: 64, iterations: 1, parallelism: 1 };

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let stored = hash(QUICK, &SeededRandom::new(1), "une chaise pour le client").unwrap();

        assert!(verify(QUICK, Some(&stored), "une chaise pour le client").unwrap());
        assert!(!verify(QUICK, Some(&stored), "Une chaise pour le client").unwrap());
    }

    #[test]
    fn nobody_has_the_dummy_hash() {
        assert!(!verify(QUICK, None, "").unwrap());
        assert!(!verify(QUICK, None, "une chaise pour le client").unwrap());
    }

    #[test]
    fn other_parameters_make_a_hash_outdated() {
        let stored = hash(QUICK, &SeededRandom::new(1), "une chaise pour le client").unwrap();

        assert!(!is_outdated(QUICK, &stored));
        assert!(is_outdated(Argon2Settings { iterations: 2, ..QUICK }, &stored));
        assert!(is_outdated(Argon2Settings { memory_kib: 640, ..QUICK }, &stored));
    }

    #[test]
    fn a_hash_never_repeats() {
        let random = SeededRandom::new(1);

        assert_ne!(
            hash(QUICK, &random, "the same twice").unwrap(),
            hash(QUICK, &random, "the same twice").unwrap()
        );
    }

    #[test]
    fn short_long_common_and_personal_passwords_are_refused() {
        let about = ["helene.vasseur@morvan.example", "Hélène Vasseur"];
        let long = "a b".repeat(50);
        let cases = [
            ("", Some("required")),
            ("onze lettre", Some("password_too_short")),
            ("douze lettre", None),
            (long.as_str(), Some("password_too_long")),
            ("aaaaaaaaaaaaaaaa", Some("password_common")),
            ("MotDePasse123", Some("password_common")),
            ("Hélène123456", Some("password_personal")),
            ("vasseur-2026", Some("password_personal")),
            ("helene.vasseur@morvan.example", Some("password_personal")),
            ("quatre chaises et un vasseur en laiton", None),
        ];
        for (password, code) in cases {
            assert_eq!(refusal(password, &about), code, "{password}");
        }
    }

    #[test]
    fn common_passwords_are_long_enough_to_be_reached() {
        assert!(COMMON.iter().all(|password| password.chars().count() >= MIN_PASSWORD_CHARS));
        assert!(COMMON.iter().all(|password| password.to_lowercase() == *password));
    }
}
