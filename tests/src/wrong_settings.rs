//! Settings that cannot be right, or are seldom meant: what comes of each when settings are read. The test
//! `flows` holds the runtime against this table, and docs/settings.md prints it.

/// What comes of a setting when settings are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `missing_setting`.
    Missing,
    /// `invalid_setting`.
    Invalid,
    /// It works, with a warning.
    Warning,
    /// It works.
    Fine,
}

use Outcome::{Fine, Invalid, Missing, Warning};

/// One setting: what is written in words, the variable (a setting of the backend, or a whole name), its
/// value (`None` where it is not set), and what comes of it.
pub type Row = (&'static str, &'static str, Option<&'static str>, Outcome);

/// The backend of these rows.
pub const BACKEND: &str = "azuread-v2-tenant-oauth2";

const GUID: &str = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

/// The table.
pub const ROWS: &[Row] = &[
    ("no client ID", "KEY", None, Missing),
    ("a blank client ID", "KEY", Some(" "), Missing),
    ("a client ID in quotation marks", "KEY", Some("\"client\""), Invalid),
    ("a byte order mark first", "KEY", Some("\u{feff}client"), Fine),
    ("no credential", "SECRET", None, Missing),
    ("a secret in quotation marks", "SECRET", Some("'secret'"), Warning),
    ("a quotation mark within a secret", "SECRET", Some("sec\"ret"), Fine),
    ("a single tenant that is not named", "TENANT_ID", None, Missing),
    ("every tenant, and no list of those allowed", "TENANT_ID", Some("common"), Warning),
    ("work and school accounts of every tenant", "TENANT_ID", Some("organizations"), Warning),
    ("a tenant by its domain", "TENANT_ID", Some("contoso.onmicrosoft.com"), Fine),
    ("a tenant in quotation marks", "TENANT_ID", Some("'contoso.example'"), Invalid),
    ("a cloud as az and Terraform name it", "AUTHORITY_HOST", Some("AzureUSGovernment"), Fine),
    ("the same in another case", "AUTHORITY_HOST", Some("usGovernment"), Fine),
    ("a cloud that is not known", "AUTHORITY_HOST", Some("AzureGermanCloud"), Invalid),
    ("a host without a dot, with its port", "AUTHORITY_HOST", Some("idp:8443"), Fine),
    ("http on another machine", "AUTHORITY_HOST", Some("http://login.example"), Invalid),
    ("a list of tenants", "ALLOWED_TENANTS", Some(GUID), Fine),
    ("`*` for every tenant", "ALLOWED_TENANTS", Some("*"), Fine),
    ("a blank list of tenants", "ALLOWED_TENANTS", Some(""), Invalid),
    ("an empty list of tenants", "ALLOWED_TENANTS", Some("[]"), Invalid),
    ("a list of commas", "ALLOWED_TENANTS", Some(" , ,"), Invalid),
    ("a domain instead of a tenant's GUID", "ALLOWED_TENANTS", Some("contoso.example"), Invalid),
    ("`*` beside others", "ALLOWED_TENANTS", Some("*,contoso.example"), Invalid),
    ("a domain with an at sign", "WHITELISTED_DOMAINS", Some("@contoso.example"), Fine),
    ("a domain as a pattern", "WHITELISTED_DOMAINS", Some("*@contoso.example"), Fine),
    ("subdomains as a pattern", "WHITELISTED_DOMAINS", Some("*.contoso.example"), Invalid),
    ("an address in the list of domains", "WHITELISTED_DOMAINS", Some("a@b.example"), Invalid),
    ("an empty list of domains", "WHITELISTED_DOMAINS", Some("[]"), Invalid),
    ("a domain in the list of addresses", "WHITELISTED_EMAILS", Some("@contoso.example"), Invalid),
    ("a blank list of addresses", "WHITELISTED_EMAILS", Some(" "), Invalid),
    ("an empty list of hosts", "ENDPOINT_HOSTS", Some("[]"), Invalid),
    ("a URL in a list of hosts", "ENDPOINT_HOSTS", Some("https://keys.example"), Invalid),
    ("an empty list of scopes", "SCOPE", Some("[]"), Fine),
    ("an assertion that holds a JWT, without SECRET", "CLIENT_ASSERTION", Some(JWT), Fine),
    ("an assertion that holds no JWT", "CLIENT_ASSERTION", Some("changeme"), Invalid),
    ("the same in quotation marks", "CLIENT_ASSERTION", Some("\"a.b.c\""), Invalid),
    ("a token file that does not exist yet", "FEDERATED_TOKEN_FILE", Some("/no/token"), Warning),
    ("the same, by Azure's variable", "AZURE_FEDERATED_TOKEN_FILE", Some("/no/token"), Warning),
    ("Azure's variable, beside the backend's own", "AZURE_TENANT_ID", Some(GUID), Fine),
    ("an algorithm that the backend's ID tokens lack", "JWT_ALGORITHMS", Some("ES256"), Invalid),
    (
        "a list for all backends, one of it fits",
        "SOCIAL_AUTH_JWT_ALGORITHMS",
        Some("ES256,RS256"),
        Fine,
    ),
    (
        "a list for all backends, none of it fits",
        "SOCIAL_AUTH_JWT_ALGORITHMS",
        Some("ES256"),
        Invalid,
    ),
    ("a symmetric algorithm", "SOCIAL_AUTH_JWT_ALGORITHMS", Some("HS256,RS256"), Invalid),
    ("more leeway than 300 seconds", "JWT_LEEWAY", Some("301"), Invalid),
    ("a claim that can change as uid", "ID_KEY", Some("email"), Warning),
    ("RESOURCE with the v2.0 endpoint", "RESOURCE", Some("https://graph.example"), Invalid),
    ("a mistyped name", "SECRT", Some("x"), Warning),
    ("a pipeline of python-social-auth", "PIPELINE", Some("[]"), Warning),
    ("the same for all backends", "SOCIAL_AUTH_PIPELINE", Some("[]"), Warning),
    ("an offline provider", "OFFLINE_PROVIDER", Some("http://127.0.0.1:8400"), Warning),
    (
        "an offline provider for all backends, which is not read",
        "SOCIAL_AUTH_OFFLINE_PROVIDER",
        Some("http://127.0.0.1:8400"),
        Warning,
    ),
    ("authorities for Python's requests", "REQUESTS_CA_BUNDLE", Some("/corp.pem"), Warning),
    ("authorities for curl", "CURL_CA_BUNDLE", Some("/corp.pem"), Warning),
    ("an offline provider elsewhere", "OFFLINE_PROVIDER", Some("http://10.0.0.1"), Invalid),
];

/// The table for people.
pub fn table() -> String {
    let mut table = String::from(
        "| what is set | variable ends in | for example | outcome |\n|---|---|---|---|\n",
    );
    for (what, variable, value, outcome) in ROWS {
        let value = value.map_or("(not set)".to_owned(), |value| {
            let shown = value.replace('\u{feff}', "U+FEFF ");
            format!("`{}`", if shown.trim().is_empty() { "(blank)" } else { &shown })
        });
        let outcome = match outcome {
            Missing => "error `missing_setting`",
            Invalid => "error `invalid_setting`",
            Warning => "warning",
            Fine => "works",
        };
        table.push_str(&format!("| {what} | `{variable}` | {value} | {outcome} |\n"));
    }
    table
}
