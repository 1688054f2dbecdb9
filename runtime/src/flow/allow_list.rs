//! The operator's allow-lists, `WHITELISTED_DOMAINS` and `WHITELISTED_EMAILS`: when either is set, one of
//! them must list the user's address, and the address must be verified.
//!
//! The administrator of a directory enters the addresses of its users. At a provider where anybody can
//! have a directory, an address that is not verified says nothing ("nOAuth").

use super::value::is_address;
use super::{Context, policy};
use crate::descriptor::{Condition, SettingRule, Test, Trust};
use crate::error::{Code, Error, Result, Stage};
use crate::identity::Details;
use crate::settings::ANYBODY;

const DOMAINS: &str = "whitelisted_domains";
const EMAILS: &str = "whitelisted_emails";
/// The setting by which an operator accepts addresses that are not verified.
const MAY_BE_UNVERIFIED: &str = "whitelisted_may_be_unverified";

/// Refuses a user whose address is not listed, or listed and not verified.
pub(super) fn check(context: &Context, details: &Details) -> Result<()> {
    let settings = &context.settings;
    let (domains, emails) = (settings.list(DOMAINS), settings.list(EMAILS));
    let names_anybody = |list: &[String]| list.iter().any(|entry| entry == ANYBODY);
    if (domains.is_empty() && emails.is_empty()) || names_anybody(domains) || names_anybody(emails)
    {
        return Ok(());
    }
    let email = details.email.as_deref().filter(|email| is_address(email)).unwrap_or_default();
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let is_listed = |list: &[String], value: &str| {
        !value.is_empty() && list.iter().any(|entry| entry.eq_ignore_ascii_case(value))
    };
    let refused = |name: &str, message: String| {
        let error = Error::new(Code::AuthenticationDisallowed, Stage::UserInfo, message);
        Err(error.with_parameter(settings.full_name(name)))
    };
    let by = match (is_listed(domains, domain), is_listed(emails, email)) {
        (true, _) => DOMAINS,
        (_, true) => EMAILS,
        (false, false) => {
            let name = if domains.is_empty() { EMAILS } else { DOMAINS };
            let full_name = settings.full_name(name);
            let message = format!("This user's e-mail address is not allowed by `{full_name}`.");
            return refused(name, message);
        }
    };
    let is_trusted = details.email_verified == Some(true)
        || policy::is_pinned(context)
        || settings.is_on(MAY_BE_UNVERIFIED);
    if is_trusted {
        return Ok(());
    }
    let message = format!(
        "This user's e-mail address is listed by `{}` and not verified, so that it may be anybody's. {}",
        settings.full_name(by),
        ways_out(context)
    );
    refused(by, message)
}

/// The settings that an operator can change so that listed users can sign in.
fn ways_out(context: &Context) -> String {
    let settings = &context.settings;
    let mut ways = Vec::new();
    for email in context.descriptor.user.email {
        match email.verified_by {
            Trust::Any(conditions) => {
                let claims = conditions.iter().filter_map(sent_claim);
                ways.extend(claims.map(|claim| format!("have the provider send `{claim}`")));
            }
            Trust::Operator(setting) => {
                let name = settings.full_name(setting);
                ways.push(format!("set `{name}` if the provider verifies addresses"));
            }
            Trust::Nothing | Trust::Provider => {}
        }
    }
    let mut pins: Vec<String> = Vec::new();
    for when in context.descriptor.user.pinned_when {
        let name = settings.full_name(when.setting());
        if is_usable(context, when.setting()) && !pins.contains(&name) {
            pins.push(name);
        }
    }
    if !pins.is_empty() {
        ways.push(format!("name the users' tenant by `{}`", pins.join("` or `")));
    }
    let name = settings.full_name(MAY_BE_UNVERIFIED);
    ways.push(format!("set `{name}` if only people whom you trust have accounts there"));
    let mut sentence = ways.join(", or ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{sentence}.")
}

/// The claim by which a provider says that an address is verified.
fn sent_claim(condition: &Condition) -> Option<&'static str> {
    match (condition.test, condition.claim) {
        (Test::True, crate::descriptor::Claim::Name(name)) => Some(name),
        _ => None,
    }
}

/// Returns `true` if setting it has an effect on this backend.
fn is_usable(context: &Context, name: &str) -> bool {
    let mut settings = context.descriptor.settings.iter();
    settings.find(|setting| setting.name == name).is_some_and(|setting| {
        !setting
            .rules
            .iter()
            .any(|rule| matches!(rule, SettingRule::Ignored(_) | SettingRule::Refused(_)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{Descriptor, Kind, User, When, setting};
    use crate::settings::{Environment, Resolved};

    const PROVIDER: &Descriptor = &Descriptor {
        name: "acme",
        settings: &[setting("home", Kind::Tenant).default("common"), setting("listed", Kind::List)],
        user: User {
            pinned_when: &[When::SettingIsDomain("home"), When::SettingIsSet("listed")],
            ..User::EMPTY
        },
        ..Descriptor::EMPTY
    };

    fn outcome(
        pairs: &[(&str, &str)],
        email: &str,
        verified: Option<bool>,
    ) -> std::result::Result<(), String> {
        let variable = |name: &str| format!("SOCIAL_AUTH_ACME_{}", name.to_ascii_uppercase());
        let variables =
            [("key", "k")].iter().chain(pairs).map(|(name, value)| (variable(name), *value));
        let raw = Environment::from_pairs(variables).settings_of(PROVIDER);
        let settings = Resolved::new(PROVIDER, &raw).unwrap();
        let context = Context::new(PROVIDER, settings).unwrap();
        let details = Details {
            email: Some(email.to_owned()),
            email_verified: verified,
            ..Details::default()
        };
        check(&context, &details).map_err(|error| {
            assert_eq!(error.code(), Code::AuthenticationDisallowed);
            error.parameter().unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn either_allow_list_is_enough() {
        let allowed = |domains: &str, emails: &str, email: &str| {
            let lists = [("whitelisted_domains", domains), ("whitelisted_emails", emails)];
            let set: Vec<(&str, &str)> =
                lists.into_iter().filter(|(_, list)| !list.is_empty()).collect();
            outcome(&set, email, Some(true))
        };
        let refused = |name: &str| Err(format!("SOCIAL_AUTH_ACME_WHITELISTED_{name}"));
        assert_eq!(allowed("", "", "anybody"), Ok(()));
        assert_eq!(allowed("a.example", "", "x@A.example"), Ok(()));
        assert_eq!(allowed("a.example", "", "x@b.example"), refused("DOMAINS"));
        assert_eq!(allowed("", "x@b.example", "X@b.example"), Ok(()));
        assert_eq!(allowed("", "x@b.example", "y@b.example"), refused("EMAILS"));
        assert_eq!(allowed("a.example", "x@b.example", "x@b.example"), Ok(()));
        assert_eq!(allowed("a.example", "x@b.example", "y@a.example"), Ok(()));
        assert_eq!(allowed("a.example", "x@b.example", ""), refused("DOMAINS"));
    }

    #[test]
    fn a_listed_address_is_verified_or_its_directory_is_pinned() {
        let domains = ("whitelisted_domains", "a.example");
        let refused = Err("SOCIAL_AUTH_ACME_WHITELISTED_DOMAINS".to_owned());
        for verified in [Some(false), None] {
            assert_eq!(outcome(&[domains], "x@a.example", verified), refused);
            for open in [("home", "a.example"), ("listed", "t"), (MAY_BE_UNVERIFIED, "true")] {
                assert_eq!(outcome(&[domains, open], "x@a.example", verified), Ok(()), "{open:?}");
            }
            for shut in [("home", "organizations"), ("listed", "*"), (MAY_BE_UNVERIFIED, "false")] {
                assert_eq!(outcome(&[domains, shut], "x@a.example", verified), refused, "{shut:?}");
            }
        }
    }
}
