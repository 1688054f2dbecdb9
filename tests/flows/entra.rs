//! The five Entra backends: who signs in, and what is stored.

use authspec::{Backend, Code, LogoutRequest, Origin, Stage};
use authspec_authority::{CONSUMER_TENANT_ID, Fault, IdTokenFault, TENANT_ID, Visited};
use authspec_tests::{ENTRA, World};
use serde_json::{Value, json};

/// The keys that python-social-auth stores.
const EXTRA_DATA: [&str; 14] = [
    "access_token",
    "auth_time",
    "expires_in",
    "expires_on",
    "first_name",
    "id_token",
    "last_name",
    "not_before",
    "oid",
    "refresh_token",
    "resource",
    "sub",
    "tid",
    "token_type",
];

#[tokio::test]
async fn every_backend_signs_its_user_in() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        world.usual_user(name);
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(identity.backend, name);
        assert_eq!(Some(identity.uid.as_str()), identity.claims["sub"].as_str());
        let (fullname, email, verified) = match name {
            "azuread-b2c-oauth2" => ("Mara Vintila", "mara@shop.example", false),
            _ => ("Adaeze Okafor", "adaeze@contoso.example", false),
        };
        assert_eq!(identity.details.fullname.as_deref(), Some(fullname), "{name}");
        assert_eq!(identity.details.email.as_deref(), Some(email), "{name}");
        assert_eq!(identity.details.email_verified, Some(verified), "{name}");
        let keys: Vec<&str> = identity
            .extra_data
            .keys()
            .map(String::as_str)
            .filter(|key| !["policy", "expires"].contains(key))
            .collect();
        assert_eq!(keys, EXTRA_DATA, "{name}");
        assert!(identity.tokens.id_token.is_some());
    }
}

#[tokio::test]
async fn b2c_stores_its_policy_and_lives_without_access_token() {
    let world = World::start().await;
    let name = "azuread-b2c-oauth2";
    world.usual_user(name);
    let identity = world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap();
    assert_eq!(identity.extra_data["policy"], "B2C_1_signupsignin");
    assert_eq!(identity.extra_data["expires"], 3600);
    assert_eq!(identity.extra_data["expires_on"], identity.claims["exp"]);
    assert!(identity.tokens.access_token.is_none());
    let with_own_scope = world.backend(name, &[("SCOPE", authspec_authority::DEFAULT_CLIENT_ID)]);
    let identity = world.sign_in(with_own_scope.as_ref()).await.unwrap();
    assert!(identity.tokens.access_token.is_some());
}

#[tokio::test]
async fn legacy_uids_are_what_older_releases_stored() {
    let world = World::start().await;
    for (name, key) in [
        ("azuread-oauth2", Some("upn")),
        ("azuread-oauth2-v2", None),
        ("azuread-tenant-oauth2", None),
        ("azuread-v2-tenant-oauth2", Some("preferred_username")),
    ] {
        let listed = [("ALLOWED_TENANTS", TENANT_ID)];
        let identity = world.sign_in(world.backend(name, &listed).as_ref()).await.unwrap();
        let legacy: Vec<(&str, &str)> =
            identity.legacy_uids.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected: Vec<(&str, &str)> =
            key.into_iter().map(|key| (key, "adaeze@contoso.example")).collect();
        assert_eq!(legacy, expected, "{name}");
    }
}

#[tokio::test]
async fn a_guest_without_upn_signs_in() {
    let world = World::start().await;
    world.authority.sign_in_as("guest");
    let identity =
        world.sign_in(world.backend("azuread-tenant-oauth2", &[]).as_ref()).await.unwrap();
    assert!(identity.claims.get("upn").is_none());
    assert_eq!(identity.details.email.as_deref(), Some("kim@mailbox.example"));
    assert_eq!(identity.details.email_verified, Some(false));
}

#[tokio::test]
async fn a_personal_account_is_verified_and_belongs_to_the_consumer_tenant() {
    let world = World::start().await;
    world.authority.sign_in_as("personal");
    let identity = world.sign_in(world.backend("azuread-oauth2-v2", &[]).as_ref()).await.unwrap();
    assert_eq!(identity.claims["tid"], CONSUMER_TENANT_ID);
    assert_eq!(identity.details.email_verified, Some(true));
    let consumers = world.backend("azuread-v2-tenant-oauth2", &[("TENANT_ID", "consumers")]);
    assert!(world.sign_in(consumers.as_ref()).await.is_ok());
}

#[tokio::test]
async fn tenant_by_guid_domain_and_common() {
    let world = World::start().await;
    for name in ["azuread-tenant-oauth2", "azuread-v2-tenant-oauth2"] {
        for tenant in [TENANT_ID, "contoso.onmicrosoft.com", "common", "organizations"] {
            let backend = world.backend(name, &[("TENANT_ID", tenant)]);
            let identity = world.sign_in(backend.as_ref()).await;
            assert!(identity.is_ok(), "{name} {tenant}: {:?}", identity.err());
        }
    }
}

#[tokio::test]
async fn id_key_chooses_another_uid() {
    let world = World::start().await;
    let name = "azuread-tenant-oauth2";
    let identity = world.sign_in(world.backend(name, &[("ID_KEY", "oid")]).as_ref()).await.unwrap();
    assert_eq!(Some(identity.uid.as_str()), identity.claims["oid"].as_str());
    let identity = world.sign_in(world.backend(name, &[("ID_KEY", "upn")]).as_ref()).await.unwrap();
    assert_eq!(identity.uid, "adaeze@contoso.example");
    world.authority.sign_in_as("guest");
    let error =
        world.sign_in(world.backend(name, &[("ID_KEY", "upn")]).as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.stage()), (Code::MissingClaim, Stage::UserInfo));
    assert_eq!(error.parameter(), Some("upn"));
}

#[tokio::test]
async fn a_placeholder_for_the_subject_is_refused_only_as_the_uid() {
    let world = World::start().await;
    let b2c = "azuread-b2c-oauth2";
    world.usual_user(b2c);
    let claims = vec![
        ("sub".to_owned(), Some(json!("Not supported currently. Use oid claim."))),
        ("oid".to_owned(), Some(json!("91d7c3ea-5b2f-4e80-a16c-8f0b4d729e35"))),
    ];
    world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(claims))));
    for more in [&[][..], &[("ID_KEY", "sub")], &[("ID_KEY", "oid")]] {
        let result = world.sign_in(world.backend(b2c, more).as_ref()).await;
        if more == [("ID_KEY", "oid")] {
            let identity = result.unwrap();
            assert_eq!(Some(identity.uid.as_str()), identity.claims["oid"].as_str());
        } else {
            let error = result.unwrap_err();
            let is = (error.code(), error.stage(), error.parameter());
            assert_eq!(is, (Code::InvalidClaim, Stage::TokenValidation, Some("sub")));
        }
    }
}

#[tokio::test]
async fn groups_are_a_list_or_too_many() {
    let world = World::start().await;
    let backend = world.backend("azuread-v2-tenant-oauth2", &[]);
    world.authority.sign_in_as("grouped");
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert!(identity.groups.is_some_and(|groups| !groups.is_empty()));
    assert!(!identity.groups_overage);
    world.authority.sign_in_as("many-groups");
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!((identity.groups, identity.groups_overage), (None, true));
    world.authority.sign_in_as("member");
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!((identity.groups, identity.groups_overage), (None, false));
}

#[tokio::test]
async fn where_to_go_next_comes_back() {
    let world = World::start().await;
    let backend = world.backend("azuread-oauth2-v2", &[]);
    let request = authspec::BeginRequest::new(authspec_tests::redirect_uri(backend.as_ref()));
    let started = backend.begin(request.next("/account?tab=1")).await.unwrap();
    let callback = world.browse(&started.authorization_url).await;
    let identity = backend
        .complete(&started.transaction, authspec::Callback::from_url(&callback))
        .await
        .unwrap();
    assert_eq!(identity.next.as_deref(), Some("/account?tab=1"));
}

#[tokio::test]
async fn allow_lists_take_one_address_or_one_domain() {
    let world = World::start().await;
    let name = "azuread-tenant-oauth2";
    for (list, entry, allowed) in [
        ("WHITELISTED_DOMAINS", "contoso.example", true),
        ("WHITELISTED_DOMAINS", "other.example, CONTOSO.example", true),
        ("WHITELISTED_DOMAINS", "other.example", false),
        ("WHITELISTED_EMAILS", "adaeze@contoso.example", true),
        ("WHITELISTED_EMAILS", "eve@contoso.example", false),
    ] {
        let result = world.sign_in(world.backend(name, &[(list, entry)]).as_ref()).await;
        match result {
            Ok(_) => assert!(allowed, "{list} {entry}"),
            Err(error) => {
                assert!(!allowed, "{list} {entry}");
                assert_eq!(error.code(), Code::AuthenticationDisallowed);
                assert_eq!(error.origin(), Origin::LocalPolicy);
                assert!(!error.message().contains('@'), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn logout_urls_come_from_discovery() {
    let world = World::start().await;
    for name in ENTRA {
        let backend = world.backend(name, &[]);
        let request = LogoutRequest::new()
            .id_token_hint("header.payload.signature")
            .post_logout_redirect_uri("https://app.example/bye");
        let url = backend.logout_url(request).await.unwrap();
        assert!(url.starts_with(&world.authority.origin()), "{url}");
        assert!(url.contains("/logout"), "{url}");
        assert!(url.contains("id_token_hint=header.payload.signature"), "{url}");
        assert!(url.contains("post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye"), "{url}");
        assert_eq!(name.contains("b2c"), url.contains("?p="), "{url}");
    }
}

#[tokio::test]
async fn extra_data_setting_adds_claims() {
    let world = World::start().await;
    let backend: Box<dyn Backend> =
        world.backend("azuread-tenant-oauth2", &[("EXTRA_DATA", r#"["upn",["ver","version"]]"#)]);
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!(identity.extra_data["upn"], "adaeze@contoso.example");
    assert_eq!(identity.extra_data["version"], Value::from("1.0"));
}

/// Another implementation of JOSE reads the same claims out of the same token.
#[tokio::test]
async fn a_second_implementation_agrees() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
    let world = World::start().await;
    for (name, keys) in [
        ("azuread-oauth2", "common/discovery/keys"),
        ("azuread-v2-tenant-oauth2", "common/discovery/v2.0/keys"),
    ] {
        let identity = world.sign_in(world.backend(name, &[]).as_ref()).await.unwrap();
        let token = identity.tokens.id_token.unwrap();
        let url = format!("{}/{keys}", world.authority.origin());
        let keys: Value = reqwest::get(url)
            .await
            .unwrap()
            .bytes()
            .await
            .map(|body| serde_json::from_slice(&body).unwrap())
            .unwrap();
        let kid = decode_header(token.expose()).unwrap().kid.unwrap();
        let key =
            keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).unwrap();
        let key: Jwk = serde_json::from_value(key.clone()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[authspec_authority::DEFAULT_CLIENT_ID]);
        // The authority's clock stands still; this side's is the system's.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(&key).unwrap();
        let decoded = decode::<authspec::Object>(token.expose(), &key, &validation).unwrap();
        assert_eq!(decoded.claims, identity.claims, "{name}");
    }
}

/// What a browser posts signs in as what it is redirected with does.
#[tokio::test]
async fn a_posted_form_signs_in() {
    let world = World::start().await;
    for name in ENTRA {
        world.usual_user(name);
        let mode = r#"{"response_mode":"form_post"}"#;
        let backend = world.backend(name, &[("AUTH_EXTRA_ARGUMENTS", mode)]);
        let redirect_uri = authspec_tests::redirect_uri(backend.as_ref());
        let started = backend.begin(authspec::BeginRequest::new(&*redirect_uri)).await.unwrap();
        let visited = world.authority.visit_any(&started.authorization_url).await.unwrap();
        let Visited::Form { action, body } = visited else { panic!("{visited:?}") };
        assert_eq!(action, redirect_uri);
        let path = format!("/complete/{name}/");
        let callback = authspec::Callback::from_form(&path, &body);
        let identity = backend.complete(&started.transaction, callback).await;
        assert!(identity.is_ok(), "{name}: {:?}", identity.err());
        let error = world.authority.visit(&started.authorization_url).await.unwrap_err();
        assert!(error.to_string().contains("visit_any"), "{error}");
    }
}

/// Seconds until the access token expires, as `expiration_timedelta` of social-core 7.0.0
/// (`social_core/storage.py`) reads them from a row's `extra_data`.
fn expiration_timedelta(extra_data: &Value, now: u64) -> Option<i64> {
    let number = |name: &str| match extra_data.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let now = i64::try_from(now).unwrap();
    if let Some(expires_on) = number("expires_on") {
        return Some(expires_on - now);
    }
    let seconds = number("expires_in").or_else(|| number("expires"))?;
    // Without `auth_time` it never ends: the seconds count from whenever the row is read.
    Some(number("auth_time").map_or(seconds, |auth_time| auth_time + seconds - now))
}

#[tokio::test]
async fn django_reads_when_our_tokens_expire() {
    let world = World::start().await;
    for name in ENTRA {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let identity = world.sign_in(backend.as_ref()).await.unwrap();
        // A row that an earlier sign-in left is updated, as `set_extra_data` does.
        let mut row = json!({ "auth_time": world.now() - 369 * 86_400, "expires_in": 3600 });
        row.as_object_mut().unwrap().extend(identity.extra_data.clone());
        let lifetime = i64::try_from(identity.tokens.expires_in.unwrap_or(3600)).unwrap();
        assert_eq!(identity.extra_data["auth_time"], world.now(), "{name}");
        for row in [row.clone(), Value::Object(identity.extra_data.clone())] {
            let left = |now| expiration_timedelta(&row, now).unwrap();
            assert_eq!(left(world.now()), lifetime, "{name}: {row}");
            assert!(left(world.now() + 3 * 86_400) < 0, "{name}: it ends");
        }
        // A refresh counts from its own time.
        world.advance(1800);
        let request = authspec::RefreshRequest::new(identity.tokens.refresh_token.clone().unwrap());
        let refreshed = backend.refresh(request.user(identity.key())).await.unwrap();
        row.as_object_mut().unwrap().extend(refreshed.extra_data);
        assert_eq!(row["auth_time"], world.now(), "{name}");
        assert_eq!(expiration_timedelta(&row, world.now()), Some(lifetime), "{name}");
    }
}
