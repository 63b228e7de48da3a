"""The pipeline that `okr init` writes, run by gitlab-ci-local in clones of a real repository, against a sandbox: a merge request
with mistakes, one with a plan, its merge, an old pipeline run again, an edit by hand, schedules, a revert, a merge of what
nobody reviewed, and check-ins and edits that come back from issues."""

import base64
import html
import json
import os
import shutil
import subprocess
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

import jsonschema
import yaml

from checks import ROOT, check, okr
from sandbox import Sandbox

RUNNER = Path(os.environ["NODE_MODULES"]) / ".bin" / "gitlab-ci-local"
JOB_TOKEN = "sandbox-ci-job"
NOTE_TOKEN = "sandbox/okr+notes"
PULL_TOKEN = "sandbox/okr+pull"
OKRS = "gl-infra/okrs"
SRE = "okrs/2026-q4/sre.toml"
TITLE = "Raise GitLab.com's MTBF from 96 h to 240 h"


class Repository:
    """The team's repository on its server, and a working copy of it."""

    def __init__(self, directory):
        self.directory = directory
        self.origin = directory / "origin.git"
        self.work = directory / "work"
        self.runs = 0
        # The commit that was applied last, and the project's id on its server.
        self.applied = None
        self.project = None
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

    def merge(self, name, number):
        """Merges as GitLab does, with its message."""
        self.git("switch", "--quiet", "main")
        message = f"Merge branch '{name}' into 'main'\n\n{name}\n\nSee merge request {OKRS}!{number}"
        self.git("merge", "--quiet", "--no-ff", "--message", message, name)
        self.git("push", "--quiet")
        return self.git("rev-parse", "HEAD")

    def edit(self, path, before, after):
        text = (self.work / path).read_text(encoding="utf-8")
        assert before in text, f"{before!r} is not in {path}"
        (self.work / path).write_text(text.replace(before, after), encoding="utf-8")

    def pipeline(self, sandbox, branch, merge_request=None, source="push", commit=None, variables=()):
        """Runs all jobs of a pipeline as a runner does, in a clone of its own. The write token is there for protected branches
        alone. `merge_request` is its number; `commit` is what a pipeline that is run again was for."""
        self.runs += 1
        clone = self.directory / f"job-{self.runs}"
        self.git("clone", "--quiet", "--branch", branch, str(self.origin), str(clone), cwd=self.directory)
        self.git("remote", "set-url", "origin", "https://gitlab.example.com/gl-infra/okrs.git", cwd=clone)
        # What is pushed to the server arrives at the repository here.
        self.git("config", f"url.{self.origin}.pushInsteadOf", f"https://gitlab.example.com/{OKRS}.git", cwd=clone)
        if commit:
            self.git("reset", "--quiet", "--hard", commit, cwd=clone)
        head = self.git("rev-parse", "HEAD", cwd=clone)
        given = {
            "OKR_IMAGE": "none",
            "OKR_URL": sandbox.url,
            "OKR_TODAY": "2026-11-16",
            "OKR_NOTE_TOKEN": NOTE_TOKEN,
            "CI_SERVER_URL": sandbox.url,
            "CI_SERVER_HOST": "gitlab.example.com",
            # Of a job with an image, the runner takes it to be where a container would have it.
            "CI_PROJECT_DIR": str(clone),
            "CI_JOB_TOKEN": JOB_TOKEN,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_SOURCE": "merge_request_event" if merge_request else source,
            "CI_PIPELINE_ID": str(1000 + self.runs),
            "CI_PROJECT_ID": str(self.project),
            "CI_PROJECT_PATH": OKRS,
            "CI_PROJECT_VISIBILITY": "private",
            "CI_PROJECT_URL": f"https://gitlab.example.com/{OKRS}",
            "CI_JOB_URL": f"https://gitlab.example.com/{OKRS}/-/jobs/{self.runs}",
            "CI_COMMIT_SHA": head,
            "CI_COMMIT_MESSAGE": self.git("log", "-1", "--format=%B", cwd=clone),
        }
        if merge_request:
            given |= {
                "CI_MERGE_REQUEST_IID": str(merge_request),
                "CI_MERGE_REQUEST_PROJECT_ID": str(self.project),
                "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": branch,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.git("merge-base", "origin/main", "HEAD", cwd=clone),
            }
        else:
            given |= {"OKR_TOKEN": sandbox.token, "CI_COMMIT_BRANCH": branch}
            if source == "push" and self.applied:
                given["CI_COMMIT_BEFORE_SHA"] = self.applied
        given |= dict(variables)
        command = [str(RUNNER), "--force-shell-executor", "--no-color"]
        for name, value in given.items():
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
        if not merge_request and source == "push":
            self.applied = head
        plan = clone / "okr-plan.json"
        if merge_request and plan.exists():
            # What GitLab keeps of the job.
            left = {"project": OKRS, "git_ref": f"refs/merge-requests/{merge_request}/head", "job": "okr-plan"}
            ask(sandbox, "PUT", "/-/artifacts", {**left, "path": plan.name, "text": plan.read_text(encoding="utf-8")})
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


def notes(sandbox, number):
    """What stands on a merge request."""
    return ask(sandbox, "GET", f"/api/v4/projects/{OKRS.replace('/', '%2F')}/merge_requests/{number}/notes")


def annotations(ran):
    """The links on a job's page, held against GitLab's schema of them: each list's name and what its links say."""
    schemas = ROOT / "tests/schemas"
    link = json.loads((schemas / "ci_job_external_link_data.json").read_text())
    schema = json.loads((schemas / "ci_job_annotation_data.json").read_text())
    schema["items"]["anyOf"][0]["properties"]["external_link"] = link
    lists = ran.json("gl-annotations.json")
    for name, links in lists.items():
        errors = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(links)]
        check(f"the links of “{name}” are valid by GitLab's schema", errors == [] and len(name) <= 255, errors)
    return [(name, [link["external_link"]["label"] for link in links]) for name, links in lists.items()]


def note(sandbox, number):
    found = notes(sandbox, number)
    check(f"there is one note on !{number}, by the account for notes", [one["author"]["username"] for one in found] == ["okr-notes"], found)
    return found[0]["body"]


def drift_issues(sandbox):
    return [issue for issue in issues(sandbox) if issue["author"]["username"] == "okr-notes" and issue["title"].startswith("Drift")]


def managed(sandbox):
    return [issue for issue in issues(sandbox) if issue["author"]["username"] == "okr-bot"]


def story(repository, sandbox):
    first = repository.pipeline(sandbox, "main")
    check("the first pipeline of main applies", first.passed, first.log)
    check("every objective and key result has its issue", len(managed(sandbox)) == 14, [issue["title"] for issue in managed(sandbox)])
    check("no merge request brought it, and that is said", "no merge request brought this commit" in first.log, first.log)
    check("the apply leaves its report and its journal", first.json("okr-apply.json")["result"] == "applied" and (first.clone / "okr-journal.jsonl").exists())

    repository.branch("mistakes")
    repository.edit(SRE, "to = 240\n", "to = 240,5\n")
    repository.commit("Aim a little higher")
    ask(sandbox, "DELETE", "/-/journal")
    ran = repository.pipeline(sandbox, "mistakes", 1)
    check("a merge request with a mistake fails", not ran.passed, ran.log)
    found = ran.json("gl-code-quality-report.json")
    check("the mistake is in the Code Quality report", [one["location"]["path"] for one in found if one["severity"] in ("major", "critical", "blocker")] == [SRE], found)
    links = annotations(ran)
    check("and linked from the job's page", [name for name, _ in links] == ["OKR findings"] and any(f"{SRE}:" in label for label in links[0][1]), links)
    check("its line is in the job's log", f"{SRE}:" in ran.log, ran.log)
    check("nothing was planned", not (ran.clone / "okr-plan.json").exists())
    said = note(sandbox, 1)
    check("the note says that there is no plan", said.startswith("**No plan: the files have an error.**"), said)
    check("and links the line", f"/-/blob/{ran.head}/{SRE}#L" in said, said)

    repository.branch("higher")
    repository.edit(SRE, "to = 240\n", "to = 260\n")
    repository.edit(SRE, TITLE, "Raise GitLab.com's MTBF from 96 h to 260 h")
    repository.commit("Aim higher")
    ran = repository.pipeline(sandbox, "higher", 2)
    check("a merge request with a change passes", ran.passed, ran.log)
    report = ran.json("tfplan.json")
    check("the widget counts two changes", (report["create"], report["update"], report["delete"]) == (0, 2, 0), ran.log)
    plan = ran.json("okr-plan.json")
    keys = {change["key"] for change in plan["changes"]}
    check("the key result and the objective's progress", keys == {"2026-q4/sre/mtbf", "2026-q4/sre/mtbf/hours"}, plan["changes"])
    causes = {change["cause"] for change in plan["changes"]}
    check("both are this merge request's, told apart from main by itself", causes == {"this_merge_request"}, plan["changes"])
    check("the log shows the new title", "260 h" in ran.log, ran.log)
    links = annotations(ran)
    check("the job's page links the issues and the plan", [name for name, _ in links] == ["OKR plan"] and links[0][1] == ["The plan as a page", "update 2026-q4/sre/mtbf", "update 2026-q4/sre/mtbf/hours"], links)
    check("the page is there", "260 h" in (ran.clone / "okr-plan.html").read_text(encoding="utf-8"))
    said = note(sandbox, 2)
    check("the note's first line says whose goal changes", "raises" in said.splitlines()[0] and "240 h → 260 h" in said.splitlines()[0], said)
    written = [(entry["method"], entry["user"]) for entry in writes(sandbox)]
    check("merge-request pipelines have written their notes and nothing else", set(written) == {("POST", "okr-notes")}, writes(sandbox))
    ask(sandbox, "DELETE", "/-/journal")
    ran = repository.pipeline(sandbox, "higher", 2, variables={"OKR_NOTE_TOKEN": ""})
    check("without its token there is no note, the job says so, and all passes", ran.passed and "OKR_NOTE_TOKEN is not set" in ran.log, ran.log)
    fork = {"OKR_NOTE_TOKEN": "", "CI_PROJECT_ID": "999", "CI_PROJECT_PATH": "ann/okrs", "CI_JOB_TOKEN": "of-another-project"}
    ran = repository.pipeline(sandbox, "higher", 2, variables=fork)
    check("a fork's pipeline has no secret and passes", ran.passed and "a fork's pipeline has no OKR_NOTE_TOKEN" in ran.log, ran.log)
    check("neither has written anything", writes(sandbox) == [], writes(sandbox))
    # What the job that could see left.
    ran = repository.pipeline(sandbox, "higher", 2)
    check("the note is edited in place", ran.passed and note(sandbox, 2) != "", ran.log)

    before = repository.git("rev-parse", "main")
    repository.merge("higher", 2)
    ran = repository.pipeline(sandbox, "main")
    check("its merge is applied", ran.passed and len(titled(sandbox, "Raise GitLab.com's MTBF from 96 h to 260 h")) == 1, ran.log)
    check("as it was reviewed", "compared with what was reviewed in !2" in ran.log and "as reviewed: the same" in ran.log, ran.log)
    check("without new issues", len(managed(sandbox)) == 14)
    said = note(sandbox, 2)
    check("the same note says what became of it", said.startswith("**Applied: all 2 changes are in GitLab.**") and "What was reviewed" in said, said)

    ask(sandbox, "DELETE", "/-/journal")
    ran = repository.pipeline(sandbox, "main")
    check("the same pipeline again writes nothing but its outcome", ran.passed and [entry for entry in writes(sandbox) if entry["user"] == "okr-bot"] == [], writes(sandbox))
    ran = repository.pipeline(sandbox, "main", commit=before)
    check("an old pipeline that is run again is superseded", ran.passed and "Superseded: main is at" in ran.log, ran.log)
    check("and rolls nothing back", len(titled(sandbox, "Raise GitLab.com's MTBF from 96 h to 260 h")) == 1)
    repository.applied = repository.git("rev-parse", "main")

    [issue] = titled(sandbox, "Raise GitLab.com's MTBF from 96 h to 260 h")
    by_hand = f"/api/v4/projects/{issue['project_id']}/issues/{issue['iid']}"
    ask(sandbox, "PUT", by_hand, {"title": "MTBF, by hand"})
    ask(sandbox, "DELETE", "/-/journal")
    repository.branch("elsewhere")
    repository.edit("okrs/2026-q4/delivery.toml", "title = \"", "title = \"As planned: ")
    repository.commit("Other words")
    ran = repository.pipeline(sandbox, "elsewhere", 3)
    check("an edit by hand is shown beside the plan", ran.passed and "Drift: 1 difference kept" in ran.log, ran.log)
    drift = [notice["message"] for notice in ran.json("okr-plan.json")["notices"] if notice["id"] == "drift"]
    check("with both sides", len(drift) == 1 and "MTBF, by hand" in drift[0] and "260 h" in drift[0], drift)
    ran = repository.pipeline(sandbox, "main")
    bots = [entry for entry in writes(sandbox) if entry["user"] == "okr-bot"]
    check("and kept by apply", ran.passed and len(titled(sandbox, "MTBF, by hand")) == 1 and bots == [], ran.log)

    ran = repository.pipeline(sandbox, "main", source="schedule")
    check("a schedule runs the jobs of schedules alone", "okr-drift" in ran.log and "okr-apply" not in ran.log, ran.log)
    check("its drift job warns", any(one["id"] == "drift" for one in ran.json("okr-plan.json")["notices"]) and ran.passed, ran.log)
    [told] = drift_issues(sandbox)
    check("drift has one issue, with both sides", told["state"] == "opened" and "MTBF, by hand" in told["description"], told)
    ask(sandbox, "DELETE", "/-/journal")
    repository.pipeline(sandbox, "main", source="schedule", variables={"OKR_SCHEDULE": "drift"})
    check("the next schedule has nothing to add", writes(sandbox) == [], writes(sandbox))
    ran = repository.pipeline(sandbox, "main", source="schedule", variables={"OKR_SCHEDULE": "pages"})
    check("no pages are made where nobody asked for them", "okr-pages" not in ran.log, ran.log)
    ran = repository.pipeline(sandbox, "main", source="schedule", variables={"OKR_SCHEDULE": "pages", "OKR_PAGES": "1"})
    check("a schedule makes the pages, and nothing else", ran.passed and "okr-pages" in ran.log and "okr-drift" not in ran.log, ran.log)
    check("with what GitLab holds", "what people wrote into issues" in (ran.clone / "public/index.html").read_text(encoding="utf-8"))
    ran = repository.pipeline(sandbox, "main", source="schedule", variables={"OKR_SCHEDULE": "digest"})
    check("a schedule for something else looks for no drift", "okr-drift" not in ran.log, ran.log)
    weeks = [issue for issue in issues(sandbox) if issue["title"] == "OKRs this week"]
    check("and keeps the one issue for the meeting", ran.passed and len(weeks) == 1 and "2026-q4 on 2026-11-16" in weeks[0]["description"], weeks)

    repository.git("switch", "--quiet", "main")
    repository.branch("lower")
    repository.git("revert", "--no-edit", "--mainline", "1", "main")
    repository.git("push", "--quiet", "--set-upstream", "origin", "HEAD")
    ran = repository.pipeline(sandbox, "lower", 4)
    check("a revert is reviewed", ran.passed and "eases" in note(sandbox, 4).splitlines()[0], ran.log)
    repository.merge("lower", 4)
    ran = repository.pipeline(sandbox, "main")
    check("a revert is applied, the reviewed title wins", ran.passed and len(titled(sandbox, TITLE)) == 1, ran.log)
    ran = repository.pipeline(sandbox, "main", source="schedule")
    [told] = drift_issues(sandbox)
    check("drift that is over has its issue closed", ran.passed and told["state"] == "closed", ran.log)

    repository.branch("sneaked")
    repository.edit("okrs/2026-q4/delivery.toml", "title = \"", "title = \"As planned: ")
    repository.commit("Other words")
    ran = repository.pipeline(sandbox, "sneaked", 5)
    check("a merge request is planned", ran.passed, ran.log)
    repository.edit(SRE, TITLE, "Raise GitLab.com's MTBF to 240 h")
    repository.commit("And a title that nobody reviewed")
    repository.merge("sneaked", 5)
    ran = repository.pipeline(sandbox, "main")
    check("what was not reviewed is refused", not ran.passed and "this is not what was reviewed" in ran.log and len(titled(sandbox, TITLE)) == 1, ran.log)
    check("and the merged merge request says so", note(sandbox, 5).startswith("**Refused"), note(sandbox, 5))
    repository.git("revert", "--no-edit", "--mainline", "1", "HEAD")
    repository.git("push", "--quiet")
    ran = repository.pipeline(sandbox, "main")
    check("a revert by hand goes on", ran.passed, ran.log)

    (repository.work / "okrs/2026-q4/andrew.toml").unlink()
    repository.edit("okrs/2026-q4/sae.toml", 'depends_on = ["andrew/observable-availability"]\n', "")
    repository.commit("Andrew plans elsewhere")
    ran = repository.pipeline(sandbox, "main")
    closed = [issue for issue in managed(sandbox) if issue["state"] == "closed"]
    check("a removed file closes its issues", ran.passed and len(closed) >= 1, ran.log)
    on_issue = ask(sandbox, "GET", f"/api/v4/projects/{closed[0]['project_id']}/issues/{closed[0]['iid']}/notes")
    check("with a note that names the commit", any(ran.head[:8] in one["body"] for one in on_issue), on_issue)
    ran = repository.pipeline(sandbox, "main")
    check("and is done then", ran.passed, ran.log)


def pulls(repository, sandbox):
    """What people write into issues comes back as one merge request for each team, and `okr` itself pushes nothing."""
    told = repository.directory / "push-options"
    hook = repository.origin / "hooks" / "post-receive"
    hook.write_text(f'#!/bin/sh\n{{ cat; env | grep "^GIT_PUSH_OPTION_[0-9]" | sort; }} >> {told}\n', encoding="utf-8")
    hook.chmod(0o755)
    repository.git("config", "receive.advertisePushOptions", "true", cwd=repository.origin)
    # Every argument that a git of a job gets.
    arguments = repository.directory / "arguments"
    recorder = repository.directory / "bin" / "git"
    recorder.write_text(f'#!/bin/sh\necho "$*" >> {arguments}\nexec {shutil.which("git")} "$@"\n', encoding="utf-8")
    recorder.chmod(0o755)

    def change(title, edit):
        """What somebody makes of an issue: `edit` says what to send, by what the issue is."""
        [issue] = titled(sandbox, title)
        ask(sandbox, "PUT", f"/api/v4/projects/{issue['project_id']}/issues/{issue['iid']}", edit(issue))

    def write_row(title, row):
        def with_row(issue):
            text = issue["description"]
            end = text.index("\n\n<!-- okrsync:v1")
            return {"description": f"{text[:end]}\n{row}{text[end:]}"}

        change(title, with_row)

    def branches():
        lines = repository.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/okr-pull", cwd=repository.origin)
        return dict(line.split() for line in lines.splitlines())

    def scheduled(**more):
        variables = {"OKR_SCHEDULE": "pull", "OKR_PULL_TOKEN": PULL_TOKEN, **more}
        return repository.pipeline(sandbox, "main", source="schedule", variables=variables)

    ran = scheduled()
    check("a schedule with nothing to pull pushes nothing", ran.passed and branches() == {} and not told.exists(), ran.log)
    ran = scheduled(OKR_PULL_TOKEN="")
    check("without its token there is no pull job", "okr-pull" not in ran.log, ran.log)

    write_row("Cut pages per on-call shift from 14 to 5", "| 2026-11-23 | 10 | | | Who asks \"why\" |")
    write_row("Shorten the way from merge to GitLab.com from 72 h to 12 h", "| 2026-11-23 | 30 |")
    ran = scheduled()
    first = branches()
    check("each team with check-ins has a branch", ran.passed and sorted(first) == ["okr-pull/delivery", "okr-pull/sre"], ran.log)
    main_head = repository.git("rev-parse", "refs/heads/main", cwd=repository.origin)
    for team, value in (("delivery", "30"), ("sre", "10")):
        changed = repository.git("diff", "--name-only", main_head, f"okr-pull/{team}", cwd=repository.origin)
        check(f"the branch of {team} holds its file alone", changed == f"okrs/2026-q4/{team}.toml", changed)
        added = repository.git("diff", main_head, f"okr-pull/{team}", cwd=repository.origin)
        check("with one line more", f"+check_in.2026-11-23 = {{ value = {value}" in added and "\n-check_in" not in added, added)
    said = told.read_text(encoding="utf-8")
    described = "merge_request.description=What people wrote in the issues: `2026-q4/sre/mtbf/pages`: check-in of 2026-11-23. "
    wanted = ["merge_request.create", "merge_request.target=main", "merge_request.title=Edits of sre from GitLab", described, "merge_request.remove_source_branch"]
    check("GitLab is asked for merge requests", all(f"={one}\n" in said for one in wanted), said)
    report = ran.json("okr-pull.json")
    check("the report is by team", [team["team"] for team in report["teams"]] == ["delivery", "sre"] and report["left"] == [], report)
    ran = scheduled()
    check("the next run has nothing to push", ran.passed and branches() == first and told.read_text(encoding="utf-8") == said, ran.log)

    write_row("Cut pages per on-call shift from 14 to 5", "| tomorrow | 10 |")
    write_row("Cut pages per on-call shift from 14 to 5", "| 2026-11-24 | 9 |")
    # An edited title and due date, and what no file can say.
    new_title = "Cut pages per shift from 14 to 5, \"Closes #1\" @mia"
    change("Cut pages per on-call shift from 14 to 5", lambda _: {"title": new_title, "due_date": "2026-12-18", "remove_labels": "okr:kr"})
    ran = scheduled()
    second = branches()
    check("what comes next replaces the team's branch", second["okr-pull/sre"] != first["okr-pull/sre"] and second["okr-pull/delivery"] == first["okr-pull/delivery"], ran.log)
    parent = repository.git("rev-parse", "okr-pull/sre^", cwd=repository.origin)
    check("which is one commit on main", parent == main_head, parent)
    edited = repository.git("diff", main_head, "okr-pull/sre", cwd=repository.origin)
    for line in (f"+title = '{new_title}'", "+due = 2026-12-18", "+check_in.2026-11-24 = { value = 9 }"):
        check("the edited title and due date are in the team's merge request", line in edited.splitlines(), edited)
    what = "`2026-q4/sre/mtbf/pages`: title; due date 2026-12-18, was 2026-12-31; check-in of 2026-11-23; check-in of 2026-11-24."
    message = repository.git("log", "-1", "--format=%B", "okr-pull/sre", cwd=repository.origin)
    said = told.read_text(encoding="utf-8")
    check("its text and its commit say which rows and edits, and quote nobody", what in message and what in said and "Closes" not in message + said, message + said)
    check("a label that somebody removed is told with the reason", "was removed in GitLab" in ran.log and "labels follow from okr.toml" in ran.log, ran.log)
    check("a row that cannot be read is in the log, and makes the job yellow", "| tomorrow | 10 |" in ran.log and "3" in ran.log, ran.log)

    repository.git("fetch", "--quiet")
    repository.git("switch", "--quiet", "main")
    for team in ("sre", "delivery"):
        repository.git("merge", "--quiet", "--no-ff", "--message", f"Edits of {team}", f"origin/okr-pull/{team}")
        repository.git("push", "--quiet", "origin", "--delete", f"okr-pull/{team}")
    repository.git("push", "--quiet")
    ran = repository.pipeline(sandbox, "main")
    check("what was merged is applied, and both sides agree", ran.passed, ran.log)
    ran = scheduled()
    check("then nothing is to pull", branches() == {}, ran.log)

    # The password as git asks the job's helper for it: from the environment alone.
    script = (repository.work / ".gitlab-ci.yml").read_text(encoding="utf-8")
    helper = script.split("credential.helper='", 1)[1].split("'", 1)[0]
    command = ["git", "-c", "credential.helper=", "-c", f"credential.helper={helper}", "credential", "fill"]
    asked = "protocol=https\nhost=gitlab.example.com\n\n"
    surroundings = {**os.environ, "OKR_PULL_TOKEN": PULL_TOKEN, "GIT_TERMINAL_PROMPT": "0"}
    filled = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=60, env=surroundings)
    check("the helper hands the token to git", f"password={PULL_TOKEN}\n" in filled.stdout, filled.stderr)
    repository.seen.append(("the arguments of git", arguments.read_bytes()))
    repository.seen.append(("the push options", told.read_bytes()))
    recorder.unlink()


def measures(repository, sandbox):
    """What key results say that they are read from comes as one merge request for each team; a merge request only shows it."""
    repository.git("switch", "--quiet", "main")
    repository.git("pull", "--quiet")
    repository.edit(SRE, "from = 96\nto = 240\n", "from = 96\nto = 240\nmeasure = { file = \"metrics/mtbf.txt\" }\n")
    repository.edit("okrs/2026-q4/delivery.toml", "from = 72\nto = 12\n", "from = 72\nto = 12\nmeasure = { dora = \"lead-time\" }\n")
    (repository.work / "metrics").mkdir()
    (repository.work / "metrics" / "mtbf.txt").write_text("181.5\n", encoding="utf-8")
    repository.branch("measured")
    repository.commit("Key results that measure themselves")
    switched_on = {"OKR_MEASURE": "1"}
    ran = repository.pipeline(sandbox, "measured", 6)
    check("without the switch nothing is measured", ran.passed and "okr-measured" not in ran.log, ran.log)
    ran = repository.pipeline(sandbox, "measured", 6, variables=switched_on)
    check("a merge request shows what would be read", ran.passed and "181.5 h" in ran.log, ran.log)
    check("and what its job may not read", "unknown" in ran.log and "1 key result could not be measured" in ran.log, ran.log)
    repository.merge("measured", 6)
    ran = repository.pipeline(sandbox, "main")
    check("it is applied", ran.passed, ran.log)

    def scheduled(**more):
        variables = {"OKR_SCHEDULE": "measure", "OKR_PULL_TOKEN": PULL_TOKEN, "OKR_TODAY": "2026-12-07", **switched_on, **more}
        return repository.pipeline(sandbox, "main", source="schedule", variables=variables)

    ran = scheduled()
    lines = repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/okr-measure", cwd=repository.origin).splitlines()
    check("the team with a value has a branch", lines == ["okr-measure/sre"], (lines, ran.log))
    head = repository.git("rev-parse", "refs/heads/main", cwd=repository.origin)
    added = repository.git("diff", head, "okr-measure/sre", cwd=repository.origin)
    check("which holds its check-in", "+check_in.2026-12-07 = { value = 181.5, measured = true }" in added.splitlines(), added)
    message = repository.git("log", "-1", "--format=%B", "okr-measure/sre", cwd=repository.origin)
    check("its message names it", message.startswith("Measurements of sre\n") and "`2026-q4/sre/mtbf/hours`: 181.5." in message, message)
    report = ran.json("okr-measure.json")
    outcomes = {one["key"]: one["outcome"] for one in report["key_results"]}
    check("what could not be read is in the report, and makes the job yellow", outcomes == {"2026-q4/delivery/deploys/lead-time": "unmeasured", "2026-q4/sre/mtbf/hours": "checked-in"} and "3" in ran.log, (outcomes, ran.log))


def component(repository):
    """The component, included, is the pipeline that `okr init` writes; its inputs reach the jobs."""

    def preview(name, text):
        clone = repository.directory / name
        repository.git("clone", "--quiet", str(repository.origin), str(clone), cwd=repository.directory)
        repository.git("remote", "set-url", "origin", "https://gitlab.example.com/gl-infra/okrs.git", cwd=clone)
        shutil.copytree(ROOT / "templates", clone / "templates")
        if text:
            (clone / ".gitlab-ci.yml").write_text(text, encoding="utf-8")
        done = subprocess.run([str(RUNNER), "--preview"], cwd=clone, capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": str(repository.directory)})
        check(f"a runner understands {name}", done.returncode == 0, done.stdout + done.stderr)
        return yaml.safe_load(done.stdout[done.stdout.index("---"):])

    def scripts(jobs):
        """The lines of each job, laid out in one way."""
        found = {name: job["script"] for name, job in jobs.items() if isinstance(job, dict) and "script" in job}
        return {name: [" ".join(line.split()) for line in lines if line != 'cd "."'] for name, lines in found.items()}

    plain = preview("the-plain-file", None)
    include = "include:\n  - local: templates/okr.yml\n"
    included = preview("the-component", include)
    for jobs in (plain, included):
        check("six jobs or more", len(scripts(jobs)) >= 6, list(jobs))
    check("the component's jobs are those of the plain file", scripts(included) == scripts(plain), (scripts(included), scripts(plain)))
    inputs = "    inputs: {image: acme/okr, version: 0.0.9, dir: goals, apply-stage: release, apply-options: --team sre}\n"
    chosen = preview("the-inputs", "stages: [test, release]\n" + include + inputs)
    apply = chosen["okr-apply"]
    check("inputs reach the jobs", apply["image"]["name"] == "acme/okr:0.0.9" and apply["stage"] == "release" and apply["script"][0] == 'cd "goals"' and apply["script"][1].endswith("--team sre"), apply)


def secrets_stay(repository, sandbox):
    """No token is in anything that a job has said or written, however it is written."""
    for token in (sandbox.token, JOB_TOKEN, NOTE_TOKEN, PULL_TOKEN):
        plain = token.encode()
        forms = {plain, plain.hex().encode(), base64.b64encode(plain), base64.urlsafe_b64encode(plain), plain[::-1]}
        forms |= {urllib.parse.quote(token, safe="").encode(), json.dumps(token)[1:-1].encode(), html.escape(token).encode()}
        for where, text in repository.seen:
            if any(form in text for form in forms):
                check(f"no token is in {where}", False)
    check("no token is in any log, artifact, plan or report", len(repository.seen) > repository.runs)


def the_world(repository):
    """What okr.toml makes, with an account for notes, a member of the project of the OKRs alone, and merge requests."""
    done = okr(["sandbox", "--print-world"], repository.work)
    world = json.loads(done.stdout)
    world["users"].append({"username": "okr-notes"})
    world["tokens"][NOTE_TOKEN] = {"user": "okr-notes", "scopes": ["api"]}
    [project] = [project for project in world["projects"] if project["path"] == OKRS]
    project["members"]["okr-notes"] = 15
    branches = ["mistakes", "higher", "elsewhere", "lower", "sneaked"]
    world["merge_requests"] = [
        {"iid": at, "project": OKRS, "title": name, "source_branch": name, "target_branch": "main", "author": "root"}
        for at, name in enumerate(branches, start=1)
    ]
    return world


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
        world = directory / "world.json"
        world.write_text(json.dumps(the_world(repository)), encoding="utf-8")
        with Sandbox(["sandbox", "--dir", str(repository.work), "--world", str(world)]) as sandbox:
            sandbox.token = "sandbox-okr-bot"
            repository.project = ask(sandbox, "GET", f"/api/v4/projects/{OKRS.replace('/', '%2F')}")["id"]
            story(repository, sandbox)
            pulls(repository, sandbox)
            measures(repository, sandbox)
            secrets_stay(repository, sandbox)
        component(repository)


main()
