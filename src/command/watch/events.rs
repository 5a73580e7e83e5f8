//! What happens on a patch night, and how it is told: to programs as one JSON object a line
//! (`spdoctor.watch/1`; fields may be added, names and meanings stay), to people as one line of text.
//!
//! Times are those of the servers' own clocks, as in the report. Sessions are named `w1`, `w2` … in the order in
//! which they were seen; their `files` join them with the sessions of the report.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use crate::model::finding::{Finding, Severity};
use crate::model::session::SessionOutcome;
use crate::text::duration::clock;
use crate::text::quote;
use crate::wire::report_v1::ReportV1;

/// The name of this form.
pub const SCHEMA: &str = "spdoctor.watch/1";

/// Something that happened.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A log is followed, or no longer, or from its start again.
    File {
        /// Its path.
        path: String,
        /// Its server, if known.
        server: Option<String>,
        /// What it is.
        kind: Option<&'static str>,
        /// What has become of it.
        what: Fate,
        /// Why, where there is more to say.
        reason: Option<String>,
    },
    /// A session began, or was met while it ran.
    SessionStarted {
        /// Which one.
        #[serde(flatten)]
        session: Who,
        /// Its first record.
        start: String,
        /// Its logs so far.
        files: BTreeSet<String>,
    },
    /// A session that had ended goes on: psconfig writes another log a while after the first.
    SessionResumed {
        /// Which one.
        #[serde(flatten)]
        session: Who,
        /// Its last record.
        end: String,
        /// Its logs so far.
        files: BTreeSet<String>,
    },
    /// What looked like two sessions is one: psconfig, and the timer job it waits for.
    SessionJoined {
        /// The one that is no more.
        session: String,
        /// The one it is part of.
        into: String,
    },
    /// A session wrote records since the last look.
    Progress(Box<Progress>),
    /// Sites were refused since the last look.
    Refused {
        /// Which session.
        #[serde(flatten)]
        session: Who,
        /// The new ones.
        sites: Vec<String>,
        /// All of the session.
        refused_sites: u64,
        /// How many in a minute, of late.
        refused_per_minute: Option<u64>,
    },
    /// Something was found that had not been found before.
    Finding(Box<Found>),
    /// A session writes nothing.
    Stall {
        /// Which session.
        #[serde(flatten)]
        session: Who,
        /// For how long.
        seconds: u64,
        /// The content database at work.
        database: Option<String>,
        /// The last record.
        last: String,
        /// Its text.
        text: String,
    },
    /// A session ended.
    SessionEnded {
        /// Which one.
        #[serde(flatten)]
        session: Who,
        /// `succeeded`, `failed`, `cancelled` or `killed`.
        #[serde(serialize_with = "by_name")]
        outcome: SessionOutcome,
        /// psconfig itself says that it succeeded, whatever the logs of its upgrade say.
        psconfig_succeeded: bool,
        /// Its last record.
        end: String,
        /// How long it took.
        duration_s: u64,
        /// Refused sites.
        refused_sites: u64,
        /// Its logs.
        files: BTreeSet<String>,
    },
}

/// What has become of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is followed from now on.
    Followed,
    /// It is read from its start again.
    Restarted,
    /// It is no longer there.
    Gone,
    /// It cannot be read.
    Unreadable,
}

impl Fate {
    /// The word for people, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Followed => "followed",
            Self::Restarted => "restarted",
            Self::Gone => "gone",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A session, in an event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Who {
    /// `w1`, `w2` …
    pub session: String,
    /// Its server, if known.
    pub server: Option<String>,
    /// `psconfig`, `powershell` …
    pub process: String,
}

/// Where a session is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Progress {
    /// Which session.
    #[serde(flatten)]
    pub session: Who,
    /// The psconfig task at work.
    pub task: Option<String>,
    /// The content database at work.
    pub database: Option<String>,
    /// It is the n-th that is upgraded.
    pub database_index: Option<u64>,
    /// Content databases that the session named.
    pub databases: u64,
    /// Records of the session.
    pub records: u64,
    /// The last record.
    pub time: String,
    /// From the first record to the last.
    pub elapsed_s: u64,
    /// Refused sites.
    pub refused_sites: u64,
    /// How many in a minute, of late.
    pub refused_per_minute: Option<u64>,
    /// Time lost by them.
    pub token_service_retry_s: u64,
}

/// A finding, when it is new. The report at the end has all of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// The rule.
    pub code: String,
    /// Its name.
    pub rule: String,
    /// What it is.
    pub title: String,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// It keeps the upgrade from going on.
    pub blocking: bool,
    /// First record.
    pub time: Option<String>,
    /// Content databases concerned, as far as known now.
    pub databases: BTreeSet<String>,
    /// What the first record names.
    pub captures: BTreeMap<String, String>,
    /// Where it stands.
    pub place: Option<String>,
    /// The record.
    pub text: Option<String>,
    /// What to do.
    pub remedy: String,
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        let first = finding.evidence.first();
        Self {
            code: finding.code.clone(),
            rule: finding.rule.clone(),
            title: finding.title.clone(),
            severity: finding.severity.name(),
            blocking: finding.blocking,
            time: finding.first.map(|time| time.to_string()),
            databases: finding.databases.iter().cloned().collect(),
            captures: finding.captures.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            place: first.map(|evidence| evidence.place.to_string()),
            text: first.map(|evidence| evidence.text.clone()),
            remedy: finding.remedy.clone(),
        }
    }
}

/// The first line of the stream.
#[derive(Debug, Serialize)]
pub struct Opening<'a> {
    schema: &'static str,
    event: &'static str,
    version: &'a str,
    paths: &'a [String],
}

impl<'a> Opening<'a> {
    /// The line for these folders.
    pub fn new(version: &'a str, paths: &'a [String]) -> Self {
        Self { schema: SCHEMA, event: "watching", version, paths }
    }
}

/// The last line of the stream.
#[derive(Debug, Serialize)]
pub struct Closing<'a> {
    event: &'static str,
    because: &'static str,
    report: ReportV1<'a>,
}

impl<'a> Closing<'a> {
    /// The line with this report; `because` says what ended the watch.
    pub fn new(because: &'static str, report: ReportV1<'a>) -> Self {
        Self { event: "report", because, report }
    }
}

impl Event {
    /// Someone should look up: an error, a failed session, a standstill.
    pub fn is_alarming(&self) -> bool {
        match self {
            Self::Finding(found) => found.severity == Severity::Error.name(),
            Self::SessionEnded { outcome, .. } => *outcome != SessionOutcome::Succeeded,
            Self::Stall { .. } => true,
            _ => false,
        }
    }

    /// The line for people, harmless for a terminal; `None` for what the live lines show anyway.
    pub fn told(&self) -> Option<String> {
        let text = match self {
            Self::File { path, what: Fate::Followed, kind: Some(kind), .. } => {
                format!("following {path} ({kind})")
            }
            Self::File { path, what, reason, .. } => match reason {
                Some(reason) => format!("{path}: {}, {reason}", what.name()),
                None => format!("{path}: {}", what.name()),
            },
            Self::SessionStarted { session, start, .. } => format!("{} {session} started", time(start)),
            Self::SessionResumed { session, end, .. } => {
                format!("{} {session} goes on, though a log of it had ended", time(end))
            }
            Self::SessionEnded {
                session,
                outcome,
                psconfig_succeeded,
                end,
                duration_s,
                refused_sites,
                ..
            } => {
                let refused = match refused_sites {
                    0 => String::new(),
                    sites => format!(", {sites} sites refused"),
                };
                let outcome = outcome.told(*psconfig_succeeded);
                format!("{} {session} {outcome} after {}{refused}", time(end), seconds(*duration_s))
            }
            Self::Finding(found) => found.told(),
            Self::Stall { session, seconds: silent, database, last, text } => {
                let at = database.as_ref().map(|name| format!(" at {name}")).unwrap_or_default();
                let silent = seconds(*silent);
                format!("{} {session} stands still{at}: nothing for {silent} after: {text}", time(last))
            }
            Self::SessionJoined { .. } | Self::Progress(_) | Self::Refused { .. } => return None,
        };
        Some(quote::terminal(&text).into_owned())
    }
}

impl Found {
    fn told(&self) -> String {
        let when = self.time.as_deref().map_or(String::new(), |text| format!("{} ", time(text)));
        let databases: Vec<&str> = self.databases.iter().take(3).map(String::as_str).collect();
        let whom = match (databases.as_slice(), self.databases.len()) {
            ([], _) => String::new(),
            (some, all) if all > some.len() => {
                format!(" in {} and {} more", some.join(", "), all - some.len())
            }
            (some, _) => format!(" in {}", some.join(", ")),
        };
        format!("{when}{} {} {}{whom}", self.severity, self.code, self.title)
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.server {
            Some(server) => write!(f, "{server} {}", self.process),
            None => f.write_str(&self.process),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn by_name<S: Serializer>(outcome: &SessionOutcome, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(outcome.name())
}

/// The time of day of a moment as it is written.
fn time(stamp: &str) -> &str {
    stamp.split_once('T').map_or(stamp, |(_, time)| time.get(..8).unwrap_or(time))
}

/// A duration for people.
pub fn seconds(seconds: u64) -> String {
    clock(i64::try_from(seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000))
}
