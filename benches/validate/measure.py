"""Runs every tool on the files in DIRECTORY/good, so many times, and prints a Markdown table.

    measure.py DIRECTORY RUNS

A tool that refuses those files, or accepts the ones in DIRECTORY/bad, ends it.
"""

import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

CORES = len(os.sched_getaffinity(0))
TOOLS = {
    "okr validate": ["okr", "validate", "--quiet"],
    "taplo lint": ["taplo", "lint", "--no-auto-config", "okrs/**/*.toml"],
    "tombi lint": ["tombi", "lint", "--offline", "okrs"],
    "check-jsonschema": ["check-jsonschema", "--schemafile", "schema/okr.schema.json"],
}


def run(tool, workspace):
    """Its status, the seconds from start to end, those of processors, and the most bytes that a process of it took."""
    command = TOOLS[tool]
    paths = b""
    if tool == "check-jsonschema":
        found = sorted(str(path.relative_to(workspace)) for path in workspace.glob("okrs/*/*.toml"))
        paths = "\0".join(found).encode()
        each = math.ceil(len(found) / CORES)
        command = ["xargs", "-0", "-s", "1000000", "-P", str(CORES), "-n", str(each), *command]
    with open(os.devnull, "wb") as nowhere:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=workspace, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        process.stdin.write(paths)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def version(tool):
    said = subprocess.run([TOOLS[tool][0], "--version"], capture_output=True, text=True, check=True)
    return next(word for word in said.stdout.split() if word[0].isdigit())


def main():
    work, runs = Path(sys.argv[1]), int(sys.argv[2])
    good = work / "good"
    for tool in TOOLS:
        if run(tool, work / "bad")[0] == 0:
            sys.exit(f"{tool} accepts a mistake")
        if (status := run(tool, good)[0]) != 0:
            sys.exit(f"{tool} refuses the files: status {status}")
    results = {tool: [] for tool in TOOLS}
    for _ in range(runs):
        for tool, measured in results.items():
            measured.append(run(tool, good)[1:])

    sizes = [path.stat().st_size for path in good.glob("okrs/*/*.toml")]
    print(f"{len(sizes):,} files, {sum(sizes) / len(sizes) / 1000:.1f} kB each, {CORES} cores, median of {runs}:\n")
    print("| | version | time | processor time | memory |")
    print("| --- | --- | ---: | ---: | ---: |")
    for tool, measured in results.items():
        wall, processor, memory = zip(*measured)
        print(
            f"| {tool} | {version(tool)} | {statistics.median(wall):.2f} s | {statistics.median(processor):.2f} s "
            f"| {max(memory) / 1e6:.0f} MB |"
        )


main()
