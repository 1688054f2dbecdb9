//! `[[call]]`.

use authspec_spec::document::Call;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(call: &Call) -> TokenStream {
    let Call { name, url, optional } = call;
    let (name, url) = (&name.value, url.value.to_string());
    quote! { Call { name: #name, url: Template(#url), optional: #optional } }
}
