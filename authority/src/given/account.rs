//! Accounts whose replies were written down.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::users::{User, UserKind};

/// An account, as the replies that the provider gives about it.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The name of the account.
    pub name: String,
    /// The claims of the ID token, except those of a single sign-in.
    pub id_token: Option<Map<String, Value>>,
    /// The members of the token response beside tokens.
    pub token: Map<String, Value>,
    /// The user-info reply.
    pub user_info: Option<Value>,
    /// The replies to further calls, by name.
    pub calls: BTreeMap<String, Value>,
}

impl Account {
    /// The user-info reply; without one, the subject of the ID token, which both must have.
    pub(crate) fn user_info_reply(&self) -> Option<Value> {
        let subject = || Some(json!({"sub": self.id_token.as_ref()?.get("sub")?}));
        self.user_info.clone().or_else(subject)
    }

    /// The account as a user of the sign-in page. There are as many as a spec has samples, and they
    /// live as long as the process.
    pub(crate) fn user(&self) -> &'static User {
        let text = |names: &[&str]| -> &'static str {
            let replies = [self.id_token.clone().map(Value::Object), self.user_info.clone()];
            let found = names.iter().find_map(|name| {
                replies.iter().flatten().find_map(|reply| reply.get(*name)?.as_str())
            });
            found.unwrap_or(&self.name).to_owned().leak()
        };
        let login = text(&["preferred_username", "login", "username", "email", "sub"]);
        Box::leak(Box::new(User {
            key: self.name.clone().leak(),
            kind: UserKind::Given,
            name: text(&["name", "display_name", "displayName"]),
            given_name: None,
            family_name: None,
            upn: None,
            unique_name: login,
            preferred_username: login,
            emails: &[],
            oid: "",
            sub: "",
            tid: "",
            idp: None,
            groups: &[],
            group_overage: false,
        }))
    }
}
