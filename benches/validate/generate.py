"""Writes a large company's OKRs: an okr.toml, and a file of about 2 KB for each team in each of eight quarters.

    generate.py DIRECTORY [--files 10000] [--mistakes 0]

The same arguments write the same files. Every file is valid TOML and fits the schema, every reference names something;
what rules of good OKRs find is left in about one file of twenty, as in life. `--mistakes 5` puts five into every file that
no tool may accept: an unknown key, text for a number, a wrong choice, a share over 100, and a quoted date.
"""

import argparse
import datetime
import random
from pathlib import Path

YEARS = [2025, 2026]
QUARTERS = [f"{year}-q{number}" for year in YEARS for number in (1, 2, 3, 4)]
NOW = QUARTERS[-1]
TEAMS_A_DEPARTMENT = 40
AREAS = ["availability", "product", "infrastructure"]
WORDS = """storage search billing identity mobile gateway catalog delivery observability networking payments runners
editor sync replica ledger pricing checkout onboarding support insight growth trust release schema cache queue media
messaging calendar mapping routing backup archive browser firmware""".split()
GOALS = [
    "Make {} so dependable that nobody has to think about it",
    "Let every team change {} without asking anybody first",
    "Give customers back the time that {} takes from them today",
    "Turn {} from a source of surprises into a dull one",
]
REASONS = [
    "before the large customers arrive",
    "while the old platform still carries half of it",
    "so that the next year can begin without it",
    "as the audit has asked for",
    "for everybody who works at night",
    "where it hurts customers most",
    "in every region, not only in the first",
    "without more people than today",
]
# What is measured, unit, from, to, kind, flow metric.
MEASURES = [
    ("mean time between failures of {}", "h", 96, 240, "business", None),
    ("requests of {} that fail", "%", 2.4, 0.5, "business", None),
    ("customers who use {} every week", "customers", 1200, 2000, "business", None),
    ("median flow time of changes to {}", "days", 21, 8, "flow", "time"),
    ("flow efficiency of changes to {}", "%", 15, 35, "flow", "efficiency"),
    ("changes to {} in progress at a time", "changes", 34, 12, "flow", "load"),
    ("pages of {} in an on-call shift", "pages", 14, 5, "team", None),
    ("builds of {} that had to be repeated", "%", 18, 4, "team", None),
]
BUSINESS, FLOW, TEAM = MEASURES[:3], MEASURES[3:6], MEASURES[6:]
NOTES = [
    "The first half is through; what is left waits for a maintenance window.",
    "Two of three teams have moved. The third one asked for two more weeks.",
    "Flat since last week: the migration took the people who work on it.",
    "Better than it looks: the old machines still count until they are gone.",
]
PEOPLE = "ines tomasz leila noor mia jonas aiko samir carla emeka".split()


def days_of(quarter):
    year, number = int(quarter[:4]), int(quarter[-1])
    start = datetime.date(year, 3 * number - 2, 1)
    end = datetime.date(year + number // 4, 3 * number % 12 + 1, 1) - datetime.timedelta(days=1)
    return start, end


def is_over(quarter):
    return quarter != NOW


def teams_of(count):
    """Every team with the one above it: a company, its departments, their teams."""
    names = [f"{one}-{other}" for one in WORDS for other in WORDS if one != other]
    departments = max(1, round(count / TEAMS_A_DEPARTMENT))
    teams = [("company", None)]
    for number, name in enumerate(names[: count - 1]):
        teams.append((name, "company" if number < departments else teams[1 + number % departments][0]))
    return teams[:count]


def config(teams):
    lines = ["[gitlab]", 'url = "https://gitlab.example.com"', 'owner = "acme/okrs"', 'bots = ["okr-bot"]', ""]
    lines += ["[policy]", "objectives = { min = 1, max = 2 }", "key_results = { min = 2, max = 4 }"]
    lines += [f"areas = {AREAS}".replace("'", '"'), ""]
    for quarter in filter(is_over, QUARTERS):
        lines += [f'[quarters."{quarter}"]', 'state = "closed"', ""]
    for number, (team, parent) in enumerate(teams):
        lines += [f"[teams.{team}]", f'name = "{team.replace("-", " ").title()}"']
        lines += [f'parent = "{parent}"'] if parent else []
        lines += [f'manager = "{PEOPLE[number % 10]}-{number}"', f'tracker = "acme/{team}"', ""]
    return "\n".join(lines)


def check_ins(dice, quarter, start_value, end_value):
    start, _ = days_of(quarter)
    weeks = dice.sample(range(1, 7), dice.choice([1, 2, 2, 3]))
    # The rest of the running quarter has not come yet; some have fallen silent.
    if quarter == NOW and dice.random() > 0.1:
        weeks = [*weeks[1:], 6]
    for week in sorted(set(weeks)):
        day = start + datetime.timedelta(days=7 * week)
        value = round(start_value + (end_value - start_value) * week / 13 * dice.uniform(0.6, 1.2), 1)
        parts = [f"value = {value:g}"]
        if dice.random() < 0.7:
            parts.append(f"confidence = {dice.randrange(40, 80, 5)}")
        parts.append(f'health = "{dice.choice(["on-track", "on-track", "needs-attention"])}"')
        if dice.random() < 0.2:
            parts.append(f'note = "{dice.choice(NOTES)}"')
        yield f"check_in.{day} = {{ {', '.join(parts)} }}"


def key_result(dice, quarter, number, team, ids, measure, share, area, extra):
    what, unit, low, high, kind, flow_metric = measure
    what = what.format(team.replace("-", " "))
    low, high = (round(value * dice.uniform(0.85, 1.15), 1) for value in (low, high))
    verb = "Raise" if high > low else "Cut"
    lines = [f"[objective.{ids[0]}.kr.{ids[1]}]"]
    lines.append(f'title = "{verb} {what} from {low} {unit} to {high} {unit}"')
    lines.append(f'owner = "{dice.choice(PEOPLE)}-{number}"')
    lines += [f'area = "{area}"', f"share = {share}", f'kind = "{kind}"']
    lines += [f'flow_metric = "{flow_metric}"'] if flow_metric else []
    lines.append(f'metric = "{what}, {dice.choice([7, 28, 30])} days"')
    lines += [f'unit = "{unit}"'] if dice.random() > 0.02 else []
    lines += [f"from = {low}", f"to = {high}"]
    if ids[1] == "outcome" or dice.random() < 0.3:
        lines.append(f"due = {days_of(quarter)[1] - datetime.timedelta(days=dice.randrange(5, 25))}")
    if dice.random() < 0.3:
        lines.append(f"work = ['acme/{team}#{dice.randrange(1, 900)}']")
    lines += extra
    lines += check_ins(dice, quarter, low, high)
    if is_over(quarter):
        lines += ['outcome = "Most of it was reached."', f'evidence = ["https://example.com/{team}/{quarter}"]']
    return [*lines, ""]


def mistakes(dice, lines, count):
    """Five lines that no checker of the schema may accept, each under a key result's header of its own."""
    wrong = [
        ["shaer = 10", "from = 1", "to = 2"],
        ['from = "96 h"', "to = 240"],
        ['kind = "busines"', "from = 1", "to = 2"],
        ["share = 140", "from = 1", "to = 2"],
        ['due = "18.12.2026"', "from = 1", "to = 2"],
    ]
    objective = next(line for line in lines if line.startswith("[objective."))[11:-1]
    for number in range(count):
        lines += [f"[objective.{objective}.kr.wrong-{number}]", 'title = "Raise it"', *wrong[number % len(wrong)], ""]
    return lines


def okrs(dice, quarter, number, teams, wrong):
    team, parent = teams[number]
    confirmed, sibling = number - 1, number + 1
    depends = number % 4 == 1 and sibling < len(teams)
    lines = ["#:schema ../../schema/okr.schema.json", ""]
    for objective in ["dependable", "faster"][: 2 if number % 8 == 7 else 1]:
        goal = GOALS[(number + len(objective)) % len(GOALS)].format(team.replace("-", " "))
        title = f"{goal} {REASONS[QUARTERS.index(quarter)]}"
        lines += [f"[objective.{objective}]", f'title = "{title}"']
        if dice.random() < 0.4:
            lines += ['description = """', "What we heard most in the last two quarters, from customers and each other.", '"""']
        lines += [f'supports = ["{parent}/dependable"]'] if parent else []
        if is_over(quarter):
            lines.append('outcome = "Customers have noticed."')
            lines.append('retrospective = { good = ["We began early."], bad = ["We measured late."], try = ["Less at once."] }')
        lines.append("")
        share = {1: (40, 35, 25), 2: (20, 15, 15)}[2 if number % 8 == 7 else 1]
        # Who has teams below leaves their telemetry to them.
        first, last = dice.sample(BUSINESS, 2)
        chosen = [first, dice.choice(FLOW), last if parent in (None, "company") else dice.choice(TEAM)]
        for at, name in enumerate(["outcome", "flow", "team"]):
            extra = []
            if depends and at == 1:
                extra = [f'depends_on = ["{teams[sibling][0]}/dependable/flow"]']
            if confirmed % 4 == 1 and at == 1 and objective == "dependable":
                extra += [f'confirms = ["{teams[confirmed][0]}/dependable/flow"]']
            lines += key_result(
                dice, quarter, number, team, (objective, name), chosen[at], share[at], AREAS[(number + at) % 3], extra
            )
    return "\n".join(mistakes(dice, lines, wrong))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--mistakes", type=int, default=0)
    options = parser.parse_args()
    teams = teams_of(-(-options.files // len(QUARTERS)))
    dice = random.Random(1)
    options.directory.mkdir(parents=True, exist_ok=True)
    (options.directory / "okr.toml").write_text(config(teams), encoding="utf-8")
    left = options.files
    for quarter in QUARTERS:
        folder = options.directory / "okrs" / quarter
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(min(left, len(teams))):
            text = okrs(dice, quarter, number, teams, options.mistakes)
            (folder / f"{teams[number][0]}.toml").write_text(text, encoding="utf-8")
        left -= min(left, len(teams))


main()
