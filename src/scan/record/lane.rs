//! One writer of a log: a process and thread, or what the format has. Records of a lane are in order.
//!
//! A record stays open until the next of its lane, because exceptions are logged as records of their own
//! (2010) and because the INFO title before an ERROR belongs to it.

use std::borrow::Cow;

use crate::format::title;
use crate::model::kind::{Level, LogFamily};
use crate::scan::flow::Flow;
use crate::scan::literals::words::Sighted;
use crate::text::charset::text_of_lines;
use crate::text::clock::Stamp;

/// Bytes of folded text kept of one record. What a rule looks for stands at the start; a longer record is
/// cut from its own start, never from where a segment happens to begin.
pub const TEXT_BOUND: usize = 16 * 1024;

/// A record that may still grow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// Family the rules see: an upgrade line inside ULS is `Upgrade`.
    pub family: LogFamily,
    /// Normalised level.
    pub level: Level,
    /// Level as written.
    pub level_word: Vec<u8>,
    /// Time, if it could be read.
    pub time: Option<Stamp>,
    /// Time as written: records of one event agree in it to the letter.
    pub time_text: Vec<u8>,
    /// Process, without id.
    pub process: Vec<u8>,
    /// Thread id, as written.
    pub thread: Vec<u8>,
    /// Component or category.
    pub component: Vec<u8>,
    /// Event id.
    pub tag: Vec<u8>,
    /// The message with what was folded into it, at most [`TEXT_BOUND`] bytes.
    pub text: Vec<u8>,
    /// Bytes of `text` that are the record's own first line.
    pub own: usize,
    /// Line of its header.
    pub line: u64,
    /// What the record before it says about its object.
    pub context: Context,
    /// The record opens its lane in this segment: what came before is not known here.
    pub edge: Edge,
    /// ULS: the text ended in dots, which are left out of `text`; it may go on.
    pub goes_on: bool,
    /// Server, where the process column names it.
    pub server: Vec<u8>,
    /// Time of the last record that was folded into it; its own, where none was.
    pub until: Moment,
    /// A title that follows it: it may announce more of the same event.
    pub title_after: Option<Box<Self>>,
    /// A title that stands before a continuation whose beginning may stand in the segment before.
    pub title_before: Option<Box<Self>>,
}

/// The time of a record, as far as it could be read, and as written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    time: Option<Stamp>,
    text: Vec<u8>,
}

impl Moment {
    pub(in crate::scan) fn new(time: Option<Stamp>, text: &[u8]) -> Self {
        Self { time, text: text.to_vec() }
    }

    /// The records of one event are written one after another; a clock that shows seconds may tick between them.
    pub(in crate::scan) fn is_near(&self, time: Option<Stamp>, text: &[u8]) -> bool {
        const TICK: i64 = 1000;
        let apart = self.time.zip(time).map(|(one, other)| (one.millis() - other.millis()).abs());
        self.text == text || apart.is_some_and(|apart| apart <= TICK)
    }
}

/// Whether a record's past is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// Known.
    No,
    /// The first record of its lane in the segment: its context may stand in the segment before.
    First,
    /// A continuation whose beginning may stand in the segment before.
    Orphan,
}

/// The object a record is about, as the INFO record before it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Context {
    /// No title stands before it.
    None,
    /// This title does.
    Title(Vec<u8>),
}

/// A record that is complete, wherever its bytes lie.
#[derive(Clone, Copy, Debug)]
pub struct Closed<'a> {
    /// Family the rules see.
    pub family: LogFamily,
    /// Normalised level.
    pub level: Level,
    /// Time, if it could be read.
    pub time: Option<Stamp>,
    /// Process, without id.
    pub process: &'a [u8],
    /// Component or category.
    pub component: &'a [u8],
    /// The message with what was folded into it.
    pub text: &'a [u8],
    /// Bytes of `text` that are the record's own first line.
    pub own: usize,
    /// Line of its header.
    pub line: u64,
    /// The title that the record before it holds, if it says what this one is about.
    pub title: Option<&'a [u8]>,
    /// Server, where the process column names it.
    pub server: &'a [u8],
    /// What the literals in the text say, where it was searched already.
    pub sighted: Option<Sighted>,
}

impl Open {
    /// The record, complete.
    pub fn closed(&self) -> Closed<'_> {
        Closed {
            family: self.family,
            level: self.level,
            time: self.time,
            process: &self.process,
            component: &self.component,
            text: &self.text,
            own: self.own,
            line: self.line,
            title: match &self.context {
                Context::Title(title) => Some(title),
                Context::None => None,
            },
            server: &self.server,
            sighted: None,
        }
    }

    /// The same with its text in UTF-8, whatever charset it came in.
    pub(in crate::scan) fn in_utf8(self) -> Self {
        match text_of_lines(&self.text) {
            Cow::Borrowed(_) => self,
            Cow::Owned(text) => {
                let own = text_of_lines(self.text.get(..self.own).unwrap_or_default()).len();
                Self { own, text: text.into_bytes(), ..self }
            }
        }
    }

    /// A record that is nothing but a text: from an export or an error message someone pasted.
    pub fn of_text(family: LogFamily, level: Level, text: &[u8]) -> Self {
        let text = text.get(..TEXT_BOUND).unwrap_or(text).to_vec();
        Self {
            family,
            level,
            level_word: Vec::new(),
            time: None,
            time_text: Vec::new(),
            process: Vec::new(),
            thread: Vec::new(),
            component: Vec::new(),
            tag: Vec::new(),
            own: text.len(),
            text,
            line: 0,
            context: Context::None,
            edge: Edge::No,
            goes_on: false,
            server: Vec::new(),
            until: Moment::default(),
            title_after: None,
            title_before: None,
        }
    }

    /// Adds folded text, up to the bound. What is kept is a prefix of everything that was ever added, however
    /// the additions were grouped.
    pub fn append(&mut self, separator: &[u8], more: &[u8]) {
        for part in [separator, more] {
            let room = TEXT_BOUND.saturating_sub(self.text.len());
            self.text.extend_from_slice(part.get(..room).unwrap_or(part));
        }
    }

    /// What `same_event` and its like ask of a record.
    pub(in crate::scan) fn mark(&self) -> EventMark<'_> {
        EventMark {
            family: self.family,
            level: self.level,
            level_word: &self.level_word,
            component: &self.component,
            process: &self.process,
            time: self.time,
            time_text: &self.time_text,
            message: self.text.get(..self.own).unwrap_or_default(),
            is_one_line: self.text.len() == self.own,
        }
    }

    /// Takes in a continuation.
    pub(in crate::scan) fn take_in(&mut self, more: Self) {
        self.append(b"\n", &more.text);
        self.until = more.until;
        self.title_after = more.title_after;
    }
}

/// What tells whether records are of one event.
#[derive(Clone, Copy, Debug)]
pub(in crate::scan) struct EventMark<'a> {
    pub(in crate::scan) family: LogFamily,
    pub(in crate::scan) level: Level,
    pub(in crate::scan) level_word: &'a [u8],
    pub(in crate::scan) component: &'a [u8],
    pub(in crate::scan) process: &'a [u8],
    pub(in crate::scan) time: Option<Stamp>,
    pub(in crate::scan) time_text: &'a [u8],
    pub(in crate::scan) message: &'a [u8],
    pub(in crate::scan) is_one_line: bool,
}

impl EventMark<'_> {
    /// A record that a continuation of the same writer, component and level belongs to, if it was written then.
    pub(in crate::scan) fn goes_on_from(&self, open: &Open) -> bool {
        self.component == open.component
            && self.level_word == open.level_word
            && self.process == open.process
            && open.until.is_near(self.time, self.time_text)
            && open.title_after.as_ref().is_none_or(|title| self.is_announced_by(title))
    }

    /// A title that says what the record is about.
    pub(in crate::scan) fn is_announced_by(&self, title: &Open) -> bool {
        self.component == title.component
            && self.process == title.process
            && title.until.is_near(self.time, self.time_text)
            && title.mark().is_title()
    }

    /// A title that the error before it may go on behind: since 2013 each part of an error has its own.
    pub(in crate::scan) fn may_interrupt(&self, error: &Open) -> bool {
        matches!(error.level, Level::Error | Level::Warning)
            && error.family == LogFamily::Upgrade
            && error.title_after.is_none()
            && self.component == error.component
            && self.process == error.process
            && error.until.is_near(self.time, self.time_text)
            && self.is_title()
    }

    fn is_title(&self) -> bool {
        self.level == Level::Info
            && self.family == LogFamily::Upgrade
            && self.is_one_line
            && title::names_object(self.message)
    }
}

/// The state of one lane at the end of a segment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lane {
    /// The first record, when it is closed but its past is not known.
    pub edge: Option<Open>,
    /// The last record, still open.
    pub open: Option<Open>,
    /// What the closed records did.
    pub flow: Flow,
}
