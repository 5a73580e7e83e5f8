//! One problem, with its evidence.

use std::fmt;

use super::captures::Captures;
use super::names::Names;
use super::place::Place;
use super::site_set::SiteSet;
use crate::text::clock::Stamp;

/// How bad a finding is. Comes from the rule, never from the level of the log line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// Something will bite later, or costs time.
    Warning,
    /// The upgrade is incomplete or has failed.
    Error,
}

impl Severity {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One line that shows the problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// Where the line stands.
    pub place: Place,
    /// Server local time of the record, if it could be read.
    pub time: Option<Stamp>,
    /// The text of the record, cut at a bound; raw, so hostile.
    pub text: String,
    /// The lines of the record that show the problem, where that is not the first one alone. Hostile text.
    pub quoted: Option<Box<str>>,
}

impl Evidence {
    /// The lines to show to a person.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let first = self.text.lines().next().filter(|_| self.quoted.is_none());
        self.quoted.iter().flat_map(|quoted| quoted.lines()).chain(first)
    }
}

/// One problem: a rule, what it concerns, and how often it was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Code of the rule, `UA01`.
    pub code: String,
    /// Kebab name of the rule, `sts-refused`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// From the rule.
    pub severity: Severity,
    /// The upgrade cannot go on before this is solved.
    pub blocking: bool,
    /// Exact number of records (an event that stands in several logs counts once).
    pub count: u64,
    /// Time of the earliest record, server local.
    pub first: Option<Stamp>,
    /// Time of the latest record, server local.
    pub last: Option<Stamp>,
    /// Paths of the files it was seen in.
    pub files: Names,
    /// Names of the content databases it concerns, as far as they are known. Hostile text.
    pub databases: Names,
    /// Ids of the site collections it concerns.
    pub sites: SiteSet,
    /// Other things it concerns: URLs, features, files … Hostile text.
    pub objects: Names,
    /// How many distinct objects there are; `objects` may be cut at a bound.
    pub object_count: u64,
    /// The named captures of the earliest record. Hostile text.
    pub captures: Captures,
    /// The first records by position, at most [`Finding::EVIDENCE`].
    pub evidence: Vec<Evidence>,
    /// What to do, in one sentence.
    pub remedy: String,
    /// `Upgrade-SPContentDatabase` of the databases concerned is part of the remedy.
    pub upgrade_content_database: bool,
    /// Codes of findings in the same session that explain this one: it is their symptom.
    pub caused_by: Names,
    /// The reason an administrator gave for not wanting to see this, from `spdoctor.toml`.
    pub suppressed: Option<String>,
}

impl Finding {
    /// Codes of errors and of warnings that no rule explains: all that is known of them is their text.
    pub const UNEXPLAINED: [&'static str; 2] = ["UE07", "UE08"];

    /// It is a warning, and no rule explains it.
    pub fn is_unexplained_warning(&self) -> bool {
        let [_, warning] = Self::UNEXPLAINED;
        self.code == warning
    }

    /// No rule explains it.
    pub fn is_unexplained(&self) -> bool {
        Self::UNEXPLAINED.contains(&self.code.as_str())
    }

    /// The first record that holds what was captured: another may be cut, or worded in short.
    pub fn example(&self) -> Option<&Evidence> {
        let holds_all =
            |evidence: &&Evidence| self.captures.values().all(|value| evidence.text.contains(value));
        self.evidence.iter().find(holds_all).or(self.evidence.first())
    }

    /// How many lines of evidence a finding carries at most.
    pub const EVIDENCE: usize = 5;
    /// How many objects a finding names at most; all are counted.
    pub const OBJECTS: usize = 1000;
}
