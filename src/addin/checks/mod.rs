//! The checks: one file a family, one function a check, one card each in `src/catalogue/audit` under the same code.
//!
//! A function looks at a [`Subject`] and says what it found; severity, title and consequence come from the card.

pub mod certificate;
pub mod client_id;
mod commands;
pub mod configuration;
pub mod domain;
pub mod farm;
pub mod high_trust;
pub mod lifecycle;
pub mod package;
pub mod permission;
pub mod receiver;
pub mod redirect;
mod replaced;
pub mod secret;

use std::sync::Arc;

use super::evidence::{Spot, Value};
use super::subject::Subject;
use crate::catalogue::card::{Card, Cards};
use crate::model::audit::{AuditEvidence, AuditSeverity, CheckResult, Fix, Status};
use crate::text::sentence::upper_first;

/// A check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The code of its card.
    pub code: &'static str,
    /// Decides it.
    pub decide: fn(&Subject<'_>) -> Outcome,
}

/// Every check, by family.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        package::CHECKS,
        domain::CHECKS,
        receiver::CHECKS,
        certificate::CHECKS,
        client_id::CHECKS,
        secret::CHECKS,
        configuration::CHECKS,
        high_trust::CHECKS,
        permission::CHECKS,
        redirect::CHECKS,
        farm::CHECKS,
        lifecycle::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// What a check came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It does not concern this add-in; the text says why, as a sentence without a full stop.
    DoesNotApply(String),
    /// The evidence is missing: `a registration export (Get-MgServicePrincipal | ConvertTo-Json)`.
    Needs(String),
    /// The evidence was there; no issue means that it passes. What was looked at is told in either case.
    Decided {
        /// What is wrong.
        issues: Vec<Issue>,
        /// What was looked at, for a check that passes.
        seen: Vec<Value>,
    },
}

impl Outcome {
    /// For a check that does not concern this add-in.
    pub fn does_not_apply(why: impl Into<String>) -> Self {
        Self::DoesNotApply(why.into())
    }

    /// For missing evidence.
    pub fn needs(what: impl Into<String>) -> Self {
        Self::Needs(what.into())
    }

    /// With every issue changed.
    fn map(self, change: impl Fn(Issue) -> Issue) -> Self {
        match self {
            Self::Decided { issues, seen } => {
                Self::Decided { issues: issues.into_iter().map(change).collect(), seen }
            }
            other => other,
        }
    }

    /// With more issues, which decide it where nothing else does.
    fn and(self, more: Vec<Issue>) -> Self {
        match self {
            Self::Decided { mut issues, seen } => {
                issues.extend(more);
                Self::Decided { issues, seen }
            }
            _ if !more.is_empty() => Self::Decided { issues: more, seen: Vec::new() },
            other => other,
        }
    }

    /// Decided by what was looked at.
    pub fn decided<'v>(issues: Vec<Issue>, seen: impl IntoIterator<Item = &'v Value>) -> Self {
        Self::Decided { issues, seen: seen.into_iter().take(1).cloned().collect() }
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// What is wrong, with the values, as a sentence without a full stop. May quote hostile text, never a secret.
    pub message: String,
    /// What shows it: for a comparison both sides.
    pub evidence: Vec<Value>,
    /// What to do, with the exact new value or command.
    pub remedy: String,
    /// Unless the card decides.
    pub severity: Option<AuditSeverity>,
    /// However bad the card says it is, no worse than this.
    pub at_most: Option<AuditSeverity>,
    /// What follows, where that is something else than the card says.
    pub consequence: Option<&'static str>,
    /// What a script can do about it.
    pub fix: Option<Fix>,
}

impl Issue {
    /// An issue of the severity that the card says.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            evidence: Vec::new(),
            remedy: remedy.into(),
            severity: None,
            at_most: None,
            consequence: None,
            fix: None,
        }
    }

    /// With a value that shows it.
    #[must_use]
    pub fn shown_by(mut self, value: &Value) -> Self {
        self.evidence.push(value.clone());
        self
    }

    /// With a place that shows it, and what stands there.
    #[must_use]
    pub fn at(mut self, spot: &Spot, text: impl Into<String>) -> Self {
        self.evidence.push(Value::new(text, spot.clone()));
        self
    }

    /// With another severity than the card says.
    #[must_use]
    pub fn rated(mut self, severity: AuditSeverity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// With another consequence than the card tells.
    #[must_use]
    pub fn followed_by(mut self, consequence: &'static str) -> Self {
        self.consequence = Some(consequence);
        self
    }

    /// With what a script can do about it.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// A secret is known to whoever has an old package, too.
const IN_OLD_VERSIONS: [&str; 2] = ["OA15", "OF13"];

/// Runs every check on one subject, and those of secrets on the whole of it, older versions included. The results are
/// ordered by code, then by the order in which a check tells them.
pub fn run(cards: &Cards, subject: &Subject<'_>, whole: &Subject<'_>) -> Vec<CheckResult> {
    let on = |check: &Check| if IN_OLD_VERSIONS.contains(&check.code) { whole } else { subject };
    let mut results: Vec<CheckResult> = all()
        .filter_map(|check| Some((check, cards.get(check.code)?)))
        .flat_map(|(check, card)| results(card, subject, decided(check, on(check))))
        .collect();
    results.sort_by(|a, b| a.id.cmp(&b.id));
    results
}

fn decided(check: &Check, subject: &Subject<'_>) -> Outcome {
    let outcome = spared(check, subject, (check.decide)(subject));
    if EXPOSURE.contains(&check.code) {
        outcome
    } else {
        outcome.map(|issue| replaced::relaxed(subject, issue))
    }
}

/// Checks about what stands in files, whatever becomes of it.
const EXPOSURE: [&str; 4] = ["OE11", "OF13", "OF14", "OF17"];

/// Checks that say an add-in can no longer run whatever else is right.
const ENDS: [&str; 2] = ["OL01", "OL02"];

/// Families about the remote web application and its tokens.
const OF_REMOTE: [&str; 8] = ["OB", "OC", "OD", "OE", "OF", "OG", "OH", "OJ"];

/// Checks about tokens in other families.
const OF_TOKENS: [&str; 10] =
    ["OI09", "OI20", "OK01", "OK02", "OK03", "OK04", "OK05", "OK06", "OK07", "OK09"];

/// Nothing is missing of what a SharePoint-hosted add-in does not have.
fn spared(check: &Check, subject: &Subject<'_>, outcome: Outcome) -> Outcome {
    let remote = OF_REMOTE.iter().any(|family| check.code.starts_with(family));
    let concerned = remote || OF_TOKENS.contains(&check.code);
    if concerned && subject.addin.is_sharepoint_hosted() && matches!(outcome, Outcome::Needs(_)) {
        return Outcome::does_not_apply(
            "a SharePoint-hosted add-in has no remote web application and asks for no tokens",
        );
    }
    outcome
}

fn results(card: &Card, subject: &Subject<'_>, outcome: Outcome) -> Vec<CheckResult> {
    let severity = card.severity_for(subject.addin.stage(), subject.target());
    let blank = CheckResult {
        id: card.code.as_str().into(),
        name: Arc::clone(&card.name),
        title: Arc::clone(&card.title),
        status: Status::Pass,
        severity,
        message: "".into(),
        evidence: Box::default(),
        consequence: Arc::clone(&card.consequence),
        breaks: Arc::clone(&card.breaks),
        remedy: "".into(),
        needs: None,
        ends: ENDS.contains(&card.code.as_str()),
        applies: true,
        suppressed: None,
        fix: None,
    };
    match outcome {
        Outcome::DoesNotApply(why) => {
            vec![CheckResult { message: format!("does not apply: {why}").into(), applies: false, ..blank }]
        }
        Outcome::Needs(what) => {
            let message = format!("not decided: needs {what}").into();
            vec![CheckResult { status: Status::Undecided, message, needs: Some(what.into()), ..blank }]
        }
        Outcome::Decided { issues, seen } if issues.is_empty() => {
            let message = "nothing wrong was found".into();
            vec![CheckResult { message, evidence: evidence(&seen), ..blank }]
        }
        Outcome::Decided { issues, .. } => {
            let result = |issue: Issue| {
                let severity = issue.severity.unwrap_or(severity);
                let severity = issue.at_most.map_or(severity, |most| severity.min(most));
                CheckResult {
                    status: status_of(severity),
                    severity,
                    message: issue.message.into(),
                    consequence: issue.consequence.map_or_else(|| Arc::clone(&blank.consequence), Into::into),
                    evidence: evidence(&issue.evidence),
                    remedy: upper_first(&issue.remedy).into(),
                    fix: issue.fix.map(Box::new),
                    ..blank.clone()
                }
            };
            issues.into_iter().map(result).collect()
        }
    }
}

/// With a capital letter, however the check wrote it.
fn status_of(severity: AuditSeverity) -> Status {
    match severity {
        AuditSeverity::Critical | AuditSeverity::Error => Status::Fail,
        AuditSeverity::Warning => Status::Warn,
        AuditSeverity::Info => Status::Info,
    }
}

fn evidence(values: &[Value]) -> Box<[AuditEvidence]> {
    let item = |value: &Value| AuditEvidence {
        path: Arc::clone(&value.at.path),
        line: value.at.line,
        column: value.at.column,
        value: value.raw.clone(),
    };
    values.iter().map(item).collect()
}
