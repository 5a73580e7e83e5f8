//! A value as it was written, with the place it was read at; and moments, with what is uncertain about them.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDateTime;

/// A place in an artefact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Spot {
    /// Path with `/` between its parts; members of packages and cabinets as `a.app!/b.wsp!/c.xml`. Hostile text.
    pub path: Arc<str>,
    /// Line, counted from 1; 0 where the whole file, or a row of no line, is meant.
    pub line: u64,
    /// Column in characters, counted from 1; 0 where only the line is known.
    pub column: u64,
}

impl Spot {
    /// The file as a whole.
    pub fn file(path: &str) -> Self {
        Self { path: Arc::from(path), line: 0, column: 0 }
    }

    /// Another place in the same file.
    #[must_use]
    pub fn at(&self, line: u64, column: u64) -> Self {
        Self { path: Arc::clone(&self.path), line, column }
    }

    /// The folder of the file, empty for a bare name. Of a member of an archive it is the folder within it.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ":{line}"),
            (line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

/// A value as it was written. Hostile text, and never a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Value {
    /// Exactly as written, references of XML resolved; blanks at the ends are kept.
    pub raw: String,
    /// Where.
    pub at: Spot,
}

impl Value {
    /// A value at a place.
    pub fn new(raw: impl Into<String>, at: Spot) -> Self {
        Self { raw: raw.into(), at }
    }

    /// Without blanks around it.
    pub fn trimmed(&self) -> &str {
        self.raw.trim()
    }

    /// Equal but for the case of ASCII letters and blanks around it.
    pub fn is(&self, other: &str) -> bool {
        self.trimmed().eq_ignore_ascii_case(other.trim())
    }
}

/// A point in time in UTC.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    /// The likeliest reading.
    pub utc: NaiveDateTime,
    /// The other reading where day and month could be the other way round.
    pub or: Option<NaiveDateTime>,
    /// Where it was read.
    pub at: Spot,
}
