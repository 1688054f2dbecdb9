#!/usr/bin/env python3
"""Prove that a TOML language server, given the JSON Schema of specs, helps the author of a spec.

    try_language_server.py SCHEMA -- COMMAND...

COMMAND starts a language server that speaks over stdin and stdout, such as `tombi lsp`, `taplo lsp stdio` or
`olpat lsp stdio`. It is asked what an editor would ask while somebody writes a spec whose first line is
`#:schema ./NAME.json`:

    completion of keys     in an empty spec, in [endpoints], and in a table of [settings]
    completion of values   of `method` in [[client_authentication]]
    hover                  over the keys of a small spec
    diagnostics            of an unknown key in [endpoints], and only of that

What the answers have to contain is taken from SCHEMA. One line is printed per check, `ok` or `FAILED` with what was
seen; the exit code is 1 if a check failed and 2 if the server could not be tried at all. Only the standard library is
used, and no network: what would make the known servers fetch a catalog of schemas is switched off.
"""

import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

# A server may load the schema after it answers its first requests, so every question is repeated until the answer is
# right or this many seconds are over.
PATIENCE = 15
PAUSE = 0.1

# Marks the place of the cursor in the documents below. It stands in no spec.
CURSOR = "‸"

# The key that no table has.
UNKNOWN = "no_such_key"


class Unusable(Exception):
    """The server cannot be tried: it did not start, it died, or it does not answer."""


# ---------------------------------------------------------------------------------------------------------------------
# The schema
# ---------------------------------------------------------------------------------------------------------------------


class Schema:
    """What the schema file says, with every `$ref` followed."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.root = json.loads(self.path.read_text(encoding="utf-8"))

    def resolve(self, node):
        """The node that `node` refers to. What stands beside `$ref` wins: it describes this use."""
        seen = set()
        while "$ref" in node:
            reference = node["$ref"]
            if reference in seen:
                raise Unusable(f"{reference} refers to itself")
            seen.add(reference)
            beside = {word: value for word, value in node.items() if word != "$ref"}
            node = {**self.pointed(reference), **beside}
        return node

    def pointed(self, reference):
        """Where a JSON pointer such as `#/definitions/endpoints` points."""
        if not reference.startswith("#"):
            raise Unusable(f"{reference} is outside of the schema file")
        node = self.root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if name not in node:
                raise Unusable(f"the schema has no {reference}")
            node = node[name]
        return node

    def shapes(self, node):
        """The node and its alternatives: a value may be described in one piece or in several."""
        node = self.resolve(node)
        yield node
        for word in ("allOf", "anyOf", "oneOf"):
            for part in node.get(word, []):
                yield from self.shapes(part)

    def properties(self, node):
        """The keys of a table, with the schema of each."""
        found = {}
        for shape in self.shapes(node):
            found.update(shape.get("properties", {}))
        return found

    def entries(self, node):
        """The schemas of what a list or a map holds: `[[policy]]` is one table of many, and so is `[settings.host]`."""
        for shape in self.shapes(node):
            maps = [shape.get("additionalProperties"), *shape.get("patternProperties", {}).values()]
            yield from (entry for entry in [shape.get("items"), *maps] if isinstance(entry, dict))

    def table(self, node):
        """The keys that are written in a table, or in each table of a list or map of tables."""
        found = self.properties(node)
        for entry in self.entries(node):
            found.update(self.properties(entry))
        return found

    def at(self, *path):
        """The schema of the key that is reached by these keys. Lists and maps are stepped into by themselves."""
        node = self.root
        for key in path:
            keys = self.table(node)
            if key not in keys:
                raise Unusable(f"the schema has no `{'.'.join(path)}`")
            node = keys[key]
        return node

    def keys(self, *path):
        """The names of the keys in a table."""
        return list(self.table(self.at(*path)))

    def values(self, *path):
        """The words that a key takes, whether they are one `enum` or many `const`."""
        found = []
        for shape in self.shapes(self.at(*path)):
            found += shape.get("enum", [])
            found += [shape["const"]] if "const" in shape else []
        return found

    def description(self, *path):
        """What the schema says about a key."""
        text = self.resolve(self.at(*path)).get("description")
        if not text:
            raise Unusable(f"the schema does not describe `{'.'.join(path)}`")
        return text


# ---------------------------------------------------------------------------------------------------------------------
# The server
# ---------------------------------------------------------------------------------------------------------------------


class Server:
    """A language server in a process of its own, and the folder that it is shown."""

    def __init__(self, command, folder):
        self.folder = folder
        self.log = folder / "stderr.log"
        # Caches go to the temporary folder as well: an older schema of the same name must not answer for this one.
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "TOMBI_OFFLINE": "true"}
        with open(self.log, "wb") as log:
            try:
                # A session of its own: `npx` and the like start the server as their child, and both have to end.
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=folder,
                    env=environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise Unusable(f"cannot start {command[0]}: {error}") from error
        self.last_id = 0
        self.documents = 0
        self.diagnostics = {}
        # A thread reads, so that waiting for an answer can end. `None` in the queue says that the output ended.
        self.incoming = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def read(self):
        """Put every message of the server into the queue."""
        output = self.process.stdout
        try:
            while header := output.readline():
                length = 0
                while header.strip():
                    name, _, value = header.partition(b":")
                    if name.strip().lower() == b"content-length":
                        length = int(value)
                    header = output.readline()
                self.incoming.put(json.loads(output.read(length)))
        except ValueError:
            pass  # Not the protocol, or cut off: whoever waits learns that the output ended.
        self.incoming.put(None)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self.process.stdin.flush()
        except OSError as error:
            raise self.ended() from error

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        """The result of one request. Everything else that arrives meanwhile is dealt with."""
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        deadline = time.monotonic() + PATIENCE
        while (message := self.receive(deadline)) is not None:
            if message.get("id") == self.last_id and "method" not in message:
                return message.get("result")
        raise Unusable(f"no answer to {method} within {PATIENCE} s{self.last_words()}")

    def receive(self, deadline):
        """The next message, or None when the time is over. What the server asks or tells is dealt with on the way."""
        try:
            message = self.incoming.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            return None
        if message is None:
            raise self.ended()
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": self.reply(message)})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    @staticmethod
    def reply(message):
        """What an editor answers to the server's own requests."""
        if message["method"] == "workspace/configuration":
            # These are Taplo's words, others ignore them. Without them it fetches a catalog before anything else.
            settings = {"schema": {"enabled": True, "catalogs": []}}
            return [settings for _ in message["params"]["items"]]
        return None

    def ended(self):
        return Unusable(f"the server ended{self.last_words()}")

    def last_words(self):
        text = self.log.read_text(errors="replace").strip()
        return f"; its last words:\n{text[-1000:]}" if text else ", and said nothing"

    def initialize(self):
        root = self.folder.as_uri()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
        }
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "specs"}],
                "capabilities": capabilities,
            },
        )
        self.notify("initialized", {})
        return (result or {}).get("serverInfo", {})

    def open(self, text):
        """Open a new document, and return it. Each check has its own, so that none depends on another's edits."""
        self.documents += 1
        path = self.folder / f"spec{self.documents}.toml"
        path.write_text(text, encoding="utf-8")
        item = {"uri": path.as_uri(), "languageId": "toml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return path.as_uri()

    def completion(self, uri, position):
        """The labels that are offered at a place, without the quotes that some servers put around values."""
        where = {"textDocument": {"uri": uri}, "position": position}
        # Kind 1: the author asked for it by a key stroke.
        result = self.request("textDocument/completion", {**where, "context": {"triggerKind": 1}}) or []
        items = result.get("items", []) if isinstance(result, dict) else result
        return [item["label"].strip("\"'") for item in items]

    def hover(self, uri, position):
        """The text that is shown over a place."""
        where = {"textDocument": {"uri": uri}, "position": position}
        result = self.request("textDocument/hover", where) or {}
        contents = result.get("contents", "")
        parts = contents if isinstance(contents, list) else [contents]
        return "\n".join(part["value"] if isinstance(part, dict) else part for part in parts)

    def published(self, uri):
        """The diagnostics that the server sent last for a document; it sends them unasked."""
        deadline = time.monotonic() + PAUSE
        while self.receive(deadline) is not None:
            pass
        return self.diagnostics.get(uri, [])


# ---------------------------------------------------------------------------------------------------------------------
# The checks: each returns what is wrong, or nothing
# ---------------------------------------------------------------------------------------------------------------------


def spec(schema, body):
    """A spec as an author writes it. By Tombi's manual, the directive needs the blank line after it."""
    return f"#:schema ./{schema.path.name}\n\n{body}"


def place(text, needle=CURSOR):
    """The position of the cursor, or of text at the start of a key, as the protocol counts: from 0."""
    before = text[: re.search(r"(?<![\w-])" + re.escape(needle), text).start()]
    return {"line": before.count("\n"), "character": len(before) - (before.rfind("\n") + 1)}


def eventually(ask, is_right):
    """Repeat a question until its answer is right. The last answer is returned either way."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if is_right(answer) or time.monotonic() > deadline:
            return answer
        time.sleep(PAUSE)


def offers(server, text, wanted):
    """What is wrong with the completion at the cursor, if all of `wanted` should be offered."""
    if not wanted:
        return "the schema has nothing to offer here"
    uri = server.open(text.replace(CURSOR, ""))
    seen = eventually(lambda: server.completion(uri, place(text)), lambda labels: set(wanted) <= set(labels))
    missing = [word for word in wanted if word not in seen]
    return f"not offered: {', '.join(missing)}; offered: {', '.join(seen) or 'nothing'}" if missing else None


def root_keys(server, schema):
    return offers(server, spec(schema, f"{CURSOR}\n"), schema.keys())


def endpoint_keys(server, schema):
    return offers(server, spec(schema, f"[endpoints]\n{CURSOR}\n"), schema.keys("endpoints"))


def setting_keys(server, schema):
    return offers(server, spec(schema, f"[settings.example]\n{CURSOR}\n"), schema.keys("settings"))


def method_values(server, schema):
    text = spec(schema, f'[[client_authentication]]\nmethod = "{CURSOR}"\n')
    return offers(server, text, schema.values("client_authentication", "method"))


def hovers(server, schema):
    """Every description is looked for in full, apart from line breaks, which a server may lay out anew.

    No key of a list of tables is tried: over those, Taplo shows nothing, whatever the schema says.
    """
    # The text whose first word is the key to point at, and the key's path in the schema.
    places = {"name = ": ("name",), "endpoints]": ("endpoints",), "doc = ": ("settings", "doc")}
    places.update({f"{key} = ": ("endpoints", key) for key in schema.keys("endpoints")})
    endpoints = "\n".join(f'{key} = "https://example.com"' for key in schema.keys("endpoints"))
    text = spec(schema, f'name = "example"\n\n[settings.example]\ndoc = "Example."\n\n[endpoints]\n{endpoints}\n')
    uri = server.open(text)

    def wrong():
        for needle, path in places.items():
            wanted = plain(schema.description(*path))
            seen = plain(server.hover(uri, place(text, needle)))
            if wanted not in seen:
                yield f"over `{'.'.join(path)}`: {seen or 'nothing'!r} instead of {wanted!r}"

    return "; ".join(eventually(lambda: list(wrong()), lambda found: not found))


def plain(text):
    return " ".join(text.split())


def unknown_key(server, schema):
    """The key must be named, there or at its table's header, where an older Taplo does it.

    The known key beside it must not be marked: a server that refuses everything proves nothing.
    """
    known = schema.keys("endpoints")[0]
    text = spec(schema, f'[endpoints]\n{known} = "https://example.com"\n{UNKNOWN} = "https://example.com"\n')
    uri = server.open(text)
    header, known_line, unknown_line = (place(text, word)["line"] for word in ("endpoints]", known, UNKNOWN))

    def names_it(diagnostic):
        return UNKNOWN in diagnostic["message"] and diagnostic["range"]["start"]["line"] in (header, unknown_line)

    seen = eventually(lambda: server.published(uri), lambda diagnostics: any(map(names_it, diagnostics)))
    told = "; ".join(f"line {each['range']['start']['line'] + 1}: {each['message']}" for each in seen) or "nothing"
    if not any(map(names_it, seen)):
        return f"no diagnostic names `{UNKNOWN}` of line {unknown_line + 1}; seen: {told}"
    if any(each["range"]["start"]["line"] == known_line for each in seen):
        return f"a diagnostic of line {known_line + 1}, where the known `{known}` stands; seen: {told}"
    return None


CHECKS = {
    "completion in an empty spec offers the schema's keys": root_keys,
    "completion in [endpoints] offers its keys": endpoint_keys,
    "completion in [settings.example] offers a setting's keys": setting_keys,
    "completion of a client_authentication method offers its values": method_values,
    "hover over a key shows its description": hovers,
    "an unknown key in [endpoints] is a diagnostic": unknown_key,
}


def arguments(words):
    if len(words) < 3 or words[1] != "--":
        raise Unusable("usage: try_language_server.py SCHEMA -- COMMAND...")
    # The server runs in another folder, so a command that is a relative path is made absolute.
    program = shutil.which(words[2])
    if program is None:
        raise Unusable(f"there is no command {words[2]}")
    return Schema(words[0]), [os.path.abspath(program), *words[3:]]


def run(schema, command):
    """Whether every check passed."""
    with tempfile.TemporaryDirectory() as name:
        # A temporary folder can be behind a symbolic link, and servers compare real paths.
        folder = pathlib.Path(name).resolve()
        shutil.copy(schema.path, folder)
        server = Server(command, folder)
        try:
            info = server.initialize()
            print(f"{info.get('name', 'a server without a name')} {info.get('version', '')}".rstrip(), flush=True)
            failures = 0
            for title, check in CHECKS.items():
                wrong = check(server, schema)
                failures += bool(wrong)
                print(f"FAILED  {title}: {wrong}" if wrong else f"ok      {title}", flush=True)
            return failures == 0
        finally:
            server.kill()


def main():
    try:
        return 0 if run(*arguments(sys.argv[1:])) else 1
    except (Unusable, OSError, json.JSONDecodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
