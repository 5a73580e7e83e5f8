//! One writer of a log: a process and thread, or what the format has. Records of a lane are in order.
//!
//! A record stays open until the next of its lane, because exceptions are logged as records of their own
//! (2010) and because the INFO title before an ERROR belongs to it.

use super::flow::Flow;
use super::words::Sighted;
use crate::model::kind::{Level, LogFamily};
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

    /// Another record with the same writer, component, level and time, to the letter: its exception.
    pub fn same_event(&self, other: &Self) -> bool {
        self.component == other.component
            && self.level_word == other.level_word
            && self.time_text == other.time_text
            && self.process == other.process
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
