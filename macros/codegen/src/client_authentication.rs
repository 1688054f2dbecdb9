//! `[[client_authentication]]`.

use authspec_spec::document::{ClientAuthentication, Method};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub(crate) fn expand(way: &ClientAuthentication) -> TokenStream {
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
    let value = |name: &Option<authspec_spec::Spanned<String>>| {
        name.as_ref().map(|name| name.value.clone()).unwrap_or_default()
    };
    let (setting, assertion_type) = (value(setting), value(assertion_type));
    let key_id = key_id.as_ref().map(|name| &name.value).map(|name| quote! { .key_id(#name) });
    let algorithm = algorithm.map(|algorithm| {
        let name = format_ident!("{}", algorithm.as_str());
        quote! { .algorithm(Algorithm::#name) }
    });
    let audience = audience.as_ref().map(|template| {
        let audience = template.value.to_string();
        quote! { .audience(#audience) }
    });
    let warning = warning.as_ref().map(|text| quote! { .warning(#text) });
    match method {
        Method::None => quote! { ClientAuthentication::None },
        Method::ClientSecretPost => quote! { ClientAuthentication::ClientSecretPost },
        Method::ClientSecretBasic => quote! { ClientAuthentication::ClientSecretBasic },
        Method::Assertion => quote! { assertion(#setting, #assertion_type) #warning },
        Method::AssertionFile => quote! {
            assertion_file(&[#(#env),*], #setting, #assertion_type) #warning
        },
        Method::PrivateKeyJwt => quote! {
            private_key(#setting) #key_id #algorithm #audience #warning
        },
    }
}
