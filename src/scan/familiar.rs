//! Titles of content databases that nothing is to be learnt from any more: everyone who counts or remembers the databases
//! of a leg has these. A farm has few, and a third of all lines of an upgrade log name one.

use crate::text::beginning::Beginning;

/// Titles that are remembered.
const TITLES: usize = 64;
/// Bytes of a title that tell it from most others.
const TELLING: usize = 16;

/// Titles of one leg, each at the place of its digest.
#[derive(Debug, Default)]
pub(super) struct Familiar {
    leg: Option<Leg>,
    /// From the name on, with the bracket behind it. None before the first is remembered.
    titles: Vec<Beginning>,
}

/// Which leg of a log: the digest of its process, and which one of that.
type Leg = (u64, usize);

impl Familiar {
    /// Another stretch begins, in which nothing is known yet. What was remembered makes room for new titles.
    pub(super) fn begin(&mut self) {
        self.leg = None;
    }

    /// What follows is of this leg.
    pub(super) fn turn_to(&mut self, leg: Leg) {
        if self.leg != Some(leg) {
            self.leg = Some(leg);
            self.titles.iter_mut().for_each(|title| title.set(&[]));
        }
    }

    /// Whether a title is familiar whose `Name=` ends here.
    #[inline]
    pub(super) fn holds(&self, message: &[u8], end_of_key: usize) -> bool {
        let Some(name) = message.get(end_of_key..) else { return false };
        let title = place(name).and_then(|place| self.titles.get(place));
        title.is_some_and(|title| !title.is_empty() && title.strip(name).is_some())
    }

    /// A title is familiar from here on.
    pub(super) fn remember(&mut self, message: &[u8], end_of_key: usize) {
        let Some(name) = message.get(end_of_key..) else { return };
        // A title without a bracket ends in another way, which what follows may change.
        let Some(end) = memchr::memchr2(b']', b'\n', name).filter(|end| name.get(*end) == Some(&b']')) else {
            return;
        };
        self.titles.resize_with(TITLES, Beginning::default);
        if let Some(title) = place(name).and_then(|place| self.titles.get_mut(place)) {
            title.set(&[name.get(..=end).unwrap_or_default()]);
        }
    }
}

/// Where a title is remembered: by its first bytes, among which names of one farm differ.
#[inline]
fn place(name: &[u8]) -> Option<usize> {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let [first, second] = *name.first_chunk::<TELLING>()?.as_chunks::<8>().0 else { return None };
    let telling = u64::from_le_bytes(first) ^ u64::from_le_bytes(second).rotate_left(29);
    usize::try_from(telling.wrapping_mul(SPREAD) >> (u64::BITS - TITLES.trailing_zeros())).ok()
}

#[cfg(test)]
mod tests {
    use super::Familiar;

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
        ] {
            familiar.remember(open, KEY);
            assert!(!familiar.holds(open, KEY));
        }
    }
}
