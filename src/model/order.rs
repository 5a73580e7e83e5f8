//! When each problem of a report is to be solved. The report and the script tell their steps in this order.

use std::collections::BTreeSet;

use super::finding::{Finding, Severity};
use super::report::Report;
use super::session::{Session, SessionOutcome};

/// When a problem is to be solved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum When {
    /// Before the script: it would upgrade in vain.
    BeforeScript,
    /// After the script, which upgrades other databases meanwhile; then the databases concerned are upgraded once more.
    AfterScript,
    /// Before psconfig runs again: it would fail again.
    BeforePsconfig,
    /// At any time.
    CanWait,
}

/// Rules that say that psconfig, or what it started, failed at something.
const FAILURES: [&str; 7] = ["UA04", "UA08", "UD01", "UD02", "UD04", "UD09", "UD28"];

/// The order of a report.
#[derive(Debug)]
pub struct Order<'r> {
    report: &'r Report,
    /// Asked once: it looks at all findings.
    tells_of_refused: bool,
    /// Codes of what a failed upgrade of a content database may be a symptom of.
    causes: BTreeSet<&'r str>,
    /// Codes of what refused sites may be a symptom of.
    of_refused: BTreeSet<&'r str>,
    /// Codes of what a failure may be a symptom of.
    explains: BTreeSet<&'r str>,
    /// Sessions that failed, or that never came to their end.
    failed: Vec<&'r Session>,
    /// Their logs.
    logs: BTreeSet<&'r str>,
}

impl<'r> Order<'r> {
    /// Rules that say that the security token service is down: the script looks whether it answers.
    pub const TOKEN_SERVICE: [&'static str; 2] = [Report::REFUSED, "UE01"];

    /// The order of this report.
    pub fn of(report: &'r Report) -> Self {
        let causes_of = |is_meant: &dyn Fn(&Finding) -> bool| {
            let found = report.findings.iter().filter(|finding| finding.suppressed.is_none());
            let meant = found.filter(|finding| is_meant(finding));
            meant.flat_map(|finding| finding.caused_by.iter().map(String::as_str)).collect()
        };
        let failed =
            |session: &&Session| matches!(session.outcome, SessionOutcome::Failed | SessionOutcome::Killed);
        let failed: Vec<&Session> = report.time.sessions.iter().filter(failed).collect();
        let logs = failed.iter().flat_map(|session| session.files.iter()).map(String::as_str).collect();
        Self {
            report,
            tells_of_refused: report.tells_of_refused(),
            causes: causes_of(&|finding| finding.upgrade_content_database),
            of_refused: causes_of(&|finding| finding.code == Report::REFUSED),
            explains: causes_of(&|finding| FAILURES.contains(&finding.code.as_str())),
            failed,
            logs,
        }
    }

    /// When a problem is to be solved that is no symptom of another.
    pub fn when(&self, finding: &Finding) -> When {
        let code = finding.code.as_str();
        let is_no_upgrade = !finding.upgrade_content_database;
        let comes_first = finding.blocking
            || self.report.before_upgrade(finding).is_some()
            || (is_no_upgrade && self.causes.contains(code));
        // What only some databases need must not keep the others waiting for the token service.
        let is_of_all = finding.blocking || !self.tells_of_refused || self.of_refused.contains(code);
        let is_of_the_service = is_no_upgrade && Self::TOKEN_SERVICE.contains(&code);
        match (comes_first, is_of_all) {
            _ if is_of_the_service => When::BeforeScript,
            (true, true) => When::BeforeScript,
            (true, false) => When::AfterScript,
            (false, _) if is_no_upgrade && self.stood_in_a_failure(finding) => When::BeforePsconfig,
            (false, _) => When::CanWait,
        }
    }

    /// It made psconfig, or what it started, fail: it says so, or what says so is its symptom.
    pub fn made_fail(&self, finding: &Finding) -> bool {
        let code = finding.code.as_str();
        finding.severity == Severity::Error
            && finding.caused_by.is_empty()
            && (FAILURES.contains(&code) || self.explains.contains(code))
    }

    /// An error that made a session fail, or that was seen in its logs or meanwhile: nothing tells that it had no part.
    fn stood_in_a_failure(&self, finding: &Finding) -> bool {
        let in_its_logs = || finding.files.iter().any(|path| self.logs.contains(path.as_str()));
        let meanwhile = || {
            let span = finding.first.zip(finding.last);
            span.is_some_and(|(first, last)| {
                self.failed.iter().any(|session| first <= session.end && session.start <= last)
            })
        };
        finding.severity == Severity::Error && (self.made_fail(finding) || in_its_logs() || meanwhile())
    }
}
