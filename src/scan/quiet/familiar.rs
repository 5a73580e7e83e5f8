//! Titles of content databases that nothing is to be learnt from any more: everyone who counts or remembers the databases
//! of a leg has these. A farm has few, and a third of all lines of an upgrade log name one.

use crate::text::beginning::Beginning;
use crate::text::enclosed::{closing, ends_a_word};

/// Titles that are remembered: more than a farm has content databases, or two that share a place would drive each other
/// out again and again.
const TITLES: usize = 256;
/// Bytes of a title that tell it from most others.
const TELLING: usize = 24;

/// Titles of one leg, each at the place of its digest.
#[derive(Debug, Default)]
pub(in crate::scan) struct Familiar {
    leg: Option<Leg>,
    /// From the name on, with the bracket behind it: each at its place or beside it. None before the first is remembered.
    titles: Vec<Beginning>,
    /// The place of the title that was met last: as a rule the next one is the same.
    last: usize,
}

/// Which leg of a log: the digest of its process, and which one of that.
type Leg = (u64, usize);

impl Familiar {
    /// Another stretch begins, in which nothing is known yet. What was remembered makes room for new titles.
    pub(in crate::scan) fn begin(&mut self) {
        self.leg = None;
    }

    /// What follows is of this leg.
    pub(in crate::scan) fn turn_to(&mut self, leg: Leg) {
        if self.leg != Some(leg) {
            self.leg = Some(leg);
            self.titles.iter_mut().for_each(|title| title.set(&[]));
        }
    }

    /// Whether a title is familiar whose `Name=` ends here.
    #[inline]
    pub(in crate::scan) fn holds(&mut self, message: &[u8], end_of_key: usize) -> bool {
        let Some(name) = message.get(end_of_key..) else { return false };
        if self.is_at(self.last, name) {
            return true;
        }
        let Some(place) = place(name) else { return false };
        let found = [place, place ^ 1].into_iter().find(|place| self.is_at(*place, name));
        self.last = found.unwrap_or(self.last);
        found.is_some()
    }

    #[inline]
    fn is_at(&self, place: usize, name: &[u8]) -> bool {
        let title = self.titles.get(place).filter(|title| !title.is_empty());
        title.and_then(|title| title.strip(name)).is_some_and(|rest| ends_a_word(rest.first()))
    }

    /// A title is familiar from here on.
    pub(in crate::scan) fn remember(&mut self, message: &[u8], end_of_key: usize) {
        let Some(name) = message.get(end_of_key..) else { return };
        // A title without a bracket ends in another way, which what follows may change; so may a name with brackets.
        let first = memchr::memchr3(b'[', b']', b'\n', name);
        let Some(end) = first.filter(|end| name.get(*end) == Some(&b']') && closing(name) == Some(*end))
        else {
            return;
        };
        let Some(place) = place(name) else { return };
        self.titles.resize_with(TITLES, Beginning::default);
        self.titles.swap(place, place ^ 1);
        if let Some(title) = self.titles.get_mut(place) {
            title.set(&[name.get(..=end).unwrap_or_default()]);
        }
    }
}

/// Where a title is remembered: by the first bytes of its name. Names of one farm often differ late: `WSS_Content_Team01`.
#[inline]
fn place(name: &[u8]) -> Option<usize> {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut block = [0; TELLING];
    match name.first_chunk() {
        Some(first) => block = *first,
        None => block.get_mut(..name.len())?.copy_from_slice(name),
    }
    let mut digest = 0u64;
    for bytes in block.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*bytes);
        // Not what follows the bracket: one name is to have one place.
        let name = before_bracket(word);
        digest = (digest.rotate_left(29) ^ (word & name)).wrapping_mul(SPREAD);
        if name != u64::MAX {
            break;
        }
    }
    usize::try_from(digest >> (u64::BITS - TITLES.trailing_zeros())).ok()
}

/// The bits of the bytes that stand before the first `]` among these eight.
#[inline]
fn before_bracket(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let others = word ^ (ONES * u64::from(b']'));
    // The highest bit of each byte that is none other; perhaps also of bytes behind the first of them.
    let brackets = others.wrapping_sub(ONES) & !others & (ONES << 7);
    if brackets == 0 { u64::MAX } else { (1 << (brackets.trailing_zeros() - 7)) - 1 }
}

#[cfg(test)]
mod tests {
    use super::{Familiar, before_bracket, place};
    use proptest::prelude::*;

    const KEY: usize = "[SPContentDatabase Name=".len();

    #[test]
    fn a_title_is_familiar_once_it_is_remembered_until_another_leg_begins() {
        let mut familiar = Familiar::default();
        familiar.turn_to((1, 1));
        let team = b"[SPContentDatabase Name=WSS_Content_Team] SchemaVersion = 14.0.";
        assert!(!familiar.holds(team, KEY));
        familiar.remember(team, KEY);
        assert!(familiar.holds(team, KEY));
        assert!(familiar.holds(b"[SPContentDatabase Name=WSS_Content_Team] returned: True.", KEY));
        for other in [
            &b"[SPContentDatabase Name=WSS_Content_Team1] SchemaVersion = 14.0."[..],
            b"[SPContentDatabase Name=WSS_Content_Team Parent=SPDatabaseServiceInstance]",
            b"[SPContentDatabase Name=WSS_Content_Team]2] SchemaVersion = 14.0.",
            b"[SPContentDatabase Name=WSS_Content",
            b"[SPContentDatabase Name=",
            b"[SPContent",
        ] {
            assert!(!familiar.holds(other, KEY), "{}", String::from_utf8_lossy(other));
        }
        familiar.turn_to((1, 1));
        assert!(familiar.holds(team, KEY));
        familiar.turn_to((1, 2));
        assert!(!familiar.holds(team, KEY));
        familiar.remember(team, KEY);
        familiar.begin();
        familiar.turn_to((1, 2));
        assert!(!familiar.holds(team, KEY));
    }

    #[test]
    fn a_title_that_no_bracket_ends_never_is() {
        let mut familiar = Familiar::default();
        for open in [
            &b"[SPContentDatabase Name=WSS_Content_Team and more"[..],
            b"[SPContentDatabase Name=WSS_Content\n_Team_and_more]",
            b"[SPContentDatabase Name=WSS_[Team]] SchemaVersion = 14.0.",
        ] {
            familiar.remember(open, KEY);
            assert!(!familiar.holds(open, KEY));
        }
    }

    proptest! {
        #[test]
        fn a_place_depends_on_the_name_alone(name in "[a-c_]{0,30}", one in "[a-c\\] ]{0,30}", other in "[a-c\\] ]{0,30}") {
            let place = |rest: &str| place(format!("{name}]{rest}").as_bytes());
            prop_assert!(place(&one).is_some());
            prop_assert_eq!(place(&one), place(&other));
        }

        #[test]
        fn the_first_bracket_ends_a_name(text in "[a\u{0}\\]\\\\^]{8}") {
            let bytes: [u8; 8] = text.as_bytes().try_into().unwrap();
            let end = text.find(']').unwrap_or(8);
            let expected = (0..8).map(|at| if at < end { 0xff } else { 0 }).collect::<Vec<u8>>();
            prop_assert_eq!(before_bracket(u64::from_le_bytes(bytes)).to_le_bytes().to_vec(), expected);
        }
    }
}
