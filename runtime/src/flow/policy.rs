//! Rules on claims that every sign-in must meet (`[[policy]]`).

use std::borrow::Cow;

use serde_json::Value;

use super::Context;
use super::value::{Sources, as_text, is_uuid};
use crate::descriptor::{Claim, Condition, Part, PolicyRule, Step, Template, Test};
use crate::error::{Code, Error, Result, Stage, shown, shown_list};
use crate::json::Object;
use crate::settings::Resolved;

/// Claims that are about the provider, the client or a tenant, so that a message may show them.
const PUBLIC_CLAIMS: &[&str] = &["acr", "aud", "azp", "hd", "iss", "tfp", "tid", "ver"];

/// Holds the claims against every rule of the spec.
pub(super) fn check(context: &Context, claims: &Object, stage: Stage) -> Result<()> {
    let nothing = Object::new();
    let sources = Sources::of_claims(claims, &nothing);
    context
        .descriptor
        .policy
        .iter()
        .filter(|rule| applies(rule, &context.descriptor.user.uid, &context.settings))
        .try_for_each(|rule| check_rule(rule, sources, &context.settings, stage))
}

fn check_rule(
    rule: &PolicyRule,
    sources: Sources<'_>,
    settings: &Resolved,
    stage: Stage,
) -> Result<()> {
    let Condition { claim, test } = &rule.condition;
    let name = name_of(claim);
    let (code, what) = match sources.value(claim) {
        None if rule.optional => return Ok(()),
        None => (Code::MissingClaim, "is missing, and a rule of this provider needs it".to_owned()),
        Some(value) if holds(test, &value, settings) => return Ok(()),
        Some(value) => (rule.code, differs(&name, test, &value, settings)),
    };
    let error = Error::new(code, stage, format!("The claim `{name}` {what}."));
    Err(error.with_parameter(name).with_help(rule.help))
}

/// The message of a refusal, with both sides of the comparison if the claim is not about a person.
fn differs(name: &str, test: &Test, value: &Value, settings: &Resolved) -> String {
    let expected = match test {
        Test::Equals(template) | Test::EqualsIgnoringCase(template) => {
            settings.render(*template).map(|expected| shown(&expected))
        }
        Test::OneOf(setting) => {
            let entries = settings.list(setting).iter().map(String::as_str);
            Some(format!("one of {}", shown_list(entries)))
        }
        _ => None,
    };
    let found = text_of(value).filter(|_| PUBLIC_CLAIMS.contains(&name));
    match (found, expected) {
        (Some(found), Some(expected)) => {
            format!("is {}, expected {expected}, by a rule of this provider", shown(&found))
        }
        _ => "is refused by a rule of this provider".to_owned(),
    }
}

/// Returns `true` if a condition holds on the claims; an absent claim meets none.
pub(super) fn is_met(condition: &Condition, sources: Sources<'_>, settings: &Resolved) -> bool {
    sources.value(&condition.claim).is_some_and(|value| holds(&condition.test, &value, settings))
}

fn holds(test: &Test, value: &Value, settings: &Resolved) -> bool {
    let Some(text) = text_of(value) else {
        return matches!(test, Test::Present) || (matches!(test, Test::True) && is_true(value));
    };
    match test {
        Test::Present => true,
        Test::True => is_true(value),
        Test::Uuid => is_uuid(&text),
        Test::Equals(template) => matches_template(&text, *template, settings, str::eq),
        Test::EqualsIgnoringCase(template) => {
            matches_template(&text, *template, settings, str::eq_ignore_ascii_case)
        }
        Test::NotEquals(template) => {
            // Without its setting the rule cannot be met: refusing is the safe side.
            settings.render(*template).is_some_and(|other| text != other)
        }
        Test::NotStartsWith(start) => !text.starts_with(start),
        Test::OneOf(setting) => {
            settings.list(setting).iter().any(|entry| entry.eq_ignore_ascii_case(&text))
        }
    }
}

/// A string as it is, a number in digits.
fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        _ => as_text(value).map(Cow::Owned),
    }
}

/// Returns `true` if a text is what a template renders to, compared part by part.
fn matches_template(
    text: &str,
    template: Template,
    settings: &Resolved,
    same: fn(&str, &str) -> bool,
) -> bool {
    let rest = template.parts().try_fold(text, |rest, part| {
        let expected = match part {
            Part::Text(text) => text,
            Part::Setting(name) => settings.text(name)?,
        };
        let (head, rest) = rest.split_at_checked(expected.len())?;
        same(head, expected).then_some(rest)
    });
    rest.is_some_and(str::is_empty)
}

/// `true`, `1`, `"true"` and `"1"`: the spellings of `xms_edov`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_u64() == Some(1),
        Value::String(text) => text == "1" || text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Returns `true` if a rule asks anything under these settings.
fn applies(rule: &PolicyRule, uid: &Claim, settings: &Resolved) -> bool {
    let is_listed = match rule.condition.test {
        Test::OneOf(setting) => !settings.names_anybody(setting),
        _ => true,
    };
    let is_about_uid = !rule.uid_only || is_uid(&rule.condition.claim, uid, settings);
    is_listed && is_about_uid && rule.when.is_none_or(|when| settings.meets(&when))
}

/// Returns `true` if a claim is the uid: `ID_KEY`'s, else the spec's.
fn is_uid(claim: &Claim, uid: &Claim, settings: &Resolved) -> bool {
    settings.text("id_key").map_or(claim == uid, |name| name_of(claim) == name)
}

/// Returns `true` if the operator chose the directory that the users come from.
pub(super) fn is_pinned(context: &Context) -> bool {
    context.descriptor.user.pinned_when.iter().any(|when| context.settings.meets(when))
}

/// The name of a claim expression in an error: its first claim.
fn name_of(claim: &Claim) -> Cow<'static, str> {
    match claim {
        Claim::Name(name) | Claim::Names([name, ..]) | Claim::Token(name) => Cow::Borrowed(name),
        Claim::Path(_, steps) => {
            let names = steps.iter().filter_map(|step| match step {
                Step::Key(name) => Some(*name),
                Step::Index(_) | Step::Where(_) => None,
            });
            Cow::Owned(names.collect::<Vec<_>>().join("."))
        }
        Claim::Any([first, ..]) | Claim::Call(_, [first, ..]) => name_of(first),
        Claim::Names([]) | Claim::Any([]) | Claim::Call(_, []) | Claim::Text(_) => {
            Cow::Borrowed("claim")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{Descriptor, Kind, When, is_present, is_true, one_of, policy, setting};
    use crate::settings::Environment;
    use serde_json::json;

    const PROVIDER: &Descriptor = &Descriptor {
        name: "acme",
        settings: &[
            setting("home", Kind::Text),
            setting("other", Kind::Text),
            setting("listed", Kind::List),
            setting("unset", Kind::List),
        ],
        ..Descriptor::EMPTY
    };

    fn settings(pairs: &[(&str, &str)]) -> Resolved {
        let variable = |name: &str| format!("SOCIAL_AUTH_ACME_{}", name.to_ascii_uppercase());
        let variables = pairs.iter().map(|(name, value)| (variable(name), *value));
        let raw = Environment::from_pairs(variables).settings_of(PROVIDER);
        Resolved::new(PROVIDER, &raw).unwrap()
    }

    #[test]
    fn each_condition_holds_for_what_it_says() {
        let settings = settings(&[("key", "k"), ("home", "Acme"), ("listed", "One,two")]);
        let uuid = json!("3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734");
        let home = Template("{home}-1");
        for (test, good, bad) in [
            (Test::Present, vec![json!("x"), json!([]), json!({}), json!(false)], vec![]),
            (
                Test::True,
                vec![json!(true), json!(1), json!("1"), json!("true"), json!("TRUE")],
                vec![json!(false), json!(0), json!(2), json!("yes"), json!(""), json!([true])],
            ),
            (Test::Uuid, vec![uuid.clone()], vec![json!("x"), json!(7), json!([uuid])]),
            (
                Test::Equals(home),
                vec![json!("Acme-1")],
                vec![json!("acme-1"), json!("Acme-12"), json!("Acme-"), json!(["Acme-1"])],
            ),
            (
                Test::EqualsIgnoringCase(home),
                vec![json!("Acme-1"), json!("aCME-1")],
                vec![json!("Acme-2"), json!("xAcme-1"), json!({})],
            ),
            (
                Test::NotEquals(home),
                vec![json!("acme-1"), json!("x"), json!(7)],
                vec![json!("Acme-1"), json!(["x"])],
            ),
            // Nothing is known of what it must differ from.
            (Test::NotEquals(Template("{other}")), vec![], vec![json!("x")]),
            (Test::Equals(Template("{other}")), vec![], vec![json!(""), json!("x")]),
            (
                Test::NotStartsWith("Not supported"),
                vec![json!("s"), json!("not supported")],
                vec![json!("Not supported"), json!("Not supported currently"), json!([])],
            ),
            (
                Test::OneOf("listed"),
                vec![json!("one"), json!("TWO")],
                vec![json!("One,two"), json!(""), json!("three"), json!(["One"]), json!({})],
            ),
            (Test::OneOf("unset"), vec![], vec![json!("one"), json!("")]),
        ] {
            for value in good {
                assert!(holds(&test, &value, &settings), "{test:?} {value}");
            }
            for value in bad {
                assert!(!holds(&test, &value, &settings), "{test:?} {value}");
            }
        }
    }

    #[test]
    fn an_absent_claim_meets_no_condition() {
        let settings = settings(&[("key", "k")]);
        let (nothing, mut claims) = (Object::new(), Object::new());
        claims.insert("edov".to_owned(), json!(1));
        claims.insert("other".to_owned(), json!(0));
        let met = |name| {
            let condition = is_true(Claim::Name(name));
            is_met(&condition, Sources::of_claims(&claims, &nothing), &settings)
        };
        assert_eq!(["edov", "other", "absent"].map(met), [true, false, false]);
    }

    #[test]
    fn a_rule_may_wait_for_a_setting() {
        let uuid = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
        let with = |home: &str| settings(&[("key", "k"), ("home", home), ("listed", "x")]);
        let applies = |when: When, settings: &Resolved| {
            applies(&policy(is_present(Claim::Name("tid"))).when(when), UID, settings)
        };
        assert!(applies(When::SettingIsUuid("home"), &with(uuid)));
        assert!(!applies(When::SettingIsUuid("home"), &with("common")));
        assert!(applies(When::SettingEquals("home", "common"), &with("Common")));
        assert!(!applies(When::SettingEquals("home", "common"), &with("commons")));
        assert!(!applies(When::SettingEquals("other", "common"), &with("common")));
        assert!(applies(When::SettingIsDomain("home"), &with("a.example")));
        assert!(!applies(When::SettingIsDomain("home"), &with("common")));
        assert!(applies(When::SettingIsSet("listed"), &with("common")));
        assert!(!applies(When::SettingIsSet("unset"), &with("common")));
        assert!(!applies(When::SettingIsSet("other"), &with("common")));
        let everybody = settings(&[("key", "k"), ("listed", "x,*")]);
        assert!(!applies(When::SettingIsSet("listed"), &everybody));
        let by = |list| policy(one_of(Claim::Name("tid"), list));
        assert!(super::applies(&by("listed"), UID, &with("common")));
        assert!(!super::applies(&by("unset"), UID, &with("common")));
        let when = When::SettingIsUuid("home");
        assert!(!super::applies(&by("listed").when(when), UID, &with("common")));
    }

    const UID: &Claim = &Claim::Name("sub");

    #[test]
    fn a_rule_about_the_uid_holds_while_its_claim_is_that() {
        let of = |name| policy(is_present(Claim::Name(name))).uid_only();
        let usual = settings(&[("key", "k")]);
        let other = settings(&[("key", "k"), ("id_key", "oid")]);
        for (name, settings, expected) in [
            ("sub", &usual, true),
            ("oid", &usual, false),
            ("sub", &other, false),
            ("oid", &other, true),
        ] {
            assert_eq!(applies(&of(name), UID, settings), expected, "{name}");
        }
        assert!(applies(&policy(is_present(Claim::Name("sub"))), UID, &other), "any other rule");
    }

    #[test]
    fn a_rule_is_named_after_its_claim() {
        for (claim, name) in [
            (Claim::Name("tid"), "tid"),
            (Claim::Names(&["acr", "tfp"]), "acr"),
            (Claim::Token("scope"), "scope"),
            (Claim::Any(&[Claim::Name("x"), Claim::Name("y")]), "x"),
            (Claim::Names(&[]), "claim"),
            (Claim::Text(&[]), "claim"),
        ] {
            assert_eq!(name_of(&claim), name);
        }
    }
}
