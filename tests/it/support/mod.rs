//! What the tests share.

pub(crate) mod bench;
pub(crate) mod okr;
pub(crate) mod repository;
#[cfg(unix)]
pub(crate) mod terminal;
