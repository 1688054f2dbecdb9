//! The user-info request and its reply (OpenID Connect Core 1.0 section 5.3).

use serde_json::Value;

use super::errors::unreadable;
use super::{Context, Target, errors};
use crate::descriptor::UserInfo;
use crate::error::{Code, Error, Result, Stage};
use crate::json::Object;
use crate::secret::Secret;
use crate::transport::{HttpRequest, HttpResponse, Method};

/// A request with the access token in its `Authorization` header (RFC 6750 section 2.1).
pub(super) fn request(
    context: &Context,
    user_info: &UserInfo,
    target: Target<'_>,
    access_token: Option<&Secret>,
) -> Result<HttpRequest> {
    let token = access_token.ok_or_else(|| {
        let message = "The token response has no access token to ask for the user with.";
        Error::new(Code::MalformedResponse, Stage::UserInfo, message).with_parameter("access_token")
    })?;
    let mut request = context.request(Method::Get, target);
    let value = format!("{} {}", user_info.scheme, token.expose());
    request.headers.push(("authorization", value.into()));
    for (name, value) in user_info.headers {
        request.headers.retain(|(own, _)| own != name);
        request.headers.push((name, (*value).to_owned().into()));
    }
    Ok(request)
}

/// Reads the reply; with an ID token, both must be about one subject (section 5.3.2).
///
/// # Errors
///
/// `user_mismatch` when it is about another subject; [`is_refusal`] tells which errors forbid the sign-in.
pub(super) fn read(
    context: &Context,
    response: &HttpResponse,
    id_token: Option<&Object>,
) -> Result<Object> {
    let reply = errors::object(context, response, Stage::UserInfo)?;
    let Some(claims) = id_token else {
        return Ok(reply);
    };
    match reply.get("sub") {
        Some(Value::String(sub)) if claims.get("sub").and_then(Value::as_str) == Some(sub) => {
            Ok(reply)
        }
        Some(Value::String(_)) => {
            let message = "The user-info reply is about another user than the ID token.";
            Err(Error::new(Code::UserMismatch, Stage::UserInfo, message).with_parameter("sub"))
        }
        Some(_) => Err(unreadable(Stage::UserInfo, "its `sub` is not text").with_parameter("sub")),
        None => Err(unreadable(Stage::UserInfo, "it has no `sub`").with_parameter("sub")),
    }
}

/// Returns `true` if an error of user info refuses the sign-in although the ID token is good: something
/// is signed wrongly, or is about another user. A request that only failed does not.
pub(super) fn is_refusal(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::UserMismatch | Code::InvalidSignature | Code::InvalidClaim | Code::UnsignedIdToken
    )
}

/// Claims about the authentication and the token itself, which an ID token alone may state (OpenID Connect
/// Core 1.0 section 2, RFC 7519 section 4.1, and Microsoft's `tid`, `oid` and `ver`): user info is not signed.
const OF_THE_TOKEN: [&str; 16] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "at_hash",
    "auth_time",
    "acr",
    "amr",
    "azp",
    "sid",
    "tid",
    "oid",
    "ver",
];

/// User info with the ID token laid over it: what is signed wins, and what the token alone may state is
/// never taken from user info.
pub(super) fn merge(user_info: &Object, id_token: Option<&Object>) -> Object {
    let Some(id_token) = id_token else {
        return user_info.clone();
    };
    let unsigned = user_info.iter().filter(|(name, _)| !OF_THE_TOKEN.contains(&name.as_str()));
    unsigned.chain(id_token).map(|(name, value)| (name.clone(), value.clone())).collect()
}
