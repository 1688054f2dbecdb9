//! A warning about endpoints that get a token and do not follow the host that an operator sets.
//!
//! A provider that people run themselves has its host in a setting. When one endpoint follows that
//! setting and another keeps its default host, the token of the first is sent to the second.

use super::endpoints::origin;
use super::settings::find;
use crate::codes::Code;
use crate::document::{Document, Setting, SettingKind};
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::template::Template;

/// An endpoint by its name in the spec.
type Endpoint<'d> = (&'d str, &'d Spanned<Template>);

pub(super) fn check(document: &Document, report: &Report) {
    let mut all: Vec<Endpoint<'_>> = document.endpoints.iter().collect();
    all.extend(document.calls.iter().map(|call| (call.name.value.as_str(), &call.url)));
    let gets_token = |(name, _): &&Endpoint<'_>| !TOKENLESS.contains(name);
    for setting in document.settings.iter().filter(|setting| is_host_with_default(setting)) {
        let name = setting.name.value.as_str();
        let follows = |(_, template): &Endpoint<'_>| {
            origin(&template.value, document)
                .is_some_and(|origin| depends(document, origin, name, &mut Vec::new()))
        };
        if !all.iter().filter(|(name, _)| ISSUING.contains(name)).any(follows) {
            continue;
        }
        for endpoint in all.iter().filter(gets_token).filter(|endpoint| !follows(endpoint)) {
            stays(document, *endpoint, setting, report);
        }
    }
}

/// Endpoints of the host that issues tokens.
const ISSUING: [&str; 3] = ["authorization", "token", "discovery"];

/// Endpoints to which the client sends no code, credential or token.
const TOKENLESS: [&str; 4] = ["authorization", "discovery", "keys", "end_session"];

fn is_host_with_default(setting: &Setting) -> bool {
    matches!(setting.kind, SettingKind::Authority | SettingKind::Url)
        && setting.default.is_some()
        && !setting.is_inert()
}

/// Returns `true` if a setting is another one, or its default is made of that.
fn depends<'d>(document: &'d Document, name: &'d str, goal: &str, seen: &mut Vec<&'d str>) -> bool {
    if name == goal {
        return true;
    }
    if seen.contains(&name) {
        return false;
    }
    seen.push(name);
    let needs = find(&document.settings, name).into_iter().flat_map(Setting::default_needs);
    needs.into_iter().any(|other| depends(document, other, goal, seen))
}

/// Warns of an endpoint that keeps its host, unless the operator must name it.
fn stays(document: &Document, (name, template): Endpoint<'_>, host: &Setting, report: &Report) {
    let own = origin(&template.value, document).and_then(|name| find(&document.settings, name));
    let moved = &host.name.value;
    let why = match own {
        Some(own) if own.is_required() => return,
        Some(own) => format!("`{}` keeps its default", own.name.value),
        None => "it keeps its host".to_owned(),
    };
    let message = format!("a token could be sent to the default host of `{name}`");
    report.push(
        Diagnostic::new(Code::DefaultHost, template.span.clone(), message)
            .label(format!("when `{moved}` is another host, {why}"))
            .also(host.name.span.clone(), "tokens are issued by the host of this setting")
            .help(format!(
                "begin it with `{{{moved}}}`, or with a setting whose default is made of `{{{moved}}}`"
            )),
    );
}
