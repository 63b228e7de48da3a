//! What a client tells whoever watches it: `-v`, progress bars, tests.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A request was answered, or failed to be.
    Answered {
        /// The HTTP method.
        method: &'a Method,
        /// The path, percent-encoded, without the query.
        path: &'a str,
        /// The status; `None` when no answer came.
        status: Option<u16>,
        /// Which try of this request it was, from 1.
        attempt: u32,
    },
    /// The client waits, for a rate limit or before it tries again.
    Waiting {
        /// The HTTP method of the request that waits.
        method: &'a Method,
        /// Its path.
        path: &'a str,
        /// For how long.
        duration: Duration,
    },
}

/// Is called for each [`Event`], on whatever thread it happens: it should return at once.
pub type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;
