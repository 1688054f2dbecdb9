//! `[[client_authentication]]`.

use authspec_spec::document::{ClientAuthentication, Method};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(way: &ClientAuthentication) -> TokenStream {
    let ClientAuthentication {
        method,
        setting,
        assertion_type,
        env,
        warning,
        span: _,
    } = way;
    let value = |name: &Option<authspec_spec::Spanned<String>>| {
        name.as_ref()
            .map(|name| name.value.clone())
            .unwrap_or_default()
    };
    let (setting, assertion_type) = (value(setting), value(assertion_type));
    let warning = optional(warning.as_deref());
    match method {
        Method::ClientSecretPost => quote! { ClientAuthentication::ClientSecretPost },
        Method::ClientSecretBasic => quote! { ClientAuthentication::ClientSecretBasic },
        Method::Assertion => quote! {
            ClientAuthentication::Assertion {
                setting: #setting,
                assertion_type: #assertion_type,
                warning: #warning,
            }
        },
        Method::AssertionFile => quote! {
            ClientAuthentication::AssertionFile {
                env: &[#(#env),*],
                setting: #setting,
                assertion_type: #assertion_type,
                warning: #warning,
            }
        },
    }
}

/// `Some("…")` or `None`.
pub(crate) fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote! { Some(#text) },
        None => quote! { None },
    }
}
