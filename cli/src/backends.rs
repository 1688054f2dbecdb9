//! `backends`: what there is.

use serde_json::{Value, json};

use crate::arguments::List;
use crate::backend::known;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &List) -> Result<(), Failure> {
    let known = known();
    if arguments.json {
        let backends: Vec<Value> = known
            .known()
            .iter()
            .map(|backend| {
                json!({ "name": backend.name, "title": backend.title, "aliases": backend.aliases })
            })
            .collect();
        return output::json(&json!({ "backends": backends }));
    }
    let rows: Vec<Vec<String>> = known
        .known()
        .iter()
        .map(|backend| {
            vec![backend.name.to_owned(), backend.title.to_owned(), backend.aliases.join(", ")]
        })
        .collect();
    output::table(&["BACKEND", "TITLE", "ALIASES"], &rows)
}
