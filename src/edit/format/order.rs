use serde_json::Value;

/// The order of keys, as a JSON Schema lists them; dates that are keys follow each other.
#[derive(Debug, Clone)]
pub struct Order {
    schema: Value,
}

/// The part of a schema that rules a value; nothing where the schema knows nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    root: &'a Value,
    here: Option<&'a Value>,
}

/// Where a key belongs among its sisters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A key that the schema lists, by its place in the list.
    Listed(usize),
    /// A day, by the calendar.
    Day(String),
    /// A name that somebody chose: it stays among the others where it was.
    Chosen(usize),
    /// A key that the schema does not know.
    Unknown,
}

impl Order {
    /// The order that a schema gives.
    pub fn of(schema: Value) -> Self {
        Self { schema }
    }

    /// Whether one key stands above another one in the table to which the path leads.
    pub(in crate::edit) fn is_above(&self, path: &[&str], key: &str, other: &str) -> bool {
        let table = self.root().at(path.iter().copied());
        table.rank(key, 0) < table.rank(other, 0)
    }

    pub(super) fn root(&self) -> Node<'_> {
        Node {
            root: &self.schema,
            here: Some(&self.schema),
        }
    }
}

impl<'a> Node<'a> {
    /// What rules the value of a key.
    pub(super) fn child(self, key: &str) -> Self {
        let here = self.tables().find_map(|table| {
            table
                .get("properties")
                .and_then(|known| known.get(key))
                .or_else(|| patterns(table).map(|(_, entry)| entry))
        });
        Self { here, ..self }
    }

    /// What rules the items of a list.
    pub(super) fn items(self) -> Self {
        let here = self
            .here
            .and_then(|list| follow(self.root, list)?.get("items"));
        Self { here, ..self }
    }

    /// What rules the value at the end of a path.
    pub(super) fn at<'k>(self, path: impl IntoIterator<Item = &'k str>) -> Self {
        path.into_iter().fold(self, Self::child)
    }

    /// Whether the keys of the table are days.
    pub(super) fn has_days(self) -> bool {
        self.tables()
            .filter_map(patterns)
            .any(|(pattern, _)| pattern.starts_with("^[0-9]{4}-[0-9]{2}-"))
    }

    /// Where a key belongs; `before` says how many names that were chosen stood before this one.
    pub(super) fn rank(self, key: &str, before: usize) -> Rank {
        let place = self.tables().find_map(|table| {
            let known = table.get("properties")?.as_object()?;
            known.keys().position(|name| name == key)
        });
        if let Some(place) = place {
            return Rank::Listed(place);
        }
        if self.has_days() {
            return Rank::Day(key.to_owned());
        }
        if self.tables().any(|table| patterns(table).is_some()) {
            return Rank::Chosen(before);
        }
        Rank::Unknown
    }

    /// The schemas that a table may follow: this one, or the branches of a choice.
    fn tables(self) -> impl Iterator<Item = &'a Value> {
        let here = self.here.and_then(|here| follow(self.root, here));
        let branches = here
            .and_then(|here| here.get("anyOf"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(move |branch| follow(self.root, branch));
        here.into_iter().chain(branches)
    }
}

fn follow<'a>(root: &'a Value, mut schema: &'a Value) -> Option<&'a Value> {
    while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        schema = root.pointer(reference.strip_prefix('#')?)?;
    }
    Some(schema)
}

fn patterns(table: &Value) -> Option<(&String, &Value)> {
    table.get("patternProperties")?.as_object()?.iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_places_that_the_schema_gives_them() {
        let order = Order::of(serde_json::json!({
            "properties": {
                "name": {},
                "seen": { "patternProperties": { "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": { "$ref": "#/$defs/seen" } } },
                "part": { "patternProperties": { "^[a-z]+$": {} } },
                "list": { "items": { "$ref": "#/$defs/seen" } },
                "level": { "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/seen" }] },
            },
            "$defs": { "seen": { "properties": { "value": {}, "note": {} } } },
        }));
        let root = order.root();
        assert_eq!(root.rank("seen", 7), Rank::Listed(1));
        assert_eq!(root.rank("seem", 7), Rank::Unknown);
        assert!(root.child("seen").has_days() && !root.child("part").has_days());
        let day = Rank::Day("2026-10-05".to_owned());
        assert_eq!(root.child("seen").rank("2026-10-05", 7), day);
        assert_eq!(root.child("part").rank("b", 7), Rank::Chosen(7));
        for table in [
            root.at(["seen", "2026-10-05"]),
            root.child("list").items(),
            root.child("level"),
        ] {
            assert_eq!(table.rank("note", 0), Rank::Listed(1));
        }
        assert_eq!(root.at(["name", "x", "y"]).rank("z", 0), Rank::Unknown);
    }
}
