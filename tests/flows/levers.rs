//! The settings with which an operator leaves a secure default, each with a twin that is refused.

use authspec::{Code, Error, Identity, Stage};
use authspec_authority::{
    B2C_TENANT_ID, Client, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Fault, IdTokenFault, TENANT_ID,
};
use authspec_tests::{ENTRA, World, setting};
use serde_json::{Value, json};

/// The user signs in with these claims in the ID token.
fn claims(world: &World, claims: &[(&str, Value)]) {
    let claims = claims.iter().map(|(name, value)| ((*name).to_owned(), Some(value.clone())));
    world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(claims.collect()))));
}

async fn sign_in(world: &World, name: &str, more: &[(&str, &str)]) -> Result<Identity, Error> {
    world.sign_in(world.backend(name, more).as_ref()).await
}

/// What is wrong with a backend's settings: the parameter, and the message.
fn mistake(world: &World, name: &str, more: &[(&str, &str)]) -> (String, String) {
    let mut variables = world.settings(name);
    variables.extend(more.iter().map(|(key, value)| (setting(name, key), (*value).to_owned())));
    let error = world.backend_with(name, variables).expect_err("a mistake");
    assert_eq!((error.code(), error.stage()), (Code::InvalidSetting, Stage::Begin), "{error}");
    let parameter = error.parameter().unwrap_or_default().to_owned();
    (parameter.replace(&setting(name, ""), ""), error.message().to_owned())
}

#[tokio::test]
async fn trusted_audiences() {
    let world = World::start().await;
    let (one, two) = ("172839405612345678", "172839405612345679");
    let project = [("TRUSTED_AUDIENCES", one)];
    let several = format!("{one}, {two}");
    let both = [("TRUSTED_AUDIENCES", several.as_str())];
    for name in ["azuread-v2-tenant-oauth2", "oidc"] {
        for (more, aud, azp, refused) in [
            (&project[..], json!([DEFAULT_CLIENT_ID, one]), Some(DEFAULT_CLIENT_ID), None),
            (&both, json!([two, DEFAULT_CLIENT_ID, one]), Some(DEFAULT_CLIENT_ID), None),
            (&both, json!([DEFAULT_CLIENT_ID]), None, None),
            (&[], json!([DEFAULT_CLIENT_ID, one]), Some(DEFAULT_CLIENT_ID), Some("aud")),
            (&project, json!([DEFAULT_CLIENT_ID, two]), Some(DEFAULT_CLIENT_ID), Some("aud")),
            (&project, json!([one]), Some(DEFAULT_CLIENT_ID), Some("aud")),
            (&project, json!(one), Some(DEFAULT_CLIENT_ID), Some("aud")),
            (&project, json!([DEFAULT_CLIENT_ID, one]), Some(one), Some("azp")),
            (&project, json!([DEFAULT_CLIENT_ID, one]), None, Some("azp")),
        ] {
            let mut changed = vec![("aud", aud.clone())];
            changed.extend(azp.map(|azp| ("azp", json!(azp))));
            claims(&world, &changed);
            let outcome = sign_in(&world, name, more).await;
            let parameter = outcome.as_ref().err().map(|error| error.parameter().unwrap_or("?"));
            assert_eq!(parameter, refused, "{name} {aud} {azp:?}: {:?}", outcome.as_ref().err());
        }
    }
    let (parameter, message) = mistake(&world, "oidc", &[("TRUSTED_AUDIENCES", "https://*")]);
    assert_eq!(parameter, "TRUSTED_AUDIENCES");
    assert!(message.contains("no wildcards"), "{message}");
}

/// How the last token request authenticated: by Basic, by the form's secret, by an assertion, by nothing.
fn last_credential(world: &World) -> &'static str {
    let requests = world.authority.requests();
    let request = requests.iter().rev().find(|request| request.path.ends_with("/token")).unwrap();
    let has = |name: &str| request.form_value(name).is_some();
    match (has("client_secret"), has("client_assertion"), has("client_id")) {
        (true, false, true) => "client_secret_post",
        (false, true, true) => "private_key_jwt",
        (false, false, true) => "none",
        (false, false, false) => "client_secret_basic",
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn token_endpoint_auth_method() {
    let world = World::start().await;
    let assertion = world.authority.federated_token(authspec_authority::DEFAULT_FEDERATED_SUBJECT);
    let assertion = assertion.as_str();
    let method = "TOKEN_ENDPOINT_AUTH_METHOD";
    for (name, more, sent) in [
        ("oidc", vec![], "client_secret_basic"),
        ("oidc", vec![(method, "client_secret_basic")], "client_secret_basic"),
        ("oidc", vec![(method, "client_secret_post")], "client_secret_post"),
        ("azuread-oauth2-v2", vec![], "client_secret_post"),
        ("azuread-oauth2-v2", vec![(method, "client_secret_basic")], "client_secret_basic"),
        ("azuread-oauth2-v2", vec![("CLIENT_ASSERTION", assertion)], "client_secret_post"),
        (
            "azuread-oauth2-v2",
            vec![("CLIENT_ASSERTION", assertion), (method, "private_key_jwt")],
            "private_key_jwt",
        ),
    ] {
        let outcome = sign_in(&world, name, &more).await;
        assert!(outcome.is_ok(), "{name} {sent}: {:?}", outcome.err());
        assert_eq!(last_credential(&world), sent, "{name}");
    }
    for (name, value, part) in [
        ("oidc", "client_secret_jwt", "must be one of"),
        ("oidc", "tls_client_auth", "must be one of"),
        ("github", "private_key_jwt", "does not have"),
    ] {
        let (parameter, message) = mistake(&world, name, &[(method, value)]);
        assert_eq!(parameter, method);
        assert!(message.contains(part), "{message}");
    }
    let mut variables = world.settings_without_credential("oidc");
    variables.push((setting("oidc", method), "client_secret_post".to_owned()));
    let error = world.backend_with("oidc", variables).expect_err("no secret");
    assert!(error.message().contains("SOCIAL_AUTH_OIDC_SECRET"), "{error}");
}

#[tokio::test]
async fn a_public_client_sends_its_name_and_pkce() {
    let world = World::start().await;
    let secret = Some(DEFAULT_CLIENT_SECRET.to_owned());
    for name in ENTRA.into_iter().chain(["oidc"]) {
        world.usual_user(name);
        let mut variables = world.settings_without_credential(name);
        variables.push((setting(name, "TOKEN_ENDPOINT_AUTH_METHOD"), "none".to_owned()));
        let backend = world.backend_with(name, variables).expect("a public client");
        // A client that has a credential is refused without it.
        world.authority.register(Client { secret: secret.clone(), ..Client::default() });
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!(error.stage(), Stage::TokenExchange, "{name}");
        world.authority.register(Client { secret: None, federated: vec![], ..Client::default() });
        let identity = world.sign_in(backend.as_ref()).await;
        assert!(identity.is_ok(), "{name}: {:?}", identity.err());
        assert_eq!(last_credential(&world), "none", "{name}");
        let requests = world.authority.requests();
        let request = requests.iter().rev().find(|one| one.path.ends_with("/token")).unwrap();
        assert!(request.form_value("code_verifier").is_some(), "{name}");
    }
}

#[tokio::test]
async fn details_come_from_the_claims_that_the_operator_names() {
    let world = World::start().await;
    for name in ["azuread-v2-tenant-oauth2", "oidc"] {
        claims(
            &world,
            &[
                ("cognito:groups", json!(["admins"])),
                ("https://acme.example/roles", json!(["writers"])),
                ("realm_access", json!({ "roles": ["staff", "admins"] })),
                ("login", json!("ada")),
                ("profile", json!({ "display": "Ada Okafor" })),
            ],
        );
        for (value, groups) in [
            ("cognito:groups", vec!["admins"]),
            ("`cognito:groups`", vec!["admins"]),
            ("https://acme.example/roles", vec!["writers"]),
            ("realm_access.roles", vec!["staff", "admins"]),
            ("nowhere | realm_access.roles", vec!["staff", "admins"]),
        ] {
            let identity = sign_in(&world, name, &[("GROUPS_KEY", value)]).await.unwrap();
            let groups: Vec<String> = groups.into_iter().map(str::to_owned).collect();
            assert_eq!(identity.groups, Some(groups), "{name} {value}");
        }
        let more = [("USERNAME_KEY", "nickname | login"), ("FULLNAME_KEY", "profile.display")];
        let identity = sign_in(&world, name, &more).await.unwrap();
        assert_eq!(identity.details.username.as_deref(), Some("ada"));
        assert_eq!(identity.details.fullname.as_deref(), Some("Ada Okafor"));
        let before = sign_in(&world, name, &[]).await.unwrap();
        assert_ne!(before.details.username.as_deref(), Some("ada"));
        assert_eq!(before.uid, identity.uid);
    }
    for key in ["USERNAME_KEY", "EMAIL_KEY", "FULLNAME_KEY", "GROUPS_KEY"] {
        for value in ["a b", "a[", "frist_word(name)", "cognito:groups | groups"] {
            let (parameter, message) = mistake(&world, "oidc", &[(key, value)]);
            assert_eq!(parameter, key);
            assert!(message.contains("is not a claim expression"), "{message}");
        }
    }
}

#[tokio::test]
async fn an_address_of_email_key_is_unverified() {
    let world = World::start().await;
    let other = "somebody@else.example";
    claims(&world, &[("contact", json!(other)), ("email_verified", json!(true))]);
    let own = sign_in(&world, "oidc", &[]).await.unwrap().details;
    assert_eq!(own.email_verified, Some(true));
    let details = sign_in(&world, "oidc", &[("EMAIL_KEY", "contact")]).await.unwrap().details;
    assert_eq!((details.email.as_deref(), details.email_verified), (Some(other), Some(false)));
    // The claim of which `email_verified` speaks stays what it is.
    let same = sign_in(&world, "oidc", &[("EMAIL_KEY", "email")]).await.unwrap().details;
    assert_eq!((same.email, same.email_verified), (own.email, Some(true)));
    // Entra: what speaks of `email` says nothing of `upn`.
    let name = "azuread-v2-tenant-oauth2";
    claims(&world, &[("xms_edov", json!(true)), ("upn", json!("x@contoso.example"))]);
    for (value, verified) in [("email", true), ("upn", false), ("upn | email", false)] {
        let details = sign_in(&world, name, &[("EMAIL_KEY", value)]).await.unwrap().details;
        assert_eq!(details.email_verified, Some(verified), "{value}");
    }
}

#[tokio::test]
async fn jwt_algorithms_narrow_what_the_backend_takes() {
    let world = World::start().await;
    let algorithms = "JWT_ALGORITHMS";
    assert!(sign_in(&world, "oidc", &[(algorithms, "RS256")]).await.is_ok());
    let error = sign_in(&world, "oidc", &[(algorithms, "ES256,PS256")]).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidSignature, Some("alg")));
    for part in ["RS256", "ES256", "PS256"] {
        assert!(error.message().contains(part), "{error}");
    }
    for (name, value, part) in [
        ("oidc", "HS256", "lists `HS256`"),
        ("oidc", "none", "lists `none`"),
        ("oidc", "[]", "is an empty list"),
        (
            "azuread-v2-tenant-oauth2",
            "RS256,ES256",
            "lists `ES256`; azuread-v2-tenant-oauth2 takes RS256",
        ),
        ("github", "RS256", "has no effect"),
    ] {
        let (parameter, message) = mistake(&world, name, &[(algorithms, value)]);
        assert_eq!(parameter, algorithms);
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn an_authority_url_says_host_and_tenant() {
    let world = World::start().await;
    let origin = world.authority.origin();
    let secret = DEFAULT_CLIENT_SECRET.to_owned();
    for name in ENTRA {
        world.usual_user(name);
        let b2c = name.contains("b2c");
        let tenant = if b2c { B2C_TENANT_ID } else { TENANT_ID };
        for end in ["", "/", "/v2.0"] {
            let url = format!("{origin}/{tenant}{end}");
            let mut variables = vec![
                ("KEY", DEFAULT_CLIENT_ID.to_owned()),
                ("SECRET", secret.clone()),
                ("AUTHORITY_URL", url),
            ];
            if b2c {
                variables.push(("POLICY", authspec_authority::B2C_POLICY.to_owned()));
            }
            let variables =
                variables.into_iter().map(|(key, value)| (setting(name, key), value)).collect();
            let before = world.authority.requests().len();
            let backend = world.backend_with(name, variables).expect("settings that work");
            let identity = world.sign_in(backend.as_ref()).await;
            assert!(identity.is_ok(), "{name}: {:?}", identity.err());
            let requests = world.authority.requests();
            let paths = requests.iter().skip(before).map(|request| request.path.as_str());
            let followed = paths.filter(|path| path.starts_with(&format!("/{tenant}/"))).count();
            assert!(followed >= 3, "{name}: discovery, authorization and token endpoint follow it");
        }
        let url = format!("{origin}/{tenant}");
        let two = [("AUTHORITY_URL", url.as_str()), ("AUTHORITY_HOST", "login.other.example")];
        let (parameter, message) = mistake(&world, name, &two);
        assert_eq!(parameter, "AUTHORITY_HOST");
        assert!(message.contains("differ"), "{message}");
        for bad in ["https://login.microsoftonline.com", "https://a.example/t/oauth2/token"] {
            let (parameter, message) = mistake(&world, name, &[("AUTHORITY_URL", bad)]);
            assert_eq!(parameter, "AUTHORITY_URL");
            assert!(message.contains("https://HOST/TENANT"), "{message}");
        }
    }
    let (_, message) = mistake(&world, "oidc", &[("AUTHORITY_URL", "https://a.example/t")]);
    assert!(message.contains("which oidc is not"), "{message}");
}

#[tokio::test]
async fn an_authority_url_pins_the_tenant() {
    let world = World::start().await;
    let name = "azuread-v2-tenant-oauth2";
    let mut variables = world.settings(name);
    variables.retain(|(name, _)| name.ends_with("_KEY") || name.ends_with("_SECRET"));
    let url = format!("{}/{TENANT_ID}", world.authority.origin());
    variables.push((setting(name, "AUTHORITY_URL"), url));
    let backend = world.backend_with(name, variables).unwrap();
    assert!(world.sign_in(backend.as_ref()).await.is_ok());
    let other = "9d3c1f52-0a6e-4b7d-8c21-5f4e3d2c1b0a";
    claims(&world, &[("tid", json!(other))]);
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::InvalidClaim, Stage::TokenValidation));
}

#[tokio::test]
async fn extra_data_follows_paths_and_warns_of_what_leads_nowhere() {
    let world = World::start().await;
    claims(&world, &[("realm_access", json!({ "roles": ["staff"] }))]);
    let more = [("EXTRA_DATA", "realm_access.roles:roles, realm_access.groups:none_of_these")];
    let backend = world.backend("oidc", &more);
    for _ in 0..2 {
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(identity.extra_data["roles"], json!(["staff"]));
        assert_eq!(identity.extra_data["none_of_these"], Value::Null);
    }
    let warned = "lists `realm_access.groups`, which the provider did not send";
    assert_eq!(world.logged().matches(warned).count(), 1, "once");
    assert!(!world.logged().contains("lists `realm_access.roles`"));
}
