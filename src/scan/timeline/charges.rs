//! Time charged by path.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::path::{Code, Path};
use crate::model::profile::Charge;

/// What is charged to each path.
#[derive(Clone, Debug, Default)]
pub(super) struct Charges {
    known: IndexMap<Path, Charge, RandomState>,
    /// What was known when nothing was to come any more, without the index of it: there may be thousands of legs.
    packed: Box<[(Path, Charge)]>,
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
        for (path, charge) in next.known.into_iter().chain(next.packed) {
            self.add(path.map(&translate), charge);
        }
        next.waiting.into_iter().map(|(path, charge)| (path.map(&translate), charge)).collect()
    }

    /// Nothing is charged any more.
    pub(super) fn pack(&mut self) {
        let known = std::mem::take(&mut self.known);
        self.packed = std::mem::take(&mut self.packed).into_iter().chain(known).collect();
        self.waiting.shrink_to_fit();
    }

    /// Every path with its charge, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &Charge)> {
        let packed = self.packed.iter().map(|(path, charge)| (path, charge));
        packed.chain(&self.known).chain(&self.waiting)
    }
}
