//! Raw settings to checked ones: defaults filled in, every rule applied, every mistake reported.

use std::collections::BTreeMap;

use authspec_descriptor::suggest::nearest;
use serde_json::Value as Json;

use super::COMMON;
use super::allow_list::{self, Entries};
use super::credential;
use super::issue::{SettingIssue, combine};
use super::parse::parse;
use super::quotes::is_quoted;
use super::raw::{Raw, RawSettings};
use super::resolved::{Entry, Resolved, Source};
use super::rules::broken;
use super::value::Value;
use crate::descriptor::{Descriptor, Kind, Setting, SettingRule, Template};
use crate::error::{Code, Error};

/// The setting that moves every request of a provider to this machine.
pub(super) const OFFLINE_PROVIDER: &str = "offline_provider";

impl Resolved {
    /// Checks raw settings against a descriptor.
    ///
    /// # Errors
    ///
    /// `missing_setting` or `invalid_setting` after the first mistake; the message lists them all.
    pub fn new(descriptor: &Descriptor, raw: &RawSettings) -> Result<Self, Error> {
        let mut resolved = Self {
            prefix: descriptor.settings_prefix(),
            values: BTreeMap::new(),
            warnings: raw.warnings().to_vec(),
        };
        let mut mistakes = resolved.unknown_names(descriptor, raw);
        for setting in COMMON.iter().chain(descriptor.settings) {
            let is_open = raw.get(setting.name).is_none() || raw.is_fallback(setting.name);
            if is_open && Self::is_in_authority_url(setting, descriptor, raw) {
                continue;
            }
            let variable = raw.variable(setting.name);
            let entries = allow_list::entries(descriptor, setting.name);
            // A blank list that says who may sign in is a mistake, and no absent one.
            let given =
                if entries.is_some() { raw.written(setting.name) } else { raw.get(setting.name) };
            match resolved.check(setting, given, variable, entries) {
                Ok(Some(value)) => {
                    let source = match variable {
                        Some(variable) => Source::Variable(variable.to_owned()),
                        None => Source::Program,
                    };
                    resolved.values.insert(setting.name, Entry { value, source });
                }
                Ok(None) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        resolved.fill_from_authority_url(descriptor, raw, &mut mistakes);
        resolved.check_levers(descriptor, &mut mistakes);
        if mistakes.is_empty() {
            resolved.fill_defaults(descriptor, &mut mistakes);
        }
        resolved.warn_of_what_works(descriptor);
        if mistakes.is_empty() {
            return Ok(resolved);
        }
        if let Some(environment) = raw.environment()
            && !credential::is_given(descriptor, raw)
        {
            mistakes.extend(credential::check(descriptor, &mut resolved, environment).err());
        }
        Err(combine(mistakes))
    }

    /// One setting as given: parsed, and held against its rules. Absent and fine is `None`.
    fn check(
        &mut self,
        setting: &Setting,
        given: Option<&Raw>,
        variable: Option<&str>,
        entries: Option<Entries>,
    ) -> Result<Option<Value>, SettingIssue> {
        let parameter = variable.map_or_else(|| self.full_name(setting.name), str::to_owned);
        let Some(raw) = given else {
            return if setting.required() && setting.default.is_none() {
                let message = format!("`{parameter}` is not set: {}", setting.doc);
                Err(SettingIssue { code: Code::MissingSetting, parameter, message })
            } else {
                Ok(None)
            };
        };
        let invalid = |parameter: String, sentence: &str| {
            let message = format!("`{parameter}` {sentence}");
            SettingIssue { code: Code::InvalidSetting, parameter, message }
        };
        // A value that is not used need not be right.
        if let Some(SettingRule::Ignored(sentence)) =
            setting.rules.iter().find(|rule| matches!(rule, SettingRule::Ignored(_)))
        {
            self.warnings.push(invalid(parameter, sentence));
            return Ok(None);
        }
        let value =
            match parse(setting, raw).and_then(|value| named_somebody(setting, value, entries)) {
                Ok(value) => value,
                Err(sentence) => return Err(invalid(parameter, &sentence)),
            };
        if raw.text().is_some_and(is_quoted) {
            let sentence = "is in quotation marks, which are part of the value: take them away unless they \
                            belong to it";
            self.warnings.push(invalid(parameter.clone(), sentence));
        }
        for rule in setting.rules {
            if let Some(sentence) = broken(rule, &value, &self.prefix) {
                return Err(invalid(parameter, &sentence));
            }
        }
        Ok(Some(value))
    }

    /// Defaults, which may name other settings: repeated until nothing more can be filled.
    fn fill_defaults(&mut self, descriptor: &Descriptor, mistakes: &mut Vec<SettingIssue>) {
        let mut open: Vec<&Setting> = COMMON
            .iter()
            .chain(descriptor.settings)
            .filter(|setting| setting.default.is_some() && !self.values.contains_key(setting.name))
            .collect();
        loop {
            let before = open.len();
            let waiting: Vec<&str> = open.iter().map(|setting| setting.name).collect();
            open.retain(|setting| {
                let Some(text) = self.default_of(setting, &waiting) else {
                    return true;
                };
                match parse(setting, &Raw::from(Json::from(text))) {
                    Ok(value) => {
                        let entry = Entry { value, source: Source::Default };
                        self.values.insert(setting.name, entry);
                    }
                    Err(sentence) => {
                        let parameter = self.full_name(setting.name);
                        let message = format!("the default of `{parameter}` {sentence}");
                        mistakes.push(SettingIssue {
                            code: Code::InvalidSetting,
                            parameter,
                            message,
                        });
                    }
                }
                false
            });
            if open.len() == before {
                return;
            }
        }
    }

    /// The default of a setting, once what it depends on is no longer waiting for a default itself.
    fn default_of(&self, setting: &Setting, waiting: &[&str]) -> Option<String> {
        if setting.default_when.iter().any(|(when, _)| waiting.contains(&when.setting())) {
            return None;
        }
        let mut others = setting.default_when.iter();
        let other = others.find(|(when, _)| self.meets(when)).map(|(_, value)| Template(value));
        let template = other.or(setting.default)?;
        match setting.kind {
            Kind::Url => self.url(template),
            _ => self.render(template),
        }
    }

    /// Names that are no setting: possible from a builder's or serde's map, never from lookups.
    fn unknown_names(&self, descriptor: &Descriptor, raw: &RawSettings) -> Vec<SettingIssue> {
        let known: Vec<String> = COMMON
            .iter()
            .chain(descriptor.settings)
            .map(|setting| setting.name.to_owned())
            .collect();
        raw.names()
            .filter(|name| !known.iter().any(|other| other == name))
            .map(|name| {
                let suggestion = nearest(name, known.iter().map(String::as_str))
                    .map(|known| format!("; did you mean `{known}`?"))
                    .unwrap_or_default();
                SettingIssue {
                    code: Code::InvalidSetting,
                    parameter: self.full_name(name),
                    message: format!(
                        "`{name}` is not a setting of {}{suggestion}",
                        descriptor.name
                    ),
                }
            })
            .collect()
    }
}

/// Lists that may be empty: there they add nothing.
const MAY_BE_EMPTY: [&str; 2] = ["scope", "extra_data"];

/// A list with entries that can fit. One that is set and empty would mean as much as one that is not set,
/// which is more than an operator says who empties it.
fn named_somebody(
    setting: &Setting,
    value: Value,
    entries: Option<Entries>,
) -> Result<Value, String> {
    match (value, entries) {
        (Value::List(items), Some(entries)) => allow_list::check(entries, &items).map(Value::List),
        (Value::List(items), None) if items.is_empty() && !MAY_BE_EMPTY.contains(&setting.name) => {
            Err("is an empty list: unset it, or list something".to_owned())
        }
        (value, _) => Ok(value),
    }
}
