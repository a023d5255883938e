"""Runs the hooks in the situations in which pre-commit, prek and git call them.

Called by `.ci/extended hooks` with the program. The programs of pre-commit and prek are on the path.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scratch import FAULTY_MAP, MAP, PROJECT, Repository, environment

PROGRAM = Path(sys.argv[1]).resolve()
# What each hook has in its repository before a situation: one finding that existed before.
START = {"ownership.yaml": MAP, "old": "", "owned/file": "1\n2\n3\n4\n5\n6\n7\n8\n9\n"}


class Hooked(Repository):
    """A repository with an installed hook."""

    def __init__(self, path, tool, hooks):
        super().__init__(path)
        self.tool = tool
        self.home = path.parent / "home"
        self.home.mkdir(exist_ok=True)
        config = {}
        if tool != "git":
            [repository, revision] = hooks
            config[".pre-commit-config.yaml"] = (
                f"repos:\n- repo: file://{repository}\n  rev: {revision}\n  hooks:\n  - id: ownlint-system\n"
            )
        self.commit({**START, **config})
        if tool == "git":
            assert self.try_to(PROGRAM, "hook", "install")[0] == 0
        else:
            kinds = ("--hook-type", "pre-commit", "--hook-type", "pre-merge-commit")
            assert self.try_to(tool, "install", *kinds)[0] == 0

    def try_to(self, *words, **more):
        """Runs a program as a person does. Returns its exit code and everything that it prints."""
        cwd = more.pop("cwd", self.path)
        done = subprocess.run(
            words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env=environment(
                HOME=str(self.home), PATH=f"{PROGRAM.parent}:{os.environ['PATH']}",
                PRE_COMMIT_HOME=str(self.home / "pre-commit"), PREK_HOME=str(self.home / "prek"), **more,
            ),
        )
        return done.returncode, done.stdout

    def add(self, **files):
        self.write(files)
        self.git("add", "--", *files)

    def unhooked(self, files):
        """Commits files without the hook."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", f"--message={' '.join(files)}")
        return self.git("rev-parse", "HEAD")


SITUATIONS = []


def situation(accepted, *files, tools=("pre-commit", "prek", "git"), says=""):
    """A situation: whether the hook accepts it, the unowned files that it reports and something that it prints."""

    def register(function):
        SITUATIONS.append((function, accepted, sorted(files), tools, says))
        return function

    return register


def commit(repository, *more, **options):
    return repository.try_to("git", "commit", "--message=second", *more, **options)


@situation(False, "staged")
def unowned_file(repository):
    repository.write({"unstaged": ""})
    repository.add(staged="1")
    return commit(repository)


@situation(True)
def owned_file(repository):
    repository.write({"unstaged": ""})
    repository.add(**{"owned/new": "1"})
    return commit(repository)


@situation(True)
def fixed_before_commit(repository):
    repository.add(staged="1")
    assert commit(repository)[0] == 1
    repository.git("mv", "staged", "owned/staged")
    return commit(repository)


@situation(True)
def partially_staged_file(repository):
    repository.write({"owned/file": "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"})
    repository.git("add", "owned/file")
    repository.write({"owned/file": "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"})
    return commit(repository)


@situation(False, "owned/")
def partially_staged_map(repository):
    repository.add(**{"ownership.yaml": MAP.replace("owned/]", "other/]")})
    repository.write({"ownership.yaml": MAP})
    return commit(repository)


@situation(True)
def intent_to_add(repository):
    repository.write({"intended": "1"})
    repository.git("add", "--intent-to-add", "intended")
    repository.add(**{"owned/new": "1"})
    return commit(repository)


@situation(False, "new")
def commit_all(repository):
    repository.write({"owned/file": "1\n"})
    repository.add(new="1")
    return commit(repository, "--all")


@situation(True)
def only_a_path(repository):
    repository.add(new="1")
    repository.write({"owned/file": "1\n"})
    return commit(repository, "--", "owned/file")


@situation(False, "lost")
def rename(repository):
    repository.git("mv", "owned/file", "lost")
    return commit(repository)


@situation(True)
def rename_that_fixes(repository):
    repository.git("mv", "old", "owned/old")
    return commit(repository)


@situation(True)
def deletion(repository):
    repository.git("rm", "--quiet", "old")
    return commit(repository)


@situation(True)
def mode(repository):
    repository.git("update-index", "--chmod=+x", "old")
    return commit(repository)


@situation(True)
def changed_unowned_file(repository):
    repository.add(old="more")
    return commit(repository)


@situation(False, "new")
def amended_content(repository):
    repository.unhooked({"owned/more": "1"})
    repository.add(new="1")
    return commit(repository, "--amend")


@situation(True)
def amended_message(repository):
    repository.unhooked({"new": "1"})
    return commit(repository, "--amend")


@situation(True)
def empty_commit(repository):
    repository.unhooked({"new": "1"})
    return commit(repository, "--allow-empty")


@situation(False, "sub/")
def subdirectory(repository):
    repository.add(**{"sub/new": "1"})
    return commit(repository, cwd=repository.path / "sub")


@situation(False, "new")
def worktree(repository):
    other = repository.path.with_name("other")
    repository.git("worktree", "add", "--quiet", str(other), "-b", "other")
    (other / "new").write_text("1")
    assert repository.try_to("git", "add", "new", cwd=other)[0] == 0
    return commit(repository, cwd=other)


@situation(False, "new")
def split_index(repository):
    repository.git("update-index", "--split-index")
    repository.add(new="1")
    return commit(repository)


@situation(False, "new")
def sparse_index(repository):
    repository.unhooked({"away/file": "", "ownership.yaml": MAP.replace("owned/]", "owned/, away/]")})
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "owned")
    repository.add(new="1")
    return commit(repository)


@situation(False, "new")
def git_directory(repository):
    repository.add(new="1")
    where = f"--git-dir={repository.path}/.git", f"--work-tree={repository.path}"
    return repository.try_to("git", *where, "commit", "--message=second")


def branches(repository, topic, main):
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.unhooked(topic)
    repository.git("checkout", "--quiet", "main")
    repository.unhooked(main)
    repository.git("checkout", "--quiet", "topic")


@situation(True)
def merge_of_main(repository):
    branches(repository, {"owned/a": "1"}, {"new": "1"})
    return repository.try_to("git", "merge", "--no-edit", "main")


@situation(True)
def merge_with_a_conflict(repository):
    branches(repository, {"owned/file": "ours"}, {"owned/file": "theirs", "new": "1"})
    assert repository.try_to("git", "merge", "--no-edit", "main")[0] == 1
    repository.add(**{"owned/file": "both"})
    return commit(repository)


@situation(False, "b/")
def merge_that_introduces(repository):
    # One branch adds a file to a directory that the other one no longer covers.
    two = MAP.replace("owned/]", "owned/, b/]")
    repository.unhooked({"ownership.yaml": two, "b/file": ""})
    branches(repository, {"b/new": "1"}, {"ownership.yaml": MAP})
    repository.git("checkout", "--quiet", "main")
    repository.git("rm", "--quiet", "b/file")
    repository.git("commit", "--quiet", "--no-verify", "--message=x")
    repository.git("checkout", "--quiet", "topic")
    return repository.try_to("git", "merge", "--no-edit", "main")


@situation(False, "new")
def squash(repository):
    branches(repository, {"new": "1"}, {"owned/a": "1"})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--squash", "topic")
    return commit(repository)


@situation(False, says="is not a team")
def faulty_map(repository):
    repository.add(**{"ownership.yaml": FAULTY_MAP})
    return commit(repository)


@situation(True)
def skipped(repository):
    repository.add(new="1")
    return commit(repository, "--no-verify")


MANAGERS = ("pre-commit", "prek")


@situation(False, "new", tools=MANAGERS)
def range_of_refs(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.unhooked({"new": "1"})
    repository.unhooked({"owned/more": "1"})
    return repository.try_to(repository.tool, "run", "--from-ref", first, "--to-ref", "HEAD", CI="true")


@situation(True, tools=MANAGERS)
def range_of_refs_that_introduces_nothing(repository):
    repository.unhooked({"new": "1"})
    first = repository.git("rev-parse", "HEAD")
    repository.unhooked({"owned/more": "1"})
    return repository.try_to(repository.tool, "run", "--from-ref", first, "--to-ref", "HEAD", CI="true")


@situation(False, "new", tools=MANAGERS)
def range_that_is_not_checked_out(repository):
    branches(repository, {"new": "1"}, {"owned/a": "1"})
    repository.git("checkout", "--quiet", "main")
    return repository.try_to(repository.tool, "run", "--from-ref", "main", "--to-ref", "topic")


@situation(False, "old", tools=MANAGERS)
def all_files_in_ci(repository):
    return repository.try_to(repository.tool, "run", "--all-files", CI="true")


@situation(True, tools=MANAGERS)
def all_files_in_ci_without_findings(repository):
    repository.git("mv", "old", "owned/old")
    repository.git("commit", "--quiet", "--no-verify", "--message=x")
    return repository.try_to(repository.tool, "run", "--all-files", CI="true")


@situation(True, tools=MANAGERS, says="no staged change")
def all_files_outside_ci(repository):
    # Without this option, pre-commit and prek print only what a failed hook prints.
    return repository.try_to(repository.tool, "run", "--all-files", "--verbose")


def main():
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        hooks = Repository(scratch / "hooks")
        revision = hooks.commit({".pre-commit-hooks.yaml": (PROJECT / ".pre-commit-hooks.yaml").read_text()})
        for tool in ("pre-commit", "prek", "git"):
            for function, accepted, files, tools, says in SITUATIONS:
                if tool not in tools:
                    continue
                place = scratch / tool / function.__name__
                place.mkdir(parents=True)
                repository = Hooked(place / "repository", tool, (hooks.path, revision))
                code, output = function(repository)
                reported = sorted(set(re.findall(r"([^ `:]+)`? has no owner", output)))
                what = f"{tool}: {function.__name__}: exit code {code}, {reported}\n{output}"
                assert (code == 0) == accepted and reported == files, what
                assert says in output, what
                count += 1
            print(f"hooks: {tool}: ok")
    print(f"hooks: {count} situations hold")


main()
