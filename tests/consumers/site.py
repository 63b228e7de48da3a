"""The pages of okr report, of the example and of weeks of the quarter that the tests play, held against an accessibility checker
(axe-core), a validator of HTML (html-validate), and the contrast that the guidelines ask for (WCAG 2, level AA)."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from checks import check, okr

MODULES = Path(os.environ["NODE_MODULES"])

# Where tests/it/quarter leaves what it plays, and tests/it/cli/flow_pages.rs the pages of value streams.
QUARTER = Path(os.environ["OKR"]).parent.parent / "tmp" / "quarter"
WEEKS = ("week-02", "week-07", "week-13", "closed", "flow")

RULES = {"extends": ["html-validate:recommended"]}


def node(arguments, what):
    # To a file: of what goes to a pipe, node forgets the end when it ends with a status.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        done = subprocess.run(["node", *arguments], stdout=out, stderr=subprocess.PIPE, text=True, timeout=300, cwd=MODULES.parent)
        out.seek(0)
        said = out.read()
    check(f"{what} runs", said.startswith(("[", "{")), done.stderr or said)
    return json.loads(said)


def channel(value):
    value /= 255
    return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour):
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (channel(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrasts(style):
    """Every pair of a text and what lies behind it, in both schemes; and of lines that must be told from the page."""
    pairs = {name: colours for name, *colours in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", style)}
    heat = re.findall(r"\.heat-\d \{ background: light-dark\((#\w+), (#\w+)\)", style)
    texts = [(text, back) for text in ("text", "dim", "link", "bad", "good") for back in ("page", "card")]
    texts += [(name, f"{name}-back") for name in ("good", "warn", "bad", "unsure")] + [("text", "warn-back"), ("link", "warn-back")]
    seen = 0
    for at, scheme in enumerate(("light", "dark")):
        for text, back in texts:
            ratio = contrast(pairs[text][at], pairs[back][at])
            check(f"{text} on {back} can be read ({scheme}: {ratio:.1f})", ratio >= 4.5)
            seen += 1
        for shade in heat:
            ratio = contrast(pairs["text"][at], shade[at])
            check(f"text on a shade of the heat map can be read ({scheme}: {ratio:.1f})", ratio >= 4.5)
            seen += 1
        for line in ("measured", "pace", "fill-good", "fill-bad", "fill-unsure", "fill-quiet", *(f"series-{at}" for at in range(1, 7))):
            ratio = contrast(pairs[line][at], pairs["page"][at])
            check(f"the line {line} can be seen ({scheme}: {ratio:.1f})", ratio >= 3)
            seen += 1
    check("colours were compared", seen >= 50 and len(heat) == 5)


def main():
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "site"
        done = okr(["report", "--out", str(out)])
        check("okr report writes the example's pages", done.returncode == 0, done.stderr)
        pages = sorted(str(page) for page in out.rglob("*.html"))
        check("there are pages of every kind", len(pages) >= 14)
        for week in WEEKS:
            of_week = sorted(str(page) for page in (QUARTER / week).rglob("*.html"))
            check(f"the tests have left pages of {week} in {QUARTER}", len(of_week) >= 12)
            pages += of_week
        for page, found in node([os.environ["AXE"], *pages], "axe-core").items():
            name = Path(page).relative_to(out if Path(page).is_relative_to(out) else QUARTER)
            check(f"{name} breaks no rule of axe-core ({found['passes']} rules had something to check)", not found["violations"] and found["passes"] >= 15, json.dumps(found["violations"], indent=1))
        config = Path(directory) / "rules.json"
        config.write_text(json.dumps(RULES), encoding="utf-8")
        validator = MODULES / "html-validate" / "bin" / "html-validate.mjs"
        results = node([str(validator), "--config", str(config), "--formatter", "json", *pages], "html-validate")
        wrong = [f"{Path(one['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}" for one in results for message in one["messages"]]
        check("every page is valid HTML", not wrong, "\n".join(sorted(set(wrong))[:40]))
        # Both find what is wrong, else their silence would mean nothing.
        bad = Path(directory) / "bad.html"
        bad.write_text("<!DOCTYPE html><html><head><title>x</title></head><body><img src=x><p><div></p></body></html>", encoding="utf-8")
        found = node([os.environ["AXE"], str(bad)], "axe-core")[str(bad)]
        check("axe-core finds a picture without words", any(rule["id"] == "image-alt" for rule in found["violations"]))
        results = node([str(validator), "--config", str(config), "--formatter", "json", str(bad)], "html-validate")
        check("html-validate finds a paragraph that ends twice", sum(one["errorCount"] for one in results) > 0)
        contrasts((out / "style.css").read_text(encoding="utf-8"))


main()
