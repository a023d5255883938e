"""Compares the report of the job for GitLab with the one of its base as GitLab does, over random changes.

The widget of a merge request shows which entries are new and which are resolved. They have to be what the job says that
the change introduces and fixes. One difference is allowed, for the groups of files of `unowned-path`: the job says
which files get an owner, but an entry is resolved only if no file of its group is left, or if groups are joined.

Called by `.ci/extended ci` with the program.
"""

import collections
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scratch import PROJECT, Repository, environment

PROGRAM = Path(sys.argv[1]).resolve()
JOB = (PROJECT / "ci/gitlab/ownership.gitlab-ci.yml").read_text()
SCRIPT = JOB.split("    - |\n")[1].split("  artifacts:")[0]
REPORT = "gl-code-quality-report.json"
CHANGES = 60

DIRECTORIES = ["a/", "a/deep/", "b/", "c/x/", ""]
NAMES = ["one", "two", "three"]
PATTERNS = ["a/", "b/", "c/", "**/one", "a/*", "c/x/two"]


def map_of(randomly):
    """A map that leads to findings about files, about directories and about the map itself."""
    rules = "".join(
        f"  - {{paths: ['{pattern}'], owner: {randomly.choice(['x', 'y', 'z'])}}}\n"
        for pattern in randomly.sample(PATTERNS, randomly.randint(1, 4))
    )
    retired = randomly.choice(["{}", "{retired: {successor: x}}"])
    return (
        f"version: 1\nteams: {{x: {{}}, y: {{contacts: {{irc: '#y'}}}}, z: {retired}}}\nrules:\n{rules}"
        "exemptions:\n  - {paths: [ownership.yaml], reason: tools}\n"
    )


def change(repository, randomly):
    """Commits a random change."""
    tracked = [name for name in repository.git("ls-files").splitlines() if name != "ownership.yaml"]
    for _ in range(randomly.randint(1, 4)):
        kind = randomly.choice(["add", "add", "edit", "remove", "rename", "map"])
        path = randomly.choice(DIRECTORIES) + randomly.choice(NAMES)
        if kind == "map":
            (repository.path / "ownership.yaml").write_text(map_of(randomly))
        elif kind == "add" or not tracked:
            (repository.path / path).parent.mkdir(parents=True, exist_ok=True)
            (repository.path / path).write_text(f"{randomly.random()}\n" * randomly.randint(0, 3))
        else:
            old = repository.path / randomly.choice(tracked)
            if not old.exists():
                continue
            if kind == "edit":
                old.write_text(old.read_text() + "more\n")
            elif kind == "remove":
                old.unlink()
            elif not (repository.path / path).exists():
                (repository.path / path).parent.mkdir(parents=True, exist_ok=True)
                old.rename(repository.path / path)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--allow-empty", "--message=change")
    return repository.git("rev-parse", "HEAD")


def job(repository, commit, variables):
    """Runs the job for a commit. Returns the exit code, the last lines for people, and the report."""
    work = repository.path.with_name("runner")
    shutil.rmtree(work, ignore_errors=True)
    repository.git("worktree", "prune")
    repository.git("worktree", "add", "--quiet", "--detach", str(work), commit)
    done = subprocess.run(
        ["sh", "-e", "-c", SCRIPT], cwd=work, capture_output=True, text=True, check=False,
        env=environment(
            CI="true", GITLAB_CI="true", CI_COMMIT_SHA=commit, CI_DEFAULT_BRANCH="main", FAIL_ON="error", MAP="",
            MIN_COVERAGE="", PATH=f"{PROGRAM.parent}:/usr/bin:/bin", **variables,
        ),
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, done.stdout, json.loads((work / REPORT).read_text())


def fingerprints(report):
    return {issue["fingerprint"] for issue in report}


def compare(repository, title, base, head, variables):
    """Compares the job of a merge request with what the widget shows. Returns how many entries are new and resolved."""
    before = {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": "0" * 40}
    _, _, of_base = job(repository, base, before)
    code, shown, of_head = job(repository, head, {"CI_PIPELINE_SOURCE": "merge_request_event", **variables})
    # https://docs.gitlab.com/ci/testing/code_quality/: the fingerprint identifies a violation.
    new = fingerprints(of_head) - fingerprints(of_base)
    resolved = fingerprints(of_base) - fingerprints(of_head)
    [introduced] = re.findall(r"^(\d+) introduced, \d+ pre-existing, \d+ fixed$", shown, re.M)
    fixed = re.findall(r"^  ✓ (\S+): ", shown, re.M)
    names = {issue["fingerprint"]: issue["check_name"] for issue in of_base}
    what = f"{title}: the widget shows {len(new)} new and {len(resolved)} resolved\n{shown}\n" + json.dumps(
        {"base": of_base, "head": of_head}, indent=1
    )
    # Code Quality does not contain findings about the change as a whole.
    of_change = sum(map(int, re.findall(r"^\w+\[owner-changed\] × (\d+) ", shown, re.M)))
    assert int(introduced) - of_change == len(new), what
    of_files = collections.Counter(names[print] for print in resolved) - collections.Counter(fixed)
    in_groups = collections.Counter(fixed) - collections.Counter(names[print] for print in resolved)
    assert {*of_files, *in_groups} <= {"unowned-path"}, what
    severe = any(issue["severity"] in ("critical", "blocker") for issue in of_head if issue["fingerprint"] in new)
    assert code == int(severe), what
    return len(new), len(resolved)


def main():
    totals = [0, 0, 0]
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(CHANGES):
            randomly = random.Random(seed)
            repository = Repository(Path(scratch) / f"{seed}/server")
            first = repository.commit({"ownership.yaml": map_of(randomly)})
            for _ in range(3):
                first = change(repository, randomly)
            head = change(repository, randomly)
            for _ in range(randomly.randint(0, 2)):
                head = change(repository, randomly)
            counts = compare(repository, f"change {seed}", first, head, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": first})
            totals = [totals[0] + counts[0], totals[1] + counts[1], totals[2] + 1]
            # The same change after the target branch has moved, as merged results.
            repository.git("checkout", "--quiet", "--detach", first)
            target = change(repository, randomly)
            merge = ("merge", "--quiet", "--no-ff", "--message=Merged", head)
            if subprocess.run(["git", *merge], cwd=repository.path, env=environment(), capture_output=True).returncode:
                continue
            merged = repository.git("rev-parse", "HEAD")
            variables = {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target, "CI_MERGE_REQUEST_DIFF_BASE_SHA": first}
            counts = compare(repository, f"merged results {seed}", target, merged, variables)
            totals = [totals[0] + counts[0], totals[1] + counts[1], totals[2] + 1]
    assert totals[0] > 50 and totals[1] > 50, totals
    print(f"ci: Code Quality: {totals[2]} changes, {totals[0]} new and {totals[1]} resolved entries: ok")


main()
