//! `[variables]`: each entry names a setting that other tools may fill, and a variable of theirs.

use super::names::COMMON_SETTINGS;
use super::settings::find;
use crate::codes::Code;
use crate::document::{Document, FallbackVariable, SettingKind};
use crate::report::{Diagnostic, Report};
use crate::suggest::nearest;

/// The common settings that may be filled: the rest open doors, or mean nothing to other tools.
const FILLABLE_COMMON: &[&str] = &["key"];

/// The beginnings of variables that mean one thing only.
const OWN_PREFIXES: [&str; 2] = ["SOCIAL_AUTH_", "AUTHSPEC_"];

pub(super) fn check(document: &Document, report: &Report) {
    for entry in &document.variables {
        check_setting(document, entry, report);
        check_variable(entry, report);
    }
}

fn check_setting(document: &Document, entry: &FallbackVariable, report: &Report) {
    let name = entry.setting.value.as_str();
    if FILLABLE_COMMON.contains(&name) {
        return;
    }
    if let Some(setting) = find(&document.settings, name) {
        if matches!(setting.kind, SettingKind::Secret) {
            let message = format!("the secret `{name}` is filled from another tool's variable");
            report.push(
                Diagnostic::new(Code::WrongType, entry.setting.span.clone(), message)
                    .also(setting.name.span.clone(), "declared here")
                    .help("a secret is sent only where its own variable says so: remove the entry"),
            );
        }
        return;
    }
    if document.is_incomplete("settings") || document.is_incomplete("") {
        return;
    }
    let (message, help) = if COMMON_SETTINGS.contains(&name) {
        let message = format!("the common setting `{name}` takes its own variables only");
        (
            message,
            format!("of the common settings only `{}` can be filled", FILLABLE_COMMON.join("`, `")),
        )
    } else {
        let declared = document.settings.iter().map(|setting| setting.name.value.as_str());
        let known = declared.chain(FILLABLE_COMMON.iter().copied());
        let help = nearest(name, known).map_or_else(
            || format!("declare it: `[settings.{name}]`"),
            |near| format!("did you mean `{near}`?"),
        );
        (format!("the setting `{name}` is not declared"), help)
    };
    report.push(
        Diagnostic::new(Code::UndeclaredSetting, entry.setting.span.clone(), message).help(help),
    );
}

fn check_variable(entry: &FallbackVariable, report: &Report) {
    let name = entry.variable.value.as_str();
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let (message, help) = if !name.starts_with(|char: char| char.is_ascii_uppercase())
        || !name.bytes().all(is_upper)
    {
        (
            format!("`{name}` is not the name of an environment variable"),
            "use A to Z, 0 to 9 and `_`",
        )
    } else if let Some(prefix) = OWN_PREFIXES.iter().find(|prefix| name.starts_with(**prefix)) {
        let help = "the variables of a setting come from its name and the backend's";
        (format!("`{name}` begins with `{prefix}`, which is this framework's own"), help)
    } else {
        return;
    };
    report.push(Diagnostic::new(Code::BadName, entry.variable.span.clone(), message).help(help));
}
