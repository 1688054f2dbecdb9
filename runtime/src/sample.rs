//! The samples of a spec: replies of the provider, and the user they must give.

use serde_json::{Value, json};

use crate::descriptor::Descriptor;
use crate::flow::{Context, SampleReplies, identity_of_sample};
use crate::json::Object;
use crate::settings::{RawSettings, Resolved};

/// Holds one sample against its expectation; generated tests call this.
///
/// `sample` is the spec's entry as JSON: `settings`, `id_token`, `token`, `user_info`, `calls`, and
/// `expect`. The error lists every member that differs.
///
/// # Errors
///
/// What differs, one line each.
pub fn check(descriptor: &'static Descriptor, sample: &str) -> Result<(), String> {
    let mut sample: Object = serde_json::from_str(sample).map_err(|error| error.to_string())?;
    let expected = sample.remove("expect").unwrap_or_default();
    let actual = user(descriptor, sample)?;
    let differences: Vec<String> = expected
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| actual.get(*name) != Some(*value))
        .map(|(name, value)| {
            let found = actual.get(name).cloned().unwrap_or_default();
            format!("{name}: expected {value}, found {found}")
        })
        .collect();
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

fn user(descriptor: &'static Descriptor, mut sample: Object) -> Result<Object, String> {
    let mut raw = RawSettings::new();
    raw.insert("key", "sample-client");
    if let Some(Value::Object(settings)) = sample.remove("settings") {
        for (name, value) in settings {
            raw.insert(&name, value);
        }
    }
    let settings = Resolved::new(descriptor, &raw).map_err(|error| error.to_string())?;
    let context = Context::new(descriptor, settings).map_err(|error| error.to_string())?;
    let mut reply = |name: &str| match sample.remove(name) {
        Some(Value::Object(reply)) => Some(reply),
        _ => None,
    };
    let calls = reply("calls").unwrap_or_default();
    let replies = SampleReplies {
        id_token: reply("id_token").map(payload),
        token: reply("token"),
        user_info: reply("user_info"),
        calls: descriptor
            .calls
            .iter()
            .map(|call| (call.name, calls.get(call.name).cloned().unwrap_or_default()))
            .collect(),
    };
    let user = identity_of_sample(&context, &replies).map_err(|error| error.to_string())?;
    let mut members = match json!(user.details) {
        Value::Object(members) => members,
        _ => Object::new(),
    };
    members.insert("uid".to_owned(), user.uid.into());
    members.insert("groups".to_owned(), json!(user.groups));
    members.insert("groups_overage".to_owned(), user.groups_overage.into());
    members.insert("legacy_uids".to_owned(), json!(user.legacy_uids));
    Ok(members)
}

/// A decoded token is written with its header (`{"header", "payload"}`) or as its claims alone.
fn payload(mut document: Object) -> Object {
    match (document.contains_key("header"), document.remove("payload")) {
        (true, Some(Value::Object(payload))) => payload,
        (_, Some(other)) => {
            document.insert("payload".to_owned(), other);
            document
        }
        (_, None) => document,
    }
}
