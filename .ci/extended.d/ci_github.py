"""Runs the workflow for GitHub with act, for the events that start it.

The actions of the workflow need GitHub. Stand-ins check out what they would, and keep what would be uploaded.

Called by `.ci/extended ci` with the programs of ownlint and act.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scratch import FAULTY_MAP, MAP, PROJECT, Expected, Repository, environment, named

PROGRAM, ACT = (Path(name).resolve() for name in sys.argv[1:])
WORKFLOW = (PROJECT / "ci/github/ownership.yml").read_text()
ZEROS = "0" * 40
CHECKOUT = """\
name: checkout
inputs:
  fetch-depth: {default: "1"}
  persist-credentials: {default: "true"}
runs:
  using: composite
  steps:
    - shell: sh
      run: |
        test "${{ inputs.fetch-depth }} ${{ inputs.persist-credentials }}" = "0 false"
        git init --quiet
        git fetch --quiet "$CHECKOUT_FROM" "$CHECKOUT_COMMIT" "+refs/heads/*:refs/remotes/origin/*"
        git checkout --quiet --detach "$CHECKOUT_COMMIT"
"""
UPLOAD = """\
name: upload-sarif
inputs:
  sarif_file: {required: true}
  category: {required: true}
runs:
  using: composite
  steps:
    - shell: sh
      run: cp "${{ inputs.sarif_file }}" "$UPLOADED"
"""
# Only checks what it is asked to install, and that no file of the project selects the compiler.
CARGO = """\
#!/bin/sh
set -e
test "$*" = "install --locked --git https://git.example.org/ownlint --rev v1"
test "$(git rev-parse --show-toplevel 2>/dev/null)" != "$GITHUB_WORKSPACE"
"""


class Server:
    """The repository of a project. Its topic branch started before `main` moved."""

    def __init__(self, scratch):
        self.scratch = scratch
        repository = self.repository = Repository(scratch / "server")
        commit, git = repository.commit, repository.git
        start = {"ownership.yaml": MAP, "owned/file": "x\n", "old": "", ".github/workflows/ownership.yml": WORKFLOW}
        self.ids = {"first": commit(start)}
        for name, changes in (
            ("topic", [{"new": "1\n"}, {"owned/more": "2\n"}]), ("owned", [{"owned/other": "1\n"}]),
            ("faulty", [{"ownership.yaml": FAULTY_MAP}]),
        ):
            git("checkout", "--quiet", "-b", name, self.ids["first"])
            self.ids[name] = [commit(files) for files in changes][-1]
        git("checkout", "--quiet", "main")
        self.ids["main"] = commit({"of-main": "1\n"})
        for name in ("topic", "owned", "faulty"):
            git("checkout", "--quiet", "--detach", "main")
            git("merge", "--quiet", "--no-ff", f"--message=Merge {name}", name)
            self.ids[f"merge of {name}"] = git("rev-parse", "HEAD")
            git("update-ref", f"refs/pull/{name}/merge", "HEAD")
        # A group of a merge queue: two pull requests.
        git("checkout", "--quiet", "--detach", self.ids["merge of owned"])
        git("merge", "--quiet", "--no-ff", "--message=Merge topic", "topic")
        self.ids["group"] = git("rev-parse", "HEAD")
        git("update-ref", "refs/heads/gh-readonly-queue/main/group", "HEAD")
        git("config", "uploadpack.allowAnySHA1InWant", "true")
        git("checkout", "--quiet", "main")
        self.stand_ins = {}
        for action, text in (("actions/checkout", CHECKOUT), ("github/codeql-action/upload-sarif", UPLOAD)):
            pin = re.search(rf"{action}@(\w+)", WORKFLOW)[1]
            path = scratch / "actions" / action
            path.mkdir(parents=True)
            (path / "action.yml").write_text(text)
            name = "/".join(action.split("/")[:2])
            self.stand_ins[f"{name}@{pin}"] = scratch / "actions" / name
        (scratch / "bin").mkdir()
        (scratch / "bin/cargo").write_text(CARGO)
        (scratch / "bin/cargo").chmod(0o755)

    def run(self, number, name, event, checkout, variables):
        """Runs the workflow. Returns its exit code, the results of its steps, and what it prints, annotates and uploads."""
        place = self.scratch / str(number)
        place.mkdir()
        (place / "event.json").write_text(json.dumps(event))
        home = place / "home"
        home.mkdir()
        words = [
            ACT, name, "--eventpath", place / "event.json", "--platform", "ubuntu-latest=-self-hosted", "--json",
            "--no-skip-checkout", "--action-cache-path", place / "cache", "--no-cache-server",
            "--workflows", self.repository.path / ".github/workflows",
        ]
        for action, path in self.stand_ins.items():
            words += ["--local-repository", f"{action}={path}"]
        for variable in variables:
            words += ["--var", variable]
        given = {
            "CHECKOUT_FROM": f"file://{self.repository.path}", "CHECKOUT_COMMIT": self.ids[checkout],
            "UPLOADED": str(place / "uploaded.sarif"),
        }
        path = f"{self.scratch / 'bin'}:{PROGRAM.parent}:{os.environ['PATH']}"
        for variable, value in {**given, "PATH": path}.items():
            words += ["--env", f"{variable}={value}"]
        done = subprocess.run(
            words, cwd=self.repository.path, capture_output=True, text=True, check=False,
            env=environment(HOME=str(home), PATH=path),
        )
        lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
        of_steps = [line for line in lines if line.get("stage") == "Main" and "stepResult" in line]
        results = {line["step"]: line["stepResult"] for line in of_steps}
        assert results, done.stdout + done.stderr
        # Colors, and the directory of the scripts that act writes.
        noise = re.compile(r"\x1b\[[0-9;]*m|/\S*/workflow/")
        printed = [noise.sub("", line["msg"]).rstrip("\n") for line in lines if line.get("raw_output")]
        commands = [line["raw"] for line in lines if line.get("command") in ("error", "warning", "notice")]
        uploaded = place / "uploaded.sarif"
        sarif = None
        if uploaded.exists():
            sarif = [
                f"{result.get('baselineState', 'no state')}: {result['message']['text'].splitlines()[0]}"
                for result in json.loads(uploaded.read_text())["runs"][0]["results"]
            ]
        return done.returncode, results, printed, commands, sarif


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(Path(scratch))
        ids = server.ids
        variables = ("OWNLINT_SOURCE=https://git.example.org/ownlint", "OWNLINT_COMMIT=v1")

        def pull_request(head, fork=False):
            return {"pull_request": {
                "number": 1, "head": {"sha": ids[head], "ref": head, "repo": {"fork": fork}},
                "base": {"sha": ids["first"], "ref": "main"},
            }}

        def push(before, after):
            return {
                "ref": "refs/heads/main", "before": ids.get(before, before), "after": ids[after], "forced": False,
                "repository": {"default_branch": "main"},
            }

        group = {"merge_group": {
            "head_sha": ids["group"], "base_sha": ids["main"], "head_ref": "refs/heads/gh-readonly-queue/main/group",
        }}
        expected = Expected("ci_github.expected")
        for number, (title, name, event, checkout, given) in enumerate([
            ("a pull request", "pull_request", pull_request("topic"), "merge of topic", variables),
            ("a pull request from a fork", "pull_request", pull_request("topic", True), "merge of topic", variables),
            ("a pull request that introduces nothing", "pull_request", pull_request("owned"), "merge of owned", variables),
            ("a pull request with a faulty map", "pull_request", pull_request("faulty"), "merge of faulty", variables),
            ("a pull request of another commit", "pull_request", pull_request("owned"), "merge of topic", variables),
            ("a merge queue", "merge_group", group, "group", variables),
            ("a push", "push", push("first", "main"), "main", variables),
            ("the first push", "push", push(ZEROS, "main"), "main", variables),
            ("a workflow without its variables", "pull_request", pull_request("topic"), "merge of topic", ()),
        ]):
            code, results, printed, commands, sarif = server.run(number, name, event, checkout, given)
            text = f"exit code {code}\n\n"
            text += "".join(f"{step}: {result}\n" for step, result in results.items()) + "\n"
            text += "".join(f"    {named(line, ids)}\n" if line else "\n" for line in printed) + "\n"
            text += "".join(f"annotation: {line}\n" for line in commands)
            text += "nothing uploaded\n" if sarif is None else "".join(f"uploaded: {line}\n" for line in sarif)
            expected.add(title, text)
        expected.compare()
        print(f"ci: act: {len(expected.text)} events: ok")


main()
