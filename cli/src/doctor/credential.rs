//! The client's credential: a secret, a key, or the token of another identity provider.

use authspec::diagnosis::{Diagnosis, Proof, claim};
use authspec::{Environment, Object};

use super::report::Report;

const CHECK: &str = "credential";

/// The audience that Entra ID asks of such a token begins so; national clouds add their name.
const ENTRA_AUDIENCE: &str = "api://AzureADTokenExchange";

pub(super) fn check(diagnosis: &Diagnosis, environment: &Environment, report: &mut Report) {
    match diagnosis.proof() {
        Ok(Proof::Secret { is_guid: true }) => report.warning(
            CHECK,
            "a client secret is set, and it looks like the ID of a secret: Microsoft's portal shows \
             the value, which is what to set, only when the secret is made",
        ),
        Ok(Proof::Secret { is_guid: false }) => {
            report.ok(CHECK, "a client secret is set; only the provider can say whether it is right");
        }
        Ok(Proof::Assertion(None)) => {
            report.fault(CHECK, "the client assertion is no JWT: check the setting or the token file");
        }
        Ok(Proof::Assertion(Some(claims))) => assertion(diagnosis, environment, &claims, report),
        Ok(_) => report.ok(CHECK, "none: this is a public client"),
        Err(error) => report.fault(CHECK, error.message()),
    }
}

fn assertion(
    diagnosis: &Diagnosis,
    environment: &Environment,
    claims: &Object,
    report: &mut Report,
) {
    let text = |name| claim(claims, name).unwrap_or_else(|| "(none)".to_owned());
    let (issuer, subject, audience) = (text("iss"), text("sub"), text("aud"));
    if issuer == diagnosis.client_id() {
        report.ok(CHECK, "the private key can be read, and signs the client's assertions");
        return;
    }
    let who = format!("a token of `{issuer}` for the subject `{subject}`");
    let now = diagnosis.now();
    let expiry = claims.get("exp").and_then(serde_json::Value::as_f64).unwrap_or_default();
    // Far from where a number of seconds would lose its fraction only.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time in seconds"
    )]
    let expiry = expiry.max(0.0) as u64;
    if expiry <= now {
        let ago = now - expiry;
        report.fault(
            CHECK,
            format!("{who} expired {ago} seconds ago: whatever renews the token file has stopped"),
        );
        return;
    }
    if audience.starts_with("api://") && !audience.starts_with(ENTRA_AUDIENCE) {
        report.fault(
            CHECK,
            format!(
                "{who} has the audience `{audience}`; Entra ID expects `{ENTRA_AUDIENCE}` there"
            ),
        );
        return;
    }
    report.ok(CHECK, format!("{who}, audience `{audience}`, for another {} seconds", expiry - now));
    // What the webhook of Azure Workload Identity sets, when the pod is another client's.
    let injected = environment.var("AZURE_CLIENT_ID");
    if let Some(injected) = injected.filter(|injected| injected.trim() != diagnosis.client_id()) {
        report.warning(
            CHECK,
            format!(
                "AZURE_CLIENT_ID is `{injected}`, and KEY is another client: the token must be trusted \
                 by the app registration of KEY"
            ),
        );
    }
}
