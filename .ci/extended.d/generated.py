"""Writes OWNERS files for random maps, asks Prow for the owners of each file, and compares them with the map.

    generated.py OWNLINT PROW
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from scratch import environment

DIRECTORIES = [
    "", "a/", "a/b/", "a/b/c/", "docs/", "vendor/x/", "vendor/x/y/", "x_output/", "x_output/a/", "foo.git/", "sub dir/", "ä/",
]
NAMES = [
    b"x", b"a.go", b"README.md", b"b.yaml", b"1", b"-dash", b"it's", b'q"uote', b"a+b(c)", b"[z]", b"x$", b"tab\tname", b"n\nl",
    b"d\x7fel", b"n\xc2\x85el", b"l\xff1",
]
PATTERNS = [
    "**", "a/", "a/b/", "a/b/c/", "docs/", "vendor/", "x_output/", "x_output/a/", "foo.git/", "sub dir/", "ä/", "**/*.go",
    "**/README.md", "*.md", "a/*.yaml", "a/**/x", "vendor/x/y/", "**/1", "b.yaml", "a/x",
]
HANDLES = {"red": ["ann", "Bob"], "green": ["carl"], "blue": ["leads"], "team-x": ["dora"]}
ALIASES = [{}, {"leads": ["eve", "frank"]}, {"leads": ["ann"], "carl": ["dora"], "other": ["Bob", "ann"]}]


def run(*words, cwd):
    done = subprocess.run(words, cwd=cwd, env=environment(), capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def repository(root, choose):
    """Creates a repository with a random map, and returns its aliases."""
    files = {choose.choice(DIRECTORIES).encode() + choose.choice(NAMES) for _ in range(choose.randint(3, 25))}
    for file in files:
        path = os.path.join(os.fsencode(root), file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).touch()
    teams = {team: {"handles": {"kubernetes": handles}} for team, handles in HANDLES.items()}
    owners = [["red"], ["green"], ["blue"], ["team-x"], ["red", "green"], ["blue", "team-x"]]
    patterns = choose.sample(PATTERNS, choose.randint(1, 7))
    entries = {"rules": [], "exemptions": []}
    for at, pattern in enumerate(patterns):
        key = "paths" if pattern.endswith("/") else choose.choice(["paths", "files"])
        # Without priorities, some patterns would conflict.
        entry = {key: [pattern], "priority": at}
        if choose.random() < 0.2:
            entries["exemptions"].append({**entry, "reason": "x"})
        else:
            entries["rules"].append({**entry, "owners": choose.choice(owners)})
    (root / "ownership.yaml").write_text(json.dumps({"version": 1, "teams": teams, **entries}))
    aliases = choose.choice(ALIASES)
    if aliases:
        (root / "OWNERS_ALIASES").write_text(json.dumps({"aliases": aliases}))
    run("git", "init", "-q", cwd=root)
    run("git", "add", "-A", cwd=root)
    return {alias: {member.lower() for member in members} for alias, members in aliases.items()}


def expected(ownlint, root, paths, aliases):
    """The owners that the map assigns to each path."""
    code, out, err = run(ownlint, "who", "--format", "json", "--", *(b"./" + path for path in paths), cwd=root)
    assert code == 0, err
    logins = []
    for answer in json.loads(out)["answers"]:
        handles = {handle.lower() for team in answer["owners"] for handle in HANDLES[team]}
        logins.append(set().union(*(aliases.get(handle, {handle}) for handle in handles)))
    return logins


def compare(ownlint, prow, root, choose):
    """Returns the number of compared files."""
    aliases = repository(root, choose)
    code, _, err = run(ownlint, "generate", "kubernetes", "--output", ".", cwd=root)
    assert code == 0, (root / "ownership.yaml").read_text() + err
    run("git", "add", "-A", cwd=root)
    paths = run("git", "ls-files", "-z", cwd=root)[1].split(b"\0")[:-1]
    read = [path for path in paths if path.rsplit(b"/", 1)[-1] in (b"OWNERS", b"OWNERS_ALIASES")]
    # One character for each byte.
    text = lambda value: value.decode("latin-1")
    content = lambda path: Path(os.fsdecode(os.path.join(os.fsencode(root), path))).read_bytes()
    tree = {
        "is_bytes": True,
        "files": {text(path): text(content(path)) for path in read},
        "answers": {text(path): [] for path in paths},
    }
    (root / "tree.json").write_text(json.dumps(tree))
    code, out, err = run(prow, "-trees", "tree.json", cwd=root)
    assert code == 0, err
    answer = json.loads(out)
    for path, logins in zip(paths, expected(ownlint, root, paths, aliases)):
        found = answer["answers"][text(path) if answer.get("is_bytes") else path.decode()]
        problem = f"{path}: {found} instead of {logins}\n{(root / 'ownership.yaml').read_text()}"
        assert set(found) == logins, problem
    return len(paths)


def main():
    ownlint, prow = sys.argv[1:]
    choose = random.Random(23)
    count = 0
    for _ in range(200):
        with tempfile.TemporaryDirectory() as root:
            count += compare(ownlint, prow, Path(root), choose)
    print(f"generated: Prow finds the owners of the map for {count} files")


main()
