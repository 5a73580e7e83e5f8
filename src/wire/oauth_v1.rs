//! `spdoctor.oauth/1`: the audit of add-ins as JSON. Fields may be added; names and meanings stay.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::report_v1::Card;
use crate::model::audit::{
    AddInAudit, AuditEvidence, AuditReport, AuditSummary, CheckResult, DomainRow, Pair, Status, Unmatched,
};
use crate::model::report::Skipped;
use crate::model::stage::Stage;

/// The name of this form.
pub const SCHEMA: &str = "spdoctor.oauth/1";

/// The whole audit.
#[derive(Debug, Serialize)]
pub struct OauthV1<'a> {
    schema: &'static str,
    tool: Tool<'a>,
    summary: Summary<'a>,
    addins: AddIns<'a>,
    unmatched: Vec<UnmatchedV1<'a>>,
    skipped: Vec<SkippedV1<'a>>,
    checks: Vec<Card<'a>>,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

impl<'a> OauthV1<'a> {
    /// The published form of an audit made by this `version` of the program.
    pub fn new(report: &'a AuditReport, version: &'a str) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool { name: "spdoctor", version },
            summary: Summary::from(&report.summary),
            addins: AddIns(&report.addins),
            unmatched: report.unmatched.iter().map(UnmatchedV1::from).collect(),
            skipped: report.skipped.iter().map(SkippedV1::from).collect(),
            checks: report.cards.values().map(Card::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Summary<'a> {
    verdict: &'a str,
    next: &'a [String],
    now: &'a str,
    addins: u64,
    artefacts: u64,
    statuses: &'a BTreeMap<&'static str, u64>,
    severities: &'a BTreeMap<&'static str, u64>,
}

impl<'a> From<&'a AuditSummary> for Summary<'a> {
    fn from(summary: &'a AuditSummary) -> Self {
        Self {
            verdict: &summary.verdict,
            next: &summary.next,
            now: &summary.now,
            addins: summary.addins,
            artefacts: summary.artefacts,
            statuses: &summary.statuses,
            severities: &summary.severities,
        }
    }
}

/// Made one by one while they are written: the answers for a thousand add-ins are not held twice.
#[derive(Debug)]
struct AddIns<'a>(&'a [AddInAudit]);

impl Serialize for AddIns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(AddIn::from))
    }
}

#[derive(Debug, Serialize)]
struct AddIn<'a> {
    id: &'a str,
    name: &'a str,
    client_id: Option<&'a str>,
    product_id: Option<&'a str>,
    stage: &'static str,
    target: &'static str,
    target_reason: &'a str,
    sources: &'a [String],
    domains: Vec<Domain<'a>>,
    pairs: Vec<PairV1<'a>>,
    /// How many pairs are not listed; only where some are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs_left_out: Option<u64>,
    checks: Vec<Check<'a>>,
}

impl<'a> From<&'a AddInAudit> for AddIn<'a> {
    fn from(addin: &'a AddInAudit) -> Self {
        Self {
            id: &addin.id,
            name: &addin.name,
            client_id: addin.client_id.as_deref(),
            product_id: addin.product_id.as_deref(),
            stage: Stage::name_of(addin.stage),
            target: addin.target.name(),
            target_reason: &addin.target_reason,
            sources: &addin.sources,
            domains: addin.domains.iter().map(Domain::from).collect(),
            pairs: addin.pairs.iter().map(PairV1::from).collect(),
            pairs_left_out: Some(addin.pairs_left_out).filter(|more| *more > 0),
            checks: addin.checks.iter().map(Check::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Domain<'a> {
    place: &'a str,
    raw: &'a str,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    line: u64,
    must_equal: &'a [String],
    /// How many more places must be equal; only where some are not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    must_equal_left_out: Option<u64>,
    verdict: Option<&'static str>,
}

impl<'a> From<&'a DomainRow> for Domain<'a> {
    fn from(row: &'a DomainRow) -> Self {
        Self {
            place: &row.place,
            raw: &row.raw,
            host: &row.host,
            port: row.port,
            path: &row.path,
            line: row.line,
            must_equal: &row.must_equal,
            must_equal_left_out: Some(row.must_equal_left_out).filter(|more| *more > 0),
            verdict: row.verdict.map(crate::model::audit::PairVerdict::name),
        }
    }
}

#[derive(Debug, Serialize)]
struct PairV1<'a> {
    a: &'a str,
    b: &'a str,
    verdict: &'static str,
    breaks: Vec<&'static str>,
    reason: &'a str,
}

impl<'a> From<&'a Pair> for PairV1<'a> {
    fn from(pair: &'a Pair) -> Self {
        Self {
            a: &pair.a,
            b: &pair.b,
            verdict: pair.verdict.name(),
            breaks: pair.breaks.iter().map(|flow| flow.name()).collect(),
            reason: &pair.reason,
        }
    }
}

#[derive(Debug, Serialize)]
struct Check<'a> {
    id: &'a str,
    name: &'a str,
    title: &'a str,
    status: &'static str,
    severity: &'static str,
    applies: bool,
    message: &'a str,
    evidence: Vec<Evidence<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    consequence: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    breaks: Vec<&'static str>,
    remedy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'a str>,
}

impl<'a> From<&'a CheckResult> for Check<'a> {
    /// What follows is told of what was found; of a check that passes or is open, its page tells.
    fn from(check: &'a CheckResult) -> Self {
        let found = !matches!(check.status, Status::Pass | Status::Undecided);
        Self {
            id: &check.id,
            name: &check.name,
            title: &check.title,
            status: check.status.name(),
            severity: check.severity.name(),
            applies: check.applies,
            message: &check.message,
            evidence: check.evidence.iter().map(Evidence::from).collect(),
            consequence: if found { &check.consequence } else { "" },
            breaks: check.breaks.iter().filter(|_| found).map(|flow| flow.name()).collect(),
            remedy: &check.remedy,
            suppressed: check.suppressed.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Evidence<'a> {
    path: &'a str,
    line: u64,
    column: u64,
    value: &'a str,
}

impl<'a> From<&'a AuditEvidence> for Evidence<'a> {
    fn from(item: &'a AuditEvidence) -> Self {
        Self { path: &item.path, line: item.line, column: item.column, value: &item.value }
    }
}

#[derive(Debug, Serialize)]
struct UnmatchedV1<'a> {
    path: &'a str,
    line: u64,
    kind: &'static str,
    name: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a Unmatched> for UnmatchedV1<'a> {
    fn from(item: &'a Unmatched) -> Self {
        Self { path: &item.path, line: item.line, kind: item.kind, name: &item.name, reason: &item.reason }
    }
}

#[derive(Debug, Serialize)]
struct SkippedV1<'a> {
    path: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a Skipped> for SkippedV1<'a> {
    fn from(item: &'a Skipped) -> Self {
        Self { path: &item.path, reason: &item.reason }
    }
}
