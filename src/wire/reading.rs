//! Reading back a published report: as much of `spdoctor.upgrade/1` as a comparison needs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::report_v1::SCHEMA;
use crate::model::comparison::{PartTimes, Side, SideFinding, SidePass};
use crate::model::finding::Severity;
use crate::model::kind::LogKind;

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// Not JSON, or not the fields of a report.
    #[error("it is no JSON report")]
    Json(#[from] serde_json::Error),
    /// A report of another kind or version.
    #[error("its schema is {found:?}, and this version reads \"{SCHEMA}\"")]
    Schema {
        /// What it says of itself; cut at a bound.
        found: String,
    },
}

/// Reads a report from its text.
///
/// # Errors
/// The text is no report of this kind.
pub fn side(name: &str, text: &str) -> Result<Side, ReadingError> {
    let head: Head = serde_json::from_str(text)?;
    let schema = head.schema.unwrap_or_default();
    if schema != SCHEMA {
        return Err(ReadingError::Schema { found: schema.chars().take(60).collect() });
    }
    let report: ReportIn = serde_json::from_str(text)?;
    let open = |session: &SessionIn| matches!(session.outcome.as_str(), "killed" | "running");
    let open: BTreeSet<&str> =
        report.sessions.iter().filter(|session| open(session)).map(|session| session.id.as_str()).collect();
    let passes = report.passes.into_iter().map(|pass| SidePass {
        complete: !open.contains(pass.session.as_str()),
        server: pass.server,
        session: pass.session,
        duration: millis(pass.duration_s),
        token_service_retry: millis(pass.token_service_retry_s),
    });
    let passes: Vec<SidePass> = passes.collect();
    let nodes = report.profile.iter();
    let nodes = nodes.map(|node| (node.path.iter().map(String::as_str), millis(node.total_s)));
    Ok(Side {
        name: name.to_owned(),
        findings: report.findings.into_iter().map(SideFinding::from).collect(),
        sessions: report.sessions.len(),
        exports: report.files.iter().filter(|file| file.kind == LogKind::Export.name()).count(),
        refused_sites: report.sites.into_iter().map(|site| site.id).collect(),
        times: PartTimes::of(&passes, nodes),
        passes,
    })
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

#[derive(Deserialize)]
struct ReportIn {
    findings: Vec<FindingIn>,
    sites: Vec<SiteIn>,
    #[serde(default)]
    files: Vec<FileIn>,
    // Reports of the first days told nothing of time.
    #[serde(default)]
    sessions: Vec<SessionIn>,
    #[serde(default)]
    passes: Vec<PassIn>,
    #[serde(default)]
    profile: Vec<NodeIn>,
}

#[derive(Deserialize)]
struct FindingIn {
    code: String,
    rule: String,
    title: String,
    severity: SeverityIn,
    count: u64,
    captures: BTreeMap<String, String>,
    // Other programs that write this form may leave it out.
    #[serde(default)]
    databases: BTreeSet<String>,
    suppressed: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SeverityIn {
    Info,
    Warning,
    Error,
}

#[derive(Deserialize)]
struct SiteIn {
    id: String,
}

#[derive(Deserialize)]
struct FileIn {
    kind: String,
}

#[derive(Deserialize)]
struct SessionIn {
    id: String,
    outcome: String,
}

#[derive(Deserialize)]
struct PassIn {
    server: Option<String>,
    session: String,
    duration_s: f64,
    token_service_retry_s: f64,
}

#[derive(Deserialize)]
struct NodeIn {
    path: Vec<String>,
    total_s: f64,
}

impl From<FindingIn> for SideFinding {
    fn from(finding: FindingIn) -> Self {
        Self {
            code: finding.code,
            rule: finding.rule,
            title: finding.title,
            severity: match finding.severity {
                SeverityIn::Info => Severity::Info,
                SeverityIn::Warning => Severity::Warning,
                SeverityIn::Error => Severity::Error,
            },
            count: finding.count,
            captures: finding.captures,
            databases: finding.databases,
            suppressed: finding.suppressed.is_some(),
        }
    }
}

/// Seconds as whole milliseconds. A number out of range becomes the nearest in range.
#[expect(clippy::cast_possible_truncation, reason = "a float is cast to the nearest number in range")]
fn millis(seconds: f64) -> i64 {
    // Sums of these must not overflow, whatever a file says: ten thousand years are enough.
    const BOUND: f64 = 3.0e14;
    (seconds * 1000.0).round().clamp(-BOUND, BOUND) as i64
}

#[cfg(test)]
mod tests {
    use super::{ReadingError, millis, side};
    use crate::model::report::Report;
    use crate::wire::report_v1::ReportV1;

    #[test]
    fn a_report_is_read_back() {
        let text = serde_json::to_string(&ReportV1::new(&Report::default(), "1.0")).unwrap();
        assert_eq!(side("a.json", &text).unwrap(), crate::compare::side("a.json", &Report::default()));
    }

    #[test]
    fn another_schema_is_told_from_broken_text() {
        let other = side("a", r#"{"schema": "spdoctor.upgrade/9"}"#).unwrap_err();
        assert!(matches!(&other, ReadingError::Schema { found } if found == "spdoctor.upgrade/9"), "{other}");
        let none = side("a", "{}").unwrap_err();
        assert!(matches!(none, ReadingError::Schema { .. }));
        for broken in ["", "{", "[]", r#"{"schema": "spdoctor.upgrade/1"}"#] {
            assert!(matches!(side("a", broken), Err(ReadingError::Json(_))), "{broken}");
        }
    }

    #[test]
    fn seconds_become_the_nearest_millisecond() {
        assert_eq!(millis(0.1 + 0.2), 300);
        assert_eq!(millis(1e300), 300_000_000_000_000);
    }
}
