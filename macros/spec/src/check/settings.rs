//! Settings and the templates that use them: declared, used, without circles.

use super::names::COMMON_SETTINGS;
use crate::codes::Code;
use crate::document::{Condition, Document, Is, Setting, SettingKind, Test, Trust, When, WhenTest};
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span, Spanned};
use crate::suggest::nearest;
use crate::template::Template;

/// The common settings that templates may name.
const USABLE_COMMON: &[&str] = &["key"];

pub(super) fn check(document: &Document, sources: &Sources, report: &Report) {
    let mut used: Vec<&str> = Vec::new();
    for template in templates(document) {
        for name in template.value.settings() {
            check_use(document, name, &template.span, sources, report);
            used.push(name);
        }
    }
    for (name, kinds) in direct_uses(document) {
        check_direct_use(document, name, kinds, sources, report);
        used.push(&name.value);
    }
    for setting in &document.settings {
        let name = setting.name.value.as_str();
        if let (true, Some(default)) = (setting.is_required(), &setting.default) {
            let message = format!("`{name}` is required, so its default is never used");
            report.push(
                Diagnostic::new(Code::UselessTable, default.span.clone(), message)
                    .help("remove `required` or `default`"),
            );
        }
        let is_common = COMMON_SETTINGS.contains(&name);
        // What could not be read may use it.
        let uses = [format!("{{{name}}}"), format!("\"{name}\"")];
        let is_mentioned = !document.incomplete.is_empty()
            && sources.iter().any(|source| uses.iter().any(|one| source.text.contains(one)));
        let is_used = used.contains(&name) || is_mentioned;
        if !is_used && !is_common && !setting.is_inert() {
            let message = format!("nothing uses the setting `{}`", setting.name.value);
            report.push(
                Diagnostic::new(Code::UnusedSetting, setting.name.span.clone(), message)
                    .help(format!("use it in a template as `{{{name}}}`, or remove it")),
            );
        }
    }
    check_circles(document, report);
}

/// Every template of the document.
fn templates(document: &Document) -> Vec<&Spanned<Template>> {
    let tests = conditions(document).filter_map(template_of);
    document
        .endpoints
        .iter()
        .map(|(_, template)| template)
        .chain(&document.endpoints.base)
        .chain(document.settings.iter().flat_map(Setting::defaults))
        .chain(document.authorization.params.iter().map(|(_, template)| template))
        .chain(document.token.params.iter().map(|(_, template)| template))
        .chain(document.refresh.iter().flat_map(|r| &r.params).map(|(_, template)| template))
        .chain(document.oidc.iter().filter_map(|oidc| oidc.issuer.as_ref()))
        .chain(document.client_authentication.iter().filter_map(|way| way.audience.as_ref()))
        .chain(document.calls.iter().map(|call| &call.url))
        .chain(tests)
        .collect()
}

/// Every condition on a claim.
fn conditions(document: &Document) -> impl Iterator<Item = &Condition> {
    document.policy.iter().map(|rule| &rule.condition).chain(document.user.conditions())
}

fn template_of(condition: &Condition) -> Option<&Spanned<Template>> {
    match &condition.test {
        Test::Equals(template) | Test::EqualsIgnoringCase(template) | Test::NotEquals(template) => {
            Some(template)
        }
        Test::Present | Test::True | Test::Uuid | Test::NotStartsWith(_) | Test::OneOf(_) => None,
    }
}

/// Settings that are named outside templates, with the types that fit there.
fn direct_uses(document: &Document) -> Vec<(&Spanned<String>, &'static [SettingKind])> {
    use crate::document::Method;
    let mut uses: Vec<(&Spanned<String>, &'static [SettingKind])> = Vec::new();
    for way in &document.client_authentication {
        let kinds: &'static [SettingKind] = match way.method {
            Method::AssertionFile | Method::PrivateKeyJwt => &[SettingKind::Path],
            _ => &[SettingKind::Secret],
        };
        uses.extend(way.setting.iter().map(|name| (name, kinds)));
        let texts = way.assertion_type.iter().chain(&way.key_id);
        uses.extend(texts.map(|name| (name, &[SettingKind::Text][..])));
    }
    uses.extend(conditions_on_settings(document).map(|when| (&when.setting, fitting(&when.test))));
    let operators = document.user.email.iter().filter_map(|email| match &email.verified_by {
        Trust::Operator(setting) => Some(setting),
        Trust::Nothing | Trust::Provider | Trust::Any(_) => None,
    });
    uses.extend(operators.map(|setting| (setting, &[SettingKind::Bool][..])));
    for condition in conditions(document) {
        if let Test::OneOf(setting) = &condition.test {
            uses.push((setting, &[SettingKind::List]));
        }
    }
    uses
}

/// Every condition on a setting.
fn conditions_on_settings(document: &Document) -> impl Iterator<Item = &When> {
    let rules = document.policy.iter().filter_map(|rule| rule.when.as_ref());
    let defaults = document.settings.iter().flat_map(|setting| &setting.default_when);
    rules.chain(defaults.map(|other| &other.when)).chain(&document.user.pinned_when)
}

/// The types of settings that a condition fits.
fn fitting(test: &WhenTest) -> &'static [SettingKind] {
    use SettingKind::{Authority, List, Name, Path, Policy, Tenant, Text, Url};
    match test {
        WhenTest::Is(Is::Uuid | Is::Domain) => &[Tenant, Text, Policy, Name],
        WhenTest::Is(Is::Set) => &[Tenant, Text, Policy, Name, Authority, Url, List, Path],
        WhenTest::Equals(_) => &[Tenant, Text, Policy, Name, Authority, Url],
    }
}

pub(super) fn find<'d>(settings: &'d [Setting], name: &str) -> Option<&'d Setting> {
    settings.iter().find(|setting| setting.name.value == name)
}

fn check_use(document: &Document, name: &str, span: &Span, sources: &Sources, report: &Report) {
    if USABLE_COMMON.contains(&name) {
        return;
    }
    let Some(setting) = find(&document.settings, name) else {
        undeclared(document, name, span, sources, report);
        return;
    };
    if !setting.kind.is_text() {
        let message = format!("the setting `{name}` cannot stand in a template");
        report.push(
            Diagnostic::new(Code::BadTemplate, span.clone(), message)
                .also(setting.name.span.clone(), "declared here")
                .help("only texts can; a secret belongs into `[[client_authentication]]`"),
        );
    }
}

fn undeclared(document: &Document, name: &str, span: &Span, sources: &Sources, report: &Report) {
    // No report, because the declaring table could not be read, or `base` has the same error.
    let of_base = document.endpoints.base.as_ref().filter(|base| base.span != *span);
    let is_told = of_base.is_some_and(|base| base.value.settings().any(|known| known == name));
    if (name == "base" && document.is_incomplete("endpoints"))
        || document.is_incomplete("")
        || is_told
    {
        return;
    }
    let settings = document.settings.iter().map(|setting| setting.name.value.as_str());
    let known: Vec<&str> = settings.chain(USABLE_COMMON.iter().copied()).chain(["base"]).collect();
    let message = format!("the setting `{name}` is not declared");
    let place = sources.word(span, name);
    let shown = place.clone().unwrap_or_else(|| span.clone());
    let diagnostic = Diagnostic::new(Code::UndeclaredSetting, shown, message);
    report.push(match nearest(name, known) {
        _ if name == "base" => {
            diagnostic.help("only `[endpoints]` knows `{base}`, by its key `base`")
        }
        _ if name.is_empty() => diagnostic.help("write the name of a setting"),
        _ if name == "secret" => diagnostic.help("a secret cannot stand in a template"),
        Some(near) => diagnostic.meant(near, place),
        None => diagnostic.help(format!("declare it: `[settings.{name}]`")),
    });
}

fn check_direct_use(
    document: &Document,
    name: &Spanned<String>,
    kinds: &[SettingKind],
    sources: &Sources,
    report: &Report,
) {
    let Some(setting) = find(&document.settings, &name.value) else {
        undeclared(document, &name.value, &name.span, sources, report);
        return;
    };
    if !kinds.contains(&setting.kind) {
        let words: Vec<&str> = crate::document::setting_types()
            .filter(|(_, kind)| kinds.contains(kind))
            .map(|(word, _)| word)
            .collect();
        let message = format!("the setting `{}` has the wrong type here", name.value);
        report.push(
            Diagnostic::new(Code::WrongType, name.span.clone(), message)
                .also(setting.name.span.clone(), "declared here")
                .help(format!("its type must be {}", words.join(" or "))),
        );
    }
}

/// Defaults may name other settings, never themselves. A circle is told once.
fn check_circles(document: &Document, report: &Report) {
    let mut told: Vec<&str> = Vec::new();
    for setting in &document.settings {
        let goal = setting.name.value.as_str();
        let Some(default) = setting.defaults().next().filter(|_| !told.contains(&goal)) else {
            continue;
        };
        let mut path = vec![goal];
        if needs_itself(document, goal, &mut path, &mut Vec::new()) {
            let message = format!("the default of `{goal}` needs itself");
            report.push(
                Diagnostic::new(Code::TemplateCycle, default.span.clone(), message)
                    .help(format!("the circle: {}", path.join(" → "))),
            );
            told.extend(path);
        }
    }
}

/// Returns `true` if the defaults lead from the end of a path to the goal. `seen` are those that do not.
fn needs_itself<'d>(
    document: &'d Document,
    goal: &str,
    path: &mut Vec<&'d str>,
    seen: &mut Vec<&'d str>,
) -> bool {
    let Some(current) = path.last().copied() else {
        return false;
    };
    let setting = find(&document.settings, current);
    for name in setting.into_iter().flat_map(Setting::default_needs) {
        if name == goal {
            path.push(name);
            return true;
        }
        if !seen.contains(&name) {
            seen.push(name);
            path.push(name);
            if needs_itself(document, goal, path, seen) {
                return true;
            }
            path.pop();
        }
    }
    false
}
