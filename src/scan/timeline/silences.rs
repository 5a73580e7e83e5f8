//! Long silences of a log, and what was odd with its clock.

use super::clock_step::{Step, step};
use crate::text::charset::text_of_line;
use crate::text::clock::Stamp;
use crate::text::secrets::hidden;

/// A large step of the clock, which was not charged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ClockStep {
    /// Line after it.
    pub line: u64,
    /// Time of the record before it.
    pub before: Stamp,
    /// Milliseconds by which the clock was moved, negative when set back.
    pub millis: i64,
}

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

/// How many long gaps a report tells, and how many are kept of a leg.
pub const GAPS: usize = 10;
/// Shorter gaps are never worth showing.
const SHORTEST_GAP: i64 = 2_000;
/// Large clock steps that are told one by one.
const STEPS: usize = 5;

/// The longest gaps of a leg, and the steps of its clock.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Silences {
    /// The longest gaps that are not refused sites, longest first.
    pub gaps: Vec<Gap>,
    /// Steps of the clock that were not charged, by line.
    pub steps: Vec<ClockStep>,
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
                self.keep_step(ClockStep { line, before, millis: step });
                charged
            }
        }
    }

    fn keep_step(&mut self, step: ClockStep) {
        self.steps.push(step);
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
        for step in next.steps {
            self.keep_step(step);
        }
        self.step_count += next.step_count;
        self.out_of_order += next.out_of_order;
    }

    pub(super) fn shift_lines(&mut self, lines: u64) {
        for gap in &mut self.gaps {
            gap.line += lines;
        }
        for step in &mut self.steps {
            step.line += lines;
        }
    }
}

/// How long the longest gaps of all logs are, so that of thousands of logs only the gaps are kept that may be told.
#[derive(Debug, Default)]
pub struct Longest {
    /// In milliseconds, the longest first; of one length there may be several.
    millis: Vec<i64>,
}

impl Longest {
    /// Drops the gaps of a leg that are shorter than all that are told. The gaps of some legs may not be told in the end:
    /// whether these are is said in `are_told`.
    pub fn drop_shorter(&mut self, silences: &mut Silences, are_told: bool) {
        for gap in silences.gaps.iter().filter(|_| are_told) {
            let at = self.millis.partition_point(|millis| *millis >= gap.millis);
            if at < GAPS {
                self.millis.insert(at, gap.millis);
                self.millis.truncate(GAPS);
            }
        }
        if let Some(shortest) = self.millis.get(GAPS - 1) {
            let kept = silences.gaps.partition_point(|gap| gap.millis >= *shortest);
            silences.gaps.truncate(kept);
            silences.gaps.shrink_to_fit();
        }
    }
}

/// Text of a line, as far as a report shows it: without its secrets.
pub(super) fn clipped(line: &[u8]) -> Box<str> {
    const SHOWN: usize = 200;
    let text = hidden(line);
    let text = text_of_line(&text);
    let end = (0..=SHOWN.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{GAPS, Gap, Longest, Silences};

    fn silences(millis: &[i64]) -> Silences {
        let mut silences = Silences::default();
        for (line, millis) in (1..).zip(millis) {
            silences.keep(Gap { millis: *millis, line, before: "".into(), after: "".into() });
        }
        silences
    }

    fn longest(legs: &[(Silences, bool)]) -> Vec<i64> {
        let told = legs.iter().filter(|(_, are_told)| *are_told);
        let mut all: Vec<i64> = told.flat_map(|(leg, _)| leg.gaps.iter().map(|gap| gap.millis)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.truncate(GAPS);
        all
    }

    proptest! {
        #[test]
        fn what_is_told_stays(
            legs in prop::collection::vec((prop::collection::vec(1_990i64..2_060, 0..14), any::<bool>()), 0..8),
            also in any::<bool>(),
        ) {
            let whole: Vec<_> = legs.iter().map(|(millis, are_told)| (silences(millis), *are_told)).collect();
            let mut kept = whole.clone();
            let mut lengths = Longest::default();
            for (leg, are_told) in &mut kept {
                lengths.drop_shorter(leg, *are_told);
            }
            prop_assert_eq!(longest(&kept), longest(&whole));
            // Those that may be told in the end, if they are.
            let all = |legs: &[(Silences, bool)]| -> Vec<_> {
                longest(&legs.iter().map(|(leg, told)| (leg.clone(), *told || also)).collect::<Vec<_>>())
            };
            prop_assert_eq!(all(&kept), all(&whole));
        }
    }

    #[test]
    fn gaps_that_are_too_short_to_be_told_are_dropped() {
        let mut lengths = Longest::default();
        let mut long = silences(&[5_000; GAPS]);
        lengths.drop_shorter(&mut long, true);
        assert_eq!(long.gaps.len(), GAPS);
        let mut other = silences(&[4_999, 5_000, 7_000]);
        lengths.drop_shorter(&mut other, false);
        assert_eq!(other.gaps.iter().map(|gap| gap.millis).collect::<Vec<_>>(), [7_000, 5_000]);
    }
}
