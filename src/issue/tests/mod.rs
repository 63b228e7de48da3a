//! The room as a whole: recorded answers, laws over generated text, and what OKRs look like as issues.

mod blocks;
mod definitions;
mod desired;
mod fixture;
mod markdown;
mod stated;
