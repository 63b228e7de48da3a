//! Where values come from: work items, incidents and deployments out of GitLab, kept in a store between runs.
//!
//! A first run reads the past of every issue; each one after it asks for what changed since. The [`Store`] is one file that
//! may be deleted at any time: the next run then reads everything again.

mod collect;
mod deployments;
mod error;
mod links;
mod store;
mod work;

pub use collect::{Collected, Progress, Reader};
pub use deployments::deployments;
pub use error::{MeasureError, StoreError};
pub use links::links;
pub use store::Store;
