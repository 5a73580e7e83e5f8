//! What comparisons come to, as the report tells it: pairs of places, as many as anyone reads, and for every row the
//! worst of its verdicts.

use crate::model::audit::{Breaks, DomainRow, Pair, PairVerdict};

/// How many pairs of places that are written alike are listed; all of them say the same.
const MOST_ALIKE: usize = 50;

/// How many pairs are listed of what one role must say and another one.
const MOST_OF_A_RULE: usize = 2_000;

/// How many places a row names that it must equal.
const MOST_NAMED: usize = 50;

/// The pairs of one add-in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparisons {
    /// In the order of the places.
    pub pairs: Vec<Pair>,
    /// How many more there are; the rows tell what they come to.
    pub left_out: u64,
}

/// What two forms come to.
#[derive(Debug)]
pub(super) struct Outcome {
    verdict: PairVerdict,
    /// The difference would break something.
    pub(super) is_broken: bool,
    /// What it breaks of what is in use.
    pub(super) breaks: Vec<Breaks>,
    /// It would break something, but nothing that is in use.
    pub(super) is_unused: bool,
    why: Why,
    listed: usize,
}

/// Why it is so; the second place is named where it is listed.
#[derive(Debug)]
pub(super) enum Why {
    Told(String),
    /// Another one of this kind agrees with the second place.
    Another(&'static str),
    /// The second place is registered for itself.
    ForItself,
}

impl Outcome {
    pub(super) fn new(verdict: PairVerdict, is_broken: bool, reason: String) -> Self {
        let why = Why::Told(reason);
        Self { verdict, is_broken, breaks: Vec::new(), is_unused: false, why, listed: 0 }
    }

    /// A difference that breaks nothing, for this reason.
    pub(super) fn excused(self, why: Why) -> Self {
        if self.is_broken { Self { is_broken: false, why, ..self } } else { self }
    }

    fn reason(&self, second: &str) -> String {
        let told = match &self.why {
            Why::Told(text) => text.clone(),
            Why::Another(kind) => format!("another {kind} agrees with {second}"),
            Why::ForItself => format!("{second} is registered for itself"),
        };
        if self.is_unused { told + "; no flow that is in use depends on it" } else { told }
    }
}

/// Collects pairs, and judges the rows.
#[derive(Debug)]
pub(super) struct List<'r> {
    rows: &'r mut [DomainRow],
    /// The names of the rows.
    names: Vec<String>,
    found: Comparisons,
    of_rule: usize,
}

impl<'r> List<'r> {
    pub(super) fn new(rows: &'r mut [DomainRow]) -> Self {
        let names = rows.iter().map(|row| row.place.clone()).collect();
        Self { rows, names, found: Comparisons::default(), of_rule: 0 }
    }

    /// The next rule begins.
    pub(super) fn begin(&mut self) {
        self.of_rule = 0;
    }

    pub(super) fn finish(self) -> Comparisons {
        self.found
    }

    /// Two places, by their numbers, came to this.
    pub(super) fn add(&mut self, a: usize, b: usize, outcome: &mut Outcome) {
        // What differs and breaks nothing need not be equal: another domain that is registered, say.
        if outcome.verdict == PairVerdict::Identical || !outcome.breaks.is_empty() {
            self.judge(a, b, outcome);
            self.judge(b, a, outcome);
        }
        if outcome.listed == MOST_ALIKE || self.of_rule == MOST_OF_A_RULE {
            self.found.left_out += 1;
            return;
        }
        let (Some(first), Some(second)) = (self.names.get(a), self.names.get(b)) else { return };
        outcome.listed += 1;
        self.of_rule += 1;
        self.found.pairs.push(Pair {
            a: first.clone(),
            b: second.clone(),
            verdict: outcome.verdict,
            breaks: outcome.breaks.clone(),
            reason: outcome.reason(second),
        });
    }

    /// Tells a row what it must equal, the worst of the verdicts, and what its differences break.
    fn judge(&mut self, row: usize, other: usize, outcome: &Outcome) {
        let (Some(row), Some(name)) = (self.rows.get_mut(row), self.names.get(other)) else { return };
        row.verdict = row.verdict.max(Some(outcome.verdict));
        row.breaks.extend(&outcome.breaks);
        if row.must_equal.len() == MOST_NAMED {
            row.must_equal_left_out += 1;
        } else {
            row.must_equal.push(name.clone());
        }
    }
}
