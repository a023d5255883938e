"""Runs the job for Gerrit without a server: against recorded answers, and against servers that fail.

    python3 tests/gerrit/replay.py OWNLINT
"""

import http.server
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import harness

OWNLINT = Path(sys.argv.pop(1)).resolve()
TOKEN = "jenkins-token"


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each request as `answer` says, and keeps it."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.requests.append((self.command, self.path, body, self.headers.get("Authorization")))
        status, headers, answer = self.server.answer(self.command, self.path, body)
        data = answer.encode() if isinstance(answer, str) else (")]}'\n" + json.dumps(answer)).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Server:
    """A server on loopback for the time of a test."""

    def __init__(self, answer):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.http.answer, self.http.requests = answer, []
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def without_wording(body):
    """A request whose comments have only demand, check, ID and fences, as messages may be reworded."""
    # Some of the recorded numbers have no commas.
    body = json.loads(re.sub(r"(?<=\d),(?=\d{3}\b)", "", json.dumps(body)))
    if body and "message" in body:
        body["message"] = re.sub(r"(?m)^(\* .*\* \([\w-]+\)): .*", r"\1", body["message"])
    for of_file in ((body or {}).get("comments") or {}).values():
        for comment in of_file:
            message = comment["message"]
            for fix in comment.get("fix_suggestions", []):
                del fix["description"]
            found = re.findall(r"^\*\*[\w ]+\*\* \([\w-]+\)|```|\[finding ID\]: \w+\Z", message)
            comment["message"] = [*found, "" if message.startswith("**") else message.partition("\n")[0]]
    return body


class Replay(unittest.TestCase):
    def test_recorded_servers_get_the_same_requests(self):
        versions = sorted((harness.DATA / "recorded").iterdir())
        self.assertGreater(len(versions), 1)
        for version in versions:
            for scenario in harness.scenarios():
                if not (scenario.get("ssh") or scenario.get("jenkinsfile")):
                    with self.subTest(version=version.name, scenario=scenario["name"]):
                        self.replay(version, scenario)

    def replay(self, version, scenario):
        records = json.loads((version / f"{scenario['name']}.json").read_text())
        with tempfile.TemporaryDirectory() as scratch:
            checkout = harness.Checkout(Path(scratch) / "checkout", scenario)
            for (number, step), record in zip(harness.numbered(scenario), records):
                commit = checkout.step(number, step)
                left = list(record["requests"])

                def answer(command, path, _body):
                    expected = left.pop(0)
                    assert (expected["method"], expected["path"]) == (command, path)
                    return expected["status"], {}, expected["answer"]

                with Server(answer) as server:
                    more = {"OWNLINT_GERRIT_URL": server.url, "OWNLINT_GERRIT_TOKEN": TOKEN}
                    variables = harness.job_environment(scenario, number, commit, record["change"], **more)
                    code, _ = harness.job(OWNLINT, checkout.path, scenario, variables)
                self.assertEqual(code, record["exit"])
                self.assertEqual(left, [])
                sent = [(method, path, without_wording(body)) for method, path, body, _ in server.http.requests]
                expected = [(it["method"], it["path"], without_wording(it["body"])) for it in record["requests"]]
                self.assertEqual(sent, expected)


class Failures(unittest.TestCase):
    def setUp(self):
        scenarios = {scenario["name"]: scenario for scenario in harness.scenarios()}
        self.scenario = scenarios["blank"]
        self.record = json.loads((harness.DATA / "recorded/3.10.0/blank.json").read_text())[0]
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.checkout = harness.Checkout(Path(scratch.name) / "checkout", self.scenario)
        self.commit = self.checkout.step(1, self.scenario["steps"][0])

    def job(self, url, *arguments, **more):
        variables = harness.job_environment(self.scenario, 1, self.commit, self.record["change"], **more)
        if url:
            variables.update({"OWNLINT_GERRIT_URL": url, "OWNLINT_GERRIT_TOKEN": TOKEN})
        command = ["python3", "-I", str(harness.JOB), "--ownlint", str(OWNLINT), *arguments]
        self.left = list(self.record["requests"])
        done = subprocess.run(
            command, cwd=self.checkout.path, env=variables, capture_output=True, text=True, check=False
        )
        self.assertNotIn(TOKEN, done.stdout + done.stderr)
        return done

    def recorded(self, command, path, _body=None):
        known = [it for it in self.left if (it["method"], it["path"]) == (command, path)]
        if len(known) > 1:
            # The answer after the review is another one than before.
            self.left.remove(known[0])
        return known[0]["status"], {}, known[0]["answer"]

    def assert_fails(self, done, *texts):
        self.assertEqual(done.returncode, 2, done.stderr)
        for text in texts:
            self.assertIn(text, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_a_server_that_refuses_everything(self):
        for status, text in ((401, "user name or the token"), (404, "does not have this change"), (429, "too many")):
            headers = {"Retry-After": "30"} if status == 429 else {}
            with Server(lambda *_: (status, headers, "no\x1b[31m")) as server:
                done = self.job(server.url)
            self.assert_fails(done, text, f"{status}: no", "retry after 30" if headers else "")
            self.assertEqual(len(server.http.requests), 1)
            self.assertNotIn("\x1b", done.stderr)

    def test_a_review_that_is_refused(self):
        for status, number in ((409, 1), (429, 1), (503, 1), (400, 2), (500, 2)):
            def answer(command, path, body):
                return (status, {}, "why") if path.endswith("/review") else self.recorded(command, path)

            with Server(answer) as server:
                done = self.job(server.url)
            self.assert_fails(done, f"{status}: why")
            sent = [body for _, path, body, _ in server.http.requests if path.endswith("/review")]
            self.assertEqual(len(sent), number)
            if number == 2:
                self.assertEqual(list(sent[1]["comments"]), ["/PATCHSET_LEVEL"])
                self.assertIn("is shorter (", sent[1]["message"])
                self.assertEqual(sent[1]["labels"], sent[0]["labels"])

    def test_what_the_server_does_not_record_is_reported(self):
        def answer(command, path, body):
            status, headers, known = self.recorded(command, path)
            if path.endswith("/comments"):
                known = {}
            if path.endswith("/detail"):
                known = json.loads(json.dumps(known))
                known["labels"]["Ownership"]["all"] = []
            return status, headers, known

        with Server(answer) as server:
            done = self.job(server.url)
        self.assert_fails(done, "did not record the vote -1 on `Ownership`", "did not record 1 of the comments")

    def test_a_server_that_does_not_answer(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            started = time.monotonic()
            done = self.job(f"http://127.0.0.1:{silent.getsockname()[1]}", "--timeout", "1")
            self.assertLess(time.monotonic() - started, 20)
            self.assert_fails(done, "timed out")
            closed = silent.getsockname()[1]
        self.assert_fails(self.job(f"http://127.0.0.1:{closed}"), "refused")

    def test_no_other_server_gets_the_token(self):
        with Server(lambda *_: (200, {}, {})) as other:
            with Server(lambda *_: (302, {"Location": other.url + "/a/accounts/self"}, "")) as server:
                self.assert_fails(self.job(server.url), "302")
            self.assertEqual(other.http.requests, [])

    def test_an_answer_that_is_not_json(self):
        with Server(lambda *_: (200, {}, "<html>")) as server:
            self.assert_fails(self.job(server.url), "is not JSON")

    def test_a_dry_run_posts_nothing(self):
        with Server(self.recorded) as server:
            done = self.job(server.url, "--dry-run")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual({method for method, *_ in server.http.requests}, {"GET"})
        self.assertIn('"Ownership": -1', done.stdout)
        # It needs no server at all.
        done = self.job(None, "--dry-run")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn('"lost/x"', done.stdout)

    def test_a_token_file_and_what_is_missing(self):
        with Server(self.recorded) as server:
            token = self.checkout.path / ".git/token"
            token.write_text(TOKEN + "\n")
            done = self.job(None, "--url", server.url, "--token-file", str(token))
            self.assertEqual(done.returncode, 1, done.stderr)
            login = {authorization for *_, authorization in server.http.requests}
            self.assertEqual(login, {"Basic amVua2luczpqZW5raW5zLXRva2Vu"})
            self.assert_fails(self.job(None, "--url", server.url), "needs a user")
            self.assert_fails(self.job(None), "there is no server")
            other = "0" * 40
            self.assert_fails(self.job(server.url, GERRIT_PATCHSET_REVISION=other), "does not contain")
            self.assert_fails(self.job(server.url, GERRIT_CHANGE_NUMBER=""), "names no change")

    def test_a_merge_commit_over_ssh_without_a_list_of_files(self):
        scenarios = {scenario["name"]: scenario for scenario in harness.scenarios()}
        scenario = scenarios["merge"]
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            checkout = harness.Checkout(scratch / "server", scenario)
            commit = checkout.step(1, scenario["steps"][0])
            clone = scratch / "clone"
            checkout.git("clone", "--quiet", "--depth=1", checkout.path.as_uri(), str(clone))
            subprocess.run(("git", "fetch", "--quiet", "--depth=2", "origin", "HEAD"), cwd=clone, check=True)
            ssh = scratch / "bin/ssh"
            ssh.parent.mkdir()
            log = scratch / "log"
            ssh.write_text(f'#!/bin/sh\ncase "$*" in *query* | *upload-pack*) exit 1 ;; *-G*) exit ;; esac\necho "$@" >> {log}\ncat >> {log}\n')
            ssh.chmod(0o755)
            project = "infra/a b"
            url = f"ssh://gerrit.example.org:29418/{project}"
            variables = harness.job_environment(
                scenario, 1, commit, 12, GERRIT_PROJECT=project, GERRIT_HOST="gerrit.example.org",
                GERRIT_REFSPEC="HEAD", GIT_CONFIG_COUNT="1", GIT_CONFIG_VALUE_0=url,
                GIT_CONFIG_KEY_0=f"url.{checkout.path.as_uri()}.insteadOf",
            )
            variables["PATH"] = f"{ssh.parent}:{variables['PATH']}"
            code, notes = harness.job(OWNLINT, clone, scenario, variables)
            sent = log.read_text()
        command, _, body = sent.partition("\n")
        self.assertIn("-- jenkins@gerrit.example.org gerrit review --json --project 'infra/a b' 12,1", command)
        comments = json.loads(body)["comments"]
        # The merged branch has the other finding already, so the merge does not introduce it.
        self.assertEqual(list(comments), ["added"])
        # The server recorded nothing, and has no ref with earlier comments.
        self.assertEqual(code, 2, notes)
        self.assertIn("the earlier comments can't be read", " ".join(notes))

    def test_zuul_2_builds_a_merge_of_the_change(self):
        self.checkout.git("checkout", "--quiet", "-b", "target", self.checkout.base)
        self.checkout.write({"theirs": ""})
        self.checkout.git("add", "--all")
        self.checkout.git("commit", "--quiet", "--message=Theirs")
        self.checkout.git("merge", "--quiet", "--no-ff", "--message=Zuul", self.commit)
        zuul = {"ZUUL_PROJECT": "infra/a b", "ZUUL_CHANGE": str(self.record["change"]), "ZUUL_PATCHSET": "1"}
        none = {name: "" for name in ("GERRIT_PROJECT", "GERRIT_CHANGE_NUMBER", "GERRIT_PATCHSET_NUMBER")}
        with Server(self.recorded) as server:
            done = self.job(server.url, **zuul, **none)
        self.assertEqual(done.returncode, 1, done.stderr)
        [review] = [body for _, path, body, _ in server.http.requests if path.endswith("/review")]
        self.assertEqual(list(review["comments"]), ["lost/x"])


if __name__ == "__main__":
    unittest.main()
