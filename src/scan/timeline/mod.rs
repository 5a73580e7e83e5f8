//! Where the time went in one process of one log: every gap between two records is charged once.
//!
//! A refused line is written when the attempt has failed, so the gap before it belongs to the failure, unless it is
//! far longer than those before other refused lines and something else was at work. Any
//! other gap belongs to what was at work when it began. The clock has no zone and may be set: a large step is
//! reported and not charged, a small step back is taken off where it happens, so that the charges of a session
//! always add up to its duration.
//!
//! What was at work may be known only from records before the segment. A charge therefore names it by a slot,
//! and joining fills the slots of the right side with what the left side knows. `then` is associative.

pub mod at_work;
mod charges;
pub mod clock_step;
mod doubts;
pub mod leg;
pub mod moment;
pub mod path;
pub mod silences;
pub mod waits;

use self::leg::Leg;
use self::moment::Moment;

/// The legs of one process in a stretch, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeline {
    /// Name of the process, as written first.
    pub process: Box<str>,
    legs: Vec<Leg>,
}

impl Timeline {
    /// Nothing yet; `at_start` says that nothing stands before the stretch.
    pub fn new(process: &str, at_start: bool) -> Self {
        Self { process: process.into(), legs: vec![Leg::new(!at_start)] }
    }

    /// A record opens a session: a new leg, unless nothing stands before it in this one.
    pub fn start(&mut self) {
        let fresh = self.legs.last().is_some_and(|leg| leg.is_empty() && !leg.continues);
        self.settle();
        if fresh {
            self.legs.pop();
        }
        self.legs.push(Leg::new(false));
        if let Some(leg) = self.legs.last_mut() {
            leg.started = true;
        }
    }

    /// Nothing is said any more: equal timelines are equal to the byte.
    pub fn settle(&mut self) {
        self.legs.iter_mut().for_each(Leg::settle);
    }

    /// Which leg is at work, counted from one.
    pub(super) fn number(&self) -> usize {
        self.legs.len()
    }

    /// The leg at work.
    pub fn leg(&mut self) -> Option<&mut Leg> {
        self.legs.last_mut()
    }

    /// A record was written.
    pub fn moment(&mut self, moment: &Moment<'_>) {
        if let Some(leg) = self.legs.last_mut() {
            leg.moment(moment);
        }
    }

    /// This stretch of the timeline, then the next.
    pub fn then(&mut self, next: Self) {
        let mut legs = next.legs.into_iter();
        if let Some(first) = legs.next() {
            match self.legs.last_mut() {
                Some(last) if first.continues => last.then(first),
                _ => self.legs.push(first),
            }
        }
        self.legs.extend(legs);
    }

    /// Moves every line number down.
    pub fn shift_lines(&mut self, lines: u64) {
        for leg in &mut self.legs {
            leg.shift_lines(lines);
        }
    }

    /// The legs of a complete source. A start that follows a leg without an end belongs to the same session:
    /// psconfig writes a start for its bootstrap and one for the upgrade.
    pub fn into_legs(self) -> Vec<Leg> {
        let mut whole: Vec<Leg> = Vec::new();
        for leg in self.legs.into_iter().filter(|leg| !leg.is_empty()) {
            match whole.last_mut() {
                Some(before) if !before.ended && close(before, &leg) => before.then(leg),
                _ => whole.push(leg),
            }
        }
        for leg in &mut whole {
            if leg.continues {
                // Nothing stands before a complete source.
                let rest = std::mem::replace(leg, Leg::new(false));
                leg.then(rest);
            }
            leg.settle();
            leg.settle_doubts();
            leg.pack();
        }
        whole
    }
}

/// Two starts within a minute are one session.
fn close(before: &Leg, next: &Leg) -> bool {
    match (before.last, next.start()) {
        (Some(last), Some(start)) => (0..60_000).contains(&(start.millis() - last.millis())),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
