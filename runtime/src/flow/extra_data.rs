//! The values that are stored with a user (`[extra_data]` and `EXTRA_DATA`).

use serde_json::Value;

use super::Context;
use super::value::Sources;
use crate::descriptor::Claim;
use crate::json::Object;

/// `auth_time`, then the spec's entries, then the operator's: `name`, or `name:alias`.
///
/// `auth_time` is the time by this side's clock, as python-social-auth stores it: its
/// `expiration_timedelta` counts `expires_in` from there. An operator who asks for the claim of that name in
/// `EXTRA_DATA` gets it instead. A name that the provider did not send is read as a claim expression, such as
/// `realm_access.roles`.
pub(super) fn collect(context: &Context, sources: Sources<'_>, now: u64) -> Object {
    let mut data = Object::new();
    data.insert("auth_time".to_owned(), Value::from(now));
    for entry in context.descriptor.extra_data {
        let value = sources.value(&entry.from).map(std::borrow::Cow::into_owned);
        if value.is_some() || !entry.skip_empty {
            data.insert(entry.key.to_owned(), value.unwrap_or(Value::Null));
        }
    }
    for entry in context.settings.list("extra_data") {
        let (name, alias) = name_and_alias(entry, sources);
        let value = value(name, sources).unwrap_or(Value::Null);
        data.insert(alias.to_owned(), value);
    }
    data
}

/// Says once of each entry of `EXTRA_DATA` that it led nowhere in a sign-in.
pub(super) fn warn_of_missing(context: &Context, sources: Sources<'_>) {
    for entry in context.settings.list("extra_data") {
        let (name, _) = name_and_alias(entry, sources);
        if value(name, sources).is_none() {
            context.warn_of_extra_data(name);
        }
    }
}

/// The claim that an entry of `EXTRA_DATA` reads, and the name under which it is stored.
fn name_and_alias<'e>(entry: &'e str, sources: Sources<'_>) -> (&'e str, &'e str) {
    // A claim's name may hold colons (`https://acme.example/department`).
    match entry.rsplit_once(':') {
        Some((name, alias)) if !sources.claims.contains_key(entry) && !alias.starts_with("//") => {
            (name, alias)
        }
        _ => (entry, entry),
    }
}

fn value(name: &str, sources: Sources<'_>) -> Option<Value> {
    let user_info = || sources.user_info.and_then(|reply| reply.get(name));
    let member = sources.claims.get(name).or_else(|| sources.token.get(name)).or_else(user_info);
    member.cloned().or_else(|| {
        let claim = Claim::of_setting(name).ok()?;
        sources.value(&claim).map(std::borrow::Cow::into_owned)
    })
}
