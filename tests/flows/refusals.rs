//! Refusals of the provider: each entry of the table of explanations, and each error of Microsoft's
//! documents (`tests/vectors/entra/`), as an application sees it.

use authspec::{
    Backend, BeginRequest, Callback, Code, Error, Explanation, Recovery, RefreshRequest,
};
use authspec_authority::{AuthorizeError, Fault, Reply};
use authspec_tests::{World, redirect_uri, root, setting};
use serde_json::{Value, json};

use Code::{
    AuthorizationCodeRejected, AuthorizationDeclined, InvalidSetting, PasswordResetRequested,
    RateLimited, ReauthenticationRequired,
};

const ENTRA: &str = "azuread-v2-tenant-oauth2";
const B2C: &str = "azuread-b2c-oauth2";

/// Each file, and what its error is in a sign-in and in a refresh.
const SAMPLES: [(&str, &str, Code, Code); 11] = [
    ("error_b2c_token", B2C, AuthorizationCodeRejected, ReauthenticationRequired),
    ("error_claims_challenge_401", ENTRA, ReauthenticationRequired, ReauthenticationRequired),
    ("error_fic_no_match", ENTRA, InvalidSetting, InvalidSetting),
    (
        "error_interaction_required_claims",
        ENTRA,
        ReauthenticationRequired,
        ReauthenticationRequired,
    ),
    ("error_invalid_client_assertion_expired", ENTRA, InvalidSetting, InvalidSetting),
    ("error_invalid_client_bad_secret", ENTRA, InvalidSetting, InvalidSetting),
    ("error_invalid_grant_code_reused", ENTRA, AuthorizationCodeRejected, ReauthenticationRequired),
    ("error_invalid_grant_suberror", ENTRA, ReauthenticationRequired, ReauthenticationRequired),
    ("error_invalid_request_v2_resource", ENTRA, InvalidSetting, InvalidSetting),
    ("error_invalid_scope", ENTRA, InvalidSetting, InvalidSetting),
    ("error_loop_detected", ENTRA, RateLimited, RateLimited),
];

fn sample(name: &str) -> Value {
    let path = root().join(format!("tests/vectors/entra/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A reply as a sample has it.
fn reply(sample: &Value) -> Reply {
    let status = u16::try_from(sample["http_status"].as_u64().unwrap()).unwrap();
    let body = if sample["body"].is_null() { String::new() } else { sample["body"].to_string() };
    let headers = sample["headers"].as_object().unwrap();
    let kind = headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
    let others = headers.iter().filter(|(name, _)| *name != "content-type");
    others.fold(Reply::new(status, kind, body), |reply, (name, value)| {
        reply.with_header(name, value.as_str().unwrap())
    })
}

/// What a sign-in and a refresh make of an answer of the token endpoint.
async fn both(world: &World, backend: &dyn Backend, reply: impl Fn() -> Reply) -> (Error, Error) {
    world.authority.set_fault(Some(Fault::Token(reply())));
    let signed_in = world.sign_in(backend).await.unwrap_err();
    world.authority.set_fault(Some(Fault::Token(reply())));
    let refreshed = backend.refresh(RefreshRequest::new("stored")).await.unwrap_err();
    world.authority.set_fault(None);
    (signed_in, refreshed)
}

#[tokio::test]
async fn every_sample_of_a_token_error_is_told_apart() {
    let world = World::start().await;
    for (file, name, in_sign_in, in_refresh) in SAMPLES {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let sample = sample(file);
        let (signed_in, refreshed) = both(&world, backend.as_ref(), || reply(&sample)).await;
        assert_eq!((signed_in.code(), refreshed.code()), (in_sign_in, in_refresh), "{file}");
        for error in [&signed_in, &refreshed] {
            assert!(!error.for_visitors().contains("AADSTS"), "{file}");
            let is_challenge = file.contains("claims");
            assert_eq!(error.claims_challenge().is_some(), is_challenge, "{file}");
            if let Some(claims) = sample["body"]["claims"].as_str() {
                assert_eq!(error.claims_challenge(), Some(claims), "{file}");
            }
        }
        assert!(world.sign_in(backend.as_ref()).await.is_ok(), "{file}: the twin");
    }
    let throttled = sample("error_throttled_429");
    let backend = world.backend(ENTRA, &[]);
    world.usual_user(ENTRA);
    let (error, _) = both(&world, backend.as_ref(), || reply(&throttled)).await;
    assert_eq!((error.code(), error.recovery()), (RateLimited, Recovery::RetryLater));
    assert_eq!((error.retry_after().unwrap().as_secs(), error.status()), (17, 503));
}

#[test]
fn every_sample_of_an_error_is_in_the_table() {
    let files = std::fs::read_dir(root().join("tests/vectors/entra")).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let errors = names.filter(|name| name.starts_with("error_")).count();
    assert_eq!(errors, SAMPLES.len() + 1, "and `error_throttled_429`");
}

/// A claims challenge of an API that user info asks stands in a header.
#[tokio::test]
async fn a_claims_challenge_of_a_header_is_handed_on() {
    let world = World::start().await;
    world.usual_user("github");
    let backend = world.backend("github", &[]);
    let challenge = sample("error_claims_challenge_401");
    world.authority.set_fault(Some(Fault::UserInfo(reply(&challenge))));
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    let provider = error.provider().unwrap();
    assert_eq!(provider.error.as_deref(), Some("insufficient_claims"));
    let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    assert_eq!(error.claims_challenge(), Some(claims));
    assert_eq!(
        (error.code(), error.recovery()),
        (ReauthenticationRequired, Recovery::Reauthenticate)
    );
}

#[tokio::test]
async fn every_sample_of_a_redirect_is_told_apart() {
    let world = World::start().await;
    let cases = sample("redirect_errors")["cases"].as_array().unwrap().clone();
    let expected = [
        ("forgot password", PasswordResetRequested, Recovery::RestartLogin),
        ("user cancelled", AuthorizationDeclined, Recovery::None),
        ("consent declined", AuthorizationDeclined, Recovery::None),
        ("user cancelled", AuthorizationDeclined, Recovery::None),
        ("prompt=none without session", ReauthenticationRequired, Recovery::Reauthenticate),
        ("id_token response type not enabled", InvalidSetting, Recovery::ContactAdministrator),
    ];
    assert_eq!(cases.len(), expected.len());
    for (case, (meaning, code, recovery)) in cases.iter().zip(expected) {
        assert_eq!(case["meaning"], meaning);
        let name = if case["provider"] == "b2c" { B2C } else { ENTRA };
        let error = declined(&world, name, &[], &case["query"]).await;
        assert_eq!((error.code(), error.recovery()), (code, recovery), "{meaning}");
    }
}

/// The error of a callback with these parameters and the right `state`.
async fn declined(world: &World, name: &str, more: &[(&str, &str)], query: &Value) -> Error {
    let backend = world.backend(name, more);
    let backend = backend.as_ref();
    let started = backend.begin(BeginRequest::new(redirect_uri(backend))).await.unwrap();
    let url = url::Url::parse(&started.authorization_url).unwrap();
    let (_, state) = url.query_pairs().find(|(name, _)| name == "state").unwrap();
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.as_object().unwrap() {
        let value = if name == "state" { &*state } else { value.as_str().unwrap() };
        form.append_pair(name, value);
    }
    let callback = Callback::new(&redirect_uri(backend), &form.finish());
    backend.complete(&started.transaction, callback).await.unwrap_err()
}

/// How a provider sends one code or word of the table.
fn body(name: &str) -> Value {
    let suberrors = [
        "basic_action",
        "additional_action",
        "message_only",
        "protection_policy_required",
        "device_authentication_failed",
        "user_password_expired",
        "client_mismatch",
        "bad_token",
        "token_expired",
        "cancel",
    ];
    if let Some(number) = name.strip_prefix("AADSTS") {
        let number: u64 = number.parse().unwrap();
        return json!({ "error": "invalid_grant", "error_codes": [number] });
    }
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return json!({ "error": "invalid_grant", "error_description": format!("{name}: some words") });
    }
    if suberrors.contains(&name) {
        return json!({ "error": "invalid_grant", "suberror": name });
    }
    if name == "authentication_expired" {
        return json!({ "error": "temporarily_unavailable", "error_description": name });
    }
    json!({ "error": name })
}

#[tokio::test]
async fn every_entry_of_the_table_decides_its_error() {
    let world = World::start().await;
    world.usual_user("oidc");
    let backend = world.backend("oidc", &[]);
    let of_provider = |entry: &&Explanation| entry.name() != entry.code().as_str();
    let mut seen = 0;
    for entry in Explanation::all().iter().filter(of_provider) {
        let (name, answer) = (entry.name(), body(entry.name()));
        let reply = || Reply::json(400, &answer);
        let (signed_in, refreshed) = both(&world, backend.as_ref(), reply).await;
        assert_eq!(
            (signed_in.code(), signed_in.recovery()),
            (entry.code(), entry.recovery()),
            "{name}"
        );
        assert_eq!(signed_in.explanation(), entry, "{name}");
        assert!(signed_in.message().contains(entry.meaning()), "{signed_in}");
        let expected = match entry.code() {
            AuthorizationCodeRejected => ReauthenticationRequired,
            code => code,
        };
        assert_eq!(refreshed.code(), expected, "{name}");
        assert_ne!(refreshed.recovery(), Recovery::CorrectInput, "{name}");
        let mut query = json!({ "state": "" });
        for (key, value) in answer.as_object().unwrap() {
            // A callback has no `error_codes`: Entra writes the number before the description.
            match key.as_str() {
                "error_codes" => query["error_description"] = json!(format!("{name}: some words")),
                "suberror" => query["error_subcode"] = value.clone(),
                key => query[key] = value.clone(),
            }
        }
        let in_callback = declined(&world, "oidc", &[], &query).await;
        assert_eq!(in_callback.code(), entry.code(), "{name}");
        seen += 1;
    }
    assert!(seen > 130, "{seen}");
    assert!(world.sign_in(backend.as_ref()).await.is_ok(), "the twin");
}

#[tokio::test]
async fn the_specific_code_comes_before_suberror_status_and_word() {
    let world = World::start().await;
    let backend = world.backend(ENTRA, &[]);
    world.usual_user(ENTRA);
    for (status, answer, code) in [
        (
            400,
            json!({"error":"invalid_grant","suberror":"basic_action","error_codes":[53003]}),
            Code::AuthenticationDisallowed,
        ),
        (
            400,
            json!({"error":"invalid_grant","suberror":"basic_action","error_codes":[1]}),
            ReauthenticationRequired,
        ),
        (400, json!({"error":"invalid_grant","suberror":"strange"}), AuthorizationCodeRejected),
        (503, json!({"error":"invalid_client"}), Code::Unavailable),
        (429, json!({"error":"invalid_client"}), RateLimited),
        (503, json!({"error":"invalid_client","error_codes":[7_000_215]}), InvalidSetting),
        // A code of ours is no word of a provider's.
        (400, json!({"error":"session_context_missing"}), Code::HttpError),
    ] {
        let (error, _) = both(&world, backend.as_ref(), || Reply::json(status, &answer)).await;
        assert_eq!(error.code(), code, "{answer}");
    }
}

/// A word that nobody knows is shown, since the operator has nothing else to look for.
#[tokio::test]
async fn an_unknown_word_is_shown() {
    let world = World::start().await;
    let backend = world.backend("oidc", &[]);
    let answer = json!({ "error": "realm_disabled" });
    let (error, _) = both(&world, backend.as_ref(), || Reply::json(400, &answer)).await;
    assert!(error.message().starts_with("The provider answered `realm_disabled`."), "{error}");
    assert_eq!((error.code(), error.recovery()), (Code::HttpError, Recovery::ContactAdministrator));
}

/// A request that forbids every page ends the same way again and again.
#[tokio::test]
async fn a_silent_request_of_the_settings_is_no_reason_to_start_again() {
    let world = World::start().await;
    let query = json!({ "error": "login_required", "state": "" });
    let silent = [("AUTH_EXTRA_ARGUMENTS", r#"{"prompt":"none"}"#)];
    let error = declined(&world, "oidc", &silent, &query).await;
    assert_eq!(error.recovery(), Recovery::ContactAdministrator);
    assert!(error.message().contains("AUTH_EXTRA_ARGUMENTS"), "{error}");
    let error = declined(&world, "oidc", &[], &query).await;
    assert_eq!(error.recovery(), Recovery::Reauthenticate);
}

/// GitHub answers 200 with a word of its own.
#[tokio::test]
async fn githubs_wrong_secret_is_a_setting() {
    let world = World::start().await;
    world.usual_user("github");
    let backend = world.backend("github", &[("SECRET", "another")]);
    let error = world.sign_in(backend.as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.recovery()), (InvalidSetting, Recovery::ContactAdministrator));
    assert_eq!(error.parameter(), Some(setting("github", "SECRET").as_str()));
    assert!(error.message().contains("incorrect_client_credentials"), "{error}");
    assert!(world.sign_in(world.backend("github", &[]).as_ref()).await.is_ok());
}

/// What a visitor reads fits the refusal, and the operator gets the whole explanation.
#[tokio::test]
async fn three_readers_get_three_texts() {
    let world = World::start().await;
    let description = "AADSTS50020: User account from another tenant (invented wording).";
    let query = json!({ "error": "access_denied", "error_description": description, "state": "" });
    let error = declined(&world, ENTRA, &[], &query).await;
    assert_eq!((error.code(), error.status()), (Code::AuthenticationDisallowed, 403));
    assert!(error.for_visitors().contains("another organization"), "{}", error.for_visitors());
    assert!(error.message().contains("AADSTS50020"), "{error}");
    let explanation = error.explanation().to_string();
    assert!(explanation.contains("Supported account types"), "{explanation}");
    // By the decline of the authority itself, which has no description.
    world.authority.decline(AuthorizeError::new("access_denied"));
    let error = world.sign_in(world.backend(ENTRA, &[]).as_ref()).await.unwrap_err();
    assert_eq!((error.code(), error.recovery()), (AuthorizationDeclined, Recovery::None));
}
