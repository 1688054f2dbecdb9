//! The people who can sign in, and which of them an endpoint knows.

use crate::constants::{CONSUMER_TENANT_ID, EXTERNAL_TENANT_ID, TENANT_ID};
use crate::route::{Flavour, Tenant};

/// The kind of a user's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// A member of the work tenant.
    Member,
    /// A guest in the work tenant, from another organization or with a personal Microsoft account.
    Guest,
    /// A personal Microsoft account of its own.
    Personal,
    /// An account of the external tenant (External ID).
    External,
    /// An account of the B2C tenant.
    B2c,
    /// An account of the GitHub-like provider.
    GitHub,
    /// An account of a provider that is data.
    Given,
}

/// A person who can sign in. All values are invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// The name by which the rest of this crate's interface calls the user.
    pub key: &'static str,
    /// The sort of account.
    pub kind: UserKind,
    /// Display name.
    pub name: &'static str,
    /// Given name, where the account has one.
    pub given_name: Option<&'static str>,
    /// Family name, where the account has one.
    pub family_name: Option<&'static str>,
    /// User principal name; only members have one.
    pub upn: Option<&'static str>,
    /// The `unique_name` of version 1 tokens.
    pub unique_name: &'static str,
    /// The `preferred_username` of version 2 tokens.
    pub preferred_username: &'static str,
    /// E-mail addresses, the first one is the main one.
    pub emails: &'static [&'static str],
    /// Object id in the tenant.
    pub oid: &'static str,
    /// Subject for the default client.
    pub sub: &'static str,
    /// Tenant that issues the user's tokens; empty where the provider has no tenants.
    pub tid: &'static str,
    /// Identity provider of a guest.
    pub idp: Option<&'static str>,
    /// Ids of the groups the user is in.
    pub groups: &'static [&'static str],
    /// `true` if the user is in too many groups for a token.
    pub group_overage: bool,
}

const MEMBER: User = User {
    key: "member",
    kind: UserKind::Member,
    name: "Adaeze Okafor",
    given_name: Some("Adaeze"),
    family_name: Some("Okafor"),
    upn: Some("adaeze@contoso.example"),
    unique_name: "adaeze@contoso.example",
    preferred_username: "adaeze@contoso.example",
    emails: &["adaeze@contoso.example", "a.okafor@contoso.example"],
    oid: "a4c87e10-2b6f-49d3-8e75-1f3b0c9d6a28",
    sub: "Qm7vX2dKz1R9sT4uWcYbNhLpEaJf6oGiUx8kPqMtVwS",
    tid: TENANT_ID,
    idp: None,
    groups: &[],
    group_overage: false,
};

static USERS: [User; 9] = [
    MEMBER,
    User {
        key: "guest",
        kind: UserKind::Guest,
        name: "Kim",
        given_name: None,
        family_name: None,
        upn: None,
        unique_name: "live.com#kim@mailbox.example",
        preferred_username: "kim@mailbox.example",
        emails: &["kim@mailbox.example"],
        oid: "c0d41a7e-93b5-4f2d-8e60-7a1b5c9d3e86",
        sub: "Hn5bV8cXz3LkJ1hGfDsAqWeRtYuIoP0mNbVcXzLkJ4g",
        idp: Some("live.com"),
        ..MEMBER
    },
    User {
        key: "personal",
        kind: UserKind::Personal,
        name: "Kim Lind",
        given_name: Some("Kim"),
        family_name: Some("Lind"),
        upn: None,
        unique_name: "live.com#kim@mailbox.example",
        preferred_username: "kim@mailbox.example",
        emails: &["kim@mailbox.example"],
        oid: "00000000-0000-0000-5ac1-0b7e93d4f2a6",
        sub: "AAAAAAAAAAAAAAAAAAAAAInventedSubForMsaUser1",
        tid: CONSUMER_TENANT_ID,
        ..MEMBER
    },
    User {
        key: "partner",
        kind: UserKind::Guest,
        name: "Ren Sato",
        given_name: Some("Ren"),
        family_name: Some("Sato"),
        upn: None,
        unique_name: "ren.sato@partner.example",
        preferred_username: "ren.sato@partner.example",
        emails: &["ren.sato@partner.example"],
        oid: "6b1d0f83-2c94-4e57-a8d6-39f0c7e5b412",
        sub: "Pt4nErGuEsTsUbJeCtInVeNtEd0123456789abcdefg",
        idp: Some("https://sts.windows.net/b71e09aa-54d3-4f6e-8c1b-0d9e6a2f7741/"),
        ..MEMBER
    },
    User {
        key: "customer",
        kind: UserKind::External,
        name: "Ivo Petrov",
        given_name: None,
        family_name: None,
        upn: None,
        unique_name: "ivo@customer.example",
        preferred_username: "ivo@customer.example",
        emails: &["ivo@customer.example"],
        oid: "2d9e6b10-4c7f-4a35-8b91-e0f3c5a7d862",
        sub: "Vb2invented0ciam0subject0AAAAAAAAAAAAAAAAAAA",
        tid: EXTERNAL_TENANT_ID,
        ..MEMBER
    },
    User {
        key: "b2c",
        kind: UserKind::B2c,
        name: "Mara Vintila",
        given_name: Some("Mara"),
        family_name: Some("Vintila"),
        upn: None,
        unique_name: "mara@shop.example",
        preferred_username: "mara@shop.example",
        emails: &["mara@shop.example", "mara.v@alt.example"],
        oid: "91d7c3ea-5b2f-4e80-a16c-8f0b4d729e35",
        sub: "91d7c3ea-5b2f-4e80-a16c-8f0b4d729e35",
        tid: "",
        ..MEMBER
    },
    User {
        key: "many-groups",
        name: "Tove Aske",
        given_name: Some("Tove"),
        family_name: Some("Aske"),
        upn: Some("tove@contoso.example"),
        unique_name: "tove@contoso.example",
        preferred_username: "tove@contoso.example",
        emails: &["tove@contoso.example"],
        oid: "2f9b6c05-71ad-4e38-a0d4-63c8e5b1f972",
        sub: "Vt3kLm9QwErTyUiOpAsDfGhJkZxCvBnM1234567890A",
        groups: &["1b6a0d3c-4e52-47f9-90b8-2d7c5e8f1a04"],
        group_overage: true,
        ..MEMBER
    },
    User {
        key: "grouped",
        name: "Ren Sato",
        given_name: Some("Ren"),
        family_name: Some("Sato"),
        upn: Some("ren@contoso.example"),
        unique_name: "ren@contoso.example",
        preferred_username: "ren@contoso.example",
        emails: &["ren@contoso.example"],
        oid: "5e2c9f74-0d1b-4a68-b3f7-c86d1e0a9253",
        sub: "Gr8pEdUsErSuBjEcTvAlUeInVeNtEd0123456789abc",
        groups: &["1b6a0d3c-4e52-47f9-90b8-2d7c5e8f1a04", "77c2f9e1-0a3b-4d68-b5e4-9f1d6c8a2b30"],
        ..MEMBER
    },
    User {
        key: "octo",
        kind: UserKind::GitHub,
        name: "Octo Cat Smith",
        given_name: None,
        family_name: None,
        upn: None,
        unique_name: "octo",
        preferred_username: "octo",
        emails: &["octo@mail.example"],
        oid: "583231",
        sub: "583231",
        tid: "",
        ..MEMBER
    },
];

/// Everybody who can sign in.
pub fn users() -> &'static [User] {
    &USERS
}

impl User {
    /// The main e-mail address.
    pub fn email(&self) -> Option<&'static str> {
        self.emails.first().copied()
    }

    /// Returns `true` if an endpoint knows this account. A personal account is known to all endpoints of
    /// Entra ID, some of which then refuse it.
    pub(crate) fn belongs_to(&self, flavour: &Flavour) -> bool {
        match flavour {
            Flavour::B2c(_) => self.kind == UserKind::B2c,
            Flavour::GitHub => self.kind == UserKind::GitHub,
            Flavour::Oidc => !matches!(self.kind, UserKind::GitHub | UserKind::Given),
            Flavour::Given => self.kind == UserKind::Given,
            Flavour::V2(Tenant::External) => self.kind == UserKind::External,
            Flavour::V1(_) | Flavour::V2(_) => {
                matches!(self.kind, UserKind::Member | UserKind::Guest | UserKind::Personal)
            }
        }
    }
}

/// The user of that key if the endpoint knows the account, else the endpoint's usual user.
pub(crate) fn user_for(flavour: &Flavour, key: &str) -> &'static User {
    let usual = match flavour {
        Flavour::B2c(_) => "b2c",
        Flavour::GitHub => "octo",
        Flavour::V2(Tenant::External) => "customer",
        Flavour::V1(_) | Flavour::V2(_) | Flavour::Oidc | Flavour::Given => "member",
    };
    let find = |key: &str| USERS.iter().find(|user| user.key == key && user.belongs_to(flavour));
    find(key).or_else(|| find(usual)).unwrap_or(&USERS[0])
}

#[cfg(test)]
mod tests {
    use super::user_for;
    use crate::route::{Flavour, Tenant};

    #[test]
    fn an_endpoint_signs_in_only_its_own_accounts() {
        assert_eq!(user_for(&Flavour::GitHub, "member").key, "octo");
        assert_eq!(user_for(&Flavour::V2(Tenant::Common), "octo").key, "member");
        assert_eq!(user_for(&Flavour::V2(Tenant::Common), "guest").key, "guest");
        assert_eq!(user_for(&Flavour::Oidc, "nobody").key, "member");
    }
}
