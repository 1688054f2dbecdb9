//! Every way for a client to prove itself, for code exchange and for refresh, in the right order.

use std::io::Write as _;
use std::path::PathBuf;

use authspec::{Backend, Code, Identity, Origin, Recovery, RefreshRequest, Stage};
use authspec_authority::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_FEDERATED_SUBJECT};
use authspec_tests::{ENTRA, NOW, World, setting};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A file that is there as long as the value is.
pub(crate) struct TokenFile(PathBuf);

impl TokenFile {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("authspec-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = Self(folder.join(name));
        file.write(text);
        file
    }

    pub(crate) fn write(&self, text: &str) {
        std::fs::File::create(&self.0).unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

fn token(world: &World) -> String {
    world.authority.federated_token(DEFAULT_FEDERATED_SUBJECT)
}

/// The Entra backends whose service takes assertions.
fn taking_assertions() -> impl Iterator<Item = &'static str> {
    ENTRA.into_iter().filter(|name| !name.contains("b2c"))
}

/// Signs in and refreshes, and checks that each token request carried this assertion and no secret.
async fn proves_with(world: &World, backend: &dyn Backend, assertion: &str) {
    let before = world.authority.requests().len();
    let identity: Identity = world.sign_in(backend).await.unwrap();
    let refresh_token = identity.tokens.refresh_token.unwrap();
    backend.refresh(RefreshRequest::new(refresh_token)).await.unwrap();
    let requests = world.authority.requests();
    let token_requests: Vec<_> =
        requests[before..].iter().filter(|request| request.method == "POST").collect();
    assert_eq!(token_requests.len(), 2);
    for request in token_requests {
        assert_eq!(request.form_value("client_assertion"), Some(assertion));
        assert_eq!(
            request.form_value("client_assertion_type"),
            Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        );
        assert_eq!(request.form_value("client_secret"), None);
    }
}

#[tokio::test]
async fn an_assertion_from_each_source() {
    let world = World::start().await;
    let assertion = token(&world);
    let file = TokenFile::new("each-source", &format!("  {assertion}\r\n"));
    for name in taking_assertions() {
        for (variable, value) in [
            (setting(name, "CLIENT_ASSERTION"), assertion.clone()),
            ("AZURE_FEDERATED_TOKEN_FILE".to_owned(), file.path()),
            ("OAUTH2_FIC_TOKEN_FILE".to_owned(), file.path()),
            ("OAUTH2_FEDERATED_TOKEN_FILE".to_owned(), file.path()),
            (setting(name, "FEDERATED_TOKEN_FILE"), file.path()),
        ] {
            let mut variables = world.settings_without_credential(name);
            variables.push((variable, value));
            let backend = world.backend_with(name, variables).unwrap();
            proves_with(&world, backend.as_ref(), &assertion).await;
        }
    }
}

#[tokio::test]
async fn a_secret_wins_and_no_assertion_is_sent() {
    let world = World::start().await;
    let file = TokenFile::new("secret-wins", &token(&world));
    for name in ENTRA {
        let mut variables = world.settings(name);
        variables.push((setting(name, "CLIENT_ASSERTION"), token(&world)));
        variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), file.path()));
        let backend = world.backend_with(name, variables).unwrap();
        world.usual_user(name);
        world.sign_in(backend.as_ref()).await.unwrap();
        let request = world.authority.requests().pop().unwrap();
        let posts: Vec<_> =
            world.authority.requests().into_iter().filter(|r| r.method == "POST").collect();
        let post = posts.last().unwrap_or(&request);
        assert_eq!(post.form_value("client_secret"), Some(DEFAULT_CLIENT_SECRET));
        assert_eq!(post.form_value("client_assertion"), None);
    }
}

#[tokio::test]
async fn the_setting_comes_before_the_file_and_the_first_variable_decides() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let good = TokenFile::new("good", &token(&world));
    let assertion = token(&world);
    let mut variables = world.settings_without_credential(name);
    variables.push((setting(name, "CLIENT_ASSERTION"), assertion.clone()));
    variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), "/nowhere".to_owned()));
    let backend = world.backend_with(name, variables).unwrap();
    proves_with(&world, backend.as_ref(), &assertion).await;

    let mut variables = world.settings_without_credential(name);
    variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), " ".to_owned()));
    variables.push(("OAUTH2_FIC_TOKEN_FILE".to_owned(), good.path()));
    variables.push((setting(name, "FEDERATED_TOKEN_FILE"), "/nowhere".to_owned()));
    let backend = world.backend_with(name, variables).unwrap();
    assert!(world.sign_in(backend.as_ref()).await.is_ok());

    let mut variables = world.settings_without_credential(name);
    variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), "/nowhere/token".to_owned()));
    variables.push(("OAUTH2_FIC_TOKEN_FILE".to_owned(), good.path()));
    let backend = world.backend_with(name, variables).unwrap();
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MissingSetting, Stage::TokenExchange));
    assert_eq!(error.origin(), Origin::Configuration);
    assert_eq!(error.parameter(), Some("AZURE_FEDERATED_TOKEN_FILE"));
    assert!(error.message().contains("/nowhere/token"), "{error}");
}

#[tokio::test]
async fn the_file_is_read_again_for_every_token_request() {
    let world = World::start().await;
    let name = "azuread-oauth2-v2";
    let file = TokenFile::new("rotated", &token(&world));
    let mut variables = world.settings_without_credential(name);
    variables.push((setting(name, "FEDERATED_TOKEN_FILE"), file.path()));
    let backend = world.backend_with(name, variables).unwrap();
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let refresh_token = identity.tokens.refresh_token.unwrap();
    world.advance(1);
    let next = token(&world);
    file.write(&next);
    backend.refresh(RefreshRequest::new(refresh_token.clone())).await.unwrap();
    let posts: Vec<_> =
        world.authority.requests().into_iter().filter(|r| r.method == "POST").collect();
    assert_eq!(posts.last().unwrap().form_value("client_assertion"), Some(next.as_str()));

    file.write("\n");
    let error = backend.refresh(RefreshRequest::new(refresh_token)).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MissingSetting, Stage::Refresh));
    assert!(error.message().contains("is empty"), "{error}");
}

#[tokio::test]
async fn no_credential_names_everything_that_was_tried() {
    let world = World::start().await;
    for name in ENTRA {
        let variables = world.settings_without_credential(name);
        let error = world.backend_with(name, variables).unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::MissingSetting, Stage::Begin));
        for tried in [
            setting(name, "SECRET"),
            setting(name, "CLIENT_ASSERTION"),
            "AZURE_FEDERATED_TOKEN_FILE".to_owned(),
            "OAUTH2_FIC_TOKEN_FILE".to_owned(),
            setting(name, "FEDERATED_TOKEN_FILE"),
        ] {
            assert!(error.message().contains(&tried), "{tried} in {error}");
        }
    }
}

#[tokio::test]
async fn b2c_refuses_an_assertion_with_a_hint() {
    let world = World::start().await;
    let name = "azuread-b2c-oauth2";
    let mut variables = world.settings_without_credential(name);
    variables.push((setting(name, "CLIENT_ASSERTION"), token(&world)));
    let backend = world.backend_with(name, variables).unwrap();
    world.usual_user(name);
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(error.stage(), Stage::TokenExchange);
    assert_eq!(error.origin(), Origin::ProviderResponse);
    assert!(error.message().contains("set SECRET"), "{error}");
}

#[tokio::test]
async fn a_wrong_secret_is_the_providers_refusal() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[("SECRET", "not-the-secret")]);
        world.usual_user(name);
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::InvalidSetting, Stage::TokenExchange));
        assert_eq!(error.recovery(), Recovery::ContactAdministrator);
        assert_eq!(error.origin(), Origin::ProviderResponse, "the service refused: exit code 1");
        assert_eq!(error.parameter(), Some(setting(name, "SECRET").as_str()));
        assert_eq!(error.provider().and_then(|p| p.error.as_deref()), Some("invalid_client"));
        assert!(!format!("{error:?}").contains("not-the-secret"));
    }
    let backend = world.backend("azuread-oauth2-v2", &[("SECRET", "not-the-secret")]);
    world.usual_user("azuread-oauth2-v2");
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(error.provider().unwrap().codes, ["AADSTS7000215"]);
}

/// White space and byte order marks around a token are removed; a file without a token is an error before any
/// request.
#[tokio::test]
async fn a_token_file_holds_one_jwt() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let assertion = token(&world);
    let with = |text: &str| {
        let file = TokenFile::new("holds-one", text);
        let mut variables = world.settings_without_credential(name);
        variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), file.path()));
        (world.backend_with(name, variables), file)
    };
    for written in [format!("\u{feff}{assertion}\r\n"), format!("{assertion}\n\n")] {
        let (backend, _file) = with(&written);
        proves_with(&world, backend.unwrap().as_ref(), &assertion).await;
    }
    let before = world.authority.requests().len();
    for wrong in [format!("\"{assertion}\""), "changeme".to_owned(), "a.b.".to_owned()] {
        let error = with(&wrong).0.unwrap_err();
        assert_eq!(error.stage(), Stage::Begin);
        assert_eq!(error.parameter(), Some("AZURE_FEDERATED_TOKEN_FILE"));
        assert!(error.message().contains("does not hold a JWT"), "{error}");
    }
    assert_eq!(world.authority.requests().len(), before);
    // A secret is used instead, so the file is not looked at.
    let file = TokenFile::new("not-used", "changeme");
    let mut variables = world.settings(name);
    variables.push(("AZURE_FEDERATED_TOKEN_FILE".to_owned(), file.path()));
    assert!(world.sign_in(world.backend_with(name, variables).unwrap().as_ref()).await.is_ok());
}

/// A DER text as PEM.
fn pem(label: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Signs in with a private key, which the authority does not know; gives the assertion that it got.
async fn assertion_of(world: &World, more: &[(&str, &str)]) -> String {
    let mut variables = world.settings_without_credential("oidc");
    variables.extend(more.iter().map(|(key, value)| (setting("oidc", key), (*value).to_owned())));
    let backend = world.backend_with("oidc", variables).unwrap();
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.stage()),
        (Code::InvalidSetting, Stage::TokenExchange),
        "{error}"
    );
    let requests = world.authority.requests();
    let request = requests.iter().rev().find(|request| request.form_value("code").is_some());
    let request = request.unwrap();
    assert_eq!(request.form_value("client_secret"), None);
    assert_eq!(
        request.form_value("client_assertion_type"),
        Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    );
    request.form_value("client_assertion").unwrap().to_owned()
}

/// Another implementation of JOSE verifies what this one signs.
#[tokio::test]
async fn a_private_key_signs_a_new_assertion_each_time() {
    use aws_lc_rs::encoding::Pkcs8V1Der;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
    let world = World::start().await;
    let rsa = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let rsa_der = aws_lc_rs::encoding::AsDer::<Pkcs8V1Der<'_>>::as_der(&rsa).unwrap();
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let ec_der = ec.to_pkcs8v1().unwrap();
    let rsa_key = DecodingKey::from_rsa_der(rsa.public_key().as_ref());
    let ec_key = DecodingKey::from_ec_der(ec.public_key().as_ref());
    for (name, der, key, algorithm) in [
        ("rsa", rsa_der.as_ref(), rsa_key, Algorithm::RS256),
        ("ec", ec_der.as_ref(), ec_key, Algorithm::ES256),
    ] {
        // A certificate in the same file is named by its thumbprint; any bytes stand for one here.
        let text = pem("PRIVATE KEY", der) + &pem("CERTIFICATE", b"certificate");
        let file = TokenFile::new(&format!("{name}.pem"), &text);
        let path = file.path();
        let more = [("PRIVATE_KEY_FILE", path.as_str()), ("PRIVATE_KEY_ID", "one")];
        let first = assertion_of(&world, &more).await;
        let header = decode_header(&first).unwrap();
        assert_eq!((header.alg, header.kid.as_deref()), (algorithm, Some("one")));
        let thumbprint = digest(&SHA256, b"certificate");
        assert_eq!(header.x5t_s256.unwrap(), URL_SAFE_NO_PAD.encode(thumbprint));
        let mut validation = Validation::new(algorithm);
        // The clock of the tests stands still.
        validation.validate_exp = false;
        validation.set_audience(&[format!("{}/oidc/token", world.authority.origin())]);
        let read =
            |token: &str| decode::<authspec::Object>(token, &key, &validation).unwrap().claims;
        let (first, second) = (read(&first), read(&assertion_of(&world, &more).await));
        assert_eq!(first["iss"], DEFAULT_CLIENT_ID);
        assert_eq!(first["sub"], DEFAULT_CLIENT_ID);
        assert_eq!((&first["iat"], &first["exp"]), (&NOW.into(), &(NOW + 300).into()));
        assert_ne!(first["jti"], second["jti"]);
        // Some providers want their issuer as the audience.
        let issuer = "https://accounts.example";
        let more = [more[0], more[1], ("PRIVATE_KEY_AUDIENCE", issuer)];
        validation.set_audience(&[issuer]);
        let third =
            decode::<authspec::Object>(assertion_of(&world, &more).await, &key, &validation);
        assert_eq!(third.unwrap().claims["aud"], issuer);
        // A secret, where there is one, is sent instead.
        let with_secret = world.backend("oidc", &more);
        assert!(world.sign_in(with_secret.as_ref()).await.is_ok());
    }
}

#[tokio::test]
async fn a_file_without_a_usable_key_says_why() {
    let world = World::start().await;
    for (text, word) in [
        ("", "no private key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no RSA key"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no private key"),
    ] {
        let file = TokenFile::new("unusable.pem", text);
        let mut variables = world.settings_without_credential("oidc");
        variables.push((setting("oidc", "PRIVATE_KEY_FILE"), file.path()));
        let backend = world.backend_with("oidc", variables).unwrap();
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.origin()), (Code::MissingSetting, Origin::Configuration));
        assert_eq!(error.parameter(), Some("SOCIAL_AUTH_OIDC_PRIVATE_KEY_FILE"));
        assert!(error.message().contains(word), "{error}");
    }
}
