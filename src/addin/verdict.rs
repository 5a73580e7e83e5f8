//! The verdict in a sentence or two, and what to do next.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::audit::{AddInAudit, AuditReport, AuditSeverity, CheckResult, Status, Target};
use crate::text::number::counted;
use crate::text::sentence::lower_first;

/// The order in which families matter to somebody whose add-in fails: domains first.
const FAMILIES: &str = "BEFGHDCAIJKL";

/// The verdict.
pub(super) fn sentence(report: &AuditReport) -> String {
    if report.addins.is_empty() {
        return "No add-in was found in what was given.".to_owned();
    }
    let ended: Vec<&AddInAudit> =
        report.addins.iter().filter(|addin| failures(addin).any(|check| check.ends)).collect();
    let failing: Vec<&AddInAudit> =
        report.addins.iter().filter(|addin| failures(addin).any(|check| !check.ends)).collect();
    let mut sentences = Vec::new();
    if !ended.is_empty() {
        sentences.push(ending(report, &ended));
    }
    match failing.as_slice() {
        [] if ended.is_empty() => sentences.push(clean(report)),
        [] => {}
        [addin] => sentences.push(format!("{}: {}.", opening(report, addin, &ended), worst(addin))),
        several => {
            let reasons = reasons(several);
            sentences.push(format!(
                "{} of {} fail: {reasons}.",
                counted(several.len() as u64, "add-in"),
                report.addins.len()
            ));
        }
    }
    sentences.join(" ")
}

/// That some can no longer run at all.
fn ending(report: &AuditReport, ended: &[&AddInAudit]) -> String {
    let whom = if ended.len() == report.addins.len() {
        subject(ended)
    } else {
        counted(ended.len() as u64, "add-in")
    };
    let (verb, they, it) = if ended.len() == 1 { ("is", "It", "it") } else { ("are", "They", "them") };
    let programs = ended.iter().any(|addin| addin.target != Target::Spo);
    let what = if programs { "add-ins and ACS" } else { "add-ins" };
    format!(
        "{whom} {verb} for SharePoint Online, where {what} ended on 2026-04-02: {} can no longer run there. {they} {verb} audited for what has to move with {it}.",
        they.to_lowercase()
    )
}

/// Of whom the reasons are told: of the only one that fails for a reason of its own.
fn opening(report: &AuditReport, addin: &AddInAudit, ended: &[&AddInAudit]) -> String {
    match (ended.is_empty(), report.addins.len()) {
        (true, _) => format!("In {}", quoted(&addin.name)),
        (false, 1) => "Besides".to_owned(),
        (false, _) => format!("Besides, in {}", quoted(&addin.name)),
    }
}

/// The two worst reasons, and how many more there are.
fn worst(addin: &AddInAudit) -> String {
    let mut worst: Vec<&CheckResult> = failures(addin).filter(|check| !check.ends).collect();
    worst.sort_by_key(|check| rank(check));
    let mut told: Vec<&CheckResult> = Vec::new();
    for check in &worst {
        if told.len() < 2 && !told.iter().any(|known| known.id == check.id) {
            told.push(check);
        }
    }
    let messages: Vec<&str> = told.iter().map(|check| &*check.message).collect();
    let rest = match worst.len().saturating_sub(told.len()) {
        0 => String::new(),
        more => format!(" (and {})", counted(more as u64, "more failure")),
    };
    format!("{}{rest}", messages.join("; "))
}

fn quoted(name: &str) -> String {
    if name.is_empty() { "the add-in".to_owned() } else { format!("\"{name}\"") }
}

fn subject(addins: &[&AddInAudit]) -> String {
    match addins {
        [one] => quoted(&one.name),
        several => format!("All {} add-ins", several.len()),
    }
}

fn clean(report: &AuditReport) -> String {
    let undecided = report.summary.statuses.get("undecided").copied().unwrap_or(0);
    let warnings = report.summary.severities.get("warning").copied().unwrap_or(0);
    let whom = if report.addins.len() == 1 {
        "the add-in".to_owned()
    } else {
        format!("{} add-ins", report.addins.len())
    };
    let mut text = format!("Nothing that breaks authorization was found in {whom}");
    if warnings > 0 {
        text.push_str(&format!("; {}", counted(warnings, "warning")));
    }
    if undecided > 0 {
        text.push_str(&format!(", but {undecided} checks could not be decided with what was given"));
    }
    text.push('.');
    text
}

/// The three most frequent reasons, by the number of add-ins.
fn reasons(addins: &[&AddInAudit]) -> String {
    let mut by_check: BTreeMap<&str, (usize, &CheckResult)> = BTreeMap::new();
    for addin in addins {
        let mut told: Vec<&str> = Vec::new();
        for check in failures(addin).filter(|check| !check.ends) {
            if !told.contains(&&*check.id) {
                told.push(&check.id);
                by_check.entry(&check.id).or_insert((0, check)).0 += 1;
            }
        }
    }
    let mut reasons: Vec<(usize, &CheckResult)> = by_check.into_values().collect();
    reasons.sort_by_key(|(count, check)| (Reverse(check.severity), Reverse(*count), rank(check)));
    let told = reasons.iter().take(3).map(|(count, check)| {
        format!("{} ({}, {})", lower_first(&check.title), check.id, counted(*count as u64, "add-in"))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn failures(addin: &AddInAudit) -> impl Iterator<Item = &CheckResult> {
    addin.checks.iter().filter(|check| check.status == Status::Fail && check.suppressed.is_none())
}

/// Worst first, then by family.
pub(crate) fn rank(check: &CheckResult) -> (Reverse<AuditSeverity>, usize, String) {
    let family = check.id.chars().nth(1).and_then(|family| FAMILIES.find(family)).unwrap_or(FAMILIES.len());
    (Reverse(check.severity), family, check.id.to_string())
}

/// What to do next: first what has to be told, then the remedies of the worst failures, each once.
pub(super) fn next(report: &AuditReport) -> Vec<String> {
    let mut worst: Vec<(&AddInAudit, &CheckResult)> = report
        .addins
        .iter()
        .flat_map(|addin| failures(addin).map(move |check| (addin, check)))
        .filter(|(_, check)| !check.remedy.is_empty())
        .collect();
    worst.sort_by_key(|(addin, check)| (!check.ends, rank(check), addin.id.clone()));
    let several = report.addins.len() > 1;
    let mut steps: Vec<String> = question(report).into_iter().collect();
    let mut told: Vec<&str> = Vec::new();
    for (addin, check) in worst {
        // One step a check: the list of findings has them all.
        if told.contains(&&*check.id) {
            continue;
        }
        told.push(&check.id);
        let whose = if several { format!("{}: ", quoted(&addin.name)) } else { String::new() };
        let remedy = check.remedy.trim_end_matches('.');
        steps.push(format!("{whose}{remedy} ({})", check.id));
        if steps.len() == 5 {
            break;
        }
    }
    steps
}

/// Where add-ins run that may have ended: everything else is worth doing only where they have not.
fn question(report: &AuditReport) -> Option<String> {
    let asks = |check: &&CheckResult| {
        &*check.id == "OL01" && check.status == Status::Warn && check.suppressed.is_none()
    };
    let open: Vec<(&AddInAudit, &CheckResult)> = report
        .addins
        .iter()
        .filter(|addin| !addin.target_known)
        .filter_map(|addin| Some((addin, addin.checks.iter().find(asks)?)))
        .collect();
    let (addin, check) = open.first()?;
    let whose = match (open.len(), report.addins.len()) {
        (_, 1) => String::new(),
        (1, _) => format!("{}: ", quoted(&addin.name)),
        (several, all) => format!("{several} of {all} add-ins: "),
    };
    Some(format!("{whose}{} ({})", check.remedy.trim_end_matches('.'), check.id))
}
