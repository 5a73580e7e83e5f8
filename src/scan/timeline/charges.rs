//! Time charged by path.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::path::{Code, Path};
use crate::model::profile::Charge;

/// Charges of joined stretches that may stand beside each other before those of one path become one, at least.
const APART: usize = 1 << 16;

/// What is charged to each path.
#[derive(Clone, Debug, Default)]
pub(super) struct Charges {
    known: IndexMap<Path, Charge, RandomState>,
    /// What joined stretches brought, and all of it when nothing is to come any more. A path may stand here several
    /// times: most are known to one stretch alone, and looking each of them up would cost more than a pass now and
    /// then over all.
    joined: Vec<(Path, Charge)>,
    /// Of these, so many were there when each path stood there once.
    apart: usize,
    /// Charged to the content database that is named next.
    waiting: IndexMap<Path, Charge, RandomState>,
}

impl Charges {
    /// Charges a path.
    pub(super) fn add(&mut self, path: Path, charge: Charge) {
        let charges = if path.first() == Some(Code::NEXT) { &mut self.waiting } else { &mut self.known };
        charges.entry(path).or_default().merge(charge);
    }

    /// What waits for a name was spent on this content database.
    pub(super) fn give_to_next(&mut self, database: Code) {
        if self.waiting.is_empty() {
            return;
        }
        for (path, charge) in std::mem::take(&mut self.waiting) {
            self.add(path.under(database), charge);
        }
    }

    /// Adds the charges of what follows, but for those that wait for a name: these are returned. `translate` says
    /// what the parts of their paths are here.
    pub(super) fn then(&mut self, next: Self, translate: impl Fn(Code) -> Code) -> Vec<(Path, Charge)> {
        for (path, charge) in next.known.into_iter().chain(next.joined) {
            let path = path.map(&translate);
            if path.first() == Some(Code::NEXT) {
                self.add(path, charge);
            } else {
                self.joined.push((path, charge));
            }
        }
        if self.joined.len() > 2 * self.apart + APART {
            self.gather();
        }
        next.waiting.into_iter().map(|(path, charge)| (path.map(&translate), charge)).collect()
    }

    /// Charges of one path become one.
    fn gather(&mut self) {
        self.joined.sort_unstable_by_key(|(path, _)| *path);
        self.joined.dedup_by(|(path, charge), (before, sum)| {
            let same = path == before;
            if same {
                sum.merge(*charge);
            }
            same
        });
        self.apart = self.joined.len();
    }

    /// Nothing is charged any more.
    pub(super) fn pack(&mut self) {
        // What came since the charges of each path became one is little as a rule, and of other paths.
        if self.joined.len() > self.apart + self.apart / 4 {
            self.gather();
        }
        self.joined.extend(std::mem::take(&mut self.known));
        self.joined.shrink_to_fit();
        self.waiting.shrink_to_fit();
    }

    /// Every path with its charge, in no order; a path may come several times.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &Charge)> {
        let joined = self.joined.iter().map(|(path, charge)| (path, charge));
        joined.chain(&self.known).chain(&self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{APART, Charge, Charges, Code, Path};

    fn sums(charges: &Charges) -> BTreeMap<Path, Charge> {
        let mut sums: BTreeMap<Path, Charge> = BTreeMap::new();
        charges.iter().for_each(|(path, charge)| sums.entry(*path).or_default().merge(*charge));
        sums
    }

    #[test]
    fn charges_of_a_path_become_one_before_they_are_too_many() {
        let path = |part: usize| Path::new(&[Code::slot(u8::try_from(part % 7).unwrap())]);
        let mut joined = Charges::default();
        let mut added = Charges::default();
        let stretches = 3 * APART / 7;
        for stretch in 0..stretches {
            let mut next = Charges::default();
            for part in 0..7 {
                let charge = Charge::of(i64::try_from(stretch + part).unwrap());
                next.add(path(part), charge);
                added.add(path(part), charge);
            }
            assert!(joined.then(next, |code| code).is_empty());
            assert!(joined.joined.len() <= APART + 14, "{}", joined.joined.len());
        }
        assert_eq!(sums(&joined), sums(&added));
        joined.pack();
        assert_eq!(joined.iter().count(), 7);
        assert_eq!(sums(&joined), sums(&added));
    }
}
