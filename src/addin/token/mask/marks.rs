//! Places of secrets that are found by looking at the text from its beginning: in tables, elements, commands, calls, and
//! words of a sentence that look like a password.

use std::ops::Range;

use super::value::hidden_already;
use super::{call, command, element, near, table};

/// The places in a text, in order, and how far they were told.
pub(super) struct Marks {
    ranges: Vec<Range<usize>>,
    next: usize,
}

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let mut ranges = Vec::new();
        table::find(text, &mut ranges);
        element::find(text, &mut ranges);
        command::find(text, &mut ranges);
        call::find(text, &mut ranges);
        near::find(text, &mut ranges);
        ranges.retain(|range| {
            let found = text.get(range.clone()).unwrap_or_default();
            hidden_already(found).is_none_or(|length| length < found.len())
        });
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        Self { ranges, next: 0 }
    }

    /// How many bytes from this place belong to a secret. Places must be asked for in order.
    pub(super) fn length_at(&mut self, at: usize) -> Option<usize> {
        self.pass(at);
        let here = self.ranges.get(self.next..)?.iter().take_while(|range| range.start <= at);
        here.map(|range| range.end.saturating_sub(at)).max().filter(|length| *length > 0)
    }

    /// Where the next one begins within so many bytes.
    pub(super) fn within(&mut self, at: usize, length: usize) -> Option<usize> {
        self.pass(at);
        let start = self.ranges.get(self.next)?.start.checked_sub(at)?;
        (start > 0 && start < length).then_some(start)
    }

    fn pass(&mut self, at: usize) {
        while self.ranges.get(self.next).is_some_and(|range| range.end <= at) {
            self.next += 1;
        }
    }
}
