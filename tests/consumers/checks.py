"""One line for each check; the first that fails ends the program with the reason."""

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
