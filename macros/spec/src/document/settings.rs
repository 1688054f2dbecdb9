//! `[settings.NAME]`: what an operator may set.

use crate::reader::{Key, Kind, Reader, key};
use crate::source::Spanned;
use crate::template::Template;

/// The keys of a setting.
pub const KEYS: &[Key] = &[
    key("type", Kind::Text, "What its value is; the type guards its place in URLs."),
    key("doc", Kind::Text, "What an operator reads about it."),
    key("default", Kind::Template, "Its value when nothing is set; may name other settings."),
    key("named", Kind::Map, "Names for well-known values."),
    key("required", Kind::Bool, "Whether a value must be given."),
    key("starts_with", Kind::Text, "What a value must begin with, in any case."),
    key("one_of", Kind::Texts, "The allowed values, in any case."),
    key("max", Kind::Integer, "The largest number allowed."),
    key("refused", Kind::Text, "Why it must not be set, and what to set instead."),
    key("ignored", Kind::Text, "Why it is read and not used."),
];

/// A setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: Spanned<String>,
    /// What its value is.
    pub kind: SettingKind,
    /// What an operator reads about it.
    pub doc: String,
    /// Its value when nothing is set.
    pub default: Option<Default>,
    /// Names for well-known values.
    pub named: Vec<(String, String)>,
    /// What a value must meet.
    pub rules: Vec<SettingRule>,
}

/// A default.
pub type Default = Spanned<Template>;

/// What a setting's value is.
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
    /// Whether its value can stand in a template.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Secret | Self::Map | Self::Path)
    }
}

/// Every type by its word.
pub const TYPES: &[(&str, SettingKind)] = &[
    ("client_id", SettingKind::ClientId),
    ("secret", SettingKind::Secret),
    ("text", SettingKind::Text),
    ("authority", SettingKind::Authority),
    ("tenant", SettingKind::Tenant),
    ("policy", SettingKind::Policy),
    ("name", SettingKind::Name),
    ("url", SettingKind::Url),
    ("list", SettingKind::List),
    ("map", SettingKind::Map),
    ("path", SettingKind::Path),
    ("integer", SettingKind::Integer),
    ("bool", SettingKind::Bool),
];

/// What a value must meet beyond its type.
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
    Refused(String),
    /// It is read and not used.
    Ignored(String),
}

impl Setting {
    /// Whether a value must be given.
    pub fn is_required(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, SettingRule::Required))
    }

    /// Whether a value is given and not used, by a rule.
    pub fn is_inert(&self) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(rule, SettingRule::Refused(_) | SettingRule::Ignored(_)))
    }
}

pub(super) fn read(document: &Reader<'_>) -> Vec<Setting> {
    let Some((table, _)) = document.table("settings") else {
        return Vec::new();
    };
    table
        .0
        .iter()
        .filter_map(|(name, node)| {
            let (table, _) = document.expect_table(node, &name.value)?;
            let title = format!("[settings.{}]", name.value);
            let reader = Reader::new(table, title, name.span.clone(), KEYS, document.report());
            Some(read_setting(name, &reader))
        })
        .collect()
}

fn read_setting(name: &Spanned<String>, reader: &Reader<'_>) -> Setting {
    if reader.node("type").is_none() {
        reader.missing("type");
    }
    if reader.node("doc").is_none() {
        reader.missing("doc");
    }
    let kind = reader.word("type", TYPES);
    let mut rules = Vec::new();
    if reader.bool("required").is_some_and(|required| required.value) {
        rules.push(SettingRule::Required);
    }
    rules.extend(reader.text("starts_with").map(|text| SettingRule::StartsWith(text.value)));
    rules.extend(
        reader
            .texts("one_of")
            .map(|texts| SettingRule::OneOf(texts.into_iter().map(|text| text.value).collect())),
    );
    rules.extend(reader.number("max").map(SettingRule::Max));
    rules.extend(reader.text("refused").map(|text| SettingRule::Refused(text.value)));
    rules.extend(reader.text("ignored").map(|text| SettingRule::Ignored(text.value)));
    Setting {
        name: name.clone(),
        // A wrong type was reported; the rest of the setting can still be looked at.
        kind: kind.map_or(SettingKind::Text, |kind| kind.value),
        doc: reader.text("doc").map(|doc| doc.value).unwrap_or_default(),
        default: reader.template("default"),
        named: reader
            .map("named")
            .into_iter()
            .map(|(name, value)| (name.value, value.value))
            .collect(),
        rules,
    }
}
