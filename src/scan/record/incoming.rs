//! A piece with its family and time, before anything of it is copied; and what it has to do with the record before it.

use super::lane::{Closed, Context, EventMark, Moment, Open, TEXT_BOUND};
use crate::format::{Header, level, title, uls};
use crate::model::kind::{Level, LogFamily};
use crate::scan::cut::line::bounded;
use crate::scan::literals::words::Sighted;
use crate::scan::scanner::Piece;
use crate::text::clock::Stamp;

/// A piece with its family and time, not yet copied.
#[derive(Clone, Copy, Debug)]
pub(in crate::scan) struct Incoming<'a> {
    pub(in crate::scan) header: Header<'a>,
    pub(in crate::scan) level: Level,
    pub(in crate::scan) message: &'a [u8],
    pub(in crate::scan) bare: &'a [u8],
    pub(in crate::scan) family: LogFamily,
    pub(in crate::scan) time: Option<Stamp>,
    pub(in crate::scan) line: u64,
    /// What the literals in the message say, where it was searched already.
    pub(in crate::scan) sighted: Option<Sighted>,
}

pub(in crate::scan) fn record_of<'a>(
    piece: &Piece<'a>,
    family: LogFamily,
    time: Option<Stamp>,
) -> Incoming<'a> {
    // PSCDiagnostics indents by call depth; what a message says does not depend on it.
    let message = match family {
        LogFamily::PscDiagnostics => piece.header.message.trim_ascii(),
        _ => piece.header.message,
    };
    let is_upgrade = piece.header.area == uls::UPGRADE_AREA && family != LogFamily::Upgrade;
    // The line was searched for the literals of its file's family.
    let (family, sighted) = if is_upgrade { (LogFamily::Upgrade, None) } else { (family, piece.sighted) };
    Incoming {
        header: piece.header,
        level: level::of(piece.header.level),
        message,
        bare: piece.bare,
        family,
        time,
        line: piece.number,
        sighted,
    }
}

impl Incoming<'_> {
    pub(in crate::scan) fn open(&self) -> Open {
        let mut open = Open {
            level_word: self.header.level.to_vec(),
            time: self.time,
            time_text: self.header.time.to_vec(),
            process: self.header.process.to_vec(),
            thread: self.header.thread.to_vec(),
            component: self.header.component.to_vec(),
            tag: self.header.tag.to_vec(),
            line: self.line,
            server: self.header.server.to_vec(),
            until: Moment::new(self.time, self.header.time),
            ..Open::of_text(self.family, self.level, self.message)
        };
        append_lines(&mut open, self.bare);
        open
    }

    /// It is one line, and short enough that nothing of it is cut.
    pub(in crate::scan) fn may_be_held(&self) -> bool {
        self.bare.is_empty() && self.message.len() <= TEXT_BOUND
    }

    /// The record, complete, with this text.
    pub(in crate::scan) fn closed<'c>(&'c self, text: &'c [u8], title: Option<&'c [u8]>) -> Closed<'c> {
        Closed {
            family: self.family,
            level: self.level,
            time: self.time,
            process: self.header.process,
            component: self.header.component,
            text,
            own: text.len(),
            line: self.line,
            title,
            server: self.header.server,
            sighted: self.sighted,
        }
    }

    /// See [`Open::mark`].
    pub(in crate::scan) fn mark(&self) -> EventMark<'_> {
        EventMark {
            family: self.family,
            level: self.level,
            level_word: self.header.level,
            component: self.header.component,
            process: self.header.process,
            time: self.time,
            time_text: self.header.time,
            message: self.message,
            is_one_line: self.bare.is_empty(),
        }
    }

    /// An error, or a warning, whose exception may stand behind another title.
    pub(in crate::scan) fn may_be_interrupted(&self) -> bool {
        matches!(self.level, Level::Error | Level::Warning) && self.family == LogFamily::Upgrade
    }
}

impl<'w> Incoming<'w> {
    /// The title that this record holds, if it says what the next one is about: see [`context_from`].
    pub(in crate::scan) fn title_for(&self, next: &Incoming<'_>) -> Option<&'w [u8]> {
        let attaches = matches!(next.level, Level::Error | Level::Warning)
            && self.level == Level::Info
            && self.family == LogFamily::Upgrade
            && self.header.component == next.header.component
            && self.header.time == next.header.time
            && self.header.process == next.header.process;
        (attaches && title::title(self.message).is_some()).then_some(self.message)
    }
}

/// `Exception: …` and stack lines are logged as records of their own.
#[inline]
pub(in crate::scan) fn continues_a_record(message: &[u8]) -> bool {
    // Nearly every message begins with something else; which letter it begins with cannot be guessed.
    let Some(begin @ [first, second, ..]) = message.first_chunk::<4>() else { return goes_on(message) };
    let is_exception = begin == b"Exce";
    let is_at = [*first, *second] == *b"at";
    (is_exception | is_at | first.is_ascii_whitespace()) && goes_on(message)
}

fn goes_on(message: &[u8]) -> bool {
    message.trim_ascii_start().starts_with(b"Exception:") || is_of_a_stack(message)
}

/// A line of a stack: it says where something went wrong, and never what.
pub(in crate::scan) fn is_of_a_stack(message: &[u8]) -> bool {
    message.trim_ascii_start().strip_prefix(b"at").is_some_and(|rest| {
        rest.starts_with(b" ") || rest.starts_with(b"System.") || rest.starts_with(b"Microsoft.")
    })
}

/// The title in the record before an ERROR or WARNING, if that record is an INFO title of the same writer,
/// component and time.
pub(in crate::scan) fn context_from(before: &Open, record: &Open) -> Context {
    let attaches = matches!(record.level, Level::Error | Level::Warning)
        && before.level == Level::Info
        && before.family == LogFamily::Upgrade
        && before.text.len() == before.own
        && before.component == record.component
        && before.time_text == record.time_text
        && before.process == record.process;
    if attaches && title::title(&before.text).is_some() {
        Context::Title(before.text.clone())
    } else {
        Context::None
    }
}

pub(in crate::scan) fn append_lines(open: &mut Open, bare: &[u8]) {
    if bare.is_empty() {
        return;
    }
    for line in bare.split(|byte| *byte == b'\n') {
        let line = bounded(line);
        // Blank lines of a console stand between a failure and its exception.
        let is_gap = open.family == LogFamily::Console && line.trim_ascii().is_empty();
        if !line.is_empty() && !is_gap {
            open.append(b"\n", line);
        }
    }
}
