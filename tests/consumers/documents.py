"""What okr writes for other programs, read as they read it; and the pipeline, against GitLab's own schema."""

import json
import re
import tempfile
from pathlib import Path

import jsonschema
import yaml

from checks import ROOT, check, okr
from sandbox import Sandbox


def findings():
    done = okr(["validate", "--format", "json"])
    document = json.loads(done.stdout)
    check("validate --format json is JSON with a version", document["version"] == 1, done.stdout)
    check("the example has no findings", done.returncode == 0 and document["findings"] == [], done.stdout)
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "okr.toml").write_text('[gitlab]\nowner = "acme/okrs"\ncolour = "red"\n')
        done = okr(["validate", "--format", "json"], directory)
        document = json.loads(done.stdout)
        first = document["findings"][0]
        check("findings are JSON too", done.returncode == 1 and document["summary"]["errors"] >= 1, done.stdout)
        check("a finding has a rule and a message", first["rule"] and first["message"], first)


def plan():
    arguments = ["sandbox", "--dir", str(ROOT)]
    with tempfile.TemporaryDirectory() as directory, Sandbox([*arguments, "--state", f"{directory}/state"]) as served:
        report = Path(directory) / "tfplan.json"
        access = {"OKR_URL": served.url, "OKR_TOKEN": served.token}
        planned = ["plan", "--format", "json", "--report", f"terraform={report}"]
        done = okr(planned, environment=access)
        document = json.loads(done.stdout)
        check("plan --format json is JSON with changes", document["summary"]["total"]["create"] > 0, done.stdout[:2000])
        counts = json.loads(report.read_text())
        check("the terraform report has its three integers", set(counts) == {"create", "update", "delete"}, counts)
        check("they are integers", all(type(count) is int for count in counts.values()), counts)
        check("they are the plan's", counts["create"] == document["summary"]["total"]["create"], counts)
        done = okr(["apply", "--yes"], environment=access)
        check("the example is applied", done.returncode == 0, done.stdout + done.stderr)
        done = okr(planned, environment=access)
        counts = json.loads(report.read_text())
        check("afterwards the report is all zeros", set(counts.values()) == {0}, counts)


def pipeline():
    schema = json.loads((ROOT / "tests/schemas/gitlab-ci.json").read_text())
    with tempfile.TemporaryDirectory() as directory:
        done = okr(["init", "--owner", "acme/okrs", "--team", "sre", "--manager", "mia"], directory)
        check("okr init begins a repository", done.returncode == 0, done.stdout + done.stderr)
        for name, path in [("the pipeline", ROOT), ("the pipeline of okr init", Path(directory))]:
            document = yaml.safe_load((path / ".gitlab-ci.yml").read_text())
            errors = [
                f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
                for error in jsonschema.Draft7Validator(schema).iter_errors(document)
            ]
            check(f"{name} is valid by GitLab's schema", not errors, "\n".join(errors))
    document["okr-apply"]["resource_grup"] = "okr-apply"
    flawed = list(jsonschema.Draft7Validator(schema).iter_errors(document))
    check("the schema would flag a wrong key of a job", flawed != [])


def pages():
    """What the documentation shows of pipelines."""
    schema = json.loads((ROOT / "tests/schemas/gitlab-ci.json").read_text())
    shown = 0
    for page in sorted((ROOT / "docs").glob("*.md")):
        for block in re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            errors = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(yaml.safe_load(block))]
            check(f"a pipeline in docs/{page.name} is valid by GitLab's schema", not errors, "\n".join(errors))
            shown += 1
    check("the documentation shows pipelines", shown >= 4, shown)


findings()
pages()
pipeline()
plan()
