//! A refusal in words: what happened, which setting, which field of the registration, what to do.

use authspec::{Descriptor, Error};

use super::advice::{Advice, advice};

/// Says on standard error what is known about a refusal.
pub(super) fn explain(error: &Error, descriptor: &Descriptor) {
    let provider = error.provider();
    let codes = provider.iter().flat_map(|provider| &provider.codes).map(String::as_str);
    let words = provider.iter().filter_map(|provider| provider.error.as_deref());
    let codes: Vec<&str> = codes.chain(words).chain([error.code().as_str()]).collect();
    match advice(&codes) {
        Some(mut advice) => {
            let prefix = descriptor.settings_prefix();
            let variable = advice.setting.filter(|setting| !setting.starts_with('-'));
            let variable = variable.map(|setting| format!("{prefix}{setting}"));
            advice.setting = variable.as_deref().or(advice.setting);
            eprintln!("{}", text(&advice));
        }
        None => eprintln!("not signed in: {}\n", error.message()),
    }
}

/// One advice as lines.
pub(crate) fn text(advice: &Advice<'_>) -> String {
    let Advice { code, setting, registration, meaning, mend } = advice;
    let mut text = format!("{code}: {meaning}\n\n");
    if let Some(setting) = setting {
        text.push_str(&format!("  setting       {setting}\n"));
    }
    if let Some(registration) = registration {
        text.push_str(&format!("  registration  {registration}\n"));
    }
    text.push_str(&format!("  what to do    {mend}\n"));
    text
}
