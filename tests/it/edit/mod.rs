//! Changes to files: the canonical form, and fixes. What must hold for any file that somebody may have written.

mod draw;
mod fixes;
mod format;
