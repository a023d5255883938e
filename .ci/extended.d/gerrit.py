"""Runs the job for Gerrit on all scenarios against one real server.

Called by `.ci/extended gerrit` with the version, the Java program, the directory of the server's jars, and
ownlint. Compares what a reviewer sees with tests/gerrit/expected. With OWNLINT_UPDATE_EXPECTED=1 it writes
that, and the requests and answers to tests/gerrit/recorded.
"""

import base64
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "tests/gerrit"))
import harness  # noqa: E402

VERSION, JAVA, LIBRARIES, OWNLINT = sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve(), Path(sys.argv[4]).resolve()
UPDATE = os.environ.get("OWNLINT_UPDATE_EXPECTED") == "1"
# Without this experiment, a server rejects or drops suggested fixes.
FIX_EXPERIMENT = "GerritBackendFeature__allow_fix_suggestions_in_comments"
# How many comments on a file are shown if there are many.
SHOWN = 6
# Keys of a server's answers that the job reads.
USED = {
    "files": None,
    "detail": {"labels", "permitted_labels", "status", "messages"},
    "comments": None,
    "self": {"_account_id"},
    "review": {"labels"},
    "reviewers": {"reviewers", "error", "input"},
}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """A Gerrit with an administrator, an account for the job and one for a reviewer."""

    def __init__(self, site, accepts_fixes):
        self.port, self.ssh = free_port(), free_port()
        self.log = (site / "log").open("w")
        starter = PROJECT / "tests/gerrit/server/GerritServer.java"
        command = [JAVA, "-Xmx512m", "-cp", f"{LIBRARIES}/*", starter, site / "site", str(self.port), str(self.ssh)]
        command += [FIX_EXPERIMENT] if accepts_fixes else []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        lines = iter(self.process.stdout.readline, "")
        assert any(line.strip() == "READY" for line in lines), (site / "log").read_text()[-2000:]
        threading.Thread(target=lambda: list(lines), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.set_up(site)

    def send(self, method, path, body=None, login="admin:secret"):
        secret = base64.b64encode(login.encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/a{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from None
        return json.loads(text[4:]) if text.startswith(")]}'") else text

    def set_up(self, site):
        self.key = site / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        public = self.key.with_suffix(".pub").read_text().strip()
        for name, password in (("jenkins", "jenkins-token"), ("reviewer", "x"), ("owner-a", "x")):
            account = {"name": name, "email": f"{name}@example.org", "http_password": password}
            if name == "jenkins":
                account.update({"groups": ["Service Users"], "ssh_key": public})
            self.send("PUT", f"/accounts/{name}", account)
        groups = self.send("GET", "/groups/")
        admins, services = groups["Administrators"]["id"], groups["Service Users"]["id"]

        def allow(group, **more):
            return {"rules": {group: {"action": "ALLOW", **more}}}

        for label in ("Ownership", "Locked"):
            values = {"-1": "Errors", " 0": "No result", "+1": "No errors"}
            self.send("PUT", f"/projects/All-Projects/labels/{label}", {"values": values, "function": "NoBlock"})
        permissions = {"push": allow(admins, force=True), "label-Ownership": allow(services, min=-1, max=1)}
        permissions["label-Ownership"]["label"] = "Ownership"
        access = {"refs/heads/*": {"permissions": permissions}}
        merges = {"refs/for/refs/heads/*": {"permissions": {"pushMerge": allow(admins)}}}
        self.send("POST", "/projects/All-Projects/access", {"add": {**access, **merges}})

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.log.close()


class Recorder(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the server and keeps them."""

    target, requests = None, []

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if self.headers[name]}
        request = urllib.request.Request(self.target + self.path, body, headers, method=self.command)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        self.requests.append((self.command, self.path, body, status, text))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def recorded(command, path, body, status, text):
    """A request with as much of its answer as the job reads."""
    text = text.decode()
    answer = text
    if text.startswith(")]}'"):
        answer = json.loads(text[4:])
        used = USED[path.rsplit("/", 1)[-1]]
        if used:
            answer = {key: value for key, value in answer.items() if key in used}
        if path.endswith("/detail"):
            answer["messages"] = [without_server(it) for it in answer["messages"]]
        if path.endswith("/files"):
            answer = {name: {} for name in answer}
        if path.endswith("/comments"):
            answer = {name: [without_server(it) for it in of_file] for name, of_file in answer.items()}
    body = json.loads(body) if body else None
    return {"method": command, "path": path, "body": body, "status": status, "answer": answer}


def lines(records):
    """A step and its requests, each on a line."""
    def line(value):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)

    steps = []
    for record in records:
        requests = ",\n".join(map(line, record["requests"]))
        rest = {key: value for key, value in record.items() if key != "requests"}
        steps.append(line(rest)[:-1] + f', "requests": [\n{requests}\n]}}')
    return "[" + ",\n".join(steps) + "]\n"


def without_server(comment):
    server = ("commit_id", "change_message_id", "real_author", "date", "accounts_in_message")
    left = {key: value for key, value in comment.items() if key not in server}
    return {**left, "author": {"_account_id": comment["author"]["_account_id"]}}


def shown(server, change, scenario, code, notes):
    """What a reviewer sees: messages of the job, comments and votes."""
    lines = [f"exit {code}", *notes]
    detail = server.send("GET", f"/changes/{change}/detail")
    for message in detail["messages"]:
        if message["author"].get("_account_id") == server.jenkins:
            lines.append(f"message: {message['message']}")
    for label in ("Ownership", "Locked"):
        for vote in detail["labels"][label].get("all", []):
            if vote.get("value"):
                lines.append(f"vote: {label} {vote['value']:+d}")
    for state, people in sorted(detail["reviewers"].items()):
        lines += sorted(f"{state}: {it['name']}" for it in people)
    comments = server.send("GET", f"/changes/{change}/comments")
    for path, of_file in sorted(comments.items()):
        # Times are in seconds, so they give no order.
        of_file.sort(key=lambda it: (it["patch_set"], it.get("line", 0), "in_reply_to" in it, it["message"]))
        left = of_file[SHOWN:] if len(of_file) > 2 * SHOWN else []
        for it in of_file[: len(of_file) - len(left)]:
            fixes = it.get("fix_suggestions", [])
            state = "unresolved" if it["unresolved"] else "resolved"
            author = "" if it["author"]["_account_id"] == server.jenkins else "other, "
            reply = ", reply" if "in_reply_to" in it else ""
            place = f"{path}:{it.get('line', 'file')}"
            if "range" in it:
                place += " {start_line}.{start_character}-{end_line}.{end_character}".format(**it["range"])
            lines.append(f"comment: {place} (patch set {it['patch_set']}, {author}{state}{reply}) {it['message']}")
            lines += [f"fix: {fix['description']}" for fix in fixes]
        if left:
            lines.append(f"comment: {len(left)} more on {path}")
    text = "\n".join(line.replace("\n", "\n    ") for line in lines) + "\n"
    return re.sub(r"127\.0\.0\.1:\d+", "SERVER", text)


def answer(server, change, comments, answers):
    for path, reply in answers.items():
        root = comments[path][0]
        body = {**reply, "in_reply_to": root["id"], **({"line": root["line"]} if "line" in root else {})}
        server.send("POST", f"/changes/{change}/revisions/current/review", {"comments": {path: [body]}}, "reviewer:x")


def apply_fixes(server, change, paths):
    """Applies the suggested fixes of these files, as a click in the review does. Returns the files of the edit."""
    comments = server.send("GET", f"/changes/{change}/revisions/current/comments")
    lines = []
    for path in paths:
        [fix] = comments[path][0]["fix_suggestions"]
        server.send("POST", f"/changes/{change}/revisions/current/fixes/{fix['fix_id']}/apply", {})
        text = server.send("GET", f"/changes/{change}/edit/{urllib.parse.quote(path, safe='')}")
        lines.append(f"edit: {path}: {base64.b64decode(text).decode()!r}\n")
    return "".join(lines)


def jenkinsfile(directory, variables):
    """Runs the shell steps of the Jenkinsfile, as the agent does."""
    text = (PROJECT / "ci/gerrit/Jenkinsfile").read_text()
    steps = re.findall(r"sh '''(.*?)'''|sh '([^'\n]*)'", text, re.S)
    code, output = 0, ""
    for step in steps:
        done = subprocess.run(
            ["sh", "-xe", "-c", step[0] or step[1]], cwd=directory, env=variables, capture_output=True, text=True
        )
        code, output = done.returncode, output + done.stdout + done.stderr
        if code:
            break
    assert "REPLACED" not in output and "jenkins-token" not in output, output
    return code, [it for it in output.splitlines() if it.startswith("review: ")]


def run(server, proxy, scratch, scenario):
    project = scenario.get("project", scenario["name"])
    server.send("PUT", f"/projects/{urllib.parse.quote(project, safe='')}", {"branches": ["main"]})
    checkout = harness.Checkout(scratch / scenario["name"], scenario)
    remote = f"http://admin:secret@127.0.0.1:{server.port}/a/{urllib.parse.quote(project)}"
    texts, records, change = [], [], None
    for run_number, (number, step) in enumerate(harness.numbered(scenario), 1):
        commit = checkout.step(number, step)
        if run_number == 1 and not scenario.get("root"):
            checkout.git("push", "--quiet", remote, f"{checkout.base}:refs/heads/main")
        if "merge" in step:
            checkout.git("push", "--quiet", remote, "other:refs/heads/other")
        if not step.get("again"):
            checkout.git("push", "--quiet", remote, "HEAD:refs/for/main")
        if change is None:
            change = server.send("GET", f"/changes/?q=commit:{commit}")[0]["_number"]
        more = {"GERRIT_HOST": "127.0.0.1", "GERRIT_PORT": str(server.port), "GERRIT_SCHEME": "http"}
        if scenario.get("ssh"):
            more["GERRIT_PORT"] = str(server.ssh)
        else:
            more["OWNLINT_GERRIT_URL"] = proxy
            more["OWNLINT_GERRIT_TOKEN"] = "jenkins-token"
        variables = harness.job_environment(scenario, number, commit, change, **more)
        work = scratch / f"{scenario['name']}-{run_number}"
        work.mkdir()
        Recorder.requests.clear()
        programs = scratch / "programs"
        variables["PATH"] = f"{programs}:{variables['PATH']}"
        variables["WORKSPACE_TMP"] = str(work) + "@tmp"
        if scenario.get("jenkinsfile"):
            code, notes = jenkinsfile(work, variables)
        else:
            read = f"http://127.0.0.1:{server.port}/{urllib.parse.quote(project)}"
            for words in (
                ("init", "--quiet", "."),
                ("fetch", "--quiet", "--depth=2", read, variables["GERRIT_REFSPEC"]),
                ("checkout", "--quiet", "--force", "FETCH_HEAD"),
            ):
                subprocess.run(("git",) + words, cwd=work, env=variables, check=True)
            code, notes = harness.job(OWNLINT, work, scenario, variables)
        records.append({"change": change, "requests": [recorded(*it) for it in Recorder.requests], "exit": code})
        again = ", again" if step.get("again") else ""
        texts.append(f"== patch set {number}{again}\n{shown(server, change, scenario, code, notes)}")
        if "apply" in step:
            texts.append(apply_fixes(server, change, step["apply"]))
        if "answer" in step:
            answer(server, change, server.send("GET", f"/changes/{change}/comments"), step["answer"])
        if step.get("submit"):
            server.send("POST", f"/changes/{change}/revisions/current/review", {"labels": {"Code-Review": 2}})
            server.send("POST", f"/changes/{change}/submit", {})
            texts.append("submitted\n")
    return "\n".join(texts), records


def main():
    failed = []
    for accepts_fixes in (False, True):
        scenarios = [it for it in harness.scenarios() if it.get("accepts_fixes", False) == accepts_fixes]
        wanted = os.environ.get("SCENARIOS", "").split() or [it["name"] for it in scenarios]
        scenarios = [it for it in scenarios if it["name"] in wanted]
        if scenarios:
            with tempfile.TemporaryDirectory() as scratch:
                failed += run_all(Path(scratch), scenarios, accepts_fixes)
    sys.exit(1 if failed else 0)


def run_all(scratch, scenarios, accepts_fixes):
    """Runs scenarios on one server. Returns the names of those that differ from what is expected."""
    failed = []
    server = Server(scratch, accepts_fixes)
    try:
        server.jenkins = server.send("GET", "/accounts/jenkins")["_account_id"]
        programs = scratch / "programs"
        programs.mkdir()
        (programs / "ownlint").symlink_to(OWNLINT)
        ssh = f"#!/bin/sh\nexec /usr/bin/env -u DISPLAY {real('ssh')} -F /dev/null -i '{server.key}' -l jenkins " \
            "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \"$@\"\n"
        (programs / "ssh").write_text(ssh)
        (programs / "ssh").chmod(0o755)
        Recorder.target = server.url
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{proxy.server_port}"
        for scenario in scenarios:
            name = scenario["name"]
            text, records = run(server, url, scratch, scenario)
            expected = harness.DATA / f"expected/{name}.txt"
            if UPDATE:
                expected.parent.mkdir(parents=True, exist_ok=True)
                expected.write_text(text)
                record = harness.DATA / f"recorded/{VERSION}/{name}.json"
                record.parent.mkdir(parents=True, exist_ok=True)
                record.write_text(lines(records))
            is_same = expected.exists() and expected.read_text() == text
            print(f"gerrit {VERSION}: {name}: {'as expected' if is_same else 'DIFFERS'}", flush=True)
            if not is_same:
                failed.append(name)
                print(text)
    finally:
        server.stop()
    return failed


def real(program):
    found = subprocess.run(["sh", "-c", f"command -v {program}"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


main()
