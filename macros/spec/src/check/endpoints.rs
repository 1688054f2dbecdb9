//! Endpoints: https, with no setting that could move a request to another host.

use super::settings::find;
use crate::codes::Code;
use crate::document::{Document, Endpoints, Setting, SettingKind};
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::template::{Part, Template};

const HTTPS: &str = "https://";

/// The endpoints, with what is an origin marked as one.
pub(super) fn check(document: &Document, report: &Report) -> Endpoints {
    for (name, template) in document.endpoints.iter() {
        check_url(document, name, template, report);
    }
    for call in &document.calls {
        check_url(document, "url", &call.url, report);
    }
    if let Some(issuer) = document.oidc.as_ref().and_then(|oidc| oidc.issuer.as_ref()) {
        check_url(document, "issuer", issuer, report);
    }
    check_authority_defaults(document, report);
    let mark = |template: &Option<Spanned<Template>>| {
        let template = template.clone()?;
        Some(template.map(|parts| with_origin(parts, &document.settings)))
    };
    let Endpoints {
        authorization,
        token,
        discovery,
        keys,
        user_info,
        end_session,
    } = &document.endpoints;
    Endpoints {
        authorization: mark(authorization),
        token: mark(token),
        discovery: mark(discovery),
        keys: mark(keys),
        user_info: mark(user_info),
        end_session: mark(end_session),
    }
}

/// `https://{authority}` and `{url}` at the start bring their own scheme.
pub(super) fn with_origin(template: Template, settings: &[Setting]) -> Template {
    let kind = |name: &str| find(settings, name).map(|setting| setting.kind);
    let mut parts = template.0;
    match parts.as_slice() {
        [Part::Text(text), Part::Setting(name), ..]
            if text == HTTPS && kind(name) == Some(SettingKind::Authority) =>
        {
            parts.remove(0);
        }
        [Part::Setting(name), ..]
            if matches!(kind(name), Some(SettingKind::Url | SettingKind::Authority)) => {}
        _ => return Template(parts),
    }
    if let Some(first) = parts.first_mut()
        && let Part::Setting(name) = first
    {
        *first = Part::Origin(std::mem::take(name));
    }
    Template(parts)
}

fn check_url(document: &Document, name: &str, template: &Spanned<Template>, report: &Report) {
    let parts = with_origin(template.value.clone(), &document.settings).0;
    match parts.first() {
        Some(Part::Origin(_)) => {}
        Some(Part::Text(text)) if text.starts_with(HTTPS) => {}
        _ => {
            let message = format!("`{name}` is not https");
            report.push(
                Diagnostic::new(Code::NotHttps, template.span.clone(), message)
                    .help("begin it with `https://`, or with a setting of type `url`"),
            );
            return;
        }
    }
    check_host(document, name, &parts, template, report);
    for setting in template.value.settings() {
        if !is_always_there(document, setting, 0) {
            let message = format!("`{name}` needs the setting `{setting}`, which may be absent");
            report.push(
                Diagnostic::new(Code::OptionalSetting, template.span.clone(), message)
                    .help(format!("give `{setting}` a default, or `required = true`")),
            );
        }
    }
}

/// Settings before the first `/` of the path must be single labels of a host name.
fn check_host(
    document: &Document,
    name: &str,
    parts: &[Part],
    template: &Spanned<Template>,
    report: &Report,
) {
    let after_origin = matches!(parts.first(), Some(Part::Origin(_)));
    let mut in_host = !after_origin;
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                let text = text
                    .strip_prefix(HTTPS)
                    .filter(|_| index == 0)
                    .unwrap_or(text);
                if after_origin && index == 1 && !text.starts_with(['/', '?']) {
                    unguarded(
                        name,
                        "what follows an authority must begin with `/`",
                        template,
                        report,
                    );
                    return;
                }
                in_host = in_host && !text.contains(['/', '?', '#']);
            }
            Part::Setting(setting) if in_host => {
                let kind = find(&document.settings, setting).map(|setting| setting.kind);
                if !matches!(kind, Some(SettingKind::Name) | None) {
                    let why = format!("`{setting}` stands in the host, and could name another one");
                    unguarded(name, &why, template, report);
                    return;
                }
            }
            Part::Setting(_) if after_origin && index == 1 => {
                unguarded(
                    name,
                    "what follows an authority must begin with `/`",
                    template,
                    report,
                );
                return;
            }
            Part::Setting(_) | Part::Origin(_) => {}
        }
    }
}

fn unguarded(name: &str, why: &str, template: &Spanned<Template>, report: &Report) {
    let message = format!("`{name}` does not guard its host: {why}");
    report.push(
        Diagnostic::new(Code::UnguardedHost, template.span.clone(), message)
            .help("in a host, use a setting of type `name`, or an `authority` as the whole host"),
    );
}

/// The default of an authority is a host: only labels may stand in it.
fn check_authority_defaults(document: &Document, report: &Report) {
    let authorities = document
        .settings
        .iter()
        .filter(|setting| setting.kind == SettingKind::Authority);
    for (setting, default) in
        authorities.filter_map(|setting| Some((setting, setting.default.as_ref()?)))
    {
        for name in default.value.settings() {
            let kind = find(&document.settings, name).map(|setting| setting.kind);
            if kind.is_some() && kind != Some(SettingKind::Name) {
                let why = format!("`{name}` stands in the host, and could name another one");
                unguarded(&setting.name.value, &why, default, report);
            }
        }
    }
}

/// Whether a setting has a value whatever the operator does.
fn is_always_there(document: &Document, name: &str, depth: usize) -> bool {
    let Some(setting) = find(&document.settings, name) else {
        return true;
    };
    setting.is_required()
        || setting.default.as_ref().is_some_and(|default| {
            depth < document.settings.len()
                && default
                    .value
                    .settings()
                    .all(|name| is_always_there(document, name, depth + 1))
        })
}
