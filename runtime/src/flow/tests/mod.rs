//! Every rule of a sign-in by itself, without a network: a provider in the small, with a real key, whose
//! tokens and replies are changed in one thing at a time.

mod callback;
mod context;
mod decoration;
mod id_token;
mod notices;
mod same_user;
mod sign_in;
mod signed_user_info;

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::Context;
use crate::descriptor::{
    Algorithm, Authorization, Claim, ClientAuthentication, Descriptor, Endpoints, Kind, Oidc,
    TokenRequest, User, UserInfo, authorization, equals, oidc, policy, setting, url,
};
use crate::encode::base64url;
use crate::error::{Code, Error, Result, Stage};
use crate::flow::asked::Asked;
use crate::json::Object;
use crate::keys::{KeySet, Metadata};
use crate::settings::{Environment, Resolved};
use crate::transaction::Transaction;

pub(super) const NOW: u64 = 1_795_428_000;
pub(super) const ISSUER: &str = "https://acme.example";
pub(super) const TENANT: &str = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";

const TRUST: Oidc = oidc(&[Algorithm::ES256]);

/// An OpenID provider with everything.
pub(super) const ACME: &Descriptor = &Descriptor {
    name: "acme",
    title: "Acme",
    settings: &[setting("plan", Kind::Text)],
    endpoints: Endpoints {
        discovery: url("https://acme.example/.well-known/openid-configuration"),
        ..Endpoints::EMPTY
    },
    authorization: SCOPES,
    refresh: Some(TokenRequest::EMPTY),
    client_authentication: &[ClientAuthentication::ClientSecretPost],
    oidc: Some(TRUST),
    user_info: Some(UserInfo { scheme: "Bearer", headers: &[("accept", "application/acme+json")] }),
    user: User { uid: Claim::Name("sub"), ..User::EMPTY },
    policy: &[policy(equals(Claim::Name("plan"), "{plan}")).optional()],
    ..Descriptor::EMPTY
};

const SCOPES: Authorization = authorization(&["openid"]);

/// The same, with an issuer for each tenant.
pub(super) const TENANTS: &Descriptor = &Descriptor {
    oidc: Some(TRUST.issuer_placeholder("tenantid", "tid").key_issuer()),
    policy: &[],
    ..*ACME
};

/// A client, and the provider's side of its sign-ins.
pub(super) struct World {
    pub(super) context: Context,
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Arc<KeySet>,
    key: EcdsaKeyPair,
}

impl World {
    pub(super) fn new(descriptor: &'static Descriptor, settings: &[(&str, &str)]) -> Self {
        Self::of(descriptor, settings, json!({}), json!({}))
    }

    /// With further members of the discovery document and of the key.
    pub(super) fn of(
        descriptor: &'static Descriptor,
        settings: &[(&str, &str)],
        members: Value,
        of_key: Value,
    ) -> Self {
        let variable = |name: &str| format!("SOCIAL_AUTH_ACME_{}", name.to_ascii_uppercase());
        let variables = [("key", "client"), ("secret", "s")].iter().chain(settings);
        let variables = variables.map(|(name, value)| (variable(name), *value));
        let raw = Environment::from_pairs(variables).settings_of(descriptor);
        let resolved = Resolved::new(descriptor, &raw).unwrap();
        let document = over(
            json!({
                "issuer": ISSUER,
                "authorization_endpoint": "https://acme.example/authorize",
                "token_endpoint": "https://acme.example/token",
                "jwks_uri": "https://acme.example/keys",
                "userinfo_endpoint": "https://acme.example/userinfo",
            }),
            members,
        );
        let source = "https://acme.example/.well-known/openid-configuration";
        let metadata = Metadata::read(document.to_string().as_bytes(), source).unwrap();
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        let public = json!({
            "kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y), "kid": "one",
        });
        let set = json!({ "keys": [over(public, of_key)] });
        Self {
            context: Context::new(descriptor, resolved).unwrap(),
            metadata: Arc::new(metadata),
            keys: Arc::new(KeySet::read(set.to_string().as_bytes()).unwrap()),
            key,
        }
    }

    pub(super) fn oidc(&self) -> Oidc {
        self.context.descriptor.oidc.unwrap()
    }

    /// A token with these claims, and members over its usual header.
    pub(super) fn sign(&self, header: Value, claims: &Value) -> String {
        let header = over(json!({ "alg": "ES256", "kid": "one" }), header);
        let parts = [header.to_string(), claims.to_string()].map(|part| base64url(part.as_bytes()));
        let signed = parts.join(".");
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url(signature.as_ref()))
    }
}

/// Claims that are good at [`NOW`].
pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "client", "sub": "user", "nonce": "nonce",
        "iat": NOW, "exp": NOW + 300,
    })
}

/// Members over others; null takes one away.
pub(super) fn over(mut value: Value, changes: Value) -> Value {
    let members = value.as_object_mut().unwrap();
    for (name, change) in object(changes) {
        if change.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, change);
        }
    }
    value
}

pub(super) fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        _ => panic!("no object"),
    }
}

pub(super) fn transaction() -> Transaction {
    Transaction {
        backend: "acme".to_owned(),
        client: "client".to_owned(),
        form_post: false,
        data: None,
        state: "state".to_owned().into(),
        nonce: "nonce".to_owned().into(),
        verifier: "verifier".to_owned().into(),
        redirect_uri: "https://app.example/complete/acme/".to_owned(),
        started: NOW,
        next: Some("/home".to_owned()),
        browser: None,
        asked: Asked::default(),
    }
}

/// The parts of an error that tests compare.
pub(super) fn word(error: &Error) -> (Code, Stage, &str) {
    (error.code(), error.stage(), error.parameter().unwrap_or_default())
}

/// The parts of a result that tests compare.
pub(super) fn outcome<T>(result: &Result<T>) -> Option<(Code, Stage, &str)> {
    result.as_ref().err().map(word)
}
