"""python-social-auth signs in at the offline authority, backend by backend, and this project's
command does the same with the same settings: both must say the same of the same person.

Where they do not, on purpose, the difference stands here with its reason, and is itself checked."""

import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field

import authority
from authority import NAMES, REDIRECT_URI
from checks import Wrong, demand, same
from command import Command, Refused
from social_core_memory import Strategy

from social_core.backends.azuread import AzureADOAuth2, AzureADOAuth2V2
from social_core.backends.azuread_b2c import AzureADB2COAuth2
from social_core.backends.azuread_tenant import AzureADTenantOAuth2, AzureADV2TenantOAuth2
from social_core.backends.github import GithubOAuth2
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import SocialAuthBaseException

ORIGIN = authority.start()
CLIENT = {"KEY": NAMES["DEFAULT_CLIENT_ID"], "SECRET": NAMES["DEFAULT_CLIENT_SECRET"]}
DETAILS = ["uid", "legacy_uids", "username", "email", "fullname", "first_name", "last_name"]
TOKENS = ["access_token", "id_token", "refresh_token"]
TIMES = ["expires_on", "not_before"]


@dataclass
class Difference:
    """What authspec says instead, from the claims of the ID token, and why."""

    why: str
    ours: Callable


USERNAME = {
    "username": Difference(
        "display names are not unique, so authspec takes the login name",
        lambda claims: claims.get("preferred_username") or claims.get("upn")
        or claims.get("emails", [None])[0] or claims.get("email"),
    )
}
NAMES_SPLIT = {
    name: Difference(
        "social-core splits the full name at its spaces, authspec leaves unsaid what nobody said",
        lambda claims, claim=claim: claims.get(claim),
    )
    for name, claim in [("first_name", "given_name"), ("last_name", "family_name")]
}
RESOURCE = {
    "resource": Difference(
        "social-core stores its setting, authspec what the provider says the token is for",
        lambda claims: "https://graph.microsoft.com",
    )
}
REFRESH_TOKEN = {
    "refresh_token": Difference(
        "social-core does not ask for offline_access here, authspec does", lambda claims: True
    )
}
B2C_TOKENS = {
    "access_token": Difference(
        "without an access token social-core stores the ID token as one", lambda claims: False
    ),
    "sub": Difference(
        "authspec stores this for every backend of the family", lambda claims: claims["sub"]
    ),
}
EXPIRES_IN = {
    "expires_in": Difference("authspec stores the lifetime", lambda claims: 3600),
}


@dataclass
class Case:
    """A backend, how it is set, who signs in, and where the two programs differ."""

    theirs: type
    accounts: list
    settings: dict = field(default_factory=dict)
    """Settings of both."""
    only_theirs: dict = field(default_factory=dict)
    only_ours: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    """What social-core has no setting for."""
    details: dict = field(default_factory=dict)
    """The differences in what is known of the person."""
    extra_data: dict = field(default_factory=dict)
    """The differences in what is stored."""

    @property
    def name(self):
        return self.theirs.name


def entra(theirs, accounts, **rest):
    """A case of the Entra family. The addresses are social-core's own but for the scheme: it
    wants https, and the authority has none."""
    return Case(
        theirs, accounts,
        # social-core uses PKCE when it is told to.
        only_theirs={"AUTHORITY_HOST": ORIGIN.removeprefix("http://"), "USE_PKCE": True},
        only_ours={"AUTHORITY_HOST": ORIGIN},
        attributes={"BASE_URL": theirs.BASE_URL.replace("https:", "http:")},
        details={**USERNAME, **NAMES_SPLIT},
        **{**rest, "extra_data": {**NAMES_SPLIT, **rest.get("extra_data", {})}},
    )


TENANT = {"TENANT_ID": NAMES["TENANT_ID"]}
POLICY = {"TENANT_NAME": NAMES["B2C_TENANT_NAME"], "POLICY": NAMES["B2C_POLICY"]}

V1 = entra(AzureADOAuth2, ["member", "guest"], extra_data=RESOURCE)
# Only of a tenant that the operator names is a login name an earlier identifier.
V1.only_ours["ALLOWED_TENANTS"] = NAMES["TENANT_ID"]
V2 = entra(AzureADOAuth2V2, ["member", "guest", "personal"], extra_data=REFRESH_TOKEN)
V1_TENANT = entra(AzureADTenantOAuth2, ["member", "guest"], settings=TENANT, extra_data=RESOURCE)
V2_TENANT = entra(AzureADV2TenantOAuth2, ["member", "guest"], settings=TENANT)
B2C = entra(
    AzureADB2COAuth2, ["b2c"], settings=POLICY, extra_data={**REFRESH_TOKEN, **B2C_TOKENS}
)
OIDC = Case(
    OpenIdConnectAuth, ["member", "personal"],
    settings={"OIDC_ENDPOINT": f"{ORIGIN}/oidc"},
    only_theirs={"USE_PKCE": True},
    extra_data=EXPIRES_IN,
)
GITHUB = Case(
    GithubOAuth2, ["octo"],
    # social-core asks for no scope by itself and then sees no address.
    only_theirs={
        "SCOPE": ["user:email"],
        "AUTHORIZATION_URL": f"{ORIGIN}/login/oauth/authorize",
        "ACCESS_TOKEN_URL": f"{ORIGIN}/login/oauth/access_token",
    },
    only_ours={"AUTHORITY_HOST": ORIGIN, "API_URL": ORIGIN},
    attributes={"API_URL": f"{ORIGIN}/"},
)
CASES = [V1, V2, V1_TENANT, V2_TENANT, B2C, OIDC, GITHUB]


class Theirs:
    """One session at an application with social-core."""

    def __init__(self, case, **settings):
        self._class = type(case.theirs.__name__, (case.theirs,), case.attributes)
        prefix = f"SOCIAL_AUTH_{case.name.upper().replace('-', '_')}_"
        together = {**CLIENT, **case.settings, **case.only_theirs, **settings}
        self.strategy = Strategy({prefix + name: value for name, value in together.items()})

    def backend(self):
        return self._class(self.strategy, redirect_uri=REDIRECT_URI)

    def sign_in(self, changed=None, **answers):
        """Both legs; `changed` is what comes back changed. Gives the user."""
        callback = authority.visit(self.backend().start(), **answers)
        self.strategy.data = {**callback.parameters, **(changed or {})}
        return self.backend().complete()


class Ours(Command):
    """This project's command with the settings of the same case."""

    def __init__(self, case, **settings):
        super().__init__(case.name, **{**CLIENT, **case.settings, **case.only_ours, **settings})

    def sign_in(self, changed=None, **answers):
        """Both legs; gives the identity."""
        begun = self.begin(REDIRECT_URI)
        callback = authority.visit(begun["authorization_url"], **answers)
        query = urllib.parse.urlencode({**callback.parameters, **(changed or {})})
        return self.complete(begun, f"{REDIRECT_URI}?{query}")


def compare(what, theirs, ours, names, differences, claims):
    """Each value must be the same, or what the difference says."""
    for name in names:
        difference = differences.get(name)
        expected = difference.ours(claims) if difference else theirs.get(name)
        same(f"{name} ({what})", ours.get(name), expected)
    for name, difference in differences.items():
        demand(name in names, f"{name} is not compared, though {difference.why}")


def compare_details(case, theirs, ours):
    """Who social-core says it is, and who authspec says."""
    found = {
        **ours["details"], "uid": ours["uid"], "legacy_uids": list(ours["legacy_uids"].values()),
    }
    compare("details", theirs.found, found, DETAILS, case.details, ours["claims"])


def compare_extra_data(case, theirs, ours):
    """What is stored. Tokens differ from sign-in to sign-in: whether there is one is compared."""
    theirs, ours, claims = theirs.social_user.extra_data, ours["extra_data"], ours["claims"]
    # When social-core signed the user in, and what it compares a later ID token with.
    names = (theirs.keys() | ours.keys()) - {"auth_time", "_oidc_id_token_context"}
    for name in TIMES:
        if name in names:
            there, here = theirs.get(name), ours.get(name)
            same(f"the type of {name}", type(here), type(there))
            demand(there is None or abs(int(there) - int(here)) < 60, f"{name} is another time")
    theirs = theirs | {name: bool(theirs.get(name)) for name in TOKENS}
    ours = ours | {name: bool(ours.get(name)) for name in TOKENS}
    compare("extra data", theirs, ours, names - set(TIMES), case.extra_data, claims)


def refusal(attempt):
    """How a program says no: code, stage, and what to do about it."""
    try:
        attempt()
    except SocialAuthBaseException as error:
        return error.code, error.stage, error.recovery
    except Refused as error:
        return error.code, error.stage, error.recovery
    raise Wrong("nobody refused")


def both_refuse(theirs, ours, code, instead=None):
    """Both programs must refuse at the same stage and advise the same; `instead` is authspec's code
    where it has another word for it than social-core."""
    first, second = refusal(theirs), refusal(ours)
    same("social-core's code", first[0], code)
    same("authspec's code", second[0], instead or code)
    same("stage and recovery", second[1:], first[1:])


def run(checks):
    for case in CASES:
        for account in case.accounts:
            with checks.check(f"{case.name}: {account} is the same person to both"):
                theirs = Theirs(case).sign_in(user=account)
                ours = Ours(case).sign_in(user=account)
                compare_details(case, theirs, ours)
                compare_extra_data(case, theirs, ours)

    with checks.check("groups are the same list to both"):
        theirs = Theirs(V2_TENANT, GROUPS_KEY="groups").sign_in(user="grouped")
        ours = Ours(V2_TENANT).sign_in(user="grouped")
        same("the groups", ours["groups"], theirs.found["groups"])
        demand(len(ours["groups"]) == 2, "the account is in two groups")
    with checks.check("too many groups: social-core refuses, authspec says that it cannot know"):
        theirs = Theirs(V2_TENANT, GROUPS_KEY="groups")
        code, _, _ = refusal(lambda: theirs.sign_in(user="many-groups"))
        same("social-core's code", code, "invalid_claim")
        ours = Ours(V2_TENANT).sign_in(user="many-groups")
        same("the groups", (ours["groups"], ours["groups_overage"]), (None, True))

    for case in CASES:
        with checks.check(f"{case.name}: both refuse a wrong secret"):
            both_refuse(
                lambda: Theirs(case, SECRET="not-the-secret").sign_in(user=case.accounts[0]),
                lambda: Ours(case, SECRET="not-the-secret").sign_in(user=case.accounts[0]),
                # social-core does not know GitHub's word for it.
                "http_error" if case is GITHUB else "invalid_setting", "invalid_setting",
            )
        with checks.check(f"{case.name}: both refuse an invented code, another state, and a no"):
            invented, other = {"code": "invented"}, {"state": "invented"}
            person = {"user": case.accounts[0]}
            both_refuse(
                lambda: Theirs(case).sign_in(invented, **person),
                lambda: Ours(case).sign_in(invented, **person),
                "authorization_code_rejected",
            )
            both_refuse(
                lambda: Theirs(case).sign_in(other, **person),
                lambda: Ours(case).sign_in(other, **person),
                # social-core finds a sign-in by its state; authspec is handed the sign-in.
                "session_context_missing", "state_mismatch",
            )
            both_refuse(
                lambda: Theirs(case).sign_in(cancel="1"),
                lambda: Ours(case).sign_in(cancel="1"),
                "authorization_declined",
            )

    # B2C answers with an access token only for a scope of the application's own.
    scopes = ["offline_access", NAMES["DEFAULT_CLIENT_ID"]]
    for case, scope in [
        (V1, []), (V2, ["offline_access"]), (V1_TENANT, []), (V2_TENANT, []), (B2C, scopes),
        (OIDC, ["offline_access"]),
    ]:
        with checks.check(f"{case.name}: both refresh, and refuse an invented refresh token"):
            theirs, person = Theirs(case, SCOPE=scope), {"user": case.accounts[0]}
            token = theirs.sign_in(**person).social_user.extra_data["refresh_token"]
            demand(theirs.backend().refresh_token(token)["access_token"], "there is no new token")
            ours = Ours(case, SCOPE=",".join(scope))
            identity = ours.sign_in(**person)
            demand(ours.refresh(identity["tokens"]["refresh_token"]), "there is no new token")
            both_refuse(
                lambda: theirs.backend().refresh_token("invented"),
                lambda: ours.refresh("invented"),
                "reauthentication_required",
            )

    with checks.check("without PKCE, as social-core does unless it is told, a person signs in too"):
        theirs = Theirs(V2_TENANT, USE_PKCE=False)
        member = theirs.sign_in(user="member")
        demand(member, "nobody")
