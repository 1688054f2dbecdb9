//! Claims that do not identify a user for good.

/// Claims that a user or a tenant's administrator can change, or that can be given to another user: a
/// uid made of one of them may later be another person's.
pub const MUTABLE_CLAIMS: &[&str] = &[
    "email",
    "emails",
    "mail",
    "upn",
    "userPrincipalName",
    "preferred_username",
    "unique_name",
    "name",
    "display_name",
    "login",
    "username",
    "handle",
    "nickname",
    "screen_name",
];
