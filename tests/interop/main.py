"""Runs the checks of the parts that are named, or of all."""

import importlib
import logging
import os
import sys
import warnings

import machine
from checks import Checks, demand

PARTS = {
    "msal": "msal_client",
    "social-core": "social_core_client",
    "oidc-provider": "foreign_provider",
}


def main(named):
    if unknown := [part for part in named if part not in PARTS]:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    machine.stay()
    if not os.environ.get("INTEROP_DEBUG"):
        # Foreign programs talk about refusals, which half of the checks provoke.
        logging.disable()
        warnings.simplefilter("ignore")
    checks = Checks()
    for part in named or PARTS:
        checks.subject = part
        with checks.check("the part ran to its end"):
            importlib.import_module(PARTS[part]).run(checks)
    checks.subject = "all"
    with checks.check("nobody asked for a host other than 127.0.0.1"):
        demand(not machine.elsewhere, "somebody did")
    return 0 if checks.count() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
