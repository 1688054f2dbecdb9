//! Conditions on settings: when a policy rule applies, a default fits, or a directory is pinned.

use super::resolved::Resolved;
use super::value::Value;
use crate::descriptor::When;
use crate::flow::is_uuid;

impl Resolved {
    /// Returns `true` if a condition holds; an absent setting meets none.
    pub(crate) fn meets(&self, when: &When) -> bool {
        match *when {
            When::SettingIsUuid(name) => self.text(name).is_some_and(is_uuid),
            When::SettingIsDomain(name) => {
                self.text(name).is_some_and(|text| text.contains('.') && !is_uuid(text))
            }
            // A list that holds `*` names everybody, as if it were not there.
            When::SettingIsSet(name) => match self.given_value(name) {
                Some(Value::List(items)) => {
                    !items.is_empty() && !items.iter().any(|item| item == "*")
                }
                Some(_) => true,
                None => false,
            },
            When::SettingEquals(name, text) => self.text(name).is_some_and(|own| {
                let host = own.strip_prefix("https://").unwrap_or(own);
                own.eq_ignore_ascii_case(text) || host.eq_ignore_ascii_case(text)
            }),
        }
    }
}
