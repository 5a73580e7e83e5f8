//! The files of a farm, in memory, together with the truth about them.

use std::collections::BTreeMap;

use super::model::Farm;
use super::pass::Pass;
use super::script::Session;
use super::traces::{self, TraceRecord};
use super::truth::{FileTruth, Truth};
use crate::calendar::Moment;
use crate::format::columns::Kind;
use crate::format::{Class, Counts};
use crate::shape::Shape;

/// Files by path with `/`, and what is true about them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) truth: Truth,
}

/// The text of a log before it takes the shape of a file.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) kind: &'static str,
    pub(crate) text: Vec<u8>,
    pub(crate) counts: Counts,
    /// First and last record.
    pub(crate) span: Option<(Moment, Moment)>,
}

impl Tree {
    /// No files yet.
    pub(crate) fn of(farm: &Farm) -> Self {
        Self { files: BTreeMap::new(), truth: Truth::of(farm) }
    }

    /// A file that is no log.
    pub(crate) fn plain(&mut self, path: String, bytes: Vec<u8>) {
        self.files.insert(path, bytes);
    }

    /// A log.
    pub(crate) fn log(&mut self, path: String, shape: Shape, log: Log) {
        let bytes = shape.file(log.text);
        self.truth.files.push(FileTruth {
            path: path.clone(),
            kind: log.kind,
            encoding: shape.encoding.reported(),
            bytes: bytes.len(),
            first: log.span.map(|(first, _)| first.iso()),
            last: log.span.map(|(_, last)| last.iso()),
            counts: log.counts,
        });
        self.files.insert(path, bytes);
    }

    /// Upgrade sessions of a server. Those with the same name go into the same log, one after the other.
    pub(crate) fn sessions(&mut self, farm: &Farm, folder: &str, sessions: &[&Session]) {
        let mut logs: BTreeMap<String, Vec<&Session>> = BTreeMap::new();
        for session in sessions {
            let path = format!("{folder}/{}", session.log_name(farm.version));
            self.truth.session(&farm.databases, session, &path);
            logs.entry(path).or_default().push(session);
        }
        for (path, sessions) in logs {
            self.log(path, farm.shape, upgrade_log(farm, &sessions, |_| true));
        }
    }

    /// The extract of errors and warnings that lies beside the log of a session; none if there were none.
    pub(crate) fn extract(&mut self, farm: &Farm, folder: &str, session: &Session) {
        let log = upgrade_log(farm, &[session], |class| class >= Class::Warning);
        if log.counts.records > 0 {
            let name = session.log_name(farm.version).replace(".log", "-error.log");
            self.log(format!("{folder}/{name}"), farm.shape, log);
        }
    }

    /// A run of psconfig: two sessions with their extracts, and the trace.
    pub(crate) fn pass(&mut self, farm: &Farm, folder: &str, pass: &Pass) {
        self.truth.pass(pass);
        self.sessions(farm, folder, &[&pass.psconfig, &pass.timer]);
        if farm.version > super::model::Version::V2007 {
            self.extract(farm, folder, &pass.psconfig);
            self.extract(farm, folder, &pass.timer);
        }
        let number = u64::from(pass.psconfig.lane.pid) * 48_271 % 2_000_000_000;
        self.log(
            format!("{folder}/PSCDiagnostics_{}_{number}.log", pass.start.in_psc_name()),
            farm.shape,
            Log {
                kind: "psc-diagnostics",
                text: pass.trace.out.clone(),
                counts: pass.trace.counts,
                span: Some((pass.start, pass.end)),
            },
        );
    }

    /// The trace logs of a server, a file for every half hour.
    pub(crate) fn traces(&mut self, shape: Shape, folder: &str, server: &str, records: Vec<TraceRecord>) {
        self.natives(&records);
        for (start, records) in traces::files(records) {
            let path = format!("{folder}/{server}-{}.log", start.in_uls_name());
            self.trace_log(path, Kind::Uls, shape, &records);
        }
    }

    /// One trace log; what was planted in it is not counted here.
    pub(crate) fn trace_log(&mut self, path: String, kind: Kind, shape: Shape, records: &[TraceRecord]) {
        let (text, counts) = traces::text(kind, records);
        let span = records.first().zip(records.last()).map(|(first, last)| (first.at, last.at));
        let kind = if kind == Kind::Uls2007 { "uls-2007" } else { "uls" };
        self.log(path, shape, Log { kind, text, counts, span });
    }

    /// Counts what is native to a trace log.
    pub(crate) fn natives(&mut self, records: &[TraceRecord]) {
        for record in records {
            self.truth.plants(&record.plants);
            self.truth.errors += u64::from(record.class() == Class::Error);
            self.truth.warnings += u64::from(record.class() == Class::Warning);
        }
    }
}

/// Sessions one after the other, with the records of some classes.
pub(crate) fn upgrade_log(farm: &Farm, sessions: &[&Session], wanted: impl Fn(Class) -> bool) -> Log {
    let dress = farm.dress();
    let mut log =
        Log { kind: farm.version.upgrade_kind(), text: vec![], counts: Counts::default(), span: None };
    if let crate::format::Dress::Columns(columns) = dress
        && farm.padded
    {
        log.counts += columns.header(&mut log.text);
    }
    for session in sessions {
        for event in session.events.iter().filter(|event| wanted(event.level.class())) {
            log.counts += dress.write(&session.record(event), &mut log.text);
            let first = log.span.map_or(event.at, |(first, _)| first);
            log.span = Some((first, event.at));
        }
    }
    log
}
