//! Inputs become a report: each is looked at and scanned, side by side, then comes the conclusion.

mod copies;
mod look;
mod read;
mod repeats;
mod segments;
mod sorted;
mod unread;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use self::copies::{Copies, copies};
pub(super) use self::look::facts;
use self::look::{Log, Looked, Sight, look};
use self::read::read;
use self::repeats::Repeats;
use self::sorted::Sorted;
use super::exports::Export;
use super::input::collect::Collected;
use super::input::open::LONGEST_COPY;
use super::input::{Input, LeftOut};
use super::progress::Progress;
use crate::conclude::from_inventory;
use crate::conclude::{Evidences, conclude};
use crate::format::several::Form;
use crate::inventory::Inventory;
use crate::model::byte_limit::ByteLimit;
use crate::model::kind::{LogFamily, LogKind};
use crate::model::report::{DateOrderReport, FileReport, FileStatus, Report, ScriptUse, Skipped};
use crate::model::session::Session;
use crate::model::suppression::Suppression;
use crate::scan::rules::engine::Engine;
use crate::scan::source::{Origin, SourceFacts};
use crate::scan::tally::Tally;
use crate::scan::timeline::silences::Longest;
use crate::text::clock::{DateOrder, Stamp};
use crate::text::window::{Bound, Window};

/// A file is cut into segments of this many bytes.
const SEGMENT: u64 = 8 * 1024 * 1024;

/// Inputs that a thread takes at a time: of more, the last ones would keep it busy while the others have nothing to do.
const TOGETHER: usize = 16;

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
    pub exports: Vec<Export>,
    /// `--since`.
    pub since: Option<Bound>,
    /// `--until`.
    pub until: Option<Bound>,
    /// Name of the script that is written beside the report, if one is.
    pub script: Option<ScriptUse>,
    /// Bytes of a segment; the report does not depend on it.
    pub segment: Option<u64>,
    /// Sessions that an earlier reading of the same logs named: they keep their names.
    pub known_sessions: &'a [Session],
}

impl Settings<'_> {
    /// Records outside some window are passed over. A distance counts back from the newest record of all logs, so
    /// that all must be looked at before one is read.
    fn asks_for_a_window(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }
}

/// Reads everything and draws the conclusion. Runs on the current thread pool; the report is the same for any.
pub fn analyse(
    engine: &Engine,
    collected: Collected,
    settings: &Settings<'_>,
    progress: &Progress,
) -> Report {
    let Collected { mut inputs, left_out, .. } = collected;
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    let reading = Reading { engine, settings, progress, results: Mutex::default() };
    let repeats = Repeats::expected(&inputs);
    let looked = reading.look(inputs, repeats);
    let looked_at = looked.len();
    let mut sorted = Sorted::new(looked, left_out);
    sorted.exports.extend(settings.exports.iter().cloned());
    let window = window(settings, &sorted.logs);
    let told = sorted.leave_out(|_, log| log.is_outside(window).then(|| outside(log)));
    sorted.exports.extend(told.into_iter().map(Export::of_unread_log));
    let Copies { kept: copied, in_doubt } = copies(&sorted.logs);
    let again = !copied.is_empty();
    sorted.leave_out(|place, _| Some(format!("a copy of {}, which is read", copied.get(&place)?)));
    let told = sorted.told();
    let Sorted { mut logs, mut files, left_out, .. } = sorted;
    let found = Repeats::found(&logs);
    if again || settings.asks_for_a_window() || (found.any() && !repeats.any()) {
        for log in &mut logs {
            log.facts.window = window;
            log.facts.remember_events = found.any();
        }
        reading.read_all(&mut logs);
    }
    progress.end();
    let Results { mut tally, mut outcomes, .. } =
        reading.results.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(index, ..)| *index);
    let inventory = Inventory::merge_beside(told, &tally.named_databases());
    let copied: Vec<String> = logs
        .iter()
        .flat_map(|log| [wrapped(log), filtered(log), unparted(log), overlong(log)])
        .flatten()
        .collect();
    let mut sources = sources(looked_at, logs);
    from_inventory::add(engine, &inventory, &mut sources, &mut tally);
    let evidences = Evidences {
        engine,
        sources: &sources,
        tally,
        inventory: &inventory,
        suppressions: settings.suppressions,
        now: settings.now,
        known_sessions: settings.known_sessions,
    };
    let mut report = conclude(evidences);
    report.coverage.remarks.extend(in_doubt.into_iter().map(|path| {
        format!(
            "{path}: begins like another log and cannot be read to its end: it counts even if it is a copy"
        )
    }));
    report.coverage.remarks.extend(copied);
    files.extend(outcomes.into_iter().map(|outcome| told_of(&mut report, outcome)));
    report.script.clone_from(&settings.script);
    cover(&mut report, files, left_out);
    report
}

/// Why a log is left out whose records lie outside the window; of a text with several logs others may not.
fn outside(log: &Log) -> String {
    let which = log.glance.pasted.part().map(|_| format!("{}: ", log.facts.kind)).unwrap_or_default();
    which + "outside the time that was asked for"
}

/// The facts of all that was looked at, in order; what turned out to be no log has those of nothing.
fn sources(inputs: usize, logs: Vec<Log>) -> Vec<SourceFacts> {
    let mut sources = vec![SourceFacts::default(); inputs];
    for log in logs {
        if let Some(place) = sources.get_mut(log.facts.index as usize) {
            *place = log.facts;
        }
    }
    sources
}

/// What the report says of the dates of a log; the log as it is listed.
fn told_of(report: &mut Report, (_, file, dates): (u32, FileReport, Option<DateOrderReport>)) -> FileReport {
    if let Some(dates) = dates {
        report.coverage.date_order.insert(file.path.clone(), dates);
    }
    let is_timed = !matches!(file.kind.family(), LogFamily::Console | LogFamily::Export);
    if is_timed && file.records > 0 && file.first.is_none() {
        let remark = format!("{}: the times of its records cannot be read, and are not charged", file.path);
        report.coverage.remarks.insert(remark);
    }
    file
}

/// What is to be said of a copy whose lines were wrapped.
fn wrapped(log: &Log) -> Option<String> {
    let (path, width) = (&log.facts.path, log.glance.pasted.wrapped_at()?);
    Some(format!(
        "{path}: looks like a copy whose lines were wrapped at {width} characters; they were put together again, but only the log itself is sure to be read right"
    ))
}

/// What is to be said of lines that a search found.
fn filtered(log: &Log) -> Option<String> {
    log.glance.pasted.is_filtered().then(|| {
        format!(
            "{}: holds lines that a search found in logs, not the logs: it tells of no session and no server",
            log.facts.path
        )
    })
}

/// What is to be said of a long text with logs of several forms.
fn unparted(log: &Log) -> Option<String> {
    log.unparted.then(|| {
        format!(
            "{}: holds logs of several forms, and is too long to be read once for each; {} was read: give them in files of their own",
            log.facts.path, log.facts.kind
        )
    })
}

/// What is to be said of a copy that is too long to be read as the log was.
fn overlong(log: &Log) -> Option<String> {
    log.glance.is_overlong_copy().then(|| {
        format!(
            "{}: looks like a copy of a log; behind its first {} it is read as it stands, and what is wrong there may be missed: give the log itself",
            log.facts.path,
            ByteLimit::of_mib(LONGEST_COPY >> 20)
        )
    })
}

/// Logs on their way to become one tally.
struct Reading<'a> {
    engine: &'a Engine,
    settings: &'a Settings<'a>,
    progress: &'a Progress,
    results: Mutex<Results>,
}

#[derive(Default)]
struct Results {
    tally: Tally,
    longest: Longest,
    outcomes: Vec<(u32, FileReport, Option<DateOrderReport>)>,
}

impl Reading<'_> {
    /// Looks at every input, and then at what else stands in one.
    fn look(&self, inputs: Vec<Input>, repeats: Repeats) -> Vec<Looked> {
        let sights = inputs.into_iter().map(|input| (input, None));
        let mut looked = self.look_at(sights.collect(), 0, repeats);
        let others = looked.iter().flat_map(|looked| match looked {
            Looked::Log(log) => log.others.iter().map(|form| (log.input.clone(), Some(*form))).collect(),
            _ => Vec::new(),
        });
        let others: Vec<(Input, Option<Form>)> = others.collect();
        looked.extend(self.look_at(others, looked.len(), repeats));
        looked
    }

    /// Looks at inputs, and reads what is a log while it is open, if nothing more must be known before.
    fn look_at(&self, sights: Vec<(Input, Option<Form>)>, first: usize, repeats: Repeats) -> Vec<Looked> {
        let at_once = !self.settings.asks_for_a_window();
        let look = |(place, (input, part))| {
            let rank = u32::try_from(first + place).unwrap_or(u32::MAX);
            let mut looked = look(self.engine, Sight { input, part, rank }, self.settings);
            if let Looked::Log(log) = &mut looked {
                self.progress.expect(log.glance.size.unwrap_or(0));
                log.facts.remember_events = repeats.any();
                if at_once {
                    self.read(log);
                }
                log.glance.forget();
            }
            looked
        };
        sights.into_par_iter().enumerate().with_max_len(TOGETHER).map(look).collect()
    }

    /// Reads all logs, again if they were read before with less in mind.
    fn read_all(&self, logs: &mut [Log]) {
        *self.results() = Results::default();
        logs.par_iter_mut().for_each(|log| self.read(log));
    }

    fn read(&self, log: &mut Log) {
        let mut outcome = read(self.engine, log, self.settings.segment.unwrap_or(SEGMENT), self.progress);
        // While an upgrade log tells more, psconfig's own silences are none.
        let are_told =
            log.facts.origin == Origin::Original && log.facts.kind.family() != LogFamily::PscDiagnostics;
        let mut results = self.results();
        for (_, leg) in outcome.tally.legs.values_mut() {
            results.longest.drop_shorter(&mut leg.silences, are_told);
        }
        results.tally.merge(outcome.tally);
        results.outcomes.push((log.facts.index, outcome.file, outcome.dates));
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds what was and what was not read.
fn cover(report: &mut Report, mut files: Vec<FileReport>, left_out: Vec<LeftOut>) {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let is_log = |file: &&FileReport| {
        matches!(file.status, FileStatus::Analysed | FileStatus::Partial) && file.kind != LogKind::Export
    };
    // A text with several logs is listed once for each of them.
    for of_path in files.chunk_by(|one, next| one.path == next.path) {
        if of_path.iter().any(|file| is_log(&file)) {
            report.summary.files += 1;
            report.summary.bytes += of_path.iter().map(|file| file.bytes).sum::<u64>();
        }
    }
    let unreadable = |file: &FileReport| matches!(file.status, FileStatus::Partial | FileStatus::Unreadable);
    report.coverage.unreadable = left_out.iter().any(|left| left.unreadable) || files.iter().any(unreadable);
    let partial = files
        .iter()
        .filter(|file| matches!(file.status, FileStatus::Partial | FileStatus::Skipped))
        .filter_map(|file| Some(Skipped { path: file.path.clone(), reason: file.reason.clone()? }));
    let mut skipped: Vec<Skipped> = partial.collect();
    skipped.extend(left_out.into_iter().map(|left| Skipped { path: left.path, reason: left.reason }));
    skipped.sort();
    skipped.dedup();
    report.coverage.skipped = skipped;
    report.files = files;
    crate::conclude::verdict::sum_up(report);
}

/// The window that was asked for; a distance counts back from the newest record of all logs.
fn window(settings: &Settings<'_>, logs: &[Log]) -> Window {
    let newest = logs.iter().filter_map(|log| log.span).map(|(_, last)| last).max();
    let resolve = |bound: Option<Bound>| bound.and_then(|bound| bound.resolve(newest));
    Window { since: resolve(settings.since), until: resolve(settings.until) }
}
