//! All logs that are followed, and what they show together. Driven by [`Watcher::poll`], which is told the time
//! and never waits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::board::{Board, Seen};
use super::events::{Event, Fate, Found};
use super::folder::Folders;
use super::follow::{Change, Followed};
use crate::command::input::collect::Collected;
use crate::conclude::{Evidences, conclude, without_end};
use crate::inventory::Inventory;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::model::session::SessionOutcome;
use crate::model::site::SiteId;
use crate::model::site_table::SiteReport;
use crate::model::suppression::Suppression;
use crate::scan::rules::engine::Engine;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;
use crate::text::clock::{DateOrder, Stamp};

/// Between the end of one log of an upgrade and the beginning of the next some seconds pass: a session is over
/// when nothing has followed for this long.
const SETTLE: Duration = Duration::from_secs(10);

/// Who starts psconfig and the watch together may have logs of a run before: its own come within this time.
const TO_BEGIN: Duration = Duration::from_mins(1);

/// What a watch is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folders, or single logs.
    pub roots: Vec<String>,
    /// `--server NAME=PATH`, with `/`.
    pub servers: Vec<(String, String)>,
    /// `--recent`.
    pub recent: Duration,
    /// `--stall`.
    pub stall: Duration,
    /// `--idle`.
    pub idle: Duration,
    /// `--date-order`.
    pub date_order: Option<DateOrder>,
}

/// Why there is nothing more to wait for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// Every session that was followed has ended.
    Ended,
    /// Every session had ended before the watch began.
    Before,
    /// Nothing was written for too long.
    Idle,
}

impl Done {
    /// The same as a sentence of the stream.
    pub fn because(self) -> &'static str {
        match self {
            Self::Ended => "every session ended",
            Self::Before => "every session had ended before the watch began",
            Self::Idle => "nothing was written any more",
        }
    }
}

/// The watch.
#[derive(Debug)]
pub struct Watcher<'e> {
    engine: &'e Engine,
    options: Options,
    inventory: Inventory,
    suppressions: Vec<Suppression>,
    today: Option<Stamp>,
    folders: Folders,
    followed: Vec<Followed>,
    sources: Vec<SourceFacts>,
    merged: Tally,
    board: Board,
    told: BTreeSet<(String, Vec<String>)>,
    /// When something was last written that tells of a session; at first, when the watch began.
    active: Option<SystemTime>,
}

impl<'e> Watcher<'e> {
    /// A watch that has not looked yet. `today` is what the ends of suppressions are compared to.
    pub fn new(
        engine: &'e Engine,
        options: Options,
        inventory: Inventory,
        suppressions: Vec<Suppression>,
        today: Option<Stamp>,
    ) -> Self {
        let folders = Folders::new(options.roots.clone(), options.servers.clone(), options.recent);
        Self {
            engine,
            options,
            inventory,
            suppressions,
            today,
            folders,
            followed: Vec::new(),
            sources: Vec::new(),
            merged: Tally::default(),
            board: Board::default(),
            told: BTreeSet::new(),
            active: None,
        }
    }

    /// Looks at everything once, and tells what is new.
    pub fn poll(&mut self, now: SystemTime) -> Vec<Event> {
        self.active.get_or_insert(now);
        for input in self.folders.chosen(now) {
            self.followed.extend(Followed::new(input, self.options.date_order, now));
        }
        let mut events = Vec::new();
        let mut changed = false;
        for at in 0..self.followed.len() {
            changed |= self.look(at, now, &mut events);
        }
        if changed {
            self.conclude(now, &mut events);
        }
        events.extend(self.board.stalls(self.options.stall, now));
        events
    }

    /// A log holds more than one look reads: look again at once.
    pub fn is_behind(&self) -> bool {
        self.followed.iter().any(|followed| followed.behind)
    }

    /// The sessions.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Everything that was read, joined and merged.
    pub fn tally(&self) -> &Tally {
        &self.merged
    }

    /// Logs that are followed.
    pub fn logs(&self) -> usize {
        self.followed.iter().filter(|followed| followed.facts().is_some()).count()
    }

    /// Whether there is nothing more to wait for.
    pub fn done(&self, now: SystemTime) -> Option<Done> {
        let silence = now.duration_since(self.active?).unwrap_or_default();
        let sessions = self.board.sessions();
        let any_ran = sessions.iter().any(|live| live.met_running);
        let all_ended = !sessions.is_empty() && self.board.running().next().is_none();
        if self.is_behind() {
            None
        } else if all_ended && any_ran && silence >= SETTLE {
            Some(Done::Ended)
        } else if all_ended && !any_ran && silence >= TO_BEGIN {
            Some(Done::Before)
        } else {
            (silence >= self.options.idle).then_some(Done::Idle)
        }
    }

    /// What `spdoctor upgrade` would be given to read the same logs.
    pub fn collected(&self) -> Collected {
        // What was renamed is read under its new name.
        let is_there = |log: &&Followed| !self.followed.iter().any(|other| log.was_renamed_to(other));
        let logs = self.followed.iter().filter(|followed| followed.facts().is_some()).filter(is_there);
        let mut inputs: Vec<_> = logs.map(|followed| followed.input.clone()).collect();
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        Collected { inputs, ..Collected::default() }
    }

    /// Makes the report say of sessions that still write that they run, and not that they were killed.
    pub fn mark_running(&self, report: &mut Report, now: SystemTime) {
        let alive = self.board.running().filter(|live| live.silence(now) < self.options.idle);
        let files: BTreeSet<&String> = alive.flat_map(|live| &live.files).collect();
        for session in &mut report.time.sessions {
            // A session that failed may still have to fail elsewhere: until it ends it runs.
            let is_open = matches!(session.outcome, SessionOutcome::Killed | SessionOutcome::Failed);
            if is_open && session.files.iter().any(|f| files.contains(f)) {
                session.outcome = SessionOutcome::Running;
            }
        }
        let files = files.into_iter().cloned().collect();
        without_end::withdraw(self.engine, report, &files);
        report.summary.findings = report.findings.len() as u64;
        crate::conclude::verdict::sum_up(report);
    }

    /// Looks at one file. Tells whether there is more to conclude from.
    fn look(&mut self, at: usize, now: SystemTime, events: &mut Vec<Event>) -> bool {
        let Some(followed) = self.followed.get_mut(at) else { return false };
        let known = followed.facts().map(|facts| facts.index);
        let index = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let change = followed.look(self.engine, index, now);
        let (what, reason) = match change {
            Change::Same => return false,
            Change::Grown => (Fate::Followed, None),
            Change::Restarted(why) => (Fate::Restarted, Some(why.to_owned())),
            Change::Gone => (Fate::Gone, None),
            Change::Failed(why) => (Fate::Unreadable, Some(why)),
        };
        if let Some(facts) = followed.facts() {
            match self.sources.get_mut(facts.index as usize) {
                Some(known) => *known = facts.clone(),
                None => self.sources.push(facts.clone()),
            }
        }
        let tells = what != Fate::Followed || (known.is_none() && followed.facts().is_some());
        if tells && (known.is_some() || followed.facts().is_some()) {
            events.push(Event::File {
                path: followed.input.path.clone(),
                server: followed.input.server.clone(),
                kind: followed.facts().map(|facts| facts.kind.name()),
                what,
                reason,
            });
        }
        if followed.tells_a_session() {
            self.active = self.active.max(Some(followed.grew));
        }
        true
    }

    fn conclude(&mut self, now: SystemTime, events: &mut Vec<Event>) {
        self.merged = Tally::default();
        for followed in &self.followed {
            if let Some(tally) = followed.tally() {
                self.merged.merge(tally.clone());
            }
        }
        let report = conclude(Evidences {
            engine: self.engine,
            sources: &self.sources,
            tally: self.merged.clone(),
            inventory: &self.inventory,
            suppressions: &self.suppressions,
            now: self.today,
            known_sessions: &[],
        });
        let owned = |site: SiteReport<'_>| Some((site.id, site.database?.to_owned()));
        let owners: BTreeMap<SiteId, String> = report.sites.iter().filter_map(owned).collect();
        let grew = self.followed.iter().map(|file| (file.input.path.clone(), file.grew)).collect();
        let seen = Seen { sources: &self.sources, tally: &self.merged, owners: &owners, grew: &grew };
        events.extend(self.board.update(&seen, now));
        for finding in report.findings.iter().filter(|finding| finding.suppressed.is_none()) {
            if self.told.insert(self.identity(finding)) {
                events.push(Event::Finding(Box::new(Found::from(finding))));
            }
        }
    }

    /// What makes it a finding of its own: its code, and the captures its rule groups by.
    fn identity(&self, finding: &Finding) -> (String, Vec<String>) {
        let rule = self.engine.catalogue().get(&finding.code);
        let names = rule.map_or(&[][..], |rule| &rule.group_by).iter().map(String::as_str);
        let values = names.chain(["template"]).filter_map(|name| finding.captures.get(name).cloned());
        (finding.code.clone(), values.collect())
    }
}
