//! The keys that seal transactions: the operator's, the command's, or a random one of the process.

use std::sync::OnceLock;

use super::random_text;
use crate::error::{Code, Error, Result, Stage};
use crate::secret::Secret;
use crate::settings::{Environment, parse_list};

/// The environment variable that holds the sealing key: a random text of 32 characters at least, the same
/// for all processes of an application.
pub const KEY_VARIABLE: &str = "AUTHSPEC_TRANSACTION_KEY";

/// The environment variable that holds earlier sealing keys, which still open: a JSON array, or texts with
/// commas between. Leave the old key here for as long as a sign-in lasts.
pub const KEY_FALLBACKS_VARIABLE: &str = "AUTHSPEC_TRANSACTION_KEY_FALLBACKS";

/// The shortest sealing key, in characters. A shorter one could be guessed from any visitor's transaction.
const MIN_KEY: usize = 32;

/// The key of a process that was given none.
static PROCESS_KEY: OnceLock<Secret> = OnceLock::new();

/// The keys of one runtime: the newest seals, all of them open.
#[derive(Debug)]
pub(crate) struct SealingKeys {
    pub(super) newest: Secret,
    pub(super) earlier: Vec<Secret>,
}

impl SealingKeys {
    /// The key that the application gave, else that of the environment, else a random one of this process;
    /// and the earlier keys of the environment.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a key that is set and blank, not text, or short, and for earlier keys without a
    /// newest one.
    pub(crate) fn read(given: Option<&Secret>, environment: &Environment) -> Result<Self> {
        let newest = match given {
            Some(key) => Some(key.clone()),
            None => variable(environment, KEY_VARIABLE)?
                .map(|key| checked_key(KEY_VARIABLE, &key))
                .transpose()?,
        };
        let earlier = match variable(environment, KEY_FALLBACKS_VARIABLE)? {
            Some(text) => parse_list(text.expose().trim())
                .map_err(|why| wrong(KEY_FALLBACKS_VARIABLE, &why))?
                .into_iter()
                .map(|key| checked_key(KEY_FALLBACKS_VARIABLE, &Secret::new(key)))
                .collect::<Result<_>>()?,
            None => Vec::new(),
        };
        match newest {
            Some(newest) => Ok(Self { newest, earlier }),
            None if earlier.is_empty() => Ok(Self { newest: process_key()?, earlier }),
            None => Err(wrong(
                KEY_VARIABLE,
                &format!("is not set although `{KEY_FALLBACKS_VARIABLE}` is: set the newest key"),
            )),
        }
    }
}

/// Checks a sealing key and takes white space off its ends.
///
/// # Errors
///
/// `invalid_setting` for a blank or short one. The message says `what` it is and shows no part of it.
pub(crate) fn checked_key(what: &str, key: &Secret) -> Result<Secret> {
    let key = key.expose().trim();
    match key.chars().count() {
        0 => Err(wrong(what, "is set and blank: unset it, or give it a random text")),
        length if length < MIN_KEY => {
            let reason = format!(
                "has a key of {length} characters, expected {MIN_KEY} at least: make one with \
                 `openssl rand -base64 32`"
            );
            Err(wrong(what, &reason))
        }
        _ => Ok(Secret::new(key)),
    }
}

/// The text of a variable that is set, blank or not.
fn variable(environment: &Environment, name: &str) -> Result<Option<Secret>> {
    let Some(value) = environment.os_text(name) else {
        return Ok(None);
    };
    let text = value.into_string().map_err(|_| {
        wrong(name, "is not text (UTF-8): encode random bytes, as `openssl rand -base64 32` does")
    })?;
    Ok(Some(Secret::new(text)))
}

/// The random key of this process, made when it is first needed.
fn process_key() -> Result<Secret> {
    if let Some(key) = PROCESS_KEY.get() {
        return Ok(key.clone());
    }
    let fresh = Secret::new(random_text()?);
    let key = PROCESS_KEY.get_or_init(|| {
        tracing::warn!(
            target: "authspec",
            "`{KEY_VARIABLE}` is not set: sign-ins under way end with this process, and no other \
             process can complete them"
        );
        fresh
    });
    Ok(key.clone())
}

fn wrong(variable: &str, reason: &str) -> Error {
    let message = format!("`{variable}` {reason}.");
    Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn read(variables: &[(&str, &str)]) -> Result<SealingKeys> {
        SealingKeys::read(None, &Environment::from_pairs(variables.iter().copied()))
    }

    fn refused(variables: &[(&str, &str)]) -> (Code, String) {
        let error = read(variables).unwrap_err();
        (error.code(), error.parameter().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_key_is_long_set_and_text() {
        assert_eq!(read(&[(KEY_VARIABLE, KEY)]).unwrap().newest, Secret::new(KEY));
        let padded = format!(" {KEY}\n");
        assert_eq!(read(&[(KEY_VARIABLE, &padded)]).unwrap().newest, Secret::new(KEY));
        for bad in ["", "   ", "k", &KEY[1..], &format!("{}   ", &KEY[1..])] {
            let expected = (Code::InvalidSetting, KEY_VARIABLE.to_owned());
            assert_eq!(refused(&[(KEY_VARIABLE, bad)]), expected, "{bad:?}");
        }
        let characters = "\u{e9}".repeat(31);
        assert!(read(&[(KEY_VARIABLE, &characters)]).is_err(), "characters count, not bytes");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_is_not_text_is_refused() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;
        for name in [KEY_VARIABLE, KEY_FALLBACKS_VARIABLE] {
            let bytes = [&[0xff, 0xfe], KEY.as_bytes()].concat();
            let environment = Environment::from_pairs([(name, OsString::from_vec(bytes))]);
            let error = SealingKeys::read(None, &environment).unwrap_err();
            assert_eq!((error.code(), error.parameter()), (Code::InvalidSetting, Some(name)));
        }
    }

    #[test]
    fn earlier_keys_are_keys() {
        let other = KEY.replace('0', "9");
        for good in
            [other.clone(), format!("[\"{other}\",\"{KEY}\"]"), "[]".to_owned(), " ".to_owned()]
        {
            let keys = read(&[(KEY_VARIABLE, KEY), (KEY_FALLBACKS_VARIABLE, &good)]);
            assert!(keys.is_ok(), "{good}");
        }
        for bad in ["old", "[\"\"]", "[1", &format!("[\"{other}\",\" \"]"), &format!("{other},k")] {
            let expected = (Code::InvalidSetting, KEY_FALLBACKS_VARIABLE.to_owned());
            assert_eq!(refused(&[(KEY_VARIABLE, KEY), (KEY_FALLBACKS_VARIABLE, bad)]), expected);
        }
        let alone = refused(&[(KEY_FALLBACKS_VARIABLE, &other)]);
        assert_eq!(alone, (Code::InvalidSetting, KEY_VARIABLE.to_owned()));
    }

    #[test]
    fn without_a_key_the_process_has_a_random_one() {
        let (one, other) = (read(&[]).unwrap(), read(&[]).unwrap());
        assert_eq!(one.newest, other.newest, "one key for all runtimes of a process");
        assert_eq!(one.newest.expose().len(), 43, "256 random bits");
    }

    #[test]
    fn a_given_key_comes_before_the_environments() {
        let environment = Environment::from_pairs([(KEY_VARIABLE, KEY)]);
        let given = Secret::new(KEY.replace('0', "8"));
        let keys = SealingKeys::read(Some(&given), &environment).unwrap();
        assert_eq!(keys.newest, given);
    }
}
