//! What the cases share: files as bytes, the audit of them, and builders of the usual artefacts.

#![allow(dead_code, reason = "builders are here for every family")]

pub(crate) mod facts;
pub(crate) mod manifest;
pub(crate) mod package;

use std::sync::OnceLock;

use spdoctor::addin::evidence::Evidence;
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
        conclude_at(evidence, self.now, self.target)
    }

    /// Runs the case in every order of files and on one and several threads, and holds it to what it expects.
    pub(crate) fn check(&self) {
        let report = self.audit();
        let mut backwards = self.files.clone();
        backwards.reverse();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        let again = pool.install(|| self.audit_of(&backwards));
        assert_eq!(report, again, "{} {}: the order of files or threads shows", self.code, self.title);
        let results: Vec<&CheckResult> = results(&report, self.code);
        let told = || format!("{} {}: {results:#?}", self.code, self.title);
        let worst = results
            .iter()
            .filter(|result| matches!(result.status, Status::Fail | Status::Warn | Status::Info))
            .map(|result| result.severity)
            .max();
        match self.expect {
            Expect::Fires(severity) => assert_eq!(worst, Some(severity), "{}", told()),
            Expect::Passes => {
                assert_eq!(worst, None, "{}", told());
                assert!(
                    results.iter().any(|result| result.status == Status::Pass && result.applies),
                    "{}",
                    told()
                );
            }
            Expect::Undecided => {
                assert_eq!(worst, None, "{}", told());
                assert!(results.iter().any(|result| result.status == Status::Undecided), "{}", told());
            }
            Expect::DoesNotApply => {
                assert!(!results.is_empty() && results.iter().all(|result| !result.applies), "{}", told());
            }
        }
        for text in &self.says {
            let found = results.iter().any(|result| {
                result.message.contains(text)
                    || result.remedy.contains(text)
                    || result.evidence.iter().any(|item| item.value.contains(text))
            });
            assert!(found, "{text:?} is not said\n{}", told());
        }
    }
}

/// The results of one check over all add-ins.
pub(crate) fn results<'r>(report: &'r AuditReport, code: &str) -> Vec<&'r CheckResult> {
    report.addins.iter().flat_map(|addin| &addin.checks).filter(|result| result.id == code).collect()
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
    conclude(cards(), evidence, &AuditSettings { now, target, suppressions: Vec::new() })
}
