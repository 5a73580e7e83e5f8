//! Bytes and strings. Imports nothing of ours.

pub mod clock;
