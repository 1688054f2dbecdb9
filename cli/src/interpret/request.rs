//! Requests: authorization, token, user info and calls; how the client proves itself; ID tokens.

use authspec::descriptor as runtime;
use authspec::descriptor::Template;
use authspec_spec::Spanned;
use authspec_spec::document::{
    Authorization, Call, ClientAuthentication, Method, Oidc, TokenRequest, UserInfo,
};
use authspec_spec::template::Template as Written;

use super::{list, text, texts};

pub(super) fn authorization(authorization: &Authorization) -> runtime::Authorization {
    let Authorization { scopes, scope_separator, params, pkce_verifier_length } = authorization;
    let mut request = runtime::authorization(list(scopes, |scope| text(&scope.value)));
    request.params = pairs(params);
    if let Some(separator) = scope_separator {
        request.scope_separator = text(&separator.value);
    }
    if let Some(length) = pkce_verifier_length {
        request.pkce_verifier_length = usize::try_from(length.value).unwrap_or(usize::MAX);
    }
    request
}

pub(super) fn token(token: &TokenRequest) -> runtime::TokenRequest {
    let TokenRequest { params, access_token_optional } = token;
    runtime::TokenRequest { params: pairs(params), access_token_optional: *access_token_optional }
}

fn pairs(
    params: &[(Spanned<String>, Spanned<Written>)],
) -> &'static [(&'static str, &'static str)] {
    list(params, |(name, value)| (text(&name.value), text(&value.value)))
}

pub(super) fn client_authentication(way: &ClientAuthentication) -> runtime::ClientAuthentication {
    let ClientAuthentication {
        method,
        setting,
        assertion_type,
        key_id,
        algorithm,
        audience,
        env,
        warning,
        span: _,
    } = way;
    let name = |name: &Option<Spanned<String>>| {
        name.as_ref().map(|name| text(&name.value)).unwrap_or_default()
    };
    let (setting, assertion_type) = (name(setting), name(assertion_type));
    let warning = warning.as_ref().map(|warning| text(warning));
    match method {
        Method::None => runtime::ClientAuthentication::None,
        Method::ClientSecretPost => runtime::ClientAuthentication::ClientSecretPost,
        Method::ClientSecretBasic => runtime::ClientAuthentication::ClientSecretBasic,
        Method::Assertion => {
            runtime::ClientAuthentication::Assertion { setting, assertion_type, warning }
        }
        Method::AssertionFile => runtime::ClientAuthentication::AssertionFile {
            env: texts(env),
            setting,
            assertion_type,
            warning,
        },
        Method::PrivateKeyJwt => runtime::ClientAuthentication::PrivateKey {
            setting,
            key_id: key_id.as_ref().map(|name| text(&name.value)),
            algorithm: *algorithm,
            audience: audience.as_ref().map(|audience| Template(text(&audience.value))),
            warning,
        },
    }
}

pub(super) fn oidc(oidc: &Oidc) -> runtime::Oidc {
    let Oidc { algorithms, issuer, issuer_placeholder, key_issuer, unsigned_help, span: _ } = oidc;
    runtime::Oidc {
        algorithms: algorithms.clone().leak(),
        issuer: issuer.as_ref().map(|issuer| Template(text(&issuer.value))),
        issuer_placeholder: issuer_placeholder.as_ref().map(|placeholder| {
            runtime::IssuerPlaceholder {
                name: text(&placeholder.name),
                claim: text(&placeholder.claim.value),
            }
        }),
        key_issuer: *key_issuer,
        unsigned_help: unsigned_help.as_ref().map(|help| text(help)),
    }
}

pub(super) fn user_info(user_info: &UserInfo) -> runtime::UserInfo {
    let UserInfo { scheme, headers, span: _ } = user_info;
    runtime::UserInfo {
        scheme: text(&scheme.value),
        headers: list(headers, |(name, value)| (text(&name.value), text(&value.value))),
    }
}

pub(super) fn call(call: &Call) -> runtime::Call {
    let Call { name, url, optional } = call;
    runtime::Call { name: text(&name.value), url: Template(text(&url.value)), optional: *optional }
}
