"""This project's command, one process a call, with settings in its environment and nothing else."""

import json
import os
import subprocess

from checks import Wrong


class Refused(Wrong):
    """The command's own account of a failure: the last line of its standard error."""

    def __init__(self, exit_code, error):
        self.exit_code = exit_code
        self.code, self.stage = error["code"], error["stage"]
        self.recovery = error["recovery"]
        self.provider_error = (error.get("provider") or {}).get("error")
        super().__init__(f"the command exits {exit_code} with {self.code} at {self.stage}")


class Command:
    """A backend of the command with its settings, `KEY="…"` for SOCIAL_AUTH_<BACKEND>_KEY."""

    def __init__(self, backend, spec=None, **settings):
        self._backend = spec or backend
        prefix = f"SOCIAL_AUTH_{backend.upper().replace('-', '_')}_"
        self._environment = {
            "PATH": os.environ["PATH"],
            "AUTHSPEC_TRANSACTION_KEY": os.urandom(32).hex(),
            **{prefix + name: value for name, value in settings.items()},
        }

    def begin(self, redirect_uri):
        """The first leg: `authorization_url` and `transaction`."""
        return self._run("begin", "--redirect-uri", redirect_uri)

    def complete(self, begun, callback, form=None):
        """The second leg: who signed in; `form` is what a page posted to the callback."""
        posted = [] if form is None else ["--form", form]
        return self._run(
            "complete", "--transaction", begun["transaction"], "--callback", callback, *posted
        )

    def refresh(self, text):
        """New tokens for a refresh token, or for the `tokens` of `complete` as JSON."""
        return self._run("refresh", given=text)

    def logout_url(self, id_token, post_logout_redirect_uri):
        """Where to send the browser to sign out."""
        return self._run(
            "logout-url", "--id-token-hint", id_token,
            "--post-logout-redirect-uri", post_logout_redirect_uri,
        )["url"]

    def _run(self, verb, *arguments, given=""):
        done = subprocess.run(
            [os.environ["AUTHSPEC"], verb, self._backend, *arguments],
            env=self._environment, input=given, text=True, capture_output=True, timeout=60,
        )
        if done.returncode == 0:
            return json.loads(done.stdout)
        try:
            error = json.loads(done.stderr.splitlines()[-1])["error"]
        except (IndexError, ValueError, KeyError):
            raise Wrong(f"the command exits {done.returncode} without saying why") from None
        if os.environ.get("INTEROP_DEBUG"):
            print(done.stderr)
        raise Refused(done.returncode, error)
