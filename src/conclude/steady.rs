//! The clock of a server without what it was set back, by hand or at the end of summer time: what comes later on it
//! happened later. Logs tell local time, so an hour of that night stands in them twice.

use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::moment::Interval;
use crate::scan::timeline::silences::ClockStep;
use crate::text::clock::Stamp;

/// Clocks of one second.
const SLACK: i64 = 2_000;

/// A clock that was set back more often in the logs of a server is not to be trusted at all.
const MOST: usize = 16;

/// The times at which the clock of one server was set back, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Steady {
    backs: Vec<Back>,
}

/// From one local time back to another, in milliseconds, by the log that wrote most often meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Back {
    before: i64,
    after: i64,
}

/// Where a leg may stand on the steady clock, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// First record.
    pub(super) begin: i64,
    /// Last record.
    pub(super) close: i64,
    /// How often the clock had been set back when it began.
    turns: usize,
}

impl Steady {
    /// As the legs of one server show it.
    pub(super) fn of<'l>(legs: impl Iterator<Item = &'l Leg>) -> Self {
        let mut seen: Vec<Back> = legs.flat_map(backs).collect();
        seen.sort_unstable_by_key(|back| (back.after, back.before));
        let mut backs: Vec<Back> = Vec::new();
        for back in seen {
            match backs.last_mut().filter(|last| back.after <= last.before) {
                Some(same) => same.before = same.before.max(back.before),
                None => backs.push(back),
            }
        }
        // Which of so many hours a log belongs to cannot be told.
        if backs.len() > MOST {
            backs.clear();
        }
        Self { backs }
    }

    /// Where a leg stands. An hour that was there twice leaves two places for what was written in it alone, the earlier
    /// one first. There is always one.
    pub(super) fn places(&self, leg: &Leg, start: Stamp, end: Stamp) -> impl Iterator<Item = Place> {
        let (start, end) = (start.millis(), end.millis());
        let mut own = backs(leg).filter_map(|back| self.of_step(back)).peekable();
        let turned = own.peek().copied();
        let last = own.last();
        let alone = (0..=self.backs.len())
            .filter(move |turns| turned.is_none() && self.allows(*turns, start, end))
            .map(move |turns| (turns, turns));
        let within = turned.zip(last.map(|last| last + 1));
        let at = move |(from, to): (usize, usize)| Place {
            begin: start + self.set_back(from),
            close: (end + self.set_back(to)).max(start + self.set_back(from)),
            turns: from,
        };
        let mut places = within.into_iter().chain(alone).map(at).peekable();
        let none = places.peek().is_none().then(|| at((0, 0)));
        none.into_iter().chain(places)
    }

    /// The intervals of a leg that stands at a place, each with its beginning on the steady clock.
    pub(super) fn intervals<'l>(
        &self,
        leg: &'l Leg,
        place: Place,
    ) -> impl Iterator<Item = (i64, &'l Interval)> {
        let mut turns = place.turns;
        let mut expected = i64::MIN;
        leg.intervals.iter().map(move |interval| {
            let start = interval.start.millis();
            // Intervals follow one another without a gap, and a small step back is an interval below nothing.
            turns += usize::from(start < expected);
            expected = start + interval.millis;
            (start + self.set_back(turns), interval)
        })
    }

    /// Which one a step of a leg is.
    fn of_step(&self, step: Back) -> Option<usize> {
        self.backs.iter().position(|back| back.after <= step.after && step.before <= back.before)
    }

    /// What was written from one local time to another may have been written after so many.
    fn allows(&self, turns: usize, start: i64, end: i64) -> bool {
        let is_after = |back: &Back| start + SLACK >= back.after;
        let is_before = |back: &Back| end <= back.before + SLACK;
        let (done, to_come) = self.backs.split_at_checked(turns).unwrap_or((&self.backs, &[]));
        done.iter().all(is_after) && to_come.iter().all(is_before)
    }

    /// Milliseconds by which the clock was set back so many times.
    fn set_back(&self, turns: usize) -> i64 {
        self.backs.iter().take(turns).map(|back| back.before - back.after).sum()
    }
}

fn backs(leg: &Leg) -> impl Iterator<Item = Back> {
    let is_back = |step: &&ClockStep| step.millis < 0;
    // What has passed meanwhile is no part of it.
    leg.silences.steps.iter().filter(is_back).map(|step| {
        let before = step.before.millis();
        Back { before, after: before + step.millis }
    })
}
