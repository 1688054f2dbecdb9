//! Logouts: this side's own, and the notices of the provider; and sign-ins that others start.

use authspec::{Callback, Code, Error, LogoutRequest, Secret, Stage};
use authspec_authority::{DEFAULT_CLIENT_ID, Fault, KeyName};
use authspec_redis::RedisStore;
use authspec_tests::{NOW, RedisServer, World};
use serde_json::{Map, Value, json};

use crate::attack::word;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A good logout token of the plain provider.
fn claims(world: &World) -> Map<String, Value> {
    let claims = json!({
        "iss": format!("{}/oidc", world.authority.origin()),
        "aud": DEFAULT_CLIENT_ID,
        "iat": NOW, "exp": NOW + 120, "jti": "one", "sub": "somebody", "sid": "session",
        "events": {EVENT: {}},
    });
    claims.as_object().unwrap().clone()
}

/// A logout token with this claim, under this header, unlike all others by its `jti`.
fn token(world: &World, claim: (&str, Value), header: Value) -> String {
    let mut claims = claims(world);
    claims.insert("jti".to_owned(), json!(format!("{claim:?} {header}")));
    claims.insert(claim.0.to_owned(), claim.1);
    world.authority.sign(KeyName::Oidc, header, Value::Object(claims))
}

#[tokio::test]
async fn back_channel_notices() {
    use Code::{InvalidClaim, InvalidSignature, ResponseExpired, ResponseNotYetValid};
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let event = |name: &str, value: Value| ("events", json!({ name: value }));
    let other = ("more", json!(true));
    for (what, claim, header, code) in [
        ("wrong iss", ("iss", json!("https://evil.example")), json!({}), InvalidClaim),
        ("wrong aud", ("aud", json!("another")), json!({}), InvalidClaim),
        ("two auds", ("aud", json!([DEFAULT_CLIENT_ID, "another"])), json!({}), InvalidClaim),
        ("no event", ("events", json!(null)), json!({}), InvalidClaim),
        ("no events", ("events", json!({})), json!({}), InvalidClaim),
        ("wrong event", event("http://example/other", json!({})), json!({}), InvalidClaim),
        ("event that is no object", event(EVENT, json!(true)), json!({}), InvalidClaim),
        ("with nonce", ("nonce", json!("n")), json!({}), InvalidClaim),
        ("expired", ("exp", json!(NOW - 60)), json!({}), ResponseExpired),
        ("from tomorrow", ("iat", json!(NOW + 61)), json!({}), ResponseNotYetValid),
        ("sub a number", ("sub", json!(7)), json!({}), InvalidClaim),
        ("sid empty", ("sid", json!("")), json!({}), InvalidClaim),
        ("jti empty", ("jti", json!("")), json!({}), InvalidClaim),
        ("jti too long", ("jti", json!("x".repeat(256))), json!({}), InvalidClaim),
        ("wrong alg", other.clone(), json!({"alg": "RS512"}), InvalidSignature),
        ("HS256", other.clone(), json!({"alg": "HS256"}), InvalidSignature),
        ("typ at+jwt", other.clone(), json!({"typ": "at+jwt"}), InvalidSignature),
        ("unknown kid", other.clone(), json!({"kid": "another"}), InvalidSignature),
        ("alg none", other.clone(), json!({"alg": "none"}), InvalidSignature),
    ] {
        let token = token(&world, claim, header);
        let error = backend.back_channel_logout(&token).await.expect_err(what);
        assert_eq!(word(&error), (code, Stage::Disconnect), "{what}");
    }
    // Their twin, once.
    let good = token(&world, other.clone(), json!({}));
    let notice = backend.back_channel_logout(&good).await.unwrap();
    assert_eq!((notice.sub.as_deref(), notice.sid.as_deref()), (Some("somebody"), Some("session")));
    let once_more = backend.back_channel_logout(&good).await;
    assert!(once_more.is_ok(), "until the sessions are ended, a crash loses no logout");
    notice.taken().await.unwrap();
    let error = backend.back_channel_logout(&good).await.unwrap_err();
    assert_eq!((error.code(), error.parameter()), (InvalidClaim, Some("jti")), "a replay");
    let typed = token(&world, other, json!({"typ": "logout+jwt"}));
    assert!(backend.back_channel_logout(&typed).await.is_ok());
}

#[tokio::test]
async fn back_channel_notices_that_lack_something() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let without = |names: &[&str]| {
        let mut claims = claims(&world);
        claims.insert("jti".to_owned(), json!(format!("without {names:?}")));
        for name in names {
            claims.remove(*name);
        }
        world.authority.sign(KeyName::Oidc, json!({}), Value::Object(claims))
    };
    let missing = (Code::MissingClaim, Stage::Disconnect);
    for names in
        [&["iss"][..], &["aud"], &["iat"], &["exp"], &["jti"], &["events"], &["sub", "sid"]]
    {
        let error = backend.back_channel_logout(&without(names)).await.unwrap_err();
        assert_eq!(word(&error), missing, "without {names:?}");
    }
    // One of the two is enough to know whose session ends.
    for name in ["sub", "sid"] {
        assert!(backend.back_channel_logout(&without(&[name])).await.is_ok(), "without {name}");
    }
    let identity = world.sign_in(backend.as_ref()).await.unwrap();
    let id_token = identity.tokens.id_token.unwrap();
    let error = backend.back_channel_logout(id_token.expose()).await.unwrap_err();
    assert_eq!(word(&error), missing, "an ID token has no events");
    for garbage in ["", "x", "a.b.c", "é"] {
        let error = backend.back_channel_logout(garbage).await.unwrap_err();
        assert_eq!(word(&error), (Code::MalformedResponse, Stage::Disconnect), "{garbage}");
    }
    let error = world.backend("github", &[]).back_channel_logout("x").await.unwrap_err();
    assert_eq!(word(&error), (Code::UnsupportedFeature, Stage::Disconnect));
}

#[tokio::test]
async fn front_channel_notices() {
    let world = World::start().await;
    let origin = world.authority.origin();
    let stage = Stage::Disconnect;
    for (name, good) in [
        ("oidc", format!("{origin}/oidc")),
        ("azuread-oauth2-v2", format!("{origin}/{}/v2.0", authspec_authority::TENANT_ID)),
    ] {
        let backend = world.backend(name, &[]);
        for (query, expected) in [
            (format!("iss={good}&sid=s"), None),
            (String::new(), None),
            (format!("iss={good}x&sid=s"), Some((Code::IssuerMismatch, stage))),
            (format!("iss={good}"), Some((Code::MissingParameter, stage))),
            ("sid=s".to_owned(), Some((Code::MissingParameter, stage))),
            (format!("iss={good}&sid="), Some((Code::InvalidParameter, stage))),
            (format!("iss={good}&sid=s&sid=t"), Some((Code::InvalidParameter, stage))),
        ] {
            let result = backend.front_channel_logout(Callback::new("/logout", &query)).await;
            assert_eq!(result.as_ref().err().map(word), expected, "{name} {query}");
            if let Ok(notice) = result {
                let session = notice.session.map(|session| (session.iss, session.sid));
                let named = (!query.is_empty()).then(|| (good.clone(), "s".to_owned()));
                assert_eq!(session, named, "exactly the session of this `iss` and `sid`");
            }
        }
    }
}

#[tokio::test]
async fn a_logout_comes_back_with_its_state() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let mut request =
        LogoutRequest::new().post_logout_redirect_uri("https://app.example/").id_token_hint("hint");
    request.state = Some("mine".to_owned());
    let url = backend.logout_url(request).await.unwrap();
    let back = world.browse(&url).await;
    assert!(back.starts_with("https://app.example/"), "{back}");
    let expected = Secret::new("mine");
    Callback::from_url(&back).check_logout_state(&expected).unwrap();
    let stage = Stage::Disconnect;
    for (query, code) in [
        ("state=other", Code::StateMismatch),
        ("state=", Code::StateMismatch),
        ("", Code::MissingParameter),
        ("state=mine&state=mine", Code::InvalidParameter),
    ] {
        let error = Callback::new("/", query).check_logout_state(&expected).unwrap_err();
        assert_eq!(word(&error), (code, stage), "{query}");
        // And never a sign-in.
        let error = backend.complete("", Callback::new("/", query)).await.unwrap_err();
        assert_eq!(word(&error), (Code::SessionContextMissing, Stage::Callback), "{query}");
    }
}

/// `JWT_ALGORITHMS` holds for logout tokens as for ID tokens, in one process after sign-ins.
#[tokio::test]
async fn an_operators_algorithms_hold_for_logout_tokens() {
    let world = World::start().await;
    // A key without `alg` fits every algorithm of its kind.
    world.authority.set_fault(Some(Fault::KeyMembers(vec![("alg".to_owned(), None)])));
    for (algorithms, refused) in [("RS256", Some("alg")), ("RS256,RS512", None)] {
        let backend = world.backend("oidc", &[("JWT_ALGORITHMS", algorithms)]);
        world.sign_in(backend.as_ref()).await.unwrap();
        let more = || ("more", json!(true));
        let twin = token(&world, more(), json!({}));
        assert!(backend.back_channel_logout(&twin).await.is_ok(), "RS256 with {algorithms}");
        let other = token(&world, more(), json!({ "alg": "RS512" }));
        let error = backend.back_channel_logout(&other).await.err();
        assert_eq!(error.as_ref().and_then(Error::parameter), refused, "{algorithms}: {error:?}");
        world.sign_in(backend.as_ref()).await.unwrap();
    }
}

#[tokio::test]
async fn processes_that_share_a_store_take_a_logout_token_once() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let world = World::start().await;
    let url = server.url();
    let store = || RedisStore::connect(&url);
    let one = world.backend_with_store("oidc", &[], store().await.unwrap());
    let other = world.backend_with_store("oidc", &[], store().await.unwrap());
    let token = token(&world, ("more", json!(true)), json!({}));
    let notice = one.back_channel_logout(&token).await.unwrap();
    assert!(other.back_channel_logout(&token).await.is_ok(), "it was not taken yet");
    notice.taken().await.unwrap();
    let keys = server.ask(&["keys", "*"]);
    assert!(keys.starts_with("authspec:used:") && !keys.contains("more"), "{keys}");
    let seconds: u64 = server.ask(&["ttl", &keys]).parse().unwrap();
    assert!((1..=300).contains(&seconds), "remembered until it expires: {seconds}");
    for backend in [one, other] {
        let error = backend.back_channel_logout(&token).await.unwrap_err();
        assert_eq!((error.code(), error.parameter()), (Code::InvalidClaim, Some("jti")));
    }
}

#[tokio::test]
async fn a_login_that_others_start() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let home = "https://app.example/complete/oidc/";
    let iss = format!("{}/oidc", world.authority.origin());
    let stage = Stage::Begin;
    for (query, expected) in [
        (format!("iss={iss}"), None),
        (format!("iss={iss}&login_hint=ana&target_link_uri=https://app.example/a?b=1"), None),
        ("login_hint=ana".to_owned(), Some((Code::MissingParameter, stage))),
        ("iss=https://evil.example".to_owned(), Some((Code::IssuerMismatch, stage))),
        (format!("iss={iss}&iss={iss}"), Some((Code::InvalidParameter, stage))),
        (
            format!("iss={iss}&target_link_uri=https://evil.example/"),
            Some((Code::InvalidParameter, stage)),
        ),
        (
            format!("iss={iss}&target_link_uri=//app.example/"),
            Some((Code::InvalidParameter, stage)),
        ),
        (
            format!("iss={iss}&target_link_uri=https://app.example@evil.example/"),
            Some((Code::InvalidParameter, stage)),
        ),
        (
            format!("iss={iss}&target_link_uri=javascript:alert(1)"),
            Some((Code::InvalidParameter, stage)),
        ),
    ] {
        let request = backend.initiated_login(home, Callback::new("/login", &query)).await;
        assert_eq!(request.as_ref().err().map(word), expected, "{query}");
        let Ok(request) = request else { continue };
        let has_more = query.contains("target_link_uri");
        assert_eq!(request.next.as_deref(), has_more.then_some("/a?b=1"));
        let started = backend.begin(request).await.unwrap();
        assert_eq!(started.authorization_url.contains("login_hint=ana"), has_more);
        let callback = Callback::from_url(&world.browse(&started.authorization_url).await);
        assert!(backend.complete(&started.transaction, callback).await.is_ok());
    }
}
