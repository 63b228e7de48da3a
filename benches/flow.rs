//! What the first reading of 10,000 issues' past costs under the limits of a server, and a second one.
//!
//! ```sh
//! cargo bench --bench flow
//! ```
//!
//! Method. A sandbox has 10,000 issues of one project, each with five changes of labels and one of its state, and limits the
//! requests of an account as GitLab does by default where the limit is switched on: 7,200 an hour. Client and sandbox are in one
//! process and go by one virtual time, which jumps when everybody waits. What was read is kept in a file. Then it is read again:
//! with nothing changed, and with 100 issues changed. Printed are the requests, how many of them the limit refused, the virtual
//! time (what a user would wait for, with answers that take no time), the time by the clock, and the most memory, of which what
//! the process held before it read (the sandbox, for the most part) is told apart.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark is no shipping code"
)]

#[path = "../tests/it/support/many_issues.rs"]
mod many_issues;
#[path = "../tests/it/support/virtual_time.rs"]
mod virtual_time;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use many_issues::{ManyIssues, stream};
use okrsync::gitlab::Clock as _;
use okrsync::sandbox::state::Limits;
use virtual_time::memory;

const ISSUES: u64 = 10_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("flow.sqlite");
    let limits = Limits {
        throttle_authenticated_api_enabled: true,
        ..Limits::default()
    };
    let most = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&most);
    let each = move |_| {
        seen.fetch_max(memory().unwrap_or_default(), Ordering::Relaxed);
    };
    let mut work = ManyIssues::new(&[ISSUES], limits, Some(&path), each).await;
    println!(
        "{ISSUES} issues in a sandbox: {} MB",
        memory().unwrap_or_default()
    );
    run(&mut work, &most, "first run").await;
    run(&mut work, &most, "nothing changed").await;
    work.retitle(1..=100);
    run(&mut work, &most, "100 changed").await;
    let size = std::fs::metadata(&path).unwrap().len();
    println!("the store: {} MB", size / 1_000_000);
}

async fn run(work: &mut ManyIssues, most: &AtomicU64, name: &str) {
    work.sandbox.clear_journal();
    most.store(0, Ordering::Relaxed);
    let before = work.client.requests_sent();
    let (begin, start) = (work.clock.now(), Instant::now());
    let read = work.run(&stream(0), |_| {}).await.unwrap();
    assert_eq!(read.items.len() as u64, ISSUES);
    let requests = work.client.requests_sent() - before;
    let held = memory().unwrap_or_default();
    let journal = work.sandbox.journal();
    println!(
        "{name}: {requests} requests, {} of the last {} refused; {} min of virtual time, {:.1} s by the clock; most memory {} MB",
        journal.iter().filter(|entry| entry.status == 429).count(),
        journal.len(),
        work.clock.now().duration_since(begin).as_mins(),
        start.elapsed().as_secs_f64(),
        held.max(most.load(Ordering::Relaxed)),
    );
}
