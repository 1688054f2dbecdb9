//! `settings`: what an operator may set for a backend.

use authspec::Descriptor;
use authspec::descriptor::{Part, Setting, SettingRule, Template, When};
use authspec::settings::COMMON;
use serde_json::{Value, json};

use crate::arguments::Settings;
use crate::backend::descriptor;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Settings) -> Result<(), Failure> {
    let backend = descriptor(&arguments.backend.backend)?;
    let settings = || COMMON.iter().chain(backend.settings);
    if arguments.json {
        let settings: Vec<Value> = settings().map(|setting| member(backend, setting)).collect();
        return output::json(&json!({ "backend": backend.name, "settings": settings }));
    }
    let rows: Vec<Vec<String>> = settings()
        .map(|setting| {
            let default = match setting.default {
                Some(default) => {
                    let others = setting.default_when.iter().map(|(when, value)| {
                        format!("{} when {}, else ", text(Template(value)), condition(when))
                    });
                    others.chain([text(default)]).collect()
                }
                None if setting.required() => "(required)".to_owned(),
                None => String::new(),
            };
            let kind = setting.kind.describe().to_owned();
            let fallback = backend
                .fallback_variable(setting)
                .map_or(String::new(), |variable| format!(" Else from {variable}."));
            vec![variable(backend, setting), kind, default, format!("{}{fallback}", setting.doc)]
        })
        .collect();
    output::table(&["VARIABLE", "TYPE", "DEFAULT", "MEANING"], &rows)
}

fn member(backend: &Descriptor, setting: &Setting) -> Value {
    let rule = |find: fn(&SettingRule) -> Option<&'static str>| setting.rules.iter().find_map(find);
    json!({
        "name": setting.name,
        "variable": variable(backend, setting),
        "fallback_variable": backend.fallback_variable(setting),
        "type": setting.kind.describe(),
        "required": setting.required(),
        "default": setting.default.map(text),
        "default_when": setting.default_when.iter().map(|(when, value)| json!({
            "when": condition(when),
            "default": text(Template(value)),
        })).collect::<Vec<_>>(),
        "named": setting.named.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        "starts_with": rule(|rule| match rule {
            SettingRule::StartsWith(start) => Some(start),
            _ => None,
        }),
        "doc": setting.doc,
    })
}

fn variable(backend: &Descriptor, setting: &Setting) -> String {
    format!("{}{}", backend.settings_prefix(), setting.name.to_ascii_uppercase())
}

/// A condition on a setting, for a person.
fn condition(when: &When) -> String {
    let name = when.setting().to_ascii_uppercase();
    match when {
        When::SettingEquals(_, text) => format!("{name} is {text}"),
        When::SettingIsUuid(_) => format!("{name} is a GUID"),
        When::SettingIsDomain(_) => format!("{name} is a domain"),
        When::SettingIsSet(_) => format!("{name} is set"),
    }
}

fn text(template: Template) -> String {
    let parts = template.parts().map(|part| match part {
        Part::Text(text) => text.to_owned(),
        Part::Setting(name) => format!("<{}>", name.to_ascii_uppercase()),
    });
    parts.collect()
}
