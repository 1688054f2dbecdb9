//! The operator's network: a proxy that alone resolves the provider's name, and a company's certificates.

use authspec::transport::{Proxy, ReqwestTransport};
use authspec::{
    BeginRequest, Callback, Client, Code, Environment, LogoutRequest, Recovery, Runtime, Stage,
};
use authspec_authority::{Authority, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Fault, TENANT_ID};
use authspec_azuread::AzureAdV2TenantOAuth2;
use authspec_tests::connect_proxy::{ConnectProxy, Rules};
use authspec_tests::tls::{CompanyAuthority, Validity, speak_tls};
use authspec_tests::{NOW, TestClock, World, descriptor};

const HOST: &str = "idp.corp.example";
const NAME: &str = "azuread-v2-tenant-oauth2";
const PREFIX: &str = "SOCIAL_AUTH_AZUREAD_V2_TENANT_OAUTH2_";
const HOME: &str = "https://app.example/complete/azuread-v2-tenant-oauth2/";
/// `operator:hidden-word-of-the-proxy` in Basic.
const CREDENTIALS: &str = "operator:hidden-word-of-the-proxy";
const BASIC: &str = "Basic b3BlcmF0b3I6aGlkZGVuLXdvcmQtb2YtdGhlLXByb3h5";

/// A provider at a name that only the proxy resolves, with a certificate of the company's.
struct Corporation {
    authority: Authority,
    certificates: CompanyAuthority,
    proxy: ConnectProxy,
}

impl Corporation {
    async fn new(authorization: Option<&str>) -> Self {
        let authority =
            Authority::builder().public_origin(&format!("https://{HOST}")).start().await.unwrap();
        authority.set_clock(Some(NOW));
        let certificates = CompanyAuthority::new();
        let certificate = certificates.issue(&format!("DNS:{HOST}"), Validity::Now);
        let port = speak_tls(certificate, authority.local_origin()).await;
        let authorization = authorization.map(str::to_owned);
        let rules = Rules { host: (format!("{HOST}:443"), port), authorization };
        Self { authority, certificates, proxy: ConnectProxy::start(rules).await }
    }

    fn transport(&self) -> ReqwestTransport {
        let builder = ReqwestTransport::builder().add_authorities(&self.certificates.pem());
        builder.unwrap().build().unwrap()
    }

    /// A runtime whose environment is that of a sign-in, and these variables.
    fn runtime(&self, variables: &[(&str, &str)]) -> Runtime {
        runtime_over(self.transport(), variables)
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.proxy.port)
    }

    /// Signs in by name, and by type.
    async fn sign_in(&self, runtime: &Runtime) -> authspec::Result<()> {
        let settings = runtime.environment().settings_of(descriptor(NAME));
        let backend = authspec::backend(descriptor(NAME), &settings, runtime)?;
        let started = backend.begin(BeginRequest::new(HOME)).await?;
        let callback = self.callback(&started.authorization_url).await;
        backend.complete(&started.transaction, callback).await?;
        let client = client(runtime)?;
        let started = client.begin(HOME).await?;
        let callback = self.callback(&started.authorization_url).await;
        client.complete(&started.transaction, callback).await?;
        Ok(())
    }

    /// The browser goes to the provider without the proxy.
    async fn callback(&self, url: &str) -> Callback {
        let local = url.replace(&format!("https://{HOST}"), self.authority.local_origin());
        Callback::from_url(&self.authority.visit(&local).await.unwrap())
    }
}

fn runtime_over(transport: ReqwestTransport, variables: &[(&str, &str)]) -> Runtime {
    let mut all = vec![
        (format!("{PREFIX}KEY"), DEFAULT_CLIENT_ID.to_owned()),
        (format!("{PREFIX}SECRET"), DEFAULT_CLIENT_SECRET.to_owned()),
        (format!("{PREFIX}TENANT_ID"), TENANT_ID.to_owned()),
        (format!("{PREFIX}AUTHORITY_HOST"), HOST.to_owned()),
        ("AUTHSPEC_TRANSACTION_KEY".to_owned(), "0123456789abcdef0123456789abcdef".to_owned()),
    ];
    all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Runtime::with(transport, TestClock::at(NOW), Environment::from_pairs(all))
}

fn client(runtime: &Runtime) -> authspec::Result<Client<AzureAdV2TenantOAuth2>> {
    use authspec::ProviderSettings as _;
    let settings = <AzureAdV2TenantOAuth2 as authspec::Provider>::Settings::from_environment(
        runtime.environment(),
    )?;
    Client::with_runtime(settings, runtime)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_naming_a_proxy_signs_in() {
    let corporation = Corporation::new(None).await;
    let address = corporation.address();
    let proxies = format!(r#"{{"https": "{address}"}}"#);
    let all = format!(r#"{{"all": "{address}", "http": "http://nobody.invalid"}}"#);
    let own = format!("{PREFIX}PROXIES");
    for variables in [
        &[("HTTPS_PROXY", address.as_str())][..],
        &[("https_proxy", &address)],
        &[("ALL_PROXY", &address)],
        &[("all_proxy", &address), ("NO_PROXY", "other.example,.corp.example.org")],
        &[("SOCIAL_AUTH_PROXIES", &proxies)],
        &[(&own, &all), ("HTTPS_PROXY", "http://nobody.invalid:1")],
        // As in Python's requests, what PROXIES says is not subject to NO_PROXY.
        &[(&own, &proxies), ("NO_PROXY", "*")],
    ] {
        let before = corporation.proxy.requests().len();
        let result = corporation.sign_in(&corporation.runtime(variables)).await;
        assert!(result.is_ok(), "{variables:?}: {result:?}");
        let asked = corporation.proxy.requests();
        assert!(asked.len() > before, "{variables:?}: the proxy saw nothing");
        assert!(asked.iter().all(|connect| connect.target == format!("{HOST}:443")));
    }
    let builder = ReqwestTransport::builder().proxy(Proxy::new(&address).unwrap());
    let transport = builder.only_authorities(&corporation.certificates.pem()).unwrap().build();
    let runtime = runtime_over(transport.unwrap(), &[("HTTPS_PROXY", "http://nobody.invalid:1")]);
    corporation.sign_in(&runtime).await.unwrap();
}

/// An error of the discovery document, which `logout_url` asks for.
async fn refusal(runtime: &Runtime) -> authspec::Error {
    let settings = runtime.environment().settings_of(descriptor(NAME));
    let backend = authspec::backend(descriptor(NAME), &settings, runtime).unwrap();
    backend.logout_url(LogoutRequest::new()).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_only_the_proxy_resolves_needs_the_proxy() {
    let corporation = Corporation::new(None).await;
    let address = corporation.address();
    // A label that is longer than DNS allows: no server is asked about it.
    let host = format!("{}.corp.example", "nowhere".repeat(10));
    let authority_host = format!("{PREFIX}AUTHORITY_HOST");
    for variables in [
        &[][..],
        &[("HTTPS_PROXY", address.as_str()), ("NO_PROXY", &host)],
        &[("HTTPS_PROXY", &address), ("no_proxy", ".corp.example")],
        &[("HTTPS_PROXY", &address), ("SOCIAL_AUTH_PROXIES", r#"{"https": ""}"#)],
        &[("HTTP_PROXY", &address)],
    ] {
        let mut variables = variables.to_vec();
        variables.push((&authority_host, &host));
        let error = refusal(&corporation.runtime(&variables)).await;
        assert_eq!((error.code(), error.stage()), (Code::ConnectionFailed, Stage::Disconnect));
        assert_eq!(error.recovery(), Recovery::ContactAdministrator, "later cannot help");
        assert!(error.message().contains(&host), "{error}");
        assert!(error.message().contains("name it in HTTPS_PROXY"), "{error}");
    }
    assert!(corporation.proxy.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_asks_for_credentials_gets_them_and_nobody_else_sees_them() {
    let corporation = Corporation::new(Some(BASIC)).await;
    let port = corporation.proxy.port;
    let without = corporation.runtime(&[("HTTPS_PROXY", &corporation.address())]);
    let error = refusal(&without).await;
    assert_eq!(error.code(), Code::ConnectionFailed);
    assert!(error.message().contains("asks for a user name"), "{error}");
    let world = World::start().await;
    let address = format!("http://{CREDENTIALS}@127.0.0.1:{port}");
    let runtime = corporation.runtime(&[("HTTPS_PROXY", &address)]);
    corporation.sign_in(&runtime).await.unwrap();
    let wrong = format!("http://operator:hidden-word-but-another@127.0.0.1:{port}");
    let error = refusal(&corporation.runtime(&[("HTTPS_PROXY", &wrong)])).await;
    let source = std::error::Error::source(&error).map(ToString::to_string);
    let printed = format!("{error:?} {error} {source:?} {}", world.logged());
    for hidden in ["hidden-word", "b3BlcmF0b3I6"] {
        assert!(!printed.contains(hidden), "`{hidden}` was printed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_does_not_do_is_said() {
    let corporation = Corporation::new(None).await;
    let address = corporation.address();
    let authority_host = format!("{PREFIX}AUTHORITY_HOST");
    let elsewhere = [("HTTPS_PROXY", address.as_str()), (&authority_host, "other.example")];
    let error = refusal(&corporation.runtime(&elsewhere)).await;
    assert_eq!(error.recovery(), Recovery::ContactAdministrator);
    assert!(error.message().contains("did not connect to `other.example`"), "{error}");
    let nobody = refusal(&corporation.runtime(&[("HTTPS_PROXY", "http://127.0.0.1:1")])).await;
    assert!(nobody.message().contains("The proxy `127.0.0.1:1` cannot be reached"), "{nobody}");
    // Its twin, in which the proxy allows the host.
    corporation.sign_in(&corporation.runtime(&[("HTTPS_PROXY", &address)])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_cannot_be_is_refused_at_start() {
    let corporation = Corporation::new(None).await;
    for (name, value) in [
        ("HTTPS_PROXY", "socks5://operator:hidden@127.0.0.1:1080"),
        ("SOCIAL_AUTH_PROXIES", r#"{"https": "ftp://operator:hidden@proxy.example"}"#),
        ("SOCIAL_AUTH_PROXIES", r#"{"htps": "http://operator:hidden@proxy.example"}"#),
    ] {
        let runtime = corporation.runtime(&[(name, value)]);
        let settings = runtime.environment().settings_of(descriptor(NAME));
        let by_name = authspec::backend(descriptor(NAME), &settings, &runtime).err().unwrap();
        let by_type = client(&runtime).err().unwrap();
        for error in [by_name, by_type] {
            assert_eq!((error.code(), error.parameter()), (Code::InvalidSetting, Some(name)));
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
    }
    let exempt = [("HTTPS_PROXY", "socks5://127.0.0.1:1080"), ("NO_PROXY", "*")];
    assert!(client(&corporation.runtime(&exempt)).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn loopback_is_reached_without_the_proxy() {
    let world = World::start().await;
    let proxy = ConnectProxy::start(Rules { host: (String::new(), 1), authorization: None }).await;
    let address = format!("http://127.0.0.1:{}", proxy.port);
    for name in ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY", "SOCIAL_AUTH_PROXIES"] {
        let value = match name {
            "SOCIAL_AUTH_PROXIES" => format!(r#"{{"all": "{address}"}}"#),
            _ => address.clone(),
        };
        let mut variables = world.settings(NAME);
        variables.push((name.to_owned(), value));
        let backend = world.backend_with(NAME, variables).unwrap();
        world.sign_in(backend.as_ref()).await.unwrap();
    }
    assert!(proxy.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_a_document_names_listed_hosts_only() {
    let corporation = Corporation::new(None).await;
    // `oidc` has no list of hosts in its spec: without a proxy any public host would do.
    let keys = vec![("jwks_uri".to_owned(), Some("https://keys.example/jwks".into()))];
    corporation.authority.set_fault(Some(Fault::DiscoveryMembers(keys)));
    let endpoint = format!("https://{HOST}/oidc");
    let address = corporation.address();
    let variables = |hosts: &'static str| {
        [
            ("SOCIAL_AUTH_OIDC_KEY", DEFAULT_CLIENT_ID),
            ("SOCIAL_AUTH_OIDC_SECRET", DEFAULT_CLIENT_SECRET),
            ("SOCIAL_AUTH_OIDC_OIDC_ENDPOINT", endpoint.as_str()),
            ("SOCIAL_AUTH_OIDC_ENDPOINT_HOSTS", hosts),
            ("HTTPS_PROXY", address.as_str()),
        ]
    };
    for (hosts, is_refused) in [("", true), ("keys.example", false)] {
        let runtime = corporation.runtime(&variables(hosts));
        let settings = runtime.environment().settings_of(descriptor("oidc"));
        let backend = authspec::backend(descriptor("oidc"), &settings, &runtime).unwrap();
        let result = backend.begin(BeginRequest::new("https://app.example/complete/oidc/")).await;
        assert_eq!(result.is_err(), is_refused, "{hosts}: {result:?}");
        if let Err(error) = result {
            assert_eq!(
                (error.code(), error.parameter()),
                (Code::MalformedResponse, Some("jwks_uri"))
            );
            assert!(error.message().contains("a proxy would resolve"), "{error}");
        }
    }
    assert!(corporation.proxy.requests().iter().all(|connect| connect.target.starts_with(HOST)));
}
