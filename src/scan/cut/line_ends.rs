//! Where the lines of a window end, in one pass over it that looks at sixteen bytes at a time. Asking for one end after
//! another costs as much again: lines are short, and each is as long as it likes.

use wide::i8x16;

/// Bytes that are looked at together: one for each bit of a number.
const BLOCK: usize = u64::BITS as usize;
/// Bytes of a vector.
const LANES: usize = 16;

/// The line ends of a window, read from front to back.
#[derive(Debug, Default)]
pub(in crate::scan) struct LineEnds {
    ends: Vec<u32>,
    found: usize,
    read: usize,
    is_ascii: bool,
}

impl LineEnds {
    /// Finds the line ends of a window of less than four gigabytes.
    pub(in crate::scan) fn find(&mut self, window: &[u8]) {
        (self.found, self.read) = (0, 0);
        let mut seen = i8x16::ZERO;
        let (blocks, rest) = window.as_chunks::<BLOCK>();
        let mut at = 0u32;
        for block in blocks {
            self.push(at, line_ends(block, &mut seen));
            at += u64::BITS;
        }
        let mut last = [0; BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        self.push(at, line_ends(&last, &mut seen));
        // The sign of a byte is set where it is not ASCII.
        self.is_ascii = seen.to_bitmask() == 0;
    }

    /// Whether the window holds nothing but ASCII.
    pub(in crate::scan) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// The next line end.
    #[inline]
    pub(in crate::scan) fn next(&self) -> Option<usize> {
        let found = self.ends.get(..self.found)?;
        found.get(self.read).map(|end| *end as usize)
    }

    /// Goes on to the one behind it.
    #[inline]
    pub(in crate::scan) fn pass(&mut self) {
        self.read += 1;
    }

    /// Notes the line ends of a block that begins here.
    #[inline]
    fn push(&mut self, at: u32, mut ends: u64) {
        if self.ends.len() < self.found + BLOCK {
            self.ends.resize(2 * (self.found + BLOCK), 0);
        }
        // As a rule there is one or none: the first place is written in either case, so that nothing is to be guessed.
        if let Some(place) = self.ends.get_mut(self.found) {
            *place = at + ends.trailing_zeros();
        }
        self.found += usize::from(ends != 0);
        ends &= ends.wrapping_sub(1);
        while ends != 0 {
            if let Some(place) = self.ends.get_mut(self.found) {
                *place = at + ends.trailing_zeros();
            }
            self.found += 1;
            ends &= ends - 1;
        }
    }
}

/// A bit for each line end of a block. What was seen of its bytes is added up.
#[inline]
fn line_ends(block: &[u8; BLOCK], seen: &mut i8x16) -> u64 {
    let newline = i8x16::splat(b'\n'.cast_signed());
    let (vectors, _) = block.as_chunks::<LANES>();
    let mut ends = 0;
    for (place, bytes) in vectors.iter().enumerate() {
        let bytes = i8x16::new(bytes.map(u8::cast_signed));
        *seen |= bytes;
        ends |= u64::from(bytes.simd_eq(newline).to_bitmask()) << (place * LANES);
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::LineEnds;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_end_is_found_in_order(
            windows in prop::collection::vec("([a-z]{0,70}\n{0,3}ü?){0,9}", 1..4),
            at in 0usize..200,
        ) {
            let mut ends = LineEnds::default();
            for window in &windows {
                // As it stands, and cut anywhere.
                for window in [window.as_bytes(), &window.as_bytes()[at.min(window.len())..]] {
                    ends.find(window);
                    prop_assert_eq!(ends.is_ascii(), window.is_ascii());
                    for (at, _) in window.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
                        prop_assert_eq!(ends.next(), Some(at));
                        ends.pass();
                    }
                    prop_assert_eq!(ends.next(), None);
                }
            }
        }
    }

    #[test]
    fn a_window_of_nothing_but_line_ends_has_as_many() {
        let mut ends = LineEnds::default();
        for length in [0, 1, 63, 64, 65, 1000] {
            ends.find(&vec![b'\n'; length]);
            assert_eq!(
                std::iter::from_fn(|| {
                    let end = ends.next();
                    ends.pass();
                    end
                })
                .count(),
                length
            );
        }
    }
}
