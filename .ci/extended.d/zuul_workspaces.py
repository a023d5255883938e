"""Runs the job in workspaces that the merger of Zuul prepares, in each merge mode.

Called by `.ci/extended zuul` with the program.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import zuul
import zuul.model
from scratch import FAULTY_MAP, MAP, PROJECT, Repository, run
from zuul.merger.merger import Merger, SparsePaths

PROGRAM = Path(sys.argv[1]).resolve()
PLUGINS = Path(zuul.__file__).parent / "ansible/base/action"

TOPIC = ["t1", "t2", "t3"]
# Of each merge mode: the number of commits and the unowned files that the job finds in three commits. Zuul takes one
# commit from a change that it cherry-picks, as a change in Gerrit has one.
MODES = {
    "merge": (3, TOPIC),
    "merge-resolve": (3, TOPIC),
    "merge-recursive": (3, TOPIC),
    "merge-ort": (3, TOPIC),
    "cherry-pick": (1, ["t3"]),
    "squash-merge": (1, TOPIC),
    "rebase": (3, TOPIC),
    "rebase-first-parent": (3, TOPIC),
}
# Of other changes, with the modes for GitHub and GitLab: the exit code and the unowned files.
CHANGES = {"owned": (0, []), "merged": (1, ["t1"]), "faulty": (2, [])}


class Source:
    def __init__(self, repository):
        self.repository = repository

    def getProject(self, name):
        return SimpleNamespace(name=name, canonical_hostname="git.example.org")

    def getGitUrl(self, project):
        return f"file://{self.repository.path}"

    def getRetryTimeout(self, project):
        return None


class Connections:
    connections = {"github": SimpleNamespace(connection_config={})}

    def __init__(self, repository):
        self.repository = repository

    def getSource(self, name):
        return Source(self.repository)


def upstream(path):
    """A repository with pull requests, whose branch `main` has not moved since they started."""
    repository = Repository(path)
    first = repository.commit({"ownership.yaml": MAP, "old": "", "owned/file": ""})

    def request(name, *commits, start=first):
        repository.git("checkout", "--quiet", "--detach", start)
        for files in commits:
            repository.commit(files)
        repository.git("update-ref", f"refs/pull/{name}/head", "HEAD")

    request("topic", *({name: name} for name in TOPIC))
    request("ahead", {"ahead": "ahead"})
    request("owned", {"owned/new": "1"}, {"owned/newer": "2"})
    request("faulty", {"ownership.yaml": FAULTY_MAP})
    # A pull request that has merged a branch that has moved.
    repository.git("checkout", "--quiet", "main")
    moved = repository.commit({"moved": "moved"})
    request("merged", {"t1": "t1"})
    repository.git("merge", "--quiet", "--message=Merge", moved)
    repository.git("update-ref", "refs/pull/merged/head", "HEAD")
    repository.git("checkout", "--quiet", "-B", "main", first)
    return repository, moved


def prepare(repository, scratch, mode, queue):
    """Prepares the workspace of the last change of a queue: what the executor has, and what it copies to a node."""

    def item(name):
        return {
            "connection": "github", "project": "p", "branch": "main", "ref": f"refs/pull/{name}/head", "number": name,
            "patchset": "x", "merge_mode": zuul.model.MERGER_MAP[mode], "buildset_uuid": name, "configured_time": None,
        }

    merger = Merger(
        tempfile.mkdtemp(dir=scratch), Connections(repository), None, "zuul@example.org", "zuul", "1000", "30",
        execution_context=True,
    )
    workspace = merger.getRepo("github", "p", sparse_paths=SparsePaths.FULL)
    workspace.reset()
    main = repository.git("rev-parse", "main")
    # As `AnsibleJob._execute` and `doMergeChanges` in zuul/executor/server.py do it.
    merged = merger.mergeChanges(
        [item(name) for name in queue], repo_state={"github": {"p": {"refs/heads/main": main}}},
        recent={("github", "p", "main"): main},
    )
    assert merged, f"{mode}: {queue} was not merged"
    workspace.setRef("refs/heads/main", merged[3]["github", "p", "main"])
    workspace.checkout("main", sparse_paths=SparsePaths.FULL)
    workspace.setRemoteUrl("file:///dev/null")
    # As the role mirror-workspace-git-repos of zuul-jobs does it.
    node = Repository(tempfile.mkdtemp(dir=scratch) + "/node")
    node.git("config", "receive.denyCurrentBranch", "ignore")
    run("git", "push", "--quiet", "--mirror", str(node.path), cwd=workspace.local_path)
    node.git("remote", "add", "origin", "file:///dev/null")
    node.git("checkout", "--quiet", "--force", "main")
    return Path(workspace.local_path), node.path


def check(workspace, code):
    """Checks the change with the command of the playbook. Returns the number of commits, and the unowned files."""
    [command] = re.findall(r"ansible\.builtin\.command: ownlint (.*)", (PROJECT / "ci/gerrit/zuul-run.yaml").read_text())
    shown = run(PROGRAM, *command.split(), cwd=workspace, code=code)
    returned = json.loads((workspace / "ownlint.json").read_text())["zuul"]
    commits = re.findall(r"^checked: (\d+) commits? since \w{12} \(origin/main as prepared by Zuul\)", shown, re.M)
    # People and Zuul get the same findings.
    commented = sorted(path for path in returned["file_comments"] if path != "ownership.yaml")
    assert sorted(re.findall(r"^ *× (\S+) has no owner", shown, re.M)) == commented, shown
    return [int(number) for number in commits], commented


def playbook(workspace, code, program=PROGRAM):
    """Runs the playbook, and returns its output and what it returned to Zuul."""
    job = Path(tempfile.mkdtemp(dir=workspace.parent))
    (job / "work").mkdir()
    (job / "work/results.json").touch()
    python = Path(sys.executable)
    shown = run(
        python.with_name("ansible-playbook"), "--inventory", "localhost,", "--connection", "local",
        "--extra-vars", json.dumps({
            "ansible_python_interpreter": str(python), "zuul": {"project": {"src_dir": str(workspace)}},
        }),
        PROJECT / "ci/gerrit/zuul-run.yaml", cwd=job, code=code, ZUUL_JOBDIR=str(job), HOME=str(job),
        ANSIBLE_ACTION_PLUGINS=str(PLUGINS), PATH=f"{program.parent}:{python.parent}:{os.environ['PATH']}",
    )
    returned = (job / "work/results.json").read_text()
    return shown, json.loads(returned)["data"]["zuul"] if returned else {}


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        repository, moved = upstream(scratch / "upstream")
        for state in ("unmoved", "moved"):
            for mode, expected in MODES.items():
                for queue in (["topic"], ["ahead", "topic"]):
                    for workspace in prepare(repository, scratch, mode, queue):
                        commits, files = check(workspace, 1)
                        assert ([expected[0]], expected[1]) == (commits, files), (state, mode, queue, commits, files)
            for mode in ("merge", "squash-merge"):
                for change, (code, expected) in CHANGES.items():
                    if change == "merged" and state == "unmoved":
                        continue
                    for workspace in prepare(repository, scratch, mode, [change]):
                        _, files = check(workspace, code)
                        assert files == expected, (state, mode, change, files)
            print(f"zuul: {len(MODES)} merge modes, {state} branch: ok")
            repository.git("checkout", "--quiet", "-B", "main", moved)

        for change, code, paths in (
            ("topic", 2, TOPIC), ("owned", 0, []), ("faulty", 2, ["ownership.yaml"]),
        ):
            [_, workspace] = prepare(repository, scratch, "merge", [change])
            shown, returned = playbook(workspace, code)
            assert sorted(returned.get("file_comments", {})) == paths, (shown, returned)
        # A node that got the change in another way.
        run("git", "remote", "remove", "origin", cwd=workspace)
        (workspace / "ownlint.json").unlink()
        shown, returned = playbook(workspace, 2)
        assert not returned and "because ownlint does not recognize this CI environment" in shown, shown
        # A node without ownlint.
        shown, returned = playbook(workspace, 2, scratch / "missing/ownlint")
        assert not returned and "No such file or directory" in shown, shown
        print("zuul: ci/gerrit/zuul-run.yaml: ok")


main()
