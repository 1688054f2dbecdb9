//! The samples of a spec: replies of the provider, and the user they must give.

use std::error::Error;
use std::fmt;

use serde_json::{Value, json};

use crate::descriptor::Descriptor;
use crate::flow::{Context, SampleReplies, identity_of_sample};
use crate::json::Object;
use crate::settings::{RawSettings, Resolved};

/// The way in which a sample fails. `Debug` is for the output of a test: it draws the difference.
#[derive(PartialEq, Eq)]
pub enum Mismatch {
    /// It gives no user, for this reason.
    Refused(String),
    /// It gives a user, or another refusal, and must be refused with this code.
    NotRefused {
        /// The code that the sample expects.
        expected: String,
        /// The actual result.
        found: String,
    },
    /// It gives another user.
    Differs(Vec<Difference>),
}

/// A member of the user that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the member.
    pub name: String,
    /// The expected value.
    pub expected: Value,
    /// The actual value; null if there is none.
    pub found: Value,
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(formatter, "the sample gives no user: {why}"),
            Self::NotRefused { expected, found } => {
                write!(formatter, "the sample must be refused with {expected}, but {found}")
            }
            Self::Differs(differences) => {
                formatter
                    .write_str("the sample does not give the user it expects (-), but (+):")?;
                differences.iter().try_for_each(|Difference { name, expected, found }| {
                    write!(formatter, "\n- {name} = {expected}\n+ {name} = {found}")
                })
            }
        }
    }
}

impl Error for Mismatch {}

/// Holds one sample against its expectation; generated tests and `authspec check` call this.
///
/// `sample` is the spec's entry as JSON: `settings`, `id_token`, `token`, `user_info`, `calls`, and
/// `expect` or `refused`.
///
/// # Errors
///
/// Every member that differs, or why there is no user.
pub fn check(descriptor: &'static Descriptor, sample: &str) -> Result<(), Mismatch> {
    let mut sample: Object =
        serde_json::from_str(sample).map_err(|error| Mismatch::Refused(error.to_string()))?;
    let expected = sample.remove("expect").unwrap_or_default();
    if let Some(Value::String(code)) = sample.remove("refused") {
        return refused(code, user(descriptor, sample));
    }
    let mut actual =
        user(descriptor, sample).map_err(|error| Mismatch::Refused(error.to_string()))?;
    let differences: Vec<Difference> = expected
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, expected)| Difference {
            name: name.clone(),
            expected: expected.clone(),
            found: actual.remove(name).unwrap_or_default(),
        })
        .filter(|difference| difference.expected != difference.found)
        .collect();
    if differences.is_empty() { Ok(()) } else { Err(Mismatch::Differs(differences)) }
}

/// A sign-in that must fail with this code.
fn refused(expected: String, outcome: Result<Object, crate::Error>) -> Result<(), Mismatch> {
    let found = match outcome {
        Err(error) if error.code().as_str() == expected => return Ok(()),
        Err(error) => format!("it is refused with {}: {error}", error.code()),
        Ok(_) => "it gives a user".to_owned(),
    };
    Err(Mismatch::NotRefused { expected, found })
}

fn user(descriptor: &'static Descriptor, mut sample: Object) -> crate::Result<Object> {
    let mut raw = RawSettings::new();
    raw.insert("key", "sample-client");
    if let Some(Value::Object(settings)) = sample.remove("settings") {
        for (name, value) in settings {
            raw.insert(&name, value);
        }
    }
    let settings = Resolved::new(descriptor, &raw)?;
    let context = Context::new(descriptor, settings)?;
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
    let user = identity_of_sample(&context, &replies)?;
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
