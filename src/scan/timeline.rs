//! Where the time went in one process of one log: every gap between two records is charged once.
//!
//! A refused line is written when the attempt has failed, so the gap before it belongs to the failure. Any
//! other gap belongs to what was at work when it began. The clock has no zone and may be set: a large step is
//! reported and not charged, a small step back is taken off where it happens, so that the charges of a session
//! always add up to its duration.
//!
//! What was at work may be known only from records before the segment. A charge therefore names it by a slot,
//! and joining fills the slots of the right side with what the left side knows. `then` is associative.

use std::collections::BTreeSet;

use super::charges::Charges;
use super::clock_step::{Step, step};
use super::waits::Waits;
use crate::model::site::SiteId;
use crate::text::charset::text_of_line;
use crate::text::clock::Stamp;

/// A part of a charge's path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// Known.
    Text(Box<str>),
    /// Known to be nothing.
    Nothing,
    /// What this slot held before the stretch.
    Slot(u8),
    /// The content database that is named next: its upgrade begins before a record names it.
    Next,
}

/// The content database at work.
pub const DATABASE: u8 = 0;
/// The site collection at work.
pub const SITE: u8 = 1;
/// The component of an upgrade log that wrote last.
pub const COMPONENT: u8 = 2;
/// The psconfig task at work.
pub const TASK: u8 = 3;
/// The psconfig function at call depth 0; the next slots are the deeper ones.
pub const FUNCTION: u8 = 4;
/// Slots in all.
pub const SLOTS: usize = 40;

/// How a gap ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// With a record like any other.
    Plain,
    /// With a record at error level: something was tried in vain.
    Failed,
    /// With a refused site.
    Refused(SiteId),
    /// With a line of psconfig at this call depth.
    Call(u8),
}

/// What is charged to one path or one site.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Charge {
    /// Milliseconds; negative only where the clock stepped back.
    pub millis: i64,
    /// Gaps.
    pub count: u64,
    /// The longest gap in milliseconds.
    pub longest: i64,
}

impl Charge {
    /// One gap.
    pub fn of(millis: i64) -> Self {
        Self { millis, count: 1, longest: millis.max(0) }
    }

    /// Adds another charge to the same path.
    pub fn merge(&mut self, other: Self) {
        self.millis += other.millis;
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }
}

/// A long gap, with what stood before and after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Milliseconds.
    pub millis: i64,
    /// Line after it.
    pub line: u64,
    /// Text before it.
    pub before: Box<str>,
    /// Text after it.
    pub after: Box<str>,
}

/// A stretch of psconfig's own time, kept apart because upgrade logs may tell more of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interval {
    /// When it began.
    pub start: Stamp,
    /// Milliseconds.
    pub millis: i64,
    /// What psconfig was at.
    pub path: Vec<Part>,
}

/// How many long gaps are kept of a leg.
pub const GAPS: usize = 10;
/// Shorter gaps are never worth showing.
const SHORTEST_GAP: i64 = 2_000;
/// Large clock steps that are told one by one.
const STEPS: usize = 5;

/// One event on a timeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment<'a> {
    /// When.
    pub time: Stamp,
    /// Line of the record.
    pub line: u64,
    /// How the gap before it is to be read.
    pub ending: Ending,
    /// Its text, as it stands.
    pub text: &'a [u8],
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct First {
    time: Stamp,
    line: u64,
    ending: Ending,
    text: Box<str>,
    /// What was at work when it was written.
    slots: Vec<Part>,
}

/// A run of records from one session start to the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leg {
    /// It goes on from the stretch before.
    continues: bool,
    first: Option<First>,
    /// Time of the last record.
    pub last: Option<Stamp>,
    /// Its text, as it stands.
    last_text: Vec<u8>,
    slots: Vec<Part>,
    /// What the first slots hold since they were said last: nearly every record says another site or component,
    /// and few are asked for.
    said: [Said; SAID],
    /// The first content database that is named here: what was charged to the next one before is its own.
    first_named: Option<Box<str>>,
    /// Every content database that is named.
    pub named: BTreeSet<Box<str>>,
    /// Upgrades of a content database that began.
    pub begun: u64,
    /// Time charged by path.
    pub charges: Charges,
    /// Time lost by refused sites.
    pub waits: Waits,
    /// psconfig's own time, in order.
    pub intervals: Vec<Interval>,
    /// The longest gaps that are not refused sites, longest first.
    pub gaps: Vec<Gap>,
    /// Clock steps that were not charged, by line: milliseconds, negative when set back.
    pub steps: Vec<(u64, i64)>,
    /// Number of such steps.
    pub step_count: u64,
    /// Small steps back: records out of order.
    pub out_of_order: u64,
    /// Records.
    pub records: u64,
    /// Records at error level.
    pub errors: u64,
    /// Records that say the session failed.
    pub failures: u64,
    /// A record opened the session.
    pub started: bool,
    /// A record closed it.
    pub ended: bool,
}

/// Slots that may be said: content database, site, component.
const SAID: usize = 3;

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Said {
    holds: bool,
    text: Vec<u8>,
}

impl Said {
    fn part(&self) -> Part {
        Part::Text(text_of_line(&self.text).into())
    }
}

impl Leg {
    fn new(continues: bool) -> Self {
        let slots = (0..u8::try_from(SLOTS).unwrap_or(u8::MAX))
            .map(|slot| if continues { Part::Slot(slot) } else { Part::Nothing })
            .collect();
        Self {
            continues,
            first: None,
            last: None,
            last_text: Vec::new(),
            slots,
            said: Default::default(),
            first_named: None,
            named: BTreeSet::new(),
            begun: 0,
            charges: Charges::default(),
            waits: Waits::default(),
            intervals: Vec::new(),
            gaps: Vec::new(),
            steps: Vec::new(),
            step_count: 0,
            out_of_order: 0,
            records: 0,
            errors: 0,
            failures: 0,
            started: false,
            ended: false,
        }
    }

    /// Time of the first record.
    pub fn start(&self) -> Option<Stamp> {
        self.first.as_ref().map(|first| first.time)
    }

    /// Line of the first record.
    pub fn line(&self) -> u64 {
        self.first.as_ref().map_or(0, |first| first.line)
    }

    /// Milliseconds charged in all: the duration.
    pub fn millis(&self) -> i64 {
        let of_paths: i64 = self.charges.iter().map(|(_, charge)| charge.millis).sum();
        let of_intervals: i64 = self.intervals.iter().map(|interval| interval.millis).sum();
        of_paths + self.waits.total().millis + of_intervals
    }

    /// Says what one of the first slots holds from here on. Sets no other slot.
    pub fn say(&mut self, slot: u8, text: &[u8]) {
        if let Some(said) = self.said.get_mut(usize::from(slot)) {
            said.holds = true;
            said.text.clear();
            said.text.extend_from_slice(text);
        }
    }

    /// Puts what was said into its slots.
    fn settle(&mut self) {
        for (said, slot) in self.said.iter_mut().zip(&mut self.slots) {
            if said.holds {
                *slot = said.part();
            }
            *said = Said::default();
        }
    }

    fn unsay(&mut self, slot: u8) {
        if let Some(said) = self.said.get_mut(usize::from(slot)) {
            said.holds = false;
        }
    }

    /// Sets what a slot holds from here on. Deeper calls end with their caller.
    pub fn set(&mut self, slot: u8, value: Part) {
        self.unsay(slot);
        self.begun += u64::from(value == Part::Next);
        if let Some(held) = self.slots.get_mut(usize::from(slot)) {
            *held = value;
        }
        if slot >= FUNCTION {
            for deeper in self.slots.iter_mut().skip(usize::from(slot) + 1) {
                *deeper = Part::Nothing;
            }
        }
    }

    /// A content database is named: it is at work from here on, and what waited for a name is its own.
    pub fn name_database(&mut self, name: &str) {
        if self.first_named.is_none() {
            self.first_named = Some(name.into());
        }
        if !self.holds(DATABASE, name) {
            if !self.named.contains(name) {
                self.named.insert(name.into());
            }
            self.charges.give_to_next(name);
            self.set(DATABASE, Part::Text(name.into()));
        }
    }

    /// Sets a slot and leaves the others as they are.
    pub fn set_alone(&mut self, slot: u8, value: Part) {
        self.unsay(slot);
        if let Some(held) = self.slots.get_mut(usize::from(slot)) {
            *held = value;
        }
    }

    /// The text a slot is known to hold.
    pub fn holds(&self, slot: u8, text: &str) -> bool {
        matches!(self.slots.get(usize::from(slot)), Some(Part::Text(held)) if &**held == text)
    }

    /// The text a slot holds at the end of the leg.
    pub fn at_work(&self, slot: u8) -> Option<&str> {
        match self.slots.get(usize::from(slot)) {
            Some(Part::Text(held)) => Some(held),
            _ => None,
        }
    }

    /// Text of the last record.
    pub fn last_text(&self) -> Box<str> {
        clipped(&text_of_line(&self.last_text))
    }

    fn slot(&self, slot: u8) -> Part {
        if let Some(said) = self.said.get(usize::from(slot)).filter(|said| said.holds) {
            return said.part();
        }
        self.slots.get(usize::from(slot)).cloned().unwrap_or(Part::Nothing)
    }

    fn moment(&mut self, moment: &Moment<'_>) {
        match self.last {
            None => {
                self.settle();
                let text = clipped(&text_of_line(moment.text));
                let (time, line, ending) = (moment.time, moment.line, moment.ending.clone());
                self.first = Some(First { time, line, ending, text, slots: self.slots.clone() });
            }
            Some(before) => self.gap(before, moment),
        }
        self.last = Some(moment.time);
        self.last_text.clear();
        self.last_text.extend_from_slice(moment.text);
    }

    /// Records were written at the time of the last one: nothing is charged.
    pub fn stay(&mut self, records: u64, last_text: &[u8]) {
        self.records += records;
        self.last_text.clear();
        self.last_text.extend_from_slice(last_text);
    }

    fn gap(&mut self, before: Stamp, moment: &Moment<'_>) {
        let millis = match step(before, moment.time) {
            Step::Forward(millis) => millis,
            Step::Back(millis) => {
                self.out_of_order += 1;
                -millis
            }
            Step::ClockSet { charged, step } => {
                self.clock_was_set(moment.line, step);
                charged
            }
        };
        if let Ending::Refused(site) = moment.ending {
            self.waits.add(site, Charge::of(millis));
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
        if self.wants_gap(millis) {
            let text = |bytes| clipped(&text_of_line(bytes));
            let (before, after) = (text(&self.last_text), text(moment.text));
            self.keep_gap(Gap { millis, line: moment.line, before, after });
        }
    }

    /// What a gap is charged to, from what was at work when it began.
    fn path(&self, ending: &Ending, millis: i64) -> Vec<Part> {
        if let Ending::Call(depth) = ending {
            let enclosing =
                depth.checked_sub(1).map_or(Part::Nothing, |depth| self.slot(FUNCTION.saturating_add(depth)));
            return vec![self.slot(TASK), enclosing];
        }
        let mut path = vec![self.slot(DATABASE), self.slot(COMPONENT)];
        // Sites are many; those that took a second or more are few.
        if millis >= 1_000 {
            path.push(self.slot(SITE));
        }
        if *ending == Ending::Failed {
            path.resize(3, Part::Nothing);
            path.push(Part::Text("failed attempts".into()));
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

    fn clock_was_set(&mut self, line: u64, millis: i64) {
        self.step_count += 1;
        self.steps.push((line, millis));
        self.steps.sort_unstable();
        self.steps.truncate(STEPS);
    }

    fn wants_gap(&self, millis: i64) -> bool {
        let smallest = self.gaps.last().map_or(0, |gap| gap.millis);
        millis >= SHORTEST_GAP && (self.gaps.len() < GAPS || millis >= smallest)
    }

    fn keep_gap(&mut self, gap: Gap) {
        if !self.wants_gap(gap.millis) {
            return;
        }
        let at = self.gaps.partition_point(|kept| (-kept.millis, kept.line) <= (-gap.millis, gap.line));
        self.gaps.insert(at, gap);
        self.gaps.truncate(GAPS);
    }

    fn then(&mut self, mut next: Self) {
        self.settle();
        next.settle();
        let known = self.slots.clone();
        let fill = |part: Part| match part {
            Part::Slot(slot) => known.get(usize::from(slot)).cloned().unwrap_or(Part::Nothing),
            other => other,
        };
        if let Some(first) = &next.first {
            self.slots = first.slots.iter().cloned().map(fill).collect();
            let (time, line, ending) = (first.time, first.line, first.ending.clone());
            self.moment(&Moment { time, line, ending, text: first.text.as_bytes() });
        }
        let waiting = self.charges.then(next.charges, fill);
        for interval in next.intervals {
            self.interval(Interval { path: interval.path.into_iter().map(fill).collect(), ..interval });
        }
        self.waits.merge(next.waits);
        for gap in next.gaps {
            self.keep_gap(gap);
        }
        for (line, millis) in next.steps {
            self.clock_was_set(line, millis);
            self.step_count -= 1;
        }
        self.slots = next.slots.into_iter().map(fill).collect();
        if let Some(name) = next.first_named {
            self.charges.give_to_next(&name);
            self.first_named.get_or_insert(name);
        }
        // What the right side still waits for comes after the name that the left side waits for.
        for (path, charge) in waiting {
            self.charges.add(path.into_iter().map(fill).collect(), charge);
        }
        if next.last.is_some() {
            self.last = next.last;
            self.last_text = next.last_text;
        }
        self.named.extend(next.named);
        self.begun += next.begun;
        self.step_count += next.step_count;
        self.out_of_order += next.out_of_order;
        self.records += next.records;
        self.errors += next.errors;
        self.failures += next.failures;
        self.started |= next.started;
        self.ended |= next.ended;
    }

    /// Nothing is joined any more: lets go of what only a join needs. There may be thousands of legs.
    fn pack(&mut self) {
        if let Some(first) = &mut self.first {
            first.slots = Vec::new();
        }
        let held = self.slots.iter().rposition(|part| *part != Part::Nothing).map_or(0, |last| last + 1);
        self.slots.truncate(held);
        self.slots.shrink_to_fit();
        self.intervals.shrink_to_fit();
        self.last_text.shrink_to_fit();
    }

    fn shift_lines(&mut self, lines: u64) {
        if let Some(first) = &mut self.first {
            first.line += lines;
        }
        for gap in &mut self.gaps {
            gap.line += lines;
        }
        for (line, _) in &mut self.steps {
            *line += lines;
        }
    }
}

/// The legs of one process in a stretch, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeline {
    /// Name of the process, as written first.
    pub process: Box<str>,
    legs: Vec<Leg>,
}

impl Timeline {
    /// Nothing yet; `at_start` says that nothing stands before the stretch.
    pub fn new(process: &str, at_start: bool) -> Self {
        Self { process: process.into(), legs: vec![Leg::new(!at_start)] }
    }

    /// A record opens a session: a new leg, unless nothing stands before it in this one.
    pub fn start(&mut self) {
        let fresh = self.legs.last().is_some_and(|leg| leg.first.is_none() && !leg.continues);
        self.settle();
        if fresh {
            self.legs.pop();
        }
        self.legs.push(Leg::new(false));
        if let Some(leg) = self.legs.last_mut() {
            leg.started = true;
        }
    }

    /// Nothing is said any more: equal timelines are equal to the byte.
    pub fn settle(&mut self) {
        self.legs.iter_mut().for_each(Leg::settle);
    }

    /// The leg at work.
    pub fn leg(&mut self) -> Option<&mut Leg> {
        self.legs.last_mut()
    }

    /// A record was written.
    pub fn moment(&mut self, moment: &Moment<'_>) {
        if let Some(leg) = self.legs.last_mut() {
            leg.moment(moment);
        }
    }

    /// This stretch of the timeline, then the next.
    pub fn then(&mut self, next: Self) {
        let mut legs = next.legs.into_iter();
        if let Some(first) = legs.next() {
            match self.legs.last_mut() {
                Some(last) if first.continues => last.then(first),
                _ => self.legs.push(first),
            }
        }
        self.legs.extend(legs);
    }

    /// Moves every line number down.
    pub fn shift_lines(&mut self, lines: u64) {
        for leg in &mut self.legs {
            leg.shift_lines(lines);
        }
    }

    /// The legs of a complete source. A start that follows a leg without an end belongs to the same session:
    /// psconfig writes a start for its bootstrap and one for the upgrade.
    pub fn into_legs(self) -> Vec<Leg> {
        let mut whole: Vec<Leg> = Vec::new();
        for leg in self.legs.into_iter().filter(|leg| leg.first.is_some()) {
            match whole.last_mut() {
                Some(before) if !before.ended && close(before, &leg) => before.then(leg),
                _ => whole.push(leg),
            }
        }
        for leg in &mut whole {
            // Nothing stands before a complete source.
            let known = vec![Part::Nothing; SLOTS];
            let mut closed = Leg { slots: known, ..Leg::new(false) };
            std::mem::swap(&mut closed, leg);
            let mut start = Leg::new(false);
            start.then(closed);
            start.pack();
            start.charges.settle();
            *leg = start;
        }
        whole
    }
}

/// Two starts within a minute are one session.
fn close(before: &Leg, next: &Leg) -> bool {
    match (before.last, next.start()) {
        (Some(last), Some(start)) => (0..60_000).contains(&(start.millis() - last.millis())),
        _ => false,
    }
}

/// Text of a line, as far as a report shows it.
fn clipped(text: &str) -> Box<str> {
    const SHOWN: usize = 200;
    let end = (0..=SHOWN.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().into()
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
