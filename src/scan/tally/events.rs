//! Events that may stand in several logs, so that each counts once. Many logs have many events: each costs 20 bytes,
//! and 16 more if it names a site.

use std::collections::BTreeMap;

use super::Group;
use super::flat_map::{Amount, FlatMap};
use crate::model::site::SiteId;
use crate::scan::source::Origin;

/// What an event counts for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EventOf {
    /// The number of errors.
    Error,
    /// The number of warnings.
    Warning,
    /// A finding.
    Hit(u16, Group),
}

/// How often an event stands in each origin, by server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EventCount(pub BTreeMap<Option<String>, [u64; Origin::COUNT]>);

impl EventCount {
    /// Times the event really happened: an event in several logs is one; twice in one log are two.
    /// Servers are kept apart where both logs tell theirs.
    pub fn real(&self) -> u64 {
        let on_servers: u64 = self
            .0
            .iter()
            .filter(|(server, _)| server.is_some())
            .map(|(_, counts)| counts.iter().copied().max().unwrap_or(0))
            .sum();
        let by_origin =
            (0..Origin::COUNT).map(|origin| self.0.values().filter_map(|c| c.get(origin)).sum::<u64>());
        by_origin.max().unwrap_or(0).max(on_servers)
    }

    /// Times it was written, in all logs together.
    pub fn written(&self) -> u64 {
        self.0.values().flatten().sum()
    }

    /// The most trustworthy origin that has it, as a rank.
    pub fn best_rank(&self) -> Option<u8> {
        (0..Origin::COUNT)
            .find(|&origin| self.0.values().any(|counts| counts.get(origin).is_some_and(|count| *count > 0)))
            .and_then(|origin| u8::try_from(origin).ok())
    }
}

/// One event as one rule sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event<'e> {
    /// Digest of time, process, component, level and text.
    pub digest: u64,
    /// What it counts for.
    pub what: &'e EventOf,
    /// The site it names.
    pub site: Option<SiteId>,
    /// Where it stands.
    pub count: EventCount,
}

/// Digest, what it counts for, and the server that wrote it, as indices.
type Plain = (u64, u32, u32);

/// The same of an event that names a site.
type Sited = (u64, u32, SiteId, u32);

/// Times an event stands in each origin.
#[derive(Clone, Copy, Default, Debug)]
struct Times([u8; Origin::COUNT]);

impl Amount for Times {
    type Whole = [u64; Origin::COUNT];

    fn whole(self) -> Self::Whole {
        self.0.map(u64::from)
    }

    fn packed(whole: Self::Whole) -> Option<Self> {
        let mut times = Self::default();
        for (slot, count) in times.0.iter_mut().zip(whole) {
            *slot = u8::try_from(count).ok()?;
        }
        Some(times)
    }

    fn sum(one: Self::Whole, other: Self::Whole) -> Self::Whole {
        let mut sum = one;
        sum.iter_mut().zip(other).for_each(|(sum, count)| *sum += count);
        sum
    }
}

/// Texts and the like, each once.
#[derive(Clone, Debug)]
struct Names<T> {
    all: Vec<T>,
    known: BTreeMap<T, u32>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { all: Vec::new(), known: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Names<T> {
    fn index(&mut self, name: &T) -> u32 {
        if let Some(index) = self.known.get(name) {
            return *index;
        }
        let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(name.clone());
        self.known.insert(name.clone(), index);
        index
    }
}

/// All events that are remembered.
#[derive(Clone, Debug, Default)]
pub struct Events {
    whats: Names<EventOf>,
    servers: Names<Option<String>>,
    plain: FlatMap<Plain, Times>,
    sited: FlatMap<Sited, Times>,
}

impl Events {
    /// An event stands in a log of this origin.
    pub fn add(
        &mut self,
        digest: u64,
        what: &EventOf,
        site: Option<SiteId>,
        server: &Option<String>,
        origin: Origin,
    ) {
        let mut times = [0; Origin::COUNT];
        if let Some(slot) = times.get_mut(usize::from(origin.rank())) {
            *slot = 1;
        }
        let (what, server) = (self.whats.index(what), self.servers.index(server));
        match site {
            Some(site) => self.sited.add((digest, what, site, server), times),
            None => self.plain.add((digest, what, server), times),
        }
    }

    /// Takes over what another scan remembers. The order does not matter.
    pub fn merge(&mut self, mut other: Self) {
        if self.len() < other.len() {
            std::mem::swap(self, &mut other);
        }
        let whats: Vec<u32> = other.whats.all.iter().map(|what| self.whats.index(what)).collect();
        let servers: Vec<u32> = other.servers.all.iter().map(|server| self.servers.index(server)).collect();
        let of = |list: &[u32], index: u32| list.get(index as usize).copied().unwrap_or(u32::MAX);
        other.plain.drain_all(|(digest, what, server), times| {
            self.plain.add((digest, of(&whats, what), of(&servers, server)), times);
        });
        other.sited.drain_all(|(digest, what, site, server), times| {
            self.sited.add((digest, of(&whats, what), site, of(&servers, server)), times);
        });
    }

    fn len(&self) -> usize {
        self.plain.stored() + self.sited.stored()
    }

    /// Hands out every event once, in no order.
    pub fn each(mut self, mut see: impl FnMut(Event<'_>)) {
        self.plain.settle();
        self.sited.settle();
        let plain =
            self.plain.iter().map(|((digest, what, server), times)| ((digest, what, None), server, times));
        self.each_of(plain, &mut see);
        let sited = self.sited.iter();
        let sited =
            sited.map(|((digest, what, site, server), times)| ((digest, what, Some(site)), server, times));
        self.each_of(sited, &mut see);
    }

    /// Sightings of one event follow one another.
    fn each_of(&self, sightings: impl Iterator<Item = Sighting>, see: &mut impl FnMut(Event<'_>)) {
        let mut sightings = sightings.peekable();
        while let Some((event, server, times)) = sightings.next() {
            let mut count = EventCount::default();
            self.count(&mut count, server, times);
            while let Some((_, server, times)) = sightings.next_if(|(next, ..)| *next == event) {
                self.count(&mut count, server, times);
            }
            let (digest, what, site) = event;
            if let Some(what) = self.whats.all.get(what as usize) {
                see(Event { digest, what, site, count });
            }
        }
    }

    fn count(&self, count: &mut EventCount, server: u32, times: [u64; Origin::COUNT]) {
        let server = self.servers.all.get(server as usize).cloned().flatten();
        let known = count.0.entry(server).or_default();
        *known = Times::sum(*known, times);
    }
}

/// An event, the server that wrote it, and how often.
type Sighting = ((u64, u32, Option<SiteId>), u32, [u64; Origin::COUNT]);

/// For tests: equal if the same events are remembered, whatever was met first.
impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        let all = |events: &Self| {
            let mut all = BTreeMap::new();
            events.clone().each(|event| {
                all.insert((event.digest, event.what.clone(), event.site), event.count);
            });
            all
        };
        all(self) == all(other)
    }
}

impl Eq for Events {}
