"""This project's offline authority as a server of its own, for clients that know nothing of it."""

import pathlib
import re
import os

import machine
from browser import Browser

SOURCE = pathlib.Path(__file__).parents[2] / "authority/src/constants.rs"

NAMES = dict(re.findall(r'pub const (\w+): &str =\s*"([^"]*)";', SOURCE.read_text()))
"""The names that the authority publishes: its tenants, the registered client and its secret."""

REDIRECT_URI = "http://127.0.0.1:8000/complete/interop/"
"""Any address on loopback is registered. Nothing listens there: the browser stops before it."""


def start():
    """Starts the authority; gives its origin."""
    return machine.start(
        [os.environ["AUTHSPEC"], "demo", "--port", "0"],
        r"^offline authority: (http://127\.0\.0\.1:\d+)$",
        {"PATH": os.environ["PATH"]},
    )


def visit(url, **answers):
    """What a person does on the sign-in page: `user="member"` signs in, `cancel="1"` does not."""
    return Browser().visit(url, REDIRECT_URI, answers)
