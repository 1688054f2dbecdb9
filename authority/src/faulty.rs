//! The fault that is set, applied to the answers of an endpoint: one place for the usual providers and
//! for scripted ones.

use serde_json::{Map, Value};

use crate::errors;
use crate::fault::{Fault, IdTokenFault};
use crate::id_token::{Signing, sign};
use crate::jws::{edit, members};
use crate::reply::Reply;
use crate::route::{Action, Flavour};
use crate::state::Shared;

/// The answer that a fault gives in place of every good one.
pub(crate) fn instead(shared: &Shared, flavour: &Flavour, action: Action) -> Option<Reply> {
    match (action, shared.fault()?) {
        (Action::Discovery, Fault::Discovery(reply))
        | (Action::Keys, Fault::Keys(reply))
        | (Action::Token, Fault::Token(reply)) => Some(reply),
        (Action::Token, Fault::TokenError(error)) => {
            Some(errors::token_error(flavour, &error, &shared.origin, shared.now()))
        }
        _ => None,
    }
}

/// A good discovery document with its fault.
pub(crate) fn discovery(shared: &Shared, document: Value) -> Reply {
    let mut document = members(document);
    if let Some(Fault::DiscoveryMembers(edits)) = shared.fault() {
        edit(&mut document, &edits);
    }
    cached(Reply::json(200, &Value::Object(document)))
}

/// A good key set with its fault.
pub(crate) fn keys(shared: &Shared, mut set: Value) -> Reply {
    if let Some(keys) = set.get_mut("keys").and_then(Value::as_array_mut) {
        match shared.fault() {
            Some(Fault::KeyMembers(edits)) => {
                for key in keys.iter_mut().filter_map(Value::as_object_mut) {
                    edit(key, &edits);
                }
            }
            Some(Fault::MoreKeys(more)) => {
                keys.splice(0..0, more);
            }
            _ => {}
        }
    }
    cached(Reply::json(200, &set))
}

/// The key that signs user information when a fault asks for that, and the client it is signed for.
#[derive(Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) flavour: &'a Flavour,
    pub(crate) signing: Signing<'a>,
    pub(crate) issuer: String,
    pub(crate) client_id: &'a str,
}

/// Good user information with its fault, or what a fault gives in its place.
pub(crate) fn user_info(
    shared: &Shared,
    mut claims: Map<String, Value>,
    signer: Signer<'_>,
) -> Reply {
    match shared.fault() {
        Some(Fault::UserInfo(reply)) => return reply,
        Some(Fault::SignedUserInfo(change)) => {
            return signed_user_info(shared, claims, signer, change);
        }
        Some(Fault::UserInfoMembers(edits)) => edit(&mut claims, &edits),
        _ => {}
    }
    Reply::json(200, &Value::Object(claims)).unstored()
}

fn signed_user_info(
    shared: &Shared,
    mut claims: Map<String, Value>,
    signer: Signer<'_>,
    change: Option<IdTokenFault>,
) -> Reply {
    claims.insert("iss".to_owned(), signer.issuer.into());
    claims.insert("aud".to_owned(), signer.client_id.into());
    match sign(shared, signer.signing, claims, change) {
        Ok(token) => {
            shared.record_issued(&token);
            Reply::new(200, "application/jwt", token).unstored()
        }
        Err(error) => errors::refusal(signer.flavour, &error.into(), &shared.origin, shared.now()),
    }
}

/// Documents and keys may be kept for a day, as Entra ID says.
fn cached(reply: Reply) -> Reply {
    reply.with_header("cache-control", "max-age=86400, private")
}
