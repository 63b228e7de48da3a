//! How GitLab's GraphQL writes times, dates and global ids.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

/// A time, to the second (recorded: graphql/group-issues).
pub(in crate::sandbox::graphql) fn time(at: Timestamp) -> Value {
    let seconds = at.as_second();
    let whole = Timestamp::from_second(seconds).unwrap_or(at);
    Value::String(whole.to_string())
}

/// A day; also where the schema says `Time` (recorded: graphql/group-issues, `dueDate`).
pub(in crate::sandbox::graphql) fn day(date: Option<Date>) -> Value {
    date.map_or(Value::Null, |date| Value::String(date.to_string()))
}

/// `gid://gitlab/Issue/1`.
pub(in crate::sandbox::graphql) fn gid(kind: &str, id: u64) -> String {
    format!("gid://gitlab/{kind}/{id}")
}

/// The number of a global id of one of these kinds.
pub(in crate::sandbox::graphql) fn number_of(gid: &str, kinds: &[&str]) -> Option<u64> {
    let (kind, number) = gid.strip_prefix("gid://gitlab/")?.rsplit_once('/')?;
    kinds.contains(&kind).then(|| number.parse().ok())?
}
