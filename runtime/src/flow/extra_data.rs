//! What is stored beside a user (`[extra_data]` and `EXTRA_DATA`).

use serde_json::Value;

use super::Context;
use super::value::Sources;
use crate::json::Object;

/// `auth_time`, then the spec's entries, then the operator's: `name`, or `name:alias`.
///
/// `auth_time` is the time by this side's clock, as python-social-auth stores it: its
/// `expiration_timedelta` counts `expires_in` from there. An operator who asks for the claim of that name in
/// EXTRA_DATA gets it instead.
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
        // A claim's name may hold colons (`https://acme.example/department`).
        let whole = sources.claims.contains_key(entry.as_str());
        let (name, alias) = match entry.rsplit_once(':') {
            Some(pair) if !whole => pair,
            _ => (entry.as_str(), entry.as_str()),
        };
        let value = sources
            .claims
            .get(name)
            .or_else(|| sources.token.get(name))
            .or_else(|| sources.user_info.and_then(|reply| reply.get(name)));
        data.insert(alias.to_owned(), value.cloned().unwrap_or(Value::Null));
    }
    data
}
