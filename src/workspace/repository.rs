use std::path::Path;

use super::Root;

impl Root {
    /// Where the workspace lies in its repository: `goals/`, or nothing where it is the repository's root or lies in none.
    ///
    /// The root of the repository is `project`, what a pipeline calls so, where the workspace lies in it; else the nearest
    /// directory upwards that git knows as one.
    pub fn in_repository(&self, project: Option<&Path>) -> String {
        let project = project.and_then(|dir| dir.canonicalize().ok());
        let within = project
            .as_deref()
            .and_then(|project| self.dir().strip_prefix(project).ok())
            .or_else(|| {
                let mut upwards = self.dir().ancestors();
                let root = upwards.find(|dir| dir.join(".git").symlink_metadata().is_ok())?;
                self.dir().strip_prefix(root).ok()
            });
        let mut path = String::new();
        for part in within.into_iter().flat_map(Path::components) {
            path.push_str(&part.as_os_str().to_string_lossy());
            path.push('/');
        }
        path
    }
}
