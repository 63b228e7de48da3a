//! How long the report of a large company's quarter takes, what it allocates, and how large its pages are.
//!
//! ```sh
//! cargo bench --bench report
//! ```
//!
//! Method. 500 teams, in 20 departments under one company, with two objectives of ten key results each, 10,000 key results:
//! ways to a target, guardrails and steps, each with a check-in a week, most with a note; what is late, at risk or silent is
//! spread over them, each objective supports one above it, and every third key result waits for another team's. They are
//! looked at on the quarter's last Monday, when there is most to show. The two cases: the status from the tree, and every page
//! of the site from the status, on all cores as `okr report` makes them; no file is read or written. The allocations beside
//! the time are all of the status's; of the pages they are only those of the thread that waits for the others. The sizes of
//! the pages, and the most memory of the process with the files' texts in it, are printed at the end; a page of more than
//! 300 kB fails the run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark is no shipping code"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::LazyLock;

use divan::{AllocProfiler, Bencher};
use jiff::ToSpan as _;
use okrsync::config;
use okrsync::config::Config;
use okrsync::diag::Diagnostics;
use okrsync::load;
use okrsync::model::{Date, OkrTree};
use okrsync::render::site::{Site, SiteMaterial};
use okrsync::report::{Issues, Material, Status, status};
use okrsync::text::SourceMap;
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const TEAMS: usize = 500;
const DEPARTMENTS: usize = 20;
const OBJECTIVES: usize = 2;
const KEY_RESULTS: usize = 10;
const WEEKS: usize = 13;
/// What one page may weigh.
const LARGEST_PAGE: usize = 300_000;

static COMPANY: LazyLock<Company> = LazyLock::new(Company::new);

fn main() {
    divan::main();
    let pages = pages(&COMPANY.status());
    let (largest, size) = pages.iter().max_by_key(|(_, size)| **size).unwrap();
    let total: usize = pages.values().sum();
    println!(
        "{} files, {total} bytes; the largest: {largest} with {size} bytes",
        pages.len()
    );
    let process = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = process.lines().find(|line| line.starts_with("VmHWM")) {
        println!("most memory: {}", line.trim_start_matches("VmHWM:").trim());
    }
    assert!(*size <= LARGEST_PAGE, "{largest} is too large");
}

/// The files as they are loaded.
struct Company {
    sources: SourceMap,
    config: Config,
    tree: OkrTree,
}

impl Company {
    fn new() -> Self {
        let mut sources = SourceMap::new();
        let settings = sources.add("okr.toml", settings());
        let mut found = Diagnostics::new();
        let config = config::load(&sources, settings, &[], &mut found);
        let mut ids = Vec::new();
        for department in 0..DEPARTMENTS {
            let text = "[objective.all]\ntitle = \"What the department is there for\"\n";
            ids.push(sources.add(format!("okrs/2026-q4/d{department}.toml"), text));
        }
        for team in 0..TEAMS {
            ids.push(sources.add(format!("okrs/2026-q4/t{team}.toml"), file_of(team)));
        }
        let tree = load::load(&sources, &ids, &config, &mut found);
        assert!(!found.has_errors(), "{:?}", found.iter().next());
        Self {
            sources,
            config,
            tree,
        }
    }

    fn status(&self) -> Status {
        let today: Date = "2026-12-28".parse().unwrap();
        status(&Material {
            tree: &self.tree,
            config: &self.config,
            sources: &self.sources,
            issues: Issues::NotObserved,
            quarter: "2026-q4".parse().unwrap(),
            today,
            since: today.checked_sub(7.days()).unwrap(),
        })
        .unwrap()
    }
}

fn settings() -> String {
    let mut text =
        "[gitlab]\nowner = \"acme/okrs\"\nbots = [\"bot\"]\n[policy]\nobjectives = { max = 2 }\n\
        key_results = { min = 0, max = 10 }\nall_key_results = 100\nobjectives_per_owner = 100\n\
        areas = [\"availability\", \"product\", \"infrastructure\"]\n\
        [teams.company]\nname = \"Company\"\nmanager = \"chief\"\ntracker = \"acme/company\"\n"
            .to_owned();
    let mut team = |id: String, parent: &str| {
        let _ = write!(
            text,
            "[teams.{id}]\nname = \"Team {id}\"\nparent = \"{parent}\"\nmanager = \"manager-{id}\"\ntracker = \"acme/{id}\"\n"
        );
    };
    for department in 0..DEPARTMENTS {
        team(format!("d{department}"), "company");
    }
    for at in 0..TEAMS {
        team(format!("t{at}"), &format!("d{}", at % DEPARTMENTS));
    }
    text
}

fn file_of(team: usize) -> String {
    let mut text = String::new();
    for objective in 0..OBJECTIVES {
        let _ = write!(
            text,
            "[objective.o{objective}]\ntitle = \"Let users of service {team}.{objective} work without a thought of us\"\n\
             description = \"\"\"\nWhat we heard most, from customers and from each other, was how often they wait.\n\"\"\"\n\
             supports = [\"d{}/all\"]\n",
            team % DEPARTMENTS
        );
        for key_result in 0..KEY_RESULTS {
            let _ = write!(
                text,
                "[objective.o{objective}.kr.k{key_result}]\ntitle = \"Raise the mean time between failures of part {key_result}\"\n\
                 owner = \"person-{key_result}\"\narea = \"{}\"\nkind = \"{}\"\nshare = 10\n",
                ["availability", "product", "infrastructure"][key_result % 3],
                ["business", "flow", "team"][key_result % 3],
            );
            if key_result.is_multiple_of(3) {
                let other = (team * 7 + key_result) % 40;
                if other != team {
                    let _ = writeln!(text, "depends_on = [\"t{other}/o0/k1\"]");
                }
            }
            measure(&mut text, team, key_result);
        }
    }
    text
}

/// A measure and what was said of it, week by week.
fn measure(text: &mut String, team: usize, key_result: usize) {
    let is_steps = key_result == 9;
    text.push_str(match key_result {
        9 => {
            "milestone.a = { title = \"The causes are known\", weight = 20, due = 2026-10-30, done = 2026-10-28 }\n\
             milestone.b = { title = \"The plan is agreed on\", weight = 20, due = 2026-11-20, done = 2026-11-23 }\n\
             milestone.c = { title = \"All clusters follow it\", weight = 60, due = 2026-12-11 }\n"
        }
        8 => {
            "metric = \"share of deployments that needed a rollback\"\nunit = \"%\"\nat_most = 5\nscoring = \"periods-held\"\n"
        }
        _ => "metric = \"mean time between failures\"\nunit = \"h\"\nfrom = 96\nto = 240\n",
    });
    // Some fall silent, some stand still, the others go on at their own pace.
    let (silent, flat) = (team % 11 == key_result, team % 7 == key_result);
    let first: Date = "2026-10-05".parse().unwrap();
    for (week, at) in (0..WEEKS).zip(0_i64..) {
        if silent && week > 6 {
            continue;
        }
        let day = first.checked_add((7 * at).days()).unwrap();
        let value = match key_result {
            8 => 4 + (team + week) % 3,
            _ if flat => 110,
            _ => 96 + week * (4 + (team + key_result) % 9),
        };
        let value = if is_steps {
            String::new()
        } else {
            format!("value = {value}, ")
        };
        let note = if (week + key_result).is_multiple_of(3) {
            ""
        } else {
            ", note = \"Two failovers, both under a minute; the last cluster moves when the new disks have come.\""
        };
        let sure = 40 + (team + week * 5) % 50;
        let _ = writeln!(
            text,
            "check_in.{day} = {{ {value}confidence = {sure}, health = \"on-track\"{note} }}"
        );
    }
}

/// Every file of the site with its size.
fn pages(status: &Status) -> BTreeMap<String, usize> {
    let moved = BTreeMap::new();
    let site = Site::new(SiteMaterial {
        status,
        tree: &COMPANY.tree,
        moved: &moved,
        flows: &[],
    });
    let files = site.files();
    files
        .par_iter()
        .map(|(path, page)| (path.clone(), black_box(site.text(*page)).len()))
        .collect()
}

#[divan::bench(sample_count = 10)]
fn status_of_the_tree(bencher: Bencher<'_, '_>) {
    LazyLock::force(&COMPANY);
    bencher.bench(|| COMPANY.status());
}

#[divan::bench(sample_count = 10)]
fn every_page(bencher: Bencher<'_, '_>) {
    let status = COMPANY.status();
    bencher.bench(|| pages(black_box(&status)));
}
