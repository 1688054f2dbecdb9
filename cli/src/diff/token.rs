//! `[token]` and `[refresh]`, and the parameters of every request to the provider.

use authspec_spec::Spanned;
use authspec_spec::document::TokenRequest;
use authspec_spec::template::Template;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: &TokenRequest, new: &TokenRequest) {
    // No `..`: a new key must be compared here.
    let TokenRequest { params, access_token_optional } = old;
    compare_params(group, params, &new.params);
    match (*access_token_optional, new.access_token_optional) {
        (true, false) => {
            let reason = "a reply without one is refused";
            group.told("an access token must come", breaking(reason));
        }
        (false, true) => {
            let reason = "`tokens.access_token` may be absent where it was always there";
            group.told("an access token need not come", notice(reason));
        }
        (true, true) | (false, false) => {}
    }
}

pub(super) fn compare_refresh(
    group: &mut Group<'_>,
    old: Option<&TokenRequest>,
    new: Option<&TokenRequest>,
) {
    match (old, new) {
        (Some(old), Some(new)) => compare(group, old, new),
        (Some(_), None) => {
            let reason = "`refresh` does not compile any more; stored refresh tokens are useless";
            group.told("refresh lost", breaking(reason));
        }
        (None, Some(_)) => {
            group.told("refresh gained", notice("refresh tokens can be used from now on"));
        }
        (None, None) => {}
    }
}

/// A parameter that came is one more; one that went or changed had an effect that others relied on.
pub(super) fn compare_params(
    group: &mut Group<'_>,
    old: &[(Spanned<String>, Spanned<Template>)],
    new: &[(Spanned<String>, Spanned<Template>)],
) {
    for pair in pairs(old, new, |(name, _)| name.value.clone()) {
        match pair {
            Pair::Removed((name, template)) => {
                let reason = "what the provider did because of it may end";
                let what = format!("parameter `{}`", name.value);
                group.removed(&what, template.value.to_string(), breaking(reason));
            }
            Pair::Added((name, template)) => {
                let reason = "the provider is told more; look at what it does then";
                let what = format!("parameter `{}`", name.value);
                group.added(&what, template.value.to_string(), notice(reason));
            }
            Pair::Both((_, before), (_, now)) if before.value == now.value => {}
            Pair::Both((name, before), (_, now)) => {
                let reason = "the provider may do something else";
                let what = format!("parameter `{}`", name.value);
                let (before, now) = (before.value.to_string(), now.value.to_string());
                group.changed(&what, before, now, breaking(reason));
            }
        }
    }
}
