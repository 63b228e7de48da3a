//! `okr report`: a directory of pages, and pages on loopback.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::bench::Bench;
use crate::support::okr::{Ran, TODAY, edit, example, okr, put, read};
use crate::support::repository::Repository;

const SRE: &str = "okrs/2026-q4/sre.toml";

fn report(dir: &Path, arguments: &[&str]) -> Ran {
    okr([&["report"], arguments].concat()).dir(dir).run()
}

/// Every file below a directory, by its path.
fn tree(dir: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir.to_path_buf()];
    while let Some(next) = dirs.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap();
                files.insert(name.to_str().unwrap().to_owned(), read(&path));
            }
        }
    }
    files
}

#[test]
fn the_example_is_a_site_and_the_same_every_time() {
    let dir = example();
    let ran = report(dir.path(), &[]);
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "wrote 15 files: public/index.html\n", "")
    );
    let first = tree(&dir.path().join("public"));
    assert_eq!(first.len(), 16);
    assert_eq!(report(dir.path(), &[]).status, 0);
    assert_eq!(tree(&dir.path().join("public")), first);
    assert_eq!(report(dir.path(), &["--out", "deep/er"]).status, 0);
    assert_eq!(tree(&dir.path().join("deep/er")), first);
    let index = &first["index.html"];
    assert!(index.contains("<h1>On track but for 2 of 9 key results: "));
    assert!(index.contains("from the files alone"));
    // The day is the one that was named, on every page.
    let whole = |text: &str| format!("<span class=\"whole\">{text}</span>");
    let day = format!("{} on {}, day 47 of 92", whole("2026-q4"), whole(TODAY));
    assert!(
        first
            .iter()
            .filter(|(path, _)| path.contains(".html"))
            .all(|(_, page)| page.contains(&day))
    );
}

#[test]
fn only_its_own_files_are_replaced_and_removed() {
    let dir = example();
    let public = dir.path().join("public");
    assert_eq!(report(dir.path(), &[]).status, 0);
    put(&public, "logo.svg", b"<svg/>");
    put(&public, "teams/photo.png", b"png");
    let ran = report(dir.path(), &["--team", "sre"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let files = tree(&public);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            ".okr-report",
            "alignment.html",
            "heat.html",
            "index.html",
            "logo.svg",
            "objectives/sre.mtbf.html",
            "style.css",
            "teams/photo.png",
            "teams/sre.html",
            "week.html",
        ]
    );
    // Somebody's file where a page belongs: nothing at all is written.
    put(&public, "teams/delivery.html", b"mine");
    let before = tree(&public);
    let ran = report(dir.path(), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    let said = "teams/delivery.html was not written by okr report, so nothing is written";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert_eq!(tree(&public), before);
}

#[test]
fn a_directory_of_somebody_elses_is_left_alone() {
    let dir = example();
    put(dir.path(), "site/index.html", b"mine");
    let refused = |out: &str| {
        let ran = report(dir.path(), &["--out", out]);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
        ran.stderr
    };
    assert!(refused("site").contains("holds files that okr report has not written"));
    assert_eq!(read(dir.path().join("site/index.html")), "mine");
    // Nor is the workspace itself one, nor a file.
    assert!(refused(".").contains("holds files that okr report has not written"));
    assert!(refused("okr.toml").contains("cannot read okr.toml"));
    // A marker of somebody else's making owns nothing.
    put(dir.path(), "site/.okr-report", b"index.html\n");
    assert!(refused("site").contains("holds files that okr report has not written"));
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_directory() {
    let dir = example();
    let public = dir.path().join("public");
    assert_eq!(report(dir.path(), &[]).status, 0);
    let elsewhere = dir.path().join("elsewhere");
    fs::rename(public.join("teams"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, public.join("teams")).unwrap();
    let before = tree(&elsewhere);
    edit(dir.path(), SRE, "value = 171", "value = 172");
    let ran = report(dir.path(), &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("teams is no directory"),
        "{}",
        ran.stderr
    );
    assert_eq!(tree(&elsewhere), before);
}

#[test]
fn what_cannot_be_reported_is_told_and_nothing_is_written() {
    let dir = example();
    let told = |arguments: &[&str]| {
        let ran = report(dir.path(), arguments);
        assert_eq!(ran.stdout, "");
        assert!(!dir.path().join("public").exists());
        (ran.status, ran.stderr)
    };
    let (status, said) = told(&["--team", "sra"]);
    assert!(status == 2 && said.contains("did you mean"), "{said}");
    let (status, said) = told(&["--quarter", "2025-q1"]);
    assert!(
        status == 1 && said.contains("there are files for 2026-q4"),
        "{said}"
    );
    let (status, said) = told(&["--serve", "0.0.0.0:0"]);
    assert!(status == 2 && said.contains("on loopback only"), "{said}");
    let (status, said) = told(&["--serve", "--out", "x"]);
    assert!(
        status == 2 && said.contains("cannot be used with"),
        "{said}"
    );
    edit(dir.path(), SRE, "from = 96\n", "form = 96\n");
    let (status, said) = told(&[]);
    assert!(
        status == 1 && said.contains("mend them first: okr validate"),
        "{said}"
    );
}

#[test]
fn rows_of_issues_count_are_marked_and_issues_are_linked() {
    let bench = Bench::applied();
    let key = "2026-q4/sre/mtbf/hours";
    let issue = bench.issue(key);
    let before = issue["description"].as_str().unwrap();
    let head = "| --- | ---: | ---: | --- | --- |\n";
    let row = "| 2026-11-15 | 150 | 20 % | at risk | by hand |";
    let after = before.replace(head, &format!("{head}{row}\n"));
    bench.ask("PUT", &bench.path(key), &json!({"description": after}));
    let writes = bench.writes();
    let ran = bench.run(&["report"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let page = |out: &str| read(bench.dir.path().join(out).join("objectives/sre.mtbf.html"));
    let shown = page("public");
    assert!(shown.contains("by hand") && shown.contains("in the issue, not yet in the file"));
    let address = format!("<a href=\"{}\"", issue["web_url"].as_str().unwrap());
    assert!(shown.contains(&address), "{address}");
    // The same from a record, without a network.
    assert_eq!(
        bench.run(&["observe", "--out", "observation.json"]).status,
        0
    );
    let arguments = [
        "report",
        "--observed",
        "observation.json",
        "--out",
        "offline",
    ];
    let ran = okr(arguments).dir(bench.dir.path()).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(page("offline"), shown);
    assert_eq!(bench.writes(), writes);
}

#[test]
fn a_goal_that_was_eased_is_shown() {
    let repository = Repository::new();
    repository.put(
        "okr.toml",
        "[gitlab]\nowner = \"acme/okrs\"\n[teams.sre]\nmanager = \"mia\"\ntracker = \"acme/sre\"\n",
    );
    let file = |to: u32| {
        format!(
            "[objective.mtbf]\ntitle = \"Keep users' work from being interrupted\"\n[objective.mtbf.kr.hours]\n\
             title = \"Raise the MTBF from 96 h to {to} h\"\nunit = \"h\"\nfrom = 96\nto = {to}\n"
        )
    };
    repository.put(SRE, file(240));
    repository.commit("2026-09-20", "Our OKRs");
    repository.put(SRE, file(150));
    repository.commit("2026-11-02", "Aim lower");
    let ran = report(&repository.dir(), &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let page = read(repository.dir().join("public/objectives/sre.mtbf.html"));
    let said =
        "<strong>Goal eased: </strong>the target was eased from 240 to 150 after 2026-q4 began";
    assert!(page.contains(said), "{page}");
}

/// A running `okr report --serve`, ended when the test ends.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_okr"))
            .args(["report", "--serve", "127.0.0.1:0"])
            .current_dir(dir)
            .env_clear()
            .env("OKR_TODAY", TODAY)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        let address = address.trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn ask(&self, request: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn pages_are_served_to_this_machine_alone_and_none_is_written() {
    let dir = example();
    let serving = Serving::start(dir.path());
    let host = serving.address.clone();
    let get = |path: &str| serving.ask(&format!("GET {path}"), &host);
    let index = get("/");
    assert!(index.starts_with("HTTP/1.1 200 OK\r\n"), "{index}");
    assert!(index.contains("content-type: text/html; charset=utf-8\r\n"));
    assert!(index.contains("<h1>On track but for"));
    assert!(get("/style.css").contains("content-type: text/css"));
    assert!(get("/teams/sre.html").contains("<h1>Site Reliability</h1>"));
    for path in [
        "/okr.toml",
        "/../okr.toml",
        "/teams/",
        "//index.html.x",
        "/%2e%2e/okr.toml",
    ] {
        let answer = get(path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    assert!(serving.ask("POST /", &host).starts_with("HTTP/1.1 405"));
    // Another site's name that leads to this machine reads nothing.
    let answer = serving.ask("GET /", "evil.example");
    assert!(
        answer.starts_with("HTTP/1.1 403") && !answer.contains("On track"),
        "{answer}"
    );
    assert!(!dir.path().join("public").exists());
}
