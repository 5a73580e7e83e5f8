//! The whole answer: what was read, what is wrong, whom it concerns. Renders without logs or catalogue.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::inventory::InventoryProblem;
use super::kind::LogKind;
use super::session::{Session, SessionOutcome, TimeReport};
use super::site::SiteId;
use super::site_set::SiteSet;
use super::site_table::SiteTable;
use crate::text::clock::Stamp;

/// The report of one run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The counts and the sentence that opens the report.
    pub summary: Summary,
    /// Every input, ordered by path.
    pub files: Vec<FileReport>,
    /// Every problem, worst first.
    pub findings: Vec<Finding>,
    /// Content databases that something was found about: most refused sites first, then by name.
    pub databases: Vec<DatabaseReport>,
    /// Refused sites with the database that owns them, ordered by id.
    pub sites: SiteTable,
    /// Sites whose database is to be upgraded, known by their URL only. Hostile text.
    pub unresolved_urls: BTreeSet<String>,
    /// The farm is one of SharePoint 2007, which has no `Upgrade-SPContentDatabase`: a script asks it for nothing.
    pub lacks_the_cmdlet: bool,
    /// What was not read, not understood, or understood with doubt.
    pub coverage: Coverage,
    /// Where the time went.
    pub time: TimeReport,
    /// The script that is written beside the report, if one is.
    pub script: Option<ScriptUse>,
    /// The pages of the rules that found something, by code.
    pub cards: BTreeMap<String, RuleCard>,
}

/// How the script that is written beside a report is to be run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScriptUse {
    /// Its name, as the user gave it.
    pub name: String,
    /// The servers on which it runs side by side, one lane each; empty where it runs on one.
    pub lanes: Vec<String>,
    /// It upgrades several databases at a time, and leaves what is only found at run time to a run of its own.
    pub is_parallel: bool,
}

impl Report {
    /// A session says that it ended with errors, and no log says what they were: at most that something was warned of.
    pub fn ended_with_errors(&self) -> bool {
        let failed = |session: &Session| session.outcome == SessionOutcome::Failed;
        self.findings.iter().all(Finding::is_unexplained_warning) && self.time.sessions.iter().any(failed)
    }

    /// More lines stand outside any record than there are records: what they say is not known.
    pub fn is_mostly_unread(&self) -> bool {
        self.summary.records > 0 && self.coverage.unparsed_lines > self.summary.records
    }

    /// The rule whose sites the report counts as refused.
    pub const REFUSED: &'static str = "UA01";

    /// What was read that is no log, but what a command said of the farm.
    pub fn exports(&self) -> impl Iterator<Item = &FileReport> {
        let is_read = |file: &&FileReport| matches!(file.status, FileStatus::Analysed | FileStatus::Partial);
        self.files.iter().filter(|file| file.kind == LogKind::Export).filter(is_read)
    }

    /// There are refused sites, and the administrator wants to be told of them.
    pub fn tells_of_refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == Self::REFUSED && finding.suppressed.is_none())
    }

    /// Refused sites of which the farm is to be asked who owns them.
    pub fn sites_to_ask_for(&self) -> impl Iterator<Item = SiteId> {
        let told = self.tells_of_refused() && !self.lacks_the_cmdlet;
        self.sites.unresolved().filter(move |_| told)
    }

    /// What has to be done before the upgrade that a finding asks for, if that would fail again alone.
    pub fn before_upgrade(&self, finding: &Finding) -> Option<&str> {
        let card = self.cards.get(&finding.code).filter(|_| finding.upgrade_content_database)?;
        card.before_upgrade.as_deref()
    }
}

/// Counts over all inputs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Inputs that were recognised as logs and read.
    pub files: u64,
    /// Prefixed records, before continuation lines were folded into them.
    pub records: u64,
    /// Bytes of log text.
    pub bytes: u64,
    /// Records at level ERROR, ERR, Critical, Unexpected and the like, folded; duplicates across logs count once.
    pub errors: u64,
    /// Records at level WARNING, WRN, folded; duplicates across logs count once.
    pub warnings: u64,
    /// Warnings that sessions count at their end, whether or not their records were read. Not published.
    pub counted_warnings: u64,
    /// Findings.
    pub findings: u64,
    /// Distinct site ids that the token service refused (UA01).
    pub refused_sites: u64,
    /// Content databases that own refused sites or that a finding asks to upgrade.
    pub affected_databases: u64,
    /// Refused sites whose database is not known.
    pub unresolved_sites: u64,
    /// One sentence: what is wrong.
    pub verdict: String,
    /// What to do next, in order. Hostile text: it names databases and servers.
    pub next: Vec<String>,
}

/// What happened to an input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FileStatus {
    /// Read to its end.
    Analysed,
    /// Read up to a point.
    Partial,
    /// Not a log, or outside what was asked for.
    Skipped,
    /// Could not be read at all.
    Unreadable,
}

impl FileStatus {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Analysed => "analysed",
            Self::Partial => "partial",
            Self::Skipped => "skipped",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileReport {
    /// Path with `/`; members of archives as `a.zip!/b.log`. Hostile text.
    pub path: String,
    /// What it is.
    pub kind: LogKind,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, `windows-1252`.
    pub encoding: &'static str,
    /// Bytes of text (of the member, if it lies in an archive).
    pub bytes: u64,
    /// Prefixed records.
    pub records: u64,
    /// Time of the earliest record, server local.
    pub first: Option<Stamp>,
    /// Time of the latest record, server local.
    pub last: Option<Stamp>,
    /// Name of the SharePoint server, if known. Hostile text.
    pub server: Option<String>,
    /// What happened to it.
    pub status: FileStatus,
    /// Why it was not analysed whole.
    pub reason: Option<String>,
}

/// How the owner of a site, or the place of a database in the report, is known. Strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ResolvedBy {
    /// An export of the farm says so.
    Inventory,
    /// A finding's own line names the database.
    NamedInLog,
    /// The session upgraded this database and no other.
    SingleDatabaseSession,
    /// The same database is named in the same process before and after the refused lines.
    LogContext,
    /// Not known.
    Unresolved,
}

impl ResolvedBy {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::NamedInLog => "named-in-log",
            Self::SingleDatabaseSession => "single-database-session",
            Self::LogContext => "log-context",
            Self::Unresolved => "unresolved",
        }
    }
}

/// One content database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseReport {
    /// Its name. Hostile text: it comes from a log.
    pub name: String,
    /// SQL Server instance, from an inventory.
    pub server: Option<String>,
    /// Volume of its data file, from an inventory.
    pub volume: Option<String>,
    /// Size in bytes, from an inventory.
    pub size_bytes: Option<u64>,
    /// Its refused sites.
    pub sites: SiteSet,
    /// Lines that refused them.
    pub occurrences: u64,
    /// The weakest evidence among its sites.
    pub resolved_by: ResolvedBy,
    /// Whether the remediation script upgrades it.
    pub in_script: bool,
    /// Why not, where it is not.
    pub left_out_because: Option<String>,
    /// Codes of the findings that ask for its upgrade.
    pub reasons: BTreeSet<String>,
    /// Codes of findings about it that its upgrade alone does not cure.
    pub do_first: BTreeSet<String>,
    /// It belongs to Central Administration.
    pub central_administration: bool,
}

/// What was left out, and what was read with doubt.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Inputs left out, ordered by path.
    pub skipped: Vec<Skipped>,
    /// Lines that belong to no record.
    pub unparsed_lines: u64,
    /// How day and month were told apart, by path, for files whose dates leave a choice.
    pub date_order: BTreeMap<String, DateOrderReport>,
    /// Problems in inventories.
    pub inventory: Vec<InventoryProblem>,
    /// Other remarks: suppressions that match nothing, clocks that jump.
    pub remarks: BTreeSet<String>,
    /// At least one input could not be read whole.
    pub unreadable: bool,
}

/// An input that was left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// Its path. Hostile text.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// How the day/month order of a file was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateOrderReport {
    /// `month-first`, `day-first` or `year-first`.
    pub order: &'static str,
    /// The evidence: `a day above 12`, `the file name`, `increasing times`, `--date-order` …
    pub evidence: &'static str,
    /// The evidence is not proof.
    pub ambiguous: bool,
}

/// What a report needs of a rule, so that it can be read without the catalogue.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleCard {
    /// `UA01`.
    pub code: String,
    /// `sts-refused`.
    pub name: String,
    /// One line.
    pub title: String,
    /// Markdown with the headings *What happened*, *Why*, *What to do*.
    pub explanation: String,
    /// What to do, in order.
    pub steps: Vec<RemedyStep>,
    /// What has to be done before content databases are upgraded, if an upgrade alone would fail again.
    pub before_upgrade: Option<String>,
    /// Pages to read.
    pub links: Vec<String>,
    /// How well the signature is known: `verified`, `documented`, `inferred`, `hypothesis`.
    pub grade: &'static str,
}

/// One step of a remedy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RemedyStep {
    /// What to do, as a sentence.
    pub text: String,
    /// A command to copy, if there is one.
    pub command: Option<String>,
    /// The command deletes or overwrites: only ever printed.
    pub destructive: bool,
    /// The versions that it is for.
    pub only: Edition,
}

/// Which versions of SharePoint a step is for: 2007 has no PowerShell, and other names of services.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Edition {
    /// All of them.
    #[default]
    Every,
    /// SharePoint 2007.
    V2007,
    /// SharePoint 2010 and later.
    Later,
}

impl Edition {
    /// The name used in rule files; steps without one are for every version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::V2007 => "2007",
            Self::Later => "2010 and later",
        }
    }

    /// Whether a step is for a farm of 2007, or for a later one.
    pub fn holds(self, is_2007: bool) -> bool {
        self == Self::Every || (self == Self::V2007) == is_2007
    }
}
