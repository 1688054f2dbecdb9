//! `[[policy]]`, and the conditions that it shares with `[user]`.

use authspec_spec::Spanned;
use authspec_spec::document::{Condition, Is, PolicyRule, Test, When, WhenTest};
use authspec_spec::template::Template;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::claim;

pub(crate) fn expand(rule: &PolicyRule) -> TokenStream {
    let PolicyRule { name: _, condition: of, when, uid_only, optional, code, help } = rule;
    let of = condition(of);
    let when = when.as_ref().map(|when| {
        let when = self::when(when);
        quote! { .when(#when) }
    });
    let uid_only = uid_only.then(|| quote! { .uid_only() });
    let optional = optional.then(|| quote! { .optional() });
    let code = code.map(|name| {
        let name = format_ident!("{name}");
        quote! { .code(Code::#name) }
    });
    let help = help.as_ref().map(|help| quote! { .help(#help) });
    quote! { policy(#of) #when #uid_only #optional #code #help }
}

/// A condition on a setting.
pub(crate) fn when(when: &When) -> TokenStream {
    let When { setting, test } = when;
    let setting = &setting.value;
    match test {
        WhenTest::Equals(text) => quote! { When::SettingEquals(#setting, #text) },
        WhenTest::Is(Is::Uuid) => quote! { When::SettingIsUuid(#setting) },
        WhenTest::Is(Is::Domain) => quote! { When::SettingIsDomain(#setting) },
        WhenTest::Is(Is::Set) => quote! { When::SettingIsSet(#setting) },
    }
}

pub(crate) fn condition(condition: &Condition) -> TokenStream {
    let claim = claim::expand(&condition.claim.value);
    let text = |template: &Spanned<Template>| template.value.to_string();
    match &condition.test {
        Test::Present => quote! { is_present(#claim) },
        Test::True => quote! { is_true(#claim) },
        Test::Uuid => quote! { is_uuid(#claim) },
        Test::Equals(value) => {
            let value = text(value);
            quote! { equals(#claim, #value) }
        }
        Test::EqualsIgnoringCase(value) => {
            let value = text(value);
            quote! { equals_ignoring_case(#claim, #value) }
        }
        Test::NotEquals(value) => {
            let value = text(value);
            quote! { not_equals(#claim, #value) }
        }
        Test::NotStartsWith(text) => quote! { not_starts_with(#claim, #text) },
        Test::OneOf(setting) => {
            let setting = &setting.value;
            quote! { one_of(#claim, #setting) }
        }
    }
}
