//! Settings.

use authspec::descriptor as runtime;
use authspec::descriptor::Template;
use authspec_spec::document::{Setting, SettingKind, SettingRule};

use super::policy::when;
use super::{list, text, texts};

pub(super) fn setting(setting: &Setting) -> runtime::Setting {
    let Setting { name, kind, doc, default, default_when, named, rules } = setting;
    runtime::Setting {
        name: text(&name.value),
        kind: self::kind(*kind),
        doc: text(doc),
        default: default.as_ref().map(|default| Template(text(&default.value))),
        default_when: list(default_when, |other| (when(&other.when), text(&other.value.value))),
        named: list(named, |(name, value)| (text(name), text(value))),
        rules: list(rules, rule),
    }
}

fn kind(kind: SettingKind) -> runtime::Kind {
    match kind {
        SettingKind::ClientId => runtime::Kind::ClientId,
        SettingKind::Secret => runtime::Kind::Secret,
        SettingKind::Text => runtime::Kind::Text,
        SettingKind::Authority => runtime::Kind::Authority,
        SettingKind::Tenant => runtime::Kind::Tenant,
        SettingKind::Policy => runtime::Kind::Policy,
        SettingKind::Name => runtime::Kind::Name,
        SettingKind::Url => runtime::Kind::Url,
        SettingKind::List => runtime::Kind::List,
        SettingKind::Map => runtime::Kind::Map,
        SettingKind::Path => runtime::Kind::Path,
        SettingKind::Integer => runtime::Kind::Integer,
        SettingKind::Bool => runtime::Kind::Bool,
    }
}

fn rule(rule: &SettingRule) -> runtime::SettingRule {
    match rule {
        SettingRule::Required => runtime::SettingRule::Required,
        SettingRule::StartsWith(start) => runtime::SettingRule::StartsWith(text(start)),
        SettingRule::OneOf(values) => runtime::SettingRule::OneOf(texts(values)),
        SettingRule::Max(max) => runtime::SettingRule::Max(*max),
        SettingRule::Refused(why) => runtime::SettingRule::Refused(text(&why.value)),
        SettingRule::Ignored(why) => runtime::SettingRule::Ignored(text(why)),
    }
}
