//! From an endpoint of a spec to the path that it has at the offline provider: whatever names a host
//! is left out, as the setting `OFFLINE_PROVIDER` does.

use authspec_authority::{PathPart, PathTemplate};
use authspec_spec::document::{Setting, SettingKind};
use authspec_spec::template::{Part, Template};

/// The settings of a spec, and their values in its first good sample: those that `serve` prints.
pub(super) struct Settings<'s> {
    pub(super) declared: &'s [Setting],
    pub(super) of_sample: serde_json::Map<String, serde_json::Value>,
}

impl Settings<'_> {
    fn find(&self, name: &str) -> Option<&Setting> {
        self.declared.iter().find(|setting| setting.name.value == name)
    }
}

/// The path of a URL template.
pub(super) fn path(template: &Template, settings: &Settings<'_>) -> PathTemplate {
    let mut parts = Vec::new();
    let mut rest = template.0.as_slice();
    // A setting that holds a URL brings a path of its own.
    if let [Part::Setting(name), after @ ..] = rest {
        if kind(name, settings) == Some(SettingKind::Url) {
            parts.push(PathPart::Prefix { name: name.clone() });
        }
        rest = after;
    } else {
        rest = after_host(rest, &mut parts);
    }
    for part in rest {
        match part {
            Part::Text(text) => {
                let end = text.find(['?', '#']).unwrap_or(text.len());
                push_text(text.get(..end).unwrap_or_default(), &mut parts);
                if end < text.len() {
                    break;
                }
            }
            Part::Setting(name) => {
                parts.push(PathPart::Value { name: name.clone(), usual: usual(name, settings) });
            }
        }
    }
    if parts.is_empty() {
        parts.push(PathPart::Text("/".to_owned()));
    }
    PathTemplate(parts)
}

/// The parts after `https://` and the host, which may itself be made of several parts.
fn after_host<'t>(parts: &'t [Part], path: &mut Vec<PathPart>) -> &'t [Part] {
    for (index, part) in parts.iter().enumerate() {
        let Part::Text(text) = part else { continue };
        let text = text.strip_prefix("https://").unwrap_or(text);
        if let Some(start) = text.find(['/', '?', '#']) {
            let rest = text.get(start..).unwrap_or_default();
            let end = rest.find(['?', '#']).unwrap_or(rest.len());
            push_text(rest.get(..end).unwrap_or_default(), path);
            let is_query = end < rest.len();
            return if is_query { &[] } else { parts.get(index + 1..).unwrap_or_default() };
        }
    }
    &[]
}

fn push_text(text: &str, parts: &mut Vec<PathPart>) {
    if !text.is_empty() {
        parts.push(PathPart::Text(text.to_owned()));
    }
}

fn kind(name: &str, settings: &Settings<'_>) -> Option<SettingKind> {
    settings.find(name).map(|setting| setting.kind)
}

/// A setting's value in the sample, else its default, if that is plain text.
fn usual(name: &str, settings: &Settings<'_>) -> String {
    if let Some(value) = settings.of_sample.get(name).and_then(serde_json::Value::as_str) {
        return value.to_owned();
    }
    match settings
        .find(name)
        .and_then(|setting| setting.default.as_ref())
        .map(|default| &default.value)
    {
        Some(Template(parts)) => match parts.as_slice() {
            [Part::Text(text)] => text.clone(),
            _ => String::new(),
        },
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(template: &str) -> String {
        let settings = Settings { declared: &[], of_sample: serde_json::Map::new() };
        let PathTemplate(parts) = path(&Template::parse(template).unwrap(), &settings);
        let parts = parts.iter().map(|part| match part {
            PathPart::Text(text) => text.clone(),
            PathPart::Value { name, .. } => format!("<{name}>"),
            PathPart::Prefix { name } => format!("<{name}…>"),
        });
        parts.collect()
    }

    #[test]
    fn hosts_and_queries_are_left_out() {
        assert_eq!(shown("https://acme.example/oauth/token"), "/oauth/token");
        assert_eq!(shown("https://acme.example"), "/");
        assert_eq!(shown("https://{host}/{tenant}/token?p={policy}"), "/<tenant>/token");
        assert_eq!(shown("https://{region}.acme.example/me"), "/me");
        assert_eq!(shown("{api}/user"), "/user");
        assert_eq!(shown("https://acme.example?x=1"), "/");
    }
}
