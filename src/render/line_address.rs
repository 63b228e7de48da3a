use url::Url;

/// The address of a line of a file, below the one where GitLab shows the files of a commit; `None` where that is no address to
/// which a path can be added.
pub(super) fn line_address(files: &Url, path: &str, line: u32) -> Option<Url> {
    let mut url = files.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(path.split('/'));
    url.set_fragment(Some(&format!("L{line}")));
    Some(url)
}
