//! When two legs are equal: for tests that cut a log anywhere.

use crate::model::profile::Charge;
use std::collections::{BTreeMap, BTreeSet};

use super::{Code, Doubt, Interval, Leg};

/// Equal if the same was spent on the same: the numbers of names do not matter, nor the order of paths.
impl PartialEq for Leg {
    fn eq(&self, other: &Self) -> bool {
        self.plain() == other.plain() && self.resolved() == other.resolved()
    }
}

impl Eq for Leg {}

impl Leg {
    fn plain(&self) -> impl PartialEq {
        let texts = (&self.first, self.last, &self.turned, &self.last_text, self.last_refused);
        let counts = (self.begun, self.records, self.errors, self.warned, self.failures, self.successes);
        let counts = (counts, self.cancelled);
        (self.continues, self.started, self.ended, texts, counts, &self.waits, &self.silences)
    }

    fn resolved(&self) -> impl PartialEq {
        let parts = |codes: &[Code]| codes.iter().map(|code| self.names.part(*code)).collect::<Vec<_>>();
        let mut charges: BTreeMap<Vec<_>, Charge> = BTreeMap::new();
        for (path, charge) in self.charges() {
            charges.entry(parts(path)).or_default().merge(charge);
        }
        let interval = |it: &Interval| (it.start, it.millis, parts(it.path.parts()));
        let intervals: Vec<_> = self.intervals.iter().map(interval).collect();
        let named: BTreeSet<&str> = self.named().collect();
        let first_named = self.first_named.map(|code| self.names.part(code));
        let at_first = self.at_first.as_ref().map(|at_work| parts(at_work.codes()));
        let (doubts, lengths) = self.doubts.in_order();
        let doubt = |it: &&Doubt| (it.site, parts(it.path.parts()), it.gap.clone(), it.between);
        let doubts = (doubts.iter().map(doubt).collect::<Vec<_>>(), lengths.to_vec());
        (at_first, parts(self.at_work.codes()), first_named, named, charges, intervals, doubts)
    }
}
