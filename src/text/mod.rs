//! Bytes and strings. Imports nothing of ours.

pub mod beginning;
pub mod charset;
pub mod clock;
pub mod copied_name;
pub mod diff;
pub mod duration;
pub mod enclosed;
pub mod encoding;
pub mod entity;
mod half_day;
mod iso;
pub mod lines;
pub mod number;
pub mod placeholders;
pub mod quote;
pub mod running_clock;
pub mod secrets;
pub mod sentence;
pub mod shape;
pub mod short;
pub mod window;
pub mod zip_directory;
