//! The offline provider of a spec: whoever its samples show can sign in, and is who they expect.

use authspec::transport::ReqwestTransport;
use authspec::{BeginRequest, Callback, Code, Environment, RefreshRequest, Runtime, SystemClock};
use authspec_authority::{Authority, Fault, IdTokenFault, KeyName, Reply, TokenError};
use authspec_cli::{interpret, serve};
use authspec_spec::{Provider, load};
use authspec_tests::{root, specs};
use serde_json::Value;

/// Signs in as one sample's account with that sample's settings; says who it is.
async fn sign_in(provider: &Provider, sample: usize) -> Result<String, authspec::Error> {
    let checked = &provider.samples[sample];
    let json: Value = serde_json::from_str(&checked.json).unwrap();
    let given = serve::given(provider).unwrap();
    let authority = Authority::builder().provider(given).start().await.unwrap();
    authority.sign_in_as(&checked.name);
    let mut settings = serve::settings(provider, &authority.origin());
    let prefix = interpret::descriptor(provider).settings_prefix();
    for (name, value) in json["settings"].as_object().into_iter().flatten() {
        let name = format!("{prefix}{}", name.to_ascii_uppercase());
        settings.retain(|(known, _)| *known != name);
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        settings.push((name, value));
    }
    let environment = Environment::from_pairs(settings);
    let runtime = Runtime::with(ReqwestTransport::new().unwrap(), SystemClock, environment);
    let descriptor = interpret::descriptor(provider);
    let raw = runtime.environment().settings_of(descriptor);
    let backend = authspec::backend(descriptor, &raw, &runtime)?;
    let redirect_uri = format!("http://localhost:8000/complete/{}/", provider.name);
    let started = backend.begin(BeginRequest::new(redirect_uri)).await?;
    let callback = authority.visit(&started.authorization_url).await.unwrap();
    let identity = backend.complete(&started.transaction, Callback::from_url(&callback)).await?;
    if provider.refresh.is_some() {
        let token = identity.tokens.refresh_token.clone().expect("a refresh token");
        let refreshed = backend.refresh(RefreshRequest::new(token)).await?;
        assert!(refreshed.tokens.access_token.is_some());
    }
    Ok(identity.uid)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_of_every_spec_signs_in() {
    let others =
        ["tests/specs/plain.toml", "tests/specs/everything.toml"].map(|path| root().join(path));
    let mut signed_in = 0;
    for path in specs().into_iter().chain(others) {
        let provider = load(&path).result.expect("a good spec");
        for sample in 0..provider.samples.len() {
            let json = &provider.samples[sample].json;
            let json: Value = serde_json::from_str(json).unwrap();
            match sign_in(&provider, sample).await {
                Ok(uid) => assert_eq!(json["expect"]["uid"], uid, "{}", path.display()),
                Err(error) => {
                    let refused = json["refused"].as_str();
                    assert_eq!(refused, Some(error.code().as_str()), "{}: {error}", path.display());
                }
            }
            signed_in += 1;
        }
    }
    assert!(signed_in > 10);
}

/// Nobody but this machine may stand in for a provider.
#[test]
fn an_offline_provider_is_on_this_machine() {
    let provider = load(&root().join("tests/specs/plain.toml")).result.unwrap();
    let descriptor = interpret::descriptor(&provider);
    let open = |origin: &str| {
        let settings = [
            ("SOCIAL_AUTH_PLAIN_KEY".to_owned(), "client".to_owned()),
            ("SOCIAL_AUTH_PLAIN_SECRET".to_owned(), "secret".to_owned()),
            ("SOCIAL_AUTH_PLAIN_OFFLINE_PROVIDER".to_owned(), origin.to_owned()),
        ];
        let runtime = Runtime::with(
            ReqwestTransport::new().unwrap(),
            SystemClock,
            Environment::from_pairs(settings),
        );
        let raw = runtime.environment().settings_of(descriptor);
        authspec::backend(descriptor, &raw, &runtime).map(|_| ())
    };
    assert!(open("http://127.0.0.1:8400").is_ok());
    for elsewhere in
        ["https://evil.example", "http://10.0.0.1:8400", "https://127.0.0.1.evil.example"]
    {
        let error = open(elsewhere).unwrap_err();
        assert_eq!(error.code(), Code::InvalidSetting, "{elsewhere}");
        assert_eq!(error.parameter(), Some("SOCIAL_AUTH_PLAIN_OFFLINE_PROVIDER"));
    }
}

/// A setting in the issuer is known to every endpoint, though only discovery has it in its path.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_in_the_issuer_signs_in() {
    let spec = std::fs::read_to_string(root().join("examples/own-provider/src/acme.toml")).unwrap();
    let spec = spec
        .replace("[endpoints]", "[settings.tenant]\ntype = \"tenant\"\nrequired = true\ndoc = \"The tenant.\"\n\n[endpoints]")
        .replace("{host}/oidc", "{host}/{tenant}/oidc")
        .replace("name     = \"employee\"", "name     = \"employee\"\nsettings = { tenant = \"a\" }");
    let loaded = authspec_spec::load_text(std::path::Path::new("acme.toml"), spec);
    let provider = loaded.result.expect("a good spec");
    assert_eq!(sign_in(&provider, 0).await.unwrap(), "e-1");
}

/// An endpoint that a setting names moves too: else the secret would go to the real provider.
#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_moves_to_the_offline_provider() {
    let provider = load(&root().join("tests/specs/plain.toml")).result.unwrap();
    let authority =
        Authority::builder().provider(serve::given(&provider).unwrap()).start().await.unwrap();
    let mut settings = serve::settings(&provider, &authority.origin());
    for (name, path) in
        [("AUTHORIZATION_URL", "oauth/authorize"), ("ACCESS_TOKEN_URL", "oauth/token")]
    {
        settings
            .push((format!("SOCIAL_AUTH_PLAIN_{name}"), format!("https://real.example/{path}")));
    }
    let environment = Environment::from_pairs(settings);
    let runtime = Runtime::with(ReqwestTransport::new().unwrap(), SystemClock, environment);
    let descriptor = interpret::descriptor(&provider);
    let raw = runtime.environment().settings_of(descriptor);
    let backend = authspec::backend(descriptor, &raw, &runtime).unwrap();
    let request = BeginRequest::new("http://localhost:8000/complete/plain/");
    let started = backend.begin(request).await.unwrap();
    assert!(
        started.authorization_url.starts_with(&authority.origin()),
        "{}",
        started.authorization_url
    );
    let callback = authority.visit(&started.authorization_url).await.unwrap();
    let identity = backend.complete(&started.transaction, Callback::from_url(&callback)).await;
    assert_eq!(identity.unwrap().uid, "7");
}

/// The token endpoint knows no tenant, and the issuer has one: that of the sample.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_only_the_issuer_has_signs_in() {
    let spec = std::fs::read_to_string(root().join("examples/own-provider/src/acme.toml")).unwrap();
    let setting =
        "[settings.tenant]\ntype = \"tenant\"\nrequired = true\ndoc = \"The tenant.\"\n\n";
    let token = "[endpoints]\ntoken = \"https://{host}/token\"";
    let spec = spec
        .replace("[endpoints]", &format!("{setting}{token}"))
        .replace("{host}/oidc", "{host}/{tenant}/oidc")
        .replace(
            "name     = \"employee\"",
            "name     = \"employee\"\nsettings = { tenant = \"a\" }",
        );
    let loaded = authspec_spec::load_text(std::path::Path::new("acme.toml"), spec);
    assert_eq!(sign_in(&loaded.result.expect("a good spec"), 0).await.unwrap(), "e-1");
}

/// A scripted provider misbehaves on command as the usual ones do, and signs in without a fault.
#[tokio::test(flavor = "multi_thread")]
async fn faults_reach_scripted_providers() {
    let provider = load(&root().join("providers/catalog/specs/oidc.toml")).result.unwrap();
    let given = serve::given(&provider).unwrap();
    let authority = Authority::builder().provider(given).start().await.unwrap();
    let settings = serve::settings(&provider, &authority.origin());
    let descriptor = interpret::descriptor(&provider);
    let sign_in = async || {
        let environment = Environment::from_pairs(settings.clone());
        let runtime = Runtime::with(ReqwestTransport::new().unwrap(), SystemClock, environment);
        let raw = runtime.environment().settings_of(descriptor);
        let backend = authspec::backend(descriptor, &raw, &runtime)?;
        let redirect_uri = format!("http://localhost:8000/complete/{}/", provider.name);
        let started = backend.begin(BeginRequest::new(redirect_uri)).await?;
        let callback = authority.visit(&started.authorization_url).await.unwrap();
        backend.complete(&started.transaction, Callback::from_url(&callback)).await
    };
    let down = || Reply::new(500, "text/html", "down");
    for (fault, code) in [
        (Fault::Discovery(down()), Code::Unavailable),
        (Fault::DiscoveryMembers(vec![("issuer".to_owned(), None)]), Code::MalformedResponse),
        (Fault::Keys(down()), Code::Unavailable),
        (Fault::KeyMembers(vec![("use".to_owned(), Some("enc".into()))]), Code::MalformedResponse),
        (Fault::Token(down()), Code::Unavailable),
        (Fault::TokenError(TokenError::throttled(17)), Code::RateLimited),
        (Fault::IdToken(IdTokenFault::SignWith(KeyName::Stranger)), Code::InvalidSignature),
        (Fault::IdToken(IdTokenFault::unsigned()), Code::UnsignedIdToken),
        (
            Fault::SignedUserInfo(Some(IdTokenFault::SignWith(KeyName::Stranger))),
            Code::InvalidSignature,
        ),
    ] {
        authority.set_fault(Some(fault.clone()));
        let error = sign_in().await.expect_err(&format!("{fault:?}"));
        assert_eq!(error.code(), code, "{fault:?}: {error}");
        authority.set_fault(None);
        let good = sign_in().await;
        assert!(good.is_ok(), "after {fault:?}: {:?}", good.err());
    }
    authority.set_fault(Some(Fault::SignedUserInfo(None)));
    let good = sign_in().await;
    assert!(good.is_ok(), "signed user info: {:?}", good.err());
}
