//! `okr schema`: the schemas that editors use are those of this version.

use crate::support::okr::{example, okr, put, repository};

#[test]
fn the_repository_has_the_schemas_of_its_types() {
    let ran = okr(["schema", "--check"]).dir(repository()).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

/// Editors complete by two of them; the others are for who reads what okr writes.
const ALL: [&str; 9] = [
    "apply.schema.json",
    "config.schema.json",
    "findings.schema.json",
    "flow.schema.json",
    "measure.schema.json",
    "okr.schema.json",
    "plan.schema.json",
    "pull.schema.json",
    "status.schema.json",
];

#[test]
fn all_are_written_where_that_is_asked_for_and_kept_up_where_they_are() {
    for name in ALL {
        assert!(repository().join("schema").join(name).exists(), "{name}");
    }
    let dir = example();
    let schema = |arguments: &[&str]| okr([&["schema"], arguments].concat()).dir(dir.path()).run();
    let wrote = schema(&["--all"]);
    let names: Vec<String> = ALL
        .iter()
        .map(|name| format!("wrote schema/{name}"))
        .collect();
    assert_eq!(wrote.stderr.lines().collect::<Vec<_>>(), names);
    put(dir.path(), "schema/plan.schema.json", b"{}");
    let outdated = schema(&["--check"]);
    assert_eq!(outdated.status, 1);
    assert!(
        outdated.stderr.contains("schema/plan.schema.json"),
        "{outdated:?}"
    );
    assert_eq!(schema(&[]).stderr, "wrote schema/plan.schema.json\n");
    assert_eq!(schema(&["--all", "--check"]).status, 0);
}

#[test]
fn schemas_are_written_once_and_outdated_ones_are_told() {
    let dir = example();
    let schema = |arguments: &[&str]| okr([&["schema"], arguments].concat()).dir(dir.path()).run();
    assert_eq!(schema(&["--check"]).status, 1);
    let wrote = schema(&[]);
    assert_eq!(
        (wrote.status, wrote.stderr.as_str()),
        (
            0,
            "wrote schema/config.schema.json\nwrote schema/okr.schema.json\n"
        )
    );
    assert_eq!(schema(&["--check"]).status, 0);
    assert_eq!(schema(&[]).stderr, "");
    put(dir.path(), "schema/okr.schema.json", b"{}");
    let outdated = schema(&["--check"]);
    assert_eq!(outdated.status, 1);
    assert!(outdated.stderr.contains("schema/okr.schema.json"));
    assert!(!outdated.stderr.contains("config.schema.json"));
    assert!(outdated.stderr.contains("hint: "));
    let validate = || okr(["validate"]).dir(dir.path()).run();
    let warned = validate();
    assert_eq!(warned.status, 0, "{warned:?}");
    assert!(
        warned
            .stderr
            .contains("another version of okr wrote: schema/okr.schema.json;"),
        "{warned:?}"
    );
    assert_eq!(schema(&[]).status, 0);
    assert!(!validate().stderr.contains("another version"));
}

#[test]
fn one_schema_is_printed_anywhere() {
    let dir = tempfile::TempDir::new().unwrap();
    let ran = okr(["schema", "--print", "okr.schema.json"])
        .dir(dir.path())
        .run();
    assert_eq!(ran.status, 0);
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(schema["properties"]["objective"].is_object());
    let ran = okr(["schema", "--print", "x"]).dir(dir.path()).run();
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("okr.schema.json"), "{}", ran.stderr);
}
