//! Facts about an OpenID provider, known or guessed, as the text of a spec.

use super::{head, quoted, quoted_list};

/// A claim that a spec can start with: its name, the TOML value of a sample, and its doc.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) sample: &'static str,
    pub(super) doc: &'static str,
}

const fn known(name: &'static str, sample: &'static str, doc: &'static str) -> Known {
    Known { name, sample, doc }
}

/// The claims of OpenID Connect Core 1.0 section 5.1 that make a user, and groups.
pub(super) const CLAIMS: &[Known] = &[
    known("name", "\"Ana Lima\"", "The display name."),
    known("given_name", "\"Ana\"", "The given name."),
    known("family_name", "\"Lima\"", "The family name."),
    known("preferred_username", "\"ana\"", "A login name that can change."),
    known("email", "\"ana@mail.example\"", "An e-mail address; see `details.email_verified`."),
    known("email_verified", "true", "`true` if the provider has verified the address."),
    known("groups", "[\"staff\"]", "Group names."),
];

/// Fields of `[user]`, and the claims that fill them.
const FIELDS: &[(&str, &str)] = &[
    ("username", "preferred_username"),
    ("fullname", "name"),
    ("first_name", "given_name"),
    ("last_name", "family_name"),
    ("groups", "groups"),
];

/// Facts about the provider, known or guessed.
pub(super) struct Facts<'m> {
    pub(super) issuer: &'m str,
    pub(super) scopes: Vec<&'m str>,
    pub(super) algorithms: Vec<&'m str>,
    pub(super) method: &'static str,
    pub(super) claims: Vec<&'static Known>,
    pub(super) user_info: bool,
    pub(super) refreshes: bool,
    /// Claims of the provider that the spec does not use.
    pub(super) others: Vec<&'m str>,
}

/// The client authentication, as the text of a spec.
fn client_authentication(method: &str) -> String {
    if method == "private_key_jwt" {
        return "# The application signs with a private key of its own: PRIVATE_KEY_FILE is a PEM file.\n\
                [settings.private_key_file]\ntype = \"path\"\n\
                doc  = \"A PEM file with the client's private key.\"\n\n\
                [settings.private_key_id]\ntype = \"text\"\n\
                doc  = \"The `kid` under which the provider knows the key.\"\n\n\
                [[client_authentication]]\nmethod  = \"private_key_jwt\"\n\
                setting = \"private_key_file\"\nkey_id  = \"private_key_id\"\n\n"
            .to_owned();
    }
    if method == "none" {
        return "# A public client: no credential, PKCE only.\n\
                [[client_authentication]]\nmethod = \"none\"\n\n"
            .to_owned();
    }
    format!(
        "# How the application proves itself with SECRET; some providers want client_secret_post.\n\
         [[client_authentication]]\nmethod = {}\n\n",
        quoted(method)
    )
}

/// The spec's text, with comments for its author.
pub(super) fn write(name: &str, facts: &Facts<'_>) -> String {
    let has = |claim: &str| facts.claims.iter().any(|known| known.name == claim);
    let mut spec = head(name);
    spec.push_str(&place(facts));
    spec.push_str(&format!(
        "[authorization]\nscopes = {}\n\n",
        quoted_list(facts.scopes.iter().copied())
    ));
    spec.push_str(&client_authentication(facts.method));
    if facts.refreshes {
        spec.push_str("# The provider gives refresh tokens; many want the scope `offline_access`.\n[refresh]\n\n");
    }
    if facts.user_info {
        spec.push_str("# Asks the user-info endpoint after the ID token; what the token says wins.\n[user_info]\n\n");
    }
    spec.push_str(
        "# Which claims make a user. The uid is stored: it must never change or be given to another.\n\
         [user]\nuid        = \"sub\"\n",
    );
    for (field, claim) in FIELDS.iter().filter(|(_, claim)| has(claim)) {
        spec.push_str(&format!("{field:<10} = {}\n", quoted(claim)));
    }
    spec.push('\n');
    if has("email") {
        let trust = if has("email_verified") {
            "[{ claim = \"email_verified\", is = \"true\" }]"
        } else {
            "\"nothing\""
        };
        spec.push_str(&format!(
            "# What makes the address verified: conditions of which one must hold, \"provider\" or \"nothing\".\n\
             [[user.email]]\nfrom        = \"email\"\nverified_by = {trust}\n\n"
        ));
    }
    spec.push_str("# The claims that the typed struct has.\n[claims]\n");
    let width = facts.claims.iter().map(|claim| claim.name.len()).max().unwrap_or_default();
    let sub = "{ required = true, doc = \"The user at this provider.\" }";
    spec.push_str(&format!("{:<width$} = {sub}\n", "sub"));
    for Known { name, sample, doc } in &facts.claims {
        let kind = match *sample {
            "true" => "bool",
            sample if sample.starts_with('[') => "list",
            _ => "text",
        };
        let entry = match kind {
            "text" => quoted(doc),
            kind => format!("{{ type = \"{kind}\", doc = {} }}", quoted(doc)),
        };
        spec.push_str(&format!("{name:<width$} = {entry}\n"));
    }
    if !facts.others.is_empty() {
        spec.push_str(&format!("# The provider also lists: {}.\n", facts.others.join(", ")));
    }
    spec.push_str(&sample(facts));
    spec
}

/// The host of the provider, as the text of a spec. An issuer on this machine is not https: it goes into
/// a setting.
fn place(facts: &Facts<'_>) -> String {
    let issuer = facts.issuer;
    let algorithms = if facts.algorithms == ["RS256"] {
        String::new()
    } else {
        format!("algorithms = {}\n", quoted_list(facts.algorithms.iter().copied()))
    };
    let discovery = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    if issuer.starts_with("https://") {
        return format!(
            "# Everything else about endpoints and keys comes from here.\n\
             [endpoints]\ndiscovery = {}\n\n\
             # What makes an ID token good; the discovery document must state this issuer.\n\
             [oidc]\nissuer = {}\n{algorithms}\n",
            quoted(&discovery),
            quoted(issuer)
        );
    }
    format!(
        "[settings.issuer]\ntype    = \"url\"\ndefault = {}\ndoc     = \"The issuer; https anywhere but \
         on this machine.\"\n\n\
         [endpoints]\ndiscovery = \"{{issuer}}/.well-known/openid-configuration\"\n\n\
         [oidc]\nissuer = \"{{issuer}}\"\n{algorithms}\n",
        quoted(issuer)
    )
}

/// A sample with every claim, as the ID token or as both replies.
fn sample(facts: &Facts<'_>) -> String {
    let members: Vec<String> =
        facts.claims.iter().map(|claim| format!("{} = {}", claim.name, claim.sample)).collect();
    let of_user = [vec!["sub = \"user-1\"".to_owned()], members].concat().join(", ");
    let replies = if facts.user_info {
        format!("id_token  = {{ sub = \"user-1\" }}\nuser_info = {{ {of_user} }}\n")
    } else {
        format!("id_token  = {{ {of_user} }}\n")
    };
    let value = |claim: &str| facts.claims.iter().find(|known| known.name == claim);
    let mut expected = vec!["uid = \"user-1\"".to_owned()];
    for (field, claim) in FIELDS {
        expected.extend(value(claim).map(|known| format!("{field} = {}", known.sample)));
    }
    if let Some(email) = value("email") {
        let verified = value("email_verified").is_some();
        expected.push(format!("email = {}, email_verified = {verified}", email.sample));
    }
    format!(
        "\n# A reply of the provider, and the user that it must give: a test, and an account of\n\
         # `authspec serve`. A JSON file beside this one may stand in the place of a table.\n\
         [[sample]]\nname      = \"user\"\n{replies}expect    = {{ {} }}\n",
        expected.join(", ")
    )
}
