//! The pages of the demo. Everything that is not ours is escaped.

use authspec::{Descriptor, Error, Identity};

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --accent: #0a66c2; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem; }
li a { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .9rem 1rem; border: 1px solid var(--line);
  border-radius: .5rem; color: inherit; text-decoration: none; }
li a:hover, li a:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: 1px; }
li b { font-weight: 600; }
code { font: .85em ui-monospace, monospace; opacity: .75; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; width: 9rem; }
.actions a { margin-right: 1.5rem; color: var(--accent); }
.error { border-left: 4px solid #c22; padding: .5rem 1rem; }
";

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
}

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
             that runs on this machine and behaves as Microsoft Entra ID does.</p><ul>{links}</ul>"
        ),
    )
}

/// Who signed in.
pub(super) fn identity(identity: &Identity, logout: Option<&str>) -> String {
    let details = &identity.details;
    let verified = match details.email_verified {
        Some(true) => " (verified)",
        Some(false) => " (nobody vouches for it)",
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

/// What went wrong.
pub(super) fn error(error: &Error) -> String {
    page(
        "Not signed in – authspec demo",
        &format!(
            "<h1>Not signed in</h1><p class=\"error\">{}</p>\
             <table><tr><th scope=\"row\">Code</th><td><code>{}</code></td></tr>\
             <tr><th scope=\"row\">Stage</th><td><code>{}</code></td></tr>\
             <tr><th scope=\"row\">Recovery</th><td><code>{}</code></td></tr></table>\
             <p class=\"actions\"><a href=\"/\">Back to the backends</a></p>",
            escape(error.message()),
            error.code(),
            error.stage(),
            error.recovery()
        ),
    )
}

pub(super) fn not_found() -> String {
    page("authspec demo", "<h1>No such backend</h1><p><a href=\"/\">Back to the backends</a></p>")
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, char| {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
        escaped
    })
}
