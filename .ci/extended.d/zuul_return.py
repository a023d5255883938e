"""Passes the format zuul of all scenarios through Zuul: validation, filter, and the review for Gerrit.

Called by `.ci/extended zuul` with the program.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from zuul.driver.gerrit.gerritconnection import GerritConnection
from zuul.lib import filecomments
from zuul.reporter import BaseReporter

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "tests/gerrit"))
import harness  # noqa: E402

PROGRAM = Path(sys.argv[1]).resolve()
# What Zuul accepts from a job in these keys.
SHAPE = {"zuul": {"file_comments": dict, "warnings": list}}


def size(path, comment):
    return sum(len(text.encode("utf-16-le")) // 2 for text in (path, comment["message"]))


def review(version, change, comments):
    """The review that Zuul posts to this version of Gerrit."""
    posted = []
    connection = mock.Mock(version=version, post=lambda path, body: posted.append(body))
    pipeline = SimpleNamespace(manager=SimpleNamespace(pipeline=SimpleNamespace(name="check")))
    item = mock.Mock(manager=pipeline.manager, formatItemUrl=lambda: None)
    item.current_build_set.uuid = "uuid"
    GerritConnection.review_http(
        connection, item, change, "message", False, {}, None, None, comments, True, False
    )
    [body] = posted
    # What is sent to the server.
    return json.loads(json.dumps(body))


def hold(scenario, checkout, base):
    name = scenario["name"]
    done = subprocess.run(
        [PROGRAM, "check", "--since", "auto", "--format", "zuul"], cwd=checkout.path,
        env=harness.environment(), capture_output=True, text=True, check=False,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    data = json.loads(done.stdout)
    assert set(data) == {"zuul"} and set(data["zuul"]) <= set(SHAPE["zuul"]), data.keys()
    comments = data["zuul"]["file_comments"]
    filecomments.validate(comments)
    filecomments.extractLines(comments)
    files = checkout.git("diff", "--name-only", "-z", base, "HEAD").split("\0")
    change = SimpleNamespace(
        project="p", branch="main", id="I1", commit="c", is_current_patchset=True, files=files,
        commentable_files=None,
    )
    item = mock.Mock()
    before = {path: list(of_file) for path, of_file in comments.items()}
    BaseReporter.filterComments(None, item, change, comments)
    assert comments == before and not item.warning.called, f"{name}: Zuul drops comments"
    number = sum(map(len, comments.values()))
    assert number < 50, name
    for version in ((3, 10, 0), (3, 13, 0)):
        body = review(version, change, comments)
        sent = body.get("robot_comments" if version < (3, 13, 0) else "comments", {})
        assert sum(map(len, sent.values())) == number, f"{name}: {body}"
        for path, of_file in sent.items():
            for comment in of_file:
                assert size(path, comment) <= 16_384 - 1_000, name
                file = checkout.path / path
                # The change may delete the file, or move a submodule.
                lines = file.read_bytes().count(b"\n") + 1 if file.is_file() else 1
                assert comment.get("line", 1) <= lines, f"{name}: {path}"
                fences = [line for line in comment["message"].splitlines() if line.startswith("```")]
                assert len(fences) % 2 == 0, comment
    return number


def main():
    total = 0
    for scenario in harness.scenarios():
        # Zuul cannot merge a commit without parents into a branch.
        if scenario.get("root"):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            checkout = harness.Checkout(Path(scratch) / "checkout", scenario)
            for number, step in enumerate(scenario["steps"], 1):
                checkout.step(number, step)
                base = checkout.git("rev-parse", "HEAD^1")
                # As Zuul leaves the workspace: `zuul_workspaces.py`.
                checkout.git("update-ref", "refs/remotes/origin/main", base)
                checkout.git("config", "remote.origin.url", "file:///dev/null")
                total += hold(scenario, checkout, base)
        print(f"zuul: {scenario['name']}: accepted")
    print(f"zuul: {total} comments reach Gerrit")
    assert total > 100


main()
