//! Settings from the environment, under python-social-auth's names.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use authspec_descriptor::suggest::nearest;

use super::allow_list;
use super::common::COMMON;
use super::issue::SettingIssue;
use super::raw::{Raw, RawSettings};
use super::resolve::OFFLINE_PROVIDER;
use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};
use crate::secret::Secret;

/// Answers what a variable is; an empty answer counts as none.
pub type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// The names of the variables that are set.
type Names = dyn Fn() -> Vec<String> + Send + Sync;

/// A source of variables: the process environment, or a function.
#[derive(Clone)]
pub struct Environment {
    lookup: Arc<Lookup>,
    names: Arc<Names>,
}

impl Environment {
    /// The environment of this process.
    pub fn process() -> Self {
        Self {
            lookup: Arc::new(|name| std::env::var_os(name)),
            names: Arc::new(|| {
                std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
            }),
        }
    }

    /// Variables from a function. It cannot be asked for unknown names, so nothing warns of them.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let lookup = move |name: &str| lookup(name).map(OsString::from);
        Self { lookup: Arc::new(lookup), names: Arc::new(Vec::new) }
    }

    /// Variables from a list of names and values.
    pub fn from_pairs<N: Into<String>, V: Into<OsString>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let map: BTreeMap<String, OsString> =
            pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let names: Vec<String> = map.keys().cloned().collect();
        Self {
            lookup: Arc::new(move |name| map.get(name).map(OsString::from)),
            names: Arc::new(move || names.clone()),
        }
    }

    /// The value of a variable, unless it is absent, blank, or not UTF-8.
    pub fn var(&self, name: &str) -> Option<String> {
        let value = self.os_text(name)?.into_string().ok()?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// The value of a variable, unless it is absent or blank.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a value that is not UTF-8.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>> {
        let value = self.os_text(name).map(OsString::into_string).transpose().map_err(|_| {
            let message = format!("`{name}` is set to a value that is not UTF-8.");
            Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(name)
        })?;
        Ok(value.filter(|value| !value.trim().is_empty()))
    }

    /// The first of several variables that is set, with its value.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a value that is not UTF-8.
    pub(crate) fn first_set(&self, names: &[&str]) -> Result<Option<(String, String)>> {
        for name in names {
            if let Some(value) = self.text(name)? {
                return Ok(Some(((*name).to_owned(), value)));
            }
        }
        Ok(None)
    }

    /// A variable as it is set: perhaps blank, perhaps not UTF-8.
    pub(crate) fn os_text(&self, name: &str) -> Option<OsString> {
        (self.lookup)(name)
    }

    /// The settings of a backend: `SOCIAL_AUTH_<BACKEND>_<NAME>`, then `SOCIAL_AUTH_<NAME>`, then the
    /// variable of another tool that the spec names (`[variables]`), such as `AZURE_TENANT_ID`.
    pub fn settings_of(&self, descriptor: &Descriptor) -> RawSettings {
        self.settings_among(descriptor, &[])
    }

    /// The same, beside the backends that an application knows: a variable that no setting has may be
    /// another backend's.
    pub fn settings_among(&self, descriptor: &Descriptor, known: &[&Descriptor]) -> RawSettings {
        let prefix = descriptor.settings_prefix();
        let mut raw = RawSettings::new();
        for setting in COMMON.iter().chain(descriptor.settings) {
            let name = setting.name.to_ascii_uppercase();
            let variables = [format!("{prefix}{name}"), format!("SOCIAL_AUTH_{name}")];
            // A backend must be named that goes to this machine instead of its provider.
            let usable = if setting.name == OFFLINE_PROVIDER { 1 } else { variables.len() };
            let keeps_blank = allow_list::entries(descriptor, setting.name).is_some();
            let found = variables.into_iter().take(usable).find_map(|variable| {
                let value = self.raw(&variable, keeps_blank)?;
                Some((variable, value))
            });
            if let Some((variable, value)) = found {
                raw.insert_variable(setting.name, variable, value);
            }
            if raw.get(setting.name).is_none()
                && let Some(variable) = descriptor.fallback_variable(setting)
                && let Some(value) = self.raw(variable, false)
            {
                raw.insert_fallback(setting.name, variable, value);
            }
        }
        raw.read_from(self);
        raw.warn(unknown_variables(self, descriptor, known));
        raw.warn(self.ignored_variables(&prefix));
        raw
    }

    /// Variables that python-social-auth or another backend reads, and this one does not.
    fn ignored_variables(&self, prefix: &str) -> Vec<SettingIssue> {
        let mut ignored = Vec::new();
        for variable in [format!("{prefix}PIPELINE"), "SOCIAL_AUTH_PIPELINE".to_owned()] {
            if self.var(&variable).is_some() {
                let message = format!(
                    "`{variable}` is not used: pipelines are not run, so a step that refused users no \
                     longer does. Say who may sign in with WHITELISTED_DOMAINS, WHITELISTED_EMAILS or a \
                     rule of the application, and unset it"
                );
                ignored.push(SettingIssue::warning(&variable, message));
            }
        }
        let offline = format!("SOCIAL_AUTH_{}", OFFLINE_PROVIDER.to_ascii_uppercase());
        if self.var(&offline).is_some() {
            let message = format!(
                "`{offline}` is not used: it names no backend. Set `{prefix}OFFLINE_PROVIDER`"
            );
            ignored.push(SettingIssue::warning(&offline, message));
        }
        ignored
    }

    /// A variable as it is written; blank counts as absent, unless it is kept.
    fn raw(&self, name: &str, keeps_blank: bool) -> Option<Raw> {
        match (self.lookup)(name)?.into_string() {
            Ok(value) if value.trim().is_empty() && !keeps_blank => None,
            Ok(value) => Some(Raw::Text(Secret::new(value))),
            Err(_) => Some(Raw::NotUtf8),
        }
    }

    fn names(&self) -> Vec<String> {
        (self.names)()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Environment(…)")
    }
}

/// Variables that begin like a setting of `descriptor` and are none, each with a suggestion.
///
/// One backend's prefix may begin another's (`…_AZUREAD_OAUTH2_` and `…_AZUREAD_OAUTH2_V2_`): a
/// variable belongs to the longest prefix among `known`. Without a list of known backends, a variable
/// that ends like a common setting is taken for another backend's.
pub(super) fn unknown_variables(
    environment: &Environment,
    descriptor: &Descriptor,
    known: &[&Descriptor],
) -> Vec<SettingIssue> {
    let prefix = descriptor.settings_prefix();
    let longer: Vec<String> = known
        .iter()
        .map(|other| other.settings_prefix())
        .filter(|other| other.len() > prefix.len() && other.starts_with(&prefix))
        .collect();
    let names: Vec<String> = COMMON
        .iter()
        .chain(descriptor.settings)
        .map(|setting| setting.name.to_ascii_uppercase())
        .collect();
    let mut unknown = Vec::new();
    for variable in environment.names() {
        let Some(rest) = variable.strip_prefix(&prefix) else {
            continue;
        };
        // `SOCIAL_AUTH_OIDC_ENDPOINT` is the shared form of `oidc_endpoint`, and no `ENDPOINT` of `oidc`.
        let shared = names.iter().any(|name| variable == format!("SOCIAL_AUTH_{name}"));
        let belongs_elsewhere = longer.iter().any(|other| variable.starts_with(other.as_str()))
            || (known.is_empty() && names.iter().any(|name| rest.ends_with(&format!("_{name}"))));
        if shared
            || belongs_elsewhere
            || rest == "PIPELINE"
            || names.iter().any(|name| name == rest)
        {
            continue;
        }
        let suggestion = nearest(rest, names.iter().map(String::as_str))
            .map(|name| format!("; did you mean `{prefix}{name}`?"))
            .unwrap_or_default();
        unknown.push(SettingIssue::warning(
            &variable,
            format!("`{variable}` is not a setting of {}{suggestion}", descriptor.name),
        ));
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: Descriptor = Descriptor { name: "azuread-oauth2", ..Descriptor::EMPTY };
    const V2: Descriptor = Descriptor { name: "azuread-oauth2-v2", ..Descriptor::EMPTY };

    fn unknown(variable: &str, known: &[&Descriptor]) -> Vec<String> {
        let environment = Environment::from_pairs([(variable, "x")]);
        unknown_variables(&environment, &V1, known).into_iter().map(|m| m.message).collect()
    }

    #[test]
    fn the_longest_prefix_owns_a_variable() {
        assert!(unknown("SOCIAL_AUTH_AZUREAD_OAUTH2_V2_KEY", &[&V1, &V2]).is_empty());
        assert!(unknown("SOCIAL_AUTH_AZUREAD_OAUTH2_V2_KEY", &[]).is_empty());
        assert_eq!(unknown("SOCIAL_AUTH_AZUREAD_OAUTH2_V2_KEY", &[&V1]).len(), 1);
    }

    #[test]
    fn a_typing_mistake_gets_a_suggestion() {
        let warnings = unknown("SOCIAL_AUTH_AZUREAD_OAUTH2_SECRT", &[]);
        assert_eq!(
            warnings,
            ["`SOCIAL_AUTH_AZUREAD_OAUTH2_SECRT` is not a setting of azuread-oauth2; \
              did you mean `SOCIAL_AUTH_AZUREAD_OAUTH2_SECRET`?"]
        );
    }

    #[test]
    fn a_backend_variable_wins_over_a_shared_one() {
        let environment = Environment::from_pairs([
            ("SOCIAL_AUTH_KEY", "shared"),
            ("SOCIAL_AUTH_AZUREAD_OAUTH2_KEY", "own"),
            ("SOCIAL_AUTH_SECRET", "shared"),
            ("SOCIAL_AUTH_AZUREAD_OAUTH2_SECRET", " "),
        ]);
        let raw = environment.settings_of(&V1);
        assert_eq!(raw.get("key").and_then(Raw::text), Some("own"));
        assert_eq!(raw.get("secret").and_then(Raw::text), Some("shared"));
    }
}
