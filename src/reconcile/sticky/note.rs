//! A note that is edited in place.

use super::{Found, Keeper, Mark, StickyError, chosen, doing};
use crate::gitlab::{ErrorKind, Note, NoteTarget};
use crate::issue::normalise;

/// So often it is looked whether everything is as it shall be: after a write, after what a race left, and once to see it.
const ROUNDS: usize = 4;

const WRITING: &str = "cannot write the note";

/// What became of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptNote {
    /// It was made.
    Made,
    /// It was edited.
    Edited,
    /// It was so already: nothing was written.
    Unchanged,
    /// It is about something newer, so it was left as it is; by this pipeline, if it says so.
    Newer(Option<u64>),
}

impl Keeper<'_> {
    /// Sees to it that there is one note with this marker and text. `text` is told what the note says so far, without its
    /// marker.
    ///
    /// A note that GitLab does not let this account edit (recorded: notes/update-others) is left, and one of our own is
    /// made beside it. Superfluous notes of our own are deleted: the law that nothing is deleted protects issues and what
    /// people wrote, and a second note that our own account wrote under our marker is neither.
    ///
    /// # Errors
    /// A request failed, or GitLab shows something else than was sent.
    pub async fn keep_note(
        &self,
        target: &NoteTarget,
        mark: &Mark,
        text: impl Fn(Option<&str>) -> String,
    ) -> Result<KeptNote, StickyError> {
        let mut done = KeptNote::Unchanged;
        let mut not_ours_to_edit = Vec::new();
        for _ in 0..ROUNDS {
            let mut found = self.notes(target, mark).await?;
            let newer = found.iter().find(|one| one.mark.is_newer_than(mark));
            if let Some(newer) = newer {
                return Ok(KeptNote::Newer(newer.mark.pipeline));
            }
            found.retain(|one| !not_ours_to_edit.contains(&one.thing.id));
            let kept = chosen(&found);
            let said = kept.map(|one| one.thing.body.as_str());
            let so_far = said.and_then(Mark::split).map(|(above, _)| above);
            let wanted = normalise(&mark.mark(&text(so_far)));
            let Some(kept) = kept else {
                self.make(target, &wanted).await?;
                done = KeptNote::Made;
                continue;
            };
            let superfluous = found
                .iter()
                .filter(|one| one.own && one.thing.id != kept.thing.id);
            let superfluous: Vec<u64> = superfluous.map(|one| one.thing.id).collect();
            let is_as_wanted = kept.thing.body == wanted;
            if is_as_wanted && superfluous.is_empty() {
                return Ok(done);
            }
            if !is_as_wanted {
                let client = self.client;
                let edited = client.update_note(target, kept.thing.id, &wanted).await;
                match edited {
                    Ok(_) if done == KeptNote::Unchanged => done = KeptNote::Edited,
                    Ok(_) => {}
                    Err(error) if !kept.own && *error.kind() == ErrorKind::Forbidden => {
                        not_ours_to_edit.push(kept.thing.id);
                        continue;
                    }
                    // Deleted meanwhile: the next round makes a new one.
                    Err(error) if *error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(doing(WRITING)(error)),
                }
            }
            for id in superfluous {
                let deleted = self.client.delete_note(target, id).await;
                deleted.map_err(doing("cannot delete a second note of ours"))?;
            }
        }
        Err(StickyError::NotAsSent { what: "the note" })
    }

    /// Writes a new note. An answer that is lost proves nothing: the next look finds the note, or this was the failure.
    async fn make(&self, target: &NoteTarget, text: &str) -> Result<(), StickyError> {
        match self.client.create_note(target, text).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_ambiguous() => {
                let mark = Mark::split(text).map(|(_, mark)| mark);
                let is_there = match mark {
                    Some(mark) => !self.notes(target, &mark).await?.is_empty(),
                    None => false,
                };
                if is_there {
                    Ok(())
                } else {
                    Err(doing(WRITING)(error))
                }
            }
            Err(error) => Err(doing(WRITING)(error)),
        }
    }

    /// The notes with this marker by accounts that count, oldest first.
    async fn notes(
        &self,
        target: &NoteTarget,
        mark: &Mark,
    ) -> Result<Vec<Found<Note>>, StickyError> {
        let notes = self.client.notes(target).await;
        let notes = notes.map_err(doing("cannot read the notes of the merge request"))?;
        let mut found: Vec<Found<Note>> = notes
            .into_iter()
            .filter(|note| self.counts(&note.author))
            .filter_map(|note| {
                let (_, found) = Mark::split(&note.body)?;
                found.is_of(mark).then(|| Found {
                    own: self.is_own(&note.author),
                    mark: found,
                    thing: note,
                })
            })
            .collect();
        found.sort_by_key(|one| one.thing.id);
        Ok(found)
    }
}
