//! The rules of a setting, held against a value.

use url::Url;

use super::authority::is_loopback;
use super::value::Value;
use crate::descriptor::{Claim, SettingRule};

/// `true` if this build may go to an offline provider instead of the real one.
const CAN_BE_OFFLINE: bool = cfg!(any(debug_assertions, feature = "offline-provider"));

/// The sentence that says how a value breaks a rule, if it does.
pub(super) fn broken(rule: &SettingRule, value: &Value, prefix: &str) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.as_str(),
        _ => "",
    };
    let (holds, sentence) = match rule {
        SettingRule::Required | SettingRule::Ignored(_) => return None,
        SettingRule::StartsWith(start) => (
            text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
            format!("must start with `{start}` (in any case)"),
        ),
        SettingRule::OneOf(allowed) => (
            allowed.iter().any(|one| one.eq_ignore_ascii_case(text)),
            format!("must be one of {}", allowed.join(", ")),
        ),
        SettingRule::Max(max) => (
            matches!(value, Value::Integer(number) if number <= max),
            format!("must be at most {max}"),
        ),
        SettingRule::Min(min) => (
            matches!(value, Value::Integer(number) if number >= min),
            format!("must be at least {min}"),
        ),
        SettingRule::Loopback if !CAN_BE_OFFLINE => (
            false,
            "is not for a release build: an offline provider signs anybody in. Unset it, or build with \
             the feature `offline-provider` of authspec"
                .to_owned(),
        ),
        SettingRule::Loopback => (
            Url::parse(text).is_ok_and(|url| is_loopback(&url)),
            "must be on this machine, such as `http://127.0.0.1:8400`".to_owned(),
        ),
        SettingRule::Hosts => (
            matches!(value, Value::List(hosts) if hosts.iter().all(|host| is_host(host))),
            "must be hosts without scheme, port and path, such as `keys.example`".to_owned(),
        ),
        SettingRule::ClaimExpression => match Claim::of_setting(text) {
            Ok(_) => return None,
            Err(reason) => (
                false,
                format!(
                    "is not a claim expression: {reason}. Write a claim such as `groups`, a path such \
                     as `realm_access.roles`, or a name between backquotes"
                ),
            ),
        },
        SettingRule::Refused(template) => {
            (false, template.replace("{value}", text).replace("{prefix}", prefix))
        }
    };
    (!holds).then_some(sentence)
}

/// A host as it stands in a URL: ASCII, with brackets around IPv6.
fn is_host(text: &str) -> bool {
    let url = Url::parse(&format!("https://{text}/"));
    url.is_ok_and(|url| url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(text)))
}
