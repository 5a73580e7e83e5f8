//! Inputs become a report: a first look at each, then all of them scanned side by side, then the conclusion.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use rayon::prelude::*;

use super::exports;
use super::input::collect::Collected;
use super::input::open::{self, Glance};
use super::input::{Input, LeftOut};
use super::progress::Progress;
use crate::format::{format_of, recognise, uls};
use crate::inventory::{self, Inventory};
use crate::model::inventory::InventoryFacts;
use crate::model::kind::{LogFamily, LogKind};
use crate::model::report::{DateOrderReport, FileReport, FileStatus, Report, Skipped};
use crate::model::suppression::Suppression;
use crate::scan::conclude::{Evidences, conclude};
use crate::scan::dates::{self, DateDecision};
use crate::scan::engine::Engine;
use crate::scan::scanner::Scanner;
use crate::scan::segment::{Segment, scan};
use crate::scan::source::{Origin, SourceFacts};
use crate::scan::stretch::Stretch;
use crate::scan::tally::Tally;
use crate::scan::{from_inventory, join, structure};
use crate::text::clock::{DateOrder, Stamp, WrittenTime};
use crate::text::window::{Bound, Window};

/// A file is cut into segments of this many bytes.
const SEGMENT: u64 = 8 * 1024 * 1024;

/// What the analysis is told besides its inputs.
#[derive(Clone, Debug, Default)]
pub struct Settings<'a> {
    /// `--date-order`.
    pub date_order: Option<DateOrder>,
    /// From `spdoctor.toml`.
    pub suppressions: &'a [Suppression],
    /// The moment to which suppressions are compared.
    pub now: Option<Stamp>,
    /// Exports named by `--inventory`.
    pub exports: Vec<InventoryFacts>,
    /// `--since`.
    pub since: Option<Bound>,
    /// `--until`.
    pub until: Option<Bound>,
    /// Bytes of a segment; the report does not depend on it.
    pub segment: Option<u64>,
}

/// Reads everything and draws the conclusion. Runs on the current thread pool; the report is the same for any.
pub fn analyse(
    engine: &Engine,
    collected: Collected,
    settings: &Settings<'_>,
    progress: &Progress,
) -> Report {
    let looked: Vec<Looked> = collected.inputs.into_par_iter().map(|input| look(input, settings)).collect();
    let mut exports = settings.exports.clone();
    let mut left_out = collected.left_out;
    let mut logs = Vec::new();
    let mut files = Vec::new();
    for looked in looked {
        match looked {
            Looked::Log(log, told) => {
                logs.push(*log);
                exports.extend(told);
            }
            Looked::Export(file, facts) => {
                files.push(file);
                exports.push(facts);
            }
            Looked::LeftOut(file, reason) => {
                left_out.push(reason);
                files.push(file);
            }
        }
    }
    let inventory = Inventory::merge(exports);
    let window = window(settings, &logs);
    let (mut logs, outside): (Vec<Log>, Vec<Log>) = logs.into_iter().partition(|log| !log.is_outside(window));
    for log in outside {
        let reason = "outside the time that was asked for".to_owned();
        let file = blank_report(&log.input, log.facts.kind, FileStatus::Skipped);
        let bytes = log.glance.size.unwrap_or(0);
        files.push(FileReport { bytes, reason: Some(reason.clone()), ..file });
        left_out.push(LeftOut { path: log.input.path, reason, unreadable: false, missing: false });
    }
    for log in &mut logs {
        log.facts.window = window;
    }
    number(&mut logs);
    progress.begin(logs.iter().filter_map(|log| log.glance.size).sum());
    let results = Mutex::new((Tally::default(), Vec::with_capacity(logs.len())));
    logs.par_iter().for_each(|log| {
        let outcome = read(engine, log, settings.segment.unwrap_or(SEGMENT), progress);
        if let Ok(mut results) = results.lock() {
            results.0.merge(outcome.tally);
            results.1.push((log.facts.index, outcome.file, outcome.dates));
        }
    });
    progress.end();
    let (mut tally, mut outcomes) = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    outcomes.sort_by_key(|(index, ..)| *index);
    let mut sources: Vec<SourceFacts> = logs.into_iter().map(|log| log.facts).collect();
    from_inventory::add(engine, &inventory, &mut sources, &mut tally);
    let evidences = Evidences {
        engine,
        sources: &sources,
        tally,
        inventory: &inventory,
        suppressions: settings.suppressions,
        now: settings.now,
    };
    let mut report = conclude(evidences);
    for (_, file, dates) in outcomes {
        if let Some(dates) = dates {
            report.coverage.date_order.insert(file.path.clone(), dates);
        }
        files.push(file);
    }
    cover(&mut report, files, left_out);
    report
}

/// Adds what was and what was not read.
fn cover(report: &mut Report, mut files: Vec<FileReport>, left_out: Vec<LeftOut>) {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let is_log = |file: &&FileReport| {
        matches!(file.status, FileStatus::Analysed | FileStatus::Partial) && file.kind != LogKind::Export
    };
    report.summary.files = files.iter().filter(is_log).count() as u64;
    report.summary.bytes = files.iter().filter(is_log).map(|file| file.bytes).sum();
    let unreadable = |file: &FileReport| matches!(file.status, FileStatus::Partial | FileStatus::Unreadable);
    report.coverage.unreadable = left_out.iter().any(|left| left.unreadable) || files.iter().any(unreadable);
    let partial = files
        .iter()
        .filter(|file| file.status == FileStatus::Partial)
        .filter_map(|file| Some(Skipped { path: file.path.clone(), reason: file.reason.clone()? }));
    let mut skipped: Vec<Skipped> = partial.collect();
    skipped.extend(left_out.into_iter().map(|left| Skipped { path: left.path, reason: left.reason }));
    skipped.sort();
    skipped.dedup();
    report.coverage.skipped = skipped;
    report.files = files;
    report.summary.verdict = crate::scan::verdict::sentence(report);
}

/// An input after the first look.
enum Looked {
    /// A log, and what an export inside it tells.
    Log(Box<Log>, Option<InventoryFacts>),
    Export(FileReport, InventoryFacts),
    LeftOut(FileReport, LeftOut),
}

/// A log, with everything that is decided before it is scanned.
struct Log {
    input: Input,
    glance: Glance,
    facts: SourceFacts,
    dates: DateDecision,
    /// Times of the first and the last record, as far as head and tail show them.
    span: Option<(Stamp, Stamp)>,
}

impl Log {
    /// Head and tail prove that no record lies in the window.
    fn is_outside(&self, window: Window) -> bool {
        // Where day and month are in doubt nothing is proven.
        !self.dates.ambiguous && self.span.is_some_and(|(first, last)| window.excludes(first, last))
    }
}

/// Times of the first and the last record; `None` where the end of a long log cannot be seen.
fn span(kind: LogKind, order: DateOrder, glance: &Glance) -> Option<(Stamp, Stamp)> {
    let format = format_of(kind);
    let time = |line: &[u8]| {
        WrittenTime::parse(format.header(line.strip_suffix(b"\r").unwrap_or(line))?.time)?.stamp(order)
    };
    let first = glance.head.split(|byte| *byte == b'\n').find_map(time)?;
    let whole = glance.size.is_some_and(|size| size <= open::HEAD as u64);
    let end = if glance.tail.is_empty() && whole { &glance.head } else { &glance.tail };
    let last = end.rsplit(|byte| *byte == b'\n').find_map(time)?;
    Some((first, last.max(first)))
}

/// The window that was asked for; a distance counts back from the newest record of all logs.
fn window(settings: &Settings<'_>, logs: &[Log]) -> Window {
    let newest = logs.iter().filter_map(|log| log.span).map(|(_, last)| last).max();
    let resolve = |bound: Option<Bound>| bound.and_then(|bound| bound.resolve(newest));
    Window { since: resolve(settings.since), until: resolve(settings.until) }
}

fn look(input: Input, settings: &Settings<'_>) -> Looked {
    let glance = match open::glance(&input) {
        Ok(glance) => glance,
        Err(error) => return left_out(&input, None, format!("cannot be read: {error}"), true),
    };
    if let Some(error) = &glance.error
        && glance.head.is_empty()
    {
        let reason = format!("cannot be read: {error}");
        return left_out(&input, Some(&glance), reason, true);
    }
    if glance.head.is_empty() {
        return left_out(&input, Some(&glance), "it is empty".to_owned(), false);
    }
    let kind = recognise::recognise(input.file_name(), &glance.head);
    let told = match (kind, exports::reading(&input, &glance.head)) {
        (LogKind::Unknown | LogKind::Console, Some(exports::Reading::Whole)) => {
            return export(&input, &glance, exports::BOUND);
        }
        (LogKind::Unknown, Some(exports::Reading::Within)) => {
            return export(&input, &glance, exports::LOOSE_BOUND);
        }
        (LogKind::Console, Some(exports::Reading::Within)) => exports::in_transcript(&input),
        _ => None,
    };
    if kind == LogKind::Unknown {
        let reason = why_unknown(&input, &glance);
        return left_out(&input, Some(&glance), reason, glance.error.is_some());
    }
    let (facts, dates) = facts(&input, &glance, kind, settings.date_order);
    let span = span(kind, dates.order, &glance);
    // All is decided that the first look decides. Of thousands of files nothing more is kept.
    let glance = Glance { head: Vec::new(), tail: Vec::new(), ..glance };
    Looked::Log(Box::new(Log { input, glance, facts, dates, span }), told)
}

/// Everything that is decided about a log before it is scanned. `index` is given later.
pub(super) fn facts(
    input: &Input,
    glance: &Glance,
    kind: LogKind,
    told: Option<DateOrder>,
) -> (SourceFacts, DateDecision) {
    let dates = match told {
        Some(order) => DateDecision::told(order),
        None => dates::decide(kind, input.file_name(), format_of(kind), &[&glance.head, &glance.tail]),
    };
    let facts = SourceFacts {
        index: 0,
        path: input.path.clone(),
        server: input.server.clone(),
        kind,
        order: dates.order,
        origin: origin(kind, input, &glance.head),
        remember_events: false,
        window: Window::default(),
    };
    (facts, dates)
}

fn why_unknown(input: &Input, glance: &Glance) -> String {
    let name = input.file_name().to_ascii_lowercase();
    if glance.head.iter().take(4096).any(|byte| *byte == 0) {
        "not a log: binary".to_owned()
    } else if name.starts_with("upgrade")
        || name.starts_with("pscdiagnostics")
        || name.starts_with("siteupgrade")
    {
        "named like a log, but no line at its start has the form of one".to_owned()
    } else {
        "not a log".to_owned()
    }
}

fn left_out(input: &Input, glance: Option<&Glance>, reason: String, unreadable: bool) -> Looked {
    let status = if unreadable { FileStatus::Unreadable } else { FileStatus::Skipped };
    let mut file = blank_report(input, LogKind::Unknown, status);
    file.encoding = glance.map_or("utf-8", |glance| glance.encoding.name(false));
    file.bytes = glance.and_then(|glance| glance.size).unwrap_or(0);
    file.reason = Some(reason.clone());
    Looked::LeftOut(file, LeftOut { path: input.path.clone(), reason, unreadable, missing: false })
}

fn blank_report(input: &Input, kind: LogKind, status: FileStatus) -> FileReport {
    FileReport {
        path: input.path.clone(),
        kind,
        encoding: "utf-8",
        bytes: 0,
        records: 0,
        first: None,
        last: None,
        server: input.server.clone(),
        status,
        reason: None,
    }
}

/// An export among the logs is read as if it had been given by `--inventory`.
fn export(input: &Input, glance: &Glance, bound: u64) -> Looked {
    let bytes = match exports::bytes(input, bound) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let reason = format!("looks like an export, but is larger than {} MiB", bound >> 20);
            return left_out(input, Some(glance), reason, false);
        }
        Err(error) => return left_out(input, Some(glance), format!("cannot be read: {error}"), true),
    };
    let facts = inventory::read(&input.path, None, &bytes);
    let mut file = blank_report(input, LogKind::Export, FileStatus::Analysed);
    file.bytes = bytes.len() as u64;
    file.encoding = glance.encoding.name(std::str::from_utf8(&bytes).is_err());
    Looked::Export(file, facts)
}

/// Which of several logs with the same story this one is.
fn origin(kind: LogKind, input: &Input, head: &[u8]) -> Origin {
    match kind.family() {
        LogFamily::Uls => {
            let mut headers = head.split(|byte| *byte == b'\n').filter_map(uls::header).take(50);
            if headers.any(|header| !header.server.is_empty()) { Origin::MergedUls } else { Origin::Uls }
        }
        LogFamily::Upgrade => {
            let name = input.file_name().to_ascii_lowercase();
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            let is_extract = name.contains("-error.") || name.rsplit('.').next() == Some("err");
            if is_extract { Origin::Extract } else { Origin::Original }
        }
        _ => Origin::Original,
    }
}

/// Gives every log its rank, and decides whether events must be remembered.
fn number(logs: &mut [Log]) {
    logs.sort_by(|a, b| a.facts.path.cmp(&b.facts.path));
    let upgrade = |origin| {
        logs.iter().any(|log| log.facts.origin == origin && log.facts.kind.family() == LogFamily::Upgrade)
    };
    let any = |origin| logs.iter().any(|log| log.facts.origin == origin);
    let tellers =
        [upgrade(Origin::Original), upgrade(Origin::Extract), any(Origin::Uls), any(Origin::MergedUls)];
    let repeats = tellers.into_iter().filter(|tells| *tells).count() > 1;
    for (index, log) in logs.iter_mut().enumerate() {
        log.facts.index = u32::try_from(index).unwrap_or(u32::MAX);
        log.facts.remember_events = repeats;
    }
}

struct Outcome {
    tally: Tally,
    file: FileReport,
    dates: Option<DateOrderReport>,
}

/// Scans one log; twice, if its dates turn out to be in another order than its first and last lines showed.
fn read(engine: &Engine, log: &Log, segment: u64, progress: &Progress) -> Outcome {
    let mut facts = log.facts.clone();
    let mut dates = log.dates;
    progress.file(&facts.path);
    let mut scanned = guarded(engine, &facts, log, segment, progress);
    if let Some(revised) = dates.revised(scanned.tally.dates) {
        let reread = revised.order != dates.order;
        dates = revised;
        facts.order = dates.order;
        if reread {
            scanned = guarded(engine, &facts, log, segment, &Progress::none());
        }
    }
    outcome(engine, log, &facts, dates, scanned)
}

fn outcome(
    engine: &Engine,
    log: &Log,
    facts: &SourceFacts,
    dates: DateDecision,
    scanned: Scanned,
) -> Outcome {
    let mut tally = scanned.tally;
    let server = facts.server.clone().or_else(|| match tally.servers.len() {
        1 => tally.servers.first().map(std::string::ToString::to_string),
        _ => None,
    });
    let reason = match (&scanned.error, tally.cut_lines) {
        (Some(error), _) => Some(error.clone()),
        (None, 0) => None,
        (None, 1) => Some("1 line was longer than 64 KiB and was read up to there".to_owned()),
        (None, lines) => Some(format!("{lines} lines were longer than 64 KiB and were read up to there")),
    };
    let file = FileReport {
        path: facts.path.clone(),
        kind: facts.kind,
        encoding: log.glance.encoding.name(tally.legacy_text),
        bytes: scanned.bytes,
        records: tally.records,
        first: tally.span.first,
        last: tally.span.last,
        server,
        status: if scanned.error.is_some() { FileStatus::Partial } else { FileStatus::Analysed },
        reason,
    };
    structure::examine(engine, facts, &mut tally);
    let report = dates.noteworthy.then(|| DateOrderReport {
        order: dates.order.name(),
        evidence: dates.evidence,
        ambiguous: dates.ambiguous,
    });
    Outcome { tally, file, dates: report }
}

struct Scanned {
    tally: Tally,
    bytes: u64,
    error: Option<String>,
}

/// One bad file must not end the run: a panic is a fault of ours, and is reported as one.
fn guarded(engine: &Engine, facts: &SourceFacts, log: &Log, segment: u64, progress: &Progress) -> Scanned {
    let attempt = catch_unwind(AssertUnwindSafe(|| scan_log(engine, facts, log, segment, progress)));
    attempt.unwrap_or_else(|_| Scanned {
        tally: Tally::default(),
        bytes: 0,
        error: Some("internal error while reading; please report it".to_owned()),
    })
}

fn scan_log(engine: &Engine, facts: &SourceFacts, log: &Log, segment: u64, progress: &Progress) -> Scanned {
    let segments = plan(log, segment);
    // Neighbours join as soon as both are there, so that the parts of a large file are never all in memory.
    let whole = segments
        .into_par_iter()
        .map(|segment| part(engine, facts, log, segment, progress))
        .reduce_with(|left, right| Part {
            stretch: join::join(engine, facts, left.stretch, right.stretch),
            bytes: left.bytes + right.bytes,
            error: left.error.or(right.error),
        });
    let Part { stretch, bytes, error } = whole.unwrap_or_default();
    let bytes = log.glance.size.unwrap_or(bytes);
    Scanned { tally: join::complete(engine, facts, stretch), bytes, error }
}

/// One or more neighbouring segments.
#[derive(Default)]
struct Part {
    stretch: Stretch,
    bytes: u64,
    error: Option<String>,
}

fn part(engine: &Engine, facts: &SourceFacts, log: &Log, segment: Segment, progress: &Progress) -> Part {
    let scanner = Scanner::new(engine, facts, segment.start == 0);
    let mut bytes = 0;
    let scanned = open::with_text(&log.input, log.glance.encoding, segment, |reader| {
        let mut counted = Counted { inner: reader, bytes: 0, progress };
        let outcome = scan(scanner, segment, &mut counted);
        bytes = counted.bytes;
        outcome
    });
    match scanned {
        Ok((stretch, error)) => Part { stretch, bytes, error: error.map(|error| broken_off(&error)) },
        Err(error) => Part { error: Some(format!("cannot be read: {error}")), ..Part::default() },
    }
}

fn broken_off(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            "the file is truncated: what comes before the break was read".to_owned()
        }
        _ => format!("reading broke off: {error}"),
    }
}

/// Plain files are cut; UTF-16 and archive members can only be read from their start.
fn plan(log: &Log, segment: u64) -> Vec<Segment> {
    let splittable = open::plain_file(&log.input).is_some() && !log.glance.encoding.is_utf16();
    let size = log.glance.size.filter(|_| splittable).unwrap_or(0);
    let count = (size / segment.max(1)).max(1);
    (0..count)
        .map(|index| Segment {
            start: index * segment,
            // The last one reads on: the file may have grown.
            end: if index + 1 == count { u64::MAX } else { (index + 1) * segment },
        })
        .collect()
}

/// Tells the progress bar what was read.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    bytes: u64,
    progress: &'a Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(target)?;
        self.bytes += read as u64;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
