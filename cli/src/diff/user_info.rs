//! `[user_info]`: the call that says who signed in.

use authspec_spec::document::UserInfo;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: Option<&UserInfo>, new: Option<&UserInfo>) {
    match (old, new) {
        (Some(old), Some(new)) => compare_both(group, old, new),
        (None, Some(_)) => {
            let reason = "a sign-in fails now when this call does; firewalls must let it";
            group.told("user info is asked for now", breaking(reason));
        }
        (Some(_), None) => {
            let reason = "claims that came from there are missing";
            group.told("user info is not asked for any more", breaking(reason));
        }
        (None, None) => {}
    }
}

fn compare_both(group: &mut Group<'_>, old: &UserInfo, new: &UserInfo) {
    // No `..`: a new key must be compared here.
    let UserInfo { scheme, headers: _, span: _ } = old;
    if scheme.value != new.scheme.value {
        let reason = "a provider that does not take it refuses every sign-in";
        group.changed("the scheme", &scheme.value, &new.scheme.value, breaking(reason));
    }
    let texts = |user_info: &UserInfo| -> Vec<(String, String)> {
        let headers = user_info.headers.iter();
        headers.map(|(name, value)| (name.value.clone(), value.value.clone())).collect()
    };
    let (headers, now) = (texts(old), texts(new));
    for pair in pairs(&headers, &now, |(name, _)| name.clone()) {
        match pair {
            Pair::Removed((name, value)) => {
                let reason = "a provider that needs it refuses every sign-in";
                group.removed(&format!("header `{name}`"), value, breaking(reason));
            }
            Pair::Added((name, value)) => {
                let reason = "the provider must take it";
                group.added(&format!("header `{name}`"), value, notice(reason));
            }
            Pair::Both((name, before), (_, now)) if before != now => {
                let reason = "the reply may have another form";
                group.changed(&format!("header `{name}`"), before, now, breaking(reason));
            }
            Pair::Both(..) => {}
        }
    }
}
