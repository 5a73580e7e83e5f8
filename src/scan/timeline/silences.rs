//! Long silences of a log, and what was odd with its clock.

use super::clock_step::{Step, step};
use crate::text::charset::text_of_line;
use crate::text::clock::Stamp;

/// A long gap, with what stood before and after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Milliseconds.
    pub millis: i64,
    /// Line after it.
    pub line: u64,
    /// Text before it.
    pub before: Box<str>,
    /// Text after it.
    pub after: Box<str>,
}

/// How many long gaps are kept of a leg.
const GAPS: usize = 10;
/// Shorter gaps are never worth showing.
const SHORTEST_GAP: i64 = 2_000;
/// Large clock steps that are told one by one.
const STEPS: usize = 5;

/// The longest gaps of a leg, and the steps of its clock.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Silences {
    /// The longest gaps that are not refused sites, longest first.
    pub gaps: Vec<Gap>,
    /// Clock steps that were not charged, by line: milliseconds, negative when set back.
    pub steps: Vec<(u64, i64)>,
    /// Number of such steps.
    pub step_count: u64,
    /// Small steps back: records out of order.
    pub out_of_order: u64,
}

impl Silences {
    /// Milliseconds from one record to the next, as far as the clock can be believed.
    pub(super) fn passed(&mut self, before: Stamp, after: Stamp, line: u64) -> i64 {
        match step(before, after) {
            Step::Forward(millis) => millis,
            Step::Back(millis) => {
                self.out_of_order += 1;
                -millis
            }
            Step::ClockSet { charged, step } => {
                self.step_count += 1;
                self.keep_step(line, step);
                charged
            }
        }
    }

    fn keep_step(&mut self, line: u64, millis: i64) {
        self.steps.push((line, millis));
        self.steps.sort_unstable();
        self.steps.truncate(STEPS);
    }

    /// Whether a gap of this length is one of the longest.
    pub(super) fn wants(&self, millis: i64) -> bool {
        let smallest = self.gaps.last().map_or(0, |gap| gap.millis);
        millis >= SHORTEST_GAP && (self.gaps.len() < GAPS || millis >= smallest)
    }

    /// Keeps a gap, if it is one of the longest.
    pub(super) fn keep(&mut self, gap: Gap) {
        if !self.wants(gap.millis) {
            return;
        }
        let at = self.gaps.partition_point(|kept| (-kept.millis, kept.line) <= (-gap.millis, gap.line));
        self.gaps.insert(at, gap);
        self.gaps.truncate(GAPS);
    }

    /// Adds those of what follows.
    pub(super) fn merge(&mut self, next: Self) {
        for gap in next.gaps {
            self.keep(gap);
        }
        for (line, millis) in next.steps {
            self.keep_step(line, millis);
        }
        self.step_count += next.step_count;
        self.out_of_order += next.out_of_order;
    }

    pub(super) fn shift_lines(&mut self, lines: u64) {
        for gap in &mut self.gaps {
            gap.line += lines;
        }
        for (line, _) in &mut self.steps {
            *line += lines;
        }
    }
}

/// Text of a line, as far as a report shows it.
pub(super) fn clipped(line: &[u8]) -> Box<str> {
    const SHOWN: usize = 200;
    let text = text_of_line(line);
    let end = (0..=SHOWN.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().into()
}
