//! What the tests share.

pub(crate) mod bench;
pub(crate) mod many_issues;
pub(crate) mod okr;
pub(crate) mod repository;
#[cfg(unix)]
pub(crate) mod terminal;
pub(crate) mod virtual_time;
