//! Sessions of an upgrade, the passes of psconfig, where their time went, and what a cure would save.
//! Times are in milliseconds of the servers' own clocks.

use std::collections::BTreeSet;

use super::names::Names;
use super::profile::{Profile, ProfileNode};
use crate::text::clock::Stamp;

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SessionOutcome {
    /// Its log says that it ended, and nothing that it failed.
    Succeeded,
    /// Its log says that it failed.
    Failed,
    /// Its log says that it ended because the user left the wizard, and nothing that it failed before.
    Cancelled,
    /// Its log has no end: the process was killed, or the log is cut off or still being written.
    Killed,
    /// It is being followed and still writes.
    Running,
}

impl SessionOutcome {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Killed => "killed",
            Self::Running => "running",
        }
    }

    /// What people are told of a session, wherever they are.
    pub fn told(self, psconfig_succeeded: bool) -> &'static str {
        match self {
            Self::Failed if psconfig_succeeded => "upgrade failed",
            Self::Killed => "cut off",
            other => other.name(),
        }
    }
}

/// One run of psconfig with all its logs, or one call of an upgrade cmdlet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// `s1`, `s2` … by start time.
    pub id: String,
    /// Name of the SharePoint server, if known. Hostile text.
    pub server: Option<String>,
    /// Paths of its logs.
    pub files: Names,
    /// The process that ran it: `psconfig`, `powershell` … Hostile text.
    pub process: String,
    /// First record.
    pub start: Stamp,
    /// Last record.
    pub end: Stamp,
    /// The earliest and the latest time that a record has: beyond `start` and `end` where a clock was set back.
    pub written: (Stamp, Stamp),
    /// How it ended.
    pub outcome: SessionOutcome,
    /// Milliseconds: the sum of all that is charged.
    pub duration: i64,
    /// Milliseconds lost waiting for the token service.
    pub token_service_retry: i64,
    /// Refused sites.
    pub refused_sites: u64,
    /// It is a run of psconfig.
    pub is_pass: bool,
    /// psconfig itself says that it succeeded, whatever the logs of its upgrade say.
    pub psconfig_succeeded: bool,
    /// The time that was asked for begins inside it: how long it took is not known.
    pub is_cut: bool,
}

impl Session {
    /// Where its node stands in the profile: the server, and a name that no other session has.
    pub fn path(&self) -> (&str, String) {
        (self.in_profile(), format!("{} {}", self.id, self.process))
    }

    /// The name of its server in the profile.
    pub fn in_profile(&self) -> &str {
        self.server.as_deref().unwrap_or("(server unknown)")
    }
}

/// A long silence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stall {
    /// The session.
    pub session: String,
    /// Path of the log. Hostile text.
    pub path: String,
    /// Line after the silence.
    pub line: u64,
    /// Milliseconds.
    pub millis: i64,
    /// Text before it. Hostile text.
    pub before: String,
    /// Text after it. Hostile text.
    pub after: String,
}

/// What is to be expected of a pass after the cure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prediction {
    /// Milliseconds of a pass now.
    pub per_pass_now: i64,
    /// Milliseconds of a pass without the retries.
    pub per_pass_after: i64,
    /// The least and the most that the passes allow for.
    pub low: i64,
    /// See `low`.
    pub high: i64,
    /// What it is concluded from, as a sentence.
    pub basis: String,
    /// Only the first pass of the farm was seen, which also upgrades the databases.
    pub only_first: bool,
    /// Ids of the passes it is concluded from, by start.
    pub passes: Vec<String>,
    /// Ids of the passes that came after the cure, by start.
    pub cured: Vec<String>,
    /// Milliseconds of the passes that came after the cure, where the input has any.
    pub actual: Vec<i64>,
}

/// The answer to "where did the time go".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TimeReport {
    /// Sessions by start time.
    pub sessions: Vec<Session>,
    /// All of it as a tree.
    pub profile: Profile,
    /// The longest silences, longest first.
    pub stalls: Vec<Stall>,
    /// What is to be expected after the cure; `None` if nothing was refused.
    pub prediction: Option<Prediction>,
    /// Milliseconds lost by database, over all sessions.
    pub waits: Vec<DatabaseWait>,
    /// Logs that stop without the end of their session, which stands in another.
    pub continued: BTreeSet<String>,
    /// Milliseconds spent on content databases one after another, and on the longest of them alone: what a
    /// parallel upgrade would bring it down to.
    pub serial: Option<SerialTime>,
}

impl TimeReport {
    /// The runs of psconfig, by start time.
    pub fn passes(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter().filter(|session| session.is_pass)
    }

    /// The node of a session; `None` if nothing was charged to it.
    pub fn root(&self, session: &Session) -> Option<ProfileNode<'_>> {
        let (server, name) = session.path();
        self.profile.find(&[server, &name])
    }

    /// The session with this id.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// Time lost for the refused sites of one database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseWait {
    /// Its name; `None` for sites whose database is not known.
    pub database: Option<String>,
    /// Milliseconds.
    pub millis: i64,
}

/// Databases one after another, and at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SerialTime {
    /// Databases that were upgraded one after another: in one pass, or by calls of the cmdlet that follow each
    /// other on one server.
    pub databases: u64,
    /// Milliseconds of all of them.
    pub all: i64,
    /// Milliseconds of the longest.
    pub longest: i64,
}
