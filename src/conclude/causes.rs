//! Cause before symptom: a summary line belongs to the problem found in the same session.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Finding, Severity};
use crate::model::names::Names;

/// Logs of one session lie close together: a cause is looked for within this many milliseconds of its symptom.
const ONE_SESSION: i64 = 12 * 60 * 60 * 1000;

/// A finding with what is needed to place it in a session.
#[derive(Debug)]
pub struct Placed {
    /// The finding.
    pub finding: Finding,
    /// Codes of rules that explain it.
    pub may_be_caused_by: Vec<String>,
    /// It may explain others: it is no event of any day beside the upgrade.
    pub explains: bool,
    /// Servers it was seen on; empty if no log tells.
    pub servers: BTreeSet<String>,
    /// Sites whose database is to be upgraded and is not known.
    pub unowned_urls: BTreeSet<String>,
}

/// Links every symptom to the causes that were found in the same session.
pub fn link(placed: &mut [Placed]) {
    // Findings of one rule may be thousands: only those that can be a cause are looked at, and those alike together.
    let mut by_code: BTreeMap<&str, BTreeMap<Surroundings<'_>, Times>> = BTreeMap::new();
    for cause in placed.iter().filter(|cause| cause.explains) {
        let alike = by_code.entry(&cause.finding.code).or_default();
        alike.entry(Surroundings::of(cause)).or_default().add(span(&cause.finding));
    }
    by_code.values_mut().flat_map(BTreeMap::values_mut).for_each(Times::settle);
    let causes_of = |symptom: &Placed| {
        let (around, when) = (Surroundings::of(symptom), span(&symptom.finding));
        let explains = |code: &&String| {
            by_code.get(code.as_str()).into_iter().flatten().any(|(others, times)| {
                around.share_databases(others)
                    && (around.share_file(others)
                        || (around.may_share_server(others) && times.are_near(when)))
            })
        };
        let mut causes: Names = symptom.may_be_caused_by.iter().filter(explains).cloned().collect();
        let are_causes = match symptom.finding.code.as_str() {
            LEFT_OUT => tell_all_of(placed, &causes, &symptom.finding),
            WITHOUT_END => stopped(placed, &causes, &symptom.finding),
            _ => true,
        };
        if !are_causes {
            causes = Names::default();
        }
        causes
    };
    let links: Vec<Names> = placed.iter().map(causes_of).collect();
    for (symptom, causes) in placed.iter_mut().zip(links) {
        symptom.finding.caused_by = causes;
    }
    weigh_owners(placed);
}

/// Sites that could not be opened: their lines carry the message of whatever stopped it.
const LEFT_OUT: &str = "UA02";

/// Whether these causes stand in the very records of the symptom, and in all of them: a site map is in conflict
/// wherever a record says nothing else.
fn tell_all_of(placed: &[Placed], causes: &Names, symptom: &Finding) -> bool {
    let places: BTreeSet<_> = symptom.evidence.iter().map(|evidence| &evidence.place).collect();
    let is_told = |cause: &&Placed| {
        causes.contains(&cause.finding.code)
            && cause.finding.evidence.iter().any(|evidence| places.contains(&evidence.place))
    };
    let told: u64 = placed.iter().filter(is_told).map(|cause| cause.finding.count).sum();
    told >= symptom.count
}

/// Sessions that never came to their end.
const WITHOUT_END: &str = "UA17";
/// What stopped a session is told within this many milliseconds before the end of its log.
const LAST_WORDS: i64 = 60 * 1000;

/// Whether these causes stopped the session: they are the last that is told, in the one log that has no end. What stands
/// further up was got over, and of several sessions each may have stopped for a reason of its own.
fn stopped(placed: &[Placed], causes: &Names, symptom: &Finding) -> bool {
    let Some((_, end)) = span(symptom) else { return false };
    // A line that says so tells of an earlier session; the shape of a log stands in no line.
    let is_of_shape = symptom.count == 1 && symptom.evidence.iter().all(|evidence| evidence.place.line == 0);
    let stops = |cause: &Placed| {
        causes.contains(&cause.finding.code)
            && !cause.finding.files.is_disjoint(&symptom.files)
            && span(&cause.finding).is_some_and(|(_, last)| (end - LAST_WORDS..=end).contains(&last))
    };
    is_of_shape && placed.iter().any(stops)
}

/// The owner of a database explains a failed psconfig only where nothing else does; by itself it is a remark.
fn weigh_owners(placed: &mut [Placed]) {
    const OWNER: &str = "UC11";
    if !placed.iter().any(|placed| placed.finding.code == OWNER) {
        return;
    }
    let without_cause =
        |finding: &Finding| matches!(finding.code.as_str(), "UD01" | "UD02") && finding.caused_by.is_empty();
    let explains = placed.iter().any(|placed| without_cause(&placed.finding));
    for Placed { finding, .. } in placed {
        if without_cause(finding) {
            finding.caused_by.insert(OWNER.to_owned());
        } else if finding.code == OWNER && !explains {
            finding.severity = Severity::Info;
        }
    }
}

/// Where a finding was seen. Thousands of one rule have the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Surroundings<'p> {
    files: &'p Names,
    servers: &'p BTreeSet<String>,
    databases: &'p Names,
}

impl<'p> Surroundings<'p> {
    fn of(Placed { finding, servers, .. }: &'p Placed) -> Self {
        Self { files: &finding.files, servers, databases: &finding.databases }
    }

    fn share_file(&self, other: &Self) -> bool {
        !self.files.is_disjoint(other.files)
    }

    /// A server that no log tells may be any.
    fn may_share_server(&self, other: &Self) -> bool {
        self.servers.is_empty() || other.servers.is_empty() || !self.servers.is_disjoint(other.servers)
    }

    /// What happened to some databases explains nothing about others.
    fn share_databases(&self, other: &Self) -> bool {
        self.databases.is_empty()
            || other.databases.is_empty()
            || !self.databases.is_disjoint(other.databases)
    }
}

/// When findings were seen that can be a cause: whether any of them lies near a symptom is answered by a search.
#[derive(Debug, Default)]
struct Times {
    /// One of them has no times: it may be near to anything.
    timeless: bool,
    /// The first and last time of the others. Settled, they are in order of the first, each with the latest last time
    /// of all up to it.
    spans: Vec<(i64, i64)>,
}

impl Times {
    fn add(&mut self, cause: Option<(i64, i64)>) {
        match cause {
            Some(span) => self.spans.push(span),
            None => self.timeless = true,
        }
    }

    fn settle(&mut self) {
        self.spans.sort_unstable();
        let mut latest = i64::MIN;
        for (_, last) in &mut self.spans {
            latest = latest.max(*last);
            *last = latest;
        }
    }

    fn are_near(&self, symptom: Option<(i64, i64)>) -> bool {
        let Some((first, last)) = symptom.filter(|_| !self.timeless) else { return true };
        let begun = self.spans.partition_point(|(begin, _)| *begin <= last.saturating_add(ONE_SESSION));
        let latest = begun.checked_sub(1).and_then(|index| self.spans.get(index));
        latest.is_some_and(|(_, end)| first <= end.saturating_add(ONE_SESSION))
    }
}

/// The first and last time, in milliseconds. A console or an export has none.
fn span(finding: &Finding) -> Option<(i64, i64)> {
    Some((finding.first?.millis(), finding.last?.millis()))
}

#[cfg(test)]
mod tests {
    use super::{ONE_SESSION, Times};
    use proptest::prelude::*;

    fn span() -> impl Strategy<Value = Option<(i64, i64)>> {
        let hours = |most: i64| (0..most).prop_map(|hours| hours * ONE_SESSION / 4);
        prop::option::weighted(
            0.95,
            (hours(40), hours(6)).prop_map(|(first, length)| (first, first + length)),
        )
    }

    proptest! {
        #[test]
        fn a_cause_that_is_near_is_found_among_many(
            causes in prop::collection::vec(span(), 1..8),
            symptom in span(),
        ) {
            let mut times = Times::default();
            for cause in &causes {
                times.add(*cause);
            }
            times.settle();
            let near = causes.iter().any(|cause| match (symptom, cause) {
                (Some((first, last)), Some((begin, end))) => {
                    first <= end + ONE_SESSION && *begin <= last + ONE_SESSION
                }
                _ => true,
            });
            prop_assert_eq!(times.are_near(symptom), near);
        }
    }
}
