//! The user information endpoint (OpenID Connect Core section 5.3), for the plain provider and,
//! in the shape of Microsoft Graph, for Entra ID.

use serde_json::{Map, Value, json};

use crate::claims::standard;
use crate::discovery::issuer;
use crate::faulty::{self, Signer};
use crate::grant::Grant;
use crate::id_token::Signing;
use crate::jws::members;
use crate::record::RecordedRequest;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::state::Shared;

/// Answers with what the access token's scopes allow.
pub(crate) fn userinfo(shared: &Shared, incoming: &RecordedRequest) -> Reply {
    let of_oidc = incoming.path.starts_with("/oidc/");
    let grant =
        incoming.credential(&["Bearer"]).and_then(|token| shared.access(token)).filter(|grant| {
            match grant.flavour {
                Flavour::Oidc => of_oidc,
                Flavour::V1(_) | Flavour::V2(_) => !of_oidc,
                Flavour::B2c(_) | Flavour::GitHub | Flavour::Given => false,
            }
        });
    match grant {
        Some(grant) => {
            let claims = if of_oidc { standard(grant.user, &grant.scope) } else { graph(&grant) };
            let signer = Signer {
                flavour: &grant.flavour,
                signing: Signing::of(&grant.flavour, grant.user),
                issuer: issuer(&shared.site(), &grant.flavour, grant.user.tid),
                client_id: &grant.client_id,
            };
            faulty::user_info(shared, claims, signer)
        }
        None => Reply::json(
            401,
            &json!({"error": "invalid_token", "error_description": "The token is not valid."}),
        )
        .with_header("www-authenticate", "Bearer error=\"invalid_token\"")
        .unstored(),
    }
}

/// Microsoft Graph shows these members whatever the scopes.
fn graph(grant: &Grant) -> Map<String, Value> {
    let user = grant.user;
    let mut body = members(json!({
        "sub": user.sub,
        "name": user.name,
        "picture": "https://graph.microsoft.com/v1.0/me/photo/$value",
    }));
    let known = [
        ("given_name", user.given_name),
        ("family_name", user.family_name),
        ("email", user.email()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            body.insert(name.to_owned(), json!(value));
        }
    }
    body
}
