//! Parts of a spec as words: settings, conditions, rules for verified addresses.

use authspec_spec::claim::Claim;
use authspec_spec::document::errors::WORDS;
use authspec_spec::document::{Condition, ErrorName, Is, Test, Trust, When, WhenTest};

/// A claim and what it must be.
pub(super) fn condition(condition: &Condition) -> String {
    let Condition { claim, test } = condition;
    let claim = &claim.value;
    match test {
        Test::Present => format!("`{claim}` is there"),
        Test::True => format!("`{claim}` is true"),
        Test::Uuid => format!("`{claim}` is a GUID"),
        Test::Equals(template) => format!("`{claim}` is `{}`", template.value),
        Test::EqualsIgnoringCase(template) => {
            format!("`{claim}` is `{}` in any case", template.value)
        }
        Test::NotEquals(template) => format!("`{claim}` is not `{}`", template.value),
        Test::NotStartsWith(text) => format!("`{claim}` does not begin with `{text}`"),
        Test::OneOf(setting) => {
            format!("`{claim}` is listed by {}", setting.value.to_ascii_uppercase())
        }
    }
}

/// A condition on a setting.
pub(super) fn when(when: &When) -> String {
    let When { setting, test } = when;
    let setting = setting.value.to_ascii_uppercase();
    match test {
        WhenTest::Equals(text) => format!("when {setting} is `{text}`"),
        WhenTest::Is(Is::Uuid) => format!("when {setting} is a GUID"),
        WhenTest::Is(Is::Domain) => format!("when {setting} is a domain"),
        WhenTest::Is(Is::Set) => format!("when {setting} is set"),
    }
}

/// The rule by which an address counts as verified, in words.
pub(super) fn trust(trust: &Trust) -> String {
    match trust {
        Trust::Nothing => "nothing".to_owned(),
        Trust::Provider => "provider".to_owned(),
        Trust::Operator(setting) => {
            format!("the operator, by {}", setting.value.to_ascii_uppercase())
        }
        Trust::Any(conditions) => {
            let mut texts: Vec<String> = conditions.iter().map(condition).collect();
            // Any of them is enough: their order says nothing.
            texts.sort();
            texts.join(" or ")
        }
    }
}

/// One of our error codes as a spec and `error.code` have it.
pub(super) fn error(name: ErrorName) -> &'static str {
    WORDS.iter().find(|(_, known)| *known == name).map_or(name, |(word, _)| word.name)
}

/// Returns `true` if a claim only has further alternatives, after all that it had.
pub(super) fn is_widened(old: &Claim, new: &Claim) -> bool {
    let (old, new) = (alternatives(old), alternatives(new));
    new.len() > old.len() && new.starts_with(old)
}

fn alternatives(claim: &Claim) -> &[Claim] {
    match claim {
        Claim::Any(alternatives) => alternatives,
        single => std::slice::from_ref(single),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_widen_at_the_end_only() {
        let claim = |text: &str| Claim::parse(text).unwrap();
        assert!(is_widened(&claim("a"), &claim("a | b")));
        assert!(!is_widened(&claim("a"), &claim("b | a")));
        assert!(!is_widened(&claim("a | b"), &claim("a")));
    }
}
