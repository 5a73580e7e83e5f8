//! Time charged by path, in flat lists: a tick of the clock adds an entry, and nobody asks for the order of them
//! before the log is complete.

use super::timeline::{Charge, Part};

/// Entries that are added before equal paths are put together.
const ROOM: usize = 4096;

/// What is charged to each path. Equal contents are equal once they are settled.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Charges {
    /// In order, each path once.
    settled: Vec<Entry>,
    /// Added since, in any order.
    fresh: Vec<Entry>,
    /// Charged to the content database that is named next.
    waiting: Vec<Entry>,
}

type Entry = (Vec<Part>, Charge);

impl Charges {
    /// Charges a path.
    pub(super) fn add(&mut self, path: Vec<Part>, charge: Charge) {
        if path.first() == Some(&Part::Next) {
            self.waiting.push((path, charge));
            if self.waiting.len() >= ROOM && self.waiting.len().is_power_of_two() {
                self.settle();
            }
            return;
        }
        self.fresh.push((path, charge));
        // The longer the list is, the rarer: so that everything is put in order a few times only.
        if self.fresh.len() > self.settled.len().max(ROOM) {
            self.settle();
        }
    }

    /// What waits for a name was spent on this content database.
    pub(super) fn give_to_next(&mut self, name: &str) {
        for (mut path, charge) in std::mem::take(&mut self.waiting) {
            if let Some(first) = path.first_mut() {
                *first = Part::Text(name.into());
            }
            self.add(path, charge);
        }
    }

    /// Adds the charges of what follows, but for those that wait for a name: these are returned. `fill` says what
    /// stood in a slot before it.
    pub(super) fn then(&mut self, mut next: Self, fill: impl Fn(Part) -> Part) -> Vec<Entry> {
        let waiting = std::mem::take(&mut next.waiting);
        let is_slot = |part: &Part| matches!(part, Part::Slot(_));
        let depends = |(path, _): &Entry| path.iter().any(is_slot);
        if self.is_empty() && !next.settled.iter().chain(&next.fresh).any(depends) {
            (self.settled, self.fresh) = (next.settled, next.fresh);
            return waiting;
        }
        for (path, charge) in next.settled.into_iter().chain(next.fresh) {
            self.add(path.into_iter().map(&fill).collect(), charge);
        }
        waiting
    }

    fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.fresh.is_empty() && self.waiting.is_empty()
    }

    /// Puts everything in order, and equal paths together.
    pub(super) fn settle(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        for (list, added) in [(&mut self.settled, fresh), (&mut self.waiting, Vec::new())] {
            list.extend(added);
            list.sort_by(|(one, _), (other, _)| one.cmp(other));
            list.dedup_by(|(path, charge), (kept, sum)| {
                let same = path == kept;
                if same {
                    sum.merge(*charge);
                }
                same
            });
        }
    }

    /// Every path with its charge, in order once they are settled.
    pub fn iter(&self) -> impl Iterator<Item = &(Vec<Part>, Charge)> {
        self.settled.iter().chain(&self.fresh).chain(&self.waiting)
    }
}
