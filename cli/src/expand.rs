//! `expand`: the Rust that a spec becomes, as a reviewer reads it.

use std::io::Write as _;

use authspec_codegen::Item;

use crate::arguments::Expand;
use crate::backend::spec;
use crate::failure::Failure;

pub(crate) fn run(arguments: &Expand) -> Result<(), Failure> {
    let provider = spec(&arguments.spec)?;
    let name = match &arguments.name {
        Some(name) if is_struct_name(name) => name.clone(),
        Some(name) => {
            let message = format!("`{name}` cannot be the name of a struct");
            return Err(Failure::wrong("invalid_parameter", message));
        }
        None => authspec_build::camel_case(&provider.name),
    };
    let tokens = authspec_codegen::expand(&provider, &Item::public(&name));
    write!(std::io::stdout(), "{}", authspec_build::source(tokens)?)?;
    Ok(())
}

/// Returns `true` if Rust takes the text as it stands; a parser would forgive blanks and comments.
fn is_struct_name(name: &str) -> bool {
    name.chars().all(|char| char.is_alphanumeric() || char == '_')
        && syn::parse_str::<syn::Ident>(name).is_ok()
}
