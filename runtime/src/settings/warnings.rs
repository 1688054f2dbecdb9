//! Warnings about settings that are valid but may not be intended.

use authspec_descriptor::MUTABLE_CLAIMS;

use super::allow_list::ANYBODY;
use super::issue::SettingIssue;
use super::resolve::OFFLINE_PROVIDER;
use super::resolved::Resolved;
use crate::descriptor::{Descriptor, Kind, Test};
use crate::flow::is_uuid;

impl Resolved {
    pub(super) fn warn_of_what_works(&mut self, descriptor: &Descriptor) {
        self.warn_of_mutable_uid();
        self.warn_of_offline_provider();
        self.warn_of_unverified_addresses();
        self.warn_of_open_tenant(descriptor);
    }

    /// A claim that its owner or an administrator can change may give an account to another user.
    fn warn_of_mutable_uid(&mut self) {
        if let Some(claim) = self.text("id_key").filter(|claim| MUTABLE_CLAIMS.contains(claim)) {
            let parameter = self.full_name("id_key");
            let message = format!(
                "`{parameter}` makes `{claim}` the uid, which can change or be given to another \
                 user; prefer `sub` or `oid`"
            );
            self.warnings.push(SettingIssue::warning(&parameter, message));
        }
    }

    /// Any program on this machine could sign in as any user.
    fn warn_of_offline_provider(&mut self) {
        if self.text(OFFLINE_PROVIDER).is_some() {
            let parameter = self.full_name(OFFLINE_PROVIDER);
            let message = format!("`{parameter}` is set: sign-ins go to an offline provider");
            self.warnings.push(SettingIssue::warning(&parameter, message));
        }
    }

    /// An address that its user typed opens the allow-list.
    fn warn_of_unverified_addresses(&mut self) {
        const NAME: &str = "whitelisted_may_be_unverified";
        if self.is_on(NAME) {
            let parameter = self.full_name(NAME);
            let message = format!(
                "`{parameter}` is on: the allow-lists take addresses that nobody verified, so that \
                 anybody who may type an address at the provider can sign in"
            );
            self.warnings.push(SettingIssue::warning(&parameter, message));
        }
    }

    /// A tenant that stands for many, such as `common`, without a list of those that may sign in.
    fn warn_of_open_tenant(&mut self, descriptor: &Descriptor) {
        let mut lists = descriptor.policy.iter().filter_map(|rule| match rule.condition.test {
            Test::OneOf(list) => Some(list),
            _ => None,
        });
        let is_open = |list: &&str| self.list(list).is_empty();
        let mut tenants =
            descriptor.settings.iter().filter(|setting| matches!(setting.kind, Kind::Tenant));
        let stands_for_many = |tenant: &str| !tenant.contains('.') && !is_uuid(tenant);
        let tenant = tenants.find_map(|setting| {
            let tenant = self.text(setting.name).filter(|tenant| stands_for_many(tenant))?;
            Some((setting.name, tenant))
        });
        let (Some(list), Some((setting, tenant))) = (lists.find(is_open), tenant) else {
            return;
        };
        let parameter = self.full_name(list);
        let message = format!(
            "`{parameter}` is not set and `{}` is `{tenant}`: anybody with an account at {} may sign in. \
             List the tenants that may, or set it to `{ANYBODY}` if that is meant",
            self.full_name(setting),
            descriptor.title,
        );
        self.warnings.push(SettingIssue::warning(&parameter, message));
    }
}
