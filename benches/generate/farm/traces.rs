//! Trace logs of a farm: the noise of its processes, the upgrade records again, and failures of their own.

use std::collections::BTreeSet;

use super::model::Farm;
use super::script::{Plant, Session};
use crate::calendar::Moment;
use crate::format::columns::{Columns, Kind};
use crate::format::{Class, Counts, Exception, Lane, Level, Record};
use crate::prng::{Guid, Prng};
use crate::vocabulary::{self, Words};

/// A trace log starts a new file this often.
const ROLL_MILLIS: i64 = 30 * 60 * 1000;

/// Categories of what only a web server has to say.
const REQUESTS: [&str; 2] = ["Logging Correlation Data", "Authentication Authorization"];

/// One record of a trace log.
#[derive(Clone, Debug)]
pub(crate) struct TraceRecord {
    pub(crate) at: Moment,
    pub(crate) lane: Lane,
    pub(crate) area: &'static str,
    pub(crate) category: &'static str,
    pub(crate) tag: String,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) exception: Option<Exception>,
    pub(crate) correlation: Option<Guid>,
    pub(crate) plants: Vec<Plant>,
}

impl TraceRecord {
    /// Whether it counts as a record of the trace log itself and not of an upgrade log that it repeats.
    pub(crate) fn class(&self) -> Class {
        self.level.class()
    }

    fn record(&self) -> Record<'_> {
        Record {
            at: self.at,
            lane: &self.lane,
            area: self.area,
            component: self.category,
            tag: &self.tag,
            level: self.level,
            message: &self.message,
            exception: self.exception.as_ref(),
            correlation: self.correlation,
        }
    }
}

/// The records of an upgrade session as the trace log repeats them.
pub(crate) fn embedded(farm: &Farm, session: &Session) -> Vec<TraceRecord> {
    let embedding = farm.embedding();
    let mut records = Vec::new();
    for event in &session.events {
        for line in embedding.wrap(&session.record(event)) {
            records.push(TraceRecord {
                at: event.at,
                lane: session.lane.clone(),
                area: "SharePoint Foundation",
                category: "Upgrade",
                tag: line.tag,
                level: line.level,
                message: line.message,
                exception: None,
                correlation: Some(session.correlation),
                plants: Vec::new(),
            });
        }
    }
    records
}

/// What the processes of a server say about every `gap` milliseconds.
pub(crate) fn noise(
    farm: &Farm,
    server: &str,
    span: (Moment, Moment),
    gap: u64,
    prng: &Prng,
) -> Vec<TraceRecord> {
    let mut words = Words::new(prng.fork(&format!("noise {server}")), 1);
    words.databases = farm.databases.iter().map(|database| database.name.clone()).collect();
    words.hosts = hosts(farm);
    words.sql_server.clone_from(&farm.sql_server);
    // While psconfig runs, the web service is stopped: no w3wp speaks, and nobody speaks of requests.
    let mut phrases = vocabulary::trace();
    phrases.retain(|phrase| !REQUESTS.contains(&phrase.component));
    let mut lane = |process, image| Lane {
        process,
        image,
        server: server.to_owned(),
        pid: words.prng.windows_id(),
        tid: words.prng.windows_id(),
    };
    let lanes = [
        lane("OWSTIMER", "OWSTIMER.EXE"),
        lane("mssearch", "mssearch.exe"),
        lane("wsstracing", "wsstracing.exe"),
    ];
    let mut records = Vec::new();
    let mut at = span.0.plus(words.prng.below(gap));
    while at < span.1 {
        let phrase = &phrases[words.prng.index(phrases.len())];
        let lane = words.prng.pick(&lanes).clone();
        let correlation = words.prng.chance(600_000).then(|| words.prng.guid());
        let message = phrase.sentence(&mut words);
        records.push(TraceRecord {
            at,
            lane,
            area: phrase.area,
            category: phrase.component,
            tag: phrase.tag.to_owned(),
            level: phrase.level,
            message,
            exception: None,
            correlation,
            plants: Vec::new(),
        });
        at = at.plus(words.prng.between(gap / 4, gap * 7 / 4));
    }
    records
}

/// Scheme and host of the web applications.
fn hosts(farm: &Farm) -> Vec<String> {
    let first = farm.databases.iter().filter_map(|database| database.sites.first());
    let hosts: BTreeSet<String> =
        first.map(|site| site.url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")).collect();
    if hosts.is_empty() { vec!["http://localhost".to_owned()] } else { hosts.into_iter().collect() }
}

/// A native record of the trace log with something to find in it.
pub(crate) fn failure(
    at: Moment,
    lane: &Lane,
    columns: [&'static str; 3],
    level: Level,
    message: &str,
    plants: Vec<Plant>,
) -> TraceRecord {
    let [area, category, tag] = columns;
    TraceRecord {
        at,
        lane: lane.clone(),
        area,
        category,
        tag: tag.to_owned(),
        level,
        message: message.to_owned(),
        exception: None,
        correlation: None,
        plants,
    }
}

/// A request for a security token that failed for the same reason as the refused sites.
pub(crate) fn token_failure(at: Moment, lane: &Lane) -> TraceRecord {
    let message = format!(
        "An exception occurred when trying to issue security token: {}.",
        vocabulary::TOKEN_SERVICE_DOWN
    );
    let plants = vec![Plant { code: "UE01", object: String::new(), database: None }];
    failure(
        at,
        lane,
        ["SharePoint Foundation", "Claims Authentication", "8306"],
        Level::Critical,
        &message,
        plants,
    )
}

/// Brings records into the order of a trace log, a file for every half hour.
pub(crate) fn files(mut records: Vec<TraceRecord>) -> Vec<(Moment, Vec<TraceRecord>)> {
    records.sort_by_key(|record| record.at);
    let mut files: Vec<(Moment, Vec<TraceRecord>)> = Vec::new();
    for record in records {
        let start = record.at.floor(ROLL_MILLIS);
        match files.last_mut() {
            Some((last, records)) if *last == start => records.push(record),
            _ => files.push((start, vec![record])),
        }
    }
    files
}

/// The text of a trace log.
pub(crate) fn text(kind: Kind, records: &[TraceRecord]) -> (Vec<u8>, Counts) {
    let columns = Columns { kind, padded: true };
    let mut out = Vec::new();
    let mut counts = columns.header(&mut out);
    for record in records {
        counts += columns.write(&record.record(), &mut out);
    }
    (out, counts)
}
