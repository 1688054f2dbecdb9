"""Microsoft's own library for Python signs in at the offline authority, as it would at Entra ID."""

import json
import types
import urllib.parse

import authority
from authority import NAMES, REDIRECT_URI
from checks import Wrong, demand, same

import msal
import requests

TENANT = NAMES["TENANT_ID"]
SCOPES = ["User.Read"]
B2C = f"{NAMES['B2C_TENANT_NAME']}.onmicrosoft.com"

MEMBER = {
    "oid": "a4c87e10-2b6f-49d3-8e75-1f3b0c9d6a28",
    "tid": TENANT,
    "sub": "Qm7vX2dKz1R9sT4uWcYbNhLpEaJf6oGiUx8kPqMtVwS",
    "preferred_username": "adaeze@contoso.example",
    "name": "Adaeze Okafor",
    "aud": NAMES["DEFAULT_CLIENT_ID"],
    "ver": "2.0",
}
PERSONAL = {
    "oid": "00000000-0000-0000-5ac1-0b7e93d4f2a6",
    "tid": NAMES["CONSUMER_TENANT_ID"],
    "sub": "AAAAAAAAAAAAAAAAAAAAAInventedSubForMsaUser1",
}
GUEST = {
    "oid": "c0d41a7e-93b5-4f2d-8e60-7a1b5c9d3e86",
    "tid": TENANT,
    "sub": "Hn5bV8cXz3LkJ1hGfDsAqWeRtYuIoP0mNbVcXzLkJ4g",
    "idp": "live.com",
}
CUSTOMER = {"sub": "91d7c3ea-5b2f-4e80-a16c-8f0b4d729e35", "tfp": NAMES["B2C_POLICY"]}


class PlainHttp:
    """MSAL's extension point `http_client`.

    MSAL takes https addresses only, and the authority has none. So the scheme, and nothing else, is
    exchanged: in the addresses that MSAL asks, and in the discovery documents that it gets."""

    def __init__(self, origin):
        self.origin, self._session = origin, requests.Session()
        self.secure_origin = origin.replace("http:", "https:")

    def plain(self, url):
        """The address where the authority really is."""
        demand(url.startswith(self.secure_origin + "/"), "MSAL asks somebody else")
        return self.origin + url[len(self.secure_origin):]

    def get(self, url, **options):
        return self._reply(self._session.get(self.plain(url), **options))

    def post(self, url, **options):
        return self._reply(self._session.post(self.plain(url), **options))

    def close(self):
        self._session.close()

    def _reply(self, reply):
        text = reply.text
        if urllib.parse.urlsplit(reply.url).path.endswith("/openid-configuration"):
            text = text.replace(self.origin, self.secure_origin)
        # This is all of a reply that MSAL looks at.
        return types.SimpleNamespace(
            status_code=reply.status_code, headers=reply.headers, text=text,
            raise_for_status=reply.raise_for_status,
        )


class World:
    """The authority, and MSAL's applications at it."""

    def __init__(self):
        self.http = PlainHttp(authority.start())

    def application(self, path, secret=NAMES["DEFAULT_CLIENT_SECRET"], oidc=False):
        """MSAL's client at a tenant. Microsoft is not asked whether it knows the authority."""
        address = f"{self.http.secure_origin}/{path}"
        where = {"oidc_authority": address} if oidc else {"authority": address}
        return msal.ConfidentialClientApplication(
            NAMES["DEFAULT_CLIENT_ID"], client_credential=secret, http_client=self.http,
            instance_discovery=False, **where,
        )

    def begin(self, application, scopes=SCOPES, response_mode=None, **answers):
        """The first leg, and the person at the sign-in page."""
        flow = application.initiate_auth_code_flow(
            scopes, redirect_uri=REDIRECT_URI, response_mode=response_mode
        )
        return flow, authority.visit(self.http.plain(flow["auth_uri"]), **answers)

    def sign_in(self, application, scopes=SCOPES, response_mode=None, **answers):
        """Both legs."""
        flow, callback = self.begin(application, scopes, response_mode, **answers)
        return application.acquire_token_by_auth_code_flow(flow, callback.parameters)


def good(result):
    """The tokens of a sign-in that went well."""
    if "error" in result:
        raise Wrong(f"the authority answers {result['error']}")
    return result


def refused(result, error, code=None):
    """Fails unless the authority refused, for this reason."""
    same("the error", result.get("error"), error)
    if code:
        description = result.get("error_description", "")
        demand(description.startswith(f"{code}:"), f"the description does not start with {code}")
        number = int("".join(filter(str.isdigit, code)))
        if code.startswith("AADSTS"):
            same("error_codes", result.get("error_codes"), [number])


def claims_are(result, expected):
    """Compares the claims that MSAL reads from the ID token."""
    claims = good(result)["id_token_claims"]
    for name, value in expected.items():
        same(f"the claim {name}", claims.get(name), value)


def run(checks):
    world = World()
    with checks.check("a member signs in at the tenant, with secret, PKCE and nonce"):
        application = world.application(TENANT)
        flow, callback = world.begin(application, user="member")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(flow["auth_uri"]).query)
        same("the challenge method", asked["code_challenge_method"], ["S256"])
        demand("nonce" in asked, "MSAL sends no nonce")
        result = application.acquire_token_by_auth_code_flow(flow, callback.parameters)
        claims_are(result, MEMBER)
        same("the issuer", result["id_token_claims"]["iss"],
             f"{world.http.origin}/{TENANT}/v2.0")
    with checks.check("the account is known by object and tenant, from client_info"):
        (account,) = application.get_accounts()
        same("home_account_id", account["home_account_id"], f"{MEMBER['oid']}.{TENANT}")
        same("username", account["username"], MEMBER["preferred_username"])
    with checks.check("a token comes from the cache, and a new one by refresh when that is forced"):
        first = good(application.acquire_token_silent(SCOPES, account))
        same("where it comes from", first["token_source"], "cache")
        second = good(application.acquire_token_silent(SCOPES, account, force_refresh=True))
        same("where it comes from", second["token_source"], "identity_provider")
        demand(first["access_token"] != second["access_token"], "the access token is the old one")
    with checks.check("a refresh token from elsewhere is taken; an invented one is refused"):
        tokens = good(world.sign_in(world.application(TENANT), user="member"))
        fresh = world.application(TENANT)
        claims_are(fresh.acquire_token_by_refresh_token(tokens["refresh_token"], SCOPES), MEMBER)
        other = fresh.acquire_token_by_refresh_token("invented", SCOPES)
        refused(other, "invalid_grant")
    with checks.check("the answer comes as a form when that is asked for"):
        application = world.application(TENANT)
        flow, callback = world.begin(application, response_mode="form_post", user="member")
        demand(callback.body, "the answer is in the address")
        claims_are(
            application.acquire_token_by_auth_code_flow(flow, callback.parameters), MEMBER
        )
    with checks.check("a guest signs in at the tenant, by its domain's name"):
        application = world.application(NAMES["TENANT_DOMAIN"])
        claims_are(world.sign_in(application, user="guest"), GUEST)
    with checks.check("a personal account signs in at common, and not at organizations"):
        claims_are(world.sign_in(world.application("common"), user="personal"), PERSONAL)
        organizations = world.application("organizations")
        claims_are(world.sign_in(organizations, user="member"), MEMBER)
        demand("error" in world.sign_in(organizations, user="personal"), "it is let in")

    with checks.check("a wrong secret is refused with AADSTS7000215"):
        wrong = world.application(TENANT, secret="not-the-secret")
        refused(world.sign_in(wrong, user="member"), "invalid_client", "AADSTS7000215")
    with checks.check("a code is good once: the second time is AADSTS54005"):
        application = world.application(TENANT)
        flow, callback = world.begin(application, user="member")
        copy = json.loads(json.dumps(flow))
        good(application.acquire_token_by_auth_code_flow(flow, callback.parameters))
        again = application.acquire_token_by_auth_code_flow(copy, callback.parameters)
        refused(again, "invalid_grant", "AADSTS54005")
    with checks.check("another verifier is refused with AADSTS501481"):
        application = world.application(TENANT)
        flow, callback = world.begin(application, user="member")
        flow["code_verifier"] = flow["code_verifier"][::-1]
        refused(
            application.acquire_token_by_auth_code_flow(flow, callback.parameters),
            "invalid_grant", "AADSTS501481",
        )
    with checks.check("whoever cancels is not signed in"):
        application = world.application(TENANT)
        flow, callback = world.begin(application, cancel="1")
        same("the sub-code", callback.parameters.get("error_subcode"), "cancel")
        refused(
            application.acquire_token_by_auth_code_flow(flow, callback.parameters), "access_denied"
        )
    with checks.check("an unknown tenant has no discovery document"):
        try:
            world.application("b0000000-0000-4000-8000-000000000000")
        except ValueError:
            pass
        else:
            raise Wrong("it has one")

    # MSAL documents that the query of an authority goes along to the discovery document.
    by_query = f"{B2C}?p={NAMES['B2C_POLICY']}"
    with checks.check("B2C, policy in the query: a customer signs in and gets a refresh"):
        # An access token of B2C needs a scope of its own: the client's id, in MSAL's words.
        scopes = [NAMES["DEFAULT_CLIENT_ID"]]
        application = world.application(by_query)
        result = good(world.sign_in(application, scopes, user="b2c"))
        claims_are(result, CUSTOMER)
        claims_are(
            world.application(by_query).acquire_token_by_refresh_token(
                result["refresh_token"], scopes
            ),
            CUSTOMER,
        )
    with checks.check("B2C, policy in the path, as MSAL asks by itself: a customer signs in"):
        application = world.application(f"{B2C}/{NAMES['B2C_POLICY']}")
        claims_are(
            world.sign_in(application, [NAMES["DEFAULT_CLIENT_ID"]], user="b2c"), CUSTOMER
        )
    with checks.check("B2C: a wrong secret is refused, a forgotten password is told"):
        wrong = world.application(by_query, secret="not-the-secret")
        result = world.sign_in(wrong, [NAMES["DEFAULT_CLIENT_ID"]], user="b2c")
        refused(result, "invalid_client", "AADB2C90081")
        result = world.sign_in(world.application(by_query), forgot="1")
        refused(result, "access_denied", "AADB2C90118")

    with checks.check("plain OpenID provider: a member signs in and gets a refresh"):
        application = world.application("oidc", oidc=True)
        result = good(world.sign_in(application, ["email"], user="member"))
        claims_are(result, {"sub": MEMBER["sub"], "email_verified": True})
        claims_are(
            application.acquire_token_by_refresh_token(result["refresh_token"], ["email"]),
            {"sub": MEMBER["sub"]},
        )
    with checks.check("plain OpenID provider: a wrong secret is refused"):
        wrong = world.application("oidc", secret="not-the-secret", oidc=True)
        refused(world.sign_in(wrong, ["email"], user="member"), "invalid_client")

    checks.skip(
        "a federated token instead of the secret",
        "the authority makes such tokens inside its own process only",
    )
