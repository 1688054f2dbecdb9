//! `[user]`.

use authspec_spec::claim::Claim;
use authspec_spec::document::{Email, Trust};
use authspec_spec::provider::CheckedUser;
use proc_macro2::TokenStream;
use quote::quote;

use crate::list::list;
use crate::policy::{condition, when};
use crate::{claim, item};

pub(crate) fn expand(user: &CheckedUser) -> TokenStream {
    let CheckedUser {
        uid,
        legacy_uids,
        pinned_when,
        username,
        email,
        fullname,
        first_name,
        last_name,
        groups,
        groups_overage,
    } = user;
    let uid = claim::expand(uid);
    let legacy_uids = list(
        "legacy_uids",
        legacy_uids.iter().map(|(name, value)| {
            let value = claim::expand(value);
            quote! { (#name, #value) }
        }),
    );
    let pinned_when = list("pinned_when", pinned_when.iter().map(when));
    let username = field("username", username.as_ref());
    let email = list("email", email.iter().map(expand_email));
    let fullname = field("fullname", fullname.as_ref());
    let first_name = field("first_name", first_name.as_ref());
    let last_name = field("last_name", last_name.as_ref());
    let groups = field("groups", groups.as_ref());
    let groups_overage = list("groups_overage", groups_overage.iter().map(condition));
    let optional = [
        &legacy_uids,
        &pinned_when,
        &username,
        &email,
        &fullname,
        &first_name,
        &last_name,
        &groups,
        &groups_overage,
    ];
    let rest = optional.iter().any(|field| field.is_none()).then(|| quote! { ..User::EMPTY });
    quote! {
        user: User {
            uid: #uid,
            #legacy_uids
            #pinned_when
            #username
            #email
            #fullname
            #first_name
            #last_name
            #groups
            #groups_overage
            #rest
        },
    }
}

fn field(name: &str, value: Option<&Claim>) -> Option<TokenStream> {
    let (name, value) = (item::field(name), claim::expand(value?));
    Some(quote! { #name: #value, })
}

fn expand_email(email: &Email) -> TokenStream {
    let from = claim::expand(&email.from.value);
    let verified_by = match &email.verified_by {
        Trust::Nothing => quote! { Trust::Nothing },
        Trust::Provider => quote! { Trust::Provider },
        Trust::Any(conditions) => {
            let conditions = conditions.iter().map(condition);
            quote! { any(&[#(#conditions),*]) }
        }
        Trust::Operator(setting) => {
            let setting = &setting.value;
            quote! { Trust::Operator(#setting) }
        }
    };
    quote! { email(#from, #verified_by) }
}
