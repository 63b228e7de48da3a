"""One line for each check; the first that fails ends the program with the reason."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check(what, holds, why=""):
    """Says that `what` holds, or ends with 1 and `why`."""
    if holds:
        print(f"ok: {what}", flush=True)
        return
    print(f"FAILED: {what}\n{why}", file=sys.stderr, flush=True)
    sys.exit(1)


def okr(arguments, directory=ROOT, environment=None):
    """Runs okr for a directory, on a day in the example's quarter, whenever this runs."""
    command = [os.environ["OKR"], *arguments, "--dir", str(directory)]
    surroundings = {**os.environ, "OKR_TODAY": "2026-11-16", **(environment or {})}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=surroundings)
