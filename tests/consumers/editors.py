"""The two TOML tools that editors use, tombi and taplo, on the example and on files with one mistake each."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from checks import ROOT, check
from language_server import LanguageServer

LINTERS = {
    "tombi": ["tombi", "lint", "--offline"],
    "taplo": ["taplo", "lint", "--colors", "never"],
}
SERVERS = {
    "tombi": ["tombi", "lsp", "--offline"],
    "taplo": ["node", os.environ["TAPLO_LSP"]],
}
BOTH = {"tombi", "taplo"}
# Which tool flags which mistake. okr itself says something about every one of them.
MISTAKES = {
    "bad-enum": BOTH,
    "check-in-header": {"taplo"},  # legal TOML, which taplo cannot parse
    "check-in-wrong-date": BOTH,
    "check-in-wrong-health": BOTH,
    "check-in-wrong-key": BOTH,
    "config-unknown-key": BOTH,
    "config-wrong-type": BOTH,
    "no-date": BOTH,
    "no-title": BOTH,
    "quoted-date": {"tombi"},  # taplo sees a text in the format of a date
    "share-over-100": BOTH,
    "unknown-key": BOTH,
    "unknown-key-of-key-result": BOTH,
    "wrong-type": BOTH,
}
EXAMPLE = ["okr.toml", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("okrs/**/*.toml"))]
CONFIG = '[gitlab]\nowner = "acme/okrs"\n[teams.sre]\nmanager = "ines"\ntracker = "acme/sre"\n'

TEXT = """#:schema ../../schema/okr.schema.json

[objective.mtbf]
title = "Fewer failures"

[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
kind = "flow"
from = 96
check_in.2026-10-05 = { value = 1, health = "on-track" }

"""


def run(command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def lint_the_example():
    for tool, command in LINTERS.items():
        done = run([*command, *EXAMPLE])
        check(f"{tool} finds nothing in {len(EXAMPLE)} files", done.returncode == 0, done.stdout + done.stderr)


def lint_mistakes():
    folder = ROOT / "tests/consumers/bad"
    files = {path.stem: path for path in folder.glob("*.toml")}
    check("every file with a mistake is expected", files.keys() == MISTAKES.keys(), sorted(files))
    for name, path in sorted(files.items()):
        flagged = {tool for tool, command in LINTERS.items() if run([*command, str(path)]).returncode != 0}
        check(f"{name}: flagged by {', '.join(sorted(flagged))}", flagged == MISTAKES[name], MISTAKES[name])
        said = validate(path)
        check(f"{name}: okr names the file and the line", f"{said[0]}:" in said[1], said[1])


def validate(path):
    """What `okr validate` says of the file, in a repository of its own; with the file's name there."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        config = path.stem.startswith("config-")
        name = "okr.toml" if config else "okrs/2026-q4/sre.toml"
        (root / "okrs/2026-q4").mkdir(parents=True)
        (root / "okr.toml").write_text(CONFIG)
        (root / "okrs/2026-q4/sre.toml").write_text('[objective.a]\ntitle = "A"\n')
        shutil.copy(path, root / name)
        done = run([os.environ["OKR"], "validate", "--color", "never", "--dir", directory])
        return name, done.stdout + done.stderr


def complete_and_hover():
    for tool, command in SERVERS.items():
        with LanguageServer(command, ROOT) as server:
            document = server.open(ROOT / "okrs/2026-q4/probe.toml", TEXT)
            for key, says in [
                ("title =", "One line that says it all"),
                ("kind =", "What kind of measure"),
                ("from =", "The value when the quarter begins"),
                ("value =", "The measure's value on that day"),
                ("health =", "How it goes"),
            ]:
                shown = document.hover(key)
                check(f"{tool} describes `{key.split()[0]}`", says in shown, shown)
            keys = document.complete(TEXT, after="\n\n", last=True)
            check(f"{tool} completes the keys of a key result", {"to", "owner", "check_in", "measure"} <= keys, keys)
            check(f"{tool} leaves out keys that are there", not {"kind", "title"} & keys, keys)
            inside = TEXT.replace('health = "on-track"', "")
            keys = document.complete(inside, after="value = 1, ")
            check(f"{tool} completes the keys of a check-in", keys == {"confidence", "health", "note", "measured"}, keys)
            choices = document.complete(TEXT.replace('"on-track"', ""), after="health = ")
            check(f"{tool} completes the health of a check-in", '"at-risk"' in choices, choices)
            choices = document.complete(TEXT.replace('"flow"', ""), after="kind = ")
            check(f"{tool} completes the kinds of key results", '"business"' in choices, choices)


lint_the_example()
lint_mistakes()
complete_and_hover()
