//! What a timeline is told: that a record was written, when, and how the gap before it ended.

use super::path::Path;
use crate::model::site::SiteId;
use crate::text::clock::Stamp;

/// How a gap ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// With a record like any other.
    Plain,
    /// With a record at error level: something was tried in vain.
    Failed,
    /// With a refused site.
    Refused(SiteId),
    /// With a line of psconfig at this call depth.
    Call(u8),
}

/// A stretch of psconfig's own time, kept apart because upgrade logs may tell more of it.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// When it began.
    pub start: Stamp,
    /// Milliseconds.
    pub millis: i64,
    /// What psconfig was at.
    pub(super) path: Path,
}

/// One event on a timeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment<'a> {
    /// When.
    pub time: Stamp,
    /// Line of the record.
    pub line: u64,
    /// How the gap before it is to be read.
    pub ending: Ending,
    /// Its text, as it stands.
    pub text: &'a [u8],
}
