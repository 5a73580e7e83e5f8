//! Two runs side by side: what was fixed, what is new, what takes longer. Times are in milliseconds.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Severity;

/// What is compared of one run, whether it was read from a JSON report or just made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Side {
    /// What was named on the command line. Hostile text.
    pub name: String,
    /// Every finding.
    pub findings: Vec<SideFinding>,
    /// Ids of the refused sites.
    pub refused_sites: BTreeSet<String>,
    /// Runs of psconfig, by start.
    pub passes: Vec<SidePass>,
    /// The profile: server, session, what was at work; with all below it.
    pub profile: Vec<(Vec<String>, i64)>,
}

/// A finding of one run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SideFinding {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule. Hostile text if it was read.
    pub rule: String,
    /// Its title. Hostile text if it was read.
    pub title: String,
    /// From the rule.
    pub severity: Severity,
    /// Records.
    pub count: u64,
    /// What the records said. Hostile text.
    pub captures: BTreeMap<String, String>,
    /// An administrator does not want to be told.
    pub suppressed: bool,
}

/// A run of psconfig.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SidePass {
    /// Name of the server. Hostile text.
    pub server: Option<String>,
    /// Id of its session.
    pub session: String,
    /// Milliseconds.
    pub duration: i64,
    /// Milliseconds lost waiting for the token service.
    pub token_service_retry: i64,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// What was named as before and as after. Hostile text.
    pub names: [String; 2],
    /// Findings that are gone.
    pub fixed: Vec<FindingChange>,
    /// Findings that were not there.
    pub new: Vec<FindingChange>,
    /// Findings on both sides.
    pub unchanged: Vec<FindingChange>,
    /// Refused sites before and after.
    pub refused_sites: [u64; 2],
    /// Passes of the same server beside each other.
    pub passes: Vec<PassChange>,
    /// Time of psconfig's tasks: the mean of the passes.
    pub tasks: Vec<TimeChange>,
    /// Time of content databases: the mean of the passes.
    pub databases: Vec<TimeChange>,
    /// What got worse, as sentences. Nothing if it is empty.
    pub worse: Vec<String>,
}

/// A finding before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingChange {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule. Hostile text.
    pub rule: String,
    /// Title of the rule. Hostile text.
    pub title: String,
    /// From the rule.
    pub severity: Severity,
    /// What tells it from other findings of its rule. Hostile text.
    pub captures: BTreeMap<String, String>,
    /// Records before and after.
    pub count: [u64; 2],
    /// Suppressed on the side where it was found last.
    pub suppressed: bool,
}

/// Passes of one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassChange {
    /// Name of the server. Hostile text.
    pub server: Option<String>,
    /// Before and after.
    pub passes: [Option<SidePass>; 2],
    /// Slower by more than ten percent and a minute than what it is compared with.
    pub slower: bool,
}

/// Time of one part; `None` where it did not occur.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeChange {
    /// Name of the task or of the content database. Hostile text.
    pub name: String,
    /// Milliseconds before and after.
    pub millis: [Option<i64>; 2],
}
