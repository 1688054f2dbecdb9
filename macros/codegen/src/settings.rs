//! `[settings]`: the typed struct, and the entries of the descriptor.

use authspec_spec::document::{Setting, SettingKind, SettingRule};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::docs;
use crate::item::{Item, field};
use crate::policy::when;

/// The struct; what every settings struct has is the runtime's.
pub(crate) fn expand(settings: &[Setting], docs: &[String], item: &Item) -> TokenStream {
    let Item { visibility, name, krate, .. } = item;
    let settings_name = item.settings();
    let fields: Vec<Ident> = settings.iter().map(|setting| field(&setting.name.value)).collect();
    let types: Vec<TokenStream> =
        settings.iter().map(|setting| value_type(setting.kind, krate)).collect();
    let field_docs = settings.iter().map(docs::setting);
    let summary = format!(" Settings of [`{name}`].");
    quote! {
        #[doc = #summary]
        #(#[doc = #docs])*
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::default::Default)]
        #[non_exhaustive]
        #visibility struct #settings_name {
            /// The settings of every backend.
            pub common: #krate::CommonSettings,
            #(
                #[doc = #field_docs]
                pub #fields: ::core::option::Option<#types>,
            )*
        }

        #krate::__private::settings!(#settings_name of #name { #(#fields: #types),* });
    }
}

fn value_type(kind: SettingKind, krate: &TokenStream) -> TokenStream {
    match kind {
        SettingKind::ClientId
        | SettingKind::Text
        | SettingKind::Authority
        | SettingKind::Tenant
        | SettingKind::Policy
        | SettingKind::Name
        | SettingKind::Url => quote! { ::std::string::String },
        SettingKind::Secret => quote! { #krate::Secret },
        SettingKind::List => quote! { ::std::vec::Vec<::std::string::String> },
        SettingKind::Map => quote! {
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>
        },
        SettingKind::Path => quote! { ::std::path::PathBuf },
        SettingKind::Integer => quote! { ::core::primitive::u64 },
        SettingKind::Bool => quote! { ::core::primitive::bool },
    }
}

/// The setting's entry of the descriptor.
pub(crate) fn descriptor(setting: &Setting) -> TokenStream {
    let Setting { name, kind, doc, default, default_when, named, rules } = setting;
    let name = &name.value;
    let kind = match kind {
        SettingKind::ClientId => quote! { ClientId },
        SettingKind::Secret => quote! { Secret },
        SettingKind::Text => quote! { Text },
        SettingKind::Authority => quote! { Authority },
        SettingKind::Tenant => quote! { Tenant },
        SettingKind::Policy => quote! { Policy },
        SettingKind::Name => quote! { Name },
        SettingKind::Url => quote! { Url },
        SettingKind::List => quote! { List },
        SettingKind::Map => quote! { Map },
        SettingKind::Path => quote! { Path },
        SettingKind::Integer => quote! { Integer },
        SettingKind::Bool => quote! { Bool },
    };
    let default = default.as_ref().map(|default| {
        let default = default.value.to_string();
        quote! { .default(#default) }
    });
    let default_when = (!default_when.is_empty()).then(|| {
        let defaults = default_when.iter().map(|other| {
            let (when, value) = (when(&other.when), other.value.value.to_string());
            quote! { (#when, #value) }
        });
        quote! { .default_when(&[#(#defaults),*]) }
    });
    let named = (!named.is_empty()).then(|| {
        let pairs = named.iter().map(|(name, value)| quote! { (#name, #value) });
        quote! { .named(&[#(#pairs),*]) }
    });
    let rules = (!rules.is_empty()).then(|| {
        let rules = rules.iter().map(rule);
        quote! { .rules(&[#(#rules),*]) }
    });
    quote! { setting(#name, Kind::#kind).doc(#doc) #default #default_when #named #rules }
}

fn rule(rule: &SettingRule) -> TokenStream {
    match rule {
        SettingRule::Required => quote! { SettingRule::Required },
        SettingRule::StartsWith(text) => quote! { SettingRule::StartsWith(#text) },
        SettingRule::OneOf(texts) => quote! { SettingRule::OneOf(&[#(#texts),*]) },
        SettingRule::Max(max) => quote! { SettingRule::Max(#max) },
        SettingRule::Refused(text) => {
            let text = &text.value;
            quote! { SettingRule::Refused(#text) }
        }
        SettingRule::Ignored(text) => quote! { SettingRule::Ignored(#text) },
    }
}
