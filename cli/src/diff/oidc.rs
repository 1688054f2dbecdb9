//! `[oidc]`: which ID tokens are good.

use authspec_spec::document::{Algorithm, IssuerPlaceholder, Oidc};

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: Option<&Oidc>, new: Option<&Oidc>) {
    match (old, new) {
        (Some(old), Some(new)) => compare_both(group, old, new),
        (None, Some(_)) => {
            let reason = "a sign-in without a good ID token is refused";
            group.told("ID tokens are demanded now", breaking(reason));
        }
        (Some(_), None) => {
            let reason = "security: nothing but the call to the provider says who signed in";
            group.told("ID tokens are not checked any more", breaking(reason));
        }
        (None, None) => {}
    }
}

fn compare_both(group: &mut Group<'_>, old: &Oidc, new: &Oidc) {
    // No `..`: a new rule must be compared here.
    let Oidc { algorithms, issuer, issuer_placeholder, key_issuer, unsigned_help, span: _ } = old;
    compare_algorithms(group, algorithms, &new.algorithms);
    compare_issuer(
        group,
        issuer.as_ref().map(|issuer| issuer.value.to_string()),
        new.issuer.as_ref().map(|issuer| issuer.value.to_string()),
    );
    compare_placeholder(group, issuer_placeholder.as_ref(), new.issuer_placeholder.as_ref());
    compare_key_issuer(group, *key_issuer, new.key_issuer);
    let what = "the help about unsigned ID tokens";
    group.words(what, unsigned_help.as_deref(), new.unsigned_help.as_deref());
}

fn compare_algorithms(group: &mut Group<'_>, old: &[Algorithm], new: &[Algorithm]) {
    for pair in pairs(old, new, ToString::to_string) {
        match pair {
            Pair::Removed(name) => {
                let reason = "ID tokens that are signed so are refused";
                group.removed(&format!("algorithm {name}"), name.as_str(), breaking(reason));
            }
            Pair::Added(name) => {
                let reason = "ID tokens that are signed so are accepted";
                group.added(&format!("algorithm {name}"), name.as_str(), notice(reason));
            }
            Pair::Both(..) => {}
        }
    }
}

fn compare_issuer(group: &mut Group<'_>, old: Option<String>, new: Option<String>) {
    match (old, new) {
        (Some(old), Some(new)) if old != new => {
            let reason = "a discovery document that states the old one is refused";
            group.changed("the issuer", old, new, breaking(reason));
        }
        (None, Some(new)) => {
            let reason = "a discovery document that states another one is refused";
            group.added("the issuer", new, breaking(reason));
        }
        (Some(old), None) => {
            let reason = "security: discovery may state any issuer";
            group.removed("the issuer", old, breaking(reason));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_placeholder(
    group: &mut Group<'_>,
    old: Option<&IssuerPlaceholder>,
    new: Option<&IssuerPlaceholder>,
) {
    let text = |placeholder: &IssuerPlaceholder| {
        let IssuerPlaceholder { name, claim } = placeholder;
        format!("{{{name}}} is `{}`", claim.value)
    };
    let what = "the placeholder in the issuer";
    match (old.map(text), new.map(text)) {
        (Some(old), Some(new)) if old != new => {
            let reason = "other tenants' ID tokens are accepted than before";
            group.changed(what, old, new, breaking(reason));
        }
        (None, Some(new)) => {
            let reason = "security: ID tokens of every tenant that fills it are accepted";
            group.added(what, new, breaking(reason));
        }
        (Some(old), None) => {
            let reason = "ID tokens whose issuer names a tenant are refused";
            group.removed(what, old, breaking(reason));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_key_issuer(group: &mut Group<'_>, old: bool, new: bool) {
    match (old, new) {
        (false, true) => {
            let reason = "an ID token whose key is another issuer's is refused";
            group.told("a key's issuer must be the token's", breaking(reason));
        }
        (true, false) => {
            let reason = "security: one issuer's key may sign for another";
            group.told("a key's issuer need not be the token's", breaking(reason));
        }
        (true, true) | (false, false) => {}
    }
}
