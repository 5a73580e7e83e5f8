//! Pieces become records: exceptions and stacks folded, the title before an error attached. Closed records are
//! judged by the rules and counted.

use super::learned::Learned;
use super::literals::sweep::Mask;
use super::record::incoming::{Incoming, context_from, continues_a_record, record_of};
use super::record::lane::{Closed, Context, Edge, Lane, Open};
use super::rules::engine::{Engine, Meaning, Sighted};
use super::source::SourceFacts;
use super::stretch::Stretch;
use crate::format::Header;
use crate::model::kind::{Level, LogFamily, LogKind};
use crate::text::clock::{DateOrder, Stamp};
use crate::text::running_clock::RunningClock;

/// A header line and the bare lines under it.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The header, as read from `line`.
    pub header: Header<'a>,
    /// The line with the header.
    pub line: &'a [u8],
    /// The lines under it, as they stand, carriage returns included.
    pub bare: &'a [u8],
    /// Line number within the segment, from 1.
    pub number: u64,
    /// What the literals in the message say, where it was searched already.
    pub sighted: Option<Sighted>,
}

/// Writers of ULS that are remembered.
const MET: usize = 64;

/// The last record of a lane, while its bytes stand in the window: most records are complete before the window
/// goes on, and are never copied.
#[derive(Clone, Copy, Debug)]
pub struct Held<'w> {
    key: u64,
    record: Incoming<'w>,
    title: Option<&'w [u8]>,
}

/// Turns pieces of one segment into a [`Stretch`]; also joins neighbouring stretches.
#[derive(Debug)]
pub struct Scanner<'e> {
    pub(super) engine: &'e Engine,
    pub(super) facts: &'e SourceFacts,
    pub(super) stretch: Stretch,
    clock: RunningClock,
    /// Writers of ULS that were met lately, each at the place of its digest.
    met: [u64; MET],
    /// A paragraph of a console ends behind the next piece.
    pub(super) ends_paragraph: bool,
    pub(super) learned: Learned,
    pub(super) meaning: Meaning,
    /// Line of the record that the end of the log cut off.
    pub(super) cut_record: Option<u64>,
    /// The literals that say more of an upgrade record than what is at work.
    pub(super) loud: Mask,
}

impl<'e> Scanner<'e> {
    /// A scanner for a segment of a source; `at_start` says that it is the first.
    pub fn new(engine: &'e Engine, facts: &'e SourceFacts, at_start: bool) -> Self {
        let learned = engine.lessons.take();
        Self { learned, ..Self::over(engine, facts, Stretch { at_start, ..Stretch::default() }) }
    }

    /// The same scanner, keeping every closed record.
    #[must_use]
    pub fn listening(mut self) -> Self {
        self.stretch.heard = Some(Vec::new());
        self
    }

    pub(super) fn over(engine: &'e Engine, facts: &'e SourceFacts, stretch: Stretch) -> Self {
        Self {
            engine,
            facts,
            stretch,
            clock: RunningClock::default(),
            // No digest with this value has that place.
            met: std::array::from_fn(|place| place as u64 + 1),
            ends_paragraph: false,
            learned: Learned::default(),
            meaning: engine.meaning(),
            cut_record: None,
            loud: engine.meaning().loud(),
        }
    }

    /// The kind of the source.
    pub fn kind(&self) -> LogKind {
        self.facts.kind
    }

    /// Whether a writer of ULS was met before, as far as is remembered.
    pub(super) fn has_met(&mut self, writer: u64) -> bool {
        let place = usize::try_from(writer % MET as u64).unwrap_or(0);
        std::mem::replace(&mut self.met[place], writer) == writer
    }

    /// The end of the segment.
    pub fn finish(mut self, lines: u64) -> Stretch {
        self.engine.lessons.put(self.learned);
        self.stretch.lines = lines;
        self.stretch.timelines.values_mut().for_each(super::timeline::Timeline::settle);
        self.stretch
    }

    /// A line outside any record.
    pub fn unparsed_line(&mut self, line: &[u8]) {
        if !line.trim_ascii().is_empty() {
            self.stretch.tally.unparsed_lines += 1;
        }
    }

    /// A line of the segment that is long or not plain ASCII. `cut` says that it is longer than is looked at.
    pub fn line(&mut self, line: &[u8], cut: bool) {
        self.stretch.tally.cut_lines += u64::from(cut);
        if !line.is_ascii() && !self.stretch.tally.legacy_text {
            self.stretch.tally.legacy_text = match std::str::from_utf8(line) {
                Ok(_) => false,
                // A character that was cut in two at the bound proves nothing.
                Err(error) => !(cut && error.error_len().is_none()),
            };
        }
    }

    /// The next piece of the segment. `held` is the record before it, if its bytes still stand.
    pub fn piece<'w>(&mut self, piece: &Piece<'w>, held: &mut Option<Held<'w>>) {
        let time = self.time(piece.header.time);
        if time.is_some_and(|time| !self.facts.window.holds(time)) {
            self.stretch.tally.outside += 1;
            self.stretch.tally.goes_on |= time.is_some_and(|time| self.facts.window.ends_before(time));
            return;
        }
        self.stretch.tally.records += 1;
        self.stretch.tally.span.include(time);
        let writer = self.learned.keys.writer(&piece.header);
        let family = self.facts.kind.family();
        if let Some(time) = time {
            self.pass_time(piece, writer.process, time);
        }
        match family {
            LogFamily::Uls => self.uls_piece(&record_of(piece, LogFamily::Uls, time), writer.lane),
            LogFamily::Console | LogFamily::Export => {
                let record = record_of(piece, LogFamily::Console, time);
                let ends = self.ends_paragraph;
                self.console_line(record.open().in_utf8(), ends);
            }
            family => self.window_laned(writer.lane, record_of(piece, family, time), held),
        }
    }

    /// A record whose bytes stand in the window, behind `held`.
    #[expect(
        clippy::large_types_passed_by_value,
        reason = "it is kept in `held`: a reference would be copied all the same"
    )]
    fn window_laned<'w>(&mut self, key: u64, record: Incoming<'w>, held: &mut Option<Held<'w>>) {
        let before = held.as_ref().filter(|before| {
            // An error waits where a title follows: its exception may stand behind that.
            let may_wait = record.level == Level::Info && before.is_trouble();
            before.key == key && !continues_a_record(record.message) && !may_wait
        });
        let Some(before) = before else {
            if let Some(before) = held.take() {
                self.settle(before);
            }
            *held = self.laned(key, &record).then_some(Held { key, record, title: None });
            return;
        };
        let title = before.record.title_for(&record);
        self.close_with(key, &before.closed());
        if record.may_be_held() {
            *held = Some(Held { key, record, title });
        } else {
            *held = None;
            let context = title.map_or(Context::None, |title| Context::Title(title.to_vec()));
            self.lane(key).open = Some(Open { context, ..record.open() });
        }
    }

    /// A record follows that has nothing to do with this one.
    pub(super) fn close_held(&mut self, held: &Held<'_>) {
        self.close_with(held.key, &held.closed());
    }

    /// The bytes of the window go away: keeps the record that is still open.
    pub fn settle(&mut self, held: Held<'_>) {
        let context = held.title.map_or(Context::None, |title| Context::Title(title.to_vec()));
        let open = Open { context, ..held.record.open() };
        self.lane(held.key).open = Some(open);
    }

    /// A record of a log that folds: upgrade logs, PSCDiagnostics, upgrade lines inside ULS. True if it was
    /// left to the caller to hold.
    pub(super) fn laned(&mut self, key: u64, record: &Incoming<'_>) -> bool {
        let at_start = self.stretch.at_start;
        let fresh = !self.stretch.lanes.contains_key(&key);
        let continues = continues_a_record(record.message);
        if self.folds(key, record, continues) {
            return false;
        }
        let edge = match (fresh && !at_start, continues) {
            (false, _) => Edge::No,
            (true, false) => Edge::First,
            (true, true) => Edge::Orphan,
        };
        let before = self.last_of(key);
        let attaches = matches!(record.level, Level::Error | Level::Warning);
        if edge == Edge::No && record.may_be_held() && !(attaches && before.is_some()) {
            if let Some(before) = before {
                self.close(key, before);
            }
            return true;
        }
        let mut open = Open { edge, ..record.open() };
        if let Some(before) = before {
            open.context = context_from(&before, &open);
            self.close(key, before);
        }
        self.lane(key).open = Some(open);
        false
    }

    /// The record has got its last line.
    pub(super) fn close(&mut self, key: u64, open: Open) {
        if open.edge != Edge::No {
            self.stretch.lanes.entry(key).or_default().edge = Some(open);
            return;
        }
        self.close_with(key, &open.closed());
    }

    /// The record is complete, and its past is known.
    fn close_with(&mut self, key: u64, closed: &Closed<'_>) {
        let effect = self.judge(closed);
        let flow = &mut self.stretch.lanes.entry(key).or_default().flow;
        if let Some(site) = effect.refused {
            flow.refuse(site);
        }
        if let Some(naming) = effect.naming.filter(|naming| !flow.stays(naming.database())) {
            flow.name(naming.into_owned());
        }
    }

    pub(super) fn time(&mut self, text: &[u8]) -> Option<Stamp> {
        let read = self.clock.read(text, self.facts.order);
        let dates = &mut self.stretch.tally.dates;
        dates.day_first |= read.proven == Some(DateOrder::DayFirst);
        dates.month_first |= read.proven == Some(DateOrder::MonthFirst);
        dates.year_first |= read.proven == Some(DateOrder::YearFirst);
        read.stamp
    }

    pub(super) fn lane(&mut self, key: u64) -> &mut Lane {
        self.stretch.lanes.entry(key).or_default()
    }
}

impl<'w> Held<'w> {
    /// The lane that it is the last record of.
    pub(super) fn key(&self) -> u64 {
        self.key
    }

    /// Its time as written, if it could be read.
    pub(super) fn time_text(&self) -> Option<&'w [u8]> {
        self.record.time.map(|_| self.record.header.time)
    }

    /// Its exception may still come.
    pub(super) fn is_trouble(&self) -> bool {
        self.record.may_be_interrupted()
    }

    fn closed(&self) -> Closed<'_> {
        self.record.closed(self.record.message, self.title)
    }
}
