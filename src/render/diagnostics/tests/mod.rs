mod fixture;
mod formats;
mod identity;
mod pictures;
mod properties;
