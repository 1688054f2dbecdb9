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
    // The table has the end of a variable; this backend knows the whole of it.
    let text = explanation.to_string();
    let variable =
        error.parameter().filter(|name| name.starts_with(&*descriptor.settings_prefix()));
    let whole = explanation.setting().zip(variable).map(|(setting, variable)| {
        let line = |name: &str| format!("  setting       {name}\n");
        text.replacen(&line(setting), &line(variable), 1)
    });
    eprintln!("{}", whole.unwrap_or(text));
}
