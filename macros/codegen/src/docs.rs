//! Doc lines of generated items.

use authspec_spec::Provider;
use authspec_spec::document::{
    DefaultWhen, Is, Setting, SettingRule, WhenTest, setting_types, variable,
};
use authspec_spec::template::{Part, Template};

/// The description of the backend, which follows the documentation that the caller wrote.
pub(crate) fn provider(provider: &Provider) -> Vec<String> {
    let mut lines =
        vec![String::new(), format!(" {}, as backend `{}`.", provider.title, provider.name)];
    if let Some(doc) = &provider.doc {
        lines.push(String::new());
        // A lone carriage return has no place in a doc comment.
        let doc = doc.replace('\r', "\n");
        lines.extend(doc.trim().lines().map(|line| format!(" {}", line.trim_end())));
    }
    lines.push(String::new());
    lines.push(format!(" - callback path: `/complete/{}/`", provider.name));
    lines.push(format!(" - `uid`: `{}`", provider.user.uid));
    let scopes: Vec<&str> =
        provider.authorization.scopes.iter().map(|scope| scope.value.as_str()).collect();
    if !scopes.is_empty() {
        lines.push(format!(" - default scopes: `{}`", scopes.join(" ")));
    }
    lines
}

/// The settings as a table.
pub(crate) fn settings(provider: &Provider) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(settings_table(provider).lines().map(|line| format!(" {line}")));
    lines
}

/// The provider's own settings as a Markdown table: variable, type, default, meaning.
pub fn settings_table(provider: &Provider) -> String {
    let mut table = String::from("| variable | type | default | meaning |\n|---|---|---|---|\n");
    for setting in &provider.settings {
        let variable = variable(&provider.name, &setting.name.value);
        let kind = setting_types()
            .find(|(_, kind)| *kind == setting.kind)
            .map_or("text", |(word, _)| word)
            .replace('_', " ");
        let default = match &setting.default {
            Some(default) => format!("`{}`", text(&default.value)),
            None if setting.is_required() => "required".to_owned(),
            None => String::new(),
        };
        let meaning = meaning(setting) + &fallback(provider, setting);
        table.push_str(&format!("| `{variable}` | {kind} | {default} | {meaning} |\n"));
    }
    table
}

/// The variable of another tool that fills a setting, unless the backend ignores it.
fn fallback(provider: &Provider, setting: &Setting) -> String {
    let mut entries = provider.variables.iter().filter(|_| !setting.is_inert());
    entries
        .find(|entry| entry.setting.value == setting.name.value)
        .map_or(String::new(), |entry| format!(" Else from `{}`.", entry.variable.value))
}

fn meaning(setting: &Setting) -> String {
    let mut meaning = setting.doc.replace('|', "\\|");
    for DefaultWhen { when, value } in &setting.default_when {
        let other = when.setting.value.to_ascii_uppercase();
        let is = match &when.test {
            WhenTest::Equals(text) => format!("`{text}`"),
            WhenTest::Is(Is::Uuid) => "a GUID".to_owned(),
            WhenTest::Is(Is::Domain) => "a domain".to_owned(),
            WhenTest::Is(Is::Set) => "set".to_owned(),
        };
        let value = text(&value.value);
        meaning.push_str(&format!(" Default when {other} is {is}: `{value}`."));
    }
    let names: Vec<String> = setting.named.iter().map(|(name, _)| format!("`{name}`")).collect();
    if !names.is_empty() {
        meaning.push_str(&format!(" Named: {}.", names.join(", ")));
    }
    for rule in &setting.rules {
        match rule {
            SettingRule::StartsWith(start) => {
                meaning.push_str(&format!(" Starts with `{start}`, in any case."));
            }
            SettingRule::OneOf(texts) => {
                meaning.push_str(&format!(" One of `{}`.", texts.join("`, `")));
            }
            SettingRule::Max(max) => meaning.push_str(&format!(" At most {max}.")),
            SettingRule::Refused(_) => meaning.push_str(" Refused here."),
            SettingRule::Ignored(_) => meaning.push_str(" Ignored here."),
            SettingRule::Required => {}
        }
    }
    meaning
}

/// The doc of one setting.
pub(crate) fn setting(setting: &Setting) -> String {
    let variable = setting.name.value.to_ascii_uppercase();
    let default = match &setting.default {
        Some(default) => format!(", default `{}`", text(&default.value)),
        None if setting.is_required() => ", required".to_owned(),
        None => String::new(),
    };
    format!(" {} (`{variable}`{default})", setting.doc)
}

fn text(template: &Template) -> String {
    template
        .0
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Setting(name) => format!("<{}>", name.to_ascii_uppercase()),
        })
        .collect()
}
