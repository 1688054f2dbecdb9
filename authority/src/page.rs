//! The HTML pages: sign-in, notices, the self-posting form and the list of endpoints.

use std::fmt::Write as _;

use crate::constants::{B2C_POLICY, B2C_TENANT_NAME};
use crate::given::CONTINUE;
use crate::random;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::users::User;

const STYLE: &str = include_str!("page.css");

/// Makes text harmless in HTML, inside and outside of attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A page with a title and a body that is HTML already. `script` is the policy for scripts.
fn page(status: u16, title: &str, body: &str, script: &str) -> Reply {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    Reply::new(status, "text/html; charset=utf-8", html)
        .with_header("content-security-policy", &policy)
        .with_header("x-content-type-options", "nosniff")
        .with_header("referrer-policy", "no-referrer")
        .unstored()
}

/// A page with one plain message.
pub(crate) fn notice(status: u16, title: &str, text: &str) -> Reply {
    let body = format!("<p>{}</p>\n", escape(text));
    page(status, title, &body, "'none'")
}

/// The sign-in page: one button for each user, and the ways not to sign in.
pub(crate) fn sign_in(
    flavour: &Flavour,
    title: &str,
    users: &[&User],
    client_id: &str,
    request_id: &str,
) -> Reply {
    let mut body = format!(
        "<p>to the application <code>{}</code></p>\n\
         <p class=\"soft\">{}. This is an offline provider for trying things out; choose who you \
         want to be.</p>\n\
         <form method=\"post\" action=\"{}\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\n\
         <h2 id=\"accounts\">Accounts</h2>\n<ul aria-labelledby=\"accounts\">\n",
        escape(client_id),
        escape(title),
        if *flavour == Flavour::Given { CONTINUE } else { "/authorize/continue" },
        escape(request_id),
    );
    for user in users {
        let _ = writeln!(
            body,
            "<li><button type=\"submit\" name=\"user\" value=\"{}\"><strong>{}</strong>\
             <span>{}</span></button></li>",
            escape(user.key),
            escape(user.name),
            escape(&subtitle(user)),
        );
    }
    body.push_str("</ul>\n<div class=\"others\">\n");
    body.push_str("<button type=\"submit\" name=\"cancel\" value=\"1\">Cancel</button>\n");
    if matches!(flavour, Flavour::B2c(_)) {
        body.push_str(
            "<button type=\"submit\" name=\"forgot\" value=\"1\">Forgot password</button>\n",
        );
    }
    body.push_str("</div>\n</form>\n");
    page(200, "Sign in", &body, "'none'")
}

/// The login name, and the key where it says something else.
fn subtitle(user: &User) -> String {
    if user.preferred_username == user.key {
        return user.key.to_owned();
    }
    format!("{} ({})", user.preferred_username, user.key)
}

/// A form that posts the answer to the client's address (OAuth 2.0 Form Post Response Mode section
/// 2); without scripts there is a button.
pub(crate) fn form_post(address: &str, params: &[(String, String)]) -> Reply {
    let nonce = random::guid();
    let mut body = format!("<form method=\"post\" action=\"{}\">\n", escape(address));
    for (name, value) in params {
        let _ = writeln!(
            body,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value),
        );
    }
    let _ = write!(
        body,
        "<button type=\"submit\">Continue</button>\n</form>\n\
         <script nonce=\"{nonce}\">document.forms[0].submit();</script>\n"
    );
    page(200, "Working", &body, &format!("'nonce-{nonce}'"))
}

/// The list of discovery documents, for people who open the origin in a browser.
pub(crate) fn index() -> Reply {
    let b2c = format!(
        "/{B2C_TENANT_NAME}.onmicrosoft.com/v2.0/.well-known/openid-configuration?p={B2C_POLICY}"
    );
    let documents = [
        ("Entra ID, version 1", "/common/.well-known/openid-configuration"),
        ("Entra ID, version 2", "/common/v2.0/.well-known/openid-configuration"),
        ("B2C", b2c.as_str()),
        ("OpenID provider", "/oidc/.well-known/openid-configuration"),
    ];
    let mut body = String::from("<p>These discovery documents are served here:</p>\n<ul>\n");
    for (name, path) in documents {
        let _ = writeln!(body, "<li><a href=\"{}\">{}</a></li>", escape(path), escape(name));
    }
    body.push_str("</ul>\n");
    page(200, "Offline identity provider", &body, "'none'")
}

#[cfg(test)]
mod tests {
    use super::{escape, form_post, sign_in};
    use crate::route::{Flavour, Policy};

    #[test]
    fn nothing_from_outside_becomes_markup() {
        assert_eq!(escape("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        let pairs = [("state".to_owned(), "\"><script>".to_owned())];
        let html =
            String::from_utf8_lossy(&form_post("https://a.example/", &pairs).body).into_owned();
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;\""));
    }

    #[test]
    fn forgotten_passwords_are_a_matter_of_b2c() {
        let shown = |flavour: &Flavour| {
            String::from_utf8_lossy(&sign_in(flavour, "t", &[], "c", "r").body)
                .contains("Forgot password")
        };
        assert!(shown(&Flavour::B2c(Policy { name: "B2C_1_x".to_owned(), in_path: false })));
        assert!(!shown(&Flavour::Oidc));
    }
}
