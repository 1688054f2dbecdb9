//! Endpoints: https, with no setting that could move a request to another host.

use super::names::COMMON_SETTINGS;
use super::settings::find;
use crate::codes::Code;
use crate::document::{Document, SettingKind};
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::template::{Part, Template};

const HTTPS: &str = "https://";

pub(super) fn check(document: &Document, report: &Report) {
    // A mistake of `base` would be told again for every endpoint that begins with it.
    let is_base_good = check_base(document, report);
    for (name, template) in document.endpoints.iter() {
        if is_base_good || !document.endpoints.based.contains(&name) {
            check_url(document, name, template, report);
        }
    }
    for call in &document.calls {
        check_url(document, "url", &call.url, report);
    }
    if let Some(issuer) = document.oidc.as_ref().and_then(|oidc| oidc.issuer.as_ref()) {
        check_url(document, "issuer", issuer, report);
    }
    check_hosts(document, report);
    check_authority_defaults(document, report);
}

/// `[endpoints] hosts`: hosts and nothing else, of a provider that has a discovery document.
fn check_hosts(document: &Document, report: &Report) {
    for host in document.endpoints.hosts.iter().flatten() {
        if !is_host(&host.value) {
            let message = format!("`{}` is not a valid host name", host.value);
            report.push(
                Diagnostic::new(Code::BadUrl, host.span.clone(), message)
                    .help("a host without scheme, port and path, such as `login.acme.example`"),
            );
        } else if document.endpoints.discovery.is_none() && !document.is_incomplete("endpoints") {
            let message = "there is no discovery document that could name this host";
            report.push(
                Diagnostic::new(Code::UselessTable, host.span.clone(), message)
                    .help("remove `hosts`, or name the `discovery` document"),
            );
        }
    }
}

/// Returns `true` if `[endpoints] base` is a good beginning of a URL; it is if there is none.
fn check_base(document: &Document, report: &Report) -> bool {
    let Some(base) = &document.endpoints.base else {
        return true;
    };
    let before = report.len();
    check_url(document, "base", base, report);
    if document.endpoints.based.is_empty() && !document.is_incomplete("endpoints") {
        report.push(
            Diagnostic::new(
                Code::UselessTable,
                base.span.clone(),
                "no endpoint begins with `{base}`",
            )
            .help("begin endpoints with `{base}`, or remove it"),
        );
    }
    report.len() == before
}

/// The setting that is a template's scheme and host, if one is.
pub(super) fn origin<'t>(template: &'t Template, document: &Document) -> Option<&'t str> {
    after_origin(template, document)?;
    template.settings().next()
}

/// A template's parts after the authority or URL that it begins with, if it does.
fn after_origin<'t>(template: &'t Template, document: &Document) -> Option<&'t [Part]> {
    let kind = |name: &str| find(&document.settings, name).map(|setting| setting.kind);
    match template.0.as_slice() {
        [Part::Text(text), Part::Setting(name), rest @ ..]
            if text == HTTPS && kind(name) == Some(SettingKind::Authority) =>
        {
            Some(rest)
        }
        [Part::Setting(name), rest @ ..]
            if matches!(kind(name), Some(SettingKind::Url | SettingKind::Authority)) =>
        {
            Some(rest)
        }
        _ => None,
    }
}

fn check_url(document: &Document, name: &str, template: &Spanned<Template>, report: &Report) {
    // An unknown `{base}` was reported; whatever it stands for is not known.
    if template.value.settings().any(|name| name == "base") {
        return;
    }
    let host = match (after_origin(&template.value, document), template.value.0.first()) {
        (Some(rest), _) => check_after_origin(rest),
        (None, Some(Part::Text(text))) if text.starts_with(HTTPS) => {
            check_host(document, &template.value)
        }
        _ => {
            let message = format!("`{name}` is not https");
            report.push(
                Diagnostic::new(Code::NotHttps, template.span.clone(), message)
                    .help("begin it with `https://`, or with a setting of type `url`"),
            );
            return;
        }
    };
    // A setting whose type could not be read guards nothing, and that is told already.
    let is_incomplete = |name: &str| document.incomplete_settings.iter().any(|known| known == name);
    if template.value.settings().any(is_incomplete) {
        return;
    }
    if let Err(why) = host {
        unguarded(name, &why, template, report);
    } else if let Err(why) = check_spelling(&template.value) {
        let message = format!("`{name}` is not a valid URL: {why}");
        report.push(
            Diagnostic::new(Code::BadUrl, template.span.clone(), message)
                .help("for example `https://login.acme.example/oauth/token`"),
        );
    }
    for setting in template.value.settings() {
        if !is_always_there(document, setting, &mut Vec::new()) {
            let message = format!("`{name}` needs the setting `{setting}`, which may be absent");
            report.push(
                Diagnostic::new(Code::OptionalSetting, template.span.clone(), message)
                    .help(format!("give `{setting}` a default, or `required = true`")),
            );
        }
    }
}

/// Checks the literal parts of a URL against RFC 3986 and against what a client can send.
fn check_spelling(template: &Template) -> Result<(), String> {
    let text: String = template
        .0
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Setting(_) => "x",
        })
        .collect();
    if let Some(char) =
        text.chars().find(|char| !char.is_ascii_graphic() || "\"<>\\^`#|".contains(*char))
    {
        return Err(format!("`{char}` cannot stand in it"));
    }
    let escapes = text.split('%').skip(1);
    if escapes.into_iter().any(|rest| {
        !rest.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) {
        return Err("a `%` must have two hexadecimal digits after it".to_owned());
    }
    let rest = text.strip_prefix(HTTPS).unwrap_or(&text);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    if authority.contains('@') {
        return Err("a user name cannot stand before its host".to_owned());
    }
    if host.is_empty() {
        return Err("it has no host".to_owned());
    }
    if !is_host(host) {
        return Err(format!("`{authority}` is not a valid host name"));
    }
    if !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(format!("`{port}` is not a valid port"));
    }
    let path = path.split('?').next().unwrap_or_default();
    // A client reads `%2e` as a dot, and takes such a segment away.
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    if let Some(dots) = path.split('/').find(|segment| [".", ".."].contains(segment)) {
        return Err(format!("`{dots}` cannot stand in its path"));
    }
    Ok(())
}

/// Labels of letters, digits, `-` and `_` with dots between (RFC 1123 section 2.1, and what is in use).
fn is_host(host: &str) -> bool {
    host.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    })
}

/// Checks that the text after an authority cannot change its host.
fn check_after_origin(rest: &[Part]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(Part::Text(text)) if text.starts_with(['/', '?']) => Ok(()),
        Some(_) => Err("what follows an authority must begin with `/`".to_owned()),
    }
}

/// Settings before the first `/` of the path must be single labels of a host name.
fn check_host(document: &Document, template: &Template) -> Result<(), String> {
    for (index, part) in template.0.iter().enumerate() {
        match part {
            Part::Text(text) => {
                let text = text.strip_prefix(HTTPS).filter(|_| index == 0).unwrap_or(text);
                if text.contains(['/', '?', '#']) {
                    return Ok(());
                }
            }
            Part::Setting(name) => {
                if may_be_another_host(document, name) {
                    return Err(format!("`{name}` stands in the host, and could name another one"));
                }
            }
        }
    }
    Ok(())
}

/// Returns `true` if a setting in a host may hold more than one label; a common one such as KEY may.
fn may_be_another_host(document: &Document, name: &str) -> bool {
    let kind = find(&document.settings, name).map(|setting| setting.kind);
    kind.is_some_and(|kind| kind != SettingKind::Name) || COMMON_SETTINGS.contains(&name)
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
    let authorities =
        document.settings.iter().filter(|setting| setting.kind == SettingKind::Authority);
    for (setting, default) in
        authorities.flat_map(|setting| setting.defaults().map(move |default| (setting, default)))
    {
        for name in default.value.settings() {
            if may_be_another_host(document, name) {
                let why = format!("`{name}` stands in the host, and could name another one");
                unguarded(&setting.name.value, &why, default, report);
            }
        }
    }
}

/// Returns `true` if a setting has a value whatever the operator does.
fn is_always_there<'d>(document: &'d Document, name: &'d str, seen: &mut Vec<&'d str>) -> bool {
    let Some(setting) = find(&document.settings, name) else {
        return true;
    };
    if setting.is_required() || seen.contains(&name) {
        return true;
    }
    // What was looked at is not looked at again: defaults may share settings many times over. Those
    // that need themselves are reported elsewhere.
    seen.push(name);
    setting.default.is_some()
        && setting.defaults().all(|default| {
            default.value.settings().all(|name| is_always_there(document, name, seen))
        })
}
