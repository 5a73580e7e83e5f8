//! Records of one event become one: an error, its exception and the stack, each a record of its own, perhaps behind a
//! title of its own.
//!
//! Whether a record continues another is asked of neighbours only, so that it does not matter where a log is cut. What
//! stands at the beginning of a segment waits for the segment before: a continuation, also with a title in front.

use super::incoming::{Incoming, append_lines, context_from};
use super::lane::{Edge, EventMark, Moment, Open};
use crate::scan::scanner::Scanner;

/// What the next record of a lane is to the one before it.
enum Part {
    /// A record of its own.
    Own,
    /// Its exception, or a line of the stack.
    Continuation,
    /// A title that may announce such.
    Title,
    /// It goes on from the title that waited, not from what that may have announced: the title is a record of its own.
    OfTitle,
    /// It is the title: nothing is known before it, and a continuation follows.
    Titled,
}

impl Open {
    fn part(&self, next: &EventMark<'_>, continues: bool) -> Part {
        if continues && next.goes_on_from(self) {
            Part::Continuation
        } else if continues && self.title_after.as_ref().is_some_and(|title| next.goes_on_from(title)) {
            Part::OfTitle
        } else if !continues && next.may_interrupt(self) {
            Part::Title
        } else if continues && self.edge == Edge::First && next.is_announced_by(self) {
            Part::Titled
        } else {
            Part::Own
        }
    }

    fn go_on_with(&mut self, record: &Incoming<'_>) {
        self.append(b"\n", record.message);
        append_lines(self, record.bare);
        self.until = Moment::new(record.time, record.header.time);
    }

    fn become_title_of(&mut self, orphan: Self) {
        let title = std::mem::replace(self, Self { edge: Edge::Orphan, ..orphan });
        self.title_before = Some(Box::new(title));
    }
}

impl Scanner<'_> {
    /// Folds a record into the open one of its lane, or keeps it beside that. False if it is one of its own.
    pub(in crate::scan) fn folds(&mut self, key: u64, record: &Incoming<'_>, continues: bool) -> bool {
        let Some(open) = &mut self.lane(key).open else { return false };
        match open.part(&record.mark(), continues) {
            Part::Own => return false,
            Part::Continuation => {
                open.go_on_with(record);
                // It only said again what the event is about: judged, it would stand before its own error.
                open.title_after = None;
            }
            Part::OfTitle => {
                let mut title = self.last_of(key);
                if let Some(title) = &mut title {
                    title.go_on_with(record);
                }
                self.lane(key).open = title;
            }
            Part::Title => open.title_after = Some(Box::new(record.open())),
            Part::Titled => open.become_title_of(record.open()),
        }
        true
    }

    /// The first record of the right side, after the last of the left.
    pub(in crate::scan) fn follow(&mut self, key: u64, mut first: Open) {
        if let Some(title) = first.title_before.take() {
            self.follow_alone(key, *title);
        }
        self.follow_alone(key, first);
    }

    fn follow_alone(&mut self, key: u64, mut first: Open) {
        let Some(open) = &mut self.lane(key).open else { return self.begin(key, first) };
        match open.part(&first.mark(), first.edge == Edge::Orphan) {
            Part::Continuation => open.take_in(first),
            Part::OfTitle => {
                let mut title = self.last_of(key);
                if let Some(title) = &mut title {
                    title.take_in(first);
                }
                self.lane(key).open = title;
            }
            Part::Title => {
                first.edge = Edge::No;
                open.title_after = Some(Box::new(first));
            }
            Part::Titled => open.become_title_of(first),
            Part::Own => self.begin(key, first),
        }
    }

    /// A record of its own, whose past is known.
    fn begin(&mut self, key: u64, first: Open) {
        let mut first = Open { edge: Edge::No, ..first };
        if let Some(before) = self.last_of(key) {
            first.context = context_from(&before, &first);
            self.close(key, before);
        }
        self.lane(key).open = Some(first);
    }

    /// The last record of a lane, alone. If a title waited behind it, the title is the last.
    pub(in crate::scan) fn last_of(&mut self, key: u64) -> Option<Open> {
        let mut open = self.lane(key).open.take()?;
        let Some(title) = open.title_after.take() else { return Some(open) };
        self.close(key, open);
        Some(*title)
    }

    /// Nothing stands before the record, and nothing follows it.
    pub(in crate::scan) fn close_whole(&mut self, key: u64, mut open: Open) {
        let after = open.title_after.take();
        if let Some(title) = open.title_before.take() {
            open.context = context_from(&title, &open);
            self.close(key, Open { edge: Edge::No, ..*title });
        }
        self.close(key, Open { edge: Edge::No, ..open });
        if let Some(title) = after {
            self.close(key, *title);
        }
    }
}
