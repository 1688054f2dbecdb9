"""This machine and no other: servers that end with the tests, and a watch on what is looked up."""

import atexit
import os
import re
import signal
import socket
import subprocess
import sys
import threading

from checks import Wrong

elsewhere = []
"""Every host but this one that somebody tried to find."""


def stay():
    """Keeps this process, foreign programs in it included, on loopback."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    find = socket.getaddrinfo

    def find_here(host, *arguments, **options):
        if host != "127.0.0.1":
            elsewhere.append(host)
            raise OSError("only 127.0.0.1 may be asked")
        return find(host, *arguments, **options)

    socket.getaddrinfo = find_here
    # So that servers are ended by whatever ends the tests.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def start(arguments, ready, environment):
    """Starts a server, and gives what `ready` finds in the line that says where it listens."""
    errors = None if os.environ.get("INTEROP_DEBUG") else subprocess.DEVNULL
    server = subprocess.Popen(
        arguments, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=errors,
    )
    atexit.register(_end, server)
    patience = threading.Timer(30, server.kill)
    patience.start()
    for line in server.stdout:
        if found := re.search(ready, line):
            patience.cancel()
            # What it prints from here on is read and forgotten, so that it can go on printing.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return found[1]
    patience.cancel()
    raise Wrong(f"{os.path.basename(arguments[0])} did not start")


def _end(server):
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
