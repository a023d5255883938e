"""Runs ownlint on hostile and ordinary repositories, and validates each output with the tools of its readers.

`.ci/extended outputs` runs this with the program and the directory of the validators.
"""

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import xmlschema
from markdown_it import MarkdownIt
from zuul.lib import filecomments

PROGRAM = Path(sys.argv[1]).resolve()
TOOLS = Path(sys.argv[2]).resolve()
MODULES = TOOLS / "node_modules"
PROJECT = Path(__file__).resolve().parent.parent.parent

NAMES = [
    b"a b#c%20", b"new\nline\rtab\t", b"quo'te\"s`tick", b"]]>&<x>", b"::error::x,y", b"</script>",
    b"caf\xe9", b"esc\x1b[31m\x01", "Ü😀\u202e".encode(), b"a|b*_[x](http:y)", b"back\\slash",
]

MAP = """\
version: 1
teams:
  sre: {name: Größte 😀, aliases: [Datenbänke], contacts: {irc: x}}
  old: {retired: {successor: sre}, contacts: {irc: x}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {note: 'Ü😀', paths: [FILES/x], owner: old}
"""


def hostile(root):
    for name in NAMES:
        directory = os.path.join(os.fsencode(root), b"charts", name)
        os.makedirs(directory)
        with open(os.path.join(directory, b"Chart.yaml"), "wb") as chart:
            chart.write("{description: 'Ü😀', team: Datenbänkee}\n".encode())
    (root / "files").mkdir()
    (root / "files/x").touch()
    (root / "ownership.yaml").write_text(MAP)


def clean(root):
    (root / "ownership.yaml").write_text(
        "version: 1\nteams: {sre: {contacts: {irc: x}}}\nrules: [{paths: ['**'], owner: sre}]\n"
    )


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return done.returncode, done.stdout + done.stderr


def must(*command, **options):
    code, output = run(*command, **options)
    assert code == 0, f"{command}: {output}"
    return output


def schema(path):
    read = json.loads(Path(path).read_text())
    validator = jsonschema.validators.validator_for(read)
    validator.check_schema(read)
    return validator(read)


def typescript(directory, name, types, value):
    """Checks a literal with the compiler, which also rejects unknown keys."""
    (directory / f"{name}.ts").write_text(f"{types}\nexport const value: Value = {value};\n")
    (directory / "node_modules").symlink_to(MODULES)
    must(
        MODULES / ".bin/tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "es2022",
        "--moduleResolution", "bundler", "--lib", "es2022,dom", f"{name}.ts", cwd=directory,
    )
    (directory / "node_modules").unlink()


def check_json(path, _):
    schema(PROJECT / "schemas/check.schema.json").validate(json.loads(path.read_text()))


def check_sarif(path, _):
    multitool = MODULES / "@microsoft/sarif-multitool-linux"
    read = json.loads(path.read_text())
    schema(multitool / "sarif-2.1.0.json").validate(read)
    schema(PROJECT / "tests/it/data/schemas/sarif.schema.json").validate(read)
    named = path.with_suffix(".sarif")
    named.write_text(path.read_text())
    # Includes the requirements of GitHub code scanning.
    output = must(
        multitool / "Sarif.Multitool", "validate", named, "--rule-kind", "Sarif;Ghas", "--level", "Error"
    )
    assert "error" not in output.lower(), output


def check_gitlab(path, directory):
    schema(PROJECT / "tests/it/data/schemas/gitlab.schema.json").validate(json.loads(path.read_text()))
    types = """
import type {Issue} from 'codeclimate-types';
type Key = 'check_name' | 'description' | 'severity' | 'fingerprint' | 'location';
type Value = Required<Pick<Issue, Key>>[];
"""
    typescript(directory, "gitlab", types, path.read_text())


def check_gerrit(path, directory):
    schema(PROJECT / "tests/it/data/schemas/gerrit.schema.json").validate(json.loads(path.read_text()))
    # The types describe the responses of Gerrit. An input has a part of these keys.
    types = """
import type {CommentInfo, FixSuggestionInfoInput} from '@gerritcodereview/typescript-api/rest-api';
type Comment = Pick<CommentInfo, 'line' | 'range' | 'message' | 'unresolved'> &
  {fix_suggestions?: (FixSuggestionInfoInput & {fix_id: string})[]};
type Value = {
  message: string; tag: string; omit_duplicate_comments: boolean;
  labels?: Record<string, number>; comments: Record<string, Comment[]>;
};
"""
    typescript(directory, "gerrit", types, path.read_text())


def check_zuul(path, _):
    read = json.loads(path.read_text())
    schema(PROJECT / "tests/it/data/schemas/zuul.schema.json").validate(read)
    filecomments.validate(read["zuul"]["file_comments"])
    filecomments.extractLines(read["zuul"]["file_comments"])


def check_rdjson(path, _):
    schema(PROJECT / "tests/it/data/schemas/rdjson.schema.json").validate(json.loads(path.read_text()))
    must(MODULES / ".bin/rdformat-validator", "--strict", "--no-extra-fields", path)


def check_rdjsonl(path, _):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == json.loads(path.with_name("rdjson").read_text())["diagnostics"]


def check_junit(path, _):
    xmlschema.XMLSchema(TOOLS / "junit-10.xsd").validate(path)
    ElementTree.parse(path)


def check_checkstyle(path, _):
    xmlschema.XMLSchema(PROJECT / "tests/it/data/schemas/checkstyle.xsd").validate(path)


def check_markdown(path, _):
    """Tables contain only text and code, whatever the names of files are."""
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text())
    allowed = {"text", "code_inline", "html_inline", "softbreak", "text_special"}
    for token in tokens:
        assert token.type != "html_block", token
        for child in token.children or []:
            assert child.type in allowed, child
            assert child.type != "html_inline" or child.content == "<br>", child


CHECKS = {
    "json": check_json,
    "sarif": check_sarif,
    "gitlab": check_gitlab,
    "gerrit": check_gerrit,
    "zuul": check_zuul,
    "rdjson": check_rdjson,
    "rdjsonl": check_rdjsonl,
    "junit": check_junit,
    "checkstyle": check_checkstyle,
    "markdown": check_markdown,
}


def check_outputs(title, root):
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        command = [PROGRAM, "check", "--gerrit-label", "Ownership"]
        for name in CHECKS:
            command += ["--format", name, "--output", directory / name]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OWNLINT_")}
        code, output = run(*command, cwd=root, env=environment)
        assert code < 2, output
        for name, check in CHECKS.items():
            check(directory / name, directory)
            print(f"{title}: {name} is valid")


with tempfile.TemporaryDirectory() as base:
    for name, make in {"hostile": hostile, "clean": clean}.items():
        root = Path(base) / name
        root.mkdir()
        make(root)
        check_outputs(name, root)
check_outputs("shipped", PROJECT)
