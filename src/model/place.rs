//! Where something stands: a file and a line.

use std::fmt;

/// A line of an input.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Path with `/` between its parts; members of archives as `a.zip!/b.log`. Hostile text.
    pub path: String,
    /// Line number, counted from 1; 0 where the whole input is meant.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { f.write_str(&self.path) } else { write!(f, "{}:{}", self.path, self.line) }
    }
}
