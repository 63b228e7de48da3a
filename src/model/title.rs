/// The most characters that a title may take in GitLab: its own, and one for every `@` (or entity for one), since what
/// keeps a mention from notifying anybody takes a character.
///
/// GitLab keeps 255 characters of an issue's title (recorded: create/title-255, title-256).
pub fn stored_title_length(title: &str) -> usize {
    let marks = ["@", "&#", "&commat"].map(|mark| title.matches(mark).count());
    title.chars().count() + marks.iter().sum::<usize>()
}
