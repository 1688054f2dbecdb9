//! ID tokens and key sets of the authority have the shape that Microsoft's have.

use std::collections::BTreeSet;

use authspec_authority::{B2C_TENANT_NAME, Client, EXTERNAL_TENANT_ID};
use authspec_tests::{
    World, document, jose_header, members, none_left_out, same_kinds, same_members,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const V1_TENANT: &str = "azuread-tenant-oauth2";
const V2_TENANT: &str = "azuread-v2-tenant-oauth2";
const B2C: &str = "azuread-b2c-oauth2";

/// Claims that say the same for every user and every sign-in.
const FIXED: [&str; 12] = [
    "acct",
    "acr",
    "amr",
    "extension_LoyaltyNumber",
    "idp",
    "isForgotPassword",
    "roles",
    "tfp",
    "tid",
    "ver",
    "wids",
    "xms_edov",
];

#[tokio::test]
async fn id_tokens_have_every_claim_of_the_references() {
    type Row<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], bool);
    let policy = |name: &'static str| ("POLICY", name);
    let rows: [Row<'_>; 12] = [
        ("idtoken_v1_member", V1_TENANT, "member", &[], false),
        ("idtoken_v1_guest_org", V1_TENANT, "partner", &[], false),
        ("idtoken_v1_guest_msa", V1_TENANT, "guest", &[], false),
        ("idtoken_v2_member", V2_TENANT, "member", &[], false),
        ("idtoken_v2_member_optional_claims", V2_TENANT, "grouped", &[], true),
        ("idtoken_v2_guest", V2_TENANT, "partner", &[], true),
        ("idtoken_v2_msa", "azuread-oauth2-v2", "personal", &[], false),
        ("idtoken_v2_groups_overage", V2_TENANT, "many-groups", &[], false),
        ("idtoken_ciam", V2_TENANT, "customer", &[("TENANT_ID", EXTERNAL_TENANT_ID)], false),
        ("idtoken_b2c_tfp", B2C, "b2c", &[], false),
        ("idtoken_b2c_acr_custom_policy", B2C, "b2c", &[policy("B2C_1A_signup_signin")], false),
        ("idtoken_b2c_password_reset", B2C, "b2c", &[policy("b2c_1_PasswordReset")], false),
    ];
    let world = World::start().await;
    for (name, backend, user, settings, optional) in rows {
        let sample = document(name, &world.authority.origin());
        let client = Client { optional_claims: optional, ..Client::default() };
        world.authority.register(client);
        world.authority.sign_in_as(user);
        let identity = world.sign_in(world.backend(backend, settings).as_ref()).await.unwrap();
        let claims = Value::Object(identity.claims);
        same_kinds(&claims, &sample["payload"], name);
        for claim in FIXED.iter().filter(|claim| sample["payload"].get(*claim).is_some()) {
            assert_eq!(claims[claim], sample["payload"][claim], "{name}: {claim}");
        }
        if !optional {
            // The backends ask for a nonce and for addresses, which the references do not always show.
            let mut more: BTreeSet<&str> = members(&claims);
            more.retain(|claim| sample["payload"].get(claim).is_none());
            more.remove("nonce");
            more.remove("email");
            assert!(more.is_empty(), "{name}: {more:?}");
        }
        let token = identity.tokens.id_token.unwrap();
        assert_eq!(members(&jose_header(token.expose())), members(&sample["header"]), "{name}");
    }
    none_left_out(
        "idtoken_",
        &rows.map(|row| row.0),
        &[
            ("idtoken_v1_member_unsigned", "attacks: such a token is refused"),
            ("idtoken_v2_hasgroups_implicit", "only from the authorization endpoint"),
            ("idtoken_v2_hybrid_authorize", "only from the authorization endpoint"),
        ],
    );
}

#[tokio::test]
async fn key_sets_have_the_members_of_the_service() {
    let world = World::start().await;
    let origin = world.authority.origin();
    for (name, path) in [
        ("jwks_v1", "common/discovery/keys".to_owned()),
        ("jwks_v2_common", "common/discovery/v2.0/keys".to_owned()),
        (
            "jwks_b2c",
            format!("{B2C_TENANT_NAME}.onmicrosoft.com/discovery/v2.0/keys?p=b2c_1_signupsignin"),
        ),
    ] {
        let text = world.open(&format!("{origin}/{path}")).await;
        let mut found: Value = serde_json::from_str(&text).unwrap();
        // One more than the service shows: clients must pass it over.
        found["keys"].as_array_mut().unwrap().retain(|key| key["kty"] != "AKP");
        let sample = document(name, &origin);
        let (found, sample) =
            (found["keys"].as_array().unwrap(), sample["keys"].as_array().unwrap());
        assert_eq!(found.len(), sample.len(), "{name}");
        for (key, expected) in found.iter().zip(sample) {
            same_members(key, expected, name);
            for member in ["issuer", "cloud_instance_name", "use", "e"] {
                assert_eq!(key.get(member), expected.get(member), "{name}: {member}");
            }
            if let Some(certificate) = key["x5c"][0].as_str() {
                let der = STANDARD.decode(certificate).unwrap();
                let sha1 = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
                let thumbprint = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(sha1, &der));
                assert_eq!((&key["x5t"], &key["kid"]), (&json!(thumbprint), &json!(thumbprint)));
                let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
                let holds = der.windows(modulus.len()).any(|window| window == modulus);
                assert!(holds, "{name}: the certificate is of another key");
            }
        }
    }
    none_left_out(
        "jwks_",
        &["jwks_b2c", "jwks_v1", "jwks_v2_common"],
        &[("jwks_v2_cross_cloud_key", "attacks: a key of another cloud is refused")],
    );
}
