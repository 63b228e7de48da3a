//! The rules of the house that no compiler knows: which room may use which, how long a file may be, what is documented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::okr::repository;

/// The rooms in their order, and which others each may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("diag", &["text"]),
    ("syntax", &["text", "diag"]),
    ("model", &["text"]),
    ("config", &["text", "diag", "syntax", "model"]),
    ("load", &["text", "diag", "syntax", "model", "config"]),
    ("lint", &["text", "diag", "model", "config"]),
    // Values of the model carry where they were written.
    ("issue", &["text", "model", "config"]),
    ("handbook", &["text", "diag", "model", "config"]),
    ("edit", &["text", "diag", "model"]),
    ("plan", &["text", "diag", "model", "config", "issue"]),
    ("flow", &["model", "config"]),
    // Every number names the line that it comes from.
    ("report", &["text", "model", "config", "flow", "plan"]),
    (
        "render",
        &[
            "text", "diag", "syntax", "model", "config", "load", "lint", "issue", "handbook",
            "edit", "plan", "flow", "report",
        ],
    ),
    // Findings about files as files are diagnostics like all others.
    ("workspace", &["text", "diag"]),
    ("gitlab", &[]),
    ("reconcile", &["model", "config", "issue", "plan", "gitlab"]),
    ("measure", &["model", "config", "flow", "gitlab"]),
    ("sandbox", &[]),
    (
        "cli",
        &[
            "text",
            "diag",
            "syntax",
            "model",
            "config",
            "load",
            "lint",
            "issue",
            "handbook",
            "edit",
            "plan",
            "flow",
            "report",
            "render",
            "workspace",
            "gitlab",
            "reconcile",
            "measure",
            "sandbox",
        ],
    ),
];

/// Files that may be longer than [`MAX_LINES`], each for its reason.
const LONG: &[(&str, &str)] = &[];

/// The longest a source file may be.
const MAX_LINES: usize = 700;

#[expect(clippy::disallowed_methods, reason = "reads the sources themselves")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Every Rust file under a directory of the repository, by its path within it.
fn rust_files(dir: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut dirs: Vec<PathBuf> = vec![repository().join(dir)];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let within = path.strip_prefix(repository()).unwrap();
                let within = within.to_string_lossy().replace('\\', "/");
                files.insert(within, read(&path));
            }
        }
    }
    files
}

/// The lines that are shipped: no comments, and nothing from the first `#[cfg(test)]` on that is followed by a block.
fn shipped(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut source = text.lines().peekable();
    while let Some(line) = source.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") {
            continue;
        }
        if trimmed.starts_with("#[cfg(test)]") {
            // A declaration ends on its line; a block of tests is the rest of the file.
            match source.next() {
                Some(next) if next.trim_end().ends_with(';') => continue,
                _ => break,
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// The rooms that a text names as `crate::room`, also within `use crate::{…}`.
fn used_rooms(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    for (at, path) in text.match_indices("crate::") {
        // `$crate::` and `my_crate::` are others' paths.
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + path.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            used.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (offset, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && depth == 0 && !c.is_whitespace() => {
                    used.insert(word(&list[offset..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    used
}

fn room_of(path: &str) -> &str {
    let within = path.strip_prefix("src/").unwrap();
    let first = within.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// Whether a file is a module that is declared for tests alone.
fn is_test_only(path: &str, files: &BTreeMap<String, String>) -> bool {
    let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    module.match_indices('/').any(|(at, _)| {
        let (folder, rest) = module.split_at(at);
        let name = rest[1..].split('/').next().unwrap();
        let declaration = format!("#[cfg(test)]\nmod {name};");
        [format!("{folder}/mod.rs"), format!("{folder}.rs")]
            .iter()
            .filter_map(|parent| files.get(parent))
            .any(|parent| parent.contains(&declaration))
    })
}

#[test]
fn rooms_use_only_what_they_may() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    let files = rust_files("src");
    for (path, text) in &files {
        let room = room_of(path);
        if matches!(room, "lib" | "main") || is_test_only(path, &files) {
            continue;
        }
        let Some(may) = table.get(room) else {
            wrong.push(format!("{path}: `{room}` is not in the table of rooms"));
            continue;
        };
        for used in used_rooms(&shipped(text)) {
            let is_room = table.contains_key(used.as_str());
            if is_room && used != room && !may.contains(&used.as_str()) {
                wrong.push(format!("{path}: `{room}` may not use `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_of_tests_are_told_from_shipped_ones() {
    let files = rust_files("src");
    assert!(is_test_only("src/lint/testing.rs", &files));
    assert!(is_test_only("src/plan/tests/identity.rs", &files));
    assert!(!is_test_only("src/lint/run.rs", &files));
}

#[test]
fn arrows_point_up_the_table_only() {
    for (at, (room, may)) in ROOMS.iter().enumerate() {
        for used in *may {
            let position = ROOMS.iter().position(|(name, _)| name == used);
            assert!(position < Some(at), "{room} → {used}");
        }
    }
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "use crate::{diag::{self, Span}, text};\nlet x = crate::model::Id; $crate::load; my_crate::lint;";
    let used: Vec<String> = used_rooms(text).into_iter().collect();
    assert_eq!(used, ["diag", "load", "model", "text"]);
    let tested = "use crate::text;\n// crate::gitlab\n#[cfg(test)]\nmod tests;\nuse crate::diag;\n#[cfg(test)]\nmod t {\nuse crate::cli; }";
    let used: Vec<String> = used_rooms(&shipped(tested)).into_iter().collect();
    assert_eq!(used, ["diag", "text"]);
}

#[test]
fn no_file_is_too_long() {
    let mut files = rust_files("src");
    files.extend(rust_files("tests"));
    let long: Vec<String> = files
        .iter()
        .filter(|(path, text)| {
            text.lines().count() > MAX_LINES && !LONG.iter().any(|(long, _)| long == path)
        })
        .map(|(path, text)| format!("{path}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
    for (path, reason) in LONG {
        let lines = files.get(*path).map_or(0, |text| text.lines().count());
        assert!(
            lines > MAX_LINES && !reason.is_empty(),
            "{path} needs no exception"
        );
    }
}

#[test]
fn every_room_is_in_the_table_of_the_crate_documentation() {
    let lib = read(&repository().join("src/lib.rs"));
    let documented: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next())
        .collect();
    let declared: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(documented, declared);
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let unknown: Vec<_> = declared.difference(&known).collect();
    assert!(unknown.is_empty(), "not in the table of rooms: {unknown:?}");
}

#[test]
fn every_test_module_is_part_of_the_suite() {
    let files = rust_files("tests/it");
    let all: String = files.values().map(String::as_str).collect();
    for path in files.keys() {
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let name = path.rsplit('/').next().unwrap();
        let declared = all
            .lines()
            .any(|line| line.trim_start_matches("pub(crate) ") == format!("mod {name};"));
        assert!(declared || name == "main", "{path} is never compiled");
    }
}
