//! The user, and what is stored beside them.

use authspec::descriptor as runtime;
use authspec_spec::claim::Claim;
use authspec_spec::document::{Email, ExtraDatum, Trust};
use authspec_spec::provider::CheckedUser;

use super::claim::claim;
use super::policy::{condition, when};
use super::{list, text};

pub(super) fn user(user: &CheckedUser) -> runtime::User {
    let CheckedUser {
        uid,
        legacy_uids,
        pinned_when,
        username,
        email,
        fullname,
        first_name,
        last_name,
        groups,
        groups_overage,
    } = user;
    let value = |value: &Option<Claim>| value.as_ref().map_or(runtime::Claim::NOTHING, claim);
    runtime::User {
        uid: claim(uid),
        legacy_uids: list(legacy_uids, |(name, value)| (text(name), claim(value))),
        pinned_when: list(pinned_when, when),
        username: value(username),
        email: list(email, self::email),
        fullname: value(fullname),
        first_name: value(first_name),
        last_name: value(last_name),
        groups: value(groups),
        groups_overage: list(groups_overage, condition),
    }
}

fn email(email: &Email) -> runtime::Email {
    let verified_by = match &email.verified_by {
        Trust::Nothing => runtime::Trust::Nothing,
        Trust::Provider => runtime::Trust::Provider,
        Trust::Operator(setting) => runtime::Trust::Operator(text(&setting.value)),
        Trust::Any(conditions) => runtime::Trust::Any(list(conditions, condition)),
    };
    runtime::Email { from: claim(&email.from.value), verified_by }
}

pub(super) fn extra_datum(datum: &ExtraDatum) -> runtime::ExtraDatum {
    let ExtraDatum { key, from, skip_empty } = datum;
    runtime::ExtraDatum { key: text(key), from: claim(&from.value), skip_empty: *skip_empty }
}
