use std::ffi::OsString;

use jiff::civil::Date;

use super::NoHistory;
use super::commits::day;
use super::git::{Git, Heard, item};
use super::object_id::ObjectId;
use crate::workspace::Root;

/// The commit that changed a file last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCommit {
    /// The first eight digits of its id.
    pub commit: String,
    /// Its day in UTC, by its committer's clock.
    pub date: Date,
    /// The first line of its message.
    pub subject: String,
}

impl Root {
    /// The commit that changed a file of the workspace last; `None` where no commit has it.
    pub fn last_commit(
        &self,
        path: &str,
        environment: &[(OsString, OsString)],
    ) -> Result<Option<LastCommit>, NoHistory> {
        let git = Git::new(self.dir(), environment)?;
        if git.checkout()?.is_none() {
            return Ok(None);
        }
        last_commit(&git, &["HEAD", "--", path])
    }
}

/// The first commit that `git log` shows of what is named.
pub(super) fn last_commit(git: &Git<'_>, named: &[&str]) -> Result<Option<LastCommit>, NoHistory> {
    let log = [
        "log",
        "-1",
        "-z",
        "--no-notes",
        "--no-color",
        "--encoding=UTF-8",
        "--format=%H %ct %s",
    ];
    git.ask(&[&log[..], named].concat(), "", |answer| {
        let Some(line) = item(answer, 0)? else {
            return Ok((None, Heard::All));
        };
        let line = String::from_utf8_lossy(&line);
        let mut words = line.splitn(3, ' ');
        let id = words.next().and_then(ObjectId::parse);
        let id = id.ok_or_else(NoHistory::not_understood)?;
        let last = LastCommit {
            commit: id.abbreviated(),
            date: day(words.next().unwrap_or_default()),
            subject: words.next().unwrap_or_default().to_owned(),
        };
        Ok((Some(last), Heard::All))
    })
}
