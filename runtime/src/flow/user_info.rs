//! The user-info request and its reply (OpenID Connect Core 1.0 section 5.3).

use serde_json::Value;

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
pub(super) fn read(
    context: &Context,
    response: &HttpResponse,
    id_token: Option<&Object>,
) -> Result<Object> {
    let reply = errors::object(context, response, Stage::UserInfo)?;
    if let Some(claims) = id_token
        && reply.get("sub").and_then(Value::as_str) != claims.get("sub").and_then(Value::as_str)
    {
        let message = "The user-info reply is about another user than the ID token.";
        return Err(Error::new(Code::UserMismatch, Stage::UserInfo, message).with_parameter("sub"));
    }
    Ok(reply)
}

/// User info with the ID token laid over it: what is signed wins.
pub(super) fn merge(user_info: Option<&Object>, id_token: Option<&Object>) -> Object {
    let mut claims = user_info.cloned().unwrap_or_default();
    for (name, value) in id_token.into_iter().flatten() {
        claims.insert(name.clone(), value.clone());
    }
    claims
}
