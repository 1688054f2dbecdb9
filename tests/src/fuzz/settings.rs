//! The target `settings`: what operators may set, and the requests that come of it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use authspec::transport::{
    BoxFuture, HttpRequest, HttpResponse, Method, Transport, TransportError, TransportErrorKind,
};
use authspec::{BeginRequest, Callback, Environment, Runtime};
use url::form_urlencoded;

use super::{REDIRECT_URI, run, texts};
use crate::{ENTRA, NOW, TestClock, descriptor, setting};

pub(super) fn settings_seeds() -> Vec<Vec<u8>> {
    texts(&[
        "KEY=k\nSECRET=s\nTENANT_ID=common\nSCOPE=a,b\nJWT_LEEWAY=60",
        "KEY=k\nAUTHORITY_HOST=AZURE_CHINA\nAUTH_EXTRA_ARGUMENTS={\"prompt\":\"login\"}",
        "KEY=k\nTENANT_NAME=fabrikam\nPOLICY=B2C_1_a\nAUTHORITY_HOST=https://login.fabrikam.example/",
        "KEY=k\nOIDC_ENDPOINT=https://a.example\nENDPOINT_HOSTS=[\"b.example\"]\nREQUESTS_TIMEOUT=5",
        "KEY=k\nSECRET=s\nTENANT_ID=common\nAUTHORIZATION_URL=https://a.example/a?ui=1&hd=2\n\
         ACCESS_TOKEN_URL=https://a.example/t?a=1&b=2\nAUTH_EXTRA_ARGUMENTS={\"u\":\"de\"}",
        "KEY=k\nSECRET=s\nTENANT_ID=common\nAUTHORIZATION_URL=https://a.example/a?ui=1\n\
         AUTH_EXTRA_ARGUMENTS={\"ui\":\"de\"}",
        "KEY=k\nSECRET=s\nTENANT_ID=common\nACCESS_TOKEN_URL=https://a.example/t?code=1&a=1&a=2",
        "KEY=k\nCLIENT_ASSERTION=x\nOFFLINE_PROVIDER=http://127.0.0.1:1\nEXTRA_DATA=[[\"a\",\"b\"]]",
    ])
}

/// Keeps the last request, and answers nobody.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Option<HttpRequest>>>);

impl Transport for Kept {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        *self.0.lock().expect("no panic") = Some(request);
        Box::pin(std::future::ready(Err(TransportErrorKind::Timeout.into())))
    }
}

/// No name of a query, of a form, or of both together comes twice: a server may read either value.
fn no_name_comes_twice(url: &str, form: &str) {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut names = BTreeSet::new();
    for text in [query, form] {
        for (name, _) in form_urlencoded::parse(text.as_bytes()) {
            assert!(names.insert(name.into_owned()), "a name comes twice: {url} {names:?}");
        }
    }
}

/// Any settings are good or mistakes with names; where they are good, whatever the browser is sent to
/// is https and has the parameters that protect a sign-in once each. No request has a name twice.
pub(super) fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let pairs = pairs.map(|(key, value)| (setting(name, key), value.to_owned()));
        let environment = Environment::from_pairs(pairs);
        let raw = environment.settings_of(descriptor(name));
        let kept = Kept::default();
        let runtime = Runtime::with(kept.clone(), TestClock::at(NOW), environment);
        let backend = match authspec::backend(descriptor(name), &raw, &runtime) {
            Ok(backend) => backend,
            Err(error) => {
                assert!(error.parameter().is_some(), "a mistake without a name: {error}");
                continue;
            }
        };
        let Ok(started) = run(backend.begin(BeginRequest::new(REDIRECT_URI))) else {
            continue;
        };
        let url = url::Url::parse(&started.authorization_url).expect("a URL");
        let local = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        assert!(url.scheme() == "https" || local, "{url}");
        no_name_comes_twice(&started.authorization_url, "");
        let values = |name: &str| {
            let pairs = url.query_pairs().filter(|(own, _)| own == name);
            pairs.map(|(_, value)| value.into_owned()).collect::<Vec<_>>()
        };
        for once in ["client_id", "state", "code_challenge"] {
            assert_eq!(values(once).len(), 1, "{name}: `{once}` in {url}");
        }
        assert_eq!(values("nonce").len(), usize::from(name != "github"), "{url}");
        assert_eq!(values("redirect_uri"), [REDIRECT_URI], "{url}");
        assert_eq!(values("response_type"), ["code"], "{url}");
        assert_eq!(values("code_challenge_method"), ["S256"], "{url}");
        for never in ["request", "request_uri", "client_secret"] {
            assert_eq!(values(never), [""; 0], "{url}");
        }
        // A backend without documents goes on to the token request.
        let state = values("state").concat();
        let callback = Callback::from_url(&format!("{REDIRECT_URI}?code=c&state={state}"));
        run(backend.complete(&started.transaction, callback)).expect_err("nobody answers");
        if let Some(request) = kept.0.lock().expect("no panic").take() {
            let form = request.body.as_ref().map_or("", |body| body.as_str());
            assert_eq!(form.is_empty(), request.method == Method::Get);
            no_name_comes_twice(&request.url, form);
        }
    }
}
