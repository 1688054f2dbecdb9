//! The rules of one setting: each can be met, and the default meets them.

use crate::codes::Code;
use crate::document::{Document, Setting, SettingKind, SettingRule};
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::template::Template;

/// The placeholders of `refused`.
const PLACEHOLDERS: &[&str] = &["value", "prefix"];

pub(super) fn check(document: &Document, report: &Report) {
    for setting in &document.settings {
        check_defaults(setting, report);
        for rule in &setting.rules {
            check_rule(setting, rule, report);
        }
    }
}

fn check_rule(setting: &Setting, rule: &SettingRule, report: &Report) {
    match rule {
        SettingRule::OneOf(values) if values.is_empty() => {
            let message = format!("no value of `{}` can be allowed", setting.name.value);
            report.push(
                Diagnostic::new(Code::UselessTable, setting.name.span.clone(), message)
                    .help("list the allowed values in `one_of`, or remove it"),
            );
        }
        SettingRule::Refused(sentence) => check_placeholders(sentence, report),
        _ => {}
    }
}

/// `refused` knows two placeholders; others would be shown to operators as they are.
fn check_placeholders(sentence: &Spanned<String>, report: &Report) {
    let names = sentence.value.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    for (name, _) in names.filter(|(name, _)| !PLACEHOLDERS.contains(name)) {
        let message = format!("`refused` has no placeholder `{{{name}}}`");
        report.push(
            Diagnostic::new(Code::BadTemplate, sentence.span.clone(), message)
                .help("its placeholders are `{value}` and `{prefix}`"),
        );
    }
}

/// A default is public, and a value that the operator could have set.
fn check_defaults(setting: &Setting, report: &Report) {
    if let (None, Some(other)) = (&setting.default, setting.default_when.first()) {
        let message = format!("`{}` has a default in some cases only", setting.name.value);
        report.push(
            Diagnostic::new(Code::MissingKey, other.value.span.clone(), message)
                .help("add `default`, for all other cases"),
        );
    }
    for default in setting.defaults() {
        if let Some((why, help)) = refusal(setting, &default.value) {
            let message = format!("the default of `{}` {why}", setting.name.value);
            report.push(
                Diagnostic::new(Code::RefusedDefault, default.span.clone(), message).help(help),
            );
        }
    }
}

/// Why a default cannot be, and what to change.
fn refusal(setting: &Setting, default: &Template) -> Option<(String, &'static str)> {
    if setting.kind == SettingKind::Secret {
        let why = "would be a secret that everybody can read".to_owned();
        return Some((why, "remove it: a secret comes from the operator"));
    }
    let text = default.literal()?;
    let why = setting.rules.iter().find_map(|rule| match rule {
        SettingRule::StartsWith(start) => {
            let head = text.get(..start.len());
            let starts = head.is_some_and(|head| head.eq_ignore_ascii_case(start));
            (!starts).then(|| format!("does not start with `{start}`"))
        }
        SettingRule::OneOf(values) => {
            let is_listed = values.iter().any(|value| value.eq_ignore_ascii_case(&text));
            (!is_listed).then(|| format!("is not one of {}", values.join(", ")))
        }
        SettingRule::Max(max) => {
            let fits = text.parse::<u64>().is_ok_and(|number| number <= *max);
            (!fits).then(|| format!("is not a number up to {max}"))
        }
        SettingRule::Required | SettingRule::Refused(_) | SettingRule::Ignored(_) => None,
    })?;
    Some((why, "change the default, or the rule"))
}
