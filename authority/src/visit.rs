//! A browser's visit of the authorization page in automatic mode: one request, and one redirect or
//! one form that is to be posted.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::{Url, form_urlencoded};

/// The most that is read of the answer, in bytes.
const MAX_ANSWER: u64 = 64 * 1024;

/// The destination to which the authorization endpoint's answer sends a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visited {
    /// It opens this URL.
    Redirect(String),
    /// It posts a form (OAuth 2.0 Form Post Response Mode section 2).
    Form {
        /// The URL that the form is posted to.
        action: String,
        /// The body, `application/x-www-form-urlencoded`.
        body: String,
    },
}

/// Opens an authorization URL and says where the answer sends the browser.
///
/// # Errors
///
/// Returns an error if the URL is not on loopback, or the answer is a page for people.
pub(crate) async fn visit(url: &str) -> io::Result<Visited> {
    let wrong = |message: &str| io::Error::other(message.to_owned());
    let url = Url::parse(url).map_err(|_| wrong("not a URL"))?;
    let (Some("127.0.0.1"), Some(port)) = (url.host_str(), url.port()) else {
        return Err(wrong("only an authority on 127.0.0.1 can be visited"));
    };
    let target = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let location = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("location"))
        .map(|(_, value)| Visited::Redirect(value.trim().to_owned()));
    location.or_else(|| form(body)).ok_or_else(|| wrong("the authority answered with a page"))
}

/// The form of a page that this crate made: its action, and its hidden fields.
fn form(page: &str) -> Option<Visited> {
    let (_, form) = page.split_once("<form method=\"post\" action=\"")?;
    let (action, fields) = form.split_once('"')?;
    // The sign-in page is answered at this provider, not at the application.
    let action = unescaped(action);
    if action.starts_with('/') {
        return None;
    }
    let mut body = form_urlencoded::Serializer::new(String::new());
    for field in fields.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = field.split_once("\" value=\"")?;
        let (value, _) = rest.split_once('"')?;
        body.append_pair(&unescaped(name), &unescaped(value));
    }
    Some(Visited::Form { action, body: body.finish() })
}

/// Reverses what pages of this crate do to texts.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Visited, form};
    use crate::page;

    #[test]
    fn a_form_is_read_as_a_browser_would() {
        let pairs = [("state", "a&b\"<'>"), ("code", "x")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let reply = page::form_post("https://app.example/cb?a=1&b=2", &pairs);
        let expected = Visited::Form {
            action: "https://app.example/cb?a=1&b=2".to_owned(),
            body: "state=a%26b%22%3C%27%3E&code=x".to_owned(),
        };
        assert_eq!(form(&String::from_utf8_lossy(&reply.body)), Some(expected));
    }
}
