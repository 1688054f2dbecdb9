//! The user, read from claims (`[user]`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::value::{Sources, as_text};
use super::{Context, policy, user_info};
use crate::claims::texts;
use crate::descriptor::{Email, Trust};
use crate::error::{Code, Error, Result, Stage};
use crate::identity::Details;
use crate::json::Object;

/// A user as the spec maps one.
pub(crate) struct User {
    pub(crate) uid: String,
    pub(crate) legacy_uids: BTreeMap<String, String>,
    pub(crate) details: Details,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) groups_overage: bool,
}

/// The user of a sign-in.
///
/// # Errors
///
/// `missing_claim` without a uid: it is never empty and never the word "None".
pub(super) fn map(context: &Context, sources: Sources<'_>) -> Result<User> {
    let user = &context.descriptor.user;
    let (email, email_verified) = email(context, sources);
    let keys = &context.user_keys;
    let groups_claim = keys.groups.unwrap_or(user.groups);
    // An overage is about the spec's own claim: another one is there or it is not.
    let groups_overage = groups_claim == user.groups
        && user
            .groups_overage
            .iter()
            .any(|condition| policy::is_met(condition, sources, &context.settings));
    let groups = sources.value(&groups_claim).filter(|_| !groups_overage);
    let groups = groups.and_then(|groups| {
        let read = texts(&groups);
        if read.is_none() {
            let backend = context.descriptor.name;
            tracing::warn!(target: "authspec", backend, "the groups are not a list of texts: left out");
        }
        read
    });
    Ok(User {
        uid: uid(context, sources)?,
        legacy_uids: legacy_uids(context, sources),
        details: Details {
            username: sources.text(&keys.username.unwrap_or(user.username)),
            email,
            email_verified,
            fullname: sources.text(&keys.fullname.unwrap_or(user.fullname)),
            first_name: sources.text(&user.first_name),
            last_name: sources.text(&user.last_name),
        },
        groups,
        groups_overage,
    })
}

/// Identifiers that other libraries stored. They are login names, which any directory can give out:
/// where there are several directories, only users of one that the operator chose have them.
fn legacy_uids(context: &Context, sources: Sources<'_>) -> BTreeMap<String, String> {
    let user = &context.descriptor.user;
    if !user.pinned_when.is_empty() && !policy::is_pinned(context) {
        return BTreeMap::new();
    }
    let claims = user.legacy_uids.iter();
    claims.filter_map(|(name, claim)| Some(((*name).to_owned(), sources.text(claim)?))).collect()
}

/// `ID_KEY`'s claim, else the spec's.
pub(super) fn uid(context: &Context, sources: Sources<'_>) -> Result<String> {
    let (name, value) = match context.settings.text("id_key") {
        Some(name) => (name.to_owned(), sources.claims.get(name).and_then(as_text)),
        None => ("uid".to_owned(), sources.text(&context.descriptor.user.uid)),
    };
    value.filter(|uid| !uid.trim().is_empty()).ok_or_else(|| {
        let message = match context.settings.text("id_key") {
            Some(_) => format!(
                "The user has no claim `{name}`, which `{}` makes the uid.",
                context.settings.full_name("id_key")
            ),
            None => "The provider's reply has no identifier for the user.".to_owned(),
        };
        Error::new(Code::MissingClaim, Stage::UserInfo, message).with_parameter(name)
    })
}

/// The first address that is there, and whether it is verified.
///
/// An address and what verifies it are read from one document: the ID token if it has the address, else
/// user info. A flag of the one says nothing about an address of the other.
fn email(context: &Context, sources: Sources<'_>) -> (Option<String>, Option<bool>) {
    let candidates = context.descriptor.user.email;
    if let Some(claim) = context.user_keys.email {
        // A condition of the spec speaks of the claim that it stands beside, and of no other.
        let own = candidates.iter().find(|candidate| candidate.from == claim);
        let candidate =
            Email { from: claim, verified_by: own.map_or(Trust::Nothing, |own| own.verified_by) };
        return address(context, sources, &candidate).unzip();
    }
    candidates.iter().find_map(|candidate| address(context, sources, candidate)).unzip()
}

/// The address of one claim, and whether it is verified by the document that has it.
fn address(context: &Context, sources: Sources<'_>, candidate: &Email) -> Option<(String, bool)> {
    sources.documents().find_map(|document| {
        let email = document.text(&candidate.from)?;
        let verified = match candidate.verified_by {
            Trust::Nothing => false,
            Trust::Provider => true,
            Trust::Operator(setting) => context.settings.is_on(setting),
            Trust::Any(conditions) => conditions
                .iter()
                .any(|condition| policy::is_met(condition, document, &context.settings)),
        };
        Some((email, verified))
    })
}

/// The user that a sample of a spec gives, with the claims it stands for.
pub(crate) fn identity_of_sample(context: &Context, replies: &SampleReplies) -> Result<User> {
    let nothing = Object::new();
    let (reply, id_token) = (replies.user_info.as_ref(), replies.id_token.as_ref());
    let merged = reply.map(|reply| user_info::merge(reply, id_token));
    let claims = merged.as_ref().or(id_token).unwrap_or(&nothing);
    let token = replies.token.as_ref().unwrap_or(&nothing);
    let sources = Sources { claims, id_token, token, user_info: reply, calls: &replies.calls };
    policy::check(context, claims, Stage::TokenValidation)?;
    map(context, sources)
}

/// The provider's replies of a sample.
#[derive(Default)]
pub(crate) struct SampleReplies {
    pub(crate) id_token: Option<Object>,
    pub(crate) token: Option<Object>,
    pub(crate) user_info: Option<Object>,
    pub(crate) calls: Vec<(&'static str, Value)>,
}
