//! Lists, read page by page.

use serde::de::DeserializeOwned;

use super::call::Call;
use super::client::Client;
use super::error::{Error, ErrorKind};

/// The most that GitLab gives; more is clamped silently (recorded: lists/per-page-500).
pub(super) const PER_PAGE: usize = 100;

/// How often a list is begun anew when rows went missing while it was read.
const MAX_RESTARTS: u32 = 2;

impl Client {
    /// All rows of a list, in the server's order.
    ///
    /// Goes by `X-Next-Page`, which is empty on the last page, and never follows `Link`, whose address is the one that
    /// the server believes to have. When `X-Total` falls between two pages, a row went and another slipped over the
    /// edge unseen: the list is begun anew.
    pub(super) async fn pages<T: DeserializeOwned>(&self, call: &Call) -> Result<Vec<T>, Error> {
        for _ in 0..=MAX_RESTARTS {
            if let Some(rows) = self.all_pages(call).await? {
                return Ok(rows);
            }
        }
        Err(self.failure(ErrorKind::Unstable, call))
    }

    /// All rows, or nothing if the list shrank meanwhile.
    async fn all_pages<T: DeserializeOwned>(&self, call: &Call) -> Result<Option<Vec<T>>, Error> {
        let mut rows = Vec::new();
        let mut page: u64 = 1;
        let mut total: Option<u64> = None;
        loop {
            let call = call
                .clone()
                .query("per_page", &PER_PAGE)
                .query("page", &page);
            let answer = self.send(&call).await?;
            let number = |name: &str| -> Option<u64> {
                answer.headers.get(name)?.to_str().ok()?.trim().parse().ok()
            };
            // Only counts up to 10,000 are told.
            let counted = number("x-total");
            if let (Some(before), Some(now)) = (total, counted)
                && now < before
            {
                return Ok(None);
            }
            total = counted.or(total);
            let batch: Vec<T> = self.decode(&call, &answer)?;
            let full = batch.len() >= PER_PAGE;
            rows.extend(batch);
            let next = match answer.headers.get("x-next-page") {
                Some(_) => number("x-next-page"),
                // Something on the way took the header: a full page has a successor, perhaps an empty one.
                None => full.then_some(page + 1),
            };
            match next {
                Some(next) if next > page => page = next,
                Some(_) => return Err(self.failure(ErrorKind::Undecodable, &call)),
                None => return Ok(Some(rows)),
            }
        }
    }
}
