//! The sessions that are followed: where each is, and what has changed since the last look. No file is touched
//! here, and no clock read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, SystemTime};

use super::events::{Event, Progress, Who};
use crate::conclude::profile;
use crate::conclude::sessions::{Whole, group};
use crate::model::session::SessionOutcome;
use crate::model::site::SiteId;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;
use crate::scan::timeline::at_work::{DATABASE, TASK};
use crate::scan::timeline::leg::Leg;
use crate::text::clock::Stamp;

/// How far back the rate of refused sites looks.
const RATE: Duration = Duration::from_mins(2);

/// What a look found, for all logs together.
#[derive(Debug)]
pub struct Seen<'a> {
    /// Every source, by index.
    pub sources: &'a [SourceFacts],
    /// Everything that was decided.
    pub tally: &'a Tally,
    /// Owners of refused sites, as far as known.
    pub owners: &'a BTreeMap<SiteId, String>,
    /// When each log was last written, by path.
    pub grew: &'a BTreeMap<String, SystemTime>,
}

/// Every session that was seen.
#[derive(Debug, Default)]
pub struct Board {
    sessions: Vec<Live>,
    count: u64,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Live {
    /// Its name in events.
    pub who: Who,
    /// Its logs.
    pub files: BTreeSet<String>,
    /// First record.
    pub start: Stamp,
    /// Last record.
    pub end: Stamp,
    /// Milliseconds that passed between them.
    spent: i64,
    /// How it ended, or that it runs.
    pub outcome: SessionOutcome,
    /// psconfig itself says that it succeeded.
    psconfig_succeeded: bool,
    /// The psconfig task at work.
    pub task: Option<String>,
    /// The content database at work.
    pub database: Option<String>,
    /// The one that the log named last.
    named: Option<String>,
    /// Upgrades of content databases that began, and databases that were named.
    pub databases: (u64, u64),
    /// Content databases whose sites were refused, as far as known.
    owners: BTreeSet<String>,
    /// Records.
    pub records: u64,
    /// Refused sites.
    pub sites: BTreeSet<SiteId>,
    /// Milliseconds lost by them.
    pub retry: i64,
    /// Text of the last record. Hostile.
    pub text: String,
    /// When its last record was seen.
    pub wrote: SystemTime,
    /// Its silence was told.
    pub stalled: bool,
    /// It was seen to run; others had ended before the watch began.
    pub met_running: bool,
    /// Sources and lines at which its parts begin: they stay while the session grows.
    parts: BTreeSet<(u32, u64)>,
    /// Refused sites of late, by the time of the look.
    counts: VecDeque<(SystemTime, u64)>,
}

impl Board {
    /// Every session, in the order in which they were seen.
    pub fn sessions(&self) -> &[Live] {
        &self.sessions
    }

    /// Sessions that have not ended.
    pub fn running(&self) -> impl Iterator<Item = &Live> {
        self.sessions.iter().filter(|live| live.outcome == SessionOutcome::Running)
    }

    /// Takes in what a look found.
    pub fn update(&mut self, seen: &Seen<'_>, now: SystemTime) -> Vec<Event> {
        let mut events = Vec::new();
        let mut present = BTreeSet::new();
        for whole in group(seen.sources, &seen.tally.legs) {
            let next = Live::of(&whole, seen, now);
            let name = self.place(next, seen, now, &mut events);
            present.insert(name);
        }
        self.drop_absent(&present, &mut events);
        events
    }

    /// Sessions that have gone silent since the last look.
    pub fn stalls(&mut self, after: Duration, now: SystemTime) -> Vec<Event> {
        let silent = |live: &Live| {
            live.outcome == SessionOutcome::Running && !live.stalled && live.silence(now) >= after
        };
        self.sessions.iter_mut().filter(|live| silent(live)).map(|live| live.stall(now)).collect()
    }

    fn place(&mut self, next: Live, seen: &Seen<'_>, now: SystemTime, events: &mut Vec<Event>) -> String {
        let mut known: Vec<usize> = (0..self.sessions.len())
            .filter(|at| self.sessions.get(*at).is_some_and(|live| live.is_same(&next)))
            .collect();
        let Some(first) = known.first().copied() else { return self.begin(next, seen, now, events) };
        let into = self.sessions.get(first).map_or(String::new(), |live| live.who.session.clone());
        // Later ones are parts of the first after all.
        for at in known.drain(1..).rev() {
            let session = self.sessions.remove(at).who.session;
            events.push(Event::SessionJoined { session, into: into.clone() });
        }
        if let Some(live) = self.sessions.get_mut(first) {
            live.take_in(next, seen, now, events);
        }
        into
    }

    fn begin(&mut self, mut next: Live, seen: &Seen<'_>, now: SystemTime, events: &mut Vec<Event>) -> String {
        self.count += 1;
        next.who.session = format!("w{}", self.count);
        events.push(Event::SessionStarted {
            session: next.who.clone(),
            start: next.start.to_string(),
            files: next.files.clone(),
        });
        let blank =
            Live { records: 0, sites: BTreeSet::new(), outcome: SessionOutcome::Running, ..next.clone() };
        let (wrote, name) = (next.wrote, next.who.session.clone());
        self.sessions.push(blank);
        if let Some(live) = self.sessions.last_mut() {
            live.take_in(next, seen, now, events);
            // What is met in silence has been silent since its log was last written.
            live.wrote = wrote;
        }
        name
    }

    /// A log that was replaced takes its sessions with it.
    fn drop_absent(&mut self, present: &BTreeSet<String>, events: &mut Vec<Event>) {
        self.sessions.retain_mut(|live| {
            let stays = present.contains(&live.who.session);
            if !stays && live.outcome == SessionOutcome::Running {
                live.outcome = SessionOutcome::Killed;
                events.push(live.ended());
            }
            stays
        });
    }
}

impl Live {
    fn of(whole: &Whole<'_>, seen: &Seen<'_>, now: SystemTime) -> Self {
        let placed = || whole.legs.iter().chain(&whole.wizard);
        let legs = || placed().map(|placed| placed.leg);
        let paths = placed().filter_map(|placed| seen.sources.get(placed.source as usize));
        let files: BTreeSet<String> = paths.map(|facts| facts.path.clone()).collect();
        let wrote = files.iter().filter_map(|path| seen.grew.get(path)).max().copied();
        let sites: BTreeSet<SiteId> = legs().flat_map(|leg| leg.waits.settled().ids().to_vec()).collect();
        let owners = sites.iter().filter_map(|site| seen.owners.get(site).cloned()).collect();
        let named: BTreeSet<&str> = legs().flat_map(Leg::named).collect();
        let begun = legs().map(|leg| leg.begun).sum();
        let last = legs().max_by_key(|leg| leg.last);
        let upgrade = whole.legs.iter().map(|placed| placed.leg).max_by_key(|leg| leg.last);
        let text = |leg: Option<&Leg>, slot| leg.and_then(|leg| leg.at_work(slot)).map(str::to_owned);
        Self {
            who: Who { session: String::new(), server: whole.server.clone(), process: whole.process.clone() },
            files,
            start: whole.start,
            end: whole.end,
            spent: whole.spent(),
            outcome: outcome(whole, seen),
            psconfig_succeeded: profile::psconfig_succeeded(whole),
            task: text(whole.wizard.as_ref().map(|placed| placed.leg), TASK),
            database: None,
            named: text(upgrade.filter(|leg| !leg.ended), DATABASE),
            databases: (begun, named.len() as u64),
            owners,
            records: legs().map(|leg| leg.records).sum(),
            retry: legs().map(|leg| leg.waits.total().millis).sum(),
            sites,
            text: last.map_or(String::new(), |leg| leg.last_text().into()),
            wrote: wrote.unwrap_or(now),
            stalled: false,
            met_running: false,
            parts: placed().map(|placed| (placed.source, placed.leg.line())).collect(),
            counts: VecDeque::new(),
        }
    }

    /// The same parts; or the same beginning in another file: a log that was renamed.
    fn is_same(&self, next: &Self) -> bool {
        let begins_alike = self.start == next.start
            && (&self.who.server, &self.who.process) == (&next.who.server, &next.who.process);
        !self.parts.is_disjoint(&next.parts) || (begins_alike && self.files.is_disjoint(&next.files))
    }

    /// Takes over what a look shows, and tells what is new in it.
    fn take_in(&mut self, next: Self, seen: &Seen<'_>, now: SystemTime, events: &mut Vec<Event>) {
        let wrote = next.records != self.records;
        let who = self.who.clone();
        let (was, counts) = (self.outcome, std::mem::take(&mut self.counts));
        let (last_wrote, stalled, met_running) = (self.wrote, self.stalled, self.met_running);
        let has_new_part = !next.parts.is_subset(&self.parts);
        let fresh: Vec<SiteId> = next.sites.difference(&self.sites).copied().collect();
        // A refused line names no database, but an export may know whose the site is.
        let of_sites = fresh.iter().rev().find_map(|site| seen.owners.get(site).cloned());
        let of_log = if next.named == self.named { self.database.take() } else { next.named.clone() };
        let database = of_sites.or(of_log);
        *self = Self { who: Who { session: who.session, ..next.who.clone() }, counts, database, ..next };
        self.wrote = if wrote { now } else { last_wrote };
        self.stalled = stalled && !wrote;
        self.met_running = met_running || self.outcome == SessionOutcome::Running;
        self.count(now);
        let resumed = was != SessionOutcome::Running && (self.outcome != was || (wrote && has_new_part));
        if resumed {
            events.push(Event::SessionResumed {
                session: self.who.clone(),
                end: self.end.to_string(),
                files: self.files.clone(),
            });
        }
        if !fresh.is_empty() {
            events.push(Event::Refused {
                session: self.who.clone(),
                sites: fresh.iter().map(ToString::to_string).collect(),
                refused_sites: self.sites.len() as u64,
                refused_per_minute: self.refused_per_minute(),
            });
        }
        if wrote {
            events.push(Event::Progress(Box::new(self.progress())));
        }
        if (was == SessionOutcome::Running || resumed) && self.outcome != SessionOutcome::Running {
            events.push(self.ended());
        }
    }

    fn count(&mut self, now: SystemTime) {
        self.counts.push_back((now, self.sites.len() as u64));
        let old = |at: SystemTime| now.duration_since(at).unwrap_or_default() > RATE;
        while self.counts.len() > 2 && self.counts.get(1).is_some_and(|(at, _)| old(*at)) {
            self.counts.pop_front();
        }
    }

    /// Refused sites in a minute, of late; `None` while there is too little to tell.
    pub fn refused_per_minute(&self) -> Option<u64> {
        let ((from, before), (to, after)) = (*self.counts.front()?, *self.counts.back()?);
        let seconds = to.duration_since(from).unwrap_or_default().as_secs();
        (seconds >= 10).then(|| (after.saturating_sub(before) * 60 + seconds / 2) / seconds)
    }

    /// How long it has written nothing.
    pub fn silence(&self, now: SystemTime) -> Duration {
        now.duration_since(self.wrote).unwrap_or_default()
    }

    /// Seconds from its first record to its last.
    pub fn elapsed(&self) -> u64 {
        seconds(self.spent)
    }

    /// Which database it is at, of how many.
    pub fn database_index(&self) -> Option<u64> {
        let (begun, named) = self.databases;
        // A pass that only looks for work says of no database that its upgrade begins.
        let refused = self.database.as_ref().filter(|name| self.owners.contains(*name));
        let index = if begun > 0 { begun } else { refused.map_or(0, |_| self.owners.len() as u64) };
        (1..=named).contains(&index).then_some(index)
    }

    fn progress(&self) -> Progress {
        Progress {
            session: self.who.clone(),
            task: self.task.clone(),
            database: self.database.clone(),
            database_index: self.database_index(),
            databases: self.databases.1,
            records: self.records,
            time: self.end.to_string(),
            elapsed_s: self.elapsed(),
            refused_sites: self.sites.len() as u64,
            refused_per_minute: self.refused_per_minute(),
            token_service_retry_s: seconds(self.retry),
        }
    }

    fn stall(&mut self, now: SystemTime) -> Event {
        self.stalled = true;
        Event::Stall {
            session: self.who.clone(),
            seconds: self.silence(now).as_secs(),
            database: self.database.clone(),
            last: self.end.to_string(),
            text: self.text.clone(),
        }
    }

    fn ended(&self) -> Event {
        Event::SessionEnded {
            session: self.who.clone(),
            outcome: self.outcome,
            psconfig_succeeded: self.psconfig_succeeded,
            end: self.end.to_string(),
            duration_s: self.elapsed(),
            refused_sites: self.sites.len() as u64,
            files: self.files.clone(),
        }
    }
}

/// A session without an end still runs, unless its log goes on with another one.
fn outcome(whole: &Whole<'_>, seen: &Seen<'_>) -> SessionOutcome {
    match profile::outcome(whole) {
        SessionOutcome::Killed if !is_followed_by_another(whole, seen) => SessionOutcome::Running,
        // A failure is told when the session is over: more may come until then.
        SessionOutcome::Failed if still_open(whole) && !is_followed_by_another(whole, seen) => {
            SessionOutcome::Running
        }
        other => other,
    }
}

fn still_open(whole: &Whole<'_>) -> bool {
    match &whole.wizard {
        Some(wizard) => !wizard.leg.ended,
        None => whole.legs.iter().any(|placed| !placed.leg.ended),
    }
}

fn is_followed_by_another(whole: &Whole<'_>, seen: &Seen<'_>) -> bool {
    let Some(last) = whole.wizard.as_ref().or(whole.legs.last()) else { return false };
    let of_source = seen.tally.legs.range((last.source, 0, 0)..=(last.source, u64::MAX, u64::MAX));
    of_source.into_iter().any(|((_, _, line), _)| *line > last.leg.line())
}

fn seconds(millis: i64) -> u64 {
    u64::try_from((millis + 500) / 1000).unwrap_or(0)
}
