//! `[[policy]]`: whom the provider let through and the spec refuses.

use authspec_spec::Spanned;
use authspec_spec::document::{ErrorName, PolicyRule};

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, is_reordered, pairs};
use super::words;

/// The code of a refusal unless the rule names one.
const USUAL_CODE: &str = authspec::Code::InvalidClaim.as_str();

pub(super) fn compare(group: &mut Group<'_>, old: &[PolicyRule], new: &[PolicyRule]) {
    for pair in pairs(old, new, sentence) {
        match pair {
            Pair::Removed(rule) => {
                let reason = "security: looser, signs in people who were refused";
                group.removed("a rule", sentence(rule), breaking(reason));
            }
            Pair::Added(rule) => {
                let reason = "stricter, refuses people who were signed in";
                group.added("a rule", sentence(rule), breaking(reason));
            }
            Pair::Both(before, rule) => compare_both(group, before, rule),
        }
    }
    let sentences = |rules: &[PolicyRule]| rules.iter().map(sentence).collect::<Vec<_>>();
    if is_reordered(&sentences(old), &sentences(new)) {
        let reason = "who breaks two rules reads about another one";
        group.told("the order of the rules changed", notice(reason));
    }
}

/// The rule itself: another condition is another rule.
fn sentence(rule: &PolicyRule) -> String {
    let condition = words::condition(&rule.condition);
    match &rule.when {
        Some(when) => format!("{condition}, {}", words::when(when)),
        None => condition,
    }
}

fn compare_both(group: &mut Group<'_>, old: &PolicyRule, new: &PolicyRule) {
    // No `..`: a new key must be compared here. Condition and when are what the two have in common.
    let PolicyRule { name, condition: _, when: _, uid_only, optional, code, help } = old;
    let rule = sentence(new);
    match (*uid_only, new.uid_only) {
        (false, true) => {
            let reason = "security: looser where ID_KEY names another claim";
            group.told(
                format!("it holds only while its claim is the uid: {rule}"),
                breaking(reason),
            );
        }
        (true, false) => {
            let reason = "stricter where ID_KEY names another claim";
            group.told(format!("it holds whatever claim is the uid: {rule}"), breaking(reason));
        }
        (true, true) | (false, false) => {}
    }
    match (*optional, new.optional) {
        (false, true) => {
            let reason = "security: looser, signs in people who were refused";
            group.told(format!("an absent claim passes: {rule}"), breaking(reason));
        }
        (true, false) => {
            let reason = "stricter, refuses people who were signed in";
            group.told(format!("an absent claim is refused: {rule}"), breaking(reason));
        }
        (true, true) | (false, false) => {}
    }
    let (before, now) = (word(*code), word(new.code));
    if before != now {
        let reason = "applications that handle the old code miss this refusal";
        group.changed(&format!("the code of the rule \"{rule}\""), before, now, breaking(reason));
    }
    let name_of = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.value.clone());
    let (before, now) = (name_of(name), name_of(&new.name));
    if before != now {
        let (before, now) = (before.unwrap_or_default(), now.unwrap_or_default());
        let reason = "a file that extends this one and removes the rule names it";
        group.changed(&format!("the name of the rule \"{rule}\""), before, now, notice(reason));
    }
    group.words(&format!("the help of the rule \"{rule}\""), help.as_deref(), new.help.as_deref());
}

fn word(code: Option<ErrorName>) -> &'static str {
    code.map_or(USUAL_CODE, words::error)
}
