//! The log formats: one record in, the bytes of its lines out, and a count of what was written.

pub(crate) mod bracketed;
pub(crate) mod columns;
pub(crate) mod embedded;
pub(crate) mod psc_diagnostics;

use std::ops::AddAssign;

use serde::Serialize;

use crate::calendar::Moment;
use crate::prng::Guid;

/// The words logs print for how loud a record is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Level {
    Debug,
    Info,
    Warning,
    Error,
    VerboseEx,
    Verbose,
    Medium,
    High,
    Monitorable,
    Unexpected,
    Critical,
    Exception,
    TraceWarning,
    Inf,
    Wrn,
    Err,
}

/// What a level word amounts to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::VerboseEx => "VerboseEx",
            Self::Verbose => "Verbose",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Monitorable => "Monitorable",
            Self::Unexpected => "Unexpected",
            Self::Critical => "Critical",
            Self::Exception => "Exception",
            Self::TraceWarning => "Warning",
            Self::Inf => "INF",
            Self::Wrn => "WRN",
            Self::Err => "ERR",
        }
    }

    /// Errors are errors in whatever word.
    pub(crate) fn class(self) -> Class {
        match self {
            Self::Debug | Self::VerboseEx | Self::Verbose => Class::Debug,
            Self::Info | Self::Medium | Self::High | Self::Monitorable | Self::Inf => Class::Info,
            Self::Warning | Self::TraceWarning | Self::Wrn => Class::Warning,
            Self::Error | Self::Unexpected | Self::Critical | Self::Exception | Self::Err => Class::Error,
        }
    }
}

/// The writer of a record: a process and a thread on a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lane {
    /// As upgrade logs call the process: `OWSTIMER`, `powershell`.
    pub(crate) process: &'static str,
    /// As ULS calls it: `OWSTIMER.EXE`, `PowerShell.exe`.
    pub(crate) image: &'static str,
    pub(crate) server: String,
    pub(crate) pid: u32,
    pub(crate) tid: u32,
}

/// An exception that belongs to a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Exception {
    /// `Type: message`, as `Exception.ToString()` starts.
    pub(crate) text: String,
    /// Stack frames without the word `at`.
    pub(crate) frames: Vec<&'static str>,
}

/// One record, before a format dresses it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) at: Moment,
    pub(crate) lane: &'a Lane,
    /// ULS area; upgrade logs have a constant there.
    pub(crate) area: &'a str,
    /// ULS category, or the component of an upgrade log.
    pub(crate) component: &'a str,
    /// ULS event id.
    pub(crate) tag: &'a str,
    pub(crate) level: Level,
    pub(crate) message: &'a str,
    pub(crate) exception: Option<&'a Exception>,
    pub(crate) correlation: Option<Guid>,
}

impl Record<'_> {
    /// The message with its exception on the same line, frames five blanks apart: the form of 2013 and later.
    pub(crate) fn flattened(&self) -> std::borrow::Cow<'_, str> {
        let Some(exception) = self.exception else {
            return self.message.into();
        };
        let mut text = format!("{} Exception: {}", self.message, exception.text);
        for frame in &exception.frames {
            text.push_str("     at ");
            text.push_str(frame);
        }
        text.into()
    }
}

/// A format that has records.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dress {
    Bracketed(bracketed::Bracketed),
    Columns(columns::Columns),
}

impl Dress {
    /// Appends the lines of one record.
    pub(crate) fn write(self, record: &Record<'_>, out: &mut Vec<u8>) -> Counts {
        match self {
            Self::Bracketed(bracketed) => bracketed.write(record, out),
            Self::Columns(columns) => columns.write(record, out),
        }
    }
}

/// How many lines and records of which class were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct Counts {
    /// Physical lines.
    pub(crate) lines: u64,
    /// Lines that start with the prefix of the format.
    pub(crate) prefixed_lines: u64,
    /// Records after continuation lines, exceptions and stacks were folded into them.
    pub(crate) records: u64,
    pub(crate) debug: u64,
    pub(crate) info: u64,
    pub(crate) warnings: u64,
    pub(crate) errors: u64,
}

impl Counts {
    /// One record of so many prefixed and so many bare lines.
    pub(crate) fn record(level: Level, prefixed_lines: u64, bare_lines: u64) -> Self {
        let of = |class| u64::from(level.class() == class);
        Self {
            lines: prefixed_lines + bare_lines,
            prefixed_lines,
            records: 1,
            debug: of(Class::Debug),
            info: of(Class::Info),
            warnings: of(Class::Warning),
            errors: of(Class::Error),
        }
    }

    /// A line that is no record: a header.
    pub(crate) fn header() -> Self {
        Self { lines: 1, ..Self::default() }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.prefixed_lines += other.prefixed_lines;
        self.records += other.records;
        self.debug += other.debug;
        self.info += other.info;
        self.warnings += other.warnings;
        self.errors += other.errors;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Exception, Lane, Level, Record};
    use crate::calendar::Moment;

    /// The process of the field samples.
    pub(crate) fn lane() -> Lane {
        Lane {
            process: "OWSTIMER",
            image: "OWSTIMER.EXE",
            server: "SPS01".to_owned(),
            pid: 0x780,
            tid: 0x1844,
        }
    }

    /// An exception of one frame.
    pub(crate) fn exception() -> Exception {
        Exception { text: "System.Exception: no".to_owned(), frames: vec!["A.B()"] }
    }

    /// A record of that process.
    pub(crate) fn record<'a>(lane: &'a Lane, level: Level, message: &'a str) -> Record<'a> {
        Record {
            at: Moment::new([2026, 3, 4], [22, 10, 24], 109),
            lane,
            area: "SharePoint Foundation",
            component: "SPManager",
            tag: "fbv7",
            level,
            message,
            exception: None,
            correlation: None,
        }
    }
}
