//! Claim expressions, evaluated: a claim in, a value of what the provider sent out.

use std::borrow::Cow;

use serde_json::Value;

use crate::descriptor::{Claim, Function, Piece, Source, Step, Where};
use crate::json::Object;

/// Everything the provider sent, by where it came from.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    /// The ID token's claims over those of user info.
    pub(super) claims: &'a Object,
    pub(super) id_token: Option<&'a Object>,
    pub(super) token: &'a Object,
    pub(super) user_info: Option<&'a Object>,
    pub(super) calls: &'a [(&'static str, Value)],
}

impl<'a> Sources<'a> {
    /// Claims alone.
    pub(super) fn of_claims(claims: &'a Object, nothing: &'a Object) -> Self {
        Self { claims, id_token: None, token: nothing, user_info: None, calls: &[] }
    }

    /// The same with the claims of one document at a time: the ID token, then user info.
    pub(super) fn documents(self) -> impl Iterator<Item = Self> {
        let signed = self.id_token.map(|claims| Self { claims, user_info: None, ..self });
        let unsigned = self.user_info.map(|claims| Self { claims, id_token: None, ..self });
        let neither = (signed.is_none() && unsigned.is_none()).then_some(self);
        signed.into_iter().chain(unsigned).chain(neither)
    }

    /// The value of an expression; absent, null and empty are all `None`.
    pub(super) fn value(self, claim: &Claim) -> Option<Cow<'a, Value>> {
        let value = match claim {
            Claim::Name(name) => self.claims.get(*name).map(Cow::Borrowed),
            Claim::Names(names) => {
                let present = |name: &&str| self.claims.get(*name).filter(|value| !is_empty(value));
                names.iter().find_map(present).map(Cow::Borrowed)
            }
            Claim::Token(name) => self.token.get(*name).map(Cow::Borrowed),
            Claim::Path(source, steps) => self.path(*source, steps).map(Cow::Borrowed),
            Claim::Any(alternatives) => alternatives.iter().find_map(|one| self.value(one)),
            Claim::Text(pieces) => self.join(pieces).map(|text| Cow::Owned(Value::String(text))),
            Claim::Call(function, arguments) => {
                self.call(*function, arguments).map(|text| Cow::Owned(Value::String(text)))
            }
        };
        value.filter(|value| !is_empty(value))
    }

    /// The value as text: a string as it is, a number in digits, anything else is `None`.
    pub(super) fn text(self, claim: &Claim) -> Option<String> {
        as_text(&*self.value(claim)?)
    }

    fn path(self, source: Source, steps: &[Step]) -> Option<&'a Value> {
        let object = match source {
            Source::Claims => self.claims,
            Source::Token => self.token,
            Source::UserInfo => self.user_info?,
            Source::Call(name) => {
                let (_, reply) = self.calls.iter().find(|(own, _)| *own == name)?;
                return steps.iter().try_fold(reply, step);
            }
        };
        let (first, rest) = steps.split_first()?;
        let Step::Key(name) = first else { return None };
        rest.iter().try_fold(object.get(*name)?, step)
    }

    fn join(self, pieces: &[Piece]) -> Option<String> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Some((*text).to_owned()),
                Piece::Value(claim) => self.text(claim),
            })
            .collect()
    }

    fn call(self, function: Function, arguments: &[Claim]) -> Option<String> {
        let first = || self.text(arguments.first()?);
        let text = match function {
            Function::FirstWord => first()?.split_whitespace().next()?.to_owned(),
            Function::RestWords => {
                first()?.trim().split_once(char::is_whitespace)?.1.trim().to_owned()
            }
            Function::Join => {
                let parts: Vec<String> =
                    arguments.iter().filter_map(|claim| self.text(claim)).collect();
                parts.join(" ").trim().to_owned()
            }
            Function::LocalPart => first()?.split_once('@')?.0.to_owned(),
            Function::Address => first().filter(|text| is_address(text))?,
        };
        Some(text)
    }
}

fn step<'a>(value: &'a Value, step: &Step) -> Option<&'a Value> {
    match step {
        Step::Key(name) => value.get(*name),
        Step::Index(index) => value.get(*index),
        Step::Where(conditions) => value.as_array()?.iter().find(|element| {
            conditions.iter().all(|condition| match condition {
                Where::True(name) => element.get(*name) == Some(&Value::Bool(true)),
                Where::Equals(name, text) => {
                    element.get(*name).and_then(Value::as_str) == Some(*text)
                }
            })
        }),
    }
}

/// A string as it is, a whole number in digits.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // Larger numbers have lost digits by now, and two users could become one.
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
        _ => None,
    }
}

/// Null, `""`, `[]` and `{}`.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// One plain e-mail address: one `@`, a domain with a dot, nothing that quotes or separates.
///
/// A guest's user principal name (`ana_contoso.example#EXT#@…`) is none: it receives no mail.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.chars().any(|char| {
                char.is_whitespace() || char.is_control() || "@#,;:\"<>()[]\\".contains(char)
            })
    };
    plain(local)
        && plain(domain)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    lengths.iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

/// The parts of an issuer before, in and after its first `{…}`, if it has one.
pub(super) fn split_placeholder(issuer: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = issuer.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The part of a text between a prefix and a suffix, if it has both.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{claim, path};
    use serde_json::json;

    fn text(claim: &Claim, claims: &Value) -> Option<String> {
        let Value::Object(claims) = claims else { panic!("an object") };
        Sources::of_claims(claims, &Object::new()).text(claim)
    }

    #[test]
    fn the_first_alternative_that_is_there_wins() {
        const NAME: Claim = Claim::Any(&[claim("a"), claim("b")]);
        assert_eq!(text(&NAME, &json!({"a": "1", "b": "2"})).as_deref(), Some("1"));
        assert_eq!(text(&NAME, &json!({"a": "", "b": "2"})).as_deref(), Some("2"));
        assert_eq!(text(&NAME, &json!({"a": null, "b": "2"})).as_deref(), Some("2"));
        assert_eq!(text(&NAME, &json!({})), None);
    }

    #[test]
    fn paths_walk_members_elements_and_filters() {
        const PRIMARY: Claim = path(&[
            Step::Key("emails"),
            Step::Where(&[Where::True("primary")]),
            Step::Key("email"),
        ]);
        const SECOND: Claim = path(&[Step::Key("list"), Step::Index(1)]);
        let claims = json!({
            "emails": [{"email": "a", "primary": false}, {"email": "b", "primary": true}],
            "list": ["x", 7],
        });
        assert_eq!(text(&PRIMARY, &claims).as_deref(), Some("b"));
        assert_eq!(text(&SECOND, &claims).as_deref(), Some("7"));
        assert_eq!(text(&PRIMARY, &json!({"emails": "a"})), None);
    }

    #[test]
    fn functions_cut_names_and_addresses() {
        const JOINED: Claim = Claim::Call(Function::Join, &[claim("a"), claim("b")]);
        let cases = [
            (Function::FirstWord, "Octo Cat Smith", Some("Octo")),
            (Function::RestWords, "Octo Cat Smith", Some("Cat Smith")),
            (Function::RestWords, "Octo", None),
            (Function::LocalPart, "ana@contoso.example", Some("ana")),
            (Function::Address, "ana@contoso.example", Some("ana@contoso.example")),
            (Function::Address, "ana", None),
        ];
        for (function, value, expected) in cases {
            const ARGUMENTS: &[Claim] = &[claim("x")];
            let result = text(&Claim::Call(function, ARGUMENTS), &json!({"x": value}));
            assert_eq!(result.as_deref(), expected, "{function:?} {value}");
        }
        assert_eq!(text(&JOINED, &json!({"a": "A", "b": "B"})).as_deref(), Some("A B"));
        assert_eq!(text(&JOINED, &json!({"b": "B"})).as_deref(), Some("B"));
    }

    #[test]
    fn addresses_are_plain() {
        assert!(is_address("ana@contoso.example"));
        for bad in
            ["a@evil@corp.com", "ana", "@x.y", "a@", "a@b", "a b@c.d", "a#EXT#@c.d", "a,b@c.d"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn uuids_are_whole() {
        assert!(is_uuid("3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734"));
        assert!(is_uuid("3F6C1D2E-8A4B-4C59-9D07-5BE2A1F0C734"));
        for bad in ["common", "", "3f6c1d2e8a4b4c599d075be2a1f0c734", "{tenantid}", "../evil"] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
