//! `schema`: the spec language as a JSON Schema, for completion and hover in editors.
//!
//! It is made of the same declarations that the reader uses. Its shape is what both families of TOML
//! language servers understand (Tombi; Taplo and its forks): draft 7, everything in its place instead
//! of by reference, closed tables. A rule that needs more than one key is left to `check`.

use std::io::Write as _;

use authspec_spec::document::KEYS;
use authspec_spec::language::{Key, Kind, Word};
use serde_json::{Map, Value, json};

use crate::failure::Failure;

pub(crate) fn run() -> Result<(), Failure> {
    write!(std::io::stdout(), "{}", text())?;
    Ok(())
}

/// The schema as it is checked in.
pub fn text() -> String {
    let mut schema = table(KEYS, true);
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "authspec: one identity provider".into();
    schema["description"] =
        "Names, settings, endpoints, claims and rules of an identity provider; `authspec check` \
         checks it, `authspec::provider!` compiles it."
            .into();
    // Inline tables may go over several lines.
    schema["x-tombi-toml-version"] = "v1.1.0".into();
    format!("{schema:#}\n")
}

/// A closed table. In a list its required keys can be demanded; elsewhere a file that is extended
/// may have them.
fn table(keys: &[Key], may_be_partial: bool) -> Value {
    let built = || keys.iter().filter(|key| !matches!(key.kind, Kind::Reserved));
    let properties: Map<String, Value> = built()
        .map(|key| {
            let mut schema = kind(key.kind);
            schema["description"] = key.doc().into();
            (key.name.to_owned(), schema)
        })
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let required: Vec<&str> = built().filter(|key| key.required).map(|key| key.name).collect();
    if !may_be_partial && !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

fn kind(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Template | Kind::Claim | Kind::File => json!({ "type": "string" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer { min, max } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        Kind::Word(words) => word(words),
        Kind::List(Kind::Table(keys)) => json!({ "type": "array", "items": table(keys, false) }),
        Kind::List(item) => json!({ "type": "array", "items": self::kind(*item) }),
        Kind::Table(keys) => table(keys, true),
        Kind::Map(value) => {
            json!({ "type": "object", "additionalProperties": self::kind(*value) })
        }
        Kind::OneOf(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(|kind| self::kind(*kind)).collect();
            json!({ "anyOf": kinds })
        }
        Kind::Object => json!({ "type": "object", "additionalProperties": true }),
        Kind::Any | Kind::Reserved => json!({ "additionalProperties": true }),
    }
}

/// A word; what each means is Taplo's extension.
fn word(words: &[Word]) -> Value {
    let names: Vec<&str> = words.iter().map(|word| word.name).collect();
    let docs: Vec<&str> = words.iter().map(|word| word.doc).collect();
    json!({
        "type": "string",
        "enum": names,
        "x-taplo": { "docs": { "enumValues": docs } },
    })
}
