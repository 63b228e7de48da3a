"""The pipeline that `okr init` writes, run by gitlab-ci-local in clones of a real repository, against a sandbox: a merge request
with mistakes, one with a plan, its merge, an edit by hand, and a revert."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from checks import ROOT, check, okr
from sandbox import Sandbox

RUNNER = Path(os.environ["NODE_MODULES"]) / ".bin" / "gitlab-ci-local"
JOB_TOKEN = "sandbox-ci-job"
SRE = "okrs/2026-q4/sre.toml"
TITLE = "Raise GitLab.com's MTBF from 96 h to 240 h"


class Repository:
    """The team's repository on its server, and a working copy of it."""

    def __init__(self, directory):
        self.directory = directory
        self.origin = directory / "origin.git"
        self.work = directory / "work"
        self.runs = 0
        # What any job may have written where people can read it.
        self.seen = []

    def git(self, *arguments, cwd=None):
        command = ["git", "-c", "user.name=Mia", "-c", "user.email=mia@example.com", *arguments]
        done = subprocess.run(command, cwd=cwd or self.work, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            check(f"git {arguments[0]}", False, done.stderr)
        return done.stdout.strip()

    def begin(self):
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin), cwd=self.directory)
        self.git("clone", "--quiet", str(self.origin), str(self.work), cwd=self.directory)
        for name in ("okrs", "schema"):
            shutil.copytree(ROOT / name, self.work / name)
        shutil.copy(ROOT / "okr.toml", self.work)
        done = okr(["init"], self.work)
        check("okr init writes the pipeline and keeps the files", done.returncode == 0, done.stderr)
        self.commit("Our OKRs")

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "--set-upstream", "origin", "HEAD")

    def branch(self, name):
        self.git("switch", "--quiet", "--create", name, "main")

    def merge(self, name):
        self.git("switch", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge branch '{name}'", name)
        self.git("push", "--quiet")

    def edit(self, path, before, after):
        text = (self.work / path).read_text(encoding="utf-8")
        assert before in text, f"{before!r} is not in {path}"
        (self.work / path).write_text(text.replace(before, after), encoding="utf-8")

    def pipeline(self, sandbox, branch, merge_request):
        """Runs all jobs of a pipeline as a runner does, in a clone of its own. The write token is there for protected branches
        alone."""
        self.runs += 1
        clone = self.directory / f"job-{self.runs}"
        self.git("clone", "--quiet", "--branch", branch, str(self.origin), str(clone), cwd=self.directory)
        self.git("remote", "set-url", "origin", "https://gitlab.example.com/gl-infra/okrs.git", cwd=clone)
        head = self.git("rev-parse", "HEAD", cwd=clone)
        variables = {
            "OKR_IMAGE": "none",
            "OKR_URL": sandbox.url,
            "OKR_TODAY": "2026-11-16",
            "CI_SERVER_URL": sandbox.url,
            "CI_JOB_TOKEN": JOB_TOKEN,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_SOURCE": "merge_request_event" if merge_request else "push",
        }
        if merge_request:
            variables |= {
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": branch,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.git("merge-base", "origin/main", "HEAD", cwd=clone),
            }
        else:
            variables |= {"OKR_TOKEN": sandbox.token, "CI_COMMIT_BRANCH": branch}
        command = [str(RUNNER), "--force-shell-executor", "--no-color"]
        for name, value in variables.items():
            command += ["--variable", f"{name}={value}"]
        if merge_request:
            command += ["--unset-variable", "CI_COMMIT_BRANCH"]
        surroundings = {**os.environ, "HOME": str(self.directory)}
        done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=180, env=surroundings)
        log = done.stdout + done.stderr
        written = [path for path in clone.rglob("*") if path.is_file() and ".git/" not in str(path)]
        # What the runner itself keeps of its variables is no job's doing.
        written = [path for path in written if ".gitlab-ci-local/" not in str(path.relative_to(clone)) or "/output/" in str(path)]
        self.seen.append((f"pipeline {self.runs}", log.encode()))
        self.seen += [(str(path.relative_to(self.directory)), path.read_bytes()) for path in written]
        return Ran(clone, log, done.returncode == 0, head)


class Ran:
    def __init__(self, clone, log, passed, head):
        self.clone, self.log, self.passed, self.head = clone, log, passed, head

    def json(self, name):
        return json.loads((self.clone / name).read_text(encoding="utf-8"))


def ask(sandbox, method, path, body=None):
    request = urllib.request.Request(
        f"{sandbox.url}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"PRIVATE-TOKEN": "sandbox-root", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def issues(sandbox):
    return ask(sandbox, "GET", "/api/v4/issues?scope=all&per_page=100")


def titled(sandbox, title):
    return [issue for issue in issues(sandbox) if issue["title"] == title]


def writes(sandbox):
    journal = ask(sandbox, "GET", "/-/journal")
    entries = journal["requests"] if isinstance(journal, dict) else journal
    return [
        entry
        for entry in entries
        if entry["method"] != "GET" and not entry["path"].startswith(("/api/graphql", "/-/"))
    ]


def story(repository, sandbox):
    first = repository.pipeline(sandbox, "main", merge_request=False)
    check("the first pipeline of main applies", first.passed, first.log)
    made = issues(sandbox)
    mine = [issue for issue in made if issue["author"]["username"] == "okr-bot"]
    check("every objective and key result has its issue", len(mine) == 14, [issue["title"] for issue in mine])

    repository.branch("mistakes")
    repository.edit(SRE, "to = 240\n", "to = 240,5\n")
    repository.commit("Aim a little higher")
    ask(sandbox, "DELETE", "/-/journal")
    ran = repository.pipeline(sandbox, "mistakes", merge_request=True)
    check("a merge request with a mistake fails", not ran.passed, ran.log)
    found = ran.json("gl-code-quality-report.json")
    check("the mistake is in the Code Quality report", [one["location"]["path"] for one in found if one["severity"] in ("major", "critical", "blocker")] == [SRE], found)
    check("its line is in the job's log", f"{SRE}:" in ran.log, ran.log)
    check("nothing was planned", not (ran.clone / "okr-plan.json").exists())

    repository.branch("higher")
    repository.edit(SRE, "to = 240\n", "to = 260\n")
    repository.edit(SRE, TITLE, "Raise GitLab.com's MTBF from 96 h to 260 h")
    repository.commit("Aim higher")
    ran = repository.pipeline(sandbox, "higher", merge_request=True)
    check("a merge request with a change passes", ran.passed, ran.log)
    report = ran.json("tfplan.json")
    check("the widget counts two changes", (report["create"], report["update"], report["delete"]) == (0, 2, 0), ran.log)
    plan = ran.json("okr-plan.json")
    keys = {change["key"] for change in plan["changes"]}
    check("the key result and the objective's progress", keys == {"2026-q4/sre/mtbf", "2026-q4/sre/mtbf/hours"}, plan["changes"])
    causes = {change["cause"] for change in plan["changes"]}
    check("both are this merge request's, told apart from main by itself", causes == {"this_merge_request"}, plan["changes"])
    check("the log shows the new title", "260 h" in ran.log, ran.log)
    check("merge-request pipelines have written nothing", writes(sandbox) == [], writes(sandbox))

    repository.merge("higher")
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    check("its merge is applied", ran.passed and len(titled(sandbox, "Raise GitLab.com's MTBF from 96 h to 260 h")) == 1, ran.log)
    check("without new issues", len(issues(sandbox)) == len(made))

    ask(sandbox, "DELETE", "/-/journal")
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    check("the same pipeline again writes nothing", ran.passed and writes(sandbox) == [], writes(sandbox))

    [issue] = titled(sandbox, "Raise GitLab.com's MTBF from 96 h to 260 h")
    ask(sandbox, "PUT", f"/api/v4/projects/{issue['project_id']}/issues/{issue['iid']}", {"title": "MTBF, by hand"})
    ask(sandbox, "DELETE", "/-/journal")
    repository.branch("elsewhere")
    repository.edit("okrs/2026-q4/delivery.toml", "title = \"", "title = \"As planned: ")
    repository.commit("Other words")
    ran = repository.pipeline(sandbox, "elsewhere", merge_request=True)
    check("an edit by hand is shown beside the plan", ran.passed and "Drift: 1 difference kept" in ran.log, ran.log)
    drift = [notice["message"] for notice in ran.json("okr-plan.json")["notices"] if notice["id"] == "drift"]
    check("with both sides", len(drift) == 1 and "MTBF, by hand" in drift[0] and "260 h" in drift[0], drift)
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    check("and kept by apply", ran.passed and len(titled(sandbox, "MTBF, by hand")) == 1 and writes(sandbox) == [], ran.log)

    repository.git("switch", "--quiet", "main")
    repository.git("revert", "--no-edit", "--mainline", "1", "HEAD")
    repository.git("push", "--quiet")
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    check("a revert is applied, the reviewed title wins", ran.passed and len(titled(sandbox, TITLE)) == 1, ran.log)

    (repository.work / "okrs/2026-q4/andrew.toml").unlink()
    repository.edit("okrs/2026-q4/sae.toml", 'depends_on = ["andrew/observable-availability"]\n', "")
    repository.commit("Andrew plans elsewhere")
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    closed = [issue for issue in issues(sandbox) if issue["state"] == "closed"]
    check("a removed file closes its issues", ran.passed and len(closed) >= 1, ran.log)
    notes = ask(sandbox, "GET", f"/api/v4/projects/{closed[0]['project_id']}/issues/{closed[0]['iid']}/notes")
    check("with a note that names the commit", any(ran.head[:8] in note["body"] for note in notes), notes)
    ran = repository.pipeline(sandbox, "main", merge_request=False)
    check("and is done then", ran.passed, ran.log)


def secrets_stay(repository, sandbox):
    """No token is in anything that a job has said or written, however it is written."""
    for token in (sandbox.token, JOB_TOKEN):
        plain = token.encode()
        forms = {plain, plain.hex().encode(), base64.b64encode(plain), base64.urlsafe_b64encode(plain)}
        for where, text in repository.seen:
            if any(form in text for form in forms):
                check(f"no token is in {where}", False)
    check("no token is in any log, artifact, plan or report", len(repository.seen) > repository.runs)


def main():
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        bin_directory = directory / "bin"
        bin_directory.mkdir()
        (bin_directory / "okr").symlink_to(os.environ["OKR"])
        # The runner copies the files for containers with it, and starts none here.
        (bin_directory / "rsync").write_text("#!/bin/sh\n", encoding="utf-8")
        (bin_directory / "rsync").chmod(0o755)
        os.environ["PATH"] = f"{bin_directory}:{os.environ['PATH']}"
        repository = Repository(directory)
        repository.begin()
        with Sandbox(["sandbox", "--dir", str(repository.work), "--state", str(directory / "state.json")]) as sandbox:
            story(repository, sandbox)
            secrets_stay(repository, sandbox)


main()
