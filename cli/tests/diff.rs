//! `authspec diff` as another program sees it: what it says of each kind of change, and how it exits.
#![allow(clippy::too_many_lines, missing_docs, clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const ACME: &str = r#"
name    = "acme"
title   = "Acme"
doc     = "Accounts of Acme."
aliases = ["acme.backends.Acme"]

[settings.host]
type    = "authority"
default = "login.acme.example"
doc     = "The host of the identity provider."

[settings.region]
type = "text"
doc  = "The region."

[endpoints]
authorization = "https://{host}/authorize"
token         = "https://{host}/token"
discovery     = "https://{host}/.well-known/openid-configuration"

[authorization]
scopes = ["openid", "email"]
params = { region = "{region}" }

[[client_authentication]]
method = "client_secret_basic"

[[client_authentication]]
method = "private_key_jwt"
setting = "key_file"

[settings.key_file]
type = "path"
doc  = "A private key."

[refresh]

[oidc]
algorithms = ["RS256"]
issuer     = "https://{host}"

[user]
uid      = "sub"
fullname = "name"

[[user.email]]
from        = "email"
verified_by = "nothing"

[claims]
sub  = { required = true, doc = "The account." }
name = "The display name."

[extra_data]
id = "sub"

[errors]
E42 = "rate_limited"

[[sample]]
name     = "employee"
id_token = { sub = "u-1", oid = "o-1", name = "Ana Lima", nick = "ana", email = "ana@mail.example" }
expect   = { uid = "u-1" }

[[policy]]
claim           = "sub"
not_starts_with = "guest"
help            = "Guests cannot sign in."
"#;

const OAUTH: &str = r#"
name  = "plain"
title = "Plain OAuth 2.0"

[endpoints]
authorization = "https://plain.example/authorize"
token         = "https://plain.example/token"
user_info     = "https://plain.example/me"
end_session   = "https://plain.example/logout"

[[client_authentication]]
method = "client_secret_post"

[user_info]

[[call]]
name     = "emails"
url      = "https://plain.example/emails"
optional = true

[user]
uid = "id"

[[user.email]]
from        = "$emails[primary, kind = 'work'].email"
verified_by = "nothing"

[[sample]]
name      = "user"
user_info = { id = 7 }
calls     = { emails = [{ email = "ana@mail.example", primary = true, kind = "work" }] }
expect    = { uid = "7" }
"#;

/// A folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, name: &str, spec: &str) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, spec).unwrap();
    path
}

/// A spec with one text in the place of another.
fn edited(spec: &str, from: &str, to: &str) -> String {
    assert_eq!(spec.matches(from).count(), 1, "{from}");
    spec.replace(from, to)
}

fn diff(old: &Path, new: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_authspec"))
        .arg("diff")
        .args([old, new])
        .args(options)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&text(output)).unwrap()
}

/// The changes between two specs: construct, what, severity, reason.
fn changes(test: &str, old: &str, new: &str) -> Vec<[String; 4]> {
    let folder = folder(test);
    let (old, new) = (write(&folder, "old.toml", old), write(&folder, "new.toml", new));
    let object = json(&diff(&old, &new, &["--format", "json"]));
    let changes = object["changes"].as_array().unwrap();
    let member = |change: &Value, name: &str| change[name].as_str().unwrap().to_owned();
    changes
        .iter()
        .map(|change| ["construct", "what", "severity", "reason"].map(|name| member(change, name)))
        .collect()
}

/// Each line: what is edited, and the one change that it is.
#[test]
fn every_kind_of_change_has_its_severity() {
    let cases = [
        ("\"Acme\"", "\"ACME\"", "title", "the title changed", "cosmetic"),
        ("Accounts of Acme.", "Acme's.", "doc", "the doc changed", "cosmetic"),
        ("\"acme.backends.Acme\"", "", "aliases", "removed", "breaking"),
        ("login.acme.example", "login.acme.test", "settings", "the default of `host`", "breaking"),
        ("The region.", "A region.", "settings", "the doc of `region`", "cosmetic"),
        (
            "\"The region.\"",
            "\"The region.\"\nrequired = true",
            "settings",
            "SOCIAL_AUTH_ACME_REGION must be set now",
            "breaking",
        ),
        (
            "\"The region.\"",
            "\"The region.\"\none_of = [\"eu\", \"us\"]",
            "settings",
            "the choice of SOCIAL_AUTH_ACME_REGION added",
            "breaking",
        ),
        (
            "\"The host of the identity provider.\"",
            "\"The host of the identity provider.\"\nnamed = { EUROPE = \"eu.acme.example\" }",
            "settings",
            "the name `EUROPE` added",
            "notice",
        ),
        ("{host}/token", "{host}/v2/token", "endpoints", "`token` changed", "notice"),
        (
            "https://{host}/token",
            "https://tokens.acme.example/token",
            "endpoints",
            "`token` changed",
            "breaking",
        ),
        (
            "\"openid\", \"email\"",
            "\"openid\", \"email\", \"phone\"",
            "authorization",
            "scope `phone` added",
            "breaking",
        ),
        (
            "\"openid\", \"email\"",
            "\"openid\"",
            "authorization",
            "scope `email` removed",
            "breaking",
        ),
        (
            "[\"openid\", \"email\"]",
            "[\"openid\", \"email\"]\npkce_verifier_length = 64",
            "authorization",
            "the length of the PKCE verifier changed",
            "notice",
        ),
        (
            "params = { region = \"{region}\" }",
            "params = { region = \"{region}\", prompt = \"login\" }",
            "authorization",
            "parameter `prompt` added",
            "notice",
        ),
        (
            "client_secret_basic",
            "client_secret_post",
            "client_authentication",
            "the method of the client secret",
            "breaking",
        ),
        (
            "setting = \"key_file\"",
            "setting = \"key_file\"\naudience = \"https://{host}\"",
            "client_authentication",
            "the audience of the private key of KEY_FILE",
            "breaking",
        ),
        ("[refresh]", "", "refresh", "refresh lost", "breaking"),
        ("[\"RS256\"]", "[\"RS256\", \"ES256\"]", "oidc", "algorithm ES256 added", "notice"),
        ("issuer     = \"https://{host}\"", "", "oidc", "the issuer removed", "breaking"),
        ("uid      = \"sub\"", "uid = \"oid\"", "user", "`uid` changed", "breaking"),
        ("fullname = \"name\"", "fullname = \"name | nick\"", "user", "`fullname`", "notice"),
        ("fullname = \"name\"", "", "user", "`fullname` removed", "breaking"),
        (
            "verified_by = \"nothing\"",
            "verified_by = \"provider\"",
            "user",
            "what verifies e-mail from `email`",
            "breaking",
        ),
        (
            "sub  = { required = true, doc = \"The account.\" }",
            "sub = \"The account.\"",
            "claims",
            "the type of field `sub`",
            "breaking",
        ),
        (
            "name = \"The display name.\"",
            "name = \"The display name.\"\nnick = \"What friends say.\"",
            "claims",
            "field `nick` added",
            "notice",
        ),
        ("name = \"The display name.\"", "", "claims", "field `name` removed", "breaking"),
        ("The display name.", "A name.", "claims", "the doc of field `name`", "cosmetic"),
        ("id = \"sub\"", "id = \"oid\"", "extra_data", "`id` changed", "breaking"),
        ("rate_limited", "unavailable", "errors", "`E42` changed", "breaking"),
        ("\"guest\"", "\"guest\"\noptional = true", "policy", "an absent claim passes", "breaking"),
        ("Guests cannot sign in.", "No guests.", "policy", "the help of", "cosmetic"),
    ];
    for (from, to, construct, what, severity) in cases {
        let found = changes("severity", ACME, &edited(ACME, from, to));
        let [change] = found.as_slice() else { panic!("{from} → {to}: {found:?}") };
        assert_eq!([&change[0], &change[2]], [construct, severity], "{from} → {to}: {change:?}");
        assert!(change[1].contains(what), "{from} → {to}: {change:?}");
    }
}

#[test]
fn a_setting_that_goes_breaks_and_one_that_comes_does_not() {
    let without = edited(ACME, "[settings.region]\ntype = \"text\"\ndoc  = \"The region.\"", "");
    let without = edited(&without, "params = { region = \"{region}\" }", "");
    let gone = changes("setting", ACME, &without);
    let reasons: Vec<&str> = gone.iter().map(|change| change[3].as_str()).collect();
    assert!(reasons[0].starts_with("SOCIAL_AUTH_ACME_REGION is unknown now"), "{reasons:?}");
    let came = changes("setting", &without, ACME);
    assert!(!came.is_empty());
    assert!(came.iter().all(|change| change[2] == "notice"), "{came:?}");
    let required = edited(ACME, "\"The region.\"", "\"The region.\"\nrequired = true");
    let came = changes("setting", &without, &required);
    assert_eq!(came[0][2..], ["breaking", "SOCIAL_AUTH_ACME_REGION must be set"]);
}

#[test]
fn a_policy_that_comes_is_stricter_and_one_that_goes_is_looser() {
    let rule = ACME.get(ACME.find("[[policy]]").unwrap()..).unwrap();
    let without = edited(ACME, rule, "");
    let came = changes("policy", &without, ACME);
    assert!(came[0][3].starts_with("stricter"), "{came:?}");
    let went = changes("policy", ACME, &without);
    assert!(went[0][3].starts_with("security: looser"), "{went:?}");
}

#[test]
fn logout_calls_and_paths_of_plain_oauth() {
    let went = changes("oauth", OAUTH, &edited(OAUTH, "end_session ", "# end_session "));
    let told: Vec<[&str; 2]> = went.iter().map(|change| [&*change[1], &*change[2]]).collect();
    assert_eq!(told, [["`end_session` removed", "notice"], ["logout lost", "breaking"]]);
    let strict = changes("oauth", OAUTH, &edited(OAUTH, "optional = true", ""));
    assert_eq!(strict[0][0..3], ["call", "`$emails` must succeed", "breaking"]);
    let other = edited(OAUTH, "kind = 'work'", "kind = 'home'");
    let moved = changes("oauth", OAUTH, &other);
    assert!(moved[0][1].contains("`$emails[primary, kind = 'work'].email`"), "{moved:?}");
}

#[test]
fn a_spec_that_did_not_change_says_so() {
    let folder = folder("same");
    let path = write(&folder, "acme.toml", ACME);
    assert_eq!(text(&diff(&path, &path, &["--exit-code"])), "no change for users\n");
    let object = json(&diff(&path, &path, &["--format", "json"]));
    assert_eq!(object, serde_json::json!({ "backend": "acme", "changes": [], "breaking": false }));
    let comment = format!("# Only a comment.\n{ACME}");
    let commented = write(&folder, "commented.toml", &comment);
    assert_eq!(text(&diff(&path, &commented, &[])), "no change for users\n");
}

#[test]
fn people_read_constructs_in_order_and_counts_at_the_end() {
    let folder = folder("text");
    let old = write(&folder, "old.toml", ACME);
    let new = edited(ACME, "uid      = \"sub\"", "uid = \"oid\"");
    let new = edited(&new, "{host}/token", "{host}/v2/token");
    let new = edited(&new, "The display name.", "A name.");
    let new = write(&folder, "new.toml", &new);
    let expected = "\
acme
  endpoints
    notice    `token` changed (https://{host}/token → https://{host}/v2/token): the host is the same
  user
    breaking  `uid` changed: stored users no longer match: everybody is a new user, or somebody else
              sub → oid
  claims
    cosmetic  the doc of field `name` changed (The display name. → A name.): only words

1 breaking, 1 to notice, 1 cosmetic
";
    assert_eq!(text(&diff(&old, &new, &[])), expected);
}

#[test]
fn exit_code_is_one_for_a_breaking_change_only_when_asked() {
    let folder = folder("exit");
    let old = write(&folder, "old.toml", ACME);
    let renamed = edited(ACME, "\"acme\"", "\"acme2\"");
    let breaking = write(&folder, "breaking.toml", &renamed);
    let notice = write(&folder, "notice.toml", &edited(ACME, "{host}/token", "{host}/t"));
    assert_eq!(diff(&old, &breaking, &[]).status.code(), Some(0));
    assert_eq!(diff(&old, &notice, &["--exit-code"]).status.code(), Some(0));
    let output = diff(&old, &breaking, &["--exit-code"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("the name changed") && told.contains("acme → acme2"), "{told}");
    let output = diff(&old, &breaking, &["--exit-code", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object["breaking"], true);
}

#[test]
fn folders_are_matched_by_the_names_of_backends() {
    let folder = folder("folders");
    let (old, new) = (folder.join("old"), folder.join("new"));
    write(&old, "acme.toml", ACME);
    write(&old, "plain.toml", OAUTH);
    // Another file's name, the same backend; and a backend that is new.
    write(&new, "renamed.toml", &edited(ACME, "\"Acme\"", "\"ACME\""));
    write(&new, "other.toml", &edited(OAUTH, "\"plain\"", "\"other\""));
    let told = text(&diff(&old, &new, &[]));
    assert!(told.contains("acme\n  title\n    cosmetic"), "{told}");
    assert!(told.contains("plain\n  backend\n    breaking  the backend removed"), "{told}");
    assert!(told.contains("other\n  backend\n    notice    the backend added"), "{told}");
    assert!(told.ends_with("1 breaking, 1 to notice, 1 cosmetic\n"), "{told}");
    let object = json(&diff(&old, &new, &["--format", "json"]));
    let backends: Vec<&str> = object["backends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|backend| backend["backend"].as_str().unwrap())
        .collect();
    assert_eq!(backends, ["acme", "plain", "other"]);
    assert_eq!(object["breaking"], true);
    assert_eq!(diff(&old, &new, &["--exit-code"]).status.code(), Some(1));
    assert_eq!(text(&diff(&old, &old, &["--exit-code"])), "no change for users\n");
}

#[test]
fn wrong_specs_and_a_folder_beside_a_file_exit_with_two() {
    let folder = folder("wrong");
    let good = write(&folder, "good.toml", ACME);
    let bad = write(&folder, "bad.toml", &edited(ACME, "[authorization]", "[authorisation]"));
    for (old, new) in [(&good, &bad), (&good, &folder), (&good, &folder.join("nowhere.toml"))] {
        let output = diff(old, new, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let errors = String::from_utf8_lossy(&output.stderr);
        let error: Value = serde_json::from_str(errors.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["code"], "invalid_parameter");
    }
    let errors = diff(&good, &bad, &[]).stderr;
    assert!(String::from_utf8_lossy(&errors).contains("did you mean `authorization`?"));
}

/// The specs of this repository, against themselves: nothing is compared with the wrong partner.
#[test]
fn our_own_specs_do_not_differ_from_themselves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for specs in ["providers/azuread/specs", "providers/catalog/specs"] {
        let specs = root.join(specs);
        assert_eq!(text(&diff(&specs, &specs, &[])), "no change for users\n");
    }
}
