//! `[settings]`: the typed struct, its builder, and the entries of the descriptor.

use authspec_spec::document::{Setting, SettingKind, SettingRule};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::item::{Item, field};
use crate::{docs, template};

/// The struct with everything that reads and writes it.
pub(crate) fn expand(settings: &[Setting], docs: &[String], item: &Item) -> TokenStream {
    let Item {
        visibility,
        name,
        krate,
        ..
    } = item;
    let settings_name = item.settings();
    let names: Vec<&str> = settings
        .iter()
        .map(|setting| setting.name.value.as_str())
        .collect();
    let fields: Vec<Ident> = names.iter().map(|name| field(name)).collect();
    let types: Vec<TokenStream> = settings
        .iter()
        .map(|setting| value_type(setting.kind, krate))
        .collect();
    let field_docs: Vec<String> = settings.iter().map(docs::setting).collect();
    let setters = settings.iter().map(|setting| setter(setting, krate));
    let summary = format!("Settings of [`{name}`].");
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

        impl #settings_name {
            /// The settings in the environment of this process, every mistake in one error.
            ///
            /// # Errors
            ///
            /// `missing_setting` or `invalid_setting`.
            pub fn from_env() -> #krate::Result<Self> {
                #krate::ProviderSettings::from_environment(&#krate::Environment::process())
            }
            #(#setters)*
        }

        impl #krate::ProviderSettings for #settings_name {
            const DESCRIPTOR: &'static #krate::Descriptor = <#name as #krate::Provider>::DESCRIPTOR;

            fn read(from: &mut #krate::__private::SettingsReader) -> Self {
                Self { common: from.common(), #(#fields: from.take(#names),)* }
            }

            fn write(self, to: &mut #krate::__private::SettingsWriter) {
                to.common(self.common);
                #(to.put(#names, self.#fields);)*
            }

            fn common_mut(&mut self) -> &mut #krate::CommonSettings {
                &mut self.common
            }
        }

        impl<'de> #krate::__private::Deserialize<'de> for #settings_name {
            fn deserialize<D: #krate::__private::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #krate::__private::deserialize(from)
            }
        }
    }
}

fn setter(setting: &Setting, krate: &TokenStream) -> TokenStream {
    let name = field(&setting.name.value);
    let doc = docs::setting(setting);
    let kind = value_type(setting.kind, krate);
    quote! {
        #[doc = #doc]
        #[must_use]
        pub fn #name(mut self, value: impl ::core::convert::Into<#kind>) -> Self {
            self.#name = ::core::option::Option::Some(value.into());
            self
        }
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
    let Setting {
        name,
        kind,
        doc,
        default,
        named,
        rules,
    } = setting;
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
        let default = template::expand(&default.value);
        quote! { .default(#default) }
    });
    let named = (!named.is_empty()).then(|| {
        let pairs = named.iter().map(|(name, value)| quote! { (#name, #value) });
        quote! { .named(&[#(#pairs),*]) }
    });
    let rules = (!rules.is_empty()).then(|| {
        let rules = rules.iter().map(rule);
        quote! { .rules(&[#(#rules),*]) }
    });
    quote! { setting(#name, Kind::#kind, #doc) #default #named #rules }
}

fn rule(rule: &SettingRule) -> TokenStream {
    match rule {
        SettingRule::Required => quote! { SettingRule::Required },
        SettingRule::StartsWith(text) => quote! { SettingRule::StartsWith(#text) },
        SettingRule::OneOf(texts) => quote! { SettingRule::OneOf(&[#(#texts),*]) },
        SettingRule::Max(max) => quote! { SettingRule::Max(#max) },
        SettingRule::Refused(text) => quote! { SettingRule::Refused(#text) },
        SettingRule::Ignored(text) => quote! { SettingRule::Ignored(#text) },
    }
}
