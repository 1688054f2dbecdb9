//! `[[policy]]`, and the conditions that it shares with `[user]`.

use authspec_spec::document::{Condition, PolicyRule, Test, When};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{claim, template};

pub(crate) fn expand(rule: &PolicyRule) -> TokenStream {
    let PolicyRule {
        condition: of,
        when,
        optional,
        code,
        help,
    } = rule;
    let of = condition(of);
    let when = when.as_ref().map(|when| {
        let When { setting, equals } = when;
        let setting = &setting.value;
        match equals {
            Some(text) => quote! { .when(When::SettingEquals(#setting, #text)) },
            None => quote! { .when(When::SettingIsUuid(#setting)) },
        }
    });
    let optional = optional.then(|| quote! { .optional() });
    let code = code.map(|(_, name)| {
        let name = format_ident!("{name}");
        quote! { .code(Code::#name) }
    });
    let help = help.as_ref().map(|help| quote! { .help(#help) });
    quote! { policy(#of) #when #optional #code #help }
}

pub(crate) fn condition(condition: &Condition) -> TokenStream {
    let claim = claim::expand(&condition.claim.value);
    let test = match &condition.test {
        Test::Present => quote! { Test::Present },
        Test::True => quote! { Test::True },
        Test::Uuid => quote! { Test::Uuid },
        Test::Equals(value) => {
            let value = template::expand(&value.value);
            quote! { Test::Equals(#value) }
        }
        Test::EqualsIgnoringCase(value) => {
            let value = template::expand(&value.value);
            quote! { Test::EqualsIgnoringCase(#value) }
        }
        Test::NotEquals(value) => {
            let value = template::expand(&value.value);
            quote! { Test::NotEquals(#value) }
        }
        Test::NotStartsWith(text) => quote! { Test::NotStartsWith(#text) },
    };
    quote! { Condition { claim: #claim, test: #test } }
}
