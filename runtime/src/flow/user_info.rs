//! The user-info request and its reply (OpenID Connect Core 1.0 section 5.3).

use serde_json::Value;

use super::errors::unreadable;
use super::jws::{self, Signed, USER_INFO, Verdict};
use super::registered_claims::{audience, issuer, times_given};
use super::{Context, Target, errors};
use crate::descriptor::{Oidc, UserInfo};
use crate::error::{Code, Error, Result, Stage};
use crate::json::Object;
use crate::keys::{KeySet, Metadata};
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

/// The token of a reply that is a JWT by its content type (section 5.3.2).
pub(super) fn jwt(response: &HttpResponse) -> Option<Secret> {
    let is_good = (200..300).contains(&response.status);
    let is_jwt = response.media_type().as_deref() == Some("application/jwt");
    (is_good && is_jwt).then(|| Secret::new(String::from_utf8_lossy(response.body.trim_ascii())))
}

/// Reads a reply in JSON; with an ID token, both must be about one subject (section 5.3.2).
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
    if let Some(id_token) = id_token {
        same_subject(&reply, id_token)?;
    }
    Ok(reply)
}

/// Checks a reply that is a signed JWT, one rule after the other.
///
/// # Errors
///
/// As [`read`], and those of its signature and of its claims.
pub(super) fn check_signed(
    context: &Context,
    oidc: &Oidc,
    token: &Secret,
    (metadata, keys): (&Metadata, &KeySet),
    id_token: &Object,
    now: u64,
) -> Result<Verdict> {
    // 1. shape, header, algorithm, key and signature, as for an ID token
    let (claims, key) = match jws::verify(&USER_INFO, context.signing(), token.expose(), keys)? {
        Signed::Genuine { content, key, .. } => (content, key),
        Signed::NoKey(error) => return Ok(Verdict::NoKey(error)),
    };
    // 2. the issuer, which is that of the ID token also where each tenant has its own
    issuer(&USER_INFO, oidc, &claims, metadata, key)?;
    if claims.get("iss") != id_token.get("iss") {
        return Err(another_user("iss"));
    }
    // 3. this client as the audience
    audience(&USER_INFO, &claims, context)?;
    // 4. the times, none of which is required
    times_given(&USER_INFO, &claims, now, context.leeway())?;
    // 5. the subject of the ID token
    same_subject(&claims, id_token)?;
    Ok(Verdict::Good(claims))
}

/// The error of a signed reply where there are no keys to check it with.
pub(super) fn unchecked(context: &Context) -> Error {
    let message = format!(
        "{} answered user info as a JWT (`application/jwt`), and this backend has no issuer and no keys to \
         check it with: it does not use OpenID Connect. Let the provider answer `application/json`, or use \
         a backend that signs in with an ID token.",
        context.descriptor.title
    );
    Error::new(Code::UnsupportedFeature, Stage::UserInfo, message).with_parameter("content-type")
}

fn same_subject(reply: &Object, id_token: &Object) -> Result<()> {
    match reply.get("sub") {
        Some(Value::String(sub)) if id_token.get("sub").and_then(Value::as_str) == Some(sub) => {
            Ok(())
        }
        Some(Value::String(_)) => Err(another_user("sub")),
        Some(_) => Err(unreadable(Stage::UserInfo, "its `sub` is not text").with_parameter("sub")),
        None => Err(unreadable(Stage::UserInfo, "it has no `sub`").with_parameter("sub")),
    }
}

fn another_user(claim: &str) -> Error {
    let message = "The user-info reply is about another user than the ID token.";
    Error::new(Code::UserMismatch, Stage::UserInfo, message).with_parameter(claim)
}

/// Returns `true` if an error of user info refuses the sign-in although the ID token is good: the reply is about
/// another user, or is signed and its signature or its claims are wrong. A reply that did not come or cannot be
/// read, because it is encrypted for example, only adds no claims.
pub(super) fn is_refusal(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::UserMismatch
            | Code::InvalidSignature
            | Code::InvalidClaim
            | Code::MissingClaim
            | Code::ResponseExpired
            | Code::ResponseNotYetValid
    )
}

/// Claims about the authentication and the token itself, which an ID token alone may state (OpenID Connect
/// Core 1.0 section 2, RFC 7519 section 4.1, and Microsoft's `tid`, `oid` and `ver`): user info is about the user
/// only, signed or not.
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

/// User info with the ID token laid over it: the ID token wins, and what it alone may state is never taken
/// from user info.
pub(super) fn merge(user_info: &Object, id_token: Option<&Object>) -> Object {
    let Some(id_token) = id_token else {
        return user_info.clone();
    };
    let unsigned = user_info.iter().filter(|(name, _)| !OF_THE_TOKEN.contains(&name.as_str()));
    unsigned.chain(id_token).map(|(name, value)| (name.clone(), value.clone())).collect()
}
