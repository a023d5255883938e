"""Types commands in real shells, presses Tab, and compares what the user sees."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import pexpect

PROGRAM = pathlib.Path(sys.argv[1]).resolve()

# What is typed before Tab, and the command line after it, if there is only one candidate.
COMPLETED = [
    ("ownlint expl", "ownlint explain "),
    ("ownlint explain unmatched-r", "ownlint explain unmatched-rule "),
    ("ownlint check --only unmatched-ru", "ownlint check --only unmatched-rule"),
    ("ownlint check --only unowned-path,unmatched-ru", "ownlint check --only unowned-path,unmatched-rule"),
    ("ownlint check --fail-on warn", "ownlint check --fail-on warning "),
    ("ownlint check --repository pup", "ownlint check --repository puppet "),
    ("ownlint components --kind puppet-ro", "ownlint components --kind puppet-role "),
    ("ownlint components --team data-pe", "ownlint components --team data-persistence "),
    ("ownlint components --kind=puppet-ro", "ownlint components --kind=puppet-role "),
    ("ownlint who data-pe", "ownlint who data-persistence "),
    ("ownlint who puppet/modules/mar", "ownlint who puppet/modules/mariadb/"),
    ("ownlint who helm-chart:kas", "ownlint who helm-chart:kask "),
    ("ownlint who kask-service helm-chart:kas", "ownlint who kask-service helm-chart:kask "),
    ("ownlint --config other/map.yaml who on", "ownlint --config other/map.yaml who only-here "),
    ("ownlint generate mark", "ownlint generate markdown "),
]

# What is typed before Tab, some of the candidates, and what must not be shown.
LISTED = [
    ("ownlint check --to", [], ["--today"]),
    ("ownlint check --", ["--since", "--staged", "--format"], ["--today"]),
    ("ownlint explain un", ["unmatched-rule", "unowned-path"], []),
    ("ownlint who helm", ["helm-chart:", "helm-subchart:"], []),
]

# Names of files that a shell must not run.
HOSTILE = ["y$(touch RUN)", "y`touch RUN`", "y;touch RUN;", "y\ntouch RUN\n", "y'\"$(touch RUN)", "y* $(touch RUN)"]

OTHER_MAP = "version: 1\nteams:\n  only-here: {}\n"


def start(shell, directory):
    """Returns an interactive shell that completes ownlint."""
    variables = {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
        "HOME": str(directory),
        "TERM": "dumb" if shell != "fish" else "xterm",
        "LANG": "C.UTF-8",
        "ZDOTDIR": str(directory),
    }
    command = {"bash": "bash --norc --noprofile", "zsh": "zsh -f", "fish": "fish --no-config"}[shell]
    child = pexpect.spawn(
        command, cwd=str(directory), env=variables, encoding="utf-8", timeout=20, dimensions=(200, 200)
    )
    setup = {
        "bash": "bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 1000'; bind 'set page-completions off'; PS1='READY> '; source <(ownlint completions bash)",
        "zsh": "PS1='READY> '; unsetopt zle_bracketed_paste prompt_sp; autoload -U compinit; compinit -u; source <(ownlint completions zsh)",
        "fish": "function fish_prompt; echo 'READY> '; end; ownlint completions fish | source",
    }[shell]
    child.sendline(setup)
    child.expect("READY> ")
    return child


def screen(child, typed):
    """Types text and Tab, and returns what the shell shows until it is quiet."""
    child.send("\x15")
    drain(child)
    child.send(typed + "\t")
    return drain(child)


def drain(child):
    text = ""
    while True:
        try:
            text += child.read_nonblocking(4096, timeout=1.5)
        except pexpect.TIMEOUT:
            return re.sub(r"\x1b\[[0-9;?>=]*[A-Za-z]|\x1b[()=>][A-Z0-9]?|\x1b\][^\x07\x1b]*(\x07|\x1b\\)", "", text)


def main():
    project = pathlib.Path.cwd()
    failures = []
    count = 0
    for shell in sys.argv[2:] or ["bash", "zsh", "fish"]:
        with tempfile.TemporaryDirectory() as scratch:
            directory = pathlib.Path(scratch).resolve()
            subprocess.run(["cp", "-r", *map(str, (project / "fixtures").glob("[adp]*")), scratch], check=True)
            shipped = (project / "ownership.yaml").read_text()
            (directory / "ownership.yaml").write_text(shipped.replace("path: fixtures/", "path: "))
            (directory / "other").mkdir()
            (directory / "other/map.yaml").write_text(OTHER_MAP)
            child = start(shell, directory)
            drain(child)
            for typed, expected in COMPLETED:
                count += 1
                shown = screen(child, typed)
                if expected.rstrip() not in shown.replace("\r", "").replace("\n", "").replace("\x08", "").replace("\x07", ""):
                    failures.append(f"{shell}: {typed!r}: {shown!r}")
            for typed, expected, hidden in LISTED:
                count += 1
                shown = screen(child, typed)
                missing = [name for name in expected if name not in shown]
                if missing or any(name in shown for name in hidden):
                    failures.append(f"{shell}: {typed!r}: {missing} missing in {shown!r}")
            for name in HOSTILE:
                count += 1
                (directory / name).write_text("")
                shown = screen(child, f"ownlint who {name[0]}")
                child.send("\n")
                drain(child)
                if (directory / "RUN").exists():
                    failures.append(f"{shell}: {name!r} was run: {shown!r}")
                    (directory / "RUN").unlink()
                (directory / name).unlink()
            child.close(force=True)
    for failure in failures:
        print(failure)
    print(f"completion: {count - len(failures)} of {count} as expected")
    sys.exit(bool(failures))


main()
