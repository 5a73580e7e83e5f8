//! Waits that may be none: a refused line behind a long silence. The attempt is over in seconds where others of the
//! session are, and then the silence before it was spent on what was at work. Only the whole session tells.

use super::path::{Code, Path};
use super::silences::Gap;
use crate::model::site::SiteId;

/// A shorter gap before the first refused line of a run is its wait in any case.
const SHORTEST: i64 = 10_000;

/// The same of a gap between two refused lines: only a clock that was set, or a server that slept, is longer.
const SHORTEST_BETWEEN: i64 = 600_000;

/// Nothing to compare with: an attempt is a few calls, each of which gives up after 21 seconds.
const ALONE: i64 = 120_000;

/// Gaps are sorted by the bits of their length. None is longer than this many have: that is a clock that was set.
const LENGTHS: usize = 28;

/// A gap that may be a wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Doubt {
    /// The site that may have been waited for.
    pub(super) site: SiteId,
    /// What was at work.
    pub(super) path: Path,
    /// How long, and where.
    pub(super) gap: Gap,
    /// The record before it is a refused line, too.
    pub(super) between: bool,
}

/// The doubts of a leg, and how long the gaps before its refused lines were.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts {
    all: Vec<Doubt>,
    /// How many of them are about the content database that is named next.
    waiting: usize,
    lengths: [u32; LENGTHS],
}

impl Doubts {
    /// Counts the gap before a refused line. Whether there is doubt that it is a wait.
    pub(super) fn count(&mut self, millis: i64, between: bool) -> bool {
        if let Some(count) = self.lengths.get_mut(bits(millis)) {
            *count = count.saturating_add(1);
        }
        millis > if between { SHORTEST_BETWEEN } else { SHORTEST }
    }

    pub(super) fn push(&mut self, doubt: Doubt) {
        self.waiting += usize::from(doubt.path.first() == Some(Code::NEXT));
        self.all.push(doubt);
    }

    /// What waits for a name is about this content database.
    pub(super) fn give_to_next(&mut self, database: Code) {
        if std::mem::take(&mut self.waiting) == 0 {
            return;
        }
        for doubt in &mut self.all {
            if doubt.path.first() == Some(Code::NEXT) {
                doubt.path = doubt.path.under(database);
            }
        }
    }

    /// Adds those of what follows, but for those that wait for a name: these are returned.
    pub(super) fn then(&mut self, next: Self, translate: impl Fn(Code) -> Code) -> Vec<Doubt> {
        for (count, more) in self.lengths.iter_mut().zip(next.lengths) {
            *count = count.saturating_add(more);
        }
        let (later, known): (Vec<_>, Vec<_>) =
            next.all.into_iter().partition(|doubt| doubt.path.first() == Some(Code::NEXT));
        let translated = |doubt: Doubt| Doubt { path: doubt.path.map(&translate), ..doubt };
        for doubt in known.into_iter().map(translated) {
            self.push(doubt);
        }
        later.into_iter().map(translated).collect()
    }

    pub(super) fn millis(&self) -> i64 {
        self.all.iter().map(|doubt| doubt.gap.millis).sum()
    }

    pub(super) fn shift_lines(&mut self, lines: u64) {
        for doubt in &mut self.all {
            doubt.gap.line += lines;
        }
    }

    /// In the order of their lines, with the lengths of all: equal doubts are equal in this.
    pub(super) fn in_order(&self) -> (Vec<&Doubt>, &[u32]) {
        let mut all: Vec<&Doubt> = self.all.iter().collect();
        all.sort_by_key(|doubt| doubt.gap.line);
        (all, &self.lengths)
    }

    /// The whole session was read: each doubt, with whether it is a wait.
    pub(super) fn settle(&mut self) -> Vec<(Doubt, bool)> {
        let Self { all, lengths, .. } = std::mem::take(self);
        let waits = |doubt: &Doubt| doubt.gap.millis <= longest_wait(&lengths, doubt);
        all.into_iter().map(|doubt| (waits(&doubt), doubt)).map(|(waits, doubt)| (doubt, waits)).collect()
    }
}

/// Bits of a length in milliseconds.
fn bits(millis: i64) -> usize {
    let bits = u64::BITS - millis.max(0).unsigned_abs().leading_zeros();
    usize::try_from(bits).unwrap_or(usize::MAX).min(LENGTHS - 1)
}

/// A few times what half of the other gaps stay below. Between two refused lines nothing else was at work, and single
/// attempts may be longer by far.
fn longest_wait(lengths: &[u32; LENGTHS], doubt: &Doubt) -> i64 {
    let own = bits(doubt.gap.millis);
    let others = |length: usize, count: u32| u64::from(count) - u64::from(length == own && count > 0);
    let counts: Vec<u64> = lengths.iter().enumerate().map(|(length, count)| others(length, *count)).collect();
    let all: u64 = counts.iter().sum();
    let mut below = 0;
    let half = counts.iter().position(|count| {
        below += count;
        all > 0 && below * 2 >= all
    });
    let Some(usual) = half.map(|length| 1_i64 << length) else { return ALONE };
    if doubt.between { (16 * usual).max(SHORTEST_BETWEEN) } else { (4 * usual).max(SHORTEST) }
}

#[cfg(test)]
mod tests {
    use super::{Doubt, Doubts, Path};
    use crate::model::site::SiteId;
    use crate::scan::timeline::silences::Gap;

    /// Which of these gaps in seconds are waits, of those in doubt. `true` says that a refused line stands before.
    fn settled(gaps: &[(i64, bool)]) -> Vec<(i64, bool)> {
        let site = SiteId::parse(b"961cfd1e-5cf8-4e40-8756-0032a517119b").unwrap();
        let mut doubts = Doubts::default();
        for (seconds, between) in gaps {
            if doubts.count(seconds * 1_000, *between) {
                let gap = Gap { millis: seconds * 1_000, line: 1, before: "".into(), after: "".into() };
                doubts.push(Doubt { site, path: Path::new(&[]), gap, between: *between });
            }
        }
        doubts.settle().into_iter().map(|(doubt, waits)| (doubt.gap.millis / 1_000, waits)).collect()
    }

    #[test]
    fn a_gap_is_a_wait_where_the_others_are_about_as_long() {
        assert_eq!(settled(&[(1_200, false), (2, true), (2, true)]), [(1_200, false)]);
        assert_eq!(settled(&[(60, false), (60, true), (3_610, true)]), [(60, true), (3_610, false)]);
        assert_eq!(settled(&[(21, false), (63, false), (42, false)]), [(21, true), (63, true), (42, true)]);
        assert_eq!(settled(&[(9, false), (500, true), (2, true)]), []);
    }

    #[test]
    fn a_gap_that_cannot_be_compared_is_a_wait_as_long_as_an_attempt_may_take() {
        assert_eq!(settled(&[(63, false)]), [(63, true)]);
        assert_eq!(settled(&[(1_200, false)]), [(1_200, false)]);
        assert_eq!(settled(&[(1_200, false), (2, true)]), [(1_200, false)]);
    }
}
