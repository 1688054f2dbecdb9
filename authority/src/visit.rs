//! What a browser would do at the authorization page in automatic mode: one request, one redirect.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// The most that is read of the answer's head, in bytes.
const MAX_HEAD: u64 = 64 * 1024;

/// Opens an authorization URL and says where it redirects to.
///
/// # Errors
///
/// When the URL is not on loopback, or the answer is not a redirect.
pub(crate) async fn visit(url: &str) -> io::Result<String> {
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
    stream.take(MAX_HEAD).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("location"))
        .map(|(_, value)| value.trim().to_owned())
        .ok_or_else(|| wrong("the authority did not redirect"))
}
