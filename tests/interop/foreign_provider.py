"""This project's command signs in at panva's oidc-provider, which provider.mjs sets up."""

import base64
import http.server
import json
import os
import pathlib
import queue
import socketserver
import tempfile
import threading
import urllib.parse

import machine
from browser import Browser
from checks import Wrong, demand, same
from command import Command, Refused

HERE = pathlib.Path(__file__).parent
ACCOUNT = "jane"
ANSWERS = {"login": ACCOUNT, "password": "any", "logout": "yes"}
# OpenID Connect Core section 11: a refresh token takes this scope, and that the person is asked.
OFFLINE = {"SCOPE": "offline_access", "AUTH_EXTRA_ARGUMENTS": json.dumps({"prompt": "consent"})}


class Notices(http.server.BaseHTTPRequestHandler):
    """Where the provider posts the logout tokens of its back channel."""

    received = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.received.put(dict(urllib.parse.parse_qsl(body)).get("logout_token"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Provider:
    """The provider, as it says it is."""

    def __init__(self):
        # HTTPServer would look up this machine's name.
        notices = socketserver.TCPServer(("127.0.0.1", 0), Notices)
        threading.Thread(target=notices.serve_forever, daemon=True).start()
        said = json.loads(machine.start(
            ["node", str(HERE / "provider.mjs")],
            r"^(\{.*\})$",
            {
                "PATH": os.environ["PATH"],
                "INTEROP_HOME": os.environ["INTEROP_HOME"],
                "BACKCHANNEL_LOGOUT_URI": f"http://127.0.0.1:{notices.server_address[1]}/",
            },
        ))
        self.issuer, self.secrets = said["issuer"], said["secrets"]
        self.key_files = []
        self.redirect_uri = said["redirect_uri"]
        self.post_logout_redirect_uri = said["post_logout_redirect_uri"]
        self.registered_key = said["registered_key"]
        self.unregistered_key = said["unregistered_key"]

    def client(self, name, backend="oidc", spec=None, **settings):
        """The command as one of the provider's clients, with its secret unless told otherwise."""
        known = {"KEY": name, "OIDC_ENDPOINT": self.issuer}
        if name in self.secrets:
            known["SECRET"] = self.secrets[name]
        return Command(backend, spec, **{**known, **settings})

    def with_key(self, key, **settings):
        """The command as the client that signs with a key of its own."""
        file = tempfile.NamedTemporaryFile("w", suffix=".pem")
        file.write(key["pem"])
        file.flush()
        # It goes away with the last one who holds it.
        self.key_files.append(file)
        own = {"PRIVATE_KEY_FILE": file.name, "PRIVATE_KEY_ID": key["kid"]}
        return self.client("key", **{**own, **settings})

    def visit(self, client, browser=None, **answers):
        """The first leg, and the person at the provider's pages."""
        begun = client.begin(self.redirect_uri)
        browser = browser or Browser()
        url = begun["authorization_url"]
        return begun, browser.visit(url, self.redirect_uri, {**ANSWERS, **answers})

    def sign_in(self, client, browser=None):
        """Both legs."""
        begun, callback = self.visit(client, browser)
        return client.complete(begun, callback.url)


def refused(attempt, code, stage, provider_error=None):
    """Fails unless the command refuses, for this reason, and exits 1."""
    try:
        attempt()
    except Refused as error:
        same("code and stage", (error.code, error.stage), (code, stage))
        same("the provider's error", error.provider_error, provider_error)
        same("the exit code", error.exit_code, 1)
    else:
        raise Wrong("nobody refused")


def is_account(identity):
    """Who signed in. All but the uid comes from the user info endpoint."""
    same("uid", identity["uid"], ACCOUNT)
    details = identity["details"]
    same("the name", details["fullname"], f"{ACCOUNT} of Interop")
    same("the user name", details["username"], ACCOUNT)
    same("the address", (details["email"], details["email_verified"]),
         (f"{ACCOUNT}@interop.example", True))


def run(checks):
    provider = Provider()

    with checks.check("client_secret_basic, with a secret that must be encoded: a person signs in"):
        identity = provider.sign_in(provider.client("basic"))
        is_account(identity)
        same("the issuer", identity["claims"]["iss"], provider.issuer)
    with checks.check("client_secret_basic: a wrong secret is refused"):
        wrong = provider.client("basic", SECRET="not-the-secret")
        refused(lambda: provider.sign_in(wrong), "invalid_setting", "token_exchange", "invalid_client")
    with checks.check("client_secret_post: a person signs in, a wrong secret is refused"):
        spec = str(HERE / "oidc-post.toml")
        is_account(provider.sign_in(provider.client("post", "oidc-post", spec)))
        wrong = provider.client("post", "oidc-post", spec, SECRET="not-the-secret")
        refused(lambda: provider.sign_in(wrong), "invalid_setting", "token_exchange", "invalid_client")
    with checks.check("private_key_jwt: a person signs in; a key that is not registered is refused"):
        is_account(provider.sign_in(provider.with_key(provider.registered_key)))
        wrong = provider.with_key(provider.unregistered_key)
        refused(lambda: provider.sign_in(wrong), "invalid_setting", "token_exchange", "invalid_client")
    with checks.check("private_key_jwt for the issuer: a person signs in; for another one it is refused"):
        key = provider.registered_key
        is_account(provider.sign_in(provider.with_key(key, PRIVATE_KEY_AUDIENCE=provider.issuer)))
        wrong = provider.with_key(key, PRIVATE_KEY_AUDIENCE="https://127.0.0.1/other")
        refused(lambda: provider.sign_in(wrong), "invalid_setting", "token_exchange", "invalid_client")
    for algorithm in ["PS256", "ES256", "EdDSA"]:
        with checks.check(f"an ID token signed with {algorithm} is verified"):
            identity = provider.sign_in(provider.client(algorithm.lower()))
            is_account(identity)
            header = identity["tokens"]["id_token"].split(".")[0]
            same("the algorithm", part(header)["alg"], algorithm)

    basic = provider.client("basic")
    with checks.check("a code is good once"):
        begun, callback = provider.visit(basic)
        is_account(basic.complete(begun, callback.url))
        refused(lambda: basic.complete(begun, callback.url),
                "authorization_code_rejected", "token_exchange", "invalid_grant")
    for name, code in [("iss", "issuer_mismatch"), ("state", "state_mismatch")]:
        with checks.check(f"a callback with another {name} is refused; the code stays good"):
            begun, callback = provider.visit(basic)
            changed = callback.with_parameter(name, "https://127.0.0.1/other")
            refused(lambda: basic.complete(begun, changed), code, "callback")
            is_account(basic.complete(begun, callback.url))
    with checks.check("a person who is signed in is not asked again"):
        browser = Browser()
        is_account(provider.sign_in(basic, browser))
        silent = provider.client("basic", AUTH_EXTRA_ARGUMENTS=json.dumps({"prompt": "none"}))
        is_account(provider.sign_in(silent, browser))
        refused(lambda: provider.sign_in(silent),
                "reauthentication_required", "callback", "login_required")
    with checks.check("a person who goes back is not signed in"):
        begun, callback = provider.visit(basic, link="/abort")
        refused(lambda: basic.complete(begun, callback.url),
                "authorization_declined", "callback", "access_denied")

    with checks.check("form_post: the answer that a page posts is taken"):
        form = provider.client(
            "basic", AUTH_EXTRA_ARGUMENTS=json.dumps({"response_mode": "form_post"})
        )
        begun, callback = provider.visit(form)
        demand(callback.body, "the answer is in the address")
        is_account(form.complete(begun, callback.url, form=callback.body))

    offline = provider.client("basic", **OFFLINE)
    with checks.check("refresh: each refresh token is good once, and the second use ends the line"):
        tokens = provider.sign_in(offline)["tokens"]
        first = offline.refresh(json.dumps(tokens))  # with the ID token, which is compared
        demand(first["tokens"]["refresh_token"] != tokens["refresh_token"], "it is not replaced")
        second = offline.refresh(first["tokens"]["refresh_token"])
        refused(lambda: offline.refresh(first["tokens"]["refresh_token"]),
                "reauthentication_required", "refresh", "invalid_grant")
        refused(lambda: offline.refresh(second["tokens"]["refresh_token"]),
                "reauthentication_required", "refresh", "invalid_grant")
    with checks.check("refresh: a wrong secret is refused, the right one is not"):
        tokens = provider.sign_in(offline)["tokens"]
        wrong = provider.client("basic", SECRET="not-the-secret")
        refused(lambda: wrong.refresh(tokens["refresh_token"]),
                "invalid_setting", "refresh", "invalid_client")
        demand(offline.refresh(tokens["refresh_token"]), "there are no new tokens")

    with checks.check("signing out leads back to the application, and ends the session"):
        browser, home = Browser(), provider.post_logout_redirect_uri
        identity = provider.sign_in(basic, browser)
        url = basic.logout_url(identity["tokens"]["id_token"], home)
        same("the parameters that come back", browser.visit(url, home, ANSWERS).parameters, {})
        refused(lambda: provider.sign_in(silent, browser),
                "reauthentication_required", "callback", "login_required")
    with checks.check("the state of a sign-out comes back"):
        browser = Browser()
        identity = provider.sign_in(basic, browser)
        # The command has no option for it; an application adds it to the address.
        url = basic.logout_url(identity["tokens"]["id_token"], home) + "&state=there-and-back"
        returned = browser.visit(url, home, ANSWERS).parameters
        same("the parameters that come back", returned, {"state": "there-and-back"})
    with checks.check("an address that is not registered is not led to"):
        browser = Browser()
        identity = provider.sign_in(basic, browser)
        other = f"{home}other/"
        url = basic.logout_url(identity["tokens"]["id_token"], other)
        try:
            browser.visit(url, other, ANSWERS)
        except Wrong:
            pass  # the provider's page of refusal, which has no form
        else:
            raise Wrong("the provider leads there")
    with checks.check("the back-channel notice names the session that the identity has"):
        while not Notices.received.empty():
            Notices.received.get()
        browser = Browser()
        claims = provider.sign_in(basic, browser)["claims"]
        url = basic.logout_url(identity["tokens"]["id_token"], home)
        browser.visit(url, home, ANSWERS)
        notice = part(Notices.received.get(timeout=5).split(".")[1])
        for name in ["iss", "aud", "sub", "sid"]:
            demand(name in claims, f"the ID token has no {name}")
            same(name, notice.get(name), claims[name])


def part(text):
    """The JSON of one part of a token."""
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
