//! Token responses, refusals and callbacks of the authority have the shape that Microsoft's have.

use authspec_authority::{
    AuthorizeError, B2C_TENANT_NAME, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET,
    DEFAULT_FEDERATED_SUBJECT, Fault, TENANT_ID, TokenError,
};
use authspec_tests::{
    World, document, jose_header, members, none_left_out, same_kinds, same_members,
};
use serde_json::{Map, Value, json};
use url::Url;

const REDIRECT_URI: &str = "https://app.example/complete/oidc/";

/// The endpoints of one kind of provider, asked by hand.
struct Endpoints {
    world: World,
    base: String,
    query: &'static str,
}

impl Endpoints {
    async fn of(version: &str) -> Self {
        let world = World::start().await;
        let origin = world.authority.origin();
        let (base, query) = match version {
            "v1" => (format!("{origin}/{TENANT_ID}/oauth2"), ""),
            "v2" => (format!("{origin}/{TENANT_ID}/oauth2/v2.0"), ""),
            _ => (
                format!("{origin}/{B2C_TENANT_NAME}.onmicrosoft.com/oauth2/v2.0"),
                "p=b2c_1_signupsignin",
            ),
        };
        Self { world, base, query }
    }

    async fn code(&self, parameters: &[(&str, &str)]) -> String {
        let mut url = Url::parse(&format!("{}/authorize?{}", self.base, self.query)).unwrap();
        url.query_pairs_mut()
            .append_pair("client_id", DEFAULT_CLIENT_ID)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", REDIRECT_URI)
            .extend_pairs(parameters);
        let callback = Url::parse(&self.world.browse(url.as_str()).await).unwrap();
        let code = callback.query_pairs().find(|(name, _)| name == "code");
        code.expect("a code").1.into_owned()
    }

    async fn token(&self, form: &[(&str, &str)]) -> reqwest::Response {
        let url = format!("{}/token?{}", self.base, self.query);
        let pairs: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", DEFAULT_CLIENT_ID)
            .append_pair("redirect_uri", REDIRECT_URI)
            .extend_pairs(form)
            .finish();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.post(url).header("content-type", "application/x-www-form-urlencoded");
        request.body(pairs).send().await.unwrap()
    }

    async fn redeemed(&self, scope: &str, more: &[(&str, &str)]) -> Value {
        let code = self.code(&[("scope", scope)]).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_secret", DEFAULT_CLIENT_SECRET),
        ];
        form.extend(more);
        json_of(self.token(&form).await).await
    }
}

async fn json_of(response: reqwest::Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn token_responses_have_the_members_and_sizes_of_the_service() {
    type Row<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);
    let own_api = format!("{DEFAULT_CLIENT_ID} offline_access openid");
    let rows: [Row<'_>; 6] = [
        ("token_v1", "v1", "openid", &[]),
        (
            "token_v2",
            "v2",
            "openid profile email offline_access User.Read",
            &[("client_info", "1")],
        ),
        ("token_v2_no_offline", "v2", "openid profile User.Read", &[]),
        ("token_v2_refresh_no_idtoken", "v2", "openid offline_access User.Read", &[]),
        ("token_b2c_full", "b2c", &own_api, &[]),
        ("token_b2c_idtoken_only", "b2c", "openid offline_access", &[]),
    ];
    for (name, version, scope, more) in rows {
        let endpoints = Endpoints::of(version).await;
        let mut reply = endpoints.redeemed(scope, more).await;
        if name.contains("refresh") {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", reply["refresh_token"].as_str().unwrap()),
                ("client_secret", DEFAULT_CLIENT_SECRET),
                ("scope", "User.Read"),
            ];
            reply = json_of(endpoints.token(&form).await).await;
        }
        let sample = document(name, &endpoints.world.authority.origin());
        same_members(&reply, &sample, name);
        let length = |token: &str| reply[token].as_str().map(str::len);
        if let (Some(access), false) = (length("access_token"), name.contains("b2c")) {
            assert!((1_800..=2_600).contains(&access), "{name}: {access}");
        }
        if let Some(refresh) = length("refresh_token") {
            assert!((1_000..=1_400).contains(&refresh), "{name}: {refresh}");
        }
        if let Some(token) = reply["access_token"].as_str() {
            assert_eq!(jose_header(token)["alg"], "RS256", "{name}: an access token is a JWT");
        }
    }
    none_left_out(
        "token_",
        &rows.map(|row| row.0),
        &[("token_b2c_doc_strings", "attacks: a response whose numbers are texts")],
    );
}

#[tokio::test]
async fn refusals_have_the_members_of_the_service() {
    let code_form = |code: &'static str| {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_secret", DEFAULT_CLIENT_SECRET),
        ]
    };
    let fault = |error: TokenError| Some(Fault::TokenError(error));
    let scope = TokenError::new("invalid_scope", 70_011, "The scope is not valid.");
    // Faults first: their requests may be anything.
    for (name, version, error) in [
        ("error_interaction_required_claims", "v2", TokenError::claims_challenge()),
        ("error_invalid_grant_suberror", "v2", TokenError::refresh_token_expired()),
        ("error_invalid_scope", "v2", scope),
        ("error_loop_detected", "v1", TokenError::loop_detected()),
        ("error_throttled_429", "v2", TokenError::throttled(17)),
    ] {
        let endpoints = Endpoints::of(version).await;
        endpoints.world.authority.set_fault(fault(error));
        let response = endpoints.token(&code_form("any")).await;
        refused_as(name, &endpoints.world, response).await;
    }
    let endpoints = Endpoints::of("v2").await;
    let world = &endpoints.world;
    let wrong = [("grant_type", "authorization_code"), ("client_secret", "wrong")];
    refused_as("error_invalid_client_bad_secret", world, endpoints.token(&wrong).await).await;
    let mut with_resource = code_form("any");
    with_resource.push(("resource", "https://graph.microsoft.com"));
    let response = endpoints.token(&with_resource).await;
    refused_as("error_invalid_request_v2_resource", world, response).await;
    let code = endpoints.code(&[("scope", "openid")]).await;
    let again = code_form(code.leak());
    assert_eq!(endpoints.token(&again).await.status(), 200);
    let response = endpoints.token(&again).await;
    refused_as("error_invalid_grant_code_reused", world, response).await;
    let asserted = |assertion: String| {
        [
            ("grant_type", "authorization_code"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &*assertion.leak()),
        ]
    };
    let form = asserted(world.authority.federated_token("system:serviceaccount:web:other"));
    refused_as("error_fic_no_match", world, endpoints.token(&form).await).await;
    let form = asserted(world.authority.federated_token(DEFAULT_FEDERATED_SUBJECT));
    world.advance(7_200);
    let response = endpoints.token(&form).await;
    refused_as("error_invalid_client_assertion_expired", world, response).await;
    let endpoints = Endpoints::of("b2c").await;
    let response = endpoints.token(&code_form("unknown")).await;
    refused_as("error_b2c_token", &endpoints.world, response).await;
    none_left_out(
        "error_",
        &[
            "error_b2c_token",
            "error_fic_no_match",
            "error_interaction_required_claims",
            "error_invalid_client_assertion_expired",
            "error_invalid_client_bad_secret",
            "error_invalid_grant_code_reused",
            "error_invalid_grant_suberror",
            "error_invalid_request_v2_resource",
            "error_invalid_scope",
            "error_loop_detected",
            "error_throttled_429",
        ],
        &[("error_claims_challenge_401", "an API's answer, not the provider's")],
    );
}

/// The answer has status, members, code and headers of the reference.
async fn refused_as(name: &str, world: &World, response: reqwest::Response) {
    let sample = document(name, &world.authority.origin());
    assert_eq!(response.status().as_u16(), sample["http_status"], "{name}");
    for (header, value) in sample["headers"].as_object().unwrap() {
        let found = response.headers().get(header).unwrap().to_str().unwrap();
        assert!(found.starts_with(value.as_str().unwrap()), "{name}: {header}: {found}");
    }
    let (body, expected) = (json_of(response).await, &sample["body"]);
    // The body of this one may be shorter at the service.
    if name == "error_throttled_429" {
        same_kinds(&body, expected, name);
    } else {
        same_members(&body, expected, name);
    }
    for member in ["error", "error_codes", "error_uri", "suberror", "claims"] {
        if let Some(expected) = expected.get(member) {
            assert_eq!(&body[member], expected, "{name}: {member}");
        }
    }
    let code = |body: &Value| {
        let description = body["error_description"].as_str().unwrap();
        description.split(':').next().unwrap().to_owned()
    };
    assert_eq!(code(&body), code(expected), "{name}");
}

#[tokio::test]
async fn callbacks_with_errors_have_the_parameters_of_the_service() {
    let sample = document("redirect_errors", "http://127.0.0.1:1");
    let cases = sample["cases"].as_array().unwrap();
    for case in cases {
        let meaning = case["meaning"].as_str().unwrap();
        let (provider, error) = (case["provider"].as_str().unwrap(), case["query"].clone());
        let endpoints = Endpoints::of(if provider == "b2c" { "b2c" } else { "v2" }).await;
        let decline = match meaning {
            "forgot password" => Some(AuthorizeError::b2c_forgot_password()),
            "user cancelled" if provider == "b2c" => Some(AuthorizeError::b2c_cancelled()),
            "user cancelled" => Some(AuthorizeError::cancelled()),
            "consent declined" => Some(AuthorizeError::consent_declined()),
            "prompt=none without session" => Some(AuthorizeError::login_required()),
            _ => None,
        };
        let response_type = if decline.is_some() { "code" } else { "id_token" };
        if let Some(decline) = decline {
            endpoints.world.authority.decline(decline);
        }
        let url = format!(
            "{}/authorize?{}&client_id={DEFAULT_CLIENT_ID}&response_type={response_type}\
             &redirect_uri={REDIRECT_URI}&scope=openid&state=s",
            endpoints.base, endpoints.query
        );
        let callback = Url::parse(&endpoints.world.browse(&url).await).unwrap();
        let found: Map<String, Value> =
            callback.query_pairs().map(|(name, value)| (name.into_owned(), json!(value))).collect();
        let found = Value::Object(found);
        assert_eq!(members(&found), members(&error), "{meaning}");
        for name in ["error", "error_subcode"] {
            assert_eq!(found.get(name), error.get(name), "{meaning}");
        }
        if let Some(expected) = error.get("error_description") {
            let code = |text: &Value| text.as_str().unwrap().split(':').next().unwrap().to_owned();
            assert_eq!(code(&found["error_description"]), code(expected), "{meaning}");
        }
    }
    assert_eq!(cases.len(), 6);
}
