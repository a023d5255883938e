"""Scratch repositories for the tests that run ownlint in other programs."""

import difflib
import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent

MAP = """\
version: 1
teams: {a: {}}
checks: {missing-contact: off, unmatched-exemption: off}
rules:
  - {paths: [owned/], owner: a}
exemptions:
  - {paths: [ownership.yaml, ".*"], reason: tools}
"""
FAULTY_MAP = "version: 1\nteams: {a: {}}\nrules:\n  - {paths: [owned/], owner: b}\n"


def environment(**more):
    """The variables of this process without those of git, of ownlint and of a CI system that runs this test."""
    theirs = ("GIT_", "GERRIT_", "ZUUL_", "OWNLINT_", "GITHUB_", "CI_", "GITLAB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs) and name != "CI"}
    identity = {
        "GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "Test", "GIT_COMMITTER_EMAIL": "test@example.org",
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "LC_ALL": "C.UTF-8",
    }
    return {**kept, **identity, **more}


def run(*words, cwd, code=0, **more):
    """Runs a program that has to exit with a code, and returns its standard output."""
    done = subprocess.run(words, cwd=cwd, env=environment(**more), capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{words} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def named(text, ids):
    """A text with the names of commits in place of their ids."""
    for name, id in ids.items():
        text = text.replace(id, f"<{name}>").replace(id[:12], f"<{name}>")
    return text


class Expected:
    """Compares what happened with a file, which `OWNLINT_UPDATE_EXPECTED` rewrites."""

    def __init__(self, name):
        self.path = PROJECT / ".ci/extended.d" / name
        self.text = []

    def add(self, title, text):
        self.text.append(f"## {title}\n\n{text.strip()}\n\n")

    def compare(self):
        text = "".join(self.text)
        if os.environ.get("OWNLINT_UPDATE_EXPECTED"):
            self.path.write_text(text)
        old = self.path.read_text().splitlines()
        difference = list(difflib.unified_diff(old, text.splitlines(), str(self.path), "this run", lineterm=""))
        assert not difference, "\n".join(difference)


class Repository:
    """A repository with the branch `main`."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words):
        return run("git", *words, cwd=self.path).strip()

    def write(self, files):
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files):
        """Commits files with their content. Returns the id of the commit."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={' '.join(files)}")
        return self.git("rev-parse", "HEAD")
