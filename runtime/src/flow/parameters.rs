//! The parameters that a browser or a provider brings, read strictly.

use url::form_urlencoded;

use crate::error::{Code, Error, Recovery, Result, Stage};

/// The longest text that is read, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// The most parameters.
const MAX_PARAMETERS: usize = 64;

/// Names and values, each name once.
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    /// The message that had them, as in "The callback lacks …".
    what: &'static str,
    stage: Stage,
}

impl Parameters {
    /// Every parameter at most once (RFC 6749 section 3.1).
    pub(super) fn read(query: &str, what: &'static str, stage: Stage) -> Result<Self> {
        let invalid = |message: String| Error::new(Code::InvalidParameter, stage, message);
        if query.len() > MAX_LENGTH {
            return Err(invalid(format!("The {what} is longer than 64 KiB.")));
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if pairs.len() >= MAX_PARAMETERS {
                return Err(invalid(format!("The {what} has more than 64 parameters.")));
            }
            if pairs.iter().any(|(known, _)| *known == name) {
                let name = printable(&name);
                let message = format!("The {what} carries `{name}` twice.");
                return Err(invalid(message).with_parameter(name));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self { pairs, what, stage })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub(super) fn required(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// The error of a parameter that is not there. A callback cannot be corrected by who sent it.
    pub(super) fn missing(&self, name: &str) -> Error {
        let lacks = format!("The {} lacks `{name}`.", self.what);
        let error =
            |message| Error::new(Code::MissingParameter, self.stage, message).with_parameter(name);
        match self.stage {
            Stage::Callback => {
                error(lacks + " Start the sign-in again.").with_recovery(Recovery::RestartLogin)
            }
            _ => error(lacks),
        }
    }

    pub(super) fn wrong(&self, name: &str, sentence: &str) -> Error {
        let message = format!("The {}'s `{name}` {sentence}.", self.what);
        Error::new(Code::InvalidParameter, self.stage, message).with_parameter(name)
    }
}

/// A parameter's name as it may stand in a message.
fn printable(name: &str) -> String {
    name.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '_').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Parameters> {
        Parameters::read(query, "callback", Stage::Callback)
    }

    #[test]
    fn each_name_counts_once() {
        let parameters = read("a=1&b=&c=%20x").unwrap();
        assert_eq!((parameters.get("a"), parameters.get("b")), (Some("1"), Some("")));
        assert_eq!((parameters.get("c"), parameters.get("d")), (Some(" x"), None));
        assert_eq!(parameters.required("a").unwrap(), "1");
        let twice = read("a=1&%61=2").err().unwrap();
        assert_eq!((twice.code(), twice.parameter()), (Code::InvalidParameter, Some("a")));
    }

    #[test]
    fn length_and_number_are_bounded() {
        let long = |length: usize| format!("a={}", "x".repeat(length - 2));
        assert!(read(&long(65_536)).is_ok());
        assert!(read(&long(65_537)).is_err());
        let many = |number: usize| (0..number).fold(String::new(), |q, n| q + &format!("p{n}=&"));
        assert!(read(&many(64)).is_ok());
        assert!(read(&many(65)).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = read("").unwrap().required("state").err().unwrap();
        assert_eq!((error.code(), error.parameter()), (Code::MissingParameter, Some("state")));
        assert!(error.message().ends_with("Start the sign-in again."), "{error}");
        let logout = Parameters::read("", "logout notice", Stage::Disconnect).unwrap();
        let error = logout.required("iss").err().unwrap();
        assert_eq!(error.message(), "The logout notice lacks `iss`.");
    }

    #[test]
    fn a_name_in_a_message_is_letters_digits_and_underscores() {
        assert_eq!(printable("a_1<b>\n\u{e9}"), "a_1b");
        assert_eq!(printable(&"x".repeat(100)), "x".repeat(40));
    }
}
