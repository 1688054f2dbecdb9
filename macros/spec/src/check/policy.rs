//! Policy rules: some sign-in must be able to meet all of them.

use crate::claim::Source;
use crate::codes::Code;
use crate::document::{Document, Is, PolicyRule, Test, When, WhenTest};
use crate::report::{Diagnostic, Report};
use crate::template::Template;

pub(super) fn check(document: &Document, report: &Report) {
    for (index, rule) in document.policy.iter().enumerate() {
        check_sources(rule, report);
        for earlier in document.policy.get(..index).unwrap_or_default() {
            check_names(earlier, rule, report);
            check_pair(earlier, rule, report);
        }
    }
}

/// Rules are held against the claims, before anything else is asked or kept.
fn check_sources(rule: &PolicyRule, report: &Report) {
    let claim = &rule.condition.claim;
    if claim.value.paths().iter().any(|(source, _)| *source != Source::Claims) {
        let message = format!("a rule cannot read `{}`", claim.value);
        report.push(
            Diagnostic::new(Code::BadClaim, claim.span.clone(), message)
                .help("rules read claims only; without `$`, user info is among them"),
        );
    }
}

/// A name means one rule.
fn check_names(earlier: &PolicyRule, rule: &PolicyRule, report: &Report) {
    if let (Some(first), Some(name)) = (&earlier.name, &rule.name)
        && first.value == name.value
    {
        let message = format!("two rules are called `{}`", name.value);
        report.push(
            Diagnostic::new(Code::NameCollision, name.span.clone(), message)
                .also(first.span.clone(), "the first one")
                .help("give one of them another name"),
        );
    }
}

fn check_pair(earlier: &PolicyRule, rule: &PolicyRule, report: &Report) {
    let same_claim = earlier.condition.claim.value == rule.condition.claim.value;
    if !same_claim || !apply_together(earlier.when.as_ref(), rule.when.as_ref()) {
        return;
    }
    let (claim, place) = (&rule.condition.claim, rule.condition.claim.span.clone());
    let first = earlier.condition.claim.span.clone();
    // A token without the claim meets two rules that are both optional.
    let absent_passes = earlier.optional && rule.optional;
    if !absent_passes && exclude(&earlier.condition.test, &rule.condition.test) {
        let message = format!("no sign-in can meet both rules about `{}`", claim.value);
        report.push(
            Diagnostic::new(Code::ContradictoryPolicy, place, message)
                .also(first, "the other rule")
                .help("remove one of them, or give each a `when` of its own"),
        );
    } else if same(&earlier.condition.test, &rule.condition.test)
        && when(earlier) == when(rule)
        && earlier.optional == rule.optional
    {
        let message = format!("this rule about `{}` stands twice", claim.value);
        report.push(
            Diagnostic::new(Code::UselessTable, place, message)
                .also(first, "the first one")
                .help("remove one of them"),
        );
    }
}

fn when(rule: &PolicyRule) -> Option<(&str, WhenTest)> {
    let When { setting, test } = rule.when.as_ref()?;
    let test = match test {
        WhenTest::Equals(text) => WhenTest::Equals(text.to_ascii_lowercase()),
        WhenTest::Is(is) => WhenTest::Is(*is),
    };
    Some((&setting.value, test))
}

/// Returns `true` if there are settings under which both rules apply.
fn apply_together(one: Option<&When>, other: Option<&When>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return true;
    };
    if one.setting.value != other.setting.value {
        return true;
    }
    match (&one.test, &other.test) {
        (WhenTest::Equals(one), WhenTest::Equals(other)) => one.eq_ignore_ascii_case(other),
        (WhenTest::Equals(text), WhenTest::Is(is)) | (WhenTest::Is(is), WhenTest::Equals(text)) => {
            match is {
                Is::Uuid => is_uuid(text),
                Is::Domain => text.contains('.'),
                Is::Set => true,
            }
        }
        (WhenTest::Is(one), WhenTest::Is(other)) => {
            one == other || *one == Is::Set || *other == Is::Set
        }
    }
}

/// Returns `true` if no value meets both tests.
fn exclude(one: &Test, other: &Test) -> bool {
    use Test::{Equals, EqualsIgnoringCase, NotEquals, NotStartsWith, True, Uuid};
    match (one, other) {
        (Equals(one), Equals(other)) => differ(&one.value, &other.value, false),
        (Equals(one) | EqualsIgnoringCase(one), EqualsIgnoringCase(other))
        | (EqualsIgnoringCase(one), Equals(other)) => differ(&one.value, &other.value, true),
        (Equals(one), NotEquals(other)) | (NotEquals(other), Equals(one)) => {
            one.value == other.value
        }
        (Equals(text), NotStartsWith(start)) | (NotStartsWith(start), Equals(text)) => {
            text.value.literal().is_some_and(|text| text.starts_with(start.as_str()))
        }
        (Equals(text) | EqualsIgnoringCase(text), Uuid)
        | (Uuid, Equals(text) | EqualsIgnoringCase(text)) => {
            text.value.literal().is_some_and(|text| !is_uuid(&text))
        }
        (Equals(text) | EqualsIgnoringCase(text), True)
        | (True, Equals(text) | EqualsIgnoringCase(text)) => text
            .value
            .literal()
            .is_some_and(|text| text != "1" && !text.eq_ignore_ascii_case("true")),
        (Uuid, True) | (True, Uuid) => true,
        _ => false,
    }
}

fn same(one: &Test, other: &Test) -> bool {
    use Test::{Equals, EqualsIgnoringCase, NotEquals, NotStartsWith, OneOf, Present, True, Uuid};
    match (one, other) {
        (Present, Present) | (True, True) | (Uuid, Uuid) => true,
        (Equals(one), Equals(other))
        | (EqualsIgnoringCase(one), EqualsIgnoringCase(other))
        | (NotEquals(one), NotEquals(other)) => one.value == other.value,
        (NotStartsWith(one), NotStartsWith(other)) => one == other,
        (OneOf(one), OneOf(other)) => one.value == other.value,
        _ => false,
    }
}

/// Returns `true` if two templates never give the same text, whatever the settings are.
fn differ(one: &Template, other: &Template, ignoring_case: bool) -> bool {
    match (one.literal(), other.literal()) {
        (Some(one), Some(other)) if ignoring_case => !one.eq_ignore_ascii_case(&other),
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4).
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
