use std::fmt::Write as _;
use std::io::{BufRead, Read as _};

use super::NoHistory;
use super::git::{Git, Heard, item};
use super::object_id::ObjectId;
use crate::workspace::MAX_FILE_BYTES;

/// The most that is read, in megabytes: some ten thousand versions of some kilobytes.
const MAX_MEGABYTES: u64 = 256;

/// What a file holds.
#[derive(Debug)]
pub(super) enum Blob {
    Bytes(Vec<u8>),
    /// It is longer than a file may be, and was not read.
    TooLarge,
}

impl Blob {
    /// As text, as files are read: single bytes that are no UTF-8 are replaced; `None` for what is no text at all.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Bytes(bytes) => text(bytes),
            Self::TooLarge => None,
        }
    }
}

/// What files hold, in the order of their ids.
pub(super) fn read(git: &Git<'_>, ids: &[&ObjectId]) -> Result<Vec<Blob>, NoHistory> {
    let mut left = MAX_MEGABYTES * 1_000_000;
    let mut blobs = Vec::with_capacity(ids.len());
    while let Some(unread) = ids.get(blobs.len()..).filter(|unread| !unread.is_empty()) {
        let mut input = String::new();
        for id in unread {
            // Writing to a String cannot fail.
            let _always = writeln!(input, "{}", id.as_str());
        }
        git.ask(&["cat-file", "--batch", "--buffer"], &input, |answer| {
            for id in unread {
                blobs.push(content(answer, id, &mut left)?);
                // Nobody waits for all of it to go by: another git goes on behind it.
                if let Some(Blob::TooLarge) = blobs.last() {
                    return Ok(((), Heard::Enough));
                }
            }
            Ok(((), Heard::All))
        })?;
    }
    Ok(blobs)
}

fn content(answer: &mut dyn BufRead, id: &ObjectId, left: &mut u64) -> Result<Blob, NoHistory> {
    let head = item(answer, b'\n')?.ok_or_else(NoHistory::not_understood)?;
    let head = String::from_utf8_lossy(&head);
    let words: Vec<&str> = head.split(' ').collect();
    let size: u64 = match words.as_slice() {
        [_, "missing"] => return Err(NoHistory::PartialClone),
        [of, "blob", size] if *of == id.as_str() => {
            size.parse().map_err(|_| NoHistory::not_understood())?
        }
        _ => return Err(NoHistory::not_understood()),
    };
    if size > MAX_FILE_BYTES {
        return Ok(Blob::TooLarge);
    }
    *left = left
        .checked_sub(size)
        .ok_or(NoHistory::TooMuch(MAX_MEGABYTES))?;
    let mut bytes = Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0));
    // A line feed follows.
    let read = answer.take(size + 1).read_to_end(&mut bytes);
    read.map_err(NoHistory::NotRun)?;
    if bytes.len() as u64 != size + 1 {
        return Err(NoHistory::not_understood());
    }
    bytes.pop();
    Ok(Blob::Bytes(bytes))
}

fn text(bytes: Vec<u8>) -> Option<String> {
    if bytes.contains(&0) || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return None;
    }
    let text = String::from_utf8(bytes);
    Some(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
