//! Settings as data: what an operator may set, and what is wrong with a value.

use super::{Template, When};

/// One setting of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The name in lower case; `tenant_id` is `SOCIAL_AUTH_<BACKEND>_TENANT_ID`.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Its documentation for operators.
    pub doc: &'static str,
    /// Its value when nothing is set.
    pub default: Option<Template>,
    /// Other defaults, each for one value of another setting; the first that fits comes first.
    pub default_when: &'static [(When, &'static str)],
    /// Names for well-known values.
    pub named: &'static [(&'static str, &'static str)],
    /// The rules that its value must meet.
    pub rules: &'static [SettingRule],
}

/// A setting of a kind.
pub const fn setting(name: &'static str, kind: Kind) -> Setting {
    Setting { name, kind, doc: "", default: None, default_when: &[], named: &[], rules: &[] }
}

impl Setting {
    /// The setting with what an operator reads about it.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// The setting with a default.
    #[must_use]
    pub const fn default(mut self, template: &'static str) -> Self {
        self.default = Some(Template(template));
        self
    }

    /// The setting with other defaults, each for one value of another setting.
    #[must_use]
    pub const fn default_when(mut self, defaults: &'static [(When, &'static str)]) -> Self {
        self.default_when = defaults;
        self
    }

    /// The setting with names for well-known values.
    #[must_use]
    pub const fn named(mut self, named: &'static [(&'static str, &'static str)]) -> Self {
        self.named = named;
        self
    }

    /// The setting with rules.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [SettingRule]) -> Self {
        self.rules = rules;
        self
    }

    /// Returns `true` if a value is read and not used.
    pub(crate) fn is_ignored(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, SettingRule::Ignored(_)))
    }

    /// Returns `true` if a value must be given.
    pub fn required(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, SettingRule::Required))
    }
}

/// The type of a setting's value. Each kind refuses what could leave its place in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The client identifier.
    ClientId,
    /// Text that never appears in errors, logs or `Debug`.
    Secret,
    /// Any text on one line.
    Text,
    /// A cloud name, a host, `host:port`, or an origin URL.
    Authority,
    /// A GUID or a domain: letters, digits, `.` and `-`.
    Tenant,
    /// A policy name: letters, digits, `.`, `_` and `-`.
    Policy,
    /// One label of a host name.
    Name,
    /// An `https` URL (`http` on loopback only).
    Url,
    /// A list: a JSON array, or comma-separated.
    List,
    /// A map from text to text: a JSON object.
    Map,
    /// A file path.
    Path,
    /// A number that is not negative.
    Integer,
    /// `true` or `false`; also `1`, `0`, `yes`, `no`, `on`, `off`.
    Bool,
}

impl Kind {
    /// The kind for people.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::ClientId => "client id",
            Self::Secret => "secret",
            Self::Text => "text",
            Self::Authority => "authority host",
            Self::Tenant => "tenant",
            Self::Policy => "policy name",
            Self::Name => "host label",
            Self::Url => "URL",
            Self::List => "list",
            Self::Map => "JSON object",
            Self::Path => "file path",
            Self::Integer => "number",
            Self::Bool => "true or false",
        }
    }
}

/// A rule that a value must meet beyond its kind.
#[derive(Clone, Copy, Debug)]
pub enum SettingRule {
    /// A value must be given.
    Required,
    /// It begins with this text, ignoring ASCII case.
    StartsWith(&'static str),
    /// It is one of these, ignoring ASCII case.
    OneOf(&'static [&'static str]),
    /// A number at most this large.
    Max(u64),
    /// A number at least this large.
    Min(u64),
    /// A host of this machine.
    Loopback,
    /// A list of hosts, without scheme, port and path.
    Hosts,
    /// A claim expression, or the whole name of a claim with a colon in it.
    ClaimExpression,
    /// It must not be set here; the sentence says what to set instead. `{value}` is the value.
    Refused(&'static str),
    /// It is read and not used here; the sentence says why.
    Ignored(&'static str),
}
