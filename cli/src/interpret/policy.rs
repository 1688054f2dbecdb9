//! Policy rules, conditions and error codes.

use authspec::Code;
use authspec::descriptor as runtime;
use authspec::descriptor::Template;
use authspec_spec::document::{Condition, ErrorName, Is, PolicyRule, Test, When, WhenTest};

use super::claim::claim;
use super::text;

pub(super) fn rule(rule: &PolicyRule) -> runtime::PolicyRule {
    let PolicyRule { name: _, condition, when, uid_only, optional, code, help } = rule;
    runtime::PolicyRule {
        condition: self::condition(condition),
        when: when.as_ref().map(self::when),
        uid_only: *uid_only,
        optional: *optional,
        code: code.map_or(Code::InvalidClaim, self::code),
        help: help.as_ref().map(|help| text(help)),
    }
}

pub(super) fn condition(condition: &Condition) -> runtime::Condition {
    let template = |template: &authspec_spec::Spanned<authspec_spec::template::Template>| {
        Template(text(&template.value))
    };
    runtime::Condition {
        claim: claim(&condition.claim.value),
        test: match &condition.test {
            Test::Present => runtime::Test::Present,
            Test::True => runtime::Test::True,
            Test::Uuid => runtime::Test::Uuid,
            Test::Equals(value) => runtime::Test::Equals(template(value)),
            Test::EqualsIgnoringCase(value) => runtime::Test::EqualsIgnoringCase(template(value)),
            Test::NotEquals(value) => runtime::Test::NotEquals(template(value)),
            Test::NotStartsWith(start) => runtime::Test::NotStartsWith(text(start)),
            Test::OneOf(setting) => runtime::Test::OneOf(text(&setting.value)),
        },
    }
}

/// A condition on a setting.
pub(super) fn when(when: &When) -> runtime::When {
    let When { setting, test } = when;
    let setting = text(&setting.value);
    match test {
        WhenTest::Equals(value) => runtime::When::SettingEquals(setting, text(value)),
        WhenTest::Is(Is::Uuid) => runtime::When::SettingIsUuid(setting),
        WhenTest::Is(Is::Domain) => runtime::When::SettingIsDomain(setting),
        WhenTest::Is(Is::Set) => runtime::When::SettingIsSet(setting),
    }
}

/// One of our error codes by its name in Rust; a test holds both lists of names equal.
pub(super) fn code(name: ErrorName) -> Code {
    let known = Code::ALL.iter().find(|code| format!("{code:?}") == name);
    known.copied().unwrap_or(Code::UnknownError)
}
