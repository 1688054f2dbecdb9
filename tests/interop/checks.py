"""One line for each check and a count at the end. No line shows a value: values can be secret."""

import contextlib
import os
import sys
import traceback


class Wrong(Exception):
    """Why a check failed. The text is printed, so it names what is wrong and holds no value."""


def same(what, found, expected):
    """Fails unless two values are equal."""
    if found != expected:
        if os.environ.get("INTEROP_DEBUG"):
            print(f"{what}: found {found!r}, expected {expected!r}", file=sys.stderr)
        raise Wrong(f"{what} is not what it must be")


def demand(truth, otherwise):
    """Fails, with these words, unless something is true."""
    if not truth:
        raise Wrong(otherwise)


class Checks:
    """Runs checks and counts how they end."""

    def __init__(self):
        self.subject = ""
        self.passed = self.failed = self.skipped = 0

    @contextlib.contextmanager
    def check(self, name):
        """A block that is one check."""
        try:
            yield
        except Exception as error:  # whatever goes wrong is a failed check, and the next one runs
            if os.environ.get("INTEROP_DEBUG"):
                traceback.print_exc()
            self._fail(name, str(error) if isinstance(error, Wrong) else type(error).__name__)
        else:
            self.passed += 1
            self._say("ok", name)

    def skip(self, name, why):
        """A check that cannot be made, and why."""
        self.skipped += 1
        self._say("skip", f"{name} ({why})")

    def _fail(self, name, why):
        self.failed += 1
        self._say("FAIL", f"{name} ({why})")

    def _say(self, word, text):
        print(f"{word:4} {self.subject}: {text}", flush=True)

    def count(self):
        """The closing line; says whether nothing failed."""
        line = f"{self.passed} passed, {self.failed} failed"
        print(f"interop: {line}, {self.skipped} skipped" if self.skipped else f"interop: {line}")
        return self.failed == 0
