//! Where values come from: work items, incidents and deployments out of GitLab, kept in a store between runs.
//!
//! A first run reads the past of every issue; each one after it asks for what changed since. The [`Store`] is one file that
//! may be deleted at any time: the next run then reads everything again.
//!
//! Numbers that are kept elsewhere come from [`Outside`]: Prometheus, or a JSON document of a server that okr.toml lists; and
//! from the text of a file ([`file_value`]).

mod collect;
mod count;
mod deployments;
mod error;
mod links;
mod outside;
mod store;
mod work;

pub use collect::{Collected, Progress, Reader};
pub use count::{Count, count};
pub use deployments::deployments;
pub use error::{MeasureError, StoreError};
pub use links::links;
pub use outside::{
    Aggregate, Answer, Ask, Document, FileValueError, Found, MAX_POINTS, Measured, Outside,
    OutsideError, OutsideSettings, PointerError, QueryError, Server, SetupError, file_value,
    pointed,
};
pub use store::Store;
