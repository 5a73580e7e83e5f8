//! `spdoctor.upgrade/1`: the report as JSON. Fields may be added; names and meanings stay.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::each::{Each, Ids, Map, Shown};
use super::fields::Fields;
use super::time_v1;
use crate::model::finding::{Evidence, Finding};
use crate::model::report::{DatabaseReport, DateOrderReport, FileReport, RemedyStep, Report, RuleCard};
use crate::model::site::SiteId;
use crate::model::site_table::SiteReport;
use crate::text::clock::Stamp;

/// The name of this form.
pub const SCHEMA: &str = "spdoctor.upgrade/1";

/// Sites of a finding or database from which on it is written as it is made.
const MANY: usize = 1000;

/// The whole report. Its lists are made while they are written.
#[derive(Debug)]
pub struct ReportV1<'a> {
    report: &'a Report,
    version: &'a str,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

impl<'a> ReportV1<'a> {
    /// The published form of a report made by this `version` of the program.
    pub fn new(report: &'a Report, version: &'a str) -> Self {
        Self { report, version }
    }
}

impl ReportV1<'_> {
    /// Tells every field.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn tell<F: Fields>(&self, fields: &mut F) -> Result<(), F::Error> {
        let Self { report, version } = *self;
        let Report { files, findings, databases, sites, .. } = report;
        fields.field("schema", SCHEMA)?;
        fields.field("tool", &Tool { name: "spdoctor", version })?;
        fields.field("summary", &Summary::from(report))?;
        fields.list("files", files.len(), |_| false, |index| files.get(index).map(File::from))?;
        let is_large = |index: usize| findings.get(index).is_some_and(|it| it.sites.ids().len() > MANY);
        fields
            .list("findings", findings.len(), is_large, |index| findings.get(index).map(FindingV1::from))?;
        let is_large = |index: usize| databases.get(index).is_some_and(|it| it.sites.ids().len() > MANY);
        fields
            .list("databases", databases.len(), is_large, |index| databases.get(index).map(Database::from))?;
        fields.field("unresolved_sites", &Each(sites.unresolved().map(Shown)))?;
        fields.field("unresolved_urls", &report.unresolved_urls)?;
        fields.field("sites", &Each(sites.iter().map(Site::from)))?;
        time_v1::tell(&report.time, fields)?;
        fields.field("coverage", &Coverage::from(report))?;
        fields.field("rules", &Each(report.cards.values().map(Card::from)))
    }
}

impl Serialize for ReportV1<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        self.tell(&mut fields)?;
        fields.end()
    }
}

#[derive(Debug, Serialize)]
struct Summary<'a> {
    files: u64,
    records: u64,
    bytes: u64,
    errors: u64,
    warnings: u64,
    findings: u64,
    refused_sites: u64,
    affected_databases: u64,
    unresolved_sites: u64,
    verdict: &'a str,
    next: &'a [String],
}

impl<'a> From<&'a Report> for Summary<'a> {
    fn from(report: &'a Report) -> Self {
        let summary = &report.summary;
        Self {
            files: summary.files,
            records: summary.records,
            bytes: summary.bytes,
            errors: summary.errors,
            warnings: summary.warnings,
            findings: summary.findings,
            refused_sites: summary.refused_sites,
            affected_databases: summary.affected_databases,
            unresolved_sites: summary.unresolved_sites,
            verdict: &summary.verdict,
            next: &summary.next,
        }
    }
}

#[derive(Debug, Serialize)]
struct File<'a> {
    path: &'a str,
    kind: &'static str,
    encoding: &'static str,
    bytes: u64,
    records: u64,
    first: Option<Shown<Stamp>>,
    last: Option<Shown<Stamp>>,
    server: Option<&'a str>,
    status: &'static str,
    reason: Option<&'a str>,
}

impl<'a> From<&'a FileReport> for File<'a> {
    fn from(file: &'a FileReport) -> Self {
        Self {
            path: &file.path,
            kind: file.kind.name(),
            encoding: file.encoding,
            bytes: file.bytes,
            records: file.records,
            first: file.first.map(Shown),
            last: file.last.map(Shown),
            server: file.server.as_deref(),
            status: file.status.name(),
            reason: file.reason.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct FindingV1<'a> {
    code: &'a str,
    rule: &'a str,
    severity: &'static str,
    title: &'a str,
    blocking: bool,
    count: u64,
    first: Option<Shown<Stamp>>,
    last: Option<Shown<Stamp>>,
    files: Vec<&'a str>,
    databases: Vec<&'a str>,
    sites: Ids<'a>,
    objects: Vec<&'a str>,
    object_count: u64,
    captures: Map<'a>,
    evidence: Vec<EvidenceV1<'a>>,
    remedy: &'a str,
    upgrade_content_database: bool,
    caused_by: Vec<&'a str>,
    suppressed: Option<&'a str>,
}

impl<'a> From<&'a Finding> for FindingV1<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            code: &finding.code,
            rule: &finding.rule,
            severity: finding.severity.name(),
            title: &finding.title,
            blocking: finding.blocking,
            count: finding.count,
            first: finding.first.map(Shown),
            last: finding.last.map(Shown),
            files: finding.files.iter().map(String::as_str).collect(),
            databases: finding.databases.iter().map(String::as_str).collect(),
            sites: Ids(finding.sites.ids()),
            objects: finding.objects.iter().map(String::as_str).collect(),
            object_count: finding.object_count,
            captures: Map(&finding.captures),
            evidence: finding.evidence.iter().map(EvidenceV1::from).collect(),
            remedy: &finding.remedy,
            upgrade_content_database: finding.upgrade_content_database,
            caused_by: finding.caused_by.iter().map(String::as_str).collect(),
            suppressed: finding.suppressed.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct EvidenceV1<'a> {
    path: &'a str,
    line: u64,
    time: Option<Shown<Stamp>>,
    text: &'a str,
}

impl<'a> From<&'a Evidence> for EvidenceV1<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        Self {
            path: &evidence.place.path,
            line: evidence.place.line,
            time: evidence.time.map(Shown),
            text: &evidence.text,
        }
    }
}

#[derive(Debug, Serialize)]
struct Database<'a> {
    name: &'a str,
    server: Option<&'a str>,
    sites: Ids<'a>,
    occurrences: u64,
    resolved_by: &'static str,
    in_script: bool,
    left_out_because: Option<&'a str>,
    reasons: Vec<&'a str>,
    do_first: Vec<&'a str>,
    central_administration: bool,
    volume: Option<&'a str>,
    size_bytes: Option<u64>,
}

impl<'a> From<&'a DatabaseReport> for Database<'a> {
    fn from(database: &'a DatabaseReport) -> Self {
        Self {
            name: &database.name,
            server: database.server.as_deref(),
            sites: Ids(database.sites.ids()),
            occurrences: database.occurrences,
            resolved_by: database.resolved_by.name(),
            in_script: database.in_script,
            left_out_because: database.left_out_because.as_deref(),
            reasons: database.reasons.iter().map(String::as_str).collect(),
            do_first: database.do_first.iter().map(String::as_str).collect(),
            central_administration: database.central_administration,
            volume: database.volume.as_deref(),
            size_bytes: database.size_bytes,
        }
    }
}

#[derive(Debug, Serialize)]
struct Site<'a> {
    id: Shown<SiteId>,
    url: Option<&'a str>,
    database: Option<&'a str>,
    resolved_by: &'static str,
    occurrences: u64,
}

impl<'a> From<SiteReport<'a>> for Site<'a> {
    fn from(site: SiteReport<'a>) -> Self {
        Self {
            id: Shown(site.id),
            url: site.url,
            database: site.database,
            resolved_by: site.resolved_by.name(),
            occurrences: site.occurrences,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Card<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    grade: &'static str,
    explanation: &'a str,
    steps: Vec<Step<'a>>,
    links: &'a [String],
}

impl<'a> From<&'a RuleCard> for Card<'a> {
    fn from(card: &'a RuleCard) -> Self {
        Self {
            code: &card.code,
            name: &card.name,
            title: &card.title,
            grade: card.grade,
            explanation: &card.explanation,
            steps: card.steps.iter().map(Step::from).collect(),
            links: &card.links,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Step<'a> {
    text: &'a str,
    command: Option<&'a str>,
    destructive: bool,
}

impl<'a> From<&'a RemedyStep> for Step<'a> {
    fn from(step: &'a RemedyStep) -> Self {
        Self { text: &step.text, command: step.command.as_deref(), destructive: step.destructive }
    }
}

#[derive(Debug, Serialize)]
struct Coverage<'a> {
    skipped: Vec<Skipped<'a>>,
    unparsed_lines: u64,
    date_order: BTreeMap<&'a str, DateOrder>,
    inventory_problems: Vec<Problem<'a>>,
    remarks: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Skipped<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct Problem<'a> {
    path: &'a str,
    line: u64,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct DateOrder {
    order: &'static str,
    evidence: &'static str,
    ambiguous: bool,
}

impl<'a> From<&'a Report> for Coverage<'a> {
    fn from(report: &'a Report) -> Self {
        let coverage = &report.coverage;
        let skipped = coverage.skipped.iter().map(|left| Skipped { path: &left.path, reason: &left.reason });
        let problems = coverage.inventory.iter().map(|problem| Problem {
            path: &problem.place.path,
            line: problem.place.line,
            message: &problem.message,
        });
        let orders = coverage.date_order.iter().map(|(path, decided)| {
            let DateOrderReport { order, evidence, ambiguous } = *decided;
            (path.as_str(), DateOrder { order, evidence, ambiguous })
        });
        Self {
            skipped: skipped.collect(),
            unparsed_lines: coverage.unparsed_lines,
            date_order: orders.collect(),
            inventory_problems: problems.collect(),
            remarks: coverage.remarks.iter().map(String::as_str).collect(),
        }
    }
}
