//! A department of four teams as it plans its quarter, before anybody has checked in, and what it says at the quarter's end.

/// Who plans, where issues live, what is asked.
pub(super) const SETTINGS: &str = r#"[gitlab]
url = "https://gitlab.example.com"
owner = "acme/okrs"
bots = ["okr-bot"]

[quarters."2026-q4"]
state = "draft"

[teams.platform]
name = "Platform"
manager = "dora"
tracker = "acme/platform"
policy = { key_results = { min = 0, max = 3 } }

[teams.reliability]
name = "Reliability"
parent = "platform"
manager = "rhea"
tracker = "acme/reliability"

[teams.delivery]
name = "Delivery"
parent = "platform"
manager = "dario"
tracker = "acme/delivery"

[teams.data]
name = "Data"
parent = "platform"
manager = "hana"
tracker = "acme/data"

[policy]
objectives = { min = 1, max = 1 }
key_results = { min = 3, max = 3 }
areas = ["availability", "product", "infrastructure"]
"#;

/// Each team's file of the quarter.
pub(super) const TEAMS: [(&str, &str); 4] = [
    ("platform", PLATFORM),
    ("reliability", RELIABILITY),
    ("delivery", DELIVERY),
    ("data", DATA),
];

const PLATFORM: &str = r#"[objective.dependable]
title = "Make the platform one that customers run their business on"
description = """
Customers decide by three questions: how often does it fail, how soon do fixes reach them, and is their data safe? Each
team answers one. This objective has no numbers of its own: it stands where its teams stand.
"""
"#;

const RELIABILITY: &str = r#"[objective.outages]
title = "Keep users' work from being interrupted"
description = """
Two failures in a week undo the trust of a quiet quarter. We go for the causes that return.
"""
supports = ["platform/dependable"]

[objective.outages.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
owner = "ines"
area = "availability"
share = 45
kind = "business"
metric = "mean time between failures that users noticed, 30 days"
unit = "h"
from = 96
to = 240
depends_on = ["delivery/flow/change-failures"]

[objective.outages.kr.pages]
title = "Cut pages per on-call shift from 14 to 5"
owner = "leila"
area = "infrastructure"
share = 25
kind = "team"
metric = "mean number of pages in a 12 h on-call shift"
unit = "pages"
from = 14
to = 5
due = 2026-12-23

[objective.outages.kr.availability]
title = "Serve at least 99.95 % of requests, week by week"
owner = "tomasz"
area = "product"
share = 30
kind = "flow"
flow_metric = "efficiency"
metric = "share of requests that were answered in time, by week"
unit = "%"
at_least = 99.95
scoring = "periods-held"
"#;

const DELIVERY: &str = r#"[objective.flow]
title = "Get finished work to users within the day"
description = """
Small changes that go out soon are easier to judge and to take back; so speed and safety are measured side by side.
"""
supports = ["platform/dependable"]

[objective.flow.kr.lead-time]
title = "Shorten the way from merge to production, nights included"
owner = "wei"
area = "product"
share = 45
kind = "flow"
flow_metric = "time"
metric = "median flow time from merge to production"
unit = "h"
from = 72
to = 12
depends_on = ["data/recovery/backups"]

[objective.flow.kr.change-failures]
title = "Let at most 5 % of deployments end in a rollback or a hotfix"
owner = "priya"
area = "availability"
share = 25
kind = "business"
metric = "share of deployments that needed a rollback or a hotfix, by week"
unit = "%"
at_most = 5
scoring = "periods-held"
confirms = ["reliability/outages/hours"]

[objective.flow.kr.manual-steps]
title = "Cut manual steps of a self-managed release from 42 to 10"
owner = "sam"
area = "infrastructure"
share = 30
kind = "team"
metric = "manual steps of the month's self-managed release"
unit = "steps"
from = 42
to = 10
due = 2026-12-21
"#;

const DATA: &str = r#"[objective.recovery]
title = "Let no failure cost users their data or their day"
description = """
Failures cannot all be prevented; what they cost can be chosen. We practise the repairs that we hope never to need.
"""
supports = ["platform/dependable"]

[objective.recovery.kr.restore-time]
title = "Lower the time to restore from 95 min to 30 min"
owner = "noor"
area = "availability"
share = 50
kind = "business"
metric = "mean time to restore a data store, 30 days"
unit = "min"
from = 95
to = 30

[objective.recovery.kr.zone-loss]
title = "Recover every data store from the loss of a zone, proven by exercise"
owner = "joana"
area = "infrastructure"
share = 30
kind = "team"
metric = "data stores whose recovery was proven, by weight"
unit = "%"
milestone.redis = { title = "Redis is recovered in time", weight = 20, due = 2026-10-23 }
milestone.postgresql = { title = "PostgreSQL is recovered in time", weight = 40, due = 2026-11-13 }
milestone.gitaly = { title = "Gitaly is recovered in time", weight = 30, due = 2026-12-11 }
milestone.objects = { title = "The object store is recovered in time", weight = 10, due = 2026-12-18 }
due = 2026-12-18

[objective.recovery.kr.backups]
title = "Raise the share of stores with a proven backup from 60 % to 100 %"
owner = "karl"
area = "product"
share = 20
kind = "flow"
flow_metric = "efficiency"
metric = "share of data stores whose backup was restored in a test of the last 30 days"
unit = "%"
from = 60
to = 100
confirms = ["delivery/flow/lead-time"]
"#;

/// What each objective leaves behind: team, objective, and its closing fields.
pub(super) const LEARNT: [(&str, &str, &str); 4] = [
    (
        "platform",
        "dependable",
        r#"outcome = "Customers see fewer outages; recovery from the loss of a zone is not yet proven for every store."
retrospective = { good = ["Three teams looked at the same pages every Monday."], bad = ["One goal depended on a team that had not agreed to it."], try = ["Ask other teams to confirm before a quarter begins."] }
"#,
    ),
    (
        "reliability",
        "outages",
        r#"outcome = "The MTBF was reached; pages per shift went from 14 to 7."
retrospective = { good = ["Failovers decide for themselves."], bad = ["For six weeks we said that pages were fine while they stood still."], try = ["Look at the chart before saying how it goes."] }
"#,
    ),
    (
        "delivery",
        "flow",
        r#"outcome = "Finished work reaches users within the day, but for what waits for a sign-off at night."
retrospective = { good = ["Deployments got faster and safer at once."], bad = ["The auditors' sign-off was known in August, and nobody planned for it."], try = ["Talk to security before a quarter that needs it."] }
"#,
    ),
    (
        "data",
        "recovery",
        r#"outcome = "Three of four stores survive the loss of a zone; restoring takes 33 min."
retrospective = { good = ["Exercises found what documents had not."], bad = ["Nobody stood in when the owner of backups was away."], try = ["Name who stands in for each key result."] }
"#,
    ),
];

/// What became of each key result that was not dropped.
pub(super) const OUTCOMES: [(&str, &str); 8] = [
    (
        "reliability/outages/hours",
        "outcome = \"244 h.\"\nevidence = [\"https://metrics.example.com/mtbf\"]",
    ),
    (
        "reliability/outages/pages",
        "outcome = \"7 pages a shift; two sources of alarms were found late.\"\nevidence = [\"https://metrics.example.com/pages\"]",
    ),
    (
        "reliability/outages/availability",
        "outcome = \"Eleven weeks of thirteen.\"\nevidence = [\"https://metrics.example.com/availability\"]",
    ),
    (
        "delivery/flow/lead-time",
        "outcome = \"24 h, with the sign-off at night.\"\nevidence = [\"https://metrics.example.com/lead-time\"]",
    ),
    (
        "delivery/flow/change-failures",
        "outcome = \"Twelve weeks of thirteen.\"\nevidence = [\"https://metrics.example.com/change-failures\"]",
    ),
    (
        "data/recovery/restore-time",
        "outcome = \"33 min.\"\nevidence = [\"https://metrics.example.com/restore-time\"]",
    ),
    (
        "data/recovery/zone-loss",
        "outcome = \"The object store waits for a second region.\"\nevidence = [\"https://wiki.example.com/exercises\"]",
    ),
    (
        "data/recovery/backups",
        "outcome = \"98 %, after six weeks in which nobody looked.\"\nevidence = [\"https://metrics.example.com/backups\"]",
    ),
];
