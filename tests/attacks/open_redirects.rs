//! Where to go next: a path of this application and nothing else (RFC 9700 section 4.11).

use authspec::{BeginRequest, Code, Stage};
use authspec_tests::World;
use url::Url;

use crate::attack::word;

/// Lines of the corpus that are paths of this application: what stands in its query is no redirect of
/// ours.
const PATHS: &[&str] = &[
    "/?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com&redirect_uri=//example.com",
    "/?url=Https://example.com&next=Https://example.com&redirect=Https://example.com&redir=Https://example.com&rurl=Https://example.com&redirect_uri=Https://example.com",
    "/ReceiveAutoRedirect/false?desiredLocationUrl=http://xssposed.org",
    "/redirect?url=//example.com&next=//example.com&redirect=//example.com&redir=//example.com&rurl=//example.com&redirect_uri=//example.com",
    "/redirect?url=Https://example.com&next=Https://example.com&redirect=Https://example.com&redir=Https://example.com&rurl=Https://example.com&redirect_uri=Https://example.com",
];

async fn begin(next: &str) -> authspec::Result<authspec::Started> {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    backend.begin(BeginRequest::new("https://app.example/cb").next(next)).await
}

/// What an attacker writes before a host, the host, and what follows it.
const BEFORE: [&str; 44] = [
    "//",
    "///",
    "////",
    "/\\",
    "\\\\",
    "\\/",
    "\\",
    "/\\/",
    "/\t/",
    "/\n/",
    "/\r/",
    "\t//",
    " //",
    "\u{a0}//",
    "\0//",
    "/\0/",
    "/ /",
    "/\u{200b}/",
    "/\u{2028}/",
    "/\u{2f}\u{ff0f}",
    "\u{ff0f}\u{ff0f}",
    "/%09/",
    "/%0a/",
    "/%0d/",
    "/%2f",
    "/%5c",
    "/%252f",
    "%2f%2f",
    "/.//",
    "/..//",
    "/./\\",
    "/;//",
    "https://",
    "HtTpS://",
    "http:/",
    "https:",
    "https:///",
    "https:\\\\",
    "//user@",
    "javascript:",
    "java\tscript:",
    "data:text/html,",
    "ftp://",
    "?//",
];
const HOSTS: [&str; 6] = [
    "evil.example",
    "evil%E3%80%82example",
    "evil\u{3002}example",
    "app.example@evil.example",
    "2130706433",
    "[::1]",
];
const AFTER: [&str; 6] = ["", "/", "/%2e%2e", "/..", "?x=1", "#x"];

/// Paths that are let through lead a browser to the application itself, also after a server has decoded
/// them once.
#[tokio::test]
async fn no_way_of_writing_another_host_leads_there() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    let own = Url::parse("https://app.example/account").unwrap();
    let (mut refused, mut kept) = (0, 0);
    for before in BEFORE {
        for (host, after) in HOSTS.iter().flat_map(|host| AFTER.map(|after| (host, after))) {
            let next = format!("{before}{host}{after}");
            match backend.begin(BeginRequest::new("https://app.example/cb").next(&*next)).await {
                Ok(_) => {
                    kept += 1;
                    for written in [next.clone(), percent_decoded(&next)] {
                        let led = own.join(&written).map(|url| url.origin());
                        assert_eq!(led, Ok(own.origin()), "{next:?} as {written:?}");
                    }
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(word(&error), (Code::InvalidParameter, Stage::Begin), "{next:?}");
                    assert_eq!(error.parameter(), Some("next"));
                }
            }
        }
    }
    assert_eq!(refused + kept, BEFORE.len() * HOSTS.len() * AFTER.len());
    assert!(refused > 1_000, "{refused} refused, {kept} kept");
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B"));
    let decoded = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value);
    decoded.unwrap_or_default().into_owned()
}

#[tokio::test]
#[ignore = "AUTHSPEC_VECTORS must name a folder with openredirects.txt"]
async fn nothing_of_the_corpus_leads_away() {
    let folder = std::env::var("AUTHSPEC_VECTORS").expect("AUTHSPEC_VECTORS names a folder");
    let corpus = std::fs::read(format!("{folder}/openredirects.txt")).expect("the corpus");
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    let (mut refused, mut paths) = (0, Vec::new());
    for line in corpus.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line = String::from_utf8_lossy(line);
        let request = BeginRequest::new("https://app.example/cb").next(&*line);
        match backend.begin(request).await {
            Err(error) => {
                assert_eq!(word(&error), (Code::InvalidParameter, Stage::Begin), "{line}");
                assert_eq!(error.parameter(), Some("next"));
                refused += 1;
            }
            Ok(_) => paths.push(line.into_owned()),
        }
    }
    println!("{refused} refused, {} are paths: {paths:#?}", paths.len());
    assert_eq!(paths, PATHS);
    assert_eq!(refused + PATHS.len(), 558, "every line is one or the other");
}

#[tokio::test]
async fn paths_of_the_application_are_kept() {
    for path in ["/", "/account", "/account?tab=1&next=https%3A%2F%2Fevil.example#top", "/a/b%2fc"]
    {
        assert!(begin(path).await.is_ok(), "{path}");
    }
    for path in ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"] {
        assert_eq!(begin(path).await.unwrap_err().code(), Code::InvalidParameter, "{path}");
    }
}
