//! One log is scanned from end to end, over all threads that have nothing else to do.

use super::look::{Log, decide};
use super::segments::{Part, scan_log};
use crate::command::guarded::guarded;
use crate::command::progress::Progress;
use crate::model::report::{DateOrderReport, FileReport, FileStatus};
use crate::scan::dates::DateDecision;
use crate::scan::rules::engine::Engine;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;
use crate::scan::{join, structure};

/// What a log says.
pub(super) struct Outcome {
    pub(super) tally: Tally,
    pub(super) file: FileReport,
    pub(super) dates: Option<DateOrderReport>,
}

/// Scans one log; again, if its dates turn out to be in another order than its first and last lines showed.
pub(super) fn read(engine: &Engine, log: &mut Log, segment: u64, progress: &Progress) -> Outcome {
    let mut facts = log.facts.clone();
    progress.file(&facts.path);
    let mut scan = scanned(engine, &facts, log, segment, progress);
    if log.at_sight.take().is_some_and(|at_sight| at_sight.is_in_doubt(scan.tally.dates)) {
        log.dates = decide(&log.input, &log.glance, facts.kind, None);
        if log.dates.order != facts.order {
            facts.order = log.dates.order;
            log.facts.order = facts.order;
            scan = scanned(engine, &facts, log, segment, &Progress::none());
        }
    }
    let mut dates = log.dates;
    if let Some(revised) = dates.revised(scan.tally.dates) {
        let reread = revised.order != dates.order;
        dates = revised;
        facts.order = dates.order;
        if reread {
            scan = scanned(engine, &facts, log, segment, &Progress::none());
        }
    }
    outcome(engine, log, &facts, dates, scan)
}

fn outcome(engine: &Engine, log: &Log, facts: &SourceFacts, dates: DateDecision, scan: Scanned) -> Outcome {
    let Scanned { mut tally, bytes, mut error } = scan;
    if let Err(fault) = guarded(|| structure::examine(engine, facts, &mut tally)) {
        // Half of it may be there.
        tally = Tally::default();
        error = error.or(Some(fault));
    }
    let server = facts.server.clone().or_else(|| match tally.servers.len() {
        1 => tally.servers.first().map(std::string::ToString::to_string),
        _ => None,
    });
    // Whatever its first lines looked like.
    let is_none = tally.records == 0 && tally.outside == 0;
    let reason = match (&error, tally.cut_lines) {
        (Some(error), _) => Some(error.clone()),
        (None, _) if is_none => Some("no line of it could be read as a record".to_owned()),
        (None, 0) => None,
        (None, 1) => Some("1 line was longer than 64 KiB and was read up to there".to_owned()),
        (None, lines) => Some(format!("{lines} lines were longer than 64 KiB and were read up to there")),
    };
    let file = FileReport {
        path: facts.path.clone(),
        kind: facts.kind,
        encoding: log.glance.encoding.name(tally.legacy_text),
        // Those of a text with several logs are those of the first.
        bytes: if log.further { 0 } else { bytes },
        records: tally.records,
        first: tally.span.first,
        last: tally.span.last,
        server,
        status: match error {
            Some(_) => FileStatus::Partial,
            None if is_none => FileStatus::Skipped,
            None => FileStatus::Analysed,
        },
        reason,
    };
    let report = dates.noteworthy.then(|| DateOrderReport {
        order: dates.order.name(),
        evidence: dates.evidence.name(),
        ambiguous: dates.ambiguous,
    });
    Outcome { tally, file, dates: report }
}

struct Scanned {
    tally: Tally,
    bytes: u64,
    error: Option<String>,
}

fn scanned(engine: &Engine, facts: &SourceFacts, log: &Log, segment: u64, progress: &Progress) -> Scanned {
    let attempt = guarded(|| {
        let Part { stretch, bytes, error } = scan_log(engine, facts, log, segment, progress);
        let bytes = log.glance.size.unwrap_or(bytes);
        Scanned { tally: join::complete(engine, facts, stretch), bytes, error }
    });
    attempt.unwrap_or_else(|fault| Scanned { tally: Tally::default(), bytes: 0, error: Some(fault) })
}
