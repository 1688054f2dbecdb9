//! `[settings]`: what operators set, and what Rust code gives the builder.

use authspec_spec::document::settings::TYPES;
use authspec_spec::document::{Default, DefaultWhen, Setting, SettingKind, SettingRule, variable};

use super::change::{Group, Weight, breaking, notice};
use super::pairs::{Pair, pairs};
use super::rules;
use super::words::when;

/// The settings of one of the two specs, and whose they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'p> {
    pub(super) backend: &'p str,
    pub(super) settings: &'p [Setting],
}

pub(super) fn compare(group: &mut Group<'_>, old: Side<'_>, new: Side<'_>) {
    for pair in pairs(old.settings, new.settings, |setting| setting.name.value.clone()) {
        match pair {
            Pair::Removed(setting) => compare_removed(group, old.backend, setting),
            Pair::Added(setting) => compare_added(group, new.backend, setting),
            Pair::Both(before, setting) => compare_both(group, new.backend, before, setting),
        }
    }
}

fn compare_removed(group: &mut Group<'_>, backend: &str, setting: &Setting) {
    let name = &setting.name.value;
    let variable = variable(backend, name);
    let weight = if is_refused(setting) {
        notice(format!("{variable} was refused, and is unknown now"))
    } else {
        breaking(format!("{variable} is unknown now, and its field is gone in Rust"))
    };
    group.removed(&format!("`{name}`"), kind_word(setting.kind), weight);
}

fn compare_added(group: &mut Group<'_>, backend: &str, setting: &Setting) {
    let name = &setting.name.value;
    let variable = variable(backend, name);
    let shared = format!("SOCIAL_AUTH_{}", name.to_ascii_uppercase());
    let weight = match &setting.default {
        _ if is_refused(setting) => {
            breaking(format!("operators who set {shared} for another backend are refused here"))
        }
        _ if setting.is_required() => breaking(format!("{variable} must be set")),
        Some(default) => notice(format!("{variable} may be set; it is `{}` if not", default.value)),
        None => notice(format!("{variable} may be set")),
    };
    group.added(&format!("`{name}`"), kind_word(setting.kind), weight);
}

fn is_refused(setting: &Setting) -> bool {
    setting.rules.iter().any(|rule| matches!(rule, SettingRule::Refused(_)))
}

fn compare_both(group: &mut Group<'_>, backend: &str, old: &Setting, new: &Setting) {
    // No `..`: a new key of a setting must be compared here.
    let Setting { name, kind, doc, default, default_when, named, rules } = old;
    let name = &name.value;
    let variable = variable(backend, name);
    compare_kind(group, name, *kind, new.kind);
    let text = |default: &Default| default.value.to_string();
    let defaults = (default.as_ref().map(text), new.default.as_ref().map(text));
    compare_default(group, name, defaults, old.is_required(), new.kind);
    compare_defaults_when(group, name, default_when, &new.default_when, new.kind);
    compare_named(group, &variable, named, &new.named);
    rules::compare(group, &variable, rules, &new.rules);
    group.words(&format!("the doc of `{name}`"), Some(doc), Some(&new.doc));
}

fn compare_kind(group: &mut Group<'_>, name: &str, old: SettingKind, new: SettingKind) {
    if old == new {
        return;
    }
    let weight = match (shape(old), shape(new)) {
        (Shape::Text, Shape::Text) => {
            breaking("values that were good may be refused, or what was refused may be good")
        }
        (old, new) if old == new => breaking("it is read otherwise"),
        _ => breaking("its Rust type is another, and what was set may not be read"),
    };
    group.changed(&format!("the type of `{name}`"), kind_word(old), kind_word(new), weight);
}

/// The Rust type of a setting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Secret,
    List,
    Map,
    Path,
    Integer,
    Bool,
}

const fn shape(kind: SettingKind) -> Shape {
    match kind {
        SettingKind::ClientId
        | SettingKind::Text
        | SettingKind::Authority
        | SettingKind::Tenant
        | SettingKind::Policy
        | SettingKind::Name
        | SettingKind::Url => Shape::Text,
        SettingKind::Secret => Shape::Secret,
        SettingKind::List => Shape::List,
        SettingKind::Map => Shape::Map,
        SettingKind::Path => Shape::Path,
        SettingKind::Integer => Shape::Integer,
        SettingKind::Bool => Shape::Bool,
    }
}

fn kind_word(kind: SettingKind) -> &'static str {
    TYPES.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word.name)
}

fn compare_default(
    group: &mut Group<'_>,
    name: &str,
    defaults: (Option<String>, Option<String>),
    was_required: bool,
    kind: SettingKind,
) {
    let what = format!("the default of `{name}`");
    match defaults {
        (Some(old), Some(new)) if old != new => {
            group.changed(&what, old, new, another_default(kind));
        }
        (None, Some(new)) if was_required => {
            group.added(&what, new, notice("operators who had to set it may leave it out"));
        }
        (None, Some(new)) => group.added(&what, new, another_default(kind)),
        (Some(old), None) => {
            group.removed(&what, old, breaking("operators who did not set it have no value now"));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_defaults_when(
    group: &mut Group<'_>,
    name: &str,
    old: &[DefaultWhen],
    new: &[DefaultWhen],
    kind: SettingKind,
) {
    for pair in pairs(old, new, |other| when(&other.when)) {
        let what = |other: &DefaultWhen| format!("the default of `{name}` {}", when(&other.when));
        let text = |other: &DefaultWhen| other.value.value.to_string();
        match pair {
            Pair::Removed(other) => group.removed(&what(other), text(other), another_default(kind)),
            Pair::Added(other) => group.added(&what(other), text(other), another_default(kind)),
            Pair::Both(before, other) if text(before) != text(other) => {
                group.changed(&what(other), text(before), text(other), another_default(kind));
            }
            Pair::Both(..) => {}
        }
    }
}

fn another_default(kind: SettingKind) -> Weight {
    match kind {
        SettingKind::Authority | SettingKind::Url | SettingKind::Tenant => {
            breaking("operators who did not set it are sent elsewhere")
        }
        _ => breaking("operators who did not set it get another value"),
    }
}

fn compare_named(
    group: &mut Group<'_>,
    variable: &str,
    old: &[(String, String)],
    new: &[(String, String)],
) {
    for pair in pairs(old, new, |(word, _)| word.clone()) {
        match pair {
            Pair::Removed((word, value)) => {
                let reason = format!("a {variable} of this name is not understood any more");
                group.removed(&format!("the name `{word}`"), value, breaking(reason));
            }
            Pair::Added((word, value)) => {
                let reason = format!("{variable} understands it");
                group.added(&format!("the name `{word}`"), value, notice(reason));
            }
            Pair::Both((word, before), (_, value)) if before != value => {
                let reason = format!("a {variable} of this name means something else");
                group.changed(&format!("the name `{word}`"), before, value, breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}
