//! `okr schema`: the schemas that editors use are those of this version.

use crate::support::okr::{example, okr, put, repository};

#[test]
fn the_repository_has_the_schemas_of_its_types() {
    let ran = okr(["schema", "--check"]).dir(repository()).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
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
            "wrote schema/apply.schema.json\nwrote schema/config.schema.json\nwrote schema/findings.schema.json\nwrote schema/okr.schema.json\nwrote schema/plan.schema.json\nwrote schema/pull.schema.json\n"
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
