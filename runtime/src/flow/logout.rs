//! The URL that signs a user out at the provider (OpenID Connect RP-Initiated Logout 1.0).

use super::authorization::web_url;
use super::{Context, reserved};
use crate::encode::append_query;
use crate::error::{Code, Error, Result, Stage};
use crate::keys::Metadata;
use crate::request::LogoutRequest;

/// Builds the logout URL.
pub(crate) fn url(
    context: &Context,
    metadata: Option<&Metadata>,
    request: &LogoutRequest,
) -> Result<String> {
    let LogoutRequest { id_token_hint, post_logout_redirect_uri, state } = request;
    let mut url = context
        .end_session_endpoint(metadata)?
        .ok_or_else(|| {
            let message = format!(
                "{} names no end_session_endpoint: end the session in this application only.",
                context.descriptor.title
            );
            Error::new(Code::UnsupportedFeature, Stage::Disconnect, message)
        })?
        .to_owned();
    reserved::check_endpoint(&url, Stage::Disconnect)?;
    if let Some(hint) = id_token_hint {
        append_query(&mut url, "id_token_hint", hint.expose());
    }
    if let Some(uri) = post_logout_redirect_uri {
        check_uri(uri)?;
        append_query(&mut url, "post_logout_redirect_uri", uri);
        // Without an ID token this is how the provider knows whose URIs to compare with.
        append_query(&mut url, "client_id", &context.client_id);
    }
    if let Some(state) = state {
        append_query(&mut url, "state", state);
    }
    reserved::check_once(&url, "", Stage::Disconnect)?;
    Ok(url)
}

fn check_uri(uri: &str) -> Result<()> {
    if web_url(uri).is_some() {
        return Ok(());
    }
    let message = "Where to go after the logout must be an absolute http(s) URL.";
    Err(Error::new(Code::InvalidParameter, Stage::Disconnect, message)
        .with_parameter("post_logout_redirect_uri"))
}
