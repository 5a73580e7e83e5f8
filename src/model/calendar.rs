//! Dates by which something must be renewed.

use chrono::NaiveDateTime;

/// The end of something that authorization depends on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Deadline {
    /// The moment, UTC.
    pub date: NaiveDateTime,
    /// What ends. May hold hostile text, never a secret.
    pub what: String,
    /// The file it was read from. Hostile text.
    pub path: String,
    /// The line in it, 0 for the whole file.
    pub line: u64,
}

impl Deadline {
    /// Where it was read: `path`, or `path:line`.
    pub fn place(&self) -> String {
        if self.line == 0 { self.path.clone() } else { format!("{}:{}", self.path, self.line) }
    }
}
