//! `expand`: the Rust that a spec becomes, as a reviewer reads it.

use authspec_codegen::Item;
use authspec_spec::{Loaded, load};

use crate::arguments::Expand;
use crate::failure::{Failure, show};

pub(crate) fn run(arguments: &Expand) -> Result<(), Failure> {
    let Loaded { sources, result, .. } = load(&arguments.spec);
    let provider = match result {
        Ok(provider) => provider,
        Err(diagnostics) => {
            show(&diagnostics, &sources)?;
            let message = format!("the spec has {} mistakes", diagnostics.len());
            return Err(Failure::wrong("invalid_parameter", message));
        }
    };
    let name = match &arguments.name {
        Some(name) if syn::parse_str::<syn::Ident>(name).is_ok() => name.clone(),
        Some(name) => {
            let message = format!("`{name}` cannot be the name of a struct");
            return Err(Failure::wrong("invalid_parameter", message));
        }
        None => camel_case(&provider.name),
    };
    let tokens = authspec_codegen::expand(&provider, &Item::public(&name));
    let file = syn::parse2(tokens)
        .map_err(|error| Failure::wrong("unknown_error", format!("no valid Rust: {error}")))?;
    print!("{}", prettyplease::unparse(&file));
    Ok(())
}

fn camel_case(name: &str) -> String {
    name.split(['-', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
        })
        .collect()
}
