//! `[[call]]`.

use authspec_spec::document::Call;
use proc_macro2::TokenStream;
use quote::quote;

use crate::template;

pub(crate) fn expand(call: &Call) -> TokenStream {
    let Call {
        name,
        url,
        optional,
    } = call;
    let (name, url) = (&name.value, template::expand(&url.value));
    quote! { Call { name: #name, url: #url, optional: #optional } }
}
