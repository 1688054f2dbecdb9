//! A proxy that understands CONNECT (RFC 9110 section 9.3.6) and resolves names that nobody else knows.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A running proxy.
#[derive(Clone, Debug)]
pub struct ConnectProxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    requests: Arc<Mutex<Vec<Connect>>>,
}

/// One request to connect.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Host and port.
    pub target: String,
    /// The `Proxy-Authorization` header.
    pub authorization: Option<String>,
}

/// What the proxy does.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The name and port that it connects to, and the port of loopback that this is.
    pub host: (String, u16),
    /// The `Proxy-Authorization` that it asks for.
    pub authorization: Option<String>,
}

impl ConnectProxy {
    /// A proxy on a free port.
    pub async fn start(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let this = Self { port, requests };
        let server = this.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, rules) = (server.clone(), rules.clone());
                tokio::spawn(async move { server.serve(stream, rules).await });
            }
        });
        this
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Connect> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn serve(&self, mut stream: TcpStream, rules: Rules) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
        let target = target.unwrap_or_default().to_owned();
        let authorization = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("proxy-authorization").then(|| value.to_owned())
        });
        let request = Connect { target: target.clone(), authorization: authorization.clone() };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        if rules.authorization.is_some() && rules.authorization != authorization {
            return stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"proxy\"\r\n\r\n").await;
        }
        if target != rules.host.0 {
            return stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
        }
        let mut behind = TcpStream::connect(("127.0.0.1", rules.host.1)).await?;
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        tokio::io::copy_bidirectional(&mut stream, &mut behind).await?;
        Ok(())
    }
}
