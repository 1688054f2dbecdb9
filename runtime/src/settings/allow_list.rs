//! Lists that say who may sign in: one that is set and empty, or has an entry that can never fit, is
//! a mistake. An empty list must not mean everybody.

use crate::descriptor::{Claim, Descriptor, Test, When};
use crate::flow::is_uuid;

/// The entry that names everybody.
pub(crate) const ANYBODY: &str = "*";

/// The kind of the entries of such a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// Domains of e-mail addresses; `@` and `*@` before them are taken away.
    Domains,
    /// E-mail addresses.
    Addresses,
    /// GUIDs.
    Guids,
    /// Any text.
    Texts,
}

/// The kind of a setting's entries, if the setting is a list of those who may sign in.
pub(super) fn entries(descriptor: &Descriptor, setting: &str) -> Option<Entries> {
    match setting {
        "whitelisted_domains" => Some(Entries::Domains),
        "whitelisted_emails" => Some(Entries::Addresses),
        _ => {
            let mut rules = descriptor.policy.iter();
            let rule = rules
                .find(|rule| matches!(rule.condition.test, Test::OneOf(list) if list == setting))?;
            let is_guid = holds_guids(descriptor, &rule.condition.claim);
            Some(if is_guid { Entries::Guids } else { Entries::Texts })
        }
    }
}

/// Returns `true` if a claim is a GUID: another rule compares it with a setting when that is one.
fn holds_guids(descriptor: &Descriptor, claim: &Claim) -> bool {
    let Claim::Name(name) = claim else {
        return false;
    };
    descriptor.policy.iter().any(|rule| {
        matches!(rule.condition.claim, Claim::Name(other) if other == *name)
            && matches!(rule.when, Some(When::SettingIsUuid(_)))
    })
}

/// The list as it is compared with a user, or what it must be instead.
pub(super) fn check(entries: Entries, items: &[String]) -> Result<Vec<String>, String> {
    let items: Vec<&str> =
        items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect();
    match items.as_slice() {
        [] => {
            Err("names nobody: unset it, list who may sign in, or set it to `*` for anybody"
                .to_owned())
        }
        [ANYBODY] => Ok(vec![ANYBODY.to_owned()]),
        items => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                entry(entries, item).ok_or_else(|| {
                    let what = expected(entries);
                    // An entry may be an address, which no message shows.
                    format!("has a wrong entry, number {}: {what}", index + 1)
                })
            })
            .collect(),
    }
}

fn entry(entries: Entries, item: &str) -> Option<String> {
    let fits = match entries {
        _ if item == ANYBODY => false,
        Entries::Domains => {
            let domain = item.strip_prefix("*@").or(item.strip_prefix('@')).unwrap_or(item);
            return is_domain(domain).then(|| domain.to_owned());
        }
        Entries::Addresses => item.rsplit_once('@').is_some_and(|(user, domain)| {
            !user.is_empty() && !user.contains(['*', '@', ' ']) && is_domain(domain)
        }),
        Entries::Guids => is_uuid(item),
        Entries::Texts => true,
    };
    fits.then(|| item.to_owned())
}

fn expected(entries: Entries) -> &'static str {
    match entries {
        Entries::Domains => {
            "expected a domain such as `contoso.example`; addresses go into WHITELISTED_EMAILS, and \
             `*`, for anybody, stands alone"
        }
        Entries::Addresses => {
            "expected a whole e-mail address; domains go into WHITELISTED_DOMAINS, and `*`, for \
             anybody, stands alone"
        }
        Entries::Guids => {
            "expected a GUID such as `3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734`, since tokens hold no \
             domain; `*`, for anybody, stands alone"
        }
        Entries::Texts => "`*`, for anybody, stands alone",
    }
}

/// Letters of any script, digits, `-` and `.`: what can stand after the `@` of an address.
fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|char| char.is_alphanumeric() || char == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(entries: Entries, items: &[&str]) -> Result<Vec<String>, String> {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        check(entries, &items)
    }

    #[test]
    fn a_list_names_somebody() {
        for nobody in [&[][..], &[""], &[" ", ""]] {
            for entries in [Entries::Domains, Entries::Addresses, Entries::Guids, Entries::Texts] {
                assert!(checked(entries, nobody).unwrap_err().contains("names nobody"));
            }
        }
        assert_eq!(checked(Entries::Guids, &[" * "]).unwrap(), ["*"]);
        for entries in [Entries::Domains, Entries::Addresses, Entries::Guids, Entries::Texts] {
            assert!(checked(entries, &["contoso.example", "*"]).is_err(), "{entries:?}");
        }
    }

    #[test]
    fn domains_may_be_written_with_an_at_sign() {
        let written = ["contoso.example", "@a.example", "*@b.example", " bücher.example "];
        let expected = ["contoso.example", "a.example", "b.example", "bücher.example"];
        assert_eq!(checked(Entries::Domains, &written).unwrap(), expected);
        for wrong in ["ana@contoso.example", "*.contoso.example", "https://a.example", "a..b", "@"]
        {
            let message = checked(Entries::Domains, &["contoso.example", wrong]).unwrap_err();
            assert!(message.contains("number 2") && !message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn addresses_are_whole() {
        assert!(checked(Entries::Addresses, &["ana@contoso.example"]).is_ok());
        for wrong in
            ["@contoso.example", "*@contoso.example", "contoso.example", "a b@c.example", "a@"]
        {
            assert!(checked(Entries::Addresses, &[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tenants_are_guids() {
        assert!(checked(Entries::Guids, &["3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734"]).is_ok());
        for wrong in ["contoso.onmicrosoft.com", "common", "3f6c1d2e"] {
            assert!(checked(Entries::Guids, &[wrong]).is_err(), "{wrong}");
        }
    }
}
