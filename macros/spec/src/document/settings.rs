//! `[settings.NAME]`: what an operator may set.

use super::when::{self, When};
use crate::language::{Key, Kind, TEXTS, Word, key, required, word, words};
use crate::node::Value;
use crate::reader::Reader;
use crate::source::Spanned;
use crate::template::Template;

/// The keys of a setting.
pub const KEYS: &[Key] = &[
    required(
        "type",
        Kind::Word(&words(&TYPES)),
        "The type of the value; it decides which values are valid and where a template may use \
         them.",
    ),
    required("doc", Kind::Text, "A description for operators."),
    key(
        "default",
        Kind::Template,
        "The value when nothing is set; a template, which may contain other settings.",
    ),
    key(
        "default_when",
        Kind::List(&Kind::Table(DEFAULT_WHEN_KEYS)),
        "Defaults that depend on another setting; the first one whose condition holds is used \
         in place of `default`.",
    ),
    key("named", Kind::Map(&Kind::Text), "Aliases of values, such as a cloud's name for its host.")
        .only_for(&["authority", "tenant"]),
    key("required", Kind::Bool, "Require a value."),
    key("starts_with", Kind::Text, "Text that a value must begin with, ignoring case.")
        .only_for(ONE_TEXT),
    key("one_of", TEXTS, "The allowed values, ignoring case.").only_for(ONE_TEXT),
    key("max", Kind::Integer { min: 0, max: i64::MAX as u64 }, "The largest allowed number.")
        .only_for(&["integer"]),
    key(
        "refused",
        Kind::Text,
        "Refuse any value, with this sentence, which says what to set instead; `{value}` is the \
         value that was set, `{prefix}` the prefix of this backend's variables.",
    ),
    key("ignored", Kind::Text, "Ignore any value, with this sentence as the warning."),
];

const DEFAULT_WHEN_KEYS: &[Key] = &[
    when::SETTING,
    when::IS_KEY,
    when::EQUALS,
    required(
        "value",
        Kind::Template,
        "The default while the condition holds; a template, which may contain other settings.",
    ),
];

/// The types whose values are compared as one text.
const ONE_TEXT: &[&str] = &["client_id", "text", "tenant", "policy", "name", "url"];

/// A setting as the spec declares it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name, in lower case.
    pub name: Spanned<String>,
    /// The type of the value.
    pub kind: SettingKind,
    /// The description for operators.
    pub doc: String,
    /// Its value when nothing is set.
    pub default: Option<Default>,
    /// Other defaults, each for one value of another setting.
    pub default_when: Vec<DefaultWhen>,
    /// Names for well-known values.
    pub named: Vec<(String, String)>,
    /// The rules for a value.
    pub rules: Vec<SettingRule>,
}

/// The template of a default.
pub type Default = Spanned<Template>;

/// A default for one value of another setting.
#[derive(Clone, Debug)]
pub struct DefaultWhen {
    /// The other setting, and its value.
    pub when: When,
    /// The default in this case.
    pub value: Default,
}

/// The type of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// The client identifier.
    ClientId,
    /// Text that nobody may see.
    Secret,
    /// Any text on one line.
    Text,
    /// A cloud name, a host, or an origin URL.
    Authority,
    /// A GUID or a domain.
    Tenant,
    /// A policy name.
    Policy,
    /// One label of a host name.
    Name,
    /// An https URL.
    Url,
    /// A list of texts.
    List,
    /// A map of texts.
    Map,
    /// A file path.
    Path,
    /// A number.
    Integer,
    /// A switch.
    Bool,
}

impl SettingKind {
    /// Returns `true` if its value can stand in a template.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Secret | Self::Map | Self::Path)
    }
}

/// Every type by its word.
pub const TYPES: [(Word, SettingKind); 13] = [
    (word("client_id", "A client identifier."), SettingKind::ClientId),
    (word("secret", "Text that is never printed."), SettingKind::Secret),
    (word("text", "Any text on one line."), SettingKind::Text),
    (word("authority", "A cloud name, a host, or an origin URL."), SettingKind::Authority),
    (word("tenant", "A GUID or a domain."), SettingKind::Tenant),
    (word("policy", "A policy name: letters, digits, `.`, `_`, `-`."), SettingKind::Policy),
    (word("name", "One label of a host name."), SettingKind::Name),
    (word("url", "An https URL; http on loopback only."), SettingKind::Url),
    (word("list", "A list of texts."), SettingKind::List),
    (word("map", "A map of texts."), SettingKind::Map),
    (word("path", "A file path."), SettingKind::Path),
    (word("integer", "A whole number that is not negative."), SettingKind::Integer),
    (word("bool", "true or false."), SettingKind::Bool),
];

/// A rule for a value beyond its type.
#[derive(Clone, Debug)]
pub enum SettingRule {
    /// A value must be given.
    Required,
    /// It begins with this, in any case.
    StartsWith(String),
    /// It is one of these, in any case.
    OneOf(Vec<String>),
    /// A number at most this large.
    Max(u64),
    /// It must not be set.
    Refused(Spanned<String>),
    /// It is read and not used.
    Ignored(String),
}

impl Setting {
    /// Every default that it may have.
    pub fn defaults(&self) -> impl Iterator<Item = &Default> {
        self.default_when.iter().map(|other| &other.value).chain(&self.default)
    }

    /// The settings that its default depends on.
    pub(crate) fn default_needs(&self) -> impl Iterator<Item = &str> {
        let others = self.default_when.iter().map(|other| other.when.setting.value.as_str());
        others.chain(self.defaults().flat_map(|default| default.value.settings()))
    }

    /// Returns `true` if a value must be given.
    pub fn is_required(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, SettingRule::Required))
    }

    /// Returns `true` if a value is given and not used, by a rule.
    pub fn is_inert(&self) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(rule, SettingRule::Refused(_) | SettingRule::Ignored(_)))
    }
}

/// The settings, and the names of those of which something could not be read.
pub(super) fn read(document: &Reader<'_>) -> (Vec<Setting>, Vec<String>) {
    let mut incomplete = Vec::new();
    let mut settings = Vec::new();
    for (name, node) in document.entries("settings") {
        let Value::Table(table) = &node.value else {
            incomplete.push(name.value.clone());
            continue;
        };
        let before = document.report().len();
        let title = format!("[settings.{}]", name.value);
        let reader = Reader::new(table, title, name.span.clone(), KEYS, document.report());
        settings.push(read_setting(name, &reader));
        if document.report().len() > before {
            incomplete.push(name.value.clone());
        }
    }
    (settings, incomplete)
}

fn defaults_when(setting: &Reader<'_>) -> Vec<DefaultWhen> {
    let read = |(table, span)| {
        let title = "[[settings.NAME.default_when]]";
        let reader = Reader::new(table, title, span, DEFAULT_WHEN_KEYS, setting.report());
        let (when, value) = (when::of(&reader), reader.template("value"));
        Some(DefaultWhen { when: when?, value: value? })
    };
    setting.tables("default_when").into_iter().filter_map(read).collect()
}

fn read_setting(name: &Spanned<String>, reader: &Reader<'_>) -> Setting {
    let values = |texts: Vec<Spanned<String>>| texts.into_iter().map(|text| text.value).collect();
    let rules = [
        reader.is_on("required").then_some(SettingRule::Required),
        reader.text("starts_with").map(|text| SettingRule::StartsWith(text.value)),
        reader.texts("one_of").map(|texts| SettingRule::OneOf(values(texts))),
        reader.number("max").map(|max| SettingRule::Max(max.value)),
        reader.text("refused").map(SettingRule::Refused),
        reader.text("ignored").map(|text| SettingRule::Ignored(text.value)),
    ];
    Setting {
        name: name.clone(),
        // A wrong type was reported; the rest of the setting can still be looked at.
        kind: reader.word("type", &TYPES).unwrap_or(SettingKind::Text),
        doc: reader.text("doc").map(|doc| doc.value).unwrap_or_default(),
        default: reader.template("default"),
        default_when: defaults_when(reader),
        named: reader
            .map("named")
            .into_iter()
            .map(|(name, value)| (name.value, value.value))
            .collect(),
        rules: rules.into_iter().flatten().collect(),
    }
}

/// A backend's setting as an operator writes it.
///
/// ```
/// use authspec_spec::document::variable;
///
/// assert_eq!(variable("acme-oauth2", "region"), "SOCIAL_AUTH_ACME_OAUTH2_REGION");
/// ```
pub fn variable(backend: &str, setting: &str) -> String {
    let name = format!("{backend}_{setting}").to_ascii_uppercase().replace('-', "_");
    format!("SOCIAL_AUTH_{name}")
}
