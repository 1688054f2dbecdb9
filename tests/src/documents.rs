//! Microsoft's documents as they are at the service: the files of `authority/documents`.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::root;

/// Hosts that a client asks, and what stands for each of them on loopback.
const ASKED: [(&str, &str); 6] = [
    ("https://login.microsoftonline.com/", "http://127.0.0.1:PORT/"),
    ("https://login.microsoftonline.us/", "http://127.0.0.1:PORT/"),
    ("https://login.chinacloudapi.cn/", "http://127.0.0.1:PORT/"),
    ("https://fabrikamcust.ciamlogin.com/", "http://127.0.0.1:PORT/"),
    ("https://0e5b7a92-6c1d-4f83-a2e4-97d8c6b3f150.ciamlogin.com/", "http://localhost:PORT/"),
    ("https://fabrikamb2c.b2clogin.com/", "http://127.0.0.1:PORT/"),
];

/// The names of the files that begin so, without `.json`, in order.
pub fn documents(prefix: &str) -> Vec<String> {
    let folder = root().join("authority/documents");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder of documents")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no document `{prefix}…`");
    names
}

/// A document with the hosts that a client asks on loopback, and without its note.
pub fn document(name: &str, origin: &str) -> Value {
    let path = root().join(format!("authority/documents/{name}.json"));
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no document {name}"));
    let port = origin.rsplit(':').next().expect("a port");
    for (host, on_loopback) in ASKED {
        text = text.replace(host, &on_loopback.replace("PORT", port));
    }
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    document.as_object_mut().expect("an object").remove("_note").expect("a note");
    document
}

/// Every document of the folder that begins so is in the table or is named with a reason.
pub fn none_left_out(prefix: &str, table: &[&str], elsewhere: &[(&str, &str)]) {
    let mut known: Vec<&str> = table.to_vec();
    known.extend(elsewhere.iter().map(|(name, _)| *name));
    known.sort_unstable();
    assert_eq!(known, documents(prefix));
}

/// The names of an object's members.
pub fn members(object: &Value) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// One object has every member of the other, with a value of the same type.
pub fn same_kinds(found: &Value, expected: &Value, at: &str) {
    for (name, value) in expected.as_object().expect("an object") {
        let own = found.get(name).unwrap_or_else(|| panic!("{at}: no `{name}`"));
        assert_eq!(kind(own), kind(value), "{at}: {name}");
    }
}

/// Both objects have the same members with values of the same types.
pub fn same_members(found: &Value, expected: &Value, at: &str) {
    assert_eq!(members(found), members(expected), "{at}");
    same_kinds(found, expected, at);
}

/// The header of a JWT.
pub fn jose_header(token: &str) -> Value {
    let encoded = token.split('.').next().unwrap_or_default();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).expect("base64url")).expect("JSON")
}
