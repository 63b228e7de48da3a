use std::path::Path;

/// The checked-in schemas are what the types say. To write them anew, run the test with `UPDATE_SCHEMAS=1`.
#[test]
fn the_checked_in_schemas_are_what_the_types_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    for (name, text) in okrsync::load::schemas() {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(checked_in, text, "{name}: run with UPDATE_SCHEMAS=1");
    }
}

/// What editors stumble over does not occur.
#[test]
fn schemas_are_plain_enough_for_editors() {
    for (name, text) in okrsync::load::schemas() {
        for word in [
            "\"null\"",
            "\"const\"",
            "oneOf",
            "\"$id\"",
            "\"double\"",
            "uint32",
            "\"default\"",
        ] {
            assert!(!text.contains(word), "{name} has {word}");
        }
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(okrsync::syntax::SchemaCheck::new(&schema, |_| true, &[]).is_usable());
    }
}

/// Every key is explained to whoever hovers over it.
#[test]
fn every_key_has_a_description() {
    fn walk(at: &str, value: &serde_json::Value, bare: &mut Vec<String>) {
        let Some(object) = value.as_object() else {
            return;
        };
        for (key, inner) in object {
            let path = format!("{at}/{key}");
            if let ("properties", Some(properties)) = (key.as_str(), inner.as_object()) {
                for (name, property) in properties {
                    if property.get("description").is_none() {
                        bare.push(format!("{path}/{name}"));
                    }
                }
            }
            walk(&path, inner, bare);
        }
    }
    let mut bare = Vec::new();
    for (name, text) in okrsync::load::schemas() {
        walk(name, &serde_json::from_str(&text).unwrap(), &mut bare);
    }
    assert_eq!(bare, Vec::<String>::new());
}
