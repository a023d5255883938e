"""Opens maps in the YAML language server as an editor does, and compares what the user sees."""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

PROGRAM, SERVER = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:])

# A map in which `|` is the cursor, and some of the values that the server must offer there.
COMPLETIONS = [
    ("version: 1\n|", ["teams", "rules", "exemptions", "suppressions", "min_coverage"]),
    ("version: 1\nrules:\n  - paths: [x/]\n    |", ["owner", "owners", "priority", "note"]),
    ("version: 1\nchecks:\n  |", ["unowned-path", "unmatched-rule"]),
    ("version: 1\nchecks:\n  unmatched-rule: |", ["error", "warning", "info", '"off"']),
    ("version: 1\nmin_coverage:\n  components:\n    |", ["helm-chart", "puppet-role"]),
    ("version: 1\nownership_files:\n  |", ["github", "gerrit", "kubernetes"]),
    ("version: 1\nownership_files:\n  github: |", ["trust", "compare", "ignore"]),
    ("version: 1\ngenerate:\n  - dialect: |", ["github", "markdown"]),
    ("version: 1\nsuppressions:\n  - check: |", ["unowned-path"]),
    ("version: 1\nteams:\n  sre:\n    handles:\n      |", ["github", "gitlab", "gerrit"]),
]

# A map, and what the only problem says.
PROBLEMS = [
    ("version: 1\nrulez: []\n", "Property rulez is not allowed"),
    ("version: 1\nchecks: {unmatched-rul: error}\n", "unmatched-rul"),
    ("version: 1\nchecks: {unmatched-rule: loud}\n", "Value is not accepted"),
    ("version: 1\nexemptions:\n  - paths: [x]\n", 'Missing property "reason"'),
    ("teams: {}\n", 'Missing property "version"'),
]


class Server:
    """A connection to the server."""

    def __init__(self, directory):
        self.directory = directory
        self.process = subprocess.Popen(
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=directory
        )
        self.next_id = 0
        self.problems = {}
        self.request("initialize", processId=None, rootUri=directory.as_uri(), capabilities={})
        self.notify("initialized")
        settings = {"yaml": {"completion": True, "validate": True, "schemaStore": {"enable": False}}}
        self.notify("workspace/didChangeConfiguration", settings=settings)

    def send(self, **message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def receive(self):
        """Returns the next message, and answers the requests of the server."""
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.decode().partition(": ")
            if name.lower() == "content-length":
                length = int(value)
        message = json.loads(self.process.stdout.read(length))
        if "id" in message and "method" in message:
            items = message.get("params") or {}
            self.send(id=message["id"], result=[None for _ in items.get("items", [])])
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.problems[params["uri"]] = params["diagnostics"]
        return message

    def notify(self, method, **params):
        self.send(method=method, params=params)

    def request(self, method, **params):
        self.next_id += 1
        self.send(id=self.next_id, method=method, params=params)
        while True:
            message = self.receive()
            if message.get("id") == self.next_id and "method" not in message:
                return message["result"]

    def open(self, name, text):
        uri = (self.directory / name).as_uri()
        self.problems.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return uri

    def problems_in(self, name, text):
        uri = self.open(name, text)
        while uri not in self.problems:
            self.receive()
        return [problem["message"] for problem in self.problems[uri]]

    def offers_at(self, name, text):
        before, after = text.split("|")
        uri = self.open(name, before + after)
        lines = before.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        answer = self.request("textDocument/completion", textDocument={"uri": uri}, position=position)
        return [item["label"] for item in answer["items"]]


def main():
    project = pathlib.Path.cwd()
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch).resolve()
        for draft in ["07", "2020-12"]:
            schema = subprocess.run([PROGRAM, "schema", "--draft", draft], capture_output=True, check=True)
            (directory / f"{draft}.json").write_bytes(schema.stdout)
            read = json.loads(schema.stdout)
            jsonschema.validators.validator_for(read).check_schema(read)
        server = Server(directory)
        for draft in ["07", "2020-12"]:
            line = f"# yaml-language-server: $schema={draft}.json\n"
            shipped = server.problems_in(f"{draft}-shipped.yaml", line + (project / "ownership.yaml").read_text())
            if shipped:
                failures.append(f"{draft}: the map of the project: {shipped}")
            for index, (text, expected) in enumerate(PROBLEMS):
                found = server.problems_in(f"{draft}-problem-{index}.yaml", line + text)
                if len(found) != 1 or expected not in found[0]:
                    failures.append(f"{draft}: {text!r}: {found}")
            for index, (text, expected) in enumerate(COMPLETIONS):
                offers = server.offers_at(f"{draft}-completion-{index}.yaml", line + text)
                if missing := [name for name in expected if name not in offers]:
                    failures.append(f"{draft}: {text!r}: {missing} missing in {offers}")
        server.process.kill()
    for failure in failures:
        print(failure)
    count = 2 * (1 + len(PROBLEMS) + len(COMPLETIONS))
    print(f"editors: {count - len(failures)} of {count} as expected")
    sys.exit(bool(failures))


main()
