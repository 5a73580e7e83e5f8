//! What the cases share: files as bytes, the audit of them, and builders of the usual artefacts.

pub(crate) mod certificates;
pub(crate) mod facts;
pub(crate) mod manifest;
pub(crate) mod package;

use std::sync::OnceLock;

use spdoctor::addin::evidence::config::Published;
use spdoctor::addin::evidence::{Evidence, Spot};
use spdoctor::addin::read::{ReadOptions, read};
use spdoctor::addin::{AuditSettings, conclude};
use spdoctor::catalogue::card::Cards;
use spdoctor::model::audit::{AuditReport, AuditSeverity, CheckResult, Status, Target};

/// The cards, read once.
pub(crate) fn cards() -> &'static Cards {
    static CARDS: OnceLock<Cards> = OnceLock::new();
    CARDS.get_or_init(|| Cards::built_in().unwrap_or_else(|errors| panic!("{errors:#?}")))
}

/// What a case expects of its check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expect {
    /// At least one issue, the worst of this severity.
    Fires(AuditSeverity),
    /// Applies, and nothing is wrong.
    Passes,
    /// The evidence is missing.
    Undecided,
    /// The check does not concern the add-in.
    DoesNotApply,
}

/// Files, and what one check makes of them.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// `OB01`.
    pub(crate) code: &'static str,
    /// What is shown, as a few words.
    pub(crate) title: &'static str,
    /// Paths and contents.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// `--target`.
    pub(crate) target: Option<Target>,
    /// `--now`.
    pub(crate) now: &'static str,
    /// Changes what the files say: for facts that are easier told than written as a file.
    pub(crate) extra: Option<fn(&mut Evidence)>,
    /// What is expected.
    pub(crate) expect: Expect,
    /// Texts that the messages, values or remedies of the check must hold.
    pub(crate) says: Vec<&'static str>,
}

/// A case with the usual date, and the target inferred.
pub(crate) fn case(code: &'static str, title: &'static str, expect: Expect) -> Case {
    let now = "2026-11-25";
    Case { code, title, files: Vec::new(), target: None, now, extra: None, expect, says: Vec::new() }
}

impl Case {
    pub(crate) fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), bytes.into()));
        self
    }

    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    pub(crate) fn now(mut self, now: &'static str) -> Self {
        self.now = now;
        self
    }

    pub(crate) fn evidence(mut self, extra: fn(&mut Evidence)) -> Self {
        self.extra = Some(extra);
        self
    }

    pub(crate) fn says(mut self, text: &'static str) -> Self {
        self.says.push(text);
        self
    }

    /// The audit of the files.
    pub(crate) fn audit(&self) -> AuditReport {
        self.audit_of(&self.files)
    }

    fn audit_of(&self, files: &[(String, Vec<u8>)]) -> AuditReport {
        let mut evidence = evidence_of(files);
        if let Some(extra) = self.extra {
            extra(&mut evidence);
        }
        if evidence.is_empty() {
            // Something has to be there to be audited: a project file that says nothing.
            let at = Spot::file("Orders.csproj");
            evidence.published.push(Published {
                at,
                kind: "project",
                debug_only: true,
                ..Published::default()
            });
        }
        conclude_at(evidence, self.now, self.target)
    }

    /// As [`Self::outcome`]; a case that comes out otherwise fails the test.
    pub(crate) fn check(&self) {
        self.outcome().unwrap_or_else(|told| panic!("{told}"));
    }

    /// Runs the case in every order of files and on one and several threads, and holds it to what it expects.
    pub(crate) fn outcome(&self) -> Result<(), String> {
        let report = self.audit();
        let mut backwards = self.files.clone();
        backwards.reverse();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        let again = pool.install(|| self.audit_of(&backwards));
        let results: Vec<&CheckResult> = results(&report, self.code);
        let told = |what: String| format!("{} {}: {what}; {}", self.code, self.title, short(&results));
        if report != again {
            return Err(told("the order of files or threads shows".to_owned()));
        }
        if !self.is_met(&results) {
            return Err(told(format!("expected {:?}", self.expect)));
        }
        match self.says.iter().find(|text| !is_said(&results, text)) {
            Some(text) => Err(told(format!("does not say {text:?}"))),
            None => Ok(()),
        }
    }

    fn is_met(&self, results: &[&CheckResult]) -> bool {
        let told =
            |result: &&&CheckResult| matches!(result.status, Status::Fail | Status::Warn | Status::Info);
        let worst = results.iter().filter(told).map(|result| result.severity).max();
        let any = |status| results.iter().any(|result| result.status == status && result.applies);
        match self.expect {
            Expect::Fires(severity) => worst == Some(severity),
            Expect::Passes => worst.is_none() && any(Status::Pass),
            Expect::Undecided => worst.is_none() && any(Status::Undecided),
            Expect::DoesNotApply => !results.is_empty() && results.iter().all(|result| !result.applies),
        }
    }
}

fn is_said(results: &[&CheckResult], text: &str) -> bool {
    results.iter().any(|result| {
        result.message.contains(text)
            || result.remedy.contains(text)
            || result.consequence.contains(text)
            || result.evidence.iter().any(|item| item.value.contains(text))
    })
}

/// Results as one line each, for a case that came out otherwise.
fn short(results: &[&CheckResult]) -> String {
    let one = |result: &&CheckResult| {
        format!("\n    {} {} {}", result.status.name(), result.severity.name(), result.message)
    };
    if results.is_empty() { "no result at all".to_owned() } else { results.iter().map(one).collect() }
}

/// The results of one check over all add-ins.
pub(crate) fn results<'r>(report: &'r AuditReport, code: &str) -> Vec<&'r CheckResult> {
    report.addins.iter().flat_map(|addin| &addin.checks).filter(|result| &*result.id == code).collect()
}

/// The audit of files, as the program does it: in the order of their names.
pub(crate) fn audit(files: &[(String, Vec<u8>)], now: &str, target: Option<Target>) -> AuditReport {
    conclude_at(evidence_of(files), now, target)
}

/// What files say, in the order of their names.
pub(crate) fn evidence_of(files: &[(String, Vec<u8>)]) -> Evidence {
    let mut files: Vec<&(String, Vec<u8>)> = files.iter().collect();
    files.sort();
    let options = ReadOptions { pfx_password: Some("Test-1234".to_owned()), ..ReadOptions::default() };
    let mut evidence = Evidence::default();
    for (path, bytes) in files {
        if let Some(found) = read(path, bytes, &options) {
            evidence.append(found);
        }
    }
    evidence
}

fn conclude_at(evidence: Evidence, now: &str, target: Option<Target>) -> AuditReport {
    let now = format!("{now}T12:00:00").parse().expect("a date");
    conclude(cards(), evidence, &AuditSettings { now, target, suppressions: Vec::new(), files: Vec::new() })
}
