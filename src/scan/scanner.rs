//! Pieces become records: ULS continuations joined, exceptions and stacks folded, the title before an error
//! attached. Closed records are judged by the rules and counted.

use std::collections::BTreeSet;

use super::engine::{Engine, Meaning, Sighted};
use super::found::Alike;
use super::keys::Keys;
use super::lane::{Closed, Context, Edge, Lane, Open, TEXT_BOUND};
use super::segment::bounded;
use super::source::SourceFacts;
use super::stretch::Stretch;
use crate::format::{Header, embedded, level, title, uls};
use crate::model::kind::{Level, LogFamily, LogKind};
use crate::text::clock::{DateOrder, Stamp, WrittenTime};
use crate::text::running_clock::RunningClock;

/// ULS: a text that ends in these goes on in a record that begins with them.
const DOTS: &[u8] = b"...";

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
    pub sighted: Option<Sighted<'a>>,
}

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
    last_uls_writer: Option<u64>,
    /// The line before was blank: a paragraph of a console ends.
    blank: bool,
    pub(super) keys: Keys,
    pub(super) meaning: Meaning,
    pub(super) alike: Alike,
}

impl<'e> Scanner<'e> {
    /// A scanner for a segment of a source; `at_start` says that it is the first.
    pub fn new(engine: &'e Engine, facts: &'e SourceFacts, at_start: bool) -> Self {
        Self::over(engine, facts, Stretch { at_start, ..Stretch::default() })
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
            last_uls_writer: None,
            blank: false,
            keys: Keys::default(),
            meaning: engine.meaning(),
            alike: Alike::default(),
        }
    }

    /// The kind of the source.
    pub fn kind(&self) -> LogKind {
        self.facts.kind
    }

    /// The end of the segment.
    pub fn finish(mut self, lines: u64) -> Stretch {
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
        self.blank = line.trim_ascii().is_empty();
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
            return;
        }
        self.stretch.tally.records += 1;
        self.stretch.tally.span.include(time);
        let writer = self.keys.writer(&piece.header);
        let family = self.facts.kind.family();
        if let Some(time) = time {
            self.pass_time(piece, writer.process, time);
        }
        match family {
            LogFamily::Uls => self.uls_piece(&record_of(piece, LogFamily::Uls, time), writer.lane),
            LogFamily::Console | LogFamily::Export => {
                let record = record_of(piece, LogFamily::Console, time);
                let ends = self.blank;
                self.console_line(record.open(), ends);
            }
            family => self.window_laned(writer.lane, record_of(piece, family, time), held),
        }
    }

    /// A record whose bytes stand in the window, behind `held`.
    #[allow(
        clippy::large_types_passed_by_value,
        reason = "it is kept in `held`: a reference would be copied all the same"
    )]
    fn window_laned<'w>(&mut self, key: u64, record: Incoming<'w>, held: &mut Option<Held<'w>>) {
        let before = held.as_ref().filter(|before| before.key == key && !continues_a_record(record.message));
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

    /// The bytes of the window go away: keeps the record that is still open.
    pub fn settle(&mut self, held: Held<'_>) {
        let context = held.title.map_or(Context::None, |title| Context::Title(title.to_vec()));
        let open = Open { context, ..held.record.open() };
        self.lane(held.key).open = Some(open);
    }

    /// A record of a log that folds: upgrade logs, PSCDiagnostics, upgrade lines inside ULS. True if it was
    /// left to the caller to hold.
    fn laned(&mut self, key: u64, record: &Incoming<'_>) -> bool {
        let at_start = self.stretch.at_start;
        let fresh = !self.stretch.lanes.contains_key(&key);
        let lane = self.stretch.lanes.entry(key).or_default();
        let continues = continues_a_record(record.message);
        if continues
            && let Some(open) = &mut lane.open
            && record.same_event(open)
        {
            open.append(b"\n", record.message);
            append_lines(open, record.bare);
            return false;
        }
        let edge = match (fresh && !at_start, continues) {
            (false, _) => Edge::No,
            (true, false) => Edge::First,
            (true, true) => Edge::Orphan,
        };
        let before = lane.open.take();
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

    fn uls_piece(&mut self, record: &Incoming<'_>, writer: u64) {
        if continued_text(record).is_some() {
            if self.continue_uls(writer, record) {
                return;
            }
        } else if !self.stretch.uls.open.is_empty()
            && let Some(open) = self.stretch.uls.open.remove(&writer)
        {
            self.complete_uls(writer, open);
        }
        self.see(writer);
        let (_, goes_on) = announced(record, record.message);
        if goes_on || !record.may_be_held() {
            self.open_uls(writer, open_uls(record));
        } else {
            self.whole_uls(writer, record);
        }
    }

    /// A record that is complete in its line.
    fn whole_uls(&mut self, writer: u64, record: &Incoming<'_>) {
        let text = record.message.get(gap_note(record.message)..).unwrap_or_default();
        let header = &record.header;
        match embedded_header(header.component, text) {
            Some(inner) => self.embedded(writer, &record.closed(text, None), inner),
            None => {
                self.judge(&record.closed(text, None));
            }
        }
    }

    fn see(&mut self, writer: u64) {
        if self.last_uls_writer != Some(writer) {
            self.stretch.uls.seen.insert(writer);
            self.last_uls_writer = Some(writer);
        }
    }

    /// Tries to join a continuation with its beginning. False if it is a record of its own after all.
    fn continue_uls(&mut self, writer: u64, record: &Incoming<'_>) -> bool {
        let mut more = open_continuation(record);
        if let Some(mut open) = self.stretch.uls.open.remove(&writer) {
            if open.goes_on_with(&more) {
                open.join(&more);
                self.open_uls(writer, open);
                return true;
            }
            self.complete_uls(writer, open);
            return false;
        }
        if self.stretch.at_start || self.stretch.uls.seen.contains(&writer) {
            return false;
        }
        if let Some(orphan) = self.stretch.uls.orphans.get_mut(&writer) {
            let joins = orphan.goes_on_with(&more);
            if joins {
                orphan.join(&more);
            }
            return joins;
        }
        more.edge = Edge::Orphan;
        self.stretch.uls.orphans.insert(writer, more);
        true
    }

    pub(super) fn open_uls(&mut self, writer: u64, open: Open) {
        if open.goes_on {
            self.stretch.uls.open.insert(writer, open);
        } else {
            self.complete_uls(writer, open);
        }
    }

    /// A ULS record has got its last part. If it holds an upgrade line, that line is the record.
    pub(super) fn complete_uls(&mut self, writer: u64, mut open: Open) {
        if open.goes_on {
            // Nothing came: the dots were its own.
            open.append(b"", DOTS);
            open.own = open.text.len();
        }
        drop_gap_note(&mut open);
        match embedded_header(&open.component, &open.text) {
            Some(inner) => self.embedded(writer, &open.closed(), inner),
            None => {
                self.judge(&open.closed());
            }
        }
    }

    fn embedded(&mut self, writer: u64, outer: &Closed<'_>, inner: Header<'_>) {
        let time = if inner.time.is_empty() { outer.time } else { self.inner_time(inner.time, outer.time) };
        let header = Header { server: outer.server, ..inner };
        let first_line = memchr::memchr(b'\n', inner.message).unwrap_or(inner.message.len());
        let (message, bare) = inner.message.split_at_checked(first_line).unwrap_or((inner.message, b""));
        let (family, line) = (LogFamily::Upgrade, outer.line);
        let level = level::of(header.level);
        let record = Incoming { header, level, message, bare, family, time, line, sighted: None };
        // The records inside follow the order of the ULS writer, whatever names they give.
        if self.laned(writer, &record) {
            self.lane(writer).open = Some(record.open());
        }
    }

    /// The time inside an embedded bracketed line is in the culture of its process; the time of the ULS line
    /// around it is not. Where the inner one can be read so that both agree, it is; that settles its order.
    fn inner_time(&self, text: &[u8], outer: Option<Stamp>) -> Option<Stamp> {
        let written = WrittenTime::parse(text)?;
        let readings = [written.stamp(DateOrder::MonthFirst), written.stamp(DateOrder::DayFirst)];
        let Some(outer) = outer else { return written.stamp(self.facts.order) };
        readings.into_iter().flatten().min_by_key(|stamp| (stamp.millis() - outer.millis()).abs())
    }

    fn time(&mut self, text: &[u8]) -> Option<Stamp> {
        let read = self.clock.read(text, self.facts.order);
        let dates = &mut self.stretch.tally.dates;
        dates.day_first |= read.proven == Some(DateOrder::DayFirst);
        dates.month_first |= read.proven == Some(DateOrder::MonthFirst);
        read.stamp
    }

    /// Whether a writer has a record in the stretch built so far.
    pub(super) fn seen(&self) -> &BTreeSet<u64> {
        &self.stretch.uls.seen
    }

    pub(super) fn lane(&mut self, key: u64) -> &mut Lane {
        self.stretch.lanes.entry(key).or_default()
    }
}

/// A piece with its family and time, not yet copied.
#[derive(Clone, Copy, Debug)]
struct Incoming<'a> {
    header: Header<'a>,
    level: Level,
    message: &'a [u8],
    bare: &'a [u8],
    family: LogFamily,
    time: Option<Stamp>,
    line: u64,
    /// What the literals in the message say, where it was searched already.
    sighted: Option<Sighted<'a>>,
}

fn record_of<'a>(piece: &Piece<'a>, family: LogFamily, time: Option<Stamp>) -> Incoming<'a> {
    // PSCDiagnostics indents by call depth; what a message says does not depend on it.
    let message = match family {
        LogFamily::PscDiagnostics => piece.header.message.trim_ascii(),
        _ => piece.header.message,
    };
    let is_upgrade = piece.header.area == uls::UPGRADE_AREA && family != LogFamily::Upgrade;
    // The line was searched for the literals of its file's family.
    let (family, sighted) = if is_upgrade { (LogFamily::Upgrade, None) } else { (family, piece.sighted) };
    Incoming {
        header: piece.header,
        level: level::of(piece.header.level),
        message,
        bare: piece.bare,
        family,
        time,
        line: piece.number,
        sighted,
    }
}

impl Incoming<'_> {
    fn open(&self) -> Open {
        let mut open = Open {
            level_word: self.header.level.to_vec(),
            time: self.time,
            time_text: self.header.time.to_vec(),
            process: self.header.process.to_vec(),
            thread: self.header.thread.to_vec(),
            component: self.header.component.to_vec(),
            tag: self.header.tag.to_vec(),
            line: self.line,
            server: self.header.server.to_vec(),
            ..Open::of_text(self.family, self.level, self.message)
        };
        append_lines(&mut open, self.bare);
        open
    }

    /// It is one line, and short enough that nothing of it is cut.
    fn may_be_held(&self) -> bool {
        self.bare.is_empty() && self.message.len() <= TEXT_BOUND
    }

    /// The record, complete, with this text.
    fn closed<'c>(&'c self, text: &'c [u8], title: Option<&'c [u8]>) -> Closed<'c> {
        Closed {
            family: self.family,
            level: self.level,
            time: self.time,
            process: self.header.process,
            component: self.header.component,
            text,
            own: text.len(),
            line: self.line,
            title,
            server: self.header.server,
            sighted: self.sighted,
        }
    }

    fn same_event(&self, open: &Open) -> bool {
        self.header.component == open.component.as_slice()
            && self.header.level == open.level_word.as_slice()
            && self.header.time == open.time_text.as_slice()
            && self.header.process == open.process.as_slice()
    }
}

impl Held<'_> {
    fn closed(&self) -> Closed<'_> {
        self.record.closed(self.record.message, self.title)
    }
}

impl<'w> Incoming<'w> {
    /// The title that this record holds, if it says what the next one is about: see [`context_from`].
    fn title_for(&self, next: &Incoming<'_>) -> Option<&'w [u8]> {
        let attaches = matches!(next.level, Level::Error | Level::Warning)
            && self.level == Level::Info
            && self.family == LogFamily::Upgrade
            && self.header.component == next.header.component
            && self.header.time == next.header.time
            && self.header.process == next.header.process;
        (attaches && title::title(self.message).is_some()).then_some(self.message)
    }
}

/// `Exception: …` and stack lines are logged as records of their own in 2010.
fn continues_a_record(message: &[u8]) -> bool {
    let message = message.trim_ascii_start();
    message.starts_with(b"Exception:")
        || message.strip_prefix(b"at").is_some_and(|rest| {
            rest.starts_with(b" ") || rest.starts_with(b"System.") || rest.starts_with(b"Microsoft.")
        })
}

/// The title in the record before an ERROR or WARNING, if that record is an INFO title of the same writer,
/// component and time.
pub(super) fn context_from(before: &Open, record: &Open) -> Context {
    let attaches = matches!(record.level, Level::Error | Level::Warning)
        && before.level == Level::Info
        && before.family == LogFamily::Upgrade
        && before.text.len() == before.own
        && before.component == record.component
        && before.time_text == record.time_text
        && before.process == record.process;
    if attaches && title::title(&before.text).is_some() {
        Context::Title(before.text.clone())
    } else {
        Context::None
    }
}

/// What a ULS record adds to the one it may continue: the text behind three dots, and no more than three, for
/// `....SPSecurity` is `...` and `.SPSecurity`.
fn continued_text<'a>(record: &Incoming<'a>) -> Option<&'a [u8]> {
    if record.header.starred { record.message.strip_prefix(DOTS) } else { None }
}

/// The text without the dots at its end, and whether they announce more. Dots that open a continuation announce
/// nothing.
fn announced<'a>(record: &Incoming<'a>, text: &'a [u8]) -> (&'a [u8], bool) {
    let own = continued_text(record).unwrap_or(text);
    match text.strip_suffix(DOTS) {
        Some(before) if record.bare.is_empty() && own.ends_with(DOTS) => (before, true),
        _ => (text, false),
    }
}

/// A ULS record, without the dots that announce more.
fn open_uls(record: &Incoming<'_>) -> Open {
    let (message, goes_on) = announced(record, record.message);
    Open { goes_on, ..Incoming { message, ..*record }.open() }
}

/// The same, without the dots that open a continuation either.
fn open_continuation(record: &Incoming<'_>) -> Open {
    let (message, goes_on) = announced(record, continued_text(record).unwrap_or(record.message));
    Open { goes_on, ..Incoming { message, ..*record }.open() }
}

impl Open {
    /// ULS: the same event and level, and the beginning announced more.
    pub(super) fn goes_on_with(&self, more: &Self) -> bool {
        self.goes_on
            && self.tag == more.tag
            && self.level_word == more.level_word
            && self.component == more.component
    }

    /// Takes in a continuation.
    pub(super) fn join(&mut self, more: &Self) {
        let (own, folded) = more.text.split_at_checked(more.own).unwrap_or((&more.text, b""));
        self.append(b"", own);
        self.own = self.text.len();
        self.append(b"", folded);
        self.goes_on = more.goes_on;
    }

    /// A continuation that continues nothing: a record of its own, to which the dots belong.
    pub(super) fn standing_alone(self) -> Self {
        let mut text = DOTS.to_vec();
        text.extend_from_slice(&self.text);
        text.truncate(TEXT_BOUND);
        Self { own: (self.own + DOTS.len()).min(text.len()), text, edge: Edge::No, ..self }
    }
}

/// `[Forced due to logging gap, cached @ …, Original Level: Verbose] ` in front of a message.
fn drop_gap_note(open: &mut Open) {
    let end = gap_note(&open.text);
    if end > 0 {
        open.text.drain(..end);
        open.own = open.own.saturating_sub(end);
    }
}

/// Bytes of the note that a logging gap leaves.
fn gap_note(text: &[u8]) -> usize {
    if !text.starts_with(b"[Forced due to logging gap") {
        return 0;
    }
    memchr::memmem::find(text, b"] ").map_or(0, |at| at + 2)
}

fn embedded_header<'a>(component: &[u8], text: &'a [u8]) -> Option<Header<'a>> {
    if component == b"Upgrade" { embedded::upgrade_line(text) } else { None }
}

pub(super) fn append_lines(open: &mut Open, bare: &[u8]) {
    if bare.is_empty() {
        return;
    }
    for line in bare.split(|byte| *byte == b'\n') {
        let line = bounded(line);
        if !line.is_empty() {
            open.append(b"\n", line);
        }
    }
}
