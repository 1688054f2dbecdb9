//! Refuses what a descriptor or an endpoint's query sets although only the runtime may: see
//! [`authspec_descriptor::reserved`]. The spec language refuses the same; descriptors can be written by
//! hand, so they are looked at here as well.

use authspec_descriptor::reserved::{
    is_authorization_parameter, is_header, is_parameter, is_query_parameter,
};
use url::form_urlencoded;

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result, Stage};

/// Refuses a descriptor that sets what protects a request.
pub(super) fn check(descriptor: &Descriptor) -> Result<()> {
    let refused = |name: &str, place: &str| {
        let message = format!(
            "The provider `{}` sets `{name}` in {place}, which protects a request: remove it from \
             its spec.",
            descriptor.name
        );
        Err(Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter(name.to_owned()))
    };
    for (name, _) in descriptor.authorization.params {
        if is_authorization_parameter(name) {
            return refused(name, "`[authorization] params`");
        }
    }
    let token =
        [("`[token] params`", Some(descriptor.token)), ("`[refresh] params`", descriptor.refresh)];
    for (place, request) in token {
        for (name, _) in request.iter().flat_map(|request| request.params) {
            if is_parameter(name) {
                return refused(name, place);
            }
        }
    }
    for (name, _) in descriptor.user_info.iter().flat_map(|user_info| user_info.headers) {
        if is_header(name) {
            return refused(name, "`[user_info] headers`");
        }
    }
    Ok(())
}

/// Refuses an endpoint whose own query sets what protects a request.
pub(super) fn check_endpoint(endpoint: &str, stage: Stage) -> Result<()> {
    let query = endpoint.split_once('?').map_or("", |(_, query)| query);
    let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    for name in names {
        if is_query_parameter(&name) {
            let message = format!(
                "The endpoint's own query sets `{name}`, which protects a request: remove it from \
                 the endpoint's URL."
            );
            return Err(
                Error::new(Code::InvalidSetting, stage, message).with_parameter(name.into_owned())
            );
        }
    }
    Ok(())
}

/// Refuses a request that has a name twice in its query and its form: its reader may take either (RFC 6749
/// section 3.1).
pub(crate) fn check_once(url: &str, form: &str, stage: Stage) -> Result<()> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut names = Vec::with_capacity(16);
    for pair in query.split('&').chain(form.split('&')).filter(|pair| !pair.is_empty()) {
        // Values are long, and only names are compared.
        let name = pair.split('=').next().unwrap_or_default();
        let Some((name, _)) = form_urlencoded::parse(name.as_bytes()).next() else {
            continue;
        };
        if names.contains(&name) {
            let message = format!(
                "The request would carry `{name}` twice: the endpoint's own query has it, or the \
                 settings name it once more."
            );
            return Err(
                Error::new(Code::InvalidSetting, stage, message).with_parameter(name.into_owned())
            );
        }
        names.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{Authorization, TokenRequest, UserInfo};

    fn refused(descriptor: &Descriptor) -> Option<String> {
        check(descriptor).err().and_then(|error| {
            assert_eq!(error.code(), Code::InvalidSetting);
            error.parameter().map(str::to_owned)
        })
    }

    #[test]
    fn a_descriptor_sets_nothing_that_protects() {
        let authorization = |params| Descriptor {
            authorization: Authorization { params, ..Descriptor::EMPTY.authorization },
            ..Descriptor::EMPTY
        };
        assert_eq!(refused(&authorization(&[("response_mode", "form_post")])), None);
        assert_eq!(refused(&authorization(&[("State", "x")])).as_deref(), Some("State"));
        assert_eq!(refused(&authorization(&[("scope", "x")])).as_deref(), Some("scope"));
        let token = |params| TokenRequest { params, ..Descriptor::EMPTY.token };
        let asks = |params| Descriptor { token: token(params), ..Descriptor::EMPTY };
        assert_eq!(refused(&asks(&[("scope", "x")])), None);
        assert_eq!(refused(&asks(&[("code_verifier", "x")])).as_deref(), Some("code_verifier"));
        let refreshes = |params| Descriptor { refresh: Some(token(params)), ..Descriptor::EMPTY };
        assert_eq!(refused(&refreshes(&[("resource", "x")])), None);
        assert_eq!(refused(&refreshes(&[("grant_type", "x")])).as_deref(), Some("grant_type"));
        let headers = |headers| Descriptor {
            user_info: Some(UserInfo { scheme: "Bearer", headers }),
            ..Descriptor::EMPTY
        };
        assert_eq!(refused(&headers(&[("accept", "x")])), None);
        assert_eq!(refused(&headers(&[("cookie", "x")])).as_deref(), Some("cookie"));
        assert_eq!(
            refused(&headers(&[("Content-Length", "0")])).as_deref(),
            Some("Content-Length")
        );
    }

    #[test]
    fn an_endpoint_sets_nothing_that_protects() {
        let parameter = |url: &str| {
            let error = check_endpoint(url, Stage::Begin).err()?;
            error.parameter().map(str::to_owned)
        };
        assert_eq!(parameter("https://a.example/authorize?p=b2c_1&prompt=login"), None);
        assert_eq!(
            parameter("https://a.example/authorize?p=1&%73tate=x").as_deref(),
            Some("state")
        );
        assert_eq!(parameter("https://a.example/authorize?scope=x").as_deref(), Some("scope"));
        let twice = |url: &str, form: &str| {
            check_once(url, form, Stage::Begin).err().map(|error| error.code())
        };
        assert_eq!(twice("https://a.example/?p=1&q=1", ""), None);
        assert_eq!(twice("https://a.example/?p=1&q=1&%70=2", ""), Some(Code::InvalidSetting));
        assert_eq!(twice("https://a.example/?p=1", "code=1"), None);
        assert_eq!(twice("https://a.example/?code=1", "code=1"), Some(Code::InvalidSetting));
        assert_eq!(twice("https://a.example/", "a=1&a=1"), Some(Code::InvalidSetting));
    }
}
