//! Changes to TOML text that keep comments and layout.
//!
//! [`apply`] and [`mend`] carry out the [`Fix`](crate::diag::Fix)es of findings by cutting them into the text, so that
//! nothing else in it changes; [`add`](fn@add) puts a key beside another one, [`set_key`] one where the order of keys has it,
//! [`set`](fn@set) an entry among its sisters, and [`append`](fn@append) a table behind the others. [`format`](fn@format) writes a file anew in the one canonical form, with every comment at
//! what it stands at. Neither touches byte order marks or line ends, and both read what they made before they give it back.
//!
//! Nothing here knows what an OKR is: what is wrong and which order keys have is the caller's to say.

mod add;
mod entry;
mod fixes;
mod format;
mod key;
mod mend;

pub use add::add;
pub use entry::{Place, append, set};
pub use fixes::{Applied, apply};
pub use format::{Order, Unformatted, format};
pub use key::{NewValue, set_key};
pub use mend::{Done, Judged, Mended, mend};
