//! The parameters that a browser or a provider brings, read strictly.

use url::form_urlencoded;

use crate::error::{Code, Error, Result, Stage};

/// The longest text that is read, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// The most parameters.
const MAX_PARAMETERS: usize = 64;

/// Names and values, each name once.
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    /// What brought them, as in "The callback lacks …".
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

    pub(super) fn required(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| {
            let restart = match self.stage {
                Stage::Callback => " Start the sign-in again.",
                _ => "",
            };
            let message = format!("The {} lacks `{name}`.{restart}", self.what);
            Error::new(Code::MissingParameter, self.stage, message).with_parameter(name)
        })
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
