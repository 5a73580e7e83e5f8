//! A leg: the records of one process from one session start to the next, and what their time was spent on.

mod equal;

use std::collections::BTreeSet;

use super::at_work::{AtWork, COMPONENT, DATABASE, FUNCTION, SITE, TASK};
use super::charges::Charges;
use super::doubts::{Doubt, Doubts};
use super::moment::{Ending, Interval, Moment};
use super::path::{Code, Names, Part, Path};
use super::silences::{Gap, Silences, clipped};
use super::waits::Waits;
use crate::model::profile::Charge;
use crate::model::site::SiteId;
use crate::scan::tally::Span;
use crate::text::clock::Stamp;

#[derive(Clone, PartialEq, Eq, Debug)]
struct First {
    time: Stamp,
    line: u64,
    ending: Ending,
    text: Box<[u8]>,
}

/// A run of records from one session start to the next.
#[derive(Clone, Debug)]
pub struct Leg {
    /// It goes on from the stretch before.
    pub(super) continues: bool,
    first: Option<First>,
    /// What was at work when it was written: needed until nothing is joined any more.
    at_first: Option<AtWork>,
    /// Time of the last record.
    pub last: Option<Stamp>,
    /// Times between which the clock was set back, if it was: with those of the first and the last record the earliest and
    /// the latest. There may be thousands of legs, and few have any.
    turned: Option<Box<Span>>,
    /// Its text, as it stands.
    last_text: Vec<u8>,
    /// The site that it refuses.
    last_refused: Option<SiteId>,
    names: Names,
    at_work: AtWork,
    /// The first content database that is named here: what was charged to the next one before is its own.
    first_named: Option<Code>,
    /// Every content database that is named.
    named: BTreeSet<Code>,
    /// Upgrades of a content database that began.
    pub begun: u64,
    charges: Charges,
    /// Time lost by refused sites.
    pub waits: Waits,
    /// Gaps that may be that, too.
    doubts: Doubts,
    /// psconfig's own time, in order.
    pub intervals: Vec<Interval>,
    /// The longest gaps that are not refused sites, and the steps of the clock.
    pub silences: Silences,
    /// Records.
    pub records: u64,
    /// Records at error level.
    pub errors: u64,
    /// Warnings that its last record counts.
    pub warned: u64,
    /// Records that say the session failed.
    pub failures: u64,
    /// Records of psconfig that say that its run succeeded.
    pub successes: u64,
    /// Records of psconfig that say that the user left its wizard.
    pub cancelled: u64,
    /// A record opened the session.
    pub started: bool,
    /// A record closed it.
    pub ended: bool,
}

impl Leg {
    pub(super) fn new(continues: bool) -> Self {
        Self {
            continues,
            first: None,
            at_first: None,
            last: None,
            turned: None,
            last_text: Vec::new(),
            last_refused: None,
            names: Names::default(),
            at_work: AtWork::new(continues),
            first_named: None,
            named: BTreeSet::new(),
            begun: 0,
            charges: Charges::default(),
            waits: Waits::default(),
            doubts: Doubts::default(),
            intervals: Vec::new(),
            silences: Silences::default(),
            records: 0,
            errors: 0,
            warned: 0,
            failures: 0,
            successes: 0,
            cancelled: 0,
            started: false,
            ended: false,
        }
    }

    /// It has no record.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Time of the first record.
    pub fn start(&self) -> Option<Stamp> {
        self.first.as_ref().map(|first| first.time)
    }

    /// Earliest and latest time of a record.
    pub fn span(&self) -> Span {
        let mut span = self.turned.as_deref().copied().unwrap_or_default();
        span.include(self.start());
        span.include(self.last);
        span
    }

    /// Line of the first record.
    pub fn line(&self) -> u64 {
        self.first.as_ref().map_or(0, |first| first.line)
    }

    /// Milliseconds charged in all: the duration.
    pub fn millis(&self) -> i64 {
        let of_paths: i64 = self.charges.iter().map(|(_, charge)| charge.millis).sum();
        let of_intervals: i64 = self.intervals.iter().map(|interval| interval.millis).sum();
        of_paths + self.waits.total().millis + self.doubts.millis() + of_intervals
    }

    /// Time charged by path, in no order; a path may come several times. Parts of a path from the outermost on.
    pub fn charges(&self) -> impl Iterator<Item = (&[Code], Charge)> {
        self.charges.iter().map(|(path, charge)| (path.parts(), *charge))
    }

    /// The part of a path that a number stands for.
    pub fn part(&self, code: Code) -> Part<'_> {
        self.names.part(code)
    }

    /// What psconfig was at in one of the intervals.
    pub fn parts_of<'t>(&'t self, interval: &'t Interval) -> Vec<Part<'t>> {
        interval.path.parts().iter().map(|code| self.names.part(*code)).collect()
    }

    /// Every content database that is named, in no order.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.named.iter().filter_map(|code| match self.names.part(*code) {
            Part::Text(name) => Some(name),
            _ => None,
        })
    }

    /// Says what the slot of the content database, the site or the component holds from here on.
    pub fn say(&mut self, slot: u8, text: &[u8]) {
        self.at_work.say(slot, text);
    }

    /// Sets what a slot holds from here on. Deeper calls end with their caller.
    pub fn set(&mut self, slot: u8, value: Part<'_>) {
        self.begun += u64::from(value == Part::Next);
        self.set_alone(slot, value);
        if slot >= FUNCTION {
            self.at_work.end_calls_below(slot);
        }
    }

    /// Sets a slot and leaves the others as they are.
    pub fn set_alone(&mut self, slot: u8, value: Part<'_>) {
        self.at_work.set(slot, self.names.code(value));
    }

    /// A content database is named: it is at work from here on, and what waited for a name is its own.
    pub fn name_database(&mut self, name: &[u8]) {
        let code = self.names.code_of_line(name);
        self.first_named.get_or_insert(code);
        if self.at_work.held(DATABASE) != code {
            self.named.insert(code);
            self.charges.give_to_next(code);
            self.doubts.give_to_next(code);
            self.at_work.set(DATABASE, code);
        }
    }

    /// It is known that no content database is at work.
    pub(in crate::scan) fn is_idle(&self) -> bool {
        self.at_work.held(DATABASE) == Code::NOTHING
    }

    /// The text a slot holds at the end of the leg.
    pub fn at_work(&self, slot: u8) -> Option<&str> {
        match self.names.part(self.at_work.held(slot)) {
            Part::Text(held) => Some(held),
            _ => None,
        }
    }

    /// Text of the last record.
    pub fn last_text(&self) -> Box<str> {
        clipped(&self.last_text)
    }

    /// Nothing is said any more.
    pub(super) fn settle(&mut self) {
        self.at_work.settle(&mut self.names);
    }

    /// A record was written.
    pub(super) fn moment(&mut self, moment: &Moment<'_>) {
        match self.last {
            None => {
                self.settle();
                let (time, line, ending) = (moment.time, moment.line, moment.ending.clone());
                self.first = Some(First { time, line, ending, text: moment.text.into() });
                self.at_first = Some(self.at_work.clone());
            }
            Some(before) => self.gap(before, moment),
        }
        if self.last.is_some_and(|before| moment.time < before) {
            let turned = self.turned.get_or_insert_default();
            turned.include(self.last);
            turned.include(Some(moment.time));
        }
        self.last = Some(moment.time);
        self.last_text.clear();
        self.last_text.extend_from_slice(moment.text);
        self.last_refused = match moment.ending {
            Ending::Refused(site) => Some(site),
            _ => None,
        };
    }

    /// Records were written at the time of the last one: nothing is charged.
    pub(in crate::scan) fn stay(&mut self, records: u64, last_text: &[u8]) {
        self.records += records;
        self.last_text.clear();
        self.last_text.extend_from_slice(last_text);
        self.last_refused = None;
    }

    fn gap(&mut self, before: Stamp, moment: &Moment<'_>) {
        let millis = self.silences.passed(before, moment.time, moment.line);
        if let Ending::Refused(site) = moment.ending {
            self.refused(site, millis, moment);
            return;
        }
        if millis == 0 {
            return;
        }
        let path = self.path(&moment.ending, millis);
        if matches!(moment.ending, Ending::Call(_)) {
            self.interval(Interval { start: before, millis, path });
        } else {
            self.charges.add(path, Charge::of(millis));
        }
        if self.silences.wants(millis) {
            let (before, after) = (clipped(&self.last_text), clipped(moment.text));
            self.silences.keep(Gap { millis, line: moment.line, before, after });
        }
    }

    fn refused(&mut self, site: SiteId, millis: i64, moment: &Moment<'_>) {
        let between = self.last_refused.is_some();
        if !self.doubts.count(millis, between) {
            self.waits.add(site, Charge::of(millis));
            return;
        }
        let path = self.path(&Ending::Plain, millis);
        let (before, after) = (clipped(&self.last_text), clipped(moment.text));
        self.doubts.push(Doubt {
            site,
            path,
            gap: Gap { millis, line: moment.line, before, after },
            between,
        });
    }

    /// The whole session was read: a silence that is no usual wait was spent on what was at work.
    pub(super) fn settle_doubts(&mut self) {
        for (Doubt { site, path, gap, .. }, waits) in self.doubts.settle() {
            self.waits.add(site, Charge::of(if waits { gap.millis } else { 0 }));
            if !waits {
                self.charges.add(path, Charge::of(gap.millis));
                self.silences.keep(gap);
            }
        }
    }

    /// What a gap is charged to, from what was at work when it began.
    fn path(&mut self, ending: &Ending, millis: i64) -> Path {
        let Self { at_work, names, .. } = self;
        if let Ending::Call(depth) = ending {
            let enclosing = depth.checked_sub(1).map(|depth| FUNCTION.saturating_add(depth));
            let enclosing = enclosing.map_or(Code::NOTHING, |slot| at_work.slot(slot, names));
            return Path::new(&[at_work.slot(TASK, names), enclosing]);
        }
        let mut path = Path::new(&[at_work.slot(DATABASE, names), at_work.slot(COMPONENT, names)]);
        // Sites are many; those that took a second or more are few.
        let failed = *ending == Ending::Failed;
        if millis >= 1_000 {
            path.push(at_work.slot(SITE, names));
        } else if failed {
            path.push(Code::NOTHING);
        }
        if failed {
            path.push(names.code(Part::Text("failed attempts")));
        }
        path
    }

    fn interval(&mut self, next: Interval) {
        match self.intervals.last_mut() {
            Some(last)
                if last.path == next.path && last.start.millis() + last.millis == next.start.millis() =>
            {
                last.millis += next.millis;
            }
            _ => self.intervals.push(next),
        }
    }

    /// This leg, then the rest of it.
    pub(super) fn then(&mut self, mut next: Self) {
        self.settle();
        next.settle();
        let known = self.at_work.clone();
        let translate = self.names.take_in(next.names);
        let fill = |part: Code| part.as_slot().map_or_else(|| translate(part), |slot| known.held(slot));
        if let (Some(first), Some(at_first)) = (&next.first, next.at_first) {
            self.at_work = at_first.map(fill);
            let (time, line, ending) = (first.time, first.line, first.ending.clone());
            self.moment(&Moment { time, line, ending, text: &first.text });
        }
        let waiting = self.charges.then(next.charges, fill);
        let doubts = self.doubts.then(next.doubts, fill);
        for interval in next.intervals {
            self.interval(Interval { path: interval.path.map(fill), ..interval });
        }
        if let Some(turned) = next.turned {
            self.turned.get_or_insert_default().merge(*turned);
        }
        self.waits.merge(next.waits);
        self.silences.merge(next.silences);
        self.at_work = next.at_work.map(fill);
        if let Some(name) = next.first_named.map(fill) {
            self.charges.give_to_next(name);
            self.doubts.give_to_next(name);
            self.first_named.get_or_insert(name);
        }
        // What the right side still waits for comes after the name that the left side waits for.
        for (path, charge) in waiting {
            self.charges.add(path, charge);
        }
        for doubt in doubts {
            self.doubts.push(doubt);
        }
        if next.last.is_some() {
            self.last_refused = next.last_refused;
            self.last = next.last;
            self.last_text = next.last_text;
        }
        self.named.extend(next.named.into_iter().map(fill));
        self.begun += next.begun;
        self.records += next.records;
        self.errors += next.errors;
        self.warned = self.warned.saturating_add(next.warned);
        self.failures += next.failures;
        self.successes += next.successes;
        self.cancelled += next.cancelled;
        self.started |= next.started;
        self.ended |= next.ended;
    }

    /// Nothing is joined any more, and nothing stands before: lets go of what only a join needs. There may be thousands of legs.
    pub(super) fn pack(&mut self) {
        self.at_first = None;
        self.at_work.pack();
        self.intervals.shrink_to_fit();
        self.last_text.shrink_to_fit();
        self.names.pack();
        self.charges.pack();
    }

    pub(super) fn shift_lines(&mut self, lines: u64) {
        if let Some(first) = &mut self.first {
            first.line += lines;
        }
        self.silences.shift_lines(lines);
        self.doubts.shift_lines(lines);
    }
}
