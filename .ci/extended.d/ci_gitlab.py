"""Runs the job and the component for GitLab with gitlab-ci-local, in the pipelines that GitLab starts.

Called by `.ci/extended ci` with the programs of ownlint and gitlab-ci-local.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scratch import FAULTY_MAP, MAP, PROJECT, Expected, Repository, environment, named

PROGRAM, GITLAB = (Path(name).resolve() for name in sys.argv[1:])
REPORT = "gl-code-quality-report.json"
ZEROS = "0" * 40
COMPONENT = "c" * 40
PAGE = (PROJECT / "docs/ci.md").read_text().split("\n## GitLab\n")[1].split("\n## ")[0]


def example(containing):
    """An example on the page about CI."""
    [found] = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S) if containing in text]
    return found


def included(inputs, more=""):
    """A configuration that includes the component, as the page describes it."""
    include = example("- component:")
    include = include.replace("<group>/<project>", "example-org/ownlint").replace("<commit>", COMPONENT)
    head = include.split("      fail-on:")[0]
    values = "".join(f"      {name}: {json.dumps(value)}\n" for name, value in inputs.items())
    return head + values + more


COPIED = (PROJECT / "ci/gitlab/ownership.gitlab-ci.yml").read_text()
# The job in all pipelines of branches and of pull requests on another server.
ALWAYS = COPIED.replace("    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n", "    - if: $CI_COMMIT_BRANCH\n")
assert ALWAYS != COPIED


class Server:
    """The repository of a project. Its topic branch started before `main` moved."""

    def __init__(self, path, config=COPIED):
        self.repository = Repository(path)
        commit, git = self.repository.commit, self.repository.git
        self.ids = {"first": commit({"ownership.yaml": MAP, "owned/file": "x\n", "old": "", ".gitlab-ci.yml": config})}
        git("checkout", "--quiet", "-b", "topic")
        self.ids["topic^"] = commit({"new": "1\n"})
        self.ids["topic"] = commit({"owned/more": "2\n"})
        git("checkout", "--quiet", "-b", "owned", self.ids["first"])
        self.ids["owned"] = commit({"owned/other": "1\n"})
        git("checkout", "--quiet", "-b", "faulty", self.ids["first"])
        self.ids["faulty"] = commit({"ownership.yaml": FAULTY_MAP})
        git("checkout", "--quiet", "main")
        self.ids["main^"] = commit({"of-main": "1\n"})
        self.ids["main"] = commit({"owned/of-main": "2\n"})
        git("checkout", "--quiet", "--detach")
        git("merge", "--quiet", "--no-ff", "--message=Merged result", "topic")
        git("update-ref", "refs/merge-requests/1/merge", "HEAD")
        self.ids["merged"] = git("rev-parse", "HEAD")
        git("checkout", "--quiet", "main")


def pipeline(server, clone, head, variables, *, depth=None, origin=None):
    """Runs a pipeline in a clone as a runner makes it.

    Returns the exit code of the job, or `None` if there is no job, what it prints, and the report.
    """
    id = server.ids[head]
    runner = Repository(clone)
    runner.git("remote", "add", "origin", f"file://{origin or server.repository.path}")
    runner.git("remote", "add", "gcl-origin", "https://gitlab.example.org/example-org/project.git")
    server.repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    if depth:
        runner.git("fetch", "--quiet", f"--depth={depth}", "origin", id)
    else:
        runner.git("fetch", "--quiet", "origin", id, "+refs/heads/*:refs/remotes/origin/*")
    runner.git("checkout", "--quiet", "--detach", id)
    # What gitlab-ci-local has fetched of the project of the component.
    component = clone / f".gitlab-ci-local/includes/gitlab.example.org/example-org/ownlint/{COMPONENT}/templates"
    component.mkdir(parents=True)
    (component / "ownership.yml").write_text((PROJECT / "templates/ownership.yml").read_text())
    bin = clone.parent / "bin"
    if not bin.exists():
        bin.mkdir()
        # gitlab-ci-local copies files for containers, which the shell executor does not use.
        (bin / "rsync").write_text("#!/bin/sh\n")
        (bin / "rsync").chmod(0o755)
    predefined = {"CI_COMMIT_SHA": id, "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", **variables}
    words = [GITLAB, "--force-shell-executor", "--no-color", "--no-json-schema-validation"]
    for name, value in predefined.items():
        words += ["--variable", f"{name}={server.ids[value[1:]] if value.startswith('@') else value}"]
    words += ["--ignore-predefined-vars", ",".join(predefined)]
    if "CI_COMMIT_BRANCH" not in variables:
        words += ["--unset-variable", "CI_COMMIT_BRANCH"]
    rewritten = {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.file://{clone.parent}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://gitlab-ci-token:token@gitlab.example.org/example-org/",
    }
    done = subprocess.run(
        words, cwd=clone, capture_output=True, text=True, check=False,
        env=environment(HOME=str(bin), PATH=f"{bin}:{PROGRAM.parent}:{os.environ['PATH']}", **rewritten),
    )
    ended = re.search(r"^(?!pipeline )(\S+) finished in .*?(?: FAIL (\d+))?\s*$", done.stdout + done.stderr, re.M)
    if not ended:
        assert done.returncode == 0 and not done.stdout.strip(), done.stdout + done.stderr
        return None, "", None
    printed = "".join(f"{line}\n" for line in re.findall(rf"^{ended[1]} > ?(.*)$", done.stdout + done.stderr, re.M))
    path = clone / REPORT
    report = json.loads(path.read_text()) if path.exists() else None
    return int(ended[2] or 0), named(printed, server.ids), report


MERGE_REQUEST = {
    "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "@first", "CI_COMMIT_BEFORE_SHA": ZEROS,
}
MERGED = {**MERGE_REQUEST, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "@main"}
FORK = {**MERGE_REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "somebody/project"}


def branch(name, before, source="push"):
    return {"CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": name, "CI_COMMIT_BEFORE_SHA": before}


# The title of each pipeline, its commit, and the variables that GitLab sets: `@` stands before a commit.
PIPELINES = [
    ("a merge request", "topic", MERGE_REQUEST, {}),
    ("a merge request that introduces nothing", "owned", MERGE_REQUEST, {}),
    ("a merge request with a faulty map", "faulty", MERGE_REQUEST, {}),
    ("merged results", "merged", MERGED, {}),
    ("a merge train", "merged", {**MERGED, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"}, {}),
    ("a merge request in a shallow clone with its base", "topic", MERGE_REQUEST, {"depth": 20}),
    ("a merge request in a shallow clone without its base", "topic", MERGE_REQUEST, {"depth": 2}),
    ("a push of two commits to the default branch", "main", branch("main", "@first"), {}),
    ("a push to the default branch that introduces nothing", "main", branch("main", "@main^"), {}),
    ("the first push of the default branch", "first", branch("main", ZEROS), {}),
    ("a push of a new branch", "topic", branch("topic", ZEROS), {}),
    ("a schedule for the default branch", "main", branch("main", ZEROS, "schedule"), {}),
    ("a pipeline that a person starts for the default branch", "main", branch("main", ZEROS, "web"), {}),
    ("a schedule for another branch", "topic", branch("topic", ZEROS, "schedule"), {}),
]
# The same for a job that runs for all branches.
FOR_ALL_BRANCHES = [
    ("a push of a new branch, if the job runs for it", "topic", branch("topic", ZEROS), {}),
    ("a second push, if the job runs for it", "topic", branch("topic", "@topic^"), {}),
    ("a force push, if the job runs for it", "topic", branch("topic", "@owned"), {}),
    ("a schedule, if the job runs for it", "topic", branch("topic", ZEROS, "schedule"), {}),
    ("a child pipeline of a push", "main", branch("main", "@first", "parent_pipeline"), {}),
    (
        "a pull request on another server", "topic",
        {
            **branch("topic", ZEROS, "external_pull_request_event"),
            "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA": "@main",
        }, {},
    ),
]
INPUTS = [
    {"fail-on": "never"},
    {"fail-on": "warning"},
    {"min-coverage": "90", "fail-on": "never"},
    {"min-coverage": "40", "fail-on": "never"},
    {"config": "ownership.yaml", "job-name": "owners", "stage": "build"},
    {"config": "missing.yaml"},
    {"args": "--fail-on never"},
    {"args": "--show-pre-existing --format junit --output junit.xml"},
]


def shown(outcome):
    code, printed, report = outcome
    if code is None:
        return "no job\n"
    if report is None:
        entries = "no report\n"
    else:
        entries = "".join(
            f"{issue['severity']} {issue['location']['path']}:{issue['location']['lines']['begin']} "
            f"{issue['check_name']}: {issue['description'].splitlines()[0]}\n" for issue in report
        )
    indented = "".join(f"    {line}\n" if line else "\n" for line in f"{printed}\n{entries}".splitlines())
    return f"exit code {code}\n\n{indented}"


def pipelines(scratch):
    expected = Expected("ci_gitlab.expected")
    for name, config, starting in (("all", ALWAYS, FOR_ALL_BRANCHES), ("copied", COPIED, PIPELINES)):
        server = Server(scratch / f"server-{name}", config)
        for number, (title, head, variables, options) in enumerate(starting):
            outcome = pipeline(server, scratch / f"runner-{name}-{number}/project", head, variables, **options)
            expected.add(title, shown(outcome))
    # The clone of a fork has the branches of the fork, whose `main` is behind.
    fork = Repository(scratch / "fork")
    fork.git("fetch", "--quiet", f"file://{server.repository.path}", "topic:topic")
    fork.git("update-ref", "refs/heads/main", server.ids["first"])
    outcome = pipeline(server, scratch / "runner-fork/project", "topic", FORK, origin=fork.path)
    expected.add("a merge request from a fork", shown(outcome))
    for number, inputs in enumerate(INPUTS):
        server = Server(scratch / f"server-{number}", included(inputs))
        outcome = pipeline(server, scratch / f"runner-inputs-{number}/project", "topic", MERGE_REQUEST)
        expected.add(f"a component with {json.dumps(inputs)}", shown(outcome))

    # A map in another repository.
    owners = Repository(scratch / "runner-map/ownership.git")
    repositories = "repositories: [{name: charts, path: ../charts}, {name: puppet, path: ../puppet}]\n"
    commit = owners.commit({"ownership.yaml": MAP.replace("rules:\n", repositories + "rules:\n")})
    job = example("before_script").replace("<group>", "example-org").replace("<commit>", commit)
    before = job.split("ownership:\n", 1)[1]
    with_map = COPIED.replace('    MAP: ""\n', "    MAP: .ownership/ownership.yaml\n    OWNLINT_ROOT: charts=.\n")
    for name, config in (
        (
            "component",
            included({"config": ".ownership/ownership.yaml", "args": "--repository charts --root charts=."}, job),
        ),
        ("copied job", with_map.replace("  script:\n", f"{before}  script:\n")),
    ):
        place = scratch / f"runner-map/{name}"
        place.mkdir()
        (place / "ownership.git").symlink_to(owners.path)
        server = Server(place / "server", config)
        variables = {**MERGE_REQUEST, "CI_JOB_TOKEN": "token"}
        outcome = pipeline(server, place / "project", "topic", variables)
        expected.add(f"a {name} with a map in another repository", shown(outcome).replace(str(scratch), "<scratch>"))
    expected.compare()
    print(f"ci: gitlab-ci-local: {len(expected.text)} pipelines: ok")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        pipelines(Path(scratch))


main()
