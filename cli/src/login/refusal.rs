//! A refusal in words: what happened, which setting, which field of the registration, what to do.

use authspec::{Descriptor, Error};

/// Says on standard error what is known about a refusal.
pub(super) fn explain(error: &Error, descriptor: &Descriptor) {
    let explanation = error.explanation();
    // The entry of a code of our own says less than the message.
    if explanation.name() == error.code().as_str() {
        eprintln!("not signed in: {}\n", error.message());
        return;
    }
    eprint!("{explanation}");
    let prefix = descriptor.settings_prefix();
    if let Some(variable) = error.parameter().filter(|name| name.starts_with(&*prefix)) {
        eprintln!("  variable      {variable}");
    }
    eprintln!();
}
