//! Parts of a long list, which threads make side by side.

use std::ops::Range;

/// Items that one thread makes at a time, at first.
pub(super) const PART: usize = 128;

/// Bytes of text that a thread makes at a time, as far as the items before tell how long the next will be. Less would
/// have the threads wait for one another, more would be held in memory.
const PART_BYTES: usize = 1 << 16;

/// Most items of a part, however short they are.
const LONGEST_PART: usize = 16 * PART;

/// Items of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Made by one thread.
    Items(Range<usize>),
    /// Written as it is made.
    Large(usize),
}

/// The parts of a list, in order.
pub(super) struct Parts<L> {
    /// The first item of the next part.
    next: usize,
    items: usize,
    /// Most items of a part.
    pub(super) length: usize,
    is_large: L,
}

impl<L: Fn(usize) -> bool> Parts<L> {
    /// Those of so many items, of which some are large.
    pub(super) fn new(items: usize, is_large: L) -> Self {
        Self { next: 0, items, length: PART, is_large }
    }
}

impl<L: Fn(usize) -> bool> Iterator for Parts<L> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let start = self.next;
        let most = self.items.min(start + self.length);
        let end = (start..most).find(|index| (self.is_large)(*index)).unwrap_or(most);
        if end > start {
            self.next = end;
            return Some(Part::Items(start..end));
        }
        self.next = start + 1;
        (start < self.items).then_some(Part::Large(start))
    }
}

/// Parts with their texts.
#[derive(Default)]
pub(super) struct Made {
    pub(super) parts: Vec<Part>,
    pub(super) texts: Vec<Vec<u8>>,
}

impl Made {
    /// How many items the next parts should have, if these tell how long they will be.
    pub(super) fn fitting(&self) -> Option<usize> {
        let count = |part: &Part| match part {
            Part::Items(range) => range.len(),
            Part::Large(_) => 0,
        };
        let items: usize = self.parts.iter().map(count).sum();
        let bytes: usize = self.texts.iter().map(Vec::len).sum();
        Some(PART_BYTES.saturating_mul(items).checked_div(bytes)?.clamp(1, LONGEST_PART))
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_PART, Made, PART, PART_BYTES, Part, Parts};

    #[test]
    fn parts_hold_all_items_in_order() {
        let parts = Parts { length: 3, ..Parts::new(9, |index| index == 4) };
        let expected =
            [Part::Items(0..3), Part::Items(3..4), Part::Large(4), Part::Items(5..8), Part::Items(8..9)];
        assert_eq!(parts.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_was_made_tells_how_many_items_fit() {
        let made = |part: Part, bytes: usize| Made { parts: vec![part], texts: vec![vec![0; bytes]] };
        for (made, expected) in [
            (made(Part::Items(0..PART), PART * 1024), Some(PART_BYTES / 1024)),
            (made(Part::Items(0..PART), PART), Some(LONGEST_PART)),
            (made(Part::Items(0..1), 2 * PART_BYTES), Some(1)),
            (made(Part::Large(0), 0), None),
        ] {
            assert_eq!(made.fitting(), expected);
        }
    }
}
