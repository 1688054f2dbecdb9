//! Raw settings to checked ones: defaults filled in, every rule applied, every mistake reported.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use url::Url;

use super::parse::{Value, parse};
use super::raw::RawSettings;
use super::{COMMON, environment::nearest, is_loopback};
use crate::descriptor::{Descriptor, Part, Setting, SettingRule, Template};
use crate::error::{Code, Error, Stage};
use crate::secret::Secret;

/// The setting that moves every request of a provider to this machine.
const OFFLINE_PROVIDER: &str = "offline_provider";

/// Claims that their owner or a tenant's administrator can change, or that can be given to another
/// user: as `ID_KEY` they are warned of.
pub const MUTABLE_CLAIMS: &[&str] = &[
    "email",
    "emails",
    "mail",
    "upn",
    "userPrincipalName",
    "preferred_username",
    "unique_name",
    "name",
    "display_name",
    "login",
    "username",
    "handle",
    "nickname",
    "screen_name",
];

/// Something wrong with one setting.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mistake {
    /// [`Code::MissingSetting`] or [`Code::InvalidSetting`].
    pub code: Code,
    /// The setting's full name, such as `SOCIAL_AUTH_AZUREAD_OAUTH2_KEY`.
    pub parameter: String,
    /// What to change, in words.
    pub message: String,
}

impl Mistake {
    pub(crate) fn warning(parameter: &str, message: String) -> Self {
        Self { code: Code::InvalidSetting, parameter: parameter.to_owned(), message }
    }
}

/// The settings of one backend, checked.
#[derive(Clone)]
pub struct Resolved {
    prefix: String,
    values: BTreeMap<&'static str, Value>,
    warnings: Vec<Mistake>,
}

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
            warnings: Vec::new(),
        };
        let mut mistakes = resolved.unknown_names(descriptor, raw);
        for setting in COMMON.iter().chain(descriptor.settings) {
            let given = raw.get(setting.name).filter(|value| !is_blank(value));
            match resolved.check(setting, given, raw.variable(setting.name)) {
                Ok(Some(value)) => _ = resolved.values.insert(setting.name, value),
                Ok(None) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        resolved.warn_of_mutable_uid();
        resolved.warn_of_offline_provider();
        if mistakes.is_empty() {
            resolved.fill_defaults(descriptor, &mut mistakes);
        }
        if mistakes.is_empty() { Ok(resolved) } else { Err(combine(mistakes)) }
    }

    /// The full name of a setting, as an operator writes it.
    pub fn full_name(&self, name: &str) -> String {
        format!("{}{}", self.prefix, name.to_ascii_uppercase())
    }

    /// What an operator should know although it works.
    pub fn warnings(&self) -> &[Mistake] {
        &self.warnings
    }

    /// A text setting.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A secret setting.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        match self.values.get(name)? {
            Value::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// A list setting; empty when absent.
    pub fn list(&self, name: &str) -> &[String] {
        match self.values.get(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// A map setting.
    pub fn map(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        match self.values.get(name)? {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A path setting.
    pub fn path(&self, name: &str) -> Option<&Path> {
        match self.values.get(name)? {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    /// A number setting.
    pub fn integer(&self, name: &str) -> Option<u64> {
        match self.values.get(name)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        matches!(self.values.get(name), Some(Value::Bool(true)))
    }

    /// A template with these settings; `None` when one of them is absent.
    pub fn render(&self, template: Template) -> Option<String> {
        let mut rendered = String::new();
        for part in template.parts() {
            match part {
                Part::Text(text) => rendered.push_str(text),
                Part::Setting(name) => rendered.push_str(&self.show(name)?),
            }
        }
        Some(rendered)
    }

    /// A template as a URL: what a setting holds is percent-encoded, so that it stays in its place.
    /// An authority or a URL at the start brings its own scheme (`http` on loopback).
    pub fn render_url(&self, template: Template) -> Option<String> {
        let mut parts = template.parts().peekable();
        let mut url = String::new();
        while let Some(part) = parts.next() {
            match part {
                Part::Text("https://")
                    if url.is_empty()
                        && matches!(parts.peek(), Some(Part::Setting(name)) if self.has_scheme(name)) =>
                    {}
                Part::Text(text) => url.push_str(text),
                Part::Setting(name) if url.is_empty() => {
                    url.push_str(self.text(name)?.trim_end_matches('/'));
                }
                Part::Setting(name) => url.push_str(&crate::encode::component(&self.show(name)?)),
            }
        }
        Some(self.relocated(&url))
    }

    /// The URL, at the offline provider if there is one.
    pub(crate) fn relocated(&self, url: &str) -> String {
        match self.text(OFFLINE_PROVIDER) {
            Some(origin) => relocate(url, origin),
            None => url.to_owned(),
        }
    }

    /// A setting as it stands in a template: a list with commas between.
    fn show(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.values.get(name)? {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::List(items) => Some(Cow::Owned(items.join(","))),
            Value::Integer(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(on) => Some(Cow::Owned(on.to_string())),
            Value::Secret(_) | Value::Map(_) | Value::Path(_) => None,
        }
    }

    fn has_scheme(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.contains("://"))
    }

    /// One setting as given: parsed, and held against its rules. Absent and fine is `None`.
    fn check(
        &mut self,
        setting: &Setting,
        given: Option<&serde_json::Value>,
        variable: Option<&str>,
    ) -> Result<Option<Value>, Mistake> {
        let parameter = variable.map_or_else(|| self.full_name(setting.name), str::to_owned);
        let Some(raw) = given else {
            return if setting.required() && setting.default.is_none() {
                let message = format!("`{parameter}` is not set: {}", setting.doc);
                Err(Mistake { code: Code::MissingSetting, parameter, message })
            } else {
                Ok(None)
            };
        };
        let invalid = |parameter: String, sentence: &str| {
            let message = format!("`{parameter}` {sentence}");
            Mistake { code: Code::InvalidSetting, parameter, message }
        };
        // A value that is not used need not be right.
        if let Some(SettingRule::Ignored(sentence)) =
            setting.rules.iter().find(|rule| matches!(rule, SettingRule::Ignored(_)))
        {
            self.warnings.push(invalid(parameter, sentence));
            return Ok(None);
        }
        let value = match parse(setting, raw) {
            Ok(value) => value,
            Err(sentence) => return Err(invalid(parameter, &sentence)),
        };
        for rule in setting.rules {
            if let Some(sentence) = broken(rule, &value, &self.prefix) {
                return Err(invalid(parameter, &sentence));
            }
        }
        Ok(Some(value))
    }

    /// A claim that its owner or an administrator can change may hand an account to somebody else.
    fn warn_of_mutable_uid(&mut self) {
        if let Some(claim) = self.text("id_key").filter(|claim| MUTABLE_CLAIMS.contains(claim)) {
            let parameter = self.full_name("id_key");
            let message = format!(
                "`{parameter}` makes `{claim}` the uid, which can change or be given to another \
                 user; prefer `sub` or `oid`"
            );
            self.warnings.push(Mistake::warning(&parameter, message));
        }
    }

    /// Whoever runs a program on this machine could sign in as anybody.
    fn warn_of_offline_provider(&mut self) {
        if self.text(OFFLINE_PROVIDER).is_some() {
            let parameter = self.full_name(OFFLINE_PROVIDER);
            let message = format!("`{parameter}` is set: sign-ins go to an offline provider");
            self.warnings.push(Mistake::warning(&parameter, message));
        }
    }

    /// Defaults, which may name other settings: repeated until nothing more can be filled.
    fn fill_defaults(&mut self, descriptor: &Descriptor, mistakes: &mut Vec<Mistake>) {
        let mut open: Vec<&Setting> = COMMON
            .iter()
            .chain(descriptor.settings)
            .filter(|setting| setting.default.is_some() && !self.values.contains_key(setting.name))
            .collect();
        loop {
            let before = open.len();
            open.retain(|setting| {
                let Some(text) = setting.default.and_then(|default| self.render(default)) else {
                    return true;
                };
                match parse(setting, &text.into()) {
                    Ok(value) => _ = self.values.insert(setting.name, value),
                    Err(sentence) => {
                        let parameter = self.full_name(setting.name);
                        let message = format!("the default of `{parameter}` {sentence}");
                        mistakes.push(Mistake { code: Code::InvalidSetting, parameter, message });
                    }
                }
                false
            });
            if open.len() == before {
                return;
            }
        }
    }

    /// Names that are no setting: possible from a builder's or serde's map, never from lookups.
    fn unknown_names(&self, descriptor: &Descriptor, raw: &RawSettings) -> Vec<Mistake> {
        let known: Vec<String> = COMMON
            .iter()
            .chain(descriptor.settings)
            .map(|setting| setting.name.to_owned())
            .collect();
        raw.names()
            .filter(|name| !known.iter().any(|other| other == name))
            .map(|name| {
                let suggestion = nearest(name, &known)
                    .map(|known| format!("; did you mean `{known}`?"))
                    .unwrap_or_default();
                Mistake {
                    code: Code::InvalidSetting,
                    parameter: self.full_name(name),
                    message: format!("`{name}` is no setting of {}{suggestion}", descriptor.name),
                }
            })
            .collect()
    }
}

impl fmt::Debug for Resolved {
    /// Names only: a value may be an address or a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

/// The URL at another origin.
fn relocate(url: &str, origin: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find(['/', '?', '#']).and_then(|start| rest.get(start..)).unwrap_or_default();
    format!("{origin}{path}")
}

/// What is wrong with a value by a rule, if something is.
fn broken(rule: &SettingRule, value: &Value, prefix: &str) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.as_str(),
        _ => "",
    };
    let (holds, sentence) = match rule {
        SettingRule::Required | SettingRule::Ignored(_) => return None,
        SettingRule::StartsWith(start) => (
            text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
            format!("must start with `{start}` (in any case)"),
        ),
        SettingRule::OneOf(allowed) => (
            allowed.iter().any(|one| one.eq_ignore_ascii_case(text)),
            format!("must be one of {}", allowed.join(", ")),
        ),
        SettingRule::Max(max) => (
            matches!(value, Value::Integer(number) if number <= max),
            format!("must be at most {max}"),
        ),
        SettingRule::Min(min) => (
            matches!(value, Value::Integer(number) if number >= min),
            format!("must be at least {min}"),
        ),
        SettingRule::Loopback => (
            Url::parse(text).is_ok_and(|url| is_loopback(&url)),
            "must be on this machine, such as `http://127.0.0.1:8400`".to_owned(),
        ),
        SettingRule::Hosts => (
            matches!(value, Value::List(hosts) if hosts.iter().all(|host| is_host(host))),
            "must be hosts without scheme, port and path, such as `keys.example`".to_owned(),
        ),
        SettingRule::Refused(template) => {
            (false, template.replace("{value}", text).replace("{prefix}", prefix))
        }
    };
    (!holds).then_some(sentence)
}

/// A host as it stands in a URL: ASCII, with brackets around IPv6.
fn is_host(text: &str) -> bool {
    let url = Url::parse(&format!("https://{text}/"));
    url.is_ok_and(|url| url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(text)))
}

fn is_blank(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// One error of all mistakes: the first one's code and parameter, everybody's sentence.
fn combine(mistakes: Vec<Mistake>) -> Error {
    let sentences: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    let message = sentences.join("; ");
    let first = mistakes.into_iter().next();
    let (code, parameter) = first
        .map_or((Code::InvalidSetting, String::new()), |mistake| (mistake.code, mistake.parameter));
    Error::new(code, Stage::Begin, message).with_parameter(parameter)
}
