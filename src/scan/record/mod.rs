//! Pieces become records: `fold` puts together what is of one event, [`console`] what a window wrapped, `continued` what
//! ULS cut. What is still open is kept by [`lane`].

pub(super) mod announced;
pub mod console;
pub(super) mod continued;
pub(super) mod fold;
pub(super) mod incoming;
pub mod lane;
pub(super) mod quoted;
mod reported;
