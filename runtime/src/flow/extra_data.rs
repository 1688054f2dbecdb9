//! What is stored beside a user (`[extra_data]` and EXTRA_DATA).

use serde_json::Value;

use super::Context;
use super::value::Sources;
use crate::json::Object;

/// The spec's entries, then the operator's: `name`, or `name:alias`.
pub(super) fn collect(context: &Context, sources: Sources<'_>) -> Object {
    let mut data = Object::new();
    for entry in context.descriptor.extra_data {
        let value = sources.value(&entry.from).map(std::borrow::Cow::into_owned);
        if value.is_some() || !entry.skip_empty {
            data.insert(entry.key.to_owned(), value.unwrap_or(Value::Null));
        }
    }
    for entry in context.settings.list("extra_data") {
        let (name, alias) = entry.split_once(':').unwrap_or((entry, entry));
        let value = sources
            .claims
            .get(name)
            .or_else(|| sources.token.get(name))
            .or_else(|| sources.user_info.and_then(|reply| reply.get(name)));
        data.insert(alias.to_owned(), value.cloned().unwrap_or(Value::Null));
    }
    data
}
