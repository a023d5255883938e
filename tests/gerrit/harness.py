"""Repositories of the scenarios, and the job as Jenkins runs it."""

import json
import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
DATA = PROJECT / "tests/gerrit"
JOB = PROJECT / "ci/gerrit/review"

IDENTITY = {
    "GIT_AUTHOR_NAME": "Administrator", "GIT_AUTHOR_EMAIL": "admin@example.com",
    "GIT_COMMITTER_NAME": "Administrator", "GIT_COMMITTER_EMAIL": "admin@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
    "OWNLINT_TODAY": "2026-11-22", "LC_ALL": "C.UTF-8",
}


def environment(**more):
    ours = ("GIT_", "GERRIT_", "ZUUL_", "OWNLINT_", "GITHUB_", "CI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **IDENTITY, **more}


def scenarios():
    return json.loads((DATA / "scenarios.json").read_text())


class Checkout:
    """The repository of somebody who writes a change, one commit that is amended in each step."""

    def __init__(self, path, scenario):
        self.path = Path(path)
        self.path.mkdir(parents=True)
        self.scenario = scenario
        self.git("init", "--quiet", "--initial-branch=main")
        self.write(scenario["base"])
        self.write({"ci/gerrit/review": JOB.read_text()} if scenario.get("jenkinsfile") else {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Base")
        self.base = self.git("rev-parse", "HEAD")

    def git(self, *words):
        done = subprocess.run(
            ("git",) + words, cwd=self.path, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"git {words}: {done.stderr}"
        return done.stdout.strip()

    def write(self, files):
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def step(self, number, step):
        """Commits a step. The first one is a new commit, which the others amend."""
        if step.get("again"):
            return self.git("rev-parse", "HEAD")
        if self.scenario.get("root"):
            self.git("update-ref", "-d", "HEAD")
        if "below" in step:
            self.write(step["below"])
            self.git("add", "--all")
            self.git("commit", "--quiet", f"--message=Below\n\nChange-Id: I{self.change_id('below')}")
        if "merge" in step:
            self.git("checkout", "--quiet", "-b", "other")
            self.write(step["merge"])
            self.git("add", "--all")
            self.git("commit", "--quiet", "--message=Other")
            self.git("checkout", "--quiet", "main")
            self.write({"ours": ""})
            self.git("add", "--all")
            self.git("commit", "--quiet", "--message=Ours")
            self.base = self.git("rev-parse", "HEAD")
            self.git("merge", "--quiet", "--no-ff", "--no-commit", "other")
        for name in step.get("delete", []):
            self.git("rm", "--quiet", name)
        for name, new in step.get("rename", {}).items():
            (self.path / new).parent.mkdir(parents=True, exist_ok=True)
            self.git("mv", name, new)
        for name, target in step.get("symlink", {}).items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).symlink_to(target)
        for name, digits in step.get("bytes", {}).items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(bytes.fromhex(digits))
        self.write(step.get("write", {}))
        for name, (line, count) in step.get("repeat", {}).items():
            lines = "".join(line.replace("@", str(at)) for at in range(count))
            self.write({name: self.scenario["base"][name] + lines})
        self.git("add", "--all")
        for name, commit in step.get("submodule", {}).items():
            self.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{name}")
        message = f"Change\n\nChange-Id: I{self.change_id(self.scenario['name'])}"
        amend = ("--amend",) if number > 1 else ()
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", *amend)
        return self.git("rev-parse", "HEAD")


    @staticmethod
    def change_id(name):
        digits = "".join(f"{byte:02x}" for byte in name.encode())
        return f"{digits:0<40.40}"


def numbered(scenario):
    """The steps of a scenario, each with the number of its patch set."""
    number = 0
    for step in scenario["steps"]:
        number += not step.get("again")
        yield number, step


def job_environment(scenario, step, commit, change, **more):
    """The variables that Gerrit Trigger sets, and the options of the scenario."""
    named = {
        "GERRIT_PROJECT": scenario.get("project", scenario["name"]),
        "GERRIT_BRANCH": "main",
        "GERRIT_CHANGE_NUMBER": str(change),
        "GERRIT_PATCHSET_NUMBER": str(step),
        "GERRIT_PATCHSET_REVISION": commit,
        "GERRIT_REFSPEC": f"refs/changes/{change % 100:02}/{change}/{step}",
        "OWNLINT_GERRIT_USER": "jenkins",
    }
    if scenario.get("label"):
        named["OWNLINT_GERRIT_LABEL"] = scenario["label"]
    if scenario.get("reviewers"):
        named["OWNLINT_ADD_REVIEWERS"] = "yes"
    return environment(**{**named, **more})


def job(ownlint, directory, scenario, variables):
    """Runs the job in a work tree. Returns its exit code and what it printed to standard error."""
    command = ["python3", "-I", str(JOB), "--ownlint", str(ownlint), "--timeout", "60"]
    if scenario.get("fixes"):
        command.append("--fixes")
    done = subprocess.run(command, cwd=directory, env=variables, capture_output=True, text=True, check=False)
    assert "jenkins-token" not in done.stdout + done.stderr
    return done.returncode, [it for it in done.stderr.splitlines() if it.startswith("review: ")]
