//! The pages of the demo. Everything that is not ours is escaped.

use authspec::{Descriptor, Error, Identity};

use crate::html::{escape, page};

/// Every backend, as a link that starts a sign-in.
pub(super) fn index(backends: &[&Descriptor]) -> String {
    let mut links = String::new();
    for backend in backends {
        let (name, title) = (escape(backend.name), escape(backend.title));
        links.push_str(&format!(
            "<li><a href=\"/login/{name}\"><b>{title}</b><code>{name}</code></a></li>"
        ));
    }
    page(
        "authspec demo",
        &format!(
            "<h1>Sign in</h1><p>Each of these is a real sign-in over HTTP, against an authority \
             that runs on this machine and behaves as the provider does.</p><ul>{links}</ul>"
        ),
    )
}

/// The page of a user who signed in.
pub(super) fn identity(identity: &Identity, logout: Option<&str>) -> String {
    let details = &identity.details;
    let verified = match details.email_verified {
        Some(true) => " (verified)",
        Some(false) => " (not verified)",
        None => "",
    };
    let email = details.email.as_ref().map(|email| format!("{email}{verified}"));
    let groups = match (&identity.groups, identity.groups_overage) {
        (Some(groups), _) => Some(groups.join(", ")),
        (None, true) => Some("more than fit in the token".to_owned()),
        (None, false) => None,
    };
    let mut rows = String::new();
    for (name, value) in [
        ("Backend", Some(identity.backend.to_owned())),
        ("uid", Some(identity.uid.clone())),
        ("Name", details.fullname.clone()),
        ("User name", details.username.clone()),
        ("E-mail", email),
        ("Groups", groups),
    ] {
        if let Some(value) = value {
            let value = escape(&value);
            rows.push_str(&format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"));
        }
    }
    let logout = logout
        .map(|url| format!("<a href=\"{}\">Sign out at the provider</a>", escape(url)))
        .unwrap_or_default();
    page(
        "Signed in – authspec demo",
        &format!(
            "<h1>Signed in</h1><table>{rows}</table>\
             <p class=\"actions\"><a href=\"/\">Try another backend</a>{logout}</p>"
        ),
    )
}

/// The page of a failed sign-in: a sentence for the visitor, and the details for the operator.
pub(super) fn error(error: &Error) -> String {
    let mut rows = String::new();
    for (name, value) in [
        ("Code", error.code().to_string()),
        ("Stage", error.stage().to_string()),
        ("Recovery", error.recovery().to_string()),
        ("Message", error.message().to_owned()),
    ] {
        let value = escape(&value);
        rows.push_str(&format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"));
    }
    page(
        "Not signed in – authspec demo",
        &format!(
            "<h1>Not signed in</h1><p class=\"error\">{}</p>\
             <details><summary>For the operator</summary><table>{rows}</table></details>\
             <p class=\"actions\"><a href=\"/\">Back to the backends</a></p>",
            escape(error.for_visitors())
        ),
    )
}

pub(super) fn not_found() -> String {
    page("authspec demo", "<h1>No such backend</h1><p><a href=\"/\">Back to the backends</a></p>")
}
