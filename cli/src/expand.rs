//! `expand`: the Rust that a spec becomes, as a reviewer reads it.

use authspec_codegen::Item;

use crate::arguments::Expand;
use crate::backend::spec;
use crate::failure::Failure;

pub(crate) fn run(arguments: &Expand) -> Result<(), Failure> {
    let provider = spec(&arguments.spec)?;
    let name = match &arguments.name {
        Some(name) if !name.contains('#') && syn::parse_str::<syn::Ident>(name).is_ok() => {
            name.clone()
        }
        Some(name) => {
            let message = format!("`{name}` cannot be the name of a struct");
            return Err(Failure::wrong("invalid_parameter", message));
        }
        None => authspec_build::camel_case(&provider.name),
    };
    let tokens = authspec_codegen::expand(&provider, &Item::public(&name));
    print!("{}", authspec_build::source(tokens)?);
    Ok(())
}
