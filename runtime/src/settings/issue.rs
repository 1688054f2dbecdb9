//! An issue with one setting, and the error that combines several.

use crate::error::{Code, Error, Stage};

/// An issue with one setting: an error, or a warning (`Backend::warnings`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SettingIssue {
    /// [`Code::MissingSetting`] or [`Code::InvalidSetting`].
    pub code: Code,
    /// The setting's full name, such as `SOCIAL_AUTH_AZUREAD_OAUTH2_KEY`.
    pub parameter: String,
    /// The message: what is wrong, and what to change.
    pub message: String,
}

impl SettingIssue {
    pub(crate) fn warning(parameter: &str, message: String) -> Self {
        Self { code: Code::InvalidSetting, parameter: parameter.to_owned(), message }
    }
}

/// One error of all mistakes: the code and parameter of the first one, a sentence for each.
pub(crate) fn combine(mistakes: Vec<SettingIssue>) -> Error {
    let sentences: Vec<&str> =
        mistakes.iter().map(|mistake| mistake.message.trim_end_matches('.')).collect();
    let message = format!("{}.", sentences.join(". "));
    let first = mistakes.into_iter().next();
    let (code, parameter) = first
        .map_or((Code::InvalidSetting, String::new()), |mistake| (mistake.code, mistake.parameter));
    Error::new(code, Stage::Begin, message).with_parameter(parameter)
}
