//! What the fuzzer runs: one function a target, each for any bytes at all. The suite runs the same functions over the
//! seeds, so that they keep compiling and holding.

mod block;
mod edit;
mod escape;
mod findings;
mod gitlab;
mod issues;
mod loader;
mod scene;

pub use block::block;
pub use edit::edit;
pub use escape::escape;
pub use findings::findings;
pub use issues::issues;
pub use loader::loader;
