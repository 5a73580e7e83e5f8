//! What a rule is: one TOML file, fully validated by [`super::load`].

use std::collections::BTreeMap;

use crate::model::finding::Severity;
use crate::model::kind::{Level, LogFamily};
use crate::model::report::{RemedyStep, RuleCard};

/// How well the text that a rule looks for is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grade {
    /// Seen in a real log.
    Verified,
    /// A Microsoft page states it; no real line was seen.
    Documented,
    /// Follows from verified or documented text, with a reason.
    Inferred,
    /// General product knowledge, without a public sample.
    Hypothesis,
}

impl Grade {
    /// Every grade, surest first.
    pub const ALL: [Self; 4] = [Self::Verified, Self::Documented, Self::Inferred, Self::Hypothesis];

    /// The name used in rule files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Hypothesis => "hypothesis",
        }
    }
}

/// What the text of a record alone does not show, and a function of the program recognises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Coded {
    /// A log stops without the end of its session.
    SessionWithoutEnd,
    /// An error that no other rule explains.
    Unexplained,
    /// A warning that no other rule explains.
    UnexplainedWarning,
    /// An export shows an instance of the timer service that is not online.
    TimerInstanceOffline,
    /// An export shows a database of a compatibility level that makes an upgrade slow.
    CompatibilityLevel,
    /// An export shows a database with an owner that is no managed account.
    DatabaseOwner,
}

impl Coded {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::SessionWithoutEnd,
        Self::Unexplained,
        Self::UnexplainedWarning,
        Self::TimerInstanceOffline,
        Self::CompatibilityLevel,
        Self::DatabaseOwner,
    ];

    /// What no rule explains is told apart by its template, which is the one thing captured of it.
    pub fn is_unexplained(self) -> bool {
        matches!(self, Self::Unexplained | Self::UnexplainedWarning)
    }

    /// The name used in rule files and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::SessionWithoutEnd => "session-without-end",
            Self::Unexplained => "unexplained",
            Self::UnexplainedWarning => "unexplained-warning",
            Self::TimerInstanceOffline => "timer-instance-offline",
            Self::CompatibilityLevel => "compatibility-level",
            Self::DatabaseOwner => "database-owner",
        }
    }
}

/// One problem that is known by its text or, for `coded` rules, by the structure of a log.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `U` + letter + two digits for upgrade rules; a user's own rules choose another prefix. Never reused.
    pub code: String,
    /// Kebab case; reads well after "the … problem".
    pub name: String,
    /// One line for lists.
    pub title: String,
    /// Of every finding of this rule.
    pub severity: Severity,
    /// The upgrade cannot go on before this is solved.
    pub blocking: bool,
    /// How well the signature is known.
    pub grade: Grade,
    /// Where the signature was seen, as a sentence.
    pub source: String,
    /// Log families the rule looks at.
    pub logs: Vec<LogFamily>,
    /// Product versions it is known for: `2007`, `2010`, `2013`, `2016`, `2019`, `SE`.
    pub versions: Vec<String>,
    /// The capture that names the thing concerned; goes into [`crate::model::finding::Finding::objects`].
    pub object: Option<String>,
    /// Captures whose values separate findings: a missing feature is a finding for each feature.
    pub group_by: Vec<String>,
    /// `Upgrade-SPContentDatabase` of the databases concerned is part of the remedy.
    pub upgrade_content_database: bool,
    /// What has to be done before that upgrade, which fails again otherwise.
    pub before_upgrade: Option<String>,
    /// The title of a finding that no upgrade wrote: a trace log has such records on any day. It is information only.
    pub outside_upgrade: Option<String>,
    /// Rules that, when they found something in the same session, explain this one.
    pub caused_by: Vec<String>,
    /// A record that this rule explains is not reported by these.
    pub supersedes: Vec<String>,
    /// Pages to read.
    pub links: Vec<String>,
    /// Markdown with the headings *What happened*, *Why*, *What to do*.
    pub explanation: String,
    /// What to do, in order.
    pub steps: Vec<RemedyStep>,
    /// How it is recognised; any one suffices. Empty only for a coded rule.
    pub patterns: Vec<Pattern>,
    /// The function that recognises it, for what text alone does not show. A rule may have both.
    pub coded: Option<Coded>,
    /// Lines that must fire.
    pub examples: Vec<Example>,
    /// Near misses that must not.
    pub counter_examples: Vec<Example>,
    /// The file it was read from.
    pub origin: String,
    /// The lines of that file on which the keys stand, for messages about the rule.
    pub lines: BTreeMap<String, usize>,
}

impl Rule {
    /// What a report carries of this rule.
    pub fn card(&self) -> RuleCard {
        RuleCard {
            code: self.code.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            explanation: self.explanation.clone(),
            steps: self.steps.clone(),
            before_upgrade: self.before_upgrade.clone(),
            links: self.links.clone(),
            grade: self.grade.name(),
        }
    }

    /// The line of its file on which a key stands, 0 if it has no such key.
    pub fn line_of(&self, key: &str) -> usize {
        self.lines.get(key).copied().unwrap_or(0)
    }
}

/// One shape of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// One of these occurs in every match, in this case of letters: the gate before the regex.
    pub literals: Vec<String>,
    /// Confirms and captures, applied to the folded message without its prefix.
    pub regex: String,
    /// Levels it is written at; empty for any.
    pub levels: Vec<Level>,
    /// Log families, a part of the rule's; all of them if the file does not narrow them.
    pub logs: Vec<LogFamily>,
    /// The line of the rule file on which the regex begins.
    pub line: usize,
}

/// A piece of a log with what must be found in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// Name of the log kind the text is a piece of (`upgrade-2010`, `uls` …).
    pub log: String,
    /// The raw text, prefix included; one record, perhaps of several lines.
    pub text: String,
    /// Captures that must come out. Empty for a counter-example.
    pub captures: BTreeMap<String, String>,
    /// Why a counter-example is none. Empty for an example.
    pub why: String,
    /// The line of the rule file on which it begins.
    pub line: usize,
}
