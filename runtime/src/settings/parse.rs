//! One raw value to one typed value: what each kind of setting accepts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;
use url::Url;

use super::authority::{check_scheme, origin};
use super::quotes::{is_quoted, without_bom};
use super::raw::Raw;
use super::value::Value;
use crate::descriptor::{Kind, Setting};
use crate::secret::Secret;

/// The value of a setting, or what it must be instead ("must be …").
pub(super) fn parse(setting: &Setting, raw: &Raw) -> Result<Value, String> {
    if matches!(raw, Raw::NotUtf8) {
        return Err("is set to a value that is not UTF-8".to_owned());
    }
    let may_be_quoted = matches!(setting.kind, Kind::Secret | Kind::Text);
    if !may_be_quoted && raw.text().is_some_and(is_quoted) {
        return Err("is in quotation marks: take them away, they are part of the value".to_owned());
    }
    match setting.kind {
        Kind::ClientId | Kind::Text => segment(text(raw)?).map(Value::Text),
        Kind::Secret => text(raw).map(|text| Value::Secret(Secret::new(text))),
        Kind::Authority => origin(&text(raw)?, setting.named).map(Value::Text),
        Kind::Tenant => letters(&named(setting, text(raw)?), ".-").map(Value::Text),
        Kind::Policy => letters(&text(raw)?, "._-").map(Value::Text),
        Kind::Name => letters(&text(raw)?, "-").map(Value::Text),
        Kind::Url => https_url(&text(raw)?).map(Value::Text),
        Kind::List => list(raw).map(Value::List),
        Kind::Map => map(raw).map(Value::Map),
        Kind::Path => path(raw).map(Value::Path),
        Kind::Integer => integer(raw).map(Value::Integer),
        Kind::Bool => boolean(raw).map(Value::Bool),
    }
}

/// The text, without byte order mark and white space around it.
fn written(raw: &Raw) -> Option<&str> {
    raw.text().map(|text| without_bom(text).trim())
}

/// Text on one line, trimmed; blank is refused before this is called.
fn text(raw: &Raw) -> Result<String, String> {
    let text = match raw {
        Raw::Json(Json::Number(number)) => number.to_string(),
        _ => written(raw).ok_or("must be text")?.to_owned(),
    };
    if text.chars().any(char::is_control) {
        return Err("must be on one line, without control characters".to_owned());
    }
    Ok(text)
}

/// A path that a program hands in need not be UTF-8.
fn path(raw: &Raw) -> Result<PathBuf, String> {
    match raw {
        Raw::Typed(Value::Path(path)) => Ok(path.clone()),
        _ => text(raw).map(PathBuf::from),
    }
}

/// A text that may stand in a path: `.` and `..` would take a part of it away, and stay what they are
/// when they are percent-encoded.
fn segment(text: String) -> Result<String, String> {
    if text == "." || text == ".." {
        return Err("must not be `.` or `..`".to_owned());
    }
    Ok(text)
}

fn named(setting: &Setting, text: String) -> String {
    let known = setting.named.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
    known.map_or(text, |(_, value)| (*value).to_owned())
}

/// Letters, digits and a few more: what cannot leave its place in a URL.
fn letters(text: &str, more: &str) -> Result<String, String> {
    let fits = |char: char| char.is_ascii_alphanumeric() || more.contains(char);
    if text.chars().all(fits) && !text.contains("..") && !text.starts_with('.') {
        return Ok(text.to_owned());
    }
    let more: Vec<String> = more.chars().map(|char| format!("`{char}`")).collect();
    Err(format!("must consist of letters, digits and {}", more.join(", ")))
}

fn https_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "must be an https URL".to_owned())?;
    check_scheme(&url)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must be an https URL without user name and fragment".to_owned());
    }
    Ok(text.to_owned())
}

/// A list in a variable that is not a setting of a backend.
pub(crate) fn parse_list(text: &str) -> Result<Vec<String>, String> {
    list(&Raw::from(Json::from(text)))
}

fn list(raw: &Raw) -> Result<Vec<String>, String> {
    let wrong = || "must be a JSON array of texts, or texts with commas between".to_owned();
    let texts = |items: &[Json]| {
        items.iter().map(|item| extra_data_entry(item).ok_or_else(wrong)).collect()
    };
    match raw {
        Raw::Json(Json::Array(items)) => texts(items),
        Raw::Typed(Value::List(items)) => Ok(items.clone()),
        _ => {
            let text = written(raw).ok_or_else(wrong)?;
            if text.starts_with('[') {
                let items: Vec<Json> = serde_json::from_str(text).map_err(|_| wrong())?;
                return texts(&items);
            }
            Ok(text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect())
        }
    }
}

fn map(raw: &Raw) -> Result<BTreeMap<String, String>, String> {
    let wrong = || "must be a JSON object whose values are texts".to_owned();
    let texts = |members: &serde_json::Map<String, Json>| {
        members
            .iter()
            .map(|(name, value)| match value {
                Json::String(text) => Ok((name.clone(), text.clone())),
                Json::Number(_) | Json::Bool(_) => Ok((name.clone(), value.to_string())),
                _ => Err(wrong()),
            })
            .collect()
    };
    match raw {
        Raw::Json(Json::Object(members)) => texts(members),
        Raw::Typed(Value::Map(map)) => Ok(map.clone()),
        _ => {
            let text = written(raw).ok_or_else(wrong)?;
            texts(&serde_json::from_str(text).map_err(|_| wrong())?)
        }
    }
}

fn integer(raw: &Raw) -> Result<u64, String> {
    let number = match raw {
        Raw::Json(Json::Number(number)) => number.as_u64(),
        Raw::Typed(Value::Integer(number)) => Some(*number),
        _ => written(raw).and_then(|text| text.parse().ok()),
    };
    number.ok_or_else(|| "must be a whole number that is not negative".to_owned())
}

fn boolean(raw: &Raw) -> Result<bool, String> {
    let known = match raw {
        Raw::Json(Json::Bool(value)) | Raw::Typed(Value::Bool(value)) => Some(*value),
        Raw::Json(Json::Number(number)) => match number.as_u64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        _ => match written(raw).map(str::to_ascii_lowercase).as_deref() {
            Some("true" | "1" | "yes" | "on") => Some(true),
            Some("false" | "0" | "no" | "off") => Some(false),
            _ => None,
        },
    };
    known.ok_or_else(|| "must be true or false".to_owned())
}

/// `EXTRA_DATA` as python-social-auth writes it: `["a", ["b", "c"]]` means `a` and `b:c`.
fn extra_data_entry(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Array(pair) => {
            let name = pair.first()?.as_str()?;
            let alias = pair.get(1).and_then(Json::as_str).unwrap_or(name);
            Some(format!("{name}:{alias}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::setting;
    use serde_json::json;

    fn parsed(kind: Kind, raw: &Json) -> Result<Value, String> {
        parse(&setting("x", kind), &Raw::from(raw.clone()))
    }

    #[test]
    fn lists_come_as_json_or_with_commas() {
        for raw in [json!("a, b"), json!(r#"["a","b"]"#), json!(["a", "b"])] {
            let Ok(Value::List(items)) = parsed(Kind::List, &raw) else { panic!("{raw}") };
            assert_eq!(items, ["a", "b"]);
        }
        assert!(parsed(Kind::List, &json!("[1,")).is_err());
        assert!(parsed(Kind::List, &json!([1])).is_err());
    }

    #[test]
    fn python_pairs_of_extra_data_are_understood() {
        let Ok(Value::List(items)) = parsed(Kind::List, &json!([["given_name", "first"], "oid"]))
        else {
            panic!("pairs")
        };
        assert_eq!(items, ["given_name:first", "oid"]);
    }

    #[test]
    fn tenants_and_names_stay_in_their_place() {
        for good in ["common", "contoso.onmicrosoft.com", "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734"] {
            assert!(parsed(Kind::Tenant, &json!(good)).is_ok(), "{good}");
        }
        for bad in ["a/b", "a?b", "a#b", "..", "a%2fb", "a@b", "a b", "../x"] {
            assert!(parsed(Kind::Tenant, &json!(bad)).is_err(), "{bad}");
        }
        assert!(parsed(Kind::Name, &json!("fabrikam.evil")).is_err());
        assert!(parsed(Kind::Name, &json!("fabrikam")).is_ok());
    }

    #[test]
    fn urls_are_https_except_on_loopback() {
        assert!(parsed(Kind::Url, &json!("https://a.example/x?y=1")).is_ok());
        assert!(parsed(Kind::Url, &json!("http://127.0.0.1:1/x")).is_ok());
        assert!(parsed(Kind::Url, &json!("http://a.example/")).is_err());
        assert!(parsed(Kind::Url, &json!("https://u@a.example/")).is_err());
        assert!(parsed(Kind::Url, &json!("/x")).is_err());
    }

    #[test]
    fn numbers_and_switches_are_strict() {
        assert!(matches!(parsed(Kind::Integer, &json!("60")), Ok(Value::Integer(60))));
        assert!(parsed(Kind::Integer, &json!("-1")).is_err());
        assert!(parsed(Kind::Integer, &json!(1.5)).is_err());
        assert!(matches!(parsed(Kind::Bool, &json!("True")), Ok(Value::Bool(true))));
        assert!(parsed(Kind::Bool, &json!("maybe")).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_taken_away_and_quotation_marks_are_not() {
        for (kind, written) in [
            (Kind::ClientId, "\u{feff}client"),
            (Kind::Authority, "\u{feff}login.example"),
            (Kind::List, "\u{feff}[\"a\"]"),
            (Kind::Map, "\u{feff}{}"),
            (Kind::Integer, "\u{feff}7"),
            (Kind::Bool, "\u{feff}true"),
        ] {
            assert!(parsed(kind, &json!(written)).is_ok(), "{written}");
        }
        let Ok(Value::Secret(secret)) = parsed(Kind::Secret, &json!("\u{feff}s")) else { panic!() };
        assert_eq!(secret.expose(), "s");
        for kind in
            [Kind::ClientId, Kind::Authority, Kind::Tenant, Kind::List, Kind::Path, Kind::Bool]
        {
            let message = parsed(kind, &json!("\"true\"")).unwrap_err();
            assert!(message.contains("quotation marks"), "{kind:?}: {message}");
        }
        assert!(parsed(Kind::Secret, &json!("'s'")).is_ok(), "a secret may have them");
    }

    #[test]
    fn a_text_stays_in_its_segment() {
        for kind in [Kind::Text, Kind::ClientId] {
            let parse = |text: &str| parse(&setting("realm", kind), &Raw::from(Json::from(text)));
            assert!(parse("a.b").is_ok() && parse("...").is_ok());
            assert!(parse(".").is_err() && parse("..").is_err());
        }
    }
}
