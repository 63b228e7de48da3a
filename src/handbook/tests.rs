use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::text::SourceMap;

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// Five teams, one of them with a name that is full of punctuation.
fn owners() -> Owners {
    let toml = "[gitlab]\nowner = \"g/o\"\n\
        [teams.infrastructure]\nname = \"Infrastructure\"\ntracker = \"g/p\"\n\
        [teams.sre]\nname = \"SRE\"\ntracker = \"g/p\"\n\
        [teams.sae]\nname = \"Site Availability\"\ntracker = \"g/p\"\n\
        [teams.delivery]\nname = \"Delivery: *fast* & [safe] KR\"\ntracker = \"g/p\"\n\
        [teams.kr]\nname = \"Key Result\"\ntracker = \"g/p\"\n";
    let mut sources = SourceMap::new();
    let file = sources.add("okr.toml", toml);
    let mut findings = crate::diag::Diagnostics::new();
    let config = crate::config::load(&sources, file, &[], &mut findings);
    Owners::of(&config.teams)
}

fn reading(text: &str) -> (Reading, SourceMap) {
    let mut sources = SourceMap::new();
    let file = sources.add("page.md", text);
    (read(&sources, file, &owners()), sources)
}

/// What was read and found, for people.
fn shown(text: &str) -> String {
    let (reading, sources) = reading(text);
    let mut shown = String::new();
    for (at, objective) in reading.listing.objectives.iter().enumerate() {
        let supports = objective
            .supports
            .map_or_else(String::new, |of| format!(" (supports {of})"));
        let title = objective.title.as_deref().unwrap_or("—");
        let came = came(&objective.ending, &objective.links);
        writeln!(shown, "{at} {}: {title}{supports}{came}", objective.team).unwrap();
        for key_result in &objective.key_results {
            let area = key_result
                .area
                .as_ref()
                .map_or_else(String::new, |area| format!("[{area}] "));
            let came = came_of(key_result);
            writeln!(shown, "    {area}{}{came}", key_result.title).unwrap();
        }
    }
    for finding in &reading.findings {
        let place = sources.start(finding.primary.as_ref().unwrap().span);
        writeln!(
            shown,
            "{}:{} {}: {}",
            place.line, place.column, finding.rule, finding.message
        )
        .unwrap();
    }
    shown
}

fn came_of(key_result: &ListedKeyResult) -> String {
    came(&key_result.ending, &key_result.links)
}

fn came(ending: &Ending, links: &[String]) -> String {
    let mut came = String::new();
    for (name, value) in [
        ("score", ending.score.map(|score| score.to_string())),
        ("outcome", ending.outcome.clone()),
        ("dropped", ending.dropped.clone()),
        (
            "evidence",
            (!ending.links.is_empty()).then(|| ending.links.join(" ")),
        ),
        ("links", (!links.is_empty()).then(|| links.join(" "))),
    ] {
        if let Some(value) = value {
            write!(came, " | {name} {value}").unwrap();
        }
    }
    came
}

#[test]
fn lines_that_were_published_are_read() {
    insta::assert_snapshot!(
        "nested",
        shown(
            "\
### Infrastructure: Make GitLab.com ready for mission critical workloads

* Site Availability: Minimize GitLab.com's MTTR
  * Deliver observable availability improvements in database backup, restore and verification => 90%
  * Spend no more than 15 point of our [error budget](https://example.com/budget): 6/15
* SRE: Maximize GitLab.com's MTBF => 66%, 6 of 9 issues
  * Spend no more than 15 points of our error budget: 30/15 (0%)
  * Phase 1 DR/HA plan: 6/9 --> 66%
  * Source 10 candidates: 10/10 (110%)
  * Hiring: fill 3 vacancies ==> N/A
"
        )
    );
    insta::assert_snapshot!("one-line", shown("\
1. Infrastructure: Increase product breadth. 25% (6 of 22) \"new in 2019\" categories at minimal maturity, CI/CD for iOS and Android, develop an iOS app on GitLab.com web IDE on iPad => 17%, 100%, 100%
1. SRE: Become data-informed. One, two, three => 27%, 0%, 227%
1. sae: Improve the SUS score. SUS from 74.4 to 76.2 => -1.2%
1. SRE: Streamline. [Availability] One, [Product] Two, [Introspective] Three. => 100%, 50%
1. SRE: Another. A, B. => Done, OBE
"));
    insta::assert_snapshot!(
        "marked",
        shown(
            "\
1. **Infrastructure: [Increase Engineering efficiency](https://example.com/issues/1)** => 77%
    1. Infrastructure KR: Reduce the run time from 70 --> 56 min => 40% | later
    1. Infrastructure KR: First => 100%
    1. Director KR: Third ==> 90%
        1. **SRE: Support it** => 50%
            1. SRE KR: Own => OBE
        1. a detail of the third
    1. Nobody: A leaf below an objective
    1. Unknown Team: With its own
        1. KR: below
"
        )
    );
    insta::assert_snapshot!(
        "issue",
        shown(
            "\
# FY21-Q3 Infrastructure Department OKRs

Some words before.

Objective (IACV): Raise availability (98%)
- Key Result: One
  => 100% On target
- **Key Result: Two**
  => 3/6 50%

Objective (Product): Alone (53%)
Objective: Last
=> 100% as we said

Retrospective: Good / Bad / Try
"
        )
    );
}

#[test]
fn what_is_no_okr_is_reported_where_it_stands() {
    insta::assert_snapshot!(
        "no-okr",
        shown(
            "\
\u{feff}---\r
layout: handbook-page-toc\r
---\r
\r
\t* a plain list\r
* with two items\r
\r
## CEO: Grow. More customers. More sales.\r
\r
* CRO: Sell more\r
\t* KR of nobody => 10%\r
* SRE: Tabs and carriage returns ![badge](b.svg) <b>bold</b>\r
\t* One => 50%\r
\r
\t  => a second outcome\r
\r
\t  words below\r
\r
[unused]: https://example.com\r
\r
| a | b |\r
"
        )
    );
    for text in ["", " \n\t\n", "\u{feff}"] {
        assert_eq!(shown(text), "", "{text:?}");
    }
    assert_eq!(
        shown("Only words."),
        "1:1 handbook-not-read: this line is no objective, key result or outcome\n"
    );
}

/// A title or outcome with everything in it that means something somewhere.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6}",
        2 => prop::sample::select(vec![
            ": ", ", ", ". ", ".", " => ", "==>", "-->", "(98%)", "50%", "6/15", "6 of 9", "KR: ", "Key Result: ",
            "Objective (X): ", "SRE: ", "[Product] ", "*", "**", "_", "`", "<b>", "&amp;", "&", "\\", "#", "##", "- ", "+ ",
            "1. ", "2) ", "> ", "[a](b)", "![a](b)", "@all", "e.g. ", "i.e", "Done", "OBE", "N/A", "-", "–", "—", "=", "~~",
            "$x$", "|", "https://example.com/a,b. ", "é", "成長", "!", "\"", "'", "(", ")", "%", "% )", "''", "\u{a0}", "OKRs",
            "---", "===", "<!-- x -->", "]", ":", ",", ";x", "/close", "😀", "^1", "{", "\u{301}", "'s",
        ]).prop_map(str::to_owned),
        1 => Just(" ".to_owned()),
    ];
    prop::collection::vec(piece, 1..9)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("a title says something", |text| !text.is_empty())
}

fn ending() -> impl Strategy<Value = Ending> {
    let score = prop::option::of(
        (-2000_i64..30_000)
            .prop_map(|hundredths| Number::new(rust_decimal::Decimal::new(hundredths, 2))),
    );
    let said = (score, prop::option::of(words())).prop_map(|(score, outcome)| Ending {
        score,
        outcome,
        ..Ending::default()
    });
    let dropped = words().prop_map(|reason| Ending {
        dropped: Some(reason),
        ..Ending::default()
    });
    prop_oneof![2 => Just(Ending::default()), 5 => said, 1 => dropped]
}

fn key_result() -> impl Strategy<Value = ListedKeyResult> {
    (words(), prop::option::weighted(0.3, words()), ending()).prop_map(|(title, area, ending)| {
        ListedKeyResult {
            title,
            area,
            ending,
            links: Vec::new(),
        }
    })
}

fn listings() -> impl Strategy<Value = Listing> {
    let team = prop::sample::select(vec!["infrastructure", "sre", "sae", "delivery", "kr"]);
    let key_results = prop::collection::vec(key_result(), 0..4);
    let objective = (
        team,
        words(),
        ending(),
        key_results,
        prop::option::of(0_usize..6),
    )
        .prop_map(
            |(team, title, ending, key_results, supports)| ListedObjective {
                team: id(team),
                title: Some(title),
                supports,
                ending,
                links: Vec::new(),
                key_results,
            },
        );
    prop::collection::vec(objective, 1..6).prop_map(|mut objectives| {
        for (at, objective) in objectives.iter_mut().enumerate() {
            objective.supports = objective.supports.filter(|of| *of < at);
        }
        Listing { objectives }
    })
}

/// What a form holds of a listing, in the order in which it writes it: what docs/handbook-forms.md says of each.
fn held(listing: &Listing, form: Form) -> Listing {
    let mut objectives = listing.objectives.clone();
    if form.nests() {
        return depth_first(&objectives);
    }
    for objective in &mut objectives {
        objective.supports = None;
        let has_outcomes = objective.key_results.iter().any(|of| !of.ending.is_empty());
        if form == Form::OneLine && (has_outcomes || objective.key_results.len() == 1) {
            objective.ending = Ending::default();
        }
    }
    if form == Form::Issue {
        let mut teams: Vec<Id> = Vec::new();
        for objective in &objectives {
            if !teams.contains(&objective.team) {
                teams.push(objective.team.clone());
            }
        }
        objectives.sort_by_key(|of| teams.iter().position(|team| *team == of.team));
    }
    Listing { objectives }
}

fn depth_first(objectives: &[ListedObjective]) -> Listing {
    fn add(at: usize, of: Option<usize>, from: &[ListedObjective], to: &mut Vec<ListedObjective>) {
        let own = to.len();
        to.push(ListedObjective {
            supports: of,
            ..from[at].clone()
        });
        for below in (0..from.len()).filter(|below| from[*below].supports == Some(at)) {
            add(below, Some(own), from, to);
        }
    }
    let mut ordered = Vec::new();
    for root in (0..objectives.len()).filter(|at| objectives[*at].supports.is_none()) {
        add(root, None, objectives, &mut ordered);
    }
    Listing {
        objectives: ordered,
    }
}

/// Lines of a page, as people and as nobody writes them.
fn pages() -> impl Strategy<Value = String> {
    let marker = prop::sample::select(vec![
        "",
        "",
        "* ",
        "  * ",
        "    1. ",
        "1. ",
        "- ",
        "\t* ",
        "## ",
        "> ",
        "    ",
        "      ",
        "* **",
        "=> ",
        "* KR: ",
        "  * KR: ",
        "  * SRE KR: ",
        "Objective: ",
        "Objective (Product): ",
        "- Key Result: ",
        "* SRE: ",
        "  * sae: ",
        "### Infrastructure: ",
        "1. SRE: ",
        "* Nobody: ",
        "  * Somebody Else: ",
        "```",
        "<div>",
        "---",
        "| ",
        "[ref]: ",
        "# SRE OKRs",
        "* SRE:",
    ]);
    let word = prop_oneof![
        6 => "[b-d][a-z]{2,5}",
        1 => prop::sample::select(vec![
            ".", ",", "=>", "-->", "50%", "6/15", "(98%)", "**", "`", "[", "](x)", "](", "<b>", "&amp;", "\\", ":", "*", "N/A",
        ]).prop_map(str::to_owned),
    ];
    let line = (
        marker,
        prop::collection::vec(word, 0..7),
        prop::sample::select(vec!["\n", "\n", "\r\n", "\n\n", "\r"]),
    )
        .prop_map(|(marker, words, end)| format!("{marker}{}{end}", words.join(" ")));
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.concat())
}

fn words_of(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_lowercase());
    words
        .filter(|word| word.len() > 2)
        .map(ToOwned::to_owned)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 192 } else { 4096 }))]

    #[test]
    fn what_is_written_is_read_again(listing in listings()) {
        let owners = owners();
        for form in Form::ALL {
            let written = write(&listing, form, &owners);
            let (reading, _) = reading(&written.text);
            prop_assert_eq!(&reading.listing, &held(&listing, form), "{:?}: {}", form, written.text);
            prop_assert!(reading.findings.is_empty(), "{:?}: {:?}\n{}", form, reading.findings, written.text);
            let same = write(&reading.listing, form, &owners);
            prop_assert_eq!(same.text, written.text);
            prop_assert_eq!(same.lost, Vec::new());
        }
    }

    #[test]
    fn every_line_is_read_or_reported(text in pages()) {
        let (reading, sources) = reading(&text);
        let mut reported = BTreeSet::new();
        for finding in &reading.findings {
            let span = finding.primary.as_ref().unwrap().span;
            prop_assert!(text.get(span.range()).is_some_and(|at| !at.trim().is_empty()), "{finding:?}");
            let _place = sources.locate(span);
            // As the parser counts lines: a carriage return ends one, too.
            let line = |at: usize| text[..at].replace("\r\n", "\n").matches(['\n', '\r']).count();
            reported.extend(line(span.range().start)..=line(span.range().end));
        }
        let read = words_of(&format!("{:?} KR Key Result Objective", reading.listing));
        for (at, line) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if reported.contains(&at) {
                continue;
            }
            let mut words = words_of(line);
            for known in ["bjective", "nfrastructure", "esult", "roduct", "sae", "amp"] {
                words.remove(known);
            }
            let lost: Vec<_> = words.difference(&read).collect();
            prop_assert!(lost.is_empty(), "line {at}: {lost:?} of {line:?}\n{text}\n{:?}", reading);
        }
    }
}
