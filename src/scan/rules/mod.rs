//! Rules are asked about records: by their literals first, then by their regexes.

pub mod engine;
pub mod found;
pub mod nearest;
