//! What a provider's refusal means to the person who configured this backend: what happened, which
//! setting to look at, which field of the app registration, and what to do.
//!
//! The fields are named as the Microsoft Entra admin center and the Azure portal show them.

/// What to do about one refusal.
#[derive(Debug)]
pub(crate) struct Advice {
    /// The provider's own code, or the OAuth 2.0 word.
    pub(crate) code: &'static str,
    /// What happened, in one sentence.
    pub(crate) meaning: &'static str,
    /// The end of our setting's name, or `--redirect-uri`.
    pub(crate) setting: Option<&'static str>,
    /// The page and the field at the provider.
    pub(crate) registration: Option<&'static str>,
    /// What to do.
    pub(crate) mend: &'static str,
}

/// The advice for the first of these codes that has one: the most special code comes first.
pub(crate) fn advice(codes: &[&str]) -> Option<&'static Advice> {
    codes.iter().find_map(|code| ADVICE.iter().find(|advice| advice.code == *code))
}

// Fields that several entries name.
const ACCESS: &str = "Conditional Access → Policies";
const ACCOUNTS: &str = "Authentication → Supported account types";
const ASSIGNED: &str = "Enterprise applications → Users and groups";
const CERTIFICATES: &str = "Certificates & secrets → Certificates";
const CLIENT_ID: &str = "Overview → Application (client) ID";
const CONSENT: &str = "API permissions → Grant admin consent";
const CROSS: &str = "External Identities → Cross-tenant access settings";
const ENABLED: &str = "Enterprise applications → Properties → Enabled for users to sign-in?";
const FEDERATED: &str = "Certificates & secrets → Federated credentials";
const FLOWS: &str = "Azure AD B2C → User flows";
const GUESTS: &str = "Users → New user → Invite external user";
const IMPLICIT: &str = "Authentication → Implicit grant and hybrid flows → ID tokens";
const LOGS: &str = "Monitoring & health → Sign-in logs";
const PERMISSIONS: &str = "API permissions → Configured permissions";
const PROVIDERS: &str = "Azure AD B2C → Identity providers";
const SECRETS: &str = "Certificates & secrets → Client secrets → Value";
const TENANT: &str = "Overview → Directory (tenant) ID";
const USERS: &str = "Users → All users";
const WEB: &str = "Authentication → Platform configurations → Web → Redirect URIs";

/// The refusals that are explained, by what they are about.
pub(crate) const ADVICE: &[Advice] = &[
    // The redirect URI, and the platform that it is registered for.
    Advice {
        code: "AADSTS50011",
        meaning: "The redirect URI of this sign-in is not registered for the application.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Register exactly this URI: capital letters and the slash at the end count. `http` \
               is allowed for `localhost` only, where the port does not matter.",
    },
    Advice {
        code: "AADSTS90102",
        meaning: "An address in the request, usually the redirect URI, is not a complete URL.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Pass a whole URL with scheme, host and path, and register the same one.",
    },
    Advice {
        code: "AADSTS500112",
        meaning: "The code was redeemed with another redirect URI than the one that it was asked \
                  with.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Use one redirect URI for the whole sign-in, and look for a proxy that rewrites it.",
    },
    Advice {
        code: "AADSTS500113",
        meaning: "The application has no redirect URI at all.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Choose \"Add a platform\", then Web, and enter the redirect URI of this sign-in.",
    },
    Advice {
        code: "AADSTS700025",
        meaning: "The redirect URI belongs to a public client, which must not send a credential.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Remove the URI from \"Mobile and desktop applications\" and add it under Web. \
               SECRET and assertions work there only.",
    },
    Advice {
        code: "AADSTS900971",
        meaning: "The request came without a redirect URI.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Pass the redirect URI, and register the same one under Web.",
    },
    Advice {
        code: "AADSTS9002325",
        meaning: "The redirect URI is registered for a single-page application, where the browser \
                  redeems the code with PKCE.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Remove the URI from \"Single-page application\" and add it under Web.",
    },
    Advice {
        code: "AADSTS9002326",
        meaning: "The code was redeemed as a browser page does it, but the redirect URI is not one \
                  of a single-page application.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Leave the URI under Web, and find the proxy or page that adds an `Origin` header to \
               the token request.",
    },
    Advice {
        code: "AADSTS9002327",
        meaning: "The redirect URI is registered for a single-page application, so only a browser \
                  page may redeem the code.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Remove the URI from \"Single-page application\" and add it under Web.",
    },
    // The application, the tenant and the cloud.
    Advice {
        code: "AADSTS50128",
        meaning: "The domain name is not valid, or nothing in the request says which tenant is \
                  meant.",
        setting: Some("TENANT_ID"),
        registration: Some(TENANT),
        mend: "Set TENANT_ID to the Directory (tenant) ID instead of a domain.",
    },
    Advice {
        code: "AADSTS50194",
        meaning: "The application is for one tenant, but the sign-in went to `common`.",
        setting: Some("TENANT_ID"),
        registration: Some(ACCOUNTS),
        mend: "Use a backend with `tenant` in its name and set TENANT_ID, or open the application \
               to accounts of any organization.",
    },
    Advice {
        code: "AADSTS90002",
        meaning: "There is no such tenant in this cloud.",
        setting: Some("TENANT_ID"),
        registration: Some(TENANT),
        mend: "Copy the Directory (tenant) ID into TENANT_ID. If it is right, set AUTHORITY_HOST \
               to the cloud that the tenant is in.",
    },
    Advice {
        code: "AADSTS90027",
        meaning: "Personal Microsoft accounts cannot use the v1.0 endpoint.",
        setting: None,
        registration: Some(ACCOUNTS),
        mend: "Sign in with a work or school account, or use the backend azuread-oauth2-v2.",
    },
    Advice {
        code: "AADSTS90038",
        meaning: "The tenant belongs to another national cloud.",
        setting: Some("AUTHORITY_HOST"),
        registration: None,
        mend: "Set AUTHORITY_HOST to the cloud of the tenant, such as AZURE_GOVERNMENT or \
               AZURE_CHINA, and use an application that is registered there.",
    },
    Advice {
        code: "AADSTS700016",
        meaning: "The tenant does not know an application with this client ID.",
        setting: Some("KEY"),
        registration: Some(CLIENT_ID),
        mend: "Copy the Application (client) ID into KEY, not the Object ID, and set TENANT_ID to \
               the tenant of the registration. In another tenant, an administrator must add the \
               application first.",
    },
    Advice {
        code: "AADSTS900382",
        meaning: "An application with a credential cannot sign in users of another cloud.",
        setting: Some("AUTHORITY_HOST"),
        registration: None,
        mend: "Register an application in the cloud of the users, and set KEY and AUTHORITY_HOST \
               to it.",
    },
    Advice {
        code: "AADSTS900432",
        meaning: "An application with a credential cannot sign in users of another cloud.",
        setting: Some("AUTHORITY_HOST"),
        registration: None,
        mend: "Register an application in the cloud of the users, and set KEY and AUTHORITY_HOST \
               to it.",
    },
    Advice {
        code: "AADSTS900439",
        meaning: "The tenant or the user belongs to another cloud than this sign-in.",
        setting: Some("AUTHORITY_HOST"),
        registration: None,
        mend: "Set AUTHORITY_HOST to the cloud that the application is registered in, and sign in \
               with an account of that cloud.",
    },
    Advice {
        code: "AADSTS7000112",
        meaning: "The application is disabled.",
        setting: Some("KEY"),
        registration: Some(ENABLED),
        mend: "Check that KEY is the application that you mean, then let an administrator switch \
               it on.",
    },
    // The client's credential: a secret, an assertion or a federated token.
    Advice {
        code: "AADSTS50012",
        meaning: "The client assertion is not accepted: its signature, its certificate or its \
                  chain is wrong.",
        setting: Some("CLIENT_ASSERTION"),
        registration: Some(CERTIFICATES),
        mend: "Sign the assertion with the key of a certificate that is listed there and has not \
               expired.",
    },
    Advice {
        code: "AADSTS50048",
        meaning: "The subject of the client assertion is not its issuer.",
        setting: Some("CLIENT_ASSERTION"),
        registration: Some(CLIENT_ID),
        mend: "Make the assertion with the Application (client) ID as both `iss` and `sub`.",
    },
    Advice {
        code: "AADSTS50166",
        meaning: "Entra could not fetch the keys of the federated token's issuer.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Make the issuer's `/.well-known/openid-configuration` and its keys reachable from \
               the internet.",
    },
    Advice {
        code: "AADSTS70021",
        meaning: "No federated credential of the application fits the token.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Compare issuer, subject and audience with the token's `iss`, `sub` and `aud`, \
               character by character. Wait some minutes if the credential is new.",
    },
    Advice {
        code: "AADSTS90061",
        meaning: "Entra could not fetch the keys of the federated token's issuer.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Make the issuer's `/.well-known/openid-configuration` and its keys reachable from \
               the internet.",
    },
    Advice {
        code: "AADSTS700024",
        meaning: "The client assertion has expired, or is not valid yet.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: None,
        mend: "Find out why the token file is not renewed, and check the clock of the machine. A \
               CLIENT_ASSERTION lives for minutes: make a new one, or set SECRET.",
    },
    Advice {
        code: "AADSTS700027",
        meaning: "The signature of the client assertion is wrong, or its key is not registered.",
        setting: Some("CLIENT_ASSERTION"),
        registration: Some(CERTIFICATES),
        mend: "Upload the certificate that belongs to the signing key, and check that KEY is the \
               same application.",
    },
    Advice {
        code: "AADSTS700211",
        meaning: "No federated credential of the application has the token's issuer.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Set the credential's issuer to the token's `iss`, with or without the slash at the \
               end as it stands there. Wait some minutes if the credential is new.",
    },
    Advice {
        code: "AADSTS700212",
        meaning: "No federated credential of the application has the token's audience.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Make the token's `aud` equal to the credential's audience, usually \
               `api://AzureADTokenExchange`.",
    },
    Advice {
        code: "AADSTS700213",
        meaning: "No federated credential of the application has the token's subject.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Set the credential's subject to the token's `sub`, such as \
               `system:serviceaccount:NAMESPACE:NAME`. Wait some minutes if the credential is new.",
    },
    Advice {
        code: "AADSTS7000215",
        meaning: "The client secret is wrong.",
        setting: Some("SECRET"),
        registration: Some(SECRETS),
        mend: "Copy the secret's Value, not its Secret ID, into SECRET. If the Value is no longer \
               shown, make a new secret.",
    },
    Advice {
        code: "AADSTS7000218",
        meaning: "The token request came without a credential that Entra knows.",
        setting: Some("SECRET"),
        registration: Some(SECRETS),
        mend: "Set SECRET to the Value of a client secret. With an assertion, leave \
               CLIENT_ASSERTION_TYPE at its default.",
    },
    Advice {
        code: "AADSTS7000222",
        meaning: "The client secret has expired.",
        setting: Some("SECRET"),
        registration: Some(SECRETS),
        mend: "Make a new client secret, and copy its Value into SECRET.",
    },
    Advice {
        code: "AADSTS7002137",
        meaning: "A federated credential would fit the token if upper and lower case were the \
                  same.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Write the credential's issuer and subject in the same case as the token's `iss` and \
               `sub`.",
    },
    Advice {
        code: "AADSTS7002138",
        meaning: "A federated credential would fit the token if upper and lower case were the \
                  same.",
        setting: Some("FEDERATED_TOKEN_FILE"),
        registration: Some(FEDERATED),
        mend: "Write the credential's issuer and subject in the same case as the token's `iss` and \
               `sub`.",
    },
    // Consent and permissions.
    Advice {
        code: "AADSTS65001",
        meaning: "Nobody has consented to the permissions that the application asks for.",
        setting: Some("SCOPE"),
        registration: Some(CONSENT),
        mend: "Run the login again and accept the permissions, or let an administrator grant them \
               for the tenant.",
    },
    Advice {
        code: "AADSTS65004",
        meaning: "The user declined the permissions.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Run the login again and accept, or ask for fewer permissions in SCOPE.",
    },
    Advice {
        code: "AADSTS90094",
        meaning: "An administrator must consent to these permissions.",
        setting: Some("SCOPE"),
        registration: Some(CONSENT),
        mend: "Let an administrator grant them for the tenant, or remove the scopes that need one \
               from SCOPE.",
    },
    Advice {
        code: "AADSTS90095",
        meaning: "An administrator must consent, and the user was offered to ask for it.",
        setting: Some("SCOPE"),
        registration: Some(CONSENT),
        mend: "Let an administrator approve the request or grant the permissions for the tenant, \
               then run the login again.",
    },
    Advice {
        code: "AADSTS650052",
        meaning: "The tenant does not have the service whose API was asked for.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Add that service to the tenant as an enterprise application, or remove its scopes \
               from SCOPE.",
    },
    Advice {
        code: "AADSTS650053",
        meaning: "The API does not have a scope of the name that was asked for.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Correct the scope in SCOPE, and write the scope of your own API in full, such as \
               `api://CLIENT-ID/NAME`.",
    },
    Advice {
        code: "AADSTS650057",
        meaning: "The application asked for an API that its registration does not list.",
        setting: Some("RESOURCE"),
        registration: Some(PERMISSIONS),
        mend: "Add a permission of the API that RESOURCE or SCOPE names, or correct the name.",
    },
    // Conditional Access, second factors and who may use the application.
    Advice {
        code: "AADSTS50058",
        meaning: "The user has no session, and the request forbids asking for a sign-in.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Remove `prompt` with the value `none` from AUTH_EXTRA_ARGUMENTS, and run the login \
               again.",
    },
    Advice {
        code: "AADSTS50076",
        meaning: "A policy of the tenant demands a second factor.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Run the login again and complete the second factor in the browser. The sign-in logs \
               show which policy asks for it.",
    },
    Advice {
        code: "AADSTS50079",
        meaning: "The user must set up a second factor, because the tenant demands one.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Run the login again, and set the second factor up in the browser when asked.",
    },
    Advice {
        code: "AADSTS50105",
        meaning: "The user is not assigned to the application, and the application demands it.",
        setting: None,
        registration: Some(ASSIGNED),
        mend: "Assign the user or a group, or set \"Assignment required?\" to No under Properties.",
    },
    Advice {
        code: "AADSTS50158",
        meaning: "A further check by an outside service was demanded and not passed.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Run the login again and complete that check in the browser.",
    },
    Advice {
        code: "AADSTS53000",
        meaning: "Conditional Access demands a compliant device, and this one is not.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Sign in from a managed device, or enrol this one. An administrator can exclude the \
               application from the policy.",
    },
    Advice {
        code: "AADSTS53001",
        meaning: "Conditional Access demands a domain-joined device, and this one is not.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Sign in from a domain-joined device, or let an administrator change the policy.",
    },
    Advice {
        code: "AADSTS53002",
        meaning: "Conditional Access allows approved apps only, and this is not one.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Let an administrator exclude the application from the policy.",
    },
    Advice {
        code: "AADSTS53003",
        meaning: "Conditional Access blocks this sign-in.",
        setting: None,
        registration: Some(ACCESS),
        mend: "Find the sign-in in the sign-in logs, where the tab Conditional Access names the \
               policy. Then meet it, or let an administrator change it.",
    },
    Advice {
        code: "AADSTS53004",
        meaning: "The user must set up a second factor, but cannot do so now because of a risk.",
        setting: None,
        registration: Some(LOGS),
        mend: "Let the user set it up from a known place and device, or let an administrator look \
               at the risk.",
    },
    Advice {
        code: "AADSTS500212",
        meaning: "The user's own organization does not allow its users to sign in to this tenant.",
        setting: None,
        registration: Some(CROSS),
        mend: "Let an administrator of the user's organization allow it in the outbound access \
               settings.",
    },
    Advice {
        code: "AADSTS500213",
        meaning: "This tenant does not let in users of the account's organization.",
        setting: None,
        registration: Some(CROSS),
        mend: "Let an administrator of this tenant allow it in the inbound access settings.",
    },
    // The user's account.
    Advice {
        code: "AADSTS50020",
        meaning: "The account is of another organization and no guest of this tenant.",
        setting: Some("TENANT_ID"),
        registration: Some(ACCOUNTS),
        mend: "Sign in with an account of the tenant, or invite this one as a guest. To let in any \
               organization, open the application to them and use a backend without `tenant` in \
               its name.",
    },
    Advice {
        code: "AADSTS50034",
        meaning: "There is no such account in this tenant.",
        setting: Some("TENANT_ID"),
        registration: Some(USERS),
        mend: "Check the spelling of the account and TENANT_ID. If both are right, add the user or \
               invite a guest.",
    },
    Advice {
        code: "AADSTS50053",
        meaning: "The account is locked after too many wrong passwords, or the sign-in came from a \
                  suspicious address.",
        setting: None,
        registration: Some(LOGS),
        mend: "Wait, then try again with the right password. The sign-in logs tell which of the \
               two it is.",
    },
    Advice {
        code: "AADSTS50055",
        meaning: "The user's password has expired.",
        setting: None,
        registration: None,
        mend: "Run the login again and change the password in the browser when asked, or let an \
               administrator reset it.",
    },
    Advice {
        code: "AADSTS50057",
        meaning: "The user's account is disabled.",
        setting: None,
        registration: Some(USERS),
        mend: "Sign in with another account, or let an administrator enable this one.",
    },
    Advice {
        code: "AADSTS50126",
        meaning: "The username or the password is wrong.",
        setting: None,
        registration: None,
        mend: "Run the login again and type both with care, or reset the password.",
    },
    Advice {
        code: "AADSTS51004",
        meaning: "The account is not in this tenant.",
        setting: Some("TENANT_ID"),
        registration: Some(GUESTS),
        mend: "Check that TENANT_ID is the tenant that you mean. Then sign in with one of its \
               accounts, or invite this one as a guest.",
    },
    Advice {
        code: "AADSTS90072",
        meaning: "The account is of another organization and must be a guest of this tenant first.",
        setting: Some("TENANT_ID"),
        registration: Some(GUESTS),
        mend: "Invite the account as a guest, or sign in with another one in a private window.",
    },
    // The code, PKCE and refresh tokens.
    Advice {
        code: "AADSTS50173",
        meaning: "The refresh token was revoked, for example because the password was reset.",
        setting: None,
        registration: None,
        mend: "Throw the refresh token away, and run the login again.",
    },
    Advice {
        code: "AADSTS54005",
        meaning: "The code was redeemed before.",
        setting: None,
        registration: None,
        mend: "Run the login again, and do not reload the page that the browser comes back to.",
    },
    Advice {
        code: "AADSTS70008",
        meaning: "The code or the refresh token has expired.",
        setting: None,
        registration: None,
        mend: "Run the login again. A code lives for about ten minutes.",
    },
    Advice {
        code: "AADSTS501481",
        meaning: "The PKCE verifier does not belong to the code.",
        setting: None,
        registration: None,
        mend: "Run the login again, with one sign-in at a time. If it comes back, look for a proxy \
               that changes the requests.",
    },
    Advice {
        code: "AADSTS700005",
        meaning: "The code was redeemed at another tenant than the one that issued it.",
        setting: Some("TENANT_ID"),
        registration: Some(TENANT),
        mend: "Use one TENANT_ID for the whole sign-in, and check AUTHORIZATION_URL and \
               ACCESS_TOKEN_URL if you set them.",
    },
    Advice {
        code: "AADSTS700082",
        meaning: "The refresh token was not used for too long.",
        setting: None,
        registration: None,
        mend: "Throw the refresh token away, and run the login again.",
    },
    Advice {
        code: "AADSTS700084",
        meaning: "The refresh token is one of a single-page application, and its short life is \
                  over.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Move the redirect URI from \"Single-page application\" to Web, and run the login \
               again.",
    },
    // The form of the request.
    Advice {
        code: "AADSTS90014",
        meaning: "A field that Entra needs is missing in the request.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Unset AUTH_EXTRA_ARGUMENTS, AUTHORIZATION_URL and ACCESS_TOKEN_URL, and try again. \
               Then bring them back one by one.",
    },
    Advice {
        code: "AADSTS90023",
        meaning: "Entra does not take the request as it is.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Unset AUTH_EXTRA_ARGUMENTS, AUTHORIZATION_URL and ACCESS_TOKEN_URL, and try again. \
               Then bring them back one by one.",
    },
    Advice {
        code: "AADSTS900144",
        meaning: "A parameter that Entra needs is missing in the request; its message names it.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Check AUTHORIZATION_URL and ACCESS_TOKEN_URL if you set them, and look for a proxy \
               that drops the body of a request.",
    },
    Advice {
        code: "AADSTS900561",
        meaning: "An endpoint was asked by GET instead of POST, or the other way round.",
        setting: Some("ACCESS_TOKEN_URL"),
        registration: None,
        mend: "Unset AUTHORIZATION_URL and ACCESS_TOKEN_URL, or check that they are not exchanged. \
               If you used the browser's Back button, just run the login again.",
    },
    Advice {
        code: "AADSTS9002313",
        meaning: "The request is malformed.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Unset AUTH_EXTRA_ARGUMENTS, AUTHORIZATION_URL and ACCESS_TOKEN_URL, and try again. \
               Then bring them back one by one.",
    },
    // Scopes and APIs.
    Advice {
        code: "AADSTS28002",
        meaning: "A scope is not valid for an access token, often because the scopes belong to \
                  several APIs.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Ask for the scopes of one API only. With IGNORE_DEFAULT_SCOPE, the default ones are \
               left out.",
    },
    Advice {
        code: "AADSTS28003",
        meaning: "The code was redeemed for an access token without any scope.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Set SCOPE to a scope of the API that the access token is for, or unset \
               IGNORE_DEFAULT_SCOPE.",
    },
    Advice {
        code: "AADSTS70011",
        meaning: "A scope is unknown or malformed, or cannot be combined with the others.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Correct SCOPE: one API only, and no other scope of an API beside `/.default`. With \
               IGNORE_DEFAULT_SCOPE, the default ones are left out.",
    },
    Advice {
        code: "AADSTS500011",
        meaning: "The tenant does not know the API that was asked for.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Compare the API's name in SCOPE or RESOURCE with its App ID URI, and check \
               TENANT_ID. An API of another tenant must first be added by an administrator.",
    },
    Advice {
        code: "AADSTS901002",
        meaning: "The v2.0 endpoint does not take the parameter `resource`.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Remove `resource` from AUTH_EXTRA_ARGUMENTS and AUTHORIZATION_URL, and add the API \
               to SCOPE as `APP-ID-URI/.default`.",
    },
    // Too many requests, and outages.
    Advice {
        code: "AADSTS50196",
        meaning: "The same request was sent too often in a short time.",
        setting: None,
        registration: None,
        mend: "Wait five minutes or more, and find what repeats the request.",
    },
    Advice {
        code: "AADSTS90033",
        meaning: "The directory of Entra cannot be reached for the moment.",
        setting: None,
        registration: None,
        mend: "Wait some minutes, and run the login again. If it lasts, look at the service health \
               of Microsoft 365.",
    },
    // Azure AD B2C.
    Advice {
        code: "AADB2C90006",
        meaning: "The redirect URI of this sign-in is not registered for the application.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Register exactly this URI: capital letters and the slash at the end count.",
    },
    Advice {
        code: "AADB2C90007",
        meaning: "The application has no redirect URI at all.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Choose \"Add a platform\", then Web, and enter the redirect URI of this sign-in.",
    },
    Advice {
        code: "AADB2C90018",
        meaning: "The B2C tenant does not know an application with this client ID.",
        setting: Some("KEY"),
        registration: Some(CLIENT_ID),
        mend: "Copy the Application (client) ID into KEY, and check that TENANT_NAME is the B2C \
               tenant, not the company's own.",
    },
    Advice {
        code: "AADB2C90057",
        meaning: "A token was asked for at the authorization endpoint, which the application does \
                  not allow.",
        setting: Some("AUTHORIZATION_URL"),
        registration: Some(IMPLICIT),
        mend: "Unset AUTHORIZATION_URL: this sign-in needs a code only. If it still comes back, \
               tick \"ID tokens\" there.",
    },
    Advice {
        code: "AADB2C90068",
        meaning: "The application was not registered for use with B2C.",
        setting: Some("KEY"),
        registration: Some(ACCOUNTS),
        mend: "Register a new application in the B2C tenant, for accounts in any identity provider \
               or organizational directory, and set KEY and SECRET to it.",
    },
    Advice {
        code: "AADB2C90079",
        meaning: "The token request came without a client secret.",
        setting: Some("SECRET"),
        registration: Some(SECRETS),
        mend: "Set SECRET to the Value of a client secret: B2C is not known to take an assertion \
               instead.",
    },
    Advice {
        code: "AADB2C90080",
        meaning: "The code or the refresh token has expired.",
        setting: None,
        registration: None,
        mend: "Run the login again.",
    },
    Advice {
        code: "AADB2C90081",
        meaning: "The client secret is wrong.",
        setting: Some("SECRET"),
        registration: Some(SECRETS),
        mend: "Copy the secret's Value, not its Secret ID, into SECRET. If the Value is no longer \
               shown, make a new secret.",
    },
    Advice {
        code: "AADB2C90084",
        meaning: "The redirect URI belongs to a public client, which must not send a secret.",
        setting: Some("--redirect-uri"),
        registration: Some(WEB),
        mend: "Remove the URI from \"Mobile and desktop applications\" and add it under Web.",
    },
    Advice {
        code: "AADB2C90088",
        meaning: "The code or the refresh token was issued by another policy or endpoint.",
        setting: Some("POLICY"),
        registration: Some(FLOWS),
        mend: "Use one POLICY for the whole sign-in and for the refresh, and run the login again.",
    },
    Advice {
        code: "AADB2C90091",
        meaning: "The user cancelled.",
        setting: None,
        registration: None,
        mend: "Run the login again.",
    },
    Advice {
        code: "AADB2C90115",
        meaning: "The scopes name neither an API nor the client ID, so there is nothing to issue \
                  an access token for.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Add the client ID, or the full name of a scope of your API, to SCOPE, and keep \
               `openid`.",
    },
    Advice {
        code: "AADB2C90117",
        meaning: "B2C does not know a scope, often because it is one of Microsoft Graph.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Remove the scope, or write that of your own API in full. To drop a default scope, \
               set IGNORE_DEFAULT_SCOPE and list the others in SCOPE.",
    },
    Advice {
        code: "AADB2C90118",
        meaning: "The user clicked \"Forgot your password?\", and this user flow leaves the reset \
                  to another one.",
        setting: Some("POLICY"),
        registration: Some(FLOWS),
        mend: "Switch on self-service password reset in the user flow, or run the login with \
               POLICY set to the password reset flow.",
    },
    Advice {
        code: "AADB2C90128",
        meaning: "The account that the code or the refresh token belongs to is gone.",
        setting: None,
        registration: Some(USERS),
        mend: "Run the login again with another account.",
    },
    Advice {
        code: "AADB2C90129",
        meaning: "The code or the refresh token was revoked.",
        setting: None,
        registration: None,
        mend: "Run the login again.",
    },
    Advice {
        code: "AADB2C90146",
        meaning: "The scopes belong to more than one API.",
        setting: Some("SCOPE"),
        registration: Some(PERMISSIONS),
        mend: "Ask for the scopes of one API only.",
    },
    Advice {
        code: "AADB2C90182",
        meaning: "The PKCE verifier does not belong to the code.",
        setting: None,
        registration: None,
        mend: "Run the login again, with one sign-in at a time. If it comes back, look for a proxy \
               that changes the requests.",
    },
    Advice {
        code: "AADB2C90273",
        meaning: "The identity provider behind B2C refused, or the user cancelled there.",
        setting: None,
        registration: Some(PROVIDERS),
        mend: "Run the login again. If it comes back, check that identity provider's client ID and \
               secret.",
    },
    // Plain OAuth 2.0 and OpenID Connect words, of any provider: when nothing above fits.
    Advice {
        code: "access_denied",
        meaning: "The user or the provider said no.",
        setting: None,
        registration: None,
        mend: "Run the login again and accept. If you did, ask the provider's administrator \
               whether this user may use the application.",
    },
    Advice {
        code: "bad_verification_code",
        meaning: "The code is wrong, was used before or has expired.",
        setting: None,
        registration: None,
        mend: "Run the login again, and do not reload the page that the browser comes back to.",
    },
    Advice {
        code: "consent_required",
        meaning: "The user or an administrator must consent to the permissions first.",
        setting: Some("SCOPE"),
        registration: None,
        mend: "Run the login again and accept the permissions, or let an administrator grant them.",
    },
    Advice {
        code: "incorrect_client_credentials",
        meaning: "The client ID or the client secret is wrong.",
        setting: Some("SECRET"),
        registration: Some("Client ID and client secrets of the application at the provider"),
        mend: "Copy both into KEY and SECRET again, or make a new secret.",
    },
    Advice {
        code: "interaction_required",
        meaning: "The user must do something at the provider, such as a second factor.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Remove `prompt` with the value `none` from AUTH_EXTRA_ARGUMENTS, and follow the \
               provider's pages in the browser.",
    },
    Advice {
        code: "invalid_client",
        meaning: "The provider does not know the client, or its credential is wrong.",
        setting: Some("SECRET"),
        registration: Some("Client ID and client secrets of the application at the provider"),
        mend: "Copy both into KEY and SECRET again, and check that the secret has not expired.",
    },
    Advice {
        code: "invalid_grant",
        meaning: "The code or the refresh token is wrong, was used before or has expired.",
        setting: None,
        registration: None,
        mend: "Run the login again. If it comes back, compare the redirect URI with the registered \
               one.",
    },
    Advice {
        code: "invalid_request",
        meaning: "The provider does not take the request as it is.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Read the provider's sentence, and check AUTH_EXTRA_ARGUMENTS, the endpoint \
               overrides and the redirect URI.",
    },
    Advice {
        code: "invalid_scope",
        meaning: "A scope is unknown, malformed or not allowed for this application.",
        setting: Some("SCOPE"),
        registration: Some("Scopes or permissions of the application at the provider"),
        mend: "Correct SCOPE, or allow the scope at the registration.",
    },
    Advice {
        code: "login_required",
        meaning: "The user has no session, and the request forbids asking for a sign-in.",
        setting: Some("AUTH_EXTRA_ARGUMENTS"),
        registration: None,
        mend: "Remove `prompt` with the value `none` from AUTH_EXTRA_ARGUMENTS, and run the login \
               again.",
    },
    Advice {
        code: "redirect_uri_mismatch",
        meaning: "The redirect URI of this sign-in is not registered for the application.",
        setting: Some("--redirect-uri"),
        registration: Some(
            "Redirect URIs of the application at the provider (GitHub: Authorization callback URL)",
        ),
        mend: "Register exactly this URI: scheme, host, port, path and the slash at the end.",
    },
    Advice {
        code: "server_error",
        meaning: "The provider had a fault.",
        setting: None,
        registration: None,
        mend: "Wait some minutes, and run the login again.",
    },
    Advice {
        code: "temporarily_unavailable",
        meaning: "The provider is too busy or out of order for the moment.",
        setting: None,
        registration: None,
        mend: "Wait some minutes, and run the login again.",
    },
    Advice {
        code: "unauthorized_client",
        meaning: "The provider does not allow this client to sign in users this way.",
        setting: Some("KEY"),
        registration: Some("Client ID and grant types of the application at the provider"),
        mend: "Check KEY, and allow the authorization code flow at the registration.",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_code_stands_twice() {
        let mut seen = BTreeSet::new();
        for advice in ADVICE {
            assert!(seen.insert(advice.code), "{}", advice.code);
        }
    }

    #[test]
    fn every_sentence_ends_with_a_period_and_holds_no_address() {
        for Advice { code, meaning, mend, .. } in ADVICE {
            for sentence in [meaning, mend] {
                assert!(sentence.ends_with('.'), "{code}: {sentence}");
                assert!(!sentence.contains('@'), "{code}: {sentence}");
                assert!(!sentence.contains("  "), "{code}: {sentence}");
            }
        }
    }

    #[test]
    fn a_setting_is_written_as_a_variable_ends_or_is_the_argument() {
        for Advice { code, setting, .. } in ADVICE {
            let Some(setting) = setting else { continue };
            let is_variable = setting.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            assert!(is_variable || *setting == "--redirect-uri", "{code}: {setting}");
        }
    }

    #[test]
    fn the_first_code_with_an_entry_wins() {
        let found = |codes: &[&str]| advice(codes).map(|advice| advice.code);
        assert_eq!(found(&["AADSTS7000215", "invalid_client"]), Some("AADSTS7000215"));
        assert_eq!(found(&["AADSTS1", "invalid_client"]), Some("invalid_client"));
        assert_eq!(found(&["AADB2C90118"]), Some("AADB2C90118"));
    }

    #[test]
    fn what_is_not_listed_has_no_advice() {
        assert!(advice(&[]).is_none());
        assert!(advice(&["AADSTS1", "aadsts50011", ""]).is_none());
    }
}
