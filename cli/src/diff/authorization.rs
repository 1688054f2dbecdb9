//! `[authorization]`: what is asked for when a sign-in begins.

use authspec_spec::Spanned;
use authspec_spec::document::Authorization;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};
use super::token::compare_params;

/// The defaults of the runtime.
const USUAL: authspec::descriptor::Authorization = authspec::descriptor::authorization(&[]);

/// Characters of a PKCE verifier then.
const VERIFIER: u64 = USUAL.pkce_verifier_length as u64;

pub(super) fn compare(group: &mut Group<'_>, old: &Authorization, new: &Authorization) {
    // No `..`: a new key must be compared here.
    let Authorization { scopes, scope_separator, params, pkce_verifier_length } = old;
    compare_scopes(group, scopes, &new.scopes);
    compare_separator(group, scope_separator.as_ref(), new.scope_separator.as_ref());
    compare_params(group, params, &new.params);
    compare_verifier(group, pkce_verifier_length.as_ref(), new.pkce_verifier_length.as_ref());
}

fn compare_scopes(group: &mut Group<'_>, old: &[Spanned<String>], new: &[Spanned<String>]) {
    for pair in pairs(old, new, |scope| scope.value.clone()) {
        match pair {
            Pair::Removed(scope) => {
                let scope = &scope.value;
                let reason = "claims and rights that came with it may be missing";
                group.removed(&format!("scope `{scope}`"), scope, breaking(reason));
            }
            Pair::Added(scope) => {
                let scope = &scope.value;
                let reason = "users or their administrator may be asked to consent again";
                group.added(&format!("scope `{scope}`"), scope, breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}

fn compare_separator(
    group: &mut Group<'_>,
    old: Option<&Spanned<String>>,
    new: Option<&Spanned<String>>,
) {
    let text = |written: Option<&Spanned<String>>| {
        format!("`{}`", written.map_or(USUAL.scope_separator, |separator| &separator.value))
    };
    let (before, now) = (text(old), text(new));
    if before != now {
        let reason = "a provider that reads scopes otherwise takes all of them for one";
        group.changed("what joins scopes", before, now, breaking(reason));
    }
}

fn compare_verifier(group: &mut Group<'_>, old: Option<&Spanned<u64>>, new: Option<&Spanned<u64>>) {
    let length = |written: Option<&Spanned<u64>>| written.map_or(VERIFIER, |length| length.value);
    let (before, now) = (length(old), length(new));
    if before != now {
        let reason = "the provider must take it; sign-ins under way keep the verifier they have";
        let what = "the length of the PKCE verifier";
        group.changed(what, before.to_string(), now.to_string(), notice(reason));
    }
}
