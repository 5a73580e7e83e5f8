//! Bytes of a line become a record header: one file a log format, one trait, one static list.
//!
//! A line either opens a record (it has the prefix of its format) or belongs to the record before it.
//! That is decided from the line alone, so that a file can be cut anywhere. Nothing here knows rules.

mod announcing;
mod blocks;
pub mod bracketed;
mod broken;
pub mod console;
pub mod embedded;
mod exported;
mod hard_blanks;
mod joined;
pub mod level;
pub mod log_name;
mod markdown;
mod marked;
pub mod memory;
pub mod pasted;
pub mod psc_diagnostics;
mod quoted;
pub mod recognise;
mod returns;
mod searched;
pub mod several;
pub mod stencil;
mod tags;
pub mod title;
pub mod uls;
mod wrapped;

use crate::model::kind::LogKind;
use memory::Memory;
use stencil::Stencil;

/// The prefix of a record and the rest of its first line. All parts are pieces of that line, unchecked text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Header<'a> {
    /// The time as written; empty where an excerpt has none.
    pub time: &'a [u8],
    /// Name of the process (`PSCONFIG`, `OWSTIMER.EXE`), without its id.
    pub process: &'a [u8],
    /// Process id as written (`0x1DE4`), or empty.
    pub process_id: &'a [u8],
    /// Thread id as written, or empty.
    pub thread: &'a [u8],
    /// Name of the server, where the process column carries it (`Merge-SPLogFile`).
    pub server: &'a [u8],
    /// Product area (ULS), or empty.
    pub area: &'a [u8],
    /// .NET class of an upgrade log, category of ULS, or empty.
    pub component: &'a [u8],
    /// Event id or tag, or empty.
    pub tag: &'a [u8],
    /// Level as written.
    pub level: &'a [u8],
    /// The text.
    pub message: &'a [u8],
    /// Correlation id, or empty.
    pub correlation: &'a [u8],
    /// ULS: the time carries the `*` of a continued record.
    pub starred: bool,
}

/// A log format: knows the prefix of its records.
pub trait Format: Sync {
    /// The header, if this line opens a record. Looks at nothing but the line (without its line end).
    fn header<'a>(&self, line: &'a [u8]) -> Option<Header<'a>>;

    /// The same, with what is remembered of the lines before it: most of what they said stands in this line again.
    fn header_after<'a>(&self, line: &'a [u8], _memory: &mut Memory) -> Option<Header<'a>> {
        self.header(line)
    }

    /// Lines that are like this one, as far as a stencil can tell: by default none are.
    fn trace(&self, _header: &Header<'_>, stencil: &mut Stencil) {
        stencil.clear();
    }

    /// The line belongs to the format without being a record: a column header, an opening line.
    fn is_preamble(&self, _line: &[u8]) -> bool {
        false
    }

    /// The line ends a paragraph: nothing that follows belongs to the record above, but for what `spans_gap`.
    fn is_gap(&self, _line: &[u8]) -> bool {
        false
    }

    /// The line belongs to the record above it, even behind a gap.
    fn spans_gap(&self, _line: &[u8]) -> bool {
        false
    }
}

/// The reader of a kind. `Export` and `Unknown` are read elsewhere or not at all.
pub fn format_of(kind: LogKind) -> &'static dyn Format {
    match kind {
        LogKind::Upgrade2007 | LogKind::Upgrade2010 => &bracketed::Bracketed,
        LogKind::Upgrade2013 | LogKind::SiteUpgrade | LogKind::Uls | LogKind::Uls2007 => &uls::Columns,
        LogKind::PscDiagnostics => &psc_diagnostics::PscDiagnostics,
        LogKind::Console | LogKind::Export | LogKind::Unknown => &console::Console,
    }
}
