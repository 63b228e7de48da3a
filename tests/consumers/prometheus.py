"""A real Prometheus with the recorded series of a quarter is asked, and its answers are held against numbers computed here."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from decimal import Decimal, localcontext
from pathlib import Path

from checks import ROOT, check

PROGRAMS = Path(os.environ["PROMETHEUS"])
# The fourth quarter of 2026, a sample every five minutes.
BEGIN = datetime(2026, 10, 1, tzinfo=timezone.utc)
END = datetime(2027, 1, 1, tzinfo=timezone.utc)
EVERY = timedelta(minutes=5)
HOUR = timedelta(hours=1)
# The server that is measured was away for three days. It went ten minutes after an hour, so that what is asked for on the hour
# is well on one side or the other of the five minutes for which a sample counts.
AWAY = (datetime(2026, 10, 20, 6, 10, tzinfo=timezone.utc), datetime(2026, 10, 23, 6, 10, tzinfo=timezone.utc))


def times():
    at = BEGIN
    while at < END:
        yield at
        at += EVERY


def recorded():
    """Each series by its labels: the samples by their times."""
    mtbf, other, deployments = {}, {}, {}
    total = 0
    for number, at in enumerate(times()):
        if not AWAY[0] <= at < AWAY[1]:
            mtbf[at] = Decimal(9600 + number * 7919 % 14400) / 100
        other[at] = Decimal(number % 10)
        total += number % 37 == 0
        deployments[at] = Decimal(total)
    return {
        'okr_mtbf_hours{team="sre"}': mtbf,
        'okr_mtbf_hours{team="delivery"}': other,
        "okr_deployments_total": deployments,
    }


def open_metrics(series):
    lines = ["# TYPE okr_mtbf_hours gauge"]
    for name, samples in series.items():
        if name == "okr_deployments_total":
            lines.append("# TYPE okr_deployments counter")
        lines += [f"{name} {value} {int(at.timestamp())}" for at, value in samples.items()]
    return "\n".join([*lines, "# EOF", ""])


def value_at(samples, at):
    """The newest sample of the last five minutes."""
    since = BEGIN + (at - BEGIN) // EVERY * EVERY
    return samples.get(since) if at - since < EVERY else None


def points(begin, end, step):
    count = (end - begin) // step
    return [end - step * back for back in reversed(range(count))]


def shown(value):
    """As okr shows it: fractions to fifteen digits, without trailing zeros."""
    with localcontext() as context:
        context.prec = 15 if value != value.to_integral_value() else 28
        return f"{+value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def questions(series):
    """What is asked, and what is right."""
    mtbf = series['okr_mtbf_hours{team="sre"}']
    deployments = series["okr_deployments_total"]
    query = 'okr_mtbf_hours{team="sre"}'
    now = datetime(2026, 11, 16, 8, 0, tzinfo=timezone.utc)
    for at in (now, now + timedelta(minutes=2), BEGIN, AWAY[0] + timedelta(minutes=-1)):
        yield {"query": query, "at": at, "value": shown(value_at(mtbf, at))}
        yield {"query": f"scalar({query}) / 3", "at": at, "value": shown(value_at(mtbf, at) / 3)}
    noon = datetime(2026, 10, 20, 12, 2, tzinfo=timezone.utc)
    kept = sum(1 for at in mtbf if noon - timedelta(days=1) < at <= noon)
    yield {"query": f"count_over_time({query}[1d])", "at": noon, "value": str(kept)}

    # Half a quarter takes a step of a quarter of an hour, a whole one of an hour, a day one of a minute; and a step of its own.
    minute, day = timedelta(minutes=1), timedelta(days=1)
    for begin, end, step, given in (
        (BEGIN, now, 15 * minute, None),
        (BEGIN, END - EVERY, HOUR, None),
        (BEGIN, now + timedelta(minutes=17, seconds=30), HOUR, HOUR),
        (now - day, now, minute, None),
        (BEGIN, END - EVERY, day, day),
    ):
        wanted = points(begin, end, step)
        values = [value for value in (value_at(mtbf, at) for at in wanted) if value is not None]
        gaps = []
        if len(values) < len(wanted):
            gaps = [f"{len(values)} of {len(wanted)} steps of the period have a value ({len(values) * 100 // len(wanted)} %)"]
        for aggregate, value in {
            "mean": sum(values) / len(values),
            "min": min(values),
            "max": max(values),
            "last": values[-1],
        }.items():
            yield {"query": query, "from": begin, "to": end, "step": given, "aggregate": aggregate, "value": shown(value), "remarks": gaps}

    # What was added in each hour adds up to what was added in all.
    added = value_at(deployments, now) - value_at(deployments, BEGIN)
    per_hour = "okr_deployments_total - okr_deployments_total offset 1h"
    yield {"query": per_hour, "from": BEGIN, "to": now, "step": HOUR, "aggregate": "sum", "value": shown(added), "remarks": []}

    for query, error in (
        ("okr_mtbf_hours", "the query gives 2 series, which differ in team"),
        ("okr_nothing", "the query gives no data"),
        ("vector(0) / 0", "the query gives NaN, which is no value"),
        ("vector(1) / 0", "the query gives +Inf, which is no value"),
        ("okr_deployments_total[1h]", "the query gives a range of samples, not a value"),
        ('"text"', "the query gives a text, not a number"),
        ("sum(", "Prometheus refuses the query (bad_data): "),
    ):
        yield {"query": query, "at": now, "error": error}
    for query, error in (
        ("okr_mtbf_hours", "the query gives 2 series, which differ in team"),
        ("okr_nothing", "the query gives no data"),
        ("vector(0) / 0", "the query gives NaN, which is no value"),
        ("sum(", "Prometheus refuses the query (bad_data): "),
    ):
        yield {"query": query, "from": BEGIN, "to": now, "step": HOUR, "aggregate": "mean", "error": error}
    away = AWAY[0] + day
    yield {"query": 'okr_mtbf_hours{team="sre"}', "at": away, "error": "the query gives no data"}


def plain(value):
    """As JSON has it: times in RFC 3339, lengths in seconds."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return int(value.total_seconds())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Prometheus:
    """A Prometheus on this machine that holds these series and gathers none, for the time of a `with`."""

    def __init__(self, directory, text):
        self.directory = Path(directory)
        (self.directory / "series.txt").write_text(text)
        (self.directory / "prometheus.yml").write_text("global: {}\n")
        blocks = [PROGRAMS / "promtool", "tsdb", "create-blocks-from", "--quiet", "--max-block-duration=744h", "openmetrics"]
        made = subprocess.run([*blocks, "series.txt", "data"], cwd=directory, capture_output=True, text=True)
        check("promtool takes the series", made.returncode == 0, made.stdout + made.stderr)

    def __enter__(self):
        self.url = f"http://127.0.0.1:{free_port()}"
        command = [
            PROGRAMS / "prometheus",
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        ]
        with open(self.directory / "log.txt", "w") as log:
            self.process = subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log)
        for _ in range(300):
            if self.process.poll() is None and self._is_ready():
                return self
            time.sleep(0.1)
        self.process.kill()
        sys.exit(f"Prometheus does not begin:\n{(self.directory / 'log.txt').read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def _is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}/-/ready", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def ask_through_the_library(served, series, directory):
    asked = list(questions(series))
    path = Path(directory) / "questions.json"
    path.write_text(json.dumps(asked, default=plain))
    command = ["cargo", "test", "--locked", "--quiet", "--test", "it", "--", "--ignored", "--exact", "outside::real::a_real_prometheus_is_understood"]
    surroundings = {**os.environ, "OKR_TEST_PROMETHEUS": served.url, "OKR_TEST_PROMETHEUS_QUESTIONS": str(path)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=surroundings)
    passed = done.returncode == 0 and "1 passed" in done.stdout
    check(f"{len(asked)} questions to a real Prometheus", passed, done.stdout + done.stderr)


def measured(served, series, directory):
    """Key results that a real Prometheus measures, as a user has them."""
    workspace = Path(directory) / "workspace"
    (workspace / "okrs" / "2026-q4").mkdir(parents=True)
    config = f"""[gitlab]
owner = "acme/okrs"
[teams.sre]
manager = "mia"
tracker = "acme/sre"
[measure.servers.prometheus]
url = "{served.url}"
"""
    (workspace / "okr.toml").write_text(config)
    query = "okr_mtbf_hours{team='sre'}"
    key_results = {
        "now": f'prometheus = "{query}"',
        "mean": f'prometheus = "{query}", aggregate = "mean", days = 7',
        "most": f'prometheus = "{query}", aggregate = "max", days = 7',
        "many": 'prometheus = "okr_mtbf_hours"',
        "none": 'prometheus = "okr_mtbf_hours_of_nobody"',
        "wrong": 'prometheus = "sum("',
    }
    lines = ["[objective.o]", 'title = "Quiet nights"']
    for name, source in key_results.items():
        lines += [f"[objective.o.kr.{name}]", f'title = "{name}"', 'unit = "h"', "from = 96", "to = 240", f"measure = {{ {source} }}"]
    (workspace / "okrs" / "2026-q4" / "sre.toml").write_text("\n".join([*lines, ""]))
    command = [os.environ["OKR"], "measure", "--format", "json"]
    surroundings = {"PATH": os.environ["PATH"], "OKR_TODAY": "2026-12-01"}
    done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, env=surroundings)
    check("what cannot be measured fails, and all else is measured", done.returncode == 1, done.stdout + done.stderr)
    found = {one["key"].rsplit("/", 1)[1]: one for one in json.loads(done.stdout)["key_results"]}
    end = datetime(2026, 12, 2, tzinfo=timezone.utc)
    mtbf = next(samples for name, samples in series.items() if "sre" in name)
    week = [mtbf[end - number * EVERY] for number in range(7 * 24 * 12)]
    for name, expected in (("now", mtbf[end]), ("mean", sum(week) / len(week)), ("most", max(week))):
        value = Decimal(found[name]["value"])
        check(f"okr measure reads {name}", abs(value - expected) < Decimal("0.000001"), (value, expected))
        check("and says where to see it", found[name]["evidence"].startswith(f"{served.url}/graph?"), found[name])
    for name in ("many", "none", "wrong"):
        unknown = found[name]["value"] is None and found[name]["outcome"] == "unmeasured" and found[name]["reason"]
        check(f"what gives no one number is no value: {name}", unknown, found[name])
    written = (workspace / "okrs" / "2026-q4" / "sre.toml").read_text().count("measured = true")
    check("three check-ins are written", written == 3, written)


with tempfile.TemporaryDirectory() as directory:
    series = recorded()
    with Prometheus(directory, open_metrics(series)) as served:
        ask_through_the_library(served, series, directory)
        measured(served, series, directory)
