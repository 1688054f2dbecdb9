//! Where to go next: a path of this application and nothing else (RFC 9700 section 4.11).

use authspec::{BeginRequest, Code, Stage};
use authspec_tests::{World, root};

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

#[tokio::test]
async fn nothing_of_the_corpus_leads_away() {
    let Some(corpus) =
        root().parent().map(|folder| folder.join("shared/vectors/openredirects.txt"))
    else {
        return;
    };
    let Ok(corpus) = std::fs::read(corpus) else {
        println!("openredirects.txt is not at hand: skipped");
        return;
    };
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
