"""The reports of okr validate, read by programs that know their formats: JSON Schema, sarif-multitool, sarif-tools, junitparser."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import junitparser
from sarif import loader

from checks import ROOT, check, okr

MODULES = Path(os.environ["NODE_MODULES"])

# Everything that could upset a reader: controls, text that runs backwards, ends of elements, links, line ends of Windows,
# a byte order mark.
UGLY = (
    "\ufeff[objective.mtbf]\r\n"
    'title = "Größe \u202e成長 <b>&amp;]]></failure> [to](https://evil.example) {0} [[ATTACHMENT|/etc/passwd]]"\r\n'
    '"ugly \u202e\\u001b[2J\ufffe key" = 1\r\n'
    "[objective.mtbf.kr.hours]\r\n"
    'title = "Raise it"\r\n'
    "from = 99,95\r\n"
    'to = "240 h"\r\n'
    'due = "2026-12-18"'
)
CONFIG = """
rules_url = "https://okrs.example.com/rules.html"
[gitlab]
owner = "acme/okrs"
[teams.sre]
tracker = "acme/sre"
manager = "mia"
"""


def reports(files):
    """What okr writes for files in the folder `goals` of a repository, as a dictionary of texts, and the number of errors."""
    with tempfile.TemporaryDirectory() as directory:
        for path, text in {".git/HEAD": "", **files}.items():
            path = Path(directory) / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        kinds = ["code-quality", "sarif", "junit", "json"]
        written = {kind: Path(directory) / f"report.{kind}" for kind in kinds}
        asked = [word for kind in kinds for word in ("--report", f"{kind}={written[kind]}")]
        done = okr(["validate", *asked], Path(directory) / "goals")
        texts = {kind: path.read_text(encoding="utf-8") for kind, path in written.items()}
        places = {str(path.relative_to(directory)) for path in Path(directory).rglob("*")}
    check("the exit status says whether there are errors", done.returncode == (json.loads(texts["json"])["summary"]["errors"] > 0))
    return texts, places


def schema_errors(schema, document):
    kind = jsonschema.validators.validator_for(schema)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in kind(schema).iter_errors(document)]


def own(text):
    document = json.loads(text)
    schema = json.loads((ROOT / "schema/findings.schema.json").read_text())
    errors = schema_errors(schema, document)
    check("the JSON is valid by its schema", errors == [], errors)
    check("the schema would flag another form", schema_errors(schema, {**document, "skipped": None}) != [])
    return document


def code_quality(text, findings, places):
    entries = json.loads(text)
    schema = json.loads((ROOT / "tests/schemas/codeclimate.json").read_text())
    errors = [error for entry in entries for error in schema_errors(schema, entry)]
    check("every entry of the Code Quality report is valid by GitLab's schema", errors == [], errors)
    check("it has an entry for each finding", len(entries) == len(findings), len(entries))
    check("no two have one fingerprint", len({entry["fingerprint"] for entry in entries}) == len(entries))
    check("GitLab knows the severities", {entry["severity"] for entry in entries} <= {"info", "minor", "major", "critical", "blocker"})
    check("the paths are those of the repository", all(entry["location"]["path"] in places for entry in entries), entries)


def sarif(text, findings):
    log = json.loads(text)
    schema_file = next(MODULES.glob("@microsoft/sarif-multitool-*/sarif-2.1.0.json"))
    schema = json.loads(schema_file.read_text(encoding="utf-8-sig"))
    errors = schema_errors(schema, log)
    check("the SARIF log is valid by its schema", errors == [], errors)
    check("the schema would flag another form", schema_errors(schema, {**log, "version": "2"}) != [])

    with tempfile.TemporaryDirectory() as directory:
        given, said = Path(directory) / "okr.sarif", Path(directory) / "said.sarif"
        given.write_text(text, encoding="utf-8")
        problems = multitool(given, said)
        check("sarif-multitool finds no error in it", problems == [], "\n".join(problems))
        log["runs"][0]["results"].append({"ruleId": "x", "ruleIndex": 4000, "message": {"text": "x"}})
        (flawed := Path(directory) / "flawed.sarif").write_text(json.dumps(log))
        check("it would flag a rule that is not there", multitool(flawed, said) != [])

        read = loader.load_sarif_file(str(given))
        records = read.get_records()
        severities = {"error": "error", "warning": "warning", "info": "note"}
        check("sarif-tools reads the severities", [one["Severity"] for one in records] == [severities[one["severity"]] for one in findings], records)
        check("and the rules", [one["Code"] for one in records] == [one["rule"] for one in findings], records)
        lines = [one["location"] and one["location"]["line"] for one in findings]
        check("and the lines", [one["Line"] for one in records] == [line or 1 for line in lines], (records, lines))


def multitool(log, output):
    """The errors that sarif-multitool finds in a log."""
    program = next(MODULES.glob("@microsoft/sarif-multitool-*/Sarif.Multitool"))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    # It needs no languages, and the library for them may be missing.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    command = [program, "validate", log, "--output", output, "--log", "ForceOverwrite"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    if not output.exists():
        sys.exit(f"sarif-multitool wrote nothing:\n{done.stdout}{done.stderr}")
    run = json.loads(output.read_text(encoding="utf-8-sig"))["runs"][0]
    output.unlink()
    return [json.dumps(result) for result in run.get("results", []) if result.get("level", "warning") == "error"]


def junit(text, findings):
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        report = junitparser.JUnitXml.fromfile(file.name)
    cases = [case for suite in report for case in suite]
    names = [(case.classname, case.name) for case in cases]
    check("junitparser reads a case for each file, objective and key result", ("goals/okrs/2026-q4/sre.toml", "2026-q4/sre/mtbf") in names, names)
    check("no two have one name", len(set(names)) == len(names), names)
    said = "".join(outcome.text for case in cases for outcome in case.result)
    errors = [one for one in findings if one["severity"] == "error"]
    check("every error is in a failure", all(f"error[{one['rule']}]" in said for one in errors), said)
    check("only errors fail", any(case.is_failure for case in cases) == (errors != []), names)
    for suite in report:
        failed = sum(case.is_failure for case in suite)
        check(f"the counts of {suite.name} are right", (suite.tests, suite.failures) == (len(list(suite)), failed))


def all_of(files):
    texts, places = reports(files)
    findings = own(texts["json"])["findings"]
    code_quality(texts["code-quality"], findings, places)
    sarif(texts["sarif"], findings)
    junit(texts["junit"], findings)
    return findings, texts


found, _ = all_of({"goals/okr.toml": CONFIG, "goals/okrs/2026-q4/sre.toml": UGLY})
check("the ugly file has errors", len(found) >= 4, found)
nowhere, _ = all_of({"goals/okr.toml": CONFIG, "goals/okrs/2026-q4/sre.toml": UGLY, "goals/okrs/2026-q4/a <b>&%41.toml": "= ="})
check("so has a file with an ugly name", len(nowhere) > len(found), nowhere)
example = {f"goals/{path.relative_to(ROOT)}": path.read_text() for path in [ROOT / "okr.toml", *ROOT.glob("okrs/*/*.toml")]}
clean, texts = all_of(example)
check("the example has no findings", clean == [] and json.loads(texts["code-quality"]) == [], clean)
