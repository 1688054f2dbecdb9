//! User info as a signed JWT (OpenID Connect Core 1.0 section 5.3.2) is held against the provider's keys, its
//! issuer, this client and the ID token.

use authspec::{Code, Error, Stage};
use authspec_authority::{
    BadSignature, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Fault, IdTokenFault, KeyName, Reply,
    Writing,
};
use authspec_tests::{NOW, World};
use serde_json::{Value, json};

/// User info is signed with these claims changed.
fn claims(changes: Value) -> IdTokenFault {
    let changes = changes.as_object().expect("claims").clone();
    // No value takes a claim away.
    let changes =
        changes.into_iter().map(|(name, value)| (name, Some(value).filter(|it| !it.is_null())));
    IdTokenFault::Claims(changes.collect())
}

fn header(name: &str, value: &str) -> IdTokenFault {
    IdTokenFault::Header(vec![(name.to_owned(), Some(value.into()))])
}

/// Sets how user info is signed, and signs in by a backend that has seen nothing of the provider yet; says
/// which nickname user info gave.
async fn sign_in(
    world: &World,
    change: impl Into<Option<IdTokenFault>>,
) -> Result<Option<Value>, Error> {
    world.authority.set_fault(Some(Fault::SignedUserInfo(change.into())));
    let identity = world.sign_in(world.backend("oidc", &[]).as_ref()).await?;
    Ok(identity.claims.get("nickname").cloned())
}

#[tokio::test]
async fn signed_user_info_adds_its_claims() {
    let world = World::start().await;
    let backend = || world.backend("oidc", &[]);
    let plain = vec![("nickname".to_owned(), Some(json!("Ade")))];
    world.authority.set_fault(Some(Fault::UserInfoMembers(plain)));
    let twin = world.sign_in(backend().as_ref()).await.unwrap();
    assert_eq!(twin.claims["nickname"], "Ade", "the twin: the same claims in JSON");
    for more in [
        json!({}),
        json!({ "aud": DEFAULT_CLIENT_ID }),
        json!({ "aud": [DEFAULT_CLIENT_ID] }),
        json!({ "azp": DEFAULT_CLIENT_ID }),
        json!({ "exp": NOW + 60, "iat": NOW, "nbf": NOW }),
        json!({ "exp": NOW - 59 }),
        json!({ "iat": NOW + 60 }),
    ] {
        let mut all = more.clone();
        all["nickname"] = json!("Ade");
        world.authority.set_fault(Some(Fault::SignedUserInfo(Some(claims(all)))));
        let mut identity = world.sign_in(backend().as_ref()).await.unwrap();
        // These two differ from one sign-in to the next; the times are those of the ID token.
        for own in ["nonce", "at_hash"] {
            identity.claims.insert(own.to_owned(), twin.claims[own].clone());
        }
        assert_eq!(identity.claims, twin.claims, "{more}");
    }
    for typ in ["JWT", "jwt", "userinfo+JWT"] {
        assert!(sign_in(&world, header("typ", typ)).await.is_ok(), "{typ}");
    }
}

#[tokio::test]
async fn a_fault_of_signed_user_info_refuses_the_sign_in() {
    let world = World::start().await;
    let times = json!({ "exp": NOW - 60, "iat": NOW - 120 });
    let (secret, stranger) =
        (DEFAULT_CLIENT_SECRET.to_owned(), IdTokenFault::SignWith(KeyName::Stranger));
    for (change, code, parameter) in [
        (claims(json!({ "sub": "another" })), Code::UserMismatch, "sub"),
        (claims(json!({ "iss": "https://evil.example" })), Code::InvalidClaim, "iss"),
        (claims(json!({ "iss": null })), Code::MissingClaim, "iss"),
        (claims(json!({ "iss": ["x"] })), Code::InvalidClaim, "iss"),
        (claims(json!({ "aud": "another-client" })), Code::InvalidClaim, "aud"),
        (claims(json!({ "aud": ["another-client"] })), Code::InvalidClaim, "aud"),
        (claims(json!({ "aud": [DEFAULT_CLIENT_ID, "x"] })), Code::InvalidClaim, "aud"),
        (claims(json!({ "aud": [] })), Code::InvalidClaim, "aud"),
        (claims(json!({ "aud": null })), Code::MissingClaim, "aud"),
        (claims(json!({ "azp": "another-client" })), Code::InvalidClaim, "azp"),
        (claims(times), Code::ResponseExpired, "exp"),
        (claims(json!({ "exp": "soon" })), Code::InvalidClaim, "exp"),
        (claims(json!({ "iat": NOW - 24 * 3600 })), Code::ResponseExpired, "iat"),
        (claims(json!({ "iat": NOW + 61 })), Code::ResponseNotYetValid, "iat"),
        (claims(json!({ "nbf": NOW + 61 })), Code::ResponseNotYetValid, "nbf"),
        (IdTokenFault::unsigned(), Code::InvalidSignature, "alg"),
        (IdTokenFault::Hs256With(secret), Code::InvalidSignature, "alg"),
        (IdTokenFault::Hs256WithPublicKey, Code::InvalidSignature, "alg"),
        (header("typ", "at+jwt"), Code::InvalidSignature, "typ"),
        (header("typ", "logout+jwt"), Code::InvalidSignature, "typ"),
        (header("crit", "exp"), Code::InvalidSignature, "crit"),
        (header("kid", "unknown"), Code::InvalidSignature, "kid"),
        (stranger, Code::InvalidSignature, ""),
        (IdTokenFault::OwnKey("jwk".to_owned()), Code::InvalidSignature, ""),
        (IdTokenFault::Signature(BadSignature::OneBit), Code::InvalidSignature, ""),
        (IdTokenFault::Signature(BadSignature::Empty), Code::InvalidSignature, ""),
    ] {
        let case = format!("{change:?}");
        let error = sign_in(&world, change).await.expect_err(&case);
        assert_eq!((error.code(), error.stage()), (code, Stage::UserInfo), "{case}: {error}");
        assert_eq!(error.parameter().unwrap_or_default(), parameter, "{case}: {error}");
        // The ID token is signed by the same keys: the message says which of the two it is about.
        let named = code == Code::UserMismatch || error.message().contains("user-info JWT");
        assert!(named, "{case}: {error}");
        assert!(sign_in(&world, None).await.is_ok(), "the twin of {case}");
    }
}

/// Like user info that fails: the ID token alone says who signed in.
#[tokio::test]
async fn a_jwt_that_cannot_be_read_adds_nothing() {
    let world = World::start().await;
    let encrypted = "e30.e30.e30.e30.e30";
    for text in [encrypted, "", "{}", "e30.e30", "e30.{}.e30"] {
        let change = claims(json!({ "nickname": "Ade" }));
        assert_eq!(sign_in(&world, change).await.unwrap(), Some(json!("Ade")), "the twin");
        let written = IdTokenFault::Written(Writing::Replaced(text.to_owned()));
        assert_eq!(sign_in(&world, written).await.unwrap(), None, "`{text}`");
    }
    let logged = world.logged();
    assert!(logged.contains("The user-info JWT cannot be read: it is encrypted"), "{logged}");
    let no_subject = claims(json!({ "nickname": "Ade", "sub": null }));
    assert_eq!(sign_in(&world, no_subject).await.unwrap(), None, "as in JSON");
    let failed = Reply::new(401, "application/jwt", encrypted);
    world.authority.set_fault(Some(Fault::UserInfo(failed)));
    assert!(world.sign_in(world.backend("oidc", &[]).as_ref()).await.is_ok());
}

/// The provider changes its keys between the ID token and user info, again and again, in one process.
#[tokio::test]
async fn newer_keys_are_fetched_for_signed_user_info() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    world.sign_in(backend.as_ref()).await.unwrap();
    for _ in 0..3 {
        world.advance(300);
        let before = world.requests_to("keys");
        world.authority.set_fault(Some(Fault::SignedUserInfo(Some(IdTokenFault::AfterRotation))));
        world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(world.requests_to("keys"), before + 1, "once, for user info");
        world.authority.set_fault(Some(Fault::SignedUserInfo(None)));
        world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(world.requests_to("keys"), before + 1, "both tokens are of the new key");
    }
    let before = world.requests_to("keys");
    world.authority.set_fault(Some(Fault::SignedUserInfo(Some(header("kid", "unknown")))));
    for _ in 0..5 {
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::InvalidSignature, Stage::UserInfo));
    }
    assert!(world.requests_to("keys") <= before + 3, "within the allowance of forced fetches");
}

/// `JWT_ALGORITHMS` holds for user info, too.
#[tokio::test]
async fn an_operators_algorithms_hold_for_signed_user_info() {
    let world = World::start().await;
    for (algorithms, refused) in [("RS256", Some(Code::InvalidSignature)), ("RS256,RS512", None)] {
        let backend = world.backend("oidc", &[("JWT_ALGORITHMS", algorithms)]);
        // A key without `alg` fits every algorithm of its kind; it stays known after the first sign-in.
        let any = vec![("alg".to_owned(), None)];
        world.authority.set_fault(Some(Fault::KeyMembers(any)));
        world.sign_in(backend.as_ref()).await.expect("the twin, with RS256");
        world.authority.set_fault(Some(Fault::SignedUserInfo(Some(header("alg", "RS512")))));
        let result = world.sign_in(backend.as_ref()).await;
        assert_eq!(result.err().map(|error| error.code()), refused, "{algorithms}");
    }
}

/// Without an ID token there is no issuer and there are no keys to hold it against.
#[tokio::test]
async fn plain_oauth_has_nothing_to_check_a_jwt_with() {
    let world = World::start().await;
    world.usual_user("github");
    let backend = world.backend("github", &[]);
    world.sign_in(backend.as_ref()).await.expect("the twin");
    for kind in ["application/jwt", "Application/JWT; charset=utf-8"] {
        world.authority.set_fault(Some(Fault::UserInfo(Reply::new(200, kind, "e30.e30.e30"))));
        let error = world.sign_in(backend.as_ref()).await.unwrap_err();
        assert_eq!((error.code(), error.stage()), (Code::UnsupportedFeature, Stage::UserInfo));
        assert!(error.message().contains("no keys to check it with"), "{error}");
    }
}
