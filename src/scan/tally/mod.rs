//! What a scan has decided: sums, unions, minima, maxima and the first few by position. Merging is
//! commutative and associative, so it does not matter who counted what.

pub mod events;
pub mod flat_map;
pub mod sole;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::flow::Owners;
use super::source::Position;
use super::timeline::leg::Leg;
use crate::model::captures::Captures;
use crate::model::database::database_key;
use crate::model::finding::Finding;
use crate::text::clock::Stamp;
use events::Events;
use flat_map::SiteCounts;
use sole::Sole;

/// The values of the captures that separate findings of one rule; empty for most rules.
pub type Group = Vec<String>;

/// Sessions, or the parts of them that one process wrote, with its name: by source, process and line.
///
/// Boxed, because keys that come in order leave nearly half of such a map empty, and a leg is large.
pub type Legs = BTreeMap<(u32, u64, u64), (Box<str>, Box<Leg>)>;

/// Everything decided about one source, or about all of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Prefixed records, before folding.
    pub records: u64,
    /// Records outside the window that was asked for; they count for nothing else.
    pub outside: u64,
    /// One of these comes after the window.
    pub goes_on: bool,
    /// Lines that belong to no record.
    pub unparsed_lines: u64,
    /// Records at error level, folded.
    pub errors: u64,
    /// Records at warning level, folded.
    pub warnings: u64,
    /// Earliest and latest time of a record.
    pub span: Span,
    /// Lines that were not valid UTF-8.
    pub legacy_text: bool,
    /// Lines longer than the bound: read up to it.
    pub cut_lines: u64,
    /// What the dates prove about their order.
    pub dates: DateEvidence,
    /// What the rules found, by rule and group.
    pub hits: BTreeMap<(u16, Group), HitFact>,
    /// Sites whose database the context of the log tells.
    pub context_owners: Owners,
    /// Sites whose session upgraded one database only.
    pub single_owners: Owners,
    /// The content database that is named anywhere: one proves a single-database session, two disprove it.
    pub named_database: Sole,
    /// Sites were refused in a process that may work on several databases (psconfig, the timer service).
    pub farm_wide_process: bool,
    /// Databases that are no content databases, by key, with their type.
    pub other_databases: BTreeMap<String, String>,
    /// Last line that opens a session, and last that closes one.
    pub last_start: Option<u64>,
    /// See `last_start`.
    pub last_end: Option<u64>,
    /// Events, where several logs may repeat one another.
    pub events: Events,
    /// Sessions, or the parts of them that one process wrote: by source, process and line.
    pub legs: Legs,
    /// Names of servers that the records carry (`Merge-SPLogFile`).
    pub servers: BTreeSet<Box<str>>,
}

/// Earliest and latest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// Earliest time.
    pub first: Option<Stamp>,
    /// Latest time.
    pub last: Option<Stamp>,
}

impl Span {
    /// Widens the span by one moment.
    pub fn include(&mut self, time: Option<Stamp>) {
        if let Some(time) = time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
    }

    /// Widens the span by another.
    pub fn merge(&mut self, other: Self) {
        self.include(other.first);
        self.include(other.last);
    }
}

/// Dates that can be read in one order only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DateEvidence {
    /// A date whose first number can only be a day.
    pub day_first: bool,
    /// A date whose second number can only be a day.
    pub month_first: bool,
    /// A date that begins with its year.
    pub year_first: bool,
}

impl DateEvidence {
    /// A date proves an order.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }

    /// Dates that speak for different orders.
    pub fn is_mixed(self) -> bool {
        [self.day_first, self.month_first, self.year_first].into_iter().filter(|found| *found).count() > 1
    }
}

/// What one rule found about one group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HitFact {
    /// Records.
    pub count: u64,
    /// Their times.
    pub span: Span,
    /// At least one was written in a log of the upgrade itself; of what a rule knows, also in ULS by a process that may
    /// upgrade.
    pub in_upgrade: bool,
    /// An export says that it blocks the upgrade.
    pub blocks: bool,
    /// Indices of the sources.
    pub sources: BTreeSet<u32>,
    /// The first records by position.
    pub evidence: Vec<EvidenceFact>,
    /// Captures of the first record.
    pub captures: Captures,
    /// Content databases named, with the number of records.
    pub databases: BTreeMap<String, u64>,
    /// Site collections named by id, with the number of records.
    pub sites: SiteCounts,
    /// Site collections named by URL.
    pub urls: BTreeSet<String>,
    /// Other objects named.
    pub objects: BTreeSet<String>,
}

/// One record that shows a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvidenceFact {
    /// Where it stands.
    pub position: Position,
    /// When it was written.
    pub time: Option<Stamp>,
    /// Its text, cut at a bound.
    pub text: String,
    /// Its lines that show the problem, where that is not the first one alone.
    pub quoted: Option<Box<str>>,
    /// The event it is, where events are remembered.
    pub event: Option<u64>,
}

impl HitFact {
    /// Whether a record at this position would be kept as evidence.
    pub fn wants(&self, position: Position) -> bool {
        self.evidence.len() < Finding::EVIDENCE
            || self.evidence.last().is_some_and(|last| position < last.position)
    }

    /// Keeps a record as evidence, if it is among the first by position.
    pub fn keep(&mut self, fact: EvidenceFact) {
        let at = self.evidence.partition_point(|known| known.position <= fact.position);
        self.evidence.insert(at, fact);
        self.evidence.truncate(Finding::EVIDENCE);
    }

    /// Adds what another scan found of the same group.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.span.merge(other.span);
        self.in_upgrade |= other.in_upgrade;
        self.blocks |= other.blocks;
        self.sources.extend(other.sources);
        let mine = self.evidence.first().map(|fact| fact.position);
        let theirs = other.evidence.first().map(|fact| fact.position);
        if theirs.is_some() && (mine.is_none() || theirs < mine) {
            self.captures = other.captures;
        }
        for fact in other.evidence {
            self.keep(fact);
        }
        for (database, count) in other.databases {
            *self.databases.entry(database).or_default() += count;
        }
        self.sites.merge(other.sites);
        self.urls.extend(other.urls);
        self.objects.extend(other.objects);
    }
}

impl Tally {
    /// Keys of the content databases that findings name.
    pub fn named_databases(&self) -> BTreeSet<String> {
        let names = self.hits.values().flat_map(|fact| fact.databases.keys());
        names.map(|name| database_key(name)).collect()
    }

    /// Adds what another scan decided.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.outside += other.outside;
        self.goes_on |= other.goes_on;
        self.unparsed_lines += other.unparsed_lines;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.span.merge(other.span);
        self.legacy_text |= other.legacy_text;
        self.cut_lines += other.cut_lines;
        self.dates.day_first |= other.dates.day_first;
        self.dates.month_first |= other.dates.month_first;
        self.dates.year_first |= other.dates.year_first;
        if self.hits.is_empty() {
            self.hits = other.hits;
        } else {
            for (key, fact) in other.hits {
                match self.hits.entry(key) {
                    Entry::Occupied(mut known) => known.get_mut().merge(fact),
                    Entry::Vacant(place) => {
                        place.insert(fact);
                    }
                }
            }
        }
        for (owners, others) in
            [(&mut self.context_owners, other.context_owners), (&mut self.single_owners, other.single_owners)]
        {
            for (database, sites) in others {
                owners.entry(database).or_default().merge(sites);
            }
        }
        self.named_database.merge(other.named_database);
        for (name, kind) in other.other_databases {
            self.note_other_database(&name, kind);
        }
        self.farm_wide_process |= other.farm_wide_process;
        self.last_start = self.last_start.max(other.last_start);
        self.last_end = self.last_end.max(other.last_end);
        self.events.merge(other.events);
        self.legs.extend(other.legs);
        self.servers.extend(other.servers);
    }

    /// Adds to what a rule found.
    pub fn add_hit(&mut self, rule: u16, group: Group, fact: HitFact) {
        self.hits.entry((rule, group)).or_default().merge(fact);
    }

    /// Remembers a database that is no content database; of two types that logs give it, the first by name.
    pub fn note_other_database(&mut self, name: &str, kind: String) {
        let known = self.other_databases.entry(database_key(name)).or_insert_with(|| kind.clone());
        if kind < *known {
            *known = kind;
        }
    }

    /// Puts everything that is counted by site in order.
    pub fn settle(&mut self) {
        self.hits.values_mut().for_each(|fact| fact.sites.settle());
        self.legs.values_mut().for_each(|(_, leg)| leg.waits.settle());
    }

    /// Moves every line number down: the lines were counted from the start of a segment.
    pub fn shift_lines(&mut self, lines: u64) {
        if lines == 0 {
            return;
        }
        for fact in self.hits.values_mut() {
            for evidence in &mut fact.evidence {
                evidence.position.line += lines;
            }
        }
        self.last_start = self.last_start.map(|line| line + lines);
        self.last_end = self.last_end.map(|line| line + lines);
    }
}
