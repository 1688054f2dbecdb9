//! A certificate authority of a company, and servers that speak TLS with its certificates.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate authority that no system trusts. Its folder goes when it is dropped.
pub struct CompanyAuthority {
    folder: PathBuf,
}

/// A certificate with its key.
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// When a certificate is valid.
#[derive(Clone, Copy, Debug)]
pub enum Validity {
    /// For a week from now.
    Now,
    /// In January 2020.
    Past,
    /// In January 2090.
    Future,
}

/// What `openssl ca` reads: it alone takes the dates of a certificate.
const SIGNING: &str = "[ca]\ndefault_ca=own\n[own]\ndatabase=index\nnew_certs_dir=.\n\
    default_md=sha256\npolicy=any\ncopy_extensions=copyall\nrand_serial=yes\n\
    [any]\ncommonName=supplied\n";

const NEW_KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

impl CompanyAuthority {
    /// A new authority, made by `openssl`.
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("authspec-authority-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let this = Self { folder };
        this.openssl(&format!(
            "req -x509 {NEW_KEY} -keyout ca.key -out ca.pem -days 30 -subj /CN=Contoso-Root-{number} \
             -addext basicConstraints=critical,CA:TRUE"
        ));
        this
    }

    /// The PEM file with the authority's certificate.
    pub fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A folder that holds the authority's certificate, under the name that `SSL_CERT_DIR` needs.
    pub fn rehashed(&self) -> PathBuf {
        let folder = self.folder.join("authorities");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::copy(self.file(), folder.join("ca.pem")).expect("a copy");
        self.openssl("rehash authorities");
        folder
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The authority's certificate as PEM.
    pub fn pem(&self) -> Vec<u8> {
        std::fs::read(self.file()).expect("a certificate")
    }

    /// A certificate for a server of this name (`DNS:…` or `IP:…`).
    pub fn issue(&self, name: &str, validity: Validity) -> Certificate {
        self.openssl(&format!(
            "req -new {NEW_KEY} -keyout server.key -out server.csr -subj /CN=server \
             -addext subjectAltName={name} -addext basicConstraints=critical,CA:FALSE"
        ));
        let dates = match validity {
            Validity::Now => "-days 7",
            Validity::Past => "-startdate 20200101000000Z -enddate 20200201000000Z",
            Validity::Future => "-startdate 20900101000000Z -enddate 20900201000000Z",
        };
        for (file, text) in [("ca.cnf", SIGNING), ("index", ""), ("index.attr", "")] {
            std::fs::write(self.folder.join(file), text).expect("a file");
        }
        self.openssl(&format!(
            "ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in server.csr -out server.pem \
             -notext {dates}"
        ));
        self.certificate("server")
    }

    /// The authority's own certificate, for a server that uses it as if it were one.
    pub fn own(&self) -> Certificate {
        self.certificate("ca")
    }

    fn certificate(&self, name: &str) -> Certificate {
        let pem = std::fs::read(self.folder.join(format!("{name}.pem"))).expect("a certificate");
        let key = std::fs::read(self.folder.join(format!("{name}.key"))).expect("a key");
        let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>();
        let key = PrivateKeyDer::from_pem_slice(&key).expect("a private key");
        Certificate { chain: chain.expect("certificates"), key }
    }

    fn openssl(&self, arguments: &str) {
        let mut command = Command::new("openssl");
        command.args(arguments.split_whitespace()).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().expect("openssl, of the package openssl");
        assert!(status.success(), "openssl {arguments}");
    }
}

impl Default for CompanyAuthority {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for CompanyAuthority {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Listens on a free port of loopback, speaks TLS, and hands on what comes in to a server of this origin
/// (`http://127.0.0.1:PORT`); says which port it is.
pub async fn speak_tls(certificate: Certificate, origin: &str) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(certificate.chain, certificate.key)
        .expect("a certificate with its key");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let behind = origin.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let mut inside = acceptor.accept(stream).await?;
                let mut outside = TcpStream::connect(behind).await?;
                tokio::io::copy_bidirectional(&mut inside, &mut outside).await
            });
        }
    });
    port
}
