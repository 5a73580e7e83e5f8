//! Records of ULS: a long text goes on in further records, and one may hold a whole line of an upgrade log.

use std::collections::BTreeSet;

use super::incoming::Incoming;
use super::lane::{Closed, Edge, Open, TEXT_BOUND};
use crate::format::{Header, embedded, level};
use crate::model::kind::LogFamily;
use crate::scan::scanner::Scanner;
use crate::text::clock::{DateOrder, Stamp, WrittenTime};

/// A text that ends in these goes on in a record that begins with them.
pub(in crate::scan) const DOTS: &[u8] = b"...";

/// The category whose records may hold a line of an upgrade log.
pub(in crate::scan) const EMBEDDING: &[u8] = b"Upgrade";

impl Scanner<'_> {
    pub(in crate::scan) fn uls_piece(&mut self, record: &Incoming<'_>, writer: u64) {
        if continued_text(record).is_some() {
            if self.continue_uls(writer, record) {
                return;
            }
            self.see(writer);
        } else {
            self.pass_uls(writer);
        }
        let (_, goes_on) = announced(record, record.message);
        if goes_on || !record.may_be_held() {
            self.open_uls(writer, open_uls(record));
        } else {
            self.whole_uls(writer, record);
        }
    }

    /// A writer of ULS begins a record of its own: the one before it is complete.
    pub(in crate::scan) fn pass_uls(&mut self, writer: u64) {
        if !self.stretch.uls.open.is_empty()
            && let Some(open) = self.stretch.uls.open.remove(&writer)
        {
            self.complete_uls(writer, open);
        }
        self.see(writer);
    }

    /// A record that is complete in its line.
    fn whole_uls(&mut self, writer: u64, record: &Incoming<'_>) {
        let text = record.message.get(gap_note(record.message)..).unwrap_or_default();
        let header = &record.header;
        match embedded_header(header.component, text) {
            Some(inner) => self.embedded(writer, &record.closed(text, None), inner),
            None => {
                self.judge(&record.closed(text, None));
            }
        }
    }

    fn see(&mut self, writer: u64) {
        if !self.has_met(writer) {
            self.stretch.uls.seen.insert(writer);
        }
    }

    /// Tries to join a continuation with its beginning. False if it is a record of its own after all.
    fn continue_uls(&mut self, writer: u64, record: &Incoming<'_>) -> bool {
        let mut more = open_continuation(record);
        if let Some(mut open) = self.stretch.uls.open.remove(&writer) {
            if open.goes_on_with(&more) {
                open.join(&more);
                self.open_uls(writer, open);
                return true;
            }
            self.complete_uls(writer, open);
            return false;
        }
        if self.stretch.at_start || self.stretch.uls.seen.contains(&writer) {
            return false;
        }
        if let Some(orphan) = self.stretch.uls.orphans.get_mut(&writer) {
            let joins = orphan.goes_on_with(&more);
            if joins {
                orphan.join(&more);
            }
            return joins;
        }
        more.edge = Edge::Orphan;
        self.stretch.uls.orphans.insert(writer, more);
        true
    }

    pub(in crate::scan) fn open_uls(&mut self, writer: u64, open: Open) {
        if open.goes_on {
            self.stretch.uls.open.insert(writer, open);
        } else {
            self.complete_uls(writer, open);
        }
    }

    /// A ULS record has got its last part. If it holds an upgrade line, that line is the record.
    pub(in crate::scan) fn complete_uls(&mut self, writer: u64, mut open: Open) {
        if open.goes_on {
            // Nothing came: the dots were its own.
            open.append(b"", DOTS);
            open.own = open.text.len();
        }
        drop_gap_note(&mut open);
        match embedded_header(&open.component, &open.text) {
            Some(inner) => self.embedded(writer, &open.closed(), inner),
            None => {
                self.judge(&open.closed());
            }
        }
    }

    fn embedded(&mut self, writer: u64, outer: &Closed<'_>, inner: Header<'_>) {
        let time = if inner.time.is_empty() { outer.time } else { self.inner_time(inner.time, outer.time) };
        let header = Header { server: outer.server, ..inner };
        let first_line = memchr::memchr(b'\n', inner.message).unwrap_or(inner.message.len());
        let (message, bare) = inner.message.split_at_checked(first_line).unwrap_or((inner.message, b""));
        let (family, line) = (LogFamily::Upgrade, outer.line);
        let level = level::of(header.level);
        let record = Incoming { header, level, message, bare, family, time, line, sighted: None };
        // The records inside follow the order of the ULS writer, whatever names they give.
        if self.laned(writer, &record) {
            self.lane(writer).open = Some(record.open());
        }
    }

    /// The time inside an embedded bracketed line is in the culture of its process; the time of the ULS line
    /// around it is not. Where the inner one can be read so that both agree, it is; that settles its order.
    fn inner_time(&self, text: &[u8], outer: Option<Stamp>) -> Option<Stamp> {
        let written = WrittenTime::parse(text)?;
        let readings = [written.stamp(DateOrder::MonthFirst), written.stamp(DateOrder::DayFirst)];
        let Some(outer) = outer else { return written.stamp(self.facts.order) };
        readings.into_iter().flatten().min_by_key(|stamp| (stamp.millis() - outer.millis()).abs())
    }

    /// Whether a writer has a record in the stretch built so far.
    pub(in crate::scan) fn seen(&self) -> &BTreeSet<u64> {
        &self.stretch.uls.seen
    }
}

/// What a ULS record adds to the one it may continue: the text behind three dots, and no more than three, for
/// `....SPSecurity` is `...` and `.SPSecurity`.
fn continued_text<'a>(record: &Incoming<'a>) -> Option<&'a [u8]> {
    if record.header.starred { record.message.strip_prefix(DOTS) } else { None }
}

/// The text without the dots at its end, and whether they announce more. Dots that open a continuation announce
/// nothing.
fn announced<'a>(record: &Incoming<'a>, text: &'a [u8]) -> (&'a [u8], bool) {
    let own = continued_text(record).unwrap_or(text);
    match text.strip_suffix(DOTS) {
        Some(before) if record.bare.is_empty() && own.ends_with(DOTS) => (before, true),
        _ => (text, false),
    }
}

/// A ULS record, without the dots that announce more.
fn open_uls(record: &Incoming<'_>) -> Open {
    let (message, goes_on) = announced(record, record.message);
    Open { goes_on, ..Incoming { message, ..*record }.open() }
}

/// The same, without the dots that open a continuation either.
fn open_continuation(record: &Incoming<'_>) -> Open {
    let (message, goes_on) = announced(record, continued_text(record).unwrap_or(record.message));
    Open { goes_on, ..Incoming { message, ..*record }.open() }
}

impl Open {
    /// ULS: the same event and level, and the beginning announced more.
    pub(in crate::scan) fn goes_on_with(&self, more: &Self) -> bool {
        self.goes_on
            && self.tag == more.tag
            && self.level_word == more.level_word
            && self.component == more.component
    }

    /// Takes in a continuation.
    pub(in crate::scan) fn join(&mut self, more: &Self) {
        let (own, folded) = more.text.split_at_checked(more.own).unwrap_or((&more.text, b""));
        self.append(b"", own);
        self.own = self.text.len();
        self.append(b"", folded);
        self.goes_on = more.goes_on;
    }

    /// A continuation that continues nothing: a record of its own, to which the dots belong.
    pub(in crate::scan) fn standing_alone(self) -> Self {
        let mut text = DOTS.to_vec();
        text.extend_from_slice(&self.text);
        text.truncate(TEXT_BOUND);
        Self { own: (self.own + DOTS.len()).min(text.len()), text, edge: Edge::No, ..self }
    }
}

/// `[Forced due to logging gap, cached @ …, Original Level: Verbose] ` in front of a message.
fn drop_gap_note(open: &mut Open) {
    let end = gap_note(&open.text);
    if end > 0 {
        open.text.drain(..end);
        open.own = open.own.saturating_sub(end);
    }
}

/// Bytes of the note that a logging gap leaves.
fn gap_note(text: &[u8]) -> usize {
    if !text.starts_with(b"[Forced due to logging gap") {
        return 0;
    }
    memchr::memmem::find(text, b"] ").map_or(0, |at| at + 2)
}

fn embedded_header<'a>(component: &[u8], text: &'a [u8]) -> Option<Header<'a>> {
    if component == EMBEDDING { embedded::upgrade_line(text) } else { None }
}
