//! `AUTHORITY_URL`: a whole authority with its tenant, in place of the settings that its parts are.

use url::Url;

use super::issue::SettingIssue;
use super::parse::parse;
use super::raw::{Raw, RawSettings};
use super::resolved::{Entry, Resolved, Source};
use crate::descriptor::{Descriptor, Kind, Part, Setting};
use crate::error::Code;

const AUTHORITY_URL: &str = "authority_url";

/// The settings of which a backend's authority is made: `https://{authority_host}/{tenant_id}/…`.
struct Authority<'d> {
    host: &'d Setting,
    tenant: &'d Setting,
}

impl<'d> Authority<'d> {
    /// The authority in front of the discovery document's address, if it consists of two settings.
    fn of(descriptor: &'d Descriptor) -> Option<Self> {
        let mut parts = descriptor.endpoints.discovery?.parts();
        let (Part::Text("https://"), Part::Setting(host), Part::Text("/"), Part::Setting(tenant)) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?)
        else {
            return None;
        };
        let named = |name| descriptor.settings.iter().find(|setting| setting.name == name);
        let (host, tenant) = (named(host)?, named(tenant)?);
        (matches!(host.kind, Kind::Authority) && matches!(tenant.kind, Kind::Tenant))
            .then_some(Self { host, tenant })
    }
}

impl Resolved {
    /// Takes host and tenant from `AUTHORITY_URL`, if it is set, and says which settings it filled. A
    /// setting that says something else is a mistake.
    pub(super) fn fill_from_authority_url(
        &mut self,
        descriptor: &Descriptor,
        raw: &RawSettings,
        mistakes: &mut Vec<SettingIssue>,
    ) {
        let Some(url) = self.text(AUTHORITY_URL).map(str::to_owned) else {
            return;
        };
        let parameter = self.full_name(AUTHORITY_URL);
        let mut mistake = |parameter: &str, message: String| {
            let parameter = parameter.to_owned();
            mistakes.push(SettingIssue { code: Code::InvalidSetting, parameter, message });
        };
        let Some(authority) = Authority::of(descriptor) else {
            let message = format!(
                "`{parameter}` is for backends whose address is a host and a tenant, which {} is not",
                descriptor.name
            );
            return mistake(&parameter, message);
        };
        let Some((host, tenant)) = split(&url) else {
            let message = format!(
                "`{parameter}` must be a host and a tenant, `https://HOST/TENANT`, such as \
                 `https://login.microsoftonline.com/contoso.example`"
            );
            return mistake(&parameter, message);
        };
        for (setting, text) in [(authority.host, host), (authority.tenant, tenant)] {
            let value = match parse(setting, &Raw::from(serde_json::Value::from(text))) {
                Ok(value) => value,
                Err(sentence) => {
                    mistake(&parameter, format!("`{parameter}`: `{}` {sentence}", setting.name));
                    continue;
                }
            };
            let given = self.values.get(setting.name).filter(|_| raw.get(setting.name).is_some());
            if given.is_some_and(|given| given.value != value) {
                let other = self.full_name(setting.name);
                let message = format!("`{parameter}` and `{other}` differ: unset one of them");
                mistake(&other, message);
                continue;
            }
            let source = Source::Default;
            self.values.entry(setting.name).or_insert(Entry { value, source });
        }
    }

    /// Returns `true` if a required setting is not needed, because it only helps to make what
    /// `AUTHORITY_URL` says.
    pub(super) fn is_in_authority_url(
        setting: &Setting,
        descriptor: &Descriptor,
        raw: &RawSettings,
    ) -> bool {
        let Some(authority) = Authority::of(descriptor) else {
            return false;
        };
        let makes = |made: &Setting| {
            let mut parts = made.default.iter().flat_map(|default| default.parts());
            parts.any(|part| matches!(part, Part::Setting(name) if name == setting.name))
        };
        let Authority { host, tenant } = authority;
        raw.get(AUTHORITY_URL).is_some()
            && (setting.name == host.name
                || setting.name == tenant.name
                || makes(host)
                || makes(tenant))
    }
}

/// Host and tenant of an authority's URL.
fn split(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok().filter(|url| url.query().is_none())?;
    let mut segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    let tenant = segments.next()?.to_owned();
    // Documents often name the authority of v2.0 with its version.
    match (segments.next(), segments.next()) {
        (None | Some("v2.0"), None) => Some((url.origin().ascii_serialization(), tenant)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_and_a_tenant() {
        let tenant = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
        let expected = Some(("https://fabrikam.ciamlogin.com".to_owned(), tenant.to_owned()));
        for end in ["", "/", "/v2.0", "/v2.0/"] {
            let url = format!("https://fabrikam.ciamlogin.com/{tenant}{end}");
            assert_eq!(split(&url), expected, "{url}");
        }
        for bad in ["https://a.example", "https://a.example/", "https://a.example/t/oauth2/token"] {
            assert_eq!(split(bad), None, "{bad}");
        }
        assert_eq!(split("https://a.example/t?p=b2c_1"), None);
    }
}
